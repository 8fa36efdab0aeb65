/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The customer's page of a document: reached by whoever has the link, until it is revoked.
 *
 * The link's token is made by the server out of its key and `nonce`; here stands its hash alone, so that who
 * reads the database can neither open nor answer a document. cairn_app reaches the table by functions only.
 */

create table document_shares (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	quote_id uuid,
	invoice_id uuid,
	nonce uuid not null,
	token_hash bytea not null,
	viewed_at timestamptz(3),
	revoked_at timestamptz(3),
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint document_shares_pkey primary key (org_id, id),
	constraint document_shares_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint document_shares_quote foreign key (org_id, quote_id) references quotes (org_id, id),
	constraint document_shares_invoice foreign key (org_id, invoice_id) references invoices (org_id, id),
	constraint document_shares_one check (num_nonnulls(quote_id, invoice_id) = 1)
);

create index document_shares_token on document_shares (token_hash);
create unique index document_shares_live_quote on document_shares (org_id, quote_id)
	where revoked_at is null and quote_id is not null;
create unique index document_shares_live_invoice on document_shares (org_id, invoice_id)
	where revoked_at is null and invoice_id is not null;
create index document_shares_quote on document_shares (org_id, quote_id) where quote_id is not null;
create index document_shares_invoice on document_shares (org_id, invoice_id)
	where invoice_id is not null;

select protect('document_shares', entity => 'document_share', commands => '', lookup => 'true',
	secret => '{nonce,token_hash}');

set local role cairn_lookup;
set local row_security = on;

/* The live link of a document; where there is none, or p_renew, the given one becomes it. Who may change the
 * document may share it; nothing for anybody else. */
create function document_share(p_quote uuid, p_invoice uuid, p_nonce uuid, p_hash bytea, p_renew boolean,
	out nonce uuid, out hash bytea)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if not exists (select from quotes q where q.org_id = app_org() and q.id = p_quote
			and q.sent_at is not null and document_may('quotes', q.owner_id, 3))
	   and not exists (select from invoices i where i.org_id = app_org() and i.id = p_invoice
			and i.issued_at is not null and document_may('invoices', i.owner_id, 3)) then
		return;
	end if;
	perform pg_advisory_xact_lock(hashtextextended('share ' || coalesce(p_quote, p_invoice), 0));
	if p_renew then
		perform document_unshare(p_quote, p_invoice);
	end if;
	select s.nonce, s.token_hash into document_share.nonce, hash from document_shares s
	where s.org_id = app_org() and s.revoked_at is null
		and (s.quote_id = p_quote or s.invoice_id = p_invoice);
	if hash is null then
		insert into document_shares (quote_id, invoice_id, nonce, token_hash)
		values (p_quote, p_invoice, p_nonce, p_hash);
		nonce := p_nonce;
		hash := p_hash;
	end if;
end
$$;

/* Whether there was a link to revoke. */
create function document_unshare(p_quote uuid, p_invoice uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if not exists (select from quotes q where q.org_id = app_org() and q.id = p_quote
			and document_may('quotes', q.owner_id, 3))
	   and not exists (select from invoices i where i.org_id = app_org() and i.id = p_invoice
			and document_may('invoices', i.owner_id, 3)) then
		return false;
	end if;
	update document_shares s set revoked_at = now()
	where s.org_id = app_org() and s.revoked_at is null
		and (s.quote_id = p_quote or s.invoice_id = p_invoice);
	return found;
end
$$;

/* What the server makes the live link of, for who may share the document. */
create function document_share_nonce(p_quote uuid, p_invoice uuid, p_table text, p_owner uuid) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if not document_may(p_table, p_owner, 3) then
		return null;
	end if;
	return (select s.nonce::text from document_shares s where s.org_id = app_org()
		and s.revoked_at is null and (s.quote_id = p_quote or s.invoice_id = p_invoice));
end
$$;

/* ---- the customer, who is nobody's user ------------------------------------------------------------ */

/* The share that a token opens; what follows happens in its organisation. Unknown: CR404. */
create function share_find(p_hash bytea) returns document_shares
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	share document_shares;
begin
	select s.* into share from document_shares s where s.token_hash = p_hash
	order by s.revoked_at nulls first limit 1;
	if share.id is null then
		raise exception using errcode = 'CR404', message = 'there is no such document';
	end if;
	perform set_config('app.org_id', share.org_id::text, true);
	perform set_config('app.user_id', '', true);
	if app_changeset() is null then
		perform set_config('app.changeset_id', uuid_v7()::text, true);
	end if;
	return share;
end
$$;

/* That somebody has looked, once. */
create function share_viewed(share document_shares) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update document_shares s set viewed_at = now()
	where s.org_id = share.org_id and s.id = share.id and s.viewed_at is null;
	update quotes q set viewed_at = now()
	where q.org_id = share.org_id and q.id = share.quote_id and q.viewed_at is null;
	if found then
		perform log_action('quote', share.quote_id, 'viewed', null, (select q.owner_id from quotes q
			where q.org_id = share.org_id and q.id = share.quote_id));
	end if;
	update invoices i set viewed_at = now()
	where i.org_id = share.org_id and i.id = share.invoice_id and i.viewed_at is null;
	if found then
		perform log_action('invoice', share.invoice_id, 'viewed', null, (select i.owner_id
			from invoices i where i.org_id = share.org_id and i.id = share.invoice_id));
	end if;
end
$$;

create function share_quote(p_org uuid, p_quote uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select jsonb_build_object('kind', 'quote', 'status', quote_status(q), 'number', q.number,
			'title', q.title, 'date', q.issue_date, 'until', q.valid_until, 'currency', q.currency,
			'digits', currency_digits(q.currency),
			'inclusive', q.prices_include_tax, 'subtotal', q.subtotal, 'discount', q.discount_total,
			'total', q.total, 'taxes', q.tax_breakdown, 'seller', q.seller,
			'buyer', jsonb_build_object('name', q.bill_to_name, 'taxId', q.bill_to_tax_id,
				'street', q.bill_to_street, 'city', q.bill_to_city, 'region', q.bill_to_region,
				'postalCode', q.bill_to_postal_code, 'country', q.bill_to_country),
			'purchaseOrder', q.purchase_order, 'intro', q.intro, 'terms', q.terms,
			'acceptedBy', q.accepted_by_name,
			'acceptedOn', (q.accepted_at at time zone app_time_zone())::date,
			'declinedOn', (q.declined_at at time zone app_time_zone())::date)
		|| jsonb_build_object('lines', (select coalesce(jsonb_agg(jsonb_build_object('id', l.id,
				'kind', l.kind, 'name', l.name, 'description', l.description,
				'quantity', trim_scale(l.quantity), 'unit', l.unit, 'price', l.unit_price,
				'discount', trim_scale(l.discount_percent), 'rate', trim_scale(l.tax_rate),
				'optional', l.optional, 'chosen', l.chosen, 'amount', l.amount)
				order by l.position, l.id), '[]')
			from quote_lines l where l.org_id = q.org_id and l.quote_id = q.id and l.deleted_at is null))
		from quotes q where q.org_id = p_org and q.id = p_quote);
end
$$;

create function share_invoice(p_org uuid, p_invoice uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select jsonb_build_object('kind', i.type, 'status', invoice_status(i), 'number', i.number,
			'date', i.issue_date, 'until', case when i.type <> 'credit_note' then i.due_date end,
			'supplied', i.supply_date, 'currency', i.currency,
			'digits', currency_digits(i.currency), 'inclusive', i.prices_include_tax,
			'subtotal', i.subtotal, 'discount', i.discount_total, 'total', i.total,
			'paid', i.paid_total, 'credited', i.credited_total, 'balance', i.balance,
			'taxes', i.tax_breakdown, 'seller', i.seller,
			'buyer', jsonb_build_object('name', i.bill_to_name, 'taxId', i.bill_to_tax_id,
				'street', i.bill_to_street, 'city', i.bill_to_city, 'region', i.bill_to_region,
				'postalCode', i.bill_to_postal_code, 'country', i.bill_to_country),
			'purchaseOrder', i.purchase_order, 'reference', i.payment_reference, 'intro', i.notes,
			'terms', i.terms, 'credits', (select c.number from invoices c
				where c.org_id = i.org_id and c.id = i.credited_invoice_id))
		|| jsonb_build_object('lines', (select coalesce(jsonb_agg(jsonb_build_object('id', l.id,
				'kind', l.kind, 'name', l.name, 'description', l.description,
				'quantity', trim_scale(l.quantity), 'unit', l.unit, 'price', l.unit_price,
				'discount', trim_scale(l.discount_percent), 'rate', trim_scale(l.tax_rate),
				'optional', false, 'chosen', false, 'amount', l.amount)
				order by l.position, l.id), '[]')
			from invoice_lines l where l.org_id = i.org_id and l.invoice_id = i.id
				and l.deleted_at is null))
		from invoices i where i.org_id = p_org and i.id = p_invoice);
end
$$;

/* What the page shows: the document, or {"revoked": true}. p_look: somebody reads it. */
create function share_open(p_hash bytea, p_look boolean) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	share constant document_shares := share_find(p_hash);
begin
	if share.revoked_at is not null then
		return '{"revoked": true}';
	end if;
	if p_look then
		perform share_viewed(share);
	end if;
	return case when share.quote_id is not null then share_quote(share.org_id, share.quote_id)
		else share_invoice(share.org_id, share.invoice_id) end;
end
$$;

/* The customer accepts or declines. Answered already, it changes nothing: the page shows how it stands. */
create function share_answer(p_hash bytea, p_accept boolean, p_name text, p_reason text, p_ip text,
	p_chosen uuid[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	share constant document_shares := share_find(p_hash);
	quote quotes;
begin
	if share.revoked_at is not null or share.quote_id is null then
		return false;
	end if;
	select q.* into quote from quotes q
	where q.org_id = share.org_id and q.id = share.quote_id for update;
	if quote_status(quote) <> 'sent' then
		return false;
	elsif p_accept then
		perform quote_take(quote, p_name, p_ip, p_chosen);
	elsif not quote_has_invoices(quote) then
		perform quote_refuse(quote, p_reason);
	end if;
	return true;
end
$$;

do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
	         and prorettype <> 'trigger'::regtype and proname ~ '^(share_|document_share|document_unshare$)' loop
		execute format('revoke execute on function %s from public', f);
	end loop;
end
$$;

grant execute on function document_share(uuid, uuid, uuid, bytea, boolean), document_unshare(uuid, uuid),
	document_share_nonce(uuid, uuid, text, uuid),
	share_open(bytea, boolean), share_answer(bytea, boolean, text, text, text, uuid[]) to cairn_app;

set local row_security = off;
set local role cairn_owner;

create function quote_share_url(quote quotes) returns text language sql stable as $$
	select case when quote.sent_at is not null
		then document_share_nonce(quote.id, null, 'quotes', quote.owner_id) end
$$;

create function invoice_share_url(invoice invoices) returns text language sql stable as $$
	select case when invoice.sent_at is not null
		then document_share_nonce(null, invoice.id, 'invoices', invoice.owner_id) end
$$;
