/* SPDX-License-Identifier: Apache-2.0 */
/* Products and taxes, partners, projects, events with their bookings. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
create temp table s (name text primary key, id uuid);
grant select, insert on s, a to cairn_app;
create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
create function tap.as_mate(letters text, team boolean default false, partner uuid default null) returns void
language sql as $$
	select tap.act(org, mate, tap.letters(letters), case when team then array[mate, admin] else array[mate] end,
		partner) from a
$$;

/* presets */
select set_eq($$ select picklist || ' ' || count(*) from picklist_options where org_id = app_org()
	and picklist in ('unit', 'vendor.category', 'partner.tier', 'eventType') group by picklist $$,
	array['unit 7', 'vendor.category 10', 'partner.tier 3', 'eventType 5'], 'a new organisation has its picklists');

/* products */
insert into tax_rates (name, rate, is_default) values ('A', 10, true), ('B', 20, false);
insert into products (name, price) values ('P', 1);
select is((select t.name || p.currency from products p join tax_rates t on t.id = p.tax_rate_id where p.name = 'P'), 'AEUR', 'S2-ENT-12 a product takes the default tax rate and the currency');
update tax_rates set is_default = true where name = 'B';
select is((select string_agg(name, ',') from tax_rates where is_default), 'B', 'S2-ENT-12 one tax rate is the default');
select throws_ok($$ update tax_rates set rate = 11 where name = 'A' $$, 'CR422', null, 'S2-ENT-12 a rate in use does not change');
select throws_ok($$ update tax_rates set deleted_at = now() where name = 'A' $$, 'CR409', null, 'S2-ENT-12 nor go');
select lives_ok($$ update tax_rates set rate = 21 where name = 'B' $$, 'S2-ENT-12 another may');
insert into product_categories (name) values ('Top');
insert into product_categories (name, parent_id) select 'Sub', id from product_categories where name = 'Top';
select throws_ok($$ update product_categories set parent_id = (select id from product_categories where name = 'Sub') where name = 'Top' $$, 'CR422', null, 'S2-ENT-13 categories form no ring');
select throws_ok($$ update product_categories set deleted_at = now() where name = 'Top' $$, 'CR409', null, 'S2-ENT-13 a category that is not empty stays');
select throws_ok($$ insert into product_categories (name) values ('top') $$, '23505', null, 'S2-ENT-13 names are unique beside each other');
select throws_ok($$ insert into exchange_rates (currency, date, rate) values ('USD', '2026-01-01', 1) $$, '23505', null, 'one rate a day');
select throws_ok($$ insert into exchange_rates (currency, date, rate) values ('USD', '2026-01-02', 0) $$, '23514', null, 'a rate is positive');

/* projects */
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('select id from projects'), 0::bigint, 'S3-SEC-05 a project of another is not seen');
select is(tap.rows('select id from milestones'), 0::bigint, 'S2-REL-12 nor its milestones');
select is(tap.state(format('insert into milestones (project_id, name) values (%L, ''x'') returning id', (select id from projects where name = 'Project'))), 'CR403', 'S3-SEC-04 nor can one be added');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
update projects set member_ids = array[(select mate from a), (select mate from a)] where name = 'Project';
select is((select cardinality(member_ids) from projects where name = 'Project'), 1, 'S2-ENT-09 a member is named once');
select throws_ok($$ update projects set member_ids = array[uuid_v7()] where name = 'Project' $$, 'CR422', null, 'S2-ENT-09 members are users');
select tap.as_mate('oooo') \g /dev/null
select is(tap.rows('select id from projects'), 1::bigint, 'S3-SEC-05 a member''s project is own');
select is(tap.rows('select id from milestones'), 1::bigint, 'S2-REL-12 and so are its milestones');
select is(tap.rows('select id from activities where subject = ''Wide'''), 1::bigint, 'S3-SEC-05 and its activities');
select is(tap.rows('select id from event_vendors'), 0::bigint, 'S3-SEC-05 the event''s bookings are not');
select tap.as_mate('tttt', true) \g /dev/null
select is(tap.rows('select id from event_vendors'), 1::bigint, 'S3-SEC-04 but the team''s');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select is((select owner_id from milestones where name = 'Kick-off'), (select admin from a), 'S2-ENT-10 a milestone has the project''s owner');
select is((select p.name from tasks t join projects p on p.id = t.project_id where t.title = 'Wide'), 'Project', 'S2-REL-14 a task has its milestone''s project');
insert into projects (name) values ('Other');
select throws_ok($$ insert into tasks (title, milestone_id, project_id) select 'x', m.id, p.id from milestones m, projects p where p.name = 'Other' and m.name = 'Kick-off' $$, 'CR422', null, 'S2-REL-14 a milestone of another project is refused');
insert into tasks (title, status, milestone_id) select 'x', s, id from milestones, unnest('{done,cancelled}'::text[]) as s where name = 'Kick-off';
select is((select p.progress || ' ' || m.progress from projects p join milestones m on m.project_id = p.id), '50 50', 'S2-ENT-09 progress counts done of all but cancelled');
update tasks set status = 'done' where title = 'Wide';
select is((select p.progress || ' ' || p.version from projects p where p.name = 'Project'), '100 2', 'S2-ENT-09 and follows, without a change of the project');
update projects set status = 'completed' where name = 'Project';
select isnt((select completed_at from projects where name = 'Project'), null, 'S2-ENT-09 a completed project knows when');
insert into tasks (title, project_id, offset_days) select 'Later', id, 3 from projects where name = 'Project';
update projects set start_date = '2026-03-27' where name = 'Project';
select is((select due_at from tasks where title = 'Later'), '2026-03-30 00:00 Europe/Prague'::timestamptz, 'S2-REL-13 a task follows the start, over the change to summer time');
select throws_ok($$ insert into tasks (title, offset_days) values ('x', 3) $$, 'CR422', null, 'S1-ENT-05 an offset counts from something');

/* events */
insert into events (name) values ('Party');
insert into s select 'event', id from events where name = 'Party';
select is((select time_zone || currency from events where name = 'Party'), 'Europe/PragueEUR', 'S1-ENT-03 an event has a time zone and a currency');
select throws_ok($$ update events set status = 'tentative' where name = 'Party' $$, '23514', null, 'S1-ENT-03 from tentative on it has dates');
select throws_ok($$ update events set start_at = now() where name = 'Party' $$, '23514', null, 'S1-ENT-03 both or none');
select throws_ok($$ update events set start_at = now(), end_at = now() where name = 'Party' $$, '23514', null, 'S1-ENT-03 it ends after it starts');
update events set start_at = '2030-06-01 10:00Z', end_at = '2030-06-01 18:00Z', status = 'tentative' where name = 'Party';
select throws_ok($$ update events set status = 'confirmed' where name = 'Party' $$, '23514', null, 'S1-ENT-03 from confirmed on it has a client');
select throws_ok($$ update events set status = 'cancelled' where name = 'Party' $$, '23514', null, 'S1-ENT-03 a cancelled one has a reason');
insert into tasks (title, event_id, offset_days) values ('Before', tap.id_of('event'), -2);
update events set start_at = '2030-06-02 10:00Z', end_at = '2030-06-02 18:00Z' where name = 'Party';
select is((select due_at from tasks where title = 'Before'), '2030-05-31 10:00Z'::timestamptz, 'S1-REL-03 its tasks follow its start');

/* bookings: Band is exclusive, with an hour of buffer */
insert into vendors (name, category, exclusive, buffer_minutes) values ('Band', 'Music', true, 60);
insert into s select 'band', id from vendors where name = 'Band';
create function tap.book(b_from timestamptz, b_to timestamptz, b_status text default 'confirmed', hold timestamptz default null)
returns text language plpgsql as $$
declare
	given uuid := uuid_v7();
	state text;
begin
	state := tap.state(format('insert into event_vendors (id, event_id, vendor_id, status, booked_from, booked_to, hold_until) '
		'values (%L, %L, %L, %L, %L, %L, %L) returning id', given, tap.id_of('event'), tap.id_of('band'), b_status, b_from, b_to, hold));
	return state;
end $$;
select is(tap.book('2030-06-02 10:00Z', '2030-06-02 12:00Z'), '00000', 'S1-ENT-11 a vendor is booked');
select is((select role from event_vendors where vendor_id = tap.id_of('band')), 'Music', 'S1-ENT-11 in the role of its category');
select is(tap.book('2030-06-02 11:00Z', '2030-06-02 13:00Z'), '23P01', 'S1-REL-05 an exclusive one not twice at a time');
select is(tap.book('2030-06-02 13:59Z', '2030-06-02 15:00Z'), '23P01', 'S1-REL-05 nor within the buffers of both');
select is(tap.book('2030-06-02 14:00Z', '2030-06-02 15:00Z'), '00000', 'S1-REL-05 beyond them it is free');
select is(tap.book('2030-06-02 10:00Z', '2030-06-02 12:00Z', 'considering'), '00000', 'S1-REL-05 to consider holds nothing');
select is(tap.book('2030-06-02 10:00Z', '2030-06-02 12:00Z', 'tentative', now() + interval '1 day'), '23P01', 'S1-REL-05 a hold does');
select is(tap.book('2030-06-02 10:00Z', '2030-06-02 10:00Z'), '23514', 'S1-REL-05 a booking ends after it begins');
select is(tap.book('2030-06-10 10:00Z', '2030-06-10 12:00Z', 'tentative', null), '23514', 'S1-REL-05 a hold has an end');
select is(tap.book('2030-06-10 10:00Z', '2030-06-10 12:00Z', 'tentative', now() - interval '1 s'), 'CR422', 'S1-REL-05 which is to come');
select is(tap.book(null, null, 'considering'), '00000', 'S1-REL-05 without times it takes the event''s');
select is((select booked_from from event_vendors where booked_to = '2030-06-02 18:00Z'), '2030-06-02 10:00Z'::timestamptz, 'S1-REL-05 which are filled in');
select throws_ok($$ update event_vendors set vendor_id = (select id from vendors where name = 'Hall') where vendor_id = tap.id_of('band') $$, 'CR422', null, 'S1-REL-05 the vendor of a booking does not change');

/* holds: the expired one makes way, the live one does not */
select is(tap.book('2030-07-01 10:00Z', '2030-07-01 12:00Z', 'tentative', now() + interval '1 hour'), '00000', 'S1-REL-05 time is held');
select is(tap.book('2030-07-01 11:00Z', '2030-07-01 12:00Z'), '23P01', 'S1-REL-05 and kept for who holds it');
insert into s select 'hold', id from event_vendors where hold_until is not null;
alter table event_vendors disable trigger event_vendors_book;
update event_vendors set hold_until = now() - interval '1 second' where id = tap.id_of('hold');
alter table event_vendors enable trigger event_vendors_book;
select is(tap.book('2030-07-01 11:00Z', '2030-07-01 12:00Z', 'considering'), '00000', 'S1-REL-05 who needs no time releases nothing');
select is((select status from event_vendors where id = tap.id_of('hold')), 'tentative', 'S1-REL-05 an expired hold stands until it is needed');
select is(tap.book('2030-07-01 11:00Z', '2030-07-01 12:00Z'), '00000', 'S1-REL-05 then it makes way');
select is((select status || (slot is null) from event_vendors where id = tap.id_of('hold')), 'consideringtrue', 'S1-REL-05 by a release');
select is((select action || ' ' || (diff -> 'status')::text from changes where record_id = tap.id_of('hold') order by id desc limit 1), 'update ["tentative", "considering"]', 'S1-REL-05 which is in the log');
select throws_ok($$ update event_vendors set status = 'confirmed' where id = tap.id_of('hold') $$, '23P01', null, 'S1-REL-05 and cannot come back');
select is(tap.book('2030-08-01 11:00Z', '2030-08-01 12:00Z', 'tentative', now() + interval '1 hour'), '00000', 'S1-REL-05 another hold');
alter table event_vendors disable trigger event_vendors_book;
update event_vendors set hold_until = now() - interval '1 second' where status = 'tentative';
alter table event_vendors enable trigger event_vendors_book;
select tap.act(null, null, null) \g /dev/null
select is(tap.value('select event_holds_sweep()'), '1', 'S1-REL-05 the sweep releases what is expired');
select is(tap.value('select event_holds_sweep()'), '0', 'S1-REL-05 once');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null

/* the vendor changes */
select is(tap.state('update vendors set buffer_minutes = 61 where name = ''Band'''), 'CR409', 'S1-REL-05 no longer buffer than there is room for');
select is(tap.state('update vendors set exclusive = false where name = ''Band'''), '00000', 'S1-REL-05 a vendor becomes free for many');
select is(tap.book('2030-06-02 10:00Z', '2030-06-02 12:00Z'), '00000', 'S1-REL-05 and takes them');
select is(tap.state('update vendors set exclusive = true where name = ''Band'''), 'CR409', 'S1-REL-05 and cannot become exclusive with them');
select is(tap.state('update vendors set deleted_at = now() where name = ''Band'''), 'CR409', 'S1-ENT-04 a vendor in use stays');
select is(tap.state('update vendors set status = ''inactive'' where name = ''Band'''), '00000', 'S1-ENT-04 but may be deactivated');
select is(tap.book('2031-06-02 10:00Z', '2031-06-02 12:00Z', 'considering'), 'CR422', 'S1-ENT-04 and is not booked any more');

/* cancellation releases */
insert into vendors (name, exclusive) values ('Castle', true);
insert into events (name, start_at, end_at) values ('Gala', '2032-01-01 10:00Z', '2032-01-01 20:00Z');
select is(tap.state('insert into event_vendors (event_id, vendor_id, status) select e.id, v.id, ''confirmed'' from events e, vendors v where e.name = ''Gala'' and v.name = ''Castle'''), '00000', 'S1-REL-05 an event books');
select is(tap.state('update events set status = ''cancelled'', cancel_reason = ''rain'' where name = ''Gala'''), '00000', 'S1-ENT-03 a cancelled event');
select is((select b.status from event_vendors b join events e on e.id = b.event_id where e.name = 'Gala'), 'cancelled', 'S1-ENT-03 releases its bookings');

/* parts of an event */
select throws_ok($$ insert into schedule_items (event_id, title, start_at, event_vendor_id) select tap.id_of('event'), 'x', now(), b.id from event_vendors b join events e on e.id = b.event_id where e.name = 'Event' $$, 'CR422', null, 'S1-ENT-11 a booking of another event is refused');
update event_vendors b set agreed_cost = 1200, status = 'completed' from events e where e.id = b.event_id and e.name = 'Event';
select is((select agreed from budget_lines), 1200.00, 'S1-ENT-11 a budget line follows its booking');
select throws_ok($$ insert into budget_lines (event_id, category, name, event_vendor_id) select event_id, category, name, event_vendor_id from budget_lines $$, '23505', null, 'S1-ENT-11 which it alone has');

/* partners */
insert into partners (name, email) values ('One', 'one@example.com'), ('Two', 'two@example.com');
insert into s select lower(name), id from partners where name in ('One', 'Two');
insert into leads (last_name, partner_id) values ('One''s', tap.id_of('one')), ('Two''s', tap.id_of('two'));
insert into activities (type, subject, partner_id, visibility) values ('call', 'Shared', tap.id_of('one'), 'partner'), ('call', 'Not shared', tap.id_of('one'), 'record');
select tap.as_mate('pppp', false, tap.id_of('one')) \g /dev/null
select is(tap.value('select string_agg(name, '','') from partners'), 'One', 'S4-SEC-03 a partner sees itself alone');
select is(tap.value('select string_agg(last_name, '','') from leads'), 'One''s', 'S4-SEC-05 and its leads');
select is(tap.value('select string_agg(subject, '','') from activities'), 'Shared', 'S4-SEC-04 and what is shared with it');
select is(tap.rows('select id from projects union all select id from events union all select id from vendors union all select id from event_vendors'), 0::bigint, 'S4-SEC-05 and nothing of events and projects');
select is(tap.state('update partners set phone = ''123'' where name = ''One'''), '00000', 'S4-SEC-03 a partner keeps its data');
select is(tap.state('update partners set status = ''approved'' where name = ''One'''), 'CR403', 'S4-SEC-03 and does not approve itself');
select is(tap.rows('update partners set phone = ''123'' where name = ''Two'''), 0::bigint, 'S4-SEC-03 nor touches another');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
insert into deals (name, lead_id) select 'Brought', id from leads where last_name = 'One''s';
select is((select partner_id from deals where name = 'Brought'), tap.id_of('one'), 'S4-ENT-03 a deal is of the partner whose lead it was');
select throws_ok($$ insert into partners (name, email) values ('X', 'ONE@example.com') $$, '23505', null, 'S4-ENT-01 an address is one partner''s');

/* signing in */
select is(tap.state($$ select auth_invite('p@example.com', 'partner_user', null, uuid_v7(), null, null, '\xb0', 60) $$), 'CR422', 'S4-SEC-07 an unknown partner has no users');
select is(tap.state(format($$ select auth_invite('p@example.com', 'partner_user', null, %L, null, null, '\xb1', 60) $$, tap.id_of('one'))), '00000', 'S4-SEC-07 a partner has');
select user_id as p from auth_invitation_accept('\xb1', null, 'hash', null, null) \gset
select org as o from a \gset
select is(auth_memberships(:'p'), '[]', 'S4-ENT-02 who belongs to a pending partner has nowhere to sign in');
select is(tap.state(format($$ select auth_session_create(%L, %L, null, '\xb2', 60, null, null) $$, :'p', :'o')), 'CR403', 'S4-ENT-02 and cannot');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
update partners set status = 'approved' where name = 'One';
select isnt((select approved_at from partners where name = 'One'), null, 'S4-ENT-01 an approved partner knows since when');
select is(jsonb_array_length(auth_memberships(:'p')), 1, 'S4-ENT-02 once it is approved');
select session_id as ps from auth_session_create(:'p', :'o', null, '\xb2', 60, null, null) \gset
select is((select partner_id from auth_session_check(:'ps', :'o', :'p')), tap.id_of('one'), 'S4-ENT-02 they sign in');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
update partners set status = 'suspended' where name = 'One';
select is((select count(*) from auth_session_check(:'ps', :'o', :'p')), 0::bigint, 'S4-ENT-02 and are out when it is suspended');
select is((select outcome from auth_refresh_rotate('\xb2', '\xb3', 60, null, null)), 'expired', 'S4-ENT-02 without a new token');
select is(auth_switch(:'ps', :'p', :'o'), false, 'S4-ENT-02 or another way in');
select throws_ok($$ update partners set deleted_at = now() where name = 'One' $$, 'CR409', null, 'S4-ENT-01 a partner with users stays');

select * from finish();
rollback;
