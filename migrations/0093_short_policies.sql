/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Row security with fewer parts. Every scalar sub-select of a policy is a plan of its own, started for each
 * statement whether its branch is taken or not: a read of a contact started six of them, a create seven. Where
 * own and team look for users in columns, as they mostly do, one function now says which users count, and a
 * new row is asked about by one call. What is seen is the same: test/db/93_short_policies.sql compares the two.
 */

/* ---- what policies ask ---------------------------------------------------------------------- */

/* Whose records the caller may reach with this verb: the users that count; null for every record, which a
 * policy must tell from nobody's. A table that is not named is closed. */
create function app_sees(table_name text, verb int) returns uuid[] language sql stable parallel safe
as $$
	select case app_scope(table_name, verb)
		when 'a' then null
		when 'o' then array[app_user()]
		when 't' then coalesce(app_team_users(), '{}')
		else '{}' end
$$;

/* Of which partner besides; null for none. */
create function app_sees_partner(table_name text, verb int) returns uuid language sql stable parallel safe
as $$ select case app_scope(table_name, verb) when 'p' then app_partner() end $$;

/* As in 0001: the narrower of create and read. In plpgsql, because as an expression it would read the letters
 * five times over. */
create or replace function app_scope_create(table_name text) returns text
language plpgsql stable parallel safe as $$
declare
	made constant text := app_scope(table_name, 2);
	seen constant text := app_scope(table_name, 1);
begin
	return case when made = 'a' or seen in ('n', 'o') then seen else made end;
end
$$;

/* Whether a letter reaches a row in which these users, and this partner, count. */
create function app_reaches(letter text, users uuid[], partner uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
	return coalesce(case letter
		when 'a' then true
		when 'o' then app_user() = any (users)
		when 't' then users && app_team_users()
		when 'p' then partner = app_partner()
		end, false);
end
$$;

/* The check of a new row. In plpgsql, which keeps its plans: in the policy itself all of this would be made
 * ready for every statement. The letter is read once, since an import asks for a million rows. */
create function app_may_create(letter text, org uuid, users uuid[], partner uuid) returns boolean
language plpgsql stable as $$
begin
	if letter = 'a' and org = app_org() then
		return true;
	elsif org is distinct from app_org() then
		return false;
	elsif app_reaches(letter, users, partner) then
		return true;
	end if;
	return app_refuse('you may not create this record, or not for somebody else');
end
$$;

/* The check of a changed row. An edit (letter 3) and a delete (4) are told apart by the version trigger, which
 * sees both rows: this passes what either allows. */
create function app_may_keep(table_name text, org uuid, users uuid[], partner uuid) returns boolean
language plpgsql stable as $$
begin
	if org is distinct from app_org() then
		return false;
	elsif app_reaches(app_scope(table_name, 3), users, partner) then
		return true;
	elsif app_reaches(app_scope(table_name, 4), users, partner) then
		return true;
	end if;
	return app_refuse('you may not give this record away');
end
$$;

/* ---- how they are made ---------------------------------------------------------------------- */

/* The expression of the users that own and team look for, never null; null when they ask for anything else
 * than the same columns of users. */
create function protect_users(own text, team text) returns text language plpgsql immutable as $$
declare
	listed constant text := substring(own from '^\(select app_user\(\)\) = any \((\w+)\)$');
	columns text[];
begin
	if listed is not null then
		return case when team = format('%s && (select app_team_users())', listed)
			then format('coalesce(%s, ''{}'')', listed) end;
	end if;
	select array_agg(substring(part from '^(\w+) = \(select app_user\(\)\)$')) into columns
	from regexp_split_to_table(own, '\s+or\s+') as part;
	return case when array_position(columns, null) is null
		and regexp_replace(team, '\s+', ' ', 'g') = (select string_agg(
			format('%s = any ((select app_team_users())::uuid[])', c), ' or ' order by n)
			from unnest(columns) with ordinality as x (c, n))
		then format('array[%s]', array_to_string(columns, ', ')) end;
end
$$;

/* The column of the partner; 'null::uuid' for none; null when partners are asked about in another way. */
create function protect_partner(partner text) returns text language sql immutable as $$
	select case when $1 = 'false' then 'null::uuid'
		else substring($1 from '^(\w+) = \(select app_partner\(\)\)$') end
$$;

/* As short as it can be said; null when it cannot. Still a CASE, for the planner's sake (see protect_case);
 * the array is null for letter a, and so is what is asked of it. */
create function protect_short(scope text, verb int, every text, own text, team text, partner text)
returns text language sql immutable as $$
	select format('case when not (%s && (select app_sees(%L, %s))) then %s else true end',
		protect_users(own, team), scope, verb,
		case when partner = 'false' then 'false' else format(
			'coalesce(%s = (select app_sees_partner(%L, %s)), false)', protect_partner(partner), scope, verb) end)
	where every = 'true' and protect_users(own, team) is not null and protect_partner(partner) is not null
$$;

/* The checks of a row that is made and of one that is changed; null when they cannot be said so. */
create function protect_short_checks(scope text, every text, own text, team text, partner text)
returns text[] language sql immutable as $$
	select array[format('app_may_create((select app_scope_create(%L)), org_id, %s, %s)', scope, users, of),
		format('app_may_keep(%L, org_id, %s, %s)', scope, users, of)]
	from protect_users(own, team) as users, protect_partner(partner) as of
	where every = 'true' and users is not null and of is not null
$$;

/* As in 0031, but short where it can be. */
create or replace function protect_policies(table_name text, scope text, every text, own text, team text,
	partner text, commands text, lookup text) returns void language plpgsql as $$
declare
	tenant constant text := 'org_id = (select app_org()) and ';
	may text[];
	check_of text[];
	short constant text[] := protect_short_checks(scope, every, own, team, partner);
	policy name;
begin
	for policy in select polname from pg_policy where polrelid = table_name::regclass loop
		execute format('drop policy %I on %I', policy, table_name);
	end loop;
	for verb in 1 .. 4 loop
		may[verb] := coalesce(protect_short(scope, verb, every, own, team, partner),
			protect_case(protect_letter(scope, verb), every, own, team, partner));
		check_of[verb] := protect_case(case verb when 2
			then format('(select app_scope_create(%L))', scope)
			else protect_check(protect_letter(scope, verb)) end,
			protect_check(every), protect_check(own), protect_check(team), protect_check(partner));
	end loop;
	execute format('alter table %I enable row level security, force row level security', table_name);
	execute format('revoke all on %I from cairn_app', table_name);
	if commands ~ 'r' then
		execute format('grant select on %I to cairn_app', table_name);
		execute format('create policy %I on %I for select to cairn_app using (%s)',
			table_name || '_read', table_name,
			tenant || protect_templates(table_name, scope, may[1]));
	end if;
	if commands ~ 'c' then
		execute format('grant insert on %I to cairn_app', table_name);
		execute format('create policy %I on %I for insert to cairn_app with check (%s)',
			table_name || '_create', table_name,
			coalesce(short[1], format(
			'%s case when %s then true else app_refuse(%L) end', protect_check(tenant), check_of[2],
			'you may not create this record, or not for somebody else')));
	end if;
	if commands ~ 'u' then
		execute format('grant update on %I to cairn_app', table_name);
		execute format('create policy %I on %I for update to cairn_app using (%s) with check (%s)',
			table_name || '_update', table_name,
			format('%s case when %s then true else %s end', tenant, may[3], may[4]),
			coalesce(short[2], format(
			'%s case when %s then true when %s then true else app_refuse(%L) end',
				protect_check(tenant), check_of[3], check_of[4], 'you may not give this record away')));
	end if;
	if commands ~ 'd' then
		execute format('grant delete on %I to cairn_app', table_name);
		execute format('create policy %I on %I for delete to cairn_app using (%s)',
			table_name || '_delete', table_name, tenant || may[4]);
	end if;
	execute format('create policy %I on %I for all to cairn_lookup using (%s) with check (%s)',
		table_name || '_lookup', table_name, lookup, lookup);
end
$$;

/*
 * The policies of a table that is there already, in their places: protect_policies would take away those that
 * others have added. `columns` hold a user each, or `own_ids` several.
 */
create function protect_shorten(table_name text, scope text, columns text[], partner text) returns void
language plpgsql as $$
declare
	tenant constant text := 'org_id = (select app_org()) and ';
	listed constant boolean := columns = '{own_ids}';
	own constant text := case when listed then '(select app_user()) = any (own_ids)' else
		(select string_agg(c || ' = (select app_user())', ' or ') from unnest(columns) as c) end;
	team constant text := case when listed then 'own_ids && (select app_team_users())' else
		(select string_agg(c || ' = any ((select app_team_users())::uuid[])', ' or ') from unnest(columns) as c) end;
	checks constant text[] := protect_short_checks(scope, 'true', own, team, partner);
	may text[];
	policy record;
begin
	for verb in 1 .. 4 loop
		may[verb] := protect_short(scope, verb, 'true', own, team, partner);
	end loop;
	for policy in select polname as name, format('%s (%s)', x.part, x.text) as condition from pg_policy join (values
			('_read', 'using', tenant || protect_templates(table_name, scope, may[1])),
			('_create', 'with check', checks[1]),
			('_update', 'using', format('%s case when %s then true else %s end', tenant, may[3], may[4])),
			('_update', 'with check', checks[2]),
			('_delete', 'using', tenant || may[4])) as x (suffix, part, text)
			on polname = table_name || x.suffix
		where polrelid = table_name::regclass loop
		execute format('alter policy %I on %I %s', policy.name, table_name, policy.condition);
	end loop;
end
$$;

revoke execute on function protect_users(text, text), protect_partner(text),
	protect_short(text, int, text, text, text, text), protect_short_checks(text, text, text, text, text),
	protect_shorten(text, text, text[], text) from public;

/* ---- the tables ----------------------------------------------------------------------------- */

select protect_shorten(t, coalesce(scope, t), columns, coalesce(partner || ' = (select app_partner())', 'false'))
from (values
	('companies', '{owner_id}'::text[], null, null), ('vendors', '{owner_id}', null, null),
	('quotes', '{owner_id}', null, null), ('invoices', '{owner_id}', null, null),
	('contacts', '{owner_id,company_owner_id}', null, null),
	('deals', '{owner_id}', 'partner_id', null), ('deal_totals', '{owner_id}', 'partner_id', 'deals'),
	('leads', '{owner_id}', 'partner_id', null), ('partners', '{owner_id}', 'id', null),
	('memberships', '{id}', 'partner_id', null), ('teams', '{manager_id}', null, null),
	('tasks', '{assignee_id,created_by}', null, null),
	('events', '{own_ids}', null, null), ('projects', '{own_ids}', null, null),
	('payments', '{own_ids}', null, null), ('tags', '{created_by}', null, null),
	('products', '{created_by}', null, null), ('import_mappings', '{created_by}', null, null)
) as x (t, columns, partner, scope);
