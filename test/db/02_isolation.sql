/* SPDX-License-Identifier: Apache-2.0 */
/* Two organisations with a row in every table: neither reaches the other, by any statement. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
create temp table b as select * from tap.make_org('beta');
grant select on a, b to cairn_app;

select cmp_ok((select count(*) from tap.tenant_tables), '>=', 20::bigint, 'S5-SEC-01 the walk has tables to walk');

/* As alpha's administrator. */
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null

select cmp_ok(tap.rows(format('select org_id from %I where org_id = (select org from a)', name)), '>', 0::bigint,
	format('S5-SEC-01 %s: own rows are seen', name)) from tap.tenant_tables;
select is(tap.rows(format('select org_id from %I where org_id <> (select org from a)', name)), 0::bigint,
	format('S5-SEC-01 %s: no row of another organisation is seen', name)) from tap.tenant_tables;

select is(tap.rows(format('update %I set org_id = org_id where org_id = (select org from b)', name)), 0::bigint,
	format('S4-SEC-08 %s: no row of another organisation is changed', name))
from tap.tenant_tables where has_table_privilege('cairn_app', oid, 'update');

select is(tap.rows(format('delete from %I where org_id = (select org from b)', name)), 0::bigint,
	format('S4-SEC-08 %s: no row of another organisation is deleted', name))
from tap.tenant_tables where has_table_privilege('cairn_app', oid, 'delete');

/* A copy of the other's row, under a new id and the other's org_id. */
create function tap.copy_state(t text, org uuid) returns text language plpgsql as $$
declare
	columns text;
	row jsonb;
	s text;
begin
	select string_agg(quote_ident(attname), ', ') into columns from pg_attribute
	where attrelid = t::regclass and attnum > 0 and not attisdropped and attgenerated = '';
	execute format('select to_jsonb(x) from %I x where org_id = $1 limit 1', t) into row using org;
	row := row || jsonb_build_object('id', uuid_v7(), 'line', 99, 'key', 'copy', 'email', 'copy@example.com');
	return tap.state(format('insert into %I (%s) select %s from jsonb_populate_record(null::%I, %L)',
		t, columns, columns, t, row));
end
$$;

select isnt(tap.copy_state(name, (select org from b)), '00000',
	format('S5-SEC-01 %s: no row is written into another organisation', name))
from tap.tenant_tables where has_table_privilege('cairn_app', oid, 'insert');

/* Foreign keys are checked past row security: the key itself must refuse. Some columns are not taken
 * from an UPDATE at all (created_by, a deal's pipeline): what counts is that nothing is stored. */
create function tap.reference_state(t text, col text, target text, mine uuid, other uuid) returns text
language plpgsql as $$
declare
	stored boolean;
begin
	execute format('update %I set %I = (select id from %I where org_id = $2 limit 1) '
		'where org_id = $1', t, col, target) using mine, other;
	execute format('select bool_or(m.%I = o.id) from %I m, %I o where m.org_id = $1 and o.org_id = $2',
		col, t, target) into stored using mine, other;
	return case when stored then '00000' else 'kept' end;
exception when others then
	return sqlstate;
end
$$;

select isnt(tap.reference_state(k.conrelid::regclass::text, c.attname::text, k.confrelid::regclass::text,
	(select org from a), (select org from b)), '00000',
	format('S1-DB-02 %s: %s cannot point into another organisation', k.conrelid::regclass, c.attname))
from pg_constraint k
join pg_attribute c on c.attrelid = k.conrelid and c.attnum = k.conkey[2]
where k.contype = 'f' and cardinality(k.conkey) = 2 and k.connamespace = 'public'::regnamespace
	and (select attname from pg_attribute where attrelid = k.confrelid and attnum = k.confkey[2]) = 'id'
	and k.conrelid in (select oid from tap.tenant_tables) and c.attname <> 'user_id'
	and c.attname <> 'import_id'
order by 1;

select is(tap.state(format('update companies set tags = array[%L::uuid] where org_id = app_org()',
	(select t.id from tags t, b where t.org_id = b.org limit 1))), 'CR422',
	'S5-ENT-07 a tag of another organisation cannot be set');
select is(tap.state(format('select hand_over(''contacts'', %L, %L)', (select c.id from contacts c, a where c.org_id = a.org limit 1),
	(select admin from b))), 'CR422', 'S5-SEC-03 a record cannot be handed to somebody of another organisation');
select is(tap.state(format('select hand_over(''contacts'', %L, %L)', (select c.id from contacts c, b where c.org_id = b.org limit 1),
	(select admin from a))), 'CR404', 'S5-SEC-03 nor can another organisation''s record be taken');

/* Views of cairn_lookup answer for the caller's organisation. */
select is(tap.rows('select id from people'), 2::bigint, 'S5-SEC-01 people: one''s own organisation only');
select tap.act(org, admin, tap.letters('aaaa'), null, uuid_v7()) from a \g /dev/null
select is(tap.rows('select id from people'), 0::bigint, 'S4-SEC-05 people: nobody for partners');

/* Without a context. */
select tap.act(null, null, null) \g /dev/null
select is(tap.rows('select id from people'), 0::bigint, 'S5-SEC-02 people: nobody without a context');
select is(tap.rows(format('select org_id from %I', name)), 0::bigint,
	format('S5-SEC-02 %s: without a context there are no rows', name)) from tap.tenant_tables;
select isnt(tap.copy_state(name, (select org from a)), '00000',
	format('S5-SEC-02 %s: without a context nothing is written', name))
from tap.tenant_tables where has_table_privilege('cairn_app', oid, 'insert');
select is(tap.rows(format('update %I set org_id = org_id', name)), 0::bigint,
	format('S5-SEC-02 %s: without a context nothing is changed', name))
from tap.tenant_tables where has_table_privilege('cairn_app', oid, 'update');

/* A context without letters. */
select tap.act(org, admin, '||') from a \g /dev/null
select is(tap.rows(format('select org_id from %I', name)), 0::bigint,
	format('S5-SEC-08 %s: without a letter there are no rows', name))
from tap.tenant_tables where name not in ('imports', 'import_rows', 'import_pieces', 'idempotency_keys', 'roles');

select * from finish();
rollback;
