/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long deals stood in their stages.
 *
 * A row is a stay that has ended, written when a deal leaves a stage; where it stands since when, the deal
 * says itself. So making and importing deals costs nothing here, and what reports count needs no walk over
 * the change log. Whoever reads the deal reads its stays.
 */

create table deal_stays (
	org_id uuid not null,
	id uuid not null default uuid_v7(),
	deal_id uuid not null,
	stage_id uuid not null,
	to_stage_id uuid not null,
	entered_at timestamptz(3) not null,
	left_at timestamptz(3) not null,
	constraint deal_stays_pkey primary key (org_id, deal_id, id),
	constraint deal_stays_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint deal_stays_stage foreign key (org_id, stage_id) references stages (org_id, id),
	constraint deal_stays_next foreign key (org_id, to_stage_id) references stages (org_id, id),
	constraint deal_stays_order check (left_at >= entered_at)
);

create index deal_stays_stage on deal_stays (org_id, stage_id, entered_at);
create index deal_stays_next on deal_stays (org_id, to_stage_id);

/* What the log tells of the time before this table was. */
do $$
begin
	alter table changes no force row level security;
	alter table deals no force row level security;
	alter table stages no force row level security;
	insert into deal_stays (org_id, deal_id, stage_id, to_stage_id, entered_at, left_at)
	select m.org_id, m.record_id, m.left_stage, m.next_stage,
		least(coalesce(m.before, d.created_at), m.at), m.at
	from (select c.org_id, c.record_id, c.id, c.at, (c.diff -> 'stage_id' ->> 0)::uuid as left_stage,
			(c.diff -> 'stage_id' ->> 1)::uuid as next_stage,
			lag(c.at) over (partition by c.org_id, c.record_id order by c.id) as before
		from changes c where c.entity = 'deal' and c.diff ? 'stage_id') as m
	join deals d on d.org_id = m.org_id and d.id = m.record_id
	join stages l on l.org_id = m.org_id and l.id = m.left_stage
	join stages n on n.org_id = m.org_id and n.id = m.next_stage
	order by m.org_id, m.record_id, m.id;
	alter table stages force row level security;
	alter table deals force row level security;
	alter table changes force row level security;
end
$$;

select protect_policies('deal_stays', 'deals', every => 'true',
	own => 'deal_id in (select d.id from deals d)', team => 'deal_id in (select d.id from deals d)',
	partner => 'deal_id in (select d.id from deals d)', commands => 'r',
	lookup => 'org_id = (select app_org())');
grant select, insert on deal_stays to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

create function deals_stay() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into deal_stays (org_id, deal_id, stage_id, to_stage_id, entered_at, left_at)
	values (new.org_id, new.id, old.stage_id, new.stage_id, old.stage_changed_at,
		greatest(new.stage_changed_at, old.stage_changed_at));
	return null;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger deals_stay after update on deals for each row
	when (new.stage_id <> old.stage_id) execute function deals_stay();
