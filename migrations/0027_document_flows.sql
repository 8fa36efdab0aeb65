/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to quotes and invoices: sent, accepted, declined, revised, invoiced; issued, voided, credited.
 *
 * Each is one function of cairn_lookup that the server calls, because it writes what cairn_app may not. It
 * asks for the right to change the document itself and answers false (or nothing) when the document is not
 * there, not the caller's to change, or has none of the versions asked for; and it answers the same when it
 * is called again.
 *
 * Rows are locked in one order: invoice, credited invoice, quote, number series.
 */

create type document_buyer as (name text, tax_id text, email text, street text, city text, region text,
	postal_code text, country text, ship_street text, ship_city text, ship_region text,
	ship_postal_code text, ship_country text);

set local role cairn_lookup;
set local row_security = on;

/* What the caller's letters say of a document of that owner. */
create function document_may(p_table text, p_owner uuid, p_verb int) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return case app_scope(p_table, p_verb) when 'a' then true when 'o' then p_owner = app_user()
		when 't' then p_owner = any (app_team_users()) else false end is true;
end
$$;

create function document_conflict(message text) returns void language plpgsql as $$
begin
	raise exception using errcode = 'CR409', message = message;
end
$$;

/* ---- sums ------------------------------------------------------------------------------------------- */

/*
 * From here on the sums are reckoned when the document's version is raised, which the log of its lines does
 * once per written array: so a document and its lines are one change.
 */
set local role cairn_owner;
drop trigger quote_lines_sum_insert on quote_lines;
drop trigger quote_lines_sum_update on quote_lines;
drop trigger invoice_lines_sum_insert on invoice_lines;
drop trigger invoice_lines_sum_update on invoice_lines;
drop trigger quotes_sum on quotes;
drop trigger invoices_sum on invoices;

set local role cairn_lookup;
drop function quote_lines_sum(), invoice_lines_sum(), quotes_sum(), invoices_sum(), quote_sum(uuid, uuid),
	invoice_sum(uuid, uuid);

create function quote_sums_of(quote quotes) returns document_sums
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	digits constant int := currency_digits(quote.currency);
	lines document_line[];
	counted bigint;
	sums document_sums;
begin
	select coalesce(array_agg((round(l.quantity * l.unit_price, digits), l.amount, l.tax_rate, l.tax_kind,
			l.tax_rate_id)::document_line) filter (where l.kind = 'item'
			and (l.chosen or not l.optional)), '{}'), count(*)
	into lines, counted
	from quote_lines l
	where l.org_id = quote.org_id and l.quote_id = quote.id and l.deleted_at is null;
	sums := document_totals(lines, quote.prices_include_tax, digits);
	perform document_too_large(counted, sums);
	return sums;
end
$$;

create function invoice_sums_of(invoice invoices) returns document_sums
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	digits constant int := currency_digits(invoice.currency);
	lines document_line[];
	counted bigint;
	sums document_sums;
begin
	select coalesce(array_agg((round(l.quantity * l.unit_price, digits), l.amount, l.tax_rate, l.tax_kind,
			l.tax_rate_id)::document_line) filter (where l.kind in ('item', 'deposit')), '{}'), count(*)
	into lines, counted
	from invoice_lines l
	where l.org_id = invoice.org_id and l.invoice_id = invoice.id and l.deleted_at is null;
	sums := document_totals(lines, invoice.prices_include_tax, digits, invoice_taxed_before(invoice));
	perform document_too_large(counted, sums);
	return sums;
end
$$;

create function quotes_sums() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	sums constant document_sums := quote_sums_of(new);
begin
	new.subtotal := sums.subtotal;
	new.discount_total := sums.discount_total;
	new.tax_total := sums.tax_total;
	new.total := sums.total;
	new.tax_breakdown := sums.tax_breakdown;
	return new;
end
$$;

create function invoices_sums() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	sums constant document_sums := invoice_sums_of(new);
begin
	new.subtotal := sums.subtotal;
	new.discount_total := sums.discount_total;
	new.tax_total := sums.tax_total;
	new.total := sums.total;
	new.tax_breakdown := sums.tax_breakdown;
	return new;
end
$$;

/* The currency is fixed by lines that stay. */
create or replace function quotes_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	fresh constant boolean := tg_op = 'INSERT';
	home organizations;
begin
	if fresh or num_nulls(new.prices_include_tax, new.currency) > 0 then
		select o.* into home from organizations o where o.org_id = new.org_id;
		new.prices_include_tax := coalesce(new.prices_include_tax, home.prices_include_tax);
		new.currency := coalesce(new.currency, home.currency);
	end if;
	if fresh then
		new.terms := coalesce(new.terms, home.document_terms);
	elsif new.currency <> old.currency and coalesce(nested_to_come(new.id, 'lines'), 1) > 0
	      and exists (select from quote_lines l where l.org_id = new.org_id and l.quote_id = new.id
	                  and l.deleted_at is null) then
		perform app_invalid('currency', 'IMMUTABLE', 'Is that of the lines: remove them first.');
	end if;
	if new.contact_id is not null and (fresh or (new.contact_id, new.company_id)
	   is distinct from (old.contact_id, old.company_id)) then
		perform document_contact_check(new.org_id, new.company_id, new.contact_id);
	end if;
	return new;
end
$$;

create or replace function invoices_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	fresh constant boolean := tg_op = 'INSERT';
	home organizations;
begin
	if new.credited_invoice_id is not null and new.issued_at is null then
		new := invoice_credits(new);
	end if;
	if fresh or num_nulls(new.prices_include_tax, new.currency) > 0 then
		select o.* into home from organizations o where o.org_id = new.org_id;
		new.prices_include_tax := coalesce(new.prices_include_tax, home.prices_include_tax);
		new.currency := coalesce(new.currency, home.currency);
	end if;
	if fresh then
		new.terms := coalesce(new.terms, home.document_terms);
	elsif new.type <> old.type then
		perform app_invalid('type', 'IMMUTABLE', 'Cannot be changed.');
	elsif new.credited_invoice_id is distinct from old.credited_invoice_id then
		perform app_invalid('creditedInvoiceId', 'IMMUTABLE', 'Cannot be changed.');
	elsif new.currency <> old.currency and coalesce(nested_to_come(new.id, 'lines'), 1) > 0
	      and exists (select from invoice_lines l where l.org_id = new.org_id and l.invoice_id = new.id
	                  and l.deleted_at is null) then
		perform app_invalid('currency', 'IMMUTABLE', 'Is that of the lines: remove them first.');
	end if;
	if new.contact_id is not null and (fresh or (new.contact_id, new.company_id)
	   is distinct from (old.contact_id, old.company_id)) then
		perform document_contact_check(new.org_id, new.company_id, new.contact_id);
	end if;
	return new;
end
$$;

/* ---- snapshots ------------------------------------------------------------------------------------ */

/* The organisation as it presents itself on a document, empty members left out. */
create function document_seller() returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select jsonb_strip_nulls(jsonb_build_object('name', coalesce(o.legal_name, o.name),
			'brand', o.name, 'taxId', o.tax_id, 'registrationNumber', o.registration_number,
			'street', o.address_street, 'city', o.address_city, 'region', o.address_region,
			'postalCode', o.address_postal_code, 'country', o.address_country,
			'bankAccount', o.bank_account, 'email', o.email, 'phone', o.phone,
			'website', o.website, 'locale', o.locale))
		from organizations o where o.org_id = app_org());
end
$$;

create function document_buyer(p_company uuid, p_contact uuid) returns document_buyer
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	buyer document_buyer;
begin
	select coalesce(c.legal_name, c.name), c.tax_id, coalesce((select k.email from contacts k
			where k.org_id = c.org_id and k.id = p_contact), c.email),
		c.billing_street, c.billing_city, c.billing_region, c.billing_postal_code, c.billing_country,
		c.shipping_street, c.shipping_city, c.shipping_region, c.shipping_postal_code,
		c.shipping_country
	into buyer from companies c where c.org_id = app_org() and c.id = p_company;
	if num_nonnulls(buyer.ship_street, buyer.ship_city, buyer.ship_region, buyer.ship_postal_code,
	   buyer.ship_country) = 0 then
		buyer.ship_street := buyer.street;
		buyer.ship_city := buyer.city;
		buyer.ship_region := buyer.region;
		buyer.ship_postal_code := buyer.postal_code;
		buyer.ship_country := buyer.country;
	end if;
	return buyer;
end
$$;

/* What a unit of the currency was worth in the organisation's on that day; null when nobody has said. */
create function document_exchange_rate(p_currency text, p_date date) returns numeric
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select case when o.currency = p_currency then 1 else (select r.rate from exchange_rates r
			where r.org_id = o.org_id and r.currency = p_currency and r.date <= p_date
				and r.deleted_at is null order by r.date desc limit 1) end
		from organizations o where o.org_id = app_org());
end
$$;

/* ---- lines ------------------------------------------------------------------------------------------ */

/* As in 0026, of the line at that place. */
create function document_line_product(p_org uuid, p_product uuid, p_currency text, p_place int) returns products
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	product products;
begin
	select p.* into product from products p
	where p.org_id = p_org and p.id = p_product and p.deleted_at is null;
	if product.id is not null and not product.active then
		perform app_invalid_at('lines', p_place, 'productId', 'INVALID', 'Is not sold any more.');
	elsif product.currency <> p_currency then
		perform app_invalid_at('lines', p_place, 'productId', 'INVALID', format(
			'Is priced in %s; the document is in %s.', product.currency, p_currency));
	end if;
	return product;
end
$$;

drop function document_line_product(uuid, uuid, text);

/* As in 0026. A line that is a copy is not held to what its product has become since; one that credits the
 * rest of another has that one's rest as its amount. */
create or replace function document_lines_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	fresh constant boolean := tg_op = 'INSERT';
	document uuid;
	home record;
	product products;
	tax tax_rates;
	copied boolean;
	given numeric;
begin
	if tg_table_name = 'quote_lines' then
		document := new.quote_id;
		if not fresh and document <> old.quote_id then
			perform app_invalid('quoteId', 'IMMUTABLE', 'Cannot be changed.');
		end if;
	else
		document := new.invoice_id;
		if not fresh and document <> old.invoice_id then
			perform app_invalid('invoiceId', 'IMMUTABLE', 'Cannot be changed.');
		end if;
		if fresh and new.credited_line_id is not null then
			given := nullif(new.amount, 0);
		end if;
	end if;
	home := document_hold(tg_table_name::text, new.org_id, document);
	if home.finished then
		if fresh or to_jsonb(new) - '{chosen,delivered_quantity}'::text[]
		   <> to_jsonb(old) - '{chosen,delivered_quantity}'::text[] then
			perform app_invalid('lines', 'IMMUTABLE', 'The lines of a finished document do not change.');
		end if;
		return new;
	elsif new.kind in ('heading', 'text') then
		if fresh and num_nonnulls(new.product_id, new.quantity, new.unit_price, new.tax_rate_id) > 0 then
			perform app_invalid_at('lines', new.position, case when new.product_id is not null
				then 'productId' when new.quantity is not null then 'quantity'
				when new.unit_price is not null then 'unitPrice' else 'taxRateId' end, 'INVALID',
				'Headings and texts carry no money.');
		end if;
		new.product_id := null;
		new.quantity := null;
		new.unit := null;
		new.unit_price := null;
		new.discount_percent := 0;
		new.tax_rate_id := null;
		new.tax_rate := null;
		new.tax_kind := null;
		new.amount := 0;
		return new;
	end if;
	copied := case when fresh then new.tax_rate is not null
		else new.tax_rate_id is not distinct from old.tax_rate_id end;
	if new.product_id is not null and (num_nulls(new.name, new.unit_price) > 0 or not copied
	   or not fresh and new.product_id is distinct from old.product_id) then
		product := document_line_product(new.org_id, new.product_id, home.currency, new.position);
	end if;
	new.quantity := coalesce(new.quantity, 1);
	new.name := coalesce(new.name, product.name);
	new.unit := coalesce(new.unit, product.unit);
	new.unit_price := coalesce(new.unit_price, product.price);
	if num_nulls(new.name, new.unit_price) > 0 then
		perform app_invalid_at('lines', new.position, case when new.name is null then 'name'
			else 'unitPrice' end, 'REQUIRED', 'Is required of what has no product.');
	end if;
	if not copied then
		new.tax_rate_id := coalesce(new.tax_rate_id, product.tax_rate_id, (select t.id from tax_rates t
			where t.org_id = new.org_id and t.is_default and t.active and t.deleted_at is null));
		select t.* into tax from tax_rates t where t.org_id = new.org_id and t.id = new.tax_rate_id;
		if not tax.active and tax.id is distinct from product.tax_rate_id then
			perform app_invalid_at('lines', new.position, 'taxRateId', 'INVALID', 'Is not in use any more.');
		end if;
		new.tax_rate := coalesce(tax.rate, 0);
		new.tax_kind := tax.kind;
	elsif not fresh then
		new.tax_rate := old.tax_rate;
		new.tax_kind := old.tax_kind;
	end if;
	if new.quantity * abs(new.unit_price) > 999999999999.99 then
		perform app_invalid_at('lines', new.position, 'unitPrice', 'OUT_OF_RANGE',
			'Makes an amount that is too large.');
	end if;
	new.amount := coalesce(given, round(new.quantity * new.unit_price * (1 - new.discount_percent / 100),
		currency_digits(home.currency)));
	return new;
end
$$;

/* ---- quotes ------------------------------------------------------------------------------------------ */

/* The quote, held until the commit; nothing when the caller may not change it or it has another version. */
create function quote_hold(p_quote uuid, p_versions int[]) returns quotes
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes;
begin
	select q.* into quote from quotes q
	where q.org_id = app_org() and q.id = p_quote and q.deleted_at is null for update;
	if not document_may('quotes', quote.owner_id, 3)
	   or p_versions is not null and quote.version <> all (p_versions) then
		return null;
	end if;
	return quote;
end
$$;

create function quote_send(p_quote uuid, p_versions int[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes := quote_hold(p_quote, p_versions);
	buyer document_buyer;
begin
	if quote.id is null then
		return false;
	elsif quote.cancelled_at is not null then
		perform document_conflict('this quote is cancelled: revise it instead');
	elsif quote.sent_at is not null then
		return true;
	elsif not exists (select from quote_lines l where l.org_id = quote.org_id and l.quote_id = quote.id
	                  and l.kind = 'item' and l.deleted_at is null) then
		perform app_invalid('lines', 'REQUIRED', 'A quote needs a line with a price before it is sent.');
	end if;
	buyer := document_buyer(quote.company_id, quote.contact_id);
	quote.issue_date := coalesce(quote.issue_date, app_today());
	quote.valid_until := coalesce(quote.valid_until, quote.issue_date + (select o.quote_valid_days
		from organizations o where o.org_id = quote.org_id));
	if num_nonnulls(quote.bill_to_street, quote.bill_to_city, quote.bill_to_region,
	   quote.bill_to_postal_code, quote.bill_to_country) = 0 then
		quote.bill_to_street := buyer.street;
		quote.bill_to_city := buyer.city;
		quote.bill_to_region := buyer.region;
		quote.bill_to_postal_code := buyer.postal_code;
		quote.bill_to_country := buyer.country;
	end if;
	perform log_as(quote.id, 'sent');
	update quotes q set number = number_take('quote', quote.issue_date), issue_date = quote.issue_date,
		valid_until = quote.valid_until, sent_at = now(), seller = document_seller(),
		bill_to_name = coalesce(q.bill_to_name, buyer.name),
		bill_to_tax_id = coalesce(q.bill_to_tax_id, buyer.tax_id),
		bill_to_email = coalesce(q.bill_to_email, buyer.email), bill_to_street = quote.bill_to_street,
		bill_to_city = quote.bill_to_city, bill_to_region = quote.bill_to_region,
		bill_to_postal_code = quote.bill_to_postal_code, bill_to_country = quote.bill_to_country
	where q.org_id = quote.org_id and q.id = quote.id;
	/* The quote that this one revises is open no more; an accepted one stands until this one is. */
	perform log_as(quote.revision_of_id, 'cancelled');
	update quotes q set cancelled_at = now()
	where q.org_id = quote.org_id and q.id = quote.revision_of_id
		and num_nonnulls(q.cancelled_at, q.accepted_at, q.declined_at) = 0;
	return true;
end
$$;

/* Accepts a quote that is held, with those of its optional lines that were chosen. */
create function quote_take(quote quotes, p_name text, p_ip text, p_chosen uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	chosen int;
begin
	if cardinality(p_chosen) > 0 then
		update quote_lines l set chosen = true
		where l.org_id = quote.org_id and l.quote_id = quote.id and l.id = any (p_chosen)
			and l.optional and l.deleted_at is null;
		get diagnostics chosen = row_count;
		if chosen < (select count(distinct c) from unnest(p_chosen) as c) then
			perform app_invalid('optionalLineIds', 'UNKNOWN_REFERENCE',
				'Names what is no optional line of this quote.');
		end if;
	end if;
	perform log_as(quote.id, 'accepted');
	update quotes q set accepted_at = now(), accepted_by_name = p_name, accepted_by_ip = p_ip
	where q.org_id = quote.org_id and q.id = quote.id;
	perform log_as(quote.revision_of_id, 'cancelled');
	update quotes q set cancelled_at = now()
	where q.org_id = quote.org_id and q.id = quote.revision_of_id and q.cancelled_at is null
		and q.invoiced_total = 0;
end
$$;

/* Whoever works for the seller may take an acceptance that comes late. */
create function quote_accept(p_quote uuid, p_name text, p_chosen uuid[], p_versions int[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes := quote_hold(p_quote, p_versions);
	status constant text := quote_status(quote);
begin
	if quote.id is null then
		return false;
	elsif status = 'accepted' then
		return true;
	elsif status not in ('sent', 'expired') then
		perform document_conflict(format('a quote that is %s cannot be accepted', status));
	end if;
	perform quote_take(quote, p_name, null, p_chosen);
	return true;
end
$$;

create function quote_refuse(quote quotes, p_reason text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform log_as(quote.id, 'declined');
	update quotes q set declined_at = now(), decline_reason = p_reason
	where q.org_id = quote.org_id and q.id = quote.id;
end
$$;

create function quote_has_invoices(quote quotes) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from invoices i where i.org_id = quote.org_id and i.quote_id = quote.id
		and i.voided_at is null and i.deleted_at is null);
end
$$;

create function quote_decline(p_quote uuid, p_reason text, p_versions int[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes := quote_hold(p_quote, p_versions);
	status constant text := quote_status(quote);
begin
	if quote.id is null then
		return false;
	elsif status = 'declined' then
		return true;
	elsif status not in ('sent', 'expired') then
		perform document_conflict(format('a quote that is %s cannot be declined', status));
	elsif quote_has_invoices(quote) then
		perform document_conflict('this quote is being invoiced: it cannot be declined any more');
	end if;
	perform quote_refuse(quote, p_reason);
	return true;
end
$$;

create function quote_cancel(p_quote uuid, p_versions int[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes := quote_hold(p_quote, p_versions);
begin
	if quote.id is null then
		return false;
	elsif quote.cancelled_at is not null then
		return true;
	elsif quote_has_invoices(quote) then
		perform document_conflict('this quote has invoices: void or credit these first');
	end if;
	perform log_as(quote.id, 'cancelled');
	update quotes q set cancelled_at = now() where q.org_id = quote.org_id and q.id = quote.id;
	return true;
end
$$;

/* A new draft like the quote; the one that is there already when there is one. */
create function quote_revise(p_quote uuid, p_versions int[]) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes := quote_hold(p_quote, p_versions);
	revision uuid;
begin
	if quote.id is null then
		return null;
	elsif quote.sent_at is null and quote.cancelled_at is null then
		perform document_conflict('a draft needs no revision: change it');
	elsif quote_has_invoices(quote) then
		perform document_conflict('this quote has invoices: make another quote');
	end if;
	select q.id into revision from quotes q
	where q.org_id = quote.org_id and q.revision_of_id = quote.id and q.sent_at is null
		and q.cancelled_at is null and q.deleted_at is null
	order by q.id limit 1;
	if revision is not null then
		return revision;
	end if;
	revision := uuid_v7();
	insert into quotes (id, company_id, contact_id, deal_id, event_id, project_id, owner_id, title,
		currency, prices_include_tax, bill_to_name, bill_to_tax_id, bill_to_email, bill_to_street,
		bill_to_city, bill_to_region, bill_to_postal_code, bill_to_country, purchase_order, intro, terms,
		revision_of_id, tags, custom)
	values (revision, quote.company_id, quote.contact_id, quote.deal_id, quote.event_id, quote.project_id,
		quote.owner_id, quote.title, quote.currency, quote.prices_include_tax, quote.bill_to_name,
		quote.bill_to_tax_id, quote.bill_to_email, quote.bill_to_street, quote.bill_to_city,
		quote.bill_to_region, quote.bill_to_postal_code, quote.bill_to_country, quote.purchase_order,
		quote.intro, quote.terms, quote.id, quote.tags, quote.custom);
	insert into quote_lines (quote_id, kind, position, product_id, name, description, quantity, unit,
		unit_price, discount_percent, tax_rate_id, tax_rate, tax_kind, optional)
	select revision, l.kind, l.position, l.product_id, l.name, l.description, l.quantity, l.unit,
		l.unit_price, l.discount_percent, l.tax_rate_id, l.tax_rate, l.tax_kind, l.optional
	from quote_lines l where l.org_id = quote.org_id and l.quote_id = quote.id and l.deleted_at is null
	order by l.position, l.id;
	return revision;
end
$$;

/* ---- from quote to invoice ------------------------------------------------------------------------------ */

/* An empty draft of the quote's buyer. Whoever may only read the own invoices makes an own one. */
create function quote_invoice_draft(quote quotes, p_type text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice constant uuid := uuid_v7();
begin
	insert into invoices (id, type, company_id, contact_id, deal_id, project_id, event_id, quote_id, owner_id,
		currency, prices_include_tax, bill_to_name, bill_to_tax_id, bill_to_email, bill_to_street,
		bill_to_city, bill_to_region, bill_to_postal_code, bill_to_country, purchase_order, tags)
	values (invoice, p_type, quote.company_id, quote.contact_id, quote.deal_id, quote.project_id,
		quote.event_id, quote.id, case when app_scope_create('invoices') = 'a'
			then coalesce(quote.owner_id, app_user()) else app_user() end,
		quote.currency, quote.prices_include_tax, quote.bill_to_name, quote.bill_to_tax_id,
		quote.bill_to_email, quote.bill_to_street, quote.bill_to_city, quote.bill_to_region,
		quote.bill_to_postal_code, quote.bill_to_country, quote.purchase_order, quote.tags);
	return invoice;
end
$$;

/* What the deposits of a quote have charged and not given back. */
create function quote_deposits(quote quotes) returns document_tax[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	taxes document_tax[] := '{}';
	part document_tax[];
begin
	for part in select invoice_taxes(i.org_id, i.id) from invoices i
		where i.org_id = quote.org_id and i.quote_id = quote.id and i.type = 'deposit'
			and i.issued_at is not null and i.voided_at is null loop
		taxes := taxes || part;
	end loop;
	return document_taxes_add(taxes);
end
$$;

/* A line per rate of tax: so much of what the quote charges at it. */
create function quote_invoice_deposit(quote quotes, p_percent numeric) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	before constant document_tax[] := quote_deposits(quote);
	digits constant int := currency_digits(quote.currency);
	invoice uuid;
	charged numeric := 0;
	place int := 0;
	part record;
begin
	invoice := quote_invoice_draft(quote, 'deposit');
	for part in
		select r.tax_rate_id, r.rate, r.kind, round(r.base * p_percent / 100, digits) as amount,
			r.base - coalesce(sum(case when quote.prices_include_tax then b.net + b.tax
				else b.net end), 0) as rest
		from (select (t ->> 'taxRateId')::uuid as tax_rate_id, (t ->> 'rate')::numeric as rate,
				t ->> 'kind' as kind, (t ->> 'net')::numeric
				+ case when quote.prices_include_tax then (t ->> 'tax')::numeric else 0 end as base
			from jsonb_array_elements(quote.tax_breakdown) as t) as r
		left join unnest(before) as b on b.rate = r.rate and b.kind is not distinct from r.kind
		group by r.tax_rate_id, r.rate, r.kind, r.base
		order by r.rate desc, r.kind
	loop
		if part.amount > part.rest + 0.05 then
			perform app_invalid('percent', 'OUT_OF_RANGE',
				'Is more than what the deposits before have left of the quote.');
		end if;
		part.amount := least(part.amount, part.rest);
		charged := charged + part.amount;
		continue when part.amount = 0;
		insert into invoice_lines (invoice_id, position, name, quantity, unit_price, tax_rate_id, tax_rate,
			tax_kind)
		values (invoice, place, format('Deposit of %s %% on quote %s', trim_scale(p_percent), quote.number),
			1, part.amount, part.tax_rate_id, part.rate, part.kind);
		place := place + 1;
	end loop;
	if charged <= 0 then
		perform document_conflict('there is nothing left of this quote to charge a deposit on');
	end if;
	return invoice;
end
$$;

/* All of the quote, less the deposits. */
create function quote_invoice_rest(quote quotes) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice uuid := quote_invoice_draft(quote, 'invoice');
begin
	insert into invoice_lines (invoice_id, kind, position, product_id, name, description, quantity, unit,
		unit_price, discount_percent, tax_rate_id, tax_rate, tax_kind, quote_line_id)
	select invoice, l.kind, l.position, l.product_id, l.name, l.description, l.quantity, l.unit,
		l.unit_price, l.discount_percent, l.tax_rate_id, l.tax_rate, l.tax_kind, l.id
	from quote_lines l
	where l.org_id = quote.org_id and l.quote_id = quote.id and l.deleted_at is null
		and (l.chosen or not l.optional)
	order by l.position, l.id;
	insert into invoice_lines (invoice_id, kind, position, name, quantity, unit_price, tax_rate_id, tax_rate,
		tax_kind, deposit_invoice_id)
	select invoice, 'deposit', (select coalesce(max(l.position), 0) from invoice_lines l
			where l.org_id = quote.org_id and l.invoice_id = invoice)
			+ row_number() over (order by i.issued_at, i.id, t.rate desc, t.kind),
		format('Deposit %s', i.number), 1,
		-(t.net + case when quote.prices_include_tax then t.tax else 0 end),
		(select (b ->> 'taxRateId')::uuid from jsonb_array_elements(i.tax_breakdown) as b
			where (b ->> 'rate')::numeric = t.rate and b ->> 'kind' is not distinct from t.kind),
		t.rate, t.kind, i.id
	from invoices i cross join lateral unnest(invoice_taxes(i.org_id, i.id)) as t
	where i.org_id = quote.org_id and i.quote_id = quote.id and i.type = 'deposit'
		and i.issued_at is not null and i.voided_at is null and t.net > 0;
	return invoice;
end
$$;

/* The invoice of a quote and whether it was made by this call: the draft that waits, or the one that was
 * issued and not credited in full, is answered again. Who may read the quote and make invoices may. */
create function quote_invoice(p_quote uuid, p_type text, p_percent numeric, out invoice uuid,
	out made boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes;
	status text;
	deposit invoices;
begin
	select q.* into quote from quotes q
	where q.org_id = app_org() and q.id = p_quote and q.deleted_at is null for update;
	if not document_may('quotes', quote.owner_id, 1) then
		return;
	end if;
	status := quote_status(quote);
	if status not in ('sent', 'accepted') then
		perform document_conflict(format('a quote that is %s cannot be invoiced', status));
	end if;
	select i.* into deposit from invoices i
	where i.org_id = quote.org_id and i.quote_id = quote.id and i.type = 'deposit'
		and i.issued_at is null and i.deleted_at is null order by i.id limit 1;
	select i.id into invoice from invoices i
	where i.org_id = quote.org_id and i.quote_id = quote.id and i.type = 'invoice'
		and i.voided_at is null and i.deleted_at is null
		and (i.credited_total < i.total or i.total = 0)
	order by i.id limit 1;
	made := false;
	if p_type = 'deposit' and invoice is not null then
		perform document_conflict('this quote is invoiced already: a deposit comes before');
	elsif p_type = 'deposit' and deposit.id is not null then
		invoice := deposit.id;
	elsif deposit.id is not null then
		perform document_conflict('a deposit of this quote waits to be issued: issue or delete it first');
	elsif invoice is null then
		made := true;
		invoice := case p_type when 'deposit' then quote_invoice_deposit(quote, p_percent)
			else quote_invoice_rest(quote) end;
	end if;
end
$$;

/* ---- issuing ---------------------------------------------------------------------------------------------- */

create function invoice_hold(p_invoice uuid, p_versions int[]) returns invoices
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices;
begin
	select i.* into invoice from invoices i
	where i.org_id = app_org() and i.id = p_invoice and i.deleted_at is null for update;
	if not document_may('invoices', invoice.owner_id, 3)
	   or p_versions is not null and invoice.version <> all (p_versions) then
		return null;
	end if;
	return invoice;
end
$$;

/* A deduction must be what its deposit still is. */
create function invoice_deposits_check(invoice invoices) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	stale text;
begin
	select d.number into stale
	from (select l.deposit_invoice_id, -sum(l.amount) as deducted from invoice_lines l
		where l.org_id = invoice.org_id and l.invoice_id = invoice.id and l.kind = 'deposit'
			and l.deleted_at is null group by 1) as x
	join invoices d on d.org_id = invoice.org_id and d.id = x.deposit_invoice_id
	where d.voided_at is not null or x.deducted is distinct from (
		select sum(t.net + case when invoice.prices_include_tax then t.tax else 0 end)
		from unnest(invoice_taxes(d.org_id, d.id)) as t);
	if stale is not null then
		perform document_conflict(format(
			'the deposit %s has changed: delete this draft and invoice the quote again', stale));
	end if;
end
$$;

/* The credited invoice is held; what of it is paid is given free where the credit exceeds what is open. */
create function invoice_credit_check(invoice invoices) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	credited invoices;
begin
	select i.* into credited from invoices i
	where i.org_id = invoice.org_id and i.id = invoice.credited_invoice_id for no key update;
	if credited.voided_at is not null then
		perform document_conflict('the credited invoice is void');
	end if;
	invoice.total := (invoice_sums_of(invoice)).total;
	if invoice.total > credited.total - credited.credited_total then
		perform document_conflict(format('only %s of invoice %s are left to credit',
			credited.total - credited.credited_total, credited.number));
	end if;
end
$$;

create function invoice_issue(p_invoice uuid, p_versions int[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices := invoice_hold(p_invoice, p_versions);
	buyer document_buyer;
begin
	if invoice.id is null then
		return false;
	elsif invoice.voided_at is not null then
		perform document_conflict('this invoice is void');
	elsif invoice.issued_at is not null then
		return true;
	elsif not exists (select from invoice_lines l where l.org_id = invoice.org_id
	                  and l.invoice_id = invoice.id and l.kind = 'item' and l.deleted_at is null) then
		perform app_invalid('lines', 'REQUIRED', 'An invoice needs a line with a price before it is issued.');
	end if;
	if invoice.type = 'credit_note' then
		perform invoice_credit_check(invoice);
	end if;
	if invoice.quote_id is not null then
		perform from quotes q where q.org_id = invoice.org_id and q.id = invoice.quote_id
		for no key update;
		perform invoice_deposits_check(invoice);
	end if;
	buyer := document_buyer(invoice.company_id, invoice.contact_id);
	invoice.issue_date := coalesce(invoice.issue_date, app_today());
	invoice.due_date := coalesce(invoice.due_date, invoice.issue_date + case invoice.type
		when 'credit_note' then 0 else (select coalesce(c.payment_terms_days, o.payment_terms_days)
			from companies c join organizations o on o.org_id = c.org_id
			where c.org_id = invoice.org_id and c.id = invoice.company_id) end);
	if num_nonnulls(invoice.bill_to_street, invoice.bill_to_city, invoice.bill_to_region,
	   invoice.bill_to_postal_code, invoice.bill_to_country) = 0 then
		invoice.bill_to_street := buyer.street;
		invoice.bill_to_city := buyer.city;
		invoice.bill_to_region := buyer.region;
		invoice.bill_to_postal_code := buyer.postal_code;
		invoice.bill_to_country := buyer.country;
	end if;
	if num_nonnulls(invoice.ship_to_street, invoice.ship_to_city, invoice.ship_to_region,
	   invoice.ship_to_postal_code, invoice.ship_to_country) = 0 then
		invoice.ship_to_street := buyer.ship_street;
		invoice.ship_to_city := buyer.ship_city;
		invoice.ship_to_region := buyer.ship_region;
		invoice.ship_to_postal_code := buyer.ship_postal_code;
		invoice.ship_to_country := buyer.ship_country;
	end if;
	perform log_as(invoice.id, 'issued');
	update invoices i set issue_date = invoice.issue_date, due_date = invoice.due_date, issued_at = now(),
		issued_by = app_user(), seller = document_seller(),
		exchange_rate = document_exchange_rate(invoice.currency, invoice.issue_date),
		bill_to_name = coalesce(i.bill_to_name, buyer.name),
		bill_to_tax_id = coalesce(i.bill_to_tax_id, buyer.tax_id),
		bill_to_email = coalesce(i.bill_to_email, buyer.email),
		bill_to_street = invoice.bill_to_street, bill_to_city = invoice.bill_to_city,
		bill_to_region = invoice.bill_to_region, bill_to_postal_code = invoice.bill_to_postal_code,
		bill_to_country = invoice.bill_to_country, ship_to_name = coalesce(i.ship_to_name, buyer.name),
		ship_to_street = invoice.ship_to_street, ship_to_city = invoice.ship_to_city,
		ship_to_region = invoice.ship_to_region, ship_to_postal_code = invoice.ship_to_postal_code,
		ship_to_country = invoice.ship_to_country,
		number = number_take(case invoice.type when 'credit_note' then 'credit_note' else 'invoice' end,
			invoice.issue_date, 'issueDate', true)
	where i.org_id = invoice.org_id and i.id = invoice.id;
	return true;
end
$$;

/* Gives so much of what was paid on an invoice free again. Nothing is paid before there are payments. */
create function invoice_release(p_org uuid, p_invoice uuid, p_amount numeric) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform document_conflict('this invoice is paid: give the payment back first');
end
$$;

/* What an issued credit note leaves of its invoice, and a quote's invoices of the quote. */
create function invoices_settle() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	credited invoices;
	quote quotes;
	invoiced numeric;
begin
	if new.type = 'credit_note' then
		select i.* into credited from invoices i
		where i.org_id = new.org_id and i.id = new.credited_invoice_id for no key update;
		if new.total > credited.total - credited.credited_total - credited.paid_total
		   and credited.paid_total > 0 then
			perform invoice_release(new.org_id, credited.id, new.total
				- (credited.total - credited.credited_total - credited.paid_total));
		end if;
		perform log_as(credited.id, 'credited');
		update invoices i set credited_total = (select coalesce(sum(c.total), 0) from invoices c
			where c.org_id = new.org_id and c.credited_invoice_id = credited.id
				and c.issued_at is not null)
		where i.org_id = new.org_id and i.id = credited.id;
	elsif new.quote_id is not null then
		select q.* into quote from quotes q where q.org_id = new.org_id and q.id = new.quote_id
		for no key update;
		select coalesce(sum(i.total - i.credited_total), 0) into invoiced from invoices i
		where i.org_id = new.org_id and i.quote_id = quote.id and i.issued_at is not null
			and i.voided_at is null and i.type <> 'credit_note';
		if invoiced > quote.total then
			perform document_conflict(format('the invoices of quote %s would exceed it: %s of %s',
				quote.number, invoiced, quote.total));
		end if;
		update quotes q set invoiced_total = invoiced where q.org_id = new.org_id and q.id = quote.id;
	end if;
	return null;
end
$$;

/* ---- corrections -------------------------------------------------------------------------------------------- */

create function invoice_void(p_invoice uuid, p_reason text, p_versions int[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices := invoice_hold(p_invoice, p_versions);
begin
	if invoice.id is null then
		return false;
	elsif invoice.voided_at is not null then
		return true;
	elsif invoice.issued_at is null then
		perform document_conflict('a draft is deleted, not voided');
	elsif invoice.type = 'credit_note' then
		perform document_conflict('a credit note stays: issue an invoice instead');
	elsif invoice.paid_total > 0 then
		perform document_conflict('this invoice is paid, in part at least: issue a credit note instead');
	elsif invoice.credited_total > 0 then
		perform document_conflict('this invoice has credit notes and stays');
	elsif exists (select from invoice_lines l where l.org_id = invoice.org_id
	              and l.invoice_id = invoice.id and l.delivered_quantity > 0) then
		perform document_conflict('goods of this invoice are delivered: issue a credit note instead');
	elsif exists (select from invoice_lines l join invoices i on i.org_id = l.org_id and i.id = l.invoice_id
	              where l.org_id = invoice.org_id and l.deposit_invoice_id = invoice.id
	                and l.deleted_at is null and i.issued_at is not null and i.voided_at is null
	                and i.type = 'invoice') then
		perform document_conflict('an issued invoice deducts this deposit: correct that one first');
	end if;
	perform log_as(invoice.id, 'voided');
	update invoices i set voided_at = now(), void_reason = p_reason
	where i.org_id = invoice.org_id and i.id = invoice.id;
	return true;
end
$$;

/* What is left of an invoice's line to be credited: quantity and amount. */
create function invoice_line_rest(line invoice_lines, out quantity numeric, out amount numeric)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	select line.quantity - coalesce(sum(l.quantity), 0), line.amount - coalesce(sum(l.amount), 0)
	into invoice_line_rest.quantity, invoice_line_rest.amount
	from invoice_lines l join invoices i on i.org_id = l.org_id and i.id = l.invoice_id
	where l.org_id = line.org_id and l.credited_line_id = line.id and l.deleted_at is null
		and i.issued_at is not null and i.type = 'credit_note';
end
$$;

/* Puts a line of the credited invoice into the credit note; without a quantity, all that is left of it. */
create function invoice_credit_line(p_note uuid, line invoice_lines, p_quantity numeric) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	rest record := invoice_line_rest(line);
	whole constant boolean := p_quantity is null or p_quantity = rest.quantity;
begin
	if p_quantity > rest.quantity then
		perform app_invalid('lines', 'OUT_OF_RANGE', format('Of "%s" %s are left to credit.', line.name,
			trim_scale(greatest(rest.quantity, 0))));
	elsif rest.quantity <= 0 then
		return false;
	end if;
	insert into invoice_lines (invoice_id, kind, position, product_id, name, description, quantity, unit,
		unit_price, discount_percent, tax_rate_id, tax_rate, tax_kind, amount, credited_line_id,
		deposit_invoice_id)
	values (p_note, line.kind, line.position, line.product_id, line.name, line.description,
		coalesce(p_quantity, rest.quantity), line.unit, line.unit_price, line.discount_percent,
		line.tax_rate_id, line.tax_rate, line.tax_kind, case when whole then rest.amount else 0 end,
		line.id, line.deposit_invoice_id);
	return true;
end
$$;

create function invoice_credit_lines(invoice invoices, p_note uuid, p_lines jsonb) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	line invoice_lines;
	wanted jsonb;
	credited int := 0;
begin
	if p_lines is null then
		for line in select l.* from invoice_lines l where l.org_id = invoice.org_id
			and l.invoice_id = invoice.id and l.kind in ('item', 'deposit') and l.deleted_at is null
			order by l.position, l.id loop
			credited := credited + invoice_credit_line(p_note, line, null)::int;
		end loop;
		return credited;
	end if;
	for wanted in select value from jsonb_array_elements(p_lines) loop
		select l.* into line from invoice_lines l where l.org_id = invoice.org_id
			and l.invoice_id = invoice.id and l.id = (wanted ->> 'invoiceLineId')::uuid
			and l.kind in ('item', 'deposit') and l.deleted_at is null;
		if line.id is null then
			perform app_invalid('lines', 'UNKNOWN_REFERENCE', 'Names what is no line of this invoice.');
		end if;
		credited := credited + invoice_credit_line(p_note, line, (wanted ->> 'quantity')::numeric)::int;
	end loop;
	return credited;
end
$$;

/* A credit note over these lines, or over all that is left. Asked for all again, the draft that waits or, when
 * nothing is left, the last note is answered. */
create function invoice_credit(p_invoice uuid, p_lines jsonb, p_reason text, p_versions int[],
	out note uuid, out made boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices := invoice_hold(p_invoice, p_versions);
begin
	if invoice.id is null then
		return;
	elsif invoice.issued_at is null or invoice.type = 'credit_note' then
		perform document_conflict('only an issued invoice is credited');
	elsif invoice.voided_at is not null then
		perform document_conflict('this invoice is void');
	end if;
	made := false;
	if p_lines is null then
		select i.id into note from invoices i
		where i.org_id = invoice.org_id and i.credited_invoice_id = invoice.id and i.deleted_at is null
			and (i.issued_at is null or invoice.credited_total = invoice.total)
		order by i.issued_at is not null, i.id desc limit 1;
		if note is not null then
			return;
		end if;
	elsif invoice.credited_total = invoice.total then
		perform document_conflict('this invoice is credited in full');
	end if;
	made := true;
	note := uuid_v7();
	insert into invoices (id, type, company_id, contact_id, deal_id, project_id, event_id,
		credited_invoice_id, owner_id, currency, prices_include_tax, bill_to_name, bill_to_tax_id,
		bill_to_email, bill_to_street, bill_to_city, bill_to_region, bill_to_postal_code, bill_to_country,
		purchase_order, notes, tags)
	values (note, 'credit_note', invoice.company_id, invoice.contact_id, invoice.deal_id, invoice.project_id,
		invoice.event_id, invoice.id, case when app_scope_create('invoices') = 'a'
			then coalesce(invoice.owner_id, app_user()) else app_user() end,
		invoice.currency, invoice.prices_include_tax, invoice.bill_to_name, invoice.bill_to_tax_id,
		invoice.bill_to_email, invoice.bill_to_street, invoice.bill_to_city, invoice.bill_to_region,
		invoice.bill_to_postal_code, invoice.bill_to_country, invoice.purchase_order, p_reason, invoice.tags);
	if invoice_credit_lines(invoice, note, p_lines) = 0 then
		perform document_conflict('there is nothing left of this invoice to credit');
	end if;
end
$$;

/* That an issued document went out to the customer. */
create function invoice_send(p_invoice uuid, p_versions int[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices := invoice_hold(p_invoice, p_versions);
begin
	if invoice.id is null then
		return false;
	elsif invoice.issued_at is null then
		perform document_conflict('a draft is not sent: issue it first');
	elsif invoice.voided_at is not null then
		perform document_conflict('this invoice is void');
	elsif invoice.sent_at is null then
		perform log_as(invoice.id, 'sent');
		update invoices i set sent_at = now() where i.org_id = invoice.org_id and i.id = invoice.id;
		end if;
	return true;
end
$$;

do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
	         and prorettype <> 'trigger'::regtype and proname ~ '^(document|quote|invoice)_'
	         and proname not in ('quote_in_scope', 'invoice_in_scope') loop
		execute format('revoke execute on function %s from public', f);
	end loop;
end
$$;

grant execute on function quote_send(uuid, int[]), quote_accept(uuid, text, uuid[], int[]),
	quote_decline(uuid, text, int[]), quote_cancel(uuid, int[]), quote_revise(uuid, int[]),
	quote_invoice(uuid, text, numeric), invoice_issue(uuid, int[]), invoice_void(uuid, text, int[]),
	invoice_credit(uuid, jsonb, text, int[]), invoice_send(uuid, int[]) to cairn_app;

set local row_security = off;
set local role cairn_owner;

create trigger quotes_sums before update on quotes for each row
	when (new.version <> old.version or new.prices_include_tax <> old.prices_include_tax)
	execute function quotes_sums();
create trigger invoices_sums before update on invoices for each row
	when (old.issued_at is null and (new.version <> old.version or new.issued_at is not null
		or new.prices_include_tax <> old.prices_include_tax))
	execute function invoices_sums();
create trigger invoices_settle after update of issued_at, voided_at, credited_total on invoices
	for each row when ((new.issued_at, new.voided_at, new.credited_total)
		is distinct from (old.issued_at, old.voided_at, old.credited_total))
	execute function invoices_settle();

/* Winning the deal of an accepted quote is the caller's doing, with the caller's rights. */
create function quote_win(p_quote uuid) returns boolean language plpgsql as $$
declare
	deal constant uuid := (select q.deal_id from quotes q where q.org_id = app_org() and q.id = p_quote);
begin
	if deal is null then
		perform app_invalid('winDeal', 'INVALID', 'This quote is of no deal.');
	elsif not deal_close(deal, 'won', null, null, null, null) then
		raise exception using errcode = 'CR403', message = 'you may not win the deal of this quote';
	end if;
	return true;
end
$$;

/* The lines of a deal as those of a quote that has none. */
create function quote_take_deal(p_quote uuid, p_deal uuid) returns void language plpgsql as $$
begin
	insert into quote_lines (quote_id, product_id, name, quantity, unit_price, discount_percent, position)
	select p_quote, l.product_id, l.name, l.quantity, l.unit_price, l.discount_percent, l.position
	from deal_lines l
	where l.org_id = app_org() and l.deal_id = p_deal and l.deleted_at is null
	order by l.position, l.id;
end
$$;

select protect_nested('quote_lines', entity => 'quote_line', parent => 'quotes', parent_column => 'quote_id',
	owner_column => 'owner_id');
select protect_nested('invoice_lines', entity => 'invoice_line', parent => 'invoices',
	parent_column => 'invoice_id', owner_column => 'owner_id', quiet => '{delivered_quantity}');

/* What is part of a document asks for the document's own rights now. */
set local role cairn_lookup;
drop function quote_in_scope(uuid, text), invoice_in_scope(uuid, text);
set local role cairn_owner;
