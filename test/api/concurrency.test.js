// SPDX-License-Identifier: Apache-2.0
// ETags, If-Match and idempotency keys over every entity.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin, meta, maker } = await Organisation.create();
const textField = (entity) => entity.editable.find((f) => f.type === 'text' && maker.fields(entity).includes(f));

for (const entity of meta.allowing('create', 'update')) {
  test(`S5-API-26 If-Match guards ${entity.name} against lost updates`, async () => {
    const field = textField(entity);
    if (!field) return;
    const record = await maker.create(entity.name);
    const first = await admin.get(entity.at(record.id), { expect: 200 });
    const { etag } = first.headers;
    const patch = async (headers) => admin.patch(entity.at(record.id), { [field.name]: await maker.value(field) }, { headers });
    assert.equal((await patch({ 'if-match': etag })).status, 200);
    errorOf(await patch({ 'if-match': etag }), 412);
    errorOf(await patch({ 'if-match': '"nonsense"' }), 412);
    assert.equal((await patch({ 'if-match': '*' })).status, 200);
    const now = (await admin.get(entity.at(record.id), { expect: 200 })).headers.etag;
    assert.equal((await patch({ 'if-match': `${etag}, ${now}` })).status, 200, 'any tag of the list will do');
    errorOf(await admin.put(entity.at(record.id), await maker.body(entity.name), { headers: { 'if-match': etag } }), 412);
    if (entity.allows('delete')) errorOf(await admin.delete(entity.at(record.id), { headers: { 'if-match': etag } }), 412);
  });

  test(`S2-CACHE-03 If-None-Match spares an unchanged ${entity.name}`, async () => {
    const record = await maker.create(entity.name);
    const { headers } = await admin.get(entity.at(record.id), { expect: 200 });
    const again = await admin.get(entity.at(record.id), { headers: { 'if-none-match': headers.etag } });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
    const narrowed = await admin.get(entity.at(record.id), { query: { fields: entity.titleFields[0] }, headers: { 'if-none-match': headers.etag } });
    assert.equal(narrowed.status, 200, 'fields= shapes the body, so it shapes the ETag');
  });
}

for (const entity of meta.allowing('create')) {
  test(`S5-API-26 Idempotency-Key makes POST ${entity.name} safe to repeat`, async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = await maker.body(entity.name);
    const first = await admin.post(entity.path, body, { headers, expect: 201 });
    const second = await admin.post(entity.path, body, { headers, expect: 201 });
    assert.deepEqual(second.body, first.body);
    assert.equal(second.headers.location, first.headers.location);
    const other = await admin.post(entity.path, { ...body, ...(await maker.body(entity.name)) }, { headers });
    errorOf(other, 422);
    const made = (await admin.all(entity.path)).filter((row) => row.id === first.body.data.id);
    assert.equal(made.length, 1);
  });
}

test('S5-API-26 two requests with one key at once make one record', async () => {
  const { path } = meta.entity('contact');
  const headers = { 'idempotency-key': randomUUID() };
  const body = { lastName: `Twice${Date.now()}` };
  const answers = await Promise.all(Array.from({ length: 6 }, () => admin.post(path, body, { headers })));
  assert.ok(answers.some((a) => a.status === 201));
  assert.ok(answers.every((a) => [201, 409].includes(a.status)), answers.map((a) => a.status).join());
  assert.equal((await admin.all(path, { lastName: body.lastName })).length, 1);
});

test('S5-API-26 a key belongs to its caller and path', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const first = await admin.post('/contacts', { lastName: 'Key' }, { headers, expect: 201 });
  const elsewhere = await admin.post('/tags', await maker.body('tag'), { headers, expect: 201 });
  assert.notEqual(first.body.data.id, elsewhere.body.data.id);
  const other = await Organisation.create();
  const theirs = await other.admin.post('/contacts', { lastName: 'Key' }, { headers, expect: 201 });
  assert.notEqual(theirs.body.data.id, first.body.data.id);
});

test('S5-API-26 a refused write does not use its key up', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const bad = await admin.post('/contacts', { lastName: 7 }, { headers });
  assert.equal(bad.status, 422);
});

test('S5-API-26 of many updates with the same If-Match exactly one wins', async () => {
  const record = await maker.create('contact');
  const { headers } = await admin.get(`/contacts/${record.id}`, { expect: 200 });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) =>
    admin.patch(`/contacts/${record.id}`, { jobTitle: `Job ${i}` }, { headers: { 'if-match': headers.etag } })));
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, ...Array(7).fill(412)]);
});
