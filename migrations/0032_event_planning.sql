/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planning an event: what stands in the way of a booking is named, an event moves with all that hangs on
 * it, a vendor tells when it is busy, and a status follows another only where that makes sense.
 */

/* Checked when a statement has ended: the bookings of an event move past each other. */
alter table event_vendors drop constraint event_vendors_slot,
	add constraint event_vendors_slot exclude using gist (org_id with =, vendor_id with =, slot with &&)
		where (slot is not null) deferrable initially immediate;

/* "Castle Hall" is booked from 2031-05-01 10:00 to 20:00 … */
create function booking_clash(p_vendor text, p_from timestamptz, p_to timestamptz, p_zone text,
	p_event text default null) returns text language sql stable as $$
	select format('"%s" is booked from %s to %s%s.', p_vendor,
		to_char(p_from at time zone p_zone, 'YYYY-MM-DD HH24:MI'),
		to_char(p_to at time zone p_zone, 'YYYY-MM-DD HH24:MI'), ' for "' || p_event || '"')
$$;

set local role cairn_lookup;
set local row_security = on;

/* As in 0018; what stands in the way is named, and neither a template nor a cancelled event books. The
 * vendor's row is locked, so that what is looked up stays true until the commit; the constraint holds
 * apart what is of one event. */
create or replace function event_vendors_book() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	holds constant boolean := new.deleted_at is null and (new.status = 'confirmed'
		or new.status = 'tentative' and new.hold_until > now());
	fresh constant boolean := tg_op = 'INSERT';
	event events;
	vendor vendors;
	other event_vendors;
begin
	if not fresh and (new.event_id, new.vendor_id) is distinct from (old.event_id, old.vendor_id) then
		perform app_invalid(case when new.event_id <> old.event_id then 'eventId' else 'vendorId' end,
			'IMMUTABLE', 'Cannot be changed.');
	end if;
	if holds then
		select v.* into vendor from vendors v where v.org_id = new.org_id and v.id = new.vendor_id
		for no key update;
	else
		select v.* into vendor from vendors v where v.org_id = new.org_id and v.id = new.vendor_id;
	end if;
	if fresh and new.role is null then
		new.role := vendor.category;
	end if;
	if holds or fresh then
		select e.* into event from events e where e.org_id = new.org_id and e.id = new.event_id;
	end if;
	if new.booked_from is null and new.booked_to is null
	   and (fresh or new.status in ('tentative', 'confirmed')) then
		new.booked_from := event.start_at;
		new.booked_to := event.end_at;
	end if;
	if holds and event.is_template then
		perform app_invalid('status', 'INVALID', 'A template books nobody: vendors are only considered.');
	end if;
	if holds and event.status = 'cancelled' then
		perform app_invalid('eventId', 'INVALID', 'The event is cancelled.');
	end if;
	if vendor.status = 'inactive' and (fresh or holds and old.status not in ('tentative', 'confirmed'))
	then
		perform app_invalid('vendorId', 'INVALID', 'Is inactive and cannot be booked.');
	end if;
	if new.status = 'tentative' and new.deleted_at is null and new.hold_until <= now()
	   and (fresh or old.status <> 'tentative' or new.hold_until <> old.hold_until) then
		perform app_invalid('holdUntil', 'OUT_OF_RANGE', 'Must be in the future.');
	end if;
	new.slot := case when holds and vendor.exclusive and new.booked_to > new.booked_from
		then tstzrange(new.booked_from - make_interval(mins => vendor.buffer_minutes),
			new.booked_to + make_interval(mins => vendor.buffer_minutes)) end;
	if new.slot is null or not fresh and new.slot is not distinct from old.slot then
		return new;
	end if;
	perform event_vendors_release(new.org_id, new.vendor_id, new.slot, new.id);
	select b.* into other from event_vendors b
	where b.org_id = new.org_id and b.vendor_id = new.vendor_id and b.event_id <> new.event_id
		and b.slot && new.slot
	order by b.slot limit 1;
	if other.id is not null then
		raise exception using errcode = 'CR409',
			message = booking_clash(vendor.name, other.booked_from, other.booked_to, event.time_zone),
			detail = jsonb_build_array(jsonb_build_object('field', 'vendorId', 'code', 'TAKEN', 'message',
				booking_clash(vendor.name, other.booked_from, other.booked_to, event.time_zone)))::text;
	end if;
	return new;
end
$$;

/* ---- holds ---------------------------------------------------------------------------------- */

/* Releases the holds of all organisations that have expired at the given moment. One statement, so that
 * several servers may do it at once. */
create function event_holds_release(p_at timestamptz) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	released int;
begin
	update event_vendors b set status = 'considering'
	where b.status = 'tentative' and b.hold_until <= p_at and b.deleted_at is null;
	get diagnostics released = row_count;
	return released;
end
$$;

revoke execute on function event_holds_release(timestamptz) from public;

create or replace function event_holds_sweep() returns int
language sql security definer set search_path = public, pg_temp as $$ select event_holds_release(now()) $$;

/* ---- status --------------------------------------------------------------------------------- */

create function events_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	fresh constant boolean := tg_op = 'INSERT';
begin
	if new.status = 'completed' and new.start_at > now() and (fresh or old.status <> 'completed') then
		perform app_invalid('status', 'INVALID', 'An event that has not begun is not completed.');
	end if;
	if fresh then
		return new;
	end if;
	if old.status = 'completed' and new.status not in ('completed', 'in_progress') then
		perform app_invalid('status', 'INVALID', 'A completed event can only be taken up again: in_progress.');
	end if;
	if old.status = 'cancelled' and new.status not in ('cancelled', 'inquiry', 'tentative') then
		perform app_invalid('status', 'INVALID',
			'A cancelled event can only be taken up again: inquiry or tentative.');
	end if;
	if new.is_template and not old.is_template and exists (select from event_vendors b
	   where b.org_id = new.org_id and b.event_id = new.id and b.deleted_at is null
		and b.status in ('tentative', 'confirmed', 'completed')) then
		raise exception using errcode = 'CR409', message = 'an event with bookings is no template';
	end if;
	if new.currency <> old.currency and (exists (select from event_vendors b
		where b.org_id = new.org_id and b.event_id = new.id and b.deleted_at is null
			and (b.agreed_cost > 0 or b.deposit_amount > 0))
	   or exists (select from budget_lines l where l.org_id = new.org_id and l.event_id = new.id
		and l.deleted_at is null and greatest(l.planned, l.agreed, l.paid) > 0)) then
		perform app_invalid('currency', 'IMMUTABLE', 'Is fixed once the event has a budget or costs.');
	end if;
	return new;
end
$$;

/* Who was booked has done it; who was not has not. */
create function events_completed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update event_vendors b set status = case b.status when 'confirmed' then 'completed' else 'cancelled' end
	where b.org_id = new.org_id and b.event_id = new.id and b.deleted_at is null
		and b.status in ('considering', 'tentative', 'confirmed');
	return null;
end
$$;

/* ---- rescheduling --------------------------------------------------------------------------- */

/* Bookings of an event and the times that they move to. What is booked for the whole event stays so. */
create function event_bookings_moved(event events, p_by interval, p_start timestamptz, p_end timestamptz)
returns table (booking uuid, vendor uuid, moved_from timestamptz, moved_to timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
	select b.id, b.vendor_id, m.begins, case when m.whole then p_end
		else wall_end(m.begins, b.booked_from, b.booked_to, p_by, event.time_zone) end
	from event_vendors b
	cross join lateral (select w.whole, case when w.whole then p_start
			else wall_shift(b.booked_from, p_by, event.time_zone) end as begins
		from (select b.booked_from = event.start_at and b.booked_to = event.end_at as whole) as w) as m
	where b.org_id = event.org_id and b.event_id = event.id and b.deleted_at is null
		and b.booked_from is not null and b.status in ('considering', 'tentative', 'confirmed')
$$;

/* Moves the bookings, or answers all that stands in the way and moves none. Expired holds make way. */
create function event_move_bookings(event events, p_by interval, p_start timestamptz, p_end timestamptz)
returns table (booking uuid, vendor text, taken_from timestamptz, taken_to timestamptz, taken_for uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	wanted constant uuid[] := array(select distinct b.vendor_id from event_vendors b
		where b.org_id = event.org_id and b.event_id = event.id and b.slot is not null);
begin
	perform from vendors v where v.org_id = event.org_id and v.id = any (wanted)
	order by v.id for no key update;
	update event_vendors b set status = 'considering'
	where b.org_id = event.org_id and b.vendor_id = any (wanted) and b.status = 'tentative'
		and b.hold_until <= now() and b.deleted_at is null;
	return query select m.booking, v.name, o.booked_from, o.booked_to, o.event_id
	from event_bookings_moved(event, p_by, p_start, p_end) m
	join event_vendors b on b.org_id = event.org_id and b.id = m.booking and b.slot is not null
	join vendors v on v.org_id = event.org_id and v.id = m.vendor
	join event_vendors o on o.org_id = event.org_id and o.vendor_id = m.vendor and o.event_id <> event.id
		and o.slot && tstzrange(m.moved_from - make_interval(mins => v.buffer_minutes),
			m.moved_to + make_interval(mins => v.buffer_minutes))
	order by o.booked_from, m.booking;
	if not found then
		update event_vendors b set booked_from = m.moved_from, booked_to = m.moved_to
		from event_bookings_moved(event, p_by, p_start, p_end) m
		where b.org_id = event.org_id and b.id = m.booking;
	end if;
end
$$;

create function event_move_schedule(event events, p_by interval) returns void
language sql security definer set search_path = public, pg_temp as $$
	update schedule_items i set start_at = wall_shift(i.start_at, p_by, event.time_zone),
		end_at = wall_end(wall_shift(i.start_at, p_by, event.time_zone), i.start_at, i.end_at, p_by,
			event.time_zone)
	where i.org_id = event.org_id and i.event_id = event.id and i.deleted_at is null
$$;

/* ---- availability --------------------------------------------------------------------------- */

/* When a vendor is booked or held, for whomever: times are no secret inside the organisation. */
create function vendor_busy(p_vendor uuid, p_from timestamptz, p_to timestamptz)
returns table (booking uuid, event uuid, status text, hold_until timestamptz, booked_from timestamptz,
	booked_to timestamptz, busy_from timestamptz, busy_to timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
	select b.id, b.event_id, b.status, b.hold_until, b.booked_from, b.booked_to, lower(s.span), upper(s.span)
	from event_vendors b
	cross join lateral (select coalesce(b.slot, tstzrange(b.booked_from, b.booked_to)) as span) as s
	where b.org_id = app_org() and b.vendor_id = p_vendor and b.deleted_at is null
		and (b.status = 'confirmed' or b.status = 'tentative' and b.hold_until > now())
		and b.booked_from < p_to + interval '8 days' and s.span && tstzrange(p_from, p_to)
$$;

revoke execute on function event_bookings_moved(events, interval, timestamptz, timestamptz),
	event_move_bookings(events, interval, timestamptz, timestamptz),
	event_move_schedule(events, interval), vendor_busy(uuid, timestamptz, timestamptz) from public;
grant execute on function event_move_bookings(events, interval, timestamptz, timestamptz),
	event_move_schedule(events, interval), vendor_busy(uuid, timestamptz, timestamptz) to cairn_app;

set local row_security = off;
set local role cairn_owner;

create trigger events_rules before insert or update on events for each row
	execute function events_rules();
create trigger events_completed after update of status on events for each row
	when (new.status = 'completed' and old.status <> 'completed')
	execute function events_completed();

/* A moment, or the day's midnight in the time zone; of the end of a span the midnight after. */
create function moment_of(p_text text, p_zone text, p_ends boolean) returns timestamptz
language sql stable as $$
	select case when length(p_text) = 10
		then (p_text::date + p_ends::int)::timestamp at time zone p_zone else p_text::timestamptz end
$$;

/*
 * Moves an event and what hangs on it, with the caller's rights: schedule and bookings by as much as its
 * start moves on the clock, tasks that count days from the start by the trigger of 0031. No row: there is
 * no such event, or not for the caller to change, or of another version. Rows with a booking say what
 * stands in the way: then nothing has moved.
 */
create function event_reschedule(p_event uuid, p_start timestamptz, p_end timestamptz, p_versions int[])
returns table (booking uuid, message text) language plpgsql as $$
declare
	event events;
	shift interval;
	ends timestamptz;
begin
	select e.* into event from events e
	where e.org_id = app_org() and e.id = p_event and e.deleted_at is null
		and (p_versions is null or e.version = any (p_versions))
	for update;
	if event.id is null then
		return;
	end if;
	if event.status in ('completed', 'cancelled') then
		raise exception using errcode = 'CR409',
			message = format('an event that is %s is not moved', event.status);
	end if;
	shift := wall_between(event.start_at, p_start, event.time_zone);
	ends := coalesce(p_end, wall_end(p_start, event.start_at, event.end_at, shift, event.time_zone));
	if ends is null then
		perform app_invalid('endAt', 'REQUIRED', 'The event has had no end so far.');
	elsif ends <= p_start then
		perform app_invalid('endAt', 'INVALID', 'Must be after the start.');
	end if;
	if shift is not null then
		return query select c.booking, booking_clash(c.vendor, c.taken_from, c.taken_to, event.time_zone,
				(select e.name from events e where e.org_id = app_org() and e.id = c.taken_for))
		from event_move_bookings(event, shift, p_start, ends) c;
		if found then
			return;
		end if;
		perform event_move_schedule(event, shift);
	end if;
	update events e set start_at = p_start, end_at = ends where e.org_id = app_org() and e.id = p_event;
	return query select null::uuid, null::text;
end
$$;
