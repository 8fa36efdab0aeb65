// SPDX-License-Identifier: Apache-2.0
// A reference and the delete of what it names, at once: one of the two sees the other.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const quiet = { documented: false };
const ROUNDS = 12;

/** Deletes while several write references: what each answered, and which references live afterwards. */
async function race(target, write, others = 4) {
  const writes = Array.from({ length: others }, (_, i) => write(i));
  const [gone, ...made] = await Promise.all([admin.delete(target, quiet), ...writes]);
  return { gone: gone.status === 204, status: gone.status, made: made.filter((a) => a.status === 201 || a.status === 200), statuses: made.map((a) => a.status) };
}

const KEPT = [
  ['vendor', 'a booking', async () => {
    const event = await admin.create('/events', { name: 'Race' });
    const vendor = await admin.create('/vendors', { name: unique('Vendor ') });
    return [`/vendors/${vendor.id}`, () => admin.post('/event-vendors', { eventId: event.id, vendorId: vendor.id }, quiet)];
  }],
  ['company', 'an open deal', async () => {
    const company = await admin.create('/companies', { name: unique('Company ') });
    return [`/companies/${company.id}`, () => admin.post('/deals', { name: 'Race', companyId: company.id }, quiet)];
  }],
  ['product category', 'a product', async () => {
    const category = await admin.create('/product-categories', { name: unique('Category ') });
    return [`/product-categories/${category.id}`, () => admin.post('/products', { name: 'Race', price: 1, categoryId: category.id }, quiet)];
  }],
  ['product', 'a line of a deal', async () => {
    const product = await admin.create('/products', { name: unique('Product '), price: 1 });
    return [`/products/${product.id}`, () => admin.post('/deals', { name: 'Race', lines: [{ productId: product.id }] }, quiet)];
  }],
];

for (const [what, by, prepare] of KEPT) {
  test(`a ${what} that is being deleted and ${by} at once: never both`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { gone, made, status, statuses } = await race(...(await prepare()));
      assert.ok([204, 409].includes(status), `delete: ${status}`);
      assert.deepEqual(statuses.filter((s) => ![201, 422].includes(s)), []);
      assert.ok(!(gone && made.length), `round ${round}: gone, and ${made.length} refer to it`);
    }
  });
}

test('a part that is made while its record is deleted goes along, or is refused', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const project = await admin.create('/projects', { name: 'Race' });
    const { gone, made } = await race(`/projects/${project.id}`, () => admin.post('/milestones', { name: 'Race', projectId: project.id }, quiet));
    assert.ok(gone);
    for (const { body } of made) assert.equal((await admin.get(`/milestones/${body.data.id}`, quiet)).status, 404, 'no live part of what is gone');
  }
});

test('S5-ENT-07 a tag that is deleted leaves the records, in one changeset, and comes back to them', async () => {
  const [vip, old] = [await admin.create('/tags', { name: unique('vip') }), await admin.create('/tags', { name: unique('old') })];
  const both = await admin.create('/companies', { name: 'Both', tags: [vip.id, old.id] });
  const one = await admin.create('/deals', { name: 'One', tags: [vip.id] });
  const none = await admin.create('/contacts', { lastName: 'None', tags: [old.id] });
  await admin.delete(`/tags/${vip.id}`, { expect: 204 });
  assert.deepEqual((await admin.read(`/companies/${both.id}`)).tags, [old.id]);
  assert.deepEqual((await admin.read(`/deals/${one.id}`)).tags, []);
  assert.equal((await admin.read(`/contacts/${none.id}`)).version, none.version);
  const [{ changesetId }] = await admin.all('/audit-logs', { recordId: vip.id, action: 'delete' });
  const changes = await admin.all('/audit-logs', { changesetId });
  assert.deepEqual(changes.map((c) => c.recordId).sort(), [vip.id, both.id, one.id].sort());
  await admin.patch(`/companies/${both.id}`, { tags: [], name: 'Nothing left' }, { expect: 200 });
  await admin.post(`/tags/${vip.id}/restore`, undefined, { expect: 200 });
  assert.deepEqual((await admin.read(`/deals/${one.id}`)).tags, [vip.id]);
  assert.deepEqual((await admin.read(`/companies/${both.id}`)).tags, [vip.id]);
});
