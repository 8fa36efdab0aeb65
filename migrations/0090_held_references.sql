/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is referred to is held until the reference is written, whatever it is: the trash holds a record the other
 * way, so that of a reference and a delete at once one waits and sees the other. And a tag that goes leaves the
 * records that have it.
 */

/* ---- references --------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* As in 0071, of every table that has a trash. Static for those that there are now, which is faster. */
do $make$
declare
	cases text;
begin
	select string_agg(format(E'\twhen %1$L then\n\t\tperform from public.%1$I where org_id = public.app_org() '
		'and id = p_id\n\t\t\tand deleted_at is null for key share;', c.relname), E'\n' order by c.relname)
	into cases
	from pg_class c
	where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
		and has_table_privilege(c.oid, 'update')
		and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'deleted_at')
		and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id');
	execute format($body$
		create or replace function reference_held(p_table text, p_id uuid) returns boolean
		language plpgsql volatile security definer set search_path = public, pg_temp as $held$
		declare
			held boolean;
		begin
			case p_table
		%s
			else
				execute format('select true from public.%%I where org_id = public.app_org() '
					'and id = $1 and deleted_at is null for key share', p_table) into held using p_id;
				return coalesce(held, false);
			end case;
			return found;
		end $held$ $body$, cases);
end
$make$;

/* ---- tags --------------------------------------------------------------------------------------- */

/* The tables whose rows have tags. */
create function tagged_tables() returns setof text language sql stable as $$
	select tgrelid::regclass::text from pg_trigger where tgname = 'tags_check_update'
$$;

/* In the trash as well: what comes back names no tag that is gone. */
create function tags_leave() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	gone constant uuid[] := array(select n.id from new_rows n join old_rows o on o.org_id = n.org_id
		and o.id = n.id where n.deleted_at is not null and o.deleted_at is null);
	tagged text;
begin
	if gone = '{}' then
		return null;
	end if;
	for tagged in select tagged_tables() loop
		execute format('update %I t set tags = array(select g from unnest(t.tags) as g '
			'where g <> all ($1)) where t.org_id = app_org() and t.tags && $1', tagged) using gone;
	end loop;
	return null;
end
$$;

/* What it was taken from has it again: the log tells. */
create function tags_come_back() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	change changes;
	tagged text;
begin
	select c.* into change from changes c where c.org_id = new.org_id and c.record_id = new.id
		and c.action = 'delete' order by c.id desc limit 1;
	if change.changeset_id is null then
		return null;
	end if;
	for tagged in select tagged_tables() loop
		execute format('update %I t set tags = t.tags || $1 from changes c where t.org_id = app_org() '
			'and c.org_id = t.org_id and c.changeset_id = $2 and c.record_id = t.id and c.at >= $3 '
			'and c.diff -> ''tags'' -> 0 ? $1::text and not t.tags @> array[$1]', tagged)
		using new.id, change.changeset_id, change.at;
	end loop;
	return null;
end
$$;

revoke execute on function tagged_tables() from public;

set local row_security = off;
set local role cairn_owner;

create trigger tags_leave after update on tags referencing old table as old_rows new table as new_rows
	for each statement execute function tags_leave();
create trigger tags_come_back after update of deleted_at on tags for each row
	when (new.deleted_at is null and old.deleted_at is not null) execute function tags_come_back();

/* Until now they stayed. */
alter table tags no force row level security;
do $$
declare
	t text;
begin
	for t in select tgrelid::regclass::text from pg_trigger where tgname = 'tags_check_update' loop
		execute format('alter table %I no force row level security, disable trigger user', t);
		execute format('update %I r set tags = array(select g from unnest(r.tags) as g '
			'where exists (select from tags x where x.org_id = r.org_id and x.id = g '
			'and x.deleted_at is null)) where exists (select from tags x where x.org_id = r.org_id '
			'and x.deleted_at is not null and r.tags @> array[x.id])', t);
		execute format('alter table %I force row level security, enable trigger user', t);
	end loop;
end
$$;
alter table tags force row level security;
