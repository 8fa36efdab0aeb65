// SPDX-License-Identifier: Apache-2.0
// What administrators are told of the server: the size of things, and what it does by itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const manager = await organisation.member('manager');
const statistics = (client = admin) => client.read('/admin/statistics');
const jobs = () => admin.read('/admin/jobs');

test('S2-API-13 statistics count the organisation’s records, people and sessions, and nobody else’s', async () => {
  const before = (await statistics()).organization;
  assert.deepEqual([before.id, before.users, before.activeUsers], [organisation.id, 2, 2]);
  const made = [];
  for (let i = 0; i < 3; i++) made.push(await admin.create('/contacts', { lastName: `Counted ${i}` }));
  await admin.delete(`/contacts/${made[0].id}`, { expect: 204 });
  await admin.create('/deals', { name: 'Counted', lines: [{ name: 'Line', unitPrice: 1 }] });
  const other = await Organisation.create();
  await other.maker.create('contact');
  const { records, sessions } = (await statistics()).organization;
  assert.deepEqual([records.contact, records.deal.live, records.deal_line.live], [{ live: 2, trashed: 1 }, 1, 1]);
  assert.equal(sessions, (await admin.all('/sessions')).length);
  assert.deepEqual((await statistics(other.admin)).organization.records.contact, { live: 1, trashed: 0 });
});

test('S2-API-13 statistics tell of the database and of the process what belongs to nobody', async () => {
  const { database, process } = await statistics();
  assert.match(database.version, /^\d+/);
  assert.ok(database.bytes > 1_000_000 && database.connections > 0 && database.maxConnections >= database.connections);
  assert.ok(Date.parse(database.startedAt) <= Date.now());
  for (const lane of ['fast', 'slow', 'write']) assert.ok(process.pool[lane].connected > 0 && process.pool[lane].connected <= process.pool[lane].connections, lane);
});

test('S2-API-13 S2-API-14 both are the administrators’ alone', async () => {
  for (const client of [manager, await organisation.member('accountant')]) {
    errorOf(await client.get('/admin/statistics'), 403);
    errorOf(await client.get('/admin/jobs'), 403);
    errorOf(await client.post('/admin/jobs/expired-holds/run'), 403);
  }
});

test('S2-API-14 jobs are listed with how they went, and begun by hand', async () => {
  const list = await jobs();
  const ids = list.filter((job) => job.kind === 'maintenance').map((job) => job.id);
  for (const id of ['change-log-partitions', 'expired-holds', 'reminders', 'notifications', 'sessions']) assert.ok(ids.includes(id), id);
  const was = list.find((job) => job.id === 'old-notifications');
  assert.deepEqual([was.startable, was.everySeconds, was.lastError, was.failures], [true, 3600, null, 0]);
  const begun = await admin.post('/admin/jobs/old-notifications/run', undefined, { expect: 202 });
  assert.equal(begun.body.data.id, 'old-notifications');
  let now;
  for (let i = 0; i < 100; i++) {
    now = (await jobs()).find((job) => job.id === 'old-notifications');
    if (now.runs > was.runs && now.state !== 'running') break;
    await sleep(30);
  }
  assert.ok(now.runs > was.runs);
  assert.deepEqual([now.state, now.lastError], ['done', null]);
  assert.ok(Date.parse(now.startedAt) >= Date.parse(was.startedAt ?? 0) && Date.parse(now.endedAt) >= Date.parse(now.startedAt) && now.durationMs >= 0);
  errorOf(await admin.post('/admin/jobs/notifications/run'), 409);
  errorOf(await admin.post('/admin/jobs/no-such-job/run'), 404);
});

test('S2-API-14 the organisation’s imports are among its jobs', async () => {
  const file = 'lastName\nOne\nTwo\n';
  await admin.post('/imports', file, { query: { entity: 'contact' }, headers: { 'content-type': 'text/csv' }, documented: false });
  const [run, ...more] = (await jobs()).filter((job) => job.kind === 'import');
  assert.deepEqual(more, []);
  assert.ok(['waiting', 'running', 'done', 'failed'].includes(run.state), run.state);
  assert.equal(run.startable, false);
  const other = await Organisation.create();
  assert.deepEqual((await other.admin.read('/admin/jobs')).filter((job) => job.kind === 'import'), []);
});
