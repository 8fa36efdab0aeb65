// SPDX-License-Identifier: Apache-2.0
// The same event once more: POST /events/{id}/copy; and who takes part in what is made from a template.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta } = organisation;
await admin.patch(meta.entity('organization').at(admin.organizationId), { timeZone: 'Europe/Prague' }, { expect: 200 });
const [planner, colleague] = [await organisation.member('user'), await organisation.member('manager')];
const company = await admin.create('/companies', { name: 'Client' });
const guest = await admin.create('/contacts', { lastName: 'Guest', companyId: company.id });
const castle = await admin.create('/vendors', { name: 'Castle', exclusive: true });
const copy = async (event, body, by = admin) => (await by.post(`/events/${event.id}/copy`, body, { expect: 201 })).body.data;

// A winter's evening of Prague, 18:00 to 02:00.
async function gala(by = admin, extra = {}) {
  const event = await by.create('/events', {
    name: 'Gala', eventType: 'Corporate', startAt: '2030-01-12T17:00:00Z', endAt: '2030-01-13T01:00:00Z', guestsExpected: 80, budget: 9000,
    participants: [{ contactId: guest.id, role: 'Host' }, { userId: colleague.id, role: 'Coordinator', notify: false }], description: 'As ever.', ...extra,
  });
  await by.create('/tasks', { title: 'Invite', eventId: event.id, offsetDays: -30, status: 'done' });
  await by.create('/tasks', { title: 'Dropped', eventId: event.id, status: 'cancelled' });
  await by.create('/schedule-items', { title: 'Dinner', eventId: event.id, startAt: '2030-01-12T18:30:00Z', endAt: '2030-01-12T20:00:00Z' });
  await by.create('/budget-lines', { eventId: event.id, category: 'Catering', name: 'Dinner', planned: 4000 });
  return event;
}
const parts = async (event, by = admin) => Promise.all(['/tasks', '/schedule-items', '/budget-lines', '/event-vendors'].map((path) => by.all(path, { eventId: event.id })));

test('S1-ENT-03 S1-REL-03 an event is copied to another start, by the clock', async () => {
  const event = await gala(admin, { companyId: company.id, contactId: guest.id, status: 'confirmed' });
  const made = await copy(event, { startAt: '2031-07-05T16:00:00Z', name: 'Summer gala' });
  assert.deepEqual(made, await admin.read(`/events/${made.id}`), 'answers the event as GET does');
  const { name, status, companyId, contactId, ownerId, startAt, endAt, guestsExpected, budget, description, participants, version } = made;
  assert.deepEqual({ name, status, companyId, contactId, ownerId, startAt, endAt, guestsExpected, budget, description, participants, version }, {
    name: 'Summer gala', status: 'inquiry', companyId: company.id, contactId: guest.id, ownerId: admin.id, startAt: '2031-07-05T16:00:00.000Z',
    endAt: '2031-07-06T00:00:00.000Z', guestsExpected: 80, budget: 9000, description: 'As ever.', participants: [], version: 1,
  });
  const [tasks, schedule, budgetLines, bookings] = await parts(made);
  assert.deepEqual(tasks.map((t) => [t.title, t.status, t.dueAt]), [['Invite', 'todo', '2031-06-05T16:00:00.000Z']]);
  assert.deepEqual(schedule.map((i) => [i.title, i.startAt, i.endAt]), [['Dinner', '2031-07-05T17:30:00.000Z', '2031-07-05T19:00:00.000Z']]);
  assert.deepEqual(budgetLines.map((l) => [l.name, l.planned]), [['Dinner', 4000]]);
  assert.deepEqual(bookings, []);
  assert.equal((await parts(event))[0].length, 2, 'what is copied stays as it is');
  const log = await admin.all('/audit-logs', { recordId: made.id, action: 'create' });
  assert.equal((await admin.all('/audit-logs', { changesetId: log[0].changesetId, action: 'create' })).length, 4);
});

test('S1-ENT-03 participants and vendors come along by choice, and nothing is booked', async () => {
  const event = await gala();
  await admin.create('/event-vendors', { eventId: event.id, vendorId: castle.id, status: 'confirmed', bookedFrom: '2030-01-12T15:00:00Z', bookedTo: '2030-01-13T02:00:00Z', agreedCost: 500 });
  const gone = await admin.create('/vendors', { name: 'Closed' });
  await admin.create('/event-vendors', { eventId: event.id, vendorId: gone.id });
  await admin.patch(`/vendors/${gone.id}`, { status: 'inactive' }, { expect: 200 });
  const made = await copy(event, { startAt: '2031-01-11T17:00:00Z', participants: true, vendors: true });
  assert.deepEqual(made.participants.map((p) => [p.contactId ?? p.userId, p.role, p.notify]), [[guest.id, 'Host', true], [colleague.id, 'Coordinator', false]]);
  assert.equal((await admin.patch(`/events/${made.id}`, { guestsExpected: 90 }, { headers: { 'if-match': `"v${made.version}"` } })).status, 200, 'the version that was answered');
  const [, , , bookings] = await parts(made);
  assert.deepEqual(bookings.map((b) => [b.vendorId, b.status, b.bookedFrom, b.bookedTo, b.agreedCost]),
    [[castle.id, 'considering', '2031-01-11T15:00:00.000Z', '2031-01-12T02:00:00.000Z', 0]]);
  const same = await copy(event);
  assert.deepEqual([same.name, same.startAt, same.endAt, same.participants], [event.name, event.startAt, event.endAt, []], 'nothing said: the same time');
});

test('S3-SEC-05 who copies an event takes over what they see, and it is theirs', async () => {
  const event = await gala(admin, { ownerId: planner.id, companyId: company.id });
  const hidden = await admin.create('/tasks', { title: 'Not for the planner', eventId: event.id });
  const made = await copy(event, { startAt: '2031-02-01T17:00:00Z' }, planner);
  assert.deepEqual([made.ownerId, made.companyId], [planner.id, null], 'a client out of sight does not come along');
  const titles = (await admin.all('/tasks', { eventId: made.id })).map((t) => t.title);
  assert.ok(!titles.includes(hidden.title), titles.join());
  assert.equal((await planner.all('/schedule-items', { eventId: made.id })).length, 1);
  const foreign = await gala();
  errorOf(await planner.post(`/events/${foreign.id}/copy`, {}), 404);
  errorOf(await admin.post(`/events/${randomUUID()}/copy`, {}), 404);
  const accountant = await organisation.member('accountant');
  errorOf(await accountant.post(`/events/${event.id}/copy`, {}), 403);
});

test('a copy is refused by field, and made once for a key', async () => {
  const event = await gala();
  assert.deepEqual(failingFields(await admin.post(`/events/${event.id}/copy`, { startAt: 'soon', vendors: 'all', place: 1 })).sort(), ['place', 'startAt', 'vendors']);
  assert.deepEqual(failingFields(await admin.post(`/events/${event.id}/copy`, { startAt: '2031-01-01T10:00:00Z', endAt: '2031-01-01T09:00:00Z' })), ['endAt']);
  const headers = { 'idempotency-key': randomUUID() };
  const [once, twice] = [await admin.post(`/events/${event.id}/copy`, { name: 'Once' }, { headers }), await admin.post(`/events/${event.id}/copy`, { name: 'Once' }, { headers })];
  assert.deepEqual([once.status, twice.body], [201, once.body]);
});

test('S1-ENT-03 unique custom values stay with the event that has them', async () => {
  await admin.create('/custom-fields', { entity: 'event', key: 'badge', label: 'Badge', type: 'text', unique: true });
  await admin.create('/custom-fields', { entity: 'event', key: 'theme', label: 'Theme', type: 'text' });
  const event = await gala(admin, { custom: { badge: unique('b'), theme: 'Gold' } });
  const made = await copy(event);
  assert.equal(made.custom.theme, 'Gold');
  assert.equal(made.custom.badge ?? null, null);
});

test('S1-ENT-03 who takes part in a template takes part in what is made from it', async () => {
  const template = await gala(admin, { isTemplate: true });
  const made = await admin.create('/events', { name: 'From the template', templateId: template.id });
  assert.deepEqual(made.participants.map((p) => [p.contactId ?? p.userId, p.role]), [[guest.id, 'Host'], [colleague.id, 'Coordinator']]);
  assert.deepEqual([made.version, made], [1, await admin.read(`/events/${made.id}`)]);
  const own = await admin.create('/events', { name: 'People of its own', templateId: template.id, participants: [{ userId: planner.id }] });
  assert.deepEqual(own.participants.map((p) => p.userId), [planner.id]);
  assert.equal((await planner.get(`/events/${own.id}`)).status, 200);
  const deal = await admin.create('/deals', { name: 'Sold' });
  const started = (await admin.post(`/deals/${deal.id}/events`, { templateId: template.id }, { expect: 201 })).body.data;
  assert.equal((await admin.read(`/events/${started.id}`)).participants.length, 2);
});
