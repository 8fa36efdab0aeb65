/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rehearsals of imports: rows on trial.
 *
 * What may refuse a new row is its columns' types, what must be there, checks, triggers that run before the insert,
 * and the right to create it. A table of its own, with all of these taken from the real one as it is now, refuses the
 * same rows in the same words; what a rehearsal does without is what costs most of an insert and refuses nothing:
 * indexes, foreign keys of records that were looked up already, the log.
 *
 * What only the real table can tell (a key that others have, rows that name each other, a trigger that nobody has
 * looked at) is for the real table: then there is no trial, and the rehearsal writes and takes back.
 */
create function import_trial(target text, written text[]) returns boolean
language plpgsql set search_path = public, pg_temp
as $$
declare
	/* Before the insert; they look at the row and at other tables. */
	before constant text[] := '{owner_assign,contacts_own,tags_check,time_zone_check,companies_relations,'
		'leads_stage,deals_amount,deals_derive,deals_partner,tasks_derive,tasks_place,tasks_of_template}';
	/* After it; they note what was written, and refuse nothing. */
	after constant text[] := array['leads_history', 'deals_total_insert', 'tasks_tell_progress', 'next_steps',
		target || '_log_insert'];
	/* After it; they are not asked about rows that have neither. */
	keys constant text[] := '{external_ids,custom}';
	of constant regclass := to_regclass(format('public.%I', target));
	made record;
begin
	if exists (select from pg_index i where i.indrelid = of and (i.indisunique or i.indisexclusion)
		and not i.indisprimary and (i.indexprs is not null or exists (
			select from pg_attribute a left join pg_attrdef d on d.adrelid = of and d.adnum = a.attnum
			where a.attrelid = of and a.attnum = any (i.indkey) and a.attname <> 'org_id'
				and (a.attname = any (written) or d.oid is not null))))
	   or exists (select from pg_constraint k join pg_attribute a on a.attrelid = of and a.attnum = any (k.conkey)
		where k.conrelid = of and k.contype = 'f' and cardinality(k.conkey) <> 2 and a.attname = any (written))
	   or exists (select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
		where t.tgrelid = of and not t.tgisinternal and t.tgtype & 4 > 0
			and case when t.tgtype & 2 > 0 then p.proname <> all (before)
				when p.proname = 'record_keys_keep' then written && keys
				else p.proname <> all (after) end) then
		return false;
	end if;
	execute format('create temporary table trial (like %s including defaults including constraints'
		' including generated) on commit drop', of);
	alter table pg_temp.trial enable row level security, force row level security;
	for made in select p.polname, p.polpermissive, coalesce(p.polwithcheck, p.polqual) as rule, p.polrelid,
			(select string_agg(r.oid::regrole::text, ', ') from unnest(p.polroles) as r (oid)) as roles
		from pg_policy p where p.polrelid = of and p.polcmd in ('a', '*') loop
		execute format('create policy %I on pg_temp.trial as %s for insert to %s with check (%s)', made.polname,
			case when made.polpermissive then 'permissive' else 'restrictive' end,
			case made.roles when '-' then 'public' else made.roles end,
			pg_get_expr(made.rule, made.polrelid));
	end loop;
	for made in select t.oid from pg_trigger t where t.tgrelid = of and not t.tgisinternal and t.tgtype & 6 = 6
		order by t.tgname loop
		execute replace(pg_get_triggerdef(made.oid), format(' ON public.%I ', target), ' ON pg_temp.trial ');
	end loop;
	return true;
end
$$;

revoke execute on function import_trial(text, text[]) from public;
grant execute on function import_trial(text, text[]) to cairn_app;
