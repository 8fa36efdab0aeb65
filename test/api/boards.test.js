// SPDX-License-Identifier: Apache-2.0
// Boards: records side by side in columns, with what each column adds up to.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const board = async (path, query = {}) => {
  const answer = await admin.get(`${path}/board`, { query });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.data;
};
const column = (data, key) => data.columns.find((c) => c.key === key);
const stagesOf = async (pipeline) => admin.read('/stages', { pipelineId: pipeline.id, sort: 'position' });

async function freshPipeline() {
  const pipeline = await admin.create('/pipelines', { name: `Pipeline ${Math.random()}` });
  const stages = [];
  for (const [position, name] of ['First', 'Second'].entries())
    stages.push(await admin.create('/stages', { pipelineId: pipeline.id, name, position, probability: 50 }));
  return { pipeline, stages };
}

test('S5-ENT-04 S5-ENT-05 a board of deals has the stages of a pipeline, in their order', async () => {
  const fallback = (await admin.read('/pipelines', { entity: 'deal', isDefault: true }))[0];
  const stages = await stagesOf(fallback);
  const data = await board('/deals');
  assert.equal(data.by, 'stageId');
  assert.deepEqual(data.columns.map((c) => [c.key, c.label, c.category]),
    stages.map((s) => [s.id, s.name, s.category]));
});

test('S5-ENT-05 columns hold their cards in order and add them up', async () => {
  const { pipeline, stages } = await freshPipeline();
  for (const [i, amount] of [100, 250.5, 49.5].entries())
    await admin.create('/deals', { name: `deal ${i}`, stageId: stages[0].id, amount, probability: 10 });
  await admin.create('/deals', { name: 'no amount', stageId: stages[0].id });
  const [first, second] = (await board('/deals', { pipelineId: pipeline.id })).columns;
  assert.deepEqual(first.records.map((d) => d.name), ['deal 0', 'deal 1', 'deal 2', 'no amount']);
  assert.equal(first.count, 4);
  assert.equal(first.sum, 400);
  assert.equal(first.weightedSum, 40, '10 % of 400, and 50 % of nothing');
  assert.equal(first.notInSum, 0);
  assert.deepEqual([second.count, second.sum, second.records.length, second.nextCursor], [0, 0, 0, null]);
});

test('S5-ENT-05 a currency without exchange rate is counted, not added', async () => {
  const { pipeline, stages } = await freshPipeline();
  await admin.create('/deals', { name: 'own', stageId: stages[0].id, amount: 100 });
  await admin.create('/deals', { name: 'foreign', stageId: stages[0].id, amount: 7, currency: 'ISK' });
  const [first] = (await board('/deals', { pipelineId: pipeline.id })).columns;
  assert.deepEqual([first.count, first.sum, first.notInSum], [2, 100, 1]);
});

test('a column goes on as a list', async () => {
  const { pipeline, stages } = await freshPipeline();
  for (let i = 0; i < 5; i++) await admin.create('/deals', { name: `card ${i}`, stageId: stages[1].id });
  const data = await board('/deals', { pipelineId: pipeline.id, limit: 2, fields: 'name' });
  const cards = column(data, stages[1].id);
  assert.deepEqual(cards.records.map((d) => d.name), ['card 0', 'card 1']);
  const rest = await admin.get('/deals', {
    query: { stageId: stages[1].id, sort: 'position', limit: 10, cursor: cards.nextCursor } });
  assert.deepEqual(rest.body.data.map((d) => d.name), ['card 2', 'card 3', 'card 4']);
});

test('S3-ENT-05 tasks and events stand in columns of their statuses, filtered as lists are', async () => {
  const mine = await admin.create('/tasks', { title: 'mine', status: 'in_progress', priority: 'urgent' });
  await admin.create('/tasks', { title: 'other', status: 'in_progress' });
  const data = await board('/tasks', { priority: 'urgent', include: 'assignee' });
  assert.deepEqual(data.columns.map((c) => c.key), ['todo', 'in_progress', 'waiting', 'done', 'cancelled']);
  const cards = column(data, 'in_progress');
  assert.deepEqual(cards.records.map((t) => t.id), [mine.id]);
  assert.equal(cards.count, 1);
  assert.equal(cards.records[0].assignee.id, mine.assigneeId);
  assert.ok(!('sum' in cards));
  await admin.create('/events', { name: 'party' });
  assert.equal(column(await board('/events'), 'inquiry').count, 1);
});

test('S5-SEC-02 a board shows and adds up only what the caller may see', async () => {
  const { pipeline, stages } = await freshPipeline();
  const seller = await organisation.member('user');
  await admin.create('/deals', { name: 'theirs', stageId: stages[0].id, amount: 1000 });
  await seller.create('/deals', { name: 'own', stageId: stages[0].id, amount: 1 });
  const answer = await seller.get('/deals/board', { query: { pipelineId: pipeline.id } });
  const [first] = answer.body.data.columns;
  assert.deepEqual(first.records.map((d) => d.name), ['own']);
  assert.deepEqual([first.count, first.sum], [1, 1]);
});

test('what a board is not asked', async () => {
  for (const [path, query, word] of [
    ['/deals/board', { page: 2 }, 'page'],
    ['/deals/board', { cursor: 'x' }, 'cursor'],
    ['/deals/board', { pipelineId: 'x' }, 'pipelineId'],
    ['/deals/board', { pipelineId: '01890000-0000-7000-8000-000000000000' }, 'pipeline'],
    ['/tasks/board', { nothing: 1 }, 'nothing'],
  ]) {
    const answer = await admin.get(path, { query });
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.body.error.message, new RegExp(word));
  }
  assert.equal((await admin.get('/contacts/board')).status, 404);
});

test('S5-ENT-05 sums are right after many people’s moves, wins, edits and deletions at once', async () => {
  const { pipeline, stages } = await freshPipeline();
  const deals = await Promise.all(Array.from({ length: 24 }, (_, i) =>
    admin.create('/deals', { name: `deal ${i}`, stageId: stages[0].id, amount: 100 + i, probability: 20 })));
  const actions = [
    (deal) => admin.patch(`/deals/${deal.id}`, { stageId: stages[1].id }),
    (deal) => admin.patch(`/deals/${deal.id}`, { amount: 7.25, probability: 90 }),
    (deal) => admin.patch(`/deals/${deal.id}`, { amount: null }),
    (deal) => admin.delete(`/deals/${deal.id}`),
    (deal) => admin.post(`/deals/${deal.id}/move`, { stageId: stages[1].id }),
    (deal) => admin.post(`/deals/${deal.id}/move`, { stageId: stages[0].id }),
  ];
  await Promise.all(deals.flatMap((deal, i) => [0, 1, 2].map((n) => actions[(i + n) % actions.length](deal))));
  await Promise.all(deals.slice(0, 3).map((deal) => admin.post(`/deals/${deal.id}/restore`)));
  const left = (await admin.all('/deals', { pipelineId: pipeline.id }));
  for (const [at, stage] of stages.entries()) {
    const mine = left.filter((d) => d.stageId === stage.id);
    const cents = mine.reduce((sum, d) => sum + Math.round((d.amount ?? 0) * 100), 0);
    const weighted = mine.reduce((sum, d) => sum + Math.round((d.amount ?? 0) * 100) * d.probability, 0);
    const column = (await board('/deals', { pipelineId: pipeline.id })).columns[at];
    assert.equal(column.count, mine.length);
    assert.equal(Math.round(column.sum * 100), cents);
    assert.equal(Math.round(column.weightedSum * 100), Math.round(weighted / 100));
    assert.deepEqual((await board('/deals', { pipelineId: pipeline.id, 'amount[gte]': 0 })).columns[at].sum, column.sum, 'added up from the deals');
  }
});
