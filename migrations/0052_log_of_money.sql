/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An accountant is told of the change log what concerns documents and payments. Which entities those are the
 * server says with the letters, |changes=invoice,payment,…|; nothing said, the log is told whole.
 */
create function app_log_of() returns text[] language sql stable parallel safe as $$
	select string_to_array(nullif(split_part(split_part(
		current_setting('app.access', true), '|changes=', 2), '|', 1), ''), ',')
$$;

/* As in 0037, and no further than app_log_of. */
alter policy changes_read on changes using (
	org_id = (select app_org())
	and case (select app_scope('changes', 1))
		when 'a' then true
		when 'o' then actor_id = (select app_user()) or owner_id = (select app_user())
		when 't' then actor_id = any ((select app_team_users())::uuid[])
			or owner_id = any ((select app_team_users())::uuid[])
		when 'p' then partner_id = (select app_partner()) and changes_of_partner(entity)
		else false end
	and case when entity = any ((select app_entities('a'))::text[]) then true
		when entity = any ((select app_entities('o'))::text[])
			then actor_id = (select app_user()) or owner_id = (select app_user())
		when entity = any ((select app_entities('t'))::text[])
			then actor_id = any ((select app_team_users())::uuid[])
			or owner_id = any ((select app_team_users())::uuid[])
		when entity = any ((select app_entities('p'))::text[])
			then partner_id = (select app_partner())
		when entity = any ((select app_entities('n'))::text[]) then false
		else case (select app_scope('memberships', 1)) when 'a' then true
			when 'p' then partner_id = (select app_partner()) else false end end
	and case when (select app_log_of() is null) then true
		else entity = any ((select app_log_of())::text[]) end
	and case when entity = 'activity' then activity_history_open(record_id) else true end);
