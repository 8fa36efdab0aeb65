/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roles as data: what a role may do and which fields it sees, as far as that differs from its preset.
 *
 * roles.access holds {"contact": {"update": "team"}}, roles.fields holds {"product.cost": "none"}. Only
 * differences are kept and merged with the preset when a caller is looked up: an entity, a right or a field
 * that a later version brings has the preset's answer in every role at once, and a preset that is mended is
 * mended for all who have not decided otherwise.
 */
alter table roles
	add column description text,
	add column access jsonb not null default '{}',
	add column fields jsonb not null default '{}',
	add column built_in boolean not null generated always as (key = preset) stored,
	add constraint roles_name_length check (length(name) between 1 and 100),
	add constraint roles_description_length check (length(description) <= 500),
	add constraint roles_access check (jsonb_typeof(access) = 'object'),
	add constraint roles_fields check (jsonb_typeof(fields) = 'object');

create index roles_list on roles (org_id, position, id) where deleted_at is null;

/* RFC 7396: members are merged, null takes one away. */
create function merge_patch(target jsonb, patch jsonb) returns jsonb
language plpgsql immutable parallel safe as $$
declare
	merged jsonb := case when jsonb_typeof(target) = 'object' then target else '{}' end;
	member record;
begin
	if jsonb_typeof(patch) <> 'object' then
		return patch;
	end if;
	for member in select key, value from jsonb_each(patch) loop
		if member.value = 'null' then
			merged := merged - member.key;
		else
			merged := merged || jsonb_build_object(member.key,
				merge_patch(merged -> member.key, member.value));
		end if;
	end loop;
	return merged;
end
$$;

/* ---- what stood in role_access -------------------------------------------------------------- */

alter table roles no force row level security, disable trigger user;
alter table role_access no force row level security;

/* By table and four letters, of which those that equal the preset's are told like the others. */
update roles r set access = a.access
from (select org_id, role, jsonb_object_agg(
		case table_name when 'memberships' then 'user' when 'lead_status_history' then table_name
			else regexp_replace(regexp_replace(table_name, 'ies$', 'y'), 's$', '') end,
		(select jsonb_object_agg(verb, case substr(letters, place::int, 1) when 'a' then 'all'
			when 't' then 'team' when 'p' then 'partner' when 'o' then 'own' else 'none' end)
		from unnest('{read,create,update,delete}'::text[]) with ordinality as v (verb, place))) as access
	from role_access group by 1, 2) as a
where a.org_id = r.org_id and a.role = r.key;

alter table roles force row level security, enable trigger user;

/* ---- looking callers up --------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

drop function auth_session_check(uuid, uuid, uuid);

/* Everything the server's membership cache holds, in one row; access and fields as the role keeps them. */
create function auth_session_check(p_session_id uuid, p_org_id uuid, p_user_id uuid)
returns table (user_id uuid, org_id uuid, email text, first_name text, last_name text, role text,
	role_name text, preset text, access jsonb, fields jsonb, team_id uuid, team_users uuid[],
	partner_id uuid, org_name text, currency text, time_zone text, locale text, week_start int,
	fiscal_year_start_month int, settings jsonb, expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
	select m.id, m.org_id, m.email, m.first_name, m.last_name, m.role, r.name, r.preset, r.access,
		r.fields, m.team_id,
		array(select mate.id from memberships mate
		      where mate.org_id = m.org_id and (mate.id = m.id or mate.team_id = m.team_id
		      or mate.team_id in (select t.id from teams t where t.org_id = m.org_id
		                          and t.manager_id = m.id and t.deleted_at is null))
		      order by mate.id),
		m.partner_id, o.name, o.currency, coalesce(m.time_zone, o.time_zone),
		coalesce(m.locale, o.locale), o.week_start, o.fiscal_year_start_month, o.settings,
		s.expires_at
	from sessions s
	join memberships m on m.org_id = s.org_id and m.id = s.user_id
	join organizations o on o.org_id = m.org_id and o.id = m.org_id
	join roles r on r.org_id = m.org_id and r.key = m.role
	where s.id = $1 and s.org_id = $2 and s.user_id = $3
		and s.revoked_at is null and s.expires_at > now() and m.active
		and identity_partner_open(m.org_id, m.partner_id)
$$;

revoke execute on function auth_session_check(uuid, uuid, uuid) from public;
grant execute on function auth_session_check(uuid, uuid, uuid) to cairn_app;

drop function import_caller(text, text);

create function import_caller(p_organization text, p_email text)
returns table (user_id uuid, org_id uuid, email text, first_name text, last_name text, role text,
	preset text, access jsonb, fields jsonb, team_id uuid, team_users uuid[], partner_id uuid,
	org_name text, currency text, time_zone text, locale text)
language sql stable security definer set search_path = public, pg_temp as $$
	select m.id, m.org_id, m.email, m.first_name, m.last_name, m.role, r.preset, r.access, r.fields,
		m.team_id,
		array(select mate.id from memberships mate
		      where mate.org_id = m.org_id and (mate.id = m.id or mate.team_id = m.team_id
		      or mate.team_id in (select t.id from teams t where t.org_id = m.org_id
		                          and t.manager_id = m.id and t.deleted_at is null))
		      order by mate.id),
		m.partner_id, o.name, o.currency, coalesce(m.time_zone, o.time_zone),
		coalesce(m.locale, o.locale)
	from organizations o
	join lateral (select m.* from memberships m
		join roles admin on admin.org_id = m.org_id and admin.key = m.role
		where m.org_id = o.org_id and m.active and case when $2 is null then admin.preset = 'admin'
			else m.email = lower(trim($2)) end
		order by m.created_at, m.id limit 1) as m on true
	join roles r on r.org_id = m.org_id and r.key = m.role
	where o.id::text = lower(trim($1)) or lower(o.name) = lower(trim($1))
	order by o.id::text = lower(trim($1)) desc limit 2
$$;

revoke execute on function import_caller(text, text) from public;
grant execute on function import_caller(text, text) to cairn_owner;

/* As in 0034, with what the role says now. */
create or replace function lead_reach(p_user uuid, p_lead uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	member memberships;
	reach text;
begin
	select m.* into member from memberships m where m.org_id = app_org() and m.id = p_user
		and m.active and identity_partner_open(m.org_id, m.partner_id);
	select coalesce(r.access -> 'lead' ->> 'read', case r.preset when 'admin' then 'all'
		when 'manager' then 'all' when 'user' then 'own' when 'accountant' then 'none'
		else 'partner' end) into reach
	from roles r where r.org_id = app_org() and r.key = member.role;
	return exists (select from leads l where l.org_id = app_org() and l.id = p_lead
		and l.deleted_at is null and case reach
			when 'all' then true
			when 'own' then l.owner_id = p_user
			when 'team' then exists (select from memberships mate
				where mate.org_id = l.org_id and mate.id = l.owner_id
					and (mate.id = p_user or mate.team_id = member.team_id or mate.team_id in
					(select t.id from teams t where t.org_id = l.org_id
						and t.manager_id = p_user and t.deleted_at is null)))
			when 'partner' then l.partner_id = member.partner_id
			else false end);
end
$$;

/* ---- rules ---------------------------------------------------------------------------------- */

/*
 * Administrators keep what an organisation is administered with, and nobody else gets it: a role of the
 * preset admin is not narrowed there, another not widened. With the guard of memberships, which keeps one
 * active administrator, no edit of a role can lock the organisation out.
 */
create function roles_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	kept constant text[] := '{role,user,organization,session,api_key}';
	reserved constant text[] := '{role,api_key}';
begin
	if tg_op = 'INSERT' then
		new.key := coalesce(new.key, left(regexp_replace(trim(both '_' from
			regexp_replace(lower(unaccent(new.name)), '[^a-z0-9]+', '_', 'g')), '^(?![a-z])', 'role_'), 50));
	else
		new.key := old.key;
		new.preset := old.preset;
	end if;
	select coalesce(jsonb_object_agg(entity, verbs), '{}') into new.access
	from jsonb_each(new.access) as given (entity, verbs) where verbs <> '{}';
	if new.preset = 'admin' and (new.access ?| kept or exists (
	   select from jsonb_object_keys(new.fields) as name where split_part(name, '.', 1) = any (kept))) then
		raise exception using errcode = 'CR409', message =
			'an administrator keeps roles, users, settings, sessions and keys: somebody must be able to administer';
	elsif new.preset <> 'admin' and (new.access ?| reserved or exists (
	   select from jsonb_object_keys(new.fields) as name where split_part(name, '.', 1) = any (reserved))) then
		perform app_invalid('access', 'LOCKED', 'Roles and API keys are the administrators'' alone.');
	end if;
	if tg_op = 'UPDATE' and new.deleted_at is not null and old.deleted_at is null then
		if old.built_in then
			raise exception using errcode = 'CR409',
				message = 'this role comes with the system and stays; make one of your own from it';
		end if;
		if exists (select from memberships m where m.org_id = old.org_id and m.role = old.key and m.active)
		   or exists (select from invitations i where i.org_id = old.org_id and i.role = old.key
		              and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()) then
			raise exception using errcode = 'CR409',
				message = 'people have this role or are invited to it: give them another first';
		end if;
	end if;
	return new;
end
$$;

/* Whether the caller administers: only then may somebody be made an administrator. */
create function identity_administers() returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
	select exists (select from memberships m join roles r on r.org_id = m.org_id and r.key = m.role
		where m.org_id = app_org() and m.id = app_user() and r.preset = 'admin')
$$;

/* Whoever becomes a member gets a role that is not in the trash; the lock keeps it from getting there meanwhile. */
create function identity_role_check(org uuid, wanted text, was text, asks boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	held roles;
begin
	select r.* into held from roles r where r.org_id = org and r.key = wanted for share;
	if held.deleted_at is not null then
		perform app_invalid('role', 'UNKNOWN_REFERENCE', 'There is no such role any more.');
	end if;
	if asks and (held.preset is not distinct from 'admin' or identity_preset(org, was) = 'admin')
	   and not identity_administers() then
		perform app_refuse('only an administrator decides about administrators');
	end if;
end
$$;

create function invitations_role() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	role roles;
begin
	select r.* into role from roles r where r.org_id = new.org_id and r.key = new.role for share;
	if role.deleted_at is not null then
		perform app_invalid('role', 'UNKNOWN_REFERENCE', 'There is no such role any more.');
	end if;
	if role.preset = 'admin' and not identity_administers() then
		perform app_refuse('only an administrator decides about administrators');
	end if;
	return new;
end
$$;

revoke execute on function identity_administers() from public;
revoke execute on function identity_role_check(uuid, text, text, boolean) from public;
grant execute on function identity_role_check(uuid, text, text, boolean) to cairn_app;

set local row_security = off;
set local role cairn_owner;

/*
 * Who may write people, by a role of the organisation's own, still makes no administrators. What the
 * functions of sign-in do was decided by whoever invited.
 */
create function memberships_role() returns trigger language plpgsql as $$
begin
	if tg_op = 'INSERT' then
		perform identity_role_check(new.org_id, new.role, null, false);
	elsif (new.role, new.active) is distinct from (old.role, old.active) then
		perform identity_role_check(new.org_id, case when new.active then new.role end, old.role,
			current_user = 'cairn_app');
	end if;
	return new;
end
$$;

create trigger roles_rules before insert or update on roles
	for each row execute function roles_rules();
create trigger memberships_role_insert before insert on memberships
	for each row execute function memberships_role();
create trigger memberships_role_update before update of role, active on memberships
	for each row execute function memberships_role();
create trigger invitations_role before insert on invitations
	for each row execute function invitations_role();

drop table role_access;
drop function if exists role_access_touch();
set local role cairn_lookup;
drop function if exists role_access_log_insert(), role_access_log_update(), role_access_log_delete();
set local role cairn_owner;

drop trigger zz_log_delete on roles;
set local role cairn_lookup;
drop function roles_log_delete();
set local role cairn_owner;

/* Their own letters from now on, and nobody's but the administrators'. */
select protect('roles', entity => 'role', lookup => 'true');

/* As in 0034; not everybody may read the roles any more. */
create or replace function get_user_partner_info(user_id uuid) returns jsonb
language plpgsql stable as $$
begin
	return (select jsonb_build_object('userId', m.id, 'role', m.role, 'active', m.active,
			'isPartnerAdmin', identity_preset(m.org_id, m.role) = 'partner_admin',
			'partnerId', m.partner_id, 'partnerName', p.name, 'partnerStatus', p.status)
		from memberships m
		left join partners p on p.org_id = m.org_id and p.id = m.partner_id
		where m.org_id = app_org() and m.id = $1);
end
$$;

/* ---- assigning ------------------------------------------------------------------------------ */

/* The fifth letter; a context of four letters is of a server before this one, where it was the third. */
create function app_scope_assign(table_name text) returns text
language sql stable parallel safe as $$
	select case when app_scope(table_name, 5) in ('a', 't', 'p', 'o', 'n')
		then app_scope(table_name, 5) else app_scope(table_name, 3) end
$$;

/*
 * Who a record belongs to is said by whom the letter for assigning allows: with none nobody but oneself, and
 * what is somebody else's stays so; with own and team what is one's own or the team's is given away. The
 * functions of cairn_lookup have asked themselves.
 */
create function owner_assign() returns trigger language plpgsql as $$
declare
	was uuid;
	wanted constant uuid := (to_jsonb(new) ->> tg_argv[1])::uuid;
	letter constant text := app_scope_assign(tg_argv[0]);
begin
	if current_user <> 'cairn_app' or letter = 'a' then
		return new;
	end if;
	if tg_op = 'UPDATE' then
		was := (to_jsonb(old) ->> tg_argv[1])::uuid;
	end if;
	if letter = 'n' and (wanted is distinct from app_user() or was is not null and was <> app_user())
	   or letter in ('o', 't') and was <> all (case letter when 'o' then array[app_user()]
	                                           else app_team_users() end) then
		perform app_refuse('you may not decide whose record this is');
	end if;
	return new;
end
$$;

/* On every table that has an owner; protect_hand_over is where they are told. First of all triggers: what
 * others fill in is not the caller's word. */
create function protect_assign(table_name text, scope text, owner_column text) returns void
language plpgsql as $$
begin
	execute format('create or replace trigger aa_assign_insert before insert on %1$I for each row '
		'when (new.%2$I is not null and new.%2$I <> app_user()) execute function owner_assign(%3$L, %2$L)',
		table_name, owner_column, scope);
	execute format('create or replace trigger aa_assign_update before update of %2$I on %1$I '
		'for each row when (new.%2$I is distinct from old.%2$I) execute function owner_assign(%3$L, %2$L)',
		table_name, owner_column, scope);
end
$$;

/* As in 0001, with the letter for assigning, and none asked for where nothing changes. */
create or replace function protect_hand_over(table_name text, scope text, every text, own text,
	team text, partner text, owner_column text) returns void language plpgsql as $$
declare
	field constant text := lower(left(owner_column, 1))
		|| substr(replace(initcap(replace(owner_column, '_', ' ')), ' ', ''), 2);
	may_assign constant text := protect_case(format('(select app_scope_assign(%L))', scope), every, own,
		team, partner);
begin
	perform protect_assign(table_name, scope, owner_column);
	set local role cairn_lookup;
	execute format($make$
		create or replace function %1$I(p_id uuid, p_owner uuid) returns int language plpgsql
		security definer set search_path = public, pg_temp as $body$
		#variable_conflict use_column
		declare
			p_version int;
		begin
			if not exists (select from memberships
			               where org_id = app_org() and id = p_owner and active) then
				perform app_invalid(%2$L, 'UNKNOWN_REFERENCE', 'is not an active user of this organisation');
			end if;
			update %3$I set %4$I = p_owner
			where org_id = app_org() and id = p_id and deleted_at is null
				and case when %4$I = p_owner then true else %5$s end
			returning version into p_version;
			if p_version is null then
				raise exception using errcode = 'CR404', message = 'record not found';
			end if;
			return p_version;
		end $body$ $make$,
		table_name || '_hand_over', field, table_name, owner_column, may_assign);
	execute format('revoke execute on function %I(uuid, uuid) from public', table_name || '_hand_over');
	execute format('grant execute on function %I(uuid, uuid) to cairn_app', table_name || '_hand_over');
	set local role cairn_owner;
end
$$;

/* Those that are there already: the same letter in the function that was made, and the triggers. */
do $$
declare
	f record;
begin
	for f in select oid, regexp_replace(proname, '_hand_over$', '') as table_name,
			pg_get_functiondef(oid) as body from pg_proc
		where pronamespace = 'public'::regnamespace and proname ~ '.+_hand_over$'
			and pronargs = 2 loop
		perform protect_assign(f.table_name,
			substring(f.body from 'app_scope\(''(\w+)'', 3\)'),
			substring(f.body from 'update \w+ set (\w+) = p_owner'));
		set local role cairn_lookup;
		execute regexp_replace(regexp_replace(f.body, 'app_scope\((''\w+''), 3\)', 'app_scope_assign(\1)', 'g'),
			'set (\w+) = p_owner(.* and deleted_at is null) and (case .*)(returning version)',
			'set \1 = p_owner\2 and case when \1 = p_owner then true else \3 end \4');
		set local role cairn_owner;
	end loop;
end
$$;

revoke execute on function protect_assign(text, text, text) from public;

/* ---- what the log tells --------------------------------------------------------------------- */

/* The names of entities whose letter for reading is one of these. The context names them beside their
 * tables: |contact|contacts:aonaa|company|companies:…| */
create function app_entities(letters text) returns text[] language sql stable parallel safe as $$
	select coalesce(array_agg(m[1]), '{}')
	from regexp_matches(current_setting('app.access', true), '\|(\w+)\|\w+:[' || $1 || ']', 'g') as m
$$;

/*
 * A change is told to whom the log is told AND who would be told the record: the diff of a deal is no way
 * around the letter of deals. What is no entity (an invitation) is for who reads all people, or the
 * partner's.
 */
alter policy changes_read on changes using (
	org_id = (select app_org())
	and case (select app_scope('changes', 1))
		when 'a' then true
		when 'o' then actor_id = (select app_user()) or owner_id = (select app_user())
		when 't' then actor_id = any ((select app_team_users())::uuid[])
			or owner_id = any ((select app_team_users())::uuid[])
		when 'p' then partner_id = (select app_partner()) and changes_of_partner(entity)
		else false end
	and case when entity = any ((select app_entities('a'))::text[]) then true
		when entity = any ((select app_entities('o'))::text[])
			then actor_id = (select app_user()) or owner_id = (select app_user())
		when entity = any ((select app_entities('t'))::text[])
			then actor_id = any ((select app_team_users())::uuid[])
			or owner_id = any ((select app_team_users())::uuid[])
		when entity = any ((select app_entities('p'))::text[])
			then partner_id = (select app_partner())
		when entity = any ((select app_entities('n'))::text[]) then false
		else case (select app_scope('memberships', 1)) when 'a' then true
			when 'p' then partner_id = (select app_partner()) else false end end
	and case when entity = 'activity' then activity_history_open(record_id) else true end);

/* A diff without the columns, and without the keys of `custom`, that the reader does not see. */
create function redact_diff(diff jsonb, columns text[], keys text[]) returns jsonb
language sql immutable parallel safe as $$
	select case when kept ? 'custom' and cardinality(keys) > 0 then
			case when told -> 0 is not distinct from told -> 1 then kept - 'custom'
				else kept || jsonb_build_object('custom', told) end
		else kept end
	from (select diff - columns as kept, jsonb_build_array(
		case jsonb_typeof(diff -> 'custom' -> 0) when 'object' then (diff -> 'custom' -> 0) - keys
			else diff -> 'custom' -> 0 end,
		case jsonb_typeof(diff -> 'custom' -> 1) when 'object' then (diff -> 'custom' -> 1) - keys
			else diff -> 'custom' -> 1 end) as told) as parts
$$;
