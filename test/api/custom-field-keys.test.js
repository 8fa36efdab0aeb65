// SPDX-License-Identifier: Apache-2.0
// The key of a deleted custom field: its values are still in the records.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin } = await Organisation.create();
const define = (type, key) => admin.post('/custom-fields', { entity: 'company', label: key, key, type });

test('S5-ENT-07 a deleted key takes only types that can read what it left', async () => {
  const field = (await define('text', 'size')).body.data;
  await admin.create('/companies', { name: 'Sized', custom: { size: 'large' } });
  await admin.delete(`/custom-fields/${field.id}`, { query: { confirm: 'size' }, expect: 204 });
  assert.deepEqual(failingFields(await define('integer', 'size')), ['key']);
  assert.equal((await define('longText', 'size')).status, 201);
  assert.equal((await admin.read('/companies', { 'custom.size[contains]': 'lar', fields: 'name' })).length, 1);
});

test('S5-ENT-07 the same key may be another type for another entity', async () => {
  const field = (await define('text', 'tier')).body.data;
  await admin.delete(`/custom-fields/${field.id}`, { expect: 204 });
  const other = await admin.post('/custom-fields', { entity: 'contact', label: 'Tier', key: 'tier', type: 'integer' });
  assert.equal(other.status, 201);
});

test('a field whose values records hold is deleted by who says its key', async () => {
  const field = (await define('text', 'colour')).body.data;
  const at = `/custom-fields/${field.id}`;
  for (const colour of ['red', 'blue', null]) await admin.create('/companies', { name: 'Coloured', custom: { colour } });
  const { id } = await admin.create('/companies', { name: 'In the trash', custom: { colour: 'green' } });
  await admin.delete(`/companies/${id}`, { expect: 204 });
  for (const query of [undefined, { confirm: 'color' }]) {
    const error = errorOf(await admin.delete(at, { query }), 409);
    assert.deepEqual(error.details.map((d) => [d.field, d.code]), [['confirm', 'IN_USE']]);
    assert.match(error.message, /^2 records have a value of this field\. Say confirm=colour/);
  }
  assert.equal((await admin.get(at)).status, 200);
  await admin.delete(at, { query: { confirm: 'colour' }, expect: 204 });
  await admin.post(`${at}/restore`, undefined, { expect: 200 });
  assert.equal((await admin.all('/companies', { 'custom.colour': 'red' })).length, 1, 'the values come back with it');
  const unused = (await define('text', 'unused')).body.data;
  await admin.delete(`/custom-fields/${unused.id}`, { expect: 204 });
  const tag = await admin.create('/tags', { name: 'Tag' });
  assert.equal((await admin.delete(`/tags/${tag.id}`, { query: { confirm: 'Tag' } })).status, 400, 'nobody else asks');
});
