/* SPDX-License-Identifier: Apache-2.0 */
/* In a calendar an event takes its schedule, bookings and tasks along. */
import { type Written, write } from '@/api/client';
import type { EntityMeta, RecordData } from '@/api/types';

/** Never by its dates alone: its vendors would stay behind, and nobody would be told. */
export const movesWhole = (entity: EntityMeta): boolean => entity.name === 'event';

export const moveWhole = (
  entity: EntityMeta,
  id: string,
  startAt: string,
  ifMatch: string | undefined,
): Promise<Written<RecordData>> => write('POST', `${entity.path}/${id}/reschedule`, { startAt }, ifMatch);
