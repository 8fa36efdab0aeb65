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
