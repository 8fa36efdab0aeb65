/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notifications: what somebody should hear of, written from the change log.
 *
 * notifications_read() goes on from where it stopped the last time and reads what was committed since: rows
 * below its snapshot's xmin in the order of (txid, id), so that none is passed over when transactions commit
 * in another order than they began. Reading and writing are one transaction, and a unique key holds that
 * nobody hears of a change twice; so it may be called by any number of servers, killed and called again. The
 * server calls it after commits; a write itself costs nothing.
 *
 * What is news is a row of notification_rules. A new type is one row there and one in notification_types.
 *
 * The words are made when they are read, under the reader's own row security: who does not see the record
 * any more reads that there was something, and not what.
 */

create table notification_types (
	type text not null,
	phrase text not null,
	phrase_many text not null,
	constraint notification_types_pkey primary key (type)
);

/* {record}, {to} and {count} are filled in. */
insert into notification_types (type, phrase, phrase_many) values
	('task_assigned', 'Task assigned to you: {record}', '{count} tasks were assigned to you'),
	('task_due', 'Task due: {record}', '{count} tasks are due'),
	('reminder', 'Reminder: {record}', '{count} reminders'),
	('mention', 'You were mentioned: {record}', 'You were mentioned {count} times'),
	('record_assigned', 'Assigned to you: {record}', '{count} records were assigned to you'),
	('lead_status', 'Lead {record} is now {to}', '{count} leads have another status'),
	('deal_won', 'Won: {record}', '{count} deals were won'),
	('deal_lost', 'Lost: {record}', '{count} deals were lost'),
	('quote_viewed', 'Quote was viewed: {record}', '{count} quotes were viewed'),
	('quote_accepted', 'Quote was accepted: {record}', '{count} quotes were accepted'),
	('quote_declined', 'Quote was declined: {record}', '{count} quotes were declined'),
	('payment_recorded', 'Payment recorded: {record}', '{count} payments were recorded'),
	('invoice_overdue', 'Invoice is overdue: {record}', '{count} invoices are overdue'),
	('event_status', 'Event {record} is now {to}', '{count} events have another status'),
	('import_finished', 'Import finished: {record}', '{count} imports finished'),
	('partner_lead', 'New lead of a partner: {record}', '{count} new leads of partners'),
	('partner_approved', 'Partner approved: {record}', '{count} partners were approved'),
	('invitation', 'Invitation accepted: {record}', '{count} invitations were accepted');

/*
 *   position    of several rules that tell somebody of one change the first does
 *   entity      null for every entity but those of `but`
 *   action      of the change; null for every change of a record that stays
 *   field       column that has changed to something; null for any
 *   value       to one of these; null for any
 *   tells       the field's values before and after stand in the notification
 *   recipients  owner · creator · partner: the partner's people · channel: the partner's owner · manager:
 *               who leads the owner's team · actor: who did it, told by nobody · mentioned: named in
 *               `field` · paid: whose business the payment is, once it came in
 */
create table notification_rules (
	position int not null,
	type text not null,
	entity text,
	but text[] not null default '{}',
	action text,
	field text,
	value text[],
	tells boolean not null default false,
	recipients text[] not null,
	constraint notification_rules_pkey primary key (position),
	constraint notification_rules_type foreign key (type) references notification_types (type),
	constraint notification_rules_recipients check (recipients <> '{}' and recipients
		<@ '{owner,creator,partner,channel,manager,actor,mentioned,paid}'::text[])
);

create index notification_rules_of_type on notification_rules (type);

insert into notification_rules (position, type, entity, action, field, value, tells, recipients) values
	(10, 'mention', 'activity', null, 'body', null, false, '{mentioned}'),
	(11, 'mention', 'task', null, 'description', null, false, '{mentioned}'),
	(12, 'mention', 'lead', null, 'description', null, false, '{mentioned}'),
	(13, 'mention', 'deal', null, 'description', null, false, '{mentioned}'),
	(14, 'mention', 'company', null, 'description', null, false, '{mentioned}'),
	(15, 'mention', 'contact', null, 'description', null, false, '{mentioned}'),
	(16, 'mention', 'project', null, 'description', null, false, '{mentioned}'),
	(17, 'mention', 'event', null, 'description', null, false, '{mentioned}'),
	(20, 'partner_lead', 'lead', 'create', null, null, false, '{owner,channel}'),
	(21, 'partner_approved', 'partner', null, 'status', '{approved}', false, '{partner,owner}'),
	(30, 'deal_won', 'deal', null, 'status', '{won}', false, '{owner,manager}'),
	(31, 'deal_lost', 'deal', null, 'status', '{lost}', false, '{owner,manager}'),
	(32, 'deal_won', 'lead', null, 'deal_status', '{won}', false, '{partner}'),
	(33, 'deal_lost', 'lead', null, 'deal_status', '{lost}', false, '{partner}'),
	(40, 'quote_viewed', 'quote', 'viewed', null, null, false, '{owner}'),
	(41, 'quote_accepted', 'quote', null, 'accepted_at', null, false, '{owner,manager}'),
	(42, 'quote_declined', 'quote', null, 'declined_at', null, false, '{owner,manager}'),
	(45, 'payment_recorded', 'payment', 'create', null, null, false, '{paid}'),
	(46, 'payment_recorded', 'payment', null, 'completed_at', null, false, '{paid}'),
	(50, 'import_finished', 'import', 'finished', null, null, false, '{actor}'),
	(51, 'invitation', 'invitation', null, 'accepted_at', null, false, '{creator}'),
	(60, 'task_assigned', 'task', 'create', null, null, false, '{owner}'),
	(61, 'task_assigned', 'task', null, 'assignee_id', null, false, '{owner}'),
	(70, 'lead_status', 'lead', null, 'status', null, true, '{owner,partner}'),
	(71, 'event_status', 'event', null, 'status', null, true, '{owner}');
insert into notification_rules (position, type, but, action, field, recipients) values
	(80, 'record_assigned', '{task,user}', 'create', null, '{owner}'),
	(81, 'record_assigned', '{task,user}', null, 'owner_id', '{owner}');

/* Where each reader of the log stands, and up to when each sweep has looked. */
create table notification_readers (
	name text not null,
	txid xid8 not null default '0',
	id uuid not null default '00000000-0000-0000-0000-000000000000',
	at timestamptz not null default now(),
	constraint notification_readers_pkey primary key (name)
);

/* What was there before is no news. */
insert into notification_readers (name, txid) values ('changes', pg_snapshot_xmin(pg_current_snapshot())),
	('reminders', '0');

/* occasion is what the person is told of once: the change, or for a sweep a hash of record and moment. */
create table notifications (
	org_id uuid not null,
	id uuid not null default uuid_v7(),
	user_id uuid not null,
	type text not null,
	entity text not null,
	record_id uuid,
	actor_id uuid,
	change_id uuid,
	occasion uuid not null,
	facts jsonb not null default '{}',
	read_at timestamptz(3),
	created_at timestamptz(3) not null default now(),
	constraint notifications_pkey primary key (org_id, id),
	constraint notifications_user foreign key (org_id, user_id) references memberships (org_id, id),
	constraint notifications_actor foreign key (org_id, actor_id) references memberships (org_id, id),
	constraint notifications_not_oneself check (actor_id <> user_id),
	constraint notifications_once unique (org_id, user_id, occasion, type)
);

create index notifications_list on notifications (org_id, user_id, created_at desc, id desc);
create index notifications_unread on notifications (org_id, user_id, created_at desc, id desc)
	where read_at is null;
create index notifications_actor on notifications (org_id, actor_id) where actor_id is not null;
create index notifications_age on notifications (created_at);

/* What the sweeps look for. */
create index tasks_remind on tasks (remind_at)
	where remind_at is not null and deleted_at is null and status not in ('done', 'cancelled');
create index tasks_due_at on tasks (due_at)
	where due_at is not null and deleted_at is null and status not in ('done', 'cancelled');
create index activities_remind_at on activities (remind_at)
	where remind_at is not null and deleted_at is null and status = 'planned';
create index invoices_due_date on invoices (due_date)
	where issued_at is not null and voided_at is null and deleted_at is null;

/* ---- row security --------------------------------------------------------------------------- */

/* One's own, whatever the role; and of them one changes that they are read. */
alter table notifications enable row level security, force row level security;
create policy notifications_read on notifications for select to cairn_app
	using (org_id = (select app_org()) and user_id = (select app_user())
		and case (select app_scope('notifications', 1)) when 'n' then false else true end);
create policy notifications_update on notifications for update to cairn_app
	using (org_id = (select app_org()) and user_id = (select app_user())
		and case (select app_scope('notifications', 3)) when 'n' then false else true end);
create policy notifications_lookup on notifications to cairn_lookup using (true) with check (true);
grant select, update on notifications to cairn_app;
grant select, insert, delete on notifications to cairn_lookup;

create function notifications_keep() returns trigger language plpgsql as $$
declare
	read constant timestamptz := new.read_at;
begin
	new := old;
	new.read_at := read;
	return new;
end
$$;

create trigger notifications_keep before update on notifications
	for each row execute function notifications_keep();

do $$
declare
	t text;
begin
	foreach t in array '{notification_types,notification_rules,notification_readers}'::text[] loop
		execute format('alter table %I enable row level security, force row level security', t);
		execute format('create policy %I on %I to cairn_lookup using (true)', t || '_lookup', t);
		execute format('grant select on %I to cairn_lookup', t);
	end loop;
end
$$;

grant update on notification_readers to cairn_lookup;
create policy notification_types_read on notification_types for select to cairn_app using (true);
grant select on notification_types to cairn_app;

create policy changes_feed on changes for select to cairn_lookup using (true);
grant select on changes to cairn_lookup;

/* A sweep looks at all organisations; its functions, and nothing else of cairn_lookup, say so. A migration
 * that calls protect() on one of these tables makes its policy again. */
create function notification_sweep_policy(table_name text) returns void language plpgsql as $$
begin
	execute format('create policy %I on %I for select to cairn_lookup '
		'using ((select current_setting(''app.sweep'', true)) = ''on'')',
		table_name || '_sweep', table_name);
end
$$;

revoke execute on function notification_sweep_policy(text) from public;
select notification_sweep_policy(t)
from unnest('{tasks,activities,leads,deals,companies,contacts,projects,events,invoices,payments}'::text[]) as t
where to_regclass(t) is not null;

/* ---- an import is over -------------------------------------------------------------------------- */

create function imports_finished() returns trigger language plpgsql as $$
begin
	perform log_action('import', new.id, 'finished', jsonb_build_object(
		'status', jsonb_build_array(old.status, new.status),
		'rows_created', jsonb_build_array(null, new.rows_created),
		'rows_refused', jsonb_build_array(null, new.rows_refused)), owner_id => new.created_by);
	return null;
end
$$;

create trigger imports_finished after update of status on imports for each row
	when (new.status in ('done', 'failed') and old.status not in ('done', 'failed'))
	execute function imports_finished();

/* ---- reading the log -------------------------------------------------------------------------- */

set local role cairn_lookup;
set local row_security = on;

/* Who is named in a text, by @[e-mail] or @[id]. */
create function notification_mentioned(p_org uuid, p_text text) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
	select m.id from memberships m
	where m.org_id = p_org and (m.email, m.id::text) in (select m.email, m.id::text
		from (select lower(found[1]) as name
			from regexp_matches(p_text, '@\[([^][\s]{3,254})\]', 'g') as found limit 100) as named
		where named.name = m.email or named.name = m.id::text)
$$;

create function notification_paid(change changes) returns setof uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if to_regclass('payments') is not null then
		return query select unnest(p.own_ids) from payments p
			where p.org_id = change.org_id and p.id = change.record_id and p.completed_at is not null
				and p.voided_at is null and p.direction = 'in' and p.kind = 'payment';
	end if;
end
$$;

/* Who a rule's recipient is, for a change. */
create function notification_people(p_kind text, change changes) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
	select change.owner_id where p_kind = 'owner'
	union all select change.actor_id where p_kind = 'actor'
	union all (select c.actor_id from changes c where p_kind = 'creator' and c.org_id = change.org_id
		and c.record_id = change.record_id and c.action = 'create' order by c.id limit 1)
	union all select m.id from memberships m where p_kind = 'partner' and m.org_id = change.org_id
		and m.partner_id = change.partner_id
	union all select p.owner_id from partners p where p_kind = 'channel' and p.org_id = change.org_id
		and p.id = change.partner_id
	union all select t.manager_id from memberships m join teams t on t.org_id = m.org_id
		and t.id = m.team_id and t.deleted_at is null
		where p_kind = 'manager' and m.org_id = change.org_id and m.id = change.owner_id
	union all select p.person from notification_paid(change) as p (person) where p_kind = 'paid'
$$;

/* Mentions are looked for in what was added to a text. Of a new record the log has no image: its text is the
 * one before the first change of it, else the present one. */
create function notification_mentions(batch changes[], out change_ids uuid[], out user_ids uuid[])
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	rule notification_rules;
	more_changes uuid[];
	more_users uuid[];
begin
	for rule in select r.* from notification_rules r where r.type = 'mention'
		and r.entity in (select c.entity from unnest(batch) as c) loop
		execute format('with said as (select c.id, c.org_id, case c.action when ''create'' '
			'then coalesce((select l.diff -> %1$L from changes l where l.org_id = c.org_id '
				'and l.record_id = c.record_id and l.diff ? %1$L order by l.id limit 1), '
				'jsonb_build_array(t.%1$I)) ->> 0 '
			'else c.diff -> %1$L ->> 1 end as text, c.diff -> %1$L ->> 0 as before '
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

/* Writes what the changes tell whom. Nobody hears of what they did themselves, people of a partner hear
 * of what a partner sees, and who would hear of many at once hears it once. */
create function notifications_write(batch changes[]) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	many constant int := 10;
	mentions record;
	written int;
begin
	perform set_config('app.sweep', 'on', true);
	mentions := notification_mentions(batch);
	insert into notifications (org_id, user_id, type, entity, record_id, actor_id, change_id, occasion,
		facts, created_at)
	select f.org_id, f.user_id, f.type, f.entity, case when f.n <= many then f.record_id end, f.actor_id,
		f.id, f.id, case when f.n > many then jsonb_build_object('count', f.n) else f.facts end, f.at
	from (select t.*, count(*) over same as n, row_number() over (same order by t.id) as place
		from (select distinct on (o.org_id, o.user_id, o.id) o.* from (
			select c.org_id, c.id, c.at, c.changeset_id, c.entity, c.record_id, r.position, r.type,
				p.person as user_id,
				case when not '{actor}' @> r.recipients then c.actor_id end as actor_id,
				case when r.tells then jsonb_build_object('from', c.diff -> r.field -> 0,
					'to', c.diff -> r.field -> 1) else '{}' end as facts, c.partner_id
			from unnest(batch) as c
			join notification_rules r on (r.entity = c.entity
					or r.entity is null and c.entity <> all (r.but))
				and case when r.action is null then c.action not in ('create', 'delete', 'restore')
					else r.action = c.action end
				and (r.field is null or c.diff -> r.field ->> 1 is not null)
				and (r.value is null or c.diff -> r.field ->> 1 = any (r.value))
				and (r.recipients <> '{owner}' or c.owner_id is distinct from c.actor_id)
			cross join unnest(r.recipients) as kind
			cross join lateral notification_people(kind, c) as p (person)
			where r.type <> 'mention' and (r.type <> 'partner_lead' or exists (
				select from memberships a where a.org_id = c.org_id and a.id = c.actor_id
					and a.partner_id = c.partner_id))
			union all
			select c.org_id, c.id, c.at, c.changeset_id, c.entity, c.record_id, 0, 'mention', s.person,
				c.actor_id, '{}', c.partner_id
			from unnest(mentions.change_ids, mentions.user_ids) as s (id, person)
			join unnest(batch) as c on c.id = s.id) as o
			join memberships m on m.org_id = o.org_id and m.id = o.user_id and m.active
			where o.user_id is distinct from o.actor_id
				and case when m.partner_id is null then true
					else m.partner_id = o.partner_id and changes_of_partner(o.entity) end
			order by o.org_id, o.user_id, o.id, o.position) as t
		window same as (partition by t.org_id, t.user_id, t.type, coalesce(t.changeset_id, t.id))) as f
	where f.n <= many or f.place = 1
	on conflict on constraint notifications_once do nothing;
	get diagnostics written = row_count;
	perform set_config('app.sweep', '', true);
	return written;
end
$$;

/*
 * Reads at most so many changes; answers how many, or -1 while another reads. Only what is not older than a
 * week is news: after a restore of the database, whose transactions count from the beginning again, the
 * reader begins again too.
 */
create function notifications_read(p_most int default 2000) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	reader notification_readers;
	horizon xid8;
	batch changes[];
begin
	if not pg_try_advisory_xact_lock(hashtextextended('cairn notifications_read', 0)) then
		return -1;
	end if;
	select r.* into reader from notification_readers r where r.name = 'changes';
	horizon := pg_snapshot_xmin(pg_current_snapshot());
	if reader.txid > pg_snapshot_xmax(pg_current_snapshot()) then
		reader.txid := '0';
		reader.id := '00000000-0000-0000-0000-000000000000';
	end if;
	batch := array(select c from changes c
		where (c.txid, c.id) > (reader.txid, reader.id) and c.txid < horizon
			and c.at > now() - interval '7 days'
		order by c.txid, c.id limit p_most);
	if cardinality(batch) = 0 then
		return 0;
	end if;
	perform notifications_write(batch);
	update notification_readers r set txid = last.txid, id = last.id, at = now()
	from (select c.txid, c.id from unnest(batch) as c order by c.txid desc, c.id desc limit 1) as last
	where r.name = 'changes';
	return cardinality(batch);
end
$$;

/* ---- sweeps ------------------------------------------------------------------------------------- */

/* What has become due since the last look; the look goes some minutes back, for what was committed late, and
 * the key holds that nothing is told twice. */
create function notifications_remind() returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	since timestamptz;
	written int;
begin
	if not pg_try_advisory_xact_lock(hashtextextended('cairn notifications_remind', 0)) then
		return -1;
	end if;
	perform set_config('app.sweep', 'on', true);
	select greatest(r.at, now() - interval '7 days') - interval '10 minutes' into since
	from notification_readers r where r.name = 'reminders';
	insert into notifications (org_id, user_id, type, entity, record_id, occasion)
	select d.org_id, d.person, d.type, d.entity, d.id,
		md5(concat_ws(' ', d.type, d.id, extract(epoch from d.moment)))::uuid
	from (select t.org_id, t.assignee_id as person, 'reminder' as type, 'task' as entity, t.id,
			t.remind_at as moment
		from tasks t where t.remind_at > since and t.remind_at <= now() and t.deleted_at is null
			and t.status not in ('done', 'cancelled')
		union all select t.org_id, t.assignee_id, 'task_due', 'task', t.id, t.due_at
		from tasks t where t.due_at > since and t.due_at <= now() and t.deleted_at is null
			and t.status not in ('done', 'cancelled')
		union all select a.org_id, a.owner_id, 'reminder', 'activity', a.id, a.remind_at
		from activities a where a.remind_at > since and a.remind_at <= now() and a.deleted_at is null
			and a.status = 'planned'
		union all select i.org_id, i.owner_id, 'invoice_overdue', 'invoice', i.id, i.due_date
		from invoices i join organizations o on o.org_id = i.org_id and o.id = i.org_id
		where i.due_date >= (since at time zone o.time_zone)::date - 1
			and i.due_date between since::date - 2 and current_date + 1
			and i.due_date < (now() at time zone o.time_zone)::date
			and i.issued_at is not null and i.voided_at is null and i.deleted_at is null
			and i.balance > 0) as d
	join memberships m on m.org_id = d.org_id and m.id = d.person and m.active
	on conflict on constraint notifications_once do nothing;
	get diagnostics written = row_count;
	update notification_readers r set at = now() where r.name = 'reminders';
	perform set_config('app.sweep', '', true);
	return written;
end
$$;

create function notifications_sweep() returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	swept int;
begin
	delete from notifications where created_at < now() - interval '90 days';
	get diagnostics swept = row_count;
	return swept;
end
$$;

do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc where proowner = 'cairn_lookup'::regrole
	         and proname ~ '^notifications?_' and prorettype <> 'trigger'::regtype loop
		execute format('revoke execute on function %s from public', f);
	end loop;
end
$$;

grant execute on function notifications_read(int), notifications_remind(), notifications_sweep() to cairn_app;

set local row_security = off;
set local role cairn_owner;

/* ---- the words --------------------------------------------------------------------------------- */

/* A live record as the caller sees it, null otherwise; of a table of which only some columns are granted,
 * these. */
create or replace function record_row(entity text, id uuid) returns jsonb language plpgsql stable as $$
declare
	home constant text := entity_table(entity);
	seen text;
	found jsonb;
begin
	if home is null or id is null then
		return null;
	end if;
	seen := case when has_table_privilege(home, 'select') then '*' else (
		select string_agg(quote_ident(a.attname), ', ') from pg_attribute a
		where a.attrelid = home::regclass and a.attnum > 0 and not a.attisdropped
			and has_column_privilege(home, a.attname, 'select')) end;
	if seen is not null then
		execute format('select to_jsonb(t) from (select %s from %I where org_id = $1 and id = $2 '
			'and deleted_at is null) as t', seen, home) into found using app_org(), id;
	end if;
	return found;
end
$$;

/* What a record is called, by what its columns are called. */
create function record_name(record jsonb) returns text language sql immutable parallel safe as $$
	select left(coalesce(nullif(record ->> 'name', ''), record ->> 'title', record ->> 'subject',
		nullif(concat_ws(' ', nullif(record ->> 'first_name', ''), nullif(record ->> 'last_name', '')), ''),
		record ->> 'number', record ->> 'label', record ->> 'file_name', record ->> 'email',
		left(record ->> 'body', 80)), 150)
$$;

create function notification_title(notification notifications) returns text language plpgsql stable as $$
declare
	words notification_types;
	about jsonb;
begin
	select t.* into words from notification_types t where t.type = notification.type;
	if notification.facts ? 'count' then
		return replace(words.phrase_many, '{count}', notification.facts ->> 'count');
	end if;
	about := record_row(notification.entity, notification.record_id);
	if about is null then
		return null;
	end if;
	return left(replace(replace(words.phrase, '{to}', coalesce(notification.facts ->> 'to', '')),
		'{record}', coalesce(record_name(about), replace(notification.entity, '_', ' '))), 200);
end
$$;

/* What somebody was mentioned in. */
create function notification_body(notification notifications) returns text language plpgsql stable as $$
declare
	about jsonb;
begin
	if notification.type <> 'mention' then
		return null;
	end if;
	about := record_row(notification.entity, notification.record_id);
	return left(coalesce(about ->> 'body', about ->> 'description'), 1000);
end
$$;

create function notification_data(notification notifications) returns jsonb language plpgsql stable as $$
begin
	return case when notification.facts = '{}' or notification.facts ? 'count' then notification.facts
		when record_row(notification.entity, notification.record_id) is null then '{}'
		else notification.facts end;
end
$$;
