/* SPDX-License-Identifier: Apache-2.0 */
/* What the sidebar, the palette and the go-to shortcuts list. */
import { isPartner, may, slugOf } from '@/api/meta';
import type { EntityMeta, Meta } from '@/api/types';
import { assignLetters } from './hotkeys';

/** Groups in their order, with the entities that lead them; others of the group follow as they come. */
const order: Record<string, string[]> = {
  crm: ['company', 'contact', 'lead', 'partner', 'vendor'],
  sales: ['deal', 'quote', 'invoice', 'payment', 'delivery_note', 'product'],
  work: ['task', 'activity', 'event', 'project'],
  admin: ['team', 'product_category', 'tax_rate', 'exchange_rate', 'tag'],
};
/** Set up once and rarely looked at, whatever group they are of. */
const settings = new Set(['product_category', 'tax_rate', 'exchange_rate']);
/** Reached from where they belong, or on a page of their own, not from the sidebar. */
const hidden = new Set([
  'custom_field',
  'picklist_option',
  'pipeline',
  'stage',
  'number_series',
  'api_key',
  'role',
  'session',
  'view',
  'import_mapping',
  'change',
  'notification',
  'organization',
  'user',
  'lead_status_history',
  'milestone',
  'event_vendor',
  'schedule_item',
  'budget_line',
]);

export type NavGroup = { key: string; entities: EntityMeta[] };

export const groupOf = (entity: EntityMeta): string =>
  settings.has(entity.name) ? 'admin' : (entity.group ?? 'other');

/** Not by itself: it is made on the page of what it belongs to. */
export const isPart = (entity: EntityMeta): boolean => hidden.has(entity.name) || Boolean(entity.nestedIn);

const placeIn = (list: string[], name: string): number =>
  list.includes(name) ? list.indexOf(name) : list.length;

export function navGroups(meta: Meta): NavGroup[] {
  if (isPartner(meta)) return [];
  const groups = new Map<string, EntityMeta[]>();
  for (const entity of meta.entities) {
    if (isPart(entity) || !may(entity, 'read')) continue;
    const key = groupOf(entity);
    groups.set(key, [...(groups.get(key) ?? []), entity]);
  }
  const keys = Object.keys(order);
  // What the UI does not know yet stands before the administration.
  const rank = (key: string) => (keys.includes(key) ? keys.indexOf(key) : keys.length - 1.5);
  return [...groups]
    .map(([key, entities]) => {
      const names = order[key] ?? [];
      return { key, entities: entities.sort((a, b) => placeIn(names, a.name) - placeIn(names, b.name)) };
    })
    .sort((a, b) => rank(a.key) - rank(b.key));
}

export function goLetters(meta: Meta): Map<string, string> {
  const slugs = navGroups(meta).flatMap((group) => group.entities.map(slugOf));
  return assignLetters(slugs, ['h', 'g']);
}
