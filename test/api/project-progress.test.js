// SPDX-License-Identifier: Apache-2.0
// The progress of projects and milestones follows their tasks, however many change at once.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Organisation } from './harness/organisation.js';

const { admin, maker } = await Organisation.create();

test('S2-REL-13 S2-REL-14 tasks made and finished all at once leave the right progress', async () => {
  const project = await maker.create('project');
  const milestone = await maker.create('milestone', { projectId: project.id });
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, i) => admin.post('/tasks', { title: `Task ${i}`, milestoneId: milestone.id, status: i % 4 ? 'done' : 'todo' })),
  );
  for (const answer of made) assert.equal(answer.status, 201, answer.text);
  assert.equal((await admin.read(`/projects/${project.id}`)).progress, 75);
  assert.equal((await admin.read(`/milestones/${milestone.id}`)).progress, 75);
  await Promise.all(made.map((answer) => admin.patch(`/tasks/${answer.body.data.id}`, { status: 'done' }, { expect: 200 })));
  assert.equal((await admin.read(`/projects/${project.id}`)).progress, 100);
  assert.equal((await admin.read(`/milestones/${milestone.id}`)).progress, 100);
});
