/* SPDX-License-Identifier: Apache-2.0 */
/* Reverts: a column is written in those rows only whose own it is to go back, since triggers of the others may
 * have written it meanwhile; and what waits for another record goes after it. */

/* What goes to the trash as well keeps its references, as what goes by itself does: only of what stays are they
 * cut. */
create function revert_rules(p_rules jsonb) returns jsonb language sql stable as $$
	select jsonb_object_agg(t.key, t.value || jsonb_build_object('rules', (select coalesce(jsonb_agg(
		case when r ->> 'rule' = 'detach' and exists (select from pg_attribute a
				where a.attrelid = to_regclass(quote_ident(r ->> 'table')) and a.attname = 'deleted_at')
			then r || jsonb_build_object('others', coalesce(r -> 'others', '[]') || '["deleted_at"]')
			else r end), '[]') from jsonb_array_elements(t.value -> 'rules') as r)))
	from jsonb_each(p_rules) as t
$$;

/* As in 0056, but for that. */
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
			'from ' || of || ' and r.moved = ''restore'') as g where g.ids is not null',
			place ->> 'table', place -> 'rules');
	end loop;
	return written || checks;
end
$$;

/* As in 0056, but for the passes. */
create or replace function changeset_revert(p_changeset uuid, p_tables jsonb, p_finals jsonb, p_dry boolean,
	p_most int) returns jsonb language plpgsql set timezone = 'UTC' as $$
declare
	refused jsonb := '[]';
	statements text[];
	roots jsonb;
	reverted jsonb;
	answer jsonb;
begin
	perform changeset_refuse(p_changeset, p_finals);
	perform revert_plan(p_changeset, p_tables);
	begin
		perform set_config('app.revert', 'on', true);
		statements := revert_statements(p_tables);
		roots := (select coalesce(jsonb_agg(root order by first desc), '[]') from (
			select r.root, max(r.first_id::text) as first from revert r
			where r.code is null and revert_writes(r.made, r.moved, r.before) group by 1) as roots);
		/* What another record keeps from going back may go once that one has. */
		for pass in 1 .. 3 loop
			refused := bulk_run(statements, '{}', roots);
			exit when jsonb_array_length(refused) in (0, jsonb_array_length(roots));
			roots := (select jsonb_agg(f -> 'row') from jsonb_array_elements(refused) as f);
		end loop;
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

set local role cairn_lookup;
set local row_security = on;

/* As in 0016, but that the time of an approval goes back with the approval. */
create or replace function partners_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_op = 'UPDATE' then
		if app_partner() is not null then
			new.owner_id := old.owner_id;
			if (new.status, new.tier, new.commission_percent, new.zoho_partner_id, new.internal_notes,
			    new.tags, new.custom) is distinct from (old.status, old.tier, old.commission_percent,
			    old.zoho_partner_id, old.internal_notes, old.tags, old.custom) then
				perform app_refuse('only the organisation decides this about a partner');
			end if;
		end if;
		if new.deleted_at is not null and old.deleted_at is null
		   and exists (select from memberships m where m.org_id = new.org_id
		               and m.partner_id = new.id and m.active) then
			raise exception using errcode = 'CR409',
				message = 'the partner has active users: suspend it, or deactivate them first';
		end if;
	end if;
	if reverting() and tg_op = 'UPDATE' then
		return new;
	elsif new.status <> 'approved' then
		new.approved_at := case when tg_op = 'UPDATE' then old.approved_at end;
	elsif tg_op = 'INSERT' or old.status <> 'approved' then
		new.approved_at := now();
	else
		new.approved_at := old.approved_at;
	end if;
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;
