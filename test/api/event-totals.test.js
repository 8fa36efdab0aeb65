// SPDX-License-Identifier: Apache-2.0
// What events and projects amount to: planned, agreed, margin; invoiced and paid.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Organisation } from './harness/organisation.js';

const { admin, maker } = await Organisation.create();
const vendor = (extra = {}) => maker.create('vendor', { exclusive: false, status: 'active', ...extra });
const event = (extra = {}) => admin.create('/events', { name: 'Gala', startAt: '2033-05-01T10:00:00Z', endAt: '2033-05-01T20:00:00Z', ...extra });
const book = async (of, agreedCost, status = 'confirmed', extra = {}) =>
  (await admin.post(`/events/${of.id}/vendors`, { vendorId: (await vendor()).id, status, agreedCost, ...extra }, { expect: 201 })).body.data;
const line = (of, extra) => admin.create('/budget-lines', { eventId: of.id, category: 'Music', name: 'Line', ...extra });
const totals = async (of) => {
  const { plannedTotal, agreedTotal, margin } = await admin.read(`/events/${of.id}`);
  return [plannedTotal, agreedTotal, margin];
};

test('S1-ENT-03 S1-ENT-11 planned and agreed are the sums of the budget and the bookings', async () => {
  const gala = await event();
  assert.deepEqual(await totals(gala), [0, 0, 0]);
  const band = await book(gala, 900.1);
  const held = await book(gala, 50.25, 'tentative', { holdUntil: '2033-01-01T00:00:00Z' });
  const idea = await book(gala, 7000, 'considering');
  const lines = [await line(gala, { planned: 1000.3, eventVendorId: band.id }), await line(gala, { planned: 20, agreed: 15.05 }), await line(gala, { planned: 500, eventVendorId: idea.id })];
  assert.deepEqual(await totals(gala), [1520.3, 965.4, -965.4], 'who is considered costs nothing yet');
  const agreed = async () => Promise.all(lines.map(async (l) => (await admin.read(`/budget-lines/${l.id}`)).agreed));
  assert.deepEqual(await agreed(), [900.1, 15.05, 0]);
  await admin.patch(`/event-vendors/${idea.id}`, { status: 'confirmed' }, { expect: 200 });
  await admin.patch(`/event-vendors/${held.id}`, { status: 'cancelled' }, { expect: 200 });
  await admin.patch(`/event-vendors/${band.id}`, { agreedCost: 1000 }, { expect: 200 });
  assert.deepEqual(await agreed(), [1000, 15.05, 7000]);
  assert.deepEqual(await totals(gala), [1520.3, 8015.05, -8015.05]);
  await admin.delete(`/budget-lines/${lines[1].id}`, { expect: 204 });
  await admin.delete(`/event-vendors/${idea.id}`, { expect: 204 });
  assert.deepEqual(await totals(gala), [1500.3, 1000, -1000], 'what is in the trash does not count');
});

test('S1-ENT-03 events are found and sorted by what they amount to', async () => {
  const client = await maker.create('company');
  const many = [];
  for (const planned of [300, 100, 200]) {
    const one = await event({ companyId: client.id });
    await line(one, { planned });
    many.push(one.id);
  }
  const ids = async (query) => (await admin.all('/events', { companyId: client.id, ...query })).map((e) => e.id);
  assert.deepEqual(await ids({ sort: '-plannedTotal' }), [many[0], many[2], many[1]]);
  assert.deepEqual(await ids({ 'plannedTotal[gte]': 200, sort: 'plannedTotal' }), [many[2], many[0]]);
});

/* --- with documents and payments --- */

const client = await maker.create('company');
const standard = await admin.create('/tax-rates', { name: 'Twenty', rate: 20, kind: 'standard', isDefault: true });
const act = async (path, body = {}) => (await admin.post(path, body, { expect: [200, 201] })).body.data;
async function invoice(unitPrice, extra) {
  const draft = await admin.create('/invoices', { companyId: client.id, lines: [{ name: 'Planning', unitPrice, taxRateId: standard.id }], ...extra });
  return draft;
}
const issued = async (...given) => act(`/invoices/${(await invoice(...given)).id}/issue`);

test('S1-ENT-06 S1-REL-04 the margin is what is invoiced without tax less what is agreed', async () => {
  const gala = await event({ companyId: client.id });
  await book(gala, 600);
  const margin = async () => (await admin.read(`/events/${gala.id}`)).margin;
  await invoice(5000, { eventId: gala.id });
  assert.equal(await margin(), -600, 'a draft counts nothing');
  const first = await issued(1000, { eventId: gala.id });
  assert.equal(first.total, 1200);
  assert.equal(await margin(), 400);
  await act(`/invoices/${first.id}/credit`, { lines: [{ invoiceLineId: first.lines[0].id, quantity: 0.25 }], reason: 'Rain', issue: true });
  assert.equal(await margin(), 150);
  const second = await issued(70, { eventId: gala.id });
  assert.equal(await margin(), 220);
  await act(`/invoices/${second.id}/void`, { reason: 'Wrong client' });
  assert.equal(await margin(), 150);
  await admin.create('/exchange-rates', { currency: 'CHF', date: '2020-01-01', rate: 1 });
  await issued(10, { eventId: gala.id, currency: 'CHF' });
  assert.equal(await margin(), null, 'francs and euros make no sum');
  const [row] = (await admin.read('/reports/event-margin', { companyId: client.id })).byCurrency;
  assert.deepEqual([row.events, row.withoutMargin, row.margin, row.marginPercent], [1, 1, 0, null]);
});

test('S1-REL-04 what came in and went out stands with the event, the booking and the budget', async () => {
  const gala = await event({ companyId: client.id });
  const band = await book(gala, 600);
  const budget = await line(gala, { planned: 700, eventVendorId: band.id });
  const bill = await issued(1000, { eventId: gala.id });
  const money = async () => {
    const { paidIn, paidOut } = await admin.read(`/events/${gala.id}`);
    return [paidIn, paidOut];
  };
  assert.deepEqual(await money(), [0, 0]);
  await admin.create('/payments', { invoiceId: bill.id, amount: 500 });
  const out = await admin.create('/payments', { direction: 'out', eventVendorId: band.id, amount: 250 });
  await admin.create('/payments', { direction: 'out', eventVendorId: band.id, amount: 350, status: 'scheduled', dueDate: '2033-06-01' });
  assert.deepEqual(await money(), [500, 250], 'what is scheduled is no payment yet');
  const booking = await admin.read(`/event-vendors/${band.id}`);
  assert.deepEqual([booking.paidTotal, booking.balance], [250, 350]);
  const { agreed, paid } = await admin.read(`/budget-lines/${budget.id}`);
  assert.deepEqual([agreed, paid], [600, 250]);
  const row = (await admin.read('/reports/event-margin', { companyId: client.id })).byEvent.find((r) => r.eventId === gala.id);
  assert.deepEqual([row.invoiced, row.margin, row.marginPercent, row.paidIn, row.paidOut], [1000, 400, 40, 500, 250]);
  await act(`/payments/${out.id}/void`, { reason: 'Twice' });
  assert.deepEqual(await money(), [500, 0]);
});

test('S2-ENT-09 a project tells what is invoiced and paid', async () => {
  const project = await admin.create('/projects', { name: 'Advice', companyId: client.id });
  const money = async () => {
    const { invoicedTotal, paidTotal } = await admin.read(`/projects/${project.id}`);
    return [invoicedTotal, paidTotal];
  };
  assert.deepEqual(await money(), [0, 0]);
  const bill = await issued(100, { projectId: project.id });
  await issued(10, { projectId: project.id });
  await admin.create('/payments', { invoiceId: bill.id, amount: 50 });
  assert.deepEqual(await money(), [132, 50]);
  await act(`/invoices/${bill.id}/credit`, { lines: [{ invoiceLineId: bill.lines[0].id, quantity: 0.5 }], reason: 'Half', issue: true });
  assert.deepEqual(await money(), [72, 50]);
});
