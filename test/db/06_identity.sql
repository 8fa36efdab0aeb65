/* SPDX-License-Identifier: Apache-2.0 */
/* Registration, sessions, refresh tokens, attempts, invitations, as cairn_app calls them. */
begin;
select no_plan();

set local role cairn_app;
select user_id as u, org_id as o from auth_register(null, null, ' Ann@Example.COM ', 'hash', 'Ann', 'A', 'Acme', 'Europe/Prague', 'en', 'CZK') \gset
reset role;
create temp table a as select :'u'::uuid as u, :'o'::uuid as o;
grant select on a to cairn_app;

/* registration */
select is((select email from users where id = :'u'), 'ann@example.com', 'S5-API-01 the e-mail is kept in lower case');
select is(tap.state($$ select auth_register(null, null, 'ann@example.com', 'x', 'B', 'B', 'Other', null, null, null) $$), 'CR409', 'S5-API-01 one login per e-mail');
select is((select role || active from memberships where org_id = :'o'), 'admintrue', 'S5-SEC-03 who registers administers');
select is((select string_agg(key, ',' order by position) from roles where org_id = :'o' and built_in), 'admin,manager,user,accountant,partner_admin,partner_user', 'S5-SEC-08 the roles are there');
select is((select string_agg(s.key || s.probability, ',' order by s.position) from stages s join pipelines p on p.id = s.pipeline_id where p.org_id = :'o' and p.entity = 'deal'),
	'qualification10,meeting25,proposal50,negotiation75,won100,lost0', 'S5-ENT-05 so are the stages of deals');
select is((select string_agg(s.key, ',' order by s.position) from stages s join pipelines p on p.id = s.pipeline_id where p.org_id = :'o' and p.entity = 'lead'),
	'new,contacted,qualified,unqualified,converted', 'S3-ENT-03 and of leads');
select is((select string_agg(key, ',' order by position) from picklist_options where org_id = :'o' and picklist = 'industry'), 'Technology,Healthcare,Finance,Retail,Other', 'S3-SEC-06 and the picklists');
select is((select string_agg(key || '=' || label, ',' order by position) from picklist_options where org_id = :'o' and picklist = 'lead.source'),
	'website=Website,referral=Referral,advertisement=Advertisement', 'S4-API-02 with the seeds'' values');

/* login and session */
select is(tap.value($$ select password_hash || jsonb_array_length(memberships) from auth_find_login('ANN@example.com') $$), 'hash1', 'S5-API-02 a login is found');
select is(tap.rows($$ select auth_find_login('nobody@example.com') $$), 0::bigint, 'S5-API-02 an unknown one is not');
select isnt(tap.state($$ select * from credentials $$), '00000', 'S5-SEC-04 and not by reading the table');
set local role cairn_app;
select session_id as sid from auth_session_create(:'u', :'o', null, '\x01', 604800, '10.0.0.1', 'test') \gset
reset role;
select is((select role || org_name || currency || time_zone || team_users[1] from auth_session_check(:'sid', :'o', :'u')), 'adminAcmeCZKEurope/Prague' || :'u', 'S2-SEC-08 a session is checked in one row');
select is(tap.rows(format('select * from auth_session_check(%L, uuid_v7(), %L)', :'sid', :'u')), 0::bigint, 'S5-SEC-01 for its organisation only');
select is((select action from changes where record_id = :'u' and action = 'login'), 'login', 'S4-DB-02 a sign-in is logged');
select isnt((select last_login_at from memberships where id = :'u'), null, 'S1-SEC-02 and dated');
select is(tap.state(format('select auth_session_create(%L, uuid_v7(), null, ''\x09'', 60, null, null)', :'u')), 'CR403', 'S5-SEC-03 no session without a membership');

/* rotation */
select is((select outcome from auth_refresh_rotate('\x01', '\x02', 604800, null, null)), 'ok', 'S3-SEC-02 a refresh token is exchanged');
select is((select outcome from auth_refresh_rotate('\x01', '\x03', 604800, null, null)), 'grace', 'S5-SEC-05 within 10 s its predecessor is tolerated');
select is((select count(*) from refresh_tokens where token_hash = '\x03'), 0::bigint, 'S5-SEC-05 but gets no successor');
select is((select outcome from auth_refresh_rotate('\x02', '\x04', 604800, null, null)), 'ok', 'S5-SEC-05 the valid one goes on');
update refresh_tokens set used_at = used_at - interval '11 seconds' where token_hash = '\x01';
select is((select outcome from auth_refresh_rotate('\x01', '\x05', 604800, null, null)), 'reused', 'S5-SEC-05 later reuse is noticed');
select is((select outcome from auth_refresh_rotate('\x04', '\x06', 604800, null, null)), 'expired', 'S5-SEC-05 and ends the whole family');
select is(tap.rows(format('select * from auth_session_check(%L, %L, %L)', :'sid', :'o', :'u')), 0::bigint, 'S3-SEC-02 with its session');
select is((select outcome from auth_refresh_rotate('\x77', '\x78', 604800, null, null)), 'expired', 'S3-SEC-02 an unknown token is expired');
select session_id as sid from auth_session_create(:'u', :'o', null, '\x11', 60, null, null) \gset
update refresh_tokens set expires_at = now() - interval '1 second' where token_hash = '\x11';
select is((select outcome from auth_refresh_rotate('\x11', '\x12', 60, null, null)), 'expired', 'S2-SEC-03 so is one past its time');

/* list, revoke, password */
select session_id as s2 from auth_session_create(:'u', :'o', null, '\x21', 60, '10.0.0.2', 'two') \gset
select is((select count(*) from auth_session_list(:'u')), 2::bigint, 'S2-SEC-08 sessions are listed');
select is(auth_session_revoke(uuid_v7(), :'s2'), false, 'S2-SEC-08 not another''s session');
select is(auth_session_revoke(:'u', :'s2'), true, 'S2-SEC-08 one''s own is revoked');
select is(auth_session_revoke(:'u', :'s2'), false, 'S2-SEC-08 once');
select session_id as s3 from auth_session_create(:'u', :'o', null, '\x31', 60, null, null) \gset
select is(auth_change_password(:'u', 'hash2', :'s3'), 1, 'S5-SEC-04 a new password ends the other sessions');
select is(auth_password(:'u'), 'hash2', 'S5-SEC-04 and is kept');
select is(auth_session_revoke_all(:'u', null), 1, 'S3-SEC-02 sign out everywhere');

/* attempts */
select is((select string_agg(allowed::text, ',') from (select (auth_attempt('ann|10.0.0.1', 5, 900)).allowed from generate_series(1, 6)) as x), 'true,true,true,true,true,false', 'S3-SEC-11 five attempts are let through');
select ok((select retry_after between 880 and 900 from auth_attempt('ann|10.0.0.1', 5, 900)), 'S3-SEC-11 then the wait is told');
select is((select allowed from auth_attempt('ann|10.0.0.2', 5, 900)), true, 'S3-SEC-11 another address is another pair');
update login_attempts set attempts = array(select t - interval '15 minutes' from unnest(attempts) as t);
select is((select allowed from auth_attempt('ann|10.0.0.1', 5, 900)), true, 'S3-SEC-11 the window slides');
select auth_attempt_clear('ann|10.0.0.1') \g /dev/null
select is((select count(*) from login_attempts where key = 'ann|10.0.0.1'), 0::bigint, 'S3-SEC-11 success clears');

/* invitations */
select tap.act(:'o', :'u', tap.letters('aaaa')) \g /dev/null
select is(tap.state($$ select auth_invite('bob@example.com', 'nonsense', null, null, null, null, '\xaa', 60) $$), 'CR422', 'S2-API-04 the role exists');
select is(tap.state($$ select auth_invite('bob@example.com', 'partner_user', null, null, null, null, '\xaa', 60) $$), 'CR422', 'S4-SEC-07 a partner role has a partner');
select is(tap.state($$ select auth_invite('bob@example.com', 'user', null, null, 'Bob', 'B', '\xab', 60) $$), '00000', 'S2-API-04 an administrator invites');
select is(tap.state($$ select auth_invite('bob@example.com', 'manager', null, null, 'Bob', 'B', '\xac', 60) $$), '00000', 'S2-API-04 and again, which replaces the first');
select is(tap.rows($$ select auth_invitation_find('\xab') $$), 0::bigint, 'S2-API-04 whose token is void');
select is((select role || has_login from auth_invitation_find('\xac')), 'managerfalse', 'S2-API-04 the token tells who is invited');
select is(tap.state($$ select auth_invitation_accept('\xac', null, null, null, null) $$), 'CR422', 'S2-API-04 a new login needs a password');
select is(tap.value($$ select created from auth_invitation_accept('\xac', null, 'hash', null, null) $$), 'true', 'S2-API-04 accepting makes the login');
select is((select role || first_name from memberships where email = 'bob@example.com'), 'managerBob', 'S5-SEC-03 and the membership');
select is(tap.state($$ select auth_invitation_accept('\xac', null, 'hash', null, null) $$), 'CR404', 'S2-API-04 once');
select tap.act(:'o', :'u', tap.letters('aaaa')) \g /dev/null
select is(tap.state($$ select auth_invite('bob@example.com', 'user', null, null, null, null, '\xad', 60) $$), 'CR409', 'S2-API-04 a member is not invited');
insert into partners (id, name, email) values ('00000000-0000-7000-8000-0000000000aa', 'P', 'p@example.com');
select tap.act(:'o', :'u', '|memberships:pppn|', null, '00000000-0000-7000-8000-0000000000aa') \g /dev/null
select is(tap.state($$ select auth_invite('c@example.com', 'user', null, '00000000-0000-7000-8000-0000000000aa', null, null, '\xae', 60) $$), 'CR403', 'S4-SEC-07 a partner''s administrator invites into partner roles only');
select is(tap.state($$ select auth_invite('c@example.com', 'partner_user', null, uuid_v7(), null, null, '\xae', 60) $$), 'CR403', 'S4-SEC-07 of the own partner');
select is(tap.state($$ select auth_invite('c@example.com', 'partner_user', null, '00000000-0000-7000-8000-0000000000aa', null, null, '\xae', 60) $$), '00000', 'S4-SEC-07 and then may');
select tap.act(:'o', :'u', '|memberships:onon|') \g /dev/null
select is(tap.state($$ select auth_invite('d@example.com', 'user', null, null, null, null, '\xaf', 60) $$), 'CR403', 'S2-SEC-15 others invite nobody');

/* another organisation */
select auth_organization_create(:'u', null, 'Second', null, null, null) as o2 \gset
select is(jsonb_array_length(auth_memberships(:'u')), 2, 'S5-ENT-02 one login, several organisations');
select session_id as s4 from auth_session_create(:'u', :'o', null, '\x41', 60, null, null) \gset
select is(auth_switch(:'s4', :'u', :'o2'), true, 'S5-ENT-02 a session switches');
select is((select org_name from auth_session_check(:'s4', :'o2', :'u')), 'Second', 'S5-ENT-02 and is then of the other');
select is(auth_switch(:'s4', :'u', uuid_v7()), false, 'S5-SEC-03 not to where one is no member');
update memberships set active = false where org_id = :'o' and email = 'bob@example.com';
select is(tap.rows(format('select * from auth_find_login(''bob@example.com'') where jsonb_array_length(memberships) > 0')), 0::bigint, 'S5-SEC-03 who is inactive has nowhere to go');

/* idempotency */
select tap.act(:'o', :'u', tap.letters('aaaa')) \g /dev/null
select is(tap.value($$ select outcome from idempotency_claim('POST', '/contacts', 'k', '\x01') $$), 'new', 'a key is claimed');
select tap.rows($$ select idempotency_store('POST', '/contacts', 'k', 201, 'Location: /x', '\x7b7d') $$) \g /dev/null
select is(tap.value($$ select outcome || status || headers from idempotency_claim('POST', '/contacts', 'k', '\x01') $$), 'replay201Location: /x', 'and answered again');
select is(tap.value($$ select outcome from idempotency_claim('POST', '/contacts', 'k', '\x02') $$), 'mismatch', 'but not for another body');
select is(tap.value($$ select outcome from idempotency_claim('POST', '/companies', 'k', '\x02') $$), 'new', 'nor another path');
update idempotency_keys set created_at = now() - interval '25 hours';
select is(tap.value($$ select outcome from idempotency_claim('POST', '/contacts', 'k', '\x02') $$), 'new', 'after 24 hours it is free');
select is(idempotency_sweep(), 1, 'and what is old is swept');

/* secrets */
select ok(not exists (select from changes where diff::text ~ 'hash2?"'), 'S2-SEC-13 no hash in the log');

select * from finish();
rollback;
