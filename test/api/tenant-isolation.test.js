// SPDX-License-Identifier: Apache-2.0
// Records of another organisation do not exist: not by id, in lists, as references, in the log.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const ours = await Organisation.create();
const theirs = await Organisation.create();
const foreign = new Map();

/** The id of a record in the other organisation. */
async function foreignId(name) {
  if (name === 'user') return theirs.admin.id;
  if (name === 'organization') return theirs.id;
  if (!foreign.has(name)) foreign.set(name, (await theirs.maker.create(name)).id);
  return foreign.get(name);
}

for (const entity of ours.meta.allowing('create', 'read')) {
  test(`S5-SEC-01 S5-SEC-02 another organisation's ${entity.name} is 404 for every verb`, async () => {
    const id = await foreignId(entity.name);
    const { admin, maker } = ours;
    errorOf(await admin.get(entity.at(id)), 404);
    errorOf(await admin.get(entity.at(id, '/timeline')), 404);
    if (entity.allows('update')) {
      const field = entity.editable.find((f) => f.type === 'text' && maker.canMake(f));
      if (field) errorOf(await admin.patch(entity.at(id), { [field.name]: await maker.value(field) }), 404);
      errorOf(await admin.put(entity.at(id), await maker.body(entity.name)), 404);
    }
    if (entity.allows('delete')) {
      errorOf(await admin.delete(entity.at(id)), 404);
      errorOf(await admin.post(entity.at(id, '/restore')), 404);
    }
    await theirs.admin.get(entity.at(id), { expect: 200 });
  });

  test(`S5-SEC-01 lists and exports of ${entity.name} hold one organisation only`, async () => {
    const id = await foreignId(entity.name);
    assert.ok(!(await ours.admin.all(entity.path)).some((row) => row.id === id));
    assert.deepEqual((await ours.admin.get(entity.path, { query: { id } })).body.data ?? [], []);
    const csv = await ours.admin.get(`${entity.path}/export.csv`, { expect: 200 });
    assert.ok(!csv.text.includes(id));
  });

  test(`S5-SEC-01 ${entity.name} cannot refer into another organisation`, async () => {
    const references = entity.writable.filter((f) => ['reference', 'multiReference'].includes(f.type) && !f.custom);
    const body = await ours.maker.body(entity.name);
    for (const field of references) {
      if (field.references !== 'user' && !ours.meta.entity(field.references).allows('create')) continue;
      const id = await foreignId(field.references);
      const value = field.type === 'reference' ? id : [id];
      const fields = failingFields(await ours.admin.post(entity.path, { ...body, [field.name]: value }));
      assert.ok(fields.some((f) => f.startsWith(field.name)), `${field.name}: ${fields}`);
    }
  });
}

test('S5-SEC-01 S5-ENT-02 organisations and users of others are not there', async () => {
  const { admin, meta } = ours;
  errorOf(await admin.get(meta.entity('organization').at(theirs.id)), 404);
  errorOf(await admin.get(meta.entity('user').at(theirs.admin.id)), 404);
  errorOf(await admin.patch(meta.entity('organization').at(theirs.id), { name: 'Mine now' }), 404);
  assert.deepEqual((await admin.all(meta.entity('organization').path)).map((row) => row.id), [ours.id]);
});

test('S5-SEC-01 the audit log holds one organisation only', async () => {
  const id = await foreignId('contact');
  const rows = await ours.admin.all('/audit-logs');
  assert.ok(!rows.some((row) => row.recordId === id));
});

test('S5-SEC-01 settings and custom fields of others are neither seen nor used', async () => {
  await theirs.maker.create('custom_field', { entity: 'contact', key: 'theirsOnly', type: 'text', label: 'Theirs' });
  const { Meta } = await import('./harness/meta.js');
  const meta = await Meta.load(ours.admin);
  assert.ok(!JSON.stringify(meta.data).includes('theirsOnly'));
  const body = await ours.maker.body('contact');
  const fields = failingFields(await ours.admin.post('/contacts', { ...body, custom: { theirsOnly: 'x' } }));
  assert.ok(fields.some((field) => field.startsWith('custom')));
});
