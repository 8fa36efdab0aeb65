// SPDX-License-Identifier: Apache-2.0
// What a role may do to an entity is what its metadata says, by scope; the presets are seed 002's.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { hintsFor } from './harness/hints.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;
const team = await maker.create('team');
const user = await organisation.member('user', { teamId: team.id });
const colleague = await organisation.member('user', { teamId: team.id });
const manager = await organisation.member('manager');
const accountant = await organisation.member('accountant');
const partner = await organisation.member('partner_user', { partnerId: await organisation.partner() });
const otherPartner = await organisation.member('partner_admin', { partnerId: await organisation.partner() });
const callers = { user, manager, accountant, partner };

// Whose record a caller with this scope may touch.
const reach = { all: ['self', 'team', 'other'], team: ['self', 'team'], own: ['self'], partner: [], none: [] };

/** A record owned by the caller, by a team mate, or by someone else. */
async function recordOf(entity, caller, whose, flow) {
  const owner = { self: caller, team: colleague, other: admin }[whose];
  const overrides = entity.owner ? { [entity.owner.name]: owner.id } : {};
  if (entity.ownThrough) Object.assign(overrides, await parentIn(entity, caller, whose));
  return flow ? maker.ready(entity.name, flow, overrides) : maker.create(entity.name, overrides);
}

/** The field by which records of an entity are somebody's own, naming a parent of theirs. */
async function parentIn(entity, caller, whose) {
  const { ready } = hintsFor(entity.name);
  return { [entity.ownThrough]: (await recordOf(parentOf(entity), caller, whose, ready[entity.ownThrough])).id };
}

const parentOf = (entity) => meta.entity(entity.field(entity.ownThrough).references);
const isOwned = (entity) => Boolean(entity.owner || entity.ownThrough);

/** Tells of each of these rows whose it is. */
async function ownersOf(entity, rows) {
  if (!entity.ownThrough) return new Map(rows.map((row) => [row.id, row[entity.owner.name]]));
  const parents = await ownersOf(parentOf(entity), await admin.all(parentOf(entity).path));
  return new Map(rows.map((row) => [row.id, parents.get(row[entity.ownThrough])]));
}

const verbs = {
  read: (caller, entity, record) => caller.get(entity.at(record.id)),
  update: async (caller, entity, record) => {
    const field = entity.editable.find((f) => f.type === 'text' && f.required) ?? entity.editable.find((f) => f.type === 'text')
      ?? entity.editable.find((f) => f.required);
    return caller.patch(entity.at(record.id), { [field.name]: await maker.value(field) });
  },
  delete: (caller, entity, record) => caller.delete(entity.at(record.id)),
};

async function assertVerb(caller, entity, verb, whose) {
  const record = await recordOf(entity, caller, whose);
  const answer = await verbs[verb](caller, entity, record);
  const where = `${caller.role} ${verb} ${whose} ${entity.name} (${entity.access[verb]})`;
  const may = reach[entity.access[verb]].includes(whose);
  const sees = reach[entity.access.read].includes(whose);
  if (may && sees) assert.ok([200, 204].includes(answer.status), `${where}: ${answer.status} ${answer.text.slice(0, 300)}`);
  else assert.ok((sees ? [403] : [403, 404]).includes(answer.status), `${where}: ${answer.status}`);
}

for (const [role, caller] of Object.entries(callers)) {
  for (const entity of caller.meta.entities.filter((e) => meta.has(e.name) && meta.entity(e.name).allows('create'))) {
    // Without an owner there is nothing to be one's own; such entities are all or none.
    const kinds = isOwned(entity) ? ['self', 'team', 'other'] : ['other'];
    for (const verb of Object.keys(verbs)) {
      if (!isOwned(entity) && !['all', 'none'].includes(entity.access[verb])) continue;
      if (role === 'manager' && entity.access[verb] === 'team') continue;
      test(`S3-SEC-04 S5-SEC-08 ${role}: ${verb} ${entity.name} reaches ${entity.access[verb]}`, async () => {
        for (const whose of kinds) await assertVerb(caller, entity, verb, whose);
      });
    }

    test(`S3-SEC-04 ${role}: create ${entity.name} is ${entity.access.create}`, async () => {
      // A partner's lead gets its owner from the organisation.
      const overrides = entity.owner && entity.access.create !== 'none' && role !== 'partner' ? { [entity.owner.name]: caller.id } : {};
      if (hintsFor(entity.name).ready[entity.ownThrough]) Object.assign(overrides, await parentIn(meta.entity(entity.name), caller, 'self'));
      const answer = await caller.post(entity.path, await caller.maker.body(entity.name, { overrides }).catch(() => ({})));
      if (entity.access.create === 'none') errorOf(answer, 403);
      else assert.equal(answer.status, 201, answer.text.slice(0, 300));
    });

    test(`S3-SEC-05 ${role}: the list of ${entity.name} holds exactly what may be read`, async () => {
      if (!entity.allows('read')) return errorOf(await caller.get(entity.path), 403);
      const everything = await admin.all(entity.path);
      const visible = new Set((await caller.all(entity.path)).map((row) => row.id));
      const owners = { all: null, team: [user.id, colleague.id], own: [caller.id] }[entity.access.read];
      if (!isOwned(entity) || owners === undefined || (role === 'manager' && owners)) return;
      const ownerOf = await ownersOf(entity, everything);
      for (const row of everything) {
        const expected = owners === null || owners.includes(ownerOf.get(row.id));
        assert.equal(visible.has(row.id), expected, `${row.id} owned by ${ownerOf.get(row.id)}`);
      }
    });
  }

  for (const entity of meta.entities.filter((e) => !caller.meta.has(e.name))) {
    test(`S3-SEC-04 ${role}: ${entity.name}, which metadata hides, is forbidden`, async () => {
      errorOf(await caller.get(entity.path), 403);
    });
  }
}

// Seed 002's matrix, word for word: customers, leads, tasks, interactions, users.
const presets = {
  user: {
    company: { read: 'own', create: true, update: 'own', delete: 'none' },
    lead: { read: 'own', create: true, update: 'own', delete: 'none' },
    task: { read: 'own', create: true, update: 'own', delete: 'none' },
    activity: { read: 'own', create: true, delete: 'none' },
  },
  manager: {
    company: { read: 'all', create: true, update: 'all', delete: 'none' },
    lead: { read: 'all', create: true, update: 'all', delete: 'none' },
    task: { read: 'all', create: true, update: 'all', delete: 'none' },
    activity: { read: 'all', create: true, delete: 'none' },
    user: { read: 'team' },
  },
};

for (const [role, entities] of Object.entries(presets)) {
  test(`S3-SEC-04 the preset ${role} has the matrix of the seed`, () => {
    for (const [name, wanted] of Object.entries(entities)) {
      const { access } = callers[role].meta.entity(name);
      for (const [verb, scope] of Object.entries(wanted)) {
        if (scope === true) assert.notEqual(access[verb], 'none', `${name} ${verb}`);
        else assert.equal(access[verb], scope, `${name} ${verb}`);
      }
    }
  });
}

test('S3-SEC-04 the preset admin may do everything to every entity it is served', () => {
  for (const name of ['company', 'contact', 'lead', 'deal', 'task', 'activity', 'tag', 'team', 'pipeline', 'stage']) {
    for (const verb of ['read', 'create', 'update', 'delete']) {
      assert.equal(meta.entity(name).access[verb], 'all', `${name} ${verb}`);
    }
  }
});

test('S4-SEC-03 S4-SEC-05 S4-SEC-08 a partner’s lead is seen by its partner and the organisation only', async () => {
  const { path } = meta.entity('lead');
  const lead = await partner.create(path, await partner.maker.body('lead'));
  assert.equal((await partner.read(`${path}/${lead.id}`)).id, lead.id);
  assert.deepEqual((await partner.all(path)).map((row) => row.partnerId).filter((id) => id !== lead.partnerId), []);
  errorOf(await otherPartner.get(`${path}/${lead.id}`), 404);
  assert.ok(!(await otherPartner.all(path)).some((row) => row.id === lead.id));
  assert.ok([403, 404].includes((await otherPartner.patch(`${path}/${lead.id}`, { lastName: 'Taken' })).status));
  assert.equal((await admin.read(`${path}/${lead.id}`)).partnerId, lead.partnerId);
});

test('S2-SEC-14 nothing is served without credentials', async () => {
  const { Client } = await import('./harness/client.js');
  const anonymous = new Client(admin.server);
  for (const entity of meta.entities) {
    errorOf(await anonymous.get(entity.path), 401);
    errorOf(await anonymous.get(entity.at(admin.id)), 401);
  }
});

test('S2-SEC-15 only an administrator invites and sees invitations', async () => {
  for (const caller of [user, manager]) {
    errorOf(await caller.post('/invitations', { email: 'a@example.com', role: 'user' }), 403);
    errorOf(await caller.get('/invitations'), 403);
  }
});

test('S2-SEC-14 a member cannot raise its own role', async () => {
  const users = meta.entity('user');
  const answer = await user.patch(users.at(user.id), { role: 'admin' });
  assert.ok([403, 404, 422].includes(answer.status), String(answer.status));
  assert.equal((await admin.read(users.at(user.id))).role, 'user');
});

test('S2-SEC-14 a record handed to a colleague is the colleague’s', async () => {
  const entity = meta.entity('contact');
  const record = await user.maker.create('contact', { ownerId: user.id });
  await admin.patch(entity.at(record.id), { ownerId: colleague.id }, { expect: 200 });
  await colleague.get(entity.at(record.id), { expect: 200 });
  errorOf(await user.get(entity.at(record.id)), 404);
});

test('S3-SEC-02 a changed role takes effect at once, on tokens already given', async () => {
  const member = await organisation.member('user');
  const users = meta.entity('user');
  const record = await maker.create('company', { ownerId: admin.id });
  errorOf(await member.get(meta.entity('company').at(record.id)), 404);
  await admin.patch(users.at(member.id), { role: 'manager' }, { expect: 200 });
  await member.get(meta.entity('company').at(record.id), { expect: 200 });
  await admin.patch(users.at(member.id), { active: false }, { expect: 200 });
  errorOf(await member.get('/meta'), 401);
});
