/* SPDX-License-Identifier: Apache-2.0 */
/* Mappings of imports are kept for reuse; files that nobody goes on with are forgotten; statistics are there
 * when an import asks for many records by their names. */
create table import_mappings (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	"into" text,
	description text,
	map jsonb not null default '{}',
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint import_mappings_pkey primary key (org_id, id),
	constraint import_mappings_org foreign key (org_id) references organizations (id),
	constraint import_mappings_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint import_mappings_name_length check (length(name) between 1 and 100),
	constraint import_mappings_into_length check (length("into") <= 60),
	constraint import_mappings_description_length check (length(description) <= 500),
	constraint import_mappings_map check (jsonb_typeof(map) = 'object' and length(map::text) <= 1048576)
);

create unique index import_mappings_name_unique on import_mappings (org_id, lower(name))
	where deleted_at is null;
create index import_mappings_list on import_mappings (org_id, name, id) where deleted_at is null;
create index import_mappings_creator on import_mappings (org_id, created_by) where created_by is not null;

select protect('import_mappings', entity => 'import_mapping', own => 'created_by = (select app_user())',
	team => 'created_by = any ((select app_team_users())::uuid[])');

/* ---- forgetting ------------------------------------------------------------------------------- */

create policy imports_sweep on imports to cairn_lookup
	using ((select current_setting('app.sweep', true)) = 'on');
create policy import_pieces_sweep on import_pieces to cairn_lookup
	using ((select current_setting('app.sweep', true)) = 'on');
grant update on imports to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

/* Files that nobody has gone on with for a week, and those of uploads that broke off with their server. */
create function imports_sweep() returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	swept int;
begin
	perform set_config('app.sweep', 'on', true);
	with old as (
		update imports i set status = 'cancelled', finished_at = now(), updated_at = now(),
			message = 'The file was forgotten after a week.'
		where i.step is not null and i.status in ('uploading', 'ready', 'rehearsed', 'reading',
				'linking', 'writing')
			and i.updated_at < now() - interval '7 days' and not import_is_locked(i.id)
		returning i.org_id, i.id)
	select count(*) into swept from old;
	delete from import_pieces p using imports i
	where i.org_id = p.org_id and i.id = p.import_id and (i.status in ('cancelled', 'failed', 'done')
		or i.status = 'uploading' and i.updated_at < now() - interval '1 hour');
	perform set_config('app.sweep', '', true);
	return swept;
end
$$;

revoke execute on function imports_sweep() from public;
grant execute on function imports_sweep() to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* ---- statistics ------------------------------------------------------------------------------- */

/* A table that was filled a moment ago looks empty to the planner until autovacuum comes, and an import
 * that looks for as many records then takes hours. Only the owner may tell it. */
create function import_analyze(table_name text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	target constant regclass := to_regclass(quote_ident(table_name));
begin
	if exists (select from pg_class c join pg_stat_user_tables s on s.relid = c.oid
	           where c.oid = target and c.relrowsecurity and s.n_mod_since_analyze > 1000
	           and s.n_mod_since_analyze * 5 > s.n_live_tup) then
		execute format('analyze %s', target);
	end if;
end
$$;

revoke execute on function import_analyze(text) from public;
grant execute on function import_analyze(text) to cairn_app;
