/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Companies and contacts.
 *
 * Indexes are chosen for what an insert pays. Every table has: its key; the default list
 * (created_at desc, id desc) of the whole organisation and of one owner, live rows only, both ways
 * readable without a sort; a partial index behind each foreign key, where a value is present; and ONE
 * multi-column GIN index beginning with org_id for search, tags, custom fields and the trigrams of
 * names, because each GIN index has a pending list and a merge of its own.
 *
 * created_by refers to memberships without an index: nobody is ever deleted there (no grant, no
 * delete in any function) and their keys do not change, so no check ever looks it up from that side.
 */

/* ---- company -------------------------------------------------------------------------------- */

create function company_domain(website text, email text) returns text
language plpgsql immutable parallel safe as $$
begin
	return lower(coalesce(
		nullif(regexp_replace(website, '^[a-zA-Z]+://(www\.)?([^/:?#]+).*$', '\2'), ''),
		nullif(split_part(email, '@', 2), '')));
end
$$;

create table companies (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	kind text not null default 'organization',
	name text collate "und-x-icu" not null,
	company text,
	email text,
	phone text,
	phone_ext text,
	industry text,
	status text not null default 'Prospect',
	owner_id uuid,
	legal_name text,
	website text,
	parent_id uuid,
	primary_contact_id uuid,
	source text,
	employees int,
	annual_revenue numeric(14,2),
	currency text,
	founded_year int,
	tax_id text,
	registration_number text,
	payment_terms_days int,
	billing_street text,
	billing_city text,
	billing_region text,
	billing_postal_code text,
	billing_country text,
	shipping_street text,
	shipping_city text,
	shipping_region text,
	shipping_postal_code text,
	shipping_country text,
	language text,
	description text,
	last_activity_at timestamptz(3),
	domain text generated always as (company_domain(website, email)) stored,
	phone_digits text generated always as (translate(phone, ' -()+', '')) stored,
	search tsvector generated always as (search_document(name, company, legal_name, email,
		company_domain(website, null), translate(phone, ' -()+', ''))) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint companies_pkey primary key (org_id, id),
	constraint companies_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint companies_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint companies_parent foreign key (org_id, parent_id) references companies (org_id, id),
	constraint companies_kind check (kind in ('organization', 'person')),
	constraint companies_name_length check (length(name) between 2 and 100),
	constraint companies_employees check (employees between 0 and 10000000),
	constraint companies_annual_revenue check (annual_revenue >= 0),
	constraint companies_founded_year check (founded_year between 1000 and 9999),
	constraint companies_payment_terms check (payment_terms_days between 0 and 365),
	constraint companies_parent_self check (parent_id <> id)
);

create index companies_list on companies (org_id, created_at desc, id desc) where deleted_at is null;
create index companies_owner on companies (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index companies_status on companies (org_id, status, created_at desc, id desc)
	where deleted_at is null;
create index companies_name on companies (org_id, lower(name)) where deleted_at is null;
create index companies_email on companies (org_id, email) where email is not null;
create index companies_domain on companies (org_id, domain) where domain is not null;
create index companies_parent on companies (org_id, parent_id) where parent_id is not null;
create index companies_primary_contact on companies (org_id, primary_contact_id)
	where primary_contact_id is not null;
create index companies_search on companies
	using gin (org_id, search, tags, custom jsonb_path_ops, name gin_trgm_ops);

/* ---- contact -------------------------------------------------------------------------------- */

create table contacts (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	first_name text collate "und-x-icu",
	last_name text collate "und-x-icu",
	company_id uuid,
	salutation text,
	job_title text,
	department text,
	email text,
	secondary_email text,
	phone text,
	phone_ext text,
	mobile text,
	lifecycle_stage text,
	source text,
	owner_id uuid,
	birthday date,
	linkedin_url text,
	language text,
	time_zone text,
	address_street text,
	address_city text,
	address_region text,
	address_postal_code text,
	address_country text,
	do_not_call boolean not null default false,
	email_opt_out boolean not null default false,
	consent_at timestamptz(3),
	consent_source text,
	lead_id uuid,
	description text,
	last_activity_at timestamptz(3),
	phone_digits text generated always as (translate(phone, ' -()+', '')) stored,
	mobile_digits text generated always as (translate(mobile, ' -()+', '')) stored,
	search tsvector generated always as (search_document(first_name, last_name, email,
		secondary_email, translate(phone, ' -()+', ''), translate(mobile, ' -()+', ''))) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint contacts_pkey primary key (org_id, id),
	constraint contacts_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint contacts_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint contacts_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint contacts_name_required check (num_nonnulls(first_name, last_name) > 0)
);

create index contacts_list on contacts (org_id, created_at desc, id desc) where deleted_at is null;
create index contacts_owner on contacts (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index contacts_company on contacts (org_id, company_id) where company_id is not null;
create index contacts_email on contacts (org_id, email) where email is not null;
create index contacts_lead on contacts (org_id, lead_id) where lead_id is not null;
create index contacts_search on contacts using gin (org_id, search, tags, custom jsonb_path_ops,
	first_name gin_trgm_ops, last_name gin_trgm_ops);

alter table companies add constraint companies_primary_contact
	foreign key (org_id, primary_contact_id) references contacts (org_id, id);

/* ---- rules ---------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* Fires only where a parent or a primary contact is set. */
create function companies_relations() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if new.parent_id is not null then
		/* Two moves at once could close a ring that neither sees. */
		perform pg_advisory_xact_lock(hashtextextended('companies ' || new.org_id, 0));
		if exists (with recursive above as (
			select c.id, c.parent_id from companies c
			where c.org_id = new.org_id and c.id = new.parent_id
			union
			select c.id, c.parent_id from companies c join above on c.id = above.parent_id
			where c.org_id = new.org_id)
			select from above where id = new.id) then
			perform app_invalid('parentId', 'CYCLE', 'is this company or below it');
		end if;
	end if;
	if new.primary_contact_id is not null and not exists (select from contacts c
	   where c.org_id = new.org_id and c.id = new.primary_contact_id and c.company_id = new.id) then
		perform app_invalid('primaryContactId', 'UNKNOWN_REFERENCE', 'is not a contact of this company');
	end if;
	return new;
end
$$;

/* A contact is also own through its company. A function rather than a sub-select in the policy: it
 * costs nothing where the branch is not reached, which is every row of a list that the server has
 * already narrowed to its owner. */
create function company_in_scope(p_company uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from companies c where c.org_id = app_org() and c.id = p_company
		and case p_letter when 'o' then c.owner_id = app_user()
		else c.owner_id = any (app_team_users()) end);
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger companies_relations_insert before insert on companies for each row
	when (new.parent_id is not null or new.primary_contact_id is not null)
	execute function companies_relations();
create trigger companies_relations_update before update on companies for each row
	when ((new.parent_id is not null or new.primary_contact_id is not null)
		and (new.parent_id, new.primary_contact_id)
		is distinct from (old.parent_id, old.primary_contact_id))
	execute function companies_relations();

select protect('companies', entity => 'company', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])', owner_column => 'owner_id',
	quiet => '{last_activity_at}');
select protect('contacts', entity => 'contact',
	own => 'owner_id = (select app_user())
		or company_id is not null and company_in_scope(company_id, ''o'')',
	team => 'owner_id = any ((select app_team_users())::uuid[])
		or company_id is not null and company_in_scope(company_id, ''t'')',
	owner_column => 'owner_id', quiet => '{last_activity_at}');
select tags_protect('companies');
select tags_protect('contacts');
