/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full-text search where no superuser has marked it LEAKPROOF: there PostgreSQL tests the policy of a row
 * before the search, so the index is out of reach and every row of the organisation is read. The ids of
 * candidates then come from a function of cairn_search, whose policy lets every row through, so that its
 * own predicates go by index; joined to the table again under the caller's row security they are what
 * the caller may see.
 *
 * cairn_search may read nothing but ids and search vectors, and nobody can log in as it.
 */
create function protect_search(table_name text) returns void language plpgsql as $$
begin
	if not exists (select from pg_attribute where attrelid = table_name::regclass
	               and attname = 'search' and not attisdropped) then
		return;
	end if;
	execute format('grant select (org_id, id, search) on %I to cairn_search', table_name);
	execute format('create policy %I on %I for select to cairn_search using (true)',
		table_name || '_search', table_name);
end
$$;

revoke execute on function protect_search(text) from public;

/* As in 0001, and what is searched. */
create or replace function protect(table_name text, entity text, own text default 'false',
	team text default null, partner text default 'false', scope text default null,
	owner_column text default null, team_column text default null,
	partner_column text default null, secret text[] default '{}', quiet text[] default '{}',
	commands text default 'rcu', logged boolean default true,
	lookup text default 'org_id = (select app_org())', every text default 'true') returns void
language plpgsql as $$
declare
	letters constant text := coalesce(scope, table_name);
	mates constant text := coalesce(team, own);
begin
	perform protect_policies(table_name, letters, every, own, mates, partner, commands, lookup);
	perform protect_search(table_name);
	execute format('grant select, insert, update on %I to cairn_lookup', table_name);
	perform protect_touch(table_name, letters, every, own, mates, partner, quiet);
	if logged then
		perform protect_log(table_name, entity, owner_column, team_column, partner_column, secret,
			quiet, commands);
	end if;
	if owner_column is not null then
		perform protect_hand_over(table_name, letters, every, own, mates, partner, owner_column);
	end if;
end
$$;

select protect_search(relname::text) from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity;

/* Planned anew at each call: the words decide between the index and the whole organisation. */
set local role cairn_search;

create function search_candidates(table_name text, value text) returns setof uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return query execute format(
		'select id from %I where org_id = app_org() and search @@ search_query($1)', table_name)
		using value;
end
$$;

revoke execute on function search_candidates(text, text) from public;
grant execute on function search_candidates(text, text) to cairn_app;
set local role cairn_owner;
