/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nested collections: rows that are part of a record, such as the lines of a deal or the people of an event.
 * The server writes such an array whole, in one statement behind the record's own write.
 *
 * protect_nested() is their protect(). A row is seen with its record and written by whoever may change the
 * record, which it locks, so that who writes an array has all of it. The log notes the record as parent_id.
 * A changed array raises the record's version, once the whole of it is there: a BEFORE trigger of the record
 * that sees new.version differ from the old one reckons what follows from the rows (deals_amount).
 */

/* ---- change log ----------------------------------------------------------------------------- */

alter table changes add column parent_id uuid;
create index changes_parent on changes (org_id, parent_id, id desc) where parent_id is not null;

/* The history of who takes part in a private activity is as private as the activity's. */
create policy changes_read_nested on changes as restrictive for select to cairn_app using (
	case when entity = 'activity_participant' then activity_history_open(parent_id) else true end);

/* ---- what arrays tell each other -------------------------------------------------------------- */

/* How many elements of an array are to follow the record's own write; null when it stays as it is. */
create function nested_to_come(record uuid, name text) returns int language plpgsql stable as $$
declare
	said constant jsonb := nullif(current_setting('app.nested', true), '')::jsonb;
begin
	return case when said ->> 'id' = record::text then (said ->> name)::int end;
end
$$;

/* Whether the record is made together with its arrays, by this transaction. */
create function nested_is_new(record uuid) returns boolean language plpgsql stable as $$
declare
	said constant jsonb := nullif(current_setting('app.nested', true), '')::jsonb;
begin
	return coalesce(said ->> 'id' = record::text and (said ->> 'new')::boolean, false);
end
$$;

/* A refusal of one element, whose position begins at 1 and whose place in the array at 0. */
create function app_invalid_at(nested text, place int, field text, code text, message text)
returns boolean language plpgsql as $$
begin
	return app_invalid(format('%s[%s].%s', nested, place - 1, field), code, message);
end
$$;

/* ---- protect ---------------------------------------------------------------------------------- */

/*
 * As in 0001, and:
 *   a version that a definer function raises says that nested rows have changed; a record that is made
 *   together with them keeps its first version all the same
 *   <table>_may_change(id) answers whether the caller may, and locks the record until the commit
 * Without a scope whoever passes the policies may.
 */
create or replace function protect_touch(table_name text, scope text, every text, own text, team text,
	partner text, quiet text[]) returns void language plpgsql as $$
declare
	counted text[] := protect_columns(table_name, quiet);
	silent text := 'false';
	may text[];
begin
	if quiet <> '{}' then
		select string_agg(format('new.%1$I is distinct from old.%1$I', c), ' or ')
		into silent from unnest(quiet) as c;
	end if;
	for verb in 3 .. 4 loop
		may[verb] := case when scope is null then 'true'
			else protect_case(protect_letter(scope, verb), every, own, team, partner) end;
	end loop;
	execute format($make$
		create or replace function %1$I() returns trigger language plpgsql as $body$
		#variable_conflict use_column
		declare
			was constant %2$I := old;
			edited constant boolean := (%3$s) is distinct from (%4$s);
			moved constant boolean := new.deleted_at is distinct from old.deleted_at;
			bumped constant boolean := new.version <> old.version and current_user <> 'cairn_app';
			allowed boolean;
		begin
			if not edited and not bumped and not moved and not (%5$s) then
				return old;
			end if;
			if current_user = 'cairn_app' then
				select (not moved or %6$s) and (moved and not edited or %7$s)
				into allowed from (select was.*) as record;
				if allowed is not true then
					perform app_refuse(case when moved then 'you may not delete or restore this record'
						else 'you may not change this record' end);
				end if;
			end if;
			new.org_id := old.org_id;
			new.id := old.id;
			new.created_at := old.created_at;
			new.created_by := old.created_by;
			new.version := old.version;
			new.updated_at := old.updated_at;
			new.updated_by := old.updated_by;
			if edited and not bumped or moved or bumped and not nested_is_new(old.id) then
				new.version := old.version + 1;
				new.updated_at := now();
				new.updated_by := app_user();
			end if;
			return new;
		end $body$ $make$,
		table_name || '_touch', table_name,
		(select string_agg(format('old.%I', c), ', ') from unnest(counted) as c),
		(select string_agg(format('new.%I', c), ', ') from unnest(counted) as c),
		silent, may[4], may[3]);
	execute format('create or replace trigger zz_touch before update on %I for each row '
		'execute function %I()', table_name, table_name || '_touch');
	execute format($make$
		create or replace function %1$I(p_record uuid) returns boolean language plpgsql as $body$
		#variable_conflict use_column
		begin
			perform from %2$I where org_id = app_org() and id = p_record and %3$s for no key update;
			return found or nested_is_new(p_record) and exists (select from %2$I as x
				where x.org_id = app_org() and x.id = p_record
					and x.xmin = pg_current_xact_id()::xid);
		end $body$ $make$,
		table_name || '_may_change', table_name, may[3]);
end
$$;

/* What is seen of a record's table is asked of its own policies. */
create function protect_nested_policies(table_name text, parent text, parent_column text,
	private boolean, lookup text) returns void language plpgsql as $$
declare
	may constant text := format('%I(%I)', parent || '_may_change', parent_column);
	sees constant text := format('%I(%I)', parent || '_visible', parent_column);
	policy name;
begin
	execute format('create or replace function %I(p_record uuid) returns boolean language plpgsql '
		'stable as $body$ begin return exists (select from %I p where p.org_id = app_org() '
		'and p.id = p_record); end $body$', parent || '_visible', parent);
	for policy in select polname from pg_policy where polrelid = table_name::regclass loop
		execute format('drop policy %I on %I', policy, table_name);
	end loop;
	execute format('alter table %I enable row level security, force row level security', table_name);
	execute format('revoke all on %I from cairn_app', table_name);
	execute format('grant select, insert, update on %I to cairn_app, cairn_lookup', table_name);
	execute format('create policy %I on %I for select to cairn_app using (org_id = (select app_org()) '
		'and case (select app_scope(%L, 1)) when ''a'' then %s when ''n'' then false else %s end)',
		table_name || '_read', table_name, parent, case when private then sees else 'true' end, sees);
	execute format('create policy %I on %I for insert to cairn_app with check (org_id = app_org() '
		'and case when %s then true else app_refuse(%L) end)',
		table_name || '_create', table_name, may, 'you may not change this record');
	execute format('create policy %I on %I for update to cairn_app '
		'using (org_id = (select app_org()) and %s) with check (org_id = app_org() and %s)',
		table_name || '_update', table_name, may, may);
	execute format('create policy %I on %I for all to cairn_lookup using (%s) with check (%s)',
		table_name || '_lookup', table_name, lookup, lookup);
end
$$;

/* The log of what is nested notes the record, and its people; behind it the record's version is raised. */
create function protect_nested_log(table_name text, entity text, parent text, parent_column text,
	owner_column text, team_column text, partner_column text, secret text[], quiet text[])
returns void language plpgsql as $$
declare
	logged text[] := protect_columns(table_name, quiet || parent_column);
	place constant text := format('%s, %s, %s', coalesce('p.' || quote_ident(owner_column), 'null::uuid'),
		coalesce('p.' || quote_ident(team_column), 'null::uuid'),
		coalesce('p.' || quote_ident(partner_column), 'null::uuid'));
	head constant text := 'create or replace function %I() returns trigger language plpgsql '
		'security definer %s as $body$ begin insert into public.changes '
		'(org_id, entity, record_id, parent_id, action, owner_id, team_id, partner_id, diff) %s '
		'update public.%I p set version = p.version + 1 from (%s) as d '
		'where p.org_id = d.org_id and p.id = d.parent; return null; end $body$';
	of_parent constant text := format('join public.%I p on p.org_id = n.org_id and p.id = n.%I', parent,
		parent_column);
	pairs text;
	event text;
begin
	select string_agg(case when c = any (secret)
		then format('(%1$L, case when o.%1$I is distinct from n.%1$I then ''["***", "***"]''::jsonb end)', c)
		else format('(%1$L, case when o.%1$I is distinct from n.%1$I '
			'then jsonb_build_array(o.%1$I, n.%1$I) end)', c) end, ', ')
	into pairs from unnest(logged) as c;
	set local role cairn_lookup;
	execute format(head, table_name || '_log_insert', '', format(
		'select n.org_id, %L, n.id, n.%I, ''create'', %s, null from new_rows n %s;',
		entity, parent_column, place, of_parent), parent,
		format('select distinct n.org_id, n.%I as parent from new_rows n', parent_column));
	execute format(head, table_name || '_log_update', 'set timezone = ''UTC''', format(
		'select n.org_id, %L, n.id, n.%I, case when n.deleted_at is not distinct from o.deleted_at '
		'then ''update'' when n.deleted_at is null then ''restore'' else ''delete'' end, %s, d.diff '
		'from old_rows o join new_rows n on n.org_id = o.org_id and n.id = o.id %s cross join lateral '
		'(select jsonb_object_agg(k, v) from (values %s) as pair (k, v) where v is not null) as d (diff) '
		'where d.diff is not null or n.deleted_at is distinct from o.deleted_at;',
		entity, parent_column, place, of_parent, pairs), parent,
		format('select distinct n.org_id, n.%I as parent from old_rows o join new_rows n '
			'on n.org_id = o.org_id and n.id = o.id where n.version <> o.version', parent_column));
	set local role cairn_owner;
	foreach event in array array['insert', 'update'] loop
		execute format('create or replace trigger zz_log_%s after %s on %I referencing %s '
			'for each statement execute function %I()', event, event, table_name,
			case event when 'insert' then 'new table as new_rows'
			else 'old table as old_rows new table as new_rows' end, table_name || '_log_' || event);
	end loop;
end
$$;

/*
 * protect_nested(table, entity, parent, parent_column, …) is called by the migration that makes the table,
 * behind the parent's protect(), and again by each that adds a column. The table has the common columns and
 * an `int` named position.
 *
 *   parent, parent_column   the record's table, and the column that names the record
 *   owner_column, team_column, partner_column   the parent's, which the log notes
 *   private         some of the parent's rows are hidden from who sees all
 *   secret, quiet, lookup   as protect()
 */
create function protect_nested(table_name text, entity text, parent text, parent_column text,
	owner_column text default null, team_column text default null, partner_column text default null,
	private boolean default false, secret text[] default '{}', quiet text[] default '{}',
	lookup text default 'org_id = (select app_org())') returns void language plpgsql as $$
begin
	perform protect_nested_policies(table_name, parent, parent_column, private, lookup);
	perform protect_touch(table_name, null, 'true', 'true', 'true', 'true', quiet);
	perform protect_nested_log(table_name, entity, parent, parent_column, owner_column, team_column,
		partner_column, secret, quiet);
end
$$;

revoke execute on function protect_nested_policies(text, text, text, boolean, text),
	protect_nested_log(text, text, text, text, text, text, text, text[], text[]),
	protect_nested(text, text, text, text, text, text, text, boolean, text[], text[], text) from public;

/* ---- tables ------------------------------------------------------------------------------------- */

create table deal_lines (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	deal_id uuid not null,
	position int not null default 0,
	product_id uuid,
	name text collate "und-x-icu" not null,
	quantity numeric(14,3) not null default 1,
	unit_price numeric(14,2) not null,
	discount_percent numeric(6,3) not null default 0,
	/* Times 0.01, not by 100: a quotient would be rounded twice. */
	amount numeric(14,2) not null generated always as
		(round(quantity * unit_price * (100 - discount_percent) * 0.01, 2)) stored,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint deal_lines_pkey primary key (org_id, id),
	constraint deal_lines_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint deal_lines_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint deal_lines_product foreign key (org_id, product_id) references products (org_id, id),
	constraint deal_lines_name_length check (length(name) between 1 and 300),
	constraint deal_lines_quantity check (quantity > 0),
	constraint deal_lines_unit_price check (unit_price >= 0),
	constraint deal_lines_discount check (discount_percent between 0 and 100)
);

create index deal_lines_deal on deal_lines (org_id, deal_id, position, id);
create index deal_lines_product on deal_lines (org_id, product_id) where product_id is not null;
create index deal_lines_list on deal_lines (org_id, created_at desc, id desc)
	where deleted_at is null;

create table deal_participants (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	deal_id uuid not null,
	position int not null default 0,
	contact_id uuid not null,
	role text,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint deal_participants_pkey primary key (org_id, id),
	constraint deal_participants_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint deal_participants_deal foreign key (org_id, deal_id) references deals (org_id, id),
	constraint deal_participants_contact foreign key (org_id, contact_id)
		references contacts (org_id, id)
);

create index deal_participants_deal on deal_participants (org_id, deal_id, position, id);
create index deal_participants_contact on deal_participants (org_id, contact_id);
create index deal_participants_list on deal_participants (org_id, created_at desc, id desc)
	where deleted_at is null;

create table activity_participants (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	activity_id uuid not null,
	position int not null default 0,
	contact_id uuid,
	user_id uuid,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint activity_participants_pkey primary key (org_id, id),
	constraint activity_participants_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint activity_participants_activity foreign key (org_id, activity_id)
		references activities (org_id, id),
	constraint activity_participants_contact foreign key (org_id, contact_id)
		references contacts (org_id, id),
	constraint activity_participants_user foreign key (org_id, user_id)
		references memberships (org_id, id),
	constraint activity_participants_one check (num_nonnulls(contact_id, user_id) = 1)
);

create index activity_participants_activity
	on activity_participants (org_id, activity_id, position, id);
create index activity_participants_contact on activity_participants (org_id, contact_id)
	where contact_id is not null;
create index activity_participants_user on activity_participants (org_id, user_id)
	where user_id is not null;
create index activity_participants_list on activity_participants (org_id, created_at desc, id desc)
	where deleted_at is null;

create table event_participants (
	org_id uuid not null default app_org(),
	id uuid not null default uuid_v7(),
	event_id uuid not null,
	position int not null default 0,
	contact_id uuid,
	user_id uuid,
	role text,
	notify boolean not null default true,
	created_at timestamptz(3) not null default now(),
	updated_at timestamptz(3) not null default now(),
	deleted_at timestamptz(3),
	version int not null default 1,
	created_by uuid default app_user(),
	updated_by uuid default app_user(),
	constraint event_participants_pkey primary key (org_id, id),
	constraint event_participants_creator foreign key (org_id, created_by)
		references memberships (org_id, id),
	constraint event_participants_event foreign key (org_id, event_id) references events (org_id, id),
	constraint event_participants_contact foreign key (org_id, contact_id)
		references contacts (org_id, id),
	constraint event_participants_user foreign key (org_id, user_id)
		references memberships (org_id, id),
	constraint event_participants_one check (num_nonnulls(contact_id, user_id) = 1)
);

create index event_participants_event on event_participants (org_id, event_id, position, id);
create index event_participants_contact on event_participants (org_id, contact_id)
	where contact_id is not null;
create index event_participants_user on event_participants (org_id, user_id)
	where user_id is not null;
create index event_participants_list on event_participants (org_id, created_at desc, id desc)
	where deleted_at is null;

/* Nobody stands twice in an array. An exclusion can wait for the end of the statement, when two have changed
 * places, and leave out what was removed; a unique key cannot do both. */
alter table deal_participants add constraint deal_participants_contact_unique exclude using gist
	(org_id with =, deal_id with =, contact_id with =) where (deleted_at is null)
	deferrable initially immediate;
alter table activity_participants add constraint activity_participants_contact_unique
	exclude using gist (org_id with =, activity_id with =, contact_id with =)
	where (deleted_at is null and contact_id is not null) deferrable initially immediate;
alter table activity_participants add constraint activity_participants_user_unique
	exclude using gist (org_id with =, activity_id with =, user_id with =)
	where (deleted_at is null and user_id is not null) deferrable initially immediate;
alter table event_participants add constraint event_participants_contact_unique
	exclude using gist (org_id with =, event_id with =, contact_id with =)
	where (deleted_at is null and contact_id is not null) deferrable initially immediate;
alter table event_participants add constraint event_participants_user_unique
	exclude using gist (org_id with =, event_id with =, user_id with =)
	where (deleted_at is null and user_id is not null) deferrable initially immediate;

/* ---- events: whose they are ---------------------------------------------------------------------- */

/* As in projects: an event is own to its owner, and to who takes part in it. */
alter table events add column own_ids uuid[] not null default '{}';
alter table events no force row level security, disable trigger user;
update events set own_ids = array_remove(array[owner_id], null);
alter table events force row level security, enable trigger user;
drop index events_search;
create index events_search on events
	using gin (org_id, search, tags, custom jsonb_path_ops, own_ids, name gin_trgm_ops);

/* ---- rules ----------------------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* What the line leaves out the product tells. Removing is always allowed. */
create function deal_lines_derive() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	chosen constant boolean := new.product_id is not null
		and (tg_op = 'INSERT' or new.product_id is distinct from old.product_id);
	product products;
	currency text;
begin
	if new.deleted_at is not null then
		return new;
	end if;
	if chosen or new.product_id is not null and num_nulls(new.name, new.unit_price) > 0 then
		select p.* into product from products p
		where p.org_id = new.org_id and p.id = new.product_id;
	end if;
	if chosen and not product.active then
		perform app_invalid_at('lines', new.position, 'productId', 'INVALID', 'Is inactive and not sold.');
	end if;
	if chosen then
		select d.currency into currency from deals d
		where d.org_id = new.org_id and d.id = new.deal_id;
		if product.currency <> currency then
			perform app_invalid_at('lines', new.position, 'productId', 'INVALID',
				format('Is sold in %s, and the deal is in %s.', product.currency, currency));
		end if;
	end if;
	new.name := coalesce(new.name, product.name);
	new.unit_price := coalesce(new.unit_price, product.price);
	if new.name is null or new.unit_price is null then
		perform app_invalid_at('lines', new.position,
			case when new.name is null then 'name' else 'unitPrice' end, 'REQUIRED',
			'Is required of what has no product.');
	end if;
	if new.quantity * new.unit_price > 999999999999.99 then
		perform app_invalid_at('lines', new.position, 'unitPrice', 'OUT_OF_RANGE',
			'Makes an amount that is too large.');
	end if;
	return new;
end
$$;

/* A deal with lines is worth their sum, in their currency. */
create function deals_amount() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	come constant int := nested_to_come(new.id, 'lines');
	total numeric;
	lines bigint;
begin
	if tg_op = 'INSERT' then
		if come > 0 and new.amount is not null then
			perform app_invalid('amount', 'READ_ONLY', 'Is the sum of the lines.');
		end if;
		return new;
	end if;
	if new.version = old.version and new.amount is not distinct from old.amount
	   and new.currency is not distinct from old.currency then
		return new;
	end if;
	select sum(l.amount), count(*) into total, lines from deal_lines l
	where l.org_id = new.org_id and l.deal_id = new.id and l.deleted_at is null;
	if new.version <> old.version then
		if total > 999999999999.99 then
			perform app_invalid('lines', 'OUT_OF_RANGE', 'Make an amount that is too large.');
		end if;
		new.amount := case when lines > 0 then total else new.amount end;
		return new;
	end if;
	if coalesce(come, lines) > 0 then
		if new.amount <> old.amount or old.amount is null and new.amount is not null then
			perform app_invalid('amount', 'READ_ONLY', 'Is the sum of the lines.');
		end if;
		new.amount := old.amount;
	end if;
	if lines > 0 and coalesce(come, lines) > 0 then
		new.currency := coalesce(new.currency, old.currency);
		if new.currency <> old.currency then
			perform app_invalid('currency', 'IMMUTABLE', 'Is that of the lines: remove them first.');
		end if;
	end if;
	return new;
end
$$;

create function products_in_deals() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if exists (select from deal_lines l join deals d on d.org_id = l.org_id and d.id = l.deal_id
	           where l.org_id = new.org_id and l.product_id = new.id and l.deleted_at is null
	           and d.deleted_at is null) then
		raise exception using errcode = 'CR409', message = 'deals have this product: deactivate it instead';
	end if;
	return new;
end
$$;

create function events_people() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.own_ids := array(select person from (
		select new.owner_id union select p.user_id from event_participants p
		where p.org_id = new.org_id and p.event_id = new.id and p.deleted_at is null) as people (person)
		where person is not null order by person);
	return new;
end
$$;

/* As in 0018, of an event's people. */
create or replace function event_in_scope(p_event uuid, p_letter text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	return exists (select from events e where e.org_id = app_org() and e.id = p_event
		and case p_letter when 'o' then app_user() = any (e.own_ids)
		else e.own_ids && app_team_users() end);
end
$$;

/*
 * Who takes part in an activity sees it, unless it is private. own_ids is reckoned by activities_derive
 * where it is null: before it for an activity whose people have changed, and behind it they are added.
 */
create function activities_people_anew() returns trigger language plpgsql as $$
begin
	new.own_ids := null;
	return new;
end
$$;

create function activities_participants() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	new.own_ids := array(select person from (
		select unnest(new.own_ids) union select p.user_id from activity_participants p
		where p.org_id = new.org_id and p.activity_id = new.id and p.deleted_at is null
			and p.user_id is not null
		union select unnest(e.own_ids) from events e
		where e.org_id = new.org_id and e.id = new.event_id) as people (person) order by person);
	return new;
end
$$;

create function organization_presets_nested(org uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	select organization_presets_add(org, array[
		['deal.role', 'Decision maker,Influencer,User,Billing'],
		['participantRole', 'Bride,Groom,Host,Speaker,Coordinator']])
$$;

create or replace function organization_presets(org uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
	select organization_presets_crm(org);
	select organization_presets_business(org);
	select organization_presets_nested(org);
$$;

revoke execute on function organization_presets_nested(uuid) from public;

do $$
declare
	org uuid;
begin
	for org in select id from organizations loop
		perform set_config('app.org_id', org::text, true);
		perform organization_presets_nested(org);
	end loop;
	perform set_config('app.org_id', '', true);
end
$$;

set local row_security = off;
set local role cairn_owner;

create trigger deal_lines_derive before insert or update on deal_lines
	for each row execute function deal_lines_derive();
/* Fires before deals_derive, which turns the amount into the organisation's currency. */
create trigger deals_amount before insert or update of amount, currency, version on deals
	for each row execute function deals_amount();
create trigger products_in_deals before update of deleted_at on products for each row
	when (new.deleted_at is not null and old.deleted_at is null) execute function products_in_deals();
create trigger events_people_insert before insert on events
	for each row execute function events_people();
create trigger events_people_update before update on events for each row
	when (new.version <> old.version or new.owner_id is distinct from old.owner_id
		or new.own_ids <> old.own_ids)
	execute function events_people();
create trigger aa_people before update of version on activities for each row
	when (new.version <> old.version) execute function activities_people_anew();
create trigger activities_participants_insert before insert on activities for each row
	when (new.visibility <> 'private' and new.event_id is not null)
	execute function activities_participants();
create trigger activities_participants_update before update on activities for each row
	when (new.visibility <> 'private' and (new.event_id is not null
		or new.version <> old.version or new.visibility <> old.visibility
		or new.own_ids is distinct from old.own_ids))
	execute function activities_participants();
drop trigger activities_follow on events;
create trigger activities_follow after update on events for each row
	when (new.own_ids <> old.own_ids) execute function activities_follow_owner();

/* ---- row security ------------------------------------------------------------------------------------ */

/* Again, for the parts of protect() that are new. */
select protect('deals', entity => 'deal', own => 'owner_id = (select app_user())',
	team => 'owner_id = any ((select app_team_users())::uuid[])',
	partner => 'partner_id = (select app_partner())', owner_column => 'owner_id',
	partner_column => 'partner_id',
	quiet => '{stage_changed_at,last_activity_at,next_activity_at}');
select protect('activities', entity => 'activity',
	every => 'case when visibility <> ''private'' then true
		when created_by = (select app_user()) then true
		else (select app_scope(''activities'', 4)) = ''a'' end',
	own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())
		and (visibility <> ''private'' or created_by = (select app_user()))',
	partner => 'visibility = ''partner'' and activity_of_partner(partner_id, lead_id, deal_id)',
	owner_column => 'owner_id', quiet => '{own_ids}');
select protect('events', entity => 'event', own => '(select app_user()) = any (own_ids)',
	team => 'own_ids && (select app_team_users())', owner_column => 'owner_id', quiet => '{own_ids}');

select protect_nested('deal_lines', entity => 'deal_line', parent => 'deals',
	parent_column => 'deal_id', owner_column => 'owner_id', partner_column => 'partner_id');
select protect_nested('deal_participants', entity => 'deal_participant', parent => 'deals',
	parent_column => 'deal_id', owner_column => 'owner_id', partner_column => 'partner_id');
select protect_nested('activity_participants', entity => 'activity_participant',
	parent => 'activities', parent_column => 'activity_id', owner_column => 'owner_id',
	private => true);
select protect_nested('event_participants', entity => 'event_participant', parent => 'events',
	parent_column => 'event_id', owner_column => 'owner_id');
