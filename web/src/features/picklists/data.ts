/* SPDX-License-Identifier: Apache-2.0 */
/* Picklists, as the metadata names them, and their options. */
import { queryOptions } from '@tanstack/react-query';
import { getPage, write } from '@/api/client';
import { may } from '@/api/meta';
import type { EntityMeta, FieldMeta, Meta, RecordData } from '@/api/types';
import { countsBy } from '@/features/setup/data';

export type Option = RecordData & {
  picklist: string;
  key: string;
  label: string;
  color: string | null;
  position: number;
  archived: boolean;
};

/** Where a picklist is chosen from. */
export type Use = { entity: EntityMeta; field: FieldMeta };
export type Picklist = { key: string; label: string; uses: Use[] };

/** The options of custom fields stand with their field. */
const isOwn = (key: string): boolean => key.startsWith('custom.');

/** "Industry" of many, but "Method (payment)" of one. */
function labelOf(uses: Use[]): string {
  const label = uses[0]?.field.label ?? '';
  const of = new Set(uses.map(({ entity }) => entity));
  return of.size === 1 ? `${label} (${uses[0]?.entity.label.toLowerCase()})` : label;
}

export function picklistsOf(meta: Meta): Picklist[] {
  const lists = new Map<string, Use[]>();
  for (const entity of meta.entities) {
    for (const field of entity.fields) {
      const key = field.picklist;
      if (key && !isOwn(key)) lists.set(key, [...(lists.get(key) ?? []), { entity, field }]);
    }
  }
  return [...lists]
    .map(([key, uses]) => ({ key, uses, label: labelOf(uses) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

export const optionsKey = (list: string) => ['list', 'picklist_option', 'setup', list] as const;

export const optionsQuery = (list: string) =>
  queryOptions({
    queryKey: optionsKey(list),
    queryFn: async ({ signal }) =>
      (
        await getPage<Option>(
          `/api/v1/picklist-options?picklist=${encodeURIComponent(list)}&limit=200&sort=position,label`,
          signal,
        )
      ).data,
  });

/** How many records have which option, of all that one may read and count. */
export const usedQuery = (list: Picklist) =>
  queryOptions({
    queryKey: ['list', 'picklist_option', 'used', list.key],
    queryFn: async () => {
      const total = new Map<string, number>();
      const counted = list.uses.filter(({ entity }) => !entity.nestedIn && may(entity, 'read'));
      for (const { entity, field } of counted)
        for (const [key, count] of await countsBy(entity, field.name))
          total.set(key, (total.get(key) ?? 0) + count);
      return total;
    },
  });

export const mergeOption = (id: string, into: string) =>
  write('POST', `/api/v1/picklist-options/${id}/merge`, { into });

const KEY_MAX = 60;
/** What records keep; people never see it. */
export const keyOf = (label: string): string => label.trim().slice(0, KEY_MAX);
