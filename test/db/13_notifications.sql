/* SPDX-License-Identifier: Apache-2.0 */
/* Notifications: the reader of the change log, and the sweeps. What happens over the API is tested there. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
delete from notifications;

/* The reader reads what is committed: a transaction's own changes are none yet. */
select is(tap.value('select notifications_read()'), '0', 'S4-ENT-07 what is not committed is not read');
create function tap.news() returns text language sql as $$
	select string_agg(concat_ws(' ', m.first_name, n.type, n.entity, n.facts), E'\n' order by n.type, n.facts::text)
	from notifications n join memberships m on m.org_id = n.org_id and m.id = n.user_id
$$;

/* So the log is read as if it were. */
create function tap.read_log() returns int language plpgsql as $$
declare
	batch changes[] := array(select c from changes c where c.org_id = app_org() order by c.id);
	n int;
begin
	set local role cairn_lookup;
	n := notifications_write(batch);
	reset role;
	return n;
end $$;
delete from changes;
insert into companies (name, owner_id) select 'For Max', mate from a;
insert into companies (name, owner_id) select 'Mine', admin from a;
insert into tasks (title, assignee_id) select 'For Max', mate from a;
select is(tap.read_log(), 2, 'S4-ENT-07 a record and a task for somebody else are news');
select is(tap.news(), E'Max record_assigned company {}\nMax task_assigned task {}', 'S4-ENT-07 to whom they are for');
select is(tap.read_log(), 0, 'S4-ENT-07 read again, nothing is told twice');
select is((select count(distinct (user_id, change_id, type)) from notifications), 2::bigint, 'S4-ENT-07 unique by person, change and type');
select throws_ok($$ insert into notifications (org_id, user_id, type, entity, actor_id, occasion) select org, mate, 'mention', 'task', mate, uuid_v7() from a $$,
	'23514', null, 'S4-ENT-07 who does something is not told of it');

/* many at once */
delete from changes;
delete from notifications;
select set_config('app.changeset_id', uuid_v7()::text, true) \g /dev/null
insert into companies (name, owner_id) select 'Company ' || i, mate from a, generate_series(1, 10) as i;
select is(tap.read_log(), 10, 'S4-ENT-07 ten are ten');
delete from changes;
delete from notifications;
select set_config('app.changeset_id', uuid_v7()::text, true) \g /dev/null
insert into companies (name, owner_id) select 'Company ' || i, mate from a, generate_series(11, 21) as i;
select is(tap.read_log(), 1, 'S4-ENT-07 eleven of one changeset are one');
select is(tap.news(), 'Max record_assigned company {"count": 11}', 'S4-ENT-07 which tells how many');
select set_config('app.changeset_id', '', true) \g /dev/null

/* mentions, read before and after the text is another one */
delete from changes;
delete from notifications;
insert into companies (name, description) select 'Kept', '@[' || mate || '] look' from a;
insert into companies (name, description) select 'Rewritten', 'Ask @[' || mate || ']' from a;
update companies set description = 'Nobody' where name = 'Rewritten';
select is(tap.read_log(), 2, 'S4-ENT-07 who was mentioned hears of it, whatever the text says by now');
select is(tap.news(), E'Max mention company {}\nMax mention company {}', 'S4-ENT-07 of both');

/* who has left hears nothing */
delete from changes;
delete from notifications;
update memberships set active = false where id = (select mate from a);
insert into tasks (title, assignee_id) select 'Left', mate from a;
select is(tap.read_log(), 0, 'S4-ENT-07 who is not active hears nothing');
update memberships set active = true where id = (select mate from a);

/* the cursor */
select is((select count(*) from notification_readers where name = 'changes' and txid < pg_snapshot_xmin(pg_current_snapshot())), 1::bigint,
	'S4-ENT-07 the reader stands before what is in flight');
update notification_readers set txid = '9000000000000000' where name = 'changes';
update changes set txid = '3' where entity = 'company';
insert into changes (org_id, txid, entity, record_id, action, owner_id) select org, '3', 'company', uuid_v7(), 'create', mate from a;
select cmp_ok(tap.value('select notifications_read()')::int, '>', 0, 'S4-ENT-07 after a restore, when transactions count from the beginning, the reader begins again');
select is((select n.type from notifications n where n.entity = 'company'), 'record_assigned', 'S4-ENT-07 and tells');
select is((select txid from notification_readers where name = 'changes'), '3'::xid8, 'S4-ENT-07 standing where it has read to');
select is(tap.value('select notifications_read()'), '0', 'S4-ENT-07 and does not read it again');
insert into changes (org_id, txid, at, entity, record_id, action, owner_id) select org, '4', now() - interval '8 days', 'company', uuid_v7(), 'create', mate from a;
select is(tap.value('select notifications_read()'), '0', 'S4-ENT-07 what is older than a week is no news');

/* quotes and payments: their rules are rows like any other */
delete from notifications;
delete from changes;
insert into changes (org_id, entity, record_id, action, diff, owner_id, actor_id) select org, 'quote', uuid_v7(), a.action, a.diff, mate, null from a as o,
	(values ('viewed', null::jsonb), ('accepted', '{"accepted_at": [null, "2026-01-01"]}'), ('declined', '{"declined_at": [null, "2026-01-01"]}'), ('sent', '{"sent_at": [null, "2026-01-01"]}')) as a (action, diff);
select is(tap.read_log(), 5, 'S4-ENT-07 S2-ENT-06 what a customer does with a quote is news');
select is(tap.news(), E'Ann quote_accepted quote {}\nMax quote_accepted quote {}\nAnn quote_declined quote {}\nMax quote_declined quote {}\nMax quote_viewed quote {}',
	'S4-ENT-07 to whose quote it is, its answer also to who leads the team');
select set_eq($$ select type from notification_rules union select unnest('{reminder,task_due,invoice_overdue}'::text[]) $$, $$ select type from notification_types $$,
	'S4-ENT-07 every type has a rule or a sweep');

/* sweeps */
delete from notifications;
insert into tasks (title, assignee_id, remind_at, due_at, all_day) select 'Now', mate, now() - interval '1 minute', now() - interval '1 minute', false from a;
insert into tasks (title, assignee_id, remind_at) select 'Long ago', mate, now() - interval '2 days' from a;
insert into tasks (title, assignee_id, remind_at) select 'Soon', mate, now() + interval '1 minute' from a;
update notification_readers set at = now() where name = 'reminders';
select is(tap.value('select notifications_remind()'), '2', 'S4-ENT-07 what has become due is told');
select is(tap.value('select notifications_remind()'), '0', 'S4-ENT-07 once');
update notification_readers set at = now() - interval '3 days' where name = 'reminders';
select is(tap.value('select notifications_remind()'), '1', 'S4-ENT-07 also what became due while no server ran');
delete from notifications;
alter table invoices disable trigger user;
insert into invoices (org_id, company_id, owner_id, issue_date, due_date, currency, subtotal, total, issued_at, prices_include_tax, number, bill_to_name, seller)
select app_org(), (select id from companies where org_id = app_org() limit 1), mate, current_date - 30, d, 'EUR', t, t, now(), false, 'INV-' || t || d, 'Acme', '{}' from a,
	(values (current_date - 2, 10), (current_date - 2, 0), (current_date + 5, 10)) as due (d, t);
alter table invoices enable trigger user;
update notification_readers set at = now() - interval '2 days' where name = 'reminders';
select tap.value('select notifications_remind()') \g /dev/null
select is((select count(*) from notifications where type = 'invoice_overdue'), 1::bigint, 'S4-ENT-07 an invoice that is overdue and not paid');
update notifications set created_at = now() - interval '91 days';
alter table notifications disable trigger notifications_keep;
update notifications set created_at = now() - interval '91 days';
insert into notifications (org_id, user_id, type, entity, occasion, created_at) select org, mate, 'reminder', 'task', uuid_v7(), now() - interval '89 days' from a;
alter table notifications enable trigger notifications_keep;
select cmp_ok(tap.value('select notifications_sweep()')::int, '>', 0, 'S4-ENT-07 they are kept for 90 days');
select is((select count(*) from notifications), 1::bigint, 'S4-ENT-07 and no longer');

/* whose they are */
select tap.act(org, mate, tap.letters('oooo')) from a \g /dev/null
select is(tap.rows('select id from notifications'), 1::bigint, 'S4-SEC-01 one''s own are seen');
select is(tap.state('update notifications set user_id = (select admin from a), type = ''mention'', read_at = now()'), '00000', 'S4-ENT-07 of one''s own');
select is((select concat_ws(' ', n.user_id = a.mate, n.type, n.read_at is not null) from notifications n, a), 't reminder t', 'S4-ENT-07 one changes only that it is read');
select is(tap.state('delete from notifications returning id'), '42501', 'S4-SEC-01 and deletes none');
select is(tap.state('insert into notifications (org_id, user_id, type, entity, occasion) select org, mate, ''mention'', ''task'', uuid_v7() from a returning id'), '42501', 'S4-SEC-01 nor makes one');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select is(tap.rows('select id from notifications'), 0::bigint, 'S4-SEC-01 nobody sees another''s');
select is(tap.state('select notifications_write(array[]::changes[])'), '42501', 'S4-SEC-01 and the server calls the reader only');

/* a setting opens no table to the server */
select set_config('app.sweep', 'on', true) \g /dev/null
select tap.act(null, null, null) \g /dev/null
select is(tap.rows('select id from tasks'), 0::bigint, 'S5-SEC-01 the sweep''s setting is nothing to the serving role');

select * from finish();
rollback;
