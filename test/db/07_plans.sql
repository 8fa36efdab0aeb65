/* SPDX-License-Identifier: Apache-2.0 */
/* Under row security as cairn_app, the default lists and filters must go by an index in every scope. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null

insert into companies (name, owner_id, email, created_at)
select 'Company ' || n, case when n % 50 = 0 then mate else admin end, 'c' || n || '@example.com', now() - n * interval '1 minute'
from a, generate_series(1, 5000) n;
insert into contacts (first_name, last_name, owner_id, email, created_at)
select 'First' || n % 100, 'Last' || md5(n::text), case when n % 50 = 0 then mate else admin end, 'p' || n || '@example.com', now() - n * interval '1 minute'
from a, generate_series(1, 5000) n;
insert into leads (last_name, owner_id, created_at)
select 'Lead ' || n, case when n % 50 = 0 then mate else admin end, now() - n * interval '1 minute' from a, generate_series(1, 5000) n;
insert into deals (name, owner_id, amount, created_at)
select 'Deal ' || n, case when n % 50 = 0 then mate else admin end, n, now() - n * interval '1 minute' from a, generate_series(1, 5000) n;
insert into activities (type, subject, owner_id, created_by, deal_id, created_at)
select 'call', 'Call ' || n, case when n % 50 = 0 then mate else admin end, case when n % 50 = 0 then mate else admin end,
	(select id from deals where name = 'Deal 1'), now() - n * interval '1 minute' from a, generate_series(1, 5000) n;
insert into tasks (title, assignee_id, created_at)
select 'Task ' || n, case when n % 50 = 0 then mate else admin end, now() - n * interval '1 minute' from a, generate_series(1, 5000) n;
select search_settle(t) from unnest('{companies,contacts,leads,deals,activities,tasks}'::text[]) as t \g /dev/null
analyze;

create function tap.list(t text, condition text default 'true') returns text language sql as $$
	select tap.plan_of(format('select * from %I where deleted_at is null and %s order by created_at desc, id desc limit 25', t, condition))
$$;

select ok(tap.list(t) ~ ('Index Scan using ' || t || '_list') and tap.list(t) !~ 'Sort',
	format('S2-PERF-01 S3-DB-01 %s: the list of letter a goes by index', t))
from unnest('{companies,contacts,leads,deals,activities,tasks}'::text[]) as t;

select tap.act(org, mate, tap.letters('oooo'), array[mate]) from a \g /dev/null
select ok(tap.list(t, format('%I = %L', o, (select mate from a))) ~ ('Index Scan using ' || t || '_' || i)
	and tap.list(t, format('%I = %L', o, (select mate from a))) !~ 'Sort',
	format('S3-SEC-05 S3-DB-01 %s: the list of letter o goes by index', t))
from (values ('companies', 'owner_id', 'owner'), ('contacts', 'owner_id', 'owner'), ('leads', 'owner_id', 'owner'),
	('deals', 'owner_id', 'owner'), ('activities', 'owner_id', 'owner'), ('tasks', 'assignee_id', 'assignee')) as x (t, o, i);

select tap.act(org, mate, tap.letters('tttt'), array[mate, admin]) from a \g /dev/null
select ok(tap.list(t) ~ ('Index Scan using ' || t || '_list') and tap.list(t) !~ 'Sort',
	format('S3-SEC-04 %s: the list of letter t goes by index', t))
from unnest('{companies,contacts,leads,deals,activities,tasks}'::text[]) as t;

/* Cards of a board's column, in every scope. */
select tap.act(org, mate, tap.letters('oooo'), array[mate]) from a \g /dev/null
select ok(tap.plan_of(format('select * from deals where stage_id = %L and owner_id = %L and deleted_at is null order by position, id limit 26',
	(select id from stages limit 1), (select mate from a))) ~ 'Index Scan using deals_own_board' , 'S5-ENT-05 cards of own deals go by index');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select ok(tap.plan_of(format('select * from deals where stage_id = %L and deleted_at is null order by position, id limit 26', (select id from stages limit 1)))
	~ 'Index Scan using deals_board', 'S5-ENT-05 cards go by index');

/* Filters whose operators are LEAKPROOF only because the bootstrap says so. */
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
set local enable_seqscan = off;
set local enable_sort = off;
select ok(tap.plan_of(format('select id from contacts where %s', f)) ~ ('(Index|Bitmap Index) .*on ' || i || '|using ' || i), format('S3-DB-03 %s uses %s', f, i))
from (values
	('search @@ search_query(''first7 last'')', 'contacts_search'),
	('tags @> ''{00000000-0000-7000-8000-000000000001}''', 'contacts_search'),
	('custom @> ''{"tier": "gold"}''', 'contacts_search'),
	('last_name ilike ''%abcdef%''', 'contacts_search'),
	('email = ''p7@example.com''', 'contacts_email')) as x (f, i);
select ok(tap.plan_of(format('select id from %I where own_ids @> array[%L::uuid]', t, (select mate from a))) ~ (t || '_search'),
	format('S3-SEC-05 %s: what is own to several people is found by index', t)) from unnest('{activities,tasks}'::text[]) as t;
select ok(tap.plan_of(format('select id from contacts where company_owner_id = %L and deleted_at is null order by created_at desc, id desc limit 25',
	(select mate from a))) ~ 'contacts_company_owner', 'S3-SEC-05 contacts: those of own companies are found by an index of their own');
select ok(tap.plan_of('select id from companies where lower(name) = ''company 7'' and deleted_at is null') ~ 'companies_name', 'S2-DB-03 lower(name) uses companies_name');
select ok(tap.plan_of('select id from deals where status = ''won'' and closed_at >= ''2026-01-01'' and deleted_at is null') ~ 'deals_status_closed', 'S2-DB-03 status and close date use their index');
select ok(tap.plan_of(format('select id from leads where stage_id = %L and deleted_at is null', (select id from stages limit 1))) ~ 'Index.* leads_', 'S3-DB-02 stage uses an index');
select ok(tap.plan_of(format('select id from tasks where assignee_id = %L and status = ''todo'' and deleted_at is null', (select mate from a))) ~ 'tasks_assignee', 'S3-DB-02 assignee and status use an index');
select ok(tap.plan_of(format('select id from changes where record_id = %L order by id desc limit 25', uuid_v7())) ~ 'Index', 'S1-ENT-09 the timeline goes by index');

select ok(tap.plan_of('select id from changes order by id desc limit 25') ~ 'Merge Append' and tap.plan_of('select id from changes order by id desc limit 25') !~ 'Sort  ', 'S1-ENT-09 the audit log goes by index');

select is_empty($$ select f from (values ('numeric_ge(numeric,numeric)'), ('numeric_lt(numeric,numeric)'),
	('lower(text)'), ('texticlike(text,text)'), ('arraycontains(anyarray,anyarray)'),
	('jsonb_contains(jsonb,jsonb)'), ('ts_match_vq(tsvector,tsquery)')) as x (f)
	where not (select proleakproof from pg_proc where oid = f::regprocedure) $$,
	'the reviewed operators are LEAKPROOF');

select * from finish();
rollback;
