// SPDX-License-Identifier: Apache-2.0
// Rows of lists are kept as text while nobody writes them: a list must never say anything else than the records do,
// whoever wrote, through which server, and whoever asks.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { Organisation } from './harness/organisation.js';
import { randomOf, SEED } from './harness/random.js';
import { Server } from './harness/server.js';

console.log(`# CAIRN_SEED=${SEED}`);

const ROWS = 6;
const STEPS = 50;

/** Often enough that every loop of the server has been asked before and keeps the rows. */
async function lists(client, path, query = {}) {
  const answers = [];
  for (let i = 0; i < 6; i++) answers.push((await client.get(path, { query: { limit: ROWS, ...query }, expect: 200 })).body.data);
  return answers;
}

/** What a list says of a record is what the record says. */
async function assertSame(client, path, rows) {
  for (const row of rows) {
    const { body } = await client.get(`${path}/${row.id}`, { query: { fields: Object.keys(row).join(',') }, expect: 200 });
    assert.deepEqual(row, body.data);
  }
}

async function hits(server) {
  const { text } = await new Client(server, {}).get('/metrics', { expect: 200 });
  return Number(/cairn_cache_lookups_total\{cache="rows",result="hit"\} (\d+)/.exec(text)[1]);
}

describe('of every entity', () => {
  let organisation;
  before(async () => {
    organisation = await Organisation.create();
  });

  test('S2-PERF-01 a list that is asked for again says what was written meanwhile', async () => {
    const { admin, maker, meta } = organisation;
    for (const entity of meta.entities.filter((e) => e.allows('create') && !['user', 'role', 'api_key'].includes(e.name))) {
      const record = await maker.create(entity.name, {}, { full: true });
      const field = entity.editable.find((f) => f.type === 'text' && maker.fields(entity).includes(f));
      await lists(admin, entity.path);
      if (field) await admin.patch(entity.at(record.id), { [field.name]: await maker.value(field) }, { expect: 200 });
      for (const rows of await lists(admin, entity.path)) await assertSame(admin, entity.path, rows);
    }
  });
});

describe('by two servers on one database', () => {
  const cluster = new Cluster();
  const servers = [];
  before(async () => {
    cluster.init();
    cluster.start();
    cluster.prepare('cairn');
    for (let i = 0; i < 2; i++) {
      servers.push(new Server({ binary: process.env.CAIRN_TEST_BINARY, env: cluster.environment('cairn') }));
      await servers[i].start();
    }
  });
  after(async () => {
    for (const server of servers) {
      await server.stop();
      server.remove();
    }
    cluster.remove();
  });
  const through = (server, { token, id, email }) => new Client(server, { token, id, email });

  test('S2-PERF-01 nobody reads what was there before a write, neither who wrote nor others', async () => {
    const random = randomOf(SEED);
    const pick = (list) => list[Math.floor(random() * list.length)];
    const { admin } = await Organisation.create(servers[0]);
    const admins = servers.map((server) => through(server, admin));
    const live = [];
    const gone = [];
    const create = async (client) => live.push((await client.create('/contacts', { lastName: `N${random()}` })).id);
    for (let i = 0; i < ROWS + 2; i++) await create(pick(admins));
    const doings = [
      create,
      async (client) => client.patch(`/contacts/${pick(live.slice(-ROWS))}`, { firstName: `F${random()}`, phone: null }, { expect: 200 }),
      async (client) => client.patch('/contacts', { ids: live.slice(-3), changes: { jobTitle: `J${random()}` } }, { expect: 200 }),
      async (client) => client.patch(`/contacts/${pick(live.slice(-ROWS))}`, { tags: [] , custom: {} }, { expect: 200 }),
      async (client) => {
        if (live.length <= ROWS) return;
        const [id] = live.splice(Math.floor(random() * live.length), 1);
        await client.delete(`/contacts/${id}`, { expect: [200, 204] });
        gone.push(id);
      },
      async (client) => {
        if (gone.length === 0) return;
        const id = gone.pop();
        await client.post(`/contacts/${id}/restore`, {}, { expect: 200 });
        live.push(id);
        live.sort();
      },
    ];
    for (let step = 0; step < STEPS; step++) {
      await pick(doings)(pick(admins));
      const reader = pick(admins);
      const ids = [...live].sort().reverse().slice(0, ROWS);
      for (const rows of await lists(reader, '/contacts')) {
        assert.deepEqual(rows.map((row) => row.id), ids, `step ${step}`);
        await assertSame(pick(admins), '/contacts', rows);
      }
    }
    for (const server of servers) assert.ok((await hits(server)) > STEPS, 'rows were kept, so this test tried it');
  });

  test('S5-SEC-08 S3-SEC-03 what is kept for one is not answered to another who sees less', async () => {
    const organisation = await Organisation.create(servers[0]);
    const { admin } = organisation;
    const role = await admin.create('/roles', { name: 'Kept rows', preset: 'manager' });
    const member = await organisation.member(role.key);
    const other = await Organisation.create(servers[0]);
    await admin.create('/custom-fields', { entity: 'contact', key: 'salary', type: 'integer', label: 'Salary' });
    const seen = await admin.create('/contacts', { lastName: 'Seen', phone: '+49 40 123456', custom: { salary: 7 } });
    const has = async (client) => (await lists(client, '/contacts')).map((rows) => rows.find((row) => row.id === seen.id));
    for (const row of [...(await has(admin)), ...(await has(member))]) {
      assert.deepEqual([row.phone, row.custom], ['+49 40 123456', { salary: 7 }]);
    }
    await admin.patch(`/roles/${role.id}`, { fields: { 'contact.phone': 'none', 'contact.custom.salary': 'none' } }, { expect: 200 });
    for (const row of await has(member)) assert.deepEqual([row.phone, row.custom], [undefined, {}]);
    for (const row of await has(admin)) assert.deepEqual([row.phone, row.custom], ['+49 40 123456', { salary: 7 }]);
    const user = await organisation.member('user');
    for (const client of [user, other.admin]) for (const row of await has(client)) assert.equal(row, undefined);
    await admin.patch(`/contacts/${seen.id}`, { ownerId: user.id }, { expect: 200 });
    for (const row of await has(user)) assert.equal(row.ownerId, user.id);
    await admin.patch(`/contacts/${seen.id}`, { ownerId: admin.id }, { expect: 200 });
    for (const row of await has(user)) assert.equal(row, undefined);
  });
});
