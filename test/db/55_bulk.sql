/* SPDX-License-Identifier: Apache-2.0 */
/* Many records at once, and what a revert makes of values and of the log. */
begin;
select no_plan();

/* A row of many that leaves out a field says NULL for it (core/sql_bulk_rows.c), so that NULL must be what the
 * column would have got. Those that the server writes itself may have another. */
select is_empty($$
	select c.relname, a.attname from pg_attrdef d
	join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
	join pg_class c on c.oid = d.adrelid
	join pg_proc p on p.proname = c.relname || '_touch' and p.pronamespace = 'public'::regnamespace
	where c.relnamespace = 'public'::regnamespace and not a.attnotnull and a.attgenerated = ''
		and a.attname not in ('created_by', 'updated_by', 'changeset_id', 'requested_by')
		and not (c.relname = 'views' and a.attname = 'owner_id') /* the server says whose */
$$, 'no column that may be null has a default');

/* ---- bulk_run ------------------------------------------------------------------------------- */

create temp table heap (n int primary key, kind text check (kind <> 'bad'));
grant all on heap to cairn_app;

select is(bulk_run(array['insert into heap select (e ->> ''n'')::int, $2[1] || (e ->> ''kind'') '
	'from jsonb_array_elements($1) as e'], '{""}', '[{"n": 1, "kind": "a"}, {"n": 2, "kind": "b"}]'), '[]',
	'nothing is refused');
select is((select string_agg(f -> 'row' ->> 'n' || ' ' || (f ->> 'state') || ' ' || (f ->> 'constraint'), ', ')
	from jsonb_array_elements(bulk_run(array['insert into heap select (e ->> ''n'')::int, e ->> ''kind'' '
	'from jsonb_array_elements($1) as e'], '{}', (select jsonb_agg(jsonb_build_object('n', n, 'kind',
	case when n in (7, 19) then 'bad' else 'good' end)) from generate_series(1, 20) as n))) as f),
	'1 23505 heap_pkey, 2 23505 heap_pkey, 7 23514 heap_kind_check, 19 23514 heap_kind_check',
	'each refused row is told, and what by');
select is((select count(*) from heap), 18::bigint, 'all others are written');
select is(bulk_run(array['insert into heap select 100 from jsonb_array_elements($1) as e',
	'select app_refuse(''no'') from jsonb_array_elements($1) as e'], '{}', '[1]') -> 0 ->> 'message', 'no',
	'of several statements none is kept when one is refused');
select is((select count(*) from heap), 18::bigint, 'none is');
select throws_ok($$select bulk_run(array['select 1/count(*) from jsonb_array_elements($1) as e, no_such_table'],
	'{}', '[1]')$$, '42P01', null, 'a fault of ours is not the row''s');

/* ---- values --------------------------------------------------------------------------------- */

select is(external_ids_merge('[{"system": "a", "id": "1"}, {"system": "b", "id": "2"}]',
	'[{"system": "a", "id": "3"}]'), '[{"system": "b", "id": "2"}, {"system": "a", "id": "3"}]',
	'systems that are not named keep their ids');
select is(external_ids_merge(null, '[{"system": "a", "id": "3"}]'), '[{"system": "a", "id": "3"}]',
	'of none as well');
select is(revert_value('{"a": 2, "b": 9, "c": 4}', '{"a": 1, "d": 5}', '{"a": 2, "c": 4}'),
	'{"a": 1, "b": 9, "d": 5}', 'of a document the members that were written go back, others stay');
select ok(not revert_differs('{"a": 2, "b": 9}', '{"a": 1}', '{"a": 2}'), 'another member is no conflict');
select ok(revert_differs('{"a": 3}', '{"a": 1}', '{"a": 2}'), 'the same one is');
select ok(not revert_differs('{"a": 1}', '{"a": 1}', '{"a": 2}'), 'what is back already is none');
select ok(revert_differs('3', '1', '2') and not revert_differs('2', '1', '2'), 'so with plain values');

/* ---- actions -------------------------------------------------------------------------------- */

select log_as('00000000-0000-0000-0000-000000000001', 'won'), log_as('00000000-0000-0000-0000-000000000002', 'lost'),
	log_as('00000000-0000-0000-0000-000000000001', 'reopened') \g /dev/null
select is(app_action('00000000-0000-0000-0000-000000000001'), 'reopened', 'the latest name of a record');
select is(app_action('00000000-0000-0000-0000-000000000002'), 'lost', 'each has its own');
select is(app_action('00000000-0000-0000-0000-000000000003'), null, 'none for the others');

/* ---- the log, folded ------------------------------------------------------------------------ */

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select set_config('app.changeset_id', uuid_v7()::text, true) as one \gset
create temp table made (id uuid);
grant all on made to cairn_app;
set role cairn_app;
insert into made select uuid_v7() from generate_series(1, 2);
insert into contacts (id, last_name, job_title) select id, 'x', 'a' from made;
update contacts set job_title = 'b' where id in (select id from made);
update contacts set job_title = 'c', phone = '1' where id in (select id from made);
reset role;
select set_config('app.changeset_id', uuid_v7()::text, true) as two \gset
set role cairn_app;
update contacts set job_title = 'd' where id in (select id from made);
update contacts set job_title = 'c', phone = '2' where id in (select id from made);
reset role;

select is((select string_agg(distinct concat_ws(' ', entity, made, moved, edits, before, after), '|')
	from changes_net(:'one', null, null)),
	'contact t 2 {"phone": null, "job_title": "a"} {"phone": "1", "job_title": "c"}',
	'several writes of a record are told as one');
select is((select string_agg(distinct concat_ws(' ', made, edits, before, after), '|')
	from changes_net(:'two', null, null)), 'f 2 {"phone": "1"} {"phone": "2"}',
	'what came back to what it was is no change');
select is(tap.state('select * from changes_net(uuid_v7(), null, null)'), '42501', 'the log itself is not for all');
select is(tap.state('select * from changeset_net(uuid_v7())'), 'CR404', 'what does not exist is not told');
select is(tap.state(format('select * from changeset_net(%L)', :'one')), '00000', 'the author may');
select tap.act(org, uuid_v7(), tap.letters('aaaa')) from a \g /dev/null
select is(tap.state(format('select * from changeset_net(%L)', :'one')), '00000', 'an administrator may');
select tap.act(org, uuid_v7(), tap.letters('aana')) from a \g /dev/null
select is(tap.state(format('select * from changeset_net(%L)', :'one')), 'CR404', 'others may not');
select tap.act(uuid_v7(), uuid_v7(), tap.letters('aaaa')) \g /dev/null
select is(tap.state(format('select * from changeset_net(%L)', :'one')), 'CR404', 'nor another organisation');

select * from finish();
rollback;
