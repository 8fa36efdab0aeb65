// SPDX-License-Identifier: Apache-2.0
// Fields that an organisation adds behave as built-in ones: validated, filtered, listed, logged.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Meta } from './harness/meta.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;
const takers = meta.entities.filter((e) => e.allows('create') && e.fields.some((f) => f.name === 'custom'));

const kinds = {
  text: { good: 'gold', wrong: [7, {}] },
  integer: { good: 42, wrong: ['x', 1.5] },
  decimal: { good: 1.5, wrong: ['x', {}] },
  boolean: { good: true, wrong: ['yes', 1] },
  date: { good: '2025-03-01', wrong: ['soon', '2025-02-30'] },
  url: { good: 'https://example.com/a', wrong: ['nowhere'] },
};

async function define(entity, type) {
  const key = `${type}Of${entity}`.replaceAll('_', '').slice(0, 40);
  await admin.create('/custom-fields', { entity, key, type, label: `Our ${type}` });
  return key;
}

test('S5-ENT-08 some entities take custom fields', () => {
  assert.ok(takers.length >= 5, takers.map((e) => e.name).join());
});

for (const entity of takers) {
  for (const [type, { good, wrong }] of Object.entries(kinds)) {
    test(`S5-ENT-08 a ${type} field of one's own on ${entity.name}`, async () => {
      const key = await define(entity.name, type);
      const served = (await Meta.load(admin)).entity(entity.name).fields.find((f) => f.custom && f.name.endsWith(key));
      assert.equal(served?.type, type, 'served by metadata');
      const record = await maker.create(entity.name, { custom: { [key]: good } });
      assert.equal(record.custom[key], good);
      assert.equal((await admin.read(entity.at(record.id))).custom[key], good);
      for (const value of wrong) {
        const fields = failingFields(await admin.patch(entity.at(record.id), { custom: { [key]: value } }));
        assert.deepEqual(fields, [`custom.${key}`], JSON.stringify(value));
      }
      const found = await admin.all(entity.path, { [`custom.${key}`]: String(good) });
      assert.deepEqual(found.map((row) => row.id), [record.id]);
    });
  }
}

test('S5-ENT-08 PATCH merges custom values, null removes one', async () => {
  const first = await define('contact', 'email');
  const second = await define('contact', 'phone');
  const record = await maker.create('contact', { custom: { [first]: 'a@example.com' } });
  const both = (await admin.patch(`/contacts/${record.id}`, { custom: { [second]: '+1 555 0100' } }, { expect: 200 })).body.data;
  assert.deepEqual(both.custom, { [first]: 'a@example.com', [second]: '+1 555 0100' });
  const one = (await admin.patch(`/contacts/${record.id}`, { custom: { [first]: null } }, { expect: 200 })).body.data;
  assert.equal(one.custom[first] ?? null, null);
  assert.equal(one.custom[second], '+1 555 0100');
});

test('S5-ENT-08 unknown custom keys are refused by name', async () => {
  const body = await maker.body('contact', { overrides: { custom: { nobodyMadeThis: 1 } } });
  assert.deepEqual(failingFields(await admin.post('/contacts', body)), ['custom.nobodyMadeThis']);
});

test('S5-ENT-08 a key is unique per entity', async () => {
  const key = await define('lead', 'email');
  const answer = await admin.post('/custom-fields', { entity: 'lead', key, type: 'text', label: 'Again' });
  assert.ok([409, 422].includes(answer.status), String(answer.status));
});

test('S5-ENT-08 a key that is refused is told of once', async () => {
  const { body } = await admin.post('/custom-fields', { entity: 'lead', key: 'Not a key!', type: 'text', label: 'Ours' }, { expect: 422 });
  assert.deepEqual(body.error.details.map((d) => [d.field, d.code]), [['key', 'INVALID']]);
});

test('S5-ENT-08 custom values are in the change log', async () => {
  const key = await define('deal', 'email');
  const record = await maker.create('deal', { custom: { [key]: 'a@example.com' } });
  await admin.patch(`/deals/${record.id}`, { custom: { [key]: 'b@example.com' } }, { expect: 200 });
  const rows = await admin.all(`/deals/${record.id}/timeline`);
  assert.match(JSON.stringify(rows), /b@example\.com/);
});

test('S5-ENT-08 a default must be a value of its field, and fills what is not sent', async () => {
  const options = [{ key: 'red', label: 'Red' }, { key: 'blue', label: 'Blue' }];
  const cases = [
    ['text', 'plain', [7, ['x'], 'longer than ten characters'], { maxLength: 10 }],
    ['integer', 5, ['x', 1.5, 11], { max: 10 }],
    ['boolean', true, ['yes', 1]],
    ['date', '2025-03-01', ['soon', 7]],
    ['email', 'someone@example.com', ['nobody']],
    ['picklist', 'red', ['green', 7, ['red']], { options }],
    ['multiPicklist', ['red'], ['red', ['green'], [7]], { options }],
  ];
  const custom = {};
  for (const [type, good, wrong, extra] of cases) {
    const body = { entity: 'task', type, key: `default${type}`, label: `Default ${type}`, ...extra };
    for (const value of wrong) {
      assert.deepEqual(failingFields(await admin.post('/custom-fields', { ...body, default: value })), ['default'], `${type} ${JSON.stringify(value)}`);
    }
    const { id } = await admin.create('/custom-fields', { ...body, default: good });
    for (const value of wrong) {
      assert.deepEqual(failingFields(await admin.patch(`/custom-fields/${id}`, { default: value })), ['default'], `${type} ${JSON.stringify(value)}`);
    }
    custom[body.key] = good;
  }
  assert.deepEqual((await admin.create('/tasks', { title: 'Filled' })).custom, custom);
  const sent = await admin.create('/tasks', { title: 'Told', custom: { defaulttext: 'told', defaultinteger: null } });
  const { defaultinteger, ...others } = custom;
  assert.deepEqual(sent.custom, { ...others, defaulttext: 'told' });
  const patched = await admin.patch(`/tasks/${sent.id}`, { custom: { defaultdate: null } }, { expect: 200 });
  assert.ok(!('defaultdate' in patched.body.data.custom), 'a change fills nothing');
  const served = (await Meta.load(admin)).entity('task').fields.find((f) => f.custom && f.name.endsWith('defaultinteger'));
  assert.equal(served.default, 5);
});

test('S5-ENT-08 limits of numbers hold to the last decimal', async () => {
  const range = { entity: 'task', min: -0.5, max: 1.25, scale: 2 };
  await admin.create('/custom-fields', { ...range, key: 'shares', type: 'decimal', label: 'Shares' });
  await admin.create('/custom-fields', { ...range, key: 'pieces', type: 'integer', label: 'Pieces', scale: undefined });
  const send = (custom) => admin.post('/tasks', { title: 'x', custom });
  for (const good of [-0.5, -0.49, 0, 1, 1.25, '1.250']) assert.equal((await send({ shares: good })).status, 201, String(good));
  for (const bad of [-0.51, -1, 1.26, 2, 1000, -1000]) assert.deepEqual(failingFields(await send({ shares: bad })), ['custom.shares'], String(bad));
  for (const good of [0, 1]) assert.equal((await send({ pieces: good })).status, 201, String(good));
  for (const bad of [-1, 2]) assert.deepEqual(failingFields(await send({ pieces: bad })), ['custom.pieces'], String(bad));
  const served = (await Meta.load(admin)).entity('task').fields.find((f) => f.name === 'custom.shares');
  assert.deepEqual([served.min, served.max], [-0.5, 1.25]);
  assert.deepEqual(failingFields(await admin.post('/custom-fields', { ...range, key: 'share', type: 'decimal', label: 'x', default: 1.26 })), ['default']);
});

test('S5-ENT-08 a unique field is one record’s alone, whoever asks and however many at once', async () => {
  const field = await admin.create('/custom-fields', { entity: 'vendor', key: 'permit', type: 'text', label: 'Permit', unique: true });
  const make = (permit) => admin.post('/vendors', { name: 'x', custom: { permit } });
  const first = (await make('P-1')).body.data;
  const error = errorOf(await make('P-1'), 409, 'CONFLICT');
  assert.deepEqual(error.details.map((d) => [d.field, d.code]), [['custom.permit', 'DUPLICATE']]);
  assert.match(error.message, new RegExp(first.id));
  for (const none of [null, undefined, '']) assert.equal((await make(none)).status, 201);

  const second = (await make('P-2')).body.data;
  errorOf(await admin.patch(`/vendors/${second.id}`, { custom: { permit: 'P-1' } }), 409);
  await admin.patch(`/vendors/${second.id}`, { custom: { permit: 'P-3' }, name: 'y' }, { expect: 200 });
  assert.equal((await make('P-2')).status, 201);

  await admin.delete(`/vendors/${first.id}`, { expect: 204 });
  const third = (await make('P-1')).body.data;
  errorOf(await admin.post(`/vendors/${first.id}/restore`), 409);
  await admin.patch(`/vendors/${third.id}`, { custom: { permit: null } }, { expect: 200 });
  assert.equal((await admin.post(`/vendors/${first.id}/restore`)).status, 200);

  const rush = await Promise.all(Array.from({ length: 12 }, () => make('P-9')));
  assert.deepEqual(rush.map((a) => a.status).sort(), [201, ...Array(11).fill(409)]);

  await admin.patch(`/custom-fields/${field.id}`, { unique: false }, { expect: 200 });
  assert.equal((await make('P-9')).status, 201);
  const refused = errorOf(await admin.patch(`/custom-fields/${field.id}`, { unique: true }), 409);
  assert.match(refused.message, /P-9 \(2\)/);
  assert.deepEqual(refused.details.map((d) => d.field), ['unique']);
});

test('S5-ENT-08 an option that records have is archived, not taken away', async () => {
  const options = ['a', 'b', 'c'].map((key) => ({ key, label: key.toUpperCase() }));
  const made = [];
  for (const type of ['picklist', 'multiPicklist'])
    made.push(await admin.create('/custom-fields', { entity: 'project', key: `${type}Kept`, type, label: type, options }));
  await admin.create('/projects', { name: 'x', custom: { picklistKept: 'a', multiPicklistKept: ['a', 'b'] } });
  for (const [i, kept] of [[0, ['b', 'c']], [1, ['a', 'c']]]) {
    const error = errorOf(await admin.patch(`/custom-fields/${made[i].id}`, { options: options.filter((o) => kept.includes(o.key)) }), 409);
    assert.match(error.message, /1 record\. Archive it/);
    assert.equal(error.details[0].field, 'options');
  }
  await admin.patch(`/custom-fields/${made[0].id}`, { options: options.slice(0, 1) }, { expect: 200 });
  await admin.patch(`/custom-fields/${made[1].id}`, { options: options.map((o) => ({ ...o, archived: o.key === 'a' })) }, { expect: 200 });
});
