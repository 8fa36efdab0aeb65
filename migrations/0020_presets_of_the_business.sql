/* SPDX-License-Identifier: Apache-2.0 */
/* The picklists of products, partners and vendors: for new organisations and for those that are there. */

set local role cairn_lookup;
set local row_security = on;

/* What an organisation has of a picklist stays as it is. Options are `key=Label`, or both alike. */
create function organization_presets_add(org uuid, picklists text[][]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	list text[];
begin
	foreach list slice 1 in array picklists loop
		insert into picklist_options (org_id, picklist, key, label, position)
		select org, list[1], split_part(option, '=', 1), split_part(option, '=', -1), place
		from unnest(string_to_array(list[2], ',')) with ordinality as part (option, place)
		where not exists (select from picklist_options o where o.org_id = org
			and o.picklist = list[1]);
	end loop;
end
$$;

create function organization_presets_business(org uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	select organization_presets_add(org, array[
		['unit', 'piece=Piece,hour=Hour,day=Day,person=Person,set=Set,kg=kg,m=m'],
		['vendor.category', 'Venue,Catering,Photography,Music,Flowers,Decoration,Transport,'
			|| 'Equipment,Staff,Other'],
		['eventType', 'Wedding,Corporate,Conference,Birthday,Other'],
		['partner.tier', 'Registered,Silver,Gold']])
$$;

alter function organization_presets(uuid) rename to organization_presets_crm;

create function organization_presets(org uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	select organization_presets_crm(org);
	select organization_presets_business(org);
$$;

revoke execute on function organization_presets_add(uuid, text[][]) from public;
revoke execute on function organization_presets_business(uuid) from public;
revoke execute on function organization_presets(uuid) from public;

do $$
declare
	org uuid;
begin
	for org in select id from organizations loop
		perform set_config('app.org_id', org::text, true);
		perform organization_presets_business(org);
	end loop;
	perform set_config('app.org_id', '', true);
end
$$;

set local row_security = off;
set local role cairn_owner;
