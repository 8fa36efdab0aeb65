/* SPDX-License-Identifier: Apache-2.0 */
/* The functions, triggers and indexes that seed 003 names. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
create temp table b as select * from tap.make_org('beta');
create temp table s (name text primary key, id uuid);
grant select on a, b, s to cairn_app;
create function tap.id_of(text) returns uuid language sql stable as $$ select id from s where name = $1 $$;
create function tap.as_admin() returns void language sql
as $$ select tap.act(org, admin, tap.letters('aaaa')) from a $$;

/* two partners, a person of each */
select tap.as_admin() \g /dev/null
insert into partners (name, email, status) values ('Ours', 'ours@example.com', 'approved'),
	('Theirs', 'theirs@example.com', 'approved');
insert into s select lower(name), id from partners where name in ('Ours', 'Theirs');
create function tap.join(address text, role text, partner uuid) returns uuid language plpgsql as $$
declare
	person uuid;
begin
	perform tap.as_admin();
	perform auth_invite(address, role, null, partner, 'P', 'P', convert_to(address, 'UTF8'), 3600);
	select user_id into person
	from auth_invitation_accept(convert_to(address, 'UTF8'), null, 'hash', null, null);
	perform tap.as_admin();
	return person;
end $$;
insert into s values ('boss', tap.join('boss@ours.com', 'partner_admin', tap.id_of('ours'))),
	('person', tap.join('person@ours.com', 'partner_user', tap.id_of('ours'))),
	('stranger', tap.join('boss@theirs.com', 'partner_admin', tap.id_of('theirs')));
create function tap.as_partner(person text, partner text) returns void language sql as $$
	select tap.act(org, tap.id_of(person), '|leads:papn|partners:pnpn|memberships:'
		|| case person when 'person' then 'onon' else 'pppn' end
		|| '|lead_status_history:pnnn|changes:pnnn|', null, tap.id_of(partner)) from a
$$;

insert into leads (first_name, last_name, partner_id) values ('L', 'One', tap.id_of('ours')),
	('L', 'Two', tap.id_of('ours')), ('L', 'Foreign', tap.id_of('theirs')), ('L', 'Nobody''s', null);
insert into s select 'lead ' || lower(last_name), id from leads where first_name = 'L';

/* get_partner_stats */
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''totalLeads'''), '2', 'S4-DB-01 get_partner_stats counts a partner''s leads');
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''users'''), '2', 'S4-DB-01 and its people');
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''conversionRate'''), '0.0000', 'S4-DB-01 none of two are converted');
alter table leads disable trigger user;
update leads set created_at = '2020-01-01 00:00Z' where id = tap.id_of('lead two');
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''leadsThisMonth'''), '1', 'S4-DB-01 leads of this month');
/* Prague is ahead of UTC: its month began earlier. */
update leads set created_at = date_trunc('month', now() at time zone 'Europe/Prague') at time zone 'Europe/Prague' where id = tap.id_of('lead two');
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''leadsThisMonth'''), '2', 'S4-DB-01 which begins at midnight in the organisation''s time zone');
update leads set created_at = created_at - interval '1 ms' where id = tap.id_of('lead two');
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''leadsThisMonth'''), '1', 'S4-DB-01 and not a moment earlier');
alter table leads enable trigger user;
select tap.as_partner('person', 'ours') \g /dev/null
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''totalLeads'''), '2', 'S4-DB-01 a partner''s person reads its own');
select is(tap.value('select get_partner_stats(tap.id_of(''ours'')) ->> ''users'''), '2', 'S4-DB-01 with all of its people');
select is(tap.value('select get_partner_stats(tap.id_of(''theirs''))'), null, 'S4-DB-01 and of no other partner');
select is(tap.value('select partner_people(tap.id_of(''theirs''))'), '0', 'S4-DB-01 nor its people');
select tap.act(org, admin, tap.letters('aaaa')) from b \g /dev/null
select is(tap.value('select get_partner_stats(tap.id_of(''ours''))'), null, 'S4-DB-01 S5-SEC-01 nor of another organisation');
select is(tap.value('select partner_people(tap.id_of(''ours''))'), '0', 'S5-SEC-01 nor its people');

/* get_user_partner_info */
select tap.as_admin() \g /dev/null
select is(tap.value('select get_user_partner_info(tap.id_of(''boss'')) - ''userId'''),
	jsonb_build_object('role', 'partner_admin', 'active', true, 'isPartnerAdmin', true, 'partnerId', tap.id_of('ours'),
		'partnerName', 'Ours', 'partnerStatus', 'approved')::text, 'S4-DB-01 get_user_partner_info tells to whom somebody belongs');
select is(tap.value('select get_user_partner_info((select admin from a)) ->> ''partnerId'''), null, 'S4-DB-01 an employee belongs to none');
select tap.as_partner('boss', 'ours') \g /dev/null
select is(tap.value('select get_user_partner_info(tap.id_of(''person'')) ->> ''partnerName'''), 'Ours', 'S4-DB-01 a partner''s administrator asks about its people');
select is(tap.value('select get_user_partner_info(tap.id_of(''stranger''))'), null, 'S4-DB-01 and not about another''s');
select tap.as_partner('person', 'ours') \g /dev/null
select is(tap.value('select get_user_partner_info(tap.id_of(''person'')) ->> ''role'''), 'partner_user', 'S4-DB-01 S4-SEC-09 everybody about themselves: app_user() is auth.uid()');
select is(tap.value('select app_user()')::uuid, tap.id_of('person'), 'S4-SEC-09 app_user() is who asks');
select is(tap.value('select get_user_partner_info(tap.id_of(''boss''))'), null, 'S4-DB-01 who sees nobody else is told of nobody else');
select tap.act(org, admin, tap.letters('aaaa')) from b \g /dev/null
select is(tap.value('select get_user_partner_info(tap.id_of(''boss''))'), null, 'S5-SEC-01 nor another organisation');

/* can_user_access_lead */
create function tap.can(person text, lead text) returns text language sql
as $$ select tap.value(format('select can_user_access_lead(%L, %L)', tap.id_of(person), tap.id_of('lead ' || lead))) $$;
select tap.as_admin() \g /dev/null
insert into s select 'admin', admin from a union all select 'mate', mate from a;
update leads set owner_id = (select mate from a) where id = tap.id_of('lead nobody''s');
select is(tap.can('admin', 'nobody''s'), 'true', 'S4-DB-01 S4-SEC-06 an administrator may see any lead');
select is(tap.can('admin', 'foreign'), 'true', 'S4-SEC-06 also a partner''s');
select is(tap.can('mate', 'nobody''s'), 'true', 'S4-DB-01 a user one''s own');
select is(tap.can('mate', 'one'), 'false', 'S4-DB-01 and no other');
select is(tap.can('person', 'one'), 'true', 'S4-DB-01 S4-SEC-04 a partner''s person its partner''s');
select is(tap.can('person', 'foreign'), 'false', 'S4-DB-01 S4-SEC-04 and no other partner''s');
select is(tap.can('person', 'nobody''s'), 'false', 'S4-DB-01 nor the organisation''s');
update roles set access = '{"lead": {"read": "all"}}' where org_id = app_org() and key = 'user';
select is(tap.can('mate', 'one'), 'true', 'S4-DB-01 a role''s own letters count');
update roles set access = '{"lead": {"read": "team"}}' where org_id = app_org() and key = 'user';
select is(tap.can('mate', 'one'), 'false', 'S4-DB-01 the team''s');
update memberships set team_id = (select id from teams where org_id = app_org() limit 1) where org_id = app_org() and id in (select mate from a union select admin from a);
update leads set owner_id = (select admin from a) where id = tap.id_of('lead one');
select is(tap.can('mate', 'one'), 'true', 'S4-DB-01 is what a team mate owns');
update memberships set active = false where org_id = app_org() and id = tap.id_of('person');
select is(tap.can('person', 'one'), 'false', 'S4-DB-01 who is deactivated sees nothing');
update memberships set active = true where org_id = app_org() and id = tap.id_of('person');
update partners set status = 'suspended' where id = tap.id_of('ours');
select is(tap.can('person', 'one'), 'false', 'S4-DB-01 nor do people of a suspended partner');
update partners set status = 'approved' where id = tap.id_of('ours');
select tap.as_partner('boss', 'ours') \g /dev/null
select is(tap.can('person', 'one'), 'true', 'S4-DB-01 a partner asks about its people and leads');
select is(tap.can('stranger', 'foreign'), 'false', 'S4-DB-01 and is told nothing of another''s');
select is(tap.can('person', 'foreign'), 'false', 'S4-DB-01 nor whether there is such a lead');
select tap.act(org, admin, tap.letters('aaaa')) from b \g /dev/null
select is(tap.can('admin', 'one'), 'false', 'S5-SEC-01 nor is another organisation');

/* create_lead_status_history */
select tap.as_partner('person', 'ours') \g /dev/null
create function tap.note(lead text, before text, after text) returns text language sql
as $$ select tap.state(format('select create_lead_status_history(%L, %L, %L, ''word'')', tap.id_of('lead ' || lead), before, after)) $$;
select is(tap.note('one', 'new', 'new'), '00000', 'S4-DB-01 S4-ARCH-02 create_lead_status_history adds a word to a lead''s history');
select is(tap.value(format('select concat_ws('' '', old_status, new_status, comment, changed_by = app_user()) from lead_status_history where lead_id = %L order by id desc limit 1', tap.id_of('lead one'))),
	'new new word t', 'S4-ENT-04 S4-DB-02 with status, comment and who said it');
select is(tap.note('one', 'new', 'qualified'), 'CR422', 'S4-DB-01 the new status is the lead''s');
select is(tap.note('one', 'no_such', 'new'), 'CR422', 'S4-DB-01 the old one is some stage''s');
select is(tap.note('foreign', 'new', 'new'), 'CR404', 'S4-DB-01 not of another partner''s lead');
select tap.act(org, mate, '|leads:oonn|', array[mate]) from a \g /dev/null
select is(tap.note('nobody''s', 'new', 'new'), 'CR404', 'S4-DB-01 nor by who may only read it');
select tap.act(org, admin, tap.letters('aaaa')) from b \g /dev/null
select is(tap.note('one', 'new', 'new'), 'CR404', 'S5-SEC-01 nor in another organisation');

/* log_activity */
create function tap.log(entity text, id uuid, action text, details jsonb default null) returns text language sql
as $$ select tap.state(format('select log_activity(%L, %L, %L, %L)', entity, id, action, details)) $$;
select tap.as_partner('person', 'ours') \g /dev/null
select is(tap.log('lead', tap.id_of('lead one'), 'viewed', '{"by": "phone"}'), '00000', 'S4-DB-01 S4-ENT-05 log_activity notes what no write shows');
select is(tap.log('lead', tap.id_of('lead foreign'), 'viewed'), 'CR404', 'S4-DB-01 about what one sees');
select is(tap.log('deal', (select id from deals where org_id = (select org from a) limit 1), 'viewed'), 'CR404', 'S4-DB-01 and nothing else');
select is(tap.log('lead', tap.id_of('lead one'), 'update'), 'CR422', 'S4-DB-01 not in the words of the triggers');
select is(tap.log('lead', tap.id_of('lead one'), 'Not a word'), 'CR422', 'S4-DB-01 and in a word');
select is(tap.log('no_such', tap.id_of('lead one'), 'viewed'), 'CR404', 'S4-DB-01 about an entity');
select is(tap.log('lead', tap.id_of('lead one'), 'viewed', '[1]'), 'CR422', 'S4-DB-01 with details by name');
select tap.as_admin() \g /dev/null
select is((select concat_ws(' ', entity, action, diff::text, actor_id = tap.id_of('person'), owner_id = (select admin from a), partner_id = tap.id_of('ours'))
	from changes where record_id = tap.id_of('lead one') and action = 'viewed'), 'lead viewed {"by": [null, "phone"]} t t t', 'S4-ENT-05 with who, whose and what');

/* entity_table: what the server calls a table */
select is(entity_table('company'), 'companies', 'an entity''s table'), is(entity_table('user'), 'memberships', 'people'),
	is(entity_table('change'), null, 'the log is about records, not about itself'), is(entity_table('pg_class'), null, 'no other table is one');

/* a deal''s outcome in the organisation''s currency */
insert into leads (first_name, last_name, partner_id) values ('L', 'Won', tap.id_of('ours'));
insert into deals (name, amount, currency, lead_id, stage_id) select 'Deal of lead', 100, 'EUR', l.id,
	(select s.id from stages s join pipelines p on p.id = s.pipeline_id and p.org_id = s.org_id where p.org_id = app_org() and p.entity = 'deal' and s.category = 'won' limit 1)
	from leads l where l.last_name = 'Won';
update leads l set converted_at = now(), converted_deal_id = d.id, converted_contact_id = (select id from contacts where org_id = app_org() limit 1),
	converted_company_id = (select id from companies where org_id = app_org() limit 1) from deals d where d.name = 'Deal of lead' and l.id = d.lead_id;
select is((select get_partner_stats(tap.id_of('ours')) -> 'wonAmount'), '100.00'::jsonb, 'S4-DB-01 what was won is summed');
update deals set amount = 150 where name = 'Deal of lead';
select is((select get_partner_stats(tap.id_of('ours')) -> 'wonAmount'), '150.00'::jsonb, 'S4-DB-01 as it is now');
update deals set currency = 'USD' where name = 'Deal of lead';
select is((select (get_partner_stats(tap.id_of('ours')) -> 'wonAmount')::text || (get_partner_stats(tap.id_of('ours')) -> 'wonByCurrency')::text), '0.00{"USD": 150.00}', 'S4-DB-01 never adding two currencies');

/* what a partner sees of the log */
select tap.as_partner('boss', 'ours') \g /dev/null
select is(tap.value('select string_agg(distinct entity, '' '' order by entity) from changes'), 'invitation lead partner user', 'S4-SEC-03 a partner''s log tells of it, its people and its leads');
select is(tap.value('select count(*) from changes where partner_id <> app_partner()'), '0', 'S4-SEC-03 and of no other''s');

/* S4-SEC-02: 28 policies in the seed, one for each of four commands on seven tables. Ours are made by one
 * helper; where a command has none it is refused to everybody. */
select is((select count(*) from unnest('{partners,memberships,leads,lead_status_history,changes,sessions}'::text[]) as t
	join pg_class c on c.relname = t where c.relrowsecurity and c.relforcerowsecurity), 6::bigint, 'S4-SEC-01 S4-SEC-02 tables of the seed are guarded, also from their owner');
select is((select string_agg(polcmd::text, '' order by polcmd) from pg_policy where polrelid = 'leads'::regclass and polroles @> array['cairn_app'::regrole::oid]),
	'arw', 'S4-SEC-02 S4-SEC-05 leads: reading, making, changing, each by its policy; deleting is a change');

/* S4-DB-02: what its six triggers are for */
select tap.as_admin() \g /dev/null
create function tap.runs_on(t regclass, timing int, name text) returns bigint language sql stable
as $$ select count(*) from pg_trigger where tgrelid = t and tgname = name and tgenabled = 'O' $$;
select is(tap.runs_on('partners', 0, 'zz_touch') + tap.runs_on('memberships', 0, 'zz_touch') + tap.runs_on('leads', 0, 'zz_touch'), 3::bigint, 'S4-DB-02 updated_at is kept by zz_touch');
select is(tap.runs_on('leads', 0, 'zz_log_insert') + tap.runs_on('leads', 0, 'zz_log_update'), 2::bigint, 'S4-DB-02 making a lead and its status are logged by zz_log_insert and zz_log_update');
select is(tap.runs_on('leads', 0, 'leads_history_insert') + tap.runs_on('leads', 0, 'leads_history_update'), 2::bigint, 'S4-DB-02 status history by leads_history_*');
/* A sign-in has no row of its own to hang a trigger on that knows address and time as auth_session_create
 * does, which makes the session and logs it in one. */
select auth_session_create(tap.id_of('person'), (select org from a), null, '\x01', 60, '::1', 'test') \g /dev/null
select tap.as_admin() \g /dev/null
select is((select concat_ws(' ', action, actor_id = record_id, partner_id = tap.id_of('ours')) from changes where record_id = tap.id_of('person') and action = 'login'), 'login t t', 'S4-DB-02 S4-ENT-06 a sign-in is logged');

/* S4-DB-03: what its named indexes are for. Ours begin with the organisation. */
create function tap.index_on(t text, variadic columns text[]) returns boolean language sql stable as $$
	select exists (select from pg_index i where i.indrelid = t::regclass and array(select coalesce(a.attname::text, 'lower(email)')
		from unnest((i.indkey::int2[])[0:cardinality(columns)]) with ordinality as k (attnum, place)
		left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum > 0 order by place) = array_prepend('org_id', columns))
$$;
select ok(tap.index_on(t, variadic c), 'S4-DB-03 ' || t || ' by ' || array_to_string(c, ', ')) from (values
	('partners', '{zoho_partner_id}'::text[]), ('partners', '{lower(email)}'), ('partners', '{status}'), ('leads', '{partner_id}'),
	('leads', '{partner_id,created_at}'), ('leads', '{status}'), ('leads', '{created_at}'), ('leads', '{source}'),
	('changes', '{record_id}'), ('changes', '{partner_id}')) as wanted (t, c);
select ok(not tap.index_on('leads', 'campaign'), 'S4-DB-03 the test would see a missing one');

select * from finish();
rollback;
