/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata document: loaded once per session, handed to everything by context. */
import { queryOptions } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { get } from './client';
import type { EntityMeta, FieldMeta, Meta, Verb } from './types';

export const metaQuery = queryOptions({
  queryKey: ['meta'],
  queryFn: ({ signal }) => get<Meta>('/api/v1/meta', signal),
  // Fields, options and rights are changed by others: who comes back to the window has them as they are now.
  staleTime: 30_000,
});

export const MetaContext = createContext<Meta | null>(null);

export function useMeta(): Meta {
  const meta = useContext(MetaContext);
  if (!meta) throw new Error('useMeta outside of the signed-in part');
  return meta;
}

/** Entities are known by their name (`contact`) and, in addresses, by the last part of their path. */
export function findEntity(meta: Meta, name: string): EntityMeta | undefined {
  return meta.entities.find((e) => e.name === name);
}

export const slugOf = (entity: EntityMeta): string => entity.path.split('/').at(-1) ?? entity.plural;

export function findBySlug(meta: Meta, slug: string): EntityMeta | undefined {
  return meta.entities.find((e) => slugOf(e) === slug);
}

export function useEntity(name: string): EntityMeta | undefined {
  return findEntity(useMeta(), name);
}

export const findField = (entity: EntityMeta, name: string): FieldMeta | undefined =>
  entity.fields.find((f) => f.name === name);

export const may = (entity: EntityMeta, verb: Verb): boolean => (entity.access[verb] ?? 'none') !== 'none';

/** A partner's people have pages of their own, and no others. */
export const isPartner = (meta: Meta): boolean => Boolean(meta.user.partnerId);

/** Whether records of the entity can be opened by the caller. */
export const hasPage = (meta: Meta, entity: EntityMeta): boolean =>
  !isPartner(meta) || entity.name === 'lead';

/** Fields every entity carries and the server alone writes; shown as a footnote, not among the fields. */
export const systemFields = new Set([
  'id',
  'orgId',
  'createdAt',
  'updatedAt',
  'deletedAt',
  'version',
  'createdBy',
  'updatedBy',
]);
