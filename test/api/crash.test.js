// SPDX-License-Identifier: Apache-2.0
// The server and PostgreSQL are killed at random moments of everything that writes many records at once. Whatever was
// asked for is there as a whole or not at all; what was acknowledged is there; asked for again, it is done once;
// taken back, the organisation is what it was before.
//   CAIRN_SEED     which moments
//   CAIRN_CRASHES  how many (5; a nightly run says 50)
import assert from 'node:assert/strict';
import test from 'node:test';
import { randomUUID } from 'node:crypto';
import { Crashes, CRASHES, settled } from './harness/crash.js';
import { Invariants } from './harness/invariants.js';
import { register } from './harness/organisation.js';
import { ownServer } from './harness/server.js';

const quiet = { documented: false };
const CONTACTS = 600;
const range = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const bulkIds = async (admin, path, rows) =>
  (await admin.post(`${path}/bulk`, { rows }, { ...quiet, expect: 200 })).body.data.results.map((r) => r.id);

/** Half of its rows are there, each third names a company that is not; tags are made on the way. */
const FILE = ['Mail,Last,Job,Firm,Tags', ...range(CONTACTS, (i) =>
  `p${i + CONTACTS / 2}@example.com,Person ${i},imported,${i % 3 ? '' : `Firm ${i % 9}`},batch`)].join('\n');
const MAP = {
  into: 'contacts',
  key: 'email',
  columns: { Mail: 'email', Last: 'lastName', Job: 'jobTitle', Firm: { field: 'companyId', link: { create: true } }, Tags: { field: 'tags', link: { create: true } } },
};
const csv = { ...quiet, headers: { 'content-type': 'text/csv' } };

/** One organisation with records that hang together; a second one where others pay meanwhile. */
class World {
  static async make(server) {
    const world = new World();
    Object.assign(world, { server, admin: await register(server), payer: await register(server), born: Date.now() });
    const { admin } = world;
    [world.kept, world.merged] = await bulkIds(admin, '/companies', [{ name: 'Kept' }, { name: 'Merged', phone: '601000111' }]);
    const contacts = await bulkIds(admin, '/contacts', range(CONTACTS, (i) =>
      ({ lastName: `P${i}`, email: `p${i}@example.com`, jobTitle: i % 2 ? 'a' : null, companyId: i % 2 ? world.merged : null })));
    await bulkIds(admin, '/deals', range(200, (i) => ({ name: `Deal ${i}`, companyId: world.merged, contactId: contacts[2 * i + 1] })));
    await bulkIds(admin, '/tasks', range(300, (i) => ({ title: `Task ${i}`, companyId: world.merged, contactId: contacts[2 * i] })));
    world.customer = (await world.payer.create('/companies', { name: 'Pays' })).id;
    world.invariants = new Invariants(server.dataFolder, [admin.organizationId, world.payer.organizationId]);
    world.before = world.state();
    return world;
  }

  state() {
    return this.invariants.state(this.admin.organizationId);
  }

  /** Tokens live for a quarter of an hour. */
  async stayIn() {
    if (Date.now() - this.born < 5 * 60_000) return;
    for (const client of [this.admin, this.payer]) {
      const { data } = (await settled(() => client.post('/auth/refresh', { refreshToken: client.refreshToken }, quiet))).body;
      Object.assign(client, { token: data.accessToken, refreshToken: data.refreshToken ?? client.refreshToken });
    }
    this.born = Date.now();
  }

  /** What the admin's requests have written since `known`. */
  written(known) {
    return [...this.invariants.changesets(this.admin.organizationId, this.admin.id, known)];
  }

  known() {
    return new Set(this.invariants.changesets(this.admin.organizationId, this.admin.id).keys());
  }

  differences(before) {
    return this.invariants.differences(before, this.admin.organizationId);
  }

  async revert(id) {
    const { data } = (await settled(() => this.admin.post(`/changesets/${id}/revert`, undefined, quiet))).body;
    assert.deepEqual(data.left, []);
    return data.changesetId;
  }
}

async function upload(admin) {
  const { id } = (await settled(() => admin.post('/imports', FILE, csv))).body.data;
  await settled(() => admin.patch(`/imports/${id}`, { map: MAP }, quiet));
  return id;
}
const rehearsal = async (admin) => {
  const id = await upload(admin);
  await settled(() => admin.post(`/imports/${id}/rehearse`, undefined, quiet));
  return id;
};
const statusOf = async (admin, id) => (await settled(() => admin.get(`/imports/${id}`, quiet))).body.data.status;

/**
 * What is killed in the middle.
 *   prepare   what it needs, made before: the argument of the others
 *   run       the request; `again` says that it may be sent twice, with the key that it was sent with
 *   check     what must be true of it, whether it was done as a whole or not at all
 *   back      it takes something back itself: afterwards all is as before what was prepared
 */
const OPERATIONS = {
  'the commit of an import': {
    prepare: rehearsal,
    run: (admin, id) => admin.post(`/imports/${id}/commit`, undefined, quiet),
    again: true,
    check: async (admin, id, done) => assert.equal(await statusOf(admin, id), done ? 'done' : 'rehearsed'),
  },
  'a bulk edit': {
    run: (admin) => admin.patch('/contacts', { filter: { 'lastName[startsWith]': 'P' }, expectedCount: CONTACTS, changes: { jobTitle: 'edited', department: 'all' } }, quiet),
  },
  'a merge': {
    run: (admin, _, headers, world) => admin.post('/companies/merge', { keep: world.kept, merge: [world.merged] }, { ...quiet, headers }),
    again: true,
  },
  'a revert of an import': {
    prepare: async (admin) => (await settled(() => admin.post('/imports', FILE, { ...csv, query: { map: JSON.stringify(MAP) } }))).body.data.changesetId,
    run: (admin, id, headers) => admin.post(`/changesets/${id}/revert`, undefined, { ...quiet, headers }),
    again: true,
    back: true,
  },
  'a bulk delete': {
    run: (admin) => admin.send('DELETE', '/contacts', { ...quiet, body: { filter: { 'jobTitle[null]': 'true' }, expectedCount: CONTACTS / 2 } }),
  },
  'a rehearsal': {
    prepare: upload,
    run: (admin, id) => admin.post(`/imports/${id}/rehearse`, undefined, quiet),
    again: true,
    check: async (admin, id, done, answered) => {
      const status = await statusOf(admin, id);
      assert.ok(answered ? status === 'rehearsed' : ['ready', 'rehearsed'].includes(status), status);
    },
  },
  'an import in one step': {
    run: (admin) => admin.post('/imports', FILE, { ...csv, query: { map: JSON.stringify(MAP) } }),
    check: async (admin, _, done) => {
      const all = (await settled(() => admin.get('/imports', quiet))).body.data;
      assert.ok(all.every(({ status }) => ['ready', 'rehearsed', 'done', 'failed'].includes(status)), JSON.stringify(all.map((i) => i.status)));
      if (all[0].step === null) assert.equal(all[0].status, done ? 'done' : 'failed');
    },
  },
  'rows in bulk': {
    run: (admin, _, headers) => admin.post('/contacts/bulk', { rows: range(500, (i) => ({ lastName: `New ${i}`, tags: [] })) }, { ...quiet, headers }),
    again: true,
  },
};

/** Others pay an invoice that has room for 20 of them, until they are told to stop. */
class Payers {
  static async begin(world) {
    const payers = new Payers();
    Object.assign(payers, { world, client: world.payer, running: true, acknowledged: new Map() });
    const body = { companyId: world.customer, lines: [{ name: 'Work', quantity: 1, unitPrice: 200 }] };
    payers.invoice = (await settled(() => world.payer.post('/invoices', body, quiet))).body.data.id;
    await settled(() => world.payer.post(`/invoices/${payers.invoice}/issue`, undefined, quiet), [200, 409]);
    payers.all = Promise.all(range(2, () => payers.pay()));
    return payers;
  }

  async pay() {
    while (this.running) {
      const reference = randomUUID();
      const body = { companyId: this.world.customer, amount: 10, reference, allocations: [{ invoiceId: this.invoice, amount: 10 }] };
      const answer = await this.client.post('/payments', body, quiet).catch(() => ({ status: 0 }));
      if (answer.status === 422) return;
      assert.ok([0, 201, 503].includes(answer.status), answer.text);
      if (answer.status === 201) this.acknowledged.set(reference, answer.body.data.id);
    }
  }

  /** All that was acknowledged is there. */
  async end() {
    this.running = false;
    await this.all;
    const rows = (await settled(() => this.client.get('/payments', { ...quiet, query: { limit: 50, sort: '-createdAt' } }))).body.data;
    for (const [reference, id] of this.acknowledged) assert.deepEqual(rows.filter((r) => r.reference === reference).map((r) => r.id), [id]);
  }
}

/** Undisturbed: what it writes, how long it takes, and that it can be taken back. */
async function measure(world, operation) {
  const subject = await operation.prepare?.(world.admin);
  const known = world.known();
  const begun = performance.now();
  const answer = await operation.run(world.admin, subject, {}, world);
  operation.span = performance.now() - begun;
  assert.ok([200, 201].includes(answer.status), answer.text.slice(0, 700));
  const written = world.written(known);
  assert.ok(written.length <= 1, 'one request is one changeset');
  [[, operation.writes] = []] = written;
  if (written.length && !operation.back) await world.revert(written[0][0]);
  assert.deepEqual(world.differences(world.before), []);
}

async function crashOnce(world, crashes, name, operation) {
  const { admin } = world;
  await world.stayIn();
  const subject = await operation.prepare?.(admin);
  const headers = { 'idempotency-key': randomUUID() };
  const run = () => operation.run(admin, subject, headers, world);
  const before = operation.back ? world.state() : world.before;
  const known = world.known();
  const payers = await Payers.begin(world);
  const { status, text, told, inside, took, victim } = await crashes.during(run, operation.span);
  if (!inside) operation.span = Math.min(operation.span, took);
  await payers.end();
  const says = `${name}: ${told}`;
  assert.ok([200, 201, 503].includes(status) || status === 0 && ['server', 'both'].includes(victim), `${says}: ${status} ${text}`);

  let written = world.written(known);
  const acknowledged = status === 200 || status === 201;
  if (operation.writes && (acknowledged || written.length)) assert.deepEqual(written.map((w) => w[1]), [operation.writes], says);
  if (!written.length) assert.deepEqual(world.differences(before), [], says);
  assert.deepEqual(world.invariants.faults(), [], says);
  await operation.check?.(admin, subject, written.length > 0, acknowledged);

  if (operation.again || !written.length) await settled(run);
  written = world.written(known);
  assert.deepEqual(written.map((w) => w[1]), operation.writes ? [operation.writes] : [], `${says}: asked for again`);
  await operation.check?.(admin, subject, true, true);
  if (written.length && !operation.back) await world.revert(written[0][0]);
  assert.deepEqual(world.differences(world.before), [], `${says}: taken back`);
  return { says, inside, done: acknowledged };
}

test(`S3-IMP S1-DB-01 killed in the middle of what writes many records: all of it or nothing, once, and back again, ${CRASHES} times`, async (t) => {
  const world = await World.make(await ownServer(t));
  const crashes = new Crashes(world.server);
  const names = Object.keys(OPERATIONS).slice(0, CRASHES);
  for (const name of names) await measure(world, OPERATIONS[name]);
  const rounds = [];
  // A machine that has other work at first is quicker afterwards.
  for (let round = 0; round < CRASHES || (!rounds.some((r) => r.inside) && round < 3 * CRASHES); round++) {
    const name = names[round % names.length];
    rounds.push(await crashOnce(world, crashes, name, OPERATIONS[name]));
    console.log(`# ${rounds.at(-1).says}`);
  }
  assert.deepEqual([...world.invariants.faults(), ...world.invariants.orphans()], []);
  assert.ok(rounds.some((r) => r.inside), 'a kill came in the middle');
});
