/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of the development API: filters, sorting, search, includes. Development only. */
import { entities } from './meta.mjs';
import { me, tables } from './seed.mjs';

const reserved = new Set(['page', 'limit', 'sort', 'q', 'search', 'include', 'fields', 'count']);
export class Refused extends Error {
  constructor(status, code, message, details = []) {
    super(message);
    Object.assign(this, { status, code, details });
  }
}

const fieldValue = (record, name) => (name.startsWith('custom.') ? record.custom?.[name.slice(7)] : record[name]);
const compare = (a, b) => (typeof a === 'number' || typeof b === 'number' ? Number(a) - Number(b) : String(a).localeCompare(String(b)));

function matches(value, op, wanted) {
  if (op === 'null') return (value === null || value === undefined || value === '') === (wanted === 'true');
  if (Array.isArray(value)) return wanted.split(',').some((part) => value.includes(part));
  if (op === 'eq') return String(value) === wanted || (String(value).length > 10 && String(value).startsWith(`${wanted}T`));
  if (op === 'ne') return String(value) !== wanted;
  if (op === 'in') return wanted.split(',').includes(String(value));
  if (value === null || value === undefined) return false;
  if (op === 'contains') return String(value).toLowerCase().includes(wanted.toLowerCase());
  if (op === 'startsWith') return String(value).toLowerCase().startsWith(wanted.toLowerCase());
  const order = compare(value, wanted);
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[op];
}

function filterOf(entity, key, raw) {
  const [, name, op = 'eq'] = /^([^[]+)(?:\[(\w+)\])?$/.exec(key) ?? [];
  const field = entity.fields.find((f) => f.name === name);
  if (!field) throw new Refused(400, 'BAD_REQUEST', `Unknown parameter "${key}".`);
  const wanted = raw === 'me' && field.references === 'user' ? me.id : raw;
  return (record) => matches(fieldValue(record, name), op, wanted);
}

export function withIncludes(entity, record, include) {
  const copy = { ...record };
  for (const name of (include ?? '').split(',').filter(Boolean)) {
    const field = entity.fields.find((f) => f.name === `${name}Id` && f.references);
    if (!field) throw new Refused(400, 'BAD_REQUEST', `"${name}" cannot be included.`);
    const target = entities.find((e) => e.name === field.references);
    const found = tables[field.references]?.find((r) => r.id === record[field.name]);
    if (found) copy[name] = Object.fromEntries(['id', ...target.titleFields].map((key) => [key, found[key]]));
  }
  return copy;
}

function sorted(rows, sort) {
  const keys = sort.split(',').map((part) => (part.startsWith('-') ? [part.slice(1), -1] : [part, 1]));
  return [...rows].sort((a, b) => {
    for (const [name, way] of keys) {
      const left = fieldValue(a, name);
      const right = fieldValue(b, name);
      if (left == null || right == null) {
        if (left == null && right == null) continue;
        return left == null ? 1 : -1;
      }
      const order = compare(left, right);
      if (order) return order * way;
    }
    return 0;
  });
}

export function list(entity, params) {
  let rows = tables[entity.name].filter((r) => !r.deletedAt);
  const q = (params.get('q') ?? '').toLowerCase();
  if (q) rows = rows.filter((r) => Object.values(r).some((v) => typeof v === 'string' && v.toLowerCase().includes(q)));
  for (const [key, value] of params) if (!reserved.has(key)) rows = rows.filter(filterOf(entity, key, value));
  rows = sorted(rows, params.get('sort') || entity.defaultSort);
  const page = Number(params.get('page') ?? 1);
  const limit = Number(params.get('limit') ?? 25);
  const part = rows.slice((page - 1) * limit, page * limit).map((r) => withIncludes(entity, r, params.get('include')));
  return { data: part, pagination: { page, limit, total: rows.length, pages: Math.ceil(rows.length / limit), nextCursor: null } };
}
