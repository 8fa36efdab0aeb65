/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is given a record hears of it once: what is part of a record (a line, a participant) is logged with the
 * record's owner too, and was news of its own, "assigned to you".
 */
set local role cairn_lookup;
set local row_security = on;

/* As in 0035, of records only. */
create or replace function notifications_read(p_most int default 2000) returns int
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
	perform notifications_write(array(select c from unnest(batch) as c where c.parent_id is null));
	update notification_readers r set txid = last.txid, id = last.id, at = now()
	from (select c.txid, c.id from unnest(batch) as c order by c.txid desc, c.id desc limit 1) as last
	where r.name = 'changes';
	return cardinality(batch);
end
$$;

delete from notifications n where n.type = 'record_assigned'
	and exists (select from changes c where c.org_id = n.org_id and c.id = n.change_id
		and c.parent_id is not null);

set local row_security = off;
set local role cairn_owner;
