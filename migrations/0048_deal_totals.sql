/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What deals add up to, by stage, owner and partner.
 *
 * A board adds up 100,000 deals at every look, which takes a tenth of a second and more. A counter that
 * every write changes would make them wait for each other, so a write adds a row with the difference that it
 * made: the sum of the rows is right at every moment and in every snapshot, and now and then many rows are
 * put together to few. Whoever reads a deal reads its row here, by the same owner and partner.
 */

create table deal_totals (
	org_id uuid not null,
	id uuid not null default uuid_v7(),
	stage_id uuid not null,
	owner_id uuid,
	partner_id uuid,
	records int not null,                 /* deals */
	told int not null,                    /* those with an amount */
	summed int not null,                  /* those whose amount is known in the organisation's currency */
	sum numeric(20,2) not null,           /* in that currency */
	weighted numeric(22,2) not null,      /* the same times the probability, in per cent */
	constraint deal_totals_pkey primary key (org_id, id),
	constraint deal_totals_org foreign key (org_id) references organizations (id)
);

create index deal_totals_stage on deal_totals (org_id, stage_id);

do $$
begin
	alter table deals no force row level security;
	insert into deal_totals (org_id, stage_id, owner_id, partner_id, records, told, summed, sum, weighted)
	select org_id, stage_id, owner_id, partner_id, count(*), count(amount), count(amount_base),
		coalesce(sum(amount_base), 0), coalesce(sum(amount_base * probability), 0)
	from deals where deleted_at is null group by 1, 2, 3, 4;
	alter table deals force row level security;
end
$$;

select protect_policies('deal_totals', 'deals', every => 'true', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])',
	partner => 'partner_id = (select app_partner())', commands => 'r',
	lookup => 'org_id = (select app_org())');
create policy deal_totals_sweep on deal_totals for all to cairn_lookup
	using ((select current_setting('app.sweep', true)) = 'on')
	with check ((select current_setting('app.sweep', true)) = 'on');
grant select, insert, delete on deal_totals to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

create function deals_total_insert() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into deal_totals (org_id, stage_id, owner_id, partner_id, records, told, summed, sum, weighted)
	select org_id, stage_id, owner_id, partner_id, count(*), count(amount), count(amount_base),
		coalesce(sum(amount_base), 0), coalesce(sum(amount_base * probability), 0)
	from new_rows where deleted_at is null group by 1, 2, 3, 4;
	return null;
end
$$;

/* Nothing where nothing of it changed. */
create function deals_total_update() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into deal_totals (org_id, stage_id, owner_id, partner_id, records, told, summed, sum, weighted)
	select org_id, stage_id, owner_id, partner_id, sum(n), coalesce(sum(n) filter (where amount is not null), 0),
		coalesce(sum(n) filter (where amount_base is not null), 0), coalesce(sum(n * amount_base), 0),
		coalesce(sum(n * amount_base * probability), 0)
	from (select 1 as n, * from new_rows union all select -1, * from old_rows) as d
	where deleted_at is null group by 1, 2, 3, 4
	having (sum(n), coalesce(sum(n) filter (where amount is not null), 0),
		coalesce(sum(n) filter (where amount_base is not null), 0), coalesce(sum(n * amount_base), 0),
		coalesce(sum(n * amount_base * probability), 0)) <> (0, 0, 0, 0, 0);
	return null;
end
$$;

create function deals_total_delete() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into deal_totals (org_id, stage_id, owner_id, partner_id, records, told, summed, sum, weighted)
	select org_id, stage_id, owner_id, partner_id, -count(*), -count(amount), -count(amount_base),
		-coalesce(sum(amount_base), 0), -coalesce(sum(amount_base * probability), 0)
	from old_rows where deleted_at is null group by 1, 2, 3, 4;
	return null;
end
$$;

/* One server at a time: two would wait for each other's rows. */
create function deal_totals_fold() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if not pg_try_advisory_xact_lock(hashtext('deal_totals_fold')) then
		return;
	end if;
	perform set_config('app.sweep', 'on', true);
	with taken as (
		delete from deal_totals t using (
			select org_id, stage_id, owner_id, partner_id from deal_totals
			group by 1, 2, 3, 4 having count(*) > 8) as many
		where t.org_id = many.org_id and t.stage_id = many.stage_id
			and t.owner_id is not distinct from many.owner_id
			and t.partner_id is not distinct from many.partner_id
		returning t.*)
	insert into deal_totals (org_id, stage_id, owner_id, partner_id, records, told, summed, sum, weighted)
	select org_id, stage_id, owner_id, partner_id, sum(records), sum(told), sum(summed), sum(sum), sum(weighted)
	from taken group by 1, 2, 3, 4 having (sum(records), sum(told), sum(summed), sum(sum), sum(weighted))
		<> (0, 0, 0, 0, 0);
	perform set_config('app.sweep', '', true);
end
$$;

revoke execute on function deal_totals_fold() from public;
grant execute on function deal_totals_fold() to cairn_app;

set local row_security = off;
set local role cairn_owner;

create trigger deals_total_insert after insert on deals referencing new table as new_rows
	for each statement execute function deals_total_insert();
create trigger deals_total_update after update on deals
	referencing old table as old_rows new table as new_rows
	for each statement execute function deals_total_update();
create trigger deals_total_delete after delete on deals referencing old table as old_rows
	for each statement execute function deals_total_delete();
