// SPDX-License-Identifier: Apache-2.0
// Imports that lose their server or their database in the middle: all of it or nothing, and the import says so.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { register } from './harness/organisation.js';
import { ownServer } from './harness/server.js';

// Restarts are slow: three in an ordinary run.
const CRASHES = Math.ceil((Number(process.env.CAIRN_CRASHES ?? 5) * 3) / 5);
const ROWS = 2500;
const quiet = { documented: false };
const map = { into: 'companies', key: 'name', columns: { name: 'name', n: 'employees' } };

/** Ends the server, or PostgreSQL under it, and waits until both serve again. */
async function crash(server, round) {
  if (round % 2) {
    process.kill(server.postgresPid(), 'SIGKILL');
    await server.waitHealthy();
  } else {
    await server.kill();
    await server.start();
  }
}

/** The body of the first answer that is none of the database being away: each connection comes back by itself. */
async function tryFor(limitMs, ask) {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer?.status === 200 || answer?.status === 201) return answer.body;
    if (Date.now() > end) throw new Error(`no answer in ${limitMs} ms: ${JSON.stringify(answer?.body)}`);
    await sleep(100);
  }
}

test(`S3-IMP killed in the middle of a rehearsal or a commit: nothing or all is written, and it goes on, ${CRASHES} times`, async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  const total = async (filter = {}) => {
    const query = { count: 'exact', limit: 1, ...filter };
    return (await tryFor(30_000, () => admin.get('/companies', { ...quiet, query }))).pagination.total;
  };
  let written = 0;
  for (let round = 0; round < CRASHES; round++) {
    // Half of the rows are there already from the round before.
    const from = (round * ROWS) / 2;
    const rows = Array.from({ length: ROWS }, (_, i) => `Company ${from + i},${round + 1}`);
    const file = ['name,n', ...rows].join('\n');
    const kept = (await tryFor(30_000, () => admin.post('/imports', file, { ...quiet, headers: { 'content-type': 'text/csv' } }))).data;
    await tryFor(30_000, () => admin.patch(`/imports/${kept.id}`, { map }, quiet));
    const known = written ? ROWS / 2 : 0;
    const step = (name) => admin.post(`/imports/${kept.id}/${name}`, undefined, quiet);
    if (round === 0) {
      const lost = step('rehearse').catch(() => null);
      await sleep(Math.random() * 400);
      await crash(server, round);
      await lost;
      assert.equal(await total(), 0);
    }
    const { data: rehearsed } = await tryFor(30_000, () => step('rehearse'));
    assert.deepEqual([rehearsed.created, rehearsed.updated], [ROWS - known, known]);

    const commit = step('commit').then((a) => a.status, () => 0);
    await sleep(Math.random() * 700);
    await crash(server, round);
    const status = await commit;
    const after = await total();
    assert.ok([written, written + ROWS - known].includes(after), `${after} of ${written} + ${ROWS - known}`);
    const { data: seen } = await tryFor(30_000, () => admin.get(`/imports/${kept.id}`, quiet));
    if (status === 200 || after > written) assert.equal(seen.status, 'done');
    else {
      assert.equal(seen.status, 'rehearsed', JSON.stringify(seen));
      assert.equal(await total({ employees: round + 1 }), 0);
    }
    const { data: done } = await tryFor(30_000, () => step('commit'));
    assert.deepEqual([done.status, done.created, done.updated], ['done', ROWS - known, known]);
    written += ROWS - known;
    assert.equal(await total(), written);
    assert.equal(await total({ employees: round + 1 }), ROWS);
  }
});
