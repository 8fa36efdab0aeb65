// SPDX-License-Identifier: Apache-2.0
// What a lead must tell: the organisation may ask for less than seed 003 does, and a lost one says why.
import assert from 'node:assert/strict';
import test from 'node:test';
import { failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const WHOLE = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', company: 'Engines', source: 'website' };
const relax = (leadRequired) => admin.patch(`/organizations/${admin.organizationId}`, { settings: { leadRequired } });

test('S4-ENT-03 a lead tells its first name, e-mail, company and source', async () => {
  assert.deepEqual(failingFields(await admin.post('/leads', { lastName: 'Alone' })).sort(), ['company', 'email', 'firstName', 'source']);
  const made = await admin.create('/leads', WHOLE);
  assert.deepEqual(failingFields(await admin.patch(`/leads/${made.id}`, { email: null })), ['email']);
  await admin.patch(`/leads/${made.id}`, { phone: '+49 30 1234' }, { expect: 200 });
});

test('S4-ENT-03 settings.leadRequired relaxes that', async (t) => {
  t.after(() => relax(null));
  assert.equal((await relax(['email'])).status, 200);
  assert.deepEqual(failingFields(await admin.post('/leads', { lastName: 'Alone' })), ['email']);
  const made = await admin.create('/leads', { lastName: 'Alone', email: 'alone@example.com' });
  await admin.put(`/leads/${made.id}`, { lastName: 'Still', email: 'alone@example.com' }, { expect: 200 });
  assert.deepEqual(failingFields(await admin.patch(`/leads/${made.id}`, { email: '' })), ['email']);
  await relax([]);
  await admin.create('/leads', { lastName: 'Nothing else' });
  assert.deepEqual(failingFields(await admin.post('/leads', { email: 'x@example.com' })), ['lastName']);
});

test('S4-ENT-03 S4-API-02 but partners always tell all', async (t) => {
  const partnerId = await organisation.partner();
  const partner = await organisation.member('partner_user', { partnerId });
  t.after(() => relax(null));
  await relax([]);
  assert.deepEqual(failingFields(await partner.post('/leads', { lastName: 'Alone' })).sort(), ['company', 'email', 'firstName', 'source']);
  const made = await partner.create('/leads', WHOLE);
  assert.equal(made.partnerId, partnerId);
  assert.equal((await admin.read(`/leads/${made.id}`)).ownerId, admin.id, 'the founder works it');
});

test('S4-ENT-03 settings.leadRequired is a list of fields of a lead', async () => {
  for (const wrong of ['email', ['phone'], [7], {}]) assert.deepEqual(failingFields(await relax(wrong)), ['settings.leadRequired']);
});

test('S2-ENT-03 a lead that is lost says why', async () => {
  const made = await admin.create('/leads', WHOLE);
  const change = (body) => admin.patch(`/leads/${made.id}`, body);
  assert.deepEqual(failingFields(await admin.post('/leads', { ...WHOLE, status: 'unqualified' })), ['unqualifiedReason']);
  assert.deepEqual(failingFields(await change({ status: 'unqualified' })), ['unqualifiedReason']);
  const { body } = await change({ status: 'unqualified', unqualifiedReason: 'Not a fit' });
  assert.equal(body.data?.status, 'unqualified', JSON.stringify(body));
  assert.equal((await change({ phone: '+49 30 1234' })).status, 200);
  assert.equal((await change({ status: 'contacted' })).status, 200);
});

test('S2-ENT-03 an import may leave the reason out', async () => {
  const mapping = { columns: { name: 'lastName', state: 'status' } };
  const answer = await admin.post(`/imports?into=leads&map=${encodeURIComponent(JSON.stringify(mapping))}`, 'name,state\nImported,unqualified\n', { headers: { 'content-type': 'text/csv' } });
  assert.ok([200, 201].includes(answer.status), answer.text);
  const found = await admin.read('/leads', { lastName: 'Imported' });
  assert.deepEqual(found.map((lead) => [lead.status, lead.unqualifiedReason]), [['unqualified', null]]);
});

test('S4-API-04 S4-ENT-04 a change of status may carry a comment, which its history keeps', async () => {
  const made = await admin.create('/leads', { ...WHOLE, statusComment: 'Called in' });
  assert.ok(!('statusComment' in made));
  const { body } = await admin.patch(`/leads/${made.id}`, { status: 'contacted', statusComment: 'Spoke to Ada' }, { expect: 200 });
  assert.ok(!('statusComment' in body.data));
  await admin.patch(`/leads/${made.id}`, { status: 'qualified' }, { expect: 200, headers: { 'idempotency-key': 'ignored on PATCH' } });
  await admin.put(`/leads/${made.id}`, { ...WHOLE, status: 'contacted', statusComment: 'Back again' }, { expect: 200 });
  const history = await admin.read('/lead-status-history', { leadId: made.id, sort: 'changedAt' });
  assert.deepEqual(history.map((row) => [row.newStatus, row.comment]),
    [['new', 'Called in'], ['contacted', 'Spoke to Ada'], ['qualified', null], ['contacted', 'Back again']]);
  assert.deepEqual(failingFields(await admin.patch(`/leads/${made.id}`, { statusComment: 'x'.repeat(501) })), ['statusComment']);
  assert.deepEqual(failingFields(await admin.patch(`/leads/${made.id}`, { statusComment: 7 })), ['statusComment']);
  assert.deepEqual(failingFields(await admin.post('/contacts', { lastName: 'X', statusComment: 'no' })), ['statusComment']);
});
