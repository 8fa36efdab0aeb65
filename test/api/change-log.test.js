// SPDX-License-Identifier: Apache-2.0
// Every write of every entity leaves exactly one row in the change log, with before and after.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;

/** The record's changes, oldest first. */
async function timeline(entity, id) {
  const rows = await admin.all(entity.at(id, '/timeline'));
  return rows.filter((row) => row.recordId === id).sort((a, b) => (a.id < b.id ? -1 : 1));
}

for (const entity of meta.allowing('create', 'read')) {
  test(`S1-DB-07 S2-SEC-13 S3-SEC-16 one change per write of ${entity.name}, in its timeline`, async () => {
    const created = await admin.post(entity.path, await maker.body(entity.name), { expect: 201 });
    const record = created.body.data;
    let rows = await timeline(entity, record.id);
    assert.deepEqual(rows.map((row) => row.action), ['create']);
    assert.equal(rows[0].actorId, admin.id);
    assert.equal(rows[0].entity, entity.name);
    assert.equal(rows[0].requestId, created.headers['x-request-id']);

    const field = entity.allows('update') && entity.editable.find((f) => f.type === 'text' && maker.fields(entity).includes(f));
    if (field) {
      const value = await maker.value(field);
      const before = record[field.name];
      const changed = await admin.patch(entity.at(record.id), { [field.name]: value }, { expect: 200 });
      rows = await timeline(entity, record.id);
      assert.equal(rows.length, 2, 'one row for the update');
      assert.equal(rows[1].action, 'update');
      assert.deepEqual(rows[1].diff[field.name], [before, changed.body.data[field.name]]);
      await admin.patch(entity.at(record.id), { [field.name]: value }, { expect: 200 });
      assert.equal((await timeline(entity, record.id)).length, 2, 'an update that changes nothing leaves no row');
    }
    if (entity.allows('delete')) {
      const had = rows.length;
      await admin.delete(entity.at(record.id), { expect: [200, 204] });
      await admin.post(entity.at(record.id, '/restore'), undefined, { expect: 200 });
      rows = await timeline(entity, record.id);
      assert.deepEqual(rows.slice(had).map((row) => row.action), ['delete', 'restore']);
    }
  });

  test(`S1-DB-07 a refused write of ${entity.name} leaves no change`, async () => {
    const before = (await admin.get('/audit-logs', { query: { count: 'exact', limit: 1 }, expect: 200 })).body.pagination.total;
    const answer = await admin.post(entity.path, { ...(await maker.body(entity.name)), noSuchField: 1 });
    assert.equal(answer.status, 422);
    const after = (await admin.get('/audit-logs', { query: { count: 'exact', limit: 1 }, expect: 200 })).body.pagination.total;
    // The body's own references may have been created on demand.
    assert.ok(after - before <= 3);
  });
}

test('S2-ENT-17 S1-ENT-09 the audit log lists and filters by entity, record, actor and action', async () => {
  const record = await maker.create('contact');
  const rows = await admin.all('/audit-logs', { recordId: record.id });
  assert.deepEqual(rows.map((row) => [row.entity, row.action, row.actorId]), [['contact', 'create', admin.id]]);
  const deletes = await admin.all('/audit-logs', { entity: 'contact', action: 'delete' });
  assert.ok(deletes.every((row) => row.entity === 'contact' && row.action === 'delete'));
});

test('S2-SEC-13 the audit log cannot be written', async () => {
  const [row] = await admin.read('/audit-logs', { limit: 1 });
  for (const [method, path] of [['POST', '/audit-logs'], ['PATCH', `/audit-logs/${row.id}`], ['PUT', `/audit-logs/${row.id}`], ['DELETE', `/audit-logs/${row.id}`]]) {
    const answer = await admin.send(method, path, { body: method === 'DELETE' ? undefined : {}, documented: false });
    assert.ok([403, 404, 405].includes(answer.status), `${method}: ${answer.status}`);
  }
});

test('S2-SEC-13 secrets never reach the log', async () => {
  const rows = await admin.all('/audit-logs');
  assert.doesNotMatch(JSON.stringify(rows), /password|token_hash|\$2[aby]\$/i);
});

test('S3-SEC-04 who may not see a record sees nothing of its timeline', async () => {
  const entity = meta.entity('company');
  const record = await maker.create('company', { ownerId: admin.id });
  const user = await organisation.member('user');
  errorOf(await user.get(entity.at(record.id, '/timeline')), 404);
});
