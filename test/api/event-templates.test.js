// SPDX-License-Identifier: Apache-2.0
// Events and projects that are made of templates, and of what a deal has sold.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;
await admin.patch(meta.entity('organization').at(admin.organizationId), { timeZone: 'Europe/Prague' }, { expect: 200 });
const planner = await organisation.member('user');
const colleague = await organisation.member('manager');
const BERLIN = 'Europe/Berlin';

const wedding = await admin.create('/events', {
  name: 'Wedding, the usual', isTemplate: true, eventType: 'Wedding', timeZone: BERLIN, guestsExpected: 80, budget: 20000,
  // A winter's Saturday, 14:00 to 02:00 in Berlin.
  startAt: '2030-01-12T13:00:00Z', endAt: '2030-01-13T01:00:00Z', description: 'As in the house book.',
});
const task = (body) => admin.create('/tasks', { eventId: wedding.id, ...body });
await task({ title: 'Send the invitations', offsetDays: -60, priority: 'high', estimateMinutes: 90, checklist: [{ id: 'a', text: 'Print', done: true }, { id: 'b', text: 'Post', done: false }] });
await task({ title: 'Thank the guests', offsetDays: 7, assigneeId: colleague.id });
await task({ title: 'No longer done', offsetDays: 1, status: 'cancelled' });
const item = (title, startAt, extra = {}) => admin.create('/schedule-items', { eventId: wedding.id, title, startAt, ...extra });
await item('Ceremony', '2030-01-12T14:00:00Z', { endAt: '2030-01-12T14:45:00Z', location: 'Garden', audience: 'everyone' });
await item('First dance', '2030-01-12T23:30:00Z', { assigneeId: admin.id });
await admin.create('/budget-lines', { eventId: wedding.id, category: 'Catering', name: 'Dinner', planned: 8000, position: 1 });
await admin.create('/budget-lines', { eventId: wedding.id, category: 'Music', name: 'Band', planned: 2500, position: 2 });

const client = await maker.create('company');
const contact = await maker.create('contact', { companyId: client.id });
const sold = (extra = {}) => admin.create('/deals', { name: 'Wedding Novak', companyId: client.id, contactId: contact.id, amount: 24000, ...extra });
const partsOf = async (event, by = admin) => {
  const [tasks, schedule, budget] = await Promise.all([
    by.all('/tasks', { eventId: event.id, sort: 'position' }),
    by.all('/schedule-items', { eventId: event.id, sort: 'startAt' }),
    by.all('/budget-lines', { eventId: event.id, sort: 'position' }),
  ]);
  return { tasks, schedule, budget };
};

test('S1-REL-02 S1-REL-03 a deal starts its event from a template', async () => {
  const deal = await sold();
  // A summer's day: the clock times stay, the offset from UTC is another.
  const answer = await admin.post(`/deals/${deal.id}/events`, { templateId: wedding.id, startAt: '2031-07-05T12:00:00Z' });
  assert.equal(answer.status, 201, answer.text);
  const event = answer.body.data;
  assert.equal(answer.headers.location, `/api/v1/events/${event.id}`);
  assert.deepEqual(event, await admin.read(`/events/${event.id}`), 'answers the event as GET does');
  const { name, companyId, contactId, ownerId, dealId, templateId, currency, budget, status, isTemplate, eventType, guestsExpected } = event;
  assert.deepEqual(
    { name, companyId, contactId, ownerId, dealId, templateId, currency, budget, status, isTemplate, eventType, guestsExpected },
    {
      name: deal.name, companyId: client.id, contactId: contact.id, ownerId: deal.ownerId, dealId: deal.id, templateId: wedding.id,
      currency: deal.currency, budget: 24000, status: 'inquiry', isTemplate: false, eventType: 'Wedding', guestsExpected: 80,
    },
  );
  assert.equal(event.endAt, '2031-07-06T00:00:00.000Z', 'as long as the template: twelve hours');
  const { tasks, schedule, budget: lines } = await partsOf(event);
  assert.deepEqual(tasks.map((t) => [t.title, t.dueAt, t.status, t.assigneeId, t.companyId]), [
    ['Send the invitations', '2031-05-06T12:00:00.000Z', 'todo', admin.id, client.id],
    ['Thank the guests', '2031-07-12T12:00:00.000Z', 'todo', colleague.id, client.id],
  ]);
  assert.deepEqual([tasks[0].priority, tasks[0].estimateMinutes], ['high', 90]);
  const { checklist } = await admin.read(`/tasks/${tasks[0].id}`);
  assert.deepEqual(checklist.map((c) => [c.text, c.done]), [['Print', false], ['Post', false]], 'nothing of it is done yet');
  assert.deepEqual(schedule.map((i) => [i.title, i.startAt, i.endAt, i.location, i.audience, i.assigneeId]), [
    ['Ceremony', '2031-07-05T13:00:00.000Z', '2031-07-05T13:45:00.000Z', 'Garden', 'everyone', null],
    ['First dance', '2031-07-05T22:30:00.000Z', null, null, 'internal', admin.id],
  ]);
  assert.deepEqual(lines.map((l) => [l.name, l.category, l.planned]), [['Dinner', 'Catering', 8000], ['Band', 'Music', 2500]]);
});

test('S1-REL-02 what was started is started once, however often and by how many it is asked', async () => {
  const deal = await sold();
  const body = { templateId: wedding.id, startAt: '2031-08-05T12:00:00Z' };
  const answers = await Promise.all(Array.from({ length: 16 }, () => admin.post(`/deals/${deal.id}/events`, body)));
  assert.deepEqual([...new Set(answers.map((a) => a.status))], [201]);
  assert.equal(new Set(answers.map((a) => a.body.data.id)).size, 1);
  const [event] = await admin.all('/events', { dealId: deal.id });
  assert.equal((await partsOf(event)).tasks.length, 2);
  const other = await admin.post(`/deals/${deal.id}/events`, {}, { expect: 201 });
  assert.notEqual(other.body.data.id, event.id, 'without a template it is other work');
  assert.equal((await admin.all('/events', { dealId: deal.id })).length, 2);
  await admin.create('/events', { name: 'Brunch', dealId: deal.id, ...body });
  assert.equal((await admin.all('/events', { dealId: deal.id })).length, 3, 'a further one is said to be one');
});

test('S1-API-03 the same Idempotency-Key starts once and answers the same', async () => {
  const deal = await sold();
  const headers = { 'idempotency-key': randomUUID() };
  const once = await admin.post(`/deals/${deal.id}/projects`, { name: 'Once' }, { headers, expect: 201 });
  const twice = await admin.post(`/deals/${deal.id}/projects`, { name: 'Once' }, { headers, expect: 201 });
  assert.deepEqual(twice.body, once.body);
  assert.equal(twice.headers['idempotent-replayed'], 'true');
});

test('S1-DB-07 all that starts with an event is one changeset', async () => {
  const deal = await sold();
  const event = (await admin.post(`/deals/${deal.id}/events`, { templateId: wedding.id, startAt: '2031-09-05T12:00:00Z' }, { expect: 201 })).body.data;
  const { tasks, schedule, budget } = await partsOf(event);
  const changes = await Promise.all([event, ...tasks, ...schedule, ...budget].map((r) => admin.all('/audit-logs', { recordId: r.id, action: 'create' })));
  assert.equal(changes.flat().length, 7);
  assert.equal(new Set(changes.flat().map((c) => c.changesetId)).size, 1);
});

test('S1-ENT-03 an event without dates takes the schedule over when it gets them', async () => {
  const event = await admin.create('/events', { name: 'Some day', templateId: wedding.id });
  let parts = await partsOf(event);
  assert.deepEqual([parts.tasks.length, parts.schedule.length, parts.budget.length], [2, 0, 2]);
  assert.deepEqual(parts.tasks.map((t) => t.dueAt), [null, null]);
  await admin.patch(`/events/${event.id}`, { startAt: '2032-02-07T13:00:00Z', endAt: '2032-02-07T20:00:00Z' }, { expect: 200 });
  parts = await partsOf(event);
  assert.deepEqual(parts.schedule.map((i) => i.startAt), ['2032-02-07T14:00:00.000Z', '2032-02-07T23:30:00.000Z']);
  assert.deepEqual(parts.tasks.map((t) => t.dueAt), ['2031-12-09T13:00:00.000Z', '2032-02-14T13:00:00.000Z']);
  await admin.patch(`/events/${event.id}`, { startAt: '2032-02-08T13:00:00Z', endAt: '2032-02-08T20:00:00Z' }, { expect: 200 });
  assert.equal((await partsOf(event)).schedule.length, 2, 'once');
});

test('S1-ENT-05 what a template brings is counted at once', async () => {
  const total = async () => (await admin.get('/tasks', { query: { limit: 1 }, expect: 200 })).body.pagination.total;
  const before = await total();
  await admin.create('/events', { name: 'Counted', templateId: wedding.id });
  assert.equal(await total(), before + 2);
});

test('S1-ENT-03 planned amounts are in no other currency than the template\'s', async () => {
  const event = await admin.create('/events', { name: 'Abroad', templateId: wedding.id, currency: 'CHF' });
  assert.equal(event.budget, null);
  assert.deepEqual((await partsOf(event)).budget.map((l) => l.planned), [0, 0]);
});

test('S3-SEC-05 who plans events uses the templates of the house, and changes none', async () => {
  const listed = await planner.all('/events', { isTemplate: 'true' });
  assert.deepEqual(listed.map((e) => e.id), [wedding.id]);
  assert.deepEqual(await planner.all('/events'), []);
  errorOf(await planner.patch(`/events/${wedding.id}`, { name: 'Mine' }), 403);
  const event = await planner.create('/events', { name: 'Planned by me', templateId: wedding.id, startAt: '2031-07-05T12:00:00Z' });
  const { tasks, schedule, budget } = await partsOf(event, planner);
  assert.deepEqual([tasks.map((t) => t.title), schedule.length, budget.length], [['Send the invitations', 'Thank the guests'], 2, 2]);
  assert.equal(tasks[0].assigneeId, planner.id, 'what the template\'s owner does, the event\'s owner does');
  const accountant = await organisation.member('accountant');
  errorOf(await accountant.post('/events', { name: 'x', templateId: wedding.id }), 403);
  const partnerUser = await organisation.member('partner_user', { partnerId: await organisation.partner() });
  errorOf(await partnerUser.get(`/events/${wedding.id}`), 403);
});

test('S1-ENT-03 a template is no event, and an event no template', async () => {
  const event = await admin.create('/events', { name: 'Real' });
  assert.deepEqual(failingFields(await admin.post('/events', { name: 'x', templateId: event.id })), ['templateId']);
  assert.deepEqual(failingFields(await admin.post('/events', { name: 'x', templateId: randomUUID() })), ['templateId']);
  assert.deepEqual(failingFields(await admin.patch(`/events/${wedding.id}`, { status: 'tentative' })), ['status']);
  assert.deepEqual(failingFields(await admin.patch(`/events/${event.id}`, { templateId: wedding.id })), ['templateId']);
});

test('S1-REL-02 work is started of deals that are there and not lost', async () => {
  const deal = await sold();
  errorOf(await admin.post(`/deals/${randomUUID()}/events`, {}), 404);
  errorOf(await admin.post('/deals/nonsense/projects', {}), 404);
  errorOf(await planner.post(`/deals/${deal.id}/events`, {}), 404);
  assert.deepEqual(failingFields(await admin.post(`/deals/${deal.id}/events`, { dealId: deal.id })), ['dealId']);
  assert.deepEqual(failingFields(await admin.post(`/deals/${deal.id}/events`, { templateId: 'x', guestsExpected: -1 })).sort(), ['guestsExpected', 'templateId']);
  assert.deepEqual(failingFields(await admin.post(`/deals/${deal.id}/events`, { templateId: client.id })), ['templateId']);
  await admin.post(`/deals/${deal.id}/lose`, { lostReason: 'Price' }, { expect: 200 });
  errorOf(await admin.post(`/deals/${deal.id}/events`, {}), 409);
  assert.deepEqual(await admin.all('/events', { dealId: deal.id }), []);
});

test('S1-ENT-07 what the lead told of its occasion is carried to the event', async () => {
  const lead = await maker.create('lead', { eventType: 'Birthday', eventDate: '2031-03-30', guestsExpected: 33, estimatedValue: 500 });
  const { dealId } = (await admin.post(`/leads/${lead.id}/convert`, { deal: {} }, { expect: 200 })).body.data;
  const event = (await admin.post(`/deals/${dealId}/events`, { templateId: wedding.id }, { expect: 201 })).body.data;
  // 14:00 in Berlin on the day on which summer time begins.
  assert.deepEqual([event.eventType, event.guestsExpected, event.startAt], ['Birthday', 33, '2031-03-30T12:00:00.000Z']);
});

/* --- projects --- */

const rollout = await admin.create('/projects', { name: 'Rollout, the usual', isTemplate: true, startDate: '2030-01-07', dueDate: '2030-03-04', budget: 9000, memberIds: [colleague.id] });
const first = await admin.create('/milestones', { projectId: rollout.id, name: 'Workshop', dueDate: '2030-01-14', amount: 3000, position: 1 });
await admin.create('/milestones', { projectId: rollout.id, name: 'Handover', startDate: '2030-02-25', dueDate: '2030-03-04', position: 2 });
await admin.create('/tasks', { title: 'Invite', milestoneId: first.id, offsetDays: 2 });
await admin.create('/tasks', { title: 'Order licences', projectId: rollout.id, dueAt: '2030-01-16T23:00:00Z' });

test('S2-REL-07 S2-REL-12 S2-REL-13 S2-REL-14 a deal starts its project from a template', async () => {
  const deal = await sold({ name: 'Rollout Novak' });
  const project = (await admin.post(`/deals/${deal.id}/projects`, { templateId: rollout.id, startDate: '2031-03-24' }, { expect: 201 })).body.data;
  const { name, companyId, contactId, dealId, budget, status, startDate, dueDate, memberIds } = project;
  assert.deepEqual({ name, companyId, contactId, dealId, budget, status, startDate, dueDate, memberIds }, {
    name: 'Rollout Novak', companyId: client.id, contactId: contact.id, dealId: deal.id, budget: 24000, status: 'planned',
    startDate: '2031-03-24', dueDate: '2031-05-19', memberIds: [colleague.id],
  });
  const milestones = await admin.all('/milestones', { projectId: project.id, sort: 'position' });
  assert.deepEqual(milestones.map((m) => [m.name, m.startDate, m.dueDate, m.amount, m.status]), [
    ['Workshop', null, '2031-03-31', 3000, 'open'], ['Handover', '2031-05-12', '2031-05-19', null, 'open'],
  ]);
  const tasks = await admin.all('/tasks', { projectId: project.id, sort: 'position' });
  assert.deepEqual(tasks.map((t) => [t.title, t.milestoneId, t.offsetDays, t.dueAt]), [
    ['Invite', milestones[0].id, 2, '2031-03-25T23:00:00.000Z'],
    // 17 January in Prague is ten days from the start; by then it is summer time.
    ['Order licences', null, 10, '2031-04-02T22:00:00.000Z'],
  ]);
});

test('S2-REL-12 a project of a template starts today unless it says otherwise', async () => {
  const project = await admin.create('/projects', { name: 'Now', templateId: rollout.id });
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Prague' }).format(new Date());
  assert.equal(project.startDate, today);
});

test('S2-REL-13 open milestones and tasks follow the start of the project', async () => {
  const project = await admin.create('/projects', { name: 'Moved', templateId: rollout.id, startDate: '2031-01-06' });
  const [workshop] = await admin.all('/milestones', { projectId: project.id, sort: 'position' });
  await admin.patch(`/milestones/${workshop.id}`, { status: 'reached' }, { expect: 200 });
  await admin.patch(`/projects/${project.id}`, { startDate: '2031-01-13', dueDate: '2031-03-10' }, { expect: 200 });
  const milestones = await admin.all('/milestones', { projectId: project.id, sort: 'position' });
  assert.deepEqual(milestones.map((m) => m.dueDate), ['2031-01-13', '2031-03-10'], 'what is reached stays');
  const [invite] = await admin.all('/tasks', { projectId: project.id, sort: 'position' });
  assert.equal(invite.dueAt, '2031-01-14T23:00:00.000Z');
});

test('S1-ENT-05 a task follows the start until somebody sets its due date', async () => {
  const event = await admin.create('/events', { name: 'Moving', startAt: '2031-03-20T12:00:00Z', endAt: '2031-03-20T14:00:00Z', timeZone: BERLIN });
  const move = (startAt, endAt) => admin.patch(`/events/${event.id}`, { startAt, endAt }, { expect: 200 });
  const following = await admin.create('/tasks', { title: 'Follows', eventId: event.id, offsetDays: -3 });
  const fixed = await admin.create('/tasks', { title: 'Fixed', eventId: event.id, offsetDays: -3 });
  assert.equal(following.dueAt, '2031-03-17T12:00:00.000Z');
  const set = (await admin.patch(`/tasks/${fixed.id}`, { dueAt: '2031-03-10T09:00:00Z' }, { expect: 200 })).body.data;
  assert.deepEqual([set.dueAt, set.offsetDays], ['2031-03-10T09:00:00.000Z', null]);
  await admin.patch(`/tasks/${following.id}`, { title: 'Still follows', dueAt: following.dueAt }, { expect: 200 });
  await move('2031-04-03T11:00:00Z', '2031-04-03T13:00:00Z');
  assert.equal((await admin.read(`/tasks/${following.id}`)).dueAt, '2031-03-31T11:00:00.000Z', '13:00 in Berlin, summer or winter');
  assert.equal((await admin.read(`/tasks/${fixed.id}`)).dueAt, '2031-03-10T09:00:00.000Z');
  await admin.patch(`/tasks/${fixed.id}`, { offsetDays: 1 }, { expect: 200 });
  assert.equal((await admin.read(`/tasks/${fixed.id}`)).dueAt, '2031-04-04T11:00:00.000Z', 'and follows again when told so');
});

/* --- parts of templates --- */

test('S1-ENT-05 what hangs on a template is listed with the template only', async () => {
  const titles = async (by, query) => (await by.all('/tasks', query)).map((t) => t.title);
  assert.ok(!(await titles(admin)).includes('No longer done'), 'not among what is to be done');
  assert.ok((await titles(admin, { eventId: wedding.id })).includes('No longer done'), 'but with its template');
  assert.ok((await titles(admin, { isTemplate: 'true' })).includes('Order licences'), 'and where templates are asked for');
  for (const [path, parent] of [['schedule-items', { eventId: wedding.id }], ['budget-lines', { eventId: wedding.id }], ['milestones', { projectId: rollout.id }]]) {
    const parts = await admin.all(`/${path}`, parent);
    assert.equal(parts.length, 2);
    assert.ok(parts.every((p) => p.isTemplate));
    const all = await admin.all(`/${path}`);
    assert.deepEqual(all.filter((p) => p.isTemplate || parts.some((q) => q.id === p.id)), []);
  }
});

test('S3-SEC-05 who may use a template sees what it brings', async () => {
  const seen = await planner.all('/schedule-items', { eventId: wedding.id, sort: 'startAt' });
  assert.deepEqual(seen.map((i) => i.title), ['Ceremony', 'First dance']);
  errorOf(await planner.patch(`/schedule-items/${seen[0].id}`, { title: 'Mine' }), 403);
  assert.equal((await planner.all('/budget-lines', { eventId: wedding.id })).length, 2);
  assert.equal((await planner.all('/tasks', { eventId: wedding.id, isTemplate: 'true' })).length, 3);
});

test('S1-ENT-03 an event that becomes a template takes its parts along, and back', async () => {
  const event = await admin.create('/events', { name: 'To be a pattern', startAt: '2033-01-12T13:00:00Z', endAt: '2033-01-12T14:00:00Z' });
  const mine = await admin.create('/tasks', { title: 'Part', eventId: event.id });
  await admin.create('/schedule-items', { eventId: event.id, title: 'Part', startAt: event.startAt });
  for (const isTemplate of [true, false]) {
    await admin.patch(`/events/${event.id}`, { isTemplate }, { expect: 200 });
    const { tasks, schedule } = await partsOf(event);
    assert.deepEqual([...tasks, ...schedule].map((p) => p.isTemplate), [isTemplate, isTemplate]);
    assert.equal((await admin.all('/tasks')).some((t) => t.id === mine.id), !isTemplate);
  }
  assert.equal((await admin.read(`/tasks/${mine.id}`)).version, mine.version, 'which is no change of theirs');
});
