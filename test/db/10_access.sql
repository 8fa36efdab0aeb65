/* SPDX-License-Identifier: Apache-2.0 */
/* Roles as data: the rules that hold whatever the server says, and the letter for assigning. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaaa')) from a \g /dev/null

/* merge_patch, RFC 7396 */
select is(merge_patch('{"a": "b", "c": {"d": "e", "f": "g"}}', '{"a": "z", "c": {"f": null}}'), '{"a": "z", "c": {"d": "e"}}', 'merge: replaced and taken away');
select is(merge_patch('{"a": [1]}', '{"a": {"b": null, "c": 1}}'), '{"a": {"c": 1}}', 'merge: an object in the place of a list');
select is(merge_patch('{"a": 1}', '[1]'), '[1]', 'merge: what is no object replaces');
select is(merge_patch('{}', '{"a": {"b": {"c": null}}}'), '{"a": {"b": {}}}', 'merge: null in a new member leaves nothing');

/* roles */
select is((select key from roles where name = 'Sales'), 'sales', 'S5-SEC-08 a key comes of the name');
insert into roles (name, preset) values ('7 & Söhne', 'user');
select is((select key from roles where name = '7 & Söhne'), 'role_7_sohne', 'S5-SEC-08 and begins with a letter');
select is(tap.state('update roles set deleted_at = now() where key = ''user'''), 'CR409', 'S5-SEC-08 a built-in role stays');
select is(tap.state('update roles set access = ''{"role": {"read": "none"}}'' where key = ''admin'''), 'CR409', 'S2-SEC-15 administrators keep the roles');
select is(tap.state('update roles set access = ''{"user": {"update": "none"}}'' where key = ''admin'''), 'CR409', 'S2-SEC-15 and the users');
select is(tap.state('update roles set fields = ''{"role.access": "read"}'' where key = ''admin'''), 'CR409', 'S2-SEC-15 and their fields');
select is(tap.state('update roles set access = ''{"api_key": {"create": "all"}}'' where key = ''user'''), 'CR422', 'S2-SEC-15 nobody else gets them');
select is(tap.rows('update roles set preset = ''admin'', key = ''boss'' where key = ''sales'''), 1::bigint, 'S2-SEC-15 preset and key');
select is((select preset || ' ' || key from roles where name = 'Sales'), 'user sales', 'S2-SEC-15 are not changed');
select is(tap.rows('update roles set access = ''{"deal": {}, "lead": {"read": "all"}}'' where key = ''sales'''), 1::bigint, 'S5-SEC-08 an entity without verbs');
select is((select access from roles where key = 'sales'), '{"lead": {"read": "all"}}', 'S5-SEC-08 is nothing to keep');
select is(tap.state('update memberships set role = ''sales'' where id = (select mate from a)'), '00000', 'S5-SEC-08 a member gets a role of the organisation''s own');
select is(tap.state('update roles set deleted_at = now() where key = ''sales'''), 'CR409', 'S5-SEC-08 which then is in use');
select is(tap.state('update memberships set role = ''user'' where id = (select mate from a)'), '00000', 'S5-SEC-08 given back');
select is(tap.state('update roles set deleted_at = now() where key = ''sales'''), '00000', 'S5-SEC-08 it goes');
select is(tap.state('update memberships set role = ''sales'' where id = (select mate from a)'), 'CR422', 'S5-SEC-08 and nobody gets it');

/* who is no administrator */
select tap.act(org, mate, tap.letters('aaaaa'), array[mate]) from a \g /dev/null
select is(tap.state('update memberships set role = ''admin'' where id = app_user()'), 'CR403', 'S2-SEC-15 letters alone make no administrator');
select is(tap.state('select auth_invite(''x@example.com'', ''admin'', null, null, null, null, ''\x01'', 60)'), 'CR403', 'S2-SEC-15 nor an invitation of one');
select is(tap.state('select auth_invite(''x@example.com'', ''manager'', null, null, null, null, ''\x01'', 60)'), '00000', 'S2-SEC-15 but of others');

/* assigning: the fifth letter */
create temp table s as select null::uuid as mine, null::uuid as theirs;
grant select on s to cairn_app;
with m as (insert into contacts (last_name, owner_id) select 'Mine', mate from a returning id),
	t as (insert into contacts (last_name, owner_id) select 'Theirs', admin from a returning id)
update s set mine = (select id from m), theirs = (select id from t);
select tap.act(org, mate, tap.letters('aaaan'), array[mate]) from a \g /dev/null
select is(tap.state('update contacts set owner_id = (select admin from a) where id = (select mine from s)'), 'CR403', 'S2-API-16 letter n gives nothing away');
select is(tap.state('update contacts set owner_id = app_user() where id = (select theirs from s)'), 'CR403', 'S2-API-16 and takes nothing');
select is(tap.state('update contacts set owner_id = (select admin from a), job_title = ''x'' where id = (select theirs from s)'), '00000', 'S2-API-16 an owner that stays may be said');
select is(tap.state('insert into contacts (last_name, owner_id) select ''New'', admin from a'), 'CR403', 'S2-API-16 and makes nothing for others');
select is(tap.state('insert into contacts (last_name, owner_id) values (''New'', app_user())'), '00000', 'S2-API-16 but for oneself');
select is(tap.state('select hand_over(''contacts'', (select mine from s), (select admin from a))'), 'CR404', 'S2-API-16 nor by the function');
select is(tap.state('select hand_over(''contacts'', (select theirs from s), (select admin from a))'), '00000', 'S2-API-16 to whom it belongs already');
select tap.act(org, mate, tap.letters('aaaao'), array[mate]) from a \g /dev/null
select is(tap.state('update contacts set owner_id = app_user() where id = (select theirs from s)'), 'CR403', 'S2-API-16 letter o takes nothing');
select is(tap.state('update contacts set owner_id = (select admin from a) where id = (select mine from s)'), '00000', 'S2-API-16 and gives its own away');
select tap.act(org, mate, tap.letters('aaaat'), array[mate, admin]) from a \g /dev/null
select is(tap.state('update contacts set owner_id = app_user() where id = (select theirs from s)'), '00000', 'S2-API-16 letter t shares among the team');
select tap.act(org, mate, tap.letters('aaaa'), array[mate]) from a \g /dev/null
select is(tap.state('update contacts set owner_id = (select admin from a) where id = (select theirs from s)'), '00000', 'S2-API-16 four letters are those of an older server');

select * from finish();
rollback;
