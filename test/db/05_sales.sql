/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a stage: leads and their history, deals and their dates and amounts. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
create function tap.stage(text) returns uuid language sql stable as $$ select id from stages where key = $1 and org_id = app_org() $$;

/* leads */
create temp table l as select uuid_v7() as id;
grant select on l, a to cairn_app;
insert into leads (id, last_name) select id, 'Lead' from l;
create temp view the_lead as select * from leads where id = (select id from l);
select is((select status from the_lead), 'new', 'S3-ENT-03 a lead starts in the first stage');
select set_config('app.comment', 'called twice', true) \g /dev/null
update leads set status = 'contacted' where id = (select id from l);
select is((select stage_id from the_lead), tap.stage('contacted'), 'S4-API-04 the stage follows the status');
select set_config('app.comment', '', true) \g /dev/null
update leads set stage_id = tap.stage('qualified') where id = (select id from l);
select is((select status from the_lead), 'qualified', 'S3-ENT-02 the status follows the stage');
update leads set score = 5 where id = (select id from l);
select results_eq($$ select old_status, new_status, changed_by, comment from lead_status_history
	where lead_id = (select id from l) order by id $$, $$ select x.o, x.n, a.admin, x.c from a, (values
	(null, 'new', null), ('new', 'contacted', 'called twice'), ('contacted', 'qualified', null)) as x (o, n, c) $$,
	'S4-ENT-04 S4-DB-02 every change of status is kept, with its author');
select throws_ok($$ update leads set status = 'nonsense' where id = (select id from l) $$, 'CR422', null, 'S4-API-07 an unknown status is refused');
select throws_ok($$ update leads set status = 'converted' where id = (select id from l) $$, 'CR422', null, 'S2-REL-08 converted only by conversion');
select throws_ok($$ update leads set stage_id = tap.stage('won') where id = (select id from l) $$, 'CR422', null, 'S3-ENT-02 a deal''s stage is none for a lead');
select throws_ok($$ update leads set stage_id = tap.stage('new'), status = 'contacted' where id = (select id from l) $$, 'CR422', null, 'status and stage must agree');
select throws_ok($$ update leads set status = 'converted', converted_at = now() where id = (select id from l) $$, '23514', null, 'S2-REL-08 and into something');
select lives_ok($$ select lead_converted(l.id, c.made_company, c.made_contact, null)
	from l, lateral lead_convert(l.id, null, null, false, true) as c $$, 'S2-REL-08 a conversion converts');
select throws_ok($$ update leads set status = 'new' where id = (select id from l) $$, 'CR422', null, 'S2-REL-08 and for good');
select lives_ok($$ insert into leads (last_name, status) values ('Other', 'contacted') $$, 'a lead may start elsewhere');

/* ranks */
select is(rank_between('00064', '00066'), '00065', 'S5-ENT-05 a rank stands between two');
select is(rank_between('1', '2'), '18', 'S5-ENT-05 and is longer where they are neighbours');
select is(rank_between('', '1'), '08', 'S5-ENT-05 or where one is the least');
select is(rank_between('1', '10'), null, 'S5-ENT-05 nothing stands between a rank and itself with a nought');
select is(rank_between('1', '1'), null, 'S5-ENT-05 nor between two that are tied');

/* deals */
create temp table d as select uuid_v7() as id;
grant select on d to cairn_app;
insert into deals (id, name, amount) select id, 'Deal', 1234.5 from d;
create temp view the_deal as select * from deals where id = (select id from d);
select is((select array[status, probability::text, currency, amount_base::text, weighted_amount::text, closed_at::text] from the_deal),
	array['open', '10', 'EUR', '1234.50', '123.45', null], 'S5-ENT-05 a deal takes stage, probability, currency and amounts');
select is((select pipeline_id from the_deal), (select pipeline_id from stages where id = tap.stage('won')), 'S5-ENT-05 and the pipeline of its stage');
update deals set stage_id = tap.stage('won') where id = (select id from d);
select is((select array[status, probability::text, weighted_amount::text, closed_at::text] from the_deal),
	array['won', '100', '1234.50', (now() at time zone 'Europe/Prague')::date::text], 'S5-ENT-05 winning closes it today');
update deals set closed_at = '2017-03-01' where id = (select id from d);
select is((select closed_at from the_deal), '2017-03-01'::date, 'S5-ENT-05 the close date may be set');
update deals set stage_id = tap.stage('proposal'), probability = 33 where id = (select id from d);
select is((select array[status, probability::text, closed_at::text] from the_deal), array['open', '33', null], 'S5-ENT-05 reopening clears it; a given probability stays');
insert into deals (name, stage_id, closed_at) values ('Import', tap.stage('lost'), '2016-12-31');
select is((select array[status, closed_at::text] from deals where name = 'Import'), array['lost', '2016-12-31'], 'S5-ENT-05 an imported deal keeps its close date');
select is((select amount_base from deals where name = 'Import'), null, 'and no amount is no amount');
insert into deals (name, amount, currency) values ('Dollars', 5, 'USD');
select is((select amount_base from deals where name = 'Dollars'), null, 'without a rate there is no base amount');
select throws_ok($$ insert into deals (name, stage_id) values ('X', tap.stage('new')) $$, 'CR422', null, 'S5-ENT-05 a lead''s stage is none for a deal');
select throws_ok($$ update deals set contract_status = 'signed' where id = (select id from d) $$, '23514', null, 'S1-ENT-10 a signed contract has its date');
select ok((select max(position) from deals where name = 'Dollars') > (select position from the_deal), 'S5-UI-03 a new deal stands at the end');

/* pipelines and stages */
select throws_ok($$ update stages set deleted_at = now() where id = tap.stage('proposal') $$, 'CR409', null, 'a stage in use stays');
select throws_ok($$ update pipelines set archived = true, is_default = false where entity = 'deal' $$, 'CR409', null, 'so does its pipeline');
select throws_ok($$ update pipelines set is_default = false where entity = 'deal' $$, 'CR409', null, 'one pipeline is the default');
insert into pipelines (name, entity, is_default) values ('Second', 'deal', true);
select is((select string_agg(name, ',') from pipelines where org_id = app_org() and entity = 'deal' and is_default), 'Second', 'a new default replaces the old');
insert into stages (pipeline_id, name, category, position) select id, '1. Žádost o nabídku', 'won', 1 from pipelines where name = 'Second';
select is((select key || ' ' || probability from stages where category = 'won' and key ~ '^zadost'), 'zadost_o_nabidku 100', 'a stage gets its key and its probability');

/* companies, activities, tasks */
insert into companies (name, website, email) values ('Child', 'https://www.Example.com/x?y', 'a@b.org');
select is((select domain from companies where name = 'Child'), 'example.com', 'S3-ENT-01 the domain comes from the website');
update companies set parent_id = (select id from companies where name = 'Acme alpha') where name = 'Child';
select throws_ok($$ update companies set parent_id = (select id from companies where name = 'Child') where name = 'Acme alpha' $$, 'CR422', null, 'companies form no ring');
select throws_ok($$ update companies set primary_contact_id = (select primary_contact_id from companies where name = 'Acme alpha') where name = 'Child' $$, 'CR422', null, 'the primary contact is one of the company');
insert into activities (type, subject, deal_id) select 'call', 'X', id from deals where name = 'Deal' and company_id is not null;
select is((select company_id from activities where subject = 'X'), (select id from companies where name = 'Acme alpha'), 'S3-REL-01 an activity fills in its company');
select isnt((select last_activity_at from companies where name = 'Acme alpha'), null, 'and marks the company');
insert into activities (type, body, company_id, start_at) select 'note', E'First line\nsecond', id, now() + interval '1 day' from companies where name = 'Child';
select is((select subject || ' ' || status from activities where body ~ 'second'), 'First line planned', 'a note is named by its first line; what is to come is planned');
select throws_ok($$ insert into activities (type, subject) values ('call', 'X') $$, '23514', null, 'S5-ENT-06 an activity has a target');
insert into tasks (title) values ('T');
update tasks set status = 'done' where title = 'T';
select is((select completed_by from tasks where title = 'T'), (select admin from a), 'S1-ENT-05 a done task knows who did it');
update tasks set status = 'todo' where title = 'T';
select is((select completed_at from tasks where title = 'T'), null, 'S1-ENT-05 and forgets it when taken up again');

/* tags */
select throws_ok($$ update companies set tags = array[uuid_v7()] where name = 'Child' $$, 'CR422', null, 'S5-ENT-07 an unknown tag is refused');
update companies set tags = (select array[id, id] from tags where org_id = app_org()) where name = 'Child';
select is((select cardinality(tags) from companies where name = 'Child'), 1, 'S5-ENT-07 a tag is set once');

/* search */
select is(search_query('a & b''c:*')::text, '''a'':* & ''b'':* & ''c'':*', 'S2-FUT-15 operators in a search are words');
select is(search_query(' - ! '), null, 'S2-FUT-15 no word, no query');
select ok((select search @@ search_query('NOVAK acme') from contacts where last_name = 'Novák' limit 1), 'S2-FUT-15 search ignores accents and case, and looks into e-mail addresses');

select * from finish();
rollback;
