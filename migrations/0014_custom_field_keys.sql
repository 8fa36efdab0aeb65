/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A custom field that was deleted has left its values in the records. Another field of its key finds
 * them there, so it must be of a type that can read them.
 */
create function custom_fields_key_guard() returns trigger language plpgsql as $$
declare
	former text;
begin
	select f.type into former from custom_fields f
	where f.org_id = new.org_id and f.entity = new.entity and f.key = new.key and f.deleted_at is not null
		and f.type <> new.type and (f.type, new.type) not in (('text', 'longText'),
		('integer', 'decimal'), ('picklist', 'multiPicklist'))
	limit 1;
	if former is not null then
		perform app_invalid('key', 'DUPLICATE', format(
			'A deleted field of type %s has left its values under this key. Choose another key, or restore the field.', former));
	end if;
	return new;
end
$$;

create trigger custom_fields_key_guard before insert on custom_fields
	for each row execute function custom_fields_key_guard();
