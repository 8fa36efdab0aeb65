// SPDX-License-Identifier: Apache-2.0
// Pipeline, won and lost, velocity of stages: figures worked out by hand, in comments beside the deals.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';
import { execute } from './harness/psql.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;
await admin.patch(meta.entity('organization').at(admin.organizationId), { timeZone: 'UTC' }, { expect: 200 });
const team = await maker.create('team', { name: 'North' });
const seller = await organisation.member('user', { teamId: team.id });

async function stagesOf(by) {
  const pipeline = (await by.all('/pipelines')).find((p) => p.entity === 'deal' && p.isDefault);
  const stages = (await by.all('/stages', { pipelineId: pipeline.id })).sort((a, b) => a.position - b.position);
  return { pipeline, open: stages.filter((s) => s.category === 'open'), won: stages.find((s) => s.category === 'won'), lost: stages.find((s) => s.category === 'lost') };
}
const { pipeline, open, won, lost } = await stagesOf(admin);
const deal = (name, fields) => admin.create('/deals', { name, ...fields });

// What a unit is worth in euros. A rate of the future is none of today.
for (const [date, rate] of [['2025-01-01', 0.5], ['2025-02-01', 0.8], ['2099-01-01', 9]])
  await admin.create('/exchange-rates', { currency: 'USD', date, rate });

//                                                                          weighted amount in euros
await deal('A', { stageId: open[0].id, amount: 1000, probability: 10, ownerId: seller.id, expectedCloseDate: '2030-01-15' }); //  100
await deal('B', { stageId: open[1].id, amount: 500, probability: 50, expectedCloseDate: '2030-01-31' }); //                       250
await deal('C', { stageId: open[0].id, amount: 400, currency: 'USD', probability: 25, ownerId: seller.id, expectedCloseDate: '2030-02-01' }); // 400 x 0.8 = 320, 80
await deal('D', { stageId: open[0].id, amount: 70, currency: 'CHF', probability: 50 }); //                                    no rate: 35 francs
await deal('E', { stageId: open[1].id, probability: 90, ownerId: seller.id, expectedCloseDate: '2030-02-10' }); //                  0

const closed = [
  { name: 'W1', stageId: won.id, amount: 1000, startedAt: '2025-01-01', closedAt: '2025-01-31', wonReason: 'Product' }, // 30 days
  { name: 'W2', stageId: won.id, amount: 200, currency: 'USD', startedAt: '2025-01-21', closedAt: '2025-01-31', ownerId: seller.id }, // 200 x 0.5 = 100, 10 days
  { name: 'W3', stageId: won.id, amount: 200, currency: 'USD', startedAt: '2025-02-01', closedAt: '2025-02-01', ownerId: seller.id }, // 200 x 0.8 = 160, 0 days
  { name: 'W4', stageId: won.id, amount: 50, currency: 'CHF', startedAt: '2025-01-31', closedAt: '2025-02-10' }, // 50 francs, 10 days
  { name: 'W5', stageId: won.id, closedAt: '2025-02-20' }, // no amount; made after it was closed: no days
  { name: 'L1', stageId: lost.id, amount: 300, startedAt: '2025-01-31', closedAt: '2025-02-15', lostReason: 'Not a fit', ownerId: seller.id }, // 15 days
  { name: 'L2', stageId: lost.id, amount: 80, currency: 'USD', closedAt: '2024-12-31', lostReason: 'Price' }, // before any rate: 80 dollars, no days
];
for (const fields of closed) await admin.create('/deals', fields);

/* Every row leads to a list of as many records as it counts. */
async function leadsTo(by, rows, count) {
  for (const row of rows) {
    if (row.filter === null) continue;
    const list = await by.get('/deals', { query: row.filter, expect: 200 });
    assert.equal(list.body.pagination.total, count(row), row.filter);
  }
}

/* --- pipeline --- */

const eur = (amount, weightedAmount) => ({ currency: 'EUR', amount, weightedAmount });
const chf = (amount, weightedAmount) => ({ currency: 'CHF', amount, weightedAmount });

test('S2-API-12 S5-UI-01 the pipeline by stage, owner, team and month', async () => {
  const report = await admin.read('/reports/pipeline');
  // 1000 + 500 + 320 = 1820; 100 + 250 + 80 = 430
  assert.deepEqual([report.currency, report.count, report.totals], ['EUR', 5, [eur(1820, 430), chf(70, 35)]]);
  assert.deepEqual(report.byStage.map((s) => s.stageId), open.map((s) => s.id), 'empty stages as well, in their order');
  assert.deepEqual(report.byStage.slice(0, 3).map((s) => [s.count, s.totals]), [
    [3, [eur(1320, 180), chf(70, 35)]], // A, C, D
    [2, [eur(500, 250)]], // B, E
    [0, [eur(0, 0)]],
  ]);
  assert.deepEqual(report.byOwner.map((o) => [o.ownerId, o.count, o.totals]), [
    [admin.id, 2, [eur(500, 250), chf(70, 35)]], // B, D; the larger forecast first
    [seller.id, 3, [eur(1320, 180)]], // A, C, E
  ]);
  assert.deepEqual(report.byTeam.map((t) => [t.teamId, t.team, t.count, t.totals]), [
    [null, null, 2, [eur(500, 250), chf(70, 35)]],
    [team.id, 'North', 3, [eur(1320, 180)]],
  ]);
  assert.deepEqual(report.byMonth.map((m) => [m.month, m.count, m.totals]), [
    ['2030-01', 2, [eur(1500, 350)]], // A, B
    ['2030-02', 2, [eur(320, 80)]], // C, E
    [null, 1, [eur(0, 0), chf(70, 35)]], // D
  ]);
  const rows = [report, ...report.byStage, ...report.byOwner, ...report.byTeam, ...report.byMonth];
  await leadsTo(admin, rows, (row) => row.count);
  assert.deepEqual(rows.filter((row) => row.filter === null), [report.byTeam[0]], 'only people of no team have no list');
});

test('S2-API-12 the pipeline narrowed: days, owner, team, pipeline', async () => {
  const report = await admin.read('/reports/pipeline', { from: '2030-01-20', to: '2030-02-05' });
  // B and C: 500 + 320 = 820; 250 + 80 = 330
  assert.deepEqual([report.count, report.totals], [2, [eur(820, 330)]]);
  await leadsTo(admin, [report, ...report.byStage, ...report.byOwner, ...report.byMonth], (row) => row.count);
  assert.match(report.byMonth[0].filter, /expectedCloseDate\[gte\]=2030-01-20&expectedCloseDate\[lte\]=2030-01-31$/);
  for (const query of [{ ownerId: seller.id }, { teamId: team.id }, { teamId: team.id, ownerId: seller.id }]) {
    const theirs = await admin.read('/reports/pipeline', query);
    assert.deepEqual([theirs.count, theirs.totals], [3, [eur(1320, 180)]], JSON.stringify(query));
    await leadsTo(admin, [theirs, ...theirs.byStage, ...theirs.byOwner, ...theirs.byTeam, ...theirs.byMonth], (row) => row.count);
  }
  assert.equal((await admin.read('/reports/pipeline', { pipelineId: pipeline.id })).count, 5);
  const none = await admin.read('/reports/pipeline', { pipelineId: team.id });
  assert.deepEqual([none.count, none.totals, none.byStage], [0, [eur(0, 0)], []]);
});

/* --- won and lost --- */

const sum = (currency, wonAmount, averageWonAmount, lostAmount) => ({ currency, wonAmount, averageWonAmount, lostAmount });

test('S2-API-12 won and lost: rate, size, days', async () => {
  const report = await admin.read('/reports/won-lost');
  assert.deepEqual([report.won, report.lost, report.winRate], [5, 2, 0.7143]); // 5 of 7
  // (30 + 10 + 0 + 10) / 4 = 12.5; 15 / 1
  assert.deepEqual([report.averageDaysToWin, report.averageDaysToLose], [12.5, 15]);
  // 1000 + 100 + 160 = 1260, of three that have an amount: 420
  assert.deepEqual(report.totals, [sum('EUR', 1260, 420, 300), sum('CHF', 50, 50, 0), sum('USD', 0, null, 80)]);
  assert.deepEqual(report.byReason.map((r) => [r.status, r.reason, r.count]), [
    ['won', null, 4], ['won', 'Product', 1], ['lost', 'Not a fit', 1], ['lost', 'Price', 1],
  ]);
  assert.deepEqual(report.byMonth.map((m) => [m.month, m.won, m.lost, m.winRate, m.averageDaysToWin, m.totals]), [
    ['2024-12', 0, 1, 0, null, [sum('EUR', 0, null, 0), sum('USD', 0, null, 80)]],
    ['2025-01', 2, 0, 1, 20, [sum('EUR', 1100, 550, 0)]], // (30 + 10) / 2
    ['2025-02', 3, 1, 0.75, 5, [sum('EUR', 160, 160, 300), sum('CHF', 50, 50, 0)]], // (0 + 10) / 2
  ]);
  assert.deepEqual(report.byOwner.map((o) => [o.ownerId, o.won, o.lost]), [[admin.id, 3, 1], [seller.id, 2, 1]]);
  assert.deepEqual(report.byTeam.map((t) => [t.team, t.won, t.lost]), [[null, 3, 1], ['North', 2, 1]]);
  await leadsTo(admin, [report, ...report.byMonth, ...report.byOwner, ...report.byTeam], (row) => row.won + row.lost);
  await leadsTo(admin, report.byReason, (row) => row.count);
  assert.match(report.byReason[2].filter, /lostReason=Not%20a%20fit/);
});

test('S2-API-12 won and lost narrowed: days, owner, team', async () => {
  const report = await admin.read('/reports/won-lost', { from: '2025-01-31', to: '2025-02-01' });
  // W1, W2, W3: 1000 + 100 + 160 = 1260
  assert.deepEqual([report.won, report.lost, report.totals], [3, 0, [sum('EUR', 1260, 420, 0)]]);
  await leadsTo(admin, [report, ...report.byMonth, ...report.byReason], (row) => row.count ?? row.won + row.lost);
  const theirs = await admin.read('/reports/won-lost', { teamId: team.id });
  assert.deepEqual([theirs.won, theirs.lost, theirs.totals], [2, 1, [sum('EUR', 260, 130, 300)]]); // W2, W3; L1
  const never = await admin.read('/reports/won-lost', { from: '2001-01-01', to: '2001-12-31' });
  assert.deepEqual([never.won, never.winRate, never.totals, never.byMonth], [0, null, [sum('EUR', 0, null, 0)], []]);
});

test('S2-API-12 the sales overview converts by the rate of the day and tells what has none', async () => {
  const { deals, unconverted } = await admin.read('/reports/sales-overview');
  assert.deepEqual([deals.total, deals.wonAmount, deals.openAmount, deals.weightedAmount], [12, 1260, 1820, 430]);
  assert.deepEqual(unconverted, [
    { currency: 'CHF', count: 2, wonAmount: 50, openAmount: 70, weightedAmount: 35 }, // W4, D
    { currency: 'USD', count: 1, wonAmount: 0, openAmount: 0, weightedAmount: 0 }, // L2
  ]);
});

/* --- whose --- */

test('S3-SEC-04 S3-SEC-05 reports of deals are of what is seen', async () => {
  const role = await admin.create('/roles', { name: 'Team seller', preset: 'user', access: { deal: { read: 'team' } } });
  const mate = await organisation.member(role.key, { teamId: team.id });
  for (const by of [seller, mate]) {
    const own = await by.read('/reports/pipeline');
    assert.deepEqual([own.count, own.totals, own.byOwner.map((o) => o.ownerId)], [3, [eur(1320, 180)], [seller.id]]);
    await leadsTo(by, [own, ...own.byStage, ...own.byOwner, ...own.byMonth], (row) => row.count);
    const ended = await by.read('/reports/won-lost');
    assert.deepEqual([ended.won, ended.lost, ended.totals], [2, 1, [sum('EUR', 260, 130, 300)]]);
    assert.equal((await by.read('/reports/pipeline', { ownerId: admin.id })).count, 0);
  }
  const stranger = (await Organisation.create()).admin;
  assert.equal((await stranger.read('/reports/pipeline', { pipelineId: pipeline.id })).count, 0);
  const partner = await organisation.member('partner_user', { partnerId: await organisation.partner() });
  for (const path of ['pipeline', 'won-lost', 'stage-velocity', 'task-load']) errorOf(await partner.get(`/reports/${path}`), 403);
});

test('S5-SEC-08 reports tell nothing that is made of hidden fields', async () => {
  const role = await admin.create('/roles', { name: 'No amounts', preset: 'manager', fields: { 'deal.amount': 'none' } });
  const member = await organisation.member(role.key);
  for (const path of ['pipeline', 'won-lost', 'sales-overview']) assert.match(errorOf(await member.get(`/reports/${path}`), 403).message, /deal\.amount/);
  await member.read('/reports/stage-velocity');
  await admin.patch(`/roles/${role.id}`, { fields: { 'deal.amount': null, 'deal.stageChangedAt': 'none', 'deal.lostReason': 'none', 'task.assigneeId': 'none' } }, { expect: 200 });
  for (const path of ['won-lost', 'stage-velocity', 'task-load']) errorOf(await member.get(`/reports/${path}`), 403);
  assert.equal((await member.read('/reports/pipeline')).count, 5);
});

test('S1-API-07 reports of deals name the parameters that they do not take', async () => {
  for (const path of ['pipeline', 'won-lost', 'stage-velocity'])
    for (const [query, word] of [['from=soon', 'from'], ['month=1', 'month'], ['pipelineId=x', 'pipelineId'], ['from=2030-02-01&to=2030-01-01', 'to']])
      assert.ok(errorOf(await admin.get(`/reports/${path}`, { query }), 400).message.includes(word), `${path} ${query}`);
});

/* --- the day somewhere else --- */

test('S2-API-12 a deal closes on the day of the organisation', async () => {
  const other = await Organisation.create();
  const now = new Date();
  // Somewhere it is always another day than in Greenwich.
  const timeZone = now.getUTCHours() < 12 ? 'Etc/GMT+12' : 'Pacific/Kiritimati';
  await other.admin.patch(other.meta.entity('organization').at(other.admin.organizationId), { timeZone }, { expect: 200 });
  const here = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now);
  const greenwich = now.toISOString().slice(0, 10);
  assert.notEqual(here, greenwich);
  const { id } = await other.admin.create('/deals', { name: 'Now', amount: 5 });
  await other.admin.post(`/deals/${id}/win`, {}, { expect: 200 });
  const on = async (day) => (await other.admin.read('/reports/won-lost', { from: day, to: day })).won;
  assert.deepEqual([await on(here), await on(greenwich)], [1, 0]);
  assert.equal((await other.admin.read('/reports/won-lost')).byMonth[0].month, here.slice(0, 7));
});

/* --- velocity --- */

test('S2-API-12 the velocity of stages: conversion, average and median days', async () => {
  const other = await Organisation.create();
  const by = other.admin;
  await by.patch(other.meta.entity('organization').at(by.organizationId), { timeZone: 'America/New_York' }, { expect: 200 });
  const { open: [first, second, third], won: end, lost: lose } = await stagesOf(by);
  const move = async (of, stage) => {
    if (stage === lose) await by.post(`/deals/${of.id}/lose`, { lostReason: 'Price' }, { expect: 200 });
    else await by.post(`/deals/${of.id}/move`, { stageId: stage.id }, { expect: 200 });
  };
  const at = async (...stages) => {
    const of = await by.create('/deals', { name: 'Deal', stageId: first.id });
    for (const stage of stages) await move(of, stage);
    return of.id;
  };
  const [v1, v2, v3, v4, v5] = [await at(second, end), await at(second, first), await at(lose), await at(), await at(second)];

  const fresh = await by.read('/reports/stage-velocity');
  assert.ok(fresh.byStage[0].averageDays < 0.01 && fresh.byStage[0].medianDays < 0.01, 'all of it is a moment ago');

  // How long each stay was, and when it began; the first one begins at half past eleven in the evening of
  // 28 February in New York, which is 1 March in Greenwich.
  const stay = (id, stage, entered, days) =>
    `update deal_stays set entered_at = '${entered}', left_at = '${entered}'::timestamptz + interval '${days} days' where deal_id = '${id}' and stage_id = '${stage.id}';`;
  execute(process.env.CAIRN_TEST_DATA, [
    stay(v1, first, '2025-03-01T04:30:00Z', 2), stay(v2, first, '2025-05-01T12:00:00Z', 4), stay(v3, first, '2025-05-01T12:00:00Z', 1),
    stay(v5, first, '2025-05-01T12:00:00Z', 9), stay(v1, second, '2025-05-01T12:00:00Z', 10), stay(v2, second, '2025-05-01T12:00:00Z', 3),
    `update deals set stage_changed_at = now() - interval '6 days' where id = '${v2}';`,
    `update deals set stage_changed_at = now() - interval '2 days' where id = '${v4}';`,
  ].join('\n'));

  const report = await by.read('/reports/stage-velocity');
  const [one, two, three] = report.byStage;
  assert.deepEqual([one, two, three].map((s) => s.stageId), [first.id, second.id, third.id]);
  // v1, v2, v5 to the second, v3 lost; v2 (back again) and v4 stand. 3 of 4 went on. (2 + 4 + 1 + 9) / 4 = 4; between 2 and 4: 3. (6 + 2) / 2 = 4.
  assert.deepEqual(
    [one.entered, one.ended, one.wentOn, one.won, one.wentBack, one.lost, one.elsewhere, one.standing, one.conversion, one.averageDays, one.medianDays, one.standingDays],
    [6, 4, 3, 0, 0, 1, 0, 2, 0.75, 4, 3, 4],
  );
  // v1 won, v2 back, v5 stands. 1 of 2. (10 + 3) / 2 = 6.5, and that is the median of two.
  assert.deepEqual(
    [two.entered, two.ended, two.wentOn, two.won, two.wentBack, two.lost, two.standing, two.conversion, two.averageDays, two.medianDays],
    [3, 2, 1, 1, 1, 0, 1, 0.5, 6.5, 6.5],
  );
  assert.deepEqual([three.entered, three.conversion, three.averageDays, three.standingDays], [0, null, null, null]);
  // The way on: (2 + 4 + 9) / 3 = 5, median 4.
  assert.deepEqual(report.moves.map((m) => [m.fromStageId, m.toStageId, m.way, m.count, m.share, m.averageDays, m.medianDays]), [
    [first.id, second.id, 'on', 3, 0.75, 5, 4], [first.id, lose.id, 'lost', 1, 0.25, 1, 1],
    [second.id, first.id, 'back', 1, 0.5, 3, 3], [second.id, end.id, 'won', 1, 0.5, 10, 10],
  ]);
  await leadsTo(by, report.byStage, (row) => row.standing);

  const on = async (day) => (await by.read('/reports/stage-velocity', { from: day, to: day })).byStage[0].entered;
  assert.deepEqual([await on('2025-02-28'), await on('2025-03-01'), await on('2025-05-01')], [1, 0, 3]);

  // In another pipeline a deal is elsewhere; in the trash it is nowhere.
  const aside = await by.create('/pipelines', { name: 'Aside', entity: 'deal' });
  const there = await by.create('/stages', { pipelineId: aside.id, name: 'There', category: 'open', position: 1 });
  await by.post(`/deals/${v4}/move`, { stageId: there.id }, { expect: 200 });
  await by.delete(`/deals/${v1}`, { expect: [200, 204] });
  const [after] = (await by.read('/reports/stage-velocity')).byStage;
  assert.deepEqual([after.entered, after.ended, after.wentOn, after.elsewhere, after.standing], [5, 4, 2, 1, 1]);
  assert.deepEqual((await by.read('/reports/stage-velocity', { pipelineId: aside.id })).byStage.map((s) => [s.stageId, s.entered, s.standing]), [[there.id, 1, 1]]);

  // A user sees the stays of the own deals only; the organisation's others see none of this one's.
  const user = await other.member('user');
  assert.equal((await user.read('/reports/stage-velocity')).byStage[0].entered, 0);
  await by.patch(`/deals/${v5}`, { ownerId: user.id }, { expect: 200 });
  assert.deepEqual((await user.read('/reports/stage-velocity')).byStage.slice(0, 2).map((s) => [s.ended, s.standing]), [[1, 0], [0, 1]]);
  assert.equal((await by.read('/reports/stage-velocity', { ownerId: user.id })).byStage[0].ended, 1);
  assert.equal((await admin.read('/reports/stage-velocity', { pipelineId: aside.id })).pipelineId, null);
});
