/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event that cannot be moved with all its vendors may be moved without some of them: the bookings named are
 * only considered from then on, in the same step, so that nobody takes the time in between for nothing.
 */
drop function event_reschedule(uuid, timestamptz, timestamptz, int[]);

/* Bookings of the event that hold their time give it up. Any other id is refused. */
create function event_release_bookings(p_event uuid, p_release uuid[]) returns void language plpgsql as $$
declare
	released int;
begin
	update event_vendors b set status = 'considering'
	where b.org_id = app_org() and b.event_id = p_event and b.id = any (p_release)
		and b.status in ('considering', 'tentative', 'confirmed') and b.deleted_at is null;
	get diagnostics released = row_count;
	if released < (select count(distinct r.id) from unnest(p_release) as r (id)) then
		perform app_invalid('release', 'INVALID', 'Names what is no open booking of this event.');
	end if;
end
$$;

/* As in 0032, without the bookings of p_release. */
create function event_reschedule(p_event uuid, p_start timestamptz, p_end timestamptz, p_versions int[],
	p_release uuid[]) returns table (booking uuid, message text) language plpgsql as $$
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
	if p_release is not null then
		perform event_release_bookings(p_event, p_release);
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
