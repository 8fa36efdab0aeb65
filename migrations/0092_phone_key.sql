/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key of a phone number, as before, in a form that PostgreSQL puts in the place of the call: as a query of its
 * own it was started for each of a contact's two numbers at every insert, a sixth of a create.
 */
create or replace function phone_key(value text) returns text
language sql immutable parallel safe as $$
	select case when length(regexp_replace(value, '[^0-9]', '', 'g')) >= 7
		then right(regexp_replace(value, '[^0-9]', '', 'g'), 9) end
$$;
