/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computed fields: functions of a row that the server calls as <entity>_<column>(row) wherever it would
 * name a column. Written in SQL as one expression without sub-selects they inline, and cost what the
 * expression costs; they stay stable, and say coalesce where the field is never null.
 *
 * What depends on the day asks app_today(): the day in the organisation's time zone, whoever looks.
 */

set local role cairn_lookup;
set local row_security = on;

/* Apart from app_time_zone, because a function of its own search path costs each call. */
create function app_time_zone_find() returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return coalesce((select o.time_zone from organizations o where o.org_id = app_org()), 'UTC');
end
$$;

revoke execute on function app_time_zone_find() from public;
grant execute on function app_time_zone_find() to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* The organisation's time zone, looked up once a transaction: `<org> <zone>` is kept beside the context. */
create function app_time_zone() returns text language plpgsql stable as $$
declare
	org constant text := coalesce(current_setting('app.org_id', true), '');
	known constant text := coalesce(current_setting('app.time_zone', true), '');
	zone text;
begin
	if org <> '' and starts_with(known, org || ' ') then
		return substr(known, length(org) + 2);
	end if;
	zone := app_time_zone_find();
	perform set_config('app.time_zone', org || ' ' || zone, true);
	return zone;
end
$$;

create function app_today() returns date language sql stable
as $$ select (now() at time zone app_time_zone())::date $$;

/* The moment at which a day begins there. */
create function app_midnight(day date) returns timestamptz language sql stable
as $$ select day::timestamp at time zone app_time_zone() $$;

/* ---- tasks ---------------------------------------------------------------------------------- */

create function task_overdue(task tasks) returns boolean language sql stable as $$
	select case when task.due_at is null or task.status in ('done', 'cancelled') then false
		when task.all_day then task.due_at < app_midnight(app_today())
		else task.due_at < now() end
$$;
