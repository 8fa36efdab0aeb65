/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changesets: all that one request (or import) wrote, read off the change log, and taken back by it.
 *
 * A revert is made in three steps. changes_net folds the log of the changeset to what it did to each record in
 * the end: made it, put it into the trash or took it out, and each field's value before and after. The plan
 * (a temporary table) holds that against the records as they are now, locked: what has changed since is left
 * alone. What remains is written by one statement a table, with the caller's own rights.
 */

create index changes_changeset on changes (org_id, changeset_id desc, id);

/* Whether the caller may take back what others did: who may change the organisation. */
create function changeset_keeper() returns boolean language sql stable
as $$ select app_scope('organizations', 3) = 'a' $$;

/* ---- values --------------------------------------------------------------------------------- */

/* Of documents (custom, settings) only the members count that differ. */
create function revert_differs(now jsonb, before jsonb, after jsonb) returns boolean
language sql immutable parallel safe as $$
	select case when jsonb_typeof(now) = 'object' and jsonb_typeof(before) = 'object'
			and jsonb_typeof(after) = 'object'
		then exists (select from (select jsonb_object_keys(before || after) as k) as keys
			where before -> k is distinct from after -> k and now -> k is distinct from after -> k
				and now -> k is distinct from before -> k)
		else now is distinct from after and now is distinct from before end
$$;

create function revert_value(now jsonb, before jsonb, after jsonb) returns jsonb
language sql immutable parallel safe as $$
	select case when jsonb_typeof(now) = 'object' and jsonb_typeof(before) = 'object'
			and jsonb_typeof(after) = 'object'
		then (now - array(select k from jsonb_object_keys(after) as k where after -> k is distinct from before -> k))
			|| (select coalesce(jsonb_object_agg(k, before -> k), '{}') from jsonb_object_keys(before) as k
				where before -> k is distinct from after -> k)
		else before end
$$;

/* ---- the log, read for those who may take it back -------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* What the transaction at hand has written so far. */
create function changeset_made() returns table (entity text, action text, records bigint)
language sql stable security definer set search_path = public, pg_temp as $$
	select c.entity, c.action, count(distinct c.record_id) from changes c
	where c.org_id = app_org() and c.changeset_id = app_changeset() group by 1, 2 order by 1, 2
$$;

create function changeset_written(p_entity text, p_ids uuid[]) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
	select count(distinct c.record_id) from changes c where c.org_id = app_org()
		and c.changeset_id = app_changeset() and c.entity = p_entity and c.record_id = any (p_ids)
$$;

/*
 * What changes did in the end, by record: those of a changeset, or those of records after the given change
 * of each (p_after), with what is nested in them.
 *
 *   root    the record that it is, or is nested in
 *   made    it is new             edits   how many updates of it were logged
 *   moved   'delete' or 'restore', when it is where it was not before
 *   before, after   the fields that differ
 */
create function changes_net(p_changeset uuid, p_records uuid[], p_after uuid[])
returns table (entity text, record_id uuid, root uuid, made boolean, moved text, edits int, first_id uuid,
	last_id uuid, before jsonb, after jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return query execute format($fold$
		with picked as materialized (%s),
		records as (
			select p.entity, p.record_id, (array_agg(p.parent_id))[1] as parent_id,
				bool_or(p.action = 'create') as made,
				count(*) filter (where p.action <> 'create') as edits,
				(array_agg(p.id order by p.id))[1] as first_id,
				(array_agg(p.id order by p.id desc))[1] as last_id,
				(array_agg(p.action order by p.id) filter (where p.action in ('delete', 'restore')))[1]
					as first_move,
				(array_agg(p.action order by p.id desc) filter (where p.action in ('delete', 'restore')))[1]
					as last_move
			from picked p group by 1, 2),
		fields as (
			select p.entity, p.record_id, f.key, (array_agg(f.value -> 0 order by p.id))[1] as before,
				(array_agg(f.value -> 1 order by p.id desc))[1] as after
			from picked p cross join lateral jsonb_each(p.diff) as f
			where p.diff is not null and p.action <> 'create' and jsonb_typeof(f.value) = 'array'
			group by 1, 2, 3),
		differ as (
			select f.entity, f.record_id, jsonb_object_agg(f.key, f.before) as before,
				jsonb_object_agg(f.key, f.after) as after
			from fields f where f.before is distinct from f.after or f.before = '"***"'
			group by 1, 2)
		select r.entity, r.record_id, coalesce(r.parent_id, r.record_id), r.made,
			case when r.made then case when r.last_move = 'delete' then 'delete' end
				when r.first_move = r.last_move then r.last_move end,
			r.edits::int, r.first_id, r.last_id, coalesce(d.before, '{}'), coalesce(d.after, '{}')
		from records r left join differ d on d.entity = r.entity and d.record_id = r.record_id$fold$,
		case when p_changeset is not null
			then 'select c.* from changes c where c.org_id = app_org() and c.changeset_id = $1'
			else 'select c.* from unnest($2, $3) as g (id, after) join changes c on c.org_id = app_org() '
				'and c.record_id = g.id and c.id > g.after union all '
				'select c.* from unnest($2, $3) as g (id, after) join changes c on c.org_id = app_org() '
				'and c.parent_id = g.id and c.id > g.after' end)
	using p_changeset, p_records, p_after;
end
$$;

/*
 * Why the changeset cannot be taken back, CR409, or at all by the caller, CR403 and CR404. p_finals is a list
 * of {"entity", "table", "column", "in", "instead"}: what was written there stays (entity.h, finals).
 */
create function changeset_final(p_changeset uuid, p_finals jsonb) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	final jsonb;
	holds constant text := '(%1$s) is not null and (%1$s) <> ''null'' '
		'and ($2 is null or (%1$s) #>> ''{}'' = any ($2))';
	found boolean;
begin
	for final in select f from jsonb_array_elements(p_finals) as f
	             where exists (select from changes c where c.org_id = app_org()
	               and c.changeset_id = p_changeset and c.entity = f ->> 'entity') loop
		execute format('select exists (select from changes c left join %I t on c.action = ''create'' '
			'and t.org_id = c.org_id and t.id = c.record_id where c.org_id = app_org() '
			'and c.changeset_id = $1 and c.entity = %L and (%s or %s or %s))',
			final ->> 'table', final ->> 'entity',
			format(holds, format('c.diff -> %L -> 0', final ->> 'column')),
			format(holds, format('c.diff -> %L -> 1', final ->> 'column')),
			format(holds, format('to_jsonb(t.%I)', final ->> 'column')))
		into found using p_changeset,
			(select array_agg(v) from jsonb_array_elements_text(final -> 'in') as v);
		if found then
			return final ->> 'instead';
		end if;
	end loop;
	return null;
end
$$;

create function changeset_refuse(p_changeset uuid, p_finals jsonb) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	author uuid;
	instead text;
begin
	select c.actor_id into author from changes c
	where c.org_id = app_org() and c.changeset_id = p_changeset order by c.id limit 1;
	if not found then
		raise exception using errcode = 'CR404', message = 'there is no such changeset';
	elsif author is distinct from app_user() and not changeset_keeper() then
		/* Of what others did, who sees nothing of it is told nothing. */
		raise exception using errcode = 'CR404', message = 'there is no such changeset';
	end if;
	instead := changeset_final(p_changeset, p_finals);
	if instead is not null then
		raise exception using errcode = 'CR409', message = 'this cannot be taken back: ' || instead;
	end if;
end
$$;

create function changeset_entities(p_changeset uuid) returns text[]
language sql stable security definer set search_path = public, pg_temp as $$
	select changeset_refuse(p_changeset, '[]');
	select array(select distinct c.entity from changes c
		where c.org_id = app_org() and c.changeset_id = p_changeset)
$$;

/* The log of a changeset, folded, for its author and for who keeps the organisation. */
create function changeset_net(p_changeset uuid) returns table (entity text, record_id uuid, root uuid,
	made boolean, moved text, edits int, first_id uuid, last_id uuid, before jsonb, after jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	perform changeset_refuse(p_changeset, '[]');
	return query select * from changes_net(p_changeset, null, null);
end
$$;

/* What has happened to records since: the names of the fields that differ now, among them deleted_at. Of what
 * came back to what it was, nothing. */
create function changes_since(p_records uuid[], p_after uuid[])
returns table (record_id uuid, root uuid, fields jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
	select n.record_id, n.root, jsonb_object_agg(f.key, null) from changes_net(null, p_records, p_after) as n
	cross join lateral (
		select case when n.record_id = n.root then k else n.entity || '.' || k end as key
		from jsonb_object_keys(n.after) as k
		union select 'deleted_at' where n.record_id = n.root and n.moved is not null
		union select n.entity where n.record_id <> n.root
			and (n.moved is not null or n.made and n.moved is distinct from 'delete')) as f
	where not (n.made and n.moved is not distinct from 'delete')
	group by 1, 2
$$;

/* What is back must not be part of what is gone (0039). */
create function revert_parents(p_table text, p_ids uuid[], p_rules jsonb) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	perform untrash_parents(p_table, p_ids, '00000000-0000-0000-0000-000000000000', p_rules);
end
$$;

revoke execute on function changeset_made(), changeset_written(text, uuid[]),
	changes_net(uuid, uuid[], uuid[]), changeset_final(uuid, jsonb), changeset_refuse(uuid, jsonb),
	changeset_net(uuid), changeset_entities(uuid), changes_since(uuid[], uuid[]),
	revert_parents(text, uuid[], jsonb) from public;
grant execute on function changeset_made(), changeset_written(text, uuid[]),
	changeset_refuse(uuid, jsonb), changeset_net(uuid), changeset_entities(uuid),
	changes_since(uuid[], uuid[]), revert_parents(text, uuid[], jsonb) to cairn_app;

set local row_security = off;
set local role cairn_owner;

create function revert_writes(made boolean, moved text, before jsonb) returns boolean
language sql immutable parallel safe
as $$ select moved is not null or not made and before <> '{}' $$;

/* ---- the plan ------------------------------------------------------------------------------- */

/*
 * p_tables is a list of what can be taken back:
 *   {"entity", "table", "trash": has one, "nested": its parent's table or null, "barred": columns that the
 *    caller may not write, "rules": those of the trash (0039) or null}
 *
 * In the plan `code` says why a record is left: CHANGED_SINCE, FORBIDDEN, GONE, KEPT (it has no trash) or
 * NOT_REVERTIBLE (of an entity that is written by the server alone).
 */
create function revert_plan(p_changeset uuid, p_tables jsonb) returns void language plpgsql as $$
declare
	place jsonb;
begin
	drop table if exists pg_temp.revert;
	create temporary table revert (entity text, record_id uuid, root uuid, made boolean, moved text,
		edits int, first_id uuid, last_id uuid, before jsonb, after jsonb, target text, now jsonb, live boolean,
		code text, fields jsonb) on commit drop;
	insert into revert select n.entity, n.record_id, n.root, n.made,
		case when n.made then case when n.moved is null then 'delete' end
			when n.moved = 'delete' then 'restore' when n.moved = 'restore' then 'delete' end,
		n.edits, n.first_id, n.last_id, n.before, n.after, t ->> 'table'
	from changeset_net(p_changeset) as n
	left join jsonb_array_elements(p_tables) as t on t ->> 'entity' = n.entity
	where n.entity <> 'changeset';
	delete from revert r where r.made and r.moved is null;
	create index on revert (target, record_id);
	analyze revert;
	update revert set code = 'NOT_REVERTIBLE' where target is null;
	for place in select * from jsonb_array_elements(p_tables) loop
		continue when not exists (select from revert where target = place ->> 'table');
		/* Row security leaves out of a lock what the caller may not change. */
		execute format('with held as materialized (select t.id, to_jsonb(t) as now from %1$I t '
			'join revert r on r.target = %1$L and r.record_id = t.id where t.org_id = app_org() '
			'order by t.id for no key update of t) '
			'update revert r set now = h.now, live = h.now -> ''deleted_at'' is not distinct from ''null'' '
			'or h.now -> ''deleted_at'' is null from held h where r.target = %1$L and r.record_id = h.id',
			place ->> 'table');
		execute format('update revert r set code = case when exists (select from %1$I t '
			'where t.org_id = app_org() and t.id = r.record_id) then ''FORBIDDEN'' else ''GONE'' end '
			'where r.target = %1$L and r.now is null', place ->> 'table');
		if not (place ->> 'trash')::boolean then
			update revert r set code = 'KEPT' where r.target = place ->> 'table' and r.code is null
				and r.moved is not null;
		end if;
		if place -> 'barred' <> '[]' then
			update revert r set code = 'FORBIDDEN' where r.target = place ->> 'table' and r.code is null
				and r.before ?| array(select jsonb_array_elements_text(place -> 'barred'));
		end if;
	end loop;
	perform revert_compare();
	/* A record and what is nested in it go together, or not at all. */
	update revert r set code = 'WITH_ITS_RECORD' where r.code is null
		and r.root in (select x.root from revert x where x.code is not null and x.code <> 'NOT_REVERTIBLE');
end
$$;

/* Holds what was written against what is there now. */
create function revert_compare() returns void language plpgsql as $$
begin
	/* A field that was written since: the value then, and now. Secrets are not in the log. */
	update revert r set code = 'CHANGED_SINCE', fields = d.fields
	from (select x.record_id, x.target, jsonb_object_agg(k, jsonb_build_array(x.after -> k, x.now -> k)) as fields
		from revert x cross join lateral jsonb_object_keys(x.before) as k
		where x.code is null and x.now is not null and x.before -> k <> '"***"' and not x.made
			and revert_differs(x.now -> k, x.before -> k, x.after -> k)
		group by 1, 2) as d
	where r.target = d.target and r.record_id = d.record_id;
	/* What is new goes to the trash as it was made. Its version tells that nothing has changed since. */
	update revert r set code = 'CHANGED_SINCE', fields = s.fields
	from changes_since((select array_agg(x.record_id) from revert x where x.code is null and x.made and x.live
			and (x.now ->> 'version')::int is distinct from 1 + x.edits),
		(select array_agg(x.last_id) from revert x where x.code is null and x.made and x.live
			and (x.now ->> 'version')::int is distinct from 1 + x.edits)) as s
	where r.record_id in (s.record_id, s.root) and r.code is null and r.made;
	/* What was in the trash all the time may be; what went there since is somebody's decision. */
	update revert r set code = 'CHANGED_SINCE', fields = '{"deleted_at": null}'
	from changes_since((select array_agg(x.record_id) from revert x
			where x.code is null and not x.live and x.moved is null and x.root = x.record_id),
		(select array_agg(x.last_id) from revert x
			where x.code is null and not x.live and x.moved is null and x.root = x.record_id)) as s
	where r.record_id = s.root and r.code is null and s.fields ? 'deleted_at';
	/* Where it is to go it may be already. */
	update revert r set moved = null where r.code is null
		and (r.moved = 'delete' and not r.live or r.moved = 'restore' and r.live);
end
$$;

/* ---- writing -------------------------------------------------------------------------------- */

/* One statement a table: `of` is the rows of the plan that belong to the records of $1. */
create function revert_statements(p_tables jsonb) returns text[] language plpgsql as $$
declare
	of constant text := 'revert r where r.target = %1$L and r.code is null and r.root in '
		'(select e::uuid from jsonb_array_elements_text($1) as e)';
	place jsonb;
	sets text;
	written text[] := '{}';
	checks text[] := '{}';
begin
	update revert r set now = r.now || coalesce((select jsonb_object_agg(k,
		revert_value(r.now -> k, r.before -> k, r.after -> k)) from jsonb_object_keys(r.before) as k
		where r.before -> k <> '"***"'), '{}') where r.code is null and r.before <> '{}';
	/* What was written last refers to what was there before it: nested rows first, then the later tables. */
	for place in select t from jsonb_array_elements(p_tables) as t
	             join (select r.target, max(r.first_id::text) as first from revert r where r.code is null
	               group by 1) as used on used.target = t ->> 'table'
	             order by t ->> 'nested' is null, used.first desc loop
		select string_agg(format('%1$I = w.%1$I', k), ', ') into sets
		from (select distinct jsonb_object_keys(r.before) as k from revert r
			where r.code is null and r.target = place ->> 'table' and not r.made) as keys;
		if sets is not null then
			written := written || format('update %1$I t set %2$s%3$s from (select r.record_id, r.moved, '
				'(jsonb_populate_record(null::%1$I, r.now)).* from ' || of || ' and r.before <> ''{}'' '
				'and not r.made) as w '
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
			place ->> 'table', place -> 'rules')
			|| format('select revert_parents(%1$L, g.ids, %2$L) from (select array_agg(r.record_id) as ids '
			'from ' || of || ' and r.moved = ''restore'') as g where g.ids is not null',
			place ->> 'table', place -> 'rules');
	end loop;
	return written || checks;
end
$$;

/*
 * Takes the changeset back, as far as it can be. Answers {"reverted": {entity: records}, "left": […],
 * "leftCount": n}; each of `left` is {"entity", "id", "code", "fields"} or a refusal of bulk_run with its
 * record. p_dry writes nothing.
 */
create function changeset_revert(p_changeset uuid, p_tables jsonb, p_finals jsonb, p_dry boolean,
	p_most int) returns jsonb language plpgsql set timezone = 'UTC' as $$
declare
	refused jsonb := '[]';
	reverted jsonb;
	answer jsonb;
begin
	perform changeset_refuse(p_changeset, p_finals);
	perform revert_plan(p_changeset, p_tables);
	begin
		perform set_config('app.revert', 'on', true);
		refused := bulk_run(revert_statements(p_tables), '{}', (select coalesce(jsonb_agg(root
			order by first desc), '[]') from (select r.root, max(r.first_id::text) as first from revert r
			where r.code is null and revert_writes(r.made, r.moved, r.before) group by 1) as roots));
		perform set_config('app.revert', '', true);
		if p_dry then
			raise exception using errcode = 'CRDRY', message = 'nothing is written';
		end if;
	exception when sqlstate 'CRDRY' then
		null;
	end;
	update revert r set code = 'REFUSED', fields = null from jsonb_array_elements(refused) as f
	where r.code is null and r.root = (f ->> 'row')::uuid;
	select coalesce(jsonb_object_agg(entity, n), '{}') into reverted from (select r.entity, count(*) as n
		from revert r where r.code is null and revert_writes(r.made, r.moved, r.before) group by 1) as done;
	if reverted <> '{}' and not p_dry then
		perform log_action('changeset', p_changeset, 'revert');
	end if;
	select jsonb_build_object('reverted', reverted, 'leftCount', (select count(*) from revert
			where code is not null and code not in ('WITH_ITS_RECORD', 'NOT_REVERTIBLE')),
		'left', (select coalesce(jsonb_agg(l), '[]') from (
			select r.entity, r.record_id as id, r.code, r.fields, (select f from jsonb_array_elements(refused) as f
				where (f ->> 'row')::uuid = r.root limit 1) as refusal
			from revert r where r.code is not null and r.code not in ('WITH_ITS_RECORD', 'NOT_REVERTIBLE')
			order by r.first_id limit p_most) as l),
		'unlogged', (select coalesce(jsonb_agg(l), '[]') from (
			select r.entity, r.record_id as id, (select jsonb_agg(k) from jsonb_object_keys(r.before) as k
				where r.before -> k = '"***"') as columns
			from revert r where r.code is null and not r.made and r.before::text like '%"***"%'
			order by r.first_id limit p_most) as l where columns is not null),
		'untouched', (select coalesce(jsonb_object_agg(entity, n), '{}') from (select r.entity, count(*) as n
			from revert r where r.code = 'NOT_REVERTIBLE' group by 1) as others))
	into answer;
	drop table revert;
	return answer;
end
$$;

/* As in 0022: a conversion that is taken back is none. */
create or replace function leads_stay_converted() returns trigger language plpgsql as $$
begin
	if coalesce(current_setting('app.revert', true), '') = 'on' then
		return new;
	end if;
	perform app_invalid('status', 'INVALID', 'A converted lead stays converted.');
	return null;
end
$$;

/* ---- reading -------------------------------------------------------------------------------- */

/* PostgreSQL reads the bodies of functions in SQL when they are made. */
set local row_security = on;

/* The latest changesets of which the caller sees something, before the given one. */
create function changeset_list(p_before uuid, p_actor uuid, p_entity text, p_most int)
returns table (id uuid) language sql stable as $$
	with recursive found as (
		(select c.changeset_id from changes c where c.org_id = (select app_org())
			and c.changeset_id < coalesce(p_before, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
			and (p_actor is null or c.actor_id = p_actor) and (p_entity is null or c.entity = p_entity)
		order by c.changeset_id desc limit 1)
		union all
		select (select c.changeset_id from changes c where c.org_id = (select app_org())
			and c.changeset_id < f.changeset_id and (p_actor is null or c.actor_id = p_actor)
			and (p_entity is null or c.entity = p_entity) order by c.changeset_id desc limit 1)
		from found f where f.changeset_id is not null)
	select changeset_id from found where changeset_id is not null limit p_most
$$;

create function changeset_why_not(p_changeset uuid, p_finals jsonb) returns text
language plpgsql stable as $$
begin
	perform changeset_refuse(p_changeset, p_finals);
	return null;
exception when sqlstate 'CR404' then
	return 'Only its author and administrators may take it back.';
when sqlstate 'CR409' then
	return upper(left(sqlerrm, 1)) || substr(sqlerrm, 2);
end
$$;

/* Of each: its time and author, which changeset it took back or by which it was, whether the caller may take it
 * back (null) or why not, and what it did, as far as the caller sees that and no further than p_most rows. */
create function changeset_told(p_ids uuid[], p_finals jsonb, p_most int)
returns table (id uuid, at timestamptz, actor_id uuid, request_id text, revert_of uuid, reverted_by uuid,
	instead text, counts jsonb, whole boolean) language sql stable as $$
	select g.id, f.at, f.actor_id, f.request_id, f.revert_of,
		(select c.changeset_id from changes c where c.org_id = (select app_org()) and c.record_id = g.id
			and c.entity = 'changeset' order by c.id desc limit 1),
		changeset_why_not(g.id, p_finals), n.counts, n.rows < p_most
	from unnest(p_ids) with ordinality as g (id, place)
	cross join lateral (select c.at, c.actor_id, c.request_id,
			(select x.record_id from changes x where x.org_id = (select app_org()) and x.changeset_id = g.id
				and x.entity = 'changeset' limit 1) as revert_of
		from changes c where c.org_id = (select app_org()) and c.changeset_id = g.id order by c.id limit 1) as f
	cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('entity', entity, 'action', action,
			'records', records) order by entity, action), '[]') as counts, coalesce(sum(rows), 0) as rows
		from (select c.entity, c.action, count(distinct c.record_id) as records, count(*) as rows
			from (select c.entity, c.action, c.record_id from changes c where c.org_id = (select app_org())
				and c.changeset_id = g.id limit p_most) as c group by 1, 2) as done
		where entity <> 'changeset') as n
	order by g.place
$$;

set local row_security = off;
