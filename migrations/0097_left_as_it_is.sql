/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record that a changeset made and that was changed since: the revert which leaves it tells what each field was
 * and is, as it does of those that were there before. As in 0056 but for that.
 */
set local role cairn_lookup;
set local row_security = on;

/* What has happened to records since: the fields that differ now, among them deleted_at, each with what it was. Of
 * what came back to what it was, nothing. */
create or replace function changes_since(p_records uuid[], p_after uuid[])
returns table (record_id uuid, root uuid, fields jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
	select n.record_id, n.root, jsonb_object_agg(f.key, f.was) from changes_net(null, p_records, p_after) as n
	cross join lateral (
		select case when n.record_id = n.root then k else n.entity || '.' || k end as key,
			case when n.record_id = n.root then n.before -> k end as was
		from jsonb_object_keys(n.after) as k
		union select 'deleted_at', null where n.record_id = n.root and n.moved is not null
		union select n.entity, null where n.record_id <> n.root
			and (n.moved is not null or n.made and n.moved is distinct from 'delete')) as f
	where not (n.made and n.moved is not distinct from 'delete')
	group by 1, 2
$$;

set local row_security = off;
set local role cairn_owner;

/* Holds what was written against what is there now. */
create or replace function revert_compare() returns void language plpgsql as $$
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
	update revert r set code = 'CHANGED_SINCE', fields = (
		select jsonb_object_agg(f.key, case when r.now ? f.key and f.key <> 'deleted_at' and f.value <> '"***"'
			then jsonb_build_array(f.value, r.now -> f.key) else 'null' end) from jsonb_each(s.fields) as f)
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
