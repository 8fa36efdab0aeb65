/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: what was loaded, by whom, and what became of the rows that were not simply created. */

/* The counts are final when status is done or failed; until then they show the progress, written by a
 * connection beside the import's own transaction. */
create table imports (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	entity text not null,
	file_name text,
	mapping jsonb not null default '{}',
	status text not null default 'running',
	rows_total bigint not null default 0,
	rows_created bigint not null default 0,
	rows_linked bigint not null default 0,
	rows_skipped bigint not null default 0,
	rows_refused bigint not null default 0,
	bytes_total bigint,
	bytes_read bigint not null default 0,
	changeset_id uuid default app_changeset(),
	message text,
	started_at timestamptz(3) not null default now(),
	finished_at timestamptz(3),
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint imports_pkey primary key (org_id, id),
	constraint imports_org foreign key (org_id) references organizations (id),
	constraint imports_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint imports_status check (status in ('running', 'done', 'failed'))
);

create index imports_list on imports (org_id, created_at desc, id desc);
create index imports_creator on imports (org_id, created_by, created_at desc);

/* line counts from 1 with the header; a line may have several problems, hence part. */
create table import_rows (
	org_id uuid not null default app_org(),
	import_id uuid not null,
	line bigint not null,
	part int not null default 0,
	outcome text not null,
	field text,
	code text,
	message text,
	value text,
	record_id uuid,
	created_by uuid default app_user(),
	constraint import_rows_pkey primary key (org_id, import_id, line, part),
	constraint import_rows_import foreign key (org_id, import_id) references imports (org_id, id),
	constraint import_rows_outcome check (outcome in ('created', 'linked', 'skipped', 'refused'))
);

/* Whoever imported sees it, and the administration (who may change the organisation). Whether one may
 * import at all is the server's question. */
do $$
declare
	mine constant text := 'org_id = (select app_org()) and case when '
		'(select app_scope(''organizations'', 3)) = ''a'' then true '
		'else created_by = (select app_user()) end';
	t text;
begin
	foreach t in array array['imports', 'import_rows'] loop
		execute format('alter table %I enable row level security, force row level security', t);
		execute format('create policy %I on %I for select to cairn_app using (%s)', t || '_read', t, mine);
		execute format('create policy %I on %I for insert to cairn_app with check (%s)',
			t || '_create', t, mine);
		execute format('grant select, insert on %I to cairn_app', t);
	end loop;
	execute format('create policy imports_update on imports for update to cairn_app using (%s)', mine);
	grant update on imports to cairn_app;
end
$$;

/*
 * A bulk load is a third faster with
 *     set local gin_pending_list_limit = '64MB'; set local work_mem = '64MB';
 * in its transaction: the search index then merges in few large steps. What is still pending at the
 * end is scanned by every search until autovacuum comes; this merges it at once (slow lane).
 */
create function search_settle(table_name text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	target constant regclass := to_regclass(quote_ident(table_name || '_search'));
begin
	if target is null then
		return 0;
	end if;
	return gin_clean_pending_list(target);
end
$$;

revoke execute on function search_settle(text) from public;
grant execute on function search_settle(text) to cairn_app;
