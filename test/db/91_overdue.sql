/* SPDX-License-Identifier: Apache-2.0 */
/* Overdue invoices: the condition that the server adds finds them all, and by their index, in every scope. */
begin;
select plan(5);

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
insert into companies (name) values ('Customer');
alter table invoices no force row level security, disable trigger user;
insert into invoices (org_id, company_id, owner_id, currency, number, issued_at, voided_at, void_reason,
		issue_date, due_date, subtotal, total, paid_total, prices_include_tax, bill_to_name, seller)
	select a.org, c.id, a.admin, 'EUR', case when n % 5 > 0 then 'N' || n end, case when n % 5 > 0 then now() end,
		case when n % 10 = 7 then now() end, case when n % 10 = 7 then 'Twice' end,
		'2020-01-01', current_date + (n % 300) - 3, 10, 10, case n % 10 when 3 then 10 when 4 then 1 else 0 end,
		false, 'Customer', '{}'
	from a, companies c, generate_series(1, 4000) as n where c.name = 'Customer';
alter table invoices force row level security, enable trigger user;
analyze invoices;

select ok((select count(*) from invoices t where invoice_status(t) = 'overdue') between 10 and 60, 'there are some');
select is((select count(*) from invoices t where invoice_status(t) = 'overdue' and not invoice_status_overdue(t)), 0::bigint,
	'no overdue invoice is missed');
select is((select count(*) from invoices t where invoice_status(t) <> 'overdue' and invoice_status_overdue(t)), 0::bigint,
	'and none is found too much');
select ok(tap.plan_of(format('select id from invoices t where org_id = %L and deleted_at is null and invoice_status(t) = ''overdue'' and invoice_status_overdue(t)',
	(select org from a))) ~ 'invoices_open_due', 'S2-DB-03 they are found by their index');
select tap.act(org, mate, tap.letters('tttt'), array[mate, admin]) from a \g /dev/null
select ok(tap.plan_of(format('select id from invoices t where org_id = %L and deleted_at is null and invoice_status(t) = ''overdue'' and invoice_status_overdue(t)',
	(select org from a))) ~ 'invoices_open_due', 'S2-DB-03 and by who sees a team’s');

select * from finish();
rollback;
