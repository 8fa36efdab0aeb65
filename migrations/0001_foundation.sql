/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every other migration stands on: the caller's context, ids and ranks, the change log, and
 * protect(), the one helper that puts row security, grants, versioning and logging on a table.
 *
 * Every migration runs as cairn_owner, in one transaction, with row_security = off: a statement
 * that would be filtered by a policy then fails instead of seeing half of the rows. A migration that
 * must rewrite rows of a protected table says `alter table t no force row level security`, does so,
 * and calls protect() again. So does one that adds a column: the log and the version trigger name
 * the columns.
 */

/* ---- context -------------------------------------------------------------------------------- */

/*
 * The server sets these locally at the head of each pipeline segment. After a local setting ends its
 * value is '' rather than NULL, hence nullif. All are single expressions, so they inline; policies
 * call them in scalar sub-selects, so that each is evaluated once per statement.
 */
create function app_org() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.org_id', true), '')::uuid $$;

create function app_user() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

create function app_partner() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.partner_id', true), '')::uuid $$;

create function app_team_users() returns uuid[] language sql stable parallel safe
as $$ select nullif(current_setting('app.team_users', true), '')::uuid[] $$;

create function app_changeset() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.changeset_id', true), '')::uuid $$;

create function app_request() returns text language sql stable parallel safe
as $$ select nullif(current_setting('app.request_id', true), '') $$;

/* app.access is `|contacts:aona|companies:…|`: the letters of read, create, update, delete. A table
 * that is not named is closed. */
create function app_scope(table_name text, verb int) returns text language sql stable parallel safe
as $$
	select coalesce(nullif(substr(split_part(
		current_setting('app.access', true), '|' || table_name || ':', 2), verb, 1), ''), 'n')
$$;

/* For INSERT: the narrower of create and read, because INSERT … RETURNING asks for both. */
create function app_scope_create(table_name text) returns text language sql stable parallel safe
as $$
	select case
		when app_scope(table_name, 2) = 'a' then app_scope(table_name, 1)
		when app_scope(table_name, 1) in ('n', 'o') then app_scope(table_name, 1)
		else app_scope(table_name, 2) end
$$;

/* ---- ids and ranks -------------------------------------------------------------------------- */

/* RFC 9562 version 7: 48 bits of milliseconds, then random. */
create function uuid_v7() returns uuid language sql volatile parallel safe
as $$
	select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
		placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
		from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

/* A rank after every other: ranks compare byte by byte, so the time needs no look at the table, and
 * a rank put between two others by a move stays below it. */
create function rank_end() returns text language sql volatile parallel safe
as $$ select lpad(to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint), 14, '0') $$;

/* ---- search --------------------------------------------------------------------------------- */

/* Dots, dashes and the like part words, so that `acme` finds john.smith@acme.com and vice versa (the
 * parser splits the other punctuation). Positions are dropped: names are not ranked by nearness, and
 * the index and the row shrink. In plpgsql, because PostgreSQL plans the expression of a generated
 * column at every INSERT, and would parse a SQL function's body there: 80 us instead of 10. */
create function search_document(variadic words text[]) returns tsvector
language plpgsql immutable parallel safe
as $$
begin
	return strip(to_tsvector('public.cairn'::regconfig, replace(replace(replace(replace(replace(
		replace(array_to_string(words, ' '), '@', ' '), '.', ' '), '-', ' '), '_', ' '), '/', ' '),
		'+', ' ')));
end
$$;

/* The same words as a prefix query; null when the text holds no word. */
create function search_query(value text) returns tsquery
language sql immutable strict parallel safe
as $$
	select to_tsquery('pg_catalog.simple'::regconfig, string_agg('''' || word || ''':*', ' & '))
	from (select distinct unnest(tsvector_to_array(public.search_document($1)))) as words (word)
$$;

/* ---- errors --------------------------------------------------------------------------------- */

create function app_invalid(field text, code text, message text) returns boolean
language plpgsql as $$
begin
	raise exception using errcode = 'CR422', message = message,
		detail = jsonb_build_array(jsonb_build_object(
			'field', field, 'code', code, 'message', message))::text;
end
$$;

/* Stands at the end of a WITH CHECK, so that the caller gets a sentence and not 42501. */
create function app_refuse(message text) returns boolean language plpgsql stable as $$
begin
	raise exception using errcode = 'CR403', message = message;
end
$$;

/* ---- change log ----------------------------------------------------------------------------- */

/*
 * One row per written row. An insert carries no image (the row is there), an update only the columns
 * that differ, as {"column": [before, after]}. owner_id, team_id and partner_id are those of the
 * record at that time: a reader is authorised without the record. txid orders by commit: a feed
 * reads (txid, id) below its snapshot's xmin and skips nothing.
 */
create table changes (
	org_id uuid not null,
	id uuid not null default uuid_v7(),
	at timestamptz(3) not null default now(),
	txid xid8 not null default pg_current_xact_id(),
	changeset_id uuid default app_changeset(),
	request_id text default app_request(),
	actor_id uuid default app_user(),
	entity text not null,
	record_id uuid not null,
	action text not null,
	diff jsonb,
	owner_id uuid,
	team_id uuid,
	partner_id uuid,
	constraint changes_pkey primary key (org_id, id, at)
) partition by range (at);

create index changes_record on changes (org_id, record_id, id desc);
create index changes_feed on changes (txid, id);

alter table changes enable row level security, force row level security;

create policy changes_read on changes for select to cairn_app using (
	org_id = (select app_org())
	and case (select app_scope('changes', 1))
		when 'a' then true
		when 'o' then actor_id = (select app_user()) or owner_id = (select app_user())
		when 't' then actor_id = any ((select app_team_users())::uuid[])
			or owner_id = any ((select app_team_users())::uuid[])
		when 'p' then partner_id = (select app_partner())
		else false end);

/* Written by the log functions only, which belong to cairn_lookup and name the tenant themselves.
 * Nobody has update or delete. */
create policy changes_write on changes for insert to cairn_lookup with check (true);

grant select on changes to cairn_app;
grant insert on changes to cairn_lookup;

create table changes_default partition of changes default;
alter table changes_default enable row level security, force row level security;

/*
 * Makes the partitions of this month and the months ahead; the server calls it at start and again and
 * again. Rows that had to go to the default partition meanwhile would refuse the new partition: such
 * a month is left there, with a warning, and nothing is lost. The lock on the whole log is waited for
 * one second only, because every writer would queue behind: the next call has months to succeed.
 */
create function changes_partitions(months_ahead int default 3) returns int
language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC'
set lock_timeout = '1s' as $$
declare
	month timestamptz;
	name text;
	made int := 0;
begin
	perform pg_advisory_xact_lock(hashtextextended('cairn changes_partitions', 0));
	for step in 0 .. least(greatest(months_ahead, 0), 24) loop
		month := date_trunc('month', now()) + make_interval(months => step);
		name := 'changes_' || to_char(month, 'YYYY_MM');
		continue when to_regclass(name) is not null;
		begin
			execute format('create table %I partition of changes for values from (%L) to (%L)',
				name, month, month + interval '1 month');
			execute format('alter table %I enable row level security, force row level security',
				name);
			made := made + 1;
		exception when check_violation then
			raise warning 'changes: % stays in the default partition', name;
		when lock_not_available then
			raise warning 'changes: % is made another time, the log is in use', name;
			exit;
		end;
	end loop;
	return made;
end
$$;

revoke execute on function changes_partitions(int) from public;
grant execute on function changes_partitions(int) to cairn_app;
select changes_partitions(3);

/* For what no row write shows: a sign-in, an export, a sent document. The caller's tenant and user
 * are taken from the context, not from the caller. */
set local role cairn_lookup;

create function log_action(entity text, record_id uuid, action text, diff jsonb default null,
	owner_id uuid default null, team_id uuid default null, partner_id uuid default null)
returns uuid language plpgsql security definer set search_path = public, pg_temp as $$
declare
	change uuid := uuid_v7();
begin
	insert into changes (org_id, id, entity, record_id, action, diff, owner_id, team_id, partner_id)
	values (app_org(), change, $1, $2, $3, $4, $5, $6, $7);
	return change;
end
$$;

revoke execute on function log_action(text, uuid, text, jsonb, uuid, uuid, uuid) from public;
grant execute on function log_action(text, uuid, text, jsonb, uuid, uuid, uuid) to cairn_app;

set local role cairn_owner;

/* ---- protect -------------------------------------------------------------------------------- */

/* One CASE, never an OR of scopes: the planner would estimate the OR at a handful of rows. `letter`
 * is the expression that gives the scope. */
create function protect_case(letter text, every text, own text, team text, partner text)
returns text language sql immutable as $$
	select format('case %s when ''a'' then %s when ''o'' then (%s) when ''t'' then (%s) '
		'when ''p'' then (%s) else false end', $1, $2, $3, $4, $5)
$$;

create function protect_letter(scope text, verb int) returns text language sql immutable as $$
	select format('(select app_scope(%L, %s))', $1, $2)
$$;

/* The columns of a table whose changes count: not the keys, not the book-keeping, nothing computed
 * from other columns. */
create function protect_columns(table_name text, but text[]) returns text[]
language sql stable as $$
	select array_agg(attname::text order by attnum)
	from pg_attribute
	where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
		and atttypid <> 'tsvector'::regtype
		and attname <> all (but || '{org_id,id,created_at,created_by,updated_at,updated_by}'::text[]
			|| '{deleted_at,version}'::text[])
$$;

/* The same condition for one row: functions called in place. */
create function protect_check(condition text) returns text language sql immutable as $$
	select regexp_replace($1, '\(select (app_\w+\([^()]*\))\)', '(\1)', 'g')
$$;

/*
 * The policies: one per command, for cairn_app.
 *
 * An UPDATE statement is an edit (letter 3), or it moves deleted_at and is a delete or a restore
 * (letter 4); a policy cannot tell, and must not test deleted_at. So the policy passes what either
 * letter allows, and the version trigger, which sees both rows, asks for the right one. The new row
 * must still be in the caller's scope: handing a record to somebody else goes through hand_over().
 *
 * INSERT also asks for the read letter, because INSERT … RETURNING does: who may only see their own
 * records cannot make one for somebody else, and is told so.
 *
 * Every scalar sub-select is a plan of its own, started even when its branch is not taken (2 us each,
 * in a statement of 90). They stand where rows are scanned; a check of a new row calls the functions.
 */
create function protect_policies(table_name text, scope text, every text, own text, team text,
	partner text, commands text, lookup text) returns void language plpgsql as $$
declare
	tenant constant text := 'org_id = (select app_org()) and ';
	may text[];
	check_of text[];
	policy name;
begin
	for policy in select polname from pg_policy where polrelid = table_name::regclass loop
		execute format('drop policy %I on %I', policy, table_name);
	end loop;
	for verb in 1 .. 4 loop
		may[verb] := protect_case(protect_letter(scope, verb), every, own, team, partner);
		check_of[verb] := protect_case(case verb when 2
			then format('(select app_scope_create(%L))', scope)
			else protect_check(protect_letter(scope, verb)) end,
			protect_check(every), protect_check(own), protect_check(team), protect_check(partner));
	end loop;
	execute format('alter table %I enable row level security, force row level security', table_name);
	execute format('revoke all on %I from cairn_app', table_name);
	if commands ~ 'r' then
		execute format('grant select on %I to cairn_app', table_name);
		execute format('create policy %I on %I for select to cairn_app using (%s)',
			table_name || '_read', table_name, tenant || may[1]);
	end if;
	if commands ~ 'c' then
		execute format('grant insert on %I to cairn_app', table_name);
		execute format('create policy %I on %I for insert to cairn_app with check (%s)',
			table_name || '_create', table_name, format(
			'%s case when %s then true else app_refuse(%L) end', protect_check(tenant), check_of[2],
			'you may not create this record, or not for somebody else'));
	end if;
	if commands ~ 'u' then
		execute format('grant update on %I to cairn_app', table_name);
		execute format('create policy %I on %I for update to cairn_app using (%s) with check (%s)',
			table_name || '_update', table_name,
			format('%s case when %s then true else %s end', tenant, may[3], may[4]),
			format('%s case when %s then true when %s then true else app_refuse(%L) end',
				protect_check(tenant), check_of[3], check_of[4], 'you may not give this record away'));
	end if;
	if commands ~ 'd' then
		execute format('grant delete on %I to cairn_app', table_name);
		execute format('create policy %I on %I for delete to cairn_app using (%s)',
			table_name || '_delete', table_name, tenant || may[4]);
	end if;
	execute format('create policy %I on %I for all to cairn_lookup using (%s) with check (%s)',
		table_name || '_lookup', table_name, lookup, lookup);
end
$$;

/*
 * The version trigger. It runs last of the BEFORE triggers (they fire by name), so it sees what the
 * others have computed. A no-op gives the old row back: no version, no log. The functions of
 * cairn_lookup and the owner's migrations have asked for the right themselves.
 */
create function protect_touch(table_name text, scope text, every text, own text, team text,
	partner text, quiet text[]) returns void language plpgsql as $$
declare
	counted text[] := protect_columns(table_name, quiet);
	silent text := 'false';
begin
	if quiet <> '{}' then
		select string_agg(format('new.%1$I is distinct from old.%1$I', c), ' or ')
		into silent from unnest(quiet) as c;
	end if;
	execute format($make$
		create or replace function %1$I() returns trigger language plpgsql as $body$
		#variable_conflict use_column
		declare
			was constant %2$I := old;
			edited constant boolean := (%3$s) is distinct from (%4$s);
			moved constant boolean := new.deleted_at is distinct from old.deleted_at;
			allowed boolean;
		begin
			if not edited and not moved and not (%5$s) then
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
			if edited or moved then
				new.version := old.version + 1;
				new.updated_at := now();
				new.updated_by := app_user();
			end if;
			return new;
		end $body$ $make$,
		table_name || '_touch', table_name,
		(select string_agg(format('old.%I', c), ', ') from unnest(counted) as c),
		(select string_agg(format('new.%I', c), ', ') from unnest(counted) as c),
		silent,
		protect_case(protect_letter(scope, 4), every, own, team, partner),
		protect_case(protect_letter(scope, 3), every, own, team, partner));
	execute format('create or replace trigger zz_touch before update on %I for each row '
		'execute function %I()', table_name, table_name || '_touch');
end
$$;

/* A function that belongs to cairn_lookup is made as cairn_lookup: cairn_owner may take that role but
 * does not inherit it, so it could give such a function away but not replace it later. */

/* The log triggers: statement level with transition tables, so a bulk write is one more statement
 * and not one more per row. Definer functions, because nobody but them may write the log. They name
 * their schema instead of setting search_path, which would cost each write 5 us. */
create function protect_log(table_name text, entity text, owner_column text, team_column text,
	partner_column text, secret text[], quiet text[], commands text) returns void
language plpgsql as $$
declare
	logged text[] := protect_columns(table_name, quiet);
	place constant text := format('%s, %s, %s', coalesce(quote_ident(owner_column), 'null::uuid'),
		coalesce(quote_ident(team_column), 'null::uuid'),
		coalesce(quote_ident(partner_column), 'null::uuid'));
	target constant text := 'insert into public.changes '
		'(org_id, entity, record_id, action, owner_id, team_id, partner_id, diff)';
	head constant text := 'create or replace function %I() returns trigger language plpgsql '
		'security definer %s as $body$ begin %s return null; end $body$';
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
		'%s select org_id, %L, id, ''create'', %s, null from new_rows;', target, entity, place));
	execute format(head, table_name || '_log_update', 'set timezone = ''UTC''', format(
		'%s select n.org_id, %L, n.id, case when n.deleted_at is not distinct from o.deleted_at '
		'then ''update'' when n.deleted_at is null then ''restore'' else ''delete'' end, %s, d.diff '
		'from old_rows o join new_rows n on n.org_id = o.org_id and n.id = o.id cross join lateral '
		'(select jsonb_object_agg(k, v) from (values %s) as pair (k, v) where v is not null) as d (diff) '
		'where d.diff is not null or n.deleted_at is distinct from o.deleted_at;',
		target, entity, regexp_replace(place, '(^|, )(?!null)', '\1n.', 'g'), pairs));
	if commands ~ 'd' then
		execute format(head, table_name || '_log_delete', 'set timezone = ''UTC''', format(
			'%s select o.org_id, %L, o.id, ''delete'', %s, (select jsonb_object_agg(k, v) '
			'from (values %s) as pair (k, v) where v is not null) '
			'from old_rows o cross join (select (null::public.%I).*) as n;', target, entity,
			regexp_replace(place, '(^|, )(?!null)', '\1o.', 'g'), pairs, table_name));
	end if;
	set local role cairn_owner;
	foreach event in array array['insert', 'update', 'delete'] loop
		continue when event = 'delete' and commands !~ 'd';
		execute format('create or replace trigger zz_log_%s after %s on %I referencing %s '
			'for each statement execute function %I()', event, event, table_name,
			case event when 'insert' then 'new table as new_rows' when 'delete'
			then 'old table as old_rows' else 'old table as old_rows new table as new_rows' end,
			table_name || '_log_' || event);
	end loop;
end
$$;

/* The one way to put a record out of one's own scope: whoever may update it may give it to an active
 * member. Answers the new version; CR404 when the caller may not update such a record. */
create function protect_hand_over(table_name text, scope text, every text, own text, team text,
	partner text, owner_column text) returns void language plpgsql as $$
declare
	field constant text := lower(left(owner_column, 1))
		|| substr(replace(initcap(replace(owner_column, '_', ' ')), ' ', ''), 2);
	may_update constant text := protect_case(protect_letter(scope, 3), every, own, team, partner);
begin
	set local role cairn_lookup;
	execute format($make$
		create or replace function %1$I(p_id uuid, p_owner uuid) returns int language plpgsql
		security definer set search_path = public, pg_temp as $body$
		#variable_conflict use_column
		declare
			p_version int;
		begin
			if not exists (select from memberships
			               where org_id = app_org() and id = p_owner and active) then
				perform app_invalid(%2$L, 'UNKNOWN_REFERENCE', 'is not an active user of this organisation');
			end if;
			update %3$I set %4$I = p_owner
			where org_id = app_org() and id = p_id and deleted_at is null and %5$s
			returning version into p_version;
			if p_version is null then
				raise exception using errcode = 'CR404', message = 'record not found';
			end if;
			return p_version;
		end $body$ $make$,
		table_name || '_hand_over', field, table_name, owner_column, may_update);
	execute format('revoke execute on function %I(uuid, uuid) from public', table_name || '_hand_over');
	execute format('grant execute on function %I(uuid, uuid) to cairn_app', table_name || '_hand_over');
	set local role cairn_owner;
end
$$;

create function hand_over(table_name text, id uuid, owner uuid) returns int
language plpgsql as $$
declare
	target constant regprocedure := to_regprocedure(format('%I(uuid,uuid)', table_name || '_hand_over'));
	version int;
begin
	if target is null then
		raise exception using errcode = 'CR404', message = 'this record has no owner';
	end if;
	execute format('select %I($1, $2)', table_name || '_hand_over') into version using id, owner;
	return version;
end
$$;

/*
 * protect(table, entity, …) is called by the migration that makes the table, and again by each that
 * adds a column. The table has the common columns: org_id, id, created_at, updated_at, deleted_at,
 * version, created_by, updated_by.
 *
 *   entity          name in the change log
 *   own, team, partner   the scope's condition on a row, in unqualified columns. team is own's when
 *                   not given; a missing own or partner lets nothing through
 *   scope           whose letters of app.access count, when not the table's own
 *   owner_column, team_column, partner_column   what the log notes; owner_column also makes hand_over
 *   secret          columns whose values stay out of the log (that they changed is logged)
 *   quiet           columns that neither count as a change nor are logged (last_activity_at)
 *   commands        what cairn_app is granted: r read, c create, u update, d physical delete
 *   logged          false for tables that are a log themselves
 *   lookup          rows that the definer functions see; `true` where there is no caller yet
 *   every           what letter a sees, when that is not every row of the organisation
 */
create function protect(table_name text, entity text, own text default 'false',
	team text default null, partner text default 'false', scope text default null,
	owner_column text default null, team_column text default null,
	partner_column text default null, secret text[] default '{}', quiet text[] default '{}',
	commands text default 'rcu', logged boolean default true,
	lookup text default 'org_id = (select app_org())', every text default 'true') returns void
language plpgsql as $$
declare
	letters constant text := coalesce(scope, table_name);
	mates constant text := coalesce(team, own);
begin
	perform protect_policies(table_name, letters, every, own, mates, partner, commands, lookup);
	execute format('grant select, insert, update on %I to cairn_lookup', table_name);
	perform protect_touch(table_name, letters, every, own, mates, partner, quiet);
	if logged then
		perform protect_log(table_name, entity, owner_column, team_column, partner_column, secret,
			quiet, commands);
	end if;
	if owner_column is not null then
		perform protect_hand_over(table_name, letters, every, own, mates, partner, owner_column);
	end if;
end
$$;

/* A foreign key on a table that is already protected. PostgreSQL checks the rows that are there as the
 * owner, whom FORCE filters too; so the force rests for this statement. */
create function protect_reference(table_name text, constraint_name text, column_name text,
	target text) returns void language plpgsql as $$
declare
	t text;
begin
	foreach t in array array[table_name, target] loop
		execute format('alter table %I no force row level security', t);
	end loop;
	execute format('alter table %I add constraint %I foreign key (org_id, %I) '
		'references %I (org_id, id)', table_name, constraint_name, column_name, target);
	foreach t in array array[table_name, target] loop
		execute format('alter table %I force row level security', t);
	end loop;
end
$$;

/* Tools of the migrations, not of the server. */
do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc
	         where pronamespace = 'public'::regnamespace and proname ~ '^protect' loop
		execute format('revoke execute on function %s from public', f);
	end loop;
end
$$;
