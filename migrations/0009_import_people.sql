/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People without a login, as imports make them; and what the command line needs to act for a member.
 *
 *   import_members(ids uuid[], first_names text[], last_names text[], emails text[])
 *       -> rows (given uuid, member uuid)
 *       Memberships of role `user` for people who are named as owners, agents or managers. Needs letter a
 *       of create on memberships. An e-mail may be null: the member then has an address below .invalid.
 *       The global user has such an address in any case, so that an import neither blocks an address
 *       for its owner's registration nor lets whoever registers it in. An address that has a login
 *       already becomes an inactive member under that user's id, until an invitation is accepted.
 *   import_caller(organization text, email text) -> as auth_session_check, for the owner's role only
 *       Organisation by id or name; without an e-mail its first active administrator.
 *
 * An invitation to a person without a login sets the password, as for somebody new.
 */

/* ---- imports -------------------------------------------------------------------------------- */

alter table imports drop constraint imports_status;
alter table imports add constraint imports_status
	check (status in ('reading', 'linking', 'writing', 'done', 'failed'));
alter table imports alter column status set default 'reading';
/* delimiter and encoding found, columns ignored, what each link found and made. */
alter table imports add column details jsonb not null default '{}';

/* ---- people --------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

create function import_address(person uuid) returns text language sql immutable
as $$ select 'import-' || $1 || '@people.invalid' $$;

create function import_members(p_ids uuid[], p_first_names text[], p_last_names text[],
	p_emails text[]) returns table (given uuid, member uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
	if app_scope('memberships', 2) <> 'a' then
		perform app_refuse('you may not add people to this organisation');
	end if;
	insert into users (id, email, first_name, last_name)
	select id, import_address(id), coalesce(first_name, ''), coalesce(last_name, '')
	from unnest(p_ids, p_first_names, p_last_names, p_emails) as p (id, first_name, last_name, email)
	where not exists (select from users u join credentials c on c.user_id = u.id
	                  where u.email = lower(p.email));
	insert into memberships (org_id, id, email, first_name, last_name, role, active)
	select app_org(), coalesce(login.id, p.id), coalesce(lower(p.email), import_address(p.id)),
		coalesce(p.first_name, ''), coalesce(p.last_name, ''), 'user', login.id is null
	from unnest(p_ids, p_first_names, p_last_names, p_emails) as p (id, first_name, last_name, email)
	left join lateral (select u.id from users u join credentials c on c.user_id = u.id
	                   where u.email = lower(p.email)) as login on true;
	return query select p.id, u.id from unnest(p_ids, p_emails) as p (id, email)
	join users u on u.email = lower(p.email) join credentials c on c.user_id = u.id;
end
$$;

create function import_caller(p_organization text, p_email text)
returns table (user_id uuid, org_id uuid, email text, first_name text, last_name text, role text,
	preset text, access jsonb, team_id uuid, team_users uuid[], partner_id uuid, org_name text,
	currency text, time_zone text, locale text)
language sql stable security definer set search_path = public, pg_temp as $$
	select m.id, m.org_id, m.email, m.first_name, m.last_name, m.role, r.preset,
		(select coalesce(jsonb_object_agg(a.table_name, a.letters), '{}') from role_access a
		 where a.org_id = m.org_id and a.role = m.role),
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

revoke execute on function import_members(uuid[], text[], text[], text[]) from public;
grant execute on function import_members(uuid[], text[], text[], text[]) to cairn_app;
revoke execute on function import_caller(text, text) from public;
grant execute on function import_caller(text, text) to cairn_owner;

/* ---- invitations to people without a login ------------------------------------------------- */

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

create or replace function auth_invitation_find(p_token_hash bytea) returns table (email text,
	first_name text, last_name text, organization text, role text, has_login boolean,
	expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
	select i.email, i.first_name, i.last_name, o.name, i.role,
		exists (select from users u join credentials c on c.user_id = u.id where u.email = i.email),
		i.expires_at
	from invitations i join organizations o on o.id = i.org_id
	where i.token_hash = $1 and i.accepted_at is null and i.revoked_at is null
		and i.expires_at > now()
$$;

create or replace function auth_invitation_accept(p_token_hash bytea, p_user_id uuid,
	p_password_hash text, p_first_name text, p_last_name text)
returns table (user_id uuid, org_id uuid, created boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	invitation invitations;
	person uuid;
begin
	select i.* into invitation from invitations i where i.token_hash = p_token_hash
		and i.accepted_at is null and i.revoked_at is null and i.expires_at > now() for update;
	if invitation.id is null then
		raise exception using errcode = 'CR404', message = 'this invitation is not valid any more';
	end if;
	org_id := invitation.org_id;
	select u.id into user_id from users u where u.email = invitation.email;
	select m.id into person from memberships m where m.org_id = invitation.org_id
		and m.email = invitation.email and m.id is distinct from auth_invitation_accept.user_id
		and not exists (select from credentials c where c.user_id = m.id);
	if user_id is null and person is not null then
		user_id := person;
		update users set email = invitation.email where id = person;
	elsif person is not null then
		/* The address found another login meanwhile; the records stay with the name. */
		update memberships m set email = import_address(person), active = false
		where m.org_id = invitation.org_id and m.id = person;
	end if;
	created := not exists (select from credentials c where c.user_id = auth_invitation_accept.user_id);
	if created and p_password_hash is null then
		perform app_invalid('password', 'REQUIRED', 'is required');
	end if;
	if user_id is null then
		user_id := coalesce(p_user_id, uuid_v7());
		insert into users (id, email, first_name, last_name)
		values (user_id, invitation.email, coalesce(nullif(p_first_name, ''), invitation.first_name),
			coalesce(nullif(p_last_name, ''), invitation.last_name));
	end if;
	if created then
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
		team_id = coalesce(excluded.team_id, memberships.team_id), partner_id = excluded.partner_id,
		joined_at = excluded.joined_at;
	update invitations i set accepted_at = now()
	where i.org_id = invitation.org_id and i.id = invitation.id;
	return next;
end
$$;

set local row_security = off;
set local role cairn_owner;
