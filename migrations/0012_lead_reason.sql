/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever moves a lead to a lost stage says why. An import brings leads as they are: its transaction says
 * so by app.import.
 */
set local role cairn_lookup;

create or replace function leads_stage() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
	moved boolean := true;
	named boolean := new.status is not null;
	stage stages;
begin
	if tg_op = 'UPDATE' then
		if app_partner() is not null then
			new.partner_id := old.partner_id;
			new.owner_id := old.owner_id;
		end if;
		moved := new.stage_id is distinct from old.stage_id;
		named := new.status is distinct from old.status;
		if not moved and not named then
			return new;
		end if;
	elsif app_partner() is not null then
		new.partner_id := app_partner();
		new.owner_id := lead_owner_default(new.org_id);
	end if;
	if moved and (new.stage_id is not null or tg_op = 'INSERT') then
		stage := stage_pick(new.org_id, 'lead', new.stage_id,
			case when new.stage_id is null then new.status end, null);
	else
		stage := stage_pick(new.org_id, 'lead', null, new.status, new.stage_id);
	end if;
	if stage.id is null then
		perform case when new.stage_id is not null and moved
			then app_invalid('stageId', 'UNKNOWN_REFERENCE', 'is not a stage of a lead pipeline')
			else app_invalid('status', 'INVALID', 'is not the key of a lead stage') end;
	end if;
	if named and new.status is not null and new.status <> stage.key then
		perform app_invalid('status', 'INVALID', 'contradicts stageId');
	end if;
	if stage.category = 'won' and new.converted_at is null then
		perform app_invalid('status', 'INVALID', 'a lead is converted by its conversion only');
	end if;
	if stage.category = 'lost' and new.unqualified_reason is null
		and (tg_op = 'INSERT' or stage.id <> old.stage_id)
		and coalesce(current_setting('app.import', true), '') <> 'on' then
		perform app_invalid('unqualifiedReason', 'REQUIRED', 'Is required when the stage is a lost one.');
	end if;
	new.stage_id := stage.id;
	new.status := stage.key;
	return new;
end
$$;

set local role cairn_owner;
