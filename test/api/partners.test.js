// SPDX-License-Identifier: Apache-2.0
// Partners: their people see their own partner alone, and are let in only while it is approved.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, errorOf, failingFields } from './harness/client.js';
import { Organisation, PASSWORD, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;
const partners = meta.entity('partner');
const leads = meta.entity('lead');

const approved = () => maker.create('partner', { status: 'approved' });
const ours = await approved();
const other = await approved();
const boss = await organisation.member('partner_admin', { partnerId: ours.id });
const person = await organisation.member('partner_user', { partnerId: ours.id });

test('S4-SEC-03 a partner sees itself and no other partner', async () => {
  for (const caller of [boss, person]) {
    assert.deepEqual((await caller.all(partners.path)).map((row) => row.id), [ours.id]);
    errorOf(await caller.get(partners.at(other.id)), 404);
  }
});

test('S4-SEC-03 its administrator keeps its data, nobody else', async () => {
  await boss.patch(partners.at(ours.id), { legalName: 'Ours Ltd' }, { expect: 200 });
  errorOf(await person.patch(partners.at(ours.id), { legalName: 'Mine Ltd' }), 403);
  errorOf(await boss.patch(partners.at(ours.id), { tier: 'Gold' }), 403);
  errorOf(await boss.patch(partners.at(other.id), { legalName: 'Mine Ltd' }), 404);
});

test('S4-SEC-05 a partner sees its leads; what it submits is its own and stays so', async () => {
  const foreign = await maker.create('lead', { partnerId: other.id });
  const theirs = await maker.create('lead', { partnerId: ours.id });
  const made = await person.create(leads.path, await person.maker.body('lead'));
  assert.equal(made.partnerId, ours.id);
  const seen = (await person.all(leads.path)).map((row) => row.id);
  assert.deepEqual(seen.sort(), [theirs.id, made.id].sort());
  errorOf(await person.get(leads.at(foreign.id)), 404);
  assert.deepEqual(failingFields(await person.post(leads.path, { ...(await person.maker.body('lead')), partnerId: other.id })), ['partnerId']);
  assert.deepEqual(failingFields(await admin.patch(leads.at(made.id), { partnerId: other.id })), ['partnerId']);
});

test('S4-SEC-05 products, projects, events and vendors are not for partners', async () => {
  for (const name of ['product', 'project', 'milestone', 'event', 'vendor', 'event_vendor', 'budget_line', 'exchange_rate']) {
    errorOf(await boss.get(meta.entity(name).path), 403);
  }
});

test('S4-ENT-02 people of a partner are let in only while it is approved, from the next request on', async () => {
  const partner = await approved();
  const member = await organisation.member('partner_user', { partnerId: partner.id });
  const signIn = () => new Client(admin.server).post('/auth/login', { email: member.email, password: PASSWORD });
  assert.equal((await signIn()).status, 200);
  await admin.patch(partners.at(partner.id), { status: 'suspended' }, { expect: 200 });
  errorOf(await member.get('/meta'), 401);
  assert.notEqual((await signIn()).status, 200);
  await admin.patch(partners.at(partner.id), { status: 'approved' }, { expect: 200 });
  assert.equal((await signIn()).status, 200);
  await member.get('/meta', { expect: 200 });
});

test('S4-SEC-07 an invitation names a partner that exists', async () => {
  const answer = await admin.post('/invitations', { email: `${unique('p')}@example.com`, role: 'partner_user', partnerId: admin.id });
  assert.deepEqual(failingFields(answer), ['partnerId']);
});
