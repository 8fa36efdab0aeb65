// SPDX-License-Identifier: Apache-2.0
// Bookings of vendors: an exclusive one is booked once at a time, whoever asks and however many at once.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin, meta, maker } = await Organisation.create();
const bookings = meta.entity('event_vendor');
const CLIENTS = 24;

const at = (day, hour) => `2031-05-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const soon = (ms) => new Date(Date.now() + ms).toISOString();
const event = await maker.create('event', { startAt: at(1, 10), endAt: at(1, 20) });
const exclusive = (extra = {}) => maker.create('vendor', { exclusive: true, ...extra });
const book = (vendor, body = {}) => admin.post(bookings.path, { eventId: event.id, vendorId: vendor.id, status: 'confirmed', ...body });

test('S1-REL-05 of many who book an exclusive vendor at once, one succeeds', async () => {
  const vendor = await exclusive();
  const answers = await Promise.all(Array.from({ length: CLIENTS }, () => book(vendor)));
  assert.deepEqual(answers.filter((a) => a.status !== 409).map((a) => a.status), [201]);
  for (const answer of answers.filter((a) => a.status === 409)) errorOf(answer, 409);
  assert.equal((await admin.all(bookings.path, { vendorId: vendor.id })).length, 1);
});

test('S1-REL-05 of many who need the time of an expired hold, one gets it and the hold is released', async () => {
  const vendor = await exclusive();
  const held = await book(vendor, { status: 'tentative', holdUntil: soon(1000) });
  assert.equal(held.status, 201, held.text);
  errorOf(await book(vendor), 409);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const answers = await Promise.all(Array.from({ length: CLIENTS }, () => book(vendor)));
  assert.deepEqual(answers.filter((a) => a.status !== 409).map((a) => a.status), [201]);
  const hold = bookings.at(held.body.data.id);
  assert.equal((await admin.read(hold)).status, 'considering');
  const [release] = (await admin.all(`${hold}/timeline`)).filter((change) => change.diff?.status);
  assert.deepEqual(release.diff.status, ['tentative', 'considering']);
});

test('S1-REL-05 buffers count on both sides, other vendors are booked side by side', async () => {
  const vendor = await exclusive({ bufferMinutes: 60 });
  assert.equal((await book(vendor, { bookedFrom: at(2, 10), bookedTo: at(2, 12) })).status, 201);
  errorOf(await book(vendor, { bookedFrom: at(2, 13), bookedTo: at(2, 15) }), 409);
  assert.equal((await book(vendor, { bookedFrom: at(2, 14), bookedTo: at(2, 15) })).status, 201);
  const common = await maker.create('vendor', { exclusive: false });
  for (let i = 0; i < 2; i++) assert.equal((await book(common)).status, 201);
});

test('S1-ENT-11 a booking says what it lacks', async () => {
  const vendor = await exclusive();
  assert.deepEqual(failingFields(await book(vendor, { status: 'tentative' })), ['holdUntil']);
  assert.deepEqual(failingFields(await book(vendor, { status: 'tentative', holdUntil: soon(-1000) })), ['holdUntil']);
  assert.deepEqual(failingFields(await book(vendor, { bookedFrom: at(3, 10), bookedTo: at(3, 9) })), ['bookedTo']);
  assert.deepEqual(failingFields(await book(vendor, { agreedCost: 5, depositAmount: 6 })), ['depositAmount']);
});

test('S1-ENT-03 an event says what it lacks for its status', async () => {
  const bare = await admin.create('/events', { name: 'Bare' });
  const patch = (body) => admin.patch(`/events/${bare.id}`, body);
  assert.deepEqual(failingFields(await patch({ status: 'tentative' })), ['startAt']);
  assert.deepEqual(failingFields(await patch({ startAt: at(4, 10) })), ['endAt']);
  assert.deepEqual(failingFields(await patch({ startAt: at(4, 10), endAt: at(4, 9) })), ['endAt']);
  assert.deepEqual(failingFields(await patch({ startAt: at(4, 10), endAt: at(4, 12), status: 'confirmed' })), ['companyId']);
  assert.deepEqual(failingFields(await patch({ status: 'cancelled' })), ['cancelReason']);
});

test('S1-ENT-03 S2-ENT-09 templates are listed only when asked for', async () => {
  for (const name of ['event', 'project']) {
    const entity = meta.entity(name);
    const pattern = await maker.create(name, { isTemplate: true });
    const ids = async (query) => (await admin.all(entity.path, query)).map((row) => row.id);
    assert.ok(!(await ids({})).includes(pattern.id));
    assert.deepEqual(await ids({ isTemplate: 'true' }), [pattern.id]);
    const csv = await admin.get(`${entity.path}/export.csv`, { expect: 200 });
    assert.ok(!csv.text.includes(pattern.id));
  }
});
