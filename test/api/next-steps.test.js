// SPDX-License-Identifier: Apache-2.0
// The next step of a deal or a lead: the earliest of its open tasks and planned activities (FIELDS, nextActivityAt).
import assert from 'node:assert/strict';
import test from 'node:test';
import { Organisation, unique } from './harness/organisation.js';

const { admin, maker } = await Organisation.create();
const day = (n) => `2031-03-${String(n).padStart(2, '0')}T09:00:00.000Z`;
const next = async (path, id) => (await admin.read(`${path}/${id}`)).nextActivityAt;
const kinds = [
  ['deals', 'dealId', () => admin.create('/deals', { name: unique('Deal ') })],
  ['leads', 'leadId', () => maker.create('lead')],
];

for (const [name, field, make] of kinds)
  test(`S5-UI-04 S3-UI-01 the next step of ${name} follows what is planned, done, moved and deleted`, async () => {
    const path = `/${name}`;
    const [one, other] = [await make(), await make()];
    assert.equal(await next(path, one.id), null);
    const task = await admin.create('/tasks', { title: 'Call', dueAt: day(5), [field]: one.id });
    assert.equal(await next(path, one.id), day(5));
    const meeting = await admin.create('/activities', { type: 'meeting', subject: 'Visit', status: 'planned', startAt: day(3), [field]: one.id });
    assert.equal(await next(path, one.id), day(3));
    await admin.create('/activities', { type: 'call', subject: 'Was', status: 'done', startAt: '2026-01-01T09:00:00Z', [field]: one.id });
    assert.equal(await next(path, one.id), day(3), 'what was done is no next step');
    await admin.patch(`/activities/${meeting.id}`, { startAt: day(9) }, { expect: 200 });
    assert.equal(await next(path, one.id), day(5));
    await admin.patch(`/tasks/${task.id}`, { status: 'done' }, { expect: 200 });
    assert.equal(await next(path, one.id), day(9));
    await admin.patch(`/tasks/${task.id}`, { status: 'todo' }, { expect: 200 });
    await admin.patch(`/tasks/${task.id}`, { [field]: other.id }, { expect: 200 });
    assert.deepEqual([await next(path, one.id), await next(path, other.id)], [day(9), day(5)]);
    await admin.delete(`/tasks/${task.id}`, { expect: 204 });
    assert.equal(await next(path, other.id), null);
    await admin.post(`/tasks/${task.id}/restore`, undefined, { expect: 200 });
    assert.equal(await next(path, other.id), day(5));
    const { version } = await admin.read(`${path}/${other.id}`);
    assert.equal(version, other.version, 'it is no edit of the record');
    assert.ok((await admin.all(path, { 'nextActivityAt[gte]': day(9), 'nextActivityAt[lte]': day(9), fields: 'id' })).some((r) => r.id === one.id));
  });

test('S5-UI-04 of many who plan and finish steps of one deal at once none is forgotten', async () => {
  const deal = await admin.create('/deals', { name: unique('Busy ') });
  const days = Array.from({ length: 16 }, (_, i) => i + 1);
  const tasks = await Promise.all(days.map((n) => admin.create('/tasks', { title: `t${n}`, dueAt: day(n), dealId: deal.id })));
  assert.equal(await next('/deals', deal.id), day(1));
  await Promise.all(tasks.slice(0, 15).map((task) => admin.patch(`/tasks/${task.id}`, { status: 'done' }, { expect: 200 })));
  assert.equal(await next('/deals', deal.id), day(16));
  await Promise.all([admin.patch(`/tasks/${tasks[15].id}`, { status: 'cancelled' }, { expect: 200 }),
    admin.create('/activities', { type: 'call', subject: 'c', status: 'planned', startAt: day(20), dealId: deal.id })]);
  assert.equal(await next('/deals', deal.id), day(20));
});
