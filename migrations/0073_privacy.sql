/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Privacy: a person's data is erased for good, in the records that hold it, in the trash and in the change log.
 *
 * erase_contact blanks the contact and the leads that are the same person, takes e-mail addresses, phone numbers
 * and the full name out of the texts of whatever refers to the contact and out of the log of all of these, and
 * then looks for them everywhere: what is found still is answered, row by row. That is what must be kept by law
 * (issued documents), and what is about somebody else (the telephone of the company, a namesake).
 */

/* Nobody changes the log; this blanks values in it, and no more. */
set local role cairn_owner;
grant update (diff) on changes to cairn_lookup;
create policy changes_erase on changes for update to cairn_lookup
	using (org_id = (select app_org()) and (select current_setting('app.erasing', true)) = 'on');

set local role cairn_lookup;
set local row_security = on;

/* A regular expression for what tells a person; null for nothing. Numbers are found however they are written. */
create function erase_pattern(p_emails text[], p_phones text[], p_names text[]) returns text
language sql immutable as $$
	select string_agg(pattern, '|') from (
		select regexp_replace(e, '([].^$*+?(){}|\\[-])', '\\\1', 'g') from unnest(p_emails) as e where length(e) > 3
		union select regexp_replace(phone_key(p), '([0-9])(?=.)', '\1[^0-9a-zA-Z]{0,2}', 'g')
			from unnest(p_phones) as p where phone_key(p) is not null
		union select '\m' || regexp_replace(regexp_replace(n, '([].^$*+?(){}|\\[-])', '\\\1', 'g'), '\s+', '\s+', 'g')
			|| '\M' from unnest(p_names) as n where length(n) > 2) as found (pattern)
$$;

/* What the row says of the person, and what it said before. */
create function erase_terms(p_row jsonb, out emails text[], out phones text[], out names text[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	said record;
	firsts text[] := array[p_row ->> 'first_name'];
	lasts text[] := array[p_row ->> 'last_name'];
begin
	emails := array[p_row ->> 'email', p_row ->> 'secondary_email'];
	phones := array[p_row ->> 'phone', p_row ->> 'mobile'];
	for said in select k, v ->> 0 as before from changes c cross join lateral jsonb_each(c.diff) as d (k, v)
	            where c.org_id = app_org() and c.record_id = (p_row ->> 'id')::uuid
	                and jsonb_typeof(v) = 'array' and v ->> 0 <> '***' loop
		if said.k in ('email', 'secondary_email') then emails := emails || said.before;
		elsif said.k in ('phone', 'mobile') then phones := phones || said.before;
		elsif said.k = 'first_name' then firsts := firsts || said.before;
		elsif said.k = 'last_name' then lasts := lasts || said.before;
		end if;
	end loop;
	emails := array(select distinct lower(e) from unnest(emails) as e where e is not null);
	phones := array(select distinct p from unnest(phones) as p where p is not null);
	names := array(select distinct n from unnest(firsts) as f cross join unnest(lasts) as l
		cross join lateral unnest(array[concat_ws(' ', f, l), concat_ws(' ', l, f)]) as n
		where n <> '' and (num_nulls(f, l) = 0 or coalesce(p_row ->> 'first_name', p_row ->> 'last_name') = n));
end
$$;

/* The columns of a table that hold text, as far as they can be written. */
create function erase_columns(p_table text) returns table (name text, type text) language sql stable as $$
	select a.attname::text, format_type(a.atttypid, null) from pg_attribute a
	where a.attrelid = p_table::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		and a.atttypid in ('text'::regtype, 'jsonb'::regtype) and a.attname <> 'external_ids'
$$;

/* Takes what the pattern finds out of the texts of rows; those that a rule keeps as they are stay. Answers the
 * rows that it has changed. */
create function erase_texts(p_table text, p_ids uuid[], p_pattern text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	sets text;
	tests text;
	row_id uuid;
	n bigint := 0;
begin
	select string_agg(format('%1$I = case when x.%1$I::text ~* $2 then regexp_replace(x.%1$I::text, $2, ''[erased]'', '
		'''gi'')::%2$s else x.%1$I end', c.name, c.type), ', '),
		string_agg(format('x.%I::text ~* $2', c.name), ' or ')
	into sets, tests from erase_columns(p_table) as c;
	if sets is null then
		return 0;
	end if;
	for row_id in execute format('select x.id from %I x where x.org_id = app_org() and x.id = any ($1) and (%s)',
		p_table, tests) using p_ids, p_pattern loop
		begin
			execute format('update %I x set %s where x.org_id = app_org() and x.id = $1', p_table, sets)
				using row_id, p_pattern;
			n := n + 1;
		exception when sqlstate 'CR409' or sqlstate 'CR422' or integrity_constraint_violation then
			continue;
		end;
	end loop;
	return n;
end
$$;

/* Blanks columns of rows that are the person. */
create function erase_rows(p_table text, p_ids uuid[], p_columns jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	execute format('update %I x set %s, last_name = ''Erased'', custom = ''{}'', external_ids = null '
		'where x.org_id = app_org() and x.id = any ($1)', p_table,
		(select string_agg(format('%I = null', c), ', ') from jsonb_array_elements_text(p_columns) as c
		 where c <> 'last_name')) using p_ids;
end
$$;

/* The log of some records: all values of the person's own columns, and what the pattern finds in the others'. */
create function erase_log(p_own uuid[], p_columns jsonb, p_others uuid[], p_pattern text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update changes c set diff = (select jsonb_object_agg(k, case when p_columns ? k
			or k in ('custom', 'external_ids', 'last_name') then '["***", "***"]'::jsonb else v end)
		from jsonb_each(c.diff) as d (k, v))
	where c.org_id = app_org() and c.record_id = any (p_own) and c.diff is not null;
	update changes c set diff = regexp_replace(c.diff::text, p_pattern, '[erased]', 'gi')::jsonb
	where c.org_id = app_org() and (c.record_id = any (p_others) or c.parent_id = any (p_others))
		and c.diff::text ~* p_pattern;
end
$$;

/* Wherever the pattern is found in the organisation's rows: [{"table", "id"}], 200 of each table at most. */
create function erase_search(p_pattern text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	t text;
	ids jsonb;
	found jsonb := '[]';
begin
	for t in select c.relname from pg_class c join pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
	         join pg_attribute i on i.attrelid = c.oid and i.attname = 'id'
	         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
	             and has_table_privilege(c.oid, 'select') order by 1 loop
		execute format('select jsonb_agg(jsonb_build_object(''table'', %L, ''id'', id)) from (select x.id from %I x '
			'where x.org_id = app_org() and x::text ~* $1 limit 200) as hit', t, t) into ids using p_pattern;
		found := found || coalesce(ids, '[]');
	end loop;
	return found;
end
$$;

/* p_columns: {"contacts": [columns], "leads": [columns]}. Answers null when there is no such contact. */
create function erase_contact(p_id uuid, p_columns jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	person jsonb;
	terms record;
	pattern text;
	leads uuid[];
	child record;
	ids uuid[];
	n bigint;
	written jsonb := '{}';
	others uuid[] := '{}';
	found jsonb;
	term text;
begin
	if app_scope('contacts', 4) <> 'a' then
		perform app_refuse('only who may delete all contacts may erase one');
	end if;
	select to_jsonb(x) into person from contacts x where x.org_id = app_org() and x.id = p_id for update;
	if person is null then
		return null;
	end if;
	terms := erase_terms(person);
	pattern := coalesce(erase_pattern(terms.emails, terms.phones, terms.names), '^never$');
	perform set_config('app.erasing', 'on', true);
	leads := array(select l.id from leads l where l.org_id = app_org()
		and (l.converted_contact_id = p_id or l.contact_id = p_id or l.email = any (terms.emails)));

	for child in select * from merge_references('contacts') loop
		execute format('select array_agg(x.id) from %I x where x.org_id = app_org() and x.%I = $1',
			child.table_name, child.column_name) into ids using p_id;
		/* Leads are looked at below; what a company says of itself is not the person's. */
		continue when ids is null or child.table_name in ('leads', 'companies');
		n := erase_texts(child.table_name, ids, pattern);
		others := others || ids;
		if n > 0 then
			written := written || jsonb_build_object(child.table_name,
				n + coalesce((written ->> child.table_name)::bigint, 0));
		end if;
	end loop;
	/* What is about the leads that are the person. */
	for child in select * from merge_references('leads') as m where m.table_name in ('activities', 'tasks') loop
		execute format('select array_agg(x.id) from %I x where x.org_id = app_org() and x.%I = any ($1)',
			child.table_name, child.column_name) into ids using leads;
		perform erase_texts(child.table_name, ids, pattern);
		others := others || coalesce(ids, '{}');
	end loop;

	perform erase_rows('leads', leads, p_columns -> 'leads');
	perform erase_rows('contacts', array[p_id], p_columns -> 'contacts');
	update contacts x set deleted_at = now() where x.org_id = app_org() and x.id = p_id and x.deleted_at is null;
	perform erase_log(array[p_id], p_columns -> 'contacts', others, pattern);
	perform erase_log(leads, p_columns -> 'leads', '{}', pattern);
	foreach term in array terms.emails || terms.phones || terms.names loop
		delete from idempotency_keys k where k.org_id = app_org() and position(convert_to(term, 'UTF8') in k.body) > 0;
	end loop;
	perform log_action('contact', p_id, 'erase');
	found := erase_search(pattern);
	perform set_config('app.erasing', '', true);
	return jsonb_build_object('leads', to_jsonb(leads), 'texts', written, 'found', found);
end
$$;

revoke execute on function erase_terms(jsonb), erase_texts(text, uuid[], text), erase_rows(text, uuid[], jsonb),
	erase_log(uuid[], jsonb, uuid[], text), erase_search(text), erase_contact(uuid, jsonb) from public;
grant execute on function erase_contact(uuid, jsonb) to cairn_app;

set local row_security = off;
set local role cairn_owner;
