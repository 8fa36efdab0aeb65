/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery notes: no more is delivered than was invoiced. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
create temp table s (name text primary key, id uuid);
grant select, insert, update on s, a to cairn_app;
create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
create function tap.as_mate(letters text) returns void language sql as $$
	select tap.act(org, mate, tap.letters(letters), array[mate]) from a
$$;
create function tap.as_admin() returns void language sql as $$
	select tap.act(org, admin, tap.letters('aaaa')) from a
$$;
/* An issued invoice of two lines, of which so much may be delivered, and a heading. */
create function tap.invoice(p_name text) returns void language plpgsql as $$
declare
	made uuid;
begin
	insert into invoices (company_id, currency, prices_include_tax, owner_id, ship_to_street, ship_to_city)
	values ((select id from companies where name like 'Acme%'), 'EUR', false, app_user(), 'Quay 1', 'Cork')
	returning id into made;
	insert into s values (p_name, made);
	with l as (insert into invoice_lines (invoice_id, position, kind, name, quantity, unit_price) values
		(made, 1, 'item', 'Chair', 10, 5), (made, 2, 'item', 'Cloth', 2.5, 8), (made, 3, 'heading', 'Thanks', null, null)
		returning id, position)
	insert into s select p_name || l.position, l.id from l;
	update invoices set issued_at = now(), number = number_take('invoice', app_today()), issue_date = app_today(),
		due_date = app_today(), bill_to_name = 'Acme', seller = '{}' where id = made;
end
$$;
create function tap.note(p_name text, p_invoice text, variadic p_lines text[]) returns void language plpgsql as $$
declare
	made uuid;
begin
	insert into delivery_notes (invoice_id) values (tap.id_of(p_invoice)) returning id into made;
	insert into s values (p_name, made);
	insert into delivery_note_lines (delivery_note_id, invoice_line_id, quantity)
	select made, tap.id_of(split_part(l, '=', 1)), split_part(l, '=', 2)::numeric from unnest(p_lines) l;
end
$$;
create function tap.become(p_name text, p_status text) returns text language sql as $$
	select tap.value(format('select delivery_note_become(%L, %L, null, null, null)', tap.id_of(p_name), p_status))
$$;
create function tap.delivered(text) returns text language sql stable as $$
	select string_agg(trim_scale(delivered_quantity)::text, ' ' order by position) from invoice_lines
	where invoice_id = tap.id_of($1)
$$;
select tap.invoice('i'), tap.invoice('j') \g /dev/null
select to_char(app_today(), 'YYYY') as y \gset

select tap.note('n', 'i', 'i1=4', 'i2=2.5') \g /dev/null
select is(tap.delivered('i'), '4 2.5 0', 'S2-REL-16 an invoice knows what is on its delivery notes');
select is((select company_id || status || delivery_date from delivery_notes where id = tap.id_of('n')), (select id from companies where name like 'Acme%') || 'draft' || app_today(), 'S2-ENT-08 a note begins as a draft of today');
select throws_ok($$ select tap.note('x', 'i', 'i2=0.001') $$, 'CR409', null, 'S2-REL-16 no more is delivered than was invoiced');
select throws_ok($$ select tap.note('x', 'i', 'i1=6.001') $$, 'CR409', 'lines: of "Chair" 6 are left to deliver', 'S2-REL-16 which is told');
select lives_ok($$ select tap.note('m', 'i', 'i1=6') $$, 'S2-REL-16 the rest is');
select throws_ok($$ select tap.note('x', 'i', 'j1=1') $$, 'CR422', null, 'S2-REL-16 lines of another invoice are none');
select throws_ok($$ select tap.note('x', 'i', 'i3=1') $$, 'CR422', null, 'S2-REL-16 nor is a heading');
select throws_ok($$ select tap.note('x', 'j', 'j1=0') $$, '23514', null, 'S2-ENT-08 nothing is not delivered');
select tap.note('bare', 'j', variadic '{}') \g /dev/null
select is(tap.state(format('select delivery_note_become(%L, ''issued'', null, null, null)', tap.id_of('bare'))), 'CR422', 'S2-ENT-08 a note of nothing is not issued');
select is(tap.state(format('select delivery_note_become(%L, ''delivered'', null, null, null)', tap.id_of('n'))), 'CR409', 'S2-ENT-08 nor a draft delivered');
select is(tap.become('n', 'issued'), 'true', 'S2-ENT-08 a note is issued');
select is((select number || ' ' || ship_to_street || ' ' || ship_to_city || ' ' || (issued_by = app_user()) from delivery_notes where id = tap.id_of('n')), 'DN-' || :'y' || '-0001 Quay 1 Cork true', 'S2-ENT-08 with a number, the address and its author');
select is(tap.state(format('update delivery_notes set ship_to_city = ''x'' where id = %L', tap.id_of('n'))), 'CR422', 'S2-ENT-08 which stay');
select is(tap.state(format('update delivery_notes set carrier = ''Post'', tracking_number = ''1'' where id = %L', tap.id_of('n'))), '00000', 'S2-ENT-08 the carrier may be added');
select is(tap.state(format('update delivery_note_lines set quantity = 1 where delivery_note_id = %L', tap.id_of('n'))), 'CR409', 'S2-ENT-08 its lines stay');
select is(tap.state(format('update delivery_note_lines set deleted_at = now() where delivery_note_id = %L', tap.id_of('n'))), 'CR409', 'S2-ENT-08 all of them');
select is(tap.state(format('update delivery_notes set deleted_at = now() where id = %L', tap.id_of('n'))), 'CR409', 'S2-ENT-08 it is not deleted');
select is(tap.become('n', 'delivered'), 'true', 'S2-ENT-08 it is delivered');
select isnt((select received_at from delivery_notes where id = tap.id_of('n')), null, 'S2-ENT-08 at a moment');
select throws_ok(format('update invoices set voided_at = now(), void_reason = ''x'' where id = %L', tap.id_of('i')), 'CR409', null, 'S2-REL-16 an invoice that was delivered is not made void');
select is(tap.become('n', 'cancelled') , 'true', 'S2-ENT-08 a note is cancelled');
select is(tap.delivered('i'), '6 0 0', 'S2-REL-16 which leaves its quantities to deliver');
select is(tap.state(format('select delivery_note_become(%L, ''issued'', null, null, null)', tap.id_of('n'))), 'CR409', 'S2-ENT-08 for good');
update delivery_notes set deleted_at = now() where id = tap.id_of('m');
select is(tap.delivered('i'), '0 0 0', 'S2-REL-16 a draft in the trash reserves nothing');
select tap.note('o', 'i', 'i1=5') \g /dev/null
select throws_ok(format('update delivery_notes set deleted_at = null where id = %L', tap.id_of('m')), 'CR409', null, 'S1-DB-04 and comes back only where there is room');
update delivery_note_lines set quantity = 4 where delivery_note_id = tap.id_of('o');
select lives_ok(format('update delivery_notes set deleted_at = null where id = %L', tap.id_of('m')), 'S1-DB-04 as there is now');
select is(tap.delivered('i'), '10 0 0', 'S2-REL-16 and counts again');
with gone as (update delivery_note_lines set deleted_at = now() where delivery_note_id = tap.id_of('o')),
	made as (insert into delivery_note_lines (delivery_note_id, invoice_line_id, quantity) values (tap.id_of('o'), tap.id_of('i1'), 3))
	select;
select is(tap.delivered('i'), '9 0 0', 'S2-REL-16 lines may be replaced all at once');
update delivery_notes set deleted_at = now() where id = any (array[tap.id_of('m'), tap.id_of('o')]);
select lives_ok(format('update invoices set voided_at = now(), void_reason = ''x'' where id = %L', tap.id_of('i')), 'S2-REL-16 an invoice of which nothing is delivered may be void');
select throws_ok($$ select tap.note('x', 'i', 'i1=1') $$, 'CR422', 'Is void.', 'S2-REL-16 and then nothing is');
select throws_ok(format('update delivery_notes set deleted_at = null where id = %L', tap.id_of('m')), 'CR422', null, 'S2-REL-16 not out of the trash either');

select tap.note('of j', 'j', 'j1=1') \g /dev/null
select tap.as_mate('oaon') \g /dev/null
select is(tap.rows('select id from delivery_notes'), 0::bigint, 'S3-SEC-05 notes of the invoices of others are not seen');
select is(tap.state(format('insert into delivery_notes (invoice_id) values (%L) returning id', tap.id_of('j'))), 'CR403', 'S3-SEC-04 nor made');
select tap.as_admin() \g /dev/null
update invoices set owner_id = (select mate from a) where id = tap.id_of('j');
select tap.as_mate('oaon') \g /dev/null
select is(tap.rows('select id from delivery_notes'), 2::bigint, 'S3-SEC-05 those of one''s own are');

select * from finish();
rollback;
