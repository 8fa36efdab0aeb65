/* SPDX-License-Identifier: Apache-2.0 */
/* The letters of app.access: what each lets see and do, on every table that takes them. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
create temp table s (name text, id uuid);
grant select on a, s to cairn_app;

/* A company, a contact of it and a lead of the mate's; others of nobody's. */
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
insert into partners (id, name, email, status) values ('00000000-0000-7000-8000-0000000000aa', 'P', 'p@example.com', 'approved');
with c as (insert into companies (name, owner_id) select 'Mate''s', mate from a returning id)
insert into s select 'company', id from c;
with c as (insert into contacts (last_name, owner_id) select 'Mine', mate from a returning id)
insert into s select 'contact', id from c;
with c as (insert into contacts (last_name, company_id) select 'Through', (select id from s where name = 'company') returning id)
insert into s select 'through', id from c;
with c as (insert into contacts (last_name) values ('Nobody''s') returning id)
insert into s select 'nobody', id from c;
with c as (insert into leads (last_name, owner_id, partner_id) select 'Mine', mate, '00000000-0000-7000-8000-0000000000aa' from a returning id)
insert into s select 'lead', id from c;
update leads set status = 'contacted' where id = (select id from s where name = 'lead');

create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
create function tap.as_mate(letters text, team boolean default false, partner uuid default null) returns void
language sql as $$
	select tap.act(org, mate, tap.letters(letters), case when team then array[mate, admin] else array[mate] end,
		partner) from a
$$;

/* read */
select tap.as_mate('aaaa') \g /dev/null
select is(tap.rows('select id from contacts'), 4::bigint, 'S3-SEC-04 letter a reads all');
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('select id from contacts'), 2::bigint, 'S3-SEC-05 letter o reads own, also through the company');
select is(tap.rows('select id from companies'), 1::bigint, 'S3-SEC-05 letter o reads own companies');
select is(tap.rows('select id from lead_status_history'), 2::bigint, 'S4-SEC-08 history follows its lead');
select tap.as_mate('tttt', true) \g /dev/null
select is(tap.rows('select id from companies'), 2::bigint, 'S3-SEC-04 letter t reads the team''s');
select is(tap.rows('select id from lead_status_history'), 3::bigint, 'S3-SEC-04 letter t reads the team''s history');
select tap.as_mate('pppp', false, '00000000-0000-7000-8000-0000000000aa') \g /dev/null
select is(tap.rows('select id from leads'), 1::bigint, 'S4-SEC-04 letter p reads the partner''s leads');
select is(tap.rows('select id from lead_status_history'), 2::bigint, 'S4-SEC-04 letter p reads their history');
select is(tap.rows('select id from contacts'), 0::bigint, 'S4-SEC-05 letter p reads no contacts');
select tap.as_mate('pppp', false, '00000000-0000-7000-8000-0000000000aa') \g /dev/null
select is(tap.state('insert into leads (last_name, owner_id) values (''Partner''''s'', app_user()) returning id'), '00000', 'S4-INT-02 a partner submits a lead');
select is((select partner_id || ' ' || owner_id from leads where last_name = 'Partner''s'), (select '00000000-0000-7000-8000-0000000000aa ' || admin from a),
	'S4-SEC-08 which is the partner''s, and worked by the organisation''s default');
select is(tap.rows('update leads set partner_id = null, last_name = ''Still'' where last_name = ''Partner''''s'''), 1::bigint, 'S4-SEC-08 the partner edits it');
select is((select partner_id from leads where last_name = 'Still'), '00000000-0000-7000-8000-0000000000aa'::uuid, 'S4-SEC-05 and cannot move it to another');
select tap.as_mate('pppp', false, null) \g /dev/null
select is(tap.rows('select id from leads'), 0::bigint, 'S4-SEC-05 letter p without a partner reads nothing');
select tap.as_mate('nnnn') \g /dev/null
select is(tap.rows('select id from contacts'), 0::bigint, 'S5-SEC-08 letter n reads nothing');
select tap.as_mate('xxxx') \g /dev/null
select is(tap.rows('select id from contacts'), 0::bigint, 'S5-SEC-08 an unknown letter reads nothing');

/* create */
select tap.as_mate('oooo') \g /dev/null
select is(tap.state(format('insert into contacts (last_name, owner_id) values (''X'', %L) returning id', (select mate from a))),
	'00000', 'S3-SEC-04 letter o creates own');
select is(tap.state(format('insert into contacts (last_name, owner_id) values (''X'', %L) returning id', (select admin from a))),
	'CR403', 'S3-SEC-04 letter o does not create for others');
select tap.as_mate('oaoo') \g /dev/null
select is(tap.state(format('insert into contacts (last_name, owner_id) values (''X'', %L) returning id', (select admin from a))),
	'CR403', 'S3-SEC-04 create a with read o: not for others, and said clearly');
select tap.as_mate('anoo') \g /dev/null
select is(tap.state('insert into contacts (last_name, owner_id) values (''X'', app_user())'), 'CR403',
	'S3-SEC-04 letter n creates nothing');
select tap.as_mate('tatt', true) \g /dev/null
select is(tap.state(format('insert into contacts (last_name, owner_id) values (''X'', %L) returning id', (select admin from a))),
	'00000', 'S3-SEC-04 letter t creates for the team');

/* update */
select tap.as_mate('aoon') \g /dev/null
select is(tap.rows('update contacts set job_title = ''x'' where id = tap.id_of(''contact'')'), 1::bigint,
	'S3-SEC-04 letter o updates own');
select is(tap.rows('update contacts set job_title = ''x'' where id = tap.id_of(''nobody'')'), 0::bigint,
	'S4-SEC-08 letter o updates no other');
select is(tap.state('update contacts set owner_id = (select admin from a) where id = tap.id_of(''contact'')'), 'CR403',
	'S3-SEC-04 a plain update does not give a record away');
select is(tap.value('select hand_over(''contacts'', tap.id_of(''contact''), (select admin from a))'), '3',
	'S2-API-16 hand_over does, and tells the version');
select is(tap.state('select hand_over(''contacts'', tap.id_of(''contact''), (select mate from a))'), 'CR404',
	'S2-API-16 and not back: it is not own any more');
select is(tap.state('select hand_over(''contacts'', tap.id_of(''through''), uuid_v7())'), 'CR422',
	'S2-API-16 nor to somebody unknown');
select is(tap.state('select hand_over(''tags'', uuid_v7(), (select mate from a))'), 'CR404',
	'S2-API-16 what has no owner cannot be handed over');
select tap.as_mate('aana') \g /dev/null
select is(tap.state('update contacts set job_title = ''y'' where id = tap.id_of(''nobody'')'), 'CR403',
	'S3-SEC-04 letter n on update refuses an edit, whatever delete says');

/* delete and restore */
select tap.as_mate('aaan') \g /dev/null
select is(tap.state('update contacts set deleted_at = now() where id = tap.id_of(''nobody'')'), 'CR403',
	'S3-SEC-04 letter n on delete refuses, whatever update says');
select tap.as_mate('aaao') \g /dev/null
select is(tap.state('update contacts set deleted_at = now() where id = tap.id_of(''nobody'')'), 'CR403',
	'S3-SEC-04 letter o deletes no other');
select is(tap.rows('update contacts set deleted_at = now() where id = tap.id_of(''through'')'), 1::bigint,
	'S3-SEC-04 letter o deletes own');
select tap.as_mate('aaan') \g /dev/null
select is(tap.state('update contacts set deleted_at = null where id = tap.id_of(''through'')'), 'CR403',
	'S1-DB-04 restore asks for the same letter');
select tap.as_mate('aana') \g /dev/null
select is(tap.rows('update contacts set deleted_at = null where id = tap.id_of(''through'')'), 1::bigint,
	'S1-DB-04 delete alone is enough to restore');
select is(tap.state('update contacts set deleted_at = now(), job_title = ''z'' where id = tap.id_of(''through'')'), 'CR403',
	'S3-SEC-04 a delete does not smuggle an edit');

/* private activities */
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
insert into activities (type, body, visibility, lead_id) values ('note', 'secret', 'private', tap.id_of('lead'));
insert into activities (type, body, visibility, lead_id) values ('note', 'open', 'partner', tap.id_of('lead'));
select is(tap.rows('select id from activities'), 4::bigint, 'S5-ENT-06 the administrator sees private notes');
select tap.as_mate('aaan') \g /dev/null
select is(tap.rows('select id from activities where visibility = ''private'''), 0::bigint,
	'S5-ENT-06 a manager does not see the private note of another');
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('select id from activities'), 1::bigint, 'S3-SEC-04 an activity is own through its lead, unless private');
select tap.as_mate('pppp', false, '00000000-0000-7000-8000-0000000000aa') \g /dev/null
select is(tap.rows('select id from activities'), 1::bigint, 'S4-SEC-04 a partner sees what is shared with partners');

select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select tap.value('select hand_over(''leads'', tap.id_of(''lead''), (select admin from a))') \g /dev/null
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('select id from activities'), 0::bigint, 'S3-SEC-04 and no more when the lead is somebody else''s');
select tap.as_mate('tttt', true) \g /dev/null
select is(tap.rows('select id from activities where lead_id = tap.id_of(''lead'')'), 1::bigint, 'S3-SEC-04 a team sees its activities, not the private ones of others');
select is((select version from activities where body = 'open'), 1, 'S1-DB-07 which is no change of the activity');

/* memberships */
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('update memberships set job_title = ''Boss'' where id = app_user()'), 1::bigint, 'S2-API-04 one edits one''s own card');
select is(tap.state('update memberships set role = ''admin'' where id = app_user()'), 'CR403', 'S2-SEC-15 but not one''s role');
select is(tap.state('update memberships set team_id = null where id = app_user()'), 'CR403', 'S2-SEC-15 nor one''s team');
select is(tap.rows('select id from memberships'), 1::bigint, 'S3-SEC-04 and sees oneself');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select is(tap.state('update memberships set active = false where id = app_user()'), 'CR409', 'S2-SEC-15 the last administrator stays');
select is(tap.state('update memberships set role = ''admin'' where id = (select mate from a)'), '00000', 'S2-SEC-15 an administrator sets roles');
select is(tap.state('update memberships set role = ''user'' where id = app_user()'), '00000', 'S2-SEC-15 then may step down');

select * from finish();
rollback;
