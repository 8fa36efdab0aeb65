// SPDX-License-Identifier: Apache-2.0
// Roles are data: what differs from a preset, by entity and verb; in force from the next request on.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, errorOf, failingFields } from './harness/client.js';
import { Organisation, register, unique } from './harness/organisation.js';
import { ownServer } from './harness/server.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;

/** A role of one's own, and a member who holds it. */
async function holder(preset, role = {}, extra = {}) {
  const record = await admin.create('/roles', { name: unique('Role '), preset, ...role });
  const member = await organisation.member(record.key, extra);
  member.roleId = record.id;
  return member;
}

const change = (member, patch, expect = 200) => admin.patch(`/roles/${member.roleId}`, patch, { expect });
const builtIn = async (key) => (await admin.all('/roles')).find((role) => role.key === key);

test('S5-SEC-08 S2-SEC-15 an organisation begins with the presets’ roles', async () => {
  const roles = await admin.all('/roles', { builtIn: true });
  assert.deepEqual(roles.map((role) => role.key), ['admin', 'manager', 'user', 'accountant', 'partner_admin', 'partner_user']);
  for (const role of roles) {
    assert.equal(role.preset, role.key);
    assert.deepEqual([role.access, role.fields], [{}, {}]);
    assert.match(errorOf(await admin.delete(`/roles/${role.id}`), 409).message, /stays/);
  }
});

test('S5-SEC-08 a role is made from a preset, and its key from its name', async () => {
  const role = await admin.create('/roles', { name: 'Außendienst Süd', preset: 'user' });
  assert.equal(role.key, 'aussendienst_sud');
  assert.equal(role.builtIn, false);
  assert.deepEqual(failingFields(await admin.patch(`/roles/${role.id}`, { preset: 'manager' })), ['preset']);
  errorOf(await admin.post('/roles', { name: 'Außendienst Süd', preset: 'user' }), 409);
  assert.deepEqual(failingFields(await admin.post('/roles', { name: 'X', preset: 'king' })), ['preset']);
});

test('S5-SEC-08 what a role changes holds from the next request on, on tokens already given', async () => {
  const member = await holder('user');
  const company = await maker.create('company', { ownerId: admin.id });
  errorOf(await member.get(`/companies/${company.id}`), 404);
  await change(member, { access: { company: { read: 'all' } } });
  await member.get(`/companies/${company.id}`, { expect: 200 });
  errorOf(await member.patch(`/companies/${company.id}`, { name: 'Mine now' }), 403);
  await change(member, { access: { company: { update: 'all' } } });
  await member.patch(`/companies/${company.id}`, { name: 'Mine now' }, { expect: 200 });
  errorOf(await member.delete(`/companies/${company.id}`), 403);
  await change(member, { access: { company: null } });
  errorOf(await member.get(`/companies/${company.id}`), 404);
  await change(member, { access: { company: { read: 'none' } } });
  errorOf(await member.get('/companies'), 403);
  assert.ok(!(await member.read('/meta')).entities.some((e) => e.name === 'company'));
});

test('S5-SEC-08 every loop knows of it, whatever connection asks', async (t) => {
  const server = await ownServer(t, { CAIRN_LOOPS: '2' });
  const boss = await register(server);
  const other = await Organisation.create(server);
  assert.notEqual(other.id, boss.organizationId);
  const own = Object.assign(new Organisation(), { server, admin: boss });
  const member = await own.member('user');
  const role = (await boss.all('/roles')).find((r) => r.key === 'user');
  const company = await boss.create('/companies', { name: 'Everywhere' });
  const ask = () => new Client(server, { token: member.token }).get(`/companies/${company.id}`, { headers: { connection: 'close' } });
  for (let round = 0; round < 12; round++) {
    const open = round % 2 === 0;
    await boss.patch(`/roles/${role.id}`, { access: { company: { read: open ? 'all' : 'own' } } }, { expect: 200 });
    const answers = await Promise.all(Array.from({ length: 16 }, ask));
    assert.deepEqual(answers.map((a) => a.status), Array(16).fill(open ? 200 : 404), `round ${round}`);
  }
});

test('S5-SEC-08 totals follow the role at once', async () => {
  const member = await holder('manager');
  for (let i = 0; i < 3; i++) await maker.create('vendor', { ownerId: admin.id });
  const total = async () => (await member.get('/vendors', { query: { limit: 1 }, expect: 200 })).body.pagination.total;
  const all = await total();
  assert.ok(all >= 3);
  await change(member, { access: { vendor: { read: 'own' } } });
  assert.equal(await total(), 0);
});

test('S5-SEC-08 PATCH merges, null is the preset’s again, PUT replaces', async () => {
  const { id } = await admin.create('/roles', { name: unique('Merge '), preset: 'user', access: { deal: { read: 'team' } } });
  const patched = await admin.patch(`/roles/${id}`, { access: { deal: { update: 'team' }, contact: { export: 'own' } }, fields: { 'deal.amount': 'read' } }, { expect: 200 });
  assert.deepEqual(patched.body.data.access, { deal: { read: 'team', update: 'team' }, contact: { export: 'own' } });
  const lessened = await admin.patch(`/roles/${id}`, { access: { deal: { read: null }, contact: { export: null } }, fields: { 'deal.amount': null } }, { expect: 200 });
  assert.deepEqual([lessened.body.data.access, lessened.body.data.fields], [{ deal: { update: 'team' } }, {}]);
  const replaced = await admin.put(`/roles/${id}`, { name: 'Replaced', access: { lead: { read: 'none' } } }, { expect: 200 });
  assert.deepEqual(replaced.body.data.access, { lead: { read: 'none' } });
  const timeline = await admin.all(`/roles/${id}/timeline`);
  assert.deepEqual(timeline.map((c) => c.action), ['update', 'update', 'update', 'create'], 'S2-SEC-13 every edit is logged');
  assert.deepEqual(timeline[1].diff.access, [{ deal: { read: 'team', update: 'team' }, contact: { export: 'own' } }, { deal: { update: 'team' } }]);
  const { version } = replaced.body.data;
  await admin.patch(`/roles/${id}`, { access: { deal: { update: null } } }, { expect: 200 });
  assert.equal((await admin.read(`/roles/${id}`)).version, version, 'what changes nothing is no change');
});

test('S5-SEC-08 a role names entities, verbs, scopes and fields that there are', async () => {
  const role = await builtIn('user');
  const wrong = {
    'access.nothing': { access: { nothing: { read: 'all' } } },
    'access.deal': { access: { deal: 'all' } },
    'access.deal.paint': { access: { deal: { paint: 'all' } } },
    'access.deal.read': { access: { deal: { read: 'some' } } },
    'fields.deal': { fields: { deal: 'none' } },
    'fields.deal.weight': { fields: { 'deal.weight': 'none' } },
    'fields.deal.custom.weight': { fields: { 'deal.custom.weight': 'none' } },
    'fields.deal.amount': { fields: { 'deal.amount': 'hidden' } },
    'fields.deal.id': { fields: { 'deal.id': 'none' } },
    access: { access: [] },
  };
  for (const [field, patch] of Object.entries(wrong)) {
    assert.deepEqual(failingFields(await admin.patch(`/roles/${role.id}`, patch)), [field], field);
  }
});

test('S2-SEC-15 roles are the administrators’ alone', async () => {
  const [user, manager] = [await organisation.member('user'), await organisation.member('manager')];
  const role = await builtIn('user');
  for (const caller of [user, manager]) {
    for (const path of ['/roles', `/roles/${role.id}`, `/roles/${role.id}/access`]) errorOf(await caller.get(path), 403);
    errorOf(await caller.patch(`/roles/${role.id}`, { access: { deal: { read: 'all' } } }), 403);
    errorOf(await caller.post('/roles', { name: 'Mine', preset: 'admin' }), 403);
    errorOf(await caller.delete(`/roles/${role.id}`), 403);
  }
  assert.deepEqual(failingFields(await admin.patch(`/roles/${role.id}`, { access: { role: { update: 'all' } } })), ['access']);
  assert.deepEqual(failingFields(await admin.patch(`/roles/${role.id}`, { fields: { 'role.access': 'write' } })), ['access']);
});

test('S2-SEC-15 no edit locks an organisation out', async () => {
  const role = await builtIn('admin');
  const lockouts = [
    { access: { role: { update: 'none' } } }, { access: { role: { read: 'own' } } }, { access: { user: { update: 'own' } } },
    { access: { organization: { update: 'none' } } }, { fields: { 'role.access': 'read' } }, { fields: { 'user.role': 'none' } },
  ];
  for (const patch of lockouts) errorOf(await admin.patch(`/roles/${role.id}`, patch), 409);
  await admin.patch(`/roles/${role.id}`, { access: { deal: { delete: 'none' } } }, { expect: 200 });
  const deal = await maker.create('deal');
  errorOf(await admin.delete(`/deals/${deal.id}`), 403);
  await admin.patch(`/roles/${role.id}`, { access: { deal: null } }, { expect: 200 });
  errorOf(await admin.patch(`/users/${admin.id}`, { role: 'user' }), 409);
  errorOf(await admin.patch(`/users/${admin.id}`, { active: false }), 409);
});

test('S2-SEC-15 who may write people makes no administrators', async () => {
  const member = await holder('manager', { access: { user: { read: 'all', create: 'all', update: 'all' } } });
  const colleague = await organisation.member('user');
  await member.patch(`/users/${colleague.id}`, { role: 'manager' }, { expect: 200 });
  errorOf(await member.patch(`/users/${colleague.id}`, { role: 'admin' }), 403);
  errorOf(await member.patch(`/users/${member.id}`, { role: 'admin' }), 403);
  const second = await organisation.member('admin');
  errorOf(await member.patch(`/users/${second.id}`, { role: 'user' }), 403);
  errorOf(await member.patch(`/users/${second.id}`, { active: false }), 403);
  errorOf(await member.post('/invitations', { email: `${unique('x')}@example.com`, role: 'admin' }), 403);
  await member.post('/invitations', { email: `${unique('x')}@example.com`, role: 'user' }, { expect: 201 });
});

test('S5-SEC-08 a role that somebody has is not deleted, and nobody gets one from the trash', async () => {
  const member = await holder('user');
  errorOf(await admin.delete(`/roles/${member.roleId}`), 409);
  await admin.patch(`/users/${member.id}`, { role: 'user' }, { expect: 200 });
  await admin.delete(`/roles/${member.roleId}`, { expect: 204 });
  assert.deepEqual(failingFields(await admin.patch(`/users/${member.id}`, { role: member.role })), ['role']);
  assert.deepEqual(failingFields(await admin.post('/invitations', { email: `${unique('x')}@example.com`, role: member.role })), ['role']);
  await admin.post(`/roles/${member.roleId}/restore`, undefined, { expect: 200 });
  await admin.patch(`/users/${member.id}`, { role: member.role }, { expect: 200 });
});

test('S5-SEC-08 what a role allows in the end, preset and differences together', async () => {
  const { id } = await admin.create('/roles', {
    name: unique('Matrix '), preset: 'user', access: { deal: { read: 'team', export: 'all' } }, fields: { 'product.cost': 'read', 'deal.amount': 'none' },
  });
  const matrix = await admin.read(`/roles/${id}/access`);
  const entity = (name) => matrix.entities.find((e) => e.name === name);
  assert.equal(matrix.preset, 'user');
  assert.deepEqual(entity('deal').access, {
    read: 'team', create: 'all', update: 'own', delete: 'none', assign: 'own', issue: 'none', correct: 'none', export: 'team', import: 'none', bulk: 'own', merge: 'own',
  }, 'nobody exports more than may be read');
  assert.equal(entity('deal').preset.read, 'own');
  assert.deepEqual(entity('product').fields.find((f) => f.name === 'cost'), { name: 'cost', label: 'Cost', rule: 'read', preset: 'none' });
  assert.equal(entity('deal').fields.find((f) => f.name === 'amount').rule, 'none');
  assert.equal(entity('role').locked, true);
  errorOf(await admin.get('/roles/01930000-0000-7000-8000-000000000000/access'), 404);
});

test('S5-SEC-08 export is a right of its own, by entity and scope', async () => {
  const member = await holder('manager', { access: { contact: { export: 'own' }, company: { export: 'none' } } });
  const mine = await maker.create('contact', { ownerId: member.id });
  const theirs = await maker.create('contact', { ownerId: admin.id });
  const seen = (await member.all('/contacts')).map((row) => row.id);
  assert.ok(seen.includes(mine.id) && seen.includes(theirs.id));
  const { text } = await member.get('/contacts/export.csv', { expect: 200 });
  assert.ok(text.includes(mine.id) && !text.includes(theirs.id));
  assert.match(errorOf(await member.get('/companies/export.csv'), 403).message, /Companies/);
  const plain = await organisation.member('user');
  errorOf(await plain.get('/contacts/export.csv'), 403);
  assert.deepEqual([plain.meta.data.can.export, plain.meta.data.can.import], [false, false]);
  await admin.patch(`/roles/${(await builtIn('user')).id}`, { access: { contact: { export: 'all' } } }, { expect: 200 });
  const own = await maker.create('contact', { ownerId: plain.id });
  const file = (await plain.get('/contacts/export.csv', { expect: 200 })).text;
  assert.ok(file.includes(own.id) && !file.includes(theirs.id), 'all of what may be read');
  assert.equal((await plain.read('/meta')).can.export, true);
  await admin.patch(`/roles/${(await builtIn('user')).id}`, { access: { contact: null } }, { expect: 200 });
});

test('S5-SEC-08 import is a right of its own, by entity', async () => {
  const member = await holder('user', { access: { contact: { import: 'all' } } });
  const send = (into) => member.post('/imports', 'Name\nImported\n', {
    query: { map: JSON.stringify({ into, columns: { Name: into === 'contacts' ? 'lastName' : 'name' } }) }, headers: { 'content-type': 'text/csv' },
  });
  assert.equal((await send('contacts')).status, 201);
  errorOf(await send('companies'), 403);
  assert.equal((await member.read('/meta')).can.import, true);
});

test('S2-API-16 whose a record is, says who may assign', async () => {
  const colleague = await organisation.member('user');
  const worker = await holder('user', { access: { task: { assign: 'none' } } });
  const task = await worker.create('/tasks', { title: 'Mine' });
  errorOf(await worker.post('/tasks', { title: 'Yours', assigneeId: colleague.id }), 403);
  errorOf(await worker.patch(`/tasks/${task.id}`, { assigneeId: colleague.id }), 403);
  await worker.patch(`/tasks/${task.id}`, { title: 'Still mine', assigneeId: worker.id }, { expect: 200 });
  await change(worker, { access: { task: { assign: 'own' } } });
  assert.ok([200, 204].includes((await worker.patch(`/tasks/${task.id}`, { assigneeId: colleague.id })).status));
  assert.equal((await admin.read(`/tasks/${task.id}`)).assigneeId, colleague.id);

  const lead = await holder('manager', { access: { contact: { assign: 'own' } } });
  const [own, other] = [await maker.create('contact', { ownerId: lead.id }), await maker.create('contact', { ownerId: admin.id })];
  await lead.patch(`/contacts/${other.id}`, { jobTitle: 'Edited' }, { expect: 200 });
  errorOf(await lead.patch(`/contacts/${other.id}`, { ownerId: colleague.id }), 403);
  await lead.patch(`/contacts/${own.id}`, { ownerId: colleague.id }, { expect: 200 });
});

test('S5-SEC-03 roles of another organisation are not there', async () => {
  const other = await Organisation.create();
  const role = await builtIn('user');
  for (const answer of [
    await other.admin.get(`/roles/${role.id}`), await other.admin.get(`/roles/${role.id}/access`), await other.admin.patch(`/roles/${role.id}`, { name: 'Taken' }),
  ]) errorOf(answer, 404);
});
