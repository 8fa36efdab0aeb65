/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved views: filters, columns, order and grouping of a list under a name, one's own or shared.
 *
 * Whoever sees all views sees those that are shared and their own; a view shared with a team is seen by the team
 * of its owner, and by who may change everybody's. `default_of` holds the people whose default view it is:
 * nobody's change of the view, so it is neither counted as one nor logged.
 */
create table views (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	entity text not null,
	look text not null default 'table',
	shared text not null default 'private',
	filters jsonb,
	columns text,
	sorts text,
	group_by text,
	sums text,
	owner_id uuid default app_user(),
	default_of uuid[] not null default '{}',
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint views_pkey primary key (org_id, id),
	constraint views_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint views_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint views_name_length check (length(name) between 1 and 100),
	constraint views_look check (look in ('table', 'board', 'calendar')),
	constraint views_shared check (shared in ('private', 'team', 'all')),
	constraint views_filters_length check (octet_length(filters::text) <= 50000),
	constraint views_columns_length check (length(columns) <= 5000),
	constraint views_sorts_length check (length(sorts) <= 500),
	constraint views_group_by_length check (length(group_by) <= 200),
	constraint views_sums_length check (length(sums) <= 500)
);

create index views_list on views (org_id, created_at desc, id desc) where deleted_at is null;
create index views_owner on views (org_id, owner_id, created_at desc, id desc) where deleted_at is null;
create index views_entity on views (org_id, entity, lower(name)) where deleted_at is null;
create unique index views_name_unique on views (org_id, owner_id, entity, lower(name)) where deleted_at is null;

select protect('views', entity => 'view', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])', owner_column => 'owner_id',
	quiet => '{default_of}',
	every => $$case shared when 'all' then true when 'team' then owner_id = (select app_user())
		or owner_id = any ((select app_team_users())::uuid[]) or (select app_scope('views', 3)) = 'a'
		else owner_id = (select app_user()) end$$);

create function view_is_default(v views) returns boolean language sql stable as $$
	select coalesce(app_user() = any (v.default_of), false)
$$;

set local row_security = on;

/* Whose view of an entity is named: the id, `default` or a name, of several alike the caller's own. */
create function view_find(wanted_entity text, wanted text) returns setof views
language sql stable as $$
	select v.* from views v
	where v.org_id = app_org() and v.deleted_at is null and v.entity = $1
		and case when $2 = 'default' then app_user() = any (v.default_of)
			else lower(v.name) = lower($2) or v.id::text = lower($2) end
	order by v.id::text = lower($2) desc, v.owner_id is not distinct from app_user() desc, v.created_at
	limit 1
$$;

/* A view that the caller sees, in the trash or not. */
create function view_named(wanted uuid) returns setof views language sql stable as $$
	select v.* from views v where v.org_id = app_org() and v.id = $1
$$;

/* Makes a view the caller's default one of its entity, or takes that back. Answers whether it is seen. */
set local role cairn_lookup;

create function view_default_write(p_id uuid, p_wanted boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update views v set default_of = array_remove(v.default_of, app_user())
	where v.org_id = app_org() and app_user() = any (v.default_of) and (v.id = p_id) is distinct from p_wanted
		and v.entity = (select w.entity from views w where w.org_id = app_org() and w.id = p_id);
	update views v set default_of = v.default_of || app_user()
	where v.org_id = app_org() and v.id = p_id and p_wanted and app_user() <> all (v.default_of);
end
$$;

revoke execute on function view_default_write(uuid, boolean) from public;
grant execute on function view_default_write(uuid, boolean) to cairn_app;
set local role cairn_owner;

create function view_default(p_id uuid, p_wanted boolean) returns boolean language plpgsql as $$
begin
	if not exists (select from views where org_id = app_org() and id = p_id and deleted_at is null) then
		return false;
	end if;
	perform view_default_write(p_id, p_wanted);
	return true;
end
$$;
