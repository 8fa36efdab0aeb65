// SPDX-License-Identifier: Apache-2.0
// Invoices and credit notes: issued, sent, voided, credited; what an issued one keeps.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
await admin.patch(`/organizations/${organisation.id}`, { legalName: 'Seller Ltd', taxId: 'S-1', addressCity: 'Vienna' }, { expect: 200 });
const rate = await admin.create('/tax-rates', { name: 'Standard', rate: 20, isDefault: true });
const company = await admin.create('/companies', { name: 'Buyer', taxId: 'B-1', billingStreet: 'First 1', billingCity: 'Graz', shippingCity: 'Linz', paymentTermsDays: 10 });
const iso = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const LINES = [{ name: 'Chairs', quantity: 3, unitPrice: 100 }, { name: 'Delivery', unitPrice: 33.33 }];
const invoice = (body = {}) => admin.create('/invoices', { companyId: company.id, lines: LINES, ...body });
const flow = (id, verb, body, options) => admin.post(`/invoices/${id}/${verb}`, body, options);
const done = async (id, verb, body) => (await flow(id, verb, body, { expect: [200, 201] })).body.data;
const issued = async (body) => done((await invoice(body)).id, 'issue');
const read = (id) => admin.read(`/invoices/${id}`);

test('S2-API-07 S2-ENT-07 S2-REL-06 a company has invoices, which are issued with all they need', async () => {
  const draft = await invoice();
  // 300 + 33.33 = 333.33 at 20 %: 66.666 → 66.67.
  assert.deepEqual([draft.subtotal, draft.taxTotal, draft.total, draft.balance], [333.33, 66.67, 400, 400]);
  assert.deepEqual([draft.status, draft.number, draft.type, draft.dueDate], ['draft', null, 'invoice', null]);
  const done1 = await done(draft.id, 'issue');
  assert.match(done1.number, /^INV-\d{4}-\d{4}$/);
  assert.deepEqual([done1.status, done1.issueDate, done1.dueDate, done1.issuedBy], ['issued', iso(0), iso(10), admin.id]);
  assert.deepEqual([done1.billToName, done1.billToTaxId, done1.billToCity, done1.shipToCity], ['Buyer', 'B-1', 'Graz', 'Linz']);
  assert.deepEqual([done1.seller.name, done1.seller.taxId, done1.seller.city, done1.exchangeRate], ['Seller Ltd', 'S-1', 'Vienna', 1]);
  assert.deepEqual(await done(draft.id, 'issue'), done1, 'again answers the same');
  assert.equal((await admin.read('/invoices', { companyId: company.id })).length > 0, true);
  errorOf(await admin.delete(`/companies/${company.id}`), 409);
});

test('S2-ENT-07 an issued invoice keeps its text, its lines and what they name', async () => {
  const one = await issued();
  for (const [body, field] of [[{ notes: 'x' }, 'notes'], [{ dueDate: iso(60) }, 'dueDate'], [{ billToName: 'x' }, 'billToName'], [{ lines: [] }, 'lines'], [{ lines: [{ name: 'x', unitPrice: 1 }] }, 'lines']])
    assert.deepEqual(failingFields(await admin.patch(`/invoices/${one.id}`, body)), [field]);
  errorOf(await admin.delete(`/invoices/${one.id}`), 409);
  await admin.patch(`/invoices/${one.id}`, { lines: one.lines, tags: [] }, { expect: 200 });
  await admin.patch(`/companies/${company.id}`, { billingCity: 'Elsewhere' }, { expect: 200 });
  assert.equal((await read(one.id)).billToCity, 'Graz');
  await admin.patch(`/companies/${company.id}`, { billingCity: 'Graz' }, { expect: 200 });
  assert.deepEqual(failingFields(await admin.patch(`/tax-rates/${rate.id}`, { rate: 21 })), ['rate']);
  errorOf(await admin.delete(`/tax-rates/${rate.id}`), 409);
});

test('S2-ENT-07 what the server keeps is not written by clients', async () => {
  const answer = await admin.post('/invoices', { companyId: company.id, number: 'X', status: 'paid', paidTotal: 1, creditedTotal: 1, balance: 0, total: 1, issuedAt: iso(0) });
  assert.deepEqual(failingFields(answer).sort(), ['balance', 'creditedTotal', 'issuedAt', 'number', 'paidTotal', 'status', 'total']);
  assert.deepEqual(failingFields(await admin.post('/invoices', { companyId: company.id, lines: [{ name: 'x', unitPrice: -1 }] })), ['lines[0].unitPrice']);
});

test('S2-ENT-07 what cannot be issued takes no number', async () => {
  const before = (await admin.read('/number-series', { key: 'invoice' }))[0].next;
  assert.deepEqual(failingFields(await flow((await invoice({ lines: [] })).id, 'issue')), ['lines']);
  assert.deepEqual(failingFields(await flow((await invoice({ lines: [{ kind: 'text', name: 'only words' }] })).id, 'issue')), ['lines']);
  assert.deepEqual(failingFields(await flow((await invoice({ issueDate: iso(3) })).id, 'issue')), ['issueDate']);
  assert.deepEqual(failingFields(await flow((await invoice({ issueDate: '2020-01-01' })).id, 'issue')), ['issueDate'], 'not before the last of the series');
  assert.deepEqual(failingFields(await flow((await invoice({ dueDate: iso(-3) })).id, 'issue')), ['dueDate']);
  assert.equal((await admin.read('/number-series', { key: 'invoice' }))[0].next, before);
});

test('S2-ENT-07 invoices in another currency remember the rate of their day', async () => {
  await admin.create('/exchange-rates', { currency: 'USD', date: iso(-30), rate: 0.8 });
  await admin.create('/exchange-rates', { currency: 'USD', date: iso(-1), rate: 0.9 });
  assert.equal((await issued({ currency: 'USD' })).exchangeRate, 0.9);
  assert.equal((await issued({ currency: 'GBP' })).exchangeRate, null);
  // Yen have no decimals: 1.5 × 33 = 49.5 → 50; 20 % of it is 10.
  const yen = await issued({ currency: 'JPY', lines: [{ name: 'x', quantity: 1.5, unitPrice: 33 }] });
  assert.deepEqual([yen.subtotal, yen.taxTotal, yen.total], [50, 10, 60]);
});

test('S2-ENT-07 an open invoice is voided for a reason, once', async () => {
  const one = await issued();
  assert.deepEqual(failingFields(await flow(one.id, 'void', {})), ['reason']);
  assert.deepEqual(failingFields(await flow(one.id, 'void', { reason: 'x'.repeat(501) })), ['reason']);
  const gone = await done(one.id, 'void', { reason: 'Wrong customer' });
  assert.deepEqual([gone.status, gone.balance, gone.voidReason, gone.number], ['void', 0, 'Wrong customer', one.number]);
  assert.deepEqual(await done(one.id, 'void', { reason: 'Again' }), gone);
  errorOf(await flow(one.id, 'issue'), 409);
  errorOf(await flow(one.id, 'credit', {}), 409);
  errorOf(await flow(one.id, 'send'), 409);
  errorOf(await flow((await invoice()).id, 'void', { reason: 'A draft' }), 409);
});

test('S2-ENT-07 corrections are credit notes, over parts and over the rest', async () => {
  const one = await issued();
  const [chairs] = one.lines;
  for (const [lines, field] of [
    ['x', 'lines'], [[], 'lines'], [[7], 'lines[0]'], [[{ invoiceLineId: 'x' }], 'lines[0].invoiceLineId'],
    [[{ invoiceLineId: chairs.id, quantity: 0 }], 'lines[0].quantity'], [[{ invoiceLineId: chairs.id, quantity: 4 }], 'lines'],
    [[{ invoiceLineId: randomUUID() }], 'lines'],
  ]) assert.deepEqual(failingFields(await flow(one.id, 'credit', { lines })), [field], JSON.stringify(lines));
  // One of three chairs: 100 + 20.
  const part = await done(one.id, 'credit', { lines: [{ invoiceLineId: chairs.id, quantity: 1 }], reason: 'Broken', issue: true });
  assert.deepEqual([part.type, part.creditedInvoiceId, part.total, part.notes, part.balance], ['credit_note', one.id, 120, 'Broken', 0]);
  assert.match(part.number, /^CN-\d{4}-\d{4}$/);
  let now = await read(one.id);
  assert.deepEqual([now.creditedTotal, now.balance, now.status], [120, 280, 'issued']);
  const rest = await done(one.id, 'credit', {});
  // 233.33 left, tax 66.67 − 20.00 = 46.67.
  assert.deepEqual([rest.status, rest.subtotal, rest.taxTotal, rest.total], ['draft', 233.33, 46.67, 280]);
  assert.equal((await done(one.id, 'credit', {})).id, rest.id, 'the draft that waits is answered again');
  errorOf(await flow(one.id, 'void', { reason: 'x' }), 409);
  await done(rest.id, 'issue');
  now = await read(one.id);
  assert.deepEqual([now.creditedTotal, now.balance, now.status], [400, 0, 'credited']);
  assert.equal((await done(one.id, 'credit', {})).id, rest.id);
  errorOf(await flow(one.id, 'credit', { lines: [{ invoiceLineId: chairs.id }] }), 409);
  errorOf(await flow(rest.id, 'credit', {}), 409);
  errorOf(await flow(rest.id, 'void', { reason: 'x' }), 409);
});

test('S2-ENT-07 credits never exceed their invoice, whoever makes them and when', async () => {
  const one = await issued();
  const note = () => admin.create('/invoices', { type: 'credit_note', companyId: company.id, creditedInvoiceId: one.id, lines: [{ name: 'Goodwill', unitPrice: 200 }] });
  const drafts = await Promise.all(Array.from({ length: 8 }, note));
  const answers = await Promise.all(drafts.map((d) => flow(d.id, 'issue')));
  // 240 each of 400: one goes, the others do not.
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, ...Array(7).fill(409)]);
  assert.equal((await read(one.id)).creditedTotal, 240);
  assert.deepEqual(failingFields(await admin.post('/invoices', { type: 'credit_note', companyId: company.id })), ['creditedInvoiceId']);
  assert.deepEqual(failingFields(await admin.post('/invoices', { companyId: company.id, creditedInvoiceId: one.id })), ['creditedInvoiceId']);
  const other = await admin.create('/companies', { name: 'Other' });
  assert.deepEqual(failingFields(await admin.post('/invoices', { type: 'credit_note', companyId: other.id, creditedInvoiceId: one.id })), ['companyId']);
  assert.deepEqual(failingFields(await admin.post('/invoices', { type: 'credit_note', companyId: company.id, creditedInvoiceId: one.id, currency: 'USD' })), ['currency']);
  assert.deepEqual(failingFields(await admin.post('/invoices', { type: 'credit_note', companyId: company.id, creditedInvoiceId: (await invoice()).id })), ['creditedInvoiceId']);
});

test('S2-ENT-07 an invoice is overdue the day after it is due, in the organisation\'s time zone', async () => {
  const late = await admin.create('/companies', { name: 'Prompt', paymentTermsDays: 0 });
  const { id } = await done((await invoice({ companyId: late.id })).id, 'issue');
  assert.equal((await read(id)).status, 'issued', 'today is its day');
  // It is tomorrow there, or still today here: at any hour one of the two zones is a day ahead of the other.
  await admin.patch(`/organizations/${organisation.id}`, { timeZone: 'Pacific/Kiritimati' }, { expect: 200 });
  const there = (await read(id)).status;
  await admin.patch(`/organizations/${organisation.id}`, { timeZone: 'UTC' }, { expect: 200 });
  assert.equal(there, new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10) > iso(0) ? 'overdue' : 'issued');
});

test('S2-ENT-07 statuses are filtered by', async () => {
  const fresh = await Organisation.create();
  const buyer = await fresh.admin.create('/companies', { name: 'Buyer' });
  const make = () => fresh.admin.create('/invoices', { companyId: buyer.id, lines: [{ name: 'x', unitPrice: 1 }] });
  const [draft, open, gone, credited] = [await make(), await make(), await make(), await make()];
  for (const one of [open, gone, credited]) await fresh.admin.post(`/invoices/${one.id}/issue`, undefined, { expect: 200 });
  await fresh.admin.post(`/invoices/${gone.id}/void`, { reason: 'x' }, { expect: 200 });
  await fresh.admin.post(`/invoices/${credited.id}/credit`, { issue: true }, { expect: 201 });
  const ids = async (query) => (await fresh.admin.read('/invoices', query)).map((i) => i.id);
  assert.deepEqual(await ids({ status: 'draft' }), [draft.id]);
  assert.deepEqual(await ids({ status: 'issued', type: 'invoice' }), [open.id]);
  assert.deepEqual(await ids({ status: 'void' }), [gone.id]);
  assert.deepEqual(await ids({ status: 'credited' }), [credited.id]);
  assert.equal((await ids({ 'balance[gt]': 0 })).length, 2);
});

test('S3-SEC-04 who may issue, void and credit is a matter of the role', async () => {
  const roles = Object.fromEntries(await Promise.all(['user', 'manager', 'accountant'].map(async (role) => [role, await organisation.member(role)])));
  const own = await roles.user.create('/companies', { name: 'Own' });
  const drafts = await roles.user.create('/invoices', { companyId: own.id, lines: [{ name: 'x', unitPrice: 5 }] });
  errorOf(await roles.user.post(`/invoices/${drafts.id}/issue`), 403);
  await roles.manager.post(`/invoices/${drafts.id}/issue`, undefined, { expect: 200 });
  for (const [verb, body] of [['void', { reason: 'x' }], ['credit', {}]]) {
    errorOf(await roles.user.post(`/invoices/${drafts.id}/${verb}`, body), 403);
    errorOf(await roles.manager.post(`/invoices/${drafts.id}/${verb}`, body), 403);
  }
  await roles.accountant.post(`/invoices/${drafts.id}/void`, { reason: 'Typing error' }, { expect: 200 });
  const again = await invoice();
  await roles.accountant.post(`/invoices/${again.id}/issue`, undefined, { expect: 200 });
  await roles.accountant.post(`/invoices/${again.id}/credit`, { issue: true }, { expect: 201 });
  errorOf(await roles.user.get(`/invoices/${again.id}`), 404);
});
