/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a list ↔ the address. The address uses the API's own parameters, so both are one codec. */

import { includesOf } from '@/api/records';
import type { EntityMeta, FieldMeta, Operator } from '@/api/types';
import { operators } from '@/api/types';
import { queryName } from '@/fields/value';

export type Filter = { field: string; op: Operator; value: string };
export type ListState = {
  q: string;
  /** As the API takes it: `-createdAt,name`; '' is the entity's default. */
  sort: string;
  page: number;
  /** Where the page begins, for pages too deep to be counted to; '' elsewhere. */
  cursor: string;
  limit: number;
  filters: Filter[];
  /** null: the entity's own list fields. */
  columns: string[] | null;
};

export const DEFAULT_LIMIT = 25;
export const limits = [25, 50, 100, 200];
/** Beyond this many rows the server pages by cursor only. */
export const DEEPEST = 10_000;
const reserved = new Set(['q', 'sort', 'page', 'cursor', 'limit', 'columns']);

export const deepestPage = (limit: number): number => Math.floor(DEEPEST / limit);
export const isTooDeep = (state: ListState): boolean =>
  !state.cursor && state.page > deepestPage(state.limit);

const positive = (text: string | null, fallback: number): number => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
};

const isOperator = (text: string): text is Operator => (operators as readonly string[]).includes(text);

export function fieldByQuery(entity: EntityMeta, name: string): FieldMeta | undefined {
  return entity.fields.find((field) => queryName(field) === name);
}

function readFilter(entity: EntityMeta, key: string, value: string): Filter | null {
  const match = /^([^[\]]+)(?:\[(\w+)\])?$/.exec(key);
  const field = match?.[1] ?? '';
  const op = match?.[2] ?? 'eq';
  if (!isOperator(op) || !fieldByQuery(entity, field)) return null;
  return { field, op, value };
}

export function parseList(params: URLSearchParams, entity: EntityMeta): ListState {
  const filters: Filter[] = [];
  for (const [key, value] of params) {
    if (reserved.has(key)) continue;
    const filter = readFilter(entity, key, value);
    if (filter) filters.push(filter);
  }
  const columns = params.get('columns');
  const limit = positive(params.get('limit'), DEFAULT_LIMIT);
  return {
    q: params.get('q') ?? '',
    sort: params.get('sort') ?? '',
    page: positive(params.get('page'), 1),
    cursor: params.get('cursor') ?? '',
    limit: limits.includes(limit) ? limit : DEFAULT_LIMIT,
    filters,
    columns: columns ? columns.split(',').filter((name) => fieldByQuery(entity, name)) : null,
  };
}

export const filterKey = (filter: Filter): string =>
  filter.op === 'eq' ? filter.field : `${filter.field}[${filter.op}]`;

/** A filter that has been added but not given a value yet is kept in the address, not sent. */
function writeFilters(params: URLSearchParams, filters: Filter[], withEmpty: boolean) {
  for (const filter of filters)
    if (withEmpty || filter.value !== '') params.append(filterKey(filter), filter.value);
}

export function writeList(state: ListState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.q) params.set('q', state.q);
  writeFilters(params, state.filters, true);
  if (state.sort) params.set('sort', state.sort);
  if (state.columns) params.set('columns', state.columns.join(','));
  if (state.limit !== DEFAULT_LIMIT) params.set('limit', String(state.limit));
  if (state.page > 1) params.set('page', String(state.page));
  if (state.cursor) params.set('cursor', state.cursor);
  return params;
}

/** The same without page and columns: what an export of the list takes. */
export function filterQuery(state: ListState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.q) params.set('q', state.q);
  writeFilters(params, state.filters, false);
  if (state.sort) params.set('sort', state.sort);
  return params;
}

export function apiQuery(state: ListState, shown: FieldMeta[]): string {
  const params = filterQuery(state);
  if (state.cursor) params.set('cursor', state.cursor);
  else params.set('page', String(state.page));
  params.set('limit', String(state.limit));
  const include = includesOf(shown);
  if (include) params.set('include', include);
  return params.toString();
}

/** Header click: ascending, descending, then the default again. */
export function nextSort(current: string, field: string): string {
  if (current === field) return `-${field}`;
  if (current === `-${field}`) return '';
  return field;
}

export function sortOf(state: ListState, entity: EntityMeta): { field: string; down: boolean } | null {
  const first = (state.sort || entity.defaultSort || '').split(',')[0];
  if (!first) return null;
  return first.startsWith('-') ? { field: first.slice(1), down: true } : { field: first, down: false };
}
