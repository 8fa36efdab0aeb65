/* SPDX-License-Identifier: Apache-2.0 */
/* Changing many records at once, and taking back what a request wrote. */
import { post, type Written, write } from './client';
import type { EntityMeta, ErrorDetail, Json } from './types';

/** Which records: named ones, or those that a list's parameters find, of whom there are so many. */
export type Which = { ids: string[] } | { filter: string; expectedCount: number };

export type Refusal = { id: string; code: string; message: string; details?: ErrorDetail[] };
export type Bulk = {
  changesetId: string;
  changed: number;
  unchanged: number;
  refusedCount: number;
  refused: Refusal[];
};
export type TagChanges = { addTags?: string[]; removeTags?: string[] };

/** The server's limit. */
export const MOST_AT_ONCE = 10_000;

export const changeMany = async (
  entity: EntityMeta,
  which: Which,
  changes: Record<string, Json> | null,
  tags: TagChanges = {},
): Promise<Bulk> =>
  (await write<Bulk>('PATCH', entity.path, { ...which, ...tags, ...(changes ? { changes } : {}) })).data;

export const deleteMany = async (entity: EntityMeta, which: Which): Promise<Bulk> =>
  (await write<Bulk>('DELETE', entity.path, which)).data;

export type Left = { entity: string; id: string; reason: string };
export type Reverted = {
  changesetId: string | null;
  reverted: { entity: string; records: number }[];
  leftCount: number;
  left: Left[];
};

export const revertChangeset = (id: string) => post<Reverted>(`/api/v1/changesets/${id}/revert`);

export const deleteOne = (entity: EntityMeta, id: string): Promise<Written<unknown>> =>
  write('DELETE', `${entity.path}/${id}`);
