// SPDX-License-Identifier: Apache-2.0
// Files of other formats hold what the list holds, and every file leaves a row that says whether it is whole.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from './harness/client.js';
import { Organisation, register } from './harness/organisation.js';
import { execute } from './harness/psql.js';
import { RawConnection } from './harness/raw.js';
import { ownServer } from './harness/server.js';
import { parseWorkbook } from './harness/xlsx.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;
const linesOf = (text) => text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
const rowOf = async (answer, caller = admin) => caller.read(`/exports/${answer.headers['x-export-id']}`);

for (const name of ['company', 'contact', 'deal', 'task', 'product', 'event']) {
  const entity = meta.entity(name);
  test(`JSON lines and workbook of ${name} hold what its list holds, in its order`, async () => {
    for (let i = 0; i < 4; i++) await maker.create(name, {}, { full: i % 2 === 0 });
    const rows = await admin.all(entity.path, { sort: '-createdAt' });
    const lines = linesOf((await admin.get(`${entity.path}/export.jsonl`, { query: { sort: '-createdAt' }, expect: 200 })).text);
    assert.deepEqual(lines.map((line) => line.id), rows.map((row) => row.id));
    rows.forEach((row, i) => {
      for (const [key, value] of Object.entries(row)) assert.deepEqual(lines[i][key], value, key);
    });
    const cells = parseWorkbook((await admin.get(`${entity.path}/export.xlsx`, { query: { sort: '-createdAt' }, expect: 200 })).bytes);
    assert.deepEqual(cells.map((cell) => cell.id), rows.map((row) => row.id));
    rows.forEach((row, i) => {
      for (const field of entity.fields.filter((f) => f.name in row && !f.custom)) {
        const [cell, value] = [cells[i][field.name], row[field.name]];
        if (value === null || value === '') assert.equal(cell, undefined, field.name);
        else if (typeof value === 'number') assert.equal(cell, value, field.name);
        else if (field.type === 'date') assert.equal(new Date(Date.UTC(1899, 11, 30) + cell * 86400000).toISOString().slice(0, 10), value, field.name);
        else if (field.type === 'datetime') assert.equal(new Date(cell).getTime(), new Date(value).getTime(), field.name);
        else if (typeof value === 'string') assert.equal(cell, value, field.name);
      }
    });
  });
}

test('names stand beside ids, formulas are text', async () => {
  const company = await maker.create('company', { name: '=1+1' });
  const tag = await maker.create('tag', { name: 'Exported' });
  const contact = await maker.create('contact', { lastName: '@SUM(A1)', companyId: company.id, tags: [tag.id] });
  const query = { id: contact.id, fields: 'lastName,companyId,ownerId,tags' };
  const [line] = linesOf((await admin.get('/contacts/export.jsonl', { query, expect: 200 })).text);
  assert.deepEqual(line, { id: contact.id, lastName: '@SUM(A1)', companyId: company.id, companyName: '=1+1', ownerId: admin.id, ownerName: 'Ada Admin', tags: [tag.id], tagsNames: ['Exported'] });
  const [cells] = parseWorkbook((await admin.get('/contacts/export.xlsx', { query, expect: 200 })).bytes);
  assert.deepEqual(cells, { id: contact.id, lastName: '@SUM(A1)', companyId: company.id, company: '=1+1', ownerId: admin.id, owner: 'Ada Admin', tags: 'Exported' });
});

test('an empty list is an empty file', async () => {
  const query = { lastName: 'nobody has this name', fields: 'lastName' };
  assert.equal((await admin.get('/contacts/export.jsonl', { query, expect: 200 })).text, '');
  assert.deepEqual(parseWorkbook((await admin.get('/contacts/export.xlsx', { query, expect: 200 })).bytes), []);
});

test('a text is whole in JSON lines, and as long as a cell may be in a workbook', async () => {
  const contractTerms = `<&>" ${'é'.repeat(40000)}`;
  const deal = await maker.create('deal', { name: 'Long', contractTerms });
  const query = { id: deal.id, fields: 'contractTerms' };
  assert.equal(linesOf((await admin.get('/deals/export.jsonl', { query, expect: 200 })).text)[0].contractTerms, contractTerms);
  assert.equal(parseWorkbook((await admin.get('/deals/export.xlsx', { query, expect: 200 })).bytes)[0].contractTerms, contractTerms.slice(0, 32767));
});

test('S5-SEC-08 no file holds a field that the caller does not see', async () => {
  const role = await admin.create('/roles', { name: 'Exporter', preset: 'manager' });
  await admin.create('/custom-fields', { entity: 'contact', key: 'salary', type: 'integer', label: 'Salary' });
  await admin.patch(`/roles/${role.id}`, { fields: { 'contact.email': 'none', 'contact.custom.salary': 'none' } }, { expect: 200 });
  const caller = await organisation.member(role.key);
  const contact = await maker.create('contact', { lastName: 'Kept', email: 'kept@example.com', custom: { salary: 4711 } });
  const query = { id: contact.id };
  const whole = (await admin.get('/contacts/export.jsonl', { query, expect: 200 })).text;
  assert.ok(whole.includes('kept@example.com') && whole.includes('4711'));
  const [line] = linesOf((await caller.get('/contacts/export.jsonl', { query, expect: 200 })).text);
  assert.deepEqual([line.email, line.custom.salary, line.lastName], [undefined, undefined, 'Kept']);
  const [cells] = parseWorkbook((await caller.get('/contacts/export.xlsx', { query, expect: 200 })).bytes);
  assert.deepEqual(['email', 'custom.salary', 'lastName'].map((name) => name in cells), [false, false, true]);
});

for (const format of ['csv', 'jsonl', 'xlsx']) {
  test(`the row of an export to ${format} tells who, what, how many, and the checksum`, async () => {
    const query = { fields: 'name', sort: 'name' };
    const answer = await admin.get(`/companies/export.${format}`, { query, expect: 200 });
    const row = await rowOf(answer);
    assert.deepEqual([row.entity, row.format, row.state, row.createdBy, row.bytes, row.query], ['company', format, 'done', admin.id, answer.bytes.length, 'fields=name&sort=name']);
    assert.equal(row.rowCount, (await admin.get('/companies', { query: { count: 'exact', limit: '1' }, expect: 200 })).body.pagination.total);
    assert.equal(row.sha256, createHash('sha256').update(answer.bytes).digest('hex'));
    assert.ok(row.durationMs >= 0 && new Date(row.startedAt) <= new Date());
  });
}

test('S5-SEC-08 each sees their own exports, administrators all; what is refused leaves none', async () => {
  const manager = await organisation.member('manager');
  const user = await organisation.member('user');
  const own = await manager.get('/contacts/export.jsonl', { expect: 200 });
  assert.equal((await rowOf(own, manager)).state, 'done');
  assert.equal((await rowOf(own)).createdBy, manager.id);
  errorOf(await user.get(`/exports/${own.headers['x-export-id']}`), 404);
  const before = (await admin.get('/exports', { query: { count: 'exact' }, expect: 200 })).body.pagination.total;
  errorOf(await user.get('/contacts/export.xlsx'), 403);
  errorOf(await admin.get('/contacts/export.jsonl', { query: { noSuchField: '1' } }), 400);
  assert.equal((await admin.get('/exports', { query: { count: 'exact' }, expect: 200 })).body.pagination.total, before);
});

test('an export that is cut short says failed: the database is killed in the middle', async (t) => {
  const server = await ownServer(t);
  const owner = await register(server);
  await owner.create('/contacts', { lastName: 'One' });
  execute(server.dataFolder, `insert into contacts (org_id, last_name, description, created_by, updated_by) select '${owner.organizationId}', 'Row ' || n, repeat('x', 5000), '${owner.id}', '${owner.id}' from generate_series(1, 8000) as n;`);
  const slow = await RawConnection.open(server.port);
  slow.socket.pause();
  slow.send(`GET /api/v1/contacts/export.csv HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${owner.token}\r\n\r\n`);
  let row;
  for (let i = 0; i < 100 && !row; i++) {
    [row] = await owner.all('/exports');
    await sleep(50);
  }
  assert.equal(row.state, 'running');
  await sleep(300);
  process.kill(server.postgresPid(), 'SIGKILL');
  const bytes = [];
  slow.socket.on('data', (chunk) => bytes.push(chunk));
  const closed = new Promise((resolve) => slow.socket.on('close', resolve));
  slow.socket.resume();
  await closed;
  assert.ok(!Buffer.concat(bytes).subarray(-5).equals(Buffer.from('0\r\n\r\n')), 'the stream has no end');
  let state = 'running';
  for (let i = 0; i < 200 && state === 'running'; i++) {
    await sleep(200);
    const answer = await owner.get(`/exports/${row.id}`);
    if (answer.status === 200) ({ state } = answer.body.data);
  }
  assert.equal(state, 'failed');
  assert.equal((await owner.read(`/exports/${row.id}`)).sha256, null);
});
