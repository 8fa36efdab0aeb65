/* SPDX-License-Identifier: Apache-2.0 */
/* One row in the log for each row written, and none for what did not change. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null

create temp table c as select uuid_v7() as id;
grant select on c to cairn_app;
create temp view the_log as select * from changes where record_id = (select id from c);
grant select on the_log to cairn_app;

select tap.rows('insert into contacts (id, first_name, last_name, owner_id) select id, ''Jan'', ''Novák'', app_user() from c') \g /dev/null
select results_eq('select action, entity, diff, owner_id, actor_id, request_id from the_log',
	$$ select 'create', 'contact', null::jsonb, admin, admin, 'test' from a $$, 'S3-SEC-16 S2-SEC-13 a create is logged, without image');

select tap.rows('update contacts set first_name = ''Jana'', job_title = ''CEO'' where id = (select id from c)') \g /dev/null
select is((select diff from the_log where action = 'update'),
	'{"first_name": ["Jan", "Jana"], "job_title": [null, "CEO"]}'::jsonb, 'S1-DB-07 an update logs the columns that changed');
select is((select version from contacts where id = (select id from c)), 2, 'S1-DB-03 and counts the version');
select is((select updated_by from contacts where id = (select id from c)), (select admin from a), 'S1-DB-07 and notes who');

select is(tap.rows('update contacts set first_name = ''Jana'' where id = (select id from c)'), 1::bigint, 'S1-DB-07 a no-op finds its row');
select is((select count(*) from the_log), 2::bigint, 'S1-DB-07 but logs nothing');
select is((select version from contacts where id = (select id from c)), 2, 'S1-DB-07 and leaves the version');

select tap.rows('update contacts set version = 77, created_at = ''2000-01-01'', created_by = null, org_id = uuid_v7() where id = (select id from c)') \g /dev/null
select is((select array[version::text, (created_by is null)::text, (org_id = app_org())::text] from contacts where id = (select id from c)),
	array['2', 'false', 'true'], 'S5-SEC-01 keys, authorship and version are not taken from an update');

select tap.rows('update contacts set last_activity_at = now() where id = (select id from c)') \g /dev/null
select is((select version from contacts where id = (select id from c)) || ' ' || (select count(*) from the_log), '2 2', 'quiet columns neither count nor log');
select isnt((select last_activity_at from contacts where id = (select id from c)), null, 'but are stored');

select tap.rows('update contacts set deleted_at = now() where id = (select id from c)') \g /dev/null
select tap.rows('update contacts set deleted_at = null where id = (select id from c)') \g /dev/null
select results_eq('select action, diff from the_log order by id', $$ values ('create', null::jsonb),
	('update', '{"first_name": ["Jan", "Jana"], "job_title": [null, "CEO"]}'::jsonb),
	('delete', null), ('restore', null) $$, 'S1-DB-04 delete and restore are actions');
select is((select version from contacts where id = (select id from c)), 4, 'S1-DB-04 and versions');

/* Ids are in the order of time, within a millisecond too, or the log could not be read back. */
create temp table made (n int, id uuid default uuid_v7()) on commit drop;
do $$ begin for i in 1 .. 1000 loop insert into made (n) values (i); end loop; end $$;
select is((select count(*) from (select id, lag(id) over (order by n) as before from made) as m where id <= before), 0::bigint,
	'S1-ENT-09 ids rise with time');
select is((select count(*) from made where id::text !~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
	or abs(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint - extract(epoch from now()) * 1000) > 600000), 0::bigint,
	'and are UUIDs of version 7 of this time');

/* In bulk. */
select tap.rows('insert into contacts (last_name) select ''Bulk'' || n from generate_series(1, 500) n') \g /dev/null
select is((select count(*) from changes where action = 'create' and entity = 'contact'), 502::bigint, 'a bulk insert logs every row');
select tap.rows('update contacts set source = ''import'' where last_name like ''Bulk%''') \g /dev/null
select is((select count(*) from changes where action = 'update' and diff = '{"source": [null, "import"]}'), 500::bigint, 'so does a bulk update');

select isnt(tap.state('insert into changes (org_id, entity, record_id, action) select app_org(), ''contact'', id, ''create'' from c'), '00000', 'S1-ENT-09 nobody writes the log by hand');
select isnt(tap.state('update changes set action = ''x'''), '00000', 'S1-ENT-09 nor changes it');
select isnt(tap.state('delete from changes'), '00000', 'S1-ENT-09 nor deletes from it');
select is(tap.state('select log_action(''contact'', (select id from c), ''export'')'), '00000', 'a domain action is logged by its function');
select is((select org_id from the_log where action = 'export'), (select org from a), 'for the caller''s organisation only');

/* Physical deletes, where there are any, keep what was there. */
set local role cairn_owner;
create table scraps (org_id uuid not null default app_org(), id uuid not null default uuid_v7(), letters text,
	created_at timestamptz(3) default now(), updated_at timestamptz(3) default now(), deleted_at timestamptz(3),
	version int not null default 1, created_by uuid default app_user(), updated_by uuid default app_user(),
	primary key (org_id, id));
select protect('scraps', entity => 'scrap', commands => 'rcud') \g /dev/null
reset role;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select tap.rows('insert into scraps (letters) values (''oooo'')') \g /dev/null
select tap.rows('delete from scraps') \g /dev/null
select is((select diff -> 'letters' from changes where entity = 'scrap' and action = 'delete'), '["oooo", null]'::jsonb, 'a physical delete logs the old values');

/* Secrets. */
select ok(not exists (select from changes where diff::text ~ 'token_hash": \[(?!"\*)'), 'S2-SEC-13 no secret stands in the log');
select ok(not exists (select from changes where entity in ('credential', 'session')), 'S2-SEC-13 sessions and credentials are not logged');

/* Who reads the log. */
/* Letters of the log and of contacts; all others are open. */
create function tap.reader(letter text, contacts text) returns text language sql as $$
	select regexp_replace(regexp_replace(tap.letters('aaaa'), '\|changes:a', '|changes:' || letter),
		'\|contacts:a', '|contacts:' || contacts)
$$;
select tap.act(org, mate, tap.reader('o', 'a'), array[mate]) from a \g /dev/null
select is(tap.rows('select id from changes where actor_id <> app_user() and owner_id is distinct from app_user()'), 0::bigint, 'letter o reads one''s own');
select tap.act(org, mate, tap.reader('t', 'a'), array[mate, admin]) from a \g /dev/null
select cmp_ok(tap.rows('select id from changes'), '>', 500::bigint, 'letter t reads the team''s');
select tap.act(org, mate, tap.reader('n', 'a')) from a \g /dev/null
select is(tap.rows('select id from changes'), 0::bigint, 'letter n reads nothing');
select tap.act(org, mate, tap.reader('a', 'n'), array[mate]) from a \g /dev/null
select is(tap.rows('select id from changes where entity = ''contact'''), 0::bigint, 'S5-SEC-08 who reads no contacts reads nothing of them in the log');
select cmp_ok(tap.rows('select id from changes where entity = ''company'''), '>', 0::bigint, 'S5-SEC-08 but what happened to others');
select tap.act(org, mate, tap.reader('a', 'o'), array[mate]) from a \g /dev/null
select is(tap.rows('select id from changes where entity = ''contact'''), 0::bigint, 'S5-SEC-08 who reads own contacts reads of own ones in the log');
select tap.act(org, mate, tap.reader('a', 't'), array[mate, admin]) from a \g /dev/null
select cmp_ok(tap.rows('select id from changes where entity = ''contact'''), '>', 500::bigint, 'S5-SEC-08 who reads the team''s, of the team''s');
select tap.act(org, mate, replace(replace(tap.reader('a', 'a'), '|memberships:a', '|memberships:o'), '|invitation|', '|'), array[mate]) from a \g /dev/null
select is(tap.rows('select id from changes where entity = ''invitation'''), 0::bigint, 'S5-SEC-08 what is no entity is for who reads all people');

/* What a reader does not see is cut out of a diff. */
select is(redact_diff('{"cost": [1, 2], "name": ["a", "b"]}', '{cost}', '{}'), '{"name": ["a", "b"]}', 'S5-SEC-08 a column goes');
select is(redact_diff('{"custom": [{"salary": 1, "size": 2}, {"salary": 3, "size": 4}]}', '{}', '{salary}'),
	'{"custom": [{"size": 2}, {"size": 4}]}', 'S5-SEC-08 and a key of custom fields');
select is(redact_diff('{"custom": [{"salary": 1}, {"salary": 3}], "name": ["a", "b"]}', '{}', '{salary}'),
	'{"name": ["a", "b"]}', 'S5-SEC-08 of which nothing is left where nothing else changed');
select is(redact_diff('{"custom": [null, {"salary": 3, "size": 1}]}', '{}', '{salary}'), '{"custom": [null, {"size": 1}]}', 'S5-SEC-08 also where there was none');
select is(redact_diff(null, '{cost}', '{salary}'), null, 'S5-SEC-08 a create has no diff');

/* Partitions. */
select is(changes_partitions(3), 0, 'the partitions of the coming months exist');
select cmp_ok(changes_partitions(5), '=', 2, 'and more are made ahead');
select is((select count(*) from changes_default), 0::bigint, 'nothing went to the default partition');

select * from finish();
rollback;
