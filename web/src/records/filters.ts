/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a list ↔ the address. The address uses the API's own parameters, so both are one codec. What a saved
   view says stands in the view; the address then holds only what differs from it. */
import { includesOf } from '@/api/records';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { fieldByQuery, type Group, noFilter, readAddress, writeAddress, writeQuery } from './where';

export { fieldByQuery } from './where';

export const looks = ['table', 'board', 'calendar'] as const;
export type Look = (typeof looks)[number];
export const spans = ['month', 'week', 'day', 'agenda'] as const;
export type Span = (typeof spans)[number];

export type ListState = {
  /** Id of a saved view; '' for none. */
  view: string;
  q: string;
  where: Group;
  /** As the API takes it: `-createdAt,name`; '' is the entity's default. */
  sort: string;
  /** null: the entity's own list fields. */
  columns: string[] | null;
  /** As the API's `by`: `ownerId`, `createdAt:month`; '' for no groups. */
  group: string;
  look: Look;
  /** Of a board of stages: whose; '' for the default one. */
  pipeline: string;
  /** Of a calendar: by which field, around which day, how much of it. */
  by: string;
  at: string;
  span: Span;
};

export const emptyState: ListState = {
  view: '',
  q: '',
  where: noFilter,
  sort: '',
  columns: null,
  group: '',
  look: 'table',
  pipeline: '',
  by: '',
  at: '',
  span: 'month',
};

/** No view, though there is a default one. */
export const NO_VIEW = 'none';
const NO_FILTER = 'none';
const texts = ['q', 'sort', 'group', 'pipeline', 'by', 'at'] as const;
const reserved = new Set<string>([...texts, 'view', 'columns', 'look', 'span', 'page', 'limit', 'cursor']);

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | null =>
  all.find((one) => one === text) ?? null;

/** `base` is what the view says, or the empty state. */
export function parseList(
  params: URLSearchParams,
  entity: EntityMeta,
  base: ListState = emptyState,
): ListState {
  const state: ListState = { ...base, view: params.get('view') ?? base.view };
  for (const name of texts) state[name] = params.get(name) ?? base[name];
  const columns = params.get('columns');
  if (columns !== null) state.columns = columns.split(',').filter((name) => fieldByQuery(entity, name));
  state.look = oneOf(looks, params.get('look')) ?? base.look;
  state.span = oneOf(spans, params.get('span')) ?? base.span;
  const where = readAddress(params, entity, reserved);
  if (where.items.length) state.where = where;
  else if (params.get('where') === NO_FILTER) state.where = noFilter;
  return state;
}

export const sameWhere = (a: Group, b: Group): boolean => JSON.stringify(a) === JSON.stringify(b);

export function writeList(state: ListState, base: ListState = emptyState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.view) params.set('view', state.view);
  if (!sameWhere(state.where, base.where)) {
    if (state.where.items.length) writeAddress(params, state.where);
    else params.set('where', NO_FILTER);
  }
  for (const name of texts) if (state[name] !== base[name]) params.set(name, state[name]);
  if (state.columns && state.columns.join() !== base.columns?.join())
    params.set('columns', state.columns.join(','));
  if (state.look !== base.look) params.set('look', state.look);
  if (state.span !== base.span) params.set('span', state.span);
  return params;
}

/** What decides which records these are: what a board, groups and a change of many take. */
export function setQuery(state: ListState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.q) params.set('q', state.q);
  writeQuery(params, state.where);
  return params;
}

/** And in which order: what a list takes. */
export function orderedQuery(state: ListState): URLSearchParams {
  const params = setQuery(state);
  if (state.sort) params.set('sort', state.sort);
  return params;
}

export function rowsQuery(state: ListState, shown: FieldMeta[]): string {
  const params = orderedQuery(state);
  const include = includesOf(shown);
  if (include) params.set('include', include);
  return params.toString();
}

export const isFiltered = (state: ListState): boolean => state.q !== '' || state.where.items.length > 0;

export type Sort = { field: string; down: boolean };

export const sortsOf = (sort: string): Sort[] =>
  sort
    .split(',')
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('-') ? { field: part.slice(1), down: true } : { field: part, down: false },
    );

const writeSorts = (sorts: Sort[]): string =>
  sorts.map(({ field, down }) => (down ? `-${field}` : field)).join(',');

/** The server's limit. */
const MOST_SORTS = 5;

/** Header click: ascending, descending, then the default again; `beside` keeps the other fields. */
export function nextSort(current: string, field: string, beside = false): string {
  const sorts = sortsOf(current);
  const at = sorts.findIndex((sort) => sort.field === field);
  const found = sorts[at];
  const next: Sort | null = !found ? { field, down: false } : found.down ? null : { field, down: true };
  if (!beside) return next ? writeSorts([next]) : '';
  if (!found) return writeSorts(next ? [...sorts, next].slice(0, MOST_SORTS) : sorts);
  return writeSorts(sorts.flatMap((sort, index) => (index === at ? (next ? [next] : []) : [sort])));
}
