/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events (planned occasions), vendors and their bookings, schedule and budget.
 *
 * A booking (event_vendors) holds the vendor's time while it is tentative or confirmed. Of a vendor that is
 * exclusive, two bookings may not hold the same time, buffers included: slot is what a booking takes of
 * such a vendor, from its begin less the buffer to its end and the buffer, and an exclusion constraint keeps
 * slots of one vendor apart. A tentative hold has an end; the booking that needs the time of an
 * expired one releases it in its own transaction, others a sweep releases.
 */

/* ---- vendor --------------------------------------------------------------------------------- */

create table vendors (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	category text,
	status text not null default 'active',
	contact_name text,
	email text,
	phone text,
	website text,
	address_street text,
	address_city text,
	address_region text,
	address_postal_code text,
	address_country text,
	tax_id text,
	bank_account text,
	currency text not null,
	rate numeric(14,2),
	rate_unit text,
	rating int,
	exclusive boolean not null default false,
	buffer_minutes int not null default 0,
	payment_terms_days int,
	insurance_expires_at date,
	owner_id uuid,
	description text,
	search tsvector generated always as (search_document(name, contact_name, email,
		translate(phone, ' -()+', ''))) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint vendors_pkey primary key (org_id, id),
	constraint vendors_org foreign key (org_id) references organizations (id),
	constraint vendors_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint vendors_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint vendors_name_length check (length(name) between 1 and 200),
	constraint vendors_status check (status in ('active', 'inactive')),
	constraint vendors_rate check (rate >= 0),
	constraint vendors_rate_unit check (rate_unit in ('hour', 'day', 'event', 'person', 'item')),
	constraint vendors_rating check (rating between 1 and 5),
	constraint vendors_buffer check (buffer_minutes between 0 and 10080),
	constraint vendors_payment_terms check (payment_terms_days between 0 and 365)
);

create index vendors_list on vendors (org_id, created_at desc, id desc) where deleted_at is null;
create index vendors_owner on vendors (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index vendors_category on vendors (org_id, category, created_at desc, id desc)
	where deleted_at is null;
create index vendors_search on vendors
	using gin (org_id, search, tags, custom jsonb_path_ops, name gin_trgm_ops);

/* ---- event ---------------------------------------------------------------------------------- */

create table events (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	event_type text,
	status text not null default 'inquiry',
	company_id uuid,
	contact_id uuid,
	owner_id uuid,
	start_at timestamptz(3),
	end_at timestamptz(3),
	all_day boolean not null default false,
	time_zone text not null,
	venue_vendor_id uuid,
	venue_name text,
	venue_address_street text,
	venue_address_city text,
	venue_address_region text,
	venue_address_postal_code text,
	venue_address_country text,
	guests_expected int,
	guests_confirmed int,
	budget numeric(14,2),
	currency text not null,
	deal_id uuid,
	cancel_reason text,
	is_template boolean not null default false,
	description text,
	search tsvector generated always as (search_document(name, venue_name)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint events_pkey primary key (org_id, id),
	constraint events_org foreign key (org_id) references organizations (id),
	constraint events_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint events_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint events_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint events_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint events_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint events_venue foreign key (org_id, venue_vendor_id) references vendors (org_id, id),
	constraint events_name_length check (length(name) between 1 and 200),
	constraint events_status check (status in
		('inquiry', 'tentative', 'confirmed', 'in_progress', 'completed', 'cancelled')),
	constraint events_both_dates check ((start_at is null) = (end_at is null)),
	constraint events_end check (end_at > start_at),
	constraint events_dates_required check (status in ('inquiry', 'cancelled')
		or start_at is not null),
	constraint events_company_required check (status in ('inquiry', 'tentative', 'cancelled')
		or company_id is not null),
	constraint events_cancel_reason_required check (status <> 'cancelled'
		or cancel_reason is not null),
	constraint events_guests_expected check (guests_expected between 0 and 1000000),
	constraint events_guests_confirmed check (guests_confirmed between 0 and 1000000),
	constraint events_budget check (budget >= 0)
);

create index events_list on events (org_id, created_at desc, id desc) where deleted_at is null;
create index events_owner on events (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index events_start on events (org_id, start_at, id) where deleted_at is null;
create index events_status on events (org_id, status, start_at) where deleted_at is null;
create index events_company on events (org_id, company_id) where company_id is not null;
create index events_contact on events (org_id, contact_id) where contact_id is not null;
create index events_deal on events (org_id, deal_id) where deal_id is not null;
create index events_venue on events (org_id, venue_vendor_id) where venue_vendor_id is not null;
create index events_search on events
	using gin (org_id, search, tags, custom jsonb_path_ops, name gin_trgm_ops);

/* ---- booking -------------------------------------------------------------------------------- */

create table event_vendors (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	event_id uuid not null,
	vendor_id uuid not null,
	role text,
	status text not null default 'considering',
	booked_from timestamptz(3),
	booked_to timestamptz(3),
	hold_until timestamptz(3),
	agreed_cost numeric(14,2) not null default 0,
	deposit_amount numeric(14,2),
	deposit_due_date date,
	balance_due_date date,
	contract_status text not null default 'none',
	on_site_name text,
	on_site_phone text,
	notes text,
	slot tstzrange,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint event_vendors_pkey primary key (org_id, id),
	constraint event_vendors_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint event_vendors_event foreign key (org_id, event_id) references events (org_id, id),
	constraint event_vendors_vendor foreign key (org_id, vendor_id) references vendors (org_id, id),
	constraint event_vendors_status check (status in
		('considering', 'tentative', 'confirmed', 'completed', 'cancelled')),
	constraint event_vendors_contract_status check (contract_status in ('none', 'sent', 'signed')),
	constraint event_vendors_both_times check ((booked_from is null) = (booked_to is null)),
	constraint event_vendors_end check (booked_to > booked_from),
	constraint event_vendors_times_required check (status not in ('tentative', 'confirmed')
		or booked_from is not null),
	constraint event_vendors_hold_required check (status <> 'tentative' or hold_until is not null),
	constraint event_vendors_agreed_cost check (agreed_cost >= 0),
	constraint event_vendors_deposit check (deposit_amount between 0 and agreed_cost),
	constraint event_vendors_slot exclude using gist (org_id with =, vendor_id with =, slot with &&)
		where (slot is not null)
);

create index event_vendors_list on event_vendors (org_id, created_at desc, id desc)
	where deleted_at is null;
create index event_vendors_event on event_vendors (org_id, event_id, created_at desc, id desc);
create index event_vendors_vendor on event_vendors (org_id, vendor_id, booked_from);
create index event_vendors_holds on event_vendors (hold_until)
	where status = 'tentative' and deleted_at is null;

/* ---- schedule ------------------------------------------------------------------------------- */

create table schedule_items (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	event_id uuid not null,
	title text collate "und-x-icu" not null,
	start_at timestamptz(3) not null,
	end_at timestamptz(3),
	location text,
	assignee_id uuid,
	event_vendor_id uuid,
	contact_id uuid,
	status text not null default 'planned',
	audience text not null default 'internal',
	description text,
	position int not null default 0,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint schedule_items_pkey primary key (org_id, id),
	constraint schedule_items_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint schedule_items_event foreign key (org_id, event_id) references events (org_id, id),
	constraint schedule_items_assignee foreign key (org_id, assignee_id)
		references memberships (org_id, id),
	constraint schedule_items_event_vendor foreign key (org_id, event_vendor_id)
		references event_vendors (org_id, id),
	constraint schedule_items_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint schedule_items_title_length check (length(title) between 1 and 200),
	constraint schedule_items_end check (end_at >= start_at),
	constraint schedule_items_status check (status in ('planned', 'in_progress', 'done', 'skipped')),
	constraint schedule_items_audience check (audience in ('internal', 'vendors', 'everyone'))
);

create index schedule_items_list on schedule_items (org_id, start_at, position, id)
	where deleted_at is null;
create index schedule_items_event on schedule_items (org_id, event_id, start_at, position);
create index schedule_items_assignee on schedule_items (org_id, assignee_id, start_at)
	where assignee_id is not null;
create index schedule_items_event_vendor on schedule_items (org_id, event_vendor_id)
	where event_vendor_id is not null;
create index schedule_items_contact on schedule_items (org_id, contact_id)
	where contact_id is not null;

/* ---- budget --------------------------------------------------------------------------------- */

/* Of a line that stands for a booking, agreed and paid are the booking's. */
create table budget_lines (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	event_id uuid not null,
	category text not null,
	name text collate "und-x-icu" not null,
	planned numeric(14,2) not null default 0,
	event_vendor_id uuid,
	agreed numeric(14,2),
	paid numeric(14,2),
	notes text,
	position int not null default 0,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint budget_lines_pkey primary key (org_id, id),
	constraint budget_lines_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint budget_lines_event foreign key (org_id, event_id) references events (org_id, id),
	constraint budget_lines_event_vendor foreign key (org_id, event_vendor_id)
		references event_vendors (org_id, id),
	constraint budget_lines_name_length check (length(name) between 1 and 200),
	constraint budget_lines_planned check (planned >= 0),
	constraint budget_lines_agreed check (agreed >= 0),
	constraint budget_lines_paid check (paid >= 0)
);

create unique index budget_lines_booking_unique on budget_lines (org_id, event_vendor_id)
	where event_vendor_id is not null and deleted_at is null;
create index budget_lines_booking on budget_lines (org_id, event_vendor_id)
	where event_vendor_id is not null;
create index budget_lines_list on budget_lines (org_id, position, id) where deleted_at is null;
create index budget_lines_event on budget_lines (org_id, event_id, position, id);

/* ---- rules ---------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* The parent's scope, for what hangs on an event; letter is that of the child's table. */
create function event_in_scope(p_event uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from events e where e.org_id = app_org() and e.id = p_event
		and case p_letter when 'o' then e.owner_id = app_user()
		else e.owner_id = any (app_team_users()) end);
end
$$;

revoke execute on function event_in_scope(uuid, text) from public;
grant execute on function event_in_scope(uuid, text) to cairn_app;

/* The organisation's time zone when the event names none. */
create function events_time_zone() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.time_zone := (select o.time_zone from organizations o where o.org_id = new.org_id);
	return new;
end
$$;

/* Takes the time of a vendor's expired holds that stand in the way; answers how many it released. */
create function event_vendors_release(org uuid, vendor uuid, wanted tstzrange, but uuid) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	released int;
begin
	update event_vendors b set status = 'considering'
	where b.org_id = org and b.vendor_id = vendor and b.id <> but and b.slot && wanted
		and b.status = 'tentative' and b.hold_until <= now();
	get diagnostics released = row_count;
	return released;
end
$$;

revoke execute on function event_vendors_release(uuid, uuid, tstzrange, uuid) from public;

/* Fills in what the event and the vendor say, and claims the slot. The vendor's row is locked, so that who
 * makes it exclusive and who books it take turns, and so do two bookings; a caller who may only book
 * could not lock it, hence a definer function. */
create function event_vendors_book() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	holds constant boolean := new.deleted_at is null and (new.status = 'confirmed'
		or new.status = 'tentative' and new.hold_until > now());
	fresh constant boolean := tg_op = 'INSERT';
	event events;
	vendor vendors;
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
	if new.booked_from is null and new.booked_to is null
	   and (fresh or new.status in ('tentative', 'confirmed')) then
		select e.* into event from events e where e.org_id = new.org_id and e.id = new.event_id;
		new.booked_from := event.start_at;
		new.booked_to := event.end_at;
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
	if new.slot is not null and (fresh or new.slot is distinct from old.slot) then
		perform event_vendors_release(new.org_id, new.vendor_id, new.slot, new.id);
	end if;
	return new;
end
$$;

/* Releases the expired holds of all organisations; the server calls it now and then, for nobody. */
create function event_holds_sweep() returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	released int;
begin
	update event_vendors b set status = 'considering'
	where b.status = 'tentative' and b.hold_until <= now() and b.deleted_at is null;
	get diagnostics released = row_count;
	return released;
end
$$;

revoke execute on function event_holds_sweep() from public;
grant execute on function event_holds_sweep() to cairn_app;

/* A vendor that becomes exclusive, or needs more time between bookings, must have room for those that
 * are to come. Expired holds go first and by themselves: a row cannot be released by the trigger of a
 * statement that is still to write it. Then writing a row has its slot reckoned anew. */
create function vendors_slots() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update event_vendors b set status = 'considering'
	where b.org_id = new.org_id and b.vendor_id = new.id and b.deleted_at is null
		and b.status = 'tentative' and b.hold_until <= now();
	update event_vendors b set slot = null
	where b.org_id = new.org_id and b.vendor_id = new.id and b.deleted_at is null
		and b.status in ('tentative', 'confirmed') and b.booked_to > now();
	return null;
exception when exclusion_violation then
	raise exception using errcode = 'CR409',
		message = 'bookings of this vendor overlap: release some of them first';
end
$$;

create function vendors_in_use() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if exists (select from event_vendors b where b.org_id = new.org_id and b.vendor_id = new.id
	           and b.deleted_at is null)
	   or exists (select from events e where e.org_id = new.org_id and e.venue_vendor_id = new.id
	              and e.deleted_at is null) then
		raise exception using errcode = 'CR409',
			message = 'events have this vendor: deactivate it instead';
	end if;
	return new;
end
$$;

/* What the event's cancellation sets free. */
create function events_cancelled() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update event_vendors b set status = 'cancelled'
	where b.org_id = new.org_id and b.event_id = new.id and b.deleted_at is null
		and b.status in ('considering', 'tentative', 'confirmed');
	return null;
end
$$;

/* What an item or a line names must belong to its event; and neither moves to another event. */
create function event_parts_check() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	booking event_vendors;
begin
	if tg_op = 'UPDATE' and new.event_id <> old.event_id then
		perform app_invalid('eventId', 'IMMUTABLE', 'Cannot be changed.');
	end if;
	if new.event_vendor_id is null then
		return new;
	end if;
	select b.* into booking from event_vendors b
	where b.org_id = new.org_id and b.id = new.event_vendor_id and b.event_id = new.event_id;
	if booking.id is null then
		perform app_invalid('eventVendorId', 'UNKNOWN_REFERENCE', 'Is not a booking of this event.');
	end if;
	if tg_table_name = 'budget_lines' then
		new.agreed := booking.agreed_cost;
		if tg_op = 'INSERT' or new.event_vendor_id is distinct from old.event_vendor_id then
			new.paid := 0;
		else
			new.paid := old.paid;
		end if;
	end if;
	return new;
end
$$;

create function budget_lines_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update budget_lines l set agreed = new.agreed_cost
	where l.org_id = new.org_id and l.event_vendor_id = new.id;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger aa_time_zone before insert or update of time_zone on events
	for each row when (new.time_zone is null) execute function events_time_zone();
create trigger time_zone_check before insert or update of time_zone on events
	for each row when (new.time_zone is not null) execute function time_zone_check();
create trigger events_cancelled after update of status on events for each row
	when (new.status = 'cancelled' and old.status <> 'cancelled')
	execute function events_cancelled();
create trigger vendors_slots after update of exclusive, buffer_minutes on vendors for each row
	when ((new.exclusive, new.buffer_minutes) is distinct from (old.exclusive, old.buffer_minutes))
	execute function vendors_slots();
create trigger vendors_in_use before update of deleted_at on vendors for each row
	when (new.deleted_at is not null and old.deleted_at is null) execute function vendors_in_use();
create trigger event_vendors_book before insert or update on event_vendors
	for each row execute function event_vendors_book();
create trigger budget_lines_follow after update of agreed_cost on event_vendors for each row
	when (new.agreed_cost <> old.agreed_cost) execute function budget_lines_follow();
create trigger event_parts_check before insert or update on schedule_items
	for each row execute function event_parts_check();
create trigger event_parts_check before insert or update on budget_lines
	for each row execute function event_parts_check();
select protect_currency('vendors');
select protect_currency('events');

select protect('vendors', entity => 'vendor', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])', owner_column => 'owner_id',
	secret => '{bank_account}');
select protect('events', entity => 'event', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])', owner_column => 'owner_id');
select protect('event_vendors', entity => 'event_vendor', own => 'event_in_scope(event_id, ''o'')',
	team => 'event_in_scope(event_id, ''t'')', quiet => '{slot}', lookup => 'true');
select protect('schedule_items', entity => 'schedule_item',
	own => 'event_in_scope(event_id, ''o'')', team => 'event_in_scope(event_id, ''t'')');
select protect('budget_lines', entity => 'budget_line',
	own => 'event_in_scope(event_id, ''o'')', team => 'event_in_scope(event_id, ''t'')');
select tags_protect('vendors');
select tags_protect('events');
