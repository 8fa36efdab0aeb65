// SPDX-License-Identifier: Apache-2.0
// Activities about quotes and invoices, tasks about invoices: whose they are, where they are found, when they go.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const [ann, bob] = [await organisation.member('user'), await organisation.member('user')];
const company = await admin.create('/companies', { name: 'Customer', ownerId: admin.id });
const draft = (path, extra) => admin.create(path, { companyId: company.id, lines: [{ name: 'Work', unitPrice: 10 }], ...extra });
const call = (extra) => admin.create('/activities', { type: 'call', subject: unique('call'), ...extra });
const sees = async (client, activity) => (await client.get(`/activities/${activity.id}`)).status === 200;

for (const [path, field] of [['/quotes', 'quoteId'], ['/invoices', 'invoiceId']]) {
  test(`S5-ENT-06 an activity about one of ${path} is its customer's, and its owner's own`, async () => {
    const document = await draft(path, { ownerId: ann.id });
    const activity = await call({ [field]: document.id });
    assert.deepEqual([activity[field], activity.companyId], [document.id, company.id]);
    assert.deepEqual((await admin.read('/activities', { [field]: document.id })).map((a) => a.id), [activity.id]);
    assert.deepEqual((await ann.read('/activities', { [field]: document.id, include: field.slice(0, -2) })).map((a) => a[field.slice(0, -2)].id), [document.id]);
    assert.deepEqual([await sees(ann, activity), await sees(bob, activity)], [true, false]);
    await admin.patch(`${path}/${document.id}`, { ownerId: bob.id }, { expect: 200 });
    assert.deepEqual([await sees(ann, activity), await sees(bob, activity)], [false, true], 'a new owner of the document');
    const other = await draft(path, { ownerId: ann.id });
    await admin.patch(`/activities/${activity.id}`, { [field]: other.id }, { expect: 200 });
    assert.deepEqual([await sees(ann, activity), await sees(bob, activity)], [true, false], 'another document');
    assert.deepEqual((await ann.all('/activities', { [field]: other.id })).map((a) => a.id), [activity.id]);
  });

  test(`S5-ENT-06 what is about one of ${path} only goes to the trash with the draft, and comes back`, async () => {
    const document = await draft(path);
    const [only, also] = [await call({ [field]: document.id }), await call({ [field]: document.id, contactId: (await admin.create('/contacts', { lastName: 'Other' })).id })];
    const tasks = field === 'invoiceId' ? [await admin.create('/tasks', { title: 'Dun', invoiceId: document.id })] : [];
    await admin.delete(`${path}/${document.id}`, { expect: 204 });
    assert.deepEqual([await sees(admin, only), await sees(admin, also)], [false, true]);
    for (const task of tasks) assert.equal((await admin.get(`/tasks/${task.id}`)).status, 404);
    await admin.post(`${path}/${document.id}/restore`, undefined, { expect: 200 });
    assert.ok(await sees(admin, only));
    for (const task of tasks) assert.equal((await admin.get(`/tasks/${task.id}`)).status, 200);
  });

  test(`S5-SEC-03 one of ${path} that is not seen is no target`, async () => {
    const document = await draft(path);
    for (const [client, id] of [[ann, document.id], [admin, randomUUID()]])
      assert.deepEqual(failingFields(await client.post('/activities', { type: 'call', subject: 'Spy', [field]: id })), [field]);
  });
}

test('S2-ENT-11 a task is about an invoice, and listed by it', async () => {
  const invoice = await draft('/invoices');
  const task = await admin.create('/tasks', { title: 'Send a reminder', invoiceId: invoice.id });
  assert.deepEqual((await admin.read('/tasks', { invoiceId: invoice.id, include: 'invoice' })).map((t) => [t.id, t.invoice.id]), [[task.id, invoice.id]]);
  assert.deepEqual(failingFields(await ann.post('/tasks', { title: 'Spy', invoiceId: invoice.id })), ['invoiceId']);
  const change = (await admin.patch(`/tasks/${task.id}`, { invoiceId: null }, { expect: 200 })).body.data;
  assert.equal(change.invoiceId, null);
  assert.deepEqual((await admin.all(`/tasks/${task.id}/timeline`, { action: 'update' })).map((c) => c.diff.invoiceId), [[invoice.id, null]]);
});
