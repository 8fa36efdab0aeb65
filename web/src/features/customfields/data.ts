/* SPDX-License-Identifier: Apache-2.0 */
/* The custom fields of an entity. */
import { queryOptions } from '@tanstack/react-query';
import { getPage, write } from '@/api/client';
import { findField } from '@/api/meta';
import type { EntityMeta, Meta } from '@/api/types';
import type { CustomField } from './types';

export const fieldsKey = (entity: string) => ['list', 'custom_field', 'setup', entity] as const;

export const fieldsQuery = (entity: string) =>
  queryOptions({
    queryKey: fieldsKey(entity),
    queryFn: async ({ signal }) =>
      (
        await getPage<CustomField>(
          `/api/v1/custom-fields?entity=${entity}&limit=200&sort=position,createdAt`,
          signal,
        )
      ).data,
  });

/** Entities that take fields of one's own, as people meet them. */
export function takersOf(meta: Meta, entity: EntityMeta): EntityMeta[] {
  const names = new Set(findField(entity, 'entity')?.options?.map((option) => option.key));
  return meta.entities.filter((e) => names.has(e.name));
}

export const countOf = (entity: EntityMeta): number => entity.fields.filter((f) => f.custom).length;

/** Said with its key, since values go out of sight with it. */
export const deleteField = (field: CustomField) =>
  write('DELETE', `/api/v1/custom-fields/${field.id}?confirm=${field.key}`);
