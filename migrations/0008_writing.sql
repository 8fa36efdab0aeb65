/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server's generic writes call: references are read under the caller's row security before they
 * are stored (foreign keys do not ask it), tags may be named instead of numbered, and what cannot be
 * changed is compared.
 */

/* `missing` holds the JSON names of reference fields whose target the caller cannot see. */
create function require_references(missing text[]) returns boolean language plpgsql stable as $$
begin
	if cardinality(missing) > 0 then
		raise exception using errcode = 'CR422', message = 'a reference names nothing you can see',
			detail = (select jsonb_agg(jsonb_build_object('field', field, 'code', 'UNKNOWN_REFERENCE',
				'message', 'Names nothing that exists or that you may see.'))::text
				from unnest(missing) as field);
	end if;
	return true;
end
$$;

/* Ids of tags given by id or by name, case ignored, in the order given. */
create function resolve_tags(given text[]) returns uuid[] language plpgsql stable as $$
declare
	found uuid[];
	unknown text;
begin
	select array_agg(t.id order by place), min(value) filter (where t.id is null)
	into found, unknown
	from unnest(given) with ordinality as g (value, place)
	left join tags t on t.org_id = (select app_org()) and t.deleted_at is null
		and (t.id::text = lower(value) or lower(t.name) = lower(value));
	if unknown is not null then
		perform app_invalid('tags', 'UNKNOWN_REFERENCE', format('There is no tag "%s".', unknown));
	end if;
	return coalesce(found, '{}');
end
$$;

/* The new value of a field that cannot be changed once set, which is the old one. */
create function unchanged(field text, was anyelement, wanted anyelement) returns anyelement
language plpgsql stable as $$
begin
	if was is distinct from wanted then
		perform app_invalid(field, 'IMMUTABLE', 'Cannot be changed once set.');
	end if;
	return was;
end
$$;

/* ---- people --------------------------------------------------------------------------------- */

/*
 * The names of the organisation's people, for its own members of any role: who may see a deal may see
 * whose it is, although seed 002 lets a manager read only a team's cards and a user only the own one.
 * Partners' people see none of them. The view belongs to cairn_lookup, whose policy lets it read all.
 */
set local role cairn_lookup;

create view people with (security_barrier) as
	select org_id, id, first_name, last_name from memberships
	where org_id = (select app_org()) and (select app_partner()) is null;

grant select on people to cairn_app;
set local role cairn_owner;

/* ---- time zones ----------------------------------------------------------------------------- */

/* PostgreSQL owns the list of names; asking for the time there is the cheapest question. */
create function time_zone_check() returns trigger language plpgsql as $$
begin
	perform now() at time zone new.time_zone;
	return new;
exception when invalid_parameter_value then
	perform app_invalid('timeZone', 'INVALID_TIME_ZONE', 'Must be a time zone such as Europe/Berlin.');
end
$$;

do $$
declare
	t text;
begin
	foreach t in array array['organizations', 'memberships', 'contacts'] loop
		execute format('create trigger time_zone_check before insert or update of time_zone on %I '
			'for each row when (new.time_zone is not null) execute function time_zone_check()', t);
	end loop;
end
$$;

/* ---- definer functions ------------------------------------------------------------------------ */

/* Those that policies call are for the serving role, not for everybody who can connect. */
do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc
	         where pronamespace = 'public'::regnamespace and prosecdef
	           and prorettype <> 'trigger'::regtype and has_function_privilege('public', oid, 'execute') loop
		execute format('set local role %I',
			(select proowner::regrole::text from pg_proc where oid = f));
		execute format('revoke execute on function %s from public', f);
		execute format('grant execute on function %s to cairn_app', f);
		set local role cairn_owner;
	end loop;
end
$$;
