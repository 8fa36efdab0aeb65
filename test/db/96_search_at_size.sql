/* SPDX-License-Identifier: Apache-2.0 */
/* What the index of words is asked finds all that is searched; a number's groups are whole but for the last. */
begin;
select no_plan();

create function tap.finds(document text[], value text) returns boolean language sql as $$
	select search_document(variadic document) @@ search_query(value) $$;

/* As contacts hold it: the number without its signs. */
select is(tap.finds(array['Ann', '49401061878'], v), f, format('%s %s a number', v, case when f then 'finds' else 'is not' end))
from (values ('+49 40 1061878', true), ('0049 40/1061878', true), ('+49 40 106', true), ('4940', true), ('49401', true),
	('+49 41 1061878', false), ('1061878', false)) as v (v, f);
/* As other records hold it: by its groups. */
select is(tap.finds(array['Invoice', '2026 0042'], v), f, format('%s %s a number of groups', v, case when f then 'finds' else 'is not' end))
from (values ('2026-0042', true), ('2026-00', true), ('202-0042', false), ('20260042', false)) as v (v, f);

select is(search_index_query(v)::text, q, 'the index is asked for ' || q || ' of ' || v)
from (values ('ann', '''ann'':*'), ('ann.ames@house.example', '''ames'':* & ''ann'':* & ''house'':*'),
	('ann@', '''ann'':*'), ('@house', '''house'':*'), ('-', null), ('zoë o''hara', '''hara'':* & ''o'':* & ''zoe'':*'),
	('mo@x.com jo', '''jo'':* & ''mo'':* & ''x'':*'), ('11-1 1.b', search_query('11-1 1.b')::text)) as v (v, q);

/* Whatever is typed: the index finds what is searched. */
with typed as (select string_agg(substr('ab1é@.-_/+ ( ', 1 + (random() * 12)::int, 1), '') as value
	from generate_series(1, 12000) as i group by i % 1000),
	documents as (select search_document(string_agg(substr('ab1é@. ', 1 + (random() * 6)::int, 1), '')) as document
	from generate_series(1, 2400) as i group by i % 200)
select is((select count(*) from typed, documents where document @@ search_query(value)
	and (document @@ search_index_query(value)) is not true), 0::bigint, 'nothing that is searched is left out');

/* The words that the newest records do not have are few elsewhere as well. */
select is(search_seldom(v, array[search_document('Ann Ames', 'ann@house.example'), null, search_document('Ambrose Hall')])::text,
	q, 'seldom is ' || coalesce(q, 'nothing') || ' of ' || v)
from (values ('ann quill', '''quill'':*'), ('ann', '''ann'':*'), ('ann ha', '''ann'':* & ''ha'':*'), ('am quill ro', '''quill'':* & ''ro'':*'),
	('ro@house.example', '''ro'':*'), ('-', null), ('+49 40 1061878', search_query('+49 40 1061878')::text)) as v (v, q);
select is(search_seldom('ann ames', '{}')::text, '''ames'':* & ''ann'':*', 'all of them are, among none');

with typed as (select string_agg(substr('ab1é@.-_/+ ( ', 1 + (random() * 12)::int, 1), '') as value
	from generate_series(1, 3600) as i group by i % 300),
	documents as (select search_document(string_agg(substr('ab1é@. ', 1 + (random() * 6)::int, 1), '')) as document
	from generate_series(1, 1200) as i group by i % 100),
	newest as (select array_agg(document) as sample from (select document from documents limit 10) as few)
select is((select count(*) from typed, documents, newest where document @@ search_query(value)
	and (document @@ search_seldom(value, sample)) is not true), 0::bigint, 'whatever the newest are');

select * from finish();
rollback;
