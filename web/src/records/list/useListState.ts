/* SPDX-License-Identifier: Apache-2.0 */
/* The list's state lives in the address; this reads it and writes it back. */

import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { EntityMeta } from '@/api/types';
import { type ListState, parseList, writeList } from '../filters';

export function useListState(entity: EntityMeta) {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseList(params, entity), [params, entity]);
  /** Whatever is changed but the page itself leads back to the first page. */
  const change = useCallback(
    (part: Partial<ListState>) =>
      setParams((now) => writeList({ ...parseList(now, entity), page: 1, cursor: '', ...part }), {
        // Typing and ticking should not fill the history; turning pages should.
        replace: part.page === undefined,
      }),
    [setParams, entity],
  );
  return [state, change] as const;
}
