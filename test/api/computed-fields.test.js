// SPDX-License-Identifier: Apache-2.0
// Computed fields: what follows from a row and the moment is read like any field, and never written.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { parseCsv } from './harness/csv.js';
import { Organisation } from './harness/organisation.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const { admin, maker } = await Organisation.create();
const iso = (moment) => new Date(moment).toISOString();
const task = (body) => admin.create('/tasks', { title: 'T', ...body });

const late = [];
for (let i = 1; i <= 3; i++) late.push(await task({ title: `Late ${i}`, dueAt: iso(Date.now() - i * DAY - HOUR) }));
const done = await task({ title: 'Done', dueAt: iso(Date.now() - 5 * DAY), status: 'done' });
const early = await task({ title: 'Early', dueAt: iso(Date.now() + 5 * DAY) });
const never = await task({ title: 'Never' });
const ids = (rows) => rows.map((row) => row.id).sort();
const LATE = ids(late);

test('S5-API-26 a computed field is in the record, its lists, and what fields= leaves', async () => {
  assert.deepEqual([late[0], done, early, never].map((t) => t.overdue), [true, false, false, false]);
  const listed = await admin.all('/tasks');
  assert.deepEqual(ids(listed.filter((t) => t.overdue)), LATE);
  const some = await admin.get('/tasks', { query: { fields: 'title,overdue', include: 'assignee' }, expect: 200 });
  assert.deepEqual(Object.keys(some.body.data[0]).sort(), ['assignee', 'assigneeId', 'id', 'overdue', 'title']);
});

test('S5-API-26 a computed field filters, and the total counts what is found', async () => {
  for (const [query, expected] of [[{ overdue: true }, LATE], [{ overdue: false }, ids([done, early, never])], [{ 'overdue[ne]': false }, LATE]]) {
    const answer = await admin.get('/tasks', { query, expect: 200 });
    assert.deepEqual(ids(answer.body.data), expected);
    assert.equal(answer.body.pagination.total, expected.length);
  }
  await admin.get('/tasks', { query: { overdue: 'soon' }, expect: 400 });
});

test('S5-API-26 totals of what is computed follow a write', async () => {
  const total = async () => (await admin.get('/tasks', { query: { overdue: true, limit: 1 }, expect: 200 })).body.pagination.total;
  assert.equal(await total(), 3);
  const one = await task({ dueAt: iso(Date.now() - 3 * DAY) });
  assert.equal(await total(), 4);
  await admin.patch(`/tasks/${one.id}`, { status: 'cancelled' }, { expect: 200 });
  assert.equal(await total(), 3);
  await admin.delete(`/tasks/${one.id}`, { expect: 204 });
});

test('S5-API-26 a computed field sorts, page by page and by cursor', async () => {
  const expected = [...LATE.map(() => true), false, false, false];
  const sorted = await admin.get('/tasks', { query: { sort: '-overdue,title' }, expect: 200 });
  assert.deepEqual(sorted.body.data.map((t) => t.overdue), expected);
  const seen = [];
  for (let cursor; ;) {
    const query = { sort: '-overdue,title', limit: 2, fields: 'title', ...(cursor && { cursor }) };
    const page = await admin.get('/tasks', { query, expect: 200 });
    seen.push(...page.body.data.map((t) => t.id));
    cursor = page.body.pagination.nextCursor;
    if (!cursor) break;
  }
  assert.deepEqual(seen, sorted.body.data.map((t) => t.id));
  // A filter makes the slow lane find first and sort then.
  const narrow = await admin.get('/tasks', { query: { sort: 'overdue,title', 'title[startsWith]': 'Late', overdue: true }, expect: 200 });
  assert.deepEqual(narrow.body.data.map((t) => t.title), ['Late 1', 'Late 2', 'Late 3']);
});

test('S5-API-26 exports carry what is computed', async () => {
  const rows = parseCsv((await admin.get('/tasks/export.csv', { query: { overdue: true }, expect: 200 })).text);
  const columns = rows[0];
  assert.equal(rows.length, 4);
  assert.ok(rows.slice(1).every((row) => row[columns.indexOf('overdue')] === 'true'));
});

test('S5-API-26 nobody writes what is computed', async () => {
  const refused = errorOf(await admin.patch(`/tasks/${early.id}`, { overdue: true }), 422);
  assert.deepEqual(refused.details.map((d) => [d.field, d.code]), [['overdue', 'READ_ONLY']]);
  errorOf(await admin.post('/tasks', { title: 'x', overdue: true }), 422);
});

test('S5-API-26 the tag of a record changes with what is computed, the version does not', async () => {
  const soon = await task({ allDay: false, dueAt: iso(Date.now() + 1200) });
  const before = await admin.get(`/tasks/${soon.id}`, { expect: 200 });
  assert.equal(before.body.data.overdue, false);
  const tag = before.headers.etag;
  await admin.get(`/tasks/${soon.id}`, { headers: { 'If-None-Match': tag }, expect: 304 });
  await new Promise((resolve) => setTimeout(resolve, 1400));
  const after = await admin.get(`/tasks/${soon.id}`, { headers: { 'If-None-Match': tag }, expect: 200 });
  assert.equal(after.body.data.overdue, true);
  assert.equal(after.body.data.version, before.body.data.version);
  await admin.patch(`/tasks/${soon.id}`, { title: 'Still the same version' }, { headers: { 'If-Match': tag }, expect: 200 });
});

for (const [zone, hours] of [['Pacific/Kiritimati', 14], ['Pacific/Pago_Pago', -11]]) {
  test(`S5-API-26 today is the organisation's day: ${zone}`, async () => {
    const there = await Organisation.create();
    await there.admin.patch(`/organizations/${there.id}`, { timeZone: zone }, { expect: 200 });
    const midnight = Math.floor((Date.now() + hours * HOUR) / DAY) * DAY - hours * HOUR;
    const yesterday = await there.admin.create('/tasks', { title: 'x', dueAt: iso(midnight - 1) });
    const today = await there.admin.create('/tasks', { title: 'x', dueAt: iso(midnight) });
    assert.deepEqual([yesterday.overdue, today.overdue], [true, false]);
  });
}
