/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contacts know whose own they are; sessions are seen by who administers them; API keys.
 */

/* ---- contacts ------------------------------------------------------------------------------- */

/*
 * A contact is its owner's own, and its company's owner's. Both stand in the row, so that lists, totals and
 * a look by id agree and go by an index; asking the company row by row took 136 ms for the 400th page of a
 * team's list, and a list of own ones left those of own companies out.
 */
alter table contacts add column own_ids uuid[];

set local role cairn_lookup;
set local row_security = on;

/*
 * The company is locked as a foreign key locks it, which stops nobody's work on it but a change of its owner
 * (companies_hold): of a contact and such a change at once, whoever comes second sees the first. The change
 * takes its lock before it writes the row: from a row that is written and not yet committed, a lock that it
 * does not conflict with would be given on the old owner.
 */
create function contacts_own() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	boss uuid;
begin
	if new.company_id is not null then
		select c.owner_id into boss from companies c
		where c.org_id = new.org_id and c.id = new.company_id for key share;
	end if;
	new.own_ids := case when new.owner_id = boss then array[boss]
		else array_remove(array[new.owner_id, boss], null) end;
	return new;
end
$$;

create function companies_hold() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform from companies where org_id = old.org_id and id = old.id for update;
	return new;
end
$$;

create function companies_follow_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update contacts set own_ids = null where org_id = new.org_id and company_id = new.id;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

alter table contacts no force row level security, disable trigger user;
alter table companies no force row level security;
update contacts c set own_ids = array(select distinct person from (values (c.owner_id), ((
		select x.owner_id from companies x where x.org_id = c.org_id and x.id = c.company_id)))
	as people (person) where person is not null);
alter table companies force row level security;
alter table contacts force row level security, enable trigger user;

create trigger contacts_own_insert before insert on contacts
	for each row execute function contacts_own();
create trigger contacts_own_update before update of owner_id, company_id, own_ids on contacts
	for each row execute function contacts_own();
create trigger contacts_hold before update of owner_id on companies for each row
	when (new.owner_id is distinct from old.owner_id) execute function companies_hold();
create trigger contacts_follow after update of owner_id on companies for each row
	when (new.owner_id is distinct from old.owner_id) execute function companies_follow_owner();

drop index contacts_search;
create index contacts_search on contacts using gin (org_id, search, tags, custom jsonb_path_ops,
	own_ids, first_name gin_trgm_ops, last_name gin_trgm_ops);

select protect('contacts', entity => 'contact', own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())', owner_column => 'owner_id',
	quiet => '{last_activity_at,own_ids}');

set local role cairn_lookup;
drop function company_in_scope(uuid, text);

/* ---- sessions ------------------------------------------------------------------------------- */

set local row_security = on;

/*
 * Those of the caller, in this organisation; those of all its people for who administers. The table has no
 * grants; this is what may be seen of it. Ending one is the delete of its row here, and nothing undoes it.
 */
create view login_sessions with (security_barrier) as
	select s.org_id, s.id, s.user_id, s.address, s.user_agent, s.last_seen_at, s.expires_at,
		s.created_at, s.last_seen_at as updated_at, s.revoked_at as deleted_at, 1 as version,
		s.user_id as created_by, s.user_id as updated_by
	from sessions s
	where s.org_id = (select app_org()) and s.expires_at > now()
		and case (select app_scope('login_sessions', 1)) when 'a' then true
			when 'o' then s.user_id = (select app_user())
			when 't' then s.user_id = any ((select app_team_users())::uuid[])
			else false end;

grant select on login_sessions to cairn_app;

/* Whether it was there to be ended by this caller. */
create function session_end(p_id uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	whose uuid;
begin
	update sessions s set revoked_at = now()
	where s.id = p_id and s.org_id = app_org() and s.revoked_at is null and s.expires_at > now()
		and case app_scope('login_sessions', 4) when 'a' then true
			when 'o' then s.user_id = app_user()
			when 't' then s.user_id = any (app_team_users())
			else false end
	returning s.user_id into whose;
	if whose is null then
		return false;
	end if;
	perform log_action('session', p_id, 'delete', owner_id => whose);
	return true;
end
$$;

revoke execute on function session_end(uuid) from public;
grant execute on function session_end(uuid) to cairn_app;

set local row_security = off;
set local role cairn_owner;

create index sessions_of_org on sessions (org_id, created_at desc, id desc);

/* ---- API keys ------------------------------------------------------------------------------- */

create table api_keys (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	prefix text not null,
	role text not null,
	last_used_at timestamptz(3),
	expires_at timestamptz(3),
	revoked_at timestamptz(3),
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint api_keys_pkey primary key (org_id, id),
	constraint api_keys_org foreign key (org_id) references organizations (id),
	constraint api_keys_role foreign key (org_id, role) references roles (org_id, key),
	constraint api_keys_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint api_keys_name_length check (length(name) between 1 and 100),
	constraint api_keys_prefix check (prefix ~ '^cairn_[0-9a-z]{8}$')
);

create index api_keys_list on api_keys (org_id, created_at desc, id desc) where deleted_at is null;
create index api_keys_of_role on api_keys (org_id, role);

/* SHA-256 of the secret, which has 256 random bits: nothing is gained by a slow hash. Apart from the keys, so
 * that no query for a name carries it along; no grants to cairn_app. */
create table api_key_secrets (
	org_id uuid not null,
	id uuid not null,
	hash bytea not null,
	constraint api_key_secrets_pkey primary key (org_id, id),
	constraint api_key_secrets_key foreign key (org_id, id) references api_keys (org_id, id)
);

create unique index api_key_secrets_hash on api_key_secrets (hash);
alter table api_key_secrets enable row level security, force row level security;
create policy api_key_secrets_lookup on api_key_secrets for all to cairn_lookup
	using (true) with check (true);
grant select, insert on api_key_secrets to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

/* Once, by who has just made the key. */
create function api_key_keep(p_id uuid, p_hash bytea) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into api_key_secrets (org_id, id, hash)
	select k.org_id, k.id, p_hash from api_keys k
	where k.org_id = app_org() and k.id = p_id and k.created_by = app_user();
	if not found then
		raise exception using errcode = 'CR404', message = 'key not found';
	end if;
end
$$;

revoke execute on function api_key_keep(uuid, bytea) from public;
grant execute on function api_key_keep(uuid, bytea) to cairn_app;

/* A role that a key has is in use as one that somebody has. */
create function roles_of_keys() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if exists (select from api_keys k where k.org_id = old.org_id and k.role = old.key
	           and k.revoked_at is null and k.deleted_at is null) then
		raise exception using errcode = 'CR409',
			message = 'API keys have this role: revoke them or give them another first';
	end if;
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger roles_of_keys before update of deleted_at on roles for each row
	when (new.deleted_at is not null and old.deleted_at is null) execute function roles_of_keys();

/* Deleted is revoked, and stays so when the row is restored. */
create function api_keys_rules() returns trigger language plpgsql as $$
begin
	if tg_op = 'INSERT' or new.role <> old.role then
		perform identity_role_check(new.org_id, new.role, null, false);
	end if;
	if tg_op = 'UPDATE' then
		new.prefix := old.prefix;
		new.revoked_at := case when new.deleted_at is not null then coalesce(old.revoked_at, now())
			else old.revoked_at end;
	else
		new.revoked_at := null;
		new.last_used_at := null;
	end if;
	return new;
end
$$;

create trigger api_keys_rules before insert or update on api_keys
	for each row execute function api_keys_rules();

select protect('api_keys', entity => 'api_key', own => 'created_by = (select app_user())',
	quiet => '{last_used_at}', lookup => 'true');
