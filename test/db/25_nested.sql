/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are part of records: seen and written with them, whatever statement says so. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
create temp table d as select id from deals where name = 'Deal';
grant select on d to cairn_app;
create function tap.line(body text default '''x'', 1') returns text language sql stable as $$
	select format('insert into deal_lines (deal_id, name, unit_price) values (%L, %s)', id, body) from d
$$;

/* versions and sums */
select is((select amount from deals where id = (select id from d)), 100.00, 'S5-ENT-05 a deal is worth its lines');
create temp table v as select version from deals where id = (select id from d);
select is(tap.state(tap.line()), '00000', 'who may change a deal adds a line');
select is((select amount from deals where id = (select id from d)), 101.00, 'S5-ENT-05 whoever writes it');
select cmp_ok((select version from deals where id = (select id from d)), '>', (select version from v), 'S5-API-26 the version of the deal is raised');
update v set version = (select version from deals where id = (select id from d));
update deal_lines set name = name \g /dev/null
select is((select version from deals where id = (select id from d)), (select version from v), 'but not by what changes nothing');
select is((select count(*) from changes c where c.entity = 'deal_line' and c.parent_id = (select id from d)), 2::bigint, 'S1-DB-07 the log notes the deal');
select is((select owner_id from changes where entity = 'deal_line' limit 1), (select admin from a), 'S3-SEC-05 and whose it is');
select is(tap.state(format('update deals set amount = 7 where id = %L', (select id from d))), 'CR422', 'S5-ENT-05 the amount is not to be written');
select is(tap.state(format('update deals set currency = ''USD'' where id = %L', (select id from d))), 'CR422', 'S5-ENT-05 nor the currency');
select is(tap.state(tap.line('''x'', 999999999999.99')), 'CR422', 'S5-ENT-05 the sum has a limit');
update deal_lines set deleted_at = now() where name = 'x';
select is((select amount from deals where id = (select id from d)), 100.00, 'S5-ENT-05 what is removed does not count');

/* row security */
select tap.act(org, mate, tap.letters('oooo')) from a \g /dev/null
select is(tap.rows('select id from deal_lines'), 0::bigint, 'S3-SEC-05 lines of another''s deal are not seen');
select is(tap.state(tap.line()), 'CR403', 'S3-SEC-04 nor can one be added');
select is(tap.rows('update deal_lines set name = ''y'''), 0::bigint, 'S3-SEC-04 nor one be changed');
select tap.act(org, mate, tap.letters('aann')) from a \g /dev/null
select is(tap.rows('select id from deal_lines'), 2::bigint, 'S3-SEC-04 who reads all deals reads all lines');
select is(tap.state(tap.line()), 'CR403', 'S3-SEC-04 who only makes deals adds nothing to others');
select tap.act(org, mate, tap.letters('nnnn')) from a \g /dev/null
select is(tap.rows('select id from deal_lines'), 0::bigint, 'S3-SEC-04 who reads no deals reads no lines');
select is(tap.rows('select id from event_participants'), 0::bigint, 'S3-SEC-04 and so with the people of events');

/* whose an event is */
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
insert into event_participants (event_id, position, user_id) select e.id, 2, a.mate from events e, a where e.name = 'Event';
select tap.act(org, mate, tap.letters('oooo')) from a \g /dev/null
select is(tap.rows('select id from events'), 1::bigint, 'S3-SEC-05 an event is own to who takes part in it');
select is(tap.rows('select id from event_participants'), 2::bigint, 'S3-SEC-05 and so are its people');

select finish();
rollback;
