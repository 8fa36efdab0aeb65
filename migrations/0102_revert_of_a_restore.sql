/* SPDX-License-Identifier: Apache-2.0 */
/* Reverts: what goes back to the trash takes along, or is kept by, only what has come to refer to it since. A record
 * that outlived it in the trash before (it was restored by itself) outlives it again. */

set local role cairn_lookup;
set local row_security = on;

/* Whether the record was made or came back, or one of the columns came to be what it is, by this change or later ones. */
create function became_since(p_record uuid, p_since uuid, p_now jsonb, p_columns text[]) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
	select coalesce((select c.action <> 'delete' from changes c where c.org_id = app_org() and c.record_id = p_record
			and c.id >= p_since and c.action in ('create', 'delete', 'restore') order by c.id limit 1), false)
		or exists (select from unnest(p_columns) as k cross join lateral (select c.diff -> k -> 0 as before
			from changes c where c.org_id = app_org() and c.record_id = p_record and c.id >= p_since and c.diff ? k
			order by c.id limit 1) as first where first.before is distinct from p_now -> k)
$$;

revoke execute on function became_since(uuid, uuid, jsonb, text[]) from public;

/* As in 0039, and `since`: only records that became part of the one which goes by this change or later. */
create or replace function trash_condition(p_table text, p_rule jsonb) returns text language sql immutable as $$
	select concat_ws(' and ', 'x.org_id = app_org()',
		format(case when p_rule ->> 'rule' <> 'picked' then 'x.%I = any ($1)'
			when p_rule -> 'list' = 'true' then 'x.%I && array(%s)' else 'x.%I = any (array(%s))' end,
			p_rule ->> 'column', 'select o.key from picklist_options o '
			'where o.org_id = app_org() and o.id = any ($1)'),
		case when p_rule ? 'in' then format('%s::text = any (%L::text[])',
			case when p_rule ? 'call' then format('%I(x)', p_rule ->> 'call')
				else format('x.%I', p_rule ->> 'when') end,
			array(select jsonb_array_elements_text(p_rule -> 'in')))
		when p_rule ? 'when' then format('x.%I is not null', p_rule ->> 'when') end,
		(select 'num_nonnulls(' || string_agg(format('x.%I', c), ', ') || ') = 0'
			from jsonb_array_elements_text(p_rule -> 'others') as c),
		case when p_rule ? 'filled' then format('(x.%1$I is null or exists (select from %2$I r '
			'where r.org_id = x.org_id and r.id = x.%3$I and r.%1$I = x.%1$I))',
			p_rule ->> 'filled', p_table, p_rule ->> 'column') end,
		case when p_rule ? 'since' then format('became_since(x.id, %L, to_jsonb(x), %L)', p_rule ->> 'since',
			array(select p_rule ->> 'column' union all select jsonb_array_elements_text(p_rule -> 'others'))) end)
$$;

set local row_security = off;
set local role cairn_owner;

/* As in 0058, but for `since`, the first change of the changeset that is taken back. */
create or replace function revert_rules(p_rules jsonb) returns jsonb language plpgsql stable as $$
declare
	since constant jsonb := (select jsonb_build_object('since', min(r.first_id::text)) from revert r);
begin
	return (select jsonb_object_agg(t.key, t.value || jsonb_build_object('rules', (select coalesce(jsonb_agg(
		r || since || case when r ->> 'rule' = 'detach' and exists (select from pg_attribute a
				where a.attrelid = to_regclass(quote_ident(r ->> 'table')) and a.attname = 'deleted_at')
			then jsonb_build_object('others', coalesce(r -> 'others', '[]') || '["deleted_at"]')
			else '{}' end), '[]') from jsonb_array_elements(t.value -> 'rules') as r)))
		from jsonb_each(p_rules) as t);
end
$$;

/* As in 0058; and what goes back to a record that it cannot be without must not find it in the trash. */
create or replace function revert_statements(p_tables jsonb) returns text[] language plpgsql as $$
declare
	of constant text := 'revert r where r.target = %1$L and r.code is null and r.root in '
		'(select e::uuid from jsonb_array_elements_text($1) as e)';
	place jsonb;
	sets text;
	written text[] := '{}';
	checks text[] := '{}';
begin
	/* From here on `after` is what the fields are to be; the log has no secrets. */
	update revert r set after = f.fields
	from (select x.target, x.record_id, coalesce(jsonb_object_agg(k, revert_value(x.now -> k, x.before -> k,
			x.after -> k)) filter (where x.before -> k <> '"***"'), '{}') as fields
		from revert x cross join lateral jsonb_object_keys(x.before) as k
		where x.code is null and not x.made group by 1, 2) as f
	where r.target = f.target and r.record_id = f.record_id;
	/* What was written last refers to what was there before it: nested rows first, then the later tables. */
	for place in select t from jsonb_array_elements(p_tables) as t
	             join (select r.target, max(r.first_id::text) as first from revert r where r.code is null
	               group by 1) as used on used.target = t ->> 'table'
	             order by t ->> 'nested' is null, used.first desc loop
		select string_agg(format('%1$I = case when w.after ? %1$L then (w.then).%1$I else t.%1$I end', k), ', ') into sets
		from (select distinct jsonb_object_keys(r.after) as k from revert r
			where r.code is null and r.target = place ->> 'table' and not r.made) as keys;
		if sets is not null then
			written := written || format('update %1$I t set %2$s%3$s from (select r.record_id, r.moved, '
				'r.after, jsonb_populate_record(null::%1$I, r.after) as then from ' || of || ' and r.before <> ''{}'' '
				'and not r.made offset 0) as w '
				'where t.org_id = app_org() and t.id = w.record_id', place ->> 'table', sets,
				case when (place ->> 'trash')::boolean then ', deleted_at = case w.moved when ''delete'' '
					'then now() when ''restore'' then null else t.deleted_at end' else '' end);
		end if;
		continue when not (place ->> 'trash')::boolean;
		written := written || format('update %1$I t set deleted_at = case w.moved when ''delete'' then now() '
			'end from (select r.record_id, r.moved from ' || of || ' and r.moved is not null '
			'and (r.before = ''{}'' or r.made)) as w where t.org_id = app_org() and t.id = w.record_id '
			'and (t.deleted_at is null) = (w.moved = ''delete'')', place ->> 'table');
		continue when coalesce(place -> 'rules', 'null') = 'null';
		checks := checks || format('select trash_all(%1$L, g.ids, %2$L, false, null) from (select array_agg('
			'r.record_id) as ids from ' || of || ' and r.moved = ''delete'') as g where g.ids is not null',
			place ->> 'table', revert_rules(place -> 'rules'))
			|| format('select revert_parents(%1$L, g.ids, %2$L) from (select array_agg(r.record_id) as ids '
			'from ' || of || ' and (r.moved = ''restore'' or r.moved is null and r.live and not r.made '
			'and r.after ?| %3$L)) as g where g.ids is not null', place ->> 'table', place -> 'rules',
			array(select p ->> 'column' from jsonb_array_elements(place -> 'rules' -> (place ->> 'table') -> 'parents') as p));
	end loop;
	return written || checks;
end
$$;
