/* SPDX-License-Identifier: Apache-2.0 */
/* Policies that are said shortly see what the long ones of 0001 see, whoever asks. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');

/* Rows in which nobody, somebody, the caller, a colleague of the team and a partner count. */
create temp table rows_of as
select row_number() over () as n, app_org() as org_id, u as owner_id, v as second_id, p as partner_id,
	array_remove(array[u, v], null) as own_ids
from a, unnest(array[null, admin, mate, uuid_v7()]) as u, unnest(array[null, admin, mate]) as v,
	unnest(array[null, '0192f0c0-0000-7000-8000-00000000000a', '0192f0c0-0000-7000-8000-00000000000b']::uuid[]) as p;
insert into rows_of (n, own_ids) values (0, null);

create temp table forms (own text, team text, partner text);
insert into forms values
	('owner_id = (select app_user())', 'owner_id = any ((select app_team_users())::uuid[])', 'false'),
	('owner_id = (select app_user())', 'owner_id = any ((select app_team_users())::uuid[])',
		'partner_id = (select app_partner())'),
	('owner_id = (select app_user()) or second_id = (select app_user())',
		E'owner_id = any ((select app_team_users())::uuid[])\n\t\tor second_id = any ((select app_team_users())::uuid[])', 'false'),
	('(select app_user()) = any (own_ids)', 'own_ids && (select app_team_users())', 'false'),
	('(select app_user()) = any (own_ids)', 'own_ids && (select app_team_users())', 'partner_id = (select app_partner())');

/* Who asks: a letter, a user, the team, a partner; each may be missing. */
create temp table callers as
select row_number() over () as caller, letter, me, team, partner from a, unnest('{a,o,t,p,n,x,""}'::text[]) as letter,
	unnest(array[null, mate]) as me, unnest(array[null, '{}', array[mate, admin]::text]) as team,
	unnest(array[null, '0192f0c0-0000-7000-8000-00000000000a']) as partner;

create function tap.become(c callers) returns void language sql as $$
	select set_config('app.access', case when c.letter = '' then '' else '|things:' || repeat(c.letter, 4) || '|' end, true),
		set_config('app.user_id', coalesce(c.me::text, ''), true),
		set_config('app.team_users', coalesce(c.team, ''), true),
		set_config('app.partner_id', coalesce(c.partner, ''), true);
$$;

/* The rows for which a condition holds. */
create function tap.hold(condition text) returns int[] language plpgsql as $$
declare
	found int[];
begin
	execute format('select coalesce(array_agg(n order by n), ''{}'') from rows_of where %s', condition) into found;
	return found;
end
$$;

create temp table seen (caller bigint, own text, partner text, short int[], long int[], made int[], made_long int[]);
do $$
declare
	c callers;
	f forms;
	checks text[];
begin
	for c in select * from callers loop
		perform tap.become(c);
		for f in select * from forms loop
			checks := protect_short_checks('things', 'true', f.own, f.team, f.partner);
			insert into seen values (c.caller, f.own, f.partner,
				tap.hold(protect_short('things', 1, 'true', f.own, f.team, f.partner)),
				tap.hold(protect_case(protect_letter('things', 1), 'true', f.own, f.team, f.partner)),
				tap.hold(replace(replace(checks[1], 'app_may_create', 'app_reaches'), 'org_id, ', '')),
				tap.hold(protect_case('(select app_scope_create(''things''))', 'true', f.own, f.team, f.partner)));
		end loop;
	end loop;
end
$$;

select cmp_ok((select count(*) from seen where short <> '{}'), '>', 50::bigint, 'S4-SEC-02 somebody sees something');
select cmp_ok((select count(distinct short) from seen), '>', 5::bigint, 'S4-SEC-02 not everybody sees the same');
select is_empty($$ select c.*, s.own, s.partner, s.short, s.long from seen s join callers c using (caller) where s.short <> s.long $$,
	'S4-SEC-02 S5-SEC-02 the short condition sees what the long one sees');
select is_empty($$ select c.*, s.own, s.partner, s.made, s.made_long from seen s join callers c using (caller) where s.made <> s.made_long $$,
	'S4-SEC-02 S5-SEC-02 and lets the same be made');

/* Nothing else is taken for users in columns. */
select is(protect_users(own, team), null, format('%s: not of users alone', own)) from (values
	('true', 'true'), ('owner_id = (select app_user())', 'owner_id = (select app_user())'),
	('owner_id = (select app_user()) and not private', 'owner_id = any ((select app_team_users())::uuid[])'),
	('thing_in_scope(id, ''o'')', 'thing_in_scope(id, ''t'')'),
	('(select app_user()) = any (own_ids)', 'own_ids && (select app_team_users()) and not private')) as x (own, team);
select is(protect_short('things', 1, 'not private', own, team, partner), null, 'what letter a does not see is said at length')
from forms limit 1;

/* The tables that are asked most: two sub-selects, where each is a plan of its own. */
select is((select count(*) from regexp_matches(pg_get_expr(polqual, polrelid), 'SELECT', 'g')), 2::bigint,
	format('S2-PERF-01 %s: a read asks two questions', polrelid::regclass))
from pg_policy where polname in ('contacts_read', 'companies_read', 'payments_read', 'products_read');

select * from finish();
rollback;
