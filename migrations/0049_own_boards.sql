/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cards of one's own deals in a stage, in their order: along the stage's index, somebody with few deals
 * there would walk past everybody else's.
 */
create index deals_own_board on deals (org_id, owner_id, stage_id, position, id) where deleted_at is null;
