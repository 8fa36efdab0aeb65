/* SPDX-License-Identifier: Apache-2.0 */
/* While a changeset is taken back, a field that was empty before stays so: what is filled in from others at
 * every write is not filled in then. */

create function reverting() returns boolean language sql stable
as $$ select coalesce(current_setting('app.revert', true), '') = 'on' $$;

set local role cairn_lookup;
set local row_security = on;

/* As in 0051, but for that. */
create or replace function activities_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	look boolean := true;
begin
	if tg_op = 'UPDATE' then
		new.created_by := old.created_by;
		look := new.own_ids is null or (new.owner_id, new.company_id, new.contact_id, new.lead_id,
			new.deal_id, new.project_id, new.event_id, new.vendor_id, new.partner_id, new.quote_id, new.invoice_id,
			new.visibility)
			is distinct from (old.owner_id, old.company_id, old.contact_id, old.lead_id, old.deal_id,
			old.project_id, old.event_id, old.vendor_id, old.partner_id, old.quote_id,
			old.invoice_id, old.visibility);
		new.own_ids := old.own_ids;
	else
		new.start_at := coalesce(new.start_at, now());
		/* A second's grace: the column keeps whole milliseconds and may round up past now(). */
		if new.start_at > now() + interval '1 second' and new.status = 'done' then
			new.status := 'planned';
		end if;
		if new.subject is null and new.type = 'note' then
			new.subject := nullif(left(split_part(trim(new.body), E'\n', 1), 200), '');
		end if;
	end if;
	if new.company_id is null and not reverting() then
		new.company_id := coalesce(
			(select d.company_id from deals d where d.org_id = new.org_id and d.id = new.deal_id),
			(select c.company_id from contacts c where c.org_id = new.org_id and c.id = new.contact_id),
			(select p.company_id from projects p where p.org_id = new.org_id and p.id = new.project_id),
			(select e.company_id from events e where e.org_id = new.org_id and e.id = new.event_id),
			(select q.company_id from quotes q where q.org_id = new.org_id and q.id = new.quote_id),
			(select i.company_id from invoices i where i.org_id = new.org_id and i.id = new.invoice_id));
	end if;
	if look then
		new.own_ids := activity_people(new);
	end if;
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;
