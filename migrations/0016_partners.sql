/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partners: firms that bring leads. Their people sign in only while the partner is approved, and see their
 * own partner alone. With it the columns partner_id of older tables become references.
 */
create table partners (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	email text not null,
	phone text,
	status text not null default 'pending',
	tier text,
	zoho_partner_id text,
	contact_first_name text,
	contact_last_name text,
	legal_name text,
	website text,
	tax_id text,
	address_street text,
	address_city text,
	address_region text,
	address_postal_code text,
	address_country text,
	commission_percent numeric(6,3),
	owner_id uuid,
	approved_at timestamptz(3),
	internal_notes text,
	search tsvector generated always as (search_document(name, legal_name, email,
		contact_first_name, contact_last_name)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint partners_pkey primary key (org_id, id),
	constraint partners_org foreign key (org_id) references organizations (id),
	constraint partners_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint partners_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint partners_name_length check (length(name) between 1 and 100),
	constraint partners_status check (status in ('pending', 'approved', 'suspended', 'rejected')),
	constraint partners_commission check (commission_percent between 0 and 100)
);

create unique index partners_email_unique on partners (org_id, lower(email)) where deleted_at is null;
create unique index partners_zoho_unique on partners (org_id, zoho_partner_id)
	where zoho_partner_id is not null and deleted_at is null;
create index partners_list on partners (org_id, created_at desc, id desc) where deleted_at is null;
create index partners_status on partners (org_id, status, created_at desc, id desc)
	where deleted_at is null;
create index partners_owner on partners (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index partners_search on partners
	using gin (org_id, search, tags, custom jsonb_path_ops, name gin_trgm_ops);

/* ---- rules ---------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* A partner's administrator keeps the firm's own data; what the organisation decides stays its own. */
create function partners_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_op = 'UPDATE' then
		if app_partner() is not null then
			new.owner_id := old.owner_id;
			if (new.status, new.tier, new.commission_percent, new.zoho_partner_id, new.internal_notes,
			    new.tags, new.custom) is distinct from (old.status, old.tier, old.commission_percent,
			    old.zoho_partner_id, old.internal_notes, old.tags, old.custom) then
				perform app_refuse('only the organisation decides this about a partner');
			end if;
		end if;
		if new.deleted_at is not null and old.deleted_at is null
		   and exists (select from memberships m where m.org_id = new.org_id
		               and m.partner_id = new.id and m.active) then
			raise exception using errcode = 'CR409',
				message = 'the partner has active users: suspend it, or deactivate them first';
		end if;
	end if;
	if new.status <> 'approved' then
		new.approved_at := case when tg_op = 'UPDATE' then old.approved_at end;
	elsif tg_op = 'INSERT' or old.status <> 'approved' then
		new.approved_at := now();
	else
		new.approved_at := old.approved_at;
	end if;
	return new;
end
$$;

/* A deal that comes of a partner's lead is the partner's. */
create function deals_partner() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.partner_id := (select l.partner_id from leads l where l.org_id = new.org_id
		and l.id = new.lead_id);
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger partners_rules before insert or update on partners
	for each row execute function partners_rules();
create trigger deals_partner before insert on deals for each row
	when (new.lead_id is not null and new.partner_id is null) execute function deals_partner();

select protect('partners', entity => 'partner', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])',
	partner => 'id = (select app_partner())', owner_column => 'owner_id',
	partner_column => 'id', secret => '{commission_percent,internal_notes}', lookup => 'true');
select tags_protect('partners');

/* ---- references to partners ----------------------------------------------------------------- */

/* Until now there was no partner, so whatever stands there names none. The guard is for callers; the other
 * triggers are of cairn_lookup, whom policies filter. */
alter table memberships disable trigger memberships_guard;
set local row_security = on;

do $$
declare
	t text;
begin
	foreach t in array '{leads,deals,memberships,invitations}'::text[] loop
		execute format('alter table %I no force row level security', t);
		execute format('update %I set partner_id = null where partner_id is not null', t);
		execute format('alter table %I force row level security', t);
		perform protect_reference(t, t || '_partner', 'partner_id', 'partners');
	end loop;
end
$$;

set local row_security = off;
alter table memberships enable trigger memberships_guard;

create index invitations_of_partner on invitations (org_id, partner_id) where partner_id is not null;

/* ---- signing in ----------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* Whether the people of this partner are let in; null is nobody's partner. */
create function identity_partner_open(org uuid, partner uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
	select partner is null or exists (select from partners p where p.org_id = $1 and p.id = $2
		and p.status = 'approved' and p.deleted_at is null)
$$;

revoke execute on function identity_partner_open(uuid, uuid) from public;

create or replace function auth_memberships(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('orgId', m.org_id, 'organization', o.name,
		'role', m.role, 'roleName', r.name, 'partnerId', m.partner_id, 'teamId', m.team_id)
		order by m.last_login_at desc nulls last, m.created_at), '[]')
	from memberships m
	join organizations o on o.org_id = m.org_id and o.id = m.org_id
	join roles r on r.org_id = m.org_id and r.key = m.role
	where m.id = $1 and m.active and identity_partner_open(m.org_id, m.partner_id)
$$;

create or replace function auth_session_create(p_user_id uuid, p_org_id uuid, p_session_id uuid,
	p_refresh_hash bytea, p_ttl_seconds int, p_address text, p_user_agent text)
returns table (session_id uuid, expires_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
	session_id := coalesce(p_session_id, uuid_v7());
	expires_at := now() + make_interval(secs => p_ttl_seconds);
	update memberships m set last_login_at = now()
	where m.org_id = p_org_id and m.id = p_user_id and m.active
		and identity_partner_open(m.org_id, m.partner_id);
	if not found then
		raise exception using errcode = 'CR403', message = 'you are not a member of this organisation';
	end if;
	insert into sessions (id, user_id, org_id, address, user_agent, expires_at)
	values (auth_session_create.session_id, p_user_id, p_org_id, left(p_address, 64),
		left(p_user_agent, 500), auth_session_create.expires_at);
	insert into refresh_tokens (token_hash, session_id, expires_at)
	values (p_refresh_hash, auth_session_create.session_id, auth_session_create.expires_at);
	perform identity_context(p_org_id, p_user_id);
	perform log_action('user', p_user_id, 'login', owner_id => p_user_id);
	return next;
end
$$;

create or replace function auth_refresh_rotate(p_old_hash bytea, p_new_hash bytea,
	p_ttl_seconds int, p_address text, p_user_agent text)
returns table (outcome text, session_id uuid, user_id uuid, org_id uuid, expires_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	token refresh_tokens;
	session sessions;
begin
	outcome := 'expired';
	/* The session first: rotation and revocation of one family take turns. */
	select s.* into session from sessions s
	where s.id = (select t.session_id from refresh_tokens t where t.token_hash = p_old_hash)
	for update;
	select t.* into token from refresh_tokens t where t.token_hash = p_old_hash;
	if session.id is null or session.revoked_at is not null or token.expires_at <= now()
	   or not exists (select from memberships m where m.org_id = session.org_id
	                  and m.id = session.user_id and m.active
	                  and identity_partner_open(m.org_id, m.partner_id)) then
		return next;
		return;
	end if;
	session_id := session.id;
	user_id := session.user_id;
	org_id := session.org_id;
	expires_at := session.expires_at;
	if token.used_at is null then
		outcome := 'ok';
		expires_at := now() + make_interval(secs => p_ttl_seconds);
		update refresh_tokens set used_at = clock_timestamp() where token_hash = p_old_hash;
		insert into refresh_tokens (token_hash, session_id, expires_at)
		values (p_new_hash, session.id, auth_refresh_rotate.expires_at);
		update sessions set last_seen_at = now(), expires_at = auth_refresh_rotate.expires_at,
			address = coalesce(left(p_address, 64), address),
			user_agent = coalesce(left(p_user_agent, 500), user_agent)
		where id = session.id;
	elsif token.used_at > clock_timestamp() - identity_grace() then
		outcome := 'grace';
	else
		outcome := 'reused';
		update sessions set revoked_at = now() where id = session.id;
		perform identity_context(session.org_id, session.user_id);
		perform log_action('user', session.user_id, 'session_reuse', owner_id => session.user_id);
	end if;
	return next;
end
$$;

create or replace function auth_session_check(p_session_id uuid, p_org_id uuid, p_user_id uuid)
returns table (user_id uuid, org_id uuid, email text, first_name text, last_name text, role text,
	role_name text, preset text, access jsonb, team_id uuid, team_users uuid[], partner_id uuid,
	org_name text, currency text, time_zone text, locale text, week_start int,
	fiscal_year_start_month int, settings jsonb, expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
	select m.id, m.org_id, m.email, m.first_name, m.last_name, m.role, r.name, r.preset,
		(select coalesce(jsonb_object_agg(a.table_name, a.letters), '{}') from role_access a
		 where a.org_id = m.org_id and a.role = m.role),
		m.team_id,
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

create or replace function auth_switch(p_session_id uuid, p_user_id uuid, p_org_id uuid)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update memberships m set last_login_at = now()
	where m.org_id = p_org_id and m.id = p_user_id and m.active
		and identity_partner_open(m.org_id, m.partner_id);
	if not found then
		return false;
	end if;
	update sessions set org_id = p_org_id
	where id = p_session_id and user_id = p_user_id and revoked_at is null and expires_at > now();
	return found;
end
$$;

create or replace function identity_may_invite(p_role text, p_partner_id uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	letter constant text := app_scope('memberships', 2);
	kind constant text := identity_preset(app_org(), p_role);
begin
	if kind is null then
		perform app_invalid('role', 'UNKNOWN_REFERENCE', 'is not a role of this organisation');
	end if;
	if letter <> 'a' and not (letter = 'p' and kind in ('partner_admin', 'partner_user')
	   and p_partner_id = app_partner()) then
		perform app_refuse('you may not invite this person');
	end if;
	if kind in ('partner_admin', 'partner_user') and p_partner_id is null then
		perform app_invalid('partnerId', 'REQUIRED', 'is required for a partner role');
	end if;
	if p_partner_id is not null and not exists (select from partners p where p.org_id = app_org()
	   and p.id = p_partner_id and p.deleted_at is null) then
		perform app_invalid('partnerId', 'UNKNOWN_REFERENCE', 'is not a partner of this organisation');
	end if;
end
$$;

set local row_security = off;
set local role cairn_owner;
