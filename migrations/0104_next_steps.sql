/* SPDX-License-Identifier: Apache-2.0 */
/* The next step of deals and leads: the earliest of their open tasks and planned activities. */

set local role cairn_lookup;
set local row_security = on;

/*
 * After tasks or activities were written. What they are about is locked first and looked at afterwards, by a
 * statement of its own: of two who finish the last two steps at once, the second sees what the first did.
 */
create function next_steps() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	of_deals uuid[];
	of_leads uuid[];
begin
	if tg_op = 'INSERT' and tg_table_name = 'tasks' then
		select array_agg(distinct n.deal_id), array_agg(distinct n.lead_id) into of_deals, of_leads
		from new_rows n where n.status in ('todo', 'in_progress', 'waiting') and n.due_at is not null;
	elsif tg_op = 'INSERT' then
		select array_agg(distinct n.deal_id), array_agg(distinct n.lead_id) into of_deals, of_leads
		from new_rows n where n.status = 'planned';
	elsif tg_table_name = 'tasks' then
		select array_agg(distinct d), array_agg(distinct l) into of_deals, of_leads
		from new_rows n join old_rows o on o.org_id = n.org_id and o.id = n.id
		cross join lateral unnest(array[n.deal_id, o.deal_id], array[n.lead_id, o.lead_id]) as t (d, l)
		where (n.status, n.due_at, n.is_template, n.deleted_at, n.deal_id, n.lead_id)
			is distinct from (o.status, o.due_at, o.is_template, o.deleted_at, o.deal_id, o.lead_id);
	else
		select array_agg(distinct d), array_agg(distinct l) into of_deals, of_leads
		from new_rows n join old_rows o on o.org_id = n.org_id and o.id = n.id
		cross join lateral unnest(array[n.deal_id, o.deal_id], array[n.lead_id, o.lead_id]) as t (d, l)
		where (n.status, n.start_at, n.deleted_at, n.deal_id, n.lead_id)
			is distinct from (o.status, o.start_at, o.deleted_at, o.deal_id, o.lead_id);
	end if;
	of_deals := array_remove(of_deals, null);
	of_leads := array_remove(of_leads, null);
	if cardinality(of_deals) > 0 then
		perform from deals t where t.org_id = app_org() and t.id = any (of_deals) order by t.id for no key update;
		update deals t set next_activity_at = s.at
		from (select d.id, least(
				(select min(x.due_at) from tasks x where x.org_id = app_org() and x.deal_id = d.id
					and x.status in ('todo', 'in_progress', 'waiting') and not x.is_template and x.deleted_at is null),
				(select min(a.start_at) from activities a where a.org_id = app_org() and a.deal_id = d.id
					and a.status = 'planned' and a.deleted_at is null)) as at
			from unnest(of_deals) as d (id)) as s
		where t.org_id = app_org() and t.id = s.id and t.next_activity_at is distinct from s.at;
	end if;
	if cardinality(of_leads) > 0 then
		perform from leads t where t.org_id = app_org() and t.id = any (of_leads) order by t.id for no key update;
		update leads t set next_activity_at = s.at
		from (select l.id, least(
				(select min(x.due_at) from tasks x where x.org_id = app_org() and x.lead_id = l.id
					and x.status in ('todo', 'in_progress', 'waiting') and not x.is_template and x.deleted_at is null),
				(select min(a.start_at) from activities a where a.org_id = app_org() and a.lead_id = l.id
					and a.status = 'planned' and a.deleted_at is null)) as at
			from unnest(of_leads) as l (id)) as s
		where t.org_id = app_org() and t.id = s.id and t.next_activity_at is distinct from s.at;
	end if;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger next_steps_insert after insert on tasks referencing new table as new_rows
	for each statement execute function next_steps();
create trigger next_steps_update after update on tasks referencing old table as old_rows new table as new_rows
	for each statement execute function next_steps();
create trigger next_steps_insert after insert on activities referencing new table as new_rows
	for each statement execute function next_steps();
create trigger next_steps_update after update on activities referencing old table as old_rows new table as new_rows
	for each statement execute function next_steps();

/* What is open already. */
alter table tasks no force row level security;
alter table activities no force row level security;
alter table deals no force row level security, disable trigger user;
alter table leads no force row level security, disable trigger user;
with steps as (
	select x.org_id, x.deal_id, x.lead_id, x.due_at as at from tasks x
	where x.status in ('todo', 'in_progress', 'waiting') and not x.is_template and x.deleted_at is null
	union all
	select a.org_id, a.deal_id, a.lead_id, a.start_at from activities a where a.status = 'planned' and a.deleted_at is null),
deals_next as (
	update deals t set next_activity_at = s.at
	from (select org_id, deal_id, min(at) as at from steps where deal_id is not null group by 1, 2) as s
	where t.org_id = s.org_id and t.id = s.deal_id and s.at is not null)
update leads t set next_activity_at = s.at
from (select org_id, lead_id, min(at) as at from steps where lead_id is not null group by 1, 2) as s
where t.org_id = s.org_id and t.id = s.lead_id and s.at is not null;
alter table leads force row level security, enable trigger user;
alter table deals force row level security, enable trigger user;
alter table activities force row level security;
alter table tasks force row level security;
