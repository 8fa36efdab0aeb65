/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prepares one database for Cairn, before the first migration.
 *
 * Who runs it: the private PostgreSQL runs it as superuser at every start of the server (it is
 * idempotent and takes a few milliseconds); on an external server an administrator runs it once,
 * connected to the database that Cairn shall use:
 *
 *     psql -X -v ON_ERROR_STOP=1 -d cairn -f bootstrap.sql
 *     psql -X -d cairn -c "alter role cairn_owner password '…'" -c "alter role cairn_app password '…'"
 *
 * What needs which right (managed services seldom give a superuser):
 *   roles                    CREATEROLE
 *   extensions               all but pg_stat_statements are trusted: CREATE on the database
 *   schema and database      ownership of the database
 *   LEAKPROOF marks          superuser; without it they are skipped with a notice: full-text search
 *                            then takes a way round (search_candidates), and filters with these
 *                            operators cannot use an index under row security
 *   pg_stat_statements       superuser (or the service's equivalent); skipped without it. It also
 *                            wants shared_preload_libraries, else its view answers with an error
 */

/* The bootstrap may run from two servers that start together. */
select pg_advisory_lock(hashtextextended('cairn bootstrap', 0));

/* ---- roles ---------------------------------------------------------------------------------- */

do $$
begin
	if not exists (select from pg_roles where rolname = 'cairn_lookup') then
		create role cairn_lookup nologin nosuperuser nobypassrls nocreatedb nocreaterole;
	end if;
	/* Reads ids and search vectors of every tenant, for one function that names the tenant. */
	if not exists (select from pg_roles where rolname = 'cairn_search') then
		create role cairn_search nologin nosuperuser nobypassrls nocreatedb nocreaterole;
	end if;
	/* NOINHERIT: as a member cairn_owner may give functions to cairn_lookup, but the policies
	 * written for cairn_lookup do not apply to it, so a migration never reads rows by accident. */
	if not exists (select from pg_roles where rolname = 'cairn_owner') then
		create role cairn_owner login noinherit nosuperuser nobypassrls nocreatedb nocreaterole;
	end if;
	if not exists (select from pg_roles where rolname = 'cairn_app') then
		create role cairn_app login nosuperuser nobypassrls nocreatedb nocreaterole;
	end if;
end
$$;

grant cairn_lookup, cairn_search to cairn_owner;

do $$
begin
	execute format('revoke all on database %I from public', current_database());
	execute format('grant connect, create, temporary on database %I to cairn_owner', current_database());
	/* An import copies its rows into a temporary table. */
	execute format('grant connect, temporary on database %I to cairn_app', current_database());
end
$$;

revoke all on schema public from public;
grant usage, create on schema public to cairn_owner;
grant usage on schema public to cairn_app;
/* CREATE is what PostgreSQL asks of the owner of a function; nobody can log in as these two. */
grant usage, create on schema public to cairn_lookup, cairn_search;

/* ---- extensions ----------------------------------------------------------------------------- */

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gist;
/* One GIN index per table that begins with org_id: search in one tenant among thousands. */
create extension if not exists btree_gin;

do $$
begin
	if exists (select from pg_roles where rolname = current_user and rolsuper) then
		create extension if not exists pg_stat_statements;
	else
		raise notice 'not superuser: pg_stat_statements left out';
	end if;
end
$$;

/* unaccent(text) is only STABLE because its dictionary could be altered; ours is not, and an
 * index or a generated column takes nothing but IMMUTABLE. */
create or replace function cairn_unaccent(value text) returns text
language sql immutable strict parallel safe
as $$ select public.unaccent('public.unaccent'::regdictionary, $1) $$;

/* No stemming: the words are names, in any language. */
do $$
begin
	if not exists (select from pg_ts_config where cfgname = 'cairn'
	               and cfgnamespace = 'public'::regnamespace) then
		create text search configuration public.cairn (copy = pg_catalog.simple);
		alter text search configuration public.cairn
			alter mapping for asciiword, word, numword, hword, hword_part, hword_asciipart,
			asciihword, numhword, hword_numpart, email, host, url, url_path, file
			with public.unaccent, pg_catalog.simple;
	end if;
end
$$;

/* ---- leakproof ------------------------------------------------------------------------------ */

/*
 * Under row security PostgreSQL evaluates a caller's condition before the policy (which is what an
 * index scan does) only if the function behind its operator is LEAKPROOF: it must not reveal its
 * arguments by an error, a notice or a side effect. Many are merely unmarked. Each one below was
 * read in PostgreSQL 15's source; what it can raise is stated. All of them are what the API's own
 * filters use; nothing that parses, casts or concatenates a stored value is on the list.
 */
do $$
declare
	item record;
begin
	if not exists (select from pg_roles where rolname = current_user and rolsuper) then
		raise notice 'not superuser: no function marked LEAKPROOF';
		return;
	end if;
	for item in
		select * from (values
			/* Full text. Walks two already parsed values; raises nothing but stack depth. */
			('ts_match_vq(tsvector,tsquery)'),
			('ts_match_qv(tsquery,tsvector)'),
			/* Tags. Compares elements by uuid_eq, itself LEAKPROOF; the only error (arrays of
			 * different element types) is decided by types, not by values. */
			('arraycontains(anyarray,anyarray)'),
			('arraycontained(anyarray,anyarray)'),
			('arrayoverlap(anyarray,anyarray)'),
			('array_eq(anyarray,anyarray)'),
			('array_ne(anyarray,anyarray)'),
			/* Custom fields. Walks two stored trees; raises nothing but stack depth. */
			('jsonb_contains(jsonb,jsonb)'),
			('jsonb_exists(jsonb,text)'),
			/* contains and startsWith. Can raise for a bad pattern (the caller's own argument) or
			 * a nondeterministic collation (a property of the column); never for a value. */
			('textlike(text,text)'),
			('textnlike(text,text)'),
			('texticlike(text,text)'),
			('texticnlike(text,text)'),
			/* Case-insensitive equality. Raises only when memory or the collation is missing. */
			('lower(text)'),
			('upper(text)'),
			/* Money and quantities. Pure comparisons of two stored values; raise nothing. */
			('numeric_eq(numeric,numeric)'),
			('numeric_ne(numeric,numeric)'),
			('numeric_lt(numeric,numeric)'),
			('numeric_le(numeric,numeric)'),
			('numeric_gt(numeric,numeric)'),
			('numeric_ge(numeric,numeric)'),
			('numeric_cmp(numeric,numeric)'),
			/* Days against instants (those of equal type are LEAKPROOF by birth). A date beyond
			 * the range of timestamps is compared as infinity, not refused. */
			('date_lt_timestamptz(date,timestamptz)'),
			('date_le_timestamptz(date,timestamptz)'),
			('date_eq_timestamptz(date,timestamptz)'),
			('date_gt_timestamptz(date,timestamptz)'),
			('date_ge_timestamptz(date,timestamptz)'),
			('timestamptz_lt_date(timestamptz,date)'),
			('timestamptz_le_date(timestamptz,date)'),
			('timestamptz_eq_date(timestamptz,date)'),
			('timestamptz_gt_date(timestamptz,date)'),
			('timestamptz_ge_date(timestamptz,date)'),
			/* Similar names. Trigram sets of two values; raise nothing but memory. */
			('similarity_op(text,text)'),
			('word_similarity_op(text,text)'),
			('word_similarity_commutator_op(text,text)')
		) as reviewed (signature)
	loop
		if not (select proleakproof from pg_proc where oid = item.signature::regprocedure) then
			execute format('alter function %s leakproof', item.signature::regprocedure);
		end if;
	end loop;
end
$$;

select pg_advisory_unlock(hashtextextended('cairn bootstrap', 0));
