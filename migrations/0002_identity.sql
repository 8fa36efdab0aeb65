/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People, organisations, sessions, roles.
 *
 * users, credentials, sessions, refresh_tokens and login_attempts are global and have no grants to
 * cairn_app: the functions below are the only way to them. All are SECURITY DEFINER, owned by
 * cairn_lookup, executable by cairn_app. Token hashes and password hashes are computed by the
 * server; nothing secret reaches the change log. "row or nothing" means zero rows for no.
 * Errors for the client: CR403, CR404, CR409, CR422 (DETAIL = JSON array of {field,code,message}).
 * An outcome that must survive (a counted attempt, a revoked family) needs the statement COMMITTED,
 * also when the request then fails: run it by itself.
 *
 * Registration
 *   auth_register(user_id uuid, org_id uuid, email text, password_hash text, first_name text,
 *       last_name text, organization text, time_zone text, locale text, currency text)
 *       -> (user_id uuid, org_id uuid)
 *       Ids null = made here; time_zone, locale, currency null = UTC, en, EUR. Makes the user, the
 *       organisation with its roles, pipelines, stages and picklists, and the admin membership.
 *       CR409 when the e-mail has a login.
 *   auth_organization_create(user_id uuid, org_id uuid, organization text, time_zone text,
 *       locale text, currency text) -> org_id uuid          another organisation for a known user
 *
 * Signing in
 *   auth_attempt(key text, max_attempts int, window_seconds int)
 *       -> (allowed bool, retry_after int)                   counts and decides in one step; COMMIT
 *   auth_attempt_clear(key text) -> void                     after a success
 *   auth_find_login(email text)
 *       -> row or nothing (user_id uuid, email text, first_name text, last_name text,
 *          password_hash text, memberships jsonb)
 *       memberships: active ones only, last used first:
 *       [{"orgId","organization","role","roleName","partnerId","teamId"}]
 *   auth_memberships(user_id uuid) -> jsonb                  the same array
 *
 * Sessions (a session is also the family of its refresh tokens)
 *   auth_session_create(user_id uuid, org_id uuid, session_id uuid, refresh_hash bytea,
 *       ttl_seconds int, address text, user_agent text) -> (session_id uuid, expires_at timestamptz)
 *       session_id null = made here. CR403 without an active membership. Logs action `login`.
 *   auth_refresh_rotate(old_hash bytea, new_hash bytea, ttl_seconds int, address text,
 *       user_agent text)
 *       -> one row (outcome text, session_id uuid, user_id uuid, org_id uuid, expires_at timestamptz)
 *       outcome: ok       new_hash is now the valid token, hand out both tokens
 *                grace    the old token was rotated at most 10 s ago: access token only
 *                reused   later reuse: the whole family is revoked; COMMIT
 *                expired  unknown, revoked, expired, or the membership is no longer active
 *   auth_session_check(session_id uuid, org_id uuid, user_id uuid)
 *       -> row or nothing (user_id uuid, org_id uuid, email text, first_name text, last_name text,
 *          role text, role_name text, preset text, access jsonb, team_id uuid, team_users uuid[],
 *          partner_id uuid, org_name text, currency text, time_zone text, locale text,
 *          week_start int, fiscal_year_start_month int, settings jsonb, expires_at timestamptz)
 *       Nothing = the session is revoked or over, is not in that organisation, or the membership is
 *       inactive: 401. access: only what differs from the preset, {"contacts":"aona"}. team_users is
 *       the literal for app.team_users, the caller included. Writes nothing.
 *   auth_session_list(user_id uuid) -> rows (session_id uuid, org_id uuid, organization text,
 *       address text, user_agent text, created_at, last_seen_at, expires_at timestamptz)
 *   auth_session_revoke(user_id uuid, session_id uuid) -> bool       false: no such live session
 *   auth_session_revoke_all(user_id uuid, except_session uuid) -> int        except may be null
 *   auth_switch(session_id uuid, user_id uuid, org_id uuid) -> bool  false: no active membership
 *
 * Password
 *   auth_password(user_id uuid) -> text                      the hash, for the check of the old one
 *   auth_change_password(user_id uuid, password_hash text, keep_session uuid) -> int
 *       revokes every other session, answers how many
 *
 * Invitations (the context is needed for the first and the last: the caller's organisation)
 *   auth_invite(email text, role text, team_id uuid, partner_id uuid, first_name text,
 *       last_name text, token_hash bytea, ttl_seconds int) -> (id uuid, expires_at timestamptz)
 *       Needs create on memberships: letter a, or p for partner roles of the own partner. Replaces
 *       an open invitation of the same e-mail. CR409 when the e-mail is an active member.
 *   auth_invitation_find(token_hash bytea) -> row or nothing (email text, first_name text,
 *       last_name text, organization text, role text, has_login bool, expires_at timestamptz)
 *   auth_invitation_accept(token_hash bytea, user_id uuid, password_hash text, first_name text,
 *       last_name text) -> (user_id uuid, org_id uuid, created bool)
 *       password_hash is for an e-mail without a login and ignored otherwise (who already has one
 *       signs in with it). CR404 when the token is unknown, used, revoked or over.
 *   auth_invitation_revoke(id uuid) -> bool
 *
 * Idempotency-Key (context needed)
 *   idempotency_claim(method text, path text, key text, body_hash bytea)
 *       -> one row (outcome text, status int, headers text, body bytea)
 *       outcome: new        go on, and store the answer in the same transaction
 *                replay     answer with status, headers, body
 *                in_flight  409
 *                mismatch   the key came with another body: 422
 *   idempotency_store(method text, path text, key text, status int, headers text, body bytea)
 *   idempotency_sweep() -> int                               deletes what is older than 24 h
 */

/* ---- people --------------------------------------------------------------------------------- */

create table users (
	id uuid not null default uuid_v7(),
	email text not null,
	first_name text not null default '',
	last_name text not null default '',
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	constraint users_pkey primary key (id),
	constraint users_email_unique unique (email),
	constraint users_email_lower check (email = lower(email) and length(email) between 3 and 254)
);

/* Apart from users, so that no query for a name can carry a hash along. */
create table credentials (
	user_id uuid not null,
	password_hash text not null,
	changed_at timestamptz(3) not null default now(),
	constraint credentials_pkey primary key (user_id),
	constraint credentials_user foreign key (user_id) references users (id) on delete cascade
);

/* One row per key with the times of its attempts: the row's lock makes counting and deciding one. */
create table login_attempts (
	key text not null,
	attempts timestamptz[] not null,
	last_at timestamptz(3) not null default now(),
	constraint login_attempts_pkey primary key (key)
);

create index login_attempts_last on login_attempts (last_at);

/* ---- organisations -------------------------------------------------------------------------- */

/* org_id repeats id, so that the tenant's own row is guarded like every other. */
create table organizations (
	org_id uuid not null,
	id uuid not null default uuid_v7(),
	name text not null,
	legal_name text,
	currency text not null default 'EUR',
	time_zone text not null default 'UTC',
	locale text not null default 'en',
	week_start int not null default 1,
	fiscal_year_start_month int not null default 1,
	tax_id text,
	registration_number text,
	address_street text,
	address_city text,
	address_region text,
	address_postal_code text,
	address_country text,
	email text,
	phone text,
	website text,
	settings jsonb not null default '{}',
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint organizations_pkey primary key (org_id, id),
	constraint organizations_id_unique unique (id),
	constraint organizations_own check (org_id = id),
	constraint organizations_kept check (deleted_at is null),
	constraint organizations_name_length check (length(name) between 1 and 200),
	constraint organizations_currency check (currency ~ '^[A-Z]{3}$'),
	constraint organizations_week_start check (week_start between 0 and 6),
	constraint organizations_fiscal_year check (fiscal_year_start_month between 1 and 12),
	constraint organizations_settings check (jsonb_typeof(settings) = 'object')
);

/* preset names the server's access matrix; role_access holds only what differs from it. */
create table roles (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	key text not null,
	name text not null,
	preset text not null default 'user',
	position int not null default 0,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint roles_pkey primary key (org_id, id),
	constraint roles_key_unique unique (org_id, key),
	constraint roles_org foreign key (org_id) references organizations (id),
	constraint roles_key check (key ~ '^[a-z][a-z0-9_]{0,49}$'),
	constraint roles_preset check (preset in
		('admin', 'manager', 'user', 'accountant', 'partner_admin', 'partner_user'))
);

create table role_access (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	role text not null,
	table_name text not null,
	letters text not null,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint role_access_pkey primary key (org_id, id),
	constraint role_access_unique unique (org_id, role, table_name),
	constraint role_access_role foreign key (org_id, role) references roles (org_id, key),
	constraint role_access_table check (table_name ~ '^[a-z][a-z0-9_]{0,62}$'),
	constraint role_access_letters check (letters ~ '^[atpon]{4}$')
);

create table teams (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text not null,
	manager_id uuid,
	description text,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint teams_pkey primary key (org_id, id),
	constraint teams_org foreign key (org_id) references organizations (id),
	constraint teams_name_length check (length(name) between 1 and 100)
);

create unique index teams_name_unique on teams (org_id, lower(name)) where deleted_at is null;
create index teams_manager on teams (org_id, manager_id);

/* The `user` entity: a person in an organisation. id is the user's id. Never deleted, since every
 * record points here. partner_id gets its foreign key with the partners. */
create table memberships (
	org_id uuid not null,
	id uuid not null,
	email text not null,
	first_name text not null default '',
	last_name text not null default '',
	role text not null,
	team_id uuid,
	partner_id uuid,
	active boolean not null default true,
	job_title text,
	phone text,
	locale text,
	time_zone text,
	invited_at timestamptz(3),
	joined_at timestamptz(3),
	last_login_at timestamptz(3),
	search tsvector generated always as (search_document(first_name, last_name, email)) stored,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint memberships_pkey primary key (org_id, id),
	constraint memberships_email_unique unique (org_id, email),
	constraint memberships_org foreign key (org_id) references organizations (id),
	constraint memberships_user foreign key (id) references users (id),
	constraint memberships_role foreign key (org_id, role) references roles (org_id, key),
	constraint memberships_team foreign key (org_id, team_id) references teams (org_id, id),
	constraint memberships_kept check (deleted_at is null)
);

create index memberships_of_user on memberships (id);
create index memberships_of_role on memberships (org_id, role);
create index memberships_of_team on memberships (org_id, team_id) where team_id is not null;
create index memberships_of_partner on memberships (org_id, partner_id) where partner_id is not null;
create index memberships_list on memberships (org_id, created_at desc, id desc);

alter table teams add constraint teams_manager foreign key (org_id, manager_id)
	references memberships (org_id, id);

/* ---- sessions ------------------------------------------------------------------------------- */

create table sessions (
	id uuid not null default uuid_v7(),
	user_id uuid not null,
	org_id uuid not null,
	address text,
	user_agent text,
	created_at timestamptz(3) not null default now(),
	last_seen_at timestamptz(3) not null default now(),
	expires_at timestamptz(3) not null,
	revoked_at timestamptz(3),
	constraint sessions_pkey primary key (id),
	constraint sessions_membership foreign key (org_id, user_id) references memberships (org_id, id)
);

create index sessions_of_user on sessions (user_id, created_at desc);
create index sessions_of_membership on sessions (org_id, user_id);
create index sessions_expiry on sessions (expires_at);

/* A session is the family of its tokens. used_at: when the token was exchanged for the next one. */
create table refresh_tokens (
	token_hash bytea not null,
	session_id uuid not null,
	created_at timestamptz(3) not null default now(),
	expires_at timestamptz(3) not null,
	used_at timestamptz(3),
	constraint refresh_tokens_pkey primary key (token_hash),
	constraint refresh_tokens_session foreign key (session_id) references sessions (id) on delete cascade
);

create index refresh_tokens_of_session on refresh_tokens (session_id);

create table invitations (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	email text not null,
	first_name text not null default '',
	last_name text not null default '',
	role text not null,
	team_id uuid,
	partner_id uuid,
	token_hash bytea not null,
	expires_at timestamptz(3) not null,
	accepted_at timestamptz(3),
	revoked_at timestamptz(3),
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint invitations_pkey primary key (org_id, id),
	constraint invitations_org foreign key (org_id) references organizations (id),
	constraint invitations_role foreign key (org_id, role) references roles (org_id, key),
	constraint invitations_team foreign key (org_id, team_id) references teams (org_id, id),
	constraint invitations_inviter foreign key (org_id, created_by) references memberships (org_id, id)
);

create unique index invitations_token on invitations (token_hash);
create unique index invitations_open on invitations (org_id, email)
	where accepted_at is null and revoked_at is null;
create index invitations_of_role on invitations (org_id, role);
create index invitations_of_team on invitations (org_id, team_id);
create index invitations_of_inviter on invitations (org_id, created_by);

/* ---- idempotency ---------------------------------------------------------------------------- */

create table idempotency_keys (
	org_id uuid not null default app_org(),
	user_id uuid not null default app_user(),
	method text not null,
	path text not null,
	key text not null,
	body_hash bytea not null,
	status int,
	headers text,
	body bytea,
	created_at timestamptz(3) not null default now(),
	constraint idempotency_keys_pkey primary key (org_id, user_id, method, path, key),
	constraint idempotency_keys_user foreign key (org_id, user_id) references memberships (org_id, id),
	constraint idempotency_keys_length check (length(key) <= 255 and length(path) <= 1024)
);

create index idempotency_keys_age on idempotency_keys (created_at);

/* ---- guards --------------------------------------------------------------------------------- */

/*
 * A member may edit their own card, but role, team, partner and activity are the administration's;
 * an administrator of a partner administers that partner's people among the partner roles. And the
 * organisation keeps an administrator, whoever asks.
 */
create function memberships_guard() returns trigger language plpgsql as $$
declare
	letter constant text := app_scope('memberships', 3);
begin
	if current_user = 'cairn_app' then
		new.email := old.email;
		new.invited_at := old.invited_at;
		new.joined_at := old.joined_at;
		new.last_login_at := old.last_login_at;
	end if;
	if (new.role, new.team_id, new.partner_id, new.active)
	   is not distinct from (old.role, old.team_id, old.partner_id, old.active) then
		return new;
	end if;
	if current_user = 'cairn_app' and letter <> 'a' and not (letter = 'p'
	   and new.id <> app_user() and new.partner_id is not distinct from old.partner_id
	   and new.team_id is not distinct from old.team_id
	   and identity_preset(new.org_id, new.role) in ('partner_admin', 'partner_user')) then
		perform app_refuse('only an administrator may change role, team, partner or activity');
	end if;
	if old.active and identity_preset(old.org_id, old.role) = 'admin'
	   and not (new.active and identity_preset(new.org_id, new.role) = 'admin') then
		perform identity_another_admin(old.org_id, old.id);
	end if;
	return new;
end
$$;

create trigger memberships_guard before update on memberships
	for each row execute function memberships_guard();

/* ---- row security --------------------------------------------------------------------------- */

select protect('organizations', entity => 'organization', own => 'true', partner => 'true',
	commands => 'ru', lookup => 'true');
select protect('memberships', entity => 'user', own => 'id = (select app_user())',
	team => 'id = any ((select app_team_users())::uuid[])',
	partner => 'partner_id = (select app_partner())', owner_column => null,
	partner_column => 'partner_id', quiet => '{last_login_at}', commands => 'ru', lookup => 'true');
select protect('teams', entity => 'team', own => 'manager_id = (select app_user())',
	team => 'manager_id = any ((select app_team_users())::uuid[])', lookup => 'true');
/* Roles are settings, like custom fields: who has those letters writes them. Every member reads them,
 * since every member's card names one. */
select protect('roles', entity => 'role', scope => 'custom_fields', commands => 'rcud',
	lookup => 'true');
select protect('role_access', entity => 'role_access', scope => 'custom_fields', commands => 'rcud',
	lookup => 'true');
alter policy roles_read on roles using (org_id = (select app_org()));
alter policy role_access_read on role_access using (org_id = (select app_org()));
select protect('invitations', entity => 'invitation', own => 'created_by = (select app_user())',
	partner => 'partner_id = (select app_partner())', scope => 'memberships',
	partner_column => 'partner_id', secret => '{token_hash}', commands => 'r', lookup => 'true');

/* Who sees an invitation still does not see its token. */
revoke select on invitations from cairn_app;
grant select (org_id, id, email, first_name, last_name, role, team_id, partner_id, expires_at,
	accepted_at, revoked_at, created_at, updated_at, deleted_at, version, created_by, updated_by)
	on invitations to cairn_app;

do $$
declare
	t text;
begin
	foreach t in array '{users,credentials,login_attempts,sessions,refresh_tokens}'::text[] loop
		execute format('alter table %I enable row level security, force row level security', t);
		execute format('create policy %I on %I to cairn_lookup using (true) with check (true)',
			t || '_lookup', t);
		execute format('grant select, insert, update, delete on %I to cairn_lookup', t);
	end loop;
end
$$;

alter table idempotency_keys enable row level security, force row level security;
create policy idempotency_keys_own on idempotency_keys to cairn_app
	using (org_id = (select app_org()) and user_id = (select app_user()))
	with check (org_id = (select app_org()) and user_id = (select app_user()));
create policy idempotency_keys_sweep on idempotency_keys to cairn_lookup using (true);
grant select, insert, update, delete on idempotency_keys to cairn_app;
grant select, delete on idempotency_keys to cairn_lookup;

/* ---- functions: helpers, not for the server ------------------------------------------------- */

set local role cairn_lookup;
/* PostgreSQL plans the body of a SQL function when it is made. */
set local row_security = on;

create function identity_preset(org uuid, role_key text) returns text
language sql stable security definer set search_path = public, pg_temp
as $$ select preset from roles where org_id = $1 and key = $2 $$;

/* The lock makes two administrators who demote each other at once wait. */
create function identity_another_admin(org uuid, but uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform 1 from organizations where org_id = org for update;
	if not exists (select from memberships m join roles r on r.org_id = m.org_id and r.key = m.role
	               where m.org_id = org and m.id <> but and m.active and r.preset = 'admin') then
		raise exception using errcode = 'CR409',
			message = 'an organisation needs at least one active administrator';
	end if;
end
$$;

create function identity_context(org uuid, person uuid) returns void
language sql volatile as $$
	select set_config('app.org_id', $1::text, true), set_config('app.user_id', $2::text, true)
$$;

/* The organisation, its roles and presets, and its first member as administrator. */
create function identity_organization_make(person uuid, org uuid, title text, zone text,
	language text, money text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	made constant uuid := coalesce(org, uuid_v7());
begin
	perform identity_context(made, person);
	insert into organizations (org_id, id, name, time_zone, locale, currency)
	values (made, made, trim(title), coalesce(zone, 'UTC'), coalesce(language, 'en'),
		coalesce(money, 'EUR'));
	insert into roles (org_id, key, name, preset, position)
	select made, key, name, key, position
	from (values ('admin', 'Administrator', 1), ('manager', 'Manager', 2), ('user', 'User', 3),
		('accountant', 'Accountant', 4), ('partner_admin', 'Partner administrator', 5),
		('partner_user', 'Partner user', 6)) as preset (key, name, position);
	insert into memberships (org_id, id, email, first_name, last_name, role, joined_at)
	select made, u.id, u.email, u.first_name, u.last_name, 'admin', now()
	from users u where u.id = person;
	if not found then
		raise exception using errcode = 'CR404', message = 'user not found';
	end if;
	perform organization_presets(made);
	return made;
end
$$;

/* ---- functions: registration ---------------------------------------------------------------- */

create function auth_register(p_user_id uuid, p_org_id uuid, p_email text, p_password_hash text,
	p_first_name text, p_last_name text, p_organization text, p_time_zone text, p_locale text,
	p_currency text) returns table (user_id uuid, org_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
	user_id := coalesce(p_user_id, uuid_v7());
	insert into users (id, email, first_name, last_name)
	values (user_id, lower(trim(p_email)), coalesce(p_first_name, ''), coalesce(p_last_name, ''))
	on conflict (email) do nothing;
	if not found then
		raise exception using errcode = 'CR409', message = 'this e-mail address has an account';
	end if;
	insert into credentials (user_id, password_hash) values (auth_register.user_id, p_password_hash);
	org_id := identity_organization_make(user_id, p_org_id, p_organization, p_time_zone, p_locale,
		p_currency);
	return next;
end
$$;

create function auth_organization_create(p_user_id uuid, p_org_id uuid, p_organization text,
	p_time_zone text, p_locale text, p_currency text) returns uuid
language sql security definer set search_path = public, pg_temp
as $$ select identity_organization_make($1, $2, $3, $4, $5, $6) $$;

/* ---- functions: signing in ------------------------------------------------------------------ */

create function auth_attempt(p_key text, p_max_attempts int, p_window_seconds int)
returns table (allowed boolean, retry_after int)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	since constant timestamptz := clock_timestamp() - make_interval(secs => p_window_seconds);
	recent timestamptz[];
begin
	insert into login_attempts (key, attempts) values (p_key, '{}') on conflict (key) do nothing;
	select array(select a from unnest(t.attempts) as a where a > since order by a) into recent
	from login_attempts t where t.key = p_key for update;
	allowed := coalesce(cardinality(recent), 0) < p_max_attempts;
	retry_after := 0;
	if allowed then
		/* A refused attempt is not counted: the wait ends when it was said to end. */
		recent := recent || clock_timestamp();
	else
		retry_after := greatest(1, ceil(extract(epoch from
			recent[cardinality(recent) - p_max_attempts + 1] - since)))::int;
	end if;
	update login_attempts t set attempts = recent, last_at = clock_timestamp() where t.key = p_key;
	return next;
end
$$;

create function auth_attempt_clear(p_key text) returns void
language sql security definer set search_path = public, pg_temp
as $$ delete from login_attempts where key = $1 $$;

create function auth_memberships(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('orgId', m.org_id, 'organization', o.name,
		'role', m.role, 'roleName', r.name, 'partnerId', m.partner_id, 'teamId', m.team_id)
		order by m.last_login_at desc nulls last, m.created_at), '[]')
	from memberships m
	join organizations o on o.org_id = m.org_id and o.id = m.org_id
	join roles r on r.org_id = m.org_id and r.key = m.role
	where m.id = $1 and m.active
$$;

create function auth_find_login(p_email text) returns table (user_id uuid, email text,
	first_name text, last_name text, password_hash text, memberships jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
	select u.id, u.email, u.first_name, u.last_name, c.password_hash, auth_memberships(u.id)
	from users u join credentials c on c.user_id = u.id
	where u.email = lower(trim($1))
$$;

/* ---- functions: sessions -------------------------------------------------------------------- */

create function auth_session_create(p_user_id uuid, p_org_id uuid, p_session_id uuid,
	p_refresh_hash bytea, p_ttl_seconds int, p_address text, p_user_agent text)
returns table (session_id uuid, expires_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
	session_id := coalesce(p_session_id, uuid_v7());
	expires_at := now() + make_interval(secs => p_ttl_seconds);
	update memberships set last_login_at = now()
	where org_id = p_org_id and id = p_user_id and active;
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

/* Two browser tabs refresh at once: within this time the second is not a thief. */
create function identity_grace() returns interval language sql immutable
as $$ select interval '10 seconds' $$;

create function auth_refresh_rotate(p_old_hash bytea, p_new_hash bytea, p_ttl_seconds int,
	p_address text, p_user_agent text)
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
	                  and m.id = session.user_id and m.active) then
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

/* Everything the server's membership cache holds, in one row. */
create function auth_session_check(p_session_id uuid, p_org_id uuid, p_user_id uuid)
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
$$;

create function auth_session_list(p_user_id uuid) returns table (session_id uuid, org_id uuid,
	organization text, address text, user_agent text, created_at timestamptz,
	last_seen_at timestamptz, expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
	select s.id, s.org_id, o.name, s.address, s.user_agent, s.created_at, s.last_seen_at, s.expires_at
	from sessions s join organizations o on o.id = s.org_id
	where s.user_id = $1 and s.revoked_at is null and s.expires_at > now()
	order by s.last_seen_at desc, s.id desc
$$;

create function auth_session_revoke(p_user_id uuid, p_session_id uuid) returns boolean
language sql security definer set search_path = public, pg_temp as $$
	with revoked as (update sessions set revoked_at = now()
		where id = $2 and user_id = $1 and revoked_at is null returning 1)
	select exists (select from revoked)
$$;

create function auth_session_revoke_all(p_user_id uuid, p_except_session uuid) returns int
language sql security definer set search_path = public, pg_temp as $$
	with revoked as (update sessions set revoked_at = now()
		where user_id = $1 and revoked_at is null and expires_at > now()
		and id is distinct from $2 returning 1)
	select count(*)::int from revoked
$$;

create function auth_switch(p_session_id uuid, p_user_id uuid, p_org_id uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update memberships set last_login_at = now()
	where org_id = p_org_id and id = p_user_id and active;
	if not found then
		return false;
	end if;
	update sessions set org_id = p_org_id
	where id = p_session_id and user_id = p_user_id and revoked_at is null and expires_at > now();
	return found;
end
$$;

/* ---- functions: password -------------------------------------------------------------------- */

create function auth_password(p_user_id uuid) returns text
language sql stable security definer set search_path = public, pg_temp
as $$ select password_hash from credentials where user_id = $1 $$;

create function auth_change_password(p_user_id uuid, p_password_hash text, p_keep_session uuid)
returns int language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update credentials set password_hash = p_password_hash, changed_at = now()
	where user_id = p_user_id;
	if not found then
		raise exception using errcode = 'CR404', message = 'user not found';
	end if;
	return auth_session_revoke_all(p_user_id, p_keep_session);
end
$$;

/* ---- functions: invitations ----------------------------------------------------------------- */

create function identity_may_invite(p_role text, p_partner_id uuid) returns void
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
end
$$;

create function auth_invite(p_email text, p_role text, p_team_id uuid, p_partner_id uuid,
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
	           and m.active) then
		raise exception using errcode = 'CR409', message = 'this person is already a member';
	end if;
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

create function auth_invitation_find(p_token_hash bytea) returns table (email text, first_name text,
	last_name text, organization text, role text, has_login boolean, expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
	select i.email, i.first_name, i.last_name, o.name, i.role,
		exists (select from users u where u.email = i.email), i.expires_at
	from invitations i join organizations o on o.id = i.org_id
	where i.token_hash = $1 and i.accepted_at is null and i.revoked_at is null
		and i.expires_at > now()
$$;

create function auth_invitation_accept(p_token_hash bytea, p_user_id uuid, p_password_hash text,
	p_first_name text, p_last_name text) returns table (user_id uuid, org_id uuid, created boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	invitation invitations;
begin
	select i.* into invitation from invitations i where i.token_hash = p_token_hash
		and i.accepted_at is null and i.revoked_at is null and i.expires_at > now() for update;
	if invitation.id is null then
		raise exception using errcode = 'CR404', message = 'this invitation is not valid any more';
	end if;
	org_id := invitation.org_id;
	select u.id into user_id from users u where u.email = invitation.email;
	created := user_id is null;
	if created then
		if p_password_hash is null then
			perform app_invalid('password', 'REQUIRED', 'is required');
		end if;
		user_id := coalesce(p_user_id, uuid_v7());
		insert into users (id, email, first_name, last_name)
		values (user_id, invitation.email, coalesce(nullif(p_first_name, ''), invitation.first_name),
			coalesce(nullif(p_last_name, ''), invitation.last_name));
		insert into credentials (user_id, password_hash)
		values (auth_invitation_accept.user_id, p_password_hash);
	end if;
	perform identity_context(org_id, user_id);
	insert into memberships (org_id, id, email, first_name, last_name, role, team_id, partner_id,
		invited_at, joined_at)
	select invitation.org_id, u.id, u.email, u.first_name, u.last_name, invitation.role,
		invitation.team_id, invitation.partner_id, invitation.created_at, now()
	from users u where u.id = auth_invitation_accept.user_id
	on conflict (org_id, id) do update set active = true, role = excluded.role,
		team_id = excluded.team_id, partner_id = excluded.partner_id, joined_at = excluded.joined_at;
	update invitations i set accepted_at = now()
	where i.org_id = invitation.org_id and i.id = invitation.id;
	return next;
end
$$;

create function auth_invitation_revoke(p_id uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invitation invitations;
begin
	select i.* into invitation from invitations i where i.org_id = app_org() and i.id = p_id
		and i.accepted_at is null and i.revoked_at is null;
	if invitation.id is null then
		return false;
	end if;
	perform identity_may_invite(invitation.role, invitation.partner_id);
	update invitations i set revoked_at = now() where i.org_id = app_org() and i.id = p_id;
	return found;
end
$$;

/* What is long over: sessions with their tokens, attempts, answered keys. */
create function auth_sweep() returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	swept int;
begin
	delete from sessions where greatest(expires_at, revoked_at) < now() - interval '30 days';
	get diagnostics swept = row_count;
	delete from login_attempts where last_at < now() - interval '1 day';
	return swept;
end
$$;

create function idempotency_sweep() returns int
language sql security definer set search_path = public, pg_temp as $$
	with swept as (delete from idempotency_keys
		where created_at < now() - interval '24 hours' returning 1)
	select count(*)::int from swept
$$;

do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc where proowner = 'cairn_lookup'::regrole
	         and proname ~ '^(auth|identity|idempotency)_' loop
		execute format('revoke execute on function %s from public', f);
		if f::text ~ '^(auth|idempotency)_' then
			execute format('grant execute on function %s to cairn_app', f);
		end if;
	end loop;
end
$$;

/* The guard runs as the caller, to know who asks. */
grant execute on function identity_preset(uuid, text) to cairn_app;
grant execute on function identity_another_admin(uuid, uuid) to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* ---- functions: idempotency, as the caller -------------------------------------------------- */

/* The lock tells a request in flight from one that is over without waiting for it. */
create function idempotency_claim(p_method text, p_path text, p_key text, p_body_hash bytea)
returns table (outcome text, status int, headers text, body bytea) language plpgsql as $$
#variable_conflict use_column
declare
	known idempotency_keys;
begin
	outcome := 'in_flight';
	if not pg_try_advisory_xact_lock(hashtextextended(concat_ws('|', 'idempotency', app_org(),
	       app_user(), p_method, p_path, p_key), 0)) then
		return next;
		return;
	end if;
	select k.* into known from idempotency_keys k where k.org_id = app_org()
		and k.user_id = app_user() and k.method = p_method and k.path = p_path and k.key = p_key;
	if known.created_at > now() - interval '24 hours' and known.body_hash <> p_body_hash then
		outcome := 'mismatch';
	elsif known.created_at > now() - interval '24 hours' and known.status is not null then
		outcome := 'replay';
		status := known.status;
		headers := known.headers;
		body := known.body;
	else
		outcome := 'new';
		insert into idempotency_keys as k (method, path, key, body_hash)
		values (p_method, p_path, p_key, p_body_hash)
		on conflict on constraint idempotency_keys_pkey do update set body_hash = excluded.body_hash,
			created_at = now(), status = null, headers = null, body = null;
	end if;
	return next;
end
$$;

create function idempotency_store(p_method text, p_path text, p_key text, p_status int,
	p_headers text, p_body bytea) returns void language plpgsql as $$
begin
	update idempotency_keys set status = p_status, headers = p_headers, body = p_body
	where org_id = app_org() and user_id = app_user() and method = p_method and path = p_path
		and key = p_key;
end
$$;
