/* SPDX-License-Identifier: Apache-2.0 */
/* The list's state lives in the address, on top of a saved view; this reads it and writes it back. */

import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useEntity } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { type View, viewQuery, viewsQuery } from '@/api/views';
import { emptyState, type ListState, NO_VIEW, parseList, writeList } from '../filters';
import { stateOfView } from '../views';

export type ListControl = {
  state: ListState;
  /** What the view says, or the empty state. */
  base: ListState;
  views: View[];
  view: View | undefined;
  /** The view is still on its way. */
  isPending: boolean;
  /** The address names a view that is not there, or not any more. */
  isLost: boolean;
  change: (part: Partial<ListState>) => void;
  open: (view: string) => void;
};

const kept = (part: Partial<ListState>) => 'look' in part || 'at' in part || 'span' in part;

function useView(entity: EntityMeta, params: URLSearchParams) {
  const known = useEntity('view') !== undefined;
  const all = useQuery({ ...viewsQuery, enabled: known });
  const views = useMemo(
    () => (all.data ?? []).filter((view) => view.entity === entity.name),
    [all.data, entity.name],
  );
  const asked = params.get('view');
  const named = asked === NO_VIEW ? null : asked;
  const isBare = params.size === 0;
  const found = named
    ? views.find((view) => view.id === named)
    : isBare
      ? views.find((v) => v.isDefault)
      : undefined;
  const needed = known && (named !== null || isBare);
  // Somebody may have made it since the list of views was read.
  const late = useQuery({
    ...viewQuery(named ?? ''),
    enabled: known && !!named && !all.isPending && !found,
    retry: false,
  });
  const view = found ?? (late.data?.entity === entity.name ? late.data : undefined);
  return {
    views,
    view,
    isPending: needed && !view && (all.isPending || (!!named && late.isFetching)),
    isLost: named !== null && !view,
  };
}

export function useListState(entity: EntityMeta): ListControl {
  const [params, setParams] = useSearchParams();
  const { views, view, isPending, isLost } = useView(entity, params);
  const base = useMemo(() => (view ? stateOfView(view, entity) : emptyState), [view, entity]);
  const state = useMemo(() => parseList(params, entity, base), [params, entity, base]);
  const change = useCallback(
    (part: Partial<ListState>) =>
      setParams((now) => writeList({ ...parseList(now, entity, base), ...part }, base), {
        // Typing and ticking should not fill the history; another look at it should.
        replace: !kept(part),
      }),
    [setParams, entity, base],
  );
  const open = useCallback((id: string) => setParams(new URLSearchParams({ view: id })), [setParams]);
  return { state, base, views, view, isPending, isLost: isLost && !isPending, change, open };
}
