// SPDX-License-Identifier: Apache-2.0
// People who take part in events and activities: they see what they take part in.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const contact = await maker.create('contact');

test('S1-ENT-01 a participant is a contact or a user, not both and not neither', async () => {
  const refused = async (participant) => failingFields(await admin.post('/events', { name: 'E', participants: [participant] }));
  assert.deepEqual(await refused({}), ['participants[0].contactId']);
  assert.deepEqual(await refused({ contactId: contact.id, userId: admin.id }), ['participants[0].userId']);
  const event = await admin.create('/events', { name: 'E', participants: [{ contactId: contact.id, role: 'Bride' }, { userId: admin.id, role: 'Coordinator', notify: false }] });
  assert.deepEqual(event.participants.map((p) => [p.role, p.notify]), [['Bride', true], ['Coordinator', false]]);
  const twice = [...event.participants, { contactId: contact.id }];
  assert.deepEqual(failingFields(await admin.patch(`/events/${event.id}`, { participants: twice })), ['participants']);
});

test('S3-SEC-05 an event is own to a user who takes part in it, and so is what hangs on it', async () => {
  const user = await organisation.member('user');
  const event = await admin.create('/events', { name: 'Gala', ownerId: admin.id });
  const item = await admin.create('/schedule-items', { eventId: event.id, title: 'Doors', startAt: '2026-06-01T18:00:00Z' });
  const call = await admin.create('/activities', { type: 'call', subject: 'About the gala', eventId: event.id });
  const seen = async () => [
    (await user.get(`/events/${event.id}`)).status,
    (await user.all('/events')).length,
    (await user.get(`/schedule-items/${item.id}`)).status,
    (await user.get(`/activities/${call.id}`)).status,
  ];
  assert.deepEqual(await seen(), [404, 0, 404, 404]);
  await admin.patch(`/events/${event.id}`, { participants: [{ userId: user.id }] }, { expect: 200 });
  assert.deepEqual(await seen(), [200, 1, 200, 200]);
  await user.patch(`/events/${event.id}`, { name: 'Gala 2' }, { expect: 200 });
  assert.equal((await user.all('/event-participants')).length, 1);
  await admin.patch(`/events/${event.id}`, { participants: [] }, { expect: 200 });
  assert.deepEqual(await seen(), [404, 0, 404, 404]);
});

test('S3-SEC-05 who leaves an event by an own hand is answered, and sees it no more', async () => {
  const user = await organisation.member('user');
  const event = await admin.create('/events', { name: 'Gala', participants: [{ userId: user.id }] });
  await user.patch(`/events/${event.id}`, { participants: [] }, { expect: 204 });
  errorOf(await user.get(`/events/${event.id}`), 404);
});

test('S3-SEC-05 an activity is seen by who takes part in it, unless it is private', async () => {
  const user = await organisation.member('user');
  const meeting = await admin.create('/activities', { type: 'meeting', subject: 'Tasting', contactId: contact.id, participants: [{ userId: user.id }, { contactId: contact.id }] });
  assert.equal((await user.read(`/activities/${meeting.id}`)).participants.length, 2);
  assert.equal((await user.all('/activities')).length, 1);
  await admin.patch(`/activities/${meeting.id}`, { visibility: 'private' }, { expect: 200 });
  errorOf(await user.get(`/activities/${meeting.id}`), 404);
  assert.deepEqual(await user.all('/activity-participants'), []);
  await admin.patch(`/activities/${meeting.id}`, { visibility: 'record' }, { expect: 200 });
  await user.get(`/activities/${meeting.id}`, { expect: 200 });
  await admin.patch(`/activities/${meeting.id}`, { participants: [] }, { expect: 200 });
  errorOf(await user.get(`/activities/${meeting.id}`), 404);
});

test('S3-SEC-05 nobody else sees who takes part in a private activity, nor its history', async () => {
  const manager = await organisation.member('manager');
  const user = await organisation.member('user');
  const own = await user.create('/activities', { type: 'note', body: 'Mine', visibility: 'private', contactId: (await user.maker.create('contact')).id });
  await user.patch(`/activities/${own.id}`, { participants: [{ userId: admin.id }] }, { expect: 200 });
  errorOf(await manager.get(`/activities/${own.id}`), 404);
  assert.deepEqual(await manager.all('/activity-participants', { activityId: own.id }), []);
  assert.deepEqual((await manager.all('/audit-logs', { parentId: own.id })), []);
  assert.equal((await user.all(`/activities/${own.id}/timeline`)).filter((c) => c.entity === 'activity_participant').length, 1);
});

test('S1-DB-03 the picklists of participants are there from the beginning', async () => {
  const options = await admin.all('/picklist-options', { 'picklist[in]': 'participantRole,deal.role' });
  assert.deepEqual(options.map((o) => o.label).sort(), ['Billing', 'Bride', 'Coordinator', 'Decision maker', 'Groom', 'Host', 'Influencer', 'Speaker', 'User']);
});
