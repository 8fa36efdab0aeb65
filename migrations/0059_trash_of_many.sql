/* SPDX-License-Identifier: Apache-2.0 */
/* Of many records that are to go to the trash, those that others keep are found at once, rule by rule, and not
 * by halving. */

set local role cairn_lookup;
set local row_security = on;

/* As bulk_run tells them, in the words of trash() (0039). Records of the same table that go together, and
 * options of picklists, are left to trash_all. */
create function trash_kept(p_table text, p_ids uuid[], p_rules jsonb, p_cascade boolean, p_move uuid)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	rule jsonb;
	kind text;
	part jsonb;
	found jsonb := '[]';
begin
	for rule in select * from jsonb_array_elements(p_rules -> p_table -> 'rules') loop
		kind := rule ->> 'rule';
		continue when not (kind = 'block' or kind = 'ask' and not p_cascade or kind = 'move' and p_move is null)
			or rule ->> 'table' = p_table;
		execute format('select jsonb_agg(jsonb_build_object(''id'', k.id, ''field'', %L::text, ''code'', ''IN_USE'', '
			'''rule'', %L::text, ''message'', k.n || '' '' || case k.n when 1 then %L else %L end)) '
			'from (select x.%I as id, count(*) as n from %I x where x.deleted_at is null and %s group by 1) as k',
			rule ->> 'field', kind, rule ->> 'one', rule ->> 'many', rule ->> 'column', rule ->> 'table',
			trash_condition(p_table, rule)) into part using p_ids;
		found := found || coalesce(part, '[]');
	end loop;
	return (select coalesce(jsonb_agg(jsonb_build_object('row', of.id, 'state', 'CR409', 'detail', of.told::text,
		'message', format('this %s is in use: %s.%s', p_rules -> p_table ->> 'one', of.words,
			case when of.kinds = '{ask}' then ' Say cascade=true to put them into the trash with it.'
			when of.kinds = '{move}' then ' Say moveTo=<id> to have them elsewhere.'
			else coalesce(' ' || (p_rules -> p_table ->> 'instead'), '') end))), '[]')
		from (select f ->> 'id' as id, jsonb_agg(f - 'id' order by place) as told,
				string_agg(f ->> 'message', ', ' order by place) as words,
				array_agg(distinct f ->> 'rule') as kinds
			from jsonb_array_elements(found) with ordinality as e (f, place) group by 1) as of);
end
$$;

revoke execute on function trash_kept(text, uuid[], jsonb, boolean, uuid) from public;
grant execute on function trash_kept(text, uuid[], jsonb, boolean, uuid) to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* bulk_run for all rows but those that are kept; both are told. */
create function bulk_trash(p_statements text[], p_params text[], p_rows jsonb, p_table text, p_rules jsonb,
	p_cascade boolean, p_move uuid) returns jsonb language plpgsql as $$
declare
	kept constant jsonb := trash_kept(p_table, array(select e::uuid from jsonb_array_elements_text(p_rows) as e),
		p_rules, p_cascade, p_move);
begin
	return kept || bulk_run(p_statements, p_params, (select coalesce(jsonb_agg(e order by place), '[]')
		from jsonb_array_elements(p_rows) with ordinality as r (e, place)
		where e not in (select f -> 'row' from jsonb_array_elements(kept) as f)));
end
$$;
