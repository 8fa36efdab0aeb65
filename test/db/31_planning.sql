/* SPDX-License-Identifier: Apache-2.0 */
/* Templates, the clock on the wall, holds and what follows from an event's status. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
grant select on a to cairn_app;

/* the clock */
select is(wall_shift('2031-03-29 13:00Z', '1 day', 'Europe/Berlin'), '2031-03-30 12:00Z'::timestamptz, 'S1-ENT-03 14:00 is 14:00 the day after, summer or winter');
select is(wall_shift('2031-03-29 01:30Z', '1 day', 'Europe/Berlin'), '2031-03-30 01:30Z'::timestamptz, 'S1-ENT-03 what the night leaves out is after it');
select is(wall_shift('2031-10-25 00:30Z', '1 day', 'Europe/Berlin'), '2031-10-26 01:30Z'::timestamptz, 'S1-ENT-03 what comes twice is the second');
select is(wall_between('2031-03-29 13:00Z', '2031-03-30 12:00Z', 'Europe/Berlin'), '1 day'::interval, 'S1-ENT-03 a day of 23 hours is a day');
select is(wall_end('2031-03-30 01:30Z', '2031-03-29 01:30Z', '2031-03-29 02:00Z', '1 day', 'Europe/Berlin'), '2031-03-30 02:00Z'::timestamptz, 'S1-ENT-03 what would end before it begins lasts as long as it did');
select is(wall_end('2031-03-30 12:00Z', '2031-03-29 13:00Z', '2031-03-29 21:00Z', '1 day', 'Europe/Berlin'), '2031-03-30 20:00Z'::timestamptz, 'S1-ENT-03 everything else ends by the clock');
select is(wall_end('2031-03-30 12:00Z', '2031-03-29 13:00Z', null, '1 day', 'Europe/Berlin'), null, 'S1-ENT-03 without an end there is none');
select is(moment_of('2031-03-30', 'Europe/Berlin', false), '2031-03-29 23:00Z'::timestamptz, 'S1-ENT-04 a day begins at midnight');
select is(moment_of('2031-03-30', 'Europe/Berlin', true), '2031-03-30 22:00Z'::timestamptz, 'S1-ENT-04 and ends at the next');

/* templates are read by all who read events, and written by those who may */
insert into events (name, is_template) values ('Pattern', true);
insert into events (name) values ('Private');
insert into projects (name, is_template) values ('Pattern', true);
select tap.act(org, mate, tap.letters('oooo'), array[mate]) from a \g /dev/null
select is(tap.value('select string_agg(name, '','') from events'), 'Pattern', 'S3-SEC-05 an event''s template is everybody''s');
select is(tap.value('select string_agg(name, '','') from projects'), 'Pattern', 'S3-SEC-05 and so is a project''s');
select is(tap.rows('update events set name = ''Mine'''), 0::bigint, 'S3-SEC-05 but not to change');
select is(tap.state('insert into events (name, template_id) select ''New'', id from events where is_template returning id'), 'CR403', 'S3-SEC-05 nor to make one of it for nobody');
select is(tap.state('insert into events (name, owner_id, template_id) select ''New'', app_user(), id from events where is_template returning id'), '00000', 'S3-SEC-05 one makes one''s own of it');
select tap.act(org, mate, tap.letters('nnnn'), array[mate]) from a \g /dev/null
select is(tap.rows('select id from events'), 0::bigint, 'S3-SEC-05 who reads none reads no template');
select tap.act(org, mate, tap.letters('pppp'), array[mate], uuid_v7()) from a \g /dev/null
select is(tap.rows('select id from events'), 0::bigint, 'S4-SEC-05 nor does a partner');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select is(tap.state('update events set status = ''tentative'', start_at = now(), end_at = now() + interval ''1 h'' where is_template'), '23514', 'S1-ENT-03 a template stays one');
select is(tap.state('insert into events (name, template_id) select ''x'', id from events where name = ''Private'''), 'CR422', 'S1-ENT-03 and an event is none');

/* holds: the sweep looks at a clock that a test can set */
insert into vendors (name, exclusive) values ('Ballroom', true), ('Trio', false);
insert into events (name, start_at, end_at) values ('Ball', '2033-01-01 18:00Z', '2033-01-02 02:00Z');
insert into event_vendors (event_id, vendor_id, status, hold_until) select e.id, v.id, 'tentative', now() + interval '1 day' from events e, vendors v where e.name = 'Ball' and v.name in ('Ballroom', 'Trio');
select is(event_holds_release(now() + interval '23 hours'), 0, 'S1-REL-05 a hold stands until its end');
select is(event_holds_release(now() + interval '1 day 1 second'), 2, 'S1-REL-05 then the sweep releases it, of whatever vendor');
select is(event_holds_release(now() + interval '2 days'), 0, 'S1-REL-05 once');
select set_eq($$ select status || (slot is null) from event_vendors $$, array['consideringtrue'], 'S1-REL-05 and its time is free');
select is((select count(*) from changes where entity = 'event_vendor' and diff -> 'status' = '["tentative", "considering"]'), 2::bigint, 'S1-REL-05 as the log tells');
select is(tap.state('select event_holds_release(now())'), '42501', 'S1-REL-05 only the tests set the clock');

/* bookings of one event swap their times in one statement */
update event_vendors b set status = 'confirmed', booked_from = '2033-01-01 10:00Z', booked_to = '2033-01-01 12:00Z' from vendors v where v.id = b.vendor_id and v.name = 'Ballroom';
insert into event_vendors (event_id, vendor_id, status, booked_from, booked_to) select e.id, v.id, 'confirmed', '2033-01-01 12:00Z', '2033-01-01 14:00Z' from events e, vendors v where e.name = 'Ball' and v.name = 'Ballroom';
select is(tap.state($$ update event_vendors b set booked_from = booked_from + interval '2 h', booked_to = booked_to + interval '2 h' where status = 'confirmed' $$), '00000', 'S1-REL-05 bookings move past each other');
select is(tap.state($$ update event_vendors b set booked_from = '2033-01-01 10:00Z', booked_to = '2033-01-01 15:00Z' where status = 'confirmed' and booked_from = '2033-01-01 12:00Z' $$), '23P01', 'S1-REL-05 and never into each other');

select * from finish();
rollback;
