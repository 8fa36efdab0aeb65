/* SPDX-License-Identifier: Apache-2.0 */
/* Rows on trial: what refuses a row does so there too, and where it cannot be told there, there is no trial. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, '|organizations:aaaa|contacts:aaaa|companies:aaaa|leads:aaaa|deals:aaaa|tasks:aaaa|') from a \g /dev/null

create function tap.trial(target text, written text[]) returns text language plpgsql as $$
declare
	answer text := tap.value(format('select import_trial(%L, %L)', target, written));
begin
	drop table if exists pg_temp.trial;
	return answer;
end
$$;

select is(tap.trial(t, '{id}'), 'true', 'S3-IMP ' || t || ' are put on trial')
from unnest('{contacts,companies,leads,deals,tasks}'::text[]) as t;
select is(tap.trial(t, '{id}'), 'false', 'S3-IMP ' || t || ' are judged by their table')
from unnest('{tags,teams,memberships,activities,events,invoices}'::text[]) as t;
select is(tap.trial(t, w), 'false', format('S3-IMP %s with %s are judged by their table', t, w))
from (values ('leads', '{zoho_lead_id}'::text[]), ('deals', '{name,contract_number}'), ('contacts', '{external_ids}'),
	('companies', '{custom}')) as v (t, w);

/* A trigger that nobody has looked at, a new key, or a key of two fields: the table judges. */
savepoint before;
create function tap.strange() returns trigger language plpgsql as 'begin return new; end';
create trigger strange before insert on contacts for each row execute function tap.strange();
select is(tap.trial('contacts', '{id}'), 'false', 'S3-IMP a trigger that is not known to look at the row alone');
rollback to savepoint before;
create unique index strange on contacts (org_id, email);
select is(tap.trial('contacts', '{email}'), 'false', 'S3-IMP a key that is written');
select is(tap.trial('contacts', '{phone}'), 'true', 'S3-IMP a key that is not');
rollback to savepoint before;
create unique index strange on contacts (org_id, lower(email));
select is(tap.trial('contacts', '{phone}'), 'false', 'S3-IMP a key that is an expression');
rollback to savepoint before;

/* All that may refuse a row of contacts. */
select tap.value('select import_trial(''contacts'', ''{id}'')') \g /dev/null
select results_eq(
	$$ select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
		from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where a.attrelid = 'pg_temp.trial'::regclass and a.attnum > 0 order by a.attname $$,
	$$ select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
		from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where a.attrelid = 'public.contacts'::regclass and a.attnum > 0 and not a.attisdropped order by a.attname $$,
	'S3-IMP the columns, with their defaults');
select results_eq(
	$$ select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'pg_temp.trial'::regclass order by 1 $$,
	$$ select conname, pg_get_constraintdef(oid) from pg_constraint
		where conrelid = 'public.contacts'::regclass and contype = 'c' order by 1 $$,
	'S3-IMP the checks');
select results_eq(
	$$ select tgname, regexp_replace(pg_get_triggerdef(oid), ' ON \S+ ', ' ') from pg_trigger
		where tgrelid = 'pg_temp.trial'::regclass order by 1 $$,
	$$ select tgname, regexp_replace(pg_get_triggerdef(oid), ' ON \S+ ', ' ') from pg_trigger
		where tgrelid = 'public.contacts'::regclass and tgtype & 6 = 6 and not tgisinternal order by 1 $$,
	'S3-IMP the triggers before an insert');
select results_eq(
	$$ select polname, polroles, pg_get_expr(polwithcheck, polrelid) from pg_policy where polrelid = 'pg_temp.trial'::regclass order by 1 $$,
	$$ select polname, polroles, pg_get_expr(coalesce(polwithcheck, polqual), polrelid) from pg_policy
		where polrelid = 'public.contacts'::regclass and polcmd in ('a', '*') order by 1 $$,
	'S3-IMP the rights');

select is(tap.state('insert into pg_temp.trial (first_name) values (null)'), '23514', 'S3-IMP a check refuses');
select is(tap.state('insert into pg_temp.trial (last_name, do_not_call) values (''x'', null)'), '23502', 'S3-IMP what must be there');
select is(tap.state('insert into pg_temp.trial (last_name, time_zone) values (''x'', ''Nowhere'')'), 'CR422', 'S3-IMP a trigger refuses');
select is(tap.state('insert into pg_temp.trial (org_id, last_name) values (uuid_v7(), ''x'')'), '42501', 'S5-SEC-01 another organisation is refused');
select is(tap.rows('select * from pg_temp.trial'), 0::bigint, 'S3-IMP nobody reads what is on trial');
select tap.act(org, admin, '|contacts:annn|') from a \g /dev/null
select is(tap.state('insert into pg_temp.trial (last_name) values (''x'')'), 'CR403', 'S3-IMP who may not create is refused');
select is(tap.rows('select from contacts where last_name = ''x'''), 0::bigint, 'S3-IMP nothing is written');

select * from finish();
rollback;
