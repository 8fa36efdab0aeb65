// SPDX-License-Identifier: Apache-2.0
// The ids that records have in other systems: on every entity, one record's alone, found again by them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const { admin, maker, meta } = await Organisation.create();
const stranger = await Organisation.create();

const zoho = (id = unique()) => ({ system: 'zoho', id });
const company = (externalIds) => admin.post('/companies', { name: unique('Company '), externalIds });

for (const entity of meta.entities.filter((e) => e.allows('create') && e.field('externalIds'))) {
  test(`S4-INT-01 ${entity.name} keeps its ids of other systems and is found by them`, async () => {
    const mine = [zoho(), { system: 'sheet', id: '7:a' }];
    const record = await maker.create(entity.name, { externalIds: mine });
    const path = entity.at(record.id);
    assert.deepEqual((await admin.read(path)).externalIds, mine);
    const found = await admin.all(entity.path, { externalIds: `zoho:${mine[0].id}` });
    assert.deepEqual(found.map((r) => r.id), [record.id]);
    assert.deepEqual(await admin.all(entity.path, { externalIds: `other:${mine[0].id}` }), []);
    const [change] = (await admin.patch(path, { externalIds: [mine[1]] }, { expect: 200 })) && (await admin.all(`${path}/timeline`));
    assert.deepEqual(change.diff.externalIds, [mine, [mine[1]]]);
    assert.deepEqual(await admin.all(entity.path, { externalIds: `zoho:${mine[0].id}` }), []);
    assert.deepEqual((await admin.all(entity.path, { externalIds: 'sheet:7:a' })).map((r) => r.id), [record.id]);
    await admin.patch(path, { externalIds: null }, { expect: 200 });
    assert.equal((await admin.read(path)).externalIds, null);
  });
}

test('S4-INT-01 every entity that can be written has them, with their limits in the documents', async () => {
  const without = meta.entities.filter((e) => e.field('version') && (e.allows('create') || e.allows('update')) && !e.field('externalIds')).map((e) => e.name);
  assert.deepEqual(without, []);
  const { body } = await admin.get('/openapi.json');
  const schema = body.components.schemas.ContactUpdate.properties.externalIds;
  assert.equal(schema.maxItems, 10);
  assert.deepEqual(schema.items.required, ['system', 'id']);
});

test('S4-INT-01 an id is one record of its kind, also in the trash, and the refusal names it', async () => {
  const mine = zoho();
  const first = (await company([mine])).body.data;
  const error = errorOf(await company([zoho(), mine]), 409);
  assert.equal(error.details[0].field, 'externalIds');
  assert.match(error.message, new RegExp(first.id));
  await admin.delete(`/companies/${first.id}`, { expect: 204 });
  errorOf(await company([mine]), 409);
  const second = (await company([zoho()])).body.data;
  errorOf(await admin.patch(`/companies/${second.id}`, { externalIds: [mine] }), 409);
  await admin.post(`/companies/${first.id}/restore`, undefined, { expect: 200 });
  assert.deepEqual((await admin.all('/companies', { externalIds: `zoho:${mine.id}` })).map((r) => r.id), [first.id]);
});

test('S5-SEC-01 the same id is free for another kind and for another organisation', async () => {
  const mine = zoho();
  assert.equal((await company([mine])).status, 201);
  await maker.create('contact', { externalIds: [mine] });
  await stranger.admin.create('/companies', { name: 'Elsewhere', externalIds: [mine] });
  assert.equal((await stranger.admin.all('/companies', { externalIds: `zoho:${mine.id}` })).length, 1);
});

test('S4-INT-01 of many who bring the same id at once, one does', async () => {
  const mine = zoho();
  const answers = await Promise.all(Array.from({ length: 16 }, () => company([mine])));
  assert.deepEqual(answers.map((a) => a.status).sort(), [201, ...Array(15).fill(409)]);
});

test('S4-INT-01 an id that a record gives up is free', async () => {
  const mine = zoho();
  const first = (await company([mine])).body.data;
  await admin.put(`/companies/${first.id}`, { name: 'Bare' }, { expect: 200 });
  assert.equal((await company([mine])).status, 201);
});

test('S2-API-19 what is no list of system and id is refused', async () => {
  const wrong = [
    'zoho:1', {}, [7], [{}], [{ system: 'zoho' }], [{ system: 'zoho', id: '1', more: 1 }], [{ system: 'zoho', id: 7 }],
    [{ system: '', id: '1' }], [{ system: 'zoho', id: ' ' }], [{ system: 'a:b', id: '1' }], [{ system: 'x'.repeat(41), id: '1' }],
    [{ system: 'zoho', id: 'x'.repeat(129) }], [{ system: 'zoho', id: 'bell\u0007' }],
    [zoho('1'), zoho('1')], Array.from({ length: 11 }, (_, i) => zoho(`n${i}`)),
  ];
  for (const value of wrong) assert.deepEqual(failingFields(await company(value)), ['externalIds'], JSON.stringify(value));
  assert.equal((await company([])).body.data.externalIds, null);
  for (const query of [{ externalIds: 'zoho' }, { 'externalIds[ne]': 'zoho:1' }, { 'externalIds[gt]': 'zoho:1' }, { sort: 'externalIds' }])
    errorOf(await admin.get('/companies', { query }), 400);
});

test('S4-INT-01 several at once, and none', async () => {
  const [a, b] = [zoho(), zoho()];
  const ids = [(await company([a])).body.data.id, (await company([b])).body.data.id];
  const found = await admin.all('/companies', { 'externalIds[in]': `zoho:${a.id},zoho:${b.id},zoho:none` });
  assert.deepEqual(found.map((r) => r.id).sort(), ids.sort());
  const none = await admin.all('/companies', { 'externalIds[null]': 'true' });
  assert.ok(!none.some((r) => ids.includes(r.id)));
});
