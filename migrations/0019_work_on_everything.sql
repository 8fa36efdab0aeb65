/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Activities and tasks about projects, milestones, events, vendors and partners; what goes to the trash
 * with a project or an event; progress.
 */

alter table activities add column project_id uuid, add column event_id uuid, add column vendor_id uuid,
	add column partner_id uuid;
alter table tasks add column project_id uuid, add column milestone_id uuid, add column event_id uuid,
	add column vendor_id uuid, add column partner_id uuid, add column offset_days int,
	add constraint tasks_offset_days check (offset_days between -3650 and 3650);

select protect_reference('activities', 'activities_project', 'project_id', 'projects'),
	protect_reference('activities', 'activities_event', 'event_id', 'events'),
	protect_reference('activities', 'activities_vendor', 'vendor_id', 'vendors'),
	protect_reference('activities', 'activities_partner', 'partner_id', 'partners'),
	protect_reference('tasks', 'tasks_project', 'project_id', 'projects'),
	protect_reference('tasks', 'tasks_milestone', 'milestone_id', 'milestones'),
	protect_reference('tasks', 'tasks_event', 'event_id', 'events'),
	protect_reference('tasks', 'tasks_vendor', 'vendor_id', 'vendors'),
	protect_reference('tasks', 'tasks_partner', 'partner_id', 'partners');

create index activities_project on activities (org_id, project_id, start_at desc)
	where project_id is not null;
create index activities_event on activities (org_id, event_id, start_at desc)
	where event_id is not null;
create index activities_vendor on activities (org_id, vendor_id, start_at desc)
	where vendor_id is not null;
create index activities_partner on activities (org_id, partner_id, start_at desc)
	where partner_id is not null;
create index tasks_project on tasks (org_id, project_id, position) where project_id is not null;
create index tasks_milestone on tasks (org_id, milestone_id, position) where milestone_id is not null;
create index tasks_event on tasks (org_id, event_id, due_at) where event_id is not null;
create index tasks_vendor on tasks (org_id, vendor_id) where vendor_id is not null;
create index tasks_partner on tasks (org_id, partner_id) where partner_id is not null;

alter table activities drop constraint activities_target_required;
alter table activities add constraint activities_target_required check (num_nonnulls(company_id,
	contact_id, lead_id, deal_id, project_id, event_id, vendor_id, partner_id) > 0);

/* ---- activities ----------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* As in 0006, and the people of the new targets; a project's members as well. */
create or replace function activity_people(activity activities) returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if activity.visibility = 'private' then
		return array_remove(array[activity.created_by], null);
	end if;
	return array(select distinct person from (
		values (activity.created_by), (activity.owner_id),
		((select c.owner_id from companies c where c.org_id = activity.org_id and c.id = activity.company_id)),
		((select c.owner_id from contacts c where c.org_id = activity.org_id and c.id = activity.contact_id)),
		((select l.owner_id from leads l where l.org_id = activity.org_id and l.id = activity.lead_id)),
		((select d.owner_id from deals d where d.org_id = activity.org_id and d.id = activity.deal_id)),
		((select e.owner_id from events e where e.org_id = activity.org_id and e.id = activity.event_id)),
		((select v.owner_id from vendors v where v.org_id = activity.org_id and v.id = activity.vendor_id)),
		((select p.owner_id from partners p where p.org_id = activity.org_id and p.id = activity.partner_id))
		union all
		select unnest(p.own_ids) from projects p
		where p.org_id = activity.org_id and p.id = activity.project_id
		) as people (person) where person is not null);
end
$$;

create or replace function activities_follow_owner() returns trigger
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
		when 'projects' then
			update activities set own_ids = null where org_id = new.org_id and project_id = new.id;
		when 'events' then
			update activities set own_ids = null where org_id = new.org_id and event_id = new.id;
		when 'vendors' then
			update activities set own_ids = null where org_id = new.org_id and vendor_id = new.id;
		when 'partners' then
			update activities set own_ids = null where org_id = new.org_id and partner_id = new.id;
	end case;
	return null;
end
$$;

create or replace function activities_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	look boolean := true;
begin
	if tg_op = 'UPDATE' then
		new.created_by := old.created_by;
		look := new.own_ids is null or (new.owner_id, new.company_id, new.contact_id, new.lead_id,
			new.deal_id, new.project_id, new.event_id, new.vendor_id, new.partner_id, new.visibility)
			is distinct from (old.owner_id, old.company_id, old.contact_id, old.lead_id, old.deal_id,
			old.project_id, old.event_id, old.vendor_id, old.partner_id, old.visibility);
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
			(select c.company_id from contacts c where c.org_id = new.org_id and c.id = new.contact_id),
			(select p.company_id from projects p where p.org_id = new.org_id and p.id = new.project_id),
			(select e.company_id from events e where e.org_id = new.org_id and e.id = new.event_id));
	end if;
	if look then
		new.own_ids := activity_people(new);
	end if;
	return new;
end
$$;

/* The partner's own scope of what is shared with partners. */
create function activity_of_partner(p_partner uuid, p_lead uuid, p_deal uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return p_partner = app_partner()
		or exists (select from leads t where t.org_id = app_org() and t.id = p_lead
			and t.partner_id = app_partner())
		or exists (select from deals t where t.org_id = app_org() and t.id = p_deal
			and t.partner_id = app_partner());
end
$$;

revoke execute on function activity_of_partner(uuid, uuid, uuid) from public;
grant execute on function activity_of_partner(uuid, uuid, uuid) to cairn_app;

/* ---- tasks ---------------------------------------------------------------------------------- */

/* A milestone tells the project; an offset in days, together with the begin of the event or the
 * project, tells the day. */
create function tasks_place() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	project uuid;
	due timestamptz;
begin
	if new.milestone_id is not null then
		select m.project_id into project from milestones m
		where m.org_id = new.org_id and m.id = new.milestone_id;
		if new.project_id is not null and new.project_id <> project then
			perform app_invalid('milestoneId', 'UNKNOWN_REFERENCE', 'Is not a milestone of this project.');
		end if;
		new.project_id := project;
	end if;
	if new.offset_days is not null then
		if num_nonnulls(new.event_id, new.project_id) = 0 then
			perform app_invalid('offsetDays', 'INVALID', 'Needs an event or a project to count from.');
		end if;
		due := coalesce(
			(select (e.start_at at time zone e.time_zone + make_interval(days => new.offset_days))
				at time zone e.time_zone
			 from events e where e.org_id = new.org_id and e.id = new.event_id),
			(select (p.start_date + new.offset_days)::timestamp at time zone o.time_zone
			 from projects p join organizations o on o.org_id = p.org_id
			 where p.org_id = new.org_id and p.id = new.project_id));
		new.due_at := coalesce(due, new.due_at);
	end if;
	return new;
end
$$;

/* Open tasks counted from a begin move with it; writing them has tasks_place reckon anew. */
create function tasks_follow_start() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_table_name = 'events' then
		update tasks t set offset_days = t.offset_days
		where t.org_id = new.org_id and t.event_id = new.id and t.offset_days is not null
			and t.status in ('todo', 'in_progress', 'waiting') and t.deleted_at is null;
	else
		update tasks t set offset_days = t.offset_days
		where t.org_id = new.org_id and t.project_id = new.id and t.offset_days is not null
			and t.status in ('todo', 'in_progress', 'waiting') and t.deleted_at is null;
	end if;
	return null;
end
$$;

/* Done of all that are not cancelled, in whole per cent. */
create function tasks_progress(done bigint, counted bigint) returns int language sql immutable
as $$ select case when counted = 0 then 0 else (100 * done / counted)::int end $$;

/* Keeps the progress of projects and milestones. The column is quiet, and in no index. */
create function tasks_tell_progress() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	of_projects uuid[];
	of_milestones uuid[];
begin
	if tg_op = 'INSERT' then
		select array_agg(distinct n.project_id), array_agg(distinct n.milestone_id)
		into of_projects, of_milestones from new_rows n where n.project_id is not null;
	else
		select array_agg(distinct x.project_id), array_agg(distinct x.milestone_id)
		into of_projects, of_milestones
		from old_rows o join new_rows n on n.org_id = o.org_id and n.id = o.id
		cross join lateral (values (o.project_id, o.milestone_id), (n.project_id, n.milestone_id))
			as x (project_id, milestone_id)
		where x.project_id is not null
			and (n.status, n.project_id, n.milestone_id, n.deleted_at)
			is distinct from (o.status, o.project_id, o.milestone_id, o.deleted_at);
	end if;
	if of_projects is null then
		return null;
	end if;
	/* One count after the other: two at once would each miss the other's task. */
	perform from projects where org_id = app_org() and id = any (of_projects)
	order by id for no key update;
	perform from milestones where org_id = app_org() and id = any (of_milestones)
	order by id for no key update;
	update projects p set progress = c.progress
	from (select given.id, tasks_progress(count(t.id) filter (where t.status = 'done'),
			count(t.id) filter (where t.status <> 'cancelled')) as progress
		from unnest(of_projects) as given (id)
		left join tasks t on t.org_id = app_org() and t.project_id = given.id and t.deleted_at is null
		group by 1) as c
	where p.org_id = app_org() and p.id = c.id and p.progress <> c.progress;
	update milestones m set progress = c.progress
	from (select given.id, tasks_progress(count(t.id) filter (where t.status = 'done'),
			count(t.id) filter (where t.status <> 'cancelled')) as progress
		from unnest(of_milestones) as given (id)
		left join tasks t on t.org_id = app_org() and t.milestone_id = given.id and t.deleted_at is null
		group by 1) as c
	where m.org_id = app_org() and m.id = c.id and m.progress <> c.progress;
	return null;
end
$$;

/* ---- trash ---------------------------------------------------------------------------------- */

/*
 * What hangs on a project or an event goes to the trash with it, and comes back with it: what carries the
 * same moment of deletion. Tasks and activities go along when they are about nothing else (the company
 * does not count: it is filled in).
 */
create function projects_trash() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update milestones t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.project_id = new.id
		and t.deleted_at is not distinct from old.deleted_at;
	update tasks t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.project_id = new.id
		and t.deleted_at is not distinct from old.deleted_at and num_nonnulls(t.contact_id,
		t.lead_id, t.deal_id, t.event_id, t.vendor_id, t.partner_id) = 0;
	update activities t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.project_id = new.id
		and t.deleted_at is not distinct from old.deleted_at and num_nonnulls(t.contact_id,
		t.lead_id, t.deal_id, t.event_id, t.vendor_id, t.partner_id) = 0;
	return null;
end
$$;

create function events_trash() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update event_vendors t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.event_id = new.id
		and t.deleted_at is not distinct from old.deleted_at;
	update schedule_items t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.event_id = new.id
		and t.deleted_at is not distinct from old.deleted_at;
	update budget_lines t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.event_id = new.id
		and t.deleted_at is not distinct from old.deleted_at;
	update tasks t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.event_id = new.id
		and t.deleted_at is not distinct from old.deleted_at and num_nonnulls(t.contact_id,
		t.lead_id, t.deal_id, t.project_id, t.vendor_id, t.partner_id) = 0;
	update activities t set deleted_at = new.deleted_at
	where t.org_id = new.org_id and t.event_id = new.id
		and t.deleted_at is not distinct from old.deleted_at and num_nonnulls(t.contact_id,
		t.lead_id, t.deal_id, t.project_id, t.vendor_id, t.partner_id) = 0;
	return null;
exception when exclusion_violation then
	raise exception using errcode = 'CR409',
		message = 'a vendor of this event has been booked for that time meanwhile';
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger activities_follow after update of owner_id, member_ids on projects for each row
	when (new.own_ids is distinct from old.own_ids) execute function activities_follow_owner();
do $$
declare
	t text;
begin
	foreach t in array '{events,vendors,partners}'::text[] loop
		execute format('create trigger activities_follow after update of owner_id on %I for each row '
			'when (new.owner_id is distinct from old.owner_id) '
			'execute function activities_follow_owner()', t);
	end loop;
	foreach t in array '{projects,events}'::text[] loop
		execute format('create trigger %I after update of deleted_at on %I for each row '
			'when (new.deleted_at is distinct from old.deleted_at) execute function %I()',
			t || '_trash', t, t || '_trash');
	end loop;
end
$$;

create trigger tasks_place before insert or update on tasks for each row
	when (new.milestone_id is not null or new.offset_days is not null)
	execute function tasks_place();
create trigger tasks_follow_start after update of start_at, time_zone on events for each row
	when ((new.start_at, new.time_zone) is distinct from (old.start_at, old.time_zone))
	execute function tasks_follow_start();
create trigger tasks_follow_start after update of start_date on projects for each row
	when (new.start_date is distinct from old.start_date) execute function tasks_follow_start();
create trigger tasks_progress_insert after insert on tasks referencing new table as new_rows
	for each statement execute function tasks_tell_progress();
create trigger tasks_progress_update after update on tasks
	referencing old table as old_rows new table as new_rows
	for each statement execute function tasks_tell_progress();

/* Again, because of the new columns. */
select protect('activities', entity => 'activity',
	every => 'case when visibility <> ''private'' then true
		when created_by = (select app_user()) then true
		else (select app_scope(''activities'', 4)) = ''a'' end',
	own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())
		and (visibility <> ''private'' or created_by = (select app_user()))',
	partner => 'visibility = ''partner'' and activity_of_partner(partner_id, lead_id, deal_id)',
	owner_column => 'owner_id', quiet => '{own_ids}');
select protect('tasks', entity => 'task',
	own => 'assignee_id = (select app_user()) or created_by = (select app_user())',
	team => 'assignee_id = any ((select app_team_users())::uuid[])
		or created_by = any ((select app_team_users())::uuid[])',
	owner_column => 'assignee_id');

set local role cairn_lookup;
drop function activity_of_partner(uuid, uuid);
set local role cairn_owner;
