// SPDX-License-Identifier: Apache-2.0
// A contact is own through its owner and through its company's: by id, in lists, totals, searches and files
// alike, and whoever changes the company's owner meanwhile.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const team = await maker.create('team');
const [user, mate] = [await organisation.member('user', { teamId: team.id }), await organisation.member('user', { teamId: team.id })];
const role = await admin.create('/roles', { name: unique('Team '), preset: 'user', access: { contact: { read: 'team', export: 'team' } } });
const leader = await organisation.member(role.key, { teamId: team.id });
await admin.patch(`/roles/${(await admin.all('/roles')).find((r) => r.key === 'user').id}`, { access: { contact: { export: 'all' } } }, { expect: 200 });

const word = unique('word');
const company = await maker.create('company', { ownerId: user.id });
const contact = await maker.create('contact', { companyId: company.id, ownerId: admin.id, lastName: word });

// Totals may be a second behind the writes of others.
const settle = () => sleep(1100);

/** Whether every way to the contact says the same. */
async function sees(caller, expected) {
  const list = await caller.get('/contacts', { query: { count: 'exact' }, expect: 200 });
  assert.equal(list.body.data.some((row) => row.id === contact.id), expected, 'list');
  assert.equal(list.body.pagination.total, list.body.data.length, 'total');
  assert.equal((await caller.get(`/contacts/${contact.id}`)).status, expected ? 200 : 404, 'by id');
  assert.equal((await caller.get('/contacts', { query: { q: word }, expect: 200 })).body.pagination.total, Number(expected), 'search');
  assert.equal((await caller.get('/contacts', { query: { companyId: company.id }, expect: 200 })).body.pagination.total, Number(expected), 'filter');
  assert.equal((await caller.get('/contacts/export.csv', { expect: 200 })).text.includes(contact.id), expected, 'export');
}

test('S3-SEC-05 S5-SEC-08 a contact of my company is mine on every way', async () => {
  await sees(user, true);
  await sees(mate, false);
  await sees(leader, true);
});

test('S3-SEC-05 it follows the company’s owner, and its own company', async () => {
  const before = await admin.read(`/contacts/${contact.id}`);
  await admin.patch(`/companies/${company.id}`, { ownerId: mate.id }, { expect: 200 });
  await settle();
  await sees(user, false);
  await sees(mate, true);
  await sees(leader, true);
  assert.equal((await admin.read(`/contacts/${contact.id}`)).version, before.version, 'which is no change of the contact');
  await admin.patch(`/companies/${company.id}`, { ownerId: admin.id }, { expect: 200 });
  await settle();
  await sees(mate, false);
  await sees(leader, false);
  const other = await maker.create('company', { ownerId: user.id });
  await admin.patch(`/contacts/${contact.id}`, { companyId: other.id }, { expect: 200 });
  assert.equal((await user.get(`/contacts/${contact.id}`)).status, 200);
  await admin.patch(`/contacts/${contact.id}`, { companyId: null }, { expect: 200 });
  errorOf(await user.get(`/contacts/${contact.id}`), 404);
});

test('S3-SEC-05 new contacts and a new owner of their company at once: nobody is left behind', async () => {
  const shared = await maker.create('company', { ownerId: user.id });
  const made = [];
  for (let round = 0; round < 30; round++) {
    const owner = round % 2 ? user : mate;
    const [, ...contacts] = await Promise.all([
      admin.patch(`/companies/${shared.id}`, { ownerId: owner.id }, { expect: 200 }),
      ...Array.from({ length: 6 }, () => maker.create('contact', { companyId: shared.id, ownerId: admin.id })),
    ]);
    made.push(...contacts.map((c) => c.id));
    const seen = new Set((await owner.all('/contacts', { companyId: shared.id })).map((c) => c.id));
    assert.deepEqual(made.filter((id) => !seen.has(id)), [], `round ${round}`);
    assert.equal((await (round % 2 ? mate : user).all('/contacts', { companyId: shared.id })).length, 0);
  }
});
