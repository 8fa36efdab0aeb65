/* SPDX-License-Identifier: Apache-2.0 */
/* Stays of deals in stages: written by moves alone, read by who reads the deal, found by index. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('stays');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
create temp table s as select array_agg(id order by position) as id from stages
where category = 'open' and pipeline_id = (select id from pipelines where entity = 'deal' and is_default);
grant select on s to cairn_app;

insert into deals (name, owner_id, stage_id, amount) select 'Mine', a.admin, s.id[1], 1 from a, s;
insert into deals (name, owner_id, stage_id, amount) select 'Theirs', a.mate, s.id[1], 1 from a, s;
create function tap.stays(deal text) returns text language sql as $$
	select coalesce(string_agg(array_position(s.id, y.stage_id) || '>' || array_position(s.id, y.to_stage_id), ' ' order by y.id), '')
	from deal_stays y join deals d on d.id = y.deal_id, s where d.name = deal
$$;
select is(tap.stays('Mine'), '', 'S2-API-12 a new deal has no stay that ended');
update deals set amount = 2 where name = 'Mine';
update deals set stage_id = stage_id where name = 'Mine';
select is(tap.stays('Mine'), '', 'S2-API-12 nor has one that did not move');
update deals set stage_id = (select id[2] from s) where name in ('Mine', 'Theirs');
update deals set stage_id = (select id[1] from s) where name = 'Mine';
select is(tap.stays('Mine'), '1>2 2>1', 'S2-API-12 each move ends a stay');
select is(tap.stays('Theirs'), '1>2', 'S2-API-12 also in a statement of many');
select ok((select bool_and(y.entered_at <= y.left_at and y.entered_at = d.created_at) from deal_stays y
	join deals d on d.id = y.deal_id where d.name = 'Theirs'), 'S2-API-12 a stay begins where the deal says');

select is(tap.state($$ insert into deal_stays (org_id, deal_id, stage_id, to_stage_id, entered_at, left_at)
	select org_id, deal_id, stage_id, to_stage_id, entered_at, left_at from deal_stays limit 1 $$), '42501', 'S3-SEC-08 nobody writes a stay');
select is(tap.state('update deal_stays set left_at = now()'), '42501', 'S3-SEC-08 nobody changes a stay');

select is(tap.value('select count(*) from deal_stays'), '4', 'S3-SEC-03 who sees all deals sees all stays');
select tap.act(org, mate, tap.letters('oooo'), array[mate]) from a \g /dev/null
select is(tap.value('select count(*) from deal_stays'), '1', 'S3-SEC-05 whoever sees the own deals sees their stays');
select tap.act(org, mate, tap.letters('tttt'), array[mate, admin]) from a \g /dev/null
select is(tap.value('select count(*) from deal_stays'), '4', 'S3-SEC-04 and a team those of the team''s');
select tap.act(org, mate, tap.letters('pppp'), null, gen_random_uuid()) from a \g /dev/null
select is(tap.value('select count(*) from deal_stays'), '0', 'S4-SEC-08 a partner none of others');

select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
insert into deals (name, stage_id) select 'Many ' || n, s.id[1] from s, generate_series(1, 3000) n;
update deals set stage_id = (select id[2 + length(name) % 2] from s) where name like 'Many %';
analyze deal_stays;
select ok(tap.plan_of(format('select left_at from deal_stays where stage_id = %L and entered_at < now() - interval ''1 day''', (select id[1] from s))) ~ 'deal_stays_stage',
	'S2-DB-03 stays of a stage by day go by index');

select * from finish();
rollback;
