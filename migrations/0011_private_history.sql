/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The history of a private activity is as private as the activity: its diffs hold the text. Whether it
 * is private is asked of the activity as it is now.
 */
set local role cairn_lookup;
set local row_security = on;

create function activity_history_open(activity uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return app_scope('activities', 4) = 'a' or not exists (
		select from activities a where a.org_id = app_org() and a.id = activity
			and a.visibility = 'private' and a.created_by is distinct from app_user());
end
$$;

revoke execute on function activity_history_open(uuid) from public;
grant execute on function activity_history_open(uuid) to cairn_app;

set local role cairn_owner;

alter policy changes_read on changes using (
	org_id = (select app_org())
	and case (select app_scope('changes', 1))
		when 'a' then true
		when 'o' then actor_id = (select app_user()) or owner_id = (select app_user())
		when 't' then actor_id = any ((select app_team_users())::uuid[])
			or owner_id = any ((select app_team_users())::uuid[])
		when 'p' then partner_id = (select app_partner())
		else false end
	and case when entity = 'activity' then activity_history_open(record_id) else true end);
