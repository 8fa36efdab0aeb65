/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duplicates by number and website are found by their indexes: under row security a comparison by a function of
 * a column may not go by one, so the function that compares belongs to cairn_search, as that of candidates does,
 * and names the tenant itself.
 */
grant select (phone, mobile, deleted_at) on contacts to cairn_search;
grant select (phone, deleted_at) on companies to cairn_search;
grant select (phone, website, deleted_at) on leads to cairn_search;

set local role cairn_search;

create function duplicate_keyed(p_table text, p_call text, p_columns text[], p_key text) returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	ids uuid[];
begin
	execute format('select array(select x.id from %I x where x.org_id = app_org() and x.deleted_at is null '
		'and (%s) limit 201)', p_table, (select string_agg(format('x.%I is not null and %s = $1', c,
		format(case p_call when 'phone' then 'phone_key(x.%I)' else 'company_domain(x.%I, null)' end, c)), ' or ')
		from unnest(p_columns) as c)) into ids using p_key;
	return ids;
end
$$;

revoke execute on function duplicate_keyed(text, text, text[], text) from public;
grant execute on function duplicate_keyed(text, text, text[], text) to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

/* As in 0071, and what is compared by a key is found by ids. */
create or replace function duplicate_candidates(p_table text, p_id uuid, p_rules jsonb)
returns table (id uuid, how text, fields jsonb, score real)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	me jsonb;
	rule jsonb;
	found record;
	columns text[];
	value text;
	ids uuid[];
	i int;
begin
	/* Below 0.6: the index knows accents, the name's key does not. */
	perform set_config('pg_trgm.similarity_threshold', '0.4', true);
	execute format('select to_jsonb(x) from %I x where x.org_id = app_org() and x.id = $1', p_table)
		into me using p_id;
	for rule in select * from jsonb_array_elements(p_rules) loop
		columns := array(select jsonb_array_elements_text(rule -> 'columns'));
		for i in 1 .. case rule ->> 'how' when 'name' then 1 else cardinality(columns) end loop
			/* A part of a name that is not there is not compared. */
			if rule ->> 'how' = 'name' then
				columns := array(select c from unnest(columns) as c where me ->> c is not null);
				value := (select string_agg(me ->> c, ' ') from unnest(columns) as c);
			else
				value := me ->> columns[i];
			end if;
			continue when value is null;
			found := duplicate_condition(rule ->> 'how', columns);
			if rule ->> 'how' in ('phone', 'website') then
				ids := duplicate_keyed(p_table, rule ->> 'how', columns, case rule ->> 'how'
					when 'phone' then phone_key(value) else domain_key(company_domain(value, null)) end);
				found.condition := 'x.id = any ($6)';
			end if;
			return query execute format('select x.id, $4, $5, (%s)::real from %I x where '
				'x.org_id = app_org() and x.id <> $1 and x.deleted_at is null and (%s) limit 200',
				found.score, p_table, found.condition)
				using p_id, value, me, rule ->> 'how', case rule ->> 'how' when 'name' then rule -> 'fields'
					else jsonb_build_array(rule -> 'fields' -> (i - 1)) end, ids;
		end loop;
	end loop;
end
$$;

set local row_security = off;
set local role cairn_owner;
