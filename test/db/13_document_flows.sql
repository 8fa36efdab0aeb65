/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on their way: what they become, what they add up to, what they refuse. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
create temp table s (name text primary key, id uuid);
grant select, insert, update on s, a to cairn_app;
create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
create function tap.as_admin() returns void language sql as $$ select tap.act(org, admin, tap.letters('aaaa')) from a $$;
select tap.as_admin() \g /dev/null
update companies set legal_name = 'Acme Ltd', tax_id = 'CZ1', billing_street = 'Main 1', billing_city = 'Prague', payment_terms_days = 10;
insert into s select 'company', id from companies limit 1;
insert into tax_rates (name, rate, is_default) values ('S', 21, true);
insert into tax_rates (name, rate, kind) values ('R', 10, 'reduced');
insert into s select 'rate ' || name, id from tax_rates where name in ('S', 'R');

/* A sent quote of these lines: net amounts at 21 %, and one at 10 %. */
create function tap.make_quote(label text, amounts numeric[], reduced numeric default null, inclusive boolean default false)
returns void language plpgsql as $$
declare
	made uuid := uuid_v7();
begin
	insert into quotes (id, company_id, owner_id, prices_include_tax) select made, tap.id_of('company'), admin, inclusive from a;
	insert into quote_lines (quote_id, name, unit_price, position) select made, 'Line', amount, place from unnest(amounts) with ordinality as u (amount, place);
	if reduced is not null then
		insert into quote_lines (quote_id, name, unit_price, tax_rate_id, position) values (made, 'Food', reduced, tap.id_of('rate R'), 9);
	end if;
	insert into s values (label, made);
end $$;
/* As the server does it. */
create function tap.did(call text, label text default null) returns text language plpgsql as $$
declare
	state text;
begin
	perform set_config('tap.value', '', true);
	state := tap.state(format('select set_config(''tap.value'', coalesce((%s)::text, ''''), true)', call));
	if label is not null then
		insert into s values (label, nullif(current_setting('tap.value'), '')::uuid) on conflict (name) do update set id = excluded.id;
	end if;
	return case state when '00000' then current_setting('tap.value') else state end;
end $$;
create function tap.sums_of(label text) returns text language sql as $$
	select i.subtotal || ' ' || i.tax_total || ' ' || i.total from invoices i where i.id = tap.id_of(label)
$$;

/* ---- quotes ---------------------------------------------------------------------------------------- */

select tap.make_quote('q1', '{1000,200.50}') \g /dev/null
select is((select quote_status(q) from quotes q where id = tap.id_of('q1')), 'draft', 'S2-ENT-06 a quote begins as a draft');
select is(tap.did(format('quote_send(%L, ''{99}'')', tap.id_of('q1'))), 'false', 'S2-ENT-06 of another version nothing is sent');
select is(tap.did(format('quote_send(%L, null)', tap.id_of('q1'))), 'true', 'S2-ENT-06 a quote is sent');
select is((select number from quotes where id = tap.id_of('q1')), format('QUO-%s-0001', extract(year from app_today())), 'S2-ENT-06 with the first number of its year');
select is((select (issue_date = app_today(), valid_until - issue_date, bill_to_name, bill_to_tax_id, bill_to_city, seller ->> 'name')::text from quotes where id = tap.id_of('q1')), '(t,30,"Acme Ltd",CZ1,Prague,alpha)', 'S2-ENT-06 dated, and with both parties as they are');
select is(tap.did(format('quote_send(%L, null)', tap.id_of('q1'))), 'true', 'S2-ENT-06 sending again');
select is((select next from number_series where key = 'quote'), 2, 'S2-ENT-06 takes no second number');
select is((select string_agg(action, ' ' order by id desc) from (select action, id from changes where record_id = tap.id_of('q1') order by id desc limit 1) c), 'sent', 'S2-ENT-06 the log says so');
select is(tap.state(format('update quotes set title = ''x'' where id = %L', tap.id_of('q1'))), 'CR422', 'S2-ENT-06 a sent quote keeps its words');
select is(tap.state(format('update quotes set valid_until = valid_until + 1 where id = %L', tap.id_of('q1'))), 'CR422', 'S2-ENT-06 and its dates');
select is(tap.state(format('update quote_lines set unit_price = 1 where quote_id = %L', tap.id_of('q1'))), 'CR422', 'S2-ENT-06 and its lines');
select is(tap.state(format('insert into quote_lines (quote_id, name, unit_price) values (%L, ''x'', 1)', tap.id_of('q1'))), 'CR422', 'S2-ENT-06 none comes');
select is(tap.state(format('update quote_lines set deleted_at = now() where quote_id = %L', tap.id_of('q1'))), 'CR422', 'S2-ENT-06 none goes');
select is(tap.state(format('update quotes set deleted_at = now() where id = %L', tap.id_of('q1'))), 'CR409', 'S2-ENT-06 and it stays');
select is(tap.state(format('update quotes set tags = ''{}'', deal_id = null where id = %L', tap.id_of('q1'))), '00000', 'S2-ENT-06 what is no part of the document may change');
update organizations set name = 'Beta', legal_name = 'Beta Ltd';
select is((select seller ->> 'name' from quotes where id = tap.id_of('q1')), 'alpha', 'S2-ENT-06 the seller on it does not follow');
select is(tap.state(format('update quotes set number = ''X'', seller = ''{}'' where id = %L', tap.id_of('q1'))), '00000', 'S2-ENT-06 a client writes neither');
select throws_ok(format('update quotes set number = ''X'' where id = %L', tap.id_of('q1')), 'CR422', null, 'S2-ENT-06 nor does anybody else');
select is(tap.did(format('quote_decline(%L, ''Too dear'', null)', tap.id_of('q1'))), 'true', 'S2-ENT-06 declined');
select is(tap.did(format('quote_accept(%L, ''Jan'', null, null)', tap.id_of('q1'))), 'CR409', 'S2-ENT-06 it is not accepted');
select is(tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q1'))), 'CR409', 'S2-REL-11 nor invoiced');
select is(tap.did(format('quote_revise(%L, null)', tap.id_of('q1')), 'q1b') <> 'CR409', true, 'S2-ENT-06 but revised');
select is(tap.did(format('quote_revise(%L, null)', tap.id_of('q1'))), tap.id_of('q1b')::text, 'S2-ENT-06 once');
select is((select (q.number is null, q.total, q.revision_of_id = tap.id_of('q1'), quote_status(q))::text from quotes q where id = tap.id_of('q1b')), '(t,1452.61,t,draft)', 'S2-ENT-06 a draft of the same lines');
select is(tap.did(format('quote_send(%L, null)', tap.id_of('q1b'))), 'true', 'S2-ENT-06 which is sent');
select is((select number from quotes where id = tap.id_of('q1b')), format('QUO-%s-0002', extract(year from app_today())), 'S2-ENT-06 under a number of its own');

insert into quotes (company_id) values (tap.id_of('company'));
insert into s select 'empty', id from quotes where number is null and title is null and deal_id is null and total = 0 and id not in (select id from s) order by created_at desc, id desc limit 1;
select is(tap.did(format('quote_send(%L, null)', tap.id_of('empty'))), 'CR422', 'S2-ENT-06 without a line nothing is sent');
select is((select next from number_series where key = 'quote'), 3, 'S2-ENT-06 and no number is lost');
select is(tap.did(format('quote_cancel(%L, null)', tap.id_of('empty'))), 'true', 'S2-ENT-06 a draft is cancelled');
select is((select quote_status(q) from quotes q where id = tap.id_of('empty')), 'cancelled', 'S2-ENT-06 and says so');

/* A sent quote that is revised is open no more. */
select tap.make_quote('q2', '{10}') \g /dev/null
select tap.did(format('quote_send(%L, null)', tap.id_of('q2'))) \g /dev/null
select tap.did(format('quote_revise(%L, null)', tap.id_of('q2')), 'q2b') \g /dev/null
select tap.did(format('quote_send(%L, null)', tap.id_of('q2b'))) \g /dev/null
select is((select quote_status(q) from quotes q where id = tap.id_of('q2')), 'cancelled', 'S2-ENT-06 the revision takes its place');

/* Validity is a matter of days. */
select tap.make_quote('q3', '{10}') \g /dev/null
update quotes set valid_until = app_today() - 1 where id = tap.id_of('q3');
select is(tap.did(format('quote_send(%L, null)', tap.id_of('q3'))), '23514', 'S2-ENT-06 no quote of today is over yesterday');
update quotes set issue_date = app_today() - 30, valid_until = app_today() where id = tap.id_of('q3');
select is(tap.did(format('quote_send(%L, null)', tap.id_of('q3'))), 'true', 'S2-ENT-06 one of last month is recorded');
select is((select quote_status(q) from quotes q where id = tap.id_of('q3')), 'sent', 'S2-ENT-06 on its last day it is good');
alter table quotes disable trigger quotes_guard;
update quotes set valid_until = app_today() - 1 where id = tap.id_of('q3');
alter table quotes enable trigger quotes_guard;
select is((select quote_status(q) from quotes q where id = tap.id_of('q3')), 'expired', 'S2-ENT-06 the day after it has expired');
select is(tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q3'))), 'CR409', 'S2-REL-11 an expired quote is not invoiced');

/* Options: 100 at 21 %, and 50 that the customer chooses: 121.00 becomes 181.50. */
select tap.make_quote('q4', '{100}') \g /dev/null
insert into quote_lines (quote_id, name, unit_price, optional) values (tap.id_of('q4'), 'Extra', 50, true), (tap.id_of('q4'), 'More', 70, true);
insert into s select 'extra', id from quote_lines where name = 'Extra';
select is(tap.did(format('quote_send(%L, null)', tap.id_of('q4'))), 'true', 'S2-ENT-06 a quote with options');
select is((select total from quotes where id = tap.id_of('q4')), 121.00, 'S2-ENT-06 that do not count');
select is(tap.did(format('quote_accept(%L, ''Jan'', ''{%s}'', null)', tap.id_of('q4'), uuid_v7())), 'CR422', 'S2-ENT-06 no strange line is chosen');
select is(tap.did(format('quote_accept(%L, ''Jan'', ''{%s}'', null)', tap.id_of('q4'), tap.id_of('extra'))), 'true', 'S2-ENT-06 accepted with one of them');
select is((select total || ' ' || accepted_by_name from quotes where id = tap.id_of('q4')), '181.50 Jan', 'S2-ENT-06 it counts');
select is(tap.state(format('update quote_lines set chosen = true where quote_id = %L', tap.id_of('q4'))), '00000', 'S2-ENT-06 a client chooses nothing');
select is((select total from quotes where id = tap.id_of('q4')), 181.50, 'S2-ENT-06 by hand');

/* ---- deposits ---------------------------------------------------------------------------------------- */

/* Net 100.03 at 21 % and 50.01 at 10 %: tax 21.01 + 5.00, total 176.05. 30 % of it: 30.01 and 15.00, tax 6.30 and
 * 1.50: 52.81. The rest: 70.02 + 35.01, tax 14.71 + 3.50, 123.24; together 176.05. */
select tap.make_quote('q5', '{100.03}', 50.01) \g /dev/null
select tap.did(format('quote_send(%L, null)', tap.id_of('q5'))) \g /dev/null
select tap.did(format('quote_accept(%L, null, null, null)', tap.id_of('q5'))) \g /dev/null
select is((select total from quotes where id = tap.id_of('q5')), 176.05, 'S2-REL-11 a quote of two rates');
select isnt(tap.did(format('(quote_invoice(%L, ''deposit'', 30)).invoice', tap.id_of('q5')), 'd5'), '', 'S2-REL-11 a deposit is invoiced');
select is(tap.sums_of('d5'), '45.01 7.80 52.81', 'S2-REL-11 of each rate its part');
select is(tap.did(format('(quote_invoice(%L, ''deposit'', 30)).invoice', tap.id_of('q5'))), tap.id_of('d5')::text, 'S2-REL-11 asked for again, it is the one that waits');
select is(tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q5'))), 'CR409', 'S2-REL-11 which comes before the rest');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('d5'))), 'true', 'S2-REL-11 it is issued');
select is((select invoiced_total from quotes where id = tap.id_of('q5')), 52.81, 'S2-REL-11 and counts');
select is(tap.did(format('(quote_invoice(%L, ''deposit'', 80)).invoice', tap.id_of('q5'))), 'CR422', 'S2-REL-11 no deposits beyond the quote');
select is((select count(*) from invoices where quote_id = tap.id_of('q5')), 1::bigint, 'S2-REL-11 and what was refused is not there');
select isnt(tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q5')), 'i5'), '', 'S2-REL-11 the rest is invoiced');
select is(tap.sums_of('i5'), '105.03 18.21 123.24', 'S2-REL-11 less the deposit, to the cent');
select is(tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q5'))), tap.id_of('i5')::text, 'S2-REL-11 once');
select is(tap.did(format('invoice_void(%L, ''wrong'', null)', tap.id_of('d5'))), 'true', 'S2-REL-11 if the deposit goes');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('i5'))), 'CR409', 'S2-REL-11 the draft that deducts it is not issued');
select is((select invoiced_total from quotes where id = tap.id_of('q5')), 0.00, 'S2-REL-11 nothing is invoiced any more');
update invoices set deleted_at = now() where id = tap.id_of('i5');
select isnt(tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q5')), 'i5'), '', 'S2-REL-11 another draft');
select is(tap.sums_of('i5'), '150.04 26.01 176.05', 'S2-REL-11 over all of it');
update invoice_lines set unit_price = 100.04 where invoice_id = tap.id_of('i5') and unit_price = 100.03;
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('i5'))), 'CR409', 'S2-REL-11 no more is invoiced than was quoted');
update invoice_lines set unit_price = 100.03 where invoice_id = tap.id_of('i5') and unit_price = 100.04;
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('i5'))), 'true', 'S2-REL-11 as much is');
select is((select invoiced_total = total from quotes where id = tap.id_of('q5')), true, 'S2-REL-11 to the cent');
select is(tap.did(format('quote_cancel(%L, null)', tap.id_of('q5'))), 'CR409', 'S2-ENT-06 an invoiced quote stands');

/* Prices with tax, 99.99 at 21 %: 30 % are 30.00 (29.997), the rest 69.99. */
select tap.make_quote('q6', '{99.99}', null, true) \g /dev/null
select tap.did(format('quote_send(%L, null)', tap.id_of('q6'))) \g /dev/null
select tap.did(format('(quote_invoice(%L, ''deposit'', 30)).invoice', tap.id_of('q6')), 'd6') \g /dev/null
select tap.did(format('invoice_issue(%L, null)', tap.id_of('d6'))) \g /dev/null
select tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q6')), 'i6') \g /dev/null
select tap.did(format('invoice_issue(%L, null)', tap.id_of('i6'))) \g /dev/null
/* 30 × 21 / 121 = 5.2066 → 5.21; all: 17.35; the rest 12.14. */
select is(tap.sums_of('d6') || ' + ' || tap.sums_of('i6'), '24.79 5.21 30.00 + 57.85 12.14 69.99', 'S2-REL-11 prices with tax add up as well');

/* ---- invoices ------------------------------------------------------------------------------------------ */

create function tap.make_invoice(label text, amounts numeric[]) returns void language plpgsql as $$
declare
	made uuid := uuid_v7();
begin
	insert into invoices (id, company_id, owner_id) select made, tap.id_of('company'), admin from a;
	insert into invoice_lines (invoice_id, name, quantity, unit_price, position) select made, 'Line ' || place, 3, amount, place from unnest(amounts) with ordinality as u (amount, place);
	insert into s values (label, made);
end $$;
select tap.make_invoice('i1', '{100,33.33}') \g /dev/null
select is((select invoice_status(i) from invoices i where id = tap.id_of('i1')), 'draft', 'S2-ENT-07 an invoice begins as a draft');
select is(tap.did(format('invoice_void(%L, ''x'', null)', tap.id_of('i1'))), 'CR409', 'S2-ENT-07 which is not voided');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('i1'))), 'true', 'S2-ENT-07 it is issued');
select is((select (due_date - issue_date, bill_to_name, exchange_rate, balance, issued_by is not null, ship_to_city)::text from invoices where id = tap.id_of('i1')), '(10,"Acme Ltd",1.00000000,483.99,t,Prague)', 'S2-ENT-07 by the customer''s terms, with all it needs');
select is((select invoice_status(i) from invoices i where id = tap.id_of('i1')), 'issued', 'S2-ENT-07 and is open');
select is(tap.state(format('update invoices set notes = ''x'' where id = %L', tap.id_of('i1'))), 'CR422', 'S2-ENT-07 it keeps its words');
select is(tap.state(format('update invoices set paid_total = 1, total = 1 where id = %L', tap.id_of('i1'))), '00000', 'S2-ENT-07 what clients say of its sums');
select is((select paid_total from invoices where id = tap.id_of('i1')), 0.00, 'S2-ENT-07 is not taken');
select throws_ok(format('update invoices set paid_total = 484 where id = %L', tap.id_of('i1')), '23514', null, 'S2-REL-15 never paid more than it is');
update invoices set paid_total = 83.99 where id = tap.id_of('i1');
select is((select invoice_status(i) || balance from invoices i where id = tap.id_of('i1')), 'partially_paid400.00', 'S2-REL-15 paid in part');
select is(tap.did(format('invoice_void(%L, ''x'', null)', tap.id_of('i1'))), 'CR409', 'S2-ENT-07 what is paid is not voided');
alter table invoices disable trigger invoices_guard;
update invoices set due_date = app_today() - 1, issue_date = app_today() - 1 where id = tap.id_of('i1');
select is((select invoice_status(i) from invoices i where id = tap.id_of('i1')), 'overdue', 'S2-ENT-07 after its day it is overdue');
update invoices set due_date = app_today() where id = tap.id_of('i1');
alter table invoices enable trigger invoices_guard;
select is((select invoice_status(i) from invoices i where id = tap.id_of('i1')), 'partially_paid', 'S2-ENT-07 on its day it is not');
update invoices set paid_total = total where id = tap.id_of('i1');
select is((select invoice_status(i) || balance from invoices i where id = tap.id_of('i1')), 'paid0.00', 'S2-REL-15 paid in full');
select is(tap.state(format('update companies set deleted_at = now() where id = %L', tap.id_of('company'))), 'CR409', 'S2-REL-06 a company with invoices stays');
update invoices set paid_total = 0 where id = tap.id_of('i1');

/* ---- corrections ---------------------------------------------------------------------------------------- */

/* 300 and 99.99 net, tax 84.00 (83.9979), 483.99. One of three of the first, 100 + 21.00; then the rest: 299.99, tax
 * 84.00 − 21.00 = 63.00, 362.99. */
insert into s select 'line', id from invoice_lines where invoice_id = tap.id_of('i1') and name = 'Line 1';
select is(tap.did(format('(invoice_credit(%L, ''[{"invoiceLineId": "%s", "quantity": 4}]'', null, null)).note', tap.id_of('i1'), tap.id_of('line'))), 'CR422', 'S2-ENT-07 no more is credited than was invoiced');
select isnt(tap.did(format('(invoice_credit(%L, ''[{"invoiceLineId": "%s", "quantity": 1}]'', ''broken'', null)).note', tap.id_of('i1'), tap.id_of('line')), 'c1'), '', 'S2-ENT-07 a credit note over a part');
select is(tap.sums_of('c1'), '100.00 21.00 121.00', 'S2-ENT-07 is as large as the part');
select is((select balance from invoices where id = tap.id_of('i1')), 483.99, 'S2-ENT-07 and counts nothing as a draft');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('c1'))), 'true', 'S2-ENT-07 it is issued');
select is((select number from invoices where id = tap.id_of('c1')), format('CN-%s-0001', extract(year from app_today())), 'S2-ENT-07 in a series of its own');
select is((select invoice_status(i) || i.credited_total || i.balance from invoices i where id = tap.id_of('i1')), 'issued121.00362.99', 'S2-ENT-07 and the invoice owes less');
select is(tap.did(format('invoice_void(%L, ''x'', null)', tap.id_of('i1'))), 'CR409', 'S2-ENT-07 what is credited is not voided');
select is(tap.did(format('invoice_void(%L, ''x'', null)', tap.id_of('c1'))), 'CR409', 'S2-ENT-07 nor is a credit note');
select isnt(tap.did(format('(invoice_credit(%L, null, null, null)).note', tap.id_of('i1')), 'c2'), '', 'S2-ENT-07 then the rest');
select is(tap.sums_of('c2'), '299.99 63.00 362.99', 'S2-ENT-07 to the cent');
select is(tap.did(format('(invoice_credit(%L, null, null, null)).note', tap.id_of('i1'))), tap.id_of('c2')::text, 'S2-ENT-07 once');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('c2'))), 'true', 'S2-ENT-07 issued');
select is((select invoice_status(i) || i.balance from invoices i where id = tap.id_of('i1')), 'credited0.00', 'S2-ENT-07 the invoice is credited');
select is(tap.did(format('(invoice_credit(%L, null, null, null)).note', tap.id_of('i1'))), tap.id_of('c2')::text, 'S2-ENT-07 again answers the same');
select is(tap.did(format('(invoice_credit(%L, ''[{"invoiceLineId": "%s"}]'', null, null)).note', tap.id_of('i1'), tap.id_of('line'))), 'CR409', 'S2-ENT-07 and no part is left');

/* Two drafts at once are no two credits. */
select tap.make_invoice('i2', '{10}') \g /dev/null
select tap.did(format('invoice_issue(%L, null)', tap.id_of('i2'))) \g /dev/null
insert into invoices (id, type, company_id, credited_invoice_id) select uuid_v7(), 'credit_note', company_id, id from invoices, generate_series(1, 2) where id = tap.id_of('i2');
insert into invoice_lines (invoice_id, name, quantity, unit_price) select id, 'x', 2, 10 from invoices where credited_invoice_id = tap.id_of('i2');
insert into s select 'n' || row_number() over (order by id), id from invoices where credited_invoice_id = tap.id_of('i2');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('n1'))), 'true', 'S2-ENT-07 a credit note made by hand');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('n2'))), 'CR409', 'S2-ENT-07 and another that would exceed the invoice');
select is((select next from number_series where key = 'credit_note'), 4, 'S2-ENT-07 takes no number');
select throws_ok(format('insert into invoices (type, company_id) values (''credit_note'', %L)', tap.id_of('company')), '23514', null, 'S2-ENT-07 a credit note credits an invoice');
select throws_ok(format('insert into invoices (type, company_id, credited_invoice_id) values (''credit_note'', %L, %L)', tap.id_of('company'), tap.id_of('c1')), 'CR422', null, 'S2-ENT-07 no credit note');

select tap.make_invoice('i3', '{10}') \g /dev/null
select tap.did(format('invoice_issue(%L, null)', tap.id_of('i3'))) \g /dev/null
update invoice_lines set delivered_quantity = 1 where invoice_id = tap.id_of('i3');
select is(tap.did(format('invoice_void(%L, ''x'', null)', tap.id_of('i3'))), 'CR409', 'S2-REL-16 what is delivered is not voided');
select throws_ok(format('update invoice_lines set delivered_quantity = 4 where invoice_id = %L', tap.id_of('i3')), '23514', null, 'S2-REL-16 no more is delivered than was invoiced');
update invoice_lines set delivered_quantity = 0 where invoice_id = tap.id_of('i3');
select is(tap.did(format('invoice_void(%L, ''typing error'', null)', tap.id_of('i3'))), 'true', 'S2-ENT-07 an open invoice is voided');
select is(tap.did(format('invoice_void(%L, ''again'', null)', tap.id_of('i3'))), 'true', 'S2-ENT-07 once');
select is((select invoice_status(i) || i.balance || i.void_reason from invoices i where id = tap.id_of('i3')), 'void0.00typing error', 'S2-ENT-07 and owes nothing');
select throws_ok(format('update invoices set paid_total = 1 where id = %L', tap.id_of('i3')), '23514', null, 'S2-REL-15 nothing is paid on it');
select is(tap.did(format('invoice_issue(%L, null)', tap.id_of('i3'))), 'CR409', 'S2-ENT-07 nor is it issued again');

/* ---- who may ------------------------------------------------------------------------------------------------ */

select tap.make_quote('mine', '{10}') \g /dev/null
select tap.act(org, mate, '|quotes:oaon|quote_lines:oaon|invoices:oaon|invoice_lines:oaon|') from a \g /dev/null
select is(tap.did(format('quote_send(%L, null)', tap.id_of('mine'))), 'false', 'S3-SEC-04 nobody sends what is not theirs');
select is(tap.did(format('invoice_void(%L, ''x'', null)', tap.id_of('i2'))), 'false', 'S3-SEC-04 nor voids');
select is(tap.did(format('(quote_invoice(%L, ''full'', null)).invoice', tap.id_of('q4'))), '', 'S3-SEC-04 nor invoices');
select is(tap.did(format('(document_share(%L, null, uuid_v7(), ''\x00'', false)).nonce', tap.id_of('q4'))), '', 'S3-SEC-04 nor shares');
select is(tap.did(format('document_unshare(%L, null)', tap.id_of('q4'))), 'false', 'S3-SEC-04 nor revokes');

/* ---- the customer's link ------------------------------------------------------------------------------------- */

select tap.as_admin() \g /dev/null
select is(tap.did(format('(document_share(%L, null, uuid_v7(), ''\x01'', false)).nonce', tap.id_of('mine'))), '', 'S2-ENT-06 a draft is not shared');
select tap.did(format('quote_send(%L, null)', tap.id_of('mine'))) \g /dev/null
select isnt(tap.did(format('(document_share(%L, null, uuid_v7(), ''\x01'', false)).nonce', tap.id_of('mine')), 'nonce'), '', 'S2-ENT-06 a sent one is');
select is(tap.did(format('(document_share(%L, null, uuid_v7(), ''\x02'', false)).nonce', tap.id_of('mine'))), tap.id_of('nonce')::text, 'S2-ENT-06 by one link');
select is((select quote_share_url(q) from quotes q where id = tap.id_of('mine')), tap.id_of('nonce')::text, 'S2-ENT-06 that can be told again');
select tap.act(null, null, null) \g /dev/null
select is(tap.state('select * from document_shares'), '42501', 'S2-ENT-06 the server sees no hashes');
select is(tap.did('share_open(''\x01'', true) ->> ''status'''), 'sent', 'S2-ENT-06 the customer, who is nobody''s user, opens it');
select tap.act(null, null, null) \g /dev/null
select is(tap.did('share_open(''\x02'', true)'), 'CR404', 'S2-ENT-06 another token opens nothing');
select is(tap.did('share_answer(''\x01'', true, ''Jana'', null, ''192.0.2.7'', ''{}'')'), 'true', 'S2-ENT-06 accepts');
select tap.act(null, null, null) \g /dev/null
select is(tap.did('share_answer(''\x01'', false, null, ''no'', ''192.0.2.7'', ''{}'')'), 'false', 'S2-ENT-06 and does not change her mind');
select tap.as_admin() \g /dev/null
select is((select (quote_status(q), accepted_by_name, accepted_by_ip, viewed_at is not null)::text from quotes q where id = tap.id_of('mine')), '(accepted,Jana,192.0.2.7,t)', 'S2-ENT-06 who, and from where');
select is((select string_agg(action, ',' order by id) from changes where record_id = tap.id_of('mine') and actor_id is null), 'viewed,accepted', 'S2-ENT-06 is in the log, by no user');
select is(tap.did(format('document_unshare(%L, null)', tap.id_of('mine'))), 'true', 'S2-ENT-06 the link is revoked');
select tap.act(null, null, null) \g /dev/null
select is(tap.did('share_open(''\x01'', true)'), '{"revoked": true}', 'S2-ENT-06 and opens nothing more');

select * from finish();
rollback;
