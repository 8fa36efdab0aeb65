/* SPDX-License-Identifier: Apache-2.0 */
/* Payments, what they pay, refunds, and the plan of bookings. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
create temp table s (name text primary key, id uuid);
grant select, insert, update on s, a to cairn_app;
create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
create function tap.as_mate(letters text, team boolean default false) returns void language sql as $$
	select tap.act(org, mate, tap.letters(letters), case when team then array[mate, admin] else array[mate] end) from a
$$;
create function tap.as_admin() returns void language sql as $$
	select tap.act(org, admin, tap.letters('aaaa')) from a
$$;
/* An issued invoice of Acme over so much. */
create function tap.invoice(p_name text, p_total numeric, p_currency text default 'EUR', p_company uuid default null) returns void
language plpgsql as $$
declare
	made uuid;
begin
	insert into invoices (company_id, currency, subtotal, total, prices_include_tax, issued_at, number, issue_date,
		due_date, bill_to_name, seller, owner_id)
	values (coalesce(p_company, (select id from companies where name like 'Acme%')), p_currency, p_total, p_total,
		false, now(), number_take('invoice', app_today()), app_today(), app_today() + 14, 'Acme', '{}', app_user())
	returning id into made;
	insert into s values (p_name, made);
end
$$;
create function tap.owed(text) returns text language sql stable as $$
	select (total - paid_total - credited_total)::text from invoices where id = tap.id_of($1)
$$;
/* What a payment says: status, number given, allocated, refunded, unallocated. */
create function tap.said(text) returns text language sql stable as $$
	select format('%s %s %s %s %s', status, coalesce(number, '-'), allocated_total, refunded_total, unallocated)
	from payments where id = tap.id_of($1)
$$;
create function tap.record(p_name text, p_amount numeric, p_columns text default '', p_values text default '') returns void
language plpgsql as $$
declare
	made uuid;
begin
	execute format('insert into payments (amount%s) values (%L%s) returning id', p_columns, p_amount, p_values) into made;
	insert into s values (p_name, made);
end
$$;
insert into s select 'acme', id from companies where name like 'Acme%';
insert into vendors (name, owner_id) values ('Barn', app_user());
insert into events (name, owner_id) values ('Feast', app_user());
insert into event_vendors (event_id, vendor_id) select e.id, v.id from events e, vendors v where e.name = 'Feast' and v.name = 'Barn';
insert into s select 'event', id from events where name = 'Feast';
insert into s select 'hall', id from vendors where name = 'Barn';
insert into s select 'booking', id from event_vendors where vendor_id = tap.id_of('hall');
insert into budget_lines (event_id, category, name, event_vendor_id) values (tap.id_of('event'), 'Venue', 'Barn', tap.id_of('booking'));
select paid_year as y from (select to_char(app_today(), 'YYYY') as paid_year) x \gset

/* paying an invoice */
select tap.invoice('i1', 100), tap.invoice('i2', 50), tap.invoice('usd', 50, 'USD') \g /dev/null
select tap.record('p1', 130, ', invoice_id', format(', %L', tap.id_of('i1'))) \g /dev/null
select is(tap.said('p1'), 'completed PAY-' || :'y' || '-0001 100.00 0.00 30.00', 'S2-REL-15 a payment pays its invoice, the rest is credit');
select is(tap.owed('i1'), '0.00', 'S2-REL-15 the invoice knows');
select is((select company_id || currency || paid_at from payments where id = tap.id_of('p1')), tap.id_of('acme') || 'EUR' || app_today(), 'S2-ENT-14 company, currency and day are filled in');
select is(tap.state(format('select payment_allocate(%L, %L, null, null)', tap.id_of('p1'), tap.id_of('i2'))), '00000', 'S2-REL-15 the credit pays another invoice');
select is(tap.said('p1') || ' ' || tap.owed('i2'), 'completed PAY-' || :'y' || '-0001 130.00 0.00 0.00 20.00', 'S2-REL-15 as far as it goes');
select is(tap.state(format('select payment_allocate(%L, %L, 1, null)', tap.id_of('p1'), tap.id_of('i2'))), 'CR409', 'S2-REL-15 and no further');
select tap.record('p2', 500, ', company_id', format(', %L', tap.id_of('acme'))) \g /dev/null
select throws_ok(format('insert into payment_allocations (payment_id, invoice_id, amount) values (%L, %L, 20.01)', tap.id_of('p2'), tap.id_of('i2')), 'CR422', null, 'S2-REL-15 an allocation does not exceed the balance');
select throws_ok(format('insert into payment_allocations (payment_id, invoice_id, amount) values (%L, %L, 1)', tap.id_of('p2'), tap.id_of('usd')), 'CR422', null, 'S2-REL-15 nor mix currencies');
select throws_ok(format('insert into payment_allocations (payment_id, invoice_id, amount) values (%L, %L, 0)', tap.id_of('p2'), tap.id_of('i2')), '23514', null, 'S2-REL-15 nothing is no allocation');
insert into companies (name) values ('Other');
insert into s select 'other', id from companies where name = 'Other';
select tap.invoice('foreign', 50, 'EUR', tap.id_of('other')) \g /dev/null
select throws_ok(format('insert into payment_allocations (payment_id, invoice_id, amount) values (%L, %L, 1)', tap.id_of('p2'), tap.id_of('foreign')), 'CR422', null, 'S2-REL-15 nor pay for another company');
insert into invoices (company_id, currency, prices_include_tax) values (tap.id_of('acme'), 'EUR', false);
insert into s select 'draft', id from invoices where issued_at is null and type = 'invoice' limit 1;
select throws_ok(format('select tap.record(''x'', 5, '', invoice_id'', %L)', ', ' || quote_literal(tap.id_of('draft'))), 'CR422', 'Is a draft: issue the invoice first.', 'S2-REL-15 a draft is not paid');
select tap.invoice('void', 50) \g /dev/null
update invoices set voided_at = now(), void_reason = 'Twice' where id = tap.id_of('void');
select throws_ok(format('select tap.record(''x'', 5, '', invoice_id'', %L)', ', ' || quote_literal(tap.id_of('void'))), 'CR422', 'Is void.', 'S2-REL-15 nor what is void');
select throws_ok(format('insert into payment_allocations (payment_id, invoice_id, amount) values (%L, %L, 1)', tap.id_of('p2'), tap.id_of('void')), 'CR422', null, 'S2-REL-15 by no way');

/* what was recorded stays */
select is(tap.state(format('update payments set amount = 1 where id = %L', tap.id_of('p2'))), 'CR422', 'S2-ENT-14 the amount of a completed payment stays');
select is(tap.state(format('update payments set paid_at = paid_at - 1 where id = %L', tap.id_of('p2'))), 'CR422', 'S2-ENT-14 and the day');
select is(tap.state(format('update payments set company_id = %L where id = %L', tap.id_of('other'), tap.id_of('p2'))), 'CR422', 'S2-ENT-14 and the company');
select is(tap.state(format('update payments set deleted_at = now() where id = %L', tap.id_of('p2'))), 'CR409', 'S2-ENT-14 it is not deleted');
select is(tap.state(format('update payments set status = ''scheduled'' where id = %L', tap.id_of('p2'))), 'CR422', 'S2-ENT-14 nor taken back into the plan');
select is(tap.state(format('update payments set reference = ''Statement 7'', notes = ''x'' where id = %L', tap.id_of('p2'))), '00000', 'S2-ENT-14 reference and notes may change');
select throws_ok(format('select tap.record(''x'', 5, '', company_id, paid_at'', %L)', format(', %L, app_today() + 1', tap.id_of('acme'))), 'CR422', null, 'S2-ENT-14 nobody pays tomorrow');
select throws_ok($$ select tap.record('x', 5) $$, 'CR422', null, 'S2-ENT-14 money that comes in is somebody''s');
select throws_ok($$ select tap.record('x', 5, ', direction', ', ''out''') $$, 'CR422', null, 'S2-ENT-14 money that goes out as well');

/* released and void */
select tap.value(format('select payment_release(%L, %L, null)', tap.id_of('p1'), tap.id_of('i2'))) \g /dev/null
select is(tap.said('p1') || ' ' || tap.owed('i2'), 'completed PAY-' || :'y' || '-0001 100.00 0.00 30.00 50.00', 'S2-REL-15 what is released is credit again');
select is(tap.value(format('select payment_void(%L, ''Bounced'', null)', tap.id_of('p1'))), 'true', 'S2-ENT-14 a payment is made void for a reason');
select is(tap.said('p1') || ' ' || tap.owed('i1'), 'void PAY-' || :'y' || '-0001 0.00 0.00 0.00 100.00', 'S2-ENT-14 which releases what it paid');
select is((select voided_by from payments where id = tap.id_of('p1')), (select admin from a), 'S2-ENT-14 and tells by whom');
select is(tap.state(format('select payment_allocate(%L, %L, 5, null)', tap.id_of('p1'), tap.id_of('i1'))), 'CR409', 'S2-ENT-14 a void payment pays nothing');
select is(tap.value(format('select payment_void(%L, ''Bounced'', ''{99}'')', tap.id_of('p2'))), 'false', 'S5-API-26 another version is not written');

/* refunds */
select tap.value(format('select payment_allocate(%L, %L, 60, null)', tap.id_of('p2'), tap.id_of('i1'))) \g /dev/null
select throws_ok(format('select tap.record(''x'', 440.01, '', kind, refund_of_id'', %L)', format(', ''refund'', %L', tap.id_of('p2'))), 'CR422', null, 'S2-ENT-14 a refund gives back what is left, and no more');
select tap.record('r1', 140, ', kind, refund_of_id', format(', ''refund'', %L', tap.id_of('p2'))) \g /dev/null
select is(tap.said('p2'), 'completed PAY-' || :'y' || '-0002 60.00 140.00 300.00', 'S2-ENT-14 what was given back is no credit');
select is((select number || direction || company_id from payments where id = tap.id_of('r1')), 'PAY-' || :'y' || '-0003in' || tap.id_of('acme'), 'S2-ENT-14 a refund is about what the payment was about');
select throws_ok(format('select tap.record(''x'', 1, '', kind, refund_of_id'', %L)', format(', ''refund'', %L', tap.id_of('r1'))), 'CR422', null, 'S2-ENT-14 a refund is not given back');
select throws_ok($$ select tap.record('x', 1, ', kind', ', ''refund''') $$, 'CR422', null, 'S2-ENT-14 a refund names its payment');
select is(tap.state(format('select payment_void(%L, ''x'', null)', tap.id_of('p2'))), 'CR409', 'S2-ENT-14 what was given back is not void');
select tap.value(format('select payment_void(%L, ''x'', null)', tap.id_of('r1'))) \g /dev/null
select is(tap.said('p2'), 'completed PAY-' || :'y' || '-0002 60.00 0.00 440.00', 'S2-ENT-14 a refund may be');
select tap.as_mate('aaan') \g /dev/null
select is(tap.state(format('insert into payments (amount, kind, refund_of_id) values (1, ''refund'', %L)', tap.id_of('p2'))), '00000', 'S3-SEC-04 who changes payments refunds them');
select tap.as_mate('aann') \g /dev/null
select is(tap.state(format('insert into payments (amount, kind, refund_of_id) values (1, ''refund'', %L)', tap.id_of('p2'))), 'CR403', 'S3-SEC-04 who only records them does not');
select is(tap.state(format('insert into payments (amount, company_id) values (1, %L)', tap.id_of('acme'))), '00000', 'S3-SEC-04 but records');
select is(tap.value(format('select payment_void(%L, ''x'', null)', tap.id_of('p2'))), 'false', 'S3-SEC-04 nor makes them void');
select tap.as_admin() \g /dev/null

/* the plan */
select tap.record('plan', 80, ', status, due_date, invoice_id', format(', ''scheduled'', app_today() + 5, %L', tap.id_of('i2'))) \g /dev/null
select is(tap.said('plan') || ' ' || tap.owed('i2'), 'scheduled - 0.00 0.00 0.00 50.00', 'S2-ENT-14 a scheduled payment counts nowhere');
select throws_ok(format('insert into payment_allocations (payment_id, invoice_id, amount) values (%L, %L, 1)', tap.id_of('plan'), tap.id_of('i2')), 'CR422', null, 'S2-ENT-14 and pays nothing');
select throws_ok(format('select tap.record(''x'', 5, '', company_id, status'', %L)', format(', %L, ''scheduled''', tap.id_of('acme'))), '23514', null, 'S2-ENT-14 it is due on a day');
select is(tap.state(format('update payments set amount = 90, due_date = due_date + 1 where id = %L', tap.id_of('plan'))), '00000', 'S2-ENT-14 a plan may change');
select is(tap.value(format('select payment_complete(%L, null, null, ''Card'', null, null)', tap.id_of('plan'))), 'true', 'S2-ENT-14 and comes true');
select matches(tap.said('plan') || ' ' || tap.owed('i2'), '^completed PAY-\d{4}-\d{4} 50.00 0.00 40.00 0.00$', 'S2-ENT-14 which pays its invoice');
select is(tap.state(format('select payment_complete(%L, null, null, null, null, null)', tap.id_of('plan'))), 'CR409', 'S2-ENT-14 once');
select is((select string_agg(number, ',' order by number) from payments where number like 'PAY-%'),
	(select string_agg('PAY-' || :'y' || '-' || lpad(n::text, 4, '0'), ',' order by n) from generate_series(1, (select count(*) from payments where number like 'PAY-%')) n),
	'S2-ENT-14 numbers have no gap');

/* bookings */
select is((select count(*) from payments where event_vendor_id = tap.id_of('booking')), 0::bigint, 'S1-REL-04 a booking without due days plans nothing');
update event_vendors set agreed_cost = 1000, deposit_amount = 300, deposit_due_date = '2030-01-10', balance_due_date = '2030-02-10' where id = tap.id_of('booking');
create function tap.plan() returns text language sql stable as $$
	select string_agg(format('%s %s %s', instalment, amount, due_date), ', ' order by due_date) from payments
	where event_vendor_id = tap.id_of('booking') and status = 'scheduled' and deleted_at is null $$;
select is(tap.plan(), 'deposit 300.00 2030-01-10, balance 700.00 2030-02-10', 'S1-REL-04 deposit and balance of a booking are scheduled');
select is((select direction || currency || vendor_id || event_id from payments where event_vendor_id = tap.id_of('booking') limit 1), 'outEUR' || tap.id_of('hall') || tap.id_of('event'), 'S1-REL-04 to the vendor, for the event');
update event_vendors set agreed_cost = 1200, balance_due_date = '2030-02-12' where id = tap.id_of('booking');
select is(tap.plan(), 'deposit 300.00 2030-01-10, balance 900.00 2030-02-12', 'S1-REL-04 the plan follows the booking');
select is(tap.state(format('update payments set amount = 1 where instalment = ''deposit'' and event_vendor_id = %L', tap.id_of('booking'))), 'CR422', 'S1-REL-04 and nobody else');
select is(tap.state(format('update payments set deleted_at = now() where instalment = ''deposit'' and event_vendor_id = %L', tap.id_of('booking'))), 'CR409', 'S1-REL-04 not to the trash either');
select tap.record('part', 100, ', direction, event_vendor_id', format(', ''out'', %L', tap.id_of('booking'))) \g /dev/null
select is(tap.plan(), 'deposit 200.00 2030-01-10, balance 900.00 2030-02-12', 'S1-REL-04 what is paid is not to be paid again');
insert into s select 'deposit', id from payments where instalment = 'deposit' and event_vendor_id = tap.id_of('booking');
select tap.value(format('select payment_complete(%L, null, null, null, ''Wire'', null)', tap.id_of('deposit'))) \g /dev/null
select is(tap.plan(), 'balance 900.00 2030-02-12', 'S1-REL-04 a deposit that was paid leaves the balance');
select is((select paid_total || ' ' || event_vendor_balance(b) || ' ' || version from event_vendors b where id = tap.id_of('booking')), '300.00 900.00 3', 'S1-REL-04 the booking knows what is paid, without a new version');
select is((select paid from budget_lines where event_vendor_id = tap.id_of('booking')), 300.00, 'S1-ENT-11 and so does the budget');
select tap.value(format('select payment_void(%L, ''Returned'', null)', tap.id_of('deposit'))) \g /dev/null
select is(tap.plan(), 'deposit 200.00 2030-01-10, balance 900.00 2030-02-12', 'S1-REL-04 a payment that is void is to be made again');
update event_vendors set status = 'cancelled' where id = tap.id_of('booking');
select is(tap.plan(), null, 'S1-REL-04 a cancelled booking is not paid');
update event_vendors set status = 'considering' where id = tap.id_of('booking');
select is(tap.plan(), 'deposit 200.00 2030-01-10, balance 900.00 2030-02-12', 'S1-REL-04 unless it is taken up again');
select throws_ok($$ update events set currency = 'USD' where name = 'Feast' $$, 'CR422', null, 'S1-REL-04 an event keeps the currency in which its bookings are paid');
update event_vendors set deleted_at = now() where id = tap.id_of('booking');
select is(tap.plan(), null, 'S1-DB-04 nor is one in the trash');
update event_vendors set deleted_at = null where id = tap.id_of('booking');
select is(tap.plan(), 'deposit 200.00 2030-01-10, balance 900.00 2030-02-12', 'S1-DB-04 which comes back with its plan');
select is(tap.state(format('insert into payments (amount, direction, event_vendor_id, currency) values (1, ''out'', %L, ''USD'')', tap.id_of('booking'))), 'CR422', 'S1-REL-04 bookings are paid in the currency of the event');
select is(tap.state(format('insert into payments (amount, event_vendor_id) values (1, %L)', tap.id_of('booking'))), 'CR422', 'S1-REL-04 with money that goes out');
select tap.record('back', 40, ', kind, refund_of_id', format(', ''refund'', %L', tap.id_of('part'))) \g /dev/null
select is((select p.direction || paid_total from payments p join event_vendors b on b.id = p.event_vendor_id where p.id = tap.id_of('back')), 'out60.00', 'S1-REL-04 what a vendor gives back was not paid');

/* whose own they are */
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('select id from payments'), 0::bigint, 'S3-SEC-05 payments of others are not seen');
select is(tap.rows('select id from payment_allocations'), 0::bigint, 'S3-SEC-05 nor what they pay');
select tap.as_mate('tttt', true) \g /dev/null
select ok(tap.rows('select id from payments') > 0, 'S3-SEC-04 the team''s are');
select tap.as_admin() \g /dev/null
update invoices set owner_id = (select mate from a) where id = tap.id_of('i1');
select tap.as_mate('oooo') \g /dev/null
select is(tap.value('select string_agg(id::text, '','' order by id) from payments'), tap.id_of('p1') || ',' || tap.id_of('p2'), 'S3-SEC-05 who owns an invoice sees what pays it');
select tap.as_admin() \g /dev/null
update companies set owner_id = (select mate from a) where id = tap.id_of('acme');
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('select id from payments where direction = ''in''') > 1, true, 'S3-SEC-05 who owns the company sees all of its own');
select is(tap.rows('select id from payments where direction = ''out'''), 0::bigint, 'S3-SEC-05 and none of the vendors''');
select tap.as_admin() \g /dev/null

select * from finish();
rollback;
