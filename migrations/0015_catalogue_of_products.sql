/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is sold and how it is taxed: product categories, products, tax rates, exchange rates. Indexes as in
 * 0004_crm.sql.
 */

/* ---- defaults of the organisation ----------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* For tables whose amounts are always in some currency: the organisation's when none is given. */
create function currency_default() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.currency := (select o.currency from organizations o where o.org_id = new.org_id);
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

/* Puts currency_default on a table; its name sorts before the rules that compare currencies. */
create function protect_currency(table_name text) returns void language plpgsql as $$
begin
	execute format('create trigger aa_currency before insert or update of currency on %I '
		'for each row when (new.currency is null) execute function currency_default()', table_name);
end
$$;

revoke execute on function protect_currency(text) from public;

/* ---- tax rate ------------------------------------------------------------------------------- */

create table tax_rates (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	rate numeric(6,3) not null,
	kind text not null default 'standard',
	is_default boolean not null default false,
	active boolean not null default true,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint tax_rates_pkey primary key (org_id, id),
	constraint tax_rates_org foreign key (org_id) references organizations (id),
	constraint tax_rates_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint tax_rates_name_length check (length(name) between 1 and 50),
	constraint tax_rates_rate check (rate between 0 and 100),
	constraint tax_rates_kind check (kind in
		('standard', 'reduced', 'zero', 'exempt', 'reverse_charge'))
);

create unique index tax_rates_name_unique on tax_rates (org_id, lower(name)) where deleted_at is null;
create unique index tax_rates_default_unique on tax_rates (org_id)
	where is_default and deleted_at is null;
create index tax_rates_list on tax_rates (org_id, created_at desc, id desc) where deleted_at is null;

/* ---- exchange rate -------------------------------------------------------------------------- */

/* One unit of currency is worth rate units of the organisation's, from that day on. */
create table exchange_rates (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	currency text not null,
	date date not null,
	rate numeric(18,8) not null,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint exchange_rates_pkey primary key (org_id, id),
	constraint exchange_rates_org foreign key (org_id) references organizations (id),
	constraint exchange_rates_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint exchange_rates_currency check (currency ~ '^[A-Z]{3}$'),
	constraint exchange_rates_rate check (rate > 0)
);

create unique index exchange_rates_day_unique on exchange_rates (org_id, currency, date desc)
	where deleted_at is null;
create index exchange_rates_list on exchange_rates (org_id, date desc, id desc)
	where deleted_at is null;

/* ---- product category ----------------------------------------------------------------------- */

create table product_categories (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	parent_id uuid,
	position int not null default 0,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint product_categories_pkey primary key (org_id, id),
	constraint product_categories_org foreign key (org_id) references organizations (id),
	constraint product_categories_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint product_categories_parent foreign key (org_id, parent_id)
		references product_categories (org_id, id),
	constraint product_categories_name_length check (length(name) between 1 and 100),
	constraint product_categories_parent_self check (parent_id <> id)
);

create unique index product_categories_name_unique on product_categories
	(org_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), lower(name))
	where deleted_at is null;
create index product_categories_list on product_categories (org_id, position, id)
	where deleted_at is null;
create index product_categories_parent on product_categories (org_id, parent_id)
	where parent_id is not null;

/* ---- product -------------------------------------------------------------------------------- */

create table products (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	name text collate "und-x-icu" not null,
	sku text,
	category_id uuid,
	type text not null default 'service',
	unit text,
	price numeric(14,2) not null,
	cost numeric(14,2),
	currency text not null,
	tax_rate_id uuid,
	active boolean not null default true,
	description text,
	search tsvector generated always as (search_document(name, sku)) stored,
	tags uuid[] not null default '{}',
	custom jsonb not null default '{}',
	external_ids jsonb,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint products_pkey primary key (org_id, id),
	constraint products_org foreign key (org_id) references organizations (id),
	constraint products_creator foreign key (org_id, created_by) references memberships (org_id, id),
	constraint products_category foreign key (org_id, category_id)
		references product_categories (org_id, id),
	constraint products_tax_rate foreign key (org_id, tax_rate_id) references tax_rates (org_id, id),
	constraint products_name_length check (length(name) between 1 and 200),
	constraint products_sku_length check (length(sku) between 1 and 64),
	constraint products_type check (type in ('good', 'service')),
	constraint products_price check (price >= 0),
	constraint products_cost check (cost >= 0)
);

create unique index products_sku_unique on products (org_id, lower(sku))
	where sku is not null and deleted_at is null;
create index products_list on products (org_id, created_at desc, id desc) where deleted_at is null;
create index products_category on products (org_id, category_id) where category_id is not null;
create index products_tax_rate on products (org_id, tax_rate_id) where tax_rate_id is not null;
create index products_search on products
	using gin (org_id, search, tags, custom jsonb_path_ops, name gin_trgm_ops);

/* ---- rules ---------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

create function tax_rates_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	used boolean := false;
begin
	if tg_op = 'UPDATE' then
		if new.rate <> old.rate or new.deleted_at is not null and old.deleted_at is null then
			used := exists (select from products p where p.org_id = new.org_id
				and p.tax_rate_id = new.id and p.deleted_at is null);
		end if;
		if used and new.rate <> old.rate then
			perform app_invalid('rate', 'IMMUTABLE', 'Is in use: make another tax rate instead.');
		elsif used then
			raise exception using errcode = 'CR409',
				message = 'products have this tax rate: deactivate it instead';
		end if;
	end if;
	if new.is_default and new.deleted_at is null and (tg_op = 'INSERT' or not old.is_default
	   or old.deleted_at is not null) then
		perform pg_advisory_xact_lock(hashtextextended('tax_rates ' || new.org_id, 0));
		update tax_rates t set is_default = false where t.org_id = new.org_id and t.is_default
			and t.id <> new.id and t.deleted_at is null;
	end if;
	return new;
end
$$;

create function product_categories_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if new.parent_id is not null and (tg_op = 'INSERT' or new.parent_id is distinct from old.parent_id)
	then
		/* Two moves at once could close a ring that neither sees. */
		perform pg_advisory_xact_lock(hashtextextended('product_categories ' || new.org_id, 0));
		if exists (with recursive above as (
			select c.id, c.parent_id from product_categories c
			where c.org_id = new.org_id and c.id = new.parent_id
			union
			select c.id, c.parent_id from product_categories c join above on c.id = above.parent_id
			where c.org_id = new.org_id)
			select from above where id = new.id) then
			perform app_invalid('parentId', 'CYCLE', 'Is this category or below it.');
		end if;
	end if;
	if tg_op = 'UPDATE' and new.deleted_at is not null and old.deleted_at is null
	   and (exists (select from products p where p.org_id = new.org_id and p.category_id = new.id
	                and p.deleted_at is null)
	        or exists (select from product_categories c where c.org_id = new.org_id
	                   and c.parent_id = new.id and c.deleted_at is null)) then
		raise exception using errcode = 'CR409', message = 'the category is not empty';
	end if;
	return new;
end
$$;

create function products_tax_default() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.tax_rate_id := (select t.id from tax_rates t where t.org_id = new.org_id and t.is_default
		and t.active and t.deleted_at is null);
	return new;
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger tax_rates_rules before insert or update on tax_rates
	for each row execute function tax_rates_rules();
create trigger product_categories_rules before insert or update on product_categories
	for each row execute function product_categories_rules();
create trigger products_tax_default before insert on products
	for each row when (new.tax_rate_id is null) execute function products_tax_default();
select protect_currency('products');

select protect('tax_rates', entity => 'tax_rate');
select protect('exchange_rates', entity => 'exchange_rate');
select protect('product_categories', entity => 'product_category');
select protect('products', entity => 'product', own => 'created_by = (select app_user())',
	team => 'created_by = any ((select app_team_users())::uuid[])', secret => '{cost}');
select tags_protect('products');
