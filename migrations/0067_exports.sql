/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports: who took which rows out, how many, and the SHA-256 of what was sent. A row is written before the
 * first byte leaves and again at the end; a file whose row does not say `done` is not whole. While rows leave, the
 * server says so every few seconds: an export that has not been heard of for a minute has failed with its server.
 */
create table exports (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	entity text not null,
	format text not null,
	query text,
	outcome text,
	message text,
	row_count bigint not null default 0,
	bytes bigint not null default 0,
	sha256 text,
	started_at timestamptz(3) not null default now(),
	noted_at timestamptz(3) not null default now(),
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint exports_pkey primary key (org_id, id),
	constraint exports_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint exports_format check (format in ('csv', 'jsonl', 'xlsx')),
	constraint exports_outcome check (outcome in ('done', 'failed')),
	constraint exports_whole check (outcome is distinct from 'done' or sha256 is not null)
);

create index exports_list on exports (org_id, created_at desc, id desc) where deleted_at is null;
create index exports_creator on exports (org_id, created_by, created_at desc, id desc)
	where deleted_at is null;

select protect('exports', entity => 'export', own => 'created_by = (select app_user())', commands => 'r',
	quiet => '{row_count,bytes,noted_at}');

create function export_state(e exports) returns text language sql stable as $$
	select coalesce(e.outcome, case when e.noted_at < now() - interval '1 minute' then 'failed'
		else 'running' end)
$$;

create function export_duration_ms(e exports) returns bigint language sql stable as $$
	select (extract(epoch from e.noted_at - e.started_at) * 1000)::bigint
$$;

set local role cairn_lookup;

create function export_begin(p_entity text, p_format text, p_query text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	made uuid;
begin
	insert into exports (org_id, entity, format, query, created_by)
	values (app_org(), p_entity, p_format, left(p_query, 8000), app_user()) returning id into made;
	return made;
end
$$;

/* Of one's own only. What has failed stays so. */
create function export_note(p_id uuid, p_rows bigint, p_bytes bigint, p_outcome text, p_sha256 text,
	p_message text) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update exports set row_count = p_rows, bytes = p_bytes, outcome = p_outcome, sha256 = p_sha256,
		message = p_message, noted_at = clock_timestamp()
	where org_id = app_org() and id = p_id and created_by is not distinct from app_user()
		and outcome is distinct from 'failed';
end
$$;

revoke execute on function export_begin(text, text, text) from public;
revoke execute on function export_note(uuid, bigint, bigint, text, text, text) from public;
grant execute on function export_begin(text, text, text) to cairn_app;
grant execute on function export_note(uuid, bigint, bigint, text, text, text) to cairn_app;
set local role cairn_owner;
