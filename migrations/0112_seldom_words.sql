/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search among millions asks the index for the words that are seldom.
 *
 * A word from its beginning on costs what all rows that have such a word cost, whatever else is asked with it. The
 * newest records, which a search has looked at before it asks the index, tell which words are common here.
 */

/* Groups of digits as numbers are typed: +49 (0)40 123-456. */
create function search_is_number(value text) returns boolean
language sql immutable strict parallel safe
as $$ select $1 ~ '^\s*[+(]?[0-9][0-9 ()./+-]{4,}\s*$' $$;

/* The words of value that none of the documents has; all of them when each is in some, or when it is a number. It
 * finds what search_query(value) finds, and perhaps more. */
create function search_seldom(value text, documents tsvector[]) returns tsquery
language sql immutable strict parallel safe
as $$
	select case when public.search_is_number($1) then public.search_query($1)
		else coalesce((select to_tsquery('pg_catalog.simple'::regconfig, string_agg(beginning, ' & ' order by beginning))
			from (select distinct '''' || word || ''':*'
				from unnest(tsvector_to_array(public.search_document($1))) as found (word)) as words (beginning)
			where not exists (select from unnest($2) as document
				where document @@ to_tsquery('pg_catalog.simple'::regconfig, beginning))),
			public.search_query($1)) end
$$;

/* What the index is asked is the caller's matter: some words may do. */
set local role cairn_search;

create function search_candidates(table_name text, asked tsquery) returns setof uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return query execute format('select id from %I where org_id = app_org() and search @@ $1', table_name)
		using asked;
end
$$;

revoke execute on function search_candidates(text, tsquery) from public;
grant execute on function search_candidates(text, tsquery) to cairn_app;
drop function search_candidates(text, text);
set local role cairn_owner;
