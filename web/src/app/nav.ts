/* SPDX-License-Identifier: Apache-2.0 */
/* What the sidebar, the palette and the go-to shortcuts list. */
import { may, slugOf } from '@/api/meta';
import type { EntityMeta, Meta } from '@/api/types';
import { assignLetters } from './hotkeys';

const order = ['crm', 'sales', 'work', 'admin'];
/** Reached from where they belong, not from the sidebar. */
const hidden = new Set(['organization', 'lead_status_history', 'change', 'user']);

export type NavGroup = { key: string; entities: EntityMeta[] };

export function navGroups(meta: Meta): NavGroup[] {
  const groups = new Map<string, EntityMeta[]>();
  for (const entity of meta.entities) {
    if (hidden.has(entity.name) || !may(entity, 'read')) continue;
    const key = entity.group ?? 'other';
    groups.set(key, [...(groups.get(key) ?? []), entity]);
  }
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length - 1.5);
  return [...groups].map(([key, entities]) => ({ key, entities })).sort((a, b) => rank(a.key) - rank(b.key));
}

export function goLetters(meta: Meta): Map<string, string> {
  const slugs = navGroups(meta).flatMap((group) => group.entities.map(slugOf));
  return assignLetters(slugs, ['h', 'g']);
}
