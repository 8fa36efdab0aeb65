/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an organisation defines for itself: tags, custom fields, picklists; and the presets a new one
 * starts with.
 */

create table tags (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	color text,
	description text,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint tags_pkey primary key (org_id, id),
	constraint tags_org foreign key (org_id) references organizations (id),
	constraint tags_name_length check (length(name) between 1 and 50)
);

create unique index tags_name_unique on tags (org_id, lower(name)) where deleted_at is null;

create table custom_fields (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	entity text not null,
	key text not null,
	label text not null,
	type text not null,
	required boolean not null default false,
	"unique" boolean not null default false,
	"default" jsonb,
	options jsonb,
	reference_entity text,
	min numeric,
	max numeric,
	max_length int,
	scale int,
	help_text text,
	"group" text,
	searchable boolean not null default false,
	filterable boolean not null default true,
	position int not null default 0,
	archived boolean not null default false,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint custom_fields_pkey primary key (org_id, id),
	constraint custom_fields_org foreign key (org_id) references organizations (id),
	constraint custom_fields_key check (key ~ '^[a-z][a-zA-Z0-9]{0,39}$'),
	constraint custom_fields_label_length check (length(label) between 1 and 100),
	constraint custom_fields_type check (type in ('text', 'longText', 'email', 'phone', 'url',
		'integer', 'decimal', 'money', 'boolean', 'date', 'datetime', 'picklist', 'multiPicklist',
		'reference')),
	constraint custom_fields_options check (type not in ('picklist', 'multiPicklist')
		or jsonb_typeof(options) = 'array' and jsonb_array_length(options) between 1 and 200),
	constraint custom_fields_reference check (type <> 'reference' or reference_entity is not null),
	constraint custom_fields_unique_type check (not "unique"
		or type in ('text', 'email', 'phone', 'integer')),
	constraint custom_fields_scale check (scale between 0 and 6),
	constraint custom_fields_max_length check (max_length between 1 and 10000),
	constraint custom_fields_range check (min <= max)
);

create unique index custom_fields_key_unique on custom_fields (org_id, entity, key)
	where deleted_at is null;

/* Rows store the key; an archived option stays valid on old rows and is not offered. */
create table picklist_options (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	picklist text not null,
	key text not null,
	label text not null,
	color text,
	position int not null default 0,
	archived boolean not null default false,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint picklist_options_pkey primary key (org_id, id),
	constraint picklist_options_org foreign key (org_id) references organizations (id),
	constraint picklist_options_picklist check (picklist ~ '^[a-z][a-zA-Z0-9_.]{0,59}$'),
	constraint picklist_options_key_length check (length(key) between 1 and 60),
	constraint picklist_options_label_length check (length(label) between 1 and 100)
);

create unique index picklist_options_key_unique on picklist_options (org_id, picklist, lower(key))
	where deleted_at is null;
create index picklist_options_order on picklist_options (org_id, picklist, position)
	where deleted_at is null;

/* What other rows were built on does not change under them. */
create function custom_fields_guard() returns trigger language plpgsql as $$
begin
	if new.entity <> old.entity then
		perform app_invalid('entity', 'IMMUTABLE', 'cannot be changed');
	elsif new.key <> old.key then
		perform app_invalid('key', 'IMMUTABLE', 'cannot be changed');
	elsif new.type <> old.type and (old.type, new.type) not in (('text', 'longText'),
	      ('integer', 'decimal'), ('picklist', 'multiPicklist')) then
		perform app_invalid('type', 'IMMUTABLE', 'cannot be changed to this type');
	end if;
	return new;
end
$$;

create trigger custom_fields_guard before update on custom_fields
	for each row execute function custom_fields_guard();

create function picklist_options_guard() returns trigger language plpgsql as $$
begin
	if new.picklist <> old.picklist then
		perform app_invalid('picklist', 'IMMUTABLE', 'cannot be changed');
	elsif new.key <> old.key then
		perform app_invalid('key', 'IMMUTABLE', 'cannot be changed');
	end if;
	return new;
end
$$;

create trigger picklist_options_guard before update on picklist_options
	for each row execute function picklist_options_guard();

select protect('tags', entity => 'tag', own => 'created_by = (select app_user())',
	team => 'created_by = any ((select app_team_users())::uuid[])');
select protect('custom_fields', entity => 'custom_field');
select protect('picklist_options', entity => 'picklist_option');

/* ---- tags on records ------------------------------------------------------------------------ */

set local role cairn_lookup;
set local row_security = on;

/* An array cannot carry a foreign key. Fires only where tags are there and changed. */
create function tags_check() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.tags := array(select distinct t from unnest(new.tags) as t order by t);
	if cardinality(new.tags) > 50 then
		perform app_invalid('tags', 'TOO_MANY', 'holds at most 50 tags');
	end if;
	if (select count(*) from tags t where t.org_id = new.org_id and t.id = any (new.tags)
	    and t.deleted_at is null) <> cardinality(new.tags) then
		perform app_invalid('tags', 'UNKNOWN_REFERENCE', 'names a tag that does not exist');
	end if;
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

/* Puts tags_check on a table that takes tags. */
create function tags_protect(table_name text) returns void language plpgsql as $$
begin
	execute format('create trigger tags_check_insert before insert on %I for each row '
		'when (new.tags <> ''{}'') execute function tags_check()', table_name);
	execute format('create trigger tags_check_update before update on %I for each row '
		'when (new.tags is distinct from old.tags and new.tags <> ''{}'') '
		'execute function tags_check()', table_name);
end
$$;

revoke execute on function tags_protect(text) from public;

/* ---- presets -------------------------------------------------------------------------------- */

set local role cairn_lookup;

/* A new organisation's picklists, pipelines and stages; runs in its context. */
create function organization_presets(org uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	deals constant uuid := uuid_v7();
	leads constant uuid := uuid_v7();
begin
	insert into picklist_options (org_id, picklist, key, label, position)
	select org, picklist, split_part(option, '=', 1), split_part(option, '=', -1), place
	from (values
		('industry', 'Technology,Healthcare,Finance,Retail,Other'),
		('company.status', 'Prospect,Active,Inactive'),
		('lead.source', 'website=Website,referral=Referral,advertisement=Advertisement'),
		('salutation', 'Mr,Ms,Mx,Dr'),
		('lifecycleStage', 'Lead,Prospect,Customer,Former,Other'),
		('unqualifiedReason', 'Not a fit,No budget,No response,Duplicate,Spam'),
		('eventType', 'Wedding,Corporate,Conference,Birthday,Other'),
		('wonReason', 'Price,Product,Service,Relationship'),
		('lostReason', 'Price,Competitor,Timing,No decision,Not a fit'),
		('deal.type', 'New business,Existing business,Renewal'),
		('activity.outcome', 'Connected,No answer,Left message,Wrong number')
	) as preset (picklist, options),
	unnest(string_to_array(options, ',')) with ordinality as part (option, place);

	insert into pipelines (org_id, id, name, entity, is_default, position)
	values (org, deals, 'Sales', 'deal', true, 1), (org, leads, 'Leads', 'lead', true, 1);

	insert into stages (org_id, pipeline_id, name, key, category, probability, position, color)
	select org, case entity when 'deal' then deals else leads end, name, key, category, probability,
		position, color
	from (values
		('deal', 1, 'qualification', 'Qualification', 'open', 10, 'blue'),
		('deal', 2, 'meeting', 'Meeting', 'open', 25, 'cyan'),
		('deal', 3, 'proposal', 'Proposal', 'open', 50, 'violet'),
		('deal', 4, 'negotiation', 'Negotiation', 'open', 75, 'amber'),
		('deal', 5, 'won', 'Won', 'won', 100, 'green'),
		('deal', 6, 'lost', 'Lost', 'lost', 0, 'red'),
		('lead', 1, 'new', 'New', 'open', 10, 'blue'),
		('lead', 2, 'contacted', 'Contacted', 'open', 25, 'cyan'),
		('lead', 3, 'qualified', 'Qualified', 'open', 50, 'violet'),
		('lead', 4, 'unqualified', 'Unqualified', 'lost', 0, 'gray'),
		('lead', 5, 'converted', 'Converted', 'won', 100, 'green')
	) as preset (entity, position, key, name, category, probability, color);
end
$$;

revoke execute on function organization_presets(uuid) from public;

set local role cairn_owner;
