/* SPDX-License-Identifier: Apache-2.0 */
/* A saved view ↔ the state of a list. */
import type { EntityMeta, Json } from '@/api/types';
import type { View, ViewDisplay } from '@/api/views';
import { emptyState, type ListState, type Span, sameWhere, spans } from './filters';
import { fieldByQuery, readWhere, toWhere } from './where';

const isCustom = (name: string) => name.startsWith('custom.');

export function stateOfView(view: View, entity: EntityMeta): ListState {
  const named = view.display?.columns ?? view.columns?.split(',') ?? null;
  const columns = named?.filter((name) => fieldByQuery(entity, name)) ?? null;
  const span = spans.find((one) => one === view.display?.span);
  return {
    ...emptyState,
    view: view.id,
    where: readWhere(view.filters ?? undefined, entity),
    sort: view.sorts ?? '',
    columns: columns?.length ? columns : null,
    group: view.groupBy ?? '',
    look: view.look,
    pipeline: view.display?.pipeline ?? '',
    by: view.display?.by ?? '',
    span: span ?? ('month' satisfies Span),
  };
}

/** What the server is told of it. It knows own columns only as `custom`, so the exact ones stand in `display`. */
export function bodyOfView(state: ListState, widths: Record<string, number>): Record<string, Json> {
  const display: ViewDisplay = {
    ...(state.columns ? { columns: state.columns } : {}),
    ...(Object.keys(widths).length ? { widths } : {}),
    ...(state.pipeline ? { pipeline: state.pipeline } : {}),
    ...(state.by ? { by: state.by } : {}),
    span: state.span,
  };
  const built = state.columns?.filter((name) => !isCustom(name)) ?? [];
  const names = state.columns && built.length < state.columns.length ? [...built, 'custom'] : built;
  return {
    look: state.look,
    filters: toWhere(state.where) as Json,
    sorts: state.sort || null,
    columns: names.length ? names.join(',') : null,
    groupBy: state.group || null,
    display: display as Json,
  };
}

/** Whether the list shows something else than the view says. */
export function differs(state: ListState, base: ListState): boolean {
  const { where, columns, q: _q, at: _at, view: _view, ...rest } = state;
  if (!sameWhere(where, base.where) || columns?.join() !== base.columns?.join()) return true;
  return Object.entries(rest).some(([name, value]) => base[name as keyof ListState] !== value);
}
