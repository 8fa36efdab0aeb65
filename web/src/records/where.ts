/* SPDX-License-Identifier: Apache-2.0 */
/* Filters as a tree of conditions and groups: written in the address, sent to the API, kept in views. */
import type { EntityMeta, FieldMeta, Json, Operator } from '@/api/types';
import { operators } from '@/api/types';
import { endsBefore } from '@/fields/shared/dayWords';
import { queryName } from '@/fields/value';

/** The API's operators, and what two of them say together. */
export type UiOperator = Operator | 'between';
export type Condition = { field: string; op: UiOperator; value: string };
export type Group = { join: 'and' | 'or'; items: Term[] };
export type Term = Condition | Group;

export const noFilter: Group = { join: 'and', items: [] };
/** What the server takes by name at once; more go into `where`. */
const MOST_BY_NAME = 16;
/** Groups in each other; the server takes five. */
export const DEEPEST_GROUP = 3;

export const isGroup = (term: Term): term is Group => 'join' in term;

export function fieldByQuery(entity: EntityMeta, name: string): FieldMeta | undefined {
  return entity.fields.find((field) => queryName(field) === name);
}

const isOperator = (text: string): text is UiOperator =>
  text === 'between' || (operators as readonly string[]).includes(text);

export const splitBetween = (value: string): [string, string] => {
  const at = value.indexOf('..');
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 2)];
};

const isWhole = ({ op, value }: Condition): boolean =>
  op === 'between' ? splitBetween(value).some((part) => part !== '') : value !== '';

/** What can be asked already: conditions that lack their value, and groups without any, are left out. */
export function finished(group: Group): Group {
  const items = group.items.flatMap((term): Term[] => {
    if (!isGroup(term)) return isWhole(term) ? [term] : [];
    const inner = finished(term);
    return inner.items.length ? [inner] : [];
  });
  return { join: group.join, items };
}

/** What one condition is for the API: `between` is two, or one where an end is open. */
function plainOf(condition: Condition): Condition[] {
  if (condition.op !== 'between') return [condition];
  const [from, to] = splitBetween(condition.value);
  const ends: Condition[] = [
    { field: condition.field, op: 'gte', value: from },
    { field: condition.field, op: endsBefore(to) ? 'lt' : 'lte', value: to },
  ];
  return ends.filter((end) => end.value !== '');
}

export type ApiTerm =
  | { field: string; op: UiOperator; value: string | string[] }
  | { and: ApiTerm[] }
  | { or: ApiTerm[] };
/** The conditions that one is written as: itself in the address, what the server knows elsewhere. */
type Plain = (condition: Condition) => Condition[];

function toTerm(term: Term, plain: Plain): ApiTerm {
  if (isGroup(term)) {
    const items = term.items.map((item) => toTerm(item, plain));
    return term.join === 'and' ? { and: items } : { or: items };
  }
  const all = plain(term).map(({ field, op, value }) => ({
    field,
    op,
    value: op === 'in' ? value.split(',') : value,
  }));
  return all.length === 1 && all[0] ? all[0] : { and: all };
}

/** As `where` takes it and a view keeps it; null when there is nothing to filter by. */
export function toWhere(group: Group): ApiTerm | null {
  const whole = finished(group);
  return whole.items.length ? toTerm(whole, plainOf) : null;
}

const asText = (value: Json | undefined): string =>
  Array.isArray(value)
    ? value.map(String).join(',')
    : value === null || value === undefined
      ? ''
      : String(value);

type Loose = { [key: string]: Json | undefined };
const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Two ends of one field are what was chosen as `between`. */
function asBetween(items: Term[]): Condition | null {
  const [from, to] = items;
  if (items.length !== 2 || !from || !to || isGroup(from) || isGroup(to)) return null;
  const end = endsBefore(to.value) ? 'lt' : 'lte';
  if (from.field !== to.field || from.op !== 'gte' || to.op !== end) return null;
  return { field: from.field, op: 'between', value: `${from.value}..${to.value}` };
}

function readTerm(value: Json | undefined, entity: EntityMeta, depth: number): Term | null {
  if (!isObject(value) || depth > 5) return null;
  const list = value['and'] ?? value['or'];
  if (Array.isArray(list)) {
    const items = list.map((item) => readTerm(item, entity, depth + 1)).filter((term) => term !== null);
    const join = 'and' in value ? 'and' : 'or';
    return (depth > 0 && join === 'and' && asBetween(items)) || { join, items };
  }
  const { field, op = 'eq' } = value as Loose;
  if (typeof field !== 'string' || typeof op !== 'string' || !isOperator(op)) return null;
  return fieldByQuery(entity, field) ? { field, op, value: asText((value as Loose)['value']) } : null;
}

/** Of a view's filters or the address; what is not understood is left out. */
export function readWhere(value: Json | undefined, entity: EntityMeta): Group {
  const term = readTerm(value, entity, 0);
  if (!term) return noFilter;
  return isGroup(term) ? term : { join: 'and', items: [term] };
}

const keyOf = ({ field, op }: { field: string; op: UiOperator }) => (op === 'eq' ? field : `${field}[${op}]`);

/** Conditions that all must hold stand under their own names; anything else in `where`. */
function write(params: URLSearchParams, group: Group, plain: Plain) {
  if (group.join === 'or' && group.items.length > 1) {
    params.set('where', JSON.stringify(toTerm(group, plain)));
    return;
  }
  const conditions = group.items.flatMap((term) => (isGroup(term) ? [] : plain(term)));
  const terms = group.items.filter(isGroup).map((term) => toTerm(term, plain));
  for (const condition of conditions.slice(0, MOST_BY_NAME)) params.append(keyOf(condition), condition.value);
  const rest = [...conditions.slice(MOST_BY_NAME).map((one) => toTerm(one, plain)), ...terms];
  if (rest.length) params.set('where', JSON.stringify(rest.length === 1 ? rest[0] : { and: rest }));
}

/** For the address: unfinished conditions stay, so that what is being chosen survives. */
export const writeAddress = (params: URLSearchParams, group: Group) => write(params, group, (one) => [one]);

/** For the API. */
export const writeQuery = (params: URLSearchParams, group: Group) => write(params, finished(group), plainOf);

function readCondition(entity: EntityMeta, key: string, value: string): Condition | null {
  const match = /^([^[\]]+)(?:\[(\w+)\])?$/.exec(key);
  const field = match?.[1] ?? '';
  const op = match?.[2] ?? 'eq';
  if (!isOperator(op) || !fieldByQuery(entity, field)) return null;
  return { field, op, value };
}

function parseJson(text: string | null): Json | undefined {
  try {
    return text ? (JSON.parse(text) as Json) : undefined;
  } catch {
    return undefined;
  }
}

export function readAddress(
  params: URLSearchParams,
  entity: EntityMeta,
  reserved: ReadonlySet<string>,
): Group {
  const items: Term[] = [];
  for (const [key, value] of params) {
    if (reserved.has(key) || key === 'where') continue;
    const condition = readCondition(entity, key, value);
    if (condition) items.push(condition);
  }
  const where = readWhere(parseJson(params.get('where')), entity);
  if (!where.items.length) return { join: 'and', items };
  if (where.join === 'and') return { join: 'and', items: [...items, ...where.items] };
  return items.length ? { join: 'and', items: [...items, where] } : where;
}

export const countConditions = (group: Group): number =>
  group.items.reduce((sum, term) => sum + (isGroup(term) ? countConditions(term) : 1), 0);
