/* SPDX-License-Identifier: Apache-2.0 */
/* Computed fields: the day of the organisation, and functions that cost what their expression costs. */
begin;
select no_plan();

create temp table a as select * from tap.make_org('alpha');
grant select on a to cairn_app;
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null

update organizations set time_zone = 'Pacific/Pago_Pago' where org_id = app_org();
select is(app_today(), (now() at time zone 'Pacific/Pago_Pago')::date, 'S5-API-26 today is the day of the organisation');
create temp table b as select * from tap.make_org('beta');
select tap.act(org, admin, tap.letters('aaaa')) from b \g /dev/null
update organizations set time_zone = 'Pacific/Kiritimati' where org_id = app_org();
select is(app_today(), (now() at time zone 'Pacific/Kiritimati')::date, 'S5-API-26 of each organisation');
select is(app_midnight(app_today()) at time zone 'Pacific/Kiritimati', app_today()::timestamp, 'a day begins at its midnight');
select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select is(app_time_zone(), 'Pacific/Pago_Pago', 'S4-SEC-01 what was looked up for another is not taken');
select tap.act(null, null, '') \g /dev/null
select is(app_time_zone(), 'UTC', 'nobody''s day is UTC''s');
select tap.act(org, mate, tap.letters('nnnn')) from b \g /dev/null
select is(tap.value('select app_time_zone()'), 'Pacific/Kiritimati', 'who may not read the organisation lives by its clock all the same');

select tap.act(org, admin, tap.letters('aaaa')) from a \g /dev/null
select ok(tap.plan_of('select task_overdue(t) from tasks t where task_overdue(t)') ~ 'status = ANY',
	'S5-API-26 the function of a row inlines');

select finish();
rollback;
