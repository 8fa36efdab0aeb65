/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search among millions, and bulk edits of thousands.
 *
 * What costs in the index of words is a beginning that very many words have. A number's first groups are few and
 * short ('49':* is every German one): they are over where the next group begins, and are looked for as they are; only
 * the last one is a beginning. What stands behind the last separator of an address ('com':*) is in nearly every
 * address: the index is asked for the other words, and its few answers for all of them.
 */
create or replace function search_query(value text) returns tsquery
language sql immutable strict parallel safe
as $$
	select case when $1 ~ '^\s*[+(]?[0-9][0-9 ()./+-]{4,}\s*$' then coalesce(
			(select to_tsquery('pg_catalog.simple'::regconfig, string_agg('''' || g.digits || ''''
					|| case when g.place = g.many then ':*' else '' end, ' & '))
				from (select digits, place, count(*) over () as many
					from regexp_split_to_table(btrim($1, ' ()./+-'), '[^0-9]+') with ordinality as s (digits, place)) as g)
			|| digits, digits)
		else words end
	from (select to_tsquery('pg_catalog.simple'::regconfig, string_agg('''' || word || ''':*', ' & '))
			as words,
		to_tsquery('pg_catalog.simple'::regconfig, '''' ||
			nullif(regexp_replace(regexp_replace($1, '[^0-9]', '', 'g'), '^00', ''), '') || ''':*') as digits
		from (select distinct unnest(tsvector_to_array(public.search_document($1)))) as found (word))
		as both_ways
$$;

/* What the index is asked: it finds what search_query finds, and perhaps more. What is left must not read as a number
 * where the whole did not. */
create function search_index_query(value text) returns tsquery
language sql immutable strict parallel safe
as $$
	select case when rest ~ '^\s*[+(]?[0-9][0-9 ()./+-]{4,}\s*$' then public.search_query($1)
		else coalesce(public.search_query(rest), public.search_query($1)) end
	from (select case when $1 ~ '^\s*[+(]?[0-9][0-9 ()./+-]{4,}\s*$' then $1 else regexp_replace($1,
		'([[:alnum:]]\S*[@._/+-])[^[:space:]@._/+-]+(?=\s|$)', '\1', 'g') end as rest) as shorter
$$;

/* By a hash of the ids: each row of the log would be compared with each of them. */
set local role cairn_lookup;
set local row_security = on;

create or replace function changeset_written(p_entity text, p_ids uuid[]) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
	select count(distinct c.record_id) from changes c join unnest(p_ids) as w (id) on w.id = c.record_id
	where c.org_id = app_org() and c.changeset_id = app_changeset() and c.entity = p_entity
$$;

set local row_security = off;
set local role cairn_owner;
