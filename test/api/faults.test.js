// SPDX-License-Identifier: Apache-2.0
// What happens when something dies: acknowledged writes survive, clients get 503 or a clean close.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from './harness/client.js';
import { register } from './harness/organisation.js';
import { RawConnection } from './harness/raw.js';
import { ownServer, sharedServer } from './harness/server.js';

const WRITERS = 6;

/** Writers that create contacts until told to stop; remembers what the server acknowledged. */
class Load {
  constructor(admin) {
    this.admin = admin;
    this.acknowledged = new Map();
    this.statuses = new Map();
    this.problems = [];
    this.running = true;
    this.writers = Array.from({ length: WRITERS }, (_, i) => this.write(i));
  }

  async write(writer) {
    for (let n = 0; this.running; n++) {
      const lastName = `Writer${writer} ${n}`;
      try {
        const answer = await exchange(this.admin.server.url, {
          method: 'POST', path: '/api/v1/contacts', body: { lastName },
          headers: { authorization: `Bearer ${this.admin.token}` }, signal: AbortSignal.timeout(40_000),
        });
        this.note(answer, lastName);
      } catch (error) {
        this.count(error.name === 'TimeoutError' ? 'timeout' : 'broken');
        await sleep(50);
      }
    }
  }

  note(answer, lastName) {
    this.count(answer.status);
    if (answer.status === 201) this.acknowledged.set(answer.body.data.id, lastName);
    else if (answer.status === 503 && !answer.headers['retry-after']) this.problems.push('503 without Retry-After');
    else if (answer.status !== 503) this.problems.push(`${answer.status} ${answer.text.slice(0, 200)}`);
  }

  count(outcome) {
    this.statuses.set(outcome, (this.statuses.get(outcome) ?? 0) + 1);
  }

  async until(condition, limitMs, what) {
    const deadline = Date.now() + limitMs;
    while (!(await condition())) {
      if (Date.now() > deadline) assert.fail(`${what} within ${limitMs} ms: ${JSON.stringify([...this.statuses])}`);
      await sleep(20);
    }
  }

  async written(more) {
    const target = this.acknowledged.size + more;
    await this.until(() => this.acknowledged.size >= target, 60_000, `${more} more writes`);
  }

  async stop() {
    this.running = false;
    await Promise.all(this.writers);
  }
}

async function assertAllPresent(admin, acknowledged) {
  const rows = await admin.all('/contacts');
  const present = new Map(rows.map((row) => [row.id, row.lastName]));
  const lost = [...acknowledged].filter(([id, name]) => present.get(id) !== name);
  assert.deepEqual(lost, [], `${lost.length} of ${acknowledged.size} acknowledged writes are lost`);
  assert.equal(new Set(rows.map((row) => row.lastName)).size, rows.length, 'nothing was written twice');
}

test('S1-DB-01 PostgreSQL killed under load: 503 until it is back, no acknowledged write lost', async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  const load = new Load(admin);
  await load.written(100);
  process.kill(server.postgresPid(), 'SIGKILL');
  await load.until(() => load.statuses.has(503), 30_000, 'a 503');
  await load.written(100);
  await load.stop();
  await load.until(async () => (await admin.get('/health')).status === 200, 30_000, 'health');
  assert.deepEqual([...new Set(load.problems)], []);
  assert.ok(!load.statuses.has('timeout'), 'no request hung');
  assert.ok(!load.statuses.has('broken'), 'no connection was dropped');
  await assertAllPresent(admin, load.acknowledged);
});

test('S1-DB-01 the server killed with SIGKILL under load: it starts again, nothing lost', async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  const load = new Load(admin);
  await load.written(100);
  await server.kill();
  await server.start();
  await load.written(50);
  await load.stop();
  assert.deepEqual([...new Set(load.problems)], []);
  await assertAllPresent(admin, load.acknowledged);
});

test('S2-PERF-03 SIGTERM: requests in flight finish, health says 503, exit code 0', async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  const body = JSON.stringify({ lastName: 'Drained' });
  const slow = await RawConnection.open(server.port);
  slow.send(`POST /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer ${admin.token}\r\nContent-Length: ${body.length}\r\n\r\n`);
  const idle = await RawConnection.open(server.port);
  const ask = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
  idle.send(ask);
  assert.equal((await idle.wait(1))[0].status, 200);
  await sleep(100);
  const stopped = server.stop();
  await sleep(200);
  idle.send(ask);
  const answers = await idle.wait(2, 3000);
  if (answers[1]) {
    assert.equal(answers[1].status, 503);
    assert.equal(answers[1].headers.connection, 'close');
  }
  slow.send(body);
  const [created] = await slow.wait(1, 10_000);
  assert.equal(created?.status, 201, JSON.stringify(created));
  assert.equal(created.headers.connection, 'close');
  assert.deepEqual(await stopped, { code: 0, signal: null });
});

test('S2-PERF-04 the server starts again on its data, quickly, with its secrets', async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  const record = await admin.create('/contacts', { lastName: 'Stays' });
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const started = performance.now();
  await server.start();
  assert.ok(performance.now() - started < 10_000);
  await admin.get(`/contacts/${record.id}`, { expect: 200 });
});

test('S1-API-07 a head that trickles is cut off after its total deadline', async () => {
  const { port } = sharedServer();
  const slow = await RawConnection.open(port);
  const started = Date.now();
  const head = `GET /health HTTP/1.1\r\nHost: localhost\r\n${'X-Slow: yes\r\n'.repeat(200)}`;
  await slow.trickle(head, 100);
  const took = Date.now() - started;
  assert.ok(slow.closed && took > 5000 && took < 16_000, `closed after ${took} ms`);
  for (const { status } of slow.responses()) assert.equal(status, 408);
  slow.destroy();
});

test('S1-API-07 a body that trickles is cut off too', async () => {
  const { port } = sharedServer();
  const slow = await RawConnection.open(port);
  const started = Date.now();
  slow.send('POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n');
  await slow.trickle('{"email":"'.padEnd(1000, 'x'), 100);
  assert.ok(slow.closed, `still open after ${Date.now() - started} ms`);
  for (const { status } of slow.responses()) assert.equal(status, 408);
  slow.destroy();
});

test('S1-API-07 an idle connection is closed in the end, an idle half-open head too', async () => {
  const { port } = sharedServer();
  const silent = await RawConnection.open(port);
  silent.send('GET /health HTT');
  assert.ok(await silent.waitClosed(16_000));
});

test('S1-API-07 clients that vanish leave nothing behind', async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  for (let i = 0; i < 60; i++) await admin.create('/tags', { name: `tag ${i}` });
  const descriptors = () => fs.readdirSync(`/proc/${server.child.pid}/fd`).length;
  await sleep(300);
  const before = descriptors();
  const request = (path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${admin.token}\r\n\r\n`;
  for (let round = 0; round < 5; round++) {
    const clients = await Promise.all(Array.from({ length: 40 }, () => RawConnection.open(server.port)));
    clients.forEach((client, i) => {
      client.send([request('/api/v1/tags?limit=50'), request('/api/v1/tags/export.csv'), request('/api/v1/tags').slice(0, 30),
        `POST /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{`][i % 4]);
    });
    await sleep(round * 5);
    clients.forEach((client) => (round % 2 ? client.socket.resetAndDestroy() : client.destroy()));
  }
  const deadline = Date.now() + 8000;
  while (descriptors() > before + 8 && Date.now() < deadline) await sleep(100);
  assert.ok(descriptors() <= before + 8, `${descriptors()} descriptors, ${before} before`);
  await admin.get('/tags', { expect: 200 });
});

test('S2-PERF-04 a client that does not read its export does not fill the server', async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  const description = 'x'.repeat(9_000);
  await Promise.all(Array.from({ length: 8 }, async (_, w) => {
    for (let i = 0; i < 50; i++) await admin.create('/contacts', { lastName: `Big ${w} ${i}`, description });
  }));
  const request = `GET /api/v1/contacts/export.csv HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${admin.token}\r\n\r\n`;
  const before = server.residentKilobytes();
  const readers = await Promise.all(Array.from({ length: 10 }, () => RawConnection.open(server.port)));
  readers.forEach((reader) => {
    reader.socket.pause();
    reader.send(request);
  });
  await sleep(1500);
  const grown = server.residentKilobytes() - before;
  readers.forEach((reader) => reader.destroy());
  assert.ok(grown < 30_000 || /asan/.test(server.binary), `grew by ${grown} KiB for 10 readers of 3.6 MB`);
  await admin.get('/contacts', { query: { limit: 1 }, expect: 200 });
});
