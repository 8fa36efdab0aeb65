-- SPDX-License-Identifier: Apache-2.0
-- One table of an organisation to `rows` rows, made of those that are there: psql -v org=… -v rows=… -v tab=…
-- As superuser, with triggers and foreign-key checks at rest: where their model refers to a person, or to a
-- record of a table that has many, they refer to any. Prepares a measurement.
\set ON_ERROR_STOP on
begin;
set local session_replication_role = replica;
set local work_mem = '256MB';
create temp table asked on commit drop as select :'org'::uuid as org, :'rows'::int as rows, :'tab'::text as tab;

do $$
declare
	a record;
	c record;
	joins text := '';
	columns text;
	built text;
begin
	select * into a from asked;
	execute format('create temp table model on commit drop as select row_number() over () - 1 as k, t.*'
		' from %I t where org_id = %L and deleted_at is null', a.tab, a.org);
	for c in select t.attname as name, t.attnum as number, k.confrelid::regclass as target from pg_constraint k
		join pg_attribute t on t.attrelid = k.conrelid and t.attnum = any (k.conkey) and t.attname <> 'org_id'
		where k.conrelid = a.tab::regclass and k.contype = 'f' and k.confrelid <> k.conrelid
			and k.confrelid not in ('organizations'::regclass, 'stages'::regclass, 'pipelines'::regclass) loop
		execute format('create temp table any_%s on commit drop as select row_number() over (order by md5(id::text)) - 1'
			' as k, id from %s where org_id = %L and deleted_at is null', c.number, c.target, a.org);
		joins := joins || format(' left join any_%1$s on any_%1$s.k = (i * %2$s) %% (select count(*) from any_%1$s)',
			c.number, 7 + 2 * c.number);
	end loop;
	analyze model;
	-- What is referred to is drawn by the row's number, with a step for each column; what is unique gets the
	-- number behind it.
	select string_agg(quote_ident(name), ', '), string_agg(case
			when name = 'id' then 'uuid_v7()'
			when name in ('created_at', 'updated_at') then 'now() - i * interval ''10 seconds'''
			when to_regclass('pg_temp.any_' || number) is not null
				then format('case when m.%I is not null then any_%s.id end', name, number)
			when is_unique and type = 'text'::regtype then format('m.%I || ''-'' || i', name)
			when name in ('name', 'title', 'subject', 'last_name') then format('left(m.%I, 90) || '' '' || i', name)
			else format('m.%I', name) end, ', ')
	into columns, built
	from (select t.attname as name, t.atttypid as type, t.attnum as number,
			exists (select from pg_index x where x.indrelid = t.attrelid and x.indisunique and not x.indisprimary
				and pg_get_indexdef(x.indexrelid) ~ ('\m' || t.attname || '\M'))
			and not exists (select from pg_constraint k where k.conrelid = t.attrelid and k.contype = 'c'
				and k.conkey = array[t.attnum] and pg_get_constraintdef(k.oid) ~ 'ANY') as is_unique
		from pg_attribute t where t.attrelid = a.tab::regclass and t.attnum > 0 and not t.attisdropped
			and t.attgenerated = '') as c;
	execute format('insert into %I (%s) select %s from generate_series(1, %s - (select count(*) from model)) as i'
		' join model m on m.k = i %% (select count(*) from model)%s', a.tab, columns, built, a.rows, joins);
end
$$;
commit;
