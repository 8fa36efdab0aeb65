/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Activities are about quotes and invoices as well, tasks about invoices. A document belongs to its customer,
 * whom an activity then belongs to unless it says otherwise; it is own to the document's owner.
 */
alter table activities add column quote_id uuid, add column invoice_id uuid;
alter table tasks add column invoice_id uuid;

select protect_reference('activities', 'activities_quote', 'quote_id', 'quotes'),
	protect_reference('activities', 'activities_invoice', 'invoice_id', 'invoices'),
	protect_reference('tasks', 'tasks_invoice', 'invoice_id', 'invoices');

create index activities_quote on activities (org_id, quote_id, start_at desc)
	where quote_id is not null;
create index activities_invoice on activities (org_id, invoice_id, start_at desc)
	where invoice_id is not null;
create index tasks_invoice on tasks (org_id, invoice_id) where invoice_id is not null;

alter table activities drop constraint activities_target_required;
alter table activities add constraint activities_target_required check (num_nonnulls(company_id,
	contact_id, lead_id, deal_id, project_id, event_id, vendor_id, partner_id, quote_id, invoice_id) > 0);

set local role cairn_lookup;
set local row_security = on;

/* As in 0019, and the owners of documents. */
create or replace function activity_people(activity activities) returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if activity.visibility = 'private' then
		return array_remove(array[activity.created_by], null);
	end if;
	return array(select distinct person from (
		values (activity.created_by), (activity.owner_id),
		((select c.owner_id from companies c where c.org_id = activity.org_id and c.id = activity.company_id)),
		((select c.owner_id from contacts c where c.org_id = activity.org_id and c.id = activity.contact_id)),
		((select l.owner_id from leads l where l.org_id = activity.org_id and l.id = activity.lead_id)),
		((select d.owner_id from deals d where d.org_id = activity.org_id and d.id = activity.deal_id)),
		((select e.owner_id from events e where e.org_id = activity.org_id and e.id = activity.event_id)),
		((select v.owner_id from vendors v where v.org_id = activity.org_id and v.id = activity.vendor_id)),
		((select p.owner_id from partners p where p.org_id = activity.org_id and p.id = activity.partner_id)),
		(case when activity.quote_id is not null then (select q.owner_id from quotes q
			where q.org_id = activity.org_id and q.id = activity.quote_id) end),
		(case when activity.invoice_id is not null then (select i.owner_id from invoices i
			where i.org_id = activity.org_id and i.id = activity.invoice_id) end)
		union all
		select unnest(p.own_ids) from projects p
		where p.org_id = activity.org_id and p.id = activity.project_id
		) as people (person) where person is not null);
end
$$;

create or replace function activities_follow_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	case tg_table_name
		when 'companies' then
			update activities set own_ids = null where org_id = new.org_id and company_id = new.id;
		when 'contacts' then
			update activities set own_ids = null where org_id = new.org_id and contact_id = new.id;
		when 'leads' then
			update activities set own_ids = null where org_id = new.org_id and lead_id = new.id;
		when 'deals' then
			update activities set own_ids = null where org_id = new.org_id and deal_id = new.id;
		when 'projects' then
			update activities set own_ids = null where org_id = new.org_id and project_id = new.id;
		when 'events' then
			update activities set own_ids = null where org_id = new.org_id and event_id = new.id;
		when 'vendors' then
			update activities set own_ids = null where org_id = new.org_id and vendor_id = new.id;
		when 'partners' then
			update activities set own_ids = null where org_id = new.org_id and partner_id = new.id;
		when 'quotes' then
			update activities set own_ids = null where org_id = new.org_id and quote_id = new.id;
		when 'invoices' then
			update activities set own_ids = null where org_id = new.org_id and invoice_id = new.id;
	end case;
	return null;
end
$$;

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
	if new.company_id is null then
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

create trigger activities_follow after update of owner_id on quotes for each row
	when (new.owner_id is distinct from old.owner_id) execute function activities_follow_owner();
create trigger activities_follow after update of owner_id on invoices for each row
	when (new.owner_id is distinct from old.owner_id) execute function activities_follow_owner();

select protect_again('activities'), protect_again('tasks');
