/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duplicates: which records could be the same as a given one, and why. Merging: the values of several records
 * in one, what referred to the others refers to it, and the others go to the trash.
 *
 * Both are told by the server what the tables of its entities say (entity.h: duplicates, kept_for).
 */

/* ---- what is compared ----------------------------------------------------------------------- */

/* Without what people add behind a plus to sort their mail. */
create function email_key(value text) returns text language sql immutable strict parallel safe
as $$ select lower(regexp_replace($1, '\+[^@]*@', '@')) $$;

/* The number without its country and trunk prefix, as far as that can be told: the last nine digits. Too few
 * digits are an extension. */
create function phone_key(value text) returns text language sql immutable strict parallel safe
as $$
	select case when length(digits) >= 7 then right(digits, 9) end
	from (select regexp_replace($1, '[^0-9]', '', 'g')) as d (digits)
$$;

/* Where many who have nothing to do with each other have their mail. */
create function domain_key(value text) returns text language sql immutable strict parallel safe
as $$
	select case when lower($1) <> all ('{gmail.com,googlemail.com,outlook.com,hotmail.com,live.com,msn.com,'
		'yahoo.com,icloud.com,me.com,aol.com,gmx.com,gmx.net,gmx.de,web.de,mail.com,mail.ru,yandex.ru,'
		'proton.me,protonmail.com,seznam.cz,email.cz,centrum.cz,volny.cz,post.cz,azet.sk,wp.pl,o2.pl,'
		'orange.fr,free.fr,laposte.net,libero.it,qq.com,163.com}'::text[]) then lower($1) end
$$;

/* Names as they are compared: without accents, and of companies without the legal form. */
create function name_key(value text) returns text language sql immutable strict parallel safe
as $$
	select coalesce(nullif(trim(regexp_replace(plain, '(^|[ ,])(s\.? ?r\.? ?o|a\.? ?s|gmbh|ag|inc|ltd|llc|'
		'limited|corp|corporation|sp\.? ?z ?o\.? ?o|s\.? ?a|kg|oy|ab|bv|b\.v|plc|co|spol)\.?(?=$|[ ,])',
		' ', 'g'), ' ,.'), ''), plain)
	from (select lower(public.cairn_unaccent($1))) as p (plain)
$$;

create index contacts_phone_key on contacts (org_id, phone_key(phone)) where phone is not null;
create index contacts_mobile_key on contacts (org_id, phone_key(mobile)) where mobile is not null;
create index companies_phone_key on companies (org_id, phone_key(phone)) where phone is not null;
create index leads_phone_key on leads (org_id, phone_key(phone)) where phone is not null;
create index leads_website_domain on leads (org_id, company_domain(website, null)) where website is not null;

/* ---- duplicates ----------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* The condition by which a rule finds records x like the one whose value is $2, and how much that says. */
create function duplicate_condition(p_how text, p_columns text[], out condition text, out score text)
language plpgsql immutable as $$
declare
	list text;
begin
	case p_how
	when 'email' then
		select string_agg(format('email_key(x.%I)', c), ', ') into list from unnest(p_columns) as c;
		condition := format('x.search @@ plainto_tsquery(''public.cairn'', translate(email_key($2), '
			'''@.-_/+'', ''      '')) and email_key($2) in (%s)', list);
		score := '0.95';
	when 'phone' then
		select string_agg(format('x.%1$I is not null and phone_key(x.%1$I) = phone_key($2)', c), ' or ')
		into condition from unnest(p_columns) as c;
		score := '0.8';
	when 'domain' then
		select string_agg(format('x.%1$I = domain_key($2)', c), ' or ') into condition
		from unnest(p_columns) as c;
		score := '0.6';
	when 'website' then
		select string_agg(format('x.%1$I is not null and company_domain(x.%1$I, null) = '
			'domain_key(company_domain($2, null))', c), ' or ') into condition
		from unnest(p_columns) as c;
		score := '0.6';
	when 'name' then
		select format('similarity(name_key(concat_ws('' '', %s)), name_key($2))', string_agg(format(
			'x.%I', c), ', ')) into list from unnest(p_columns) as c;
		/* By the index of trigrams, which knows accents, or by that of words, which does not. */
		select format('(%s or x.search @@ plainto_tsquery(''public.cairn'', name_key($2))) and %s >= 0.6',
			string_agg(format('x.%1$I %% ($3 ->> %1$L)', c), ' and '), list) into condition
		from unnest(p_columns) as c;
		score := format('0.6 * %s', list);
	end case;
end
$$;

/*
 * A definer's, since none of this could use an index under row security: it answers ids, which the caller's
 * statement joins to what the caller may see. Each rule finds 200 at most.
 */
create function duplicate_candidates(p_table text, p_id uuid, p_rules jsonb)
returns table (id uuid, how text, fields jsonb, score real)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
	me jsonb;
	rule jsonb;
	found record;
	columns text[];
	value text;
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
			return query execute format('select x.id, $4, $5, (%s)::real from %I x where '
				'x.org_id = app_org() and x.id <> $1 and x.deleted_at is null and (%s) limit 200',
				found.score, p_table, found.condition)
				using p_id, value, me, rule ->> 'how', case rule ->> 'how' when 'name' then rule -> 'fields'
					else jsonb_build_array(rule -> 'fields' -> (i - 1)) end;
		end loop;
	end loop;
end
$$;

revoke execute on function duplicate_condition(text, text[]), duplicate_candidates(text, uuid, jsonb)
	from public;
grant execute on function duplicate_candidates(text, uuid, jsonb) to cairn_app;

/* ---- who refers to what is being merged ------------------------------------------------------- */

/*
 * A record that is about to refer to another one holds it until it is written: a merge and the trash hold it
 * the other way, so that one of the two waits. Who waited for a merge is told that the record is gone.
 */
create function reference_held(p_table text, p_id uuid) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
	case p_table
	when 'companies' then
		perform from public.companies where org_id = public.app_org() and id = p_id
			and deleted_at is null for key share;
	when 'contacts' then
		perform from public.contacts where org_id = public.app_org() and id = p_id
			and deleted_at is null for key share;
	when 'leads' then
		perform from public.leads where org_id = public.app_org() and id = p_id
			and deleted_at is null for key share;
	end case;
	return found;
end
$$;

revoke execute on function reference_held(text, uuid) from public;
grant execute on function reference_held(text, uuid) to cairn_app;

set local role cairn_owner;
set local row_security = off;

/* Every column that refers to a table, by its foreign keys: whatever the migrations add is found. */
create function merge_references(p_table text) returns table (table_name text, column_name text)
language sql stable as $$
	select c.conrelid::regclass::text, a.attname::text
	from pg_constraint c
	join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[2]
	where c.contype = 'f' and c.confrelid = p_table::regclass and cardinality(c.conkey) = 2
	order by 1, 2
$$;

/* What became of records that were merged away, for as long as somebody may still refer to them who had
 * looked before. */
create table merges (
	org_id uuid not null,
	table_name text not null,
	merged_id uuid not null,
	keep_id uuid not null,
	at timestamptz(3) not null default now(),
	constraint merges_pkey primary key (org_id, table_name, merged_id),
	constraint merges_org foreign key (org_id) references organizations (id)
);

create index merges_age on merges (at);
alter table merges enable row level security, force row level security;
create policy merges_lookup on merges to cairn_lookup using (true) with check (true);
grant select, insert, update, delete on merges to cairn_lookup;

/* ---- merging -------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* A record that names another one once can not name the same one twice: of two people who were taken for two,
 * one part in an event goes to the trash. By unique and exclusion constraints that hold the column. */
create function merge_clashes(p_table text, p_column text, p_keep uuid, p_ids uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	key record;
begin
	for key in select array(select a.attname::text from unnest(c.conkey) as k
			join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k
			where a.attname not in ('org_id', p_column)) as others
		from pg_constraint c join pg_attribute r on r.attrelid = c.conrelid and r.attname = p_column
		where c.conrelid = p_table::regclass and c.contype in ('u', 'x') and r.attnum = any (c.conkey) loop
		execute format('update %1$I x set deleted_at = now() where x.org_id = app_org() and x.%2$I = any ($2) '
			'and x.deleted_at is null and exists (select from %1$I y where y.org_id = x.org_id '
			'and y.deleted_at is null and y.id <> x.id and (%3$s) '
			'and (y.%2$I = $1 or y.%2$I = any ($2) and y.id < x.id))', p_table, p_column,
			coalesce((select string_agg(format('y.%1$I is not distinct from x.%1$I', o), ' and ')
				from unnest(key.others) as o), 'true')) using p_keep, p_ids;
	end loop;
end
$$;

/* Has one column refer to the record that is kept; answers how many rows. Where a rule of the table forbids it
 * (the contact of an invoice is one of its company), such a row refers to none when it is final. */
create function merge_column(p_table text, p_column text, p_of text, p_keep uuid, p_ids uuid[],
	p_final boolean) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
	statement constant text := format('update %1$I x set %2$I = $1 where x.org_id = app_org() and %3$s',
		p_table, p_column, case when p_table = p_of then format(
		'x.%I = any ($2) and x.id <> $3 and x.id <> all ($2)', p_column)
		else format('x.%I = any ($2)', p_column) end);
	row_id uuid;
	n bigint := 0;
begin
	if p_table = p_of then
		execute format('update %1$I x set %2$I = null where x.org_id = app_org() and x.id = $1 '
			'and x.%2$I = any ($2)', p_table, p_column) using p_keep, p_ids;
	end if;
	begin
		execute statement using p_keep, p_ids, p_keep;
		get diagnostics n = row_count;
		return n;
	exception when sqlstate 'CR422' then
		n := 0;
	end;
	for row_id in execute format('select x.id from %I x where x.org_id = app_org() and x.%I = any ($1)',
		p_table, p_column) using p_ids loop
		continue when p_table = p_of and (row_id = p_keep or row_id = any (p_ids));
		begin
			execute statement || ' and x.id = $4' using p_keep, p_ids, p_keep, row_id;
			n := n + 1;
		exception when sqlstate 'CR422' then
			if p_final then
				execute statement || ' and x.id = $4' using null::uuid, p_ids, p_keep, row_id;
			end if;
		end;
	end loop;
	return n;
end
$$;

/* All columns; answers {"table": rows}. */
create function merge_children(p_table text, p_keep uuid, p_ids uuid[], p_final boolean default true)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	child record;
	n bigint;
	moved jsonb := '{}';
begin
	for child in select * from merge_references(p_table) loop
		perform merge_clashes(child.table_name, child.column_name, p_keep, p_ids);
		n := merge_column(child.table_name, child.column_name, p_table, p_keep, p_ids, p_final);
		if n > 0 then
			moved := moved || jsonb_build_object(child.table_name,
				n + coalesce((moved ->> child.table_name)::bigint, 0));
		end if;
	end loop;
	return moved;
end
$$;

/* What the one that is kept lacks, the others give, the first of them first; a group of columns (an address, an
 * amount and its currency) is given whole or not at all. `sticky` is true when it was for any. */
create function merge_fill(p_table text, p_keep uuid, p_ids uuid[], p_rules jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	kept jsonb;
	other jsonb;
	part jsonb;
	given jsonb := '{}';
	tags jsonb := '[]';
	external jsonb := '[]';
	custom jsonb := '{}';
begin
	execute format('select to_jsonb(x) from %I x where x.org_id = app_org() and x.id = $1', p_table)
		into kept using p_keep;
	for other in execute format('select to_jsonb(x) from %I x where x.org_id = app_org() and x.id = any ($1) '
		'order by array_position($1, x.id)', p_table) using p_ids loop
		for part in select * from jsonb_array_elements(p_rules -> 'groups') loop
			continue when exists (select from jsonb_array_elements_text(part) as c
				where nullif(kept || given -> c, 'null') is not null);
			given := given || coalesce((select jsonb_object_agg(c, other -> c)
				from jsonb_array_elements_text(part) as c where nullif(other -> c, 'null') is not null), '{}');
		end loop;
		given := given || coalesce((select jsonb_object_agg(c, true)
			from jsonb_array_elements_text(p_rules -> 'sticky') as c where other -> c = 'true'), '{}');
		tags := tags || coalesce(other -> 'tags', '[]');
		custom := (other -> 'custom') || custom;
	end loop;
	given := given || jsonb_build_object('custom', coalesce(custom || (kept -> 'custom'), kept -> 'custom'),
		'tags', (select coalesce(jsonb_agg(t order by n), '[]') from (select t, min(n) as n
			from jsonb_array_elements((kept -> 'tags') || tags) with ordinality as e (t, n) group by t) as all_tags));
	perform log_as(p_keep, 'merge');
	execute format('update %1$I x set (%2$s) = (select %2$s from jsonb_populate_record(null::%1$I, $2)) '
		'where x.org_id = app_org() and x.id = $1', p_table,
		(select string_agg(format('%I', k), ', ') from jsonb_object_keys(given) as k)) using p_keep, given;
end
$$;

/* The ids in other systems: a record of the trash would hold them for itself. */
create function merge_external_ids(p_table text, p_keep uuid, p_ids uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	given jsonb;
begin
	execute format('select jsonb_agg(e order by array_position($1, x.id)) from %I x '
		'cross join lateral jsonb_array_elements(x.external_ids) as e '
		'where x.org_id = app_org() and x.id = any ($1) and x.external_ids is not null', p_table)
		into given using p_ids;
	if given is null then
		return;
	end if;
	execute format('update %I x set external_ids = null where x.org_id = app_org() and x.id = any ($1) '
		'and x.external_ids is not null', p_table) using p_ids;
	perform log_as(p_keep, 'merge');
	execute format('update %I x set external_ids = coalesce(x.external_ids, ''[]'') || $2 '
		'where x.org_id = app_org() and x.id = $1', p_table) using p_keep, given;
	execute format('select to_jsonb(jsonb_array_length(x.external_ids) > 10) from %I x where x.org_id = app_org() '
		'and x.id = $1', p_table) into strict given using p_keep;
	if given = 'true' then
		perform app_invalid('externalIds', 'TOO_MANY', 'Together they have more than 10: remove some first.');
	end if;
end
$$;

/* The server holds the rows: p_held are those that it found, live and the caller's to merge. */
create function merge_records(p_table text, p_keep uuid, p_ids uuid[], p_held uuid[], p_rules jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
	found jsonb;
	moved jsonb;
	later jsonb;
begin
	if p_keep <> all (p_held) then
		raise exception using errcode = 'CR404', message = 'record not found';
	end if;
	if not p_ids <@ p_held then
		perform app_invalid('merge', 'UNKNOWN_REFERENCE',
			'Names a record that is not there, or that you may not merge.');
	end if;
	found := trash_walk(p_table, p_ids, jsonb_build_object(p_table, p_rules), false, null, false);
	if found <> '[]' then
		raise exception using errcode = 'CR409', detail = found::text, message = format(
			'a %s to be merged into another has what stays with it: %s. Keep that one instead.',
			p_rules ->> 'one',
			(select string_agg(f ->> 'message', ', ') from jsonb_array_elements(found) as f));
	end if;
	/* What a rule forbids before the one that is kept has all it gets, it may allow afterwards. */
	moved := merge_children(p_table, p_keep, p_ids, false);
	perform merge_external_ids(p_table, p_keep, p_ids);
	execute format('update %I x set deleted_at = now() where x.org_id = app_org() and x.id = any ($1)',
		p_table) using p_ids;
	perform merge_fill(p_table, p_keep, p_ids, p_rules);
	later := merge_children(p_table, p_keep, p_ids);
	moved := moved || coalesce((select jsonb_object_agg(k, v::text::bigint
		+ coalesce((moved ->> k)::bigint, 0)) from jsonb_each(later) as l (k, v)), '{}');
	insert into merges (org_id, table_name, merged_id, keep_id)
	select app_org(), p_table, id, p_keep from unnest(p_ids) as id
	on conflict on constraint merges_pkey do update set keep_id = excluded.keep_id, at = now();
	return moved;
end
$$;

/* Who had looked at a record before it was merged away, and wrote a reference to it without holding it. Waits
 * for those who are just writing one. Maintenance calls it, for what was merged within the last hour. */
create function merge_stragglers() returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	merge merges;
	gone boolean;
	n int := 0;
begin
	delete from merges m where m.at < now() - interval '1 hour';
	for merge in select m.* from merges m order by m.at loop
		perform set_config('app.org_id', merge.org_id::text, true);
		/* Not what came back meanwhile, and went again by itself. */
		execute format('select deleted_at = $2 from %I x where x.org_id = app_org() and x.id = $1 '
			'for update', merge.table_name) into gone using merge.merged_id, merge.at;
		if gone then
			n := n + (merge_children(merge.table_name, merge.keep_id, array[merge.merged_id]) <> '{}')::int;
		end if;
	end loop;
	return n;
end
$$;

revoke execute on function merge_clashes(text, text, uuid, uuid[]),
	merge_column(text, text, text, uuid, uuid[], boolean),
	merge_children(text, uuid, uuid[], boolean),
	merge_fill(text, uuid, uuid[], jsonb), merge_external_ids(text, uuid, uuid[]),
	merge_records(text, uuid, uuid[], uuid[], jsonb), merge_stragglers() from public;
grant execute on function merge_records(text, uuid, uuid[], uuid[], jsonb), merge_stragglers() to cairn_app;

set local row_security = off;
set local role cairn_owner;
