/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Projects and milestones. A project is own to its owner and its members; own_ids holds both, as in
 * 0006_work.sql. What hangs on a project goes to the trash with it and comes back with it.
 */
create table projects (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	code text,
	status text not null default 'planned',
	company_id uuid,
	contact_id uuid,
	deal_id uuid,
	owner_id uuid,
	member_ids uuid[] not null default '{}',
	start_date date,
	due_date date,
	completed_at timestamptz(3),
	priority text not null default 'normal',
	budget numeric(14,2),
	currency text not null,
	progress int not null default 0,
	is_template boolean not null default false,
	description text,
	own_ids uuid[] generated always as (array_remove(member_ids || owner_id, null)) stored,
	search tsvector generated always as (search_document(name, code)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint projects_pkey primary key (org_id, id),
	constraint projects_org foreign key (org_id) references organizations (id),
	constraint projects_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint projects_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint projects_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint projects_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint projects_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint projects_name_length check (length(name) between 1 and 200),
	constraint projects_code_length check (length(code) between 1 and 30),
	constraint projects_status check (status in
		('planned', 'active', 'on_hold', 'completed', 'cancelled')),
	constraint projects_priority check (priority in ('low', 'normal', 'high', 'urgent')),
	constraint projects_dates check (due_date >= start_date),
	constraint projects_budget check (budget >= 0),
	constraint projects_members check (cardinality(member_ids) <= 100),
	constraint projects_progress check (progress between 0 and 100)
);

create unique index projects_code_unique on projects (org_id, lower(code))
	where code is not null and deleted_at is null;
create index projects_list on projects (org_id, created_at desc, id desc) where deleted_at is null;
create index projects_owner on projects (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index projects_status on projects (org_id, status, due_date) where deleted_at is null;
create index projects_company on projects (org_id, company_id) where company_id is not null;
create index projects_contact on projects (org_id, contact_id) where contact_id is not null;
create index projects_deal on projects (org_id, deal_id) where deal_id is not null;
create index projects_search on projects
	using gin (org_id, search, tags, custom jsonb_path_ops, own_ids, name gin_trgm_ops);

create table milestones (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	project_id uuid not null,
	name text collate "und-x-icu" not null,
	status text not null default 'open',
	start_date date,
	due_date date,
	reached_at timestamptz(3),
	owner_id uuid,
	amount numeric(14,2),
	progress int not null default 0,
	position int not null default 0,
	description text,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint milestones_pkey primary key (org_id, id),
	constraint milestones_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint milestones_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint milestones_project foreign key (org_id, project_id) references projects (org_id, id),
	constraint milestones_name_length check (length(name) between 1 and 200),
	constraint milestones_status check (status in ('open', 'reached', 'cancelled')),
	constraint milestones_dates check (due_date >= start_date),
	constraint milestones_amount check (amount >= 0),
	constraint milestones_progress check (progress between 0 and 100)
);

create index milestones_list on milestones (org_id, created_at desc, id desc)
	where deleted_at is null;
create index milestones_project on milestones (org_id, project_id, position, id);
create index milestones_owner on milestones (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;

/* ---- rules ---------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* An array cannot carry a foreign key. */
create function projects_members() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.member_ids := array(select distinct m from unnest(new.member_ids) as m order by m);
	if (select count(*) from memberships m where m.org_id = new.org_id
	    and m.id = any (new.member_ids)) <> cardinality(new.member_ids) then
		perform app_invalid('memberIds', 'UNKNOWN_REFERENCE', 'Names somebody who is not a user.');
	end if;
	return new;
end
$$;

/* The parent's scope, for what hangs on a project; letter is that of the child's table. */
create function project_in_scope(p_project uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from projects p where p.org_id = app_org() and p.id = p_project
		and case p_letter when 'o' then app_user() = any (p.own_ids)
		else p.own_ids && app_team_users() end);
end
$$;

revoke execute on function project_in_scope(uuid, text) from public;
grant execute on function project_in_scope(uuid, text) to cairn_app;

create function milestones_owner_default() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.owner_id := (select p.owner_id from projects p where p.org_id = new.org_id
		and p.id = new.project_id);
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

create function projects_derive() returns trigger language plpgsql as $$
begin
	if new.status <> 'completed' then
		new.completed_at := null;
	elsif tg_op = 'INSERT' or old.status <> 'completed' then
		new.completed_at := coalesce(new.completed_at, now());
	else
		new.completed_at := old.completed_at;
	end if;
	return new;
end
$$;

create function milestones_derive() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' and new.project_id <> old.project_id then
		perform app_invalid('projectId', 'IMMUTABLE', 'Cannot be changed.');
	end if;
	if new.status <> 'reached' then
		new.reached_at := null;
	elsif tg_op = 'INSERT' or old.status <> 'reached' then
		new.reached_at := coalesce(new.reached_at, now());
	else
		new.reached_at := old.reached_at;
	end if;
	return new;
end
$$;

create trigger projects_derive before insert or update on projects
	for each row execute function projects_derive();
create trigger projects_members_insert before insert on projects for each row
	when (new.member_ids <> '{}') execute function projects_members();
create trigger projects_members_update before update on projects for each row
	when (new.member_ids is distinct from old.member_ids and new.member_ids <> '{}')
	execute function projects_members();
create trigger milestones_derive before insert or update on milestones
	for each row execute function milestones_derive();
create trigger milestones_owner_default before insert on milestones
	for each row when (new.owner_id is null) execute function milestones_owner_default();
select protect_currency('projects');

select protect('projects', entity => 'project', own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())', owner_column => 'owner_id',
	quiet => '{progress}');
select protect('milestones', entity => 'milestone', own => 'project_in_scope(project_id, ''o'')',
	team => 'project_in_scope(project_id, ''t'')', owner_column => 'owner_id',
	quiet => '{progress}');
select tags_protect('projects');
