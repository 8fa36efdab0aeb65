// SPDX-License-Identifier: Apache-2.0
// Cairn on a PostgreSQL that an administrator has prepared, alone and with a second server beside it.
import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { login, Organisation, unique } from './harness/organisation.js';
import { Server } from './harness/server.js';

const binary = process.env.CAIRN_TEST_BINARY;
// DESIGN §6: at most 5 s old; the rest is the time of the requests that ask.
const CACHES_LIMIT_MS = 5500;
const REFUSAL_LIMIT_MS = 20_000;

async function started(t, env) {
  const server = new Server({ binary, env });
  t.after(async () => {
    await server.stop();
    server.remove();
  });
  return server.start();
}

/** What a server that must not start says, and that it ends by itself with a code of failure. */
async function refusal(t, env) {
  const server = new Server({ binary, env });
  t.after(() => server.remove());
  const begun = Date.now();
  await assert.rejects(server.start(), /server ended/);
  const { code } = await server.exited;
  assert.equal(code, 1);
  assert.ok(Date.now() - begun < REFUSAL_LIMIT_MS, 'it hung');
  const last = server.log().trim().split('\n').map((line) => JSON.parse(line)).at(-1);
  assert.equal(last.message, 'cannot start');
  assert.ok(!/secret/.test(server.log()), 'the log holds a password');
  return last.reason;
}

/** The same caller, asking another server. */
const through = (server, { token, id, email }) => new Client(server, { token, id, email });

/** Asks over several connections, since each loop of a server has caches of its own. */
async function within(limitMs, what, condition) {
  const deadline = Date.now() + limitMs;
  while ((await Promise.all(Array.from({ length: 6 }, condition))).includes(false)) {
    assert.ok(Date.now() < deadline, `${what} within ${limitMs} ms`);
    await sleep(100);
  }
}

describe('a database prepared by a superuser', () => {
  const cluster = new Cluster();
  before(() => {
    cluster.init();
    cluster.start();
    cluster.prepare('cairn');
  });
  after(() => cluster.remove());

  test('two servers migrate at once, serve, and see what each other does within 5 s', { concurrency: true }, async (t) => {
    const env = cluster.environment('cairn');
    const [a, b] = await Promise.all([started(t, env), started(t, env)]);
    const applied = [a, b].map((server) => server.log().split('"migration applied"').length - 1);
    const migrations = Number(cluster.sql('cairn_owner', 'cairn', 'select count(*) from schema_migrations'));
    assert.equal(applied[0] + applied[1], migrations, 'each migration was applied once');

    const organisation = await Organisation.create(a);
    const { admin } = organisation;
    const adminOnB = through(b, admin);

    const session = t.test('S3-SEC-02 a session revoked on one is refused on the other', async () => {
      const second = await login(a, admin.email);
      const onB = through(b, second);
      await onB.get('/auth/me', { expect: 200 });
      await second.post('/auth/logout', undefined, { expect: [200, 204] });
      await within(CACHES_LIMIT_MS, 'refused on the other', async () => (await onB.get('/auth/me')).status === 401);
    });

    const role = t.test('a role taken away on one is gone on the other', async () => {
      const member = await organisation.member('admin');
      const onB = through(b, member);
      await onB.get('/custom-fields', { expect: 200 });
      await admin.patch(`/users/${member.id}`, { role: 'user' }, { expect: 200 });
      await within(CACHES_LIMIT_MS, 'forbidden on the other', async () => (await onB.get('/custom-fields')).status === 403);
    });

    const option = t.test('a picklist option added on one is accepted on the other', async () => {
      const body = { name: 'Optioned', industry: unique('industry') };
      assert.equal((await adminOnB.post('/companies', body)).status, 422);
      await admin.create('/picklist-options', { picklist: 'industry', key: body.industry, label: body.industry });
      await within(CACHES_LIMIT_MS, 'accepted on the other', async () => (await adminOnB.post('/companies', body)).status === 201);
    });

    const totals = t.test('totals on the other follow', async () => {
      const total = async (client) => (await client.get('/tasks?limit=1', { expect: 200 })).body.pagination.total;
      assert.equal(await total(adminOnB), 0);
      for (let i = 0; i < 3; i++) await admin.create('/tasks', { title: `Task ${i}` });
      assert.equal(await total(admin), 3);
      await within(CACHES_LIMIT_MS, '3 on the other', async () => (await total(adminOnB)) === 3);
    });

    await Promise.all([session, role, option, totals]);
    await t.test('one is killed, the other goes on', async () => {
      const kept = await admin.create('/contacts', { lastName: 'Kept' });
      await a.kill();
      assert.equal((await adminOnB.read(`/contacts/${kept.id}`)).lastName, 'Kept');
      await adminOnB.create('/contacts', { lastName: 'After' });
      assert.equal(await b.healthStatus(), 200);
    });
  });

  test('refuses to serve as a role that row security does not hold', async (t) => {
    cluster.sql('admin', 'cairn', `alter role cairn_app bypassrls`);
    t.after(() => cluster.sql('admin', 'cairn', `alter role cairn_app nobypassrls`));
    assert.match(await refusal(t, cluster.environment('cairn')), /cairn_app.*BYPASSRLS/);
    assert.match(await refusal(t, cluster.environment('cairn', { serve: 'admin' })), /admin.*superuser/);
    assert.match(await refusal(t, cluster.environment('cairn', { serve: 'cairn_owner' })), /cairn_owner.*owns tables/);
  });

  test('refuses to migrate as anybody but the owner', async (t) => {
    for (const migrate of ['cairn_app', 'admin'])
      assert.match(await refusal(t, cluster.environment('cairn', { migrate })), /CAIRN_MIGRATE_URL name cairn_owner/);
    const { CAIRN_MIGRATE_URL, ...env } = cluster.environment('cairn');
    assert.match(await refusal(t, env), /CAIRN_MIGRATE_URL name cairn_owner/);
  });

  test('refuses a schema that is newer than itself', async (t) => {
    await (await started(t, cluster.environment('cairn'))).stop();
    cluster.sql('cairn_owner', 'cairn', `insert into schema_migrations (version, name, sha256) values (9999, '9999_future.sql', 'x')`);
    t.after(() => cluster.sql('cairn_owner', 'cairn', `delete from schema_migrations where version = 9999`));
    assert.match(await refusal(t, cluster.environment('cairn')), /migration 9999 \(9999_future.sql\).*later/);
  });

  test('refuses a database that was not prepared, and two that differ', async (t) => {
    cluster.sql('admin', 'postgres', 'create database empty');
    cluster.sql('admin', 'postgres', 'grant connect on database empty to cairn_app, cairn_owner');
    assert.match(await refusal(t, cluster.environment('empty')), /bootstrap\.sql/);
    const env = { ...cluster.environment('cairn'), DATABASE_URL: cluster.url('cairn_app', 'empty') };
    assert.match(await refusal(t, env), /same database/);
  });

  test('says that the database is away: nobody listens, nobody answers, a wrong password or address', async (t) => {
    const away = (url) => refusal(t, { ...cluster.environment('cairn'), DATABASE_URL: url, CAIRN_MIGRATE_URL: url });
    assert.match(await away('postgresql://cairn_owner:app-secret@127.0.0.1:1/cairn'), /Cannot connect to the database/);
    assert.match(await away(cluster.url('cairn_owner', 'cairn', 'wrong-secret')), /password authentication failed/);
    assert.match(await away('postgresql://cairn_owner:se%zzcret@127.0.0.1:1/cairn'), /address cannot be read/);
    const silent = net.createServer().listen(0, '127.0.0.1');
    t.after(() => silent.close());
    await once(silent, 'listening');
    silent.on('connection', (socket) => socket.on('error', () => {}));
    assert.match(await away(`postgresql://cairn_owner:x@127.0.0.1:${silent.address().port}/cairn`), /Cannot connect to the database/);
  });
});

// A managed service: nobody is superuser, so nothing is marked LEAKPROOF (DESIGN §4).
describe('a database prepared without superuser', () => {
  const cluster = new Cluster();
  before(() => {
    cluster.init();
    cluster.start();
    cluster.prepare('cairn', 'manager');
  });
  after(() => cluster.remove());

  test('S2-FUT-15 S3-API-09 finds the same rows as with the marks, for every caller', async (t) => {
    const env = cluster.environment('cairn');
    const plain = await started(t, env);
    assert.match(plain.log(), /searching by candidates/);
    cluster.sql('admin', 'cairn', 'alter function ts_match_vq(tsvector, tsquery) leakproof');
    const marked = await started(t, env);
    assert.doesNotMatch(marked.log(), /searching by candidates/);

    const { admin, member } = await peopleToFind(plain);
    await peopleToFind(plain);
    for (const caller of [admin, member]) {
      for (const [path, query] of searches()) {
        const [a, b] = await Promise.all([plain, marked].map((server) => through(server, caller).get(path, { query, expect: 200 })));
        assert.deepEqual(a.body.data, b.body.data, JSON.stringify(query));
        assert.deepEqual(a.body.pagination, b.body.pagination, JSON.stringify(query));
      }
    }
    const found = async (caller, q) => (await caller.all('/contacts', { q })).map((row) => row.lastName).sort();
    assert.deepEqual(await found(admin, 'zoe'), ['Mine', 'Müller']);
    assert.deepEqual(await found(member, 'zoe'), ['Mine'], 'a candidate that may not be seen is not shown');
  });
});

/** An organisation whose admin sees all and whose member sees the own; one of the contacts is in the trash. */
async function peopleToFind(server) {
  const organisation = await Organisation.create(server);
  const { admin } = organisation;
  const member = await organisation.member('user');
  await admin.create('/contacts', { firstName: 'Zoë', lastName: 'Müller', email: 'zoe@example.com' });
  await admin.create('/contacts', { firstName: 'Bert', lastName: 'Other' });
  await member.create('/contacts', { firstName: 'Zoe', lastName: 'Mine', email: 'mine@example.com' });
  const { id } = await admin.create('/contacts', { firstName: 'Zoe', lastName: 'Gone' });
  await admin.delete(`/contacts/${id}`, { expect: 204 });
  for (const name of ['Example & Sons', 'Zoë Ltd']) await admin.create('/companies', { name });
  return { admin, member };
}

/** Lists that search, with what else may stand beside it. */
function searches() {
  const contacts = [{ q: 'zoe' }, { q: 'mull' }, { q: 'example zoe' }, { q: 'nobody' }, { q: 'zoe', sort: 'lastName' },
    { q: 'zoe', limit: 1 }, { q: 'e', count: 'exact', limit: 1 }, { q: 'zoe', deleted: 'with' }, { q: 'zoe', 'lastName[contains]': 'in' }];
  return [...contacts.map((query) => ['/contacts', query]), ['/companies', { q: 'example' }], ['/companies', { search: 'zoe' }]];
}
