/* SPDX-License-Identifier: Apache-2.0 */
/* Two flows that answered something else than what was asked: a deal is not closed on a day that has not come, and
 * a deposit that waits is the answer only to who asks for as much. */

/* As in 0021. */
create or replace function deal_close(p_deal uuid, p_outcome text, p_reason text, p_closed_at date, p_note text,
	p_versions int[]) returns boolean language plpgsql as $$
declare
	deal deals;
	stage uuid;
begin
	select d.* into deal from deals d
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null;
	if deal.id is null then
		return false;
	end if;
	if p_closed_at > app_today() then
		perform app_invalid('closedAt', 'OUT_OF_RANGE', 'Must not be in the future.');
	end if;
	stage := case when deal.status = p_outcome then deal.stage_id
		else stage_first(deal.pipeline_id, p_outcome) end;
	if stage is null then
		raise exception using errcode = 'CR409',
			message = format('this pipeline has no stage for deals that are %s', p_outcome);
	end if;
	update deals d set stage_id = stage,
		won_reason = case when p_outcome = 'won'
			then coalesce(p_reason, case when d.status = 'won' then d.won_reason end) end,
		lost_reason = case when p_outcome = 'lost' then p_reason end,
		closed_at = coalesce(p_closed_at, case when d.status = p_outcome then d.closed_at end),
		close_note = coalesce(p_note, case when d.status = p_outcome then d.close_note end)
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null
		and (p_versions is null or d.version = any (p_versions));
	return found;
end
$$;

/* ---- deposits ----------------------------------------------------------------------------------------------- */

set local role cairn_lookup;

/* What so much of a quote is, by rate of tax: no more than what the deposits before have left of it. */
create function quote_deposit_parts(quote quotes, p_percent numeric)
returns table (tax_rate_id uuid, rate numeric, kind text, amount numeric, exceeds boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	before constant document_tax[] := quote_deposits(quote);
	digits constant int := currency_digits(quote.currency);
begin
	return query
	select p.tax_rate_id, p.rate, p.kind, least(p.asked, p.rest), p.asked > p.rest + 0.05
	from (
		select r.tax_rate_id, r.rate, r.kind, round(r.base * p_percent / 100, digits) as asked,
			r.base - coalesce(sum(case when quote.prices_include_tax then b.net + b.tax
				else b.net end), 0) as rest
		from (select (t ->> 'taxRateId')::uuid as tax_rate_id, (t ->> 'rate')::numeric as rate,
				t ->> 'kind' as kind, (t ->> 'net')::numeric
				+ case when quote.prices_include_tax then (t ->> 'tax')::numeric else 0 end as base
			from jsonb_array_elements(quote.tax_breakdown) as t) as r
		left join unnest(before) as b on b.rate = r.rate and b.kind is not distinct from r.kind
		group by r.tax_rate_id, r.rate, r.kind, r.base) as p
	order by p.rate desc, p.kind;
end
$$;

/* A line per rate of tax: so much of what the quote charges at it. */
create or replace function quote_invoice_deposit(quote quotes, p_percent numeric) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	invoice uuid;
	charged numeric := 0;
	place int := 0;
	part record;
begin
	invoice := quote_invoice_draft(quote, 'deposit');
	for part in select * from quote_deposit_parts(quote, p_percent) loop
		if part.exceeds then
			perform app_invalid('percent', 'OUT_OF_RANGE',
				'Is more than what the deposits before have left of the quote.');
		end if;
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

/* As in 0027; a deposit that waits is answered again to who asks for as much as it charges. */
create or replace function quote_invoice(p_quote uuid, p_type text, p_percent numeric, out invoice uuid,
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
		if (select sum(p.amount) from quote_deposit_parts(quote, p_percent) as p) is distinct from
		   (select sum(l.amount) from invoice_lines l
		    where l.org_id = quote.org_id and l.invoice_id = deposit.id and l.deleted_at is null) then
			perform document_conflict(
				'a deposit of another amount waits to be issued: change, issue or delete it first');
		end if;
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

revoke execute on function quote_deposit_parts(quotes, numeric) from public;

set local role cairn_owner;
