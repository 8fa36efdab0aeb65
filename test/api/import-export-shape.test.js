// SPDX-License-Identifier: Apache-2.0
// A sales export of the shape that CRMs give (accounts, people and their managers, products, opportunities), with the
// dirt of real ones, through the API alone: proposed, rehearsed, committed, taken back and committed again, to the
// totals that its rows add up to.
import assert from 'node:assert/strict';
import test from 'node:test';
import { writeCsv } from './harness/csv.js';
import { Invariants } from './harness/invariants.js';
import { Organisation } from './harness/organisation.js';
import { sharedDataFolder } from './harness/server.js';

/* --- the export --------------------------------------------------------------------------------------- */

const AGENTS = [['Anna Snell', 'Dustin Brink', 'Central'], ['Moses van Fraser', 'Dustin Brink', 'Central'], ['Darcel Schlecht', 'Celia Rouche', 'West']];
const PRODUCTS = [['GTX Basic', 'GTX', 550], ['GTX Pro', 'GTX', 4821], ['MG Special', 'MG', 55]];
const SECTORS = ['technolgy', 'medical', 'retail', 'technolgy', 'software'];
const COUNTRIES = ['United States', 'Kenya', 'United States', 'Philipines', 'Korea'];
const STAGES = ['Won', 'Lost', 'Engaging', 'Prospecting'];
const COUNT = 240;

const accounts = SECTORS.map((sector, i) => [`Account ${i}`, sector, 1990 + i, 100.5 * (i + 1), 20 * (i + 1), COUNTRIES[i], i === 3 ? 'Account 0' : '']);
const opportunities = Array.from({ length: COUNT }, (_, i) => {
  const stage = STAGES[i % 4];
  const closed = i % 4 < 2;
  return [
    `OPP${String(i).padStart(4, '0')}`, AGENTS[i % 3][0], i % 3 === 1 ? 'GTXPro' : PRODUCTS[i % 3][0], i % 6 ? `Account ${i % 5}` : '', stage,
    stage === 'Prospecting' ? '' : `${1 + (i % 12)}/${13 + (i % 15)}/2016`, closed ? `${1 + (i % 12)}/9/2017` : '', stage === 'Won' ? 100 + i : stage === 'Lost' ? 0 : '',
  ];
});
const files = {
  sales_teams: writeCsv([['sales_agent', 'manager', 'regional_office'], ...AGENTS]),
  accounts: writeCsv([['account', 'sector', 'year_established', 'revenue', 'employees', 'office_location', 'subsidiary_of'], ...accounts]),
  sales_pipeline: writeCsv([['opportunity_id', 'sales_agent', 'product', 'account', 'deal_stage', 'engage_date', 'close_date', 'close_value'], ...opportunities]),
};

/** What the rows say by themselves. */
const won = opportunities.filter((o) => o[4] === 'Won');
const sum = (rows) => rows.reduce((total, o) => total + o[7], 0);
const managerOf = (agent) => AGENTS.find(([name]) => name === agent)[1];
const TOTALS = {
  deals: COUNT,
  won: won.length,
  lost: opportunities.filter((o) => o[4] === 'Lost').length,
  wonAmount: sum(won),
  byStage: Object.fromEntries(STAGES.map((stage) => [stage, opportunities.filter((o) => o[4] === stage).length])),
  byTeam: Object.fromEntries([...new Set(AGENTS.map((a) => a[1]))].map((manager) => [manager, sum(won.filter((o) => managerOf(o[1]) === manager))])),
  byProduct: Object.fromEntries(PRODUCTS.map(([name], i) => [name, opportunities.filter((_, n) => n % 3 === i).length])),
  byAccount: Object.fromEntries(accounts.map(([name]) => [name, opportunities.filter((o) => o[3] === name).length])),
  // One sector is misspelt, one is an option already, in other letters; the others are added.
  sectors: { Technology: 2, Retail: 1, medical: 1, software: 1 },
  countries: { US: 2, KE: 1, PH: 1, KR: 1 },
};

/* --- through the API ---------------------------------------------------------------------------------- */

const csv = { 'content-type': 'text/csv' };
const PEOPLE = {
  into: 'users',
  columns: {
    sales_agent: 'name',
    manager: { field: 'teamId', link: { create: true, set: { managerId: { column: 'manager', link: { create: true } }, description: { column: 'regional_office' } } } },
  },
};

/** Uploads, decides step by step on what is proposed, keeps the mapping, rehearses and commits what was rehearsed. */
async function bring(admin, name, steps) {
  let kept = (await admin.post('/imports', files[name], { headers: csv, query: { fileName: `${name}.csv` }, expect: 201 })).body.data;
  for (const step of steps) kept = (await admin.patch(`/imports/${kept.id}`, step(kept), { expect: 200 })).body.data;
  const { id } = await admin.create('/import-mappings', { name, into: kept.into, map: kept.map });
  return { ...(await rehearseAndCommit(admin, kept.id)), mapping: id };
}

async function bringAgain(admin, name, mappingId) {
  const kept = (await admin.post('/imports', files[name], { headers: csv, query: { mappingId }, expect: 201 })).body.data;
  return rehearseAndCommit(admin, kept.id);
}

const figures = ({ rows, created, updated, unchanged, linked, skipped, refused, details }) =>
  ({ rows, created, updated, unchanged, linked, skipped, refused, links: details.links });

async function rehearseAndCommit(admin, id) {
  const rehearsed = (await admin.post(`/imports/${id}/rehearse`, undefined, { expect: 200 })).body.data;
  const done = (await admin.post(`/imports/${id}/commit`, undefined, { expect: 200 })).body.data;
  assert.equal(done.status, 'done');
  assert.deepEqual(figures(done), figures(rehearsed));
  return { ...figures(done), problems: done.problems, changeset: done.changesetId };
}

const proposed = (kept) => Object.fromEntries(kept.proposals.map((p) => [`${p.field} ${p.value}`, p.suggestion]));
const withColumn = (map, column, rule) => ({ ...map, columns: { ...map.columns, [column]: rule } });

const acceptAll = () => ({ accept: 'all' });
const ACCOUNTS = [
  (kept) => {
    assert.equal(kept.into, 'companies');
    const found = proposed(kept);
    assert.deepEqual([found['industry technolgy'], found['industry medical'], found['industry software']], ['Technology', null, null]);
    return acceptAll();
  },
  ({ map }) => ({ map: withColumn(map, 'sector', { ...map.columns.sector, add: true }) }),
];
const PIPELINE = [
  (kept) => {
    assert.deepEqual([kept.into, kept.map.dateFormat], ['deals', 'M/D/YYYY']);
    const found = proposed(kept);
    assert.deepEqual([found['product GTXPro'], found['stageId Engaging'], found['stageId Prospecting']], ['GTX Pro', null, null]);
    return acceptAll();
  },
  ({ map }) => ({ map: withColumn(map, 'deal_stage', { field: 'stageId', link: { by: 'name', create: true, set: { category: 'open' } } }) }),
];
const NAMES = ['sales_teams', 'accounts', 'sales_pipeline'];
const STEPS = { sales_teams: [() => ({ into: 'users' }), () => ({ map: PEOPLE })], accounts: ACCOUNTS, sales_pipeline: PIPELINE };

const tally = (rows, key) => {
  const counts = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
};

/** The same as TOTALS, as the server has it. */
async function totals(admin) {
  const { deals, byStage, byTeam } = await admin.read('/reports/sales-overview');
  const rows = await admin.all('/deals');
  const companies = await admin.all('/companies');
  const account = Object.fromEntries(companies.map((c) => [c.id, c.name]));
  return {
    deals: deals.total,
    won: deals.won,
    lost: deals.lost,
    wonAmount: deals.wonAmount,
    byStage: Object.fromEntries(STAGES.map((stage) => [stage, byStage.find((s) => s.stage === stage)?.count])),
    byTeam: Object.fromEntries(byTeam.map((t) => [t.team, t.wonAmount])),
    byProduct: tally(rows, (d) => d.product),
    byAccount: tally(rows.filter((d) => d.companyId), (d) => account[d.companyId]),
    sectors: tally(companies, (c) => c.industry),
    countries: tally(companies, (c) => c.billingCountry),
  };
}

test('S3-IMP an export with its dirt goes in by proposals, is taken back, and goes in again to the same totals', async () => {
  const { admin, id } = await Organisation.create();
  const invariants = new Invariants(sharedDataFolder(), [id]);
  for (const [name, category, price] of PRODUCTS) await admin.create('/products', { name, description: category, price });
  const before = invariants.state(id);

  const first = {};
  for (const name of NAMES) first[name] = await bring(admin, name, STEPS[name]);
  for (const [name, rows] of [['sales_teams', AGENTS], ['accounts', accounts], ['sales_pipeline', opportunities]])
    assert.deepEqual([first[name].rows, first[name].created, first[name].refused], [rows.length, rows.length, 0], JSON.stringify(first[name].problems));
  assert.deepEqual(await totals(admin), TOTALS);

  const left = [];
  for (const name of NAMES.toReversed())
    left.push(...(await admin.post(`/changesets/${first[name].changeset}/revert`, undefined, { expect: 200 })).body.data.left);
  // Three agents and two managers are members, who are never deleted; and the mappings are for the next time.
  assert.deepEqual(left.map((l) => `${l.entity} ${l.reason}`), Array(5).fill('user KEPT'));
  const besides = invariants.differences(before, id).map((d) => d.replace(/ .*:/, ''));
  assert.deepEqual(besides.sort(), [...Array(3).fill('import_mapping is new'), ...Array(5).fill('user is new')]);
  const none = await totals(admin);
  assert.deepEqual([none.deals, none.byAccount, none.byStage], [0, {}, { Won: 0, Lost: 0, Engaging: undefined, Prospecting: undefined }]);

  const second = {};
  for (const name of NAMES) second[name] = await bringAgain(admin, name, first[name].mapping);
  assert.deepEqual(second.sales_teams.problems.map((p) => [p.row, p.field, p.code]), AGENTS.map((_, i) => [i + 2, 'name', 'DUPLICATE']));
  for (const name of ['accounts', 'sales_pipeline']) {
    const { problems, changeset, mapping, ...was } = first[name];
    const { problems: none, changeset: other, ...is } = second[name];
    assert.deepEqual([is, none], [was, []]);
    assert.notEqual(other, changeset);
  }
  assert.deepEqual(await totals(admin), TOTALS);
  assert.deepEqual(invariants.faults(), []);
});
