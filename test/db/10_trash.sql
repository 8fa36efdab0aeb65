/* SPDX-License-Identifier: Apache-2.0 */
/* The trash's functions with rules of their own, names of the log, and protect_again. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
grant select on a to cairn_app;

create function tap.rules() returns jsonb language sql immutable as $$ select $j$ {
	"projects": {"one": "project", "titles": ["name"], "parents": [], "rules": [
		{"table": "milestones", "column": "project_id", "rule": "cascade", "field": "milestones", "one": "milestone", "many": "milestones"},
		{"table": "tasks", "column": "project_id", "rule": "cascade", "field": "tasks", "one": "task", "many": "tasks",
		 "others": ["contact_id", "lead_id", "deal_id", "event_id", "vendor_id", "partner_id"], "filled": "company_id"}]},
	"milestones": {"one": "milestone", "titles": ["name"], "rules": [],
		"parents": [{"table": "projects", "column": "project_id", "one": "project"}]},
	"companies": {"one": "company", "titles": ["name"], "parents": [], "rules": [
		{"table": "deals", "column": "company_id", "rule": "ask", "field": "deals", "one": "open deal", "many": "open deals", "when": "status", "in": ["open"]},
		{"table": "contacts", "column": "company_id", "rule": "detach", "field": "contacts", "one": "contact", "many": "contacts"}]},
	"products": {"one": "product", "titles": ["name"], "parents": [], "rules": []},
	"events": {"one": "event", "titles": ["name"], "parents": [], "rules": [
		{"table": "event_vendors", "column": "event_id", "rule": "cascade", "field": "event-vendors", "one": "booking", "many": "bookings"}]},
	"event_vendors": {"one": "booking", "titles": [], "rules": [], "parents": []}
} $j$::jsonb $$;

/* As the server does: the function, then the row itself. */
create function tap.go(t text, id uuid, cascade boolean default false) returns text
language plpgsql set role = cairn_app as $$
begin
	perform trash(t, id, tap.rules(), cascade, null);
	execute format('update %I set deleted_at = now() where id = $1', t) using id;
	return '00000';
exception when others then
	return sqlstate;
end
$$;
create function tap.back(t text, id uuid) returns text language plpgsql set role = cairn_app as $$
declare
	at timestamptz;
begin
	execute format('select deleted_at from %I where id = $1', t) into at using id;
	perform untrash(t, id, at, tap.rules());
	execute format('update %I set deleted_at = null where id = $1', t) using id;
	return '00000';
exception when others then
	return sqlstate || case when sqlerrm = 'taken meanwhile' then ' by us' else '' end;
end
$$;
grant usage on schema tap to cairn_lookup;

/* a project with its parts */
insert into tasks (title, project_id) select 'Only', id from projects where name = 'Project';
insert into tasks (title, project_id, deal_id) select 'Both', p.id, d.id from projects p, deals d where p.name = 'Project';
insert into milestones (project_id, name, deleted_at) select id, 'Gone', now() - interval '1 day' from projects where name = 'Project';
select is(tap.go('projects', id), '00000', 'S1-DB-04 a project goes') from projects where name = 'Project';
select is((select count(*) from milestones where deleted_at is null), 0::bigint, 'S1-DB-04 its milestones go with it');
select is((select string_agg(title, ',' order by title) from tasks where deleted_at is null), 'Both,Task,Wide', 'S1-DB-04 and tasks about nothing else');
select is(tap.back('milestones', id), 'CR409', 'S1-DB-04 a part does not come back without its whole') from milestones where name = 'Kick-off';
select is(tap.back('projects', id), '00000', 'S1-DB-04 the project comes back') from projects where name = 'Project';
select is((select string_agg(name, ',') from milestones where deleted_at is null), 'Kick-off', 'S1-DB-04 with what went with it, and nothing else');
select is((select string_agg(action, ',' order by id) from changes where record_id = (select id from milestones where name = 'Kick-off')), 'create,delete,restore', 'S1-ENT-09 the log names each');

/* a company with an open deal */
insert into companies (name) values ('Buyer');
insert into deals (name, company_id) select 'Sale', id from companies where name = 'Buyer';
insert into contacts (last_name, company_id) select 'Clerk', id from companies where name = 'Buyer';
select is(tap.go('companies', id), 'CR409', 'S1-DB-04 an open deal keeps its company') from companies where name = 'Buyer';
select is(tap.go('companies', id, true), '00000', 'S1-DB-04 unless it goes along') from companies where name = 'Buyer';
select isnt((select deleted_at from deals where name = 'Sale'), null, 'S1-DB-04 which it does');
select is((select company_id from contacts where last_name = 'Clerk'), null, 'S1-DB-04 a contact stays, of no company');
select is(tap.back('companies', id), '00000', 'S1-DB-04 the company comes back') from companies where name = 'Buyer';
select is((select deleted_at from deals where name = 'Sale'), null, 'S1-DB-04 with its deal');
select isnt((select company_id from contacts where last_name = 'Clerk'), null, 'S1-DB-04 and its contact');

/* unique keys count live records; a restore asks them */
insert into products (name, sku, price) values ('One', 'K-1', 1);
select is(tap.go('products', id), '00000', 'S1-DB-04 a product goes') from products where name = 'One';
insert into products (name, sku, price) values ('Two', 'k-1', 1);
select is(tap.back('products', id), '23505 by us', 'S1-DB-04 and does not come back over another''s key') from products where name = 'One';
update products set sku = null where name = 'Two';
select is(tap.back('products', id), '00000', 'S1-DB-04 but beside it') from products where name = 'One';

/* bookings are let go, and asked for again */
insert into vendors (name, exclusive) values ('Castle', true);
insert into events (name, start_at, end_at) values ('Wedding', '2032-01-01 10:00Z', '2032-01-01 20:00Z');
insert into event_vendors (event_id, vendor_id, status) select e.id, v.id, 'confirmed' from events e, vendors v where e.name = 'Wedding' and v.name = 'Castle';
select is(tap.go('events', id), '00000', 'S1-REL-05 an event goes') from events where name = 'Wedding';
insert into events (name, start_at, end_at) values ('Gala', '2032-01-01 10:00Z', '2032-01-01 20:00Z');
select is(tap.state('insert into event_vendors (event_id, vendor_id, status) select e.id, v.id, ''confirmed'' from events e, vendors v where e.name = ''Gala'' and v.name = ''Castle'''), '00000', 'S1-REL-05 in the trash it books nothing');
select is(tap.back('events', id), 'CR409', 'S1-REL-05 and cannot come back over another''s booking') from events where name = 'Wedding';
update events set status = 'cancelled', cancel_reason = 'rain' where name = 'Gala';
select is(tap.back('events', id), '00000', 'S1-REL-05 then it comes back') from events where name = 'Wedding';
select is((select status || (slot is not null) from event_vendors b where exists (select from events e where e.id = b.event_id and e.name = 'Wedding')), 'confirmedtrue', 'S1-REL-05 with its booking');

/* who may not delete */
select tap.act(org, mate, tap.letters('aaan')) from a \g /dev/null
select is(tap.state($$ select trash('companies', id, tap.rules(), false, null) from companies $$), 'CR403', 'S3-SEC-04 the trash asks for the right');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null

/* what people did */
do $$ begin perform log_as(id, 'won') from deals where name = 'Sale'; update deals set description = 'x'; update contacts set description = 'x'; end $$;
select is((select string_agg(distinct action, ',') from changes where diff ? 'description' and entity in ('deal', 'contact')), 'update,won', 'S1-ENT-09 the log calls the update of a record what it was said to be, and no other');

/* protect_again: the log and the version learn of a new column, and keep what they knew */
set local role cairn_owner;
alter table products add column tap_color text, add column tap_pin text, add column tap_seen text;
select protect_again('products', secret => '{tap_pin}', quiet => '{tap_seen}') \g /dev/null
reset role;
update products set tap_color = 'red', tap_pin = '1234', cost = 5, tap_seen = 'now' where name = 'Two';
select is((select diff from changes where diff ? 'tap_color'), '{"tap_color": [null, "red"], "tap_pin": ["***", "***"], "cost": ["***", "***"]}'::jsonb, 'S1-DB-07 a new column is logged, secrets stay out, old ones as well');
update products set tap_seen = 'later' where name = 'Two';
select is((select version from products where name = 'Two'), 3, 'S1-DB-07 what is quiet is no change');

select * from finish();
rollback;
