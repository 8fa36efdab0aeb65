/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipelines and stages, leads with their status history, deals.
 *
 * What follows from a stage (a lead's status, a deal's pipeline, status, probability, dates and
 * amounts) is set by one BEFORE trigger per table, so that it holds whoever writes: the API, an
 * import, a migration. The order of indexes and their reasons are those of 0004_crm.sql.
 */

/* ---- pipeline and stage --------------------------------------------------------------------- */

create table pipelines (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	entity text not null default 'deal',
	is_default boolean not null default false,
	position int not null default 0,
	archived boolean not null default false,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint pipelines_pkey primary key (org_id, id),
	constraint pipelines_org foreign key (org_id) references organizations (id),
	constraint pipelines_entity check (entity in ('deal', 'lead')),
	constraint pipelines_name_length check (length(name) between 1 and 100),
	constraint pipelines_default_open check (not (is_default and archived))
);

create unique index pipelines_name_unique on pipelines (org_id, entity, lower(name))
	where deleted_at is null;
create unique index pipelines_default_unique on pipelines (org_id, entity)
	where is_default and deleted_at is null;

create table stages (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	pipeline_id uuid not null,
	name text collate "und-x-icu" not null,
	key text not null,
	category text not null default 'open',
	probability int not null default 0,
	position int not null default 0,
	color text,
	rot_days int not null default 0,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint stages_pkey primary key (org_id, id),
	constraint stages_pipeline foreign key (org_id, pipeline_id) references pipelines (org_id, id),
	constraint stages_name_length check (length(name) between 1 and 100),
	constraint stages_key check (key ~ '^[a-z][a-z0-9_]{0,49}$'),
	constraint stages_category check (category in ('open', 'won', 'lost')),
	constraint stages_probability check (probability between 0 and 100),
	constraint stages_rot_days check (rot_days between 0 and 365)
);

create unique index stages_name_unique on stages (org_id, pipeline_id, lower(name))
	where deleted_at is null;
create unique index stages_key_unique on stages (org_id, pipeline_id, key) where deleted_at is null;
create index stages_pipeline on stages (org_id, pipeline_id, position);

/* ---- lead ----------------------------------------------------------------------------------- */

/* first_name, email, company and source are required by the server and not here: imports, forms and
 * syncs may lack them. partner_id gets its foreign key with the partners. */
create table leads (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	first_name text collate "und-x-icu",
	last_name text collate "und-x-icu" not null,
	email text,
	phone text,
	phone_ext text,
	company text collate "und-x-icu",
	source text,
	status text not null,
	stage_id uuid not null,
	owner_id uuid,
	partner_id uuid,
	company_id uuid,
	contact_id uuid,
	zoho_lead_id text,
	score int,
	job_title text,
	website text,
	industry text,
	address_street text,
	address_city text,
	address_region text,
	address_postal_code text,
	address_country text,
	estimated_value numeric(14,2),
	currency text,
	event_type text,
	event_date date,
	guests_expected int,
	campaign text,
	description text,
	unqualified_reason text,
	converted_at timestamptz(3),
	converted_contact_id uuid,
	converted_company_id uuid,
	converted_deal_id uuid,
	last_activity_at timestamptz(3),
	next_activity_at timestamptz(3),
	phone_digits text generated always as (translate(phone, ' -()+', '')) stored,
	search tsvector generated always as (search_document(first_name, last_name, email, company,
		translate(phone, ' -()+', ''))) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint leads_pkey primary key (org_id, id),
	constraint leads_stage foreign key (org_id, stage_id) references stages (org_id, id),
	constraint leads_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint leads_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint leads_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint leads_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint leads_converted_contact foreign key (org_id, converted_contact_id)
		references contacts (org_id, id),
	constraint leads_converted_company foreign key (org_id, converted_company_id)
		references companies (org_id, id),
	constraint leads_last_name_length check (length(last_name) between 1 and 50),
	constraint leads_score check (score between 0 and 100),
	constraint leads_estimated_value check (estimated_value >= 0),
	constraint leads_guests_expected check (guests_expected between 0 and 1000000)
);

create index leads_list on leads (org_id, created_at desc, id desc) where deleted_at is null;
create index leads_owner on leads (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index leads_stage on leads (org_id, stage_id, created_at desc, id desc)
	where deleted_at is null;
create index leads_owner_stage on leads (org_id, owner_id, stage_id) where deleted_at is null;
create index leads_status on leads (org_id, status, created_at desc, id desc)
	where deleted_at is null;
create index leads_partner on leads (org_id, partner_id, status, created_at desc, id desc)
	where partner_id is not null;
create index leads_source on leads (org_id, source) where source is not null;
create index leads_email on leads (org_id, email) where email is not null;
create index leads_company on leads (org_id, company_id) where company_id is not null;
create index leads_contact on leads (org_id, contact_id) where contact_id is not null;
create index leads_converted_contact on leads (org_id, converted_contact_id)
	where converted_contact_id is not null;
create index leads_converted_company on leads (org_id, converted_company_id)
	where converted_company_id is not null;
create index leads_converted_deal on leads (org_id, converted_deal_id)
	where converted_deal_id is not null;
create unique index leads_zoho_unique on leads (org_id, zoho_lead_id)
	where zoho_lead_id is not null and deleted_at is null;
create index leads_search on leads using gin (org_id, search, tags, custom jsonb_path_ops,
	first_name gin_trgm_ops, last_name gin_trgm_ops, company gin_trgm_ops);

select protect_reference('contacts', 'contacts_lead', 'lead_id', 'leads');

/* Written by a trigger of leads; read by who may see the lead. The comment of a change is the local
 * setting app.comment. */
create table lead_status_history (
	org_id uuid not null,
	id uuid not null default uuid_v7(),
	lead_id uuid not null,
	old_status text,
	new_status text not null,
	old_stage_id uuid,
	new_stage_id uuid,
	changed_by uuid,
	changed_at timestamptz(3) not null default now(),
	comment text,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint lead_status_history_pkey primary key (org_id, id),
	constraint lead_status_history_lead foreign key (org_id, lead_id) references leads (org_id, id),
	constraint lead_status_history_comment_length check (length(comment) <= 500)
);

create index lead_status_history_lead on lead_status_history (org_id, lead_id, id desc);
create index lead_status_history_list on lead_status_history (org_id, created_at desc, id desc);

/* ---- deal ----------------------------------------------------------------------------------- */

/* product is the product's name until products are records. amount_base is null while the deal is in
 * a currency for which the organisation has no rate. */
create table deals (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	stage_id uuid not null,
	pipeline_id uuid not null,
	status text not null,
	company_id uuid,
	contact_id uuid,
	owner_id uuid,
	lead_id uuid,
	partner_id uuid,
	product text,
	amount numeric(14,2),
	currency text,
	amount_base numeric(14,2),
	probability int not null,
	weighted_amount numeric(14,2) generated always as (round(amount * probability / 100, 2)) stored,
	started_at date,
	expected_close_date date,
	closed_at date,
	won_reason text,
	lost_reason text,
	close_note text,
	source text,
	type text,
	position text collate "C" not null default rank_end(),
	stage_changed_at timestamptz(3) not null default now(),
	last_activity_at timestamptz(3),
	next_activity_at timestamptz(3),
	contract_number text,
	contract_status text not null default 'none',
	contract_signed_at date,
	contract_start_date date,
	contract_end_date date,
	contract_signed_by text,
	contract_terms text,
	description text,
	search tsvector generated always as (search_document(name, product, contract_number)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint deals_pkey primary key (org_id, id),
	constraint deals_stage foreign key (org_id, stage_id) references stages (org_id, id),
	constraint deals_pipeline foreign key (org_id, pipeline_id) references pipelines (org_id, id),
	constraint deals_company foreign key (org_id, company_id) references companies (org_id, id),
	constraint deals_contact foreign key (org_id, contact_id) references contacts (org_id, id),
	constraint deals_owner foreign key (org_id, owner_id) references memberships (org_id, id),
	constraint deals_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint deals_lead foreign key (org_id, lead_id) references leads (org_id, id),
	constraint deals_name_length check (length(name) between 1 and 200),
	constraint deals_product_length check (length(product) <= 200),
	constraint deals_status check (status in ('open', 'won', 'lost')),
	constraint deals_amount check (amount >= 0),
	constraint deals_probability check (probability between 0 and 100),
	constraint deals_closed_with_status check ((status = 'open') = (closed_at is null)),
	constraint deals_contract_status check (contract_status in
		('none', 'draft', 'sent', 'signed', 'terminated')),
	constraint deals_contract_dates check (contract_end_date >= contract_start_date),
	constraint deals_contract_signed check (contract_status <> 'signed'
		or contract_signed_at is not null)
);

create index deals_list on deals (org_id, created_at desc, id desc) where deleted_at is null;
create index deals_owner on deals (org_id, owner_id, created_at desc, id desc)
	where deleted_at is null;
create index deals_board on deals (org_id, stage_id, position, id) where deleted_at is null;
create index deals_pipeline on deals (org_id, pipeline_id, status) where deleted_at is null;
create index deals_status_closed on deals (org_id, status, closed_at) where deleted_at is null;
create index deals_expected_close on deals (org_id, expected_close_date)
	where status = 'open' and deleted_at is null;
create index deals_company on deals (org_id, company_id) where company_id is not null;
create index deals_contact on deals (org_id, contact_id) where contact_id is not null;
create index deals_lead on deals (org_id, lead_id) where lead_id is not null;
create index deals_partner on deals (org_id, partner_id) where partner_id is not null;
create unique index deals_contract_number_unique on deals (org_id, contract_number)
	where contract_number is not null and deleted_at is null;
create index deals_search on deals
	using gin (org_id, search, tags, custom jsonb_path_ops, name gin_trgm_ops);

select protect_reference('leads', 'leads_converted_deal', 'converted_deal_id', 'deals');

/* ---- rules of pipelines and stages ---------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

create function pipelines_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	perform pg_advisory_xact_lock(hashtextextended('pipelines ' || new.org_id, 0));
	if tg_op = 'UPDATE' then
		if new.entity <> old.entity then
			perform app_invalid('entity', 'IMMUTABLE', 'cannot be changed');
		end if;
		if old.is_default and (not new.is_default or new.deleted_at is not null)
		   and current_setting('app.pipeline_default', true) is distinct from new.id::text then
			raise exception using errcode = 'CR409',
				message = 'make another pipeline the default first';
		end if;
		if (new.archived and not old.archived or new.deleted_at is not null and old.deleted_at is null)
		   and (exists (select from deals d where d.org_id = new.org_id and d.pipeline_id = new.id
		                and d.status = 'open' and d.deleted_at is null)
		        or exists (select from leads l join stages s on s.org_id = l.org_id and s.id = l.stage_id
		                   where l.org_id = new.org_id and s.pipeline_id = new.id
		                   and s.category = 'open' and l.deleted_at is null)) then
			raise exception using errcode = 'CR409', message = 'open records stand in this pipeline';
		end if;
	elsif not exists (select from pipelines p where p.org_id = new.org_id and p.entity = new.entity
	                  and p.is_default and p.deleted_at is null) then
		new.is_default := true;
	end if;
	if new.is_default and (tg_op = 'INSERT' or not old.is_default) then
		/* The setting tells the nested call that this default hands over to another. */
		perform set_config('app.pipeline_default', p.id::text, true) from pipelines p
		where p.org_id = new.org_id and p.entity = new.entity and p.is_default and p.id <> new.id
			and p.deleted_at is null;
		update pipelines p set is_default = false
		where p.org_id = new.org_id and p.entity = new.entity and p.is_default and p.id <> new.id;
		perform set_config('app.pipeline_default', '', true);
	end if;
	return new;
end
$$;

create function stage_in_use(org uuid, stage uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from deals d where d.org_id = org and d.stage_id = stage
			and d.deleted_at is null)
		or exists (select from leads l where l.org_id = org and l.stage_id = stage
			and l.deleted_at is null);
end
$$;

create function stages_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_op = 'INSERT' then
		if new.key is null then
			new.key := left(trim(both '_' from regexp_replace(regexp_replace(
				lower(cairn_unaccent(new.name)), '[^a-z0-9]+', '_', 'g'), '^[0-9_]+', '')), 50);
			if new.key = '' then
				new.key := 'stage_' || left(new.id::text, 8);
			end if;
		end if;
		new.probability := case new.category when 'won' then 100 when 'lost' then 0
			else new.probability end;
		return new;
	end if;
	new.key := coalesce(new.key, old.key);
	new.probability := case new.category when 'won' then 100 when 'lost' then 0
		else new.probability end;
	if new.pipeline_id <> old.pipeline_id then
		perform app_invalid('pipelineId', 'IMMUTABLE', 'cannot be changed');
	end if;
	if (new.key <> old.key or new.category <> old.category
	    or new.deleted_at is not null and old.deleted_at is null)
	   and stage_in_use(old.org_id, old.id) then
		raise exception using errcode = 'CR409', message = 'records stand in this stage';
	end if;
	return new;
end
$$;

/* ---- rules of leads ------------------------------------------------------------------------- */

/* The stage that a record of this kind shall have: the given one, else the one with this key (first
 * in its own pipeline), else the first open one of the default pipeline. */
create function stage_pick(org uuid, kind text, stage uuid, stage_key text, beside uuid) returns stages
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	found_stage stages;
begin
	select s.* into found_stage
	from stages s join pipelines p on p.org_id = s.org_id and p.id = s.pipeline_id
	where s.org_id = org and p.entity = kind and s.deleted_at is null and p.deleted_at is null
		and case when stage is not null then s.id = stage
		         when stage_key is not null then s.key = stage_key
		         else p.is_default and s.category = 'open' end
	order by s.pipeline_id = (select b.pipeline_id from stages b where b.org_id = org
		and b.id = beside) desc nulls last, p.is_default desc, p.position, s.position, s.id
	limit 1;
	return found_stage;
end
$$;

/* Who works a lead that came from a partner: the organisation's choice, else who founded it. */
create function lead_owner_default(org uuid) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return (select coalesce(
		(select m.id from memberships m where m.org_id = org and m.active
			and m.id::text = o.settings ->> 'defaultLeadOwnerId'),
		o.created_by)
		from organizations o where o.org_id = org);
end
$$;

create function leads_stage() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	moved boolean := true;
	named boolean := new.status is not null;
	stage stages;
begin
	if tg_op = 'UPDATE' then
		if app_partner() is not null then
			new.partner_id := old.partner_id;
			new.owner_id := old.owner_id;
		end if;
		moved := new.stage_id is distinct from old.stage_id;
		named := new.status is distinct from old.status;
		if not moved and not named then
			return new;
		end if;
	elsif app_partner() is not null then
		new.partner_id := app_partner();
		new.owner_id := lead_owner_default(new.org_id);
	end if;
	if moved and (new.stage_id is not null or tg_op = 'INSERT') then
		stage := stage_pick(new.org_id, 'lead', new.stage_id,
			case when new.stage_id is null then new.status end, null);
	else
		stage := stage_pick(new.org_id, 'lead', null, new.status, new.stage_id);
	end if;
	if stage.id is null then
		perform case when new.stage_id is not null and moved
			then app_invalid('stageId', 'UNKNOWN_REFERENCE', 'is not a stage of a lead pipeline')
			else app_invalid('status', 'INVALID', 'is not the key of a lead stage') end;
	end if;
	if named and new.status is not null and new.status <> stage.key then
		perform app_invalid('status', 'INVALID', 'contradicts stageId');
	end if;
	if stage.category = 'won' and new.converted_at is null then
		perform app_invalid('status', 'INVALID', 'a lead is converted by its conversion only');
	end if;
	new.stage_id := stage.id;
	new.status := stage.key;
	return new;
end
$$;

create function leads_history() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	remark constant text := left(nullif(current_setting('app.comment', true), ''), 500);
begin
	if tg_op = 'INSERT' then
		insert into lead_status_history (org_id, lead_id, new_status, new_stage_id, changed_by, comment)
		select n.org_id, n.id, n.status, n.stage_id, app_user(), remark from new_rows n;
	else
		insert into lead_status_history (org_id, lead_id, old_status, new_status, old_stage_id,
			new_stage_id, changed_by, comment)
		select n.org_id, n.id, o.status, n.status, o.stage_id, n.stage_id, app_user(), remark
		from old_rows o join new_rows n on n.org_id = o.org_id and n.id = o.id
		where n.stage_id <> o.stage_id;
	end if;
	return null;
end
$$;

/* ---- rules of deals ------------------------------------------------------------------------- */

create function deals_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	fresh constant boolean := tg_op = 'INSERT';
	moved boolean := true;
	stage stages;
	home organizations;
begin
	if not fresh then
		moved := new.stage_id is distinct from old.stage_id;
	end if;
	if moved then
		stage := stage_pick(new.org_id, 'deal', new.stage_id, null, null);
		if stage.id is null then
			perform app_invalid('stageId', 'UNKNOWN_REFERENCE', 'is not a stage of a deal pipeline');
		end if;
		new.stage_id := stage.id;
		new.pipeline_id := stage.pipeline_id;
		new.status := stage.category;
		new.stage_changed_at := now();
		if new.probability is null or not fresh and new.probability = old.probability then
			new.probability := stage.probability;
		end if;
		if not fresh and new.position = old.position then
			new.position := rank_end();
		end if;
	else
		new.pipeline_id := old.pipeline_id;
		new.status := old.status;
		new.stage_changed_at := old.stage_changed_at;
		new.probability := coalesce(new.probability, old.probability);
	end if;
	if fresh or moved or new.closed_at is distinct from old.closed_at
	   or new.amount is distinct from old.amount or new.currency is distinct from old.currency then
		select o.* into home from organizations o where o.org_id = new.org_id;
		new.currency := coalesce(new.currency, home.currency);
		new.amount_base := case when new.currency = home.currency then new.amount end;
		new.closed_at := case when new.status <> 'open'
			then coalesce(new.closed_at, (now() at time zone home.time_zone)::date) end;
	else
		new.amount_base := old.amount_base;
	end if;
	return new;
end
$$;

/* ---- row security --------------------------------------------------------------------------- */

/* The parent's scope, for what hangs on a lead; letter is that of the child's table. */
create function lead_in_scope(p_lead uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from leads l where l.org_id = app_org() and l.id = p_lead
		and case p_letter when 'o' then l.owner_id = app_user()
		when 't' then l.owner_id = any (app_team_users())
		else l.partner_id = app_partner() end);
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger pipelines_rules before insert or update on pipelines
	for each row execute function pipelines_rules();
create trigger stages_rules before insert or update on stages
	for each row execute function stages_rules();
create trigger leads_stage before insert or update on leads
	for each row execute function leads_stage();
create trigger leads_history_insert after insert on leads referencing new table as new_rows
	for each statement execute function leads_history();
create trigger leads_history_update after update on leads
	referencing old table as old_rows new table as new_rows
	for each statement execute function leads_history();
create trigger deals_derive before insert or update on deals
	for each row execute function deals_derive();

select protect('pipelines', entity => 'pipeline');
select protect('stages', entity => 'stage');
select protect('leads', entity => 'lead', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])',
	partner => 'partner_id = (select app_partner())', owner_column => 'owner_id',
	partner_column => 'partner_id', quiet => '{last_activity_at,next_activity_at}');
select protect('lead_status_history', entity => 'lead_status_history',
	own => 'lead_in_scope(lead_id, ''o'')', team => 'lead_in_scope(lead_id, ''t'')',
	partner => 'lead_in_scope(lead_id, ''p'')', commands => 'r', logged => false);
select protect('deals', entity => 'deal', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])',
	partner => 'partner_id = (select app_partner())', owner_column => 'owner_id',
	partner_column => 'partner_id',
	quiet => '{stage_changed_at,last_activity_at,next_activity_at}');
select tags_protect('leads');
select tags_protect('deals');
