/* SPDX-License-Identifier: Apache-2.0 */
/* As in 0093, in steps: as one expression all three ways would be made ready for every statement, and here only
 * the one that is gone. A group of reads, which is one transaction, makes it ready once. */
create or replace function app_sees(table_name text, verb int) returns uuid[]
language plpgsql stable parallel safe as $$
declare
	letter constant text := app_scope(table_name, verb);
begin
	if letter = 'a' then
		return null;
	elsif letter = 'o' then
		return array[app_user()];
	elsif letter = 't' then
		return coalesce(app_team_users(), '{}');
	end if;
	return '{}';
end
$$;
