/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lead becomes a contact of a company and perhaps a deal. The server holds the lead's row meanwhile; the
 * functions run with the caller's rights, but for the last one.
 */

alter table leads add constraint leads_converted_whole check (converted_at is null
	or num_nulls(converted_contact_id, converted_company_id) = 0);

/* The values of a lead's custom fields that another entity has as well: same key, type and options. */
create function lead_custom(p_custom jsonb, p_entity text) returns jsonb language plpgsql stable as $$
begin
	return (select coalesce(jsonb_object_agg(v.key, v.value), '{}')
		from jsonb_each(p_custom) v
		join custom_fields f on f.org_id = app_org() and f.entity = 'lead' and f.key = v.key
			and f.deleted_at is null
		join custom_fields t on t.org_id = app_org() and t.entity = p_entity and t.key = v.key
			and t.deleted_at is null
		where t.type = f.type and t.options is not distinct from f.options
			and t.reference_entity is not distinct from f.reference_entity);
end
$$;

/* The first and then what it lacks of the second. */
create function tags_joined(p_first uuid[], p_second uuid[]) returns uuid[] language sql immutable as $$
	select p_first || array(select t from unnest(p_second) as t where t <> all (p_first))
$$;

/* The company that a conversion links or makes: the given one; the lead's; with p_link one of the name that
 * the lead tells. Without a name, or for p_person, an account of the person. */
create function lead_company(lead leads, p_company uuid, p_person boolean, p_link boolean) returns uuid
language plpgsql as $$
declare
	named constant text := case when not p_person then nullif(trim(lead.company), '') end;
	person constant text := concat_ws(' ', lead.first_name, lead.last_name);
	company uuid := coalesce(p_company, case when not p_person then lead.company_id end);
begin
	if company is null and p_link and named is not null then
		select c.id into company from companies c
		where c.org_id = app_org() and lower(c.name) = lower(named) and c.deleted_at is null
		order by c.created_at, c.id limit 1;
	end if;
	if company is not null then
		return company;
	end if;
	company := uuid_v7();
	insert into companies (id, kind, name, email, phone, website, industry, source, owner_id,
		billing_street, billing_city, billing_region, billing_postal_code, billing_country, tags, custom)
	values (company, case when named is null then 'person' else 'organization' end,
		rpad(coalesce(named, person), greatest(length(coalesce(named, person)), 2), '.'),
		case when named is null then lead.email end, case when named is null then lead.phone end,
		lead.website, lead.industry, lead.source, lead.owner_id, lead.address_street, lead.address_city,
		lead.address_region, lead.address_postal_code, lead.address_country, lead.tags,
		lead_custom(lead.custom, 'company'));
	return company;
end
$$;

/* The contact likewise: the given one, the lead's, or a new one. */
create function lead_contact(lead leads, p_contact uuid, p_company uuid) returns uuid
language plpgsql as $$
declare
	contact uuid := coalesce(p_contact, lead.contact_id);
begin
	if contact is not null then
		update contacts c set company_id = coalesce(c.company_id, p_company),
			lead_id = coalesce(c.lead_id, lead.id), tags = tags_joined(c.tags, lead.tags),
			custom = lead_custom(lead.custom, 'contact') || c.custom
		where c.org_id = app_org() and c.id = contact;
		return contact;
	end if;
	contact := uuid_v7();
	insert into contacts (id, first_name, last_name, company_id, job_title, email, phone, phone_ext, source,
		owner_id, address_street, address_city, address_region, address_postal_code, address_country,
		lead_id, description, tags, custom)
	values (contact, lead.first_name, lead.last_name, p_company, lead.job_title, lead.email, lead.phone,
		lead.phone_ext, lead.source, lead.owner_id, lead.address_street, lead.address_city,
		lead.address_region, lead.address_postal_code, lead.address_country, lead.id, lead.description,
		lead.tags, lead_custom(lead.custom, 'contact'));
	return contact;
end
$$;

create function lead_convert(p_lead uuid, p_company uuid, p_contact uuid, p_person boolean,
	p_link boolean, out made_company uuid,
	out made_contact uuid) language plpgsql as $$
declare
	lead leads;
begin
	select l.* into lead from leads l where l.org_id = app_org() and l.id = p_lead;
	if p_company is not null and not exists (select from companies c where c.org_id = app_org()
	   and c.id = p_company and c.deleted_at is null) then
		perform app_invalid('companyId', 'UNKNOWN_REFERENCE', 'Names nothing that exists or that you may see.');
	end if;
	if p_contact is not null and not exists (select from contacts c where c.org_id = app_org()
	   and c.id = p_contact and c.deleted_at is null) then
		perform app_invalid('contactId', 'UNKNOWN_REFERENCE', 'Names nothing that exists or that you may see.');
	end if;
	made_company := lead_company(lead, p_company, p_person, p_link);
	made_contact := lead_contact(lead, p_contact, made_company);
	update companies c set primary_contact_id = made_contact
	where c.org_id = app_org() and c.id = made_company and c.primary_contact_id is null
		and exists (select from contacts k where k.org_id = app_org() and k.id = made_contact
			and k.company_id = made_company);
end
$$;

set local role cairn_lookup;
set local row_security = on;

/* Activities and tasks of a converted lead are also about what it became, whosever they are. It says no
 * more than the lead does, so that anybody may call it. */
create function lead_work_follows(p_lead uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update activities t set contact_id = coalesce(t.contact_id, l.converted_contact_id),
		company_id = coalesce(t.company_id, l.converted_company_id),
		deal_id = coalesce(t.deal_id, l.converted_deal_id)
	from leads l
	where l.org_id = app_org() and l.id = p_lead and l.converted_at is not null
		and t.org_id = l.org_id and t.lead_id = l.id;
	update tasks t set contact_id = coalesce(t.contact_id, l.converted_contact_id),
		company_id = coalesce(t.company_id, l.converted_company_id),
		deal_id = coalesce(t.deal_id, l.converted_deal_id)
	from leads l
	where l.org_id = app_org() and l.id = p_lead and l.converted_at is not null
		and t.org_id = l.org_id and t.lead_id = l.id;
end
$$;

revoke execute on function lead_work_follows(uuid) from public;
grant execute on function lead_work_follows(uuid) to cairn_app;
set local row_security = off;
set local role cairn_owner;

create function lead_converted(p_lead uuid, p_company uuid, p_contact uuid, p_deal uuid)
returns timestamptz language plpgsql as $$
declare
	lead leads;
	stage uuid;
begin
	select l.* into lead from leads l where l.org_id = app_org() and l.id = p_lead;
	stage := stage_first((select s.pipeline_id from stages s where s.org_id = app_org()
		and s.id = lead.stage_id), 'won');
	if stage is null then
		raise exception using errcode = 'CR409',
			message = 'this pipeline has no stage for leads that are converted';
	end if;
	update deals d set tags = tags_joined(d.tags, lead.tags), source = coalesce(d.source, lead.source),
		custom = lead_custom(lead.custom, 'deal') || d.custom
	where d.org_id = app_org() and d.id = p_deal;
	update leads l set converted_at = now(), converted_contact_id = p_contact,
		converted_company_id = p_company, converted_deal_id = p_deal, stage_id = stage,
		contact_id = coalesce(l.contact_id, p_contact), company_id = coalesce(l.company_id, p_company)
	where l.org_id = app_org() and l.id = p_lead
	returning l.converted_at into lead.converted_at;
	perform lead_work_follows(p_lead);
	return lead.converted_at;
end
$$;

/* After leads_stage, which turns a status into its stage. */
create function leads_stay_converted() returns trigger language plpgsql as $$
begin
	perform app_invalid('status', 'INVALID', 'A converted lead stays converted.');
	return null;
end
$$;

create trigger leads_stay_converted before update on leads for each row
	when (old.converted_at is not null and (new.converted_at is null or new.stage_id <> old.stage_id))
	execute function leads_stay_converted();
