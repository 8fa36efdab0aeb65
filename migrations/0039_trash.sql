/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the change log calls an update; protect_again; and the trash: what a record takes along, what keeps
 * it from going, and what comes back with it.
 */

/* ---- what people did ------------------------------------------------------------------------ */

/* An update that is more than an edit says so: log_as(id, 'won') lets the log call this record's updates of
 * the transaction by that name instead of `update`. Functions of flows and triggers call it. */
create function log_as(p_record uuid, p_action text) returns void language plpgsql as $$
begin
	perform set_config('app.action',
		concat_ws(' ', nullif(current_setting('app.action', true), ''), p_record || '=' || p_action), true);
end
$$;

/* The latest name given; null for none, which is found out without looking at the record. */
create function app_action(p_record uuid) returns text language sql stable as $$
	select case when coalesce(current_setting('app.action', true), '') <> ''
		then substring(current_setting('app.action', true) from '.*' || p_record || '=([a-z_]+)') end
$$;

/* As in 0001, but for the action of an update. */
create or replace function protect_log(table_name text, entity text, owner_column text, team_column text,
	partner_column text, secret text[], quiet text[], commands text) returns void
language plpgsql as $$
declare
	logged text[] := protect_columns(table_name, quiet);
	place constant text := format('%s, %s, %s', coalesce(quote_ident(owner_column), 'null::uuid'),
		coalesce(quote_ident(team_column), 'null::uuid'),
		coalesce(quote_ident(partner_column), 'null::uuid'));
	target constant text := 'insert into public.changes '
		'(org_id, entity, record_id, action, owner_id, team_id, partner_id, diff)';
	head constant text := 'create or replace function %I() returns trigger language plpgsql '
		'security definer %s as $body$ begin %s return null; end $body$';
	pairs text;
	event text;
begin
	select string_agg(case when c = any (secret)
		then format('(%1$L, case when o.%1$I is distinct from n.%1$I then ''["***", "***"]''::jsonb end)', c)
		else format('(%1$L, case when o.%1$I is distinct from n.%1$I '
			'then jsonb_build_array(o.%1$I, n.%1$I) end)', c) end, ', ')
	into pairs from unnest(logged) as c;
	set local role cairn_lookup;
	execute format(head, table_name || '_log_insert', '', format(
		'%s select org_id, %L, id, ''create'', %s, null from new_rows;', target, entity, place));
	execute format(head, table_name || '_log_update', 'set timezone = ''UTC''', format(
		'%s select n.org_id, %L, n.id, case when n.deleted_at is not distinct from o.deleted_at '
		'then coalesce(public.app_action(n.id), ''update'') when n.deleted_at is null then ''restore'' '
		'else ''delete'' end, %s, d.diff '
		'from old_rows o join new_rows n on n.org_id = o.org_id and n.id = o.id cross join lateral '
		'(select jsonb_object_agg(k, v) from (values %s) as pair (k, v) where v is not null) as d (diff) '
		'where d.diff is not null or n.deleted_at is distinct from o.deleted_at;',
		target, entity, regexp_replace(place, '(^|, )(?!null)', '\1n.', 'g'), pairs));
	if commands ~ 'd' then
		execute format(head, table_name || '_log_delete', 'set timezone = ''UTC''', format(
			'%s select o.org_id, %L, o.id, ''delete'', %s, (select jsonb_object_agg(k, v) '
			'from (values %s) as pair (k, v) where v is not null) '
			'from old_rows o cross join (select (null::public.%I).*) as n;', target, entity,
			regexp_replace(place, '(^|, )(?!null)', '\1o.', 'g'), pairs, table_name));
	end if;
	set local role cairn_owner;
	foreach event in array array['insert', 'update', 'delete'] loop
		continue when event = 'delete' and commands !~ 'd';
		execute format('create or replace trigger zz_log_%s after %s on %I referencing %s '
			'for each statement execute function %I()', event, event, table_name,
			case event when 'insert' then 'new table as new_rows' when 'delete'
			then 'old table as old_rows' else 'old table as old_rows new table as new_rows' end,
			table_name || '_log_' || event);
	end loop;
end
$$;

/* ---- protect_again -------------------------------------------------------------------------- */

/*
 * For a migration that adds a column to a table which protect() has been called on: the version trigger and
 * the log learn of it. What the call had said is read off the functions that it made. `secret` and
 * `quiet` name those of the new columns that are (see protect).
 */
create function protect_again(table_name text, secret text[] default '{}', quiet text[] default '{}')
returns void language plpgsql as $$
declare
	touch constant text := pg_get_functiondef((table_name || '_touch()')::regprocedure);
	insert_log constant regprocedure := to_regprocedure(table_name || '_log_insert()');
	/* The log of what is nested is protect_nested()'s, which is called again as it was. */
	nested constant boolean := coalesce(pg_get_functiondef(insert_log) ~ 'parent_id', false);
	update_log text;
	place text[];
	fresh text;
begin
	quiet := quiet || array(select m[1] from regexp_matches(touch,
		'new\."?(\w+)"? is distinct from old\.', 'g') as m where m[1] <> 'deleted_at');
	fresh := regexp_replace(touch, 'edited constant boolean := .*?;', format(
		'edited constant boolean := (%s) is distinct from (%s);',
		(select string_agg(format('old.%I', c), ', ') from unnest(protect_columns(table_name, quiet)) as c),
		(select string_agg(format('new.%I', c), ', ') from unnest(protect_columns(table_name, quiet)) as c)));
	fresh := regexp_replace(fresh, 'and not moved and not \(.*?\) then', format(
		'and not moved and not (%s) then', coalesce((select string_agg(
		format('new.%1$I is distinct from old.%1$I', c), ' or ') from unnest(quiet) as c), 'false')));
	execute fresh;
	if insert_log is null or nested then
		return;
	end if;
	update_log := pg_get_functiondef((table_name || '_log_update()')::regprocedure);
	place := regexp_match(pg_get_functiondef(insert_log),
		'select org_id, ''(\w+)'', id, ''create'', (\S+), (\S+), (\S+), null from');
	if place is null then
		raise exception 'protect_again: the log of % is not as protect makes it', table_name;
	end if;
	for i in 2 .. 4 loop
		place[i] := nullif(trim(both '"' from place[i]), 'null::uuid');
	end loop;
	perform protect_log(table_name, place[1], place[2], place[3], place[4],
		secret || array(select m[1] from regexp_matches(update_log,
			'\(''(\w+)'', case when o\."?\w+"? is distinct from n\."?\w+"? then ''\["\*\*\*"', 'g') as m),
		quiet, case when to_regprocedure(table_name || '_log_delete()') is null then '' else 'd' end);
end
$$;

revoke execute on function protect_again(text, text[], text[]) from public;

select protect_again(left(proname, -6)) from pg_proc
where pronamespace = 'public'::regnamespace and proname ~ '_touch$' and prorettype = 'trigger'::regtype;

/* ---- trash ---------------------------------------------------------------------------------- */

/*
 * The server says by the tables of its entities (entity.h, on_delete) what becomes of records that refer to
 * the one which goes, and by the following functions has it done: a document of all tables within reach,
 *
 *   {"companies": {"one": "company", "rules": [{"table": "deals", "column": "company_id", "rule": "ask",
 *       "when": "status", "in": ["open"], "field": "deals", "one": "open deal", "many": "open deals"}, …],
 *       "parents": [{"table": …, "column": …, "one": …}, …], "instead": "Deactivate it instead."}, …}
 *
 * block: refuses · ask: refuses, or goes along with p_cascade · cascade: goes along · detach: the reference
 * becomes null · move: refuses, or refers to p_move from now on · picked: refuses while a column holds the
 * key of the option. `others` are columns that must be null for
 * a record to go along, `filled` one that must be null or the same as in the record that goes.
 *
 * A definer's, since also that counts and goes along which the caller does not see. The server calls them
 * for a row that it holds for update, and writes that row itself under row security in the same transaction.
 */
set local role cairn_owner;

create policy changes_lookup on changes for select to cairn_lookup
	using (org_id = (select app_org()));
grant select on changes to cairn_lookup;

set local role cairn_lookup;
set local row_security = on;

create function trash_condition(p_table text, p_rule jsonb) returns text language sql immutable as $$
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
			p_rule ->> 'filled', p_table, p_rule ->> 'column') end)
$$;

/* Walks from the given records to all that follows: once to find what keeps them, which it answers, and
 * once to write. */
create function trash_walk(p_table text, p_ids uuid[], p_rules jsonb, p_cascade boolean, p_move uuid,
	p_write boolean) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	rule jsonb;
	kind text;
	condition text;
	ids uuid[];
	n bigint;
	found jsonb := '[]';
begin
	for rule in select * from jsonb_array_elements(p_rules -> p_table -> 'rules') loop
		kind := rule ->> 'rule';
		continue when kind = 'picked' and not exists (select from picklist_options o
			where o.org_id = app_org() and o.id = any (p_ids) and o.picklist = rule ->> 'picklist');
		condition := trash_condition(p_table, rule);
		if kind = 'detach' or kind = 'move' and p_move is not null then
			if p_write then
				execute format('update %I x set %I = $2 where %s', rule ->> 'table', rule ->> 'column',
					condition) using p_ids, case kind when 'move' then p_move end;
			end if;
		elsif kind = 'cascade' or kind = 'ask' and p_cascade then
			execute format('select array_agg(x.id) from %I x where x.deleted_at is null and %s',
				rule ->> 'table', condition) into ids using p_ids;
			continue when ids is null;
			found := found || trash_walk(rule ->> 'table', ids, p_rules, p_cascade, null, p_write);
			if p_write then
				execute format('update %I x set deleted_at = now() where x.org_id = app_org() '
					'and x.id = any ($1) and x.deleted_at is null', rule ->> 'table') using ids;
			end if;
		elsif not p_write then
			execute format('select count(*) from %I x where x.deleted_at is null and %s',
				rule ->> 'table', condition) into n using p_ids;
			if n > 0 then
				found := found || jsonb_build_object('field', rule ->> 'field', 'code', 'IN_USE',
					'rule', kind, 'message', n || ' ' || (rule ->> case n when 1 then 'one' else 'many' end));
			end if;
		end if;
	end loop;
	return found;
end
$$;

/* What takes the place of the record that goes must be another of its kind, and of its own group. */
create function trash_check_move(p_table text, p_id uuid, p_move uuid, p_rules jsonb) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	within constant text := p_rules -> p_table ->> 'within';
	good boolean;
begin
	execute format('select exists (select from %1$I t join %1$I r on r.org_id = t.org_id and %2$s '
		'where t.org_id = app_org() and t.id = $1 and t.deleted_at is null and r.id = $2 and t.id <> r.id)',
		p_table, case when within is null then 'true' else format('r.%1$I = t.%1$I', within) end)
	into good using p_move, p_id;
	if not good then
		perform app_invalid('moveTo', 'INVALID', format('Must be another %s%s.', p_rules -> p_table ->> 'one',
			' of the same ' || (p_rules -> p_table ->> 'withinOne')));
	end if;
end
$$;

create function trash(p_table text, p_id uuid, p_rules jsonb, p_cascade boolean, p_move uuid)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
	found jsonb;
begin
	if app_scope(p_table, 4) = 'n' then
		perform app_refuse('you may not delete this record');
	end if;
	if p_move is not null then
		perform trash_check_move(p_table, p_id, p_move, p_rules);
	end if;
	found := trash_walk(p_table, array[p_id], p_rules, p_cascade, p_move, false);
	if found <> '[]' then
		raise exception using errcode = 'CR409', detail = found::text,
			message = format('this %s is in use: %s.%s', p_rules -> p_table ->> 'one',
			(select string_agg(f ->> 'message', ', ') from jsonb_array_elements(found) as f),
			case when not exists (select from jsonb_array_elements(found) as f where f ->> 'rule' <> 'ask')
				then ' Say cascade=true to put them into the trash with it.'
			when not exists (select from jsonb_array_elements(found) as f where f ->> 'rule' <> 'move')
				then ' Say moveTo=<id> to have them elsewhere.'
			else coalesce(' ' || (p_rules -> p_table ->> 'instead'), '') end);
	end if;
	perform trash_walk(p_table, array[p_id], p_rules, p_cascade, p_move, true);
	return true;
end
$$;

/* ---- and back ------------------------------------------------------------------------------- */

/* Refuses what would clash with a live record: by the table's own unique keys, before they do, so that the
 * other record can be named. What it is called is for those who see all. */
create function untrash_clash(p_table text, p_id uuid, p_rules jsonb) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	key record;
	titles constant text := coalesce((select string_agg(format('%I', c), ', ')
		from jsonb_array_elements_text(p_rules -> p_table -> 'titles') as c), 'null');
	other record;
begin
	for key in select c.relname, pg_get_expr(i.indpred, i.indrelid) as live,
			(select string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ')
			 from generate_series(1, i.indnkeyatts) as k) as columns
		from pg_index i join pg_class c on c.oid = i.indexrelid
		where i.indrelid = p_table::regclass and i.indisunique and i.indpred is not null loop
		execute format('select id, concat_ws('' '', %1$s) as title from %2$I where org_id = app_org() '
			'and id <> $1 and %3$s and (%4$s) = '
			'(select %4$s from %2$I where org_id = app_org() and id = $1 and %5$s) limit 1', titles, p_table, key.live, key.columns,
			replace(key.live, 'deleted_at IS NULL', 'true')) into other using p_id;
		if other.id is not null then
			raise exception using errcode = '23505', constraint = key.relname, message = 'taken meanwhile',
				detail = concat_ws(' ', case when app_scope(p_table, 1) = 'a' and other.title <> ''
					then '"' || other.title || '"' end, '(' || other.id || ')');
		end if;
	end loop;
end
$$;

/* What a record cannot be without must not be in the trash, but for the one that comes back as well. */
create function untrash_parents(p_table text, p_ids uuid[], p_root uuid, p_rules jsonb) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	parent jsonb;
	lost boolean;
begin
	for parent in select * from jsonb_array_elements(p_rules -> p_table -> 'parents') loop
		execute format('select exists (select from %I x join %I p on p.org_id = x.org_id and p.id = x.%I '
			'where x.org_id = app_org() and x.id = any ($1) and p.deleted_at is not null and p.id <> $2)',
			p_table, parent ->> 'table', parent ->> 'column') into lost using p_ids, p_root;
		if lost then
			raise exception using errcode = 'CR409', message = format(
				'the %s of this %s is in the trash: restore it first', parent ->> 'one',
				p_rules -> p_table ->> 'one');
		end if;
	end loop;
end
$$;

/* Takes the records out of the trash; one by one where they could get into each other's way, so that the
 * one that cannot come back is named. */
create function untrash_rows(p_table text, p_ids uuid[], p_root uuid, p_rules jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	row_id uuid;
	broken text;
begin
	perform untrash_parents(p_table, p_ids, p_root, p_rules);
	foreach row_id in array p_ids loop
		perform untrash_clash(p_table, row_id, p_rules);
	end loop;
	if not exists (select from pg_constraint where conrelid = p_table::regclass and contype = 'x') then
		execute format('update %I x set deleted_at = null where x.org_id = app_org() and x.id = any ($1)',
			p_table) using p_ids;
		return;
	end if;
	foreach row_id in array p_ids loop
		begin
			execute format('update %I x set deleted_at = null where x.org_id = app_org() and x.id = $1',
				p_table) using row_id;
		exception when exclusion_violation then
			get stacked diagnostics broken = constraint_name;
			raise exception using errcode = '23P01', constraint = broken, message = 'taken meanwhile',
				detail = '(' || row_id || ')';
		end;
	end loop;
end
$$;

/* The records that went in one transaction with the given ones, and the references that were cut then. */
create function untrash_walk(p_table text, p_ids uuid[], p_root uuid, p_at timestamptz, p_txid xid8,
	p_rules jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	rule jsonb;
	ids uuid[];
begin
	for rule in select * from jsonb_array_elements(p_rules -> p_table -> 'rules') loop
		if rule ->> 'rule' = 'detach' then
			execute format('update %1$I x set %2$I = (c.diff -> %2$L ->> 0)::uuid from changes c '
				'where c.org_id = app_org() and c.txid = $2 and c.at = $3 and x.org_id = app_org() '
				'and x.id = c.record_id and x.%2$I is null and c.diff -> %2$L ->> 0 = any ($1::text[])',
				rule ->> 'table', rule ->> 'column') using p_ids, p_txid, p_at;
		elsif rule ->> 'rule' in ('cascade', 'ask') then
			execute format('select array_agg(x.id) from %I x where x.org_id = app_org() and x.%I = any ($1) '
				'and x.deleted_at = $2 and exists (select from changes c where c.org_id = app_org() '
				'and c.record_id = x.id and c.at = $2 and c.txid = $3 and c.action = ''delete'')',
				rule ->> 'table', rule ->> 'column') into ids using p_ids, p_at, p_txid;
			continue when ids is null;
			perform untrash_rows(rule ->> 'table', ids, p_root, p_rules);
			perform untrash_walk(rule ->> 'table', ids, p_root, p_at, p_txid, p_rules);
		end if;
	end loop;
end
$$;

create function untrash(p_table text, p_id uuid, p_at timestamptz, p_rules jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	went xid8;
begin
	if app_scope(p_table, 4) = 'n' then
		perform app_refuse('you may not restore this record');
	end if;
	perform untrash_parents(p_table, array[p_id], p_id, p_rules);
	perform untrash_clash(p_table, p_id, p_rules);
	select c.txid into went from changes c
	where c.org_id = app_org() and c.record_id = p_id and c.at = p_at and c.action = 'delete'
	order by c.id desc limit 1;
	if went is not null then
		perform untrash_walk(p_table, array[p_id], p_id, p_at, went, p_rules);
	end if;
	return true;
end
$$;

revoke execute on function trash_condition(text, jsonb),
	trash_walk(text, uuid[], jsonb, boolean, uuid, boolean),
	trash_check_move(text, uuid, uuid, jsonb), trash(text, uuid, jsonb, boolean, uuid),
	untrash_clash(text, uuid, jsonb), untrash_parents(text, uuid[], uuid, jsonb),
	untrash_rows(text, uuid[], uuid, jsonb),
	untrash_walk(text, uuid[], uuid, timestamptz, xid8, jsonb),
	untrash(text, uuid, timestamptz, jsonb) from public;
grant execute on function trash(text, uuid, jsonb, boolean, uuid),
	untrash(text, uuid, timestamptz, jsonb) to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* The entities' tables say this from now on. */
drop trigger projects_trash on projects;
drop trigger events_trash on events;
set local role cairn_lookup;
drop function projects_trash(), events_trash();
set local role cairn_owner;

