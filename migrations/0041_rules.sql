/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules between records that no single table holds: how deals end, who may be given work, what becomes of
 * the work of who leaves, and options that become one.
 */

/* ---- how deals end -------------------------------------------------------------------------- */

/* Whoever moves a deal to a lost stage says why, whichever way it gets there; one that is lost already when it
 * is entered may have been so for long. The log calls the end by its name. After deals_derive, which knows
 * the status. */
create function deals_outcome() returns trigger language plpgsql as $$
begin
	if new.status = 'lost' and new.lost_reason is null
		and coalesce(current_setting('app.import', true), '') <> 'on' then
		perform app_invalid('lostReason', 'REQUIRED', 'Is required when the stage is a lost one.');
	end if;
	perform log_as(new.id, case new.status when 'open' then 'reopened' else new.status end);
	return new;
end
$$;

create trigger deals_outcome before update on deals for each row
	when (new.status is distinct from old.status) execute function deals_outcome();

create function leads_outcome() returns trigger language plpgsql as $$
begin
	perform log_as(new.id, 'converted');
	return new;
end
$$;

create trigger leads_outcome before update of converted_at on leads for each row
	when (new.converted_at is not null and old.converted_at is null) execute function leads_outcome();

/* ---- who may be given work ------------------------------------------------------------------ */

set local role cairn_lookup;

create or replace view people with (security_barrier) as
	select org_id, id, first_name, last_name, active from memberships
	where org_id = (select app_org()) and (select app_partner()) is null;

set local role cairn_owner;

/* As in 0008; `inactive` holds the JSON names of fields that give something to who is not active. */
create function require_references(missing text[], inactive text[]) returns boolean
language plpgsql stable as $$
begin
	if cardinality(missing) + cardinality(inactive) > 0 then
		raise exception using errcode = 'CR422', message = 'a reference names nobody or nothing',
			detail = (select jsonb_agg(jsonb_build_object('field', field, 'code', code, 'message', message))
				from (select field, 'UNKNOWN_REFERENCE', 'Names nothing that exists or that you may see.'
					from unnest(missing) as field
					union all
					select field, 'INACTIVE', 'Names a user who is not active.'
					from unnest(inactive) as field) as told (field, code, message))::text;
	end if;
	return true;
end
$$;

set local role cairn_lookup;
set local row_security = on;

/* ---- the work of who leaves ----------------------------------------------------------------- */

/*
 * Who is deactivated may leave everything to somebody: the one whom the change names (in app.comment, where
 * the server puts what is said beside a write), else the organisation's choice. That is every record that
 * has an owner or an assignee, in the trash as well, and every team and project of theirs. What they did
 * stays theirs.
 */
create function memberships_heir(p_org uuid, p_leaver uuid) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	said constant text := nullif(current_setting('app.comment', true), '');
	heir uuid;
begin
	select m.id into heir from memberships m
	where m.org_id = p_org and m.active and m.id <> p_leaver and m.partner_id is null
		and m.id::text = coalesce(said, (select o.settings ->> 'deletedUsersReassignTo'
			from organizations o where o.org_id = p_org));
	if heir is null and said is not null then
		perform app_invalid('reassignTo', 'UNKNOWN_REFERENCE',
			'Is not another active user of this organisation.');
	end if;
	return heir;
end
$$;

create function memberships_reassign() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	heir constant uuid := memberships_heir(new.org_id, new.id);
	place record;
begin
	if heir is null then
		return null;
	end if;
	for place in select k.conrelid::regclass as table_name, a.attname as column_name
	             from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
	             where k.contype = 'f' and k.confrelid = 'memberships'::regclass
	               and a.attname in ('owner_id', 'assignee_id', 'manager_id')
	             order by k.conrelid::regclass::text, a.attname loop
		execute format('update %1$s t set %2$I = $2 where t.org_id = $3 and t.%2$I = $1',
			place.table_name, place.column_name) using new.id, heir, new.org_id;
	end loop;
	update projects p set member_ids = case when heir = any (p.member_ids)
		then array_remove(p.member_ids, new.id) else array_replace(p.member_ids, new.id, heir) end
	where p.org_id = new.org_id and p.own_ids @> array[new.id] and new.id = any (p.member_ids);
	return null;
end
$$;

revoke execute on function memberships_heir(uuid, uuid) from public;

/* ---- options that become one ---------------------------------------------------------------- */

/* p_picks is the rules of the trash for options (0039): every column that picks from a picklist. Records in
 * the trash take the other option as well. Answers whether there was such an option. */
create function picklist_merge(p_from uuid, p_into uuid, p_versions int[], p_picks jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	gone picklist_options;
	kept picklist_options;
	pick jsonb;
begin
	if app_scope('picklist_options', 3) <> 'a' or app_scope('picklist_options', 4) <> 'a' then
		perform app_refuse('you may not merge options');
	end if;
	select o.* into gone from picklist_options o where o.org_id = app_org() and o.id = p_from
		and o.deleted_at is null and (p_versions is null or o.version = any (p_versions)) for update;
	if gone.id is null then
		return false;
	end if;
	select o.* into kept from picklist_options o where o.org_id = app_org() and o.id = p_into
		and o.id <> p_from and o.picklist = gone.picklist and o.deleted_at is null for update;
	if kept.id is null then
		perform app_invalid('into', 'INVALID', 'Must be another option of the same picklist.');
	end if;
	for pick in select p from jsonb_array_elements(p_picks -> 'picklist_options' -> 'rules') as p
	            where p ->> 'picklist' = gone.picklist loop
		if pick -> 'list' = 'true' then
			execute format('update %1$I t set %2$I = case when $2 = any (t.%2$I) '
				'then array_remove(t.%2$I, $1) else array_replace(t.%2$I, $1, $2) end '
				'where t.org_id = app_org() and t.%2$I && array[$1]', pick ->> 'table', pick ->> 'column')
				using gone.key, kept.key;
		else
			execute format('update %1$I t set %2$I = $2 where t.org_id = app_org() and t.%2$I = $1',
				pick ->> 'table', pick ->> 'column') using gone.key, kept.key;
		end if;
	end loop;
	update picklist_options o set deleted_at = now() where o.org_id = app_org() and o.id = p_from;
	return true;
end
$$;

revoke execute on function picklist_merge(uuid, uuid, int[], jsonb) from public;
grant execute on function picklist_merge(uuid, uuid, int[], jsonb) to cairn_app;

set local row_security = off;
set local role cairn_owner;

create trigger memberships_reassign after update of active on memberships for each row
	when (old.active and not new.active) execute function memberships_reassign();
