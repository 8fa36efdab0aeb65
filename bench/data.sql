-- SPDX-License-Identifier: Apache-2.0
-- Contacts in bulk for one organisation, as superuser: psql -v org=… -v admin=… -v rows=… -v tag=…
-- Triggers and foreign-key checks rest meanwhile (the rows are right by construction), and the search
-- index is made at the end: this prepares a measurement, `cairn import` is measured elsewhere.
\set ON_ERROR_STOP on
begin;
set local session_replication_role = replica;
set local work_mem = '256MB';
set local maintenance_work_mem = '1GB';
select set_config('app.org_id', :'org', true), set_config('app.user_id', :'admin', true) \g /dev/null

insert into users (id, email, first_name, last_name)
select uuid_v7(), 'seller' || i || '-' || :'tag' || '@example.com', 'Seller', 'No ' || i
from generate_series(1, 20) i;

insert into memberships (org_id, id, email, first_name, last_name, role)
select :'org', id, email, first_name, last_name, 'user'
from users where email like 'seller%-' || :'tag' || '@example.com';

create temp table firsts on commit drop as
select row_number() over () - 1 as k, v from unnest('{Anna,Bernd,Clara,David,Elena,Frank,Greta,Hans,Ines,
Jonas,Karla,Lukas,Maria,Nico,Olga,Paul,Quentin,Rosa,Stefan,Tina,Ulf,Vera,Walter,Xenia,Yann,Zoe}'::text[]) v;
create temp table lasts on commit drop as
select i as k, initcap(translate(substr(md5(i || 'name'), 1, 7), '0123456789', 'ghijklmnop')) as v
from generate_series(0, 4999) i;
create temp table owners on commit drop as
select row_number() over (order by email) - 1 as k, id from memberships where org_id = :'org';

select count(*) as owners from owners \gset
insert into companies (org_id, name, industry, status, owner_id, created_at)
select :'org', 'Company ' || i, 'Other', 'Prospect', o.id, now() - i * interval '1 minute'
from generate_series(1, :rows / 100) i join owners o on o.k = i % :owners;
create temp table firms on commit drop as
select row_number() over (order by id) - 1 as k, id, owner_id from companies where org_id = :'org';
analyze firsts, lasts, owners, firms;

select indexdef from pg_indexes where indexname = 'contacts_search' \gset
drop index contacts_search;
insert into contacts (org_id, first_name, last_name, company_id, job_title, email, phone,
	lifecycle_stage, owner_id, company_owner_id, address_city, created_at)
select :'org', f.v, l.v, c.id, 'Engineer', lower(l.v) || i || '@company' || i % (:rows / 100)
	|| '.example.com', '+49 30 ' || (1000000 + i), (array['Lead', 'Customer', 'Prospect'])[1 + i / 7 % 3],
	o.id, c.owner_id, 'Berlin', now() - i * interval '20 seconds'
from generate_series(1::bigint, :rows) i
join firsts f on f.k = i * 7919 % 26
join lasts l on l.k = i * 6151 % 5000
join firms c on c.k = i * 31 % (:rows / 100)
join owners o on o.k = i * 13 % :owners;
:indexdef;
commit;
