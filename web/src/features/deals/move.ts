/* SPDX-License-Identifier: Apache-2.0 */
/* Deals have a place in their column, which a move states beside another card. */
import { type Written, write } from '@/api/client';
import type { EntityMeta, RecordData } from '@/api/types';

export type Beside = { afterId: string } | { beforeId: string } | Record<string, never>;

/** Entities whose cards can be put in an order by hand. */
export const isRanked = (entity: EntityMeta): boolean => entity.name === 'deal';

export const moveDeal = (
  entity: EntityMeta,
  id: string,
  stageId: string,
  beside: Beside,
): Promise<Written<RecordData>> => write('POST', `${entity.path}/${id}/move`, { stageId, ...beside });
