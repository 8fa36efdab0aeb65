/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words and figures that the database makes keep to the field rules of the caller's role (roles.fields, of
 * 0037): what is not there for the role stands neither in a notification nor in a partner's statistics.
 */
set local role cairn_lookup;
set local row_security = on;

/* The columns of an entity that the caller's role does not see. */
create function app_hidden(entity text) returns text[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return array(select lower(regexp_replace(split_part(f.key, '.', 2), '([A-Z])', '_\1', 'g'))
		from memberships m join roles r on r.org_id = m.org_id and r.key = m.role
		cross join lateral jsonb_each_text(r.fields) as f
		where m.org_id = app_org() and m.id = app_user() and f.value = 'none'
			and split_part(f.key, '.', 1) = entity and split_part(f.key, '.', 3) = '');
end
$$;

revoke execute on function app_hidden(text) from public;
grant execute on function app_hidden(text) to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* As in 0035, without what the role does not see. */
create or replace function record_row(entity text, id uuid) returns jsonb language plpgsql stable as $$
declare
	home constant text := entity_table(entity);
	seen text;
	found jsonb;
begin
	if home is null or id is null then
		return null;
	end if;
	seen := case when has_table_privilege(home, 'select') then '*' else (
		select string_agg(quote_ident(a.attname), ', ') from pg_attribute a
		where a.attrelid = home::regclass and a.attnum > 0 and not a.attisdropped
			and has_column_privilege(home, a.attname, 'select')) end;
	if seen is not null then
		execute format('select to_jsonb(t) from (select %s from %I where org_id = $1 and id = $2 '
			'and deleted_at is null) as t', seen, home) into found using app_org(), id;
	end if;
	return found - app_hidden(entity);
end
$$;

create or replace function partner_stats(partner partners) returns jsonb language plpgsql stable as $$
declare
	hidden constant text[] := app_hidden('lead');
begin
	return partner_figures(partner.id)
		- case when 'status' = any (hidden) then '{leadsByStatus}'::text[] else '{}' end
		- case when 'converted_at' = any (hidden) then '{convertedLeads,conversionRate}'::text[] else '{}' end
		- case when 'deal_status' = any (hidden) then '{wonDeals}'::text[] else '{}' end
		- case when 'won_amount' = any (hidden) then '{wonAmount,wonByCurrency}'::text[] else '{}' end;
end
$$;
