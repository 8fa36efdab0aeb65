/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many records at once. The server assembles statements that write all rows of a document in one go; what
 * PostgreSQL refuses is narrowed down by halves until the rows it is about stand alone, so that the good ones
 * are written by a few statements and each bad one is told with its reason.
 */

/* What a row's values, or the rules for them, may be refused by. Anything else is a fault of the whole. */
create function bulk_is_refusal(p_state text) returns boolean language sql immutable parallel safe
as $$ select p_state ~ '^(CR|22|23)' or p_state = '42501' $$;

/*
 * Runs the statements, in their order, for all elements of p_rows: $1 is the rows, $2 the parameters that
 * all of them share. Answers those rows which were refused, each with what was said of it; of them nothing is
 * written. Rows that refuse each other (two that claim one unique value) lose those in the second half.
 *
 * The statements run with the caller's own rights. A million rows would be halved twenty times, never deeper.
 */
create function bulk_run(p_statements text[], p_params text[], p_rows jsonb) returns jsonb
language plpgsql as $$
declare
	many constant int := jsonb_array_length(p_rows);
	half constant int := many / 2;
	statement text;
	state text;
	told jsonb;
begin
	if many = 0 then
		return '[]';
	end if;
	begin
		foreach statement in array p_statements loop
			execute statement using p_rows, p_params;
		end loop;
		return '[]';
	exception when others then
		get stacked diagnostics state = returned_sqlstate;
		if not bulk_is_refusal(state) then
			raise;
		end if;
		if many = 1 then
			declare
				said text;
				more text;
				broken text;
				place text;
			begin
				get stacked diagnostics said = message_text, more = pg_exception_detail,
					broken = constraint_name, place = column_name;
				told := jsonb_build_array(jsonb_build_object('row', p_rows -> 0, 'state', state,
					'message', said, 'detail', nullif(more, ''), 'constraint', nullif(broken, ''),
					'column', nullif(place, '')));
			end;
		end if;
	end;
	if many = 1 then
		return told;
	end if;
	return bulk_run(p_statements, p_params, bulk_slice(p_rows, 0, half))
		|| bulk_run(p_statements, p_params, bulk_slice(p_rows, half, many));
end
$$;

/* Elements from p_from, counted from 0, up to and without p_to. */
create function bulk_slice(p_rows jsonb, p_from int, p_to int) returns jsonb
language sql immutable parallel safe as $$
	select coalesce(jsonb_agg(e order by place), '[]')
	from jsonb_array_elements(p_rows) with ordinality as r (e, place)
	where place > p_from and place <= p_to
$$;

/* As in 0039, but found without a regular expression: of ten thousand records that one statement names, each
 * asks for its own. */
create or replace function app_action(p_record uuid) returns text language sql stable as $$
	select case when coalesce(current_setting('app.action', true), '') <> ''
			and strpos(current_setting('app.action', true), p_record || '=') > 0
		then split_part(split_part(current_setting('app.action', true), p_record || '=', -1), ' ', 1) end
$$;

/* What the caller may do is less than the caller's role says when many records are written at once: it may
 * only be narrowed. */
create function bulk_narrow(p_access text) returns text language sql as $$
	select set_config('app.access', p_access, true)
$$;

/* Two who bring the same keys at once come one after the other: what the first creates the second finds. */
create function bulk_hold_keys(p_table text, p_key text) returns void language sql as $$
	select pg_advisory_xact_lock(hashtextextended('cairn bulk ' || app_org() || p_table || '.' || p_key, 0))
$$;

/* The entries of the systems that are named take the place of those systems' former ones. */
create function external_ids_merge(was jsonb, given jsonb) returns jsonb language sql immutable as $$
	select nullif(coalesce((select jsonb_agg(e) from jsonb_array_elements(was) as e
		where not exists (select from jsonb_array_elements(given) as g
			where g ->> 'system' = e ->> 'system')), '[]') || coalesce(given, '[]'), '[]')
$$;

set local role cairn_lookup;
set local row_security = on;

/* trash() of many: a record that is kept by something is for bulk_run to find. What goes together does not
 * keep each other. */
create function trash_all(p_table text, p_ids uuid[], p_rules jsonb, p_cascade boolean, p_move uuid)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
	row_id uuid;
begin
	if cardinality(p_ids) = 1 then
		return trash(p_table, p_ids[1], p_rules, p_cascade, p_move);
	end if;
	if app_scope(p_table, 4) = 'n' then
		perform app_refuse('you may not delete these records');
	end if;
	if p_move is not null then
		foreach row_id in array p_ids loop
			perform trash_check_move(p_table, row_id, p_move, p_rules);
		end loop;
	end if;
	if trash_walk(p_table, p_ids, p_rules, p_cascade, p_move, false) <> '[]' then
		raise exception using errcode = 'CR409', message = 'some of these records are in use';
	end if;
	perform trash_walk(p_table, p_ids, p_rules, p_cascade, p_move, true);
	return true;
end
$$;

revoke execute on function trash_all(text, uuid[], jsonb, boolean, uuid) from public;
grant execute on function trash_all(text, uuid[], jsonb, boolean, uuid) to cairn_app;

set local row_security = off;
set local role cairn_owner;
