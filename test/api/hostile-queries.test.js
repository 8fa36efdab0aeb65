// SPDX-License-Identifier: Apache-2.0
// Queries at their limits, and cursors and values that no client of ours would send: each gets its
// answer, and never the end of the server or another caller's.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const NOBODY = '01234567-89ab-7def-8123-456789abcdef';

const cursorOf = (...parts) => Buffer.from(JSON.stringify(parts)).toString('base64url');
const times = (n, text) => Array(n).fill(text);

test('S3-API-09 as many values and filters as are allowed are answered', async () => {
  const company = await admin.create('/companies', { name: 'Full house', employees: 7, tags: [] });
  const numbers = times(20, `employees[in]=${times(100, '7').join(',')}`).join('&');
  const found = await admin.get('/companies', { query: numbers, expect: 200 });
  assert.deepEqual(found.body.data.map((row) => row.id), [company.id]);
  await admin.get('/companies', { query: times(15, `tags[in]=${times(100, 'a').join(',')}`).join('&'), expect: 200 });
  errorOf(await admin.get('/companies', { query: times(21, 'employees=7').join('&') }), 400, 'INVALID_PARAMETER');
});

test('S3-API-09 values of a filter are values, whatever they look like', async () => {
  const names = ['a"b', 'a\\b', '{a,b}', 'NULL', "a'b"];
  for (const name of names) await admin.create('/companies', { name });
  for (const name of names.filter((n) => !n.includes(','))) {
    const found = await admin.read('/companies', { 'name[in]': name, fields: 'name' });
    assert.deepEqual(found.map((row) => row.name), [name]);
  }
});

test('S3-API-09 a timeline takes as many filters as any list', async () => {
  const { id } = await admin.create('/companies', { name: 'Timeline' });
  for (const n of [17, 18, 19, 20])
    await admin.get(`/companies/${id}/timeline`, { query: times(n, 'action=create').join('&'), expect: 200 });
});

test('S5-API-30 a forged cursor is refused, whatever it holds', async () => {
  await admin.create('/companies', { name: 'Cursor', employees: 3 });
  const forged = [
    ['employees', ''], ['employees', '1e3'], ['employees', '99999999999'], ['ownerId', 'x'],
    ['createdAt', '2024-01-01 00:00:00+23'], ['createdAt', ''], ['foundedYear', 'NaN'], ['annualRevenue', 'Infinity'],
  ];
  for (const [sort, value] of forged) {
    const query = { sort, cursor: cursorOf(`${sort},`, value, NOBODY) };
    errorOf(await admin.get('/companies', { query }), 400, 'INVALID_PARAMETER');
  }
});

test('S5-API-30 what cannot stand in a cursor cannot be sorted by', async () => {
  errorOf(await admin.get('/companies', { query: { sort: 'description' } }), 400, 'INVALID_PARAMETER');
});

test('S5-API-30 who includes something twice gets it once', async () => {
  const answer = await admin.get('/companies', { query: { include: 'owner,owner', limit: 1 }, expect: 200 });
  assert.equal(answer.text.split('"owner":').length, 2);
});

test('S2-SEC-10 a zone that no clock has is refused, and an exponent that fills the memory', async () => {
  const { id } = await admin.create('/companies', { name: 'Values' });
  const call = { type: 'call', subject: 'Zone', companyId: id, startAt: '2024-01-01T00:00:00+16:00' };
  assert.deepEqual(failingFields(await admin.post('/activities', call)), ['startAt']);
  errorOf(await admin.get('/activities', { query: { 'startAt[gt]': call.startAt } }), 400, 'INVALID_PARAMETER');
  errorOf(await admin.post('/tasks', '{"title":"Big","checklist":[1e131071]}'), 400, 'MALFORMED_JSON');
});

test('S3-CACHE-01 totals of "me" and of private rows belong to the caller', async () => {
  const [first, second] = [await organisation.member('manager'), await organisation.member('manager')];
  const about = await admin.create('/companies', { name: 'Totals' });
  for (const [member, count] of [[first, 4], [second, 6]])
    for (let i = 0; i < count; i++) {
      await member.create('/companies', { name: `Of ${member.id}` });
      await member.create('/activities', { type: 'note', body: 'x', companyId: about.id, visibility: 'private' });
    }
  for (const [member, count] of [[first, 4], [second, 6]]) {
    const mine = await member.get('/companies', { query: { ownerId: 'me', limit: 2 }, expect: 200 });
    assert.equal(mine.body.pagination.total, count);
    const notes = await member.get('/activities', { query: { companyId: about.id, limit: 2 }, expect: 200 });
    assert.equal(notes.body.pagination.total, count);
  }
});

test('S3-CACHE-01 the audit log counts what its reader has just done', async () => {
  const { id } = await admin.create('/companies', { name: 'Counted 0' });
  for (let i = 1; i <= 3; i++) {
    await admin.patch(`/companies/${id}`, { name: `Counted ${i}` }, { expect: 200 });
    const log = await admin.get('/audit-logs', { query: { recordId: id, limit: 1 }, expect: 200 });
    assert.equal(log.body.pagination.total, i + 1);
  }
});
