// SPDX-License-Identifier: Apache-2.0
// Payments under load: 64 clients at once, retries, and kills; no sum is ever wrong.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf, exchange } from './harness/client.js';
import { wrongSums } from './harness/invariants.js';
import { Organisation, register } from './harness/organisation.js';
import { ownServer, sharedDataFolder } from './harness/server.js';

const CLIENTS = 64;
const { admin, id: org } = await Organisation.create();
const many = (make) => Promise.all(Array.from({ length: CLIENTS }, (_, i) => make(i)));

async function invoiceOf(client, companyId, total, quantity = 1) {
  const { id } = await client.create('/invoices', { companyId, lines: [{ name: 'Work', quantity, unitPrice: total / quantity }] });
  return (await client.post(`/invoices/${id}/issue`, undefined, { expect: 200 })).body.data;
}

/** The numbers given, without gap or duplicate, from the first on. */
function assertGapless(numbers) {
  const found = numbers.map((number) => Number(number.split('-')[2])).sort((a, b) => a - b);
  assert.deepEqual(found, found.map((_, i) => i + 1));
}

test('S2-REL-15 of 64 who allocate to one invoice at once, as many succeed as it has room for', async () => {
  const { id: companyId } = await admin.create('/companies', { name: 'One invoice' });
  const invoice = await invoiceOf(admin, companyId, 200);
  const answers = await many(() => admin.post('/payments', { companyId, amount: 10, allocations: [{ invoiceId: invoice.id, amount: 10 }] }));
  assert.equal(answers.filter((a) => a.status === 201).length, 20);
  for (const answer of answers.filter((a) => a.status !== 201)) assert.equal(errorOf(answer, 422).details[0].field, 'allocations');
  assert.equal((await admin.read(`/invoices/${invoice.id}`)).balance, 0);
  assertGapless(answers.filter((a) => a.status === 201).map((a) => a.body.data.number));
});

test('S2-REL-15 64 who pay one invoice at once pay it once, and the rest is credit', async () => {
  const { id: companyId } = await admin.create('/companies', { name: 'Everybody pays' });
  const invoice = await invoiceOf(admin, companyId, 100);
  const answers = await many(() => admin.post('/payments', { invoiceId: invoice.id, amount: 7 }));
  for (const answer of answers) assert.equal(answer.status, 201, answer.text);
  const account = await admin.read(`/companies/${companyId}/account`);
  assert.deepEqual(account.currencies.map((c) => [c.open, c.credit]), [[0, CLIENTS * 7 - 100]]);
});

test('S2-REL-15 of 64 who spend one payment at once, as many succeed as it is worth', async () => {
  const { id: companyId } = await admin.create('/companies', { name: 'One payment' });
  const invoices = await many(() => invoiceOf(admin, companyId, 10));
  const payment = await admin.create('/payments', { companyId, amount: 250 });
  const answers = await many((i) => admin.post(`/payments/${payment.id}/allocate`, { invoiceId: invoices[i].id, amount: 10 }));
  assert.equal(answers.filter((a) => a.status === 200).length, 25);
  for (const answer of answers) assert.ok([200, 409, 422].includes(answer.status), answer.text);
  const now = await admin.read(`/payments/${payment.id}`);
  assert.deepEqual([now.unallocated, now.allocations.length], [0, 25]);
  assert.deepEqual(now.allocations.map((a) => a.position ?? 0).length, 25);
});

test('S2-REL-15 64 who allocate, release, refund, credit and make void in any order leave no sum wrong', async () => {
  const { id: companyId } = await admin.create('/companies', { name: 'Storm' });
  const invoices = await Promise.all(Array.from({ length: 6 }, () => invoiceOf(admin, companyId, 120, 12)));
  const payments = await Promise.all(Array.from({ length: 6 }, () => admin.create('/payments', { companyId, amount: 150 })));
  let seed = 11;
  const next = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n; };
  const acts = [
    (p, i) => admin.post(`/payments/${p.id}/allocate`, { invoiceId: i.id, amount: 1 + next(60) }),
    (p, i) => admin.post(`/payments/${p.id}/allocate`, { invoiceId: i.id }),
    (p, i) => admin.post(`/payments/${p.id}/release`, next(2) ? { invoiceId: i.id } : {}),
    (p) => admin.post(`/payments/${p.id}/refund`, { amount: 1 + next(5) }),
    (p, i) => admin.post(`/invoices/${i.id}/credit`, { issue: true, lines: [{ invoiceLineId: i.lines[0].id, quantity: 0.5 }] }),
    (p, i) => admin.patch(`/payments/${p.id}`, { allocations: [{ invoiceId: i.id, amount: 1 + next(40) }, { invoiceId: invoices[(invoices.indexOf(i) + 1) % 6].id, amount: 1 + next(40) }] }),
    (p, i) => admin.post('/payments', { companyId, amount: 60, allocations: [{ invoiceId: i.id, amount: 1 + next(60) }] }),
  ];
  const statuses = new Map();
  await many(async () => {
    for (let round = 0; round < 6; round++) {
      const answer = await acts[next(acts.length)](payments[next(6)], invoices[next(6)]);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      assert.ok([200, 201, 409, 422].includes(answer.status), answer.text);
    }
  });
  assert.ok(statuses.get(200) > 20 && statuses.get(201) > 20, JSON.stringify([...statuses]));
  for (const payment of payments) {
    const refunds = (await admin.all('/payments', { refundOfId: payment.id })).filter((r) => r.status === 'completed');
    await Promise.all(refunds.map((r) => admin.post(`/payments/${r.id}/void`, { reason: 'Clean' }, { expect: 200 })));
    await admin.post(`/payments/${payment.id}/void`, { reason: 'Clean' }, { expect: 200 });
  }
  assert.deepEqual(wrongSums(sharedDataFolder(), org), []);
});

/** Repeats a request under its key until it is answered for good. */
async function insist(client, path, body, counts) {
  const headers = { authorization: `Bearer ${client.token}`, 'idempotency-key': randomUUID() };
  for (;;) {
    try {
      const answer = await exchange(client.server.url, { method: 'POST', path: `/api/v1${path}`, body, headers, signal: AbortSignal.timeout(40_000) });
      if (answer.status !== 503 && !(answer.status === 409 && answer.body.error.code === 'IDEMPOTENCY_IN_FLIGHT')) return answer;
      counts.retried++;
    } catch {
      counts.broken++;
    }
    await sleep(50);
  }
}

/** 64 clients pay in a row while `disturb` happens; afterwards everything that was acknowledged is there, once. */
async function payUnderDisturbance(server, disturb) {
  const client = await register(server);
  const { id: companyId } = await client.create('/companies', { name: 'Disturbed' });
  const invoices = await Promise.all(Array.from({ length: 8 }, () => invoiceOf(client, companyId, 500)));
  const counts = { retried: 0, broken: 0 };
  const acknowledged = new Map();
  const paying = many(async (i) => {
    for (let round = 0; round < 4; round++) {
      const reference = `payment ${i} ${round}`;
      const answer = await insist(client, '/payments', { invoiceId: invoices[(i + round) % 8].id, amount: 20, reference }, counts);
      assert.equal(answer.status, 201, answer.text);
      acknowledged.set(reference, answer.body.data);
    }
  });
  while (acknowledged.size < 60) await sleep(5);
  await disturb();
  await paying;
  assert.ok(counts.retried + counts.broken > 0, 'somebody noticed');
  const rows = await client.all('/payments');
  assert.equal(rows.length, CLIENTS * 4, 'each payment is there once');
  for (const [reference, payment] of acknowledged)
    assert.deepEqual(rows.filter((row) => row.reference === reference).map((row) => [row.id, row.number]), [[payment.id, payment.number]]);
  assertGapless(rows.map((row) => row.number));
  assert.deepEqual(wrongSums(server.dataFolder, client.organizationId), []);
  assert.equal((await client.read(`/companies/${companyId}/account`)).currencies[0].credit, CLIENTS * 4 * 20 - 8 * 500);
}

test('S2-REL-15 S1-DB-01 the server killed while 64 pay: nothing lost, nothing twice, no gap', async (t) => {
  const server = await ownServer(t);
  await payUnderDisturbance(server, async () => {
    await server.kill();
    await server.start();
  });
});

test('S2-REL-15 S1-DB-01 PostgreSQL killed while 64 pay: nothing lost, nothing twice, no gap', async (t) => {
  const server = await ownServer(t);
  await payUnderDisturbance(server, async () => process.kill(server.postgresPid(), 'SIGKILL'));
});
