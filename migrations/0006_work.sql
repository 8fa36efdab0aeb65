/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Activities (calls, meetings, notes, e-mails) and tasks. Indexes as in 0004_crm.sql.
 *
 * Both are "own" to several people: a task to whom it is assigned and to its author, an activity also to
 * the owners of its targets. own_ids holds them, so that row security compares an array instead of
 * reading four tables per row, and a list can ask `own_ids @> array[me]` of the search index (the
 * planner walks the list's index instead where somebody owns much).
 */

/* ---- activity ------------------------------------------------------------------------------- */

create table activities (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	type text not null,
	subject text,
	body text,
	status text not null default 'done',
	start_at timestamptz(3) not null default now(),
	end_at timestamptz(3),
	all_day boolean not null default false,
	direction text,
	outcome text,
	location text,
	owner_id uuid,
	company_id uuid,
	contact_id uuid,
	lead_id uuid,
	deal_id uuid,
	pinned boolean not null default false,
	visibility text not null default 'record',
	remind_at timestamptz(3),
	own_ids uuid[] not null default '{}',
	search tsvector generated always as (search_document(subject, body, location)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint activities_pkey primary key (org_id, id),
	constraint activities_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint activities_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint activities_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint activities_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint activities_lead foreign key (org_id, lead_id) references leads (org_id, id),
	constraint activities_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint activities_type check (type in ('call', 'meeting', 'note', 'email')),
	constraint activities_subject_required check (type = 'note' or subject is not null),
	constraint activities_subject_length check (length(subject) between 1 and 200),
	constraint activities_status check (status in ('planned', 'done', 'cancelled')),
	constraint activities_direction check (direction in ('inbound', 'outbound')),
	constraint activities_visibility check (visibility in ('record', 'private', 'partner')),
	constraint activities_end check (end_at >= start_at),
	constraint activities_remind check (remind_at <= start_at),
	constraint activities_target_required
		check (num_nonnulls(company_id, contact_id, lead_id, deal_id) > 0)
);

create index activities_list on activities (org_id, created_at desc, id desc)
	where deleted_at is null;
create index activities_owner on activities (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index activities_creator on activities (org_id, created_by, created_at desc, id desc)
	where deleted_at is null;
create index activities_start on activities (org_id, start_at desc, id desc)
	where deleted_at is null;
create index activities_company on activities (org_id, company_id, start_at desc)
	where company_id is not null;
create index activities_contact on activities (org_id, contact_id, start_at desc)
	where contact_id is not null;
create index activities_lead on activities (org_id, lead_id, start_at desc) where lead_id is not null;
create index activities_deal on activities (org_id, deal_id, start_at desc) where deal_id is not null;
create index activities_search on activities
	using gin (org_id, search, tags, custom jsonb_path_ops, own_ids);

/* ---- task ----------------------------------------------------------------------------------- */

create table tasks (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	title text collate "und-x-icu" not null,
	status text not null default 'todo',
	priority text not null default 'normal',
	assignee_id uuid,
	due_at timestamptz(3),
	all_day boolean not null default true,
	start_date date,
	remind_at timestamptz(3),
	completed_at timestamptz(3),
	completed_by uuid,
	estimate_minutes int,
	company_id uuid,
	contact_id uuid,
	lead_id uuid,
	deal_id uuid,
	checklist jsonb,
	position text collate "C" not null default rank_end(),
	description text,
	own_ids uuid[] generated always as (array_remove(array[assignee_id, created_by], null)) stored,
	search tsvector generated always as (search_document(title, description)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint tasks_pkey primary key (org_id, id),
	constraint tasks_assignee foreign key (org_id, assignee_id) references memberships (org_id, id),
	constraint tasks_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint tasks_completer foreign key (org_id, completed_by) references memberships (org_id, id),
	constraint tasks_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint tasks_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint tasks_lead foreign key (org_id, lead_id) references leads (org_id, id),
	constraint tasks_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint tasks_title_length check (length(title) between 1 and 200),
	constraint tasks_status check (status in ('todo', 'in_progress', 'waiting', 'done', 'cancelled')),
	constraint tasks_priority check (priority in ('low', 'normal', 'high', 'urgent')),
	constraint tasks_estimate check (estimate_minutes between 0 and 100000),
	constraint tasks_checklist check (jsonb_typeof(checklist) = 'array'
		and jsonb_array_length(checklist) <= 100),
	/* To the day, whatever the time zone; the server compares in the organisation's. */
	constraint tasks_start check (start_date <= (due_at at time zone 'UTC')::date + 1)
);

create index tasks_list on tasks (org_id, created_at desc, id desc) where deleted_at is null;
create index tasks_assignee on tasks (org_id, assignee_id, created_at desc, id desc)
	where deleted_at is null;
create index tasks_assignee_status on tasks (org_id, assignee_id, status, due_at)
	where deleted_at is null;
create index tasks_creator on tasks (org_id, created_by, created_at desc, id desc)
	where deleted_at is null;
create index tasks_due on tasks (org_id, due_at, id)
	where deleted_at is null and status in ('todo', 'in_progress', 'waiting');
create index tasks_completer on tasks (org_id, completed_by) where completed_by is not null;
create index tasks_company on tasks (org_id, company_id) where company_id is not null;
create index tasks_contact on tasks (org_id, contact_id) where contact_id is not null;
create index tasks_lead on tasks (org_id, lead_id) where lead_id is not null;
create index tasks_deal on tasks (org_id, deal_id) where deal_id is not null;
create index tasks_search on tasks
	using gin (org_id, search, tags, custom jsonb_path_ops, own_ids, title gin_trgm_ops);

/* ---- rules ---------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* A private activity is its author's alone. */
create function activity_people(activity activities) returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if activity.visibility = 'private' then
		return array_remove(array[activity.created_by], null);
	end if;
	return array(select distinct person from (values (activity.created_by), (activity.owner_id),
		((select c.owner_id from companies c where c.org_id = activity.org_id and c.id = activity.company_id)),
		((select c.owner_id from contacts c where c.org_id = activity.org_id and c.id = activity.contact_id)),
		((select l.owner_id from leads l where l.org_id = activity.org_id and l.id = activity.lead_id)),
		((select d.owner_id from deals d where d.org_id = activity.org_id and d.id = activity.deal_id))
		) as people (person) where person is not null);
end
$$;

/* The nulled column tells activities_derive to look again. */
create function activities_follow_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	case tg_table_name
		when 'companies' then
			update activities set own_ids = null where org_id = new.org_id and company_id = new.id;
		when 'contacts' then
			update activities set own_ids = null where org_id = new.org_id and contact_id = new.id;
		when 'leads' then
			update activities set own_ids = null where org_id = new.org_id and lead_id = new.id;
		when 'deals' then
			update activities set own_ids = null where org_id = new.org_id and deal_id = new.id;
	end case;
	return null;
end
$$;

create function activities_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	look boolean := true;
begin
	if tg_op = 'UPDATE' then
		new.created_by := old.created_by;
		look := new.own_ids is null or (new.owner_id, new.company_id, new.contact_id, new.lead_id,
			new.deal_id, new.visibility) is distinct from (old.owner_id, old.company_id,
			old.contact_id, old.lead_id, old.deal_id, old.visibility);
		new.own_ids := old.own_ids;
	else
		new.start_at := coalesce(new.start_at, now());
		/* A second's grace: the column keeps whole milliseconds and may round up past now(). */
		if new.start_at > now() + interval '1 second' and new.status = 'done' then
			new.status := 'planned';
		end if;
		if new.subject is null and new.type = 'note' then
			new.subject := nullif(left(split_part(trim(new.body), E'\n', 1), 200), '');
		end if;
	end if;
	if new.company_id is null then
		new.company_id := coalesce(
			(select d.company_id from deals d where d.org_id = new.org_id and d.id = new.deal_id),
			(select c.company_id from contacts c where c.org_id = new.org_id and c.id = new.contact_id));
	end if;
	if look then
		new.own_ids := activity_people(new);
	end if;
	return new;
end
$$;

/* Keeps last_activity_at of the targets: one statement per kind of target, and only where the time
 * moves on. It does not move back when an activity is deleted. The columns are quiet (no version, no
 * log) and in no index, so the rows stay where they are. */
create function activities_touch_targets() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	moment constant timestamptz := now() + interval '1 second';
begin
	if exists (select from new_rows where company_id is not null) then
		update companies t set last_activity_at = a.at
		from (select org_id, company_id as id, max(start_at) as at from new_rows
		      where status = 'done' and deleted_at is null and start_at <= moment group by 1, 2) as a
		where t.org_id = a.org_id and t.id = a.id
			and (t.last_activity_at is null or t.last_activity_at < a.at);
	end if;
	if exists (select from new_rows where contact_id is not null) then
		update contacts t set last_activity_at = a.at
		from (select org_id, contact_id as id, max(start_at) as at from new_rows
		      where status = 'done' and deleted_at is null and start_at <= moment group by 1, 2) as a
		where t.org_id = a.org_id and t.id = a.id
			and (t.last_activity_at is null or t.last_activity_at < a.at);
	end if;
	if exists (select from new_rows where lead_id is not null) then
		update leads t set last_activity_at = a.at
		from (select org_id, lead_id as id, max(start_at) as at from new_rows
		      where status = 'done' and deleted_at is null and start_at <= moment group by 1, 2) as a
		where t.org_id = a.org_id and t.id = a.id
			and (t.last_activity_at is null or t.last_activity_at < a.at);
	end if;
	if exists (select from new_rows where deal_id is not null) then
		update deals t set last_activity_at = a.at
		from (select org_id, deal_id as id, max(start_at) as at from new_rows
		      where status = 'done' and deleted_at is null and start_at <= moment group by 1, 2) as a
		where t.org_id = a.org_id and t.id = a.id
			and (t.last_activity_at is null or t.last_activity_at < a.at);
	end if;
	return null;
end
$$;

/* The partner's own scope of what is shared with partners. */
create function activity_of_partner(p_lead uuid, p_deal uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from leads t where t.org_id = app_org() and t.id = p_lead
			and t.partner_id = app_partner())
		or exists (select from deals t where t.org_id = app_org() and t.id = p_deal
			and t.partner_id = app_partner());
end
$$;

set local row_security = off;
set local role cairn_owner;

create function tasks_derive() returns trigger language plpgsql as $$
begin
	if new.status <> 'done' then
		new.completed_at := null;
		new.completed_by := null;
	elsif tg_op = 'INSERT' or old.status <> 'done' then
		new.completed_at := coalesce(new.completed_at, now());
		new.completed_by := coalesce(new.completed_by, app_user());
	else
		new.completed_at := old.completed_at;
		new.completed_by := old.completed_by;
	end if;
	return new;
end
$$;

create trigger activities_derive before insert or update on activities
	for each row execute function activities_derive();
create trigger activities_targets_insert after insert on activities referencing new table as new_rows
	for each statement execute function activities_touch_targets();
create trigger activities_targets_update after update on activities referencing new table as new_rows
	for each statement execute function activities_touch_targets();
do $$
declare
	t text;
begin
	foreach t in array '{companies,contacts,leads,deals}'::text[] loop
		execute format('create trigger activities_follow after update of owner_id on %I for each row '
			'when (new.owner_id is distinct from old.owner_id) '
			'execute function activities_follow_owner()', t);
	end loop;
end
$$;
create trigger tasks_derive before insert or update on tasks
	for each row execute function tasks_derive();

/* Private means author and administrator; only the latter has letter a on delete. */
select protect('activities', entity => 'activity',
	every => 'case when visibility <> ''private'' then true
		when created_by = (select app_user()) then true
		else (select app_scope(''activities'', 4)) = ''a'' end',
	own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())
		and (visibility <> ''private'' or created_by = (select app_user()))',
	partner => 'visibility = ''partner'' and activity_of_partner(lead_id, deal_id)',
	owner_column => 'owner_id', quiet => '{own_ids}');
select protect('tasks', entity => 'task',
	own => 'assignee_id = (select app_user()) or created_by = (select app_user())',
	team => 'assignee_id = any ((select app_team_users())::uuid[])
		or created_by = any ((select app_team_users())::uuid[])',
	owner_column => 'assignee_id');
select tags_protect('activities');
select tags_protect('tasks');
