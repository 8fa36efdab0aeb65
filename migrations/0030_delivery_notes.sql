/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery notes: what of an invoice was handed over. A note is live until it is cancelled or deleted; what
 * live notes name together is the line's delivered_quantity, which a check holds at what was invoiced, and
 * so a draft reserves what it names. Rows are locked in one order: notes, invoices, lines of invoices, each
 * by id, and the number last.
 */

/* ---- tables --------------------------------------------------------------------------------- */

create table delivery_notes (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	number text,
	status text not null default 'draft',
	invoice_id uuid not null,
	company_id uuid not null,
	delivery_date date not null,
	ship_to_name text,
	ship_to_street text,
	ship_to_city text,
	ship_to_region text,
	ship_to_postal_code text,
	ship_to_country text,
	carrier text,
	tracking_number text,
	received_by text,
	received_at timestamptz(3),
	notes text,
	issued_at timestamptz(3),
	issued_by uuid,
	cancelled_at timestamptz(3),
	search tsvector generated always as (search_document(number, tracking_number, ship_to_name)) stored,
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint delivery_notes_pkey primary key (org_id, id),
	constraint delivery_notes_org foreign key (org_id) references organizations (id),
	constraint delivery_notes_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint delivery_notes_issuer foreign key (org_id, issued_by) references memberships (org_id, id),
	constraint delivery_notes_invoice foreign key (org_id, invoice_id) references invoices (org_id, id),
	constraint delivery_notes_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint delivery_notes_status check (status in ('draft', 'issued', 'delivered', 'cancelled')),
	constraint delivery_notes_number_given check (case status when 'draft' then number is null
		when 'cancelled' then true else number is not null end),
	constraint delivery_notes_received check (status <> 'delivered' or received_at is not null),
	constraint delivery_notes_kept check (deleted_at is null or status = 'draft')
);

create unique index delivery_notes_number_unique on delivery_notes (org_id, number)
	where number is not null;
create index delivery_notes_list on delivery_notes (org_id, created_at desc, id desc)
	where deleted_at is null;
create index delivery_notes_status on delivery_notes (org_id, status, delivery_date)
	where deleted_at is null;
create index delivery_notes_invoice on delivery_notes (org_id, invoice_id, created_at desc, id desc);
create index delivery_notes_company on delivery_notes (org_id, company_id, created_at desc);
create index delivery_notes_issuer on delivery_notes (org_id, issued_by) where issued_by is not null;
create index delivery_notes_search on delivery_notes using gin (org_id, search);

create table delivery_note_lines (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	delivery_note_id uuid not null,
	position int not null default 1,
	invoice_line_id uuid not null,
	quantity numeric(14,3) not null,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint delivery_note_lines_pkey primary key (org_id, id),
	constraint delivery_note_lines_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint delivery_note_lines_note foreign key (org_id, delivery_note_id)
		references delivery_notes (org_id, id),
	constraint delivery_note_lines_invoice_line foreign key (org_id, invoice_line_id)
		references invoice_lines (org_id, id),
	constraint delivery_note_lines_quantity check (quantity > 0),
	constraint delivery_note_lines_line_unique exclude using gist (org_id with =,
		delivery_note_id with =, invoice_line_id with =) where (deleted_at is null)
		deferrable initially immediate
);

create index delivery_note_lines_note on delivery_note_lines (org_id, delivery_note_id, position, id);
create index delivery_note_lines_invoice_line on delivery_note_lines (org_id, invoice_line_id);
create index delivery_note_lines_list on delivery_note_lines (org_id, created_at desc, id desc)
	where deleted_at is null;

/* ---- rules ---------------------------------------------------------------------------------- */

/* What was issued stays as it is, but for what is learnt on the way. */
create function delivery_notes_guard() returns trigger language plpgsql as $$
declare
	changed text;
begin
	if new.status <> old.status and (old.status, new.status) not in (('draft', 'issued'),
	   ('issued', 'delivered'), ('draft', 'cancelled'), ('issued', 'cancelled'),
	   ('delivered', 'cancelled')) then
		raise exception using errcode = 'CR409', message = format(
			'a delivery note that is %s cannot become %s', old.status, new.status);
	end if;
	if new.deleted_at is distinct from old.deleted_at and old.status <> 'draft' then
		raise exception using errcode = 'CR409',
			message = format('a delivery note that is %s is kept: cancel it', old.status);
	end if;
	select field into changed from (values
		('invoiceId', new.invoice_id is distinct from old.invoice_id, true),
		('deliveryDate', new.delivery_date is distinct from old.delivery_date, false),
		('shipToName', new.ship_to_name is distinct from old.ship_to_name, false),
		('shipToStreet', new.ship_to_street is distinct from old.ship_to_street, false),
		('shipToCity', new.ship_to_city is distinct from old.ship_to_city, false),
		('shipToRegion', new.ship_to_region is distinct from old.ship_to_region, false),
		('shipToPostalCode', new.ship_to_postal_code is distinct from old.ship_to_postal_code, false),
		('shipToCountry', new.ship_to_country is distinct from old.ship_to_country, false))
		as rule (field, differs, always)
	where differs and (always or old.status <> 'draft') limit 1;
	if changed is not null then
		perform app_invalid(changed, 'IMMUTABLE', 'Stays as it was issued.');
	end if;
	if current_user = 'cairn_app' then
		new.number := old.number;
		new.company_id := old.company_id;
		new.issued_at := old.issued_at;
		new.issued_by := old.issued_by;
		new.cancelled_at := old.cancelled_at;
	end if;
	return new;
end
$$;

set local role cairn_lookup;
set local row_security = on;

/* Only what was issued and stands is delivered. */
create function delivery_notes_place() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices;
begin
	select i.* into invoice from invoices i where i.org_id = new.org_id and i.id = new.invoice_id;
	if invoice.type = 'credit_note' or invoice.issued_at is null or invoice.voided_at is not null then
		perform app_invalid('invoiceId', 'INVALID', case when invoice.type = 'credit_note'
			then 'Is a credit note, of which nothing is delivered.'
			when invoice.issued_at is null then 'Is a draft: issue the invoice first.'
			else 'Is void.' end);
	elsif new.status <> 'draft' then
		perform app_invalid('status', 'INVALID', 'A delivery note begins as a draft.');
	end if;
	new.number := null;
	new.company_id := invoice.company_id;
	new.delivery_date := coalesce(new.delivery_date, app_today());
	new.issued_at := null;
	new.issued_by := null;
	new.cancelled_at := null;
	return new;
end
$$;

/* What happens with a status, after the guard. The address is the invoice's, else the company's, when the
 * note has none of its own. */
create function delivery_notes_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.delivery_date := coalesce(new.delivery_date, app_today());
	if new.status = old.status then
		return new;
	elsif new.status = 'cancelled' then
		new.cancelled_at := now();
	elsif new.status = 'delivered' then
		new.received_at := coalesce(new.received_at, now());
	elsif new.status = 'issued' then
		if not exists (select from delivery_note_lines l where l.org_id = new.org_id
		               and l.delivery_note_id = new.id and l.deleted_at is null) then
			perform app_invalid('lines', 'REQUIRED', 'Names nothing that is delivered.');
		end if;
		if num_nonnulls(new.ship_to_name, new.ship_to_street, new.ship_to_city, new.ship_to_region,
		   new.ship_to_postal_code, new.ship_to_country) = 0 then
			select coalesce(i.ship_to_name, i.bill_to_name, c.name),
				case when invoiced then i.ship_to_street when shipped then c.shipping_street
					else c.billing_street end,
				case when invoiced then i.ship_to_city when shipped then c.shipping_city
					else c.billing_city end,
				case when invoiced then i.ship_to_region when shipped then c.shipping_region
					else c.billing_region end,
				case when invoiced then i.ship_to_postal_code when shipped then c.shipping_postal_code
					else c.billing_postal_code end,
				case when invoiced then i.ship_to_country when shipped then c.shipping_country
					else c.billing_country end
			into new.ship_to_name, new.ship_to_street, new.ship_to_city, new.ship_to_region,
				new.ship_to_postal_code, new.ship_to_country
			from invoices i
			join companies c on c.org_id = i.org_id and c.id = i.company_id
			cross join lateral (select num_nonnulls(i.ship_to_street, i.ship_to_city,
				i.ship_to_postal_code, i.ship_to_country) > 0 as invoiced,
				num_nonnulls(c.shipping_street, c.shipping_city, c.shipping_postal_code,
				c.shipping_country) > 0 as shipped) as has
			where i.org_id = new.org_id and i.id = new.invoice_id;
		end if;
		new.issued_at := now();
		new.issued_by := app_user();
		new.number := number_take('delivery_note', app_today());
	end if;
	return new;
end
$$;

create function delivered_hold(of_lines uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform from invoices i where i.org_id = app_org() and i.id in (select t.invoice_id
		from invoice_lines t where t.org_id = app_org() and t.id = any (of_lines))
	order by i.id for no key update;
	perform from invoice_lines t where t.org_id = app_org() and t.id = any (of_lines)
	order by t.id for no key update;
end
$$;

/* Brings what is delivered of these lines of invoices to what live notes name. The lines are locked by now
 * and only then the notes are read (payments). */
create function delivered_sum(of_lines uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	org constant uuid := app_org();
	line invoice_lines;
	delivered numeric;
begin
	for line in select t.* from invoice_lines t where t.org_id = org and t.id = any (of_lines) loop
		delivered := coalesce((select sum(l.quantity) from delivery_note_lines l
			join delivery_notes n on n.org_id = l.org_id and n.id = l.delivery_note_id
			where l.org_id = org and l.invoice_line_id = line.id and l.deleted_at is null
				and n.deleted_at is null and n.status <> 'cancelled'), 0);
		if delivered > line.quantity then
			raise exception using errcode = 'CR409', message = format('lines: of "%s" %s are left to deliver',
				line.name, trim_scale(line.quantity - line.delivered_quantity));
		end if;
		update invoice_lines t set delivered_quantity = delivered
		where t.org_id = org and t.id = line.id and t.delivered_quantity <> delivered;
	end loop;
end
$$;

/* Refuses lines that are not of the note's invoice, which is locked by now. */
create function delivery_lines_check(written delivery_note_lines[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	wrong record;
begin
	select l.position, case when t.invoice_id <> n.invoice_id then 'Is a line of another invoice.'
		when t.kind <> 'item' then 'Is a line of which nothing is delivered.'
		else 'Is a line of an invoice that is void.' end as why into wrong
	from unnest(written) l
	join delivery_notes n on n.org_id = l.org_id and n.id = l.delivery_note_id
	join invoices i on i.org_id = l.org_id and i.id = n.invoice_id
	join invoice_lines t on t.org_id = l.org_id and t.id = l.invoice_line_id
	where l.deleted_at is null
		and (t.invoice_id <> n.invoice_id or t.kind <> 'item' or i.voided_at is not null)
	order by l.position limit 1;
	if found then
		perform app_invalid_at('lines', wrong.position, 'invoiceLineId', 'INVALID', wrong.why);
	end if;
end
$$;

create function delivery_note_lines_count() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	written delivery_note_lines[];
	of_lines uuid[];
	status text;
begin
	select coalesce(array_agg(n), '{}') into written from new_rows n;
	if tg_op = 'UPDATE' then
		of_lines := array(select o.invoice_line_id from old_rows o);
	end if;
	if written = '{}' then
		return null;
	end if;
	for status in
		select n.status from delivery_notes n where n.org_id = app_org()
			and n.id in (select l.delivery_note_id from unnest(written) l)
		order by n.id for no key update
	loop
		if status <> 'draft' then
			raise exception using errcode = 'CR409',
				message = format('lines: a delivery note that is %s keeps them', status);
		end if;
	end loop;
	perform delivered_hold(of_lines || array(select l.invoice_line_id from unnest(written) l));
	perform delivery_lines_check(written);
	perform delivered_sum(of_lines || array(select l.invoice_line_id from unnest(written) l));
	return null;
end
$$;

/* A note that is cancelled or deleted sets free what it named; one that is restored takes it again. */
create function delivery_notes_live() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	was constant boolean := old.deleted_at is null and old.status <> 'cancelled';
	lives constant boolean := new.deleted_at is null and new.status <> 'cancelled';
	lines delivery_note_lines[];
begin
	if was = lives then
		return null;
	end if;
	select coalesce(array_agg(l), '{}') into lines from delivery_note_lines l
	where l.org_id = new.org_id and l.delivery_note_id = new.id and l.deleted_at is null;
	perform delivered_hold(array(select l.invoice_line_id from unnest(lines) l));
	if lives then
		perform delivery_lines_check(lines);
	end if;
	perform delivered_sum(array(select l.invoice_line_id from unnest(lines) l));
	return null;
end
$$;

/* What was delivered was invoiced. */
create function invoices_delivered() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if exists (select from invoice_lines l where l.org_id = new.org_id and l.invoice_id = new.id
	           and l.delivered_quantity > 0) then
		raise exception using errcode = 'CR409',
			message = 'parts of this invoice are on delivery notes: cancel those first';
	end if;
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger a_delivery_notes_place before insert on delivery_notes for each row
	execute function delivery_notes_place();
create trigger a_delivery_notes_guard before update on delivery_notes for each row
	execute function delivery_notes_guard();
create trigger delivery_notes_derive before update on delivery_notes for each row
	execute function delivery_notes_derive();
create trigger delivery_notes_live after update of status, deleted_at on delivery_notes for each row
	execute function delivery_notes_live();
create trigger delivery_note_lines_count_insert after insert on delivery_note_lines
	referencing new table as new_rows
	for each statement execute function delivery_note_lines_count();
create trigger delivery_note_lines_count_update after update on delivery_note_lines
	referencing old table as old_rows new table as new_rows
	for each statement execute function delivery_note_lines_count();
create trigger invoices_delivered before update of voided_at on invoices for each row
	when (new.voided_at is not null and old.voided_at is null)
	execute function invoices_delivered();

set local role cairn_lookup;
set local row_security = on;

/* The invoice's scope, for what is about it; letter is that of the table that asks. */
create function delivery_in_scope(p_invoice uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from invoices i where i.org_id = app_org() and i.id = p_invoice
		and case p_letter when 'o' then i.owner_id = app_user()
		else i.owner_id = any (app_team_users()) end);
end
$$;

revoke execute on function delivery_in_scope(uuid, text), delivered_hold(uuid[]), delivered_sum(uuid[]),
	delivery_lines_check(delivery_note_lines[]) from public;
grant execute on function delivery_in_scope(uuid, text) to cairn_app;
set local row_security = off;
set local role cairn_owner;

select protect('delivery_notes', entity => 'delivery_note',
	own => 'delivery_in_scope(invoice_id, ''o'')', team => 'delivery_in_scope(invoice_id, ''t'')');
select protect_nested('delivery_note_lines', entity => 'delivery_note_line', parent => 'delivery_notes',
	parent_column => 'delivery_note_id');

/* ---- what the server calls ------------------------------------------------------------------ */

/* With the caller's rights: the next status of a note. Answers whether it was written (payments). Again the
 * same status changes nothing. */
create function delivery_note_become(p_note uuid, p_status text, p_received_by text,
	p_received_at timestamptz, p_versions int[]) returns boolean language plpgsql as $$
begin
	perform log_as(p_note, p_status);
	update delivery_notes n set status = p_status,
		received_by = coalesce(p_received_by, n.received_by),
		received_at = coalesce(p_received_at, n.received_at)
	where n.org_id = app_org() and n.id = p_note and n.deleted_at is null
		and (p_versions is null or n.version = any (p_versions));
	return found;
end
$$;
