/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids that records have in other systems. A record keeps its own in the column external_ids; who has
 * which is the table's below: one record of a kind for each, also in the trash. It is written by triggers
 * that fire where there are such ids, so that a record without any pays nothing for it.
 */
create table external_ids (
	org_id uuid not null,
	table_name text not null,
	system text not null,
	id text not null,
	record_id uuid not null,
	constraint external_ids_unique primary key (org_id, table_name, system, id),
	constraint external_ids_org foreign key (org_id) references organizations (id),
	constraint external_ids_system_length check (length(system) between 1 and 40),
	constraint external_ids_id_length check (length(id) between 1 and 128)
);

create index external_ids_record on external_ids (org_id, record_id);

/* It tells who may read such records that there is one of this id: whether they see it, is asked of the
 * record. */
alter table external_ids enable row level security, force row level security;
create policy external_ids_read on external_ids for select to cairn_app
	using (org_id = (select app_org()) and app_scope(table_name, 1) <> 'n');
create policy external_ids_lookup on external_ids for all to cairn_lookup
	using (org_id = (select app_org())) with check (org_id = (select app_org()));
grant select on external_ids to cairn_app;
grant select, insert, delete on external_ids to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

/* Two who bring the same id at once: the second waits for the first, and is told its record. */
create function external_ids_write(p_table text, p_org uuid, p_record uuid, p_was jsonb, p_now jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
	given record;
	holder uuid;
begin
	if p_was is not null then
		delete from external_ids x
		where x.org_id = p_org and x.record_id = p_record and x.table_name = p_table
			and not coalesce(p_now @> jsonb_build_array(
				jsonb_build_object('system', x.system, 'id', x.id)), false);
	end if;
	for given in select e ->> 'system' as system, e ->> 'id' as id
	             from jsonb_array_elements(p_now) as e loop
		insert into external_ids (org_id, table_name, system, id, record_id)
		values (p_org, p_table, given.system, given.id, p_record)
		on conflict on constraint external_ids_unique do nothing;
		if not found then
			select x.record_id into holder from external_ids x where x.org_id = p_org
				and x.table_name = p_table and x.system = given.system and x.id = given.id;
			if holder <> p_record then
				raise exception using errcode = '23505', constraint = 'external_ids_unique',
					message = 'taken', detail = format('%s:%s of (%s)', given.system, given.id, holder);
			end if;
		end if;
	end loop;
end
$$;

revoke execute on function external_ids_write(text, uuid, uuid, jsonb, jsonb) from public;

create function external_ids_keep() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_op = 'DELETE' then
		perform external_ids_write(tg_table_name, old.org_id, old.id, old.external_ids, null);
	else
		perform external_ids_write(tg_table_name, new.org_id, new.id,
			case when tg_op = 'UPDATE' then old.external_ids end, new.external_ids);
	end if;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

/* Puts column and triggers on a table. */
create function protect_external_ids(table_name text) returns void language plpgsql as $$
begin
	execute format('alter table %I add column if not exists external_ids jsonb', table_name);
	execute format('create or replace trigger external_ids_insert after insert on %I for each row '
		'when (new.external_ids is not null) execute function external_ids_keep()', table_name);
	execute format('create or replace trigger external_ids_update after update of external_ids on %I '
		'for each row when (new.external_ids is distinct from old.external_ids) '
		'execute function external_ids_keep()', table_name);
	execute format('create or replace trigger external_ids_delete after delete on %I for each row '
		'when (old.external_ids is not null) execute function external_ids_keep()', table_name);
end
$$;

revoke execute on function protect_external_ids(text) from public;

/* As in 0010, and the ids that the records have in other systems. */
create or replace function protect(table_name text, entity text, own text default 'false',
	team text default null, partner text default 'false', scope text default null,
	owner_column text default null, team_column text default null,
	partner_column text default null, secret text[] default '{}', quiet text[] default '{}',
	commands text default 'rcu', logged boolean default true,
	lookup text default 'org_id = (select app_org())', every text default 'true') returns void
language plpgsql as $$
declare
	letters constant text := coalesce(scope, table_name);
	mates constant text := coalesce(team, own);
begin
	if logged then
		perform protect_external_ids(table_name);
	end if;
	perform protect_policies(table_name, letters, every, own, mates, partner, commands, lookup);
	perform protect_search(table_name);
	execute format('grant select, insert, update on %I to cairn_lookup', table_name);
	perform protect_touch(table_name, letters, every, own, mates, partner, quiet);
	if logged then
		perform protect_log(table_name, entity, owner_column, team_column, partner_column, secret,
			quiet, commands);
	end if;
	if owner_column is not null then
		perform protect_hand_over(table_name, letters, every, own, mates, partner, owner_column);
	end if;
end
$$;

/* The tables that are there. */
do $$
declare
	t text;
begin
	for t in select left(proname, -11) from pg_proc
	         where pronamespace = 'public'::regnamespace and proname ~ '_log_insert$' loop
		perform protect_external_ids(t);
		perform protect_again(t);
	end loop;
end
$$;
