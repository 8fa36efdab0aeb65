// SPDX-License-Identifier: Apache-2.0
// CSV export equals the list under the same parameters, and never carries a live formula.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { parseRecords } from './harness/csv.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;

function cellMatches(field, cell, value) {
  if (value === null || value === undefined) return cell === '';
  if (['money', 'decimal', 'percent', 'integer'].includes(field.type)) return Number(cell) === Number(value);
  if (field.type === 'datetime') return new Date(cell).getTime() === new Date(value).getTime();
  if (typeof value === 'string') return cell === value || cell === `'${value}`;
  return true;
}

for (const entity of meta.allowing('create', 'read')) {
  test(`S5-API-26 the export of ${entity.name} equals its list`, async () => {
    for (let i = 0; i < 4; i++) await maker.create(entity.name, {}, { full: i % 2 === 0 });
    const answer = await admin.get(`${entity.path}/export.csv`, { query: { sort: '-createdAt' }, expect: 200 });
    assert.match(answer.headers['content-type'], /^text\/csv; ?charset=utf-8/i);
    assert.match(answer.headers['content-disposition'], /attachment; ?filename=/);
    const records = parseRecords(answer.text);
    const rows = await admin.all(entity.path, { sort: '-createdAt' });
    assert.deepEqual(records.map((r) => r.id), rows.map((r) => r.id));
    rows.forEach((row, i) => {
      for (const field of entity.fields.filter((f) => f.name in records[i] && f.name in row)) {
        assert.ok(cellMatches(field, records[i][field.name], row[field.name]), `${field.name}: ${records[i][field.name]} for ${JSON.stringify(row[field.name])}`);
      }
    });
  });
}

test('S5-API-26 filters and fields shape the export', async () => {
  const one = await maker.create('contact', { jobTitle: 'Zookeeper' });
  const answer = await admin.get('/contacts/export.csv', { query: { jobTitle: 'Zookeeper', fields: 'lastName,jobTitle' }, expect: 200 });
  const records = parseRecords(answer.text);
  assert.equal(records.length, 1);
  assert.equal(records[0].lastName, one.lastName);
  assert.ok(!('email' in records[0]));
  errorOf(await admin.get('/contacts/export.csv', { query: { noSuchField: 1 } }), 400);
});

test('S3-SEC-07 formulas are neutralised, text with quotes and newlines survives', async () => {
  const names = ['=1+1', '+1', '-1', '@SUM(A1)', 'a "quoted", name', '=cmd|\' /C calc\'!A0'];
  for (const [i, name] of names.entries()) {
    await maker.create('contact', { lastName: name, department: 'Formula', description: `line one\nline "${i}"` });
  }
  const answer = await admin.get('/contacts/export.csv', { query: { department: 'Formula', sort: 'createdAt' }, expect: 200 });
  const records = parseRecords(answer.text);
  assert.equal(records.length, names.length);
  records.forEach((record, i) => {
    assert.doesNotMatch(record.lastName, /^[=+\-@\t\r]/);
    assert.ok(record.lastName.endsWith(names[i]), record.lastName);
    assert.equal(record.description, `line one\nline "${i}"`);
  });
});

test('S3-SEC-05 an export holds only what the caller may read', async () => {
  const user = await organisation.member('user');
  await maker.create('company', { ownerId: admin.id });
  const own = await user.maker.create('company', { ownerId: user.id });
  const answer = await user.get('/companies/export.csv');
  if (answer.status === 403) return;
  assert.deepEqual(parseRecords(answer.text).map((r) => r.id), [own.id]);
});
