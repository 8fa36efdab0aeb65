/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a new record is somebody else's is asked of the setting itself: a condition of a trigger is planned
 * for every statement, and app_user() in it was parsed and inlined anew each time, a tenth of a create.
 */
create or replace function protect_assign(table_name text, scope text, owner_column text) returns void
language plpgsql as $$
begin
	execute format('create or replace trigger aa_assign_insert before insert on %1$I for each row '
		'when (new.%2$I::text <> current_setting(''app.user_id'', true)) '
		'execute function owner_assign(%3$L, %2$L)', table_name, owner_column, scope);
	execute format('create or replace trigger aa_assign_update before update of %2$I on %1$I '
		'for each row when (new.%2$I is distinct from old.%2$I) execute function owner_assign(%3$L, %2$L)',
		table_name, owner_column, scope);
end
$$;

select protect_assign(tgrelid::regclass::text, args[1], args[2])
from pg_trigger, string_to_array(encode(tgargs, 'escape'), '\000') as args
where tgname = 'aa_assign_insert';
