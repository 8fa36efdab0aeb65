/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search: a number is looked for as it is written, and as the digits it is made of, which is how documents
 * hold phone numbers: +36 (30) 123-4567, 0036 30 1234567 and 36-30-123-4567 are the same one.
 */
create or replace function search_query(value text) returns tsquery
language sql immutable strict parallel safe
as $$
	select case when $1 ~ '^\s*[+(]?[0-9][0-9 ()./+-]{4,}\s*$' then coalesce(words || digits, digits)
		else words end
	from (select to_tsquery('pg_catalog.simple'::regconfig, string_agg('''' || word || ''':*', ' & '))
			as words,
		to_tsquery('pg_catalog.simple'::regconfig, '''' ||
			nullif(regexp_replace(regexp_replace($1, '[^0-9]', '', 'g'), '^00', ''), '') || ''':*') as digits
		from (select distinct unnest(tsvector_to_array(public.search_document($1)))) as found (word))
		as both_ways
$$;

/* Any of the words: which field it was that was found by them. */
create function search_any(value text) returns tsquery
language sql immutable strict parallel safe
as $$
	select to_tsquery('pg_catalog.simple'::regconfig, string_agg('''' || word || ''':*', ' | '))
	from (select unnest(tsvector_to_array(public.search_document($1)))
		union select nullif(regexp_replace(regexp_replace($1, '[^0-9]', '', 'g'), '^00', ''), '')) as words (word)
	where word is not null
$$;

/* How well a name answers what is looked for: it is that, begins with it, holds its words, or does not. */
create function search_rank(name text, value text, query tsquery) returns int
language plpgsql immutable parallel safe set search_path = public, pg_temp
as $$
declare
	plain constant text := lower(unaccent(name));
	wanted constant text := lower(unaccent(btrim(value)));
begin
	return case when plain = wanted then 3 when starts_with(plain, wanted) then 2
		when search_document(name) @@ query then 1 else 0 end;
end
$$;

/* What shows why a record was found: a short text whole, of a long one the part with the words. */
create function search_snippet(value text, query tsquery) returns text
language sql immutable parallel safe
as $$
	select case when length($1) <= 160 then $1 else ts_headline('public.cairn'::regconfig,
		left($1, 20000), $2, 'StartSel="", StopSel="", MaxWords=24, MinWords=12, ShortWord=0') end
$$;
