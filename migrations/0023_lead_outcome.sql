/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of the deal that a lead was converted into, kept with the lead: a partner sees the outcome
 * and the amount of what it brought, and not the deal.
 */
alter table leads add column deal_status text, add column won_amount numeric(14,2),
	add column won_currency text,
	add constraint leads_deal_status check (deal_status in ('open', 'won', 'lost'));

set local role cairn_lookup;
set local row_security = on;

create function leads_take_outcome() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	select d.status, case d.status when 'won' then d.amount end, case d.status when 'won' then d.currency end
	into new.deal_status, new.won_amount, new.won_currency
	from deals d where d.org_id = new.org_id and d.id = new.converted_deal_id;
	return new;
end
$$;

create function deals_tell_lead() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update leads l set deal_status = new.status,
		won_amount = case new.status when 'won' then new.amount end,
		won_currency = case new.status when 'won' then new.currency end
	where l.org_id = new.org_id and l.converted_deal_id = new.id;
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger leads_take_outcome before update of converted_deal_id on leads for each row
	when (new.converted_deal_id is distinct from old.converted_deal_id)
	execute function leads_take_outcome();
create trigger deals_tell_lead after update on deals for each row
	when (new.lead_id is not null and (new.status, new.amount, new.currency)
		is distinct from (old.status, old.amount, old.currency))
	execute function deals_tell_lead();

/* Again, because of the new columns. */
select protect('leads', entity => 'lead', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])',
	partner => 'partner_id = (select app_partner())', owner_column => 'owner_id',
	partner_column => 'partner_id', quiet => '{last_activity_at,next_activity_at}');
