// SPDX-License-Identifier: Apache-2.0
// Delivery notes: issued, delivered, cancelled; never more than was invoiced, however many deliver at once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const today = new Date().toISOString().slice(0, 10);
const flow = (note, verb, body, options) => admin.post(`/delivery-notes/${note.id}/${verb}`, body, options);
const delivered = async (invoice) => (await admin.read(`/invoices/${invoice.id}`)).lines.map((line) => line.deliveredQuantity);

async function invoiced(lines = [{ name: 'Chair', quantity: 10, unitPrice: 5 }, { name: 'Cloth', quantity: 2.5, unitPrice: 8 }], client = admin) {
  const { id: companyId } = await client.create('/companies', { name: 'Receiver', shippingStreet: 'Quay 1', shippingCity: 'Cork' });
  const { id } = await client.create('/invoices', { companyId, lines });
  return (await admin.post(`/invoices/${id}/issue`, undefined, { expect: 200 })).body.data;
}
const note = (invoice, quantities, body = {}) => admin.post('/delivery-notes', {
  invoiceId: invoice.id, lines: quantities.flatMap((quantity, i) => (quantity ? [{ invoiceLineId: invoice.lines[i].id, quantity }] : [])), ...body,
});
const made = async (...args) => {
  const answer = await note(...args);
  assert.equal(answer.status, 201, answer.text);
  return answer.body.data;
};

test('S2-API-07 S2-REL-16 S2-ENT-08 what was invoiced is delivered in parts', async () => {
  const invoice = await invoiced();
  const first = await made(invoice, [4, 2.5]);
  assert.deepEqual([first.status, first.number, first.companyId, first.deliveryDate], ['draft', null, invoice.companyId, today]);
  assert.deepEqual(first.lines.map((l) => [l.invoiceLineId, l.quantity]), [[invoice.lines[0].id, 4], [invoice.lines[1].id, 2.5]]);
  assert.deepEqual(await delivered(invoice), [4, 2.5]);
  const issued = (await flow(first, 'issue', undefined, { expect: 200 })).body.data;
  assert.match(issued.number, /^DN-\d{4}-0001$/);
  assert.deepEqual([issued.status, issued.issuedBy, issued.shipToStreet, issued.shipToCity], ['issued', admin.id, 'Quay 1', 'Cork']);
  const done = (await flow(first, 'deliver', { receivedBy: 'Ann' }, { expect: 200 })).body.data;
  assert.deepEqual([done.status, done.receivedBy], ['delivered', 'Ann']);
  assert.ok(done.receivedAt);
  const second = await made(invoice, [6]);
  assert.deepEqual(await delivered(invoice), [10, 2.5]);
  assert.deepEqual((await admin.read('/delivery-note-lines', { invoiceLineId: invoice.lines[0].id })).map((l) => l.quantity).sort(), [4, 6]);
  await flow(second, 'cancel', undefined, { expect: 200 });
  assert.deepEqual(await delivered(invoice), [4, 2.5]);
  const actions = (await admin.read(`/delivery-notes/${first.id}/timeline`)).filter((c) => c.entity === 'delivery_note').map((c) => c.action);
  assert.ok(['create', 'issued', 'delivered'].every((action) => actions.includes(action)), actions.join());
});

test('S2-REL-16 more than was invoiced is not delivered', async () => {
  const invoice = await invoiced();
  const first = await made(invoice, [6]);
  assert.match(errorOf(await note(invoice, [4.001]), 409).message, /"Chair" 4 are left/);
  const second = await made(invoice, [1]);
  const lines = (quantity) => ({ lines: [{ invoiceLineId: invoice.lines[0].id, quantity }] });
  errorOf(await admin.patch(`/delivery-notes/${second.id}`, lines(4.5)), 409);
  await admin.patch(`/delivery-notes/${second.id}`, lines(4), { expect: 200 });
  assert.deepEqual(await delivered(invoice), [10, 0]);
  await admin.delete(`/delivery-notes/${first.id}`, { expect: 204 });
  assert.deepEqual(await delivered(invoice), [4, 0]);
  await admin.patch(`/delivery-notes/${second.id}`, lines(5), { expect: 200 });
  errorOf(await admin.post(`/delivery-notes/${first.id}/restore`), 409);
  await admin.patch(`/delivery-notes/${second.id}`, lines(4), { expect: 200 });
  await admin.post(`/delivery-notes/${first.id}/restore`, undefined, { expect: 200 });
  assert.deepEqual(await delivered(invoice), [10, 0]);
});

test('S2-REL-16 a delivery note names lines of its issued invoice', async () => {
  const invoice = await invoiced([{ name: 'Chair', quantity: 2, unitPrice: 5 }, { kind: 'heading', name: 'Thanks' }]);
  const other = await invoiced();
  assert.deepEqual(failingFields(await note({ ...invoice, lines: other.lines }, [1])), ['lines[0].invoiceLineId']);
  assert.deepEqual(failingFields(await note(invoice, [1, 1])), ['lines[1].invoiceLineId']);
  assert.deepEqual(failingFields(await note({ ...invoice, lines: [{ id: randomUUID() }] }, [1])), ['lines[0].invoiceLineId']);
  const twice = { lines: [1, 1].map((quantity) => ({ invoiceLineId: invoice.lines[0].id, quantity })) };
  assert.deepEqual(failingFields(await note(invoice, [], twice)), ['lines']);
  const draft = await admin.create('/invoices', { companyId: invoice.companyId, lines: [{ name: 'x', unitPrice: 1 }] });
  assert.deepEqual(failingFields(await note(draft, [])), ['invoiceId']);
  const empty = await made(invoice, []);
  assert.deepEqual(failingFields(await flow(empty, 'issue')), ['lines']);
});

test('S2-ENT-08 what was issued stays, but for what is learnt on the way', async () => {
  const invoice = await invoiced();
  const issued = await made(invoice, [1], { shipToCity: 'Galway', deliveryDate: '2031-01-05' });
  errorOf(await flow(issued, 'deliver'), 409);
  await flow(issued, 'issue', undefined, { expect: 200 });
  const path = `/delivery-notes/${issued.id}`;
  assert.equal((await admin.read(path)).shipToStreet, null, 'its own address is not mixed with another');
  for (const body of [{ shipToCity: 'x' }, { deliveryDate: today }]) assert.deepEqual(failingFields(await admin.patch(path, body)), Object.keys(body));
  errorOf(await admin.patch(path, { lines: [] }), 409);
  errorOf(await admin.delete(path), 409);
  assert.equal((await admin.patch(path, { carrier: 'Post', trackingNumber: 'T1', notes: 'Ring twice' }, { expect: 200 })).body.data.carrier, 'Post');
  assert.equal((await flow(issued, 'issue', undefined, { expect: 200 })).body.data.version, (await admin.read(path)).version, 'again changes nothing');
  errorOf(await admin.post(`/invoices/${invoice.id}/void`, { reason: 'x' }), 409);
  await flow(issued, 'cancel', undefined, { expect: 200 });
  errorOf(await flow(issued, 'issue'), 409);
  await admin.post(`/invoices/${invoice.id}/void`, { reason: 'x' }, { expect: 200 });
  assert.deepEqual(failingFields(await note(invoice, [1])), ['invoiceId']);
});

test('S3-SEC-04 S3-SEC-05 who may do what with delivery notes', async () => {
  const [user, manager, accountant] = [await organisation.member('user'), await organisation.member('manager'), await organisation.member('accountant')];
  const [own, other] = [await invoiced(undefined, user), await invoiced()];
  const body = (invoice, quantity) => ({ invoiceId: invoice.id, lines: [{ invoiceLineId: invoice.lines[0].id, quantity }] });
  const mine = await user.create('/delivery-notes', body(own, 1));
  const theirs = await manager.create('/delivery-notes', body(other, 1));
  assert.deepEqual((await user.all('/delivery-notes')).map((n) => n.id), [mine.id]);
  assert.ok([403, 422].includes((await user.post('/delivery-notes', body(other, 1))).status));
  errorOf(await user.get(`/delivery-notes/${theirs.id}`), 404);
  await user.patch(`/delivery-notes/${mine.id}`, { carrier: 'x' }, { expect: 200 });
  errorOf(await user.post(`/delivery-notes/${mine.id}/issue`), 403);
  errorOf(await user.post(`/delivery-notes/${mine.id}/cancel`), 403);
  await manager.post(`/delivery-notes/${mine.id}/issue`, undefined, { expect: 200 });
  await accountant.post(`/delivery-notes/${theirs.id}/issue`, undefined, { expect: 200 });
  const partner = await organisation.member('partner_user', { partnerId: await organisation.partner() });
  errorOf(await partner.get('/delivery-notes'), 403);
});

test('S2-REL-16 of 64 who deliver at once, as many succeed as were invoiced', async () => {
  const invoice = await invoiced([{ name: 'Chair', quantity: 20, unitPrice: 5 }, { name: 'Table', quantity: 100, unitPrice: 5 }]);
  const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => {
    const lines = [{ invoiceLineId: invoice.lines[0].id, quantity: 1 }, { invoiceLineId: invoice.lines[1].id, quantity: 1 }];
    return admin.post('/delivery-notes', { invoiceId: invoice.id, lines: i % 2 ? lines : lines.reverse() });
  }));
  assert.equal(answers.filter((a) => a.status === 201).length, 20);
  for (const answer of answers.filter((a) => a.status !== 201)) errorOf(answer, 409);
  assert.deepEqual(await delivered(invoice), [20, 20]);
  const notes = answers.filter((a) => a.status === 201).map((a) => a.body.data);
  const issued = await Promise.all(notes.map((n) => flow(n, 'issue')));
  const numbers = issued.map((a) => Number(a.body.data.number.split('-')[2])).sort((a, b) => a - b);
  assert.deepEqual(numbers, numbers.map((_, i) => numbers[0] + i), 'without a gap');
});
