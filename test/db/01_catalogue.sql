/* SPDX-License-Identifier: Apache-2.0 */
/* What the catalogue must say of every table, whoever adds one. */
begin;
select plan(20);

create view tap.tables as
	select c.oid, c.relname::text as name, c.relispartition as part,
		exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id'
			and not a.attisdropped) as tenant
	from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
		and c.relname <> 'schema_migrations';

select is_empty($$ select name from tap.tables t join pg_class c using (oid)
	where not (c.relrowsecurity and c.relforcerowsecurity) $$,
	'S5-SEC-02 S4-SEC-01 row security is enabled and forced on every table');

select is_empty($$ select t.name, x.command from tap.tables t,
		(values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) as x (command, code)
	where has_any_column_privilege('cairn_app', t.oid, case x.command when 'delete' then 'select' else x.command end)
		and (x.command <> 'delete' or has_table_privilege('cairn_app', t.oid, 'delete'))
		and not exists (select from pg_policy p where p.polrelid = t.oid and p.polcmd in (x.code, '*')
			and 'cairn_app'::regrole = any (p.polroles)) $$,
	'S4-SEC-02 every command granted to cairn_app has its policy');

select is_empty($$ select polrelid::regclass, polname from pg_policy
	where polrelid::regclass::text !~ '^tap\.'
	and coalesce(pg_get_expr(polqual, polrelid), '') || coalesce(pg_get_expr(polwithcheck, polrelid), '')
	~ 'deleted_at' $$, 'S1-DB-04 no policy tests deleted_at');

select is_empty($$ select t.name from tap.tables t where t.tenant and not t.part
	and t.name <> 'sessions' and not exists (select from pg_index i join pg_attribute a
		on a.attrelid = t.oid and a.attnum = i.indkey[0]
		where i.indrelid = t.oid and i.indisprimary and a.attname = 'org_id') $$,
	'S5-SEC-01 every primary key begins with org_id');

select is_empty($$ select i.indexrelid::regclass from pg_index i join tap.tables t on t.oid = i.indrelid
	join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
	where i.indisunique and t.tenant and a.attname <> 'org_id'
	and i.indexrelid::regclass::text not in
		('organizations_id_unique', 'sessions_pkey', 'invitations_token', 'api_key_secrets_hash') $$,
	'S5-SEC-01 every unique key begins with org_id');

select is_empty($$ select i.indexrelid::regclass from pg_index i join tap.tables t on t.oid = i.indrelid
	where i.indisunique and not i.indisprimary and i.indpred is null
	and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
	and t.name in (select table_name from information_schema.columns where column_name = 'deleted_at')
	and i.indexrelid::regclass::text not in ('invitations_token') $$,
	'S1-DB-04 unique keys count live rows only');

select is_empty($$ select k.conrelid::regclass, k.conname from pg_constraint k
	join tap.tables t on t.oid = k.conrelid join tap.tables f on f.oid = k.confrelid
	where k.contype = 'f' and t.tenant and f.tenant and f.name <> 'organizations'
	and not (cardinality(k.conkey) = 2
		and (select attname from pg_attribute where attrelid = t.oid and attnum = k.conkey[1]) = 'org_id'
		and (select attname from pg_attribute where attrelid = f.oid and attnum = k.confkey[1]) = 'org_id') $$,
	'S5-SEC-01 every foreign key between tenants'' tables is (org_id, …)');

select is_empty($$ select k.conrelid::regclass, k.conname from pg_constraint k
	join tap.tables t on t.oid = k.conrelid
	where k.contype = 'f' and t.tenant and (k.confdeltype <> 'a' or k.confupdtype <> 'a') $$,
	'S1-DB-02 foreign keys of tenants are NO ACTION');

/* created_by: see 0004_crm.sql, memberships are never deleted. An index whose predicate is only the
 * presence of the key, or liveness where the target is a membership, serves the check as well. */
select is_empty($$ select k.conrelid::regclass, k.conname from pg_constraint k
	join tap.tables t on t.oid = k.conrelid
	where k.contype = 'f' and k.conname !~ '_creator$' and not exists (
		select from pg_index i where i.indrelid = k.conrelid
		and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
		and k.conkey @> (i.indkey::int2[])[0:cardinality(k.conkey) - 1]
		and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ 'IS NOT NULL'
			or k.confrelid in ('memberships'::regclass, 'stages'::regclass, 'pipelines'::regclass))) $$,
	'S2-DB-02 S1-DB-06 S3-DB-01 an index stands behind every foreign key');

select is_empty($$ select t.name, c.col from tap.tables t,
		unnest('{created_at,updated_at,deleted_at,version,created_by,updated_by}'::text[]) as c (col)
	where t.tenant and not t.part and t.name not in
		('changes', 'sessions', 'idempotency_keys', 'import_rows', 'import_pieces', 'external_ids', 'custom_uniques', 'notifications',
		'api_key_secrets', 'deal_stays', 'deal_totals', 'merges')
	and not exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = c.col) $$,
	'S1-DB-03 S1-DB-04 S1-DB-07 every record carries its dates, version and author');

select is_empty($$ select p.table_name from information_schema.table_privileges p
	where p.grantee = 'cairn_app' and p.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
	union all
	select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace
		and (c.relowner = 'cairn_app'::regrole or c.relowner = 'cairn_lookup'::regrole and c.relkind <> 'v')
	union all
	select t.name from tap.tables t where has_table_privilege('cairn_app', t.oid, 'delete')
		and t.name not in ('idempotency_keys') $$,
	'S3-SEC-08 cairn_app owns nothing and deletes no record');

select ok(not has_schema_privilege('cairn_app', 'public', 'create')
	and not has_database_privilege('cairn_app', current_database(), 'create')
	and (select not rolsuper and not rolbypassrls and not rolcreatedb and not rolcreaterole
		from pg_roles where rolname = 'cairn_app')
	and not exists (select from pg_auth_members where member = 'cairn_app'::regrole),
	'S3-SEC-08 cairn_app has no DDL, no BYPASSRLS and is member of nothing');

select ok((select not rolcanlogin and not rolsuper and not rolbypassrls from pg_roles
	where rolname = 'cairn_lookup') and (select not rolsuper and not rolbypassrls and not rolinherit
	from pg_roles where rolname = 'cairn_owner'),
	'S3-SEC-08 cairn_lookup cannot log in, cairn_owner does not inherit it');

select is_empty($$ select t.name from tap.tables t where has_table_privilege('cairn_search', t.oid, 'select')
		or has_any_column_privilege('cairn_search', t.oid, 'insert, update')
	union all
	select table_name || '.' || column_name from information_schema.column_privileges
	where grantee = 'cairn_search' and column_name not in ('org_id', 'id', 'search')
		and (table_name, column_name) not in (('contacts', 'phone'), ('contacts', 'mobile'), ('contacts', 'deleted_at'),
			('companies', 'phone'), ('companies', 'deleted_at'), ('leads', 'phone'), ('leads', 'website'),
			('leads', 'deleted_at'))
	union all
	select rolname from pg_roles where rolname = 'cairn_search' and (rolcanlogin or rolsuper or rolbypassrls) $$,
	'S3-SEC-08 cairn_search reads ids, search vectors and what tells duplicates, and cannot log in');

select is_empty($$ select t from unnest('{users,credentials,sessions,refresh_tokens,login_attempts}'::text[]) as t
	where has_any_column_privilege('cairn_app', t, 'select, insert, update')
	or has_table_privilege('cairn_app', t, 'delete') $$,
	'S5-SEC-04 users, credentials and sessions are out of reach of cairn_app');

select ok(not has_column_privilege('cairn_app', 'invitations', 'token_hash', 'select'),
	'S5-SEC-03 nor is the token of an invitation');

select is_empty($$ select oid::regprocedure from pg_proc
	where prosecdef and pronamespace = 'public'::regnamespace
	and (proowner <> 'cairn_lookup'::regrole
		and proname not in ('changes_partitions', 'search_settle', 'search_candidates', 'import_analyze', 'duplicate_keyed')
		or not coalesce(array_to_string(proconfig, ','), '') ~ 'search_path' and proname !~ '_log_(insert|update|delete)$') $$,
	'S3-SEC-08 definer functions belong to cairn_lookup and fix their search_path');

select is_empty($$ select oid::regprocedure from pg_proc
	where pronamespace = 'public'::regnamespace and has_function_privilege('cairn_app', oid, 'execute')
	and (proname ~ '^(protect|tags_protect|organization_presets)'
		or proname ~ '^identity_' and proname not in ('identity_preset', 'identity_another_admin', 'identity_role_check')) $$,
	'S3-SEC-08 tools of migrations and inner functions are closed to cairn_app');

/* A migration that adds a column and forgets protect() leaves the log blind to it. */
select is_empty($$ select t.name, a.attname from tap.tables t
	join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
	join pg_proc p on p.proname = t.name || '_touch' and p.pronamespace = 'public'::regnamespace
	where a.attgenerated = '' and a.attname not in
		('org_id', 'id', 'created_at', 'created_by', 'updated_at', 'updated_by', 'version')
	and p.prosrc !~ ('new\."?' || a.attname || '"?\M') $$,
	'S1-DB-07 the version trigger of every table knows every column');

/* Writes of several callers may share a transaction: what is checked at the commit would run as the last. */
select is_empty($$ select conname from pg_constraint where condeferred union
	select tgname from pg_trigger where tginitdeferred $$,
	'no constraint or trigger waits for the commit');

select * from finish();
rollback;
