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

/* ---- fields of one's own: unique values, options in use ------------------------------------- */

/* Who has which value of a custom field that is unique, as in 0040; of live records only. */
create table custom_uniques (
	org_id uuid not null,
	field_id uuid not null,
	value text not null,
	record_id uuid not null,
	constraint custom_uniques_unique primary key (org_id, field_id, value),
	constraint custom_uniques_field foreign key (org_id, field_id)
		references custom_fields (org_id, id)
);

create index custom_uniques_record on custom_uniques (org_id, record_id);

alter table custom_uniques enable row level security, force row level security;
create policy custom_uniques_lookup on custom_uniques for all to cairn_lookup
	using (org_id = (select app_org())) with check (org_id = (select app_org()));
grant select, insert, delete on custom_uniques to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

create function custom_uniques_write(p_entity text, p_org uuid, p_record uuid, p_custom jsonb,
	p_fresh boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	field record;
	wanted text;
	holder uuid;
begin
	for field in select f.id, f.key, f.label from custom_fields f where f.org_id = p_org
	             and f.entity = p_entity and f."unique" and f.deleted_at is null loop
		wanted := p_custom ->> field.key;
		if not p_fresh then
			delete from custom_uniques u where u.org_id = p_org and u.field_id = field.id
				and u.record_id = p_record and u.value is distinct from wanted;
		end if;
		continue when wanted is null;
		insert into custom_uniques (org_id, field_id, value, record_id)
		values (p_org, field.id, wanted, p_record)
		on conflict on constraint custom_uniques_unique do nothing;
		if not found then
			select u.record_id into holder from custom_uniques u where u.org_id = p_org
				and u.field_id = field.id and u.value = wanted;
			if holder <> p_record then
				raise exception using errcode = 'CR409',
					message = format('Another record has this %s: (%s).', field.label, holder),
					detail = jsonb_build_array(jsonb_build_object('field', 'custom.' || field.key,
						'code', 'DUPLICATE', 'message', 'Another record has this value.'))::text;
			end if;
		end if;
	end loop;
end
$$;

/* One trigger for both, instead of external_ids_keep: PostgreSQL reads the condition of each trigger at
 * each INSERT. Of what is in the trash no value is held. */
create function record_keys_keep() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_op = 'INSERT' then
		if new.external_ids is not null then
			perform external_ids_write(tg_table_name, new.org_id, new.id, null, new.external_ids);
		end if;
		perform custom_uniques_write(tg_argv[0], new.org_id, new.id, new.custom, true);
		return null;
	end if;
	if new.external_ids is distinct from old.external_ids then
		perform external_ids_write(tg_table_name, new.org_id, new.id, old.external_ids, new.external_ids);
	end if;
	if (new.custom, new.deleted_at) is distinct from (old.custom, old.deleted_at) then
		perform custom_uniques_write(tg_argv[0], new.org_id, new.id,
			case when new.deleted_at is null then new.custom end, false);
	end if;
	return null;
end
$$;

/* The table of an entity that takes custom fields: the one whose trigger says so. */
create function custom_table(entity text) returns regclass language sql stable as $$
	select tgrelid::regclass from pg_trigger
	where tgname = 'record_keys_insert' and encode(tgargs, 'escape') = $1 || '\000'
$$;

create function custom_fields_unique() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	was boolean := false;
	clashes text;
begin
	if tg_op = 'UPDATE' then
		was := old."unique" and old.deleted_at is null;
	end if;
	if was = (new."unique" and new.deleted_at is null) then
		return null;
	elsif was then
		delete from custom_uniques u where u.org_id = new.org_id and u.field_id = new.id;
		return null;
	end if;
	execute format('select string_agg(format(''%%s (%%s)'', value, n), '', '') from ('
		'select t.custom ->> $2 as value, count(*) as n from %s t where t.org_id = $1 '
		'and t.deleted_at is null and t.custom ->> $2 is not null group by 1 having count(*) > 1 '
		'order by 2 desc, 1 limit 5) as clash', custom_table(new.entity))
	into clashes using new.org_id, new.key;
	if clashes is not null then
		raise exception using errcode = 'CR409',
			message = format('Several records have the same value of this field: %s.', clashes),
			detail = jsonb_build_array(jsonb_build_object('field', 'unique', 'code', 'DUPLICATE',
				'message', 'Several records have the same value of this field.'))::text;
	end if;
	execute format('insert into custom_uniques (org_id, field_id, value, record_id) '
		'select t.org_id, $3, t.custom ->> $2, t.id from %s t where t.org_id = $1 '
		'and t.deleted_at is null and t.custom ->> $2 is not null', custom_table(new.entity))
		using new.org_id, new.key, new.id;
	return null;
end
$$;

/* An option that records have is archived, not taken away. */
create function custom_fields_options_used() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	gone text;
	n bigint;
begin
	for gone in select o ->> 'key' from jsonb_array_elements(old.options) as o
	            except select o ->> 'key' from jsonb_array_elements(new.options) as o loop
		execute format('select count(*) from %s t where t.org_id = $1 and t.deleted_at is null '
			'and case jsonb_typeof(t.custom -> $2) when ''array'' then t.custom -> $2 ? $3 '
			'else t.custom ->> $2 = $3 end', custom_table(new.entity))
		into n using new.org_id, new.key, gone;
		if n > 0 then
			raise exception using errcode = 'CR409',
				message = format('The option "%s" is in use: %s. Archive it instead.', gone,
					n || case n when 1 then ' record' else ' records' end),
				detail = jsonb_build_array(jsonb_build_object('field', 'options', 'code', 'IN_USE',
					'message', format('Records have "%s".', gone)))::text;
		end if;
	end loop;
	return new;
end
$$;

revoke execute on function custom_table(text), custom_uniques_write(text, uuid, uuid, jsonb, boolean)
	from public;

set local row_security = off;
set local role cairn_owner;

/* Puts record_keys_keep on a table that takes custom fields. */
create function protect_custom(table_name text, entity text) returns void language plpgsql as $$
begin
	if not exists (select from pg_attribute where attrelid = table_name::regclass and attname = 'custom'
	               and not attisdropped) then
		return;
	end if;
	execute format('drop trigger external_ids_insert on %I', table_name);
	execute format('drop trigger external_ids_update on %I', table_name);
	execute format('create or replace trigger record_keys_insert after insert on %I for each row '
		'when (new.external_ids is not null or new.custom <> ''{}'') '
		'execute function record_keys_keep(%L)', table_name, entity);
	execute format('create or replace trigger record_keys_update '
		'after update of external_ids, custom, deleted_at on %I for each row when ('
		'(new.external_ids, new.custom, new.deleted_at) '
		'is distinct from (old.external_ids, old.custom, old.deleted_at)) '
		'execute function record_keys_keep(%L)', table_name, entity);
end
$$;

revoke execute on function protect_custom(text, text) from public;

/* As in 0040, and the unique values of the table's custom fields. */
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
		perform protect_custom(table_name, entity);
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

select protect_custom(left(proname, -11), substring(prosrc from 'select org_id, ''(\w+)'', id,'))
from pg_proc where pronamespace = 'public'::regnamespace and proname ~ '_log_insert$';

create trigger custom_fields_unique after insert or update on custom_fields
	for each row execute function custom_fields_unique();
create trigger custom_fields_options_used before update of options on custom_fields for each row
	when (old.options is not null and new.options is not null and new.options <> old.options)
	execute function custom_fields_options_used();
