/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trash over all entities: who put what into it, and that it is emptied. What an organisation's trash holds
 * longer than its setting `trashDays` says (90 unless said otherwise, null for ever) is deleted for good, in
 * small batches that wait for nobody, with all that is part of it. What something still refers to stays.
 */

/* Of the trash alone, so that a live record pays nothing for them. */
do $$
declare
	t text;
begin
	for t in select c.relname from pg_class c
	         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
	             and to_regprocedure(format('%I()', c.relname || '_log_insert')) is not null
	             and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'deleted_at') loop
		execute format('create index %I on %I (org_id, deleted_at desc, id desc) where deleted_at is not null',
			t || '_trash', t);
		execute format('grant delete on %I to cairn_lookup', t);
	end loop;
end
$$;

/* ---- who put it there ------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* Of records that the caller has found in the trash. */
create function trash_deleters(p_ids uuid[])
returns table (record_id uuid, actor_id uuid, changeset_id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
	select distinct on (c.record_id) c.record_id, c.actor_id, c.changeset_id from changes c
	where c.org_id = app_org() and c.record_id = any (p_ids) and c.action = 'delete'
	order by c.record_id, c.id desc
$$;

revoke execute on function trash_deleters(uuid[]) from public;
grant execute on function trash_deleters(uuid[]) to cairn_app;

set local role cairn_owner;
set local row_security = off;

/* ---- what belongs to what --------------------------------------------------------------------- */

/* Tables whose rows are deleted for good one day: what people work with. Settings stay in the trash: tags and
 * options are named by records without a key that could tell, stages by histories. */
create function trash_tables() returns setof text language sql stable as $$
	select left(c.relname, -6) from pg_class c
	where c.relnamespace = 'public'::regnamespace and c.relkind = 'i' and c.relname ~ '_trash$'
		and left(c.relname, -6) <> all ('{tags,picklist_options,custom_fields,memberships,organizations,roles,'
			'pipelines,stages,number_series,tax_rates,teams,api_keys,invitations,document_shares}'::text[])
		and pg_get_functiondef((left(c.relname, -6) || '_log_insert()')::regprocedure) !~ 'parent_id'
$$;

/* What is part of a table's rows and has no trash of its own: what is nested in them, and histories, which are
 * not logged. */
create function trash_parts(p_table text) returns table (table_name text, column_name text)
language sql stable as $$
	select r.table_name, r.column_name from merge_references(p_table) as r
	where to_regprocedure(r.table_name || '_log_insert()') is null
			and r.table_name || '.' || r.column_name = any ('{lead_status_history.lead_id,deal_stays.deal_id}')
		or pg_get_functiondef(to_regprocedure(r.table_name || '_log_insert()'))
			~ format('n\.id, n\.%s, ''create''', r.column_name)
$$;

do $$
declare
	t text;
begin
	for t in select distinct p.table_name from trash_tables() as x (t) cross join lateral trash_parts(x.t) as p loop
		execute format('grant delete on %I to cairn_lookup', t);
	end loop;
end
$$;

grant delete on external_ids, custom_uniques to cairn_lookup;

/* ---- emptying ----------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

create function trash_days(p_settings jsonb) returns int language sql immutable as $$
	select case when p_settings ? 'trashDays' then (nullif(p_settings -> 'trashDays', 'null'))::int else 90 end
$$;

/* Of the caller's organisation; null for ever. */
create function trash_keeps() returns int language sql stable
security definer set search_path = public, pg_temp as $$
	select trash_days(o.settings) from organizations o where o.org_id = app_org()
$$;

revoke execute on function trash_keeps() from public;
grant execute on function trash_keeps() to cairn_app;

/* Deletes rows for good with their parts; they are held already, and nothing else refers to them. */
create function trash_delete(p_table text, p_entity text, p_ids uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	part record;
begin
	for part in select * from trash_parts(p_table) loop
		execute format('delete from %I x where x.org_id = app_org() and x.%I = any ($1)',
			part.table_name, part.column_name) using p_ids;
	end loop;
	execute format('delete from %I x where x.org_id = app_org() and x.id = any ($1)', p_table) using p_ids;
	delete from external_ids x where x.org_id = app_org() and x.record_id = any (p_ids);
	delete from custom_uniques x where x.org_id = app_org() and x.record_id = any (p_ids);
	insert into changes (org_id, entity, record_id, action)
	select app_org(), p_entity, id, 'purge' from unnest(p_ids) as id;
end
$$;

/* What refers to rows of a table and is none of their parts: as a condition that nothing but what is to be
 * deleted itself ($1) refers to x. */
create function trash_unused(p_table text) returns text language sql stable
security definer set search_path = public, pg_temp as $$
	select coalesce(string_agg(format('not exists (select from %I r where r.org_id = x.org_id and r.%I = x.id%s)',
		r.table_name, r.column_name, case when exists (select from trash_tables() as t (name)
			where t.name = r.table_name) then ' and coalesce(r.deleted_at, now()) >= $1' else '' end), ' and '), 'true')
	from merge_references(p_table) as r
	where (r.table_name, r.column_name) not in (select p.table_name, p.column_name from trash_parts(p_table) as p)
$$;

/* What goes itself one day does not refer to them any more. */
create function trash_let_go(p_table text, p_ids uuid[], p_until timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	r record;
begin
	for r in select m.* from merge_references(p_table) as m join trash_tables() as t (name)
	         on t.name = m.table_name loop
		execute format('update %1$I x set %2$I = null where x.org_id = app_org() and x.%2$I = any ($1) '
			'and x.deleted_at < $2 and not (%3$L = %4$L and x.id = any ($1))', r.table_name, r.column_name,
			r.table_name, p_table) using p_ids, p_until;
	end loop;
end
$$;

/* One batch of one table; answers how many. Rows that somebody holds are left for another time. Where a rule of
 * some table is in the way, one by one, so that it keeps none but its own. */
create function trash_purge_table(p_table text, p_until timestamptz, p_limit int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	entity constant text := substring(pg_get_functiondef((p_table || '_log_insert()')::regprocedure)
		from 'select org_id, ''(\w+)''');
	ids uuid[];
	row_id uuid;
	done int := 0;
begin
	execute format('select array_agg(id) from (select x.id from %I x where x.org_id = app_org() '
		'and x.deleted_at < $1 and %s order by x.deleted_at limit $2 for update skip locked) as old', p_table,
		trash_unused(p_table)) into ids using p_until, p_limit;
	if ids is null then
		return 0;
	end if;
	begin
		perform trash_let_go(p_table, ids, p_until);
		perform trash_delete(p_table, entity, ids);
		return cardinality(ids);
	exception when integrity_constraint_violation or sqlstate 'CR422' or sqlstate 'CR409' then
		done := 0;
	end;
	foreach row_id in array ids loop
		begin
			perform trash_let_go(p_table, array[row_id], p_until);
			perform trash_delete(p_table, entity, array[row_id]);
			done := done + 1;
		exception when integrity_constraint_violation or sqlstate 'CR422' or sqlstate 'CR409' then
			continue;
		end;
	end loop;
	return done;
end
$$;

/* A batch over all organisations; maintenance calls it again while it answers p_limit or more. */
create function trash_purge(p_limit int default 500) returns int
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '1s' as $$
declare
	tables constant text[] := array(select trash_tables());
	org record;
	t text;
	done int := 0;
begin
	for org in select o.org_id, trash_days(o.settings) as days from organizations o loop
		continue when org.days is null;
		perform set_config('app.org_id', org.org_id::text, true);
		foreach t in array tables loop
			done := done + trash_purge_table(t, now() - make_interval(days => org.days), p_limit - done);
			if done >= p_limit then
				return done;
			end if;
		end loop;
	end loop;
	return done;
end
$$;

revoke execute on function trash_unused(text), trash_let_go(text, uuid[], timestamptz), trash_delete(text, text, uuid[]), trash_purge_table(text, timestamptz, int),
	trash_purge(int) from public;
grant execute on function trash_purge(int) to cairn_app;

set local row_security = off;
set local role cairn_owner;
