/* SPDX-License-Identifier: Apache-2.0 */
/* Views keep how they are shown, and filters know days that move with the calendar. */
alter table views add column display jsonb,
	add constraint views_display_length check (octet_length(display::text) <= 50000);

select protect_again('views', quiet => '{default_of}');

/*
 * `today`, and the first day of this week, month, quarter or year, with as many units before or after it as are
 * said: today-7, monthStart+1. In the organisation's time zone and with its first day of the week; NULL for any other
 * text, and for what lies beyond the calendar.
 */
create function relative_day(wanted text) returns date language plpgsql stable as $$
declare
	parts constant text[] := regexp_match(wanted, '^(today|(week|month|quarter|year)Start)([+-][0-9]{1,4})?$');
	unit constant text := coalesce(parts[2], 'day');
	steps constant int := coalesce(parts[3], '0')::int;
	today constant date := app_today();
	first int;
begin
	if parts is null then
		return null;
	end if;
	if unit = 'week' then
		select coalesce(o.week_start, 1) into first from organizations o where o.id = app_org();
		return today - (extract(dow from today)::int - coalesce(first, 1) + 7) % 7 + 7 * steps;
	end if;
	return date_trunc(unit, today::timestamp)::date + case unit
		when 'day' then make_interval(days => steps)
		when 'month' then make_interval(months => steps)
		when 'quarter' then make_interval(months => 3 * steps)
		else make_interval(years => steps) end;
end
$$;
