/* SPDX-License-Identifier: Apache-2.0 */
/* Deals and leads have pipelines of their own; a stage to choose must be of one of them. */

import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { findEntity, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';

/** Of which entity the fields around are. */
export const EntityContext = createContext<string | null>(null);

/** A filter for the list of stages, '' for none, null while it is not known yet. */
export function useStageScope(target: string | undefined): string | null {
  const of = useContext(EntityContext);
  const pipeline = findEntity(useMeta(), 'pipeline');
  const needed = target === 'stage' && of !== null && of !== 'stage' && pipeline !== undefined;
  const search = new URLSearchParams({ entity: of ?? '', limit: '50' }).toString();
  const { data, isError } = useQuery(listQuery(needed ? pipeline : undefined, search));
  if (!needed || isError) return '';
  return data ? data.data.map((record) => record.id).join(',') : null;
}
