// SPDX-License-Identifier: Apache-2.0
// The sales overview against sums computed here from the same deals.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;
const manager = await organisation.member('manager');
const team = await maker.create('team', { managerId: manager.id });
const seller = await organisation.member('user', { teamId: team.id });

const pipelines = await admin.all(meta.entity('pipeline').path);
const pipeline = pipelines.find((p) => p.entity === 'deal' && p.isDefault);
const stages = (await admin.all(meta.entity('stage').path, { pipelineId: pipeline.id })).sort((a, b) => a.position - b.position);
const won = stages.find((s) => s.category === 'won');
const lost = stages.find((s) => s.category === 'lost');
const open = stages.filter((s) => s.category === 'open');

const plan = [
  [won, 100.5, '2017-03-01', admin.id], [won, 200.25, '2017-03-31', seller.id], [won, 300, '2017-04-01', seller.id],
  [won, 0.1, '2017-04-02', seller.id], [lost, 50, '2017-03-15', seller.id], [lost, 70, '2017-05-15', admin.id],
  [open[0], 1000, null, seller.id], [open[1], 500, null, admin.id], [open[0], null, null, admin.id],
];
for (const [i, [stage, amount, closedAt, ownerId]] of plan.entries()) {
  await admin.create('/deals', { name: `Deal ${i}`, stageId: stage.id, ownerId, ...(amount === null ? {} : { amount }), ...(closedAt ? { closedAt } : {}) });
}

const overview = (client, query) => client.read('/reports/sales-overview', query);
const cents = (value) => Math.round(Number(value) * 100);
const sum = (rows) => rows.reduce((total, [, amount]) => total + cents(amount ?? 0), 0);
const inStage = (...wanted) => plan.filter(([stage]) => wanted.includes(stage));

test('S2-API-12 S5-UI-01 totals of the sales overview', async () => {
  const { deals, currency } = await overview(admin);
  assert.match(currency, /^[A-Z]{3}$/);
  assert.deepEqual([deals.total, deals.won, deals.lost, deals.open], [9, 4, 2, 3]);
  assert.equal(cents(deals.wonAmount), sum(inStage(won)));
  assert.equal(cents(deals.openAmount), sum(inStage(...open)));
  const weighted = plan.filter(([s]) => open.includes(s)).reduce((t, [s, a]) => t + (cents(a ?? 0) * s.probability) / 100, 0);
  assert.equal(cents(deals.weightedAmount), Math.round(weighted));
  assert.ok(Math.abs(deals.winRate - 4 / 6) < 0.01 || Math.abs(deals.winRate - 66.67) < 1, String(deals.winRate));
});

test('S5-UI-03 by stage, in the order of the pipeline', async () => {
  const { byStage } = await overview(admin);
  const positions = byStage.map((row) => row.position);
  assert.deepEqual(positions, [...positions].sort((a, b) => a - b));
  for (const row of byStage) {
    const stage = stages.find((s) => s.id === row.stageId);
    assert.equal(row.count, inStage(stage).length, row.stage);
    assert.equal(cents(row.amount), sum(inStage(stage)), row.stage);
  }
});

test('S2-API-12 won by month', async () => {
  const { wonByMonth } = await overview(admin);
  assert.deepEqual(wonByMonth.filter((m) => m.count).map((m) => [m.month, m.count, cents(m.amount)]), [['2017-03', 2, 30075], ['2017-04', 2, 30010]]);
});

test('S2-API-15 by owner and by team', async () => {
  const { byOwner, byTeam } = await overview(admin);
  const row = byOwner.find((o) => o.ownerId === seller.id);
  assert.deepEqual([row.won, cents(row.wonAmount), row.lost, row.open], [3, 50035, 1, 1]);
  const ours = byTeam.find((t) => t.teamId === team.id);
  assert.deepEqual([ours.won, cents(ours.wonAmount), ours.managerId], [3, 50035, manager.id]);
});

test('S2-API-12 a period and an owner narrow it', async () => {
  const march = await overview(admin, { from: '2017-03-01', to: '2017-03-31' });
  assert.equal(march.deals.won, 2);
  assert.equal(march.deals.lost, 1);
  const mine = await overview(admin, { ownerId: admin.id });
  assert.equal(mine.deals.won, 1);
  const theirs = await overview(admin, { teamId: team.id });
  assert.equal(theirs.deals.won, 3);
});

test('S3-SEC-05 a seller sees the own figures only', async () => {
  const { deals, byOwner } = await overview(seller);
  assert.equal(deals.total, 5);
  assert.ok(byOwner.every((row) => row.ownerId === seller.id));
});

test('S1-API-07 bad parameters are 400 by name', async () => {
  for (const [query, word] of [['from=soon', 'from'], ['nope=1', 'nope'], ['ownerId=x', 'ownerId'], ['from=2017-05-01&to=2017-01-01', 'to']]) {
    const answer = await admin.get('/reports/sales-overview', { query });
    errorOf(answer, 400);
    assert.ok(answer.text.includes(word), query);
  }
});
