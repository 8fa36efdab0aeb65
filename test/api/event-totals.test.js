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
