/* SPDX-License-Identifier: Apache-2.0 */
/* Quotes, invoices, their sums and numbers. Every expected figure is worked out by hand beside it. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
create temp table s (name text primary key, id uuid);
grant select, insert on s, a to cairn_app;
create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
insert into s select 'company', id from companies;

/* ---- rounding: net prices ------------------------------------------------------------------------ */

create function tap.sums(lines document_line[], inclusive boolean, digits int default 2,
	before document_tax[] default '{}') returns text language sql as $$
	select t.subtotal || ' ' || t.tax_total || ' ' || t.total from document_totals($1, $2, $3, $4) as t
$$;
create function tap.line(amount numeric, rate numeric, kind text default 'standard', gross numeric default null)
returns document_line language sql immutable as $$
	select (coalesce($4, $1), $1, $2, $3, null)::document_line
$$;

/* 3 × 0.07 × 21 % = 0.0147 each, 0.01 rounded each, 0.03 by lines; but 0.21 × 21 % = 0.0441, 0.04 together. */
select is(tap.sums(array[tap.line(0.07, 21), tap.line(0.07, 21), tap.line(0.07, 21)], false), '0.21 0.04 0.25', 'S2-ENT-07 tax is rounded once per rate over the summed lines');
/* 0.50 × 21 % = 0.105: half away from zero is 0.11, half to even would be 0.10. */
select is(tap.sums(array[tap.line(0.50, 21)], false), '0.50 0.11 0.61', 'S2-ENT-07 half is rounded away from zero');
select is(tap.sums(array[tap.line(-0.50, 21)], false), '-0.50 -0.11 -0.61', 'S2-ENT-07 below zero as well');
/* 100.10 × 21 % = 21.021 → 21.02; 50.05 × 10 % = 5.005 → 5.01; 33.33 × 0 % = 0. Net 183.48, tax 26.03. */
select is(tap.sums(array[tap.line(100.10, 21), tap.line(50.05, 10, 'reduced'), tap.line(33.33, 0, 'exempt')], false), '183.48 26.03 209.51', 'S2-ENT-07 each rate is rounded by itself');
/* 0.25 and 0.25 at 10 %: apart 0.025 → 0.03 each; one rate together 0.05. Zero and exempt are two kinds of 0 %. */
select is(jsonb_array_length((document_totals(array[tap.line(0.25, 10), tap.line(0.25, 10), tap.line(1, 0, 'zero'), tap.line(1, 0, 'exempt')], false, 2)).tax_breakdown), 3, 'S2-ENT-07 one entry per rate and kind');
select is((document_totals(array[tap.line(0.25, 10), tap.line(0.25, 10)], false, 2)).tax_total, 0.05, 'S2-ENT-07 which sums its lines first');
select is((document_totals(array[tap.line(80, 21, 'standard', 100), tap.line(45, 21, 'standard', 50)], false, 2)).discount_total, 25::numeric, 'S2-ENT-06 discounts add up: 20 and 5');
/* Yen have no decimals: 105 × 10 % = 10.5 → 11. */
select is(tap.sums(array[tap.line(105, 10)], false, 0), '105 11 116', 'S2-ENT-07 to the minor unit of the currency');
select is((document_totals('{}', false, 2)).total, 0::numeric, 'S2-ENT-07 nothing sums to nothing');

/* ---- rounding: prices with tax --------------------------------------------------------------------- */

/* 121 × 21 / 121 = 21 exactly. */
select is(tap.sums(array[tap.line(121, 21)], true), '100.00 21.00 121.00', 'S2-ENT-07 tax is taken out of prices that include it');
/* 99.99 × 21 / 121 = 17.3536… → 17.35, net 82.64. */
select is(tap.sums(array[tap.line(99.99, 21)], true), '82.64 17.35 99.99', 'S2-ENT-07 and the total stays what was priced');
/* 9.99 + 19.99 + 4.99 = 34.97 at 21 %: × 21 / 121 = 6.06917 → 6.07. By lines 1.73 + 3.47 + 0.87 = 6.07; with
 * 0.03 thrice at 21 %: 0.0052 each → 0.01 by lines, 0.03; together 0.09 × 21 / 121 = 0.0156 → 0.02. */
select is(tap.sums(array[tap.line(0.03, 21), tap.line(0.03, 21), tap.line(0.03, 21)], true), '0.07 0.02 0.09', 'S2-ENT-07 once per rate here, too');
/* 12.10 at 21 %: 2.10, net 10.00; 11.00 at 10 %: 1.00, net 10.00; 5 exempt. */
select is(tap.sums(array[tap.line(12.10, 21), tap.line(11, 10, 'reduced'), tap.line(5, 0, 'exempt')], true), '25.00 3.10 28.10', 'S2-ENT-07 rate by rate');

/* ---- parts of a whole add up ------------------------------------------------------------------------- */

/* 100.03 × 21 % = 21.0063 → 21.01. A deposit on 30.01: 6.3021 → 6.30. The rest alone would be
 * 70.02 × 21 % = 14.7042 → 14.70, a cent short; after the deposit it is 21.01 − 6.30 = 14.71. */
select is(tap.sums(array[tap.line(70.02, 21)], false), '70.02 14.70 84.72', 'S2-REL-11 alone the rest is a cent short');
select is(tap.sums(array[tap.line(70.02, 21)], false, 2, array[(21, 'standard', 30.01, 6.30)::document_tax]), '70.02 14.71 84.73', 'S2-REL-11 after its deposit it is not');
/* Gross 100.01 = 30.00 + 70.01: 100.01 × 21 / 121 = 17.357 → 17.36; 30 × 21 / 121 = 5.2066 → 5.21 (net 24.79). */
select is(tap.sums(array[tap.line(70.01, 21)], true, 2, array[(21, 'standard', 24.79, 5.21)::document_tax]), '57.86 12.15 70.01', 'S2-REL-11 of prices with tax as well');
/* Another rate's tax is none of this one's. */
select is(tap.sums(array[tap.line(70.02, 21)], false, 2, array[(10, 'reduced', 30.01, 3.00)::document_tax]), '70.02 14.70 84.72', 'S2-REL-11 rate by rate');

/* ---- lines ------------------------------------------------------------------------------------------ */

insert into tax_rates (name, rate, is_default) values ('S', 21, true);
insert into tax_rates (name, rate, kind) values ('R', 10, 'reduced'), ('Z', 0, 'zero');
insert into s select 'rate ' || name, id from tax_rates where name in ('S', 'R', 'Z');
insert into products (name, price, unit, tax_rate_id) values ('Day', 800, 'day', tap.id_of('rate R'));
insert into products (name, price, currency) values ('Abroad', 800, 'USD');
insert into products (name, price, active) values ('Gone', 800, false);
insert into s select name, id from products where name in ('Day', 'Abroad', 'Gone');
insert into quotes (company_id, title) values (tap.id_of('company'), 'Q');
insert into s select 'quote', id from quotes where title = 'Q';
create function tap.add(columns text, given text, document text default 'quote') returns text language sql as $$
	select tap.state(format('insert into %I (%I, %s) values (%L, %s)', case document when 'quote' then 'quote_lines'
		else 'invoice_lines' end, case document when 'quote' then 'quote_id' else 'invoice_id' end, columns,
		tap.id_of(document), given))
$$;
create function tap.quote() returns text language sql as $$
	select q.subtotal || ' ' || q.discount_total || ' ' || q.tax_total || ' ' || q.total from quotes q where id = tap.id_of('quote')
$$;
select is(tap.add('product_id', format('%L', tap.id_of('Day'))), '00000', 'S2-ENT-06 a line of a product');
select is((select (name, unit, quantity, unit_price, tax_rate, tax_kind, amount)::text from quote_lines where quote_id = tap.id_of('quote')), '(Day,day,1.000,800.00,10.000,reduced,800.00)', 'S2-ENT-06 takes name, unit, price and tax from it');
select is(tap.quote(), '800.00 0.00 80.00 880.00', 'S2-ENT-06 and counts at once');
/* 3 × 33.33 × 0.9 = 89.991 → 89.99, before 99.99; 21 % of it 18.8979 → 18.90. */
select is(tap.add('name, quantity, unit_price, discount_percent', '''Work'', 3, 33.33, 10'), '00000', 'S2-ENT-06 a line with a discount');
select is(tap.quote(), '889.99 10.00 98.90 988.89', 'S2-ENT-06 at the default rate');
select is(tap.add('kind, name', '''heading'', ''Phase 1'''), '00000', 'S2-ENT-06 a heading');
select is(tap.add('kind, name, unit_price', '''heading'', ''x'', 1'), 'CR422', 'S2-ENT-06 carries no money');
select is(tap.add('kind, name, quantity', '''text'', ''x'', 1'), 'CR422', 'S2-ENT-06 nor does a text');
select is(tap.add('name, unit_price, optional', '''Extra'', 500, true'), '00000', 'S2-ENT-06 an optional line');
select is(tap.quote(), '889.99 10.00 98.90 988.89', 'S2-ENT-06 does not count before it is chosen');
select is(tap.add('name, unit_price, quantity', '''x'', 1, -1'), '23514', 'S2-ENT-06 no negative quantity');
select is(tap.add('name, unit_price, quantity', '''x'', 1, 0'), '23514', 'S2-ENT-06 nor none');
select is(tap.add('name, unit_price', '''x'', -1'), '23514', 'S2-ENT-06 nor a negative price');
select is(tap.add('name, unit_price, discount_percent', '''x'', 1, 100.5'), '23514', 'S2-ENT-06 no discount over 100 %');
select is(tap.add('name', '''x'''), 'CR422', 'S2-ENT-06 what has no product has a price');
select is(tap.add('product_id', format('%L', tap.id_of('Abroad'))), 'CR422', 'S2-ENT-06 no product in another currency');
select is(tap.add('product_id', format('%L', tap.id_of('Gone'))), 'CR422', 'S2-ENT-06 nor one that is not sold');
select is(tap.add('name, quantity, unit_price', '''x'', 1000, 999999999999'), 'CR422', 'S2-ENT-06 nor more than money holds');
select is(tap.state(format('update quotes set currency = ''USD'' where id = %L', tap.id_of('quote'))), 'CR422', 'S2-ENT-06 the currency is fixed once there are lines');
select is(tap.state(format('update quotes set total = 1, subtotal = 1, number = ''X'', sent_at = now() where id = %L', tap.id_of('quote'))), '00000', 'S2-ENT-06 what the server keeps');
select is((select total || coalesce(number, '') || coalesce(sent_at::text, '') from quotes where id = tap.id_of('quote')), '988.89', 'S2-ENT-06 is not taken from a client');
/* 880 at 10 % now with tax: 800 × 10 / 110 = 72.727 → 72.73; 89.99 × 21 / 121 = 15.618 → 15.62. */
update quotes set prices_include_tax = true where id = tap.id_of('quote');
select is(tap.quote(), '801.64 10.00 88.35 889.99', 'S2-ENT-06 the same prices, tax included');
update quotes set prices_include_tax = false where id = tap.id_of('quote');
update quote_lines set deleted_at = now() where quote_id = tap.id_of('quote') and name = 'Day';
select is(tap.quote(), '89.99 10.00 18.90 108.89', 'S2-ENT-06 a line that is gone does not count');
update quote_lines set deleted_at = null where quote_id = tap.id_of('quote') and name = 'Day';
select is(tap.state(format('update tax_rates set rate = 11 where id = %L', tap.id_of('rate R'))), 'CR422', 'S2-ENT-06 a rate that documents have does not change');
update products set tax_rate_id = tap.id_of('rate S') where id = tap.id_of('Day');
select is(tap.state(format('update tax_rates set rate = 11 where id = %L', tap.id_of('rate R'))), 'CR422', 'S2-ENT-06 though no product has it any more');
select is(tap.state(format('update products set deleted_at = now() where id = %L', tap.id_of('Day'))), 'CR409', 'S2-ENT-12 a product in documents stays');
select is(tap.state(format('update quotes set contact_id = (select id from contacts where company_id is distinct from quotes.company_id limit 1) where id = %L', tap.id_of('quote'))), '00000', 'S2-ENT-06 no contact is none');
insert into contacts (last_name) values ('Stranger');
select is(tap.state(format('update quotes set contact_id = (select id from contacts where last_name = ''Stranger'') where id = %L', tap.id_of('quote'))), 'CR422', 'S2-ENT-06 a contact of another company is refused');
select is(tap.state(format('insert into invoice_lines (invoice_id, kind, name, quantity, unit_price, deposit_invoice_id) select id, ''deposit'', ''x'', 1, -1, id from invoices limit 1', 0)), 'CR422', 'S2-ENT-07 nobody deducts a deposit by hand');

/* ---- series ------------------------------------------------------------------------------------------ */

select is((select string_agg(key || '=' || prefix, ',' order by key) from number_series), 'credit_note=CN,delivery_note=DN,invoice=INV,payment=PAY,quote=QUO', 'S2-ENT-07 a new organisation has its series');
create function tap.take(p_date date, ordered boolean default true, p_key text default 'invoice') returns text language plpgsql as $$
begin
	return number_take(p_key, p_date, 'issueDate', ordered);
exception when sqlstate 'CR422' then
	return 'refused';
end
$$;
select is(tap.state('update number_series set next = 41 where key = ''invoice'''), '00000', 'S2-ENT-07 a series may begin higher');
select is(tap.state('update number_series set next = 40 where key = ''invoice'''), 'CR422', 'S2-ENT-07 and not lower again');
select is(tap.take('2025-12-30'), 'INV-2025-0041', 'S2-ENT-07 numbers carry the year of the document');
select is(tap.take('2025-12-31'), 'INV-2025-0042', 'S2-ENT-07 and follow each other');
select is(tap.take('2025-12-30'), 'refused', 'S2-ENT-07 dates do not go back');
select is(tap.take('2026-01-02'), 'INV-2026-0001', 'S2-ENT-07 a new year begins at one');
select is(tap.take(app_today() + 1), 'refused', 'S2-ENT-07 the future has no numbers');
select is(tap.take('2026-01-02'), 'INV-2026-0002', 'S2-ENT-07 what was refused took none');
select is(tap.state('update number_series set next = 100 where key = ''invoice'''), 'CR422', 'S2-ENT-07 a series that has begun leaves no gap');
select is(tap.state('update number_series set year_reset = false where key = ''invoice'''), 'CR422', 'S2-ENT-07 and counts on as it began');
select is(tap.state('update number_series set prefix = ''RE'', width = 6, last_number = ''X'' where key = ''invoice'''), '00000', 'S2-ENT-07 its looks may change');
select is(tap.take('2026-01-02'), 'RE-2026-000003', 'S2-ENT-07 from the next number on');
select is(tap.state('update number_series set prefix = ''CN'' where key = ''invoice'''), '23505', 'S2-ENT-07 two series have two prefixes');
select is(tap.take('2026-03-01', false, 'payment'), 'PAY-2026-0001', 'S2-ENT-14 payments are numbered when they are recorded');
select is(tap.take('2025-03-01', false, 'payment'), 'PAY-2026-0002', 'S2-ENT-14 an older one takes the next number');
update number_series set year_reset = false where key = 'delivery_note';
select is(tap.take('2026-03-01', false, 'delivery_note'), 'DN-0001', 'S2-ENT-08 a series without years');
select is(tap.state('select number_take(''invoice'', ''2026-01-02'')'), '42501', 'S2-ENT-07 the server takes no number but for a document');

select * from finish();
rollback;
