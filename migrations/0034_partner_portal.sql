/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The partner's side: what a partner's people may see of the change log, whom they may invite, what their
 * leads came to, and the functions of seed 003 by their names. Those run with the caller's rights; where
 * one cannot, it asks for the right itself.
 */

/* ---- what a lead came to, in the organisation's currency ------------------------------------- */

alter table leads add column won_amount_base numeric(14,2);

create index leads_partner_list on leads (org_id, partner_id, created_at desc, id desc)
	where deleted_at is null and partner_id is not null;

/* Again, because of the new column, which is read by the statistics only. */
select protect('leads', entity => 'lead', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])',
	partner => 'partner_id = (select app_partner())', owner_column => 'owner_id',
	partner_column => 'partner_id', quiet => '{last_activity_at,next_activity_at,won_amount_base}');

set local role cairn_lookup;
set local row_security = on;

create or replace function leads_take_outcome() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	select d.status, case d.status when 'won' then d.amount end,
		case d.status when 'won' then d.currency end, case d.status when 'won' then d.amount_base end
	into new.deal_status, new.won_amount, new.won_currency, new.won_amount_base
	from deals d where d.org_id = new.org_id and d.id = new.converted_deal_id;
	return new;
end
$$;

create or replace function deals_tell_lead() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update leads l set deal_status = new.status,
		won_amount = case new.status when 'won' then new.amount end,
		won_currency = case new.status when 'won' then new.currency end,
		won_amount_base = case new.status when 'won' then new.amount_base end
	where l.org_id = new.org_id and l.converted_deal_id = new.id;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

create or replace trigger deals_tell_lead after update on deals for each row
	when (new.lead_id is not null and (new.status, new.amount, new.currency, new.amount_base)
		is distinct from (old.status, old.amount, old.currency, old.amount_base))
	execute function deals_tell_lead();

/* The triggers are of cairn_lookup, whom policies filter. */
set local row_security = on;

do $$
begin
	alter table leads no force row level security;
	alter table deals no force row level security;
	update leads l set won_amount_base = d.amount_base from deals d
	where d.org_id = l.org_id and d.id = l.converted_deal_id and l.deal_status = 'won'
		and d.amount_base is not null;
	alter table deals force row level security;
	alter table leads force row level security;
end
$$;

set local row_security = off;

/* ---- the change log ------------------------------------------------------------------------- */

/* Of the log a partner sees itself, its people and its leads: of what its leads became it sees the outcome
 * with the lead, and not the deal. */
create function changes_of_partner(entity text) returns boolean language sql immutable parallel safe
as $$ select entity in ('lead', 'partner', 'user', 'invitation') $$;

alter policy changes_read on changes using (
	org_id = (select app_org())
	and case (select app_scope('changes', 1))
		when 'a' then true
		when 'o' then actor_id = (select app_user()) or owner_id = (select app_user())
		when 't' then actor_id = any ((select app_team_users())::uuid[])
			or owner_id = any ((select app_team_users())::uuid[])
		when 'p' then partner_id = (select app_partner()) and changes_of_partner(entity)
		else false end
	and case when entity = 'activity' then activity_history_open(record_id) else true end);

create index changes_partner on changes (org_id, partner_id, id desc) where partner_id is not null;

set local role cairn_lookup;
set local row_security = on;

/* A sign-in of a partner's person is the partner's too: its administrator sees it. */
create or replace function auth_session_create(p_user_id uuid, p_org_id uuid, p_session_id uuid,
	p_refresh_hash bytea, p_ttl_seconds int, p_address text, p_user_agent text)
returns table (session_id uuid, expires_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	member memberships;
begin
	session_id := coalesce(p_session_id, uuid_v7());
	expires_at := now() + make_interval(secs => p_ttl_seconds);
	update memberships m set last_login_at = now()
	where m.org_id = p_org_id and m.id = p_user_id and m.active
		and identity_partner_open(m.org_id, m.partner_id)
	returning m.* into member;
	if not found then
		raise exception using errcode = 'CR403', message = 'you are not a member of this organisation';
	end if;
	insert into sessions (id, user_id, org_id, address, user_agent, expires_at)
	values (auth_session_create.session_id, p_user_id, p_org_id, left(p_address, 64),
		left(p_user_agent, 500), auth_session_create.expires_at);
	insert into refresh_tokens (token_hash, session_id, expires_at)
	values (p_refresh_hash, auth_session_create.session_id, auth_session_create.expires_at);
	perform identity_context(p_org_id, p_user_id);
	perform log_action('user', p_user_id, 'login', owner_id => p_user_id,
		partner_id => member.partner_id);
	return next;
end
$$;

/* ---- sub-accounts --------------------------------------------------------------------------- */

/* Whoever belongs to a partner has a partner's role. */
create or replace function identity_may_invite(p_role text, p_partner_id uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	letter constant text := app_scope('memberships', 2);
	kind constant text := identity_preset(app_org(), p_role);
	of_partners constant boolean := kind in ('partner_admin', 'partner_user');
begin
	if kind is null then
		perform app_invalid('role', 'UNKNOWN_REFERENCE', 'is not a role of this organisation');
	end if;
	if letter <> 'a' and not (letter = 'p' and of_partners and p_partner_id = app_partner()) then
		perform app_refuse('you may not invite this person');
	end if;
	if of_partners and p_partner_id is null then
		perform app_invalid('partnerId', 'REQUIRED', 'is required for a partner role');
	end if;
	if not of_partners and p_partner_id is not null then
		perform app_invalid('role', 'INVALID', 'must be a partner role for people of a partner');
	end if;
	if p_partner_id is not null and not exists (select from partners p where p.org_id = app_org()
	   and p.id = p_partner_id and p.deleted_at is null) then
		perform app_invalid('partnerId', 'UNKNOWN_REFERENCE', 'is not a partner of this organisation');
	end if;
end
$$;

/* A partner's administrator neither takes over who was a member elsewhere nor ends an invitation that is
 * not the partner's own. */
create function identity_may_take(p_email text, p_partner_id uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if app_scope('memberships', 2) <> 'a'
	   and (exists (select from memberships m where m.org_id = app_org() and m.email = p_email
	                and m.partner_id is distinct from p_partner_id)
	        or exists (select from invitations i where i.org_id = app_org() and i.email = p_email
	                and i.accepted_at is null and i.revoked_at is null
	                and i.partner_id is distinct from p_partner_id)) then
		raise exception using errcode = 'CR409',
			message = 'this person is known to the organisation, which may invite them';
	end if;
end
$$;

create or replace function auth_invite(p_email text, p_role text, p_team_id uuid, p_partner_id uuid,
	p_first_name text, p_last_name text, p_token_hash bytea, p_ttl_seconds int)
returns table (id uuid, expires_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	address constant text := lower(trim(p_email));
begin
	perform identity_may_invite(p_role, p_partner_id);
	if p_team_id is not null and not exists (select from teams t where t.org_id = app_org()
	   and t.id = p_team_id and t.deleted_at is null) then
		perform app_invalid('teamId', 'UNKNOWN_REFERENCE', 'is not a team of this organisation');
	end if;
	if exists (select from memberships m where m.org_id = app_org() and m.email = address
	           and m.active and exists (select from credentials c where c.user_id = m.id)) then
		raise exception using errcode = 'CR409', message = 'this person is already a member';
	end if;
	perform identity_may_take(address, p_partner_id);
	update invitations i set revoked_at = now() where i.org_id = app_org() and i.email = address
		and i.accepted_at is null and i.revoked_at is null;
	id := uuid_v7();
	expires_at := now() + make_interval(secs => p_ttl_seconds);
	insert into invitations (org_id, id, email, first_name, last_name, role, team_id, partner_id,
		token_hash, expires_at)
	values (app_org(), auth_invite.id, address, coalesce(p_first_name, ''), coalesce(p_last_name, ''),
		p_role, p_team_id, p_partner_id, p_token_hash, auth_invite.expires_at);
	return next;
end
$$;

revoke execute on function identity_may_take(text, uuid) from public;

/* ---- what the functions below cannot read as the caller ------------------------------------- */

/* Of one's own partner, or of any where there is none. */
create function partner_people(p_partner uuid) returns bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select count(*) from memberships m where m.org_id = app_org() and m.partner_id = p_partner
		and m.active and (app_partner() is null or m.partner_id = app_partner()));
end
$$;

create function app_currency() returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select o.currency from organizations o where o.org_id = app_org());
end
$$;

/* Whether the role of this person lets them read the lead: the presets' letters for leads (a test holds
 * them to the server's), the role's own where it has some. */
create function lead_reach(p_user uuid, p_lead uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	member memberships;
	letter text;
begin
	select m.* into member from memberships m where m.org_id = app_org() and m.id = p_user
		and m.active and identity_partner_open(m.org_id, m.partner_id);
	select left(coalesce(a.letters, case r.preset when 'admin' then 'a' when 'manager' then 'a'
		when 'user' then 'o' when 'accountant' then 'n' else 'p' end), 1) into letter
	from roles r left join role_access a on a.org_id = r.org_id and a.role = r.key
		and a.table_name = 'leads'
	where r.org_id = app_org() and r.key = member.role;
	return exists (select from leads l where l.org_id = app_org() and l.id = p_lead
		and l.deleted_at is null and case letter
			when 'a' then true
			when 'o' then l.owner_id = p_user
			when 't' then exists (select from memberships mate
				where mate.org_id = l.org_id and mate.id = l.owner_id
					and (mate.id = p_user or mate.team_id = member.team_id or mate.team_id in
					(select t.id from teams t where t.org_id = l.org_id
						and t.manager_id = p_user and t.deleted_at is null)))
			when 'p' then l.partner_id = member.partner_id
			else false end);
end
$$;

/* ---- functions of seed 003 ------------------------------------------------------------------ */

/* A word about a lead's status beside the changes of it, which a trigger writes. For who may change the
 * lead; the new status is the one that the lead has. */
create function create_lead_status_history(lead_id uuid, old_status text, new_status text,
	comment text default null) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	letter constant text := app_scope('leads', 3);
	made constant uuid := uuid_v7();
	lead leads;
	old_stage stages;
begin
	select l.* into lead from leads l where l.org_id = app_org() and l.id = $1 and l.deleted_at is null
		and case when letter = 'a' then true when letter in ('o', 't', 'p')
			then lead_in_scope(l.id, letter) else false end;
	if lead.id is null then
		raise exception using errcode = 'CR404', message = 'record not found';
	end if;
	if $3 is distinct from lead.status then
		perform app_invalid('newStatus', 'INVALID', 'is not the status of the lead');
	end if;
	old_stage := stage_pick(app_org(), 'lead', null, $2, lead.stage_id);
	if $2 is not null and old_stage.id is null then
		perform app_invalid('oldStatus', 'INVALID', 'is not the key of a lead stage');
	end if;
	insert into lead_status_history (org_id, id, lead_id, old_status, new_status, old_stage_id,
		new_stage_id, changed_by, comment)
	values (app_org(), made, lead.id, $2, lead.status, case when $2 is not null then old_stage.id end,
		lead.stage_id, app_user(), left(nullif(trim($4), ''), 500));
	return made;
end
$$;

do $$
declare
	f text;
begin
	foreach f in array array['partner_people(uuid)', 'app_currency()', 'lead_reach(uuid, uuid)',
		'create_lead_status_history(uuid, text, text, text)'] loop
		execute format('revoke execute on function %s from public', f);
		execute format('grant execute on function %s to cairn_app', f);
	end loop;
end
$$;

set local row_security = off;
set local role cairn_owner;

/* What a partner's leads amount to, as far as the caller sees them. Won amounts are in the organisation's
 * currency where there is a rate, and by currency in any case. */
create function partner_figures(partner_uuid uuid) returns jsonb language plpgsql stable as $$
declare
	month constant timestamptz := app_midnight(date_trunc('month', app_today()::timestamp)::date);
begin
	return (select jsonb_build_object(
			'totalLeads', coalesce(sum(s.leads), 0),
			'leadsByStatus', coalesce(jsonb_object_agg(s.status, s.leads)
				filter (where s.status is not null), '{}'),
			'leadsThisMonth', coalesce(sum(s.this_month), 0),
			'convertedLeads', coalesce(sum(s.converted), 0),
			'conversionRate', round(sum(s.converted) / nullif(sum(s.leads), 0), 4),
			'wonDeals', coalesce(sum(s.won), 0),
			'wonAmount', coalesce(sum(s.won_amount), 0.00),
			'currency', app_currency(),
			'wonByCurrency', (select coalesce(jsonb_object_agg(c.won_currency, c.amount), '{}') from (
				select w.won_currency, sum(w.won_amount) as amount from leads w
				where w.org_id = app_org() and w.partner_id = partner_uuid and w.deleted_at is null
					and w.won_currency is not null and w.won_amount is not null
				group by w.won_currency) as c),
			'users', partner_people(partner_uuid),
			'lastLeadAt', to_char(max(s.last_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
		from (select l.status, count(*) as leads,
				count(*) filter (where l.created_at >= month) as this_month,
				count(l.converted_at) as converted,
				count(*) filter (where l.deal_status = 'won') as won,
				sum(l.won_amount_base) as won_amount, max(l.created_at) as last_at
			from leads l
			where l.org_id = app_org() and l.partner_id = partner_uuid and l.deleted_at is null
			group by l.status) as s);
end
$$;

/* Null for a partner out of sight. */
create function get_partner_stats(partner_uuid uuid) returns jsonb language plpgsql stable as $$
begin
	return (select partner_figures(p.id) from partners p
		where p.org_id = app_org() and p.id = partner_uuid);
end
$$;

/* The partner's field `stats`; who is given the row sees it, also one that is just made. */
create function partner_stats(partner partners) returns jsonb language sql stable
as $$ select partner_figures(partner.id) $$;

/* To which partner somebody belongs; null for who is out of sight. */
create function get_user_partner_info(user_id uuid) returns jsonb language plpgsql stable as $$
begin
	return (select jsonb_build_object('userId', m.id, 'role', m.role, 'active', m.active,
			'isPartnerAdmin', r.preset = 'partner_admin', 'partnerId', m.partner_id,
			'partnerName', p.name, 'partnerStatus', p.status)
		from memberships m
		join roles r on r.org_id = m.org_id and r.key = m.role
		left join partners p on p.org_id = m.org_id and p.id = m.partner_id
		where m.org_id = app_org() and m.id = $1);
end
$$;

/* Told to who sees both; what one does not see is out of everybody's reach, as far as one is told. */
create function can_user_access_lead(user_id uuid, lead_id uuid) returns boolean
language plpgsql stable as $$
begin
	return exists (select from leads l where l.org_id = app_org() and l.id = $2 and l.deleted_at is null)
		and exists (select from memberships m where m.org_id = app_org() and m.id = $1)
		and lead_reach($1, $2);
end
$$;

/* The table of an entity, null for none that has records. */
create function entity_table(entity text) returns text language sql stable as $$
	select c.relname::text from pg_class c
	where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
		/* A word without a plural is its table's name: number_series. */
		and c.relname in (entity, case entity when 'user' then 'memberships'
			else regexp_replace(entity, '([^aeiou])y$', '\1ie') || 's' end)
		and c.relname not in ('changes', 'notifications')
		and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'deleted_at')
$$;

/* A live record as the caller sees it, null otherwise. */
create function record_row(entity text, id uuid) returns jsonb language plpgsql stable as $$
declare
	home constant text := entity_table(entity);
	found jsonb;
begin
	if home is not null and has_any_column_privilege(home, 'select') then
		execute format('select to_jsonb(t) from (select %s from %I where org_id = $1 and id = $2 '
			'and deleted_at is null) as t', case when has_table_privilege(home, 'select') then '*'
			else 'id' end, home)
		into found using app_org(), id;
	end if;
	return found;
end
$$;

/* For what no write of a row shows. Only about what the caller sees, and not in the words that the log's
 * triggers use. */
create function log_activity(entity_type text, entity_id uuid, action text, details jsonb default null)
returns uuid language plpgsql as $$
declare
	about constant jsonb := record_row(entity_type, entity_id);
begin
	if coalesce(action, '') !~ '^[a-z][a-z0-9_]{0,49}$'
	   or action in ('create', 'update', 'delete', 'restore', 'login') then
		perform app_invalid('action', 'INVALID', 'is not a word of one''s own');
	end if;
	if jsonb_typeof(details) <> 'object' then
		perform app_invalid('details', 'WRONG_TYPE', 'must be an object');
	end if;
	if about is null then
		raise exception using errcode = 'CR404', message = 'record not found';
	end if;
	return log_action(entity_type, entity_id, action,
		(select jsonb_object_agg(key, jsonb_build_array(null, value)) from jsonb_each(details)),
		owner_id => coalesce(about ->> 'owner_id', about ->> 'assignee_id')::uuid,
		partner_id => case entity_type when 'partner' then entity_id
			else (about ->> 'partner_id')::uuid end);
end
$$;

/* The remark of a request that left the status as it was, kept all the same. */
create function lead_status_remark(lead_id uuid, remark text) returns uuid language plpgsql as $$
begin
	return (select create_lead_status_history(l.id, l.status, l.status, remark) from leads l
		where l.org_id = app_org() and l.id = $1 and nullif(trim(remark), '') is not null
			and not exists (select from lead_status_history h where h.org_id = l.org_id
				and h.lead_id = l.id and h.xmin = pg_current_xact_id()::xid));
end
$$;
