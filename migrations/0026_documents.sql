/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quotes and invoices (also deposits and credit notes), their lines, and the series of numbers.
 *
 * A line's amount and a document's sums are the database's, whoever writes: a line is rounded by itself,
 * tax once per rate over the document's lines (EN 16931), by document_totals alone. Whoever writes a line
 * holds the document's row until the commit, so that the sums always see all of the lines.
 *
 * A quote that was sent and an invoice that was issued keep every word. What the server keeps of them
 * (numbers, sums, moments, snapshots) only definer functions write: from cairn_app such columns are
 * not taken.
 */

/* ---- settings of the organisation --------------------------------------------------------------- */

alter table organizations
	add column bank_account text,
	add column prices_include_tax boolean not null default false,
	add column payment_terms_days int not null default 14,
	add column quote_valid_days int not null default 30,
	add column document_terms text,
	add constraint organizations_payment_terms check (payment_terms_days between 0 and 365),
	add constraint organizations_quote_valid_days check (quote_valid_days between 0 and 3650);

select protect('organizations', entity => 'organization', own => 'true', partner => 'true',
	commands => 'ru', lookup => 'true');

/* ---- numbers ------------------------------------------------------------------------------------ */

/* One row a series: its lock is what makes numbers follow each other without gaps, since it is held from
 * the taking of a number to the commit of the document that has it. next belongs to `year` where the
 * series begins anew each year. */
create table number_series (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	key text not null,
	prefix text not null,
	year_reset boolean not null default true,
	width int not null default 4,
	next int not null default 1,
	year int,
	last_number text,
	last_date date,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint number_series_pkey primary key (org_id, id),
	constraint number_series_org foreign key (org_id) references organizations (id),
	constraint number_series_key check (key ~ '^[a-z][a-z_]{0,39}$'),
	constraint number_series_prefix check (prefix ~ '^[A-Z][A-Z0-9]{0,9}$'),
	constraint number_series_width check (width between 1 and 9),
	constraint number_series_next check (next between 1 and 999999999)
);

create unique index number_series_key_unique on number_series (org_id, key) where deleted_at is null;
create unique index number_series_prefix_unique on number_series (org_id, prefix)
	where deleted_at is null;
create index number_series_list on number_series (org_id, created_at desc, id desc)
	where deleted_at is null;

/* Two series of one prefix, or one that counts anew and then does not, would give a number twice. */
create function number_series_rules() returns trigger language plpgsql as $$
begin
	if current_user = 'cairn_app' then
		new.key := old.key;
		new.year := old.year;
		new.last_number := old.last_number;
		new.last_date := old.last_date;
	end if;
	if new.last_number is distinct from old.last_number then
		return new;
	elsif new.next < old.next then
		perform app_invalid('next', 'OUT_OF_RANGE', 'Can only be raised.');
	elsif new.next > old.next and old.last_number is not null then
		perform app_invalid('next', 'IMMUTABLE',
			'Numbers of this series have been given: it goes on without a gap.');
	elsif new.year_reset <> old.year_reset and old.last_number is not null then
		perform app_invalid('yearReset', 'IMMUTABLE',
			'Numbers of this series have been given: it goes on as it began.');
	end if;
	return new;
end
$$;

create trigger number_series_rules before update on number_series
	for each row execute function number_series_rules();
select protect('number_series', entity => 'number_series', commands => 'ru');

set local role cairn_lookup;
set local row_security = on;

/* Takes the next number of a series for a document of that date. The series is held until the commit: take
 * it last. p_ordered: dates do not go back behind the last number's. */
create function number_take(p_key text, p_date date, p_field text default 'issueDate',
	p_ordered boolean default false) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	s number_series;
	taken int;
begin
	select n.* into s from number_series n
	where n.org_id = app_org() and n.key = p_key and n.deleted_at is null for update;
	if s.id is null then
		raise exception using errcode = 'CR409', message = format('there is no series of numbers "%s"', p_key);
	elsif p_date > app_today() then
		perform app_invalid(p_field, 'OUT_OF_RANGE', 'Must not be in the future.');
	elsif p_ordered and p_date < s.last_date then
		perform app_invalid(p_field, 'OUT_OF_RANGE', format(
			'Must not be before %s, the date of %s.', s.last_date, s.last_number));
	end if;
	taken := case when s.year_reset and extract(year from p_date) > s.year then 1 else s.next end;
	s.year := greatest(extract(year from p_date)::int, s.year);
	s.last_number := format('%s-%s%s', s.prefix, case when s.year_reset then s.year || '-' end,
		lpad(taken::text, greatest(s.width, length(taken::text)), '0'));
	update number_series n set next = taken + 1, year = s.year, last_number = s.last_number,
		last_date = greatest(s.last_date, p_date)
	where n.org_id = s.org_id and n.id = s.id;
	return s.last_number;
end
$$;

/* Every organisation has its series. */
create function organizations_series() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into number_series (org_id, key, prefix)
	values (new.org_id, 'quote', 'QUO'), (new.org_id, 'invoice', 'INV'),
		(new.org_id, 'credit_note', 'CN'), (new.org_id, 'payment', 'PAY'),
		(new.org_id, 'delivery_note', 'DN');
	return null;
end
$$;

do $$
declare
	org uuid;
begin
	for org in select id from organizations loop
		perform set_config('app.org_id', org::text, true);
		insert into number_series (org_id, key, prefix)
		values (org, 'quote', 'QUO'), (org, 'invoice', 'INV'), (org, 'credit_note', 'CN'),
			(org, 'payment', 'PAY'), (org, 'delivery_note', 'DN');
	end loop;
	perform set_config('app.org_id', '', true);
end
$$;

revoke execute on function number_take(text, date, text, boolean) from public;
set local row_security = off;
set local role cairn_owner;

create trigger organizations_series after insert on organizations
	for each row execute function organizations_series();

/* ---- sums --------------------------------------------------------------------------------------- */

/* Decimals that money of a currency has here: at most two (ISO 4217). */
create function currency_digits(currency text) returns int language sql immutable parallel safe as $$
	select case when $1 in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
		'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 0 else 2 end
$$;

/* What a line brings into the sums: its amount before and after the discount, and its tax. */
create type document_line as (gross numeric, amount numeric, rate numeric, kind text, tax_rate_id uuid);

/* What has been taxed already of what a document is about: the deposits that a final invoice deducts,
 * the credit notes before this one. Tax on all of it together is rounded, so that the parts add up. */
create type document_tax as (rate numeric, kind text, net numeric, tax numeric);

create type document_sums as (subtotal numeric, discount_total numeric, tax_total numeric, total numeric,
	tax_breakdown jsonb);

/*
 * Tax once per rate over the document's lines, half away from zero (round of numeric does so):
 *   prices without tax   tax = round(sum × r / 100),         net = sum
 *   prices with tax      tax = round(sum × r / (100 + r)),   net = sum − tax
 * Rates of one percentage and kind are one rate (EN 16931: category and rate).
 */
create function document_totals(lines document_line[], inclusive boolean, digits int,
	before document_tax[] default '{}') returns document_sums language plpgsql immutable as $$
declare
	sums document_sums;
begin
	select coalesce(sum(t.net), 0), 0, coalesce(sum(t.tax), 0), coalesce(sum(t.net + t.tax), 0),
		coalesce(jsonb_agg(jsonb_build_object('taxRateId', t.tax_rate_id, 'rate', t.rate,
			'kind', t.kind, 'net', t.net, 'tax', t.tax) order by t.rate desc, t.kind), '[]')
	into sums
	from (
		select r.rate, r.kind, r.tax_rate_id, x.tax,
			case when inclusive then r.amount - x.tax else r.amount end as net
		from (
			select coalesce(l.rate, 0) as rate, l.kind, min(l.tax_rate_id::text)::uuid as tax_rate_id,
				sum(l.amount) as amount
			from unnest(lines) as l group by coalesce(l.rate, 0), l.kind
		) as r
		left join lateral (
			select sum(b.net) as net, sum(b.tax) as tax from unnest(before) as b
			where b.rate = r.rate and b.kind is not distinct from r.kind
		) as b on true
		cross join lateral (
			select round(case when inclusive
				then (r.amount + coalesce(b.net + b.tax, 0)) * r.rate / (100 + r.rate)
				else (r.amount + coalesce(b.net, 0)) * r.rate / 100 end, digits)
				- coalesce(b.tax, 0) as tax
		) as x
	) as t;
	sums.discount_total := coalesce((select sum(l.gross - l.amount) from unnest(lines) as l), 0);
	return sums;
end
$$;

/* ---- quote -------------------------------------------------------------------------------------- */

create table quotes (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	number text,
	company_id uuid not null,
	contact_id uuid,
	deal_id uuid,
	event_id uuid,
	project_id uuid,
	owner_id uuid,
	title text collate "und-x-icu",
	issue_date date,
	valid_until date,
	currency text not null,
	prices_include_tax boolean not null,
	subtotal numeric(14,2) not null default 0,
	discount_total numeric(14,2) not null default 0,
	tax_total numeric(14,2) not null default 0,
	total numeric(14,2) not null default 0,
	tax_breakdown jsonb not null default '[]',
	bill_to_name text,
	bill_to_tax_id text,
	bill_to_email text,
	bill_to_street text,
	bill_to_city text,
	bill_to_region text,
	bill_to_postal_code text,
	bill_to_country text,
	seller jsonb,
	purchase_order text,
	intro text,
	terms text,
	sent_at timestamptz(3),
	viewed_at timestamptz(3),
	accepted_at timestamptz(3),
	declined_at timestamptz(3),
	cancelled_at timestamptz(3),
	accepted_by_name text,
	accepted_by_ip text,
	decline_reason text,
	revision_of_id uuid,
	invoiced_total numeric(14,2) not null default 0,
	search tsvector generated always as (search_document(number, title, bill_to_name, purchase_order))
		stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint quotes_pkey primary key (org_id, id),
	constraint quotes_org foreign key (org_id) references organizations (id),
	constraint quotes_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint quotes_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint quotes_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint quotes_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint quotes_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint quotes_event foreign key (org_id, event_id) references events (org_id, id),
	constraint quotes_project foreign key (org_id, project_id) references projects (org_id, id),
	constraint quotes_revision_of foreign key (org_id, revision_of_id) references quotes (org_id, id),
	constraint quotes_currency check (currency ~ '^[A-Z]{3}$'),
	constraint quotes_valid_until check (valid_until >= issue_date),
	constraint quotes_sums check (total = subtotal + tax_total and total >= 0),
	constraint quotes_invoiced check (invoiced_total between 0 and total),
	constraint quotes_sent_whole check (sent_at is null or num_nulls(number, issue_date, valid_until,
		bill_to_name, seller) = 0),
	constraint quotes_answered_once check (accepted_at is null or declined_at is null),
	constraint quotes_answered_sent check (sent_at is not null
		or num_nonnulls(number, accepted_at, declined_at, viewed_at) = 0)
);

create unique index quotes_number_unique on quotes (org_id, number) where number is not null;
create index quotes_list on quotes (org_id, created_at desc, id desc) where deleted_at is null;
create index quotes_owner on quotes (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index quotes_company on quotes (org_id, company_id, created_at desc, id desc);
create index quotes_contact on quotes (org_id, contact_id) where contact_id is not null;
create index quotes_deal on quotes (org_id, deal_id, created_at desc, id desc)
	where deal_id is not null;
create index quotes_event on quotes (org_id, event_id) where event_id is not null;
create index quotes_project on quotes (org_id, project_id) where project_id is not null;
create index quotes_revision_of on quotes (org_id, revision_of_id) where revision_of_id is not null;
create index quotes_search on quotes
	using gin (org_id, search, tags, custom jsonb_path_ops, title gin_trgm_ops);

/* An optional line counts once the customer has chosen it. */
create table quote_lines (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	quote_id uuid not null,
	kind text not null default 'item',
	position int not null default 0,
	product_id uuid,
	name text not null,
	description text,
	quantity numeric(14,3),
	unit text,
	unit_price numeric(14,2),
	discount_percent numeric(6,3) not null default 0,
	tax_rate_id uuid,
	tax_rate numeric(6,3),
	tax_kind text,
	optional boolean not null default false,
	chosen boolean not null default false,
	amount numeric(14,2) not null default 0,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint quote_lines_pkey primary key (org_id, id),
	constraint quote_lines_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint quote_lines_quote foreign key (org_id, quote_id) references quotes (org_id, id),
	constraint quote_lines_product foreign key (org_id, product_id) references products (org_id, id),
	constraint quote_lines_tax_rate foreign key (org_id, tax_rate_id)
		references tax_rates (org_id, id),
	constraint quote_lines_kind check (kind in ('item', 'heading', 'text')),
	constraint quote_lines_name_length check (length(name) between 1 and 300),
	constraint quote_lines_quantity check (quantity > 0),
	constraint quote_lines_unit_price check (unit_price >= 0),
	constraint quote_lines_discount check (discount_percent between 0 and 100),
	constraint quote_lines_money check (case kind when 'item' then num_nulls(quantity, unit_price) = 0
		else num_nonnulls(product_id, quantity, unit_price, tax_rate_id) = 0 and amount = 0
			and not optional end),
	constraint quote_lines_chosen check (optional or not chosen)
);

create index quote_lines_quote on quote_lines (org_id, quote_id, position, id);
create index quote_lines_product on quote_lines (org_id, product_id) where product_id is not null;
create index quote_lines_tax_rate on quote_lines (org_id, tax_rate_id) where tax_rate_id is not null;
create index quote_lines_list on quote_lines (org_id, created_at desc, id desc)
	where deleted_at is null;

/* ---- invoice ------------------------------------------------------------------------------------ */

/* paid_total is the sum of what payments have allocated, kept by their trigger; credited_total that of
 * the issued credit notes. */
create table invoices (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	type text not null default 'invoice',
	number text,
	company_id uuid not null,
	contact_id uuid,
	deal_id uuid,
	project_id uuid,
	event_id uuid,
	quote_id uuid,
	credited_invoice_id uuid,
	owner_id uuid,
	issue_date date,
	supply_date date,
	due_date date,
	currency text not null,
	exchange_rate numeric(18,8),
	prices_include_tax boolean not null,
	subtotal numeric(14,2) not null default 0,
	discount_total numeric(14,2) not null default 0,
	tax_total numeric(14,2) not null default 0,
	total numeric(14,2) not null default 0,
	tax_breakdown jsonb not null default '[]',
	paid_total numeric(14,2) not null default 0,
	credited_total numeric(14,2) not null default 0,
	balance numeric(14,2) not null generated always as (case when voided_at is not null
		or type = 'credit_note' then 0 else total - paid_total - credited_total end) stored,
	bill_to_name text,
	bill_to_tax_id text,
	bill_to_email text,
	bill_to_street text,
	bill_to_city text,
	bill_to_region text,
	bill_to_postal_code text,
	bill_to_country text,
	ship_to_name text,
	ship_to_street text,
	ship_to_city text,
	ship_to_region text,
	ship_to_postal_code text,
	ship_to_country text,
	seller jsonb,
	purchase_order text,
	payment_reference text,
	notes text,
	terms text,
	issued_at timestamptz(3),
	issued_by uuid,
	voided_at timestamptz(3),
	void_reason text,
	sent_at timestamptz(3),
	viewed_at timestamptz(3),
	search tsvector generated always as (search_document(number, bill_to_name, purchase_order,
		payment_reference)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint invoices_pkey primary key (org_id, id),
	constraint invoices_org foreign key (org_id) references organizations (id),
	constraint invoices_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint invoices_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint invoices_issued_by foreign key (org_id, issued_by) references memberships (org_id, id),
	constraint invoices_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint invoices_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint invoices_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint invoices_project foreign key (org_id, project_id) references projects (org_id, id),
	constraint invoices_event foreign key (org_id, event_id) references events (org_id, id),
	constraint invoices_quote foreign key (org_id, quote_id) references quotes (org_id, id),
	constraint invoices_credited_invoice foreign key (org_id, credited_invoice_id)
		references invoices (org_id, id),
	constraint invoices_type check (type in ('invoice', 'deposit', 'credit_note')),
	constraint invoices_currency check (currency ~ '^[A-Z]{3}$'),
	constraint invoices_exchange_rate check (exchange_rate > 0),
	constraint invoices_credited_required check ((type = 'credit_note') = (credited_invoice_id is not null)),
	constraint invoices_due_date check (due_date >= issue_date),
	constraint invoices_sums check (total = subtotal + tax_total and total >= 0),
	constraint invoices_paid check (paid_total >= 0),
	constraint invoices_credited check (credited_total between 0 and total),
	constraint invoices_balance check (total - paid_total - credited_total >= 0),
	constraint invoices_issued_whole check (case when issued_at is null then number is null
		else num_nulls(number, issue_date, due_date, bill_to_name, seller) = 0 end),
	constraint invoices_draft_unpaid check (issued_at is not null
		or paid_total = 0 and credited_total = 0 and voided_at is null),
	constraint invoices_void check (voided_at is null or void_reason is not null
		and paid_total = 0 and credited_total = 0),
	constraint invoices_credit_note_unpaid check (type <> 'credit_note'
		or paid_total = 0 and credited_total = 0)
);

create unique index invoices_number_unique on invoices (org_id, number) where number is not null;
create index invoices_list on invoices (org_id, created_at desc, id desc) where deleted_at is null;
create index invoices_owner on invoices (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index invoices_issued on invoices (org_id, issue_date desc, id desc)
	where issued_at is not null;
create index invoices_due on invoices (org_id, due_date, id)
	where issued_at is not null and balance > 0;
create index invoices_issued_by on invoices (org_id, issued_by) where issued_by is not null;
create index invoices_company on invoices (org_id, company_id, created_at desc, id desc);
create index invoices_contact on invoices (org_id, contact_id) where contact_id is not null;
create index invoices_deal on invoices (org_id, deal_id) where deal_id is not null;
create index invoices_project on invoices (org_id, project_id) where project_id is not null;
create index invoices_event on invoices (org_id, event_id) where event_id is not null;
create index invoices_quote on invoices (org_id, quote_id) where quote_id is not null;
create index invoices_credited_invoice on invoices (org_id, credited_invoice_id)
	where credited_invoice_id is not null;
create index invoices_search on invoices using gin (org_id, search, tags, custom jsonb_path_ops);

/* A line of kind deposit deducts what a deposit invoice has charged already; only the server writes one.
 * delivered_quantity is kept by the delivery notes. */
create table invoice_lines (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	invoice_id uuid not null,
	kind text not null default 'item',
	position int not null default 0,
	product_id uuid,
	name text not null,
	description text,
	quantity numeric(14,3),
	unit text,
	unit_price numeric(14,2),
	discount_percent numeric(6,3) not null default 0,
	tax_rate_id uuid,
	tax_rate numeric(6,3),
	tax_kind text,
	amount numeric(14,2) not null default 0,
	quote_line_id uuid,
	credited_line_id uuid,
	deposit_invoice_id uuid,
	delivered_quantity numeric(14,3) not null default 0,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint invoice_lines_pkey primary key (org_id, id),
	constraint invoice_lines_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint invoice_lines_invoice foreign key (org_id, invoice_id) references invoices (org_id, id),
	constraint invoice_lines_product foreign key (org_id, product_id)
		references products (org_id, id),
	constraint invoice_lines_tax_rate foreign key (org_id, tax_rate_id)
		references tax_rates (org_id, id),
	constraint invoice_lines_quote_line foreign key (org_id, quote_line_id)
		references quote_lines (org_id, id),
	constraint invoice_lines_credited_line foreign key (org_id, credited_line_id)
		references invoice_lines (org_id, id),
	constraint invoice_lines_deposit_invoice foreign key (org_id, deposit_invoice_id)
		references invoices (org_id, id),
	constraint invoice_lines_kind check (kind in ('item', 'heading', 'text', 'deposit')),
	constraint invoice_lines_name_length check (length(name) between 1 and 300),
	constraint invoice_lines_quantity check (quantity > 0),
	constraint invoice_lines_unit_price check (unit_price >= 0 or kind = 'deposit'),
	constraint invoice_lines_discount check (discount_percent between 0 and 100),
	constraint invoice_lines_money check (case when kind in ('item', 'deposit')
		then num_nulls(quantity, unit_price) = 0
		else num_nonnulls(product_id, quantity, unit_price, tax_rate_id) = 0 and amount = 0 end),
	constraint invoice_lines_deposit check ((kind = 'deposit') = (deposit_invoice_id is not null)),
	constraint invoice_lines_delivered check (delivered_quantity between 0 and coalesce(quantity, 0))
);

create index invoice_lines_invoice on invoice_lines (org_id, invoice_id, position, id);
create index invoice_lines_product on invoice_lines (org_id, product_id) where product_id is not null;
create index invoice_lines_tax_rate on invoice_lines (org_id, tax_rate_id)
	where tax_rate_id is not null;
create index invoice_lines_quote_line on invoice_lines (org_id, quote_line_id)
	where quote_line_id is not null;
create index invoice_lines_credited_line on invoice_lines (org_id, credited_line_id)
	where credited_line_id is not null;
create index invoice_lines_deposit_invoice on invoice_lines (org_id, deposit_invoice_id)
	where deposit_invoice_id is not null;
create index invoice_lines_list on invoice_lines (org_id, created_at desc, id desc)
	where deleted_at is null;

/* ---- statuses ----------------------------------------------------------------------------------- */

create function quote_status(quote quotes) returns text language sql stable as $$
	select case when quote.cancelled_at is not null then 'cancelled'
		when quote.accepted_at is not null then 'accepted'
		when quote.declined_at is not null then 'declined'
		when quote.sent_at is null then 'draft'
		when quote.valid_until < app_today() then 'expired'
		else 'sent' end
$$;

create function invoice_status(invoice invoices) returns text language sql stable as $$
	select case when invoice.issued_at is null then 'draft'
		when invoice.voided_at is not null then 'void'
		when invoice.type = 'credit_note' then 'issued'
		when invoice.credited_total = invoice.total and invoice.total > 0 then 'credited'
		when invoice.balance = 0 then 'paid'
		when invoice.due_date < app_today() then 'overdue'
		when invoice.paid_total > 0 then 'partially_paid'
		else 'issued' end
$$;

/* ---- rules of documents -------------------------------------------------------------------------- */

/* Complains of every column of a finished document that would change, but for those that may. */
create function document_frozen(was jsonb, wanted jsonb, but text[], message text) returns void
language plpgsql as $$
declare
	details jsonb;
begin
	select jsonb_agg(jsonb_build_object('field', lower(left(w.key, 1))
		|| substr(replace(initcap(replace(w.key, '_', ' ')), ' ', ''), 2),
		'code', 'IMMUTABLE', 'message', $4) order by w.key)
	into details
	from jsonb_each(wanted) as w
	where w.value is distinct from was -> w.key
		and w.key <> all (but || '{version,updated_at,updated_by,search,balance}'::text[]);
	if details is not null then
		raise exception using errcode = 'CR422', message = message, detail = details::text;
	end if;
end
$$;

/* What only the server keeps is not taken from cairn_app: the columns of a new document begin empty, those
 * of an old one stay. */
create function quotes_guard() returns trigger language plpgsql as $$
declare
	was quotes;
begin
	if tg_op = 'UPDATE' then
		was := old;
	else
		was.subtotal := 0; was.discount_total := 0; was.tax_total := 0; was.total := 0;
		was.tax_breakdown := '[]'; was.invoiced_total := 0;
	end if;
	if current_user = 'cairn_app' then
		new.number := was.number;
		new.subtotal := was.subtotal;
		new.discount_total := was.discount_total;
		new.tax_total := was.tax_total;
		new.total := was.total;
		new.tax_breakdown := was.tax_breakdown;
		new.seller := was.seller;
		new.sent_at := was.sent_at;
		new.viewed_at := was.viewed_at;
		new.accepted_at := was.accepted_at;
		new.declined_at := was.declined_at;
		new.cancelled_at := was.cancelled_at;
		new.accepted_by_name := was.accepted_by_name;
		new.accepted_by_ip := was.accepted_by_ip;
		new.decline_reason := was.decline_reason;
		new.revision_of_id := was.revision_of_id;
		new.invoiced_total := was.invoiced_total;
	end if;
	if tg_op = 'UPDATE' and (was.sent_at is not null or was.cancelled_at is not null) then
		if new.deleted_at is not null then
			raise exception using errcode = 'CR409',
				message = 'only drafts can be deleted: cancel this quote instead';
		end if;
		perform document_frozen(to_jsonb(was), to_jsonb(new), '{owner_id,deal_id,event_id,project_id,tags,'
			'custom,external_ids,subtotal,discount_total,tax_total,total,tax_breakdown,viewed_at,'
			'accepted_at,accepted_by_name,accepted_by_ip,declined_at,decline_reason,cancelled_at,'
			'invoiced_total}', 'A quote that was sent keeps its text: revise it instead.');
	end if;
	return new;
end
$$;

create function invoices_guard() returns trigger language plpgsql as $$
declare
	was invoices;
begin
	if tg_op = 'UPDATE' then
		was := old;
	else
		was.subtotal := 0; was.discount_total := 0; was.tax_total := 0; was.total := 0;
		was.tax_breakdown := '[]'; was.paid_total := 0; was.credited_total := 0;
	end if;
	if current_user = 'cairn_app' then
		new.number := was.number;
		new.quote_id := was.quote_id;
		new.exchange_rate := was.exchange_rate;
		new.subtotal := was.subtotal;
		new.discount_total := was.discount_total;
		new.tax_total := was.tax_total;
		new.total := was.total;
		new.tax_breakdown := was.tax_breakdown;
		new.paid_total := was.paid_total;
		new.credited_total := was.credited_total;
		new.seller := was.seller;
		new.issued_at := was.issued_at;
		new.issued_by := was.issued_by;
		new.voided_at := was.voided_at;
		new.void_reason := was.void_reason;
		new.sent_at := was.sent_at;
		new.viewed_at := was.viewed_at;
	end if;
	if tg_op = 'UPDATE' and was.issued_at is not null then
		if new.deleted_at is not null then
			raise exception using errcode = 'CR409', message =
				'an issued document is never deleted: void it, or issue a credit note';
		end if;
		perform document_frozen(to_jsonb(was), to_jsonb(new), '{owner_id,deal_id,event_id,project_id,tags,'
			'custom,external_ids,paid_total,credited_total,voided_at,void_reason,sent_at,viewed_at}',
			'An issued document keeps its text: issue a credit note instead.');
	end if;
	return new;
end
$$;

/* Lines: what the server keeps, and the lines that only it writes. */
create function quote_lines_guard() returns trigger language plpgsql as $$
begin
	if current_user = 'cairn_app' and tg_op = 'INSERT' then
		new.chosen := false;
		new.tax_rate := null;
		new.tax_kind := null;
	elsif current_user = 'cairn_app' then
		new.chosen := old.chosen and new.optional;
	end if;
	return new;
end
$$;

create function invoice_lines_guard() returns trigger language plpgsql as $$
begin
	if current_user <> 'cairn_app' then
		return new;
	elsif tg_op = 'INSERT' then
		if new.kind = 'deposit' then
			perform app_invalid('kind', 'INVALID', 'Only invoicing a quote deducts deposits.');
		end if;
		new.quote_line_id := null;
		new.credited_line_id := null;
		new.deposit_invoice_id := null;
		new.delivered_quantity := 0;
		new.tax_rate := null;
		new.tax_kind := null;
		return new;
	end if;
	new.quote_line_id := old.quote_line_id;
	new.credited_line_id := old.credited_line_id;
	new.deposit_invoice_id := old.deposit_invoice_id;
	new.delivered_quantity := old.delivered_quantity;
	if (old.kind = 'deposit') <> (new.kind = 'deposit') then
		perform app_invalid('kind', 'IMMUTABLE', 'Cannot be changed.');
	elsif old.kind = 'deposit' then
		new.product_id := old.product_id;
		new.quantity := old.quantity;
		new.unit_price := old.unit_price;
		new.discount_percent := old.discount_percent;
		new.tax_rate_id := old.tax_rate_id;
	end if;
	return new;
end
$$;

set local role cairn_lookup;
set local row_security = on;

/* The parent's scope, for what hangs on a document; letter is that of the child's table. */
create function quote_in_scope(p_quote uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from quotes q where q.org_id = app_org() and q.id = p_quote
		and case p_letter when 'o' then q.owner_id = app_user()
		else q.owner_id = any (app_team_users()) end);
end
$$;

create function invoice_in_scope(p_invoice uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from invoices i where i.org_id = app_org() and i.id = p_invoice
		and case p_letter when 'o' then i.owner_id = app_user()
		else i.owner_id = any (app_team_users()) end);
end
$$;

revoke execute on function quote_in_scope(uuid, text), invoice_in_scope(uuid, text) from public;
grant execute on function quote_in_scope(uuid, text), invoice_in_scope(uuid, text) to cairn_app;

create function document_contact_check(p_org uuid, p_company uuid, p_contact uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if not exists (select from contacts c where c.org_id = p_org and c.id = p_contact
	               and c.company_id = p_company) then
		perform app_invalid('contactId', 'INVALID', 'Is not a contact of this company.');
	end if;
end
$$;

create function quotes_rules() returns trigger
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
	elsif new.currency <> old.currency and exists (select from quote_lines l
	      where l.org_id = new.org_id and l.quote_id = new.id and l.deleted_at is null) then
		perform app_invalid('currency', 'IMMUTABLE', 'Is fixed once the quote has lines.');
	end if;
	if new.contact_id is not null and (fresh or (new.contact_id, new.company_id)
	   is distinct from (old.contact_id, old.company_id)) then
		perform document_contact_check(new.org_id, new.company_id, new.contact_id);
	end if;
	return new;
end
$$;

/* A credit note is about one issued invoice: its company, currency and kind of prices. */
create function invoice_credits(invoice invoices) returns invoices
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	credited invoices;
begin
	select i.* into credited from invoices i
	where i.org_id = invoice.org_id and i.id = invoice.credited_invoice_id;
	if credited.issued_at is null or credited.voided_at is not null or credited.type = 'credit_note' then
		perform app_invalid('creditedInvoiceId', 'INVALID', 'Must be an issued invoice that is not void.');
	elsif invoice.company_id <> credited.company_id then
		perform app_invalid('companyId', 'INVALID', 'Must be the company of the credited invoice.');
	elsif invoice.currency <> credited.currency then
		perform app_invalid('currency', 'INVALID', format('Must be %s, as the credited invoice has.',
			credited.currency));
	end if;
	invoice.currency := credited.currency;
	invoice.prices_include_tax := credited.prices_include_tax;
	return invoice;
end
$$;

create function invoices_rules() returns trigger
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
	elsif new.currency <> old.currency and exists (select from invoice_lines l
	      where l.org_id = new.org_id and l.invoice_id = new.id and l.deleted_at is null) then
		perform app_invalid('currency', 'IMMUTABLE', 'Is fixed once the invoice has lines.');
	end if;
	if new.contact_id is not null and (fresh or (new.contact_id, new.company_id)
	   is distinct from (old.contact_id, old.company_id)) then
		perform document_contact_check(new.org_id, new.company_id, new.contact_id);
	end if;
	return new;
end
$$;

/* ---- rules of lines ------------------------------------------------------------------------------- */

/* Holds the line's document until the commit; answers its currency and whether it is finished. */
create function document_hold(p_table text, p_org uuid, p_document uuid, out currency text,
	out finished boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if p_table = 'quote_lines' then
		select q.currency, q.sent_at is not null or q.cancelled_at is not null
		into document_hold.currency, finished
		from quotes q where q.org_id = p_org and q.id = p_document for no key update;
	else
		select i.currency, i.issued_at is not null into document_hold.currency, finished
		from invoices i where i.org_id = p_org and i.id = p_document for no key update;
	end if;
end
$$;

create function document_line_product(p_org uuid, p_product uuid, p_currency text) returns products
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	product products;
begin
	select p.* into product from products p
	where p.org_id = p_org and p.id = p_product and p.deleted_at is null;
	if product.id is not null and not product.active then
		perform app_invalid('productId', 'INVALID', 'Is not sold any more.');
	elsif product.currency <> p_currency then
		perform app_invalid('productId', 'INVALID', format('Is priced in %s; the document is in %s.',
			product.currency, p_currency));
	end if;
	return product;
end
$$;

/* What a line does not say comes from its product; the tax from the product, else the organisation's
 * default. Percentage and kind of tax are copied, so that the line keeps them; a line that is a copy of
 * another has them already. */
create function document_lines_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	fresh constant boolean := tg_op = 'INSERT';
	document uuid;
	home record;
	product products;
	tax tax_rates;
	copied boolean;
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
			perform app_invalid(case when new.product_id is not null then 'productId'
				when new.quantity is not null then 'quantity'
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
	if new.product_id is not null and (fresh or new.product_id is distinct from old.product_id
	   or num_nulls(new.name, new.unit_price, new.tax_rate_id) > 0) then
		product := document_line_product(new.org_id, new.product_id, home.currency);
	end if;
	new.quantity := coalesce(new.quantity, 1);
	new.name := coalesce(new.name, product.name);
	new.unit := coalesce(new.unit, product.unit);
	new.unit_price := coalesce(new.unit_price, product.price);
	if new.unit_price is null then
		perform app_invalid('unitPrice', 'REQUIRED', 'Is required of what has no product.');
	end if;
	copied := case when fresh then new.tax_rate is not null
		else new.tax_rate_id is not distinct from old.tax_rate_id end;
	if not copied then
		new.tax_rate_id := coalesce(new.tax_rate_id, product.tax_rate_id, (select t.id from tax_rates t
			where t.org_id = new.org_id and t.is_default and t.active and t.deleted_at is null));
		select t.* into tax from tax_rates t where t.org_id = new.org_id and t.id = new.tax_rate_id;
		if not tax.active and tax.id is distinct from product.tax_rate_id then
			perform app_invalid('taxRateId', 'INVALID', 'Is not in use any more.');
		end if;
		new.tax_rate := coalesce(tax.rate, 0);
		new.tax_kind := tax.kind;
	elsif not fresh then
		new.tax_rate := old.tax_rate;
		new.tax_kind := old.tax_kind;
	end if;
	if new.quantity * abs(new.unit_price) > 999999999999.99 then
		perform app_invalid('unitPrice', 'OUT_OF_RANGE', 'Makes an amount that is too large.');
	end if;
	new.amount := round(new.quantity * new.unit_price * (1 - new.discount_percent / 100),
		currency_digits(home.currency));
	return new;
end
$$;

/* ---- keeping the sums ------------------------------------------------------------------------------ */

create function document_too_large(p_lines bigint, sums document_sums) returns void
language plpgsql as $$
begin
	if p_lines > 500 then
		perform app_invalid('lines', 'TOO_MANY', 'Holds at most 500 lines.');
	elsif sums.total > 999999999999.99 then
		perform app_invalid('lines', 'OUT_OF_RANGE', 'Make a total that is too large.');
	elsif sums.total < 0 then
		perform app_invalid('lines', 'OUT_OF_RANGE', 'Make a total below zero.');
	end if;
end
$$;

create function quote_sum(p_org uuid, p_quote uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	quote quotes;
	sums document_sums;
	counted bigint;
begin
	select q.* into quote from quotes q where q.org_id = p_org and q.id = p_quote for no key update;
	select (t.sums).*, t.counted from (
		select document_totals(coalesce(array_agg((round(l.quantity * l.unit_price,
			currency_digits(quote.currency)), l.amount, l.tax_rate, l.tax_kind, l.tax_rate_id)::document_line)
			filter (where l.kind = 'item' and (l.chosen or not l.optional)), '{}'),
			quote.prices_include_tax, currency_digits(quote.currency)) as sums, count(*) as counted
		from quote_lines l
		where l.org_id = p_org and l.quote_id = p_quote and l.deleted_at is null) as t
	into sums.subtotal, sums.discount_total, sums.tax_total, sums.total, sums.tax_breakdown, counted;
	perform document_too_large(counted, sums);
	update quotes q set subtotal = sums.subtotal, discount_total = sums.discount_total,
		tax_total = sums.tax_total, total = sums.total, tax_breakdown = sums.tax_breakdown
	where q.org_id = p_org and q.id = p_quote;
end
$$;

/* Adds up what documents have taxed, credit notes the other way. */
create function document_taxes_add(added document_tax[]) returns document_tax[]
language sql immutable set search_path = public, pg_temp as $$
	select coalesce(array_agg((t.rate, t.kind, t.net, t.tax)::document_tax), '{}')
	from (select a.rate, a.kind, sum(a.net) as net, sum(a.tax) as tax from unnest(added) as a
		group by a.rate, a.kind) as t
$$;

create function document_taxes(p_breakdown jsonb, p_sign int default 1) returns document_tax[]
language sql immutable set search_path = public, pg_temp as $$
	select coalesce(array_agg(((b ->> 'rate')::numeric, b ->> 'kind', p_sign * (b ->> 'net')::numeric,
		p_sign * (b ->> 'tax')::numeric)::document_tax), '{}')
	from jsonb_array_elements(p_breakdown) as b
$$;

/* What an invoice has taxed, less what its credit notes have given back. */
create function invoice_taxes(p_org uuid, p_invoice uuid) returns document_tax[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	taxes document_tax[] := '{}';
	part document_tax[];
begin
	for part in select document_taxes(i.tax_breakdown, case when i.id = p_invoice then 1 else -1 end)
		from invoices i where i.org_id = p_org and i.issued_at is not null and i.voided_at is null
			and (i.id = p_invoice or i.credited_invoice_id = p_invoice) loop
		taxes := taxes || part;
	end loop;
	return document_taxes_add(taxes);
end
$$;

/* What was taxed before this document of what it is about. */
create function invoice_taxed_before(invoice invoices) returns document_tax[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	taxes document_tax[] := '{}';
	part document_tax[];
	credited invoices;
begin
	if invoice.type = 'credit_note' then
		select i.* into credited from invoices i
		where i.org_id = invoice.org_id and i.id = invoice.credited_invoice_id;
		for part in select document_taxes(i.tax_breakdown) from invoices i
			where i.org_id = invoice.org_id and i.credited_invoice_id = credited.id
				and i.issued_at is not null and i.id <> invoice.id loop
			taxes := taxes || part;
		end loop;
		return document_taxes_add(taxes || invoice_taxed_before(credited));
	elsif invoice.type = 'deposit' and invoice.quote_id is not null then
		for part in select invoice_taxes(i.org_id, i.id) from invoices i
			where i.org_id = invoice.org_id and i.quote_id = invoice.quote_id and i.type = 'deposit'
				and i.issued_at < coalesce(invoice.issued_at, 'infinity') and i.voided_at is null
				and i.id <> invoice.id loop
			taxes := taxes || part;
		end loop;
	else
		for part in select invoice_taxes(invoice.org_id, l.deposit_invoice_id) from invoice_lines l
			where l.org_id = invoice.org_id and l.invoice_id = invoice.id and l.deleted_at is null
				and l.kind = 'deposit'
			group by l.deposit_invoice_id loop
			taxes := taxes || part;
		end loop;
	end if;
	return document_taxes_add(taxes);
end
$$;

create function invoice_sum(p_org uuid, p_invoice uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice invoices;
	sums document_sums;
	counted bigint;
begin
	select i.* into invoice from invoices i where i.org_id = p_org and i.id = p_invoice for no key update;
	if invoice.issued_at is not null then
		return;
	end if;
	select (t.sums).*, t.counted from (
		select document_totals(coalesce(array_agg((round(l.quantity * l.unit_price,
			currency_digits(invoice.currency)), l.amount, l.tax_rate, l.tax_kind, l.tax_rate_id)::document_line)
			filter (where l.kind in ('item', 'deposit')), '{}'), invoice.prices_include_tax,
			currency_digits(invoice.currency), invoice_taxed_before(invoice)) as sums, count(*) as counted
		from invoice_lines l
		where l.org_id = p_org and l.invoice_id = p_invoice and l.deleted_at is null) as t
	into sums.subtotal, sums.discount_total, sums.tax_total, sums.total, sums.tax_breakdown, counted;
	perform document_too_large(counted, sums);
	update invoices i set subtotal = sums.subtotal, discount_total = sums.discount_total,
		tax_total = sums.tax_total, total = sums.total, tax_breakdown = sums.tax_breakdown
	where i.org_id = p_org and i.id = p_invoice;
end
$$;

create function quote_lines_sum() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform quote_sum(d.org_id, d.quote_id)
	from (select distinct n.org_id, n.quote_id from new_rows n) as d;
	return null;
end
$$;

create function invoice_lines_sum() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform invoice_sum(d.org_id, d.invoice_id)
	from (select distinct n.org_id, n.invoice_id from new_rows n) as d;
	return null;
end
$$;

create function quotes_sum() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform quote_sum(new.org_id, new.id);
	return null;
end
$$;

create function invoices_sum() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform invoice_sum(new.org_id, new.id);
	return null;
end
$$;

/* ---- what is used stays ------------------------------------------------------------------------------ */

create function products_in_documents() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if exists (select from quote_lines l where l.org_id = new.org_id and l.product_id = new.id
	           and l.deleted_at is null)
	   or exists (select from invoice_lines l where l.org_id = new.org_id and l.product_id = new.id
	              and l.deleted_at is null) then
		raise exception using errcode = 'CR409',
			message = 'documents have this product: deactivate it instead';
	end if;
	return new;
end
$$;

create function tax_rates_in_documents() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if not exists (select from quote_lines l where l.org_id = new.org_id and l.tax_rate_id = new.id)
	   and not exists (select from invoice_lines l where l.org_id = new.org_id
	                   and l.tax_rate_id = new.id) then
		return new;
	elsif new.rate <> old.rate or new.kind <> old.kind then
		perform app_invalid(case when new.rate <> old.rate then 'rate' else 'kind' end, 'IMMUTABLE',
			'Documents have it: make another tax rate instead.');
	end if;
	raise exception using errcode = 'CR409', message = 'documents have this tax rate: deactivate it instead';
end
$$;

create function companies_invoiced() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if exists (select from invoices i where i.org_id = new.org_id and i.company_id = new.id
	           and i.issued_at is not null) then
		raise exception using errcode = 'CR409', message = 'this company has invoices: it is kept';
	end if;
	return new;
end
$$;

do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
	         and prorettype <> 'trigger'::regtype
	         and proname ~ '^(document_|quote_sum|invoice_sum|invoice_tax|invoice_credits)' loop
		execute format('revoke execute on function %s from public', f);
	end loop;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger quotes_guard before insert or update on quotes
	for each row execute function quotes_guard();
create trigger quotes_rules before insert or update on quotes
	for each row execute function quotes_rules();
create trigger quotes_sum after update of prices_include_tax on quotes for each row
	when (new.prices_include_tax <> old.prices_include_tax) execute function quotes_sum();
create trigger invoices_guard before insert or update on invoices
	for each row execute function invoices_guard();
create trigger invoices_rules before insert or update on invoices
	for each row execute function invoices_rules();
create trigger invoices_sum after update of prices_include_tax on invoices for each row
	when (new.prices_include_tax <> old.prices_include_tax) execute function invoices_sum();
create trigger aa_lines_guard before insert or update on quote_lines
	for each row execute function quote_lines_guard();
create trigger aa_lines_guard before insert or update on invoice_lines
	for each row execute function invoice_lines_guard();
create trigger document_lines_derive before insert or update on quote_lines
	for each row execute function document_lines_derive();
create trigger document_lines_derive before insert or update on invoice_lines
	for each row execute function document_lines_derive();
create trigger quote_lines_sum_insert after insert on quote_lines referencing new table as new_rows
	for each statement execute function quote_lines_sum();
create trigger quote_lines_sum_update after update on quote_lines referencing new table as new_rows
	for each statement execute function quote_lines_sum();
create trigger invoice_lines_sum_insert after insert on invoice_lines referencing new table as new_rows
	for each statement execute function invoice_lines_sum();
create trigger invoice_lines_sum_update after update on invoice_lines referencing new table as new_rows
	for each statement execute function invoice_lines_sum();
create trigger products_in_documents before update of deleted_at on products for each row
	when (new.deleted_at is not null and old.deleted_at is null)
	execute function products_in_documents();
create trigger tax_rates_in_documents before update on tax_rates for each row
	when (new.rate <> old.rate or new.kind <> old.kind
		or new.deleted_at is not null and old.deleted_at is null)
	execute function tax_rates_in_documents();
create trigger companies_invoiced before update of deleted_at on companies for each row
	when (new.deleted_at is not null and old.deleted_at is null)
	execute function companies_invoiced();

select protect('quotes', entity => 'quote', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])', owner_column => 'owner_id',
	quiet => '{viewed_at}');
select protect('quote_lines', entity => 'quote_line', own => 'quote_in_scope(quote_id, ''o'')',
	team => 'quote_in_scope(quote_id, ''t'')');
select protect('invoices', entity => 'invoice', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])', owner_column => 'owner_id',
	quiet => '{viewed_at}');
select protect('invoice_lines', entity => 'invoice_line', own => 'invoice_in_scope(invoice_id, ''o'')',
	team => 'invoice_in_scope(invoice_id, ''t'')');
select tags_protect('quotes');
select tags_protect('invoices');
