/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of deals that are kept beside them: right after every kind of write, folded or not, seen by whom. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('totals');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
create temp table s as select array_agg(id order by position) as id from stages
where category = 'open' and pipeline_id = (select id from pipelines where entity = 'deal' and is_default);
grant select on s to cairn_app;

/* What the deals that the caller sees add up to, and what is kept of them. */
create function tap.added_up() returns setof text language sql as $$
	select concat_ws(' ', stage_id, owner_id, count(*), count(amount), count(amount_base),
		coalesce(sum(amount_base), 0)::numeric(20,2), coalesce(sum(amount_base * probability), 0)::numeric(20,2))
	from deals where deleted_at is null group by stage_id, owner_id
$$;
create function tap.kept() returns setof text language sql as $$
	select concat_ws(' ', stage_id, owner_id, sum(records), sum(told), sum(summed), sum(sum), sum(weighted))
	from deal_totals group by stage_id, owner_id having sum(records) <> 0
$$;

create function tap.rows() returns bigint language sql as 'select count(*) from deal_totals';
create temp table first_rows as select tap.rows() as n;
grant select on first_rows to cairn_app;
insert into deals (name, stage_id, owner_id, amount, probability)
select 'Deal ' || n, s.id[1 + n % 3], case n % 3 when 0 then null when 1 then a.admin else a.mate end,
	case when n % 5 > 0 then n * 1.25 end, n % 101
from a, s, generate_series(1, 200) as n;
select set_eq('select tap.added_up()', 'select tap.kept()', 'S5-ENT-05 what many deals add up to is kept');
select is(tap.rows(), (select n + 3 from first_rows), 'a statement writes a row for each group');

update deals set name = name || '!';
select is(tap.rows(), (select n + 3 from first_rows), 'a write that changes no sum writes no row');
update deals set amount = amount + 1 where name like '%7!';
update deals set amount = null where name like '%8!';
update deals set currency = 'ISK', amount = 5 where name like '%9!';
select set_eq('select tap.added_up()', 'select tap.kept()', 'S5-ENT-05 so are new amounts, none, and those of unknown rate');
update deals set stage_id = (select id[2] from s) where name like '%1!';
update deals set owner_id = (select mate from a) where name like '%2!';
update deals set probability = 33 where name like '%3!';
select set_eq('select tap.added_up()', 'select tap.kept()', 'S5-ENT-05 and other stages, owners and probabilities');
update deals set deleted_at = now() where name like '%4!';
select set_eq('select tap.added_up()', 'select tap.kept()', 'S5-ENT-05 deals in the trash are not in it');
update deals set deleted_at = null where name like '%14!';
select set_eq('select tap.added_up()', 'select tap.kept()', 'S5-ENT-05 and are again when they come back');

do $$ begin for n in 1 .. 20 loop update deals set amount = n where name = 'Deal 1!'; end loop; end $$;
create temp table unfolded as select tap.kept() as row;
create temp table rows_before as select count(*) as n from deal_totals;
grant select on unfolded, rows_before to cairn_app;
select deal_totals_fold() \g /dev/null
select set_eq('select row from unfolded', 'select tap.kept()', 'folding changes no sum');
select ok((select count(*) from deal_totals) < (select n from rows_before), 'and leaves fewer rows');

select is(tap.state($$ insert into deal_totals (org_id, stage_id, records, told, summed, sum, weighted)
	select org_id, stage_id, 1, 0, 0, 0, 0 from deal_totals limit 1 $$), '42501', 'S3-SEC-08 nobody writes a sum');
select is(tap.state('update deal_totals set sum = 0'), '42501', 'S3-SEC-08 nobody changes a sum');
select is(tap.state('delete from deal_totals'), '42501', 'S3-SEC-08 nobody deletes a sum');

select tap.act(org, mate, tap.letters('oooo'), array[mate]) from a \g /dev/null
select set_eq('select tap.added_up()', 'select tap.kept()', 'S3-SEC-05 whoever sees the own deals sees what they add up to');
select isnt(tap.value('select count(*) from tap.kept()'), '0', 'which is something');
select tap.act(org, mate, tap.letters('tttt'), array[mate, admin]) from a \g /dev/null
select set_eq('select tap.added_up()', 'select tap.kept()', 'S3-SEC-04 and a team those of the team''s');
select tap.act(org, mate, tap.letters('nnnn'), array[mate]) from a \g /dev/null
select is(tap.value('select count(*) from deal_totals'), '0', 'S3-SEC-03 who sees no deals sees no sums');
select tap.act(org, mate, tap.letters('pppp'), null, gen_random_uuid()) from a \g /dev/null
select is(tap.value('select count(*) from deal_totals'), '0', 'S4-SEC-08 a partner none of others');

select * from finish();
rollback;
