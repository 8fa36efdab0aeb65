/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving, winning, losing and reopening a deal.
 *
 * Whoever ranks a card holds the lock of its stage until the commit, so that two never read the same gap.
 * A rank is fourteen hexadecimal digits, the microsecond of making (rank_end), and longer where a card was
 * put between two: there is always room but for what is tied or has grown too long, which is spread anew.
 */

/* A rank between two, null where there is no room. '' is below all. */
create function rank_between(p_low text, p_high text) returns text
language plpgsql immutable parallel safe as $$
declare
	digits constant text := '0123456789abcdef';
	longest constant int := 60;
	bound boolean := true;
	rank text := '';
	l int;
	h int;
begin
	for i in 1 .. longest loop
		if bound and i > length(p_high) then
			return null;
		end if;
		l := greatest(strpos(digits, substr(p_low || '0', least(i, length(p_low) + 1), 1)) - 1, 0);
		h := case when bound then strpos(digits, substr(p_high, i, 1)) - 1 else 16 end;
		if h < l then
			return null;
		elsif h - l > 1 then
			return rank || substr(digits, (l + h) / 2 + 1, 1);
		end if;
		rank := rank || substr(digits, l + 1, 1);
		bound := bound and h = l;
	end loop;
	return null;
end
$$;

/* The rank a second before or after the given one. */
create function rank_beside(p_rank text, p_direction int) returns text
language sql immutable parallel safe as $$
	select lpad(to_hex(greatest(('x' || rpad(left(p_rank, 14), 14, '0'))::bit(56)::bigint
		+ p_direction * 1000000::bigint, 0)), 14, '0')
$$;

set local role cairn_lookup;
set local row_security = on;

/* Ranks the cards of a stage anew, in the order in which they stand. */
create function deals_spread(p_stage uuid, p_but uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
	update deals d set position = rank_beside(rank_end(), (o.place - o.total)::int)
	from (select id, row_number() over (order by position, id) as place, count(*) over () as total
		from deals where org_id = app_org() and stage_id = p_stage and deleted_at is null
			and id <> p_but) as o
	where d.org_id = app_org() and d.id = o.id;
end
$$;

/* The rank beside the given card, behind all without one; the own where the deal stands there already.
 * Of all cards of the stage, also those that the caller does not see. */
create function deal_rank(p_stage uuid, p_deal uuid, p_after uuid, p_before uuid) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	beside constant uuid := coalesce(p_after, p_before);
	own text collate "C" := (select d.position from deals d where d.org_id = app_org()
		and d.id = p_deal and d.stage_id = p_stage);
	at text collate "C";
	low text collate "C";
	high text collate "C";
	rank text collate "C";
begin
	for attempt in 1 .. 2 loop
		select d.position into at from deals d
		where d.org_id = app_org() and d.id = beside and d.stage_id = p_stage and d.deleted_at is null;
		if beside is not null and not found then
			raise exception using errcode = 'CR409', message = 'the card beside has been moved meanwhile';
		end if;
		if p_after is not null then
			low := at;
			select d.position into high from deals d
			where d.org_id = app_org() and d.stage_id = p_stage and d.deleted_at is null
				and d.id <> p_deal and (d.position, d.id) > (at, beside)
			order by d.position, d.id limit 1;
		else
			high := at;
			select d.position into low from deals d
			where d.org_id = app_org() and d.stage_id = p_stage and d.deleted_at is null
				and d.id <> p_deal and (beside is null or (d.position, d.id) < (at, beside))
			order by d.position desc, d.id desc limit 1;
		end if;
		if own > coalesce(low, '') and (high is null or own < high) then
			return own;
		end if;
		rank := case when high is null then greatest(rank_end(), rank_beside(low, 1))
			when low is null then rank_beside(high, -1)
			else rank_between(low, high) end;
		if rank > coalesce(low, '') and (high is null or rank < high) then
			return rank;
		end if;
		perform deals_spread(p_stage, p_deal);
	end loop;
	raise exception 'stage % cannot be ranked', p_stage;
end
$$;

set local row_security = off;
set local role cairn_owner;

/* The following run with the caller's rights. They answer whether a deal was written: it may not be there,
 * not be the caller's to change, or have none of the versions. */
create function deal_move(p_deal uuid, p_stage uuid, p_after uuid, p_before uuid, p_versions int[])
returns boolean language plpgsql as $$
declare
	beside constant uuid := coalesce(p_after, p_before);
	stage uuid;
	rank text;
begin
	select coalesce(p_stage, d.stage_id) into stage from deals d
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null;
	if stage is null then
		return false;
	end if;
	if beside is not null and (beside = p_deal or not exists (select from deals d
	   where d.org_id = app_org() and d.id = beside and d.deleted_at is null)) then
		perform app_invalid(case when p_after is null then 'beforeId' else 'afterId' end,
			'UNKNOWN_REFERENCE', 'Names no other deal that exists and that you may see.');
	end if;
	perform pg_advisory_xact_lock(hashtextextended('deals ' || stage, 0));
	rank := deal_rank(stage, p_deal, p_after, p_before);
	update deals d set stage_id = stage, position = rank
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null
		and (p_versions is null or d.version = any (p_versions));
	return found;
end
$$;

/* The first stage of a pipeline that has the category. */
create function stage_first(p_pipeline uuid, p_category text) returns uuid language plpgsql stable as $$
begin
	return (select s.id from stages s
		where s.org_id = app_org() and s.pipeline_id = p_pipeline and s.category = p_category
			and s.deleted_at is null
		order by s.position, s.id limit 1);
end
$$;

/* Closing again with another reason or day corrects them; with the same ones it changes nothing. */
create function deal_close(p_deal uuid, p_outcome text, p_reason text, p_closed_at date, p_note text,
	p_versions int[]) returns boolean language plpgsql as $$
declare
	deal deals;
	stage uuid;
begin
	select d.* into deal from deals d
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null;
	if deal.id is null then
		return false;
	end if;
	stage := case when deal.status = p_outcome then deal.stage_id
		else stage_first(deal.pipeline_id, p_outcome) end;
	if stage is null then
		raise exception using errcode = 'CR409',
			message = format('this pipeline has no stage for deals that are %s', p_outcome);
	end if;
	update deals d set stage_id = stage,
		won_reason = case when p_outcome = 'won'
			then coalesce(p_reason, case when d.status = 'won' then d.won_reason end) end,
		lost_reason = case when p_outcome = 'lost' then p_reason end,
		closed_at = coalesce(p_closed_at, case when d.status = p_outcome then d.closed_at end),
		close_note = coalesce(p_note, case when d.status = p_outcome then d.close_note end)
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null
		and (p_versions is null or d.version = any (p_versions));
	return found;
end
$$;

/* Back to the stage given, to the open one where the deal stood last as far as the caller may read it in
 * the change log, or to the pipeline's first. */
create function deal_reopen(p_deal uuid, p_stage uuid, p_versions int[]) returns boolean
language plpgsql as $$
declare
	deal deals;
	stage uuid;
begin
	select d.* into deal from deals d
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null;
	if deal.id is null then
		return false;
	end if;
	if exists (select from stages s where s.org_id = app_org() and s.id = p_stage
	           and s.category <> 'open') then
		perform app_invalid('stageId', 'INVALID', 'Must be an open stage.');
	end if;
	stage := coalesce(p_stage, case when deal.status = 'open' then deal.stage_id end,
		(select s.id from changes c
		 join stages s on s.org_id = c.org_id and s.id = (c.diff -> 'stage_id' ->> 0)::uuid
		 where c.org_id = app_org() and c.record_id = p_deal and s.category = 'open'
			and s.pipeline_id = deal.pipeline_id and s.deleted_at is null
		 order by c.id desc limit 1),
		stage_first(deal.pipeline_id, 'open'));
	if stage is null then
		raise exception using errcode = 'CR409', message = 'this pipeline has no open stage';
	end if;
	update deals d set stage_id = stage, won_reason = null, lost_reason = null, close_note = null,
		closed_at = null
	where d.org_id = app_org() and d.id = p_deal and d.deleted_at is null
		and (p_versions is null or d.version = any (p_versions));
	return found;
end
$$;

set local role cairn_lookup;
revoke execute on function deals_spread(uuid, uuid), deal_rank(uuid, uuid, uuid, uuid) from public;
grant execute on function deal_rank(uuid, uuid, uuid, uuid) to cairn_app;
set local role cairn_owner;
