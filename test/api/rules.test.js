// SPDX-License-Identifier: Apache-2.0
// Rules between records: how deals end, who may be given work, whose work it becomes, options that become
// one; and what the log calls it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const stages = await admin.all('/stages');
const dealStages = stages.filter((s) => ['qualification', 'won', 'lost'].includes(s.key));
const stage = (key) => dealStages.find((s) => s.key === key);
const actions = async (path) => (await admin.all(`${path}/timeline`)).map((c) => c.action);

/** A member who is not active any more. */
async function leaver(role = 'user') {
  const client = await organisation.member(role);
  await admin.patch(`/users/${client.id}`, { active: false }, { expect: 200 });
  return client;
}

test('S2-ENT-05 S5-ENT-05 a deal that comes to a lost stage says why, whichever way', async () => {
  const deal = await admin.create('/deals', { name: 'x' });
  const path = `/deals/${deal.id}`;
  assert.deepEqual(failingFields(await admin.patch(path, { stageId: stage('lost').id })), ['lostReason']);
  assert.deepEqual(failingFields(await admin.post(`${path}/move`, { stageId: stage('lost').id })), ['lostReason']);
  const lost = await admin.patch(path, { stageId: stage('lost').id, lostReason: 'Price' }, { expect: 200 });
  assert.deepEqual([lost.body.data.status, lost.body.data.lostReason], ['lost', 'Price']);
  await admin.patch(path, { description: 'no more is asked' }, { expect: 200 });
});

test('S1-ENT-09 S3-ENT-08 the log calls what people did by its name', async () => {
  const deal = await admin.create('/deals', { name: 'x' });
  await admin.patch(`/deals/${deal.id}`, { amount: 5 });
  await admin.post(`/deals/${deal.id}/win`, {}, { expect: 200 });
  await admin.post(`/deals/${deal.id}/win`, { note: 'again' }, { expect: 200 });
  await admin.post(`/deals/${deal.id}/reopen`, undefined, { expect: 200 });
  await admin.patch(`/deals/${deal.id}`, { stageId: stage('lost').id, lostReason: 'Price' }, { expect: 200 });
  assert.deepEqual(await actions(`/deals/${deal.id}`), ['lost', 'reopened', 'update', 'won', 'update', 'create']);
  const lead = await maker.create('lead');
  await admin.post(`/leads/${lead.id}/convert`, { deal: {} }, { expect: 200 });
  const [conversion] = await admin.all(`/leads/${lead.id}/timeline`);
  assert.equal(conversion.action, 'converted');
  const together = await admin.all('/audit-logs', { changesetId: conversion.changesetId });
  assert.deepEqual([...new Set(together.filter((c) => c.action === 'converted').map((c) => c.entity))], ['lead']);
});

test('S2-REL-02 S2-REL-03 S3-ENT-06 nobody is given work who is not active, and who has it keeps it', async () => {
  const gone = await leaver();
  const asked = [
    ['post', '/companies', { name: 'Acme', ownerId: gone.id }, 'ownerId'],
    ['post', '/tasks', { title: 'x', assigneeId: gone.id }, 'assigneeId'],
    ['post', '/projects', { name: 'x', memberIds: [admin.id, gone.id] }, 'memberIds'],
    ['post', '/teams', { name: unique('team'), managerId: gone.id }, 'managerId'],
  ];
  for (const [method, path, body, field] of asked) {
    const answer = await admin[method](path, body);
    assert.deepEqual(failingFields(answer), [field], path);
    assert.equal(answer.body.error.details[0].code, 'INACTIVE');
  }
  const task = await maker.create('task');
  assert.deepEqual(failingFields(await admin.patch(`/tasks/${task.id}`, { assigneeId: gone.id })), ['assigneeId']);

  const leaving = await organisation.member('user');
  const owned = await admin.create('/companies', { name: 'Kept', ownerId: leaving.id });
  const project = await admin.create('/projects', { name: 'x', memberIds: [leaving.id] });
  await admin.patch(`/users/${leaving.id}`, { active: false }, { expect: 200 });
  await admin.put(`/companies/${owned.id}`, { name: 'Kept on', ownerId: leaving.id }, { expect: 200 });
  await admin.patch(`/projects/${project.id}`, { memberIds: [leaving.id, admin.id] }, { expect: 200 });
  assert.equal((await admin.read(`/companies/${owned.id}`)).ownerId, leaving.id);
});

test('S2-REL-02 S1-REL-06 who leaves hands everything over, in one changeset', async () => {
  const [leaving, heir] = [await organisation.member('manager'), await organisation.member('user')];
  const team = await admin.create('/teams', { name: unique('team'), managerId: leaving.id });
  const made = [];
  for (const [name, field] of [['company', 'ownerId'], ['contact', 'ownerId'], ['lead', 'ownerId'], ['deal', 'ownerId'], ['task', 'assigneeId'], ['event', 'ownerId'], ['vendor', 'ownerId'], ['partner', 'ownerId']])
    made.push([name, field, await maker.create(name, { [field]: leaving.id })]);
  const trashed = await admin.create('/deals', { name: 'gone', ownerId: leaving.id });
  await admin.delete(`/deals/${trashed.id}`);
  const project = await admin.create('/projects', { name: 'x', memberIds: [leaving.id, admin.id] });
  const both = await admin.create('/projects', { name: 'y', memberIds: [leaving.id, heir.id] });
  const others = await maker.create('company');

  await admin.patch(`/users/${leaving.id}`, { active: false, reassignTo: heir.id }, { expect: 200 });
  for (const [name, field, record] of made)
    assert.equal((await admin.read(organisation.meta.entity(name).at(record.id)))[field], heir.id, name);
  assert.equal((await admin.read(`/teams/${team.id}`)).managerId, heir.id);
  assert.deepEqual((await admin.read(`/projects/${project.id}`)).memberIds.sort(), [admin.id, heir.id].sort());
  assert.deepEqual((await admin.read(`/projects/${both.id}`)).memberIds, [heir.id]);
  assert.equal((await admin.read(`/companies/${others.id}`)).ownerId, admin.id);
  assert.equal((await admin.post(`/deals/${trashed.id}/restore`)).body.data.ownerId, heir.id);
  const [left] = (await admin.all(`/users/${leaving.id}/timeline`)).filter((c) => c.diff?.active);
  const together = new Set((await admin.all('/audit-logs', { changesetId: left.changesetId })).map((c) => c.recordId));
  for (const [name, , record] of made) assert.ok(together.has(record.id), name);
});

test('S3-SEC-04 a heir is another active member, and is only named to who leaves', async () => {
  const leaving = await organisation.member('user');
  const foreign = await Organisation.create();
  const path = `/users/${leaving.id}`;
  for (const heir of [leaving.id, (await leaver()).id, foreign.admin.id])
    assert.deepEqual(failingFields(await admin.patch(path, { active: false, reassignTo: heir })), ['reassignTo']);
  assert.deepEqual(failingFields(await admin.patch(path, { jobTitle: 'x', reassignTo: admin.id })), ['reassignTo']);
  assert.deepEqual(failingFields(await admin.patch(path, { active: false, reassignTo: 'x' })), ['reassignTo']);
  assert.equal((await admin.read(path)).active, true);
  errorOf(await leaving.patch(path, { active: false, reassignTo: admin.id }), 403);
});

test('S2-ENT-01 the organisation may say who gets the work of whoever leaves', async () => {
  const home = await Organisation.create();
  const [leaving, heir] = [await home.member('user'), await home.member('user')];
  const company = await home.maker.create('company', { ownerId: leaving.id });
  const path = `/organizations/${home.id}`;
  const { settings } = await home.admin.read(path);
  await home.admin.patch(path, { settings: { ...settings, deletedUsersReassignTo: heir.id } }, { expect: 200 });
  await home.admin.patch(`/users/${leaving.id}`, { active: false }, { expect: 200 });
  assert.equal((await home.admin.read(`/companies/${company.id}`)).ownerId, heir.id);
});

test('S2-ENT-02 S3-ENT-03 an option is merged into another, in one changeset', async () => {
  const option = async (picklist, label = unique('Option ')) => admin.create('/picklist-options', { picklist, key: label, label });
  const [from, into, other] = [await option('lead.source'), await option('lead.source'), await option('industry')];
  const records = [['company', 'source'], ['contact', 'source'], ['lead', 'source'], ['deal', 'source']];
  for (const entry of records) entry.push(await maker.create(entry[0], { [entry[1]]: from.key }));
  const trashed = await maker.create('company', { source: from.key });
  await admin.delete(`/companies/${trashed.id}`, { expect: 204 });
  const bystander = await maker.create('company', { source: other.key === 'x' ? null : 'website' });
  const merge = (body, client = admin) => client.post(`/picklist-options/${from.id}/merge`, body);

  for (const wrong of [other.id, from.id]) assert.deepEqual(failingFields(await merge({ into: wrong })), ['into']);
  assert.deepEqual(failingFields(await merge({})), ['into']);
  errorOf(await merge({ into: into.id }, await organisation.member('manager')), 403);
  const answer = await merge({ into: into.id });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.data.id, into.id);

  for (const [name, field, record] of records) assert.equal((await admin.read(organisation.meta.entity(name).at(record.id)))[field], into.key, name);
  assert.equal((await admin.post(`/companies/${trashed.id}/restore`)).body.data.source, into.key);
  assert.equal((await admin.read(`/companies/${bystander.id}`)).version, bystander.version);
  errorOf(await admin.get(`/picklist-options/${from.id}`), 404);
  const [gone] = await admin.all(`/picklist-options/${from.id}/timeline`, { action: 'delete' });
  const together = await admin.all('/audit-logs', { changesetId: gone.changesetId });
  for (const [, , record] of records) assert.ok(together.some((c) => c.recordId === record.id));
  errorOf(await merge({ into: into.id }), 404);
});
