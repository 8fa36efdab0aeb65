/* SPDX-License-Identifier: Apache-2.0 */
/* A board reads the first cards of each column by an index; those of deals and leads have theirs. */
create index tasks_board on tasks (org_id, status, position, id) where deleted_at is null;
