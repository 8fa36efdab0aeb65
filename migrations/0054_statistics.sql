/* SPDX-License-Identifier: Apache-2.0 */
/* What administrators are told of the size of things. With the caller's rights: of the organisation's own. */

/* Live and trashed rows of tables, in the order of their names' list. */
create function record_counts(p_tables text[]) returns table (place int, live bigint, trashed bigint)
language plpgsql stable as $$
begin
	for place in 1 .. coalesce(cardinality(p_tables), 0) loop
		execute format('select count(*) filter (where deleted_at is null), '
			'count(*) filter (where deleted_at is not null) from %I where org_id = app_org()',
			p_tables[place]) into live, trashed;
		return next;
	end loop;
end
$$;

/* Of the database as a whole what belongs to nobody: its version, size, age and connections. */
create function system_figures() returns table (version text, bytes bigint, started text,
	connections bigint, connections_most int, sessions bigint, people bigint, people_active bigint)
language plpgsql stable as $$
begin
	return query select current_setting('server_version'), pg_database_size(current_database()),
		to_char(pg_postmaster_start_time() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
		(select count(*) from pg_stat_activity a where a.datname = current_database()),
		current_setting('max_connections')::int,
		(select count(*) from login_sessions s where s.org_id = app_org() and s.deleted_at is null),
		(select count(*) from memberships m where m.org_id = app_org()),
		(select count(*) from memberships m where m.org_id = app_org() and m.active);
end
$$;
