/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Overdue invoices are found by an index: what they have in common is a condition beside the computed status,
 * which the server says where a filter asks for that status (field.hinted in entity.h).
 */
create index invoices_open_due on invoices (org_id, due_date)
	where deleted_at is null and issued_at is not null and voided_at is null
		and type <> 'credit_note' and balance > 0;

create function invoice_status_overdue(invoice invoices) returns boolean language sql stable as $$
	select invoice.deleted_at is null and invoice.issued_at is not null and invoice.voided_at is null
		and invoice.type <> 'credit_note' and invoice.balance > 0 and invoice.due_date < app_today()
$$;
