/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hangs on a template is no work to be done: it is marked, so that lists and reports leave it out, and
 * read by all who read the template. And what an event and a project amount to.
 */

alter table tasks add column is_template boolean not null default false;
alter table milestones add column is_template boolean not null default false;
alter table schedule_items add column is_template boolean not null default false;
alter table budget_lines add column is_template boolean not null default false;
alter table event_vendors add column is_template boolean not null default false;

/* ---- parts of templates --------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

create function part_of_template() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.is_template := case tg_table_name
		when 'milestones' then (select p.is_template from projects p
			where p.org_id = new.org_id and p.id = (to_jsonb(new) ->> 'project_id')::uuid)
		else (select e.is_template from events e
			where e.org_id = new.org_id and e.id = (to_jsonb(new) ->> 'event_id')::uuid) end;
	new.is_template := coalesce(new.is_template, false);
	return new;
end
$$;

create function tasks_of_template() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.is_template := exists (select from events e where e.org_id = new.org_id and e.id = new.event_id
			and e.is_template)
		or exists (select from projects p where p.org_id = new.org_id and p.id = new.project_id
			and p.is_template);
	return new;
end
$$;

/* The parts of what becomes a template, or is none any more. Writing them has them look again. */
create function templates_tell_parts() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_table_name = 'projects' then
		update milestones m set is_template = new.is_template
		where m.org_id = new.org_id and m.project_id = new.id;
		update tasks t set is_template = new.is_template
		where t.org_id = new.org_id and t.project_id = new.id;
		return null;
	end if;
	update schedule_items i set is_template = new.is_template
	where i.org_id = new.org_id and i.event_id = new.id;
	update budget_lines l set is_template = new.is_template
	where l.org_id = new.org_id and l.event_id = new.id;
	update event_vendors b set is_template = new.is_template
	where b.org_id = new.org_id and b.event_id = new.id;
	update tasks t set is_template = new.is_template
	where t.org_id = new.org_id and t.event_id = new.id;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

do $$
declare
	t text;
begin
	foreach t in array '{milestones,schedule_items,budget_lines,event_vendors}'::text[] loop
		execute format('create trigger part_of_template before insert on %I for each row '
			'execute function part_of_template()', t);
	end loop;
	foreach t in array '{events,projects}'::text[] loop
		execute format('create trigger templates_tell_parts after update of is_template on %I for each row '
			'when (new.is_template <> old.is_template) execute function templates_tell_parts()', t);
	end loop;
end
$$;

/* Behind tasks_place, which finds the project of a milestone. */
create trigger tasks_template_insert before insert on tasks for each row
	when (num_nonnulls(new.event_id, new.project_id) > 0) execute function tasks_of_template();
create trigger tasks_template_update before update on tasks for each row
	when ((new.event_id, new.project_id, new.is_template)
		is distinct from (old.event_id, old.project_id, old.is_template))
	execute function tasks_of_template();

/* Again, because of the new column. */
select protect('tasks', entity => 'task',
	own => 'assignee_id = (select app_user()) or created_by = (select app_user())',
	team => 'assignee_id = any ((select app_team_users())::uuid[])
		or created_by = any ((select app_team_users())::uuid[])',
	owner_column => 'assignee_id', quiet => '{is_template}');
select protect('milestones', entity => 'milestone', own => 'project_in_scope(project_id, ''o'')',
	team => 'project_in_scope(project_id, ''t'')', owner_column => 'owner_id',
	quiet => '{progress,is_template}');
select protect('schedule_items', entity => 'schedule_item',
	own => 'event_in_scope(event_id, ''o'')', team => 'event_in_scope(event_id, ''t'')',
	quiet => '{is_template}');
select protect('budget_lines', entity => 'budget_line',
	own => 'event_in_scope(event_id, ''o'')', team => 'event_in_scope(event_id, ''t'')',
	quiet => '{is_template}');
select protect('event_vendors', entity => 'event_vendor', own => 'event_in_scope(event_id, ''o'')',
	team => 'event_in_scope(event_id, ''t'')', lookup => 'true', quiet => array(
		select attname from pg_attribute where attrelid = 'event_vendors'::regclass
		and attname in ('slot', 'paid_total', 'is_template')));

/* ---- totals --------------------------------------------------------------------------------- */

/*
 * Computed and not stored: invoices and payments of one event would otherwise take turns at its row, and be in
 * each other's way with the locks that they take before. A page of 25 costs some hundred look-ups by index.
 *
 * Sums are in the currency of the event or project; what is in another is not among them. A vendor that is
 * only considered, or cancelled, costs nothing: agreed counts what is held, confirmed or done.
 */
create function booking_counts(p_status text) returns boolean language sql immutable parallel safe
as $$ select p_status in ('tentative', 'confirmed', 'completed') $$;

set local role cairn_lookup;
set local row_security = on;

create function event_planned_total(event events) returns numeric
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select coalesce(sum(l.planned), 0)::numeric(14,2) from budget_lines l
		where l.org_id = event.org_id and l.event_id = event.id and l.deleted_at is null);
end
$$;

create function event_agreed_total(event events) returns numeric
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select coalesce(sum(b.agreed_cost), 0)::numeric(14,2) from event_vendors b
			where b.org_id = event.org_id and b.event_id = event.id and b.deleted_at is null
				and b.status in ('tentative', 'confirmed', 'completed'))
		+ (select coalesce(sum(l.agreed), 0)::numeric(14,2) from budget_lines l
			where l.org_id = event.org_id and l.event_id = event.id and l.deleted_at is null
				and l.event_vendor_id is null);
end
$$;

/* What is invoiced without tax, less what is agreed. Where an invoice is in another currency there is no
 * telling. */
create function event_margin(event events) returns numeric
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	net numeric;
	alike boolean;
begin
	select coalesce(sum(case i.type when 'credit_note' then - i.subtotal else i.subtotal end), 0),
		coalesce(bool_and(i.currency = event.currency), true)
	into net, alike from invoices i
	where i.org_id = event.org_id and i.event_id = event.id and i.issued_at is not null
		and i.voided_at is null;
	return case when alike then (net - event_agreed_total(event))::numeric(14,2) end;
end
$$;

/* With tax, less credit notes. */
create function project_invoiced_total(project projects) returns numeric
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select coalesce(sum(case i.type when 'credit_note' then - i.total else i.total end), 0)
			::numeric(14,2)
		from invoices i
		where i.org_id = project.org_id and i.project_id = project.id and i.issued_at is not null
			and i.voided_at is null and i.currency = project.currency);
end
$$;

create function project_paid_total(project projects) returns numeric
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select coalesce(sum(i.paid_total), 0)::numeric(14,2) from invoices i
		where i.org_id = project.org_id and i.project_id = project.id and i.currency = project.currency);
end
$$;

/* Of a line that stands for a booking, agreed is what the booking counts with. */
create function budget_lines_agreed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.agreed := (select case when booking_counts(b.status) then b.agreed_cost else 0 end
		from event_vendors b where b.org_id = new.org_id and b.id = new.event_vendor_id);
	return new;
end
$$;

create function budget_lines_follow_status() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update budget_lines l set agreed = null
	where l.org_id = new.org_id and l.event_vendor_id = new.id;
	return null;
end
$$;

do $$
declare
	f text;
begin
	foreach f in array '{event_planned_total(events),event_agreed_total(events),event_margin(events)}'::text[]
		|| '{project_invoiced_total(projects),project_paid_total(projects)}'::text[] loop
		execute format('revoke execute on function %s from public', f);
		execute format('grant execute on function %s to cairn_app', f);
	end loop;
end
$$;

set local row_security = off;
set local role cairn_owner;

/* Behind event_parts_check. */
create trigger line_agreed before insert or update on budget_lines for each row
	when (new.event_vendor_id is not null) execute function budget_lines_agreed();
create trigger budget_lines_follow_status after update of status on event_vendors for each row
	when (booking_counts(new.status) <> booking_counts(old.status))
	execute function budget_lines_follow_status();
