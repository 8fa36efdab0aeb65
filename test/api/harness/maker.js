// SPDX-License-Identifier: Apache-2.0
// Makes valid and invalid values for any field, and valid records for any entity, from metadata.
import { randomUUID } from 'node:crypto';
import { hintsFor } from './hints.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const FIRST_DAY = Date.UTC(2024, 0, 10, 9, 30);
const pick = (list, n) => list[n % list.length];
const pad = (n) => String(n).padStart(4, '0');

/** A number inside the field's limits that differs for neighbouring n. */
function within(field, n, step = 1) {
  const low = Math.max(field.min ?? 0, field.min === null || field.min === undefined ? 1 : field.min);
  const high = Math.min(field.max ?? low + 5000, low + 5000);
  const room = Math.max(1, Math.floor((high - low) / step));
  return low + (n % (room + 1)) * step;
}

function textOf(field, n) {
  const known = { language: ['en', 'de', 'fr'], locale: ['en-US', 'de-DE', 'fr-FR'], prefix: [`P${n}`] };
  if (known[field.name]) return pick(known[field.name], n);
  const text = `v${pad(n)}${field.name.toLowerCase()}`;
  return text.slice(0, field.maxLength ?? 40).padEnd(field.minLength ?? 0, 'x');
}

// A prime number of days and three currencies: pairs of them differ for long.
const instant = (n) => new Date(FIRST_DAY + (n % 293) * DAY_MS);
// What ends does so after it began.
const isEnd = (field) => /^end|To$/.test(field.name);
const moment = (field, n) => new Date(instant(n).getTime() + (isEnd(field) ? HOUR_MS : 0));
const options = (field) => field.options.filter((option) => !option.archived).map((option) => option.key);

// A row per field type: `valid(field, n)`, and `wrong` values that no field of the type takes.
const TYPES = {
  text: { valid: textOf, wrong: [7, true, {}, ['a'], 'bell\u0007'] },
  longText: { valid: textOf, wrong: [7, true, {}, ['a'], 'bell\u0007'] },
  email: { valid: (f, n) => `p${pad(n)}@example.com`, wrong: [7, 'nobody', 'a@', '@b.example', 'a b@c.example'] },
  phone: { valid: (f, n) => `+1 (555) 010-${pad(n)}`, wrong: [5550100, 'call me', '12', '1'.repeat(33)] },
  url: { valid: (f, n) => `https://example.com/${pad(n)}`, wrong: [7, 'nowhere', 'ftp://example.com', 'javascript:alert(1)'] },
  integer: { valid: (f, n) => within(f, n), wrong: ['x', 1.5, true, {}, '9'.repeat(30)] },
  decimal: { valid: (f, n) => within(f, n), wrong: ['x', true, {}, []] },
  percent: { valid: (f, n) => n % 100, wrong: ['x', -1, 101, true] },
  money: { valid: (f, n) => within(f, n) + 0.25, wrong: ['x', true, {}, '1e400', 1e15, 1.001] },
  currency: { valid: (f, n) => pick(['EUR', 'USD', 'CHF'], n), wrong: ['XX', 'eu', 7, 'QQQ'] },
  country: { valid: (f, n) => pick(['DE', 'FR', 'US'], n), wrong: ['XXX', 'ZZ', 7] },
  timeZone: { valid: (f, n) => pick(['Europe/Berlin', 'America/New_York', 'UTC'], n), wrong: ['Mars/Base', 7] },
  boolean: { valid: (f, n) => n % 2 === 0, wrong: ['yes', 1, {}, []] },
  date: {
    valid: (f, n) => instant(n).toISOString().slice(0, 10),
    wrong: ['soon', 7, '2025-02-30', '0000-01-01', '2025-13-01', '25-01-01', '2025-01-01T00:00:00Z'],
  },
  datetime: {
    valid: (f, n) => moment(f, n).toISOString(),
    wrong: ['soon', 7, '2025-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '2025-01-01T25:00:00Z'],
  },
  enum: { valid: (f, n) => pick(options(f), n), wrong: ['no_such_option', 7, {}] },
  picklist: { valid: (f, n) => pick(options(f), n), wrong: ['no_such_option', 7, {}] },
  multiPicklist: { valid: (f, n) => [pick(options(f), n)], wrong: ['x', [7], ['no_such_option'], {}] },
  reference: { wrong: ['not-an-id', 7, {}, randomUUID()] },
  multiReference: { wrong: ['not-an-id', [7], ['not-an-id'], [randomUUID()], {}] },
  uuid: { valid: () => randomUUID(), wrong: ['not-an-id', 7, {}] },
  json: { wrong: [] },
  externalIds: { valid: (f, n) => [{ system: 'other', id: `${f.name}${pad(n)}${randomUUID()}` }], wrong: ['zoho:1', 7, {}, [{}], [{ system: 'zoho' }]] },
};

/** Values that the field must refuse, each with a word for the test's name. */
export function invalidValues(field) {
  const cases = TYPES[field.type].wrong.map((value) => ({ why: `wrong value ${JSON.stringify(value).slice(0, 40)}`, value }));
  if (['text', 'longText'].includes(field.type)) {
    if (field.maxLength) cases.push({ why: 'over its length', value: 'x'.repeat(field.maxLength + 1) });
    if (field.minLength > 1) cases.push({ why: 'under its length', value: 'x'.repeat(field.minLength - 1) });
  }
  if (field.max !== null && field.max !== undefined && field.type !== 'percent') {
    cases.push({ why: 'over its maximum', value: field.max + 1 });
  }
  if (field.min !== null && field.min !== undefined && field.type !== 'percent') {
    cases.push({ why: 'under its minimum', value: field.min - 1 });
  }
  if (field.positive) cases.push({ why: 'zero', value: 0 }, { why: 'negative', value: -1 });
  if (field.required) cases.push({ why: 'null', value: null });
  return cases;
}

export class Maker {
  static made = 0;

  constructor(client, meta) {
    this.client = client;
    this.meta = meta;
    // Several makers work in one organisation; names that must be unique stay so.
    this.count = Maker.made++ * 1000;
    this.referenced = new Map();
  }

  /** The id of some record of an entity; made once, then shared. */
  async idOf(entityName) {
    if (entityName === 'user') return this.client.id;
    if (!this.referenced.has(entityName)) {
      const creating = this.create(entityName).then((record) => record.id);
      this.referenced.set(entityName, creating);
    }
    return this.referenced.get(entityName);
  }

  /** The same, of one that a flow has gone over. */
  async readyId(entityName, flow) {
    const key = `${entityName} ${flow}`;
    if (!this.referenced.has(key)) this.referenced.set(key, this.ready(entityName, flow).then((record) => record.id));
    return this.referenced.get(key);
  }

  /** A record that a flow has gone over, with something nested in it. */
  async ready(entityName, flow, overrides = {}) {
    const entity = this.meta.entity(entityName);
    const arrays = await Promise.all(entity.nested.map(async (nested) => [nested.name, [await this.element(nested)]]));
    const { id } = await this.create(entityName, { ...Object.fromEntries(arrays), ...overrides });
    return (await this.client.post(entity.at(id, `/${flow}`), undefined, { expect: 200 })).body.data;
  }

  /** A valid value; records with equal n get equal values, neighbours differ where they can. */
  async value(field, n = ++this.count) {
    if (field.type === 'reference') return this.idOf(field.references);
    if (field.type === 'multiReference') return [await this.idOf(field.references)];
    return TYPES[field.type].valid?.(field, n);
  }

  canMake(field) {
    if (field.type === 'json' || field.custom) return false;
    if (['enum', 'picklist', 'multiPicklist'].includes(field.type)) return options(field).length > 0;
    if (['reference', 'multiReference'].includes(field.type)) {
      if (field.references === 'user') return true;
      return this.meta.has(field.references) && this.meta.entity(field.references).allows('create');
    }
    return TYPES[field.type] !== undefined;
  }

  /** Fields that a generated record of this entity may carry. */
  fields(entity, list = entity.writable) {
    const { omit } = hintsFor(entity.name);
    return list.filter((field) => this.canMake(field) && !omit.includes(field.name));
  }

  /** The body of a valid record: required fields only, or with `full` every writable field. */
  async body(entityName, { full = false, overrides = {} } = {}) {
    const entity = this.meta.entity(entityName);
    const { need, fixed, ready } = hintsFor(entityName);
    const n = ++this.count;
    const body = {};
    for (const field of this.fields(entity)) {
      if (field.name in overrides || (!full && !field.required && !need.includes(field.name))) continue;
      body[field.name] = ready[field.name] ? await this.readyId(field.references, ready[field.name]) : await this.value(field, n);
    }
    for (const [name, value] of Object.entries(fixed)) {
      if (name in body || entity.field(name)?.required) body[name] = value;
    }
    return { ...body, ...overrides };
  }

  /** An element of a nested array: of references that exclude each other the first, each time another one. */
  async element(nested, { full = true } = {}) {
    const { omit, need, either, fixed } = hintsFor(nested.entity);
    const n = ++this.count;
    const element = {};
    for (const field of nested.fields.filter((f) => !f.readOnly && this.canMake(f))) {
      if (omit.includes(field.name) || either.slice(1).includes(field.name)) continue;
      if (!full && !field.required && !need.includes(field.name) && either[0] !== field.name) continue;
      const another = field.type === 'reference' && field.references !== 'user' && !(field.name in fixed);
      element[field.name] = another ? (await this.create(field.references)).id : await this.value(field, n);
    }
    return { ...element, ...fixed };
  }

  /** The members of an element that name `value` by this reference alone. */
  only(nested, field, value) {
    const { either } = hintsFor(nested.entity);
    return { ...(either.includes(field.name) && Object.fromEntries(either.map((name) => [name, null]))), [field.name]: value };
  }

  async create(entityName, overrides = {}, options = {}) {
    const body = await this.body(entityName, { ...options, overrides });
    return this.client.create(this.meta.entity(entityName).path, body);
  }
}
