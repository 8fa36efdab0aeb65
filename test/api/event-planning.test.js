// SPDX-License-Identifier: Apache-2.0
// Planning an event: booking vendors for it, moving it with all that hangs on it, and its statuses.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const planner = await organisation.member('user');
const BERLIN = 'Europe/Berlin';
const soon = (ms) => new Date(Date.now() + ms).toISOString();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let day = 0;
/** Twelve to eight of a day of its own, in winter. */
const nextDay = () => `2032-01-${String((day++ % 28) + 1).padStart(2, '0')}`;
const event = (on, extra = {}) => admin.create('/events', { name: `Event of ${on}`, startAt: `${on}T12:00:00Z`, endAt: `${on}T20:00:00Z`, timeZone: BERLIN, ...extra });
const vendor = (extra = {}) => maker.create('vendor', { name: `Vendor ${randomUUID()}`, exclusive: true, bufferMinutes: 0, status: 'active', ...extra });
const book = (of, who, body = {}, by = admin) => by.post(`/events/${of.id}/vendors`, { vendorId: who.id, status: 'confirmed', ...body });
const booked = async (...given) => {
  const answer = await book(...given);
  assert.equal(answer.status, 201, answer.text);
  return answer.body.data;
};
const move = (of, body, headers = {}, by = admin) => by.post(`/events/${of.id}/reschedule`, body, { headers });
const again = (path, record) => admin.read(`/${path}/${record.id}`);

/* --- booking --- */

test('S1-REL-05 S1-ENT-11 a vendor is booked for an event', async () => {
  const [party, band] = [await event(nextDay()), await vendor({ category: 'Music' })];
  const answer = await book(party, band, { agreedCost: 900, depositAmount: 300 });
  assert.equal(answer.status, 201, answer.text);
  const booking = answer.body.data;
  assert.equal(answer.headers.location, `/api/v1/event-vendors/${booking.id}`);
  assert.deepEqual([booking.eventId, booking.vendorId, booking.role, booking.bookedFrom, booking.bookedTo, booking.agreedCost],
    [party.id, band.id, 'Music', party.startAt, party.endAt, 900]);
  assert.deepEqual((await admin.all('/event-vendors', { eventId: party.id })).map((b) => b.id), [booking.id]);
  assert.deepEqual(failingFields(await book(party, band, { eventId: party.id })), ['eventId']);
  assert.deepEqual(failingFields(await admin.post(`/events/${party.id}/vendors`, { status: 'nonsense' })).sort(), ['status', 'vendorId']);
  assert.deepEqual(failingFields(await book(party, { id: randomUUID() })), ['vendorId']);
  errorOf(await book({ id: randomUUID() }, band), 404);
  errorOf(await book(party, band, {}, planner), 404);
});

test('S1-REL-05 what stands in the way of a booking is named', async () => {
  const on = nextDay();
  const hall = await vendor({ bufferMinutes: 60 });
  await booked(await event(on), hall);
  const answer = await book(await event(on, { startAt: `${on}T20:30:00Z`, endAt: `${on}T22:00:00Z` }), hall);
  const { details, message } = errorOf(answer, 409);
  assert.deepEqual(details.map((d) => [d.field, d.code]), [['vendorId', 'TAKEN']]);
  assert.equal(message, `"${hall.name}" is booked from ${on} 13:00 to ${on} 21:00.`, 'on the clocks of Berlin');
});

test('S1-REL-05 neither a cancelled event nor a template books', async () => {
  const band = await vendor();
  const off = await event(nextDay(), { status: 'cancelled', cancelReason: 'Rain' });
  assert.deepEqual(failingFields(await book(off, band)), ['eventId']);
  const template = await event(nextDay(), { isTemplate: true });
  assert.deepEqual(failingFields(await book(template, band)), ['status']);
  assert.equal((await book(template, band, { status: 'considering' })).status, 201);
  const party = await event(nextDay());
  await booked(party, band);
  errorOf(await admin.patch(`/events/${party.id}`, { isTemplate: true }), 409);
});

test('S1-ENT-04 a vendor tells when it is busy, buffers and holds included', async () => {
  const hall = await vendor({ bufferMinutes: 30 });
  const of = await event('2032-03-10');
  const mine = await admin.create('/events', { name: 'Mine', ownerId: planner.id, startAt: '2032-03-12T10:00:00Z', endAt: '2032-03-12T12:00:00Z' });
  const fixed = await booked(of, hall);
  const held = await booked(mine, hall, { status: 'tentative', holdUntil: '2032-03-01T00:00:00Z' });
  await booked(of, hall, { bookedFrom: '2032-04-10T10:00:00Z', bookedTo: '2032-04-10T11:00:00Z' });
  const busy = (by, query) => by.read(`/vendors/${hall.id}/availability`, query);
  const seen = await busy(admin, { from: '2032-03-10', to: '2032-03-31' });
  assert.deepEqual([seen.vendorId, seen.exclusive, seen.bufferMinutes], [hall.id, true, 30]);
  assert.deepEqual(seen.busy, [
    { from: '2032-03-10T11:30:00.000Z', to: '2032-03-10T20:30:00.000Z', bookedFrom: of.startAt, bookedTo: of.endAt, status: 'confirmed', hold: false,
      holdUntil: null, bookingId: fixed.id, eventId: of.id, event: of.name },
    { from: '2032-03-12T09:30:00.000Z', to: '2032-03-12T12:30:00.000Z', bookedFrom: mine.startAt, bookedTo: mine.endAt, status: 'tentative', hold: true,
      holdUntil: '2032-03-01T00:00:00.000Z', bookingId: held.id, eventId: mine.id, event: 'Mine' },
  ]);
  const planned = await busy(planner, { from: '2032-03-10', to: '2032-03-31' });
  assert.deepEqual(planned.busy.map((b) => [b.from, b.bookingId, b.event]),
    [['2032-03-10T11:30:00.000Z', null, null], ['2032-03-12T09:30:00.000Z', held.id, 'Mine']], 'times of all, names of one\'s own');
  assert.deepEqual((await busy(admin, { from: '2032-03-10T20:30:00Z', to: '2032-03-11' })).busy, [], 'what ends when the span begins is over');
  for (const query of ['from=soon', 'nope=1', 'from=2032-03-02&to=2032-03-01', 'from=2032-03-02T10:00:00Z&to=2032-03-02T09:00:00Z', 'from=2032-01-01&to=2034-01-01'])
    errorOf(await admin.get(`/vendors/${hall.id}/availability`, { query }), 400);
  errorOf(await admin.get(`/vendors/${randomUUID()}/availability`), 404);
});

/* --- rescheduling --- */

test('S1-ENT-03 S1-REL-03 an event moves with schedule, bookings and tasks, by the clock', async () => {
  // 14:00 to 22:00 in Berlin; summer time begins in the night to the 30th.
  const party = await admin.create('/events', { name: 'Spring', startAt: '2031-03-29T13:00:00Z', endAt: '2031-03-29T21:00:00Z', timeZone: BERLIN });
  const item = (title, startAt, endAt) => admin.create('/schedule-items', { eventId: party.id, title, startAt, endAt });
  const items = [await item('Dinner', '2031-03-29T18:00:00Z', '2031-03-29T20:00:00Z'), await item('Night watch', '2031-03-29T01:30:00Z', '2031-03-29T02:00:00Z'), await item('Start', '2031-03-29T13:00:00Z')];
  const whole = await booked(party, await vendor());
  const setUp = await booked(party, await vendor(), { bookedFrom: '2031-03-29T07:00:00Z', bookedTo: '2031-03-29T11:00:00Z' });
  const counted = await admin.create('/tasks', { title: 'Two days before', eventId: party.id, offsetDays: -2 });
  const dated = await admin.create('/tasks', { title: 'Dated', eventId: party.id, dueAt: '2031-03-01T09:00:00Z' });
  const answer = await move(party, { startAt: '2031-03-30T12:00:00Z' });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body.data, await again('events', party), 'answers the event as GET does');
  assert.deepEqual([answer.body.data.startAt, answer.body.data.endAt], ['2031-03-30T12:00:00.000Z', '2031-03-30T20:00:00.000Z']);
  const times = await Promise.all(items.map(async (i) => { const now = await again('schedule-items', i); return [now.startAt, now.endAt]; }));
  assert.deepEqual(times, [
    ['2031-03-30T17:00:00.000Z', '2031-03-30T19:00:00.000Z'],
    // Half past two does not exist that night: half past three, for as long as it was.
    ['2031-03-30T01:30:00.000Z', '2031-03-30T02:00:00.000Z'],
    ['2031-03-30T12:00:00.000Z', null],
  ]);
  const span = async (b) => { const now = await again('event-vendors', b); return [now.bookedFrom, now.bookedTo, now.status]; };
  assert.deepEqual(await span(whole), ['2031-03-30T12:00:00.000Z', '2031-03-30T20:00:00.000Z', 'confirmed']);
  assert.deepEqual(await span(setUp), ['2031-03-30T06:00:00.000Z', '2031-03-30T10:00:00.000Z', 'confirmed']);
  assert.equal((await again('tasks', counted)).dueAt, '2031-03-28T13:00:00.000Z');
  assert.equal((await again('tasks', dated)).dueAt, '2031-03-01T09:00:00.000Z');
  const moves = (await Promise.all([party, ...items, whole, setUp, counted].map((r) => admin.all('/audit-logs', { recordId: r.id, 'action[ne]': 'create' })))).flat();
  assert.deepEqual(moves.filter((c) => c.entity === 'event').map((c) => c.action), ['rescheduled']);
  assert.equal(moves.length, 7);
  assert.equal(new Set(moves.map((c) => c.changesetId)).size, 1, 'in one changeset');
});

test('S1-ENT-03 who is booked for the whole event is so when its end moves', async () => {
  const party = await event(nextDay());
  const [whole, part] = [await booked(party, await vendor()), await booked(party, await vendor(), { bookedTo: party.startAt.replace('12:', '14:'), bookedFrom: party.startAt })];
  const endAt = party.endAt.replace('20:', '22:');
  await admin.post(`/events/${party.id}/reschedule`, { startAt: party.startAt, endAt }, { expect: 200 });
  assert.equal((await again('event-vendors', whole)).bookedTo, endAt);
  assert.equal((await again('event-vendors', part)).bookedTo, part.bookedTo);
  assert.equal((await again('event-vendors', part)).version, part.version, 'what does not move does not change');
});

test('S1-REL-05 all that stands in the way is told, and nothing moves', async () => {
  const [from, to] = [nextDay(), nextDay()];
  const [hall, band, free] = [await vendor(), await vendor({ bufferMinutes: 60 }), await vendor()];
  const party = await event(from);
  const other = await event(to, { name: 'The other one' });
  const bookings = [await booked(party, hall), await booked(party, band), await booked(party, free)];
  const item = await admin.create('/schedule-items', { eventId: party.id, title: 'Dinner', startAt: `${from}T18:00:00Z` });
  const counted = await admin.create('/tasks', { title: 'Before', eventId: party.id, offsetDays: -1 });
  await booked(other, hall);
  await booked(other, band, { bookedFrom: `${to}T20:30:00Z`, bookedTo: `${to}T22:00:00Z` });
  const before = await Promise.all([again('events', party), again('schedule-items', item), again('tasks', counted), ...bookings.map((b) => again('event-vendors', b))]);
  for (const headers of [{}, { 'idempotency-key': randomUUID() }]) {
    const { details } = errorOf(await move(party, { startAt: `${to}T12:00:00Z` }, headers), 409);
    assert.deepEqual(details.map((d) => [d.field, d.code, d.message]), [
      [`bookings.${bookings[0].id}`, 'TAKEN', `"${hall.name}" is booked from ${to} 13:00 to ${to} 21:00 for "The other one".`],
      [`bookings.${bookings[1].id}`, 'TAKEN', `"${band.name}" is booked from ${to} 21:30 to ${to} 23:00 for "The other one".`],
    ]);
  }
  const after = await Promise.all([again('events', party), again('schedule-items', item), again('tasks', counted), ...bookings.map((b) => again('event-vendors', b))]);
  assert.deepEqual(after, before);
});

test('S1-REL-05 an event moves without the bookings that it releases, in one step that is taken back as one', async () => {
  const [from, to] = [nextDay(), nextDay()];
  const [hall, band] = [await vendor(), await vendor()];
  const [party, other] = [await event(from), await event(to)];
  const [mine, free] = [await booked(party, hall), await booked(party, band)];
  const theirs = await booked(other, hall);
  const startAt = `${to}T12:00:00Z`;
  for (const wrong of [theirs.id, randomUUID()]) assert.deepEqual(failingFields(await move(party, { startAt, release: [mine.id, wrong] })), ['release']);
  assert.deepEqual(failingFields(await move(party, { startAt, release: ['none'] })), ['release']);
  errorOf(await move(party, { startAt, release: [free.id] }), 409);
  assert.equal((await again('event-vendors', free)).status, 'confirmed', 'what is refused releases nobody');
  const answer = await move(party, { startAt, release: [mine.id] });
  assert.equal(answer.status, 200, answer.text);
  const told = async () => [(await again('events', party)).startAt, ...await Promise.all([mine, free].map(async (b) => {
    const { status, bookedFrom } = await again('event-vendors', b);
    return [status, bookedFrom];
  }))];
  const there = `${to}T12:00:00.000Z`;
  assert.deepEqual(await told(), [there, ['considering', there], ['confirmed', there]]);
  assert.equal((await admin.post(`/changesets/${answer.headers['x-changeset-id']}/revert`)).status, 200);
  assert.deepEqual(await told(), [party.startAt, ['confirmed', party.startAt], ['confirmed', party.startAt]]);
});

test('S1-REL-05 S2-SEC-14 who may not change bookings releases none', async () => {
  const [party, hall] = [await event(nextDay(), { ownerId: planner.id }), await vendor()];
  const mine = await booked(party, hall);
  const startAt = `${nextDay()}T12:00:00Z`;
  const role = await admin.create('/roles', { name: `Movers ${randomUUID()}`, preset: 'manager', access: { event_vendor: { update: 'none' } } });
  const mover = await organisation.member('manager');
  await admin.patch(`/users/${mover.id}`, { role: role.key }, { expect: 200 });
  errorOf(await move(party, { startAt, release: [mine.id] }, {}, mover), 403);
  assert.equal((await move(party, { startAt, release: [mine.id] }, {}, planner)).status, 200);
  assert.equal((await again('event-vendors', mine)).status, 'considering');
});

test('S1-REL-05 an expired hold makes way for an event that moves', async () => {
  const [from, to] = [nextDay(), nextDay()];
  const hall = await vendor();
  const [party, other] = [await event(from), await event(to)];
  await booked(party, hall);
  const hold = await booked(other, hall, { status: 'tentative', holdUntil: soon(700) });
  errorOf(await move(party, { startAt: `${to}T12:00:00Z` }), 409);
  await sleep(900);
  assert.equal((await move(party, { startAt: `${to}T12:00:00Z` })).status, 200);
  assert.equal((await again('event-vendors', hold)).status, 'considering');
});

test('S1-REL-05 bookings of an event move past each other', async () => {
  const [on, hall] = [nextDay(), await vendor()];
  const party = await event(on);
  const slots = [['08', '10'], ['10', '12'], ['12', '14']];
  const bookings = [];
  for (const [a, b] of slots) bookings.push(await booked(party, hall, { bookedFrom: `${on}T${a}:00:00Z`, bookedTo: `${on}T${b}:00:00Z` }));
  for (const by of [2, -2]) {
    const startAt = new Date(new Date((await again('events', party)).startAt).getTime() + by * 3_600_000).toISOString();
    const answer = await move(party, { startAt });
    assert.equal(answer.status, 200, answer.text);
  }
  const now = await Promise.all(bookings.map((b) => again('event-vendors', b)));
  assert.deepEqual(now.map((b) => b.bookedFrom), bookings.map((b) => b.bookedFrom));
});

test('S1-REL-05 of many events that move to the same hour of one hall, one gets it', async () => {
  const hall = await vendor();
  const parties = await Promise.all(Array.from({ length: 16 }, (_, i) => event(`2032-02-${String(i + 1).padStart(2, '0')}`)));
  for (const party of parties) await booked(party, hall);
  const answers = await Promise.all(parties.map((party) => move(party, { startAt: '2032-06-01T12:00:00Z' })));
  assert.deepEqual(answers.filter((a) => a.status !== 409).map((a) => a.status), [200]);
  const there = await admin.all('/event-vendors', { vendorId: hall.id, 'bookedFrom[gte]': '2032-06-01T00:00:00Z' });
  assert.equal(there.length, 1);
  assert.equal((await admin.all('/events', { 'startAt[gte]': '2032-06-01T00:00:00Z', 'startAt[lt]': '2032-06-02T00:00:00Z' })).length, 1);
});

test('S1-REL-05 who books and who moves an event at once do not both get the hall', async () => {
  const hall = await vendor();
  const parties = await Promise.all(Array.from({ length: 8 }, (_, i) => event(`2032-08-${String(i + 1).padStart(2, '0')}`)));
  for (const party of parties) await booked(party, hall);
  const rivals = await Promise.all(Array.from({ length: 8 }, () => event('2032-09-01')));
  const answers = await Promise.all(parties.flatMap((party, i) => [move(party, { startAt: '2032-09-01T12:00:00Z' }), book(rivals[i], hall)]));
  assert.equal(answers.filter((a) => a.status !== 409).length, 1);
  assert.equal((await admin.all('/event-vendors', { vendorId: hall.id, 'bookedFrom[gte]': '2032-09-01T00:00:00Z' })).length, 1);
});

test('S1-ENT-03 what cannot be moved says why', async () => {
  const party = await event(nextDay());
  const later = { startAt: '2032-07-01T12:00:00Z' };
  assert.deepEqual(failingFields(await move(party, {})), ['startAt']);
  assert.deepEqual(failingFields(await move(party, { startAt: '2032-07-01T12:00:00' })), ['startAt'], 'a local time may not exist: moments have a zone');
  assert.deepEqual(failingFields(await move(party, { ...later, endAt: '2032-07-01T12:00:00Z' })), ['endAt']);
  const undated = await admin.create('/events', { name: 'Undated' });
  assert.deepEqual(failingFields(await move(undated, later)), ['endAt']);
  assert.equal((await move(undated, { ...later, endAt: '2032-07-01T13:00:00Z' })).status, 200);
  errorOf(await move(party, later, { 'if-match': '"v77"' }), 412);
  errorOf(await move(party, later, {}, planner), 404);
  errorOf(await move({ id: randomUUID() }, later), 404);
  const accountant = await organisation.member('accountant');
  errorOf(await move(party, later, {}, accountant), 403);
  const off = await event(nextDay(), { status: 'cancelled', cancelReason: 'Rain' });
  errorOf(await move(off, later), 409);
  assert.equal((await again('events', party)).version, party.version);
});

/* --- status --- */

test('S1-ENT-03 the status of an event changes as far as it makes sense', async () => {
  const client = await maker.create('company');
  const past = await event('2024-01-10', { companyId: client.id, status: 'confirmed' });
  const set = (of, body) => admin.patch(`/events/${of.id}`, body);
  const [sure, unsure] = [await booked(past, await vendor()), await booked(past, await vendor(), { status: 'considering' })];
  assert.equal((await set(past, { status: 'completed' })).status, 200);
  assert.deepEqual([(await again('event-vendors', sure)).status, (await again('event-vendors', unsure)).status], ['completed', 'cancelled']);
  for (const status of ['inquiry', 'tentative', 'confirmed']) assert.deepEqual(failingFields(await set(past, { status })), ['status']);
  assert.deepEqual(failingFields(await set(past, { status: 'cancelled', cancelReason: 'x' })), ['status']);
  assert.equal((await set(past, { status: 'in_progress' })).status, 200);
  const future = await event(nextDay(), { companyId: client.id, status: 'confirmed' });
  assert.deepEqual(failingFields(await set(future, { status: 'completed' })), ['status']);
  const hall = await vendor();
  const held = await booked(future, hall);
  assert.equal((await set(future, { status: 'cancelled', cancelReason: 'Rain' })).status, 200);
  assert.equal((await again('event-vendors', held)).status, 'cancelled');
  await booked(await event(future.startAt.slice(0, 10)), hall);
  assert.deepEqual(failingFields(await set(future, { status: 'confirmed' })), ['status']);
  assert.equal((await set(future, { status: 'tentative' })).status, 200);
  assert.equal((await again('event-vendors', held)).status, 'cancelled', 'what was released is booked anew, or not');
  errorOf(await admin.patch(`/event-vendors/${held.id}`, { status: 'confirmed' }), 409);
});

test('S1-ENT-03 the currency of an event is fixed once it has costs', async () => {
  const party = await event(nextDay());
  const set = (currency) => admin.patch(`/events/${party.id}`, { currency });
  assert.equal((await set('CHF')).status, 200);
  const line = await admin.create('/budget-lines', { eventId: party.id, category: 'Music', name: 'Band', planned: 1 });
  assert.deepEqual(failingFields(await set('EUR')), ['currency']);
  await admin.delete(`/budget-lines/${line.id}`, { expect: 204 });
  assert.equal((await set('EUR')).status, 200);
});

/* --- trash --- */

test('S1-DB-04 an event goes with all that hangs on it, releases its vendors, and comes back if they are free', async () => {
  const on = nextDay();
  const hall = await vendor();
  const party = await event(on);
  const booking = await booked(party, hall);
  const gone = await booked(party, await vendor());
  await admin.delete(`/event-vendors/${gone.id}`, { expect: 204 });
  const item = await admin.create('/schedule-items', { eventId: party.id, title: 'Dinner', startAt: `${on}T18:00:00Z` });
  const line = await admin.create('/budget-lines', { eventId: party.id, category: 'Music', name: 'Band', eventVendorId: booking.id });
  const only = await admin.create('/tasks', { title: 'Only of the event', eventId: party.id });
  const contact = await maker.create('contact');
  const shared = await admin.create('/tasks', { title: 'Also of somebody', eventId: party.id, contactId: contact.id });
  await admin.delete(`/events/${party.id}`, { expect: 204 });
  const parts = [['event-vendors', booking], ['schedule-items', item], ['budget-lines', line], ['tasks', only]];
  for (const [path, record] of parts) errorOf(await admin.get(`/${path}/${record.id}`), 404);
  assert.equal((await again('tasks', shared)).eventId, party.id);
  const removals = (await Promise.all([['events', party], ...parts].map(([, r]) => admin.all('/audit-logs', { recordId: r.id, action: 'delete' })))).flat();
  assert.equal(removals.length, 5);
  assert.equal(new Set(removals.map((c) => c.changesetId)).size, 1);
  const rival = await event(on);
  const taken = await booked(rival, hall);
  const { message } = errorOf(await admin.post(`/events/${party.id}/restore`), 409);
  assert.match(message, new RegExp(`"${hall.name}" is booked from ${on} 13:00`));
  errorOf(await admin.get(`/events/${party.id}`), 404);
  await admin.delete(`/event-vendors/${taken.id}`, { expect: 204 });
  await admin.post(`/events/${party.id}/restore`, undefined, { expect: 200 });
  for (const [path, record] of parts) await again(path, record);
  errorOf(await admin.get(`/event-vendors/${gone.id}`), 404, undefined);
  errorOf(await book(rival, hall), 409);
});
