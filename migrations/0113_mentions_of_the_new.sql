/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mentions in new records: of one that was not changed since, the present text is what it was made with, and the log
 * need not be asked. That is nearly all of them, since the log is read within a moment.
 */
set local role cairn_lookup;
set local row_security = on;

/* As in 0035, but for the version. */
create or replace function notification_mentions(batch changes[], out change_ids uuid[], out user_ids uuid[])
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	rule notification_rules;
	more_changes uuid[];
	more_users uuid[];
begin
	for rule in select r.* from notification_rules r where r.type = 'mention'
		and r.entity in (select c.entity from unnest(batch) as c) loop
		execute format('with said as (select c.id, c.org_id, case when c.action <> ''create'' '
			'then c.diff -> %1$L ->> 1 when t.version = 1 then t.%1$I '
			'else coalesce((select l.diff -> %1$L from changes l where l.org_id = c.org_id '
				'and l.record_id = c.record_id and l.diff ? %1$L order by l.id limit 1), '
				'jsonb_build_array(t.%1$I)) ->> 0 end as text, c.diff -> %1$L ->> 0 as before '
			'from unnest($1) as c join %2$I t on t.org_id = c.org_id and t.id = c.record_id '
			'where c.entity = $2 and (c.action = ''create'' or c.diff ? %1$L)) '
			'select array_agg(s.id), array_agg(p.person) from said s cross join lateral '
			'(select notification_mentioned(s.org_id, s.text) '
			'except select notification_mentioned(s.org_id, s.before)) as p (person) '
			'where strpos(s.text, ''@['') > 0', rule.field, entity_table(rule.entity))
		into more_changes, more_users using batch, rule.entity;
		change_ids := change_ids || more_changes;
		user_ids := user_ids || more_users;
	end loop;
end
$$;

set local row_security = off;
set local role cairn_owner;
