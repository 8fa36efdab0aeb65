/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps: locks, what a status is worth, whose a file is, what is forgotten. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
create temp table b as select * from tap.make_org('beta');
create temp table s (name text, id uuid);
grant select on a, b, s to cairn_app;

create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
create function tap.status(text) returns text language sql stable as $$
	select tap.value(format('select import_status(i) from imports i where id = %L', tap.id_of($1))) $$;

/* As a manager, who may not change the organisation. */
select tap.act(org, mate, '|organizations:annn|') from a \g /dev/null
with made as (insert into imports (entity, status, step, rehearsal, created_by)
	select 'contact', status, step, rehearsal::jsonb, mate from a, (values
		('running', 'rehearse', null), ('dead commit', 'commit', '{}'), ('once', null, null)) as v (name, step, rehearsal),
		(values ('writing')) as w (status) returning id, step)
insert into s select coalesce(step, 'once'), id from made;
insert into import_pieces (import_id, number, bytes, created_by)
	select id, 0, 'file', (select mate from a) from s where name <> 'once';

/* ---- locks ------------------------------------------------------------------------------------ */

select is(tap.status('rehearse'), 'ready', 'S3-IMP a rehearsal that died with its server leaves the file ready');
select is(tap.status('commit'), 'rehearsed', 'S3-IMP a commit that died leaves its rehearsal');
select is(tap.status('once'), 'failed', 'S3-IMP an import in one step that died has failed');
select is(tap.value(format('select import_lock(%L)', tap.id_of('rehearse'))), 'true', 'S3-IMP whoever runs one holds its lock');
select is(tap.status('rehearse'), 'writing', 'S3-IMP and it runs for as long as the lock is held');
select is(tap.status('commit'), 'rehearsed', 'S3-IMP another one does not');

/* ---- whose it is ------------------------------------------------------------------------------ */

select is(tap.rows('select from import_pieces'), 2::bigint, 'S3-IMP whoever imports sees the file');
select tap.act(org, admin, '|organizations:aaaa|') from b \g /dev/null
select is(tap.rows(format('select from import_pieces where import_id = %L', tap.id_of('commit'))), 0::bigint,
	'S5-SEC-01 another organisation does not');
select tap.value(format('select import_forget_file(%L)', tap.id_of('commit'))) \g /dev/null
select tap.act(org, admin, '|organizations:annn|') from a \g /dev/null
select is(tap.rows(format('select from import_pieces where import_id = %L', tap.id_of('commit'))), 0::bigint,
	'S3-IMP nor does a colleague who may not change the organisation');
select tap.value(format('select import_forget_file(%L)', tap.id_of('commit'))) \g /dev/null
select tap.act(org, mate, '|organizations:annn|') from a \g /dev/null
select is(tap.rows(format('select from import_pieces where import_id = %L', tap.id_of('commit'))), 1::bigint,
	'S3-IMP neither has made it forgotten');
select is(tap.state(format('delete from import_pieces where import_id = %L', tap.id_of('commit'))), '42501',
	'S3-SEC-08 nobody deletes a piece');
select tap.value(format('select import_forget_file(%L)', tap.id_of('commit'))) \g /dev/null
select is(tap.rows(format('select from import_pieces where import_id = %L', tap.id_of('commit'))), 0::bigint,
	'S3-IMP whose it is makes it forgotten');

/* ---- forgetting ------------------------------------------------------------------------------- */

insert into import_pieces (import_id, number, bytes, created_by) select tap.id_of('commit'), 0, 'file', mate from a;
update imports set updated_at = now() - interval '8 days' where id in (tap.id_of('commit'), tap.id_of('rehearse'));
select tap.act(null, null, '') \g /dev/null
select is(tap.value('select imports_sweep()'), '1', 'S3-IMP a file that nobody goes on with is forgotten');
select tap.act(org, mate, '|organizations:annn|') from a \g /dev/null
select is(tap.status('commit'), 'cancelled', 'S3-IMP its import is cancelled');
select is(tap.status('rehearse'), 'writing', 'S3-IMP one that runs is not');
select is(tap.rows('select from import_pieces'), 1::bigint, 'S3-IMP and keeps its file');

select is(tap.state('select import_analyze(''contacts'')'), '00000', 'S3-IMP an import has statistics made');
select is(tap.state('select import_analyze(''no such table'')'), '00000', 'S3-IMP of nothing there are none');

select * from finish();
rollback;
