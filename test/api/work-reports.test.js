// SPDX-License-Identifier: Apache-2.0
// The reports of projects and events, against figures that are worked out here.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;
await admin.patch(meta.entity('organization').at(admin.organizationId), { timeZone: 'UTC' }, { expect: 200 });
const team = await maker.create('team');
const worker = await organisation.member('user', { teamId: team.id });

/* --- project load --- */

const DAY = 86_400_000;
const due = (days) => new Date(Date.now() + days * DAY).toISOString();
const project = (name, extra = {}) => admin.create('/projects', { name, ...extra });
const [alpha, beta, idle, done, pattern] = [
  await project('Alpha', { status: 'active', dueDate: '2020-01-01', ownerId: worker.id }), await project('Beta', { dueDate: '2099-01-01' }),
  await project('Idle'), await project('Done', { status: 'completed' }), await project('Pattern', { isTemplate: true }),
];
// [project, assignee, days until due, status, estimate]
const plan = [
  [alpha, admin, -2, 'todo', 30], [alpha, admin, 2, 'in_progress', 60], [alpha, worker, -5, 'waiting', null], [alpha, worker, 20, 'todo', 15],
  [alpha, worker, -5, 'done', 500], [beta, worker, null, 'todo', 45], [beta, worker, 1, 'cancelled', 500], [null, worker, -1.5, 'todo', 10],
  [done, admin, 3, 'todo', null], [pattern, admin, -9, 'todo', 500],
];
for (const [i, [of, who, days, status, estimateMinutes]] of plan.entries())
  await admin.create('/tasks', { title: `Task ${i}`, assigneeId: who.id, status, estimateMinutes, ...(days === null ? {} : { dueAt: due(days) }), ...(of ? { projectId: of.id } : {}) });

const figures = (rows) => ({
  open: rows.length, overdue: rows.filter(([, , days]) => days !== null && days < -1).length,
  dueSoon: rows.filter(([, , days]) => days !== null && days > 0 && days < 7).length, estimateMinutes: rows.reduce((sum, [, , , , minutes]) => sum + (minutes ?? 0), 0),
});
const open = plan.filter(([of, , , status]) => of !== pattern && !['done', 'cancelled'].includes(status));
const load = (by, query) => by.read('/reports/project-load', query);
const only = ({ open: o, overdue, dueSoon, estimateMinutes }) => ({ open: o, overdue, dueSoon, estimateMinutes });

test('S2-ENT-09 S2-REL-13 the load of everybody and of every project', async () => {
  const report = await load(admin);
  assert.deepEqual(only(report), figures(open));
  assert.equal(report.people, 2);
  assert.equal(report.today, new Date().toISOString().slice(0, 10));
  for (const who of [admin, worker]) {
    const rows = open.filter(([, assignee]) => assignee === who);
    const row = report.byAssignee.find((r) => r.assigneeId === who.id);
    assert.deepEqual(only(row), figures(rows), row.assignee);
    assert.equal(row.projects, new Set(rows.map(([of]) => of?.id).filter(Boolean)).size);
  }
  assert.deepEqual(report.byProject.map((r) => r.project), ['Alpha', 'Beta', 'Idle'], 'most overdue first; neither what is done nor templates');
  for (const of of [alpha, beta, idle]) {
    const rows = open.filter(([about]) => about === of);
    const row = report.byProject.find((r) => r.projectId === of.id);
    assert.deepEqual(only(row), figures(rows), row.project);
    assert.equal(row.people, new Set(rows.map(([, who]) => who.id)).size);
    assert.deepEqual([row.late, row.status, row.ownerId], [of === alpha, of.status, of.ownerId]);
  }
});

test('S2-REL-13 the load narrows to a person, a project, a team', async () => {
  const mine = await load(admin, { assigneeId: 'me' });
  assert.deepEqual(only(mine), figures(open.filter(([, who]) => who === admin)));
  assert.deepEqual(mine.byProject.map((r) => r.project), ['Alpha']);
  const ofBeta = await load(admin, { projectId: beta.id });
  assert.deepEqual([only(ofBeta), ofBeta.byProject.length, ofBeta.byAssignee.length], [figures(open.filter(([of]) => of === beta)), 1, 1]);
  const theirs = await load(admin, { teamId: team.id });
  assert.deepEqual(only(theirs), figures(open.filter(([, who]) => who === worker)));
});

test('S3-SEC-05 a user\'s load is of what is seen', async () => {
  const report = await load(worker);
  assert.deepEqual(only(report), figures(open.filter(([, who]) => who === worker)));
  assert.deepEqual(report.byProject.map((r) => r.project), ['Alpha']);
  const partnerUser = await organisation.member('partner_user', { partnerId: await organisation.partner() });
  errorOf(await partnerUser.get('/reports/project-load'), 403);
});

test('S1-API-07 reports name the parameters that they do not know', async () => {
  for (const query of ['assigneeId=x', 'from=2020-01-01', 'projectId=me']) errorOf(await admin.get('/reports/project-load', { query }), 400);
  assert.deepEqual((await load(admin, { projectId: randomUUID() })).byProject, []);
});

/* --- event margin --- */

const client = await maker.create('company');
const vendor = await maker.create('vendor', { exclusive: false, status: 'active' });
// [owner, kind, start, currency, budget, planned, agreed]
const occasions = [
  [admin, 'Wedding', '2031-05-01T10:00:00Z', 'EUR', 1000, 900.5, 800.25], [admin, 'Wedding', '2031-05-31T23:30:00Z', 'EUR', 500, 100, 0],
  [worker, 'Birthday', '2031-06-01T00:00:00Z', 'EUR', null, 10, 5.75], [worker, 'Birthday', '2031-06-02T10:00:00Z', 'CHF', 70, 60, 50],
  [admin, null, null, 'EUR', 40, 30, 20],
];
const made = [];
for (const [i, [owner, eventType, startAt, currency, budget, planned, agreed]] of occasions.entries()) {
  const endAt = startAt && new Date(Date.parse(startAt) + 3_600_000).toISOString();
  const event = await admin.create('/events', { name: `Occasion ${i}`, ownerId: owner.id, eventType, startAt, endAt, currency, budget, companyId: client.id });
  await admin.create('/budget-lines', { eventId: event.id, category: 'Music', name: 'x', planned });
  await admin.post(`/events/${event.id}/vendors`, { vendorId: vendor.id, status: startAt ? 'confirmed' : 'completed', agreedCost: agreed }, { expect: 201 });
  made.push(event);
}
await admin.create('/events', { name: 'Pattern', isTemplate: true, companyId: client.id, budget: 999 });
const margin = (by, query) => by.read('/reports/event-margin', query);
const cents = (value) => Math.round(value * 100);
const sumOf = (rows) => [rows.length, ...[4, 5, 6].map((at) => rows.reduce((sum, row) => sum + cents(row[at] ?? 0), 0))];
const told = (row) => [row.events, cents(row.budget), cents(row.planned), cents(row.agreed)];
const by = (report, key, ...wanted) => report[key].find((row) => wanted.every(([name, value]) => row[name] === value));

test('S1-ENT-03 what events plan and cost, in sums that never mix currencies', async () => {
  const report = await margin(admin);
  assert.deepEqual(report.byCurrency.map((r) => r.currency).sort(), ['CHF', 'EUR']);
  for (const currency of ['CHF', 'EUR']) {
    const rows = occasions.filter((o) => o[3] === currency);
    const row = by(report, 'byCurrency', ['currency', currency]);
    assert.deepEqual(told(row), sumOf(rows), currency);
    assert.deepEqual([row.invoiced, cents(row.margin), row.marginPercent, row.withoutMargin], [0, -sumOf(rows)[3], null, 0]);
  }
  for (const [type, currency] of [['Wedding', 'EUR'], ['Birthday', 'EUR'], ['Birthday', 'CHF'], [null, 'EUR']])
    assert.deepEqual(told(by(report, 'byType', ['eventType', type], ['currency', currency])), sumOf(occasions.filter((o) => o[1] === type && o[3] === currency)));
  assert.deepEqual(report.byMonth.map((r) => [r.month, r.currency, r.events]), [['2031-05', 'EUR', 2], ['2031-06', 'CHF', 1], ['2031-06', 'EUR', 1]]);
  assert.deepEqual(report.byEvent.map((r) => r.event), ['Occasion 3', 'Occasion 2', 'Occasion 1', 'Occasion 0', 'Occasion 4'], 'latest first');
  for (const row of report.byEvent) {
    const { plannedTotal, agreedTotal, margin: own, budget, companyId } = await admin.read(`/events/${row.eventId}`);
    assert.deepEqual([row.planned, row.agreed, row.margin, row.budget, row.companyId, row.company], [plannedTotal, agreedTotal, own, budget, companyId, client.name]);
  }
});

test('S1-ENT-03 the margin of events narrows to a period, an owner, a client', async () => {
  const events = async (query, who = admin) => (await margin(who, query)).byEvent.map((r) => r.event).sort();
  assert.deepEqual(await events({ from: '2031-05-31', to: '2031-06-01' }), ['Occasion 1', 'Occasion 2']);
  assert.deepEqual(await events({ ownerId: worker.id }), ['Occasion 2', 'Occasion 3']);
  assert.deepEqual(await events({ companyId: randomUUID() }), []);
  assert.deepEqual(await events({}, worker), ['Occasion 2', 'Occasion 3'], 'a user sees the own ones');
  for (const query of ['from=soon', 'from=2031-06-01&to=2031-05-01', 'nope=1']) errorOf(await admin.get('/reports/event-margin', { query }), 400);
});

test('S2-SEC-14 who may not see the costs sees no report of them', async () => {
  const [role] = await admin.all('/roles', { key: 'user' });
  await admin.patch(`/roles/${role.id}`, { fields: { 'event.agreedTotal': 'none' } }, { expect: 200 });
  errorOf(await worker.get('/reports/event-margin'), 403);
  await admin.patch(`/roles/${role.id}`, { fields: { 'event.agreedTotal': null } }, { expect: 200 });
});

/* --- task load --- */

test('S2-ENT-09 S2-API-15 tasks by assignee: open, overdue, due this week, done', async () => {
  const other = await Organisation.create();
  const by = other.admin;
  await by.patch(other.meta.entity('organization').at(by.organizationId), { timeZone: 'UTC', weekStart: 1 }, { expect: 200 });
  const north = await other.maker.create('team');
  const mate = await other.member('user', { teamId: north.id });
  const today = new Date().toISOString().slice(0, 10);
  const on = (days) => new Date(Date.parse(today) + days * DAY).toISOString();
  const sunday = (7 - new Date(today).getUTCDay()) % 7; // days until the week's last day, which begins on Monday
  const task = (who, dueDays, status = 'todo', extra = {}) =>
    by.create('/tasks', { title: 'Task', assigneeId: who.id, status, ...(dueDays === null ? {} : { dueAt: on(dueDays), allDay: true }), ...extra });
  await task(by, -3);
  await task(by, null);
  await task(mate, sunday);
  await task(mate, sunday + 1, 'waiting');
  await task(mate, -1, 'in_progress');
  await task(mate, -1, 'done');
  await task(mate, null, 'done');
  await task(mate, -2, 'cancelled');
  await task(mate, -2, 'todo', { projectId: (await by.create('/projects', { name: 'Pattern', isTemplate: true })).id });
  const numbers = ({ open: o, overdue, dueThisWeek, done: d }) => [o, overdue, dueThisWeek, d];
  const report = await by.read('/reports/task-load');
  assert.deepEqual([report.to, report.weekEnd], [today, on(sunday).slice(0, 10)]);
  assert.deepEqual(numbers(report), [5, 2, 1, 2]);
  assert.deepEqual(report.byAssignee.map((row) => [row.assigneeId, ...numbers(row)]), [[mate.id, 3, 1, 1, 2], [by.id, 2, 1, 0, 0]]);
  for (const row of [report, ...report.byAssignee]) {
    const shown = async (filter) => (await by.get('/tasks', { query: filter, expect: 200 })).body.pagination.total;
    assert.deepEqual([await shown(row.filter), await shown(row.overdueFilter), await shown(row.dueThisWeekFilter), await shown(row.doneFilter)], numbers(row));
  }
  assert.deepEqual(numbers(await by.read('/reports/task-load', { teamId: north.id })), [3, 1, 1, 2]);
  assert.deepEqual(numbers(await by.read('/reports/task-load', { assigneeId: 'me', to: on(-1).slice(0, 10) })), [2, 1, 0, 0]);
  assert.equal((await by.read('/reports/task-load', { to: on(-1).slice(0, 10) })).done, 0);
  assert.deepEqual(numbers(await mate.read('/reports/task-load')), [3, 1, 1, 2], 'who is only an assignee sees the own');
});
