// SPDX-License-Identifier: Apache-2.0
// Lines of deals: names and prices from products, amounts to the cent, and the deal worth their sum.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin, maker } = await Organisation.create();
const product = (body) => maker.create('product', { currency: 'EUR', active: true, price: 100, ...body });
const deal = (body) => admin.create('/deals', { name: 'Deal', currency: 'EUR', ...body });
const line = (body) => ({ name: 'Line', unitPrice: 10, ...body });
const change = (record, body, options = { expect: 200 }) => admin.patch(`/deals/${record.id}`, body, options);

test('S5-ENT-05 a deal is worth the sum of its lines, in the answer of the write itself', async () => {
  const made = await deal({ lines: [line({ quantity: 3, unitPrice: 19.99 }), line({ quantity: 1.5, unitPrice: 10, discountPercent: 10 })] });
  assert.deepEqual(made.lines.map((l) => l.amount), [59.97, 13.5]);
  assert.equal(made.amount, 73.47);
  assert.equal(made.amountBase, 73.47);
  const changed = (await change(made, { lines: [{ ...made.lines[0], quantity: 4 }] })).body.data;
  assert.equal(changed.amount, 79.96);
  assert.deepEqual(changed.lines.map((l) => l.id), [made.lines[0].id]);
  const [row] = await admin.all('/deals', { 'amount[gte]': 79.96, 'amount[lte]': 79.96 });
  assert.equal(row.id, made.id);
});

test('S5-ENT-05 amounts are rounded half away from zero, once', async () => {
  // 0.145 x 10 = 1.45; 12.345 x 1 - 0.1 % …: each computed by hand.
  const cases = [
    [{ quantity: 0.5, unitPrice: 0.01 }, 0.01],
    [{ quantity: 0.499, unitPrice: 0.01 }, 0],
    [{ quantity: 3, unitPrice: 0.35, discountPercent: 50 }, 0.53],
    [{ quantity: 1, unitPrice: 100.05, discountPercent: 33.333 }, 66.7],
    [{ quantity: 0.333, unitPrice: 99.99 }, 33.3],
    [{ quantity: 1, unitPrice: 10, discountPercent: 100 }, 0],
  ];
  const made = await deal({ lines: cases.map(([body]) => line(body)) });
  assert.deepEqual(made.lines.map((l) => l.amount), cases.map(([, amount]) => amount));
  assert.equal(made.amount, 100.54);
});

test('S5-ENT-05 a line takes name and price of its product, and keeps what is said instead', async () => {
  const item = await product({ name: 'Photo booth', price: 450 });
  const made = await deal({ lines: [{ productId: item.id }, { productId: item.id, name: 'Booth, two days', quantity: 2, unitPrice: 400 }] });
  assert.deepEqual(made.lines.map((l) => [l.name, l.quantity, l.unitPrice, l.amount]),
    [['Photo booth', 1, 450, 450], ['Booth, two days', 2, 400, 800]]);
  await admin.patch(`/products/${item.id}`, { price: 500 }, { expect: 200 });
  const same = (await change(made, { lines: made.lines })).body.data;
  assert.equal(same.amount, 1250, 'a price agreed on stays');
  const anew = (await change(made, { lines: [{ id: made.lines[0].id, productId: item.id }] })).body.data;
  assert.equal(anew.lines[0].unitPrice, 500);
});

test('S5-ENT-05 what has no product needs a name and a price', async () => {
  for (const [body, field] of [[{ unitPrice: 1 }, 'name'], [{ name: 'x' }, 'unitPrice'], [{}, 'name']]) {
    assert.deepEqual(failingFields(await admin.post('/deals', { name: 'Deal', lines: [line(), body] })), [`lines[1].${field}`]);
  }
});

test('S5-ENT-05 while there are lines the amount is theirs, and without them it is anybody\'s', async () => {
  const made = await deal({ lines: [line()] });
  assert.deepEqual(failingFields(await change(made, { amount: 500 }, {})), ['amount']);
  assert.deepEqual(failingFields(await admin.post('/deals', { name: 'Deal', amount: 1, lines: [line()] })), ['amount']);
  assert.deepEqual(failingFields(await change(made, { amount: 500, lines: [line()] }, {})), ['amount']);
  assert.equal((await change(made, { amount: 10 })).body.data.amount, 10, 'what it is already may be said');
  const free = (await change(made, { amount: 500, lines: [] })).body.data;
  assert.equal(free.amount, 500);
  assert.equal((await change(made, { amount: 600 })).body.data.amount, 600);
  const priced = (await change(made, { lines: [line({ quantity: 2 })] })).body.data;
  assert.equal(priced.amount, 20);
  const replaced = await admin.put(`/deals/${made.id}`, { name: 'Deal', lines: [line({ quantity: 3 })] }, { expect: 200 });
  assert.equal(replaced.body.data.amount, 30);
  const emptied = await admin.put(`/deals/${made.id}`, { name: 'Deal', amount: 7 }, { expect: 200 });
  assert.deepEqual([emptied.body.data.amount, emptied.body.data.lines], [7, []]);
});

test('S5-ENT-05 lines are in the currency of their deal, which stays', async () => {
  const dollars = await product({ currency: 'USD' });
  assert.deepEqual(failingFields(await admin.post('/deals', { name: 'Deal', currency: 'EUR', lines: [line(), { productId: dollars.id }] })), ['lines[1].productId']);
  const made = await deal({ lines: [line()] });
  assert.deepEqual(failingFields(await change(made, { currency: 'USD' }, {})), ['currency']);
  const replaced = await admin.put(`/deals/${made.id}`, { name: 'Deal', lines: made.lines }, { expect: 200 });
  assert.equal(replaced.body.data.currency, 'EUR');
  const moved = (await change(made, { currency: 'USD', lines: [] })).body.data;
  assert.equal(moved.currency, 'USD');
  assert.equal((await change(made, { lines: [{ productId: dollars.id }] })).body.data.amount, 100);
});

test('S5-ENT-05 what is not sold any more is not added, and stays where it is', async () => {
  const item = await product();
  const made = await deal({ lines: [{ productId: item.id }] });
  await admin.patch(`/products/${item.id}`, { active: false }, { expect: 200 });
  assert.deepEqual(failingFields(await admin.post('/deals', { name: 'Deal', lines: [{ productId: item.id }] })), ['lines[0].productId']);
  const kept = (await change(made, { lines: [{ ...made.lines[0], quantity: 2 }] })).body.data;
  assert.equal(kept.amount, 200);
  errorOf(await admin.delete(`/products/${item.id}`), 409);
  await change(made, { lines: [] });
  await admin.delete(`/products/${item.id}`, { expect: 204 });
});

test('S5-ENT-05 amounts that money cannot hold are told by their line', async () => {
  assert.deepEqual(failingFields(await admin.post('/deals', { name: 'Deal', lines: [line(), line({ quantity: 99999999, unitPrice: 99999999 })] })), ['lines[1].unitPrice']);
  const most = line({ quantity: 1, unitPrice: 999999999999.99 });
  assert.deepEqual(failingFields(await admin.post('/deals', { name: 'Deal', lines: [most, most] })), ['lines']);
});

test('S5-ENT-05 many at once: the amount is the sum of the lines that are there', async () => {
  const made = await deal({ lines: [line()] });
  const arrays = Array.from({ length: 8 }, (_, i) => Array.from({ length: i + 1 }, () => line({ quantity: i + 1 })));
  const writes = arrays.map((lines) => change(made, { lines }, {}));
  writes.push(change(made, { amount: 12345 }, {}), change(made, { name: 'Renamed' }, {}));
  await Promise.all(writes);
  const after = await admin.read(`/deals/${made.id}`);
  const n = after.lines.length;
  assert.equal(after.amount, n * n * 10);
  assert.ok(after.lines.every((l) => l.quantity === n));
});

test('S5-ENT-05 an idempotent write makes its lines once', async () => {
  const headers = { 'Idempotency-Key': `lines-${Date.now()}` };
  const body = { name: 'Once', lines: [line(), line()] };
  const first = (await admin.post('/deals', body, { headers, expect: 201 })).body.data;
  const again = (await admin.post('/deals', body, { headers, expect: 201 })).body.data;
  assert.deepEqual(again, first);
  assert.equal((await admin.all('/deal-lines', { dealId: first.id })).length, 2);
});

test('S1-DB-07 a changed line tells the sum once in the deal\'s timeline', async () => {
  const made = await deal({ lines: [line(), line()] });
  const before = new Set((await admin.all(`/deals/${made.id}/timeline`)).map((c) => c.id));
  const [a] = made.lines;
  await change(made, { lines: [{ ...a, quantity: 5 }, line({ quantity: 7 })] });
  const rows = (await admin.all(`/deals/${made.id}/timeline`)).filter((c) => !before.has(c.id));
  const own = rows.filter((c) => c.entity === 'deal');
  assert.equal(own.length, 1);
  assert.deepEqual(own[0].diff.amount, [20, 120]);
});

test('S5-ENT-05 people of the other side have parts in a deal', async () => {
  const contact = await maker.create('contact');
  const made = await deal({ participants: [{ contactId: contact.id, role: 'Decision maker' }] });
  assert.equal(made.participants[0].role, 'Decision maker');
  const twice = [{ contactId: contact.id }, { contactId: contact.id }];
  assert.deepEqual(failingFields(await change(made, { participants: twice }, {})), ['participants']);
  const second = await maker.create('contact');
  const both = (await change(made, { participants: [made.participants[0], { contactId: second.id }] })).body.data.participants;
  const swapped = [{ ...both[0], contactId: second.id }, { ...both[1], contactId: contact.id }];
  const after = (await change(made, { participants: swapped })).body.data.participants;
  assert.deepEqual(after.map((p) => p.contactId), [second.id, contact.id], 'two may change places');
});
