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
