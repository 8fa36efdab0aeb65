// SPDX-License-Identifier: Apache-2.0
// Each operator of each filterable field, against an oracle over all rows of the entity.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin, meta, maker } = await Organisation.create();
const ROWS = 6;

const numeric = (type) => ['integer', 'decimal', 'percent', 'money'].includes(type);
const listed = (type) => ['multiPicklist', 'multiReference'].includes(type);

// Values that compare as the server does: numbers, instants, lower-case ASCII text.
function comparable(type, value) {
  if (value === null || value === undefined) return null;
  if (numeric(type)) return Number(value);
  if (type === 'datetime') return new Date(value).getTime();
  return value;
}

const holds = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a !== null && a > b,
  gte: (a, b) => a !== null && a >= b,
  lt: (a, b) => a !== null && a < b,
  lte: (a, b) => a !== null && a <= b,
  contains: (a, b) => a !== null && a.toLowerCase().includes(b.toLowerCase()),
  startsWith: (a, b) => a !== null && a.toLowerCase().startsWith(b.toLowerCase()),
};

function expectedIds(rows, field, operator, wanted) {
  const kept = rows.filter((row) => {
    const value = row[field.name];
    if (operator === 'null') return (value === null || (listed(field.type) && value.length === 0)) === (wanted === 'true');
    if (listed(field.type)) {
      const has = (operator === 'in' ? wanted.split(',') : [wanted]).some((w) => value.includes(w));
      return operator === 'ne' ? !has : has;
    }
    const own = comparable(field.type, value);
    if (operator === 'in') return wanted.split(',').some((w) => own === comparable(field.type, w));
    if (field.type === 'boolean') return holds[operator](own, wanted === 'true');
    return holds[operator](own, comparable(field.type, wanted));
  });
  return kept.map((row) => row.id).sort();
}

function probes(rows, field) {
  const values = rows.map((row) => row[field.name]).flat().filter((v) => v !== null && v !== undefined);
  const distinct = [...new Set(values.map(String))].sort();
  const middle = distinct[Math.floor(distinct.length / 2)];
  if (middle === undefined) return null;
  return { eq: middle, ne: middle, gt: middle, gte: middle, lt: middle, lte: middle, null: 'true',
    in: [distinct[0], middle].join(','), contains: middle.slice(1, 5), startsWith: middle.slice(0, 3) };
}

async function tryOperators(entity, field, rows) {
  const probe = probes(rows, field);
  const wrong = [];
  for (const operator of probe ? field.operators : []) {
    if (probe[operator] === undefined) continue;
    const name = operator === 'eq' ? field.name : `${field.name}[${operator}]`;
    const found = (await admin.all(entity.path, { [name]: probe[operator] })).map((row) => row.id).sort();
    const expected = expectedIds(rows, field, operator, probe[operator]);
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      wrong.push(`${name}=${probe[operator]}: ${found.length} rows, expected ${expected.length}`);
    }
  }
  return wrong;
}

for (const entity of meta.allowing('create', 'read')) {
  test(`S3-API-09 S5-API-26 every operator of every filterable field of ${entity.name}`, async () => {
    for (let i = 0; i < ROWS; i++) await maker.create(entity.name, {}, { full: i % 2 === 0 });
    const rows = await admin.all(entity.path);
    const wrong = [];
    for (const field of entity.fields.filter((f) => f.filterable && !f.custom && f.type !== 'json')) {
      wrong.push(...(await tryOperators(entity, field, rows)));
    }
    assert.deepEqual(wrong, []);
  });

  test(`S3-API-09 q= finds ${entity.name} by what it is called`, { skip: !entity.searchable }, async () => {
    const field = entity.fields.find((f) => f.searchable && f.type === 'text' && !f.readOnly);
    if (!field) return;
    const record = await maker.create(entity.name, { [field.name]: `zebrafish${entity.name.replaceAll('_', '')}` });
    for (const parameter of ['q', 'search']) {
      const found = await admin.all(entity.path, { [parameter]: 'zebrafish' });
      assert.deepEqual(found.map((row) => row.id), [record.id], parameter);
    }
  });
}

for (const entity of meta.allowing('read')) {
  test(`S1-API-07 ${entity.name}: unknown parameters, operators and values are 400 by name`, async () => {
    const filterable = entity.fields.filter((f) => f.filterable);
    const cases = [['noSuchField=1', 'noSuchField'], ['noSuchField[gt]=1', 'noSuchField'], ['sort=noSuchField', 'noSuchField'],
      ['fields=noSuchField', 'noSuchField'], ['include=noSuchField', 'noSuchField'], ['id[like]=x', 'like'],
      ['limit=0', 'limit'], ['limit=201', 'limit'], ['limit=x', 'limit'], ['page=0', 'page'], ['page=-1', 'page'],
      ['cursor=garbage', 'cursor'], ['page=300&limit=50', 'cursor']];
    const wrongValue = { integer: 'x', money: 'x', date: 'soon', datetime: 'soon', boolean: 'maybe', reference: 'no-id', enum: 'no_such_option' };
    for (const field of filterable) {
      if (wrongValue[field.type] && !field.custom) cases.push([`${field.name}=${wrongValue[field.type]}`, field.name]);
    }
    const wrong = [];
    for (const [query, word] of cases) {
      const answer = await admin.get(entity.path, { query });
      if (answer.status !== 400 || !answer.text.includes(word)) wrong.push(`${query}: ${answer.status} ${answer.text.slice(0, 160)}`);
    }
    assert.deepEqual(wrong, []);
    errorOf(await admin.get(entity.path, { query: 'noSuchField=1' }), 400);
  });
}

test('S3-API-09 ownerId=me means the caller', async () => {
  const { path } = meta.entity('contact');
  const mine = await admin.all(path, { ownerId: 'me' });
  assert.ok(mine.length > 0 && mine.every((row) => row.ownerId === admin.id));
});

test('S5-ENT-07 tags filter by id and by name', async () => {
  const tag = await maker.create('tag', { name: 'zebra-tag' });
  const record = await maker.create('contact', { tags: [tag.id] });
  const { path } = meta.entity('contact');
  for (const value of [tag.id, 'zebra-tag']) {
    assert.deepEqual((await admin.all(path, { tags: value })).map((row) => row.id), [record.id], value);
  }
});

test('S5-API-26 date-only values are days in the time zone of the organisation', async () => {
  const { path } = meta.entity('task');
  await admin.patch(`/organizations/${admin.organizationId}`, { timeZone: 'America/New_York' }, { expect: 200 });
  const late = await maker.create('task', { dueAt: '2024-06-16T03:30:00.000Z', allDay: false });
  const found = (await admin.all(path, { dueAt: '2024-06-15' })).map((row) => row.id);
  assert.ok(found.includes(late.id), 'half past eleven in the evening of the 15th in New York');
  const next = (await admin.all(path, { 'dueAt[gte]': '2024-06-16', 'dueAt[lt]': '2024-06-17' })).map((row) => row.id);
  assert.ok(!next.includes(late.id));
});
