// SPDX-License-Identifier: Apache-2.0
// Other names of companies: a customer or client is a person unless said otherwise, can be written to,
// and tells how many leads and interactions concern it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const ALIASES = ['/api/v1/customers', '/api/v1/clients', '/api/customers', '/api/clients'];
const LIST = { like: '/companies' };
const ONE = { like: '/companies/0190a0a0-0000-7000-8000-000000000000' };
const person = () => ({ name: 'Ada Lovelace', email: `${unique()}@example.com` });

async function make(alias, body = person()) {
  return (await admin.post(alias, body, { ...LIST, expect: 201 })).body.data;
}

for (const alias of ALIASES) {
  test(`S3-ENT-01 S1-ENT-02 ${alias} makes people who have an e-mail address`, async () => {
    const made = await make(alias);
    assert.equal(made.kind, 'person');
    assert.equal((await make(alias, { ...person(), kind: 'organization' })).kind, 'organization');
    const refused = (answer) => assert.deepEqual(failingFields(answer), ['email']);
    refused(await admin.post(alias, { name: 'Nobody' }, LIST));
    refused(await admin.post(alias, { name: 'Nobody', email: null }, LIST));
    refused(await admin.patch(`${alias}/${made.id}`, { email: '' }, ONE));
    refused(await admin.put(`${alias}/${made.id}`, { name: 'Nobody' }, ONE));
    await admin.patch(`${alias}/${made.id}`, { name: 'Ada King' }, { ...ONE, expect: 200 });
    const { body } = await admin.put(`${alias}/${made.id}`, person(), { ...ONE, expect: 200 });
    assert.equal(body.data.kind, 'person');
  });

  test(`S3-ENT-01 ${alias} always tells leadsCount and interactionsCount`, async () => {
    const made = await make(alias);
    assert.deepEqual([made.leadsCount, made.interactionsCount], [0, 0]);
    await admin.create('/leads', { firstName: 'A', lastName: 'B', email: 'a@example.com', company: 'C', source: 'website', companyId: made.id });
    const { id } = await admin.create('/activities', { type: 'call', subject: 'Gone', companyId: made.id });
    for (const subject of ['One', 'Two']) await admin.create('/activities', { type: 'call', subject, companyId: made.id });
    await admin.delete(`/activities/${id}`, { expect: 204 });

    const one = (await admin.get(`${alias}/${made.id}`, { ...ONE, expect: 200 })).body.data;
    assert.deepEqual([one.leadsCount, one.interactionsCount], [1, 2]);
    const list = await admin.get(alias, { ...LIST, query: { email: made.email, include: 'owner' }, expect: 200 });
    assert.deepEqual(list.body.data.map((row) => [row.id, row.leadsCount, row.interactionsCount]), [[made.id, 1, 2]]);
    assert.equal(list.body.data[0].owner.id, admin.id);
    assert.ok(list.body.data.every((row) => row.leadsCount >= 0));
    const patched = (await admin.patch(`${alias}/${made.id}`, { phone: '+49 30 1234' }, { ...ONE, expect: 200 })).body.data;
    assert.deepEqual([patched.leadsCount, patched.interactionsCount], [1, 2]);
  });
}

test('S3-ENT-01 companies count when asked to, and are organisations that need no address', async () => {
  const made = await admin.create('/companies', { name: 'Plain Ltd' });
  assert.equal(made.kind, 'organization');
  assert.ok(!('leadsCount' in made));
  const counted = await admin.read(`/companies/${made.id}`, { include: 'counts' });
  assert.deepEqual([counted.leadsCount, counted.interactionsCount], [0, 0]);
  const listed = await admin.read('/companies', { include: 'counts,owner', name: 'Plain Ltd', fields: 'name' });
  assert.deepEqual([listed[0].leadsCount, listed[0].owner.id], [0, admin.id]);
  assert.equal((await admin.get('/contacts', { query: { include: 'counts' } })).status, 400);
});

test('S3-SEC-04 S3-SEC-05 counts tell of what the caller may see only', async () => {
  const member = await organisation.member('user');
  const made = await member.create('/companies', { name: 'Shared Ltd' });
  const lead = { firstName: 'A', lastName: 'B', email: 'a@example.com', company: 'C', source: 'website' };
  await admin.create('/leads', { ...lead, companyId: made.id });
  await member.create('/leads', { ...lead, companyId: made.id });
  const counts = async (caller) => (await caller.read(`/companies/${made.id}`, { include: 'counts' })).leadsCount;
  assert.equal(await counts(admin), 2);
  assert.equal(await counts(member), 1);
});

test('S5-API-26 an Idempotency-Key holds through an alias', async () => {
  const headers = { 'idempotency-key': unique() };
  const body = person();
  const [first, again] = [await admin.post('/customers', body, { ...LIST, headers, expect: 201 }), await admin.post('/customers', body, { ...LIST, headers, expect: 201 })];
  assert.equal(first.body.data.id, again.body.data.id);
  assert.equal(again.body.data.leadsCount, 0);
});
