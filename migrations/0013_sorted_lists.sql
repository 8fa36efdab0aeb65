/* SPDX-License-Identifier: Apache-2.0 */
/* People and companies by name, the order that lists are most often asked for after the newest first:
 * without these, every such page sorts the whole organisation. */

create index contacts_by_name on contacts (org_id, last_name, id) where deleted_at is null;
create index companies_by_name on companies (org_id, name, id) where deleted_at is null;
