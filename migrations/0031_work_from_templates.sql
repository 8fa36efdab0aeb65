/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates of events and projects, and what is started from them.
 *
 * An event or a project that names a template takes over what hangs on it, in the statement that makes it:
 * tasks, schedule, budget and milestones. Days count from the start; times are wall-clock times of the
 * time zone, so that a dinner five hours after the start is so across a change to summer time as well.
 * Templates are for everybody who may read any event (project): who plans one uses the house's ones.
 */

alter table events add column template_id uuid;
alter table projects add column template_id uuid;
select protect_reference('events', 'events_template', 'template_id', 'events'),
	protect_reference('projects', 'projects_template', 'template_id', 'projects');
create index events_template on events (org_id, template_id) where template_id is not null;
create index projects_template on projects (org_id, template_id) where template_id is not null;

alter table events add constraint events_template_status
	check (not is_template or status = 'inquiry') not valid;
alter table projects add constraint projects_template_status
	check (not is_template or status = 'planned') not valid;

/* ---- who reads templates -------------------------------------------------------------------- */

/* The condition to read a row of a table, which templates meet for all who may read any. */
create function protect_templates(table_name text, scope text, readers text) returns text
language sql stable as $$
	select case when exists (select from pg_attribute where attrelid = $1::regclass
			and attname = 'is_template' and not attisdropped)
		then format('case when is_template then %s in (''a'', ''t'', ''o'') else %s end',
			protect_letter($2, 1), $3)
		else $3 end
$$;

revoke execute on function protect_templates(text, text, text) from public;

/* As in 0001, but for templates. */
create or replace function protect_policies(table_name text, scope text, every text, own text, team text,
	partner text, commands text, lookup text) returns void language plpgsql as $$
declare
	tenant constant text := 'org_id = (select app_org()) and ';
	may text[];
	check_of text[];
	policy name;
begin
	for policy in select polname from pg_policy where polrelid = table_name::regclass loop
		execute format('drop policy %I on %I', policy, table_name);
	end loop;
	for verb in 1 .. 4 loop
		may[verb] := protect_case(protect_letter(scope, verb), every, own, team, partner);
		check_of[verb] := protect_case(case verb when 2
			then format('(select app_scope_create(%L))', scope)
			else protect_check(protect_letter(scope, verb)) end,
			protect_check(every), protect_check(own), protect_check(team), protect_check(partner));
	end loop;
	execute format('alter table %I enable row level security, force row level security', table_name);
	execute format('revoke all on %I from cairn_app', table_name);
	if commands ~ 'r' then
		execute format('grant select on %I to cairn_app', table_name);
		execute format('create policy %I on %I for select to cairn_app using (%s)',
			table_name || '_read', table_name,
			tenant || protect_templates(table_name, scope, may[1]));
	end if;
	if commands ~ 'c' then
		execute format('grant insert on %I to cairn_app', table_name);
		execute format('create policy %I on %I for insert to cairn_app with check (%s)',
			table_name || '_create', table_name, format(
			'%s case when %s then true else app_refuse(%L) end', protect_check(tenant), check_of[2],
			'you may not create this record, or not for somebody else'));
	end if;
	if commands ~ 'u' then
		execute format('grant update on %I to cairn_app', table_name);
		execute format('create policy %I on %I for update to cairn_app using (%s) with check (%s)',
			table_name || '_update', table_name,
			format('%s case when %s then true else %s end', tenant, may[3], may[4]),
			format('%s case when %s then true when %s then true else app_refuse(%L) end',
				protect_check(tenant), check_of[3], check_of[4], 'you may not give this record away'));
	end if;
	if commands ~ 'd' then
		execute format('grant delete on %I to cairn_app', table_name);
		execute format('create policy %I on %I for delete to cairn_app using (%s)',
			table_name || '_delete', table_name, tenant || may[4]);
	end if;
	execute format('create policy %I on %I for all to cairn_lookup using (%s) with check (%s)',
		table_name || '_lookup', table_name, lookup, lookup);
end
$$;

/* With the new columns and the exception. */
select protect('events', entity => 'event', own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())', owner_column => 'owner_id', quiet => '{own_ids}');
select protect('projects', entity => 'project', own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())', owner_column => 'owner_id',
	quiet => '{progress}');

/* ---- time ----------------------------------------------------------------------------------- */

/* Moves a moment by wall-clock time. A time that the day does not have is the one after the gap. */
create function wall_shift(p_at timestamptz, p_by interval, p_zone text) returns timestamptz
language sql immutable as $$
	select (p_at at time zone p_zone + p_by) at time zone p_zone
$$;

/* What lies between two moments on the clock. */
create function wall_between(p_from timestamptz, p_to timestamptz, p_zone text) returns interval
language sql immutable as $$
	select p_to at time zone p_zone - p_from at time zone p_zone
$$;

/* The end of what begins at p_start and was p_from to p_to: moved like its begin, and as long as it was
 * where the clocks' change would leave nothing of it. */
create function wall_end(p_start timestamptz, p_from timestamptz, p_to timestamptz, p_by interval,
	p_zone text) returns timestamptz language sql immutable as $$
	select case when wall_shift(p_to, p_by, p_zone) > p_start or p_to = p_from
			and wall_shift(p_to, p_by, p_zone) = p_start
		then wall_shift(p_to, p_by, p_zone) else p_start + (p_to - p_from) end
$$;

/* ---- taking over ---------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* Who does of the new work what p_person does of the template's: its owner's part falls to the new owner,
 * and so does that of who has left. */
create function template_assignee(p_person uuid, p_template_owner uuid, p_owner uuid) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return coalesce((select m.id from memberships m where m.org_id = app_org() and m.id = p_person
		and m.active and p_person is distinct from p_template_owner), p_owner, app_user());
end
$$;

create function template_refuse() returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	return app_invalid('templateId', 'INVALID', 'Is not a template.');
end
$$;

/* What the new event does not say its template tells. */
create function events_from_template() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	template events;
begin
	select e.* into template from events e where e.org_id = new.org_id and e.id = new.template_id
		and e.is_template and e.deleted_at is null;
	if template.id is null then
		perform template_refuse();
	end if;
	new.currency := coalesce(new.currency, template.currency);
	new.time_zone := coalesce(new.time_zone, template.time_zone);
	new.event_type := coalesce(new.event_type, template.event_type);
	new.all_day := new.all_day or template.all_day;
	new.guests_expected := coalesce(new.guests_expected, template.guests_expected);
	new.description := coalesce(new.description, template.description);
	if new.currency = template.currency then
		new.budget := coalesce(new.budget, template.budget);
	end if;
	if num_nonnulls(new.venue_vendor_id, new.venue_name) = 0 then
		new.venue_vendor_id := template.venue_vendor_id;
		new.venue_name := template.venue_name;
		new.venue_address_street := coalesce(new.venue_address_street, template.venue_address_street);
		new.venue_address_city := coalesce(new.venue_address_city, template.venue_address_city);
		new.venue_address_region := coalesce(new.venue_address_region, template.venue_address_region);
		new.venue_address_postal_code := coalesce(new.venue_address_postal_code,
			template.venue_address_postal_code);
		new.venue_address_country := coalesce(new.venue_address_country, template.venue_address_country);
	end if;
	if new.end_at is null then
		new.end_at := wall_shift(new.start_at,
			wall_between(template.start_at, template.end_at, template.time_zone), new.time_zone);
	end if;
	new.tags := case when new.tags = '{}' then template.tags else new.tags end;
	new.custom := template.custom || new.custom;
	return new;
end
$$;

/* Counted from the template's start, or from the midnight before its first item. */
create function event_take_schedule(event events, template events) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	origin timestamp := template.start_at at time zone template.time_zone;
	start timestamp := event.start_at at time zone event.time_zone;
begin
	if origin is null then
		origin := (select date_trunc('day', min(i.start_at) at time zone template.time_zone)
			from schedule_items i where i.org_id = template.org_id and i.event_id = template.id
			and i.deleted_at is null);
		start := date_trunc('day', start);
	end if;
	insert into schedule_items (org_id, event_id, title, start_at, end_at, location, assignee_id,
		audience, description, position)
	select event.org_id, event.id, i.title, at.start_at, at.start_at + (i.end_at - i.start_at), i.location,
		case when i.assignee_id is not null
			then template_assignee(i.assignee_id, template.owner_id, event.owner_id) end,
		i.audience, i.description, i.position
	from schedule_items i
	cross join lateral (select (start + (i.start_at at time zone template.time_zone - origin))
		at time zone event.time_zone as start_at) as at
	where i.org_id = template.org_id and i.event_id = template.id and i.deleted_at is null;
end
$$;

/* Planned amounts are in the template's currency, and no other event's. */
create function event_take_budget(event events, template events) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into budget_lines (org_id, event_id, category, name, planned, notes, position)
	select event.org_id, event.id, l.category, l.name,
		case when event.currency = template.currency then l.planned else 0 end, l.notes, l.position
	from budget_lines l
	where l.org_id = template.org_id and l.event_id = template.id and l.deleted_at is null;
end
$$;

/* A day that a template's task is due, as days from the template's start. */
create function template_offset(task tasks, start date, zone text) returns int
language sql immutable as $$
	select coalesce(task.offset_days, (task.due_at at time zone zone)::date - start)
$$;

/* Of an event's or a project's template, whichever id is given; milestones are pairs of old and new ids,
 * {old: new}. */
create function template_take_tasks(p_from_event uuid, p_from_project uuid, p_start date, p_zone text,
	p_from_owner uuid, p_event uuid, p_project uuid, p_company uuid, p_contact uuid, p_owner uuid,
	p_milestones jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into tasks (title, priority, all_day, assignee_id, estimate_minutes, checklist, description,
		company_id, contact_id, event_id, project_id, milestone_id, vendor_id, offset_days, position, tags,
		custom)
	select t.title, t.priority, t.all_day, template_assignee(t.assignee_id, p_from_owner, p_owner),
		t.estimate_minutes, (select jsonb_agg(c || '{"done": false}' order by place)
			from jsonb_array_elements(t.checklist) with ordinality as given (c, place)), t.description,
		p_company, p_contact, p_event, p_project, (p_milestones ->> t.milestone_id::text)::uuid,
		t.vendor_id, template_offset(t, p_start, p_zone),
		rank_beside(rank_end(), (row_number() over (order by t.position, t.id)
			- count(*) over ())::int), t.tags, t.custom
	from tasks t
	where t.org_id = app_org() and t.deleted_at is null and t.status <> 'cancelled'
		and case when p_from_event is null then t.project_id = p_from_project
			else t.event_id = p_from_event end;
end
$$;

create function events_take_template() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	template events;
begin
	select e.* into template from events e where e.org_id = new.org_id and e.id = new.template_id;
	perform event_take_budget(new, template);
	perform template_take_tasks(template.id, null, (template.start_at at time zone template.time_zone)::date,
		template.time_zone, template.owner_id, new.id, null, new.company_id, new.contact_id, new.owner_id,
		'{}');
	if new.start_at is not null then
		perform event_take_schedule(new, template);
	end if;
	return null;
end
$$;

/* An event that had no date when it was made takes the schedule over when it gets one. */
create function events_take_schedule() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	template events;
begin
	if not exists (select from schedule_items i where i.org_id = new.org_id and i.event_id = new.id) then
		select e.* into template from events e where e.org_id = new.org_id and e.id = new.template_id;
		perform event_take_schedule(new, template);
	end if;
	return null;
end
$$;

/* The same of projects, which start today unless they say otherwise. */
create function projects_from_template() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	template projects;
begin
	select p.* into template from projects p where p.org_id = new.org_id and p.id = new.template_id
		and p.is_template and p.deleted_at is null;
	if template.id is null then
		perform template_refuse();
	end if;
	if new.start_date is null and not new.is_template then
		new.start_date := (select (now() at time zone o.time_zone)::date from organizations o
			where o.org_id = new.org_id);
	end if;
	new.due_date := coalesce(new.due_date, new.start_date + (template.due_date - template.start_date));
	new.currency := coalesce(new.currency, template.currency);
	if new.currency = template.currency then
		new.budget := coalesce(new.budget, template.budget);
	end if;
	new.description := coalesce(new.description, template.description);
	new.member_ids := case when new.member_ids = '{}' then template.member_ids else new.member_ids end;
	new.tags := case when new.tags = '{}' then template.tags else new.tags end;
	new.custom := template.custom || new.custom;
	return new;
end
$$;

/* Answers the pairs of ids. Days count from the template's start or from its first milestone's; where
 * there is nothing to count from there are none. */
create function project_take_milestones(project projects, template projects) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	origin constant date := coalesce(template.start_date,
		(select min(least(m.start_date, m.due_date)) from milestones m where m.org_id = template.org_id
			and m.project_id = template.id and m.deleted_at is null));
	pairs jsonb;
begin
	select coalesce(jsonb_object_agg(m.id, uuid_v7()), '{}') into pairs from milestones m
	where m.org_id = template.org_id and m.project_id = template.id and m.deleted_at is null
		and m.status <> 'cancelled';
	insert into milestones (org_id, id, project_id, name, start_date, due_date, owner_id, amount, position,
		description)
	select project.org_id, (pairs ->> m.id::text)::uuid, project.id, m.name,
		project.start_date + (m.start_date - origin), project.start_date + (m.due_date - origin),
		template_assignee(m.owner_id, template.owner_id, project.owner_id),
		case when project.currency = template.currency then m.amount end, m.position, m.description
	from milestones m
	where m.org_id = template.org_id and pairs ? m.id::text;
	return pairs;
end
$$;

create function projects_take_template() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	template projects;
begin
	select p.* into template from projects p where p.org_id = new.org_id and p.id = new.template_id;
	perform template_take_tasks(null, template.id, template.start_date,
		(select o.time_zone from organizations o where o.org_id = new.org_id), template.owner_id, null,
		new.id, new.company_id, new.contact_id, new.owner_id, project_take_milestones(new, template));
	return null;
end
$$;

/* What is made of a deal is for the deal's client, unless it says otherwise. */
create function work_of_deal() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if new.company_id is null then
		select d.company_id, coalesce(new.contact_id, d.contact_id) into new.company_id, new.contact_id
		from deals d where d.org_id = new.org_id and d.id = new.deal_id;
	end if;
	return new;
end
$$;

/* What was started of a deal before, from the same template (or none), whoever may see it. */
create function deal_work_started(p_deal uuid, p_entity text, p_template uuid) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if p_entity = 'event' then
		return (select e.id from events e where e.org_id = app_org() and e.deal_id = p_deal
			and e.template_id is not distinct from p_template and e.deleted_at is null
			order by e.created_at, e.id limit 1);
	end if;
	return (select p.id from projects p where p.org_id = app_org() and p.deal_id = p_deal
		and p.template_id is not distinct from p_template and p.deleted_at is null
		order by p.created_at, p.id limit 1);
end
$$;

revoke execute on function template_assignee(uuid, uuid, uuid), template_refuse(),
	event_take_schedule(events, events), event_take_budget(events, events),
	template_take_tasks(uuid, uuid, date, text, uuid, uuid, uuid, uuid, uuid, uuid, jsonb),
	project_take_milestones(projects, projects), deal_work_started(uuid, text, uuid) from public;
grant execute on function deal_work_started(uuid, text, uuid) to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* Before the organisation's time zone and currency are filled in. */
create trigger a_template before insert on events for each row
	when (new.template_id is not null) execute function events_from_template();
create trigger a_template before insert on projects for each row
	when (new.template_id is not null) execute function projects_from_template();
create trigger work_of_deal before insert on events for each row
	when (new.deal_id is not null) execute function work_of_deal();
create trigger work_of_deal before insert on projects for each row
	when (new.deal_id is not null) execute function work_of_deal();
create trigger take_template after insert on events for each row
	when (new.template_id is not null) execute function events_take_template();
create trigger take_template after insert on projects for each row
	when (new.template_id is not null) execute function projects_take_template();
create trigger take_schedule after update of start_at on events for each row
	when (new.template_id is not null and old.start_at is null and new.start_at is not null)
	execute function events_take_schedule();

/* ---- starting what a deal has sold ---------------------------------------------------------- */

/*
 * What the new work takes of its deal, or the id of what was started before; no row where there is no such
 * deal. One caller after the other: pressing twice starts once. The day that the lead spoke of counts where
 * the template tells the hour.
 */
create function deal_work(p_deal uuid, p_entity text, p_template uuid)
returns table (started uuid, name text, owner uuid, currency text, amount numeric, event_type text,
	guests int, start_at text) language plpgsql as $$
begin
	perform pg_advisory_xact_lock(hashtextextended('deal_work ' || p_deal, 0));
	if exists (select from deals d where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null
	           and d.status = 'lost') then
		raise exception using errcode = 'CR409', message = 'this deal is lost: there is no work to start';
	end if;
	return query select deal_work_started(d.id, p_entity, p_template), d.name, d.owner_id, d.currency,
		d.amount, l.event_type, l.guests_expected,
		to_char((l.event_date + (t.start_at at time zone t.time_zone)::time) at time zone t.time_zone
			at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	from deals d
	left join leads l on l.org_id = d.org_id and l.id = d.lead_id
	left join events t on p_entity = 'event' and t.org_id = d.org_id and t.id = p_template
		and t.is_template
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null;
end
$$;

/* ---- days from the start -------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* As in 0019; and a due date that somebody sets is theirs: the task does not follow the start any more. */
create or replace function tasks_place() returns trigger
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
	if new.offset_days is null then
		return new;
	end if;
	if num_nonnulls(new.event_id, new.project_id) = 0 then
		perform app_invalid('offsetDays', 'INVALID', 'Needs an event or a project to count from.');
	end if;
	if tg_op = 'UPDATE' and new.due_at <> old.due_at and (new.offset_days, new.event_id, new.project_id)
	   is not distinct from (old.offset_days, old.event_id, old.project_id) then
		new.offset_days := null;
		return new;
	end if;
	due := coalesce(
		(select wall_shift(e.start_at, make_interval(days => new.offset_days), e.time_zone)
		 from events e where e.org_id = new.org_id and e.id = new.event_id),
		(select (p.start_date + new.offset_days)::timestamp at time zone o.time_zone
		 from projects p join organizations o on o.org_id = p.org_id
		 where p.org_id = new.org_id and p.id = new.project_id));
	new.due_at := coalesce(due, new.due_at);
	return new;
end
$$;

/* The dates of open milestones move with the start of their project. */
create function milestones_follow_start() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update milestones m set start_date = m.start_date + (new.start_date - old.start_date),
		due_date = m.due_date + (new.start_date - old.start_date)
	where m.org_id = new.org_id and m.project_id = new.id and m.status = 'open'
		and m.deleted_at is null and num_nonnulls(m.start_date, m.due_date) > 0;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger milestones_follow_start after update of start_date on projects for each row
	when (new.start_date <> old.start_date) execute function milestones_follow_start();
