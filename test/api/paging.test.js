// SPDX-License-Identifier: Apache-2.0
// Sorting, pages, cursors, totals, fields= and include= over every entity.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin, meta, maker } = await Organisation.create();
const ROWS = 7;

const numeric = (type) => ['integer', 'decimal', 'percent', 'money'].includes(type);

function sortKey(field, value) {
  if (value === null || value === undefined) return null;
  if (numeric(field.type)) return Number(value);
  if (field.type === 'datetime') return new Date(value).getTime();
  return String(value).toLowerCase();
}

// Only orders that need no collation rules: numbers, times, our own lower-case text.
const orderKnown = (field) => numeric(field.type) || ['date', 'datetime', 'email'].includes(field.type);

function assertOrdered(field, rows, descending) {
  const keys = rows.map((row) => sortKey(field, row[field.name]));
  const firstNull = keys.indexOf(null);
  if (firstNull >= 0) assert.ok(keys.slice(firstNull).every((key) => key === null), `${field.name}: nulls come last`);
  const present = firstNull >= 0 ? keys.slice(0, firstNull) : keys;
  for (let i = 1; i < present.length && orderKnown(field); i++) {
    const [a, b] = descending ? [present[i], present[i - 1]] : [present[i - 1], present[i]];
    assert.ok(a <= b, `${field.name}: ${present[i - 1]} before ${present[i]}`);
  }
}

async function walk(path, query, limit) {
  const rows = [];
  let cursor;
  for (let pages = 0; pages < 100; pages++) {
    const page = await admin.get(path, { query: { ...query, limit, ...(cursor ? { cursor } : {}) }, expect: 200 });
    rows.push(...page.body.data);
    cursor = page.body.pagination.nextCursor;
    if (!cursor) return rows;
    assert.equal(page.body.data.length, limit, 'a page with a next one is full');
  }
  assert.fail('the cursor never ends');
}

for (const entity of meta.allowing('create', 'read')) {
  test(`S5-API-30 every sortable field of ${entity.name}, both ways, page by page and by cursor`, async () => {
    for (let i = 0; i < ROWS; i++) await maker.create(entity.name, {}, { full: i % 2 === 0 });
    const all = new Set((await admin.all(entity.path)).map((row) => row.id));
    for (const field of entity.fields.filter((f) => f.sortable && !f.custom)) {
      for (const sign of ['', '-']) {
        const rows = await walk(entity.path, { sort: sign + field.name }, 3);
        assert.equal(rows.length, all.size, `${sign}${field.name}: nothing skipped`);
        assert.deepEqual(new Set(rows.map((row) => row.id)), all, `${sign}${field.name}: nothing twice`);
        assertOrdered(field, rows, sign === '-');
      }
    }
  });

  test(`S3-API-10 S5-API-30 pages of ${entity.name}: envelope, X-Total-Count and Link`, async () => {
    const all = await admin.all(entity.path);
    const answer = await admin.get(entity.path, { query: { page: 2, limit: 3 }, expect: 200 });
    const { pagination } = answer.body;
    assert.equal(pagination.page, 2);
    assert.equal(pagination.limit, 3);
    assert.equal(pagination.total, all.length);
    assert.equal(pagination.pages, Math.ceil(all.length / 3));
    assert.equal(answer.headers['x-total-count'], String(all.length));
    assert.equal(/rel="?next"?/.test(answer.headers.link ?? ''), all.length > 6, 'Link names the next page');
    assert.deepEqual(answer.body.data.map((row) => row.id), all.slice(3, 6).map((row) => row.id));
    const beyond = await admin.get(entity.path, { query: { page: 40, limit: 200 }, expect: 200 });
    assert.deepEqual(beyond.body.data, []);
  });

  test(`S3-API-10 a caller sees its own writes of ${entity.name} counted`, async () => {
    const total = async () => (await admin.get(entity.path, { query: { limit: 1 }, expect: 200 })).body.pagination.total;
    const before = await total();
    await maker.create(entity.name);
    assert.equal(await total(), before + 1);
  });

  test(`S2-API-21 fields= selects the fields of ${entity.name}`, async () => {
    const names = entity.titleFields;
    const rows = await admin.read(entity.path, { fields: names.join(','), limit: 2 });
    for (const row of rows) assert.deepEqual(Object.keys(row).sort(), [...new Set(['id', ...names])].sort());
    const record = await admin.read(entity.at(rows[0].id), { fields: names[0] });
    assert.deepEqual(Object.keys(record).sort(), [...new Set(['id', names[0]])].sort());
  });

  test(`S3-REL-01 S2-PERF-01 include= adds what ${entity.name} refers to`, async () => {
    const record = await maker.create(entity.name, {}, { full: true });
    for (const field of entity.fields.filter((f) => f.type === 'reference' && f.name.endsWith('Id'))) {
      if (!meta.has(field.references)) continue;
      const name = field.include;
      const read = await admin.read(entity.at(record.id), { include: name });
      if (read[field.name] === null) assert.equal(read[name], null, name);
      else assert.equal(read[name].id, read[field.name], name);
      const target = meta.entity(field.references);
      for (const title of read[name] ? target.titleFields : []) assert.ok(title in read[name], `${name}.${title}`);
      const rows = await admin.read(entity.path, { include: name, limit: 5 });
      for (const row of rows) assert.equal(row[name]?.id ?? null, row[field.name], name);
    }
  });
}

test('S3-API-09 the default page is 25 rows, newest first', async () => {
  for (let i = 0; i < 30; i++) await maker.create('tag');
  const answer = await admin.get(meta.entity('tag').path, { expect: 200 });
  assert.equal(answer.body.data.length, 25);
  assert.equal(answer.body.pagination.limit, 25);
});

test('S5-API-30 a cursor belongs to its sort and filter', async () => {
  const { path } = meta.entity('tag');
  const page = await admin.get(path, { query: { sort: 'name', limit: 2 }, expect: 200 });
  errorOf(await admin.get(path, { query: { sort: '-name', limit: 2, cursor: page.body.pagination.nextCursor } }), 400);
});

test('S5-API-30 rows written between two pages are neither repeated nor skipped', async () => {
  const { path } = meta.entity('tag');
  const first = await admin.get(path, { query: { sort: 'createdAt', limit: 5 }, expect: 200 });
  await maker.create('tag');
  const rest = [];
  let cursor = first.body.pagination.nextCursor;
  while (cursor) {
    const page = await admin.get(path, { query: { sort: 'createdAt', limit: 5, cursor }, expect: 200 });
    rest.push(...page.body.data);
    cursor = page.body.pagination.nextCursor;
  }
  const ids = [...first.body.data, ...rest].map((row) => row.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, (await admin.all(path)).length);
});
