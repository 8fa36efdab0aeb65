/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports in steps: the file is kept, looked at, rehearsed and only then written.
 *
 *   uploading -> ready -> (reading, linking, writing) -> rehearsed -> (reading, linking, writing) -> done
 *
 * `step` says what runs or ran last; it is null for an import in one step. Whoever runs one holds an
 * advisory lock on it for as long as its transaction lives, so that one which says it is running without
 * the lock has died with its server: nothing of it was written, and it is where it was before.
 */
alter table imports drop constraint imports_status;
alter table imports add constraint imports_status check (status in ('uploading', 'ready', 'reading',
	'linking', 'writing', 'rehearsed', 'done', 'failed', 'cancelled'));
alter table imports
	alter column entity drop not null,
	add column step text constraint imports_step check (step in ('upload', 'rehearse', 'commit')),
	add column rows_updated bigint not null default 0,
	add column rows_unchanged bigint not null default 0,
	add column cancelled boolean not null default false,
	/* What was found in the file: encoding, delimiter, columns with samples. */
	add column detection jsonb not null default '{}',
	/* Its distinct values by column, as far as they are few. */
	add column profile jsonb not null default '{}',
	add column proposals jsonb not null default '[]',
	/* What the last rehearsal of this file with this mapping counted. */
	add column rehearsal jsonb,
	add column rehearsed_at timestamptz(3);

alter table import_rows add column column_name text;

/* The file as it came. It goes when the import is done, cancelled or forgotten. */
create table import_pieces (
	org_id uuid not null default app_org(),
	import_id uuid not null,
	number int not null,
	bytes bytea not null,
	created_by uuid default app_user(),
	constraint import_pieces_pkey primary key (org_id, import_id, number),
	constraint import_pieces_import foreign key (org_id, import_id) references imports (org_id, id)
);
alter table import_pieces alter column bytes set storage external;

/* As of import_rows: whoever imports, and the administration. */
do $$
declare
	mine constant text := 'org_id = (select app_org()) and case when '
		'(select app_scope(''organizations'', 3)) = ''a'' then true '
		'else created_by = (select app_user()) end';
begin
	alter table import_pieces enable row level security, force row level security;
	execute format('create policy import_pieces_read on import_pieces for select to cairn_app using (%s)', mine);
	execute format('create policy import_pieces_create on import_pieces for insert to cairn_app with check (%s)',
		mine);
	grant select, insert on import_pieces to cairn_app;
end
$$;

/* Nothing but what an import keeps for itself is deleted, by whom the import is. */
create policy imports_lookup on imports for select to cairn_lookup using (org_id = (select app_org()));
create policy import_rows_lookup on import_rows for all to cairn_lookup using (org_id = (select app_org()));
create policy import_pieces_lookup on import_pieces for all to cairn_lookup
	using (org_id = (select app_org()));
grant select on imports to cairn_lookup;
grant select, delete on import_rows, import_pieces to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

create function import_is_mine(import_id uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
	select exists (select from imports i where i.org_id = app_org() and i.id = $1
		and (app_scope('organizations', 3) = 'a' or i.created_by = app_user()))
$$;

create function import_forget_file(import_id uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	delete from import_pieces p
	where p.org_id = app_org() and p.import_id = $1 and import_is_mine($1)
$$;

create function import_forget_rows(import_id uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	delete from import_rows r
	where r.org_id = app_org() and r.import_id = $1 and import_is_mine($1)
$$;

revoke execute on function import_is_mine(uuid), import_forget_file(uuid), import_forget_rows(uuid)
	from public;
grant execute on function import_forget_file(uuid), import_forget_rows(uuid) to cairn_app;

set local row_security = off;
set local role cairn_owner;

create function import_lock_key(import_id uuid) returns bigint language sql immutable
as $$ select hashtextextended('import ' || import_id, 0) $$;

/* Held until the transaction ends; false when another one has it. */
create function import_lock(import_id uuid) returns boolean language sql volatile
as $$ select pg_try_advisory_xact_lock(import_lock_key(import_id)) $$;

create function import_is_locked(import_id uuid) returns boolean language sql stable
as $$
	select exists (select from pg_locks l
		where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
			and l.database = (select d.oid from pg_database d where d.datname = current_database())
			and (l.classid::bigint << 32) | l.objid::bigint = import_lock_key(import_id))
$$;

/* What the status is worth: see above. */
create function import_status(i imports) returns text language sql stable
as $$
	select case
		when i.status = 'uploading' and i.updated_at < now() - interval '2 minutes' then 'failed'
		when i.status not in ('reading', 'linking', 'writing') or import_is_locked(i.id) then i.status
		when i.step is null then 'failed'
		when i.rehearsal is null then 'ready'
		else 'rehearsed'
	end
$$;

/* Ids of other systems: those given take the place of those of the same systems. */
create function merge_external_ids(was jsonb, given jsonb) returns jsonb language sql immutable
as $$
	select case when was is null then given when given is null then was else
		(select jsonb_agg(e order by e ->> 'system', e ->> 'id') from (
			select e from jsonb_array_elements(given) as e
			union
			select e from jsonb_array_elements(was) as e where not exists (
				select from jsonb_array_elements(given) as g where g ->> 'system' = e ->> 'system')) as m (e))
	end
$$;

grant execute on function import_lock(uuid), import_is_locked(uuid), import_status(imports),
	merge_external_ids(jsonb, jsonb) to cairn_app;
