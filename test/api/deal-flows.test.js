// SPDX-License-Identifier: Apache-2.0
// Deals over the board: move, win, lose, reopen, and many people at once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const pipeline = (await admin.read('/pipelines', { entity: 'deal' }))[0];
const stages = await admin.read('/stages', { pipelineId: pipeline.id, sort: 'position' });
const open = stages.filter((s) => s.category === 'open');
const won = stages.find((s) => s.category === 'won');
const lost = stages.find((s) => s.category === 'lost');
const make = (name, stage = open[0]) => admin.create('/deals', { name, stageId: stage.id, amount: 100 });
const flow = (deal, verb, body, headers = {}) => admin.post(`/deals/${deal.id}/${verb}`, body, { headers });
const cards = (stage) => admin.all('/deals', { stageId: stage.id, sort: 'position' });
const names = async (stage) => (await cards(stage)).map((d) => d.name);

async function freshStage() {
  return admin.create('/stages', { pipelineId: pipeline.id, name: `Stage ${randomUUID()}`, position: 50 });
}

test('S5-ENT-05 a deal moves between its neighbours and to another stage', async () => {
  const [left, right] = [await freshStage(), await freshStage()];
  const [a, b, c] = [await make('a', left), await make('b', left), await make('c', left)];
  const moved = await flow(c, 'move', { stageId: left.id, beforeId: a.id });
  assert.equal(moved.status, 200, moved.text);
  assert.deepEqual(moved.body.data, await admin.read(`/deals/${c.id}`), 'answers the deal as GET does');
  assert.deepEqual(await names(left), ['c', 'a', 'b']);
  await flow(b, 'move', { afterId: c.id });
  assert.deepEqual(await names(left), ['c', 'b', 'a'], 'without a stage it stays in its own');
  await flow(b, 'move', { stageId: right.id });
  await flow(a, 'move', { stageId: right.id });
  await flow(c, 'move', { stageId: right.id, afterId: b.id });
  assert.deepEqual(await names(right), ['b', 'c', 'a']);
  assert.deepEqual(await names(left), []);
});

test('S5-ENT-05 moving a deal to where it stands changes nothing', async () => {
  const stage = await freshStage();
  const [a, b] = [await make('a', stage), await make('b', stage)];
  const first = (await flow(b, 'move', { stageId: stage.id, afterId: a.id })).body.data;
  assert.equal(first.version, b.version);
  assert.equal(first.position, b.position);
});

test('S5-ENT-05 a move names neighbours and stages that are there', async () => {
  const [stage, other] = [await freshStage(), await freshStage()];
  const [a, b] = [await make('a', stage), await make('b', other)];
  assert.deepEqual(failingFields(await flow(a, 'move', { afterId: randomUUID() })), ['afterId']);
  assert.deepEqual(failingFields(await flow(a, 'move', { beforeId: a.id })), ['beforeId']);
  assert.deepEqual(failingFields(await flow(a, 'move', { beforeId: b.id, afterId: b.id })), ['beforeId']);
  assert.deepEqual(failingFields(await flow(a, 'move', { stageId: randomUUID() })), ['stageId']);
  assert.deepEqual(failingFields(await flow(a, 'move', { position: 'x' })), ['position']);
  errorOf(await flow(a, 'move', { stageId: stage.id, afterId: b.id }), 409);
  errorOf(await flow({ id: randomUUID() }, 'move', { stageId: stage.id }), 404);
});

test('S5-API-26 flows of deals honour If-Match and Idempotency-Key', async () => {
  const deal = await make('tagged');
  const { etag } = (await admin.get(`/deals/${deal.id}`, { expect: 200 })).headers;
  const answer = await flow(deal, 'move', { stageId: open[1].id }, { 'if-match': etag });
  assert.equal(answer.status, 200, answer.text);
  assert.notEqual(answer.headers.etag, etag);
  for (const [verb, body] of [['move', {}], ['win', {}], ['lose', { lostReason: 'Price' }], ['reopen', { stageId: open[0].id }]])
    errorOf(await flow(deal, verb, body, { 'if-match': etag }), 412);
  const headers = { 'idempotency-key': randomUUID() };
  const once = await flow(deal, 'win', {}, headers);
  assert.equal(once.status, 200, once.text);
  await flow(deal, 'reopen', {});
  assert.deepEqual((await flow(deal, 'win', {}, headers)).body, once.body);
  assert.equal((await admin.read(`/deals/${deal.id}`)).status, 'open', 'the repeated request did nothing');
});

test('S5-ENT-05 a deal is won, lost for a reason, and reopened where it stood', async () => {
  const deal = await make('closing', open[2]);
  const winning = await flow(deal, 'win', { closedAt: '2026-03-01', note: 'Signed on paper' });
  assert.equal(winning.status, 200, winning.text);
  const first = winning.body.data;
  assert.deepEqual([first.status, first.stageId, first.closedAt, first.closeNote, first.probability], ['won', won.id, '2026-03-01', 'Signed on paper', 100]);
  assert.equal((await flow(deal, 'win', {})).body.data.version, first.version, 'again changes nothing');
  assert.deepEqual(failingFields(await flow(deal, 'lose', {})), ['lostReason']);
  const losing = (await flow(deal, 'lose', { lostReason: 'Price' })).body.data;
  assert.deepEqual([losing.status, losing.stageId, losing.lostReason, losing.wonReason, losing.closeNote], ['lost', lost.id, 'Price', null, null]);
  assert.notEqual(losing.closedAt, '2026-03-01', 'the day of winning is not that of losing');
  const again = (await flow(deal, 'reopen', {})).body.data;
  assert.deepEqual([again.status, again.stageId, again.lostReason, again.closedAt], ['open', open[2].id, null, null]);
  assert.deepEqual(failingFields(await flow(deal, 'reopen', { stageId: won.id })), ['stageId']);
  assert.equal((await flow(deal, 'reopen', { stageId: open[0].id })).body.data.stageId, open[0].id);
});

test('S5-ENT-05 closing refuses what is no reason, no day or no field of it', async () => {
  const deal = await make('refused');
  assert.deepEqual(failingFields(await flow(deal, 'lose', { lostReason: 'No such reason' })), ['lostReason']);
  assert.deepEqual(failingFields(await flow(deal, 'win', { closedAt: 'soon' })), ['closedAt']);
  assert.deepEqual(failingFields(await flow(deal, 'win', { closedAt: '2199-01-01' })), ['closedAt']);
  assert.deepEqual(failingFields(await flow(deal, 'lose', { lostReason: 'Price', closedAt: '2199-01-01' })), ['closedAt']);
  assert.deepEqual(failingFields(await flow(deal, 'win', { note: 7 })), ['note']);
  assert.deepEqual(failingFields(await flow(deal, 'win', { amount: 7 })), ['amount']);
  assert.equal((await admin.read(`/deals/${deal.id}`)).version, deal.version);
});

test('S5-ENT-05 flows ask for the right to change the deal', async () => {
  const user = await organisation.member('user');
  const accountant = await organisation.member('accountant');
  const deal = await make('not yours');
  errorOf(await accountant.post(`/deals/${deal.id}/win`, {}), 403);
  errorOf(await user.post(`/deals/${deal.id}/win`, {}), 404);
  const own = await user.create('/deals', { name: 'mine' });
  await user.post(`/deals/${own.id}/win`, {}, { expect: 200 });
});

test('S5-ENT-05 each flow is one changeset of the change log', async () => {
  const deal = await make('logged');
  await flow(deal, 'win', { note: 'Hooray' });
  const rows = await admin.read(`/deals/${deal.id}/timeline`);
  assert.equal(rows.length, 2);
  assert.equal(new Set(rows.map((r) => r.changesetId)).size, 2);
});

test('S5-ENT-05 the same gap takes card after card', async () => {
  const stage = await freshStage();
  const [a, , c] = [await make('a', stage), await make('b', stage), await make('c', stage)];
  let turn = await cards(stage);
  for (let i = 0; i < 300; i++) {
    const mover = turn[turn.length - 1].id === c.id && i === 0 ? c : turn[2];
    const answer = await flow(mover, 'move', { afterId: a.id });
    assert.equal(answer.status, 200, answer.text);
    turn = [turn[0], mover, turn[1]];
  }
  const after = await cards(stage);
  assert.deepEqual(after.map((d) => d.id), turn.map((d) => d.id));
  assert.ok(after.every((d) => d.position.length <= 60), 'ranks that grew too long were spread');
});

test('S5-ENT-05 tied ranks are told apart by the next move between them', async () => {
  const stage = await freshStage();
  for (const name of ['a', 'b', 'c', 'd']) await make(name, stage);
  const tie = `update deals set position = '00064000000000' where stage_id = '${stage.id}' returning 1`;
  assert.equal(queryJson(process.env.CAIRN_TEST_DATA, `with tied as (${tie}) select count(*) from tied`), 4);
  const [first, second, third, last] = await cards(stage);
  const answer = await flow(last, 'move', { afterId: first.id });
  assert.equal(answer.status, 200, answer.text);
  const after = await cards(stage);
  assert.deepEqual(after.map((d) => d.id), [first, last, second, third].map((d) => d.id));
  assert.equal(new Set(after.map((d) => d.position)).size, 4);
});

test('S5-ENT-05 32 people moving cards at once neither lose nor duplicate one', async () => {
  const columns = [await freshStage(), await freshStage(), await freshStage()];
  const deals = await Promise.all(Array.from({ length: 24 }, (_, i) => make(`card ${i}`, columns[i % 3])));
  let seed = 7;
  const next = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n; };
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (let i = 0; i < 10; i++) {
      const beside = deals[next(24)];
      const deal = deals[next(24)];
      if (deal === beside) continue;
      const where = [{}, { afterId: beside.id }, { beforeId: beside.id }][next(3)];
      const answer = await flow(deal, 'move', { stageId: columns[next(3)].id, ...where });
      assert.ok([200, 409].includes(answer.status), answer.text);
    }
  }));
  const found = (await Promise.all(columns.map(cards)));
  const ids = found.flat().map((d) => d.id);
  assert.deepEqual([...ids].sort(), deals.map((d) => d.id).sort());
  for (const column of found) assert.equal(new Set(column.map((d) => d.position)).size, column.length, 'ranks are unique in their stage');
});
