// SPDX-License-Identifier: Apache-2.0
// Payments: recorded, allocated, scheduled, given back, made void; what a company owes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const today = new Date().toISOString().slice(0, 10);
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const company = () => admin.create('/companies', { name: 'Payer' });
const draft = (companyId, total, extra = {}) => admin.create('/invoices', { companyId, lines: [{ name: 'Work', unitPrice: total }], ...extra });
const issue = async (invoice) => (await admin.post(`/invoices/${invoice.id}/issue`, undefined, { expect: 200 })).body.data;
const invoiced = async (companyId, total, extra) => issue(await draft(companyId, total, extra));
const read = (invoice) => admin.read(`/invoices/${invoice.id}`);
const flow = (payment, verb, body, headers = {}) => admin.post(`/payments/${payment.id}/${verb}`, body, { headers });
const done = async (...call) => {
  const answer = await flow(...call);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.data;
};

test('S2-API-11 S1-ENT-06 S2-REL-15 an invoice is paid in parts, and what is too much is credit', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 100);
  const first = await admin.create('/payments', { invoiceId: invoice.id, amount: 30, method: 'Card' });
  assert.match(first.number, /^PAY-\d{4}-\d{4}$/);
  assert.deepEqual([first.status, first.companyId, first.currency, first.paidAt, first.unallocated], ['completed', companyId, 'EUR', today, 0]);
  assert.deepEqual(first.allocations.map((a) => [a.invoiceId, a.amount]), [[invoice.id, 30]]);
  let now = await read(invoice);
  assert.deepEqual([now.status, now.paidTotal, now.balance], ['partially_paid', 30, 70]);
  const second = await admin.create('/payments', { invoiceId: invoice.id, amount: 100 });
  now = await read(invoice);
  assert.deepEqual([now.status, now.paidTotal, now.balance], ['paid', 100, 0]);
  assert.deepEqual([second.allocatedTotal, second.unallocated], [70, 30]);
  const other = await invoiced(companyId, 50);
  const allocated = await done(second, 'allocate', { invoiceId: other.id });
  assert.deepEqual(allocated.allocations.map((a) => a.amount), [70, 30]);
  assert.equal((await read(other)).balance, 20);
  assert.equal(errorOf(await flow(second, 'allocate', { invoiceId: other.id }), 409).message, 'Nothing is left of this payment.');
});

test('S2-REL-15 allocations are written with the payment and replaced with it', async () => {
  const { id: companyId } = await company();
  const [a, b, c] = [await invoiced(companyId, 100), await invoiced(companyId, 60), await invoiced(companyId, 10)];
  const allocations = [{ invoiceId: a.id, amount: 80 }, { invoiceId: b.id, amount: 20 }];
  const payment = await admin.create('/payments', { companyId, amount: 100, allocations });
  assert.equal(payment.unallocated, 0);
  const swap = [{ invoiceId: b.id, amount: 60 }, { invoiceId: a.id, amount: 35 }, { invoiceId: c.id, amount: 5 }];
  const swapped = (await admin.patch(`/payments/${payment.id}`, { allocations: swap }, { expect: 200 })).body.data;
  assert.deepEqual(swapped.allocations.map((x) => [x.invoiceId, x.amount]), swap.map((x) => [x.invoiceId, x.amount]));
  assert.deepEqual([(await read(a)).paidTotal, (await read(b)).paidTotal, (await read(c)).paidTotal], [35, 60, 5]);
  const [kept] = swapped.allocations;
  const less = (await admin.patch(`/payments/${payment.id}`, { allocations: [{ ...kept, amount: 10 }] }, { expect: 200 })).body.data;
  assert.deepEqual([less.allocations[0].id, less.unallocated], [kept.id, 90]);
  assert.deepEqual([(await read(a)).paidTotal, (await read(b)).paidTotal, (await read(c)).paidTotal], [0, 10, 0]);
  assert.deepEqual((await admin.read('/payment-allocations', { invoiceId: b.id })).map((x) => [x.paymentId, x.amount]), [[payment.id, 10]]);
  const none = (await admin.patch(`/payments/${payment.id}`, { allocations: [] }, { expect: 200 })).body.data;
  assert.deepEqual([none.allocations, none.unallocated], [[], 100]);
});

test('S2-REL-15 what an allocation may not pay is told by its place', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 100);
  const refuse = async (allocations, body = {}) => failingFields(await admin.post('/payments', { companyId, amount: 50, allocations, ...body }));
  const wrong = async (other, amount = 1) => refuse([{ invoiceId: invoice.id, amount: 1 }, { invoiceId: other.id, amount }]);
  assert.deepEqual(await wrong(await draft(companyId, 5)), ['allocations[1].invoiceId']);
  assert.deepEqual(await wrong(await invoiced((await company()).id, 5)), ['allocations[1].invoiceId']);
  assert.deepEqual(await wrong(await invoiced(companyId, 5, { currency: 'USD' })), ['allocations[1].invoiceId']);
  assert.deepEqual(await wrong({ id: randomUUID() }), ['allocations[1].invoiceId']);
  const void_ = await invoiced(companyId, 5);
  await admin.post(`/invoices/${void_.id}/void`, { reason: 'Twice' }, { expect: 200 });
  assert.deepEqual(await wrong(void_), ['allocations[1].invoiceId']);
  assert.deepEqual(failingFields(await admin.post('/payments', { invoiceId: void_.id, amount: 5 })), ['invoiceId']);
  assert.deepEqual(await refuse([{ invoiceId: invoice.id, amount: 50.01 }]), ['allocations']);
  assert.deepEqual(await refuse([{ invoiceId: invoice.id, amount: 100.01 }], { amount: 500 }), ['allocations']);
  assert.deepEqual(await refuse([{ invoiceId: invoice.id, amount: 1 }, { invoiceId: invoice.id, amount: 1 }]), ['allocations']);
  assert.deepEqual(await refuse([{ invoiceId: invoice.id, amount: 0 }]), ['allocations[0].amount']);
  assert.deepEqual(await refuse([{ invoiceId: invoice.id, amount: -1 }]), ['allocations[0].amount']);
  assert.deepEqual(await refuse([{ invoiceId: invoice.id, amount: 1 }], { invoiceId: invoice.id }), ['invoiceId']);
  assert.equal((await read(invoice)).paidTotal, 0);
});

test('S2-ENT-14 a payment says what it lacks', async () => {
  const { id: companyId } = await company();
  const refuse = async (body) => failingFields(await admin.post('/payments', { amount: 5, ...body }));
  assert.deepEqual(await refuse({}), ['companyId']);
  assert.deepEqual(await refuse({ direction: 'out' }), ['vendorId']);
  assert.deepEqual(await refuse({ companyId, amount: 0 }), ['amount']);
  assert.deepEqual(await refuse({ companyId, paidAt: day(2) }), ['paidAt']);
  assert.deepEqual(await refuse({ companyId, status: 'scheduled' }), ['dueDate']);
  assert.deepEqual(await refuse({ companyId, status: 'scheduled', dueDate: today, paidAt: today }), ['paidAt']);
  assert.deepEqual(await refuse({ companyId, status: 'void' }), ['status']);
  assert.deepEqual(await refuse({ companyId, kind: 'refund' }), ['refundOfId']);
  const event = await maker.create('event');
  assert.deepEqual(await refuse({ companyId, eventVendorId: (await maker.create('event_vendor', { eventId: event.id })).id }), ['eventVendorId']);
});

test('S2-ENT-14 what was recorded stays: a mistake is made void for a reason', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 100);
  const payment = await admin.create('/payments', { invoiceId: invoice.id, amount: 100 });
  for (const body of [{ amount: 90 }, { paidAt: day(-3) }, { method: 'Cash' }, { companyId: (await company()).id }])
    assert.deepEqual(failingFields(await admin.patch(`/payments/${payment.id}`, body)), Object.keys(body));
  const noted = (await admin.patch(`/payments/${payment.id}`, { reference: 'Statement 7', notes: 'Late' }, { expect: 200 })).body.data;
  assert.deepEqual([noted.reference, noted.notes, noted.unallocated], ['Statement 7', 'Late', 0]);
  errorOf(await admin.delete(`/payments/${payment.id}`), 409);
  assert.deepEqual(failingFields(await flow(payment, 'void', {})), ['reason']);
  const gone = await done(payment, 'void', { reason: 'Bounced' });
  assert.deepEqual([gone.status, gone.voidReason, gone.voidedBy, gone.unallocated, gone.allocations], ['void', 'Bounced', admin.id, 0, []]);
  assert.equal((await read(invoice)).balance, 100);
  assert.equal((await done(payment, 'void', { reason: 'Again' })).version, gone.version, 'again changes nothing');
  errorOf(await flow(payment, 'allocate', { invoiceId: invoice.id }), 409);
  errorOf(await flow(payment, 'refund', {}), 409);
});

test('S2-ENT-14 what is left of a payment is given back, and no more', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 60);
  const payment = await admin.create('/payments', { invoiceId: invoice.id, amount: 100, method: 'Card' });
  const answer = await flow(payment, 'refund', { amount: 15 });
  assert.equal(answer.status, 201, answer.text);
  const refund = answer.body.data;
  assert.equal(answer.headers.location, `/api/v1/payments/${refund.id}`);
  assert.deepEqual([refund.kind, refund.refundOfId, refund.companyId, refund.method, refund.direction], ['refund', payment.id, companyId, 'Card', 'in']);
  assert.deepEqual(failingFields(await flow(payment, 'refund', { amount: 25.01 })), ['amount']);
  const rest = (await flow(payment, 'refund', {})).body.data;
  assert.equal(rest.amount, 25, 'all that is left unless said otherwise');
  errorOf(await flow(payment, 'refund', {}), 409);
  assert.deepEqual([(await admin.read(`/payments/${payment.id}`)).refundedTotal, (await read(invoice)).paidTotal], [40, 60]);
  errorOf(await flow(payment, 'void', { reason: 'x' }), 409);
  await done(payment, 'release', {});
  assert.deepEqual(failingFields(await admin.post('/payments', { kind: 'refund', refundOfId: payment.id, amount: 60.01 })), ['amount']);
  await admin.create('/payments', { kind: 'refund', refundOfId: payment.id, amount: 60 });
  assert.deepEqual((await admin.read('/payments', { refundOfId: payment.id })).length, 3);
  assert.deepEqual(failingFields(await admin.patch(`/payments/${payment.id}`, { allocations: [{ invoiceId: invoice.id, amount: 1 }] })), ['allocations']);
  await done(rest, 'void', { reason: 'Never arrived' });
  assert.equal((await admin.read(`/payments/${payment.id}`)).unallocated, 25);
  errorOf(await admin.post(`/payments/${randomUUID()}/refund`, {}), 404);
});

test('S2-ENT-14 a scheduled payment is a plan until it is completed', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 100);
  const plan = await admin.create('/payments', { invoiceId: invoice.id, amount: 40, status: 'scheduled', dueDate: day(7) });
  assert.deepEqual([plan.number, plan.paidAt, plan.unallocated, plan.allocations], [null, null, 0, []]);
  assert.equal((await read(invoice)).balance, 100);
  await admin.patch(`/payments/${plan.id}`, { amount: 50, dueDate: day(8), method: 'Card' }, { expect: 200 });
  errorOf(await flow(plan, 'void', { reason: 'x' }), 409);
  assert.deepEqual(failingFields(await admin.patch(`/payments/${plan.id}`, { status: 'completed' })), ['status']);
  assert.deepEqual(failingFields(await flow(plan, 'complete', { paidAt: day(3) })), ['paidAt']);
  assert.deepEqual(failingFields(await flow(plan, 'complete', { method: 'Shells' })), ['method']);
  assert.deepEqual(failingFields(await flow(plan, 'complete', { companyId })), ['companyId']);
  const made = await done(plan, 'complete', { amount: 45, paidAt: day(-1), reference: 'R-1' });
  assert.deepEqual([made.status, made.amount, made.paidAt, made.method, made.reference], ['completed', 45, day(-1), 'Card', 'R-1']);
  assert.match(made.number, /^PAY-/);
  assert.equal((await read(invoice)).balance, 55);
  errorOf(await flow(plan, 'complete', {}), 409);
  const other = await admin.create('/payments', { companyId, amount: 40, status: 'scheduled', dueDate: day(7) });
  await admin.delete(`/payments/${other.id}`, { expect: 204 });
});

test('S1-REL-04 S1-ENT-11 deposit and balance of a booking are scheduled, and what is paid for it counts', async () => {
  const event = await maker.create('event', { currency: 'CHF' });
  const vendor = await maker.create('vendor');
  const booking = await admin.create('/event-vendors', { eventId: event.id, vendorId: vendor.id, agreedCost: 900, depositAmount: 300, depositDueDate: day(5), balanceDueDate: day(60) });
  const line = await admin.create('/budget-lines', { eventId: event.id, category: 'Venue', name: 'Hall', eventVendorId: booking.id });
  const plan = async () => (await admin.read('/payments', { eventVendorId: booking.id, status: 'scheduled', sort: 'dueDate' })).map((p) => [p.instalment, p.amount, p.dueDate]);
  assert.deepEqual(await plan(), [['deposit', 300, day(5)], ['balance', 600, day(60)]]);
  const [deposit] = await admin.read('/payments', { eventVendorId: booking.id, sort: 'dueDate' });
  assert.deepEqual([deposit.direction, deposit.currency, deposit.vendorId, deposit.eventId], ['out', 'CHF', vendor.id, event.id]);
  assert.deepEqual(failingFields(await admin.patch(`/payments/${deposit.id}`, { amount: 1 })), ['amount']);
  errorOf(await admin.delete(`/payments/${deposit.id}`), 409);
  await done(deposit, 'complete', { amount: 200 });
  assert.deepEqual(await plan(), [['deposit', 100, day(5)], ['balance', 600, day(60)]], 'what was paid short stays planned');
  await admin.create('/payments', { direction: 'out', eventVendorId: booking.id, amount: 350 });
  assert.deepEqual(await plan(), [['balance', 350, day(60)]], 'a payment of its own counts as well');
  const now = await admin.read(`/event-vendors/${booking.id}`);
  assert.deepEqual([now.paidTotal, now.balance, now.version], [550, 350, booking.version]);
  const budget = await admin.read(`/budget-lines/${line.id}`);
  assert.equal(budget.paid, 550);
  await admin.patch(`/event-vendors/${booking.id}`, { agreedCost: 1000 }, { expect: 200 });
  assert.deepEqual(await plan(), [['balance', 450, day(60)]]);
  await admin.patch(`/event-vendors/${booking.id}`, { balanceDueDate: null }, { expect: 200 });
  assert.deepEqual(await plan(), []);
});

test('S2-REL-15 a credit note for an invoice that is paid turns the payment into credit', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 100);
  const payment = await admin.create('/payments', { invoiceId: invoice.id, amount: 100 });
  const note = (await admin.post(`/invoices/${invoice.id}/credit`, { issue: true, reason: 'Returned' }, { expect: 201 })).body.data;
  assert.equal(note.total, 100);
  const now = await read(invoice);
  assert.deepEqual([now.paidTotal, now.creditedTotal, now.balance, now.status], [0, 100, 0, 'credited']);
  assert.equal((await admin.read(`/payments/${payment.id}`)).unallocated, 100);
});

test('S2-API-11 GET /companies/{id}/account tells what is owed, late and credit, by currency', async () => {
  // Of its own, because numbers do not go back in time.
  const other = await Organisation.create();
  const { admin } = other;
  const { id: companyId } = await admin.create('/companies', { name: 'Payer' });
  const bill = async (unitPrice, extra) => {
    const { id } = await admin.create('/invoices', { companyId, lines: [{ name: 'Work', unitPrice }], ...extra });
    return (await admin.post(`/invoices/${id}/issue`, undefined, { expect: 200 })).body.data;
  };
  const late = await bill(100, { issueDate: day(-40), dueDate: day(-10) });
  const dollars = await bill(70, { currency: 'USD' });
  await admin.create('/payments', { invoiceId: late.id, amount: 25 });
  const paid = await bill(10);
  await admin.create('/payments', { invoiceId: paid.id, amount: 15 });
  await admin.create('/invoices', { companyId, lines: [{ name: 'Draft', unitPrice: 1000 }] });
  const account = await admin.read(`/companies/${companyId}/account`);
  assert.deepEqual(account.currencies, [
    { currency: 'EUR', open: 75, overdue: 75, credit: 5, openInvoices: 1, overdueInvoices: 1 },
    { currency: 'USD', open: 70, overdue: 0, credit: 0, openInvoices: 1, overdueInvoices: 0 },
  ]);
  assert.deepEqual(account.invoices.map((i) => [i.id, i.balance, i.daysOverdue]), [[late.id, 75, 10], [dollars.id, 70, 0]]);
  assert.deepEqual(account.credits.map((c) => [c.amount, c.unallocated]), [[15, 5]]);
  errorOf(await admin.get(`/companies/${randomUUID()}/account`), 404);
  errorOf(await admin.get(`/companies/${companyId}/account`, { query: { x: 1 } }), 400);
  const user = await other.member('user');
  errorOf(await user.get(`/companies/${companyId}/account`), 404);
  const partner = await other.member('partner_user', { partnerId: await other.partner() });
  errorOf(await partner.get(`/companies/${companyId}/account`), 403);
});

test('S3-SEC-04 S3-SEC-05 who may do what with payments', async () => {
  const [user, manager, accountant] = [await organisation.member('user'), await organisation.member('manager'), await organisation.member('accountant')];
  const own = await user.create('/companies', { name: 'Own' });
  const invoice = await invoiced(own.id, 100);
  const mine = await manager.create('/payments', { invoiceId: invoice.id, amount: 60 });
  const other = await manager.create('/payments', { companyId: (await company()).id, amount: 60 });
  assert.deepEqual((await user.all('/payments')).map((p) => p.id), [mine.id]);
  assert.equal((await user.read(`/payments/${mine.id}`)).allocations.length, 1);
  errorOf(await user.get(`/payments/${other.id}`), 404);
  errorOf(await user.post('/payments', { invoiceId: invoice.id, amount: 1 }), 403);
  for (const verb of ['void', 'refund', 'release', 'allocate', 'complete']) {
    errorOf(await user.post(`/payments/${mine.id}/${verb}`, {}), 403);
    errorOf(await manager.post(`/payments/${mine.id}/${verb}`, {}), 403);
  }
  errorOf(await manager.post('/payments', { kind: 'refund', refundOfId: other.id, amount: 1 }), 403);
  errorOf(await manager.patch(`/payments/${mine.id}`, { reference: 'x' }), 403);
  await accountant.patch(`/payments/${mine.id}`, { reference: 'x', allocations: [] }, { expect: 200 });
  await accountant.post(`/payments/${mine.id}/refund`, { amount: 10 }, { expect: 201 });
  await accountant.post(`/payments/${other.id}/void`, { reason: 'Wrong' }, { expect: 200 });
  errorOf(await accountant.delete(`/payments/${other.id}`), 403);
  const partner = await organisation.member('partner_admin', { partnerId: await organisation.partner() });
  errorOf(await partner.get('/payments'), 403);
  errorOf(await partner.get('/payment-allocations'), 403);
});

test('S5-API-26 payments honour If-Match and Idempotency-Key', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 100);
  const headers = { 'idempotency-key': randomUUID() };
  const body = { invoiceId: invoice.id, amount: 10 };
  const first = await admin.post('/payments', body, { headers, expect: 201 });
  const again = await admin.post('/payments', body, { headers, expect: 201 });
  assert.deepEqual(again.body, first.body);
  assert.equal((await read(invoice)).paidTotal, 10);
  const payment = first.body.data;
  const { etag } = (await admin.get(`/payments/${payment.id}`, { expect: 200 })).headers;
  const released = await flow(payment, 'release', {}, { 'if-match': etag });
  assert.equal(released.status, 200, released.text);
  assert.notEqual(released.headers.etag, etag);
  errorOf(await flow(payment, 'allocate', { invoiceId: invoice.id }, { 'if-match': etag }), 412);
  errorOf(await admin.patch(`/payments/${payment.id}`, { allocations: [] }, { headers: { 'if-match': etag } }), 412);
  const key = { 'idempotency-key': randomUUID() };
  const once = await flow(payment, 'allocate', { invoiceId: invoice.id, amount: 4 }, key);
  assert.equal(once.status, 200, once.text);
  assert.deepEqual((await flow(payment, 'allocate', { invoiceId: invoice.id, amount: 4 }, key)).body, once.body);
  assert.equal((await read(invoice)).paidTotal, 4);
});

test('S2-ENT-14 what happens to a payment is told by its name, with what it pays in one changeset', async () => {
  const { id: companyId } = await company();
  const invoice = await invoiced(companyId, 100);
  const plan = await admin.create('/payments', { invoiceId: invoice.id, amount: 10, status: 'scheduled', dueDate: day(1) });
  await done(plan, 'complete', {});
  await done(plan, 'void', { reason: 'x' });
  const rows = await admin.read(`/payments/${plan.id}/timeline`);
  const actions = rows.filter((r) => r.entity === 'payment').map((r) => r.action);
  assert.ok(actions.includes('completed') && actions.includes('voided') && actions.includes('create'), actions.join());
  const voided = rows.find((r) => r.action === 'voided');
  const released = rows.find((r) => r.entity === 'payment_allocation' && r.action === 'delete');
  assert.equal(released.changesetId, voided.changesetId);
});

test('S1-DB-04 what was paid keeps its company, its vendor, its event and its booking', async () => {
  const event = await maker.create('event');
  const vendor = await maker.create('vendor');
  const booking = await admin.create('/event-vendors', { eventId: event.id, vendorId: vendor.id, agreedCost: 100, balanceDueDate: day(9) });
  const own = await admin.create('/payments', { companyId: (await company()).id, eventId: event.id, amount: 5, status: 'scheduled', dueDate: day(1) });
  const live = async () => (await admin.all('/payments', { eventId: event.id })).length;
  assert.equal(await live(), 2);
  await admin.delete(`/events/${event.id}`, { expect: 204 });
  assert.equal(await live(), 0, 'what was only planned goes along');
  await admin.post(`/events/${event.id}/restore`, undefined, { expect: 200 });
  assert.equal(await live(), 2);
  await done(own, 'complete', {});
  errorOf(await admin.delete(`/events/${event.id}`), 409);
  errorOf(await admin.delete(`/companies/${own.companyId}`), 409);
  await done(own, 'void', { reason: 'x' });
  const [plan] = await admin.read('/payments', { eventVendorId: booking.id });
  await done(plan, 'complete', {});
  errorOf(await admin.delete(`/event-vendors/${booking.id}`), 409);
  errorOf(await admin.delete(`/vendors/${vendor.id}`), 409);
});
