/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payments: money that came in or went out, what invoices it pays, what of it was given back, and what is
 * still to be paid.
 *
 * A payment is recorded as it happened. Its allocations pay invoices; what is neither allocated nor given
 * back is the company's credit. The sums stand in the rows that they bound (payments.allocated_total and
 * refunded_total, invoices.paid_total, event_vendors.paid_total), kept by triggers from the differences, and
 * checks on those rows hold them. A scheduled payment is a plan and counts nowhere.
 *
 * Rows are locked in one order: booking, payment given back, payment, number, invoices by id. Whoever needs
 * several takes them in this order, so that nobody waits in a ring.
 */

/* ---- tables --------------------------------------------------------------------------------- */

/* A refund keeps the direction of the payment that it gives back; its money flows the other way. */
create table payments (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	number text,
	direction text not null default 'in',
	kind text not null default 'payment',
	status text not null default 'completed',
	amount numeric(14,2) not null,
	currency text not null,
	due_date date,
	paid_at date,
	method text,
	company_id uuid,
	vendor_id uuid,
	event_id uuid,
	event_vendor_id uuid,
	invoice_id uuid,
	refund_of_id uuid,
	instalment text,
	allocated_total numeric(14,2) not null default 0,
	refunded_total numeric(14,2) not null default 0,
	unallocated numeric(14,2) not null generated always as (case when status = 'completed'
		and kind = 'payment' and direction = 'in' then amount - allocated_total - refunded_total
		else 0 end) stored,
	reference text,
	notes text,
	completed_at timestamptz(3),
	voided_at timestamptz(3),
	voided_by uuid,
	void_reason text,
	own_ids uuid[] not null default '{}',
	search tsvector generated always as (search_document(number, reference)) stored,
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint payments_pkey primary key (org_id, id),
	constraint payments_org foreign key (org_id) references organizations (id),
	constraint payments_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint payments_voider foreign key (org_id, voided_by) references memberships (org_id, id),
	constraint payments_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint payments_vendor foreign key (org_id, vendor_id) references vendors (org_id, id),
	constraint payments_event foreign key (org_id, event_id) references events (org_id, id),
	constraint payments_event_vendor foreign key (org_id, event_vendor_id)
		references event_vendors (org_id, id),
	constraint payments_invoice foreign key (org_id, invoice_id) references invoices (org_id, id),
	constraint payments_refund_of foreign key (org_id, refund_of_id) references payments (org_id, id),
	constraint payments_direction check (direction in ('in', 'out')),
	constraint payments_kind check (kind in ('payment', 'refund')),
	constraint payments_status check (status in ('scheduled', 'completed', 'void')),
	constraint payments_amount check (amount > 0),
	constraint payments_instalment check (instalment in ('deposit', 'balance')),
	constraint payments_number_given check ((number is null) = (status = 'scheduled')),
	constraint payments_due_date_required check (status <> 'scheduled' or due_date is not null),
	constraint payments_paid_at_required check ((paid_at is null) = (status = 'scheduled')),
	constraint payments_company_required check (direction = 'out' or company_id is not null),
	constraint payments_vendor_required check (direction = 'in' or vendor_id is not null),
	constraint payments_refund_of_required check ((kind = 'refund') = (refund_of_id is not null)),
	constraint payments_refund_happened check (kind = 'payment' or status <> 'scheduled'),
	constraint payments_booking_out check (direction = 'out' or event_vendor_id is null),
	constraint payments_invoice_in check (invoice_id is null or direction = 'in' and kind = 'payment'),
	constraint payments_spent check (allocated_total >= 0 and refunded_total >= 0
		and allocated_total + refunded_total <= amount),
	constraint payments_spent_none check (status = 'completed' and kind = 'payment'
		or allocated_total = 0 and refunded_total = 0),
	constraint payments_allocated_in check (direction = 'in' or allocated_total = 0),
	constraint payments_void_reason_required check ((status = 'void') = (void_reason is not null)),
	constraint payments_void_reason_length check (length(void_reason) between 1 and 500),
	constraint payments_kept check (deleted_at is null or status = 'scheduled')
);

create unique index payments_number_unique on payments (org_id, number) where number is not null;
create unique index payments_instalment_unique on payments (org_id, event_vendor_id, instalment)
	where instalment is not null and status = 'scheduled';
create index payments_list on payments (org_id, created_at desc, id desc) where deleted_at is null;
create index payments_paid on payments (org_id, paid_at desc, id desc) where deleted_at is null;
create index payments_status on payments (org_id, status, due_date) where deleted_at is null;
create index payments_company on payments (org_id, company_id, paid_at desc)
	where company_id is not null;
create index payments_credit on payments (org_id, company_id) where unallocated > 0;
create index payments_vendor on payments (org_id, vendor_id, paid_at desc) where vendor_id is not null;
create index payments_event on payments (org_id, event_id) where event_id is not null;
create index payments_event_vendor on payments (org_id, event_vendor_id)
	where event_vendor_id is not null;
create index payments_invoice on payments (org_id, invoice_id) where invoice_id is not null;
create index payments_refund_of on payments (org_id, refund_of_id) where refund_of_id is not null;
create index payments_voider on payments (org_id, voided_by) where voided_by is not null;
create index payments_search on payments using gin (org_id, search, own_ids);

/* What a payment pays of which invoice, once each. */
create table payment_allocations (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	payment_id uuid not null,
	position int not null default 1,
	invoice_id uuid not null,
	amount numeric(14,2) not null,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint payment_allocations_pkey primary key (org_id, id),
	constraint payment_allocations_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint payment_allocations_payment foreign key (org_id, payment_id)
		references payments (org_id, id),
	constraint payment_allocations_invoice foreign key (org_id, invoice_id)
		references invoices (org_id, id),
	constraint payment_allocations_amount check (amount > 0),
	constraint payment_allocations_invoice_unique exclude using gist (org_id with =, payment_id with =,
		invoice_id with =) where (deleted_at is null) deferrable initially immediate
);

create index payment_allocations_payment on payment_allocations (org_id, payment_id, position, id);
create index payment_allocations_invoice on payment_allocations (org_id, invoice_id);
create index payment_allocations_list on payment_allocations (org_id, created_at desc, id desc)
	where deleted_at is null;

/* ---- rules ---------------------------------------------------------------------------------- */

/* What is told by the record that a payment is about; the client may say the same, and nothing else. */
create function payment_told(field text, given anyelement, told anyelement, source text)
returns anyelement language plpgsql as $$
begin
	if given is not null and given is distinct from told then
		perform app_invalid(field, 'INVALID', format('Must be that of the %s.', source));
	end if;
	return told;
end
$$;

/* Why an invoice cannot be paid; null when it can. */
create function invoice_unpayable(invoice invoices) returns text language sql immutable as $$
	select case when invoice.type = 'credit_note' then 'Is a credit note, which is not paid.'
		when invoice.issued_at is null then 'Is a draft: issue the invoice first.'
		when invoice.voided_at is not null then 'Is void.' end
$$;

/*
 * Runs with the rights of whoever writes: what happened stays as it is, and the plan of a booking follows
 * the booking. Only functions of the database write such rows otherwise.
 */
create function payments_guard() returns trigger language plpgsql as $$
declare
	direct constant boolean := current_user = 'cairn_app';
	planned constant boolean := old.status = 'scheduled' and new.status = 'scheduled';
	changed text;
begin
	if new.status <> old.status and (old.status, new.status) not in (('scheduled', 'completed'),
	   ('completed', 'void')) then
		perform app_invalid('status', 'INVALID', format('Is %s, and cannot become %s.', old.status,
			new.status));
	end if;
	if new.deleted_at is distinct from old.deleted_at and old.status <> 'scheduled' then
		raise exception using errcode = 'CR409',
			message = format('a payment that is %s is kept: payments are made void', old.status);
	end if;
	if direct and old.instalment is not null and new.deleted_at is distinct from old.deleted_at then
		raise exception using errcode = 'CR409',
			message = 'this payment follows its booking: change the due date there';
	end if;
	select field into changed from (values
		('direction', new.direction is distinct from old.direction, true),
		('kind', new.kind is distinct from old.kind, true),
		('refundOfId', new.refund_of_id is distinct from old.refund_of_id, true),
		('eventVendorId', new.event_vendor_id is distinct from old.event_vendor_id, true),
		('invoiceId', new.invoice_id is distinct from old.invoice_id, true),
		('amount', new.amount is distinct from old.amount, false),
		('currency', new.currency is distinct from old.currency, false),
		('dueDate', new.due_date is distinct from old.due_date, false),
		('companyId', new.company_id is distinct from old.company_id, false),
		('vendorId', new.vendor_id is distinct from old.vendor_id, false),
		('eventId', new.event_id is distinct from old.event_id, false)) as rule (field, differs, always)
	where differs and (always or old.status <> 'scheduled' or direct and planned
		and old.instalment is not null) limit 1;
	if changed is null and old.status <> 'scheduled' then
		changed := case when new.paid_at is distinct from old.paid_at then 'paidAt'
			when new.method is distinct from old.method then 'method' end;
	end if;
	if changed is not null then
		perform app_invalid(changed, 'IMMUTABLE', case when planned and old.instalment is not null
			then 'Follows the booking: change it there.'
			else 'Stays as it was recorded: make the payment void and record another.' end);
	end if;
	return new;
end
$$;

set local role cairn_lookup;
set local row_security = on;

/* Whose own a payment is: of its company, its event (else its vendor) and the invoices that it pays. */
create function payment_people(payment payments) returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return array(select distinct person from (
		values
		((select c.owner_id from companies c where c.org_id = payment.org_id and c.id = payment.company_id)),
		((select v.owner_id from vendors v where v.org_id = payment.org_id and v.id = payment.vendor_id
			and payment.event_id is null)),
		((select i.owner_id from invoices i where i.org_id = payment.org_id and i.id = payment.invoice_id))
		union all
		select unnest(e.own_ids) from events e
		where e.org_id = payment.org_id and e.id = payment.event_id
		union all
		select i.owner_id from payment_allocations a
		join invoices i on i.org_id = a.org_id and i.id = a.invoice_id
		where a.org_id = payment.org_id and a.payment_id = payment.id and a.deleted_at is null
		) as people (person) where person is not null);
end
$$;

/* Locks what a write of this payment needs, in the order that is said above. */
create function payment_hold(p_payment uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	payment payments;
begin
	select p.* into payment from payments p where p.org_id = app_org() and p.id = p_payment;
	perform from event_vendors b where b.org_id = app_org() and b.id = payment.event_vendor_id
	for no key update;
	perform from payments p where p.org_id = app_org() and p.id = payment.refund_of_id
	for no key update;
	perform from payments p where p.org_id = app_org() and p.id = p_payment for no key update;
end
$$;

/* A refund is about what the payment was about. It takes no more than is left of it. */
create function payment_of_refund(payment payments) returns payments
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	told constant text := 'payment that it gives back';
	original payments;
begin
	if app_scope('payments', 3) = 'n' then
		perform app_refuse('you may not refund payments');
	end if;
	if payment.refund_of_id is null then
		perform app_invalid('refundOfId', 'REQUIRED', 'A refund names the payment that it gives back.');
	end if;
	perform payment_hold(payment.refund_of_id);
	select p.* into original from payments p
	where p.org_id = payment.org_id and p.id = payment.refund_of_id;
	if original.status <> 'completed' or original.kind <> 'payment' then
		perform app_invalid('refundOfId', 'INVALID', 'Must be a completed payment.');
	elsif payment.direction = 'out' and original.direction = 'in' then
		perform app_invalid('direction', 'INVALID', 'Must be that of the ' || told || '.');
	elsif payment.amount > original.amount - original.allocated_total - original.refunded_total then
		perform app_invalid('amount', 'OUT_OF_RANGE', format('Exceeds what is left of the payment, %s: '
			'what it pays is released first.',
			original.amount - original.allocated_total - original.refunded_total));
	end if;
	payment.direction := original.direction;
	payment.currency := payment_told('currency', payment.currency, original.currency, told);
	payment.company_id := payment_told('companyId', payment.company_id, original.company_id, told);
	payment.vendor_id := payment_told('vendorId', payment.vendor_id, original.vendor_id, told);
	payment.event_id := payment_told('eventId', payment.event_id, original.event_id, told);
	payment.event_vendor_id := payment_told('eventVendorId', payment.event_vendor_id,
		original.event_vendor_id, told);
	return payment;
end
$$;

create function payment_of_booking(payment payments) returns payments
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	booking event_vendors;
	event events;
begin
	if payment.direction <> 'out' then
		perform app_invalid('eventVendorId', 'INVALID', 'A booking is paid for: direction must be out.');
	end if;
	select b.* into booking from event_vendors b
	where b.org_id = payment.org_id and b.id = payment.event_vendor_id for no key update;
	select e.* into event from events e where e.org_id = payment.org_id and e.id = booking.event_id;
	payment.vendor_id := payment_told('vendorId', payment.vendor_id, booking.vendor_id, 'booking');
	payment.event_id := payment_told('eventId', payment.event_id, booking.event_id, 'booking');
	payment.currency := payment_told('currency', payment.currency, event.currency, 'event');
	return payment;
end
$$;

create function payment_of_invoice(payment payments) returns payments
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices;
begin
	if payment.direction <> 'in' or payment.kind <> 'payment' then
		perform app_invalid('invoiceId', 'INVALID', 'An invoice is paid by a payment that comes in.');
	end if;
	select i.* into invoice from invoices i
	where i.org_id = payment.org_id and i.id = payment.invoice_id;
	if invoice_unpayable(invoice) is not null then
		perform app_invalid('invoiceId', 'INVALID', invoice_unpayable(invoice));
	end if;
	payment.company_id := payment_told('companyId', payment.company_id, invoice.company_id, 'invoice');
	payment.currency := payment_told('currency', payment.currency, invoice.currency, 'invoice');
	payment.event_id := coalesce(payment.event_id, invoice.event_id);
	return payment;
end
$$;

/* What only fills gaps: the client of an event, the currency of either. */
create function payment_of_event(payment payments) returns payments
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	event events;
begin
	select e.* into event from events e where e.org_id = payment.org_id and e.id = payment.event_id;
	payment.currency := coalesce(payment.currency, event.currency, (select v.currency from vendors v
		where v.org_id = payment.org_id and v.id = payment.vendor_id));
	if payment.direction = 'in' then
		payment.company_id := coalesce(payment.company_id, event.company_id);
	end if;
	return payment;
end
$$;

/* Money that has moved: when, and under which number. */
create function payment_happened(payment payments) returns payments
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	payment.paid_at := coalesce(payment.paid_at, app_today());
	if payment.paid_at > app_today() then
		perform app_invalid('paidAt', 'OUT_OF_RANGE',
			'Must not be in the future: what is to be paid is scheduled.');
	end if;
	payment.completed_at := now();
	payment.number := number_take('payment', payment.paid_at, 'paidAt');
	return payment;
end
$$;

/* Before the currency's default, and before the checks that name what is missing. */
create function payments_place() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if new.status = 'void' then
		perform app_invalid('status', 'INVALID', 'A payment is made void after it was recorded.');
	elsif new.status = 'scheduled' and new.paid_at is not null then
		perform app_invalid('paidAt', 'INVALID', 'A scheduled payment has not happened yet.');
	elsif new.status = 'scheduled' and new.kind = 'refund' then
		perform app_invalid('status', 'INVALID', 'A refund is recorded when it happens.');
	elsif new.kind <> 'refund' and new.refund_of_id is not null then
		perform app_invalid('refundOfId', 'INVALID', 'Only a refund gives a payment back.');
	end if;
	if new.invoice_id is not null and nested_to_come(new.id, 'allocations') > 0 then
		perform app_invalid('invoiceId', 'INVALID', 'Say either invoiceId or allocations.');
	end if;
	new.allocated_total := 0;
	new.refunded_total := 0;
	if new.kind = 'refund' then
		new := payment_of_refund(new);
	elsif new.event_vendor_id is not null then
		new := payment_of_booking(new);
	end if;
	if new.invoice_id is not null then
		new := payment_of_invoice(new);
	end if;
	new := payment_of_event(new);
	if new.direction = 'in' and new.company_id is null then
		perform app_invalid('companyId', 'REQUIRED', 'Money that comes in is a company''s.');
	elsif new.direction = 'out' and new.vendor_id is null then
		perform app_invalid('vendorId', 'REQUIRED', 'Money that goes out is a vendor''s.');
	end if;
	if new.status = 'completed' then
		new := payment_happened(new);
	end if;
	new.own_ids := payment_people(new);
	return new;
end
$$;

create function payments_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if new.invoice_id is not null and (new.company_id, new.currency)
	   is distinct from (old.company_id, old.currency) then
		new := payment_of_invoice(new);
	end if;
	if new.status = 'completed' and old.status = 'scheduled' then
		new := payment_happened(new);
	elsif new.status = 'void' and old.status = 'completed' then
		new.voided_at := now();
		new.voided_by := app_user();
	end if;
	if new.own_ids is null or (new.company_id, new.vendor_id, new.event_id)
	   is distinct from (old.company_id, old.vendor_id, old.event_id) then
		new.own_ids := payment_people(new);
	end if;
	return new;
end
$$;

/* A payment begins to count, or no longer does. */
create function payments_count() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	counted constant int := case when tg_op = 'UPDATE' and old.status = 'completed' then 1 else 0 end;
	counts constant int := (new.status = 'completed')::int;
	moved constant numeric := (counts - counted) * new.amount;
	pays numeric;
begin
	if moved = 0 then
		return null;
	end if;
	if new.event_vendor_id is not null then
		update event_vendors b
		set paid_total = b.paid_total + case new.kind when 'refund' then -moved else moved end
		where b.org_id = new.org_id and b.id = new.event_vendor_id;
	end if;
	if new.kind = 'refund' then
		update payments p set refunded_total = p.refunded_total + moved
		where p.org_id = new.org_id and p.id = new.refund_of_id;
	elsif new.invoice_id is not null and counts = 1 then
		select least(new.amount, i.total - i.paid_total - i.credited_total) into pays from invoices i
		where i.org_id = new.org_id and i.id = new.invoice_id for no key update;
		insert into payment_allocations (org_id, payment_id, invoice_id, amount)
		select new.org_id, new.id, new.invoice_id, pays where pays > 0;
	end if;
	return null;
end
$$;

/* Refuses what these allocations may not pay. Payments and invoices are locked by now. */
create function payment_allocations_check(added payment_allocations[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	allocation payment_allocations;
	payment payments;
	invoice invoices;
	wrong text;
begin
	foreach allocation in array added loop
		select p.* into payment from payments p
		where p.org_id = allocation.org_id and p.id = allocation.payment_id;
		select i.* into invoice from invoices i
		where i.org_id = allocation.org_id and i.id = allocation.invoice_id;
		if payment.status <> 'completed' or payment.kind <> 'payment' or payment.direction <> 'in' then
			perform app_invalid('allocations', 'INVALID',
				'Only a completed payment that came in pays invoices.');
		end if;
		wrong := coalesce(invoice_unpayable(invoice), case
			when invoice.company_id <> payment.company_id then 'Is an invoice of another company.'
			when invoice.currency <> payment.currency then format(
				'Is an invoice in %s; the payment is in %s.', invoice.currency, payment.currency) end);
		if wrong is not null then
			perform app_invalid_at('allocations', allocation.position, 'invoiceId', 'INVALID', wrong);
		end if;
	end loop;
end
$$;

create function payment_allocations_hold(of_payments uuid[], of_invoices uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform from payments p where p.org_id = app_org() and p.id = any (of_payments)
	order by p.id for no key update;
	perform from invoices i where i.org_id = app_org() and i.id = any (of_invoices)
	order by i.id for no key update;
end
$$;

/*
 * Brings the sums to what the allocations are. The rows that bound them are locked by now, and only then the
 * allocations are read: of two who pay the same invoice each finds what the other has left. Reckoned anew
 * and not from differences, because a statement that replaces an array comes here for what it removes,
 * changes and inserts, in no order that is known, with all of it done.
 */
create function payment_allocations_sum(of_payments uuid[], of_invoices uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	org constant uuid := app_org();
	payment payments;
	invoice invoices;
	pays numeric;
begin
	for payment in select p.* from payments p where p.org_id = org and p.id = any (of_payments) loop
		pays := coalesce((select sum(a.amount) from payment_allocations a where a.org_id = org
			and a.payment_id = payment.id and a.deleted_at is null), 0);
		if pays > greatest(payment.amount - payment.refunded_total, payment.allocated_total) then
			perform app_invalid('allocations', 'OUT_OF_RANGE', format(
				'Exceed what is left of the payment, %s.', payment.amount - payment.refunded_total));
		end if;
		update payments p set allocated_total = pays, own_ids = null
		where p.org_id = org and p.id = payment.id;
	end loop;
	for invoice in select i.* from invoices i where i.org_id = org and i.id = any (of_invoices) loop
		pays := coalesce((select sum(a.amount) from payment_allocations a where a.org_id = org
			and a.invoice_id = invoice.id and a.deleted_at is null), 0);
		if pays > greatest(invoice.total - invoice.credited_total, invoice.paid_total) then
			perform app_invalid('allocations', 'OUT_OF_RANGE', format(
				'Exceed the balance of invoice %s, %s.', invoice.number,
				invoice.total - invoice.credited_total - invoice.paid_total));
		end if;
		update invoices i set paid_total = pays
		where i.org_id = org and i.id = invoice.id and i.paid_total <> pays;
	end loop;
end
$$;

create function payment_allocations_count() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	written payment_allocations[];
	of_payments uuid[];
	of_invoices uuid[];
begin
	select coalesce(array_agg(n), '{}') into written from new_rows n;
	if tg_op = 'UPDATE' then
		of_invoices := array(select o.invoice_id from old_rows o);
	end if;
	if written = '{}' then
		return null;
	end if;
	of_payments := array(select distinct n.payment_id from unnest(written) n);
	/* Whatever this transaction has done to the array: all invoices are locked by the first of its triggers. */
	of_invoices := of_invoices || array(select a.invoice_id from payment_allocations a
		where a.org_id = app_org() and a.payment_id = any (of_payments)
			and a.xmin = pg_current_xact_id()::xid) || array(select n.invoice_id from unnest(written) n);
	perform payment_allocations_hold(of_payments, of_invoices);
	perform payment_allocations_check(array(select n from unnest(written) n where n.deleted_at is null
		order by n.position));
	perform payment_allocations_sum(of_payments, of_invoices);
	return null;
end
$$;

/* As in 0027, now that there are payments: what a credit note leaves no room for is released, of the latest
 * payments first, and becomes credit. */
create or replace function invoice_release(p_org uuid, p_invoice uuid, p_amount numeric) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	allocation payment_allocations;
	rest numeric := p_amount;
begin
	for allocation in
		select a.* from payment_allocations a
		join payments p on p.org_id = a.org_id and p.id = a.payment_id
		where a.org_id = p_org and a.invoice_id = p_invoice and a.deleted_at is null
		order by p.paid_at desc, p.number desc, a.id
	loop
		exit when rest <= 0;
		update payment_allocations a set amount = case when a.amount > rest then a.amount - rest else a.amount end,
			deleted_at = case when a.amount <= rest then now() end
		where a.org_id = p_org and a.id = allocation.id;
		rest := rest - allocation.amount;
	end loop;
end
$$;

create function invoice_payments(invoice invoices) returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return array(select distinct a.payment_id from payment_allocations a where a.org_id = invoice.org_id
		and a.invoice_id in (invoice.id, invoice.credited_invoice_id) and a.deleted_at is null);
end
$$;

/*
 * As in 0027. What is paid on an invoice may have to be released when it is credited, and payments come
 * first: they are locked, then the invoice; when another payment has come in meanwhile, all are let go and
 * taken again, which undoing the block does.
 */
alter function invoice_hold(uuid, int[]) rename to invoice_hold_alone;

create function invoice_hold(p_invoice uuid, p_versions int[]) returns invoices
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices;
	held uuid[];
begin
	loop
		select i.* into invoice from invoices i where i.org_id = app_org() and i.id = p_invoice;
		if invoice.issued_at is null and invoice.credited_invoice_id is null then
			return invoice_hold_alone(p_invoice, p_versions);
		end if;
		begin
			held := invoice_payments(invoice);
			perform from payments p where p.org_id = app_org() and p.id = any (held)
			order by p.id for no key update;
			perform from invoices i where i.org_id = app_org() and i.id = invoice.credited_invoice_id
			for no key update;
			invoice := invoice_hold_alone(p_invoice, p_versions);
			if invoice.id is null or invoice_payments(invoice) <@ held then
				return invoice;
			end if;
			raise exception using errcode = 'CRHLD';
		exception when sqlstate 'CRHLD' then
			null;
		end;
	end loop;
end
$$;

/* Payments are own to the owners of what they are about. */
create function payments_follow_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	case tg_table_name
		when 'companies' then
			update payments p set own_ids = null where p.org_id = new.org_id and p.company_id = new.id;
		when 'vendors' then
			update payments p set own_ids = null where p.org_id = new.org_id and p.vendor_id = new.id;
		when 'events' then
			update payments p set own_ids = null where p.org_id = new.org_id and p.event_id = new.id;
		when 'invoices' then
			update payments p set own_ids = null
			where p.org_id = new.org_id and (p.invoice_id = new.id or p.id in (select a.payment_id
				from payment_allocations a where a.org_id = new.org_id and a.invoice_id = new.id
					and a.deleted_at is null));
	end case;
	return null;
end
$$;

/* ---- plan of a booking ---------------------------------------------------------------------- */

/* One scheduled payment of a booking: what is left of it, due then; none when nothing is left. */
create function payments_plan(booking event_vendors, instalment text, remains numeric, due date)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update payments p set amount = case when remains > 0 then remains else p.amount end,
		due_date = coalesce(due, p.due_date),
		deleted_at = case when remains > 0 then null else coalesce(p.deleted_at, now()) end
	where p.org_id = booking.org_id and p.event_vendor_id = booking.id
		and p.instalment = payments_plan.instalment and p.status = 'scheduled';
	if not found and remains > 0 then
		insert into payments (org_id, direction, status, amount, due_date, event_vendor_id, instalment,
			currency)
		values (booking.org_id, 'out', 'scheduled', remains, due, booking.id,
			payments_plan.instalment, null);
	end if;
end
$$;

/* Deposit and balance are to be paid on their days, less what is paid already. */
create function booking_plan(booking event_vendors) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	live constant boolean := booking.deleted_at is null and booking.status <> 'cancelled'
		and not exists (select from events e where e.org_id = booking.org_id
			and e.id = booking.event_id and e.is_template);
	deposit numeric := 0;
	balance numeric := 0;
begin
	if live and booking.deposit_due_date is not null then
		deposit := greatest(coalesce(booking.deposit_amount, 0) - booking.paid_total, 0);
	end if;
	if live and booking.balance_due_date is not null then
		balance := greatest(booking.agreed_cost - booking.paid_total - deposit, 0);
	end if;
	perform payments_plan(booking, 'deposit', deposit, booking.deposit_due_date);
	perform payments_plan(booking, 'balance', balance, booking.balance_due_date);
end
$$;

/* The paid total stands with the booking, so that a payment comes by here as well. */
create function event_vendors_plan() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform booking_plan(new);
	return null;
end
$$;

/* As in 0018; what is paid for a booking is the booking's too. */
create or replace function event_parts_check() returns trigger
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
		new.paid := booking.paid_total;
	end if;
	return new;
end
$$;

create or replace function budget_lines_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update budget_lines l set agreed = new.agreed_cost, paid = new.paid_total
	where l.org_id = new.org_id and l.event_vendor_id = new.id;
	return null;
end
$$;

/* What came in for an event and went out, in its currency, less what was given back. */
create function event_paid(event events, p_direction text) returns numeric
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select coalesce(sum(case p.kind when 'refund' then -p.amount else p.amount end), 0)
			::numeric(14,2)
		from payments p where p.org_id = event.org_id and p.event_id = event.id
			and p.direction = p_direction and p.status = 'completed' and p.currency = event.currency);
end
$$;

/* What was paid for an event's bookings was paid in the event's currency; what is planned follows it. A
 * template plans nothing. */
create function events_plan_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if new.is_template <> old.is_template then
		perform booking_plan(b) from event_vendors b
		where b.org_id = new.org_id and b.event_id = new.id
			and num_nonnulls(b.deposit_due_date, b.balance_due_date) > 0;
	end if;
	if new.currency = old.currency then
		return null;
	end if;
	if exists (select from payments p where p.org_id = new.org_id and p.event_id = new.id
	   and p.event_vendor_id is not null and p.status = 'completed') then
		perform app_invalid('currency', 'INVALID', 'Bookings of this event are paid in its currency.');
	end if;
	update payments p set currency = new.currency
	where p.org_id = new.org_id and p.event_id = new.id and p.event_vendor_id is not null
		and p.status = 'scheduled';
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

alter table event_vendors add column paid_total numeric(14,2) not null default 0,
	add constraint event_vendors_paid check (paid_total >= 0);

create function event_vendor_balance(booking event_vendors) returns numeric language sql stable
as $$ select booking.agreed_cost - booking.paid_total $$;

create function event_paid_in(event events) returns numeric language sql stable
as $$ select event_paid(event, 'in') $$;

create function event_paid_out(event events) returns numeric language sql stable
as $$ select event_paid(event, 'out') $$;

create trigger a_payments_place before insert on payments for each row
	execute function payments_place();
create trigger a_payments_guard before update on payments for each row
	execute function payments_guard();
create trigger payments_derive before update on payments for each row
	execute function payments_derive();
create trigger payments_count_insert after insert on payments for each row
	execute function payments_count();
create trigger payments_count_update after update of status on payments for each row
	execute function payments_count();
create trigger payment_allocations_count_insert after insert on payment_allocations
	referencing new table as new_rows
	for each statement execute function payment_allocations_count();
create trigger payment_allocations_count_update after update on payment_allocations
	referencing old table as old_rows new table as new_rows
	for each statement execute function payment_allocations_count();
do $$
declare
	t text;
begin
	foreach t in array '{companies,vendors,invoices}'::text[] loop
		execute format('create trigger payments_follow after update of owner_id on %I for each row '
			'when (new.owner_id is distinct from old.owner_id) '
			'execute function payments_follow_owner()', t);
	end loop;
	create trigger payments_follow after update on events for each row
		when (new.own_ids <> old.own_ids) execute function payments_follow_owner();
end
$$;

drop trigger budget_lines_follow on event_vendors;
create trigger budget_lines_follow after update of agreed_cost, paid_total on event_vendors for each row
	when ((new.agreed_cost, new.paid_total) is distinct from (old.agreed_cost, old.paid_total))
	execute function budget_lines_follow();
create trigger event_vendors_plan_insert after insert on event_vendors for each row
	when (num_nonnulls(new.deposit_due_date, new.balance_due_date) > 0)
	execute function event_vendors_plan();
create trigger event_vendors_plan_update after update on event_vendors for each row
	when ((new.agreed_cost, new.deposit_amount, new.deposit_due_date, new.balance_due_date, new.status,
		new.deleted_at, new.paid_total) is distinct from (old.agreed_cost, old.deposit_amount,
		old.deposit_due_date, old.balance_due_date, old.status, old.deleted_at, old.paid_total))
	execute function event_vendors_plan();
create trigger events_plan_follow after update of currency, is_template on events for each row
	when ((new.currency, new.is_template) <> (old.currency, old.is_template))
	execute function events_plan_follow();
select protect_currency('payments');

select protect('payments', entity => 'payment', own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())', quiet => '{own_ids,allocated_total}');
select protect_nested('payment_allocations', entity => 'payment_allocation', parent => 'payments',
	parent_column => 'payment_id');
/* Again, because of the new column. */
select protect('event_vendors', entity => 'event_vendor', own => 'event_in_scope(event_id, ''o'')',
	team => 'event_in_scope(event_id, ''t'')', quiet => '{slot,paid_total}', lookup => 'true');

/* ---- what the server calls ------------------------------------------------------------------ */

/*
 * With the caller's rights; they answer whether a payment was written: it may not be there, not be the
 * caller's to change, or have none of the versions.
 */

/* Locks the payment, as one that the caller may change. */
create function payment_take(p_payment uuid, p_versions int[]) returns boolean language plpgsql as $$
begin
	perform payment_hold(p_payment);
	perform from payments p
	where p.org_id = app_org() and p.id = p_payment and p.deleted_at is null
		and (p_versions is null or p.version = any (p_versions))
	for no key update;
	return found;
end
$$;

/* What was scheduled has been paid; perhaps another amount. */
create function payment_complete(p_payment uuid, p_amount numeric, p_paid_at date, p_method text,
	p_reference text, p_versions int[]) returns boolean language plpgsql as $$
begin
	if not payment_take(p_payment, p_versions) then
		return false;
	end if;
	if exists (select from payments p where p.org_id = app_org() and p.id = p_payment
	           and p.status <> 'scheduled') then
		raise exception using errcode = 'CR409', message = 'only a scheduled payment is completed';
	end if;
	perform log_as(p_payment, 'completed');
	update payments p set status = 'completed', amount = coalesce(p_amount, p.amount), paid_at = p_paid_at,
		method = coalesce(p_method, p.method), reference = coalesce(p_reference, p.reference)
	where p.org_id = app_org() and p.id = p_payment;
	return found;
end
$$;

/* Again with the same reason changes nothing. */
create function payment_void(p_payment uuid, p_reason text, p_versions int[]) returns boolean
language plpgsql as $$
declare
	payment payments;
begin
	if not payment_take(p_payment, p_versions) then
		return false;
	end if;
	select p.* into payment from payments p where p.org_id = app_org() and p.id = p_payment;
	if payment.status = 'scheduled' then
		raise exception using errcode = 'CR409',
			message = 'a scheduled payment is not made void: delete it';
	elsif payment.refunded_total > 0 then
		raise exception using errcode = 'CR409',
			message = 'parts of this payment were given back: make the refunds void first';
	elsif payment.status = 'void' then
		return true;
	end if;
	update payment_allocations a set deleted_at = now()
	where a.org_id = app_org() and a.payment_id = p_payment and a.deleted_at is null;
	perform log_as(p_payment, 'voided');
	update payments p set status = 'void', void_reason = p_reason
	where p.org_id = app_org() and p.id = p_payment;
	return found;
end
$$;

/* Pays more of an invoice; without an amount as much as is left of both. */
create function payment_allocate(p_payment uuid, p_invoice uuid, p_amount numeric, p_versions int[])
returns boolean language plpgsql as $$
declare
	invoice invoices;
	credit numeric;
	open numeric;
begin
	if not payment_take(p_payment, p_versions) then
		return false;
	end if;
	select i.* into invoice from invoices i
	where i.org_id = app_org() and i.id = p_invoice and i.deleted_at is null;
	if invoice.id is null then
		perform app_invalid('invoiceId', 'UNKNOWN_REFERENCE',
			'Names nothing that exists or that you may see.');
	elsif invoice_unpayable(invoice) is not null then
		perform app_invalid('invoiceId', 'INVALID', invoice_unpayable(invoice));
	end if;
	open := invoice_balance_held(p_invoice);
	select p.unallocated into credit from payments p where p.org_id = app_org() and p.id = p_payment;
	if coalesce(p_amount, 1) > 0 and least(open, credit) <= 0 then
		raise exception using errcode = 'CR409', message = case when credit <= 0
			then 'nothing is left of this payment' else 'nothing of this invoice is open' end;
	elsif p_amount > credit then
		perform app_invalid('amount', 'OUT_OF_RANGE',
			format('Exceeds what is left of the payment, %s.', credit));
	elsif p_amount > open then
		perform app_invalid('amount', 'OUT_OF_RANGE',
			format('Exceeds the balance of the invoice, %s.', open));
	end if;
	update payment_allocations a set amount = a.amount + coalesce(p_amount, least(open, credit))
	where a.org_id = app_org() and a.payment_id = p_payment and a.invoice_id = p_invoice
		and a.deleted_at is null;
	if not found then
		insert into payment_allocations (payment_id, invoice_id, amount, position)
		select p_payment, p_invoice, coalesce(p_amount, least(open, credit)),
			coalesce(max(a.position), 0) + 1 from payment_allocations a
		where a.org_id = app_org() and a.payment_id = p_payment and a.deleted_at is null;
	end if;
	return true;
end
$$;

/* Turns what the payment pays, of one invoice or of all, into credit. */
create function payment_release(p_payment uuid, p_invoice uuid, p_versions int[]) returns boolean
language plpgsql as $$
begin
	if not payment_take(p_payment, p_versions) then
		return false;
	end if;
	update payment_allocations a set deleted_at = now()
	where a.org_id = app_org() and a.payment_id = p_payment and a.deleted_at is null
		and (p_invoice is null or a.invoice_id = p_invoice);
	return true;
end
$$;

set local role cairn_lookup;
set local row_security = on;

create function invoice_balance_held(p_invoice uuid) returns numeric
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform from invoices i where i.org_id = app_org() and i.id = p_invoice for no key update;
	return (select i.total - i.paid_total - i.credited_total from invoices i
		where i.org_id = app_org() and i.id = p_invoice);
end
$$;

revoke execute on function payment_hold(uuid), payment_people(payments), payment_of_refund(payments),
	payment_of_booking(payments), payment_of_invoice(payments), payment_of_event(payments),
	payment_happened(payments), payment_allocations_hold(uuid[], uuid[]),
	payment_allocations_check(payment_allocations[]),
	payment_allocations_sum(uuid[], uuid[]),
	payments_plan(event_vendors, text, numeric, date), booking_plan(event_vendors),
	invoice_hold(uuid, int[]), invoice_payments(invoices),
	invoice_balance_held(uuid), event_paid(events, text) from public;
grant execute on function payment_hold(uuid), invoice_balance_held(uuid), event_paid(events, text)
	to cairn_app;

/* ---- presets, and what is there already ------------------------------------------------------- */

create function organization_presets_payments(org uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	select organization_presets_add(org, array[['payment.method', 'Bank transfer,Card,Cash,Cheque,Online']])
$$;

alter function organization_presets(uuid) rename to organization_presets_before_payments;

create function organization_presets(org uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	select organization_presets_before_payments(org);
	select organization_presets_payments(org);
$$;

revoke execute on function organization_presets_payments(uuid) from public;
revoke execute on function organization_presets(uuid) from public;

do $$
declare
	org uuid;
begin
	for org in select id from organizations loop
		perform set_config('app.org_id', org::text, true);
		perform organization_presets_payments(org);
		perform booking_plan(b) from event_vendors b where b.org_id = org
			and num_nonnulls(b.deposit_due_date, b.balance_due_date) > 0;
	end loop;
	perform set_config('app.org_id', '', true);
end
$$;

set local row_security = off;
set local role cairn_owner;
