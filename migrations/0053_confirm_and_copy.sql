/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A custom field whose values records hold is deleted by who says its key; what an event's template or an event
 * that is copied hands on: its people too, and of another's work what the caller sees.
 */

/* ---- custom fields ------------------------------------------------------------------------------ */

set local role cairn_lookup;
set local row_security = on;

/* Its values stay in the records, out of everybody's sight: the server passes on what the DELETE said. */
create function custom_fields_confirm() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	n bigint;
	message text;
begin
	if old.key = current_setting('app.confirm', true) then
		return new;
	end if;
	execute format('select count(*) from %s t where t.org_id = $1 and t.deleted_at is null '
		'and coalesce(t.custom -> $2, ''null'') <> ''null''', custom_table(old.entity))
	into n using old.org_id, old.key;
	if n > 0 then
		message := format('%s a value of this field. Say confirm=%s to delete it all the same.',
			case n when 1 then '1 record has' else n || ' records have' end, old.key);
		raise exception using errcode = 'CR409', message = message,
			detail = jsonb_build_array(jsonb_build_object('field', 'confirm', 'code', 'IN_USE',
				'message', message))::text;
	end if;
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger custom_fields_confirm before update of deleted_at on custom_fields for each row
	when (new.deleted_at is not null and old.deleted_at is null)
	execute function custom_fields_confirm();

/* ---- what is handed on -------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* As in 0031; p_only names the rows, null for all. */
drop function event_take_schedule(events, events), event_take_budget(events, events),
	template_take_tasks(uuid, uuid, date, text, uuid, uuid, uuid, uuid, uuid, uuid, jsonb);

create function event_take_schedule(event events, template events, p_only uuid[] default null)
returns void
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
	where i.org_id = template.org_id and i.event_id = template.id and i.deleted_at is null
		and (p_only is null or i.id = any (p_only));
end
$$;

create function event_take_budget(event events, template events, p_only uuid[] default null)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into budget_lines (org_id, event_id, category, name, planned, notes, position)
	select event.org_id, event.id, l.category, l.name,
		case when event.currency = template.currency then l.planned else 0 end, l.notes, l.position
	from budget_lines l
	where l.org_id = template.org_id and l.event_id = template.id and l.deleted_at is null
		and (p_only is null or l.id = any (p_only));
end
$$;

create function template_take_tasks(p_from_event uuid, p_from_project uuid, p_start date, p_zone text,
	p_from_owner uuid, p_event uuid, p_project uuid, p_company uuid, p_contact uuid, p_owner uuid,
	p_milestones jsonb, p_only uuid[] default null) returns void
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
			else t.event_id = p_from_event end
		and (p_only is null or t.id = any (p_only));
end
$$;

/* Who takes part, unless the new event's own participants follow its write. The event is made together with
 * them and keeps its first version. */
create function event_take_people(event events, template events) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	said constant text := current_setting('app.nested', true);
begin
	if nested_to_come(event.id, 'participants') is not null then
		return;
	end if;
	perform set_config('app.nested', jsonb_build_object('id', event.id, 'new', true)::text, true);
	insert into event_participants (org_id, event_id, position, contact_id, user_id, role, notify)
	select event.org_id, event.id, row_number() over (order by p.position, p.id), p.contact_id, p.user_id,
		p.role, p.notify
	from event_participants p
	left join memberships m on m.org_id = p.org_id and m.id = p.user_id
	left join contacts c on c.org_id = p.org_id and c.id = p.contact_id
	where p.org_id = template.org_id and p.event_id = template.id and p.deleted_at is null
		and case when p.user_id is not null then m.active else c.deleted_at is null end;
	perform set_config('app.nested', coalesce(said, ''), true);
end
$$;

create or replace function events_take_template() returns trigger
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
	perform event_take_people(new, template);
	return null;
end
$$;

/* ---- copies ------------------------------------------------------------------------------------- */

/* Custom values without those that only one record may have. */
create function event_copy_custom(p_custom jsonb) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
	select p_custom - array(select f.key from custom_fields f where f.org_id = app_org()
		and f.entity = 'event' and f."unique" and f.deleted_at is null)
$$;

/* Vendors are considered for the new event, at the hours of the old one; nothing is booked or agreed. */
create function event_take_vendors(event events, source events, p_only uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	later constant interval := coalesce(wall_between(source.start_at, event.start_at, event.time_zone), '0');
begin
	insert into event_vendors (org_id, event_id, vendor_id, role, booked_from, booked_to, on_site_name,
		on_site_phone, notes)
	select event.org_id, event.id, b.vendor_id, b.role,
		wall_shift(b.booked_from, later, event.time_zone),
		wall_end(wall_shift(b.booked_from, later, event.time_zone), b.booked_from, b.booked_to, later,
			event.time_zone), b.on_site_name, b.on_site_phone, b.notes
	from event_vendors b
	join vendors v on v.org_id = b.org_id and v.id = b.vendor_id and v.deleted_at is null
		and v.status = 'active'
	where b.org_id = source.org_id and b.event_id = source.id and b.id = any (p_only);
end
$$;

/* Of rows that the caller sees, for an event that the caller has just made. */
create function event_copy_parts(p_event uuid, p_source uuid, p_tasks uuid[], p_items uuid[],
	p_lines uuid[], p_bookings uuid[], p_people boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	event events;
	source events;
begin
	select e.* into event from events e where e.org_id = app_org() and e.id = p_event
		and e.created_by = app_user() and e.xmin = pg_current_xact_id()::xid;
	select e.* into source from events e where e.org_id = app_org() and e.id = p_source;
	if event.id is null then
		perform app_refuse('only a new event takes over what another one has');
	end if;
	perform event_take_budget(event, source, p_lines);
	perform template_take_tasks(source.id, null, (source.start_at at time zone source.time_zone)::date,
		source.time_zone, source.owner_id, event.id, null, event.company_id, event.contact_id,
		event.owner_id, '{}', p_tasks);
	if event.start_at is not null then
		perform event_take_schedule(event, source, p_items);
	end if;
	perform event_take_vendors(event, source, p_bookings);
	if p_people then
		perform event_take_people(event, source);
	end if;
end
$$;

revoke execute on function event_take_schedule(events, events, uuid[]),
	event_take_budget(events, events, uuid[]), event_take_people(events, events),
	event_take_vendors(events, events, uuid[]), event_copy_custom(jsonb),
	template_take_tasks(uuid, uuid, date, text, uuid, uuid, uuid, uuid, uuid, uuid, jsonb, uuid[]),
	event_copy_parts(uuid, uuid, uuid[], uuid[], uuid[], uuid[], boolean) from public;
grant execute on function event_copy_custom(jsonb),
	event_copy_parts(uuid, uuid, uuid[], uuid[], uuid[], uuid[], boolean) to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* The rows of a part of an event that the caller sees and may make anew. */
create function event_parts_seen(p_table text, p_event uuid) returns uuid[]
language plpgsql stable as $$
declare
	seen uuid[] := '{}';
begin
	if app_scope(p_table, 1) <> 'n' and app_scope(p_table, 2) <> 'n' then
		execute format('select coalesce(array_agg(t.id), ''{}'') from %I t where t.org_id = app_org() '
			'and t.event_id = $1 and t.deleted_at is null '
			'and to_jsonb(t) ->> ''status'' is distinct from ''cancelled''', p_table)
		into seen using p_event;
	end if;
	return seen;
end
$$;

/* With the caller's rights: the id of the copy, which is the caller's; null where there is no such event.
 * Whom it is for and where it is come along as far as they are seen. */
create function event_copy(p_source uuid, p_name text, p_start timestamptz, p_end timestamptz,
	p_people boolean, p_vendors boolean) returns uuid language plpgsql as $$
declare
	source events;
	fresh constant uuid := uuid_v7();
	start timestamptz;
begin
	select e.* into source from events e
	where e.org_id = app_org() and e.id = p_source and e.deleted_at is null;
	if source.id is null then
		return null;
	end if;
	start := coalesce(p_start, source.start_at);
	insert into events (id, name, event_type, company_id, contact_id, owner_id, start_at, end_at, all_day,
		time_zone, venue_vendor_id, venue_name, venue_address_street, venue_address_city,
		venue_address_region, venue_address_postal_code, venue_address_country, guests_expected, budget,
		currency, description, is_template, tags, custom)
	values (fresh, coalesce(p_name, source.name), source.event_type,
		(select c.id from companies c where c.org_id = app_org() and c.id = source.company_id
			and c.deleted_at is null),
		(select c.id from contacts c where c.org_id = app_org() and c.id = source.contact_id
			and c.deleted_at is null),
		app_user(), start, coalesce(p_end, wall_shift(start,
			wall_between(source.start_at, source.end_at, source.time_zone), source.time_zone)),
		source.all_day, source.time_zone,
		(select v.id from vendors v where v.org_id = app_org() and v.id = source.venue_vendor_id
			and v.deleted_at is null),
		source.venue_name, source.venue_address_street, source.venue_address_city,
		source.venue_address_region, source.venue_address_postal_code, source.venue_address_country,
		source.guests_expected, source.budget, source.currency, source.description, source.is_template,
		source.tags, event_copy_custom(source.custom));
	perform event_copy_parts(fresh, p_source, event_parts_seen('tasks', p_source),
		event_parts_seen('schedule_items', p_source), event_parts_seen('budget_lines', p_source),
		case when p_vendors then event_parts_seen('event_vendors', p_source) end, p_people);
	return fresh;
end
$$;
