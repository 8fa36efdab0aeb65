// SPDX-License-Identifier: Apache-2.0
// The key of a deleted custom field: its values are still in the records.
import assert from 'node:assert/strict';
import test from 'node:test';
import { failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin } = await Organisation.create();
const define = (type, key) => admin.post('/custom-fields', { entity: 'company', label: key, key, type });

test('S5-ENT-07 a deleted key takes only types that can read what it left', async () => {
  const field = (await define('text', 'size')).body.data;
  await admin.create('/companies', { name: 'Sized', custom: { size: 'large' } });
  await admin.delete(`/custom-fields/${field.id}`, { expect: 204 });
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
