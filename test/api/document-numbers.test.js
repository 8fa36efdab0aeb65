// SPDX-License-Identifier: Apache-2.0
// Numbers of documents: none twice, none missing, however many ask at once and whatever breaks meanwhile.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';
import { ownServer } from './harness/server.js';

const year = new Date().getUTCFullYear();
const numbered = (prefix, n) => `${prefix}-${year}-${String(n).padStart(4, '0')}`;
const range = (n) => Array.from({ length: n }, (_, i) => i);

async function books(server) {
  const organisation = await Organisation.create(server);
  const { admin } = organisation;
  const company = await admin.create('/companies', { name: 'Buyer' });
  const draft = () => admin.create('/invoices', { companyId: company.id, lines: [{ name: 'x', unitPrice: 1 }] });
  const numbers = async () => (await admin.all('/invoices', { 'number[null]': false })).map((i) => i.number).sort();
  return { organisation, admin, company, draft, numbers };
}

test('S2-ENT-07 64 people issuing at once leave no gap and no duplicate', async () => {
  const { admin, draft, numbers } = await books();
  const drafts = await Promise.all(range(64).map(draft));
  const answers = await Promise.all(drafts.map((d) => admin.post(`/invoices/${d.id}/issue`)));
  assert.ok(answers.every((a) => a.status === 200), answers.find((a) => a.status !== 200)?.text);
  assert.deepEqual(await numbers(), range(64).map((i) => numbered('INV', i + 1)));
  // The same invoice, issued by many: one number.
  const one = await draft();
  const same = await Promise.all(range(64).map(() => admin.post(`/invoices/${one.id}/issue`)));
  assert.deepEqual(new Set(same.map((a) => a.body.data?.number)), new Set([numbered('INV', 65)]));
});

test('S2-ENT-07 refusals among those who issue leave no gap', async () => {
  const { admin, company, draft, numbers } = await books();
  const empty = () => admin.create('/invoices', { companyId: company.id });
  const drafts = await Promise.all(range(48).map((i) => (i % 3 ? draft() : empty())));
  const answers = await Promise.all(drafts.map((d) => admin.post(`/invoices/${d.id}/issue`)));
  assert.deepEqual(answers.map((a) => a.status), range(48).map((i) => (i % 3 ? 200 : 422)));
  assert.deepEqual(await numbers(), range(32).map((i) => numbered('INV', i + 1)));
});

test('S2-ENT-07 retries under one Idempotency-Key issue once', async () => {
  const { admin, draft, numbers } = await books();
  const drafts = await Promise.all(range(8).map(draft));
  const keys = drafts.map(() => randomUUID());
  const attempts = await Promise.all(range(64).map((i) => admin.post(`/invoices/${drafts[i % 8].id}/issue`, undefined, { headers: { 'idempotency-key': keys[i % 8] } })));
  assert.ok(attempts.every((a) => a.status === 200 || a.status === 409), attempts.find((a) => ![200, 409].includes(a.status))?.text);
  for (const [i, one] of drafts.entries()) {
    const settled = await admin.post(`/invoices/${one.id}/issue`, undefined, { headers: { 'idempotency-key': keys[i] }, expect: 200 });
    assert.ok(settled.body.data.number);
  }
  assert.deepEqual(await numbers(), range(8).map((i) => numbered('INV', i + 1)));
});

test('S2-ENT-07 a server killed while it issues leaves no gap behind', async (t) => {
  const server = await ownServer(t);
  const { admin, draft, numbers } = await books(server);
  const drafts = [];
  for (let i = 0; i < 120; i += 20) drafts.push(...await Promise.all(range(20).map(draft)));
  // Some are through, others on their way: the client has 16 connections.
  let through = 0;
  const fifteen = new Promise((resolve) => {
    const count = (answer) => { if (++through === 15) resolve(); return answer; };
    server.issuing = Promise.allSettled(drafts.map((d) => admin.post(`/invoices/${d.id}/issue`, undefined, { documented: false }).then(count)));
  });
  await fifteen;
  await server.kill();
  const answers = await server.issuing;
  const told = answers.filter((a) => a.status === 'fulfilled' && a.value.status === 200).map((a) => a.value.body.data.number);
  await server.start();
  const kept = await numbers();
  assert.ok(kept.length >= 15 && kept.length < 120, `${kept.length} of 120 were issued before the kill`);
  assert.deepEqual(kept, range(kept.length).map((i) => numbered('INV', i + 1)), 'gapless after the crash');
  assert.ok(told.every((number) => kept.includes(number)), 'what was answered is kept');
  const again = await Promise.all(drafts.map((d) => admin.post(`/invoices/${d.id}/issue`)));
  assert.ok(again.every((a) => a.status === 200), again.find((a) => a.status !== 200)?.text);
  assert.deepEqual(await numbers(), range(120).map((i) => numbered('INV', i + 1)));
});

test('S2-ENT-07 deposits count among invoices, credit notes and quotes in series of their own', async () => {
  const { admin, company, draft } = await books();
  const deposit = await admin.create('/invoices', { type: 'deposit', companyId: company.id, lines: [{ name: 'x', unitPrice: 1 }] });
  const issue = async (id) => (await admin.post(`/invoices/${id}/issue`, undefined, { expect: 200 })).body.data.number;
  const one = await draft();
  assert.deepEqual([await issue(deposit.id), await issue(one.id)], [numbered('INV', 1), numbered('INV', 2)]);
  const note = (await admin.post(`/invoices/${one.id}/credit`, { issue: true }, { expect: 201 })).body.data;
  assert.equal(note.number, numbered('CN', 1));
});

test('S2-ENT-07 an organisation sets up its series, and only before the first number', async () => {
  const { organisation, admin, draft } = await books();
  const series = Object.fromEntries((await admin.read('/number-series')).map((s) => [s.key, s]));
  assert.deepEqual(Object.keys(series).sort(), ['credit_note', 'delivery_note', 'invoice', 'payment', 'quote']);
  const path = `/number-series/${series.invoice.id}`;
  assert.deepEqual(failingFields(await admin.patch(path, { prefix: 'inv' })), ['prefix']);
  assert.deepEqual(failingFields(await admin.patch(path, { width: 0, next: 0 })).sort(), ['next', 'width']);
  errorOf(await admin.patch(path, { prefix: 'CN' }), 409);
  assert.deepEqual(failingFields(await admin.patch(path, { key: 'x', lastNumber: 'x' })).sort(), ['key', 'lastNumber']);
  await admin.patch(path, { prefix: 'RE', width: 3, next: 100 }, { expect: 200 });
  assert.deepEqual(failingFields(await admin.patch(path, { next: 99 })), ['next']);
  const issue = async () => (await admin.post(`/invoices/${(await draft()).id}/issue`, undefined, { expect: 200 })).body.data.number;
  assert.equal(await issue(), `RE-${year}-100`);
  for (const [body, field] of [[{ next: 200 }, 'next'], [{ yearReset: false }, 'yearReset']])
    assert.deepEqual(failingFields(await admin.patch(path, body)), [field]);
  await admin.patch(path, { prefix: 'RN' }, { expect: 200 });
  assert.equal(await issue(), `RN-${year}-101`);
  errorOf(await admin.post('/number-series', { key: 'x', prefix: 'X' }), 405);
  const accountant = await organisation.member('accountant');
  await accountant.patch(`/number-series/${series.quote.id}`, { prefix: 'ANG', yearReset: false }, { expect: 200 });
  const user = await organisation.member('user');
  errorOf(await user.patch(`/number-series/${series.quote.id}`, { prefix: 'X' }), 403);
  assert.equal((await user.read('/number-series')).length, 5);
});

test('S2-ENT-07 numbers of one organisation are none of another\'s', async () => {
  const [a, b] = [await books(), await books()];
  for (const { admin, draft } of [a, b]) await admin.post(`/invoices/${(await draft()).id}/issue`, undefined, { expect: 200 });
  assert.deepEqual([await a.numbers(), await b.numbers()], [[numbered('INV', 1)], [numbered('INV', 1)]]);
});
