// SPDX-License-Identifier: Apache-2.0
// Imports: a company's dirty export made here, and files that are wrong in every way.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { parseRecords, writeCsv } from './harness/csv.js';
import { Organisation } from './harness/organisation.js';

const CSV = { 'content-type': 'text/csv' };

/** Imports a file; `map` is the mapping, `csv` text or bytes. */
const send = (client, map, csv, options = {}) =>
  client.post('/imports', csv, { query: { map: JSON.stringify(map), fileName: 'file.csv' }, headers: CSV, ...options });

const run = async (client, map, csv) => (await send(client, map, csv, { expect: 201 })).body.data;

// ---- a sales export with the dirt of a real one ---------------------------------------------------------

const accounts = ['Acme Corporation', 'Betasoloin', 'Cancity, Inc.', 'Dón "Quixote" Ltd', 'Isdom'];
const sectors = ['technolgy', 'medical', 'retail', 'technolgy', 'finance'];
const agents = [['Ann Archer', 'Max Manager'], ['Ben Bell', 'Max Manager'], ['Cyd Cole', 'Mia Manager']];
const products = ['GTX Basic', 'GTXPro', 'GTX Pro', 'MG Special'];
const usDate = (date) => `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;

function opportunity(i) {
  const stage = ['Won', 'Won', 'Lost', 'Engaging', 'Prospecting'][i % 5];
  const engaged = new Date(Date.UTC(2017, i % 12, 1 + (i % 27)));
  const closed = new Date(engaged.getTime() + 40 * 86_400_000);
  const done = stage === 'Won' || stage === 'Lost';
  return {
    id: `OPP${String(i).padStart(4, '0')}`, agent: agents[i % 3][0], product: products[i % 4],
    // Every sixth has no account, as a fifth of the real ones.
    account: i % 6 === 0 ? '' : accounts[i % 5], stage, engaged: stage === 'Prospecting' ? '' : usDate(engaged),
    closed: done ? usDate(closed) : '', closedOn: closed, value: done ? (stage === 'Won' ? 100 + i : 0) : '',
  };
}

const sales = Array.from({ length: 300 }, (_, i) => opportunity(i));

const files = {
  companies: writeCsv([['account', 'sector', 'revenue', 'office'], ...accounts.map((name, i) => [name, sectors[i], `${i + 1}.5`, 'United States'])]),
  users: writeCsv([['sales_agent', 'manager', 'regional_office'], ...agents.map(([a, m]) => [a, m, 'West'])]),
  deals: writeCsv([['opportunity_id', 'sales_agent', 'product', 'account', 'deal_stage', 'engage_date', 'close_date', 'close_value'],
    ...sales.map((o) => [o.id, o.agent, o.product, o.account, o.stage, o.engaged, o.closed, o.value])]),
};

const maps = {
  companies: { into: 'companies', columns: { account: 'name',
    sector: { field: 'industry', values: { technolgy: 'Technology', medical: 'Healthcare', retail: 'Retail', finance: 'Finance' }, add: true },
    revenue: { field: 'annualRevenue', times: 1000000 }, office: { field: 'billingCountry', values: { 'United States': 'US' } } } },
  users: { into: 'users', columns: { sales_agent: 'name', regional_office: null,
    manager: { field: 'teamId', link: { by: 'name', create: true, set: { managerId: { column: 'manager', link: { by: 'name', create: true } } } } } } },
  deals: { into: 'deals', dateFormat: 'M/D/YYYY', columns: { opportunity_id: 'name',
    sales_agent: { field: 'ownerId', link: { by: 'name', create: true } },
    product: { field: 'product', values: { GTXPro: 'GTX Pro' } },
    account: { field: 'companyId', link: { by: 'name', create: true } },
    deal_stage: { field: 'stageId', link: { by: 'name', create: true, set: { category: 'open',
      probability: { values: { Prospecting: '10', Engaging: '40', '*': null } }, position: { values: { Prospecting: '1', Engaging: '2', '*': null } } } } },
    engage_date: 'startedAt', close_date: 'closedAt', close_value: 'amount' } },
};

const maven = await Organisation.create();
const reports = {};
for (const name of ['companies', 'users', 'deals']) reports[name] = await run(maven.admin, maps[name], files[name]);
const won = sales.filter((o) => o.stage === 'Won');
const total = (list) => list.reduce((sum, o) => sum + Number(o.value || 0), 0);

test('S2-API-12 a sales export: every row arrives, and the report counts it', () => {
  for (const [name, rows] of [['companies', accounts.length], ['users', agents.length], ['deals', sales.length]]) {
    const { status, created, refused } = reports[name];
    assert.deepEqual({ status, rows: reports[name].rows, created, refused }, { status: 'done', rows, created: rows, refused: 0 }, JSON.stringify(reports[name]).slice(0, 600));
  }
});

test('S2-API-12 S5-UI-01 the sales overview shows exactly the sums of the file', async () => {
  const { deals, byOwner, byTeam, wonByMonth, byStage } = await maven.admin.read('/reports/sales-overview');
  assert.deepEqual([deals.total, deals.won, deals.lost, deals.open], [300, won.length, 60, 120]);
  assert.equal(Number(deals.wonAmount), total(won));
  for (const [agent] of agents) {
    const mine = won.filter((o) => o.agent === agent);
    const row = byOwner.find((o) => o.owner === agent);
    assert.deepEqual([row.won, Number(row.wonAmount)], [mine.length, total(mine)], agent);
  }
  for (const manager of ['Max Manager', 'Mia Manager']) {
    const theirs = won.filter((o) => agents.find(([a]) => a === o.agent)[1] === manager);
    assert.equal(Number(byTeam.find((t) => t.manager === manager).wonAmount), total(theirs), manager);
  }
  const months = {};
  for (const o of won) months[o.closedOn.toISOString().slice(0, 7)] = (months[o.closedOn.toISOString().slice(0, 7)] ?? 0) + o.value;
  assert.deepEqual(Object.fromEntries(wonByMonth.filter((m) => m.count).map((m) => [m.month, Number(m.amount)])), months);
  assert.equal(byStage.find((s) => s.stage === 'Engaging').count, 60);
  assert.equal(byStage.find((s) => s.stage === 'Prospecting').count, 60);
});

test('S2-API-12 misspelt values, a product named two ways, rows without account, US dates', async () => {
  const { admin } = maven;
  assert.equal((await admin.all('/companies', { name: 'Acme Corporation' }))[0].annualRevenue, 1500000);
  assert.equal((await admin.all('/deals', { product: 'GTXPro' })).length, 0);
  assert.equal((await admin.all('/deals', { product: 'GTX Pro' })).length, sales.filter((o) => /GTX ?Pro/.test(o.product)).length);
  assert.equal((await admin.all('/deals', { 'companyId[null]': 'true' })).length, 50);
  const [deal] = await admin.all('/deals', { name: 'OPP0001', include: 'company,owner' });
  assert.equal(deal.company.name, sales[1].account);
  assert.equal(deal.closedAt, sales[1].closedOn.toISOString().slice(0, 10));
  assert.equal((await admin.all('/companies')).length, accounts.length, 'links found them all; none was made twice');
});

test('S2-SEC-13 an import is one changeset in the log, a change a record', async () => {
  const { admin } = maven;
  const rows = await admin.all('/audit-logs', { changesetId: reports.deals.changesetId, entity: 'deal' });
  assert.equal(rows.length, sales.length);
  assert.ok(rows.every((row) => row.action === 'create' && row.actorId === admin.id));
});

test('S2-API-12 imports are listed and read again', async () => {
  const { admin } = maven;
  const list = await admin.read('/imports');
  assert.deepEqual(list.map((i) => i.into).sort(), ['companies', 'deals', 'users']);
  assert.equal((await admin.read(`/imports/${reports.deals.id}`)).created, sales.length);
});

// ---- files that are wrong -----------------------------------------------------------------------------------

const simple = { into: 'contacts', columns: { last: 'lastName', mail: 'email', born: 'birthday' } };
const { admin } = await Organisation.create();
const count = async () => (await admin.get('/contacts', { query: { limit: 1, count: 'exact' }, expect: 200 })).body.pagination.total;

test('S1-API-08 bad rows are refused one by one with field, value and reason; good ones arrive', async () => {
  const before = await count();
  const report = await run(admin, simple, writeCsv([['last', 'mail', 'born'], ['Good', 'good@example.com', '1990-01-31'], ['Bad', 'nobody', '1990-01-31'],
    ['Worse', 'x@example.com', '31.01.1990'], ['x'.repeat(101), 'y@example.com', ''], ['Fine', '', '']]));
  assert.deepEqual([report.rows, report.created, report.refused], [5, 2, 3]);
  assert.deepEqual(report.problems.filter((p) => p.refused).map((p) => [p.row, p.field]), [[3, 'email'], [4, 'birthday'], [5, 'lastName']]);
  assert.ok(report.problems.every((p) => p.message));
  assert.equal(await count(), before + 2);
  const csv = await admin.get(`/imports/${report.id}/report.csv`, { expect: 200 });
  assert.equal(parseRecords(csv.text).length, 3);
});

test('S1-API-08 ragged rows are refused or filled, never shifted', async () => {
  const report = await run(admin, simple, 'last,mail,born\nShort\nLong,l@example.com,1990-01-01,extra,cells\nRight,r@example.com,1990-01-01\n');
  assert.equal(report.rows, 3);
  assert.equal(report.created + report.refused, 3);
  assert.equal((await admin.all('/contacts', { email: 'r@example.com' })).length, 1);
  assert.equal((await admin.all('/contacts', { email: 'extra' }).catch(() => [])).length, 0);
});

test('S1-API-08 quotes, newlines and commas inside cells', async () => {
  const names = ['line one\nline two', 'say "hi"', 'a, b', ' padded ', "O'Neill; x|y"];
  const map = { into: 'contacts', columns: { last: 'lastName', note: 'description' } };
  const report = await run(admin, map, writeCsv([['last', 'note'], ...names.map((note, i) => [`Quoted${i}`, note])]));
  assert.deepEqual([report.created, report.refused], [5, 0]);
  for (const [i, note] of names.entries()) {
    const [row] = await admin.all('/contacts', { lastName: `Quoted${i}` });
    assert.equal((await admin.read(`/contacts/${row.id}`)).description, note.trim());
  }
});

test('S1-API-08 encodings: byte order mark, UTF-16, Windows-1252', async () => {
  const text = 'last,mail\nMüller-Ärger,m@example.com\n';
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  for (const bytes of [Buffer.from(`\ufeff${text}`), utf16, Buffer.from(text, 'latin1')]) {
    const answer = await send(admin, { into: 'contacts', columns: { last: 'lastName', mail: 'email' } }, bytes);
    if (answer.status === 201) assert.equal(answer.body.data.created + answer.body.data.refused, 1);
    else assert.ok([400, 422].includes(answer.status), answer.text);
  }
  for (const row of await admin.all('/contacts', { email: 'm@example.com' })) assert.equal(row.lastName, 'Müller-Ärger');
});

test('S1-API-08 a hundred columns, semicolons, other line ends', async () => {
  const head = ['last', ...Array.from({ length: 99 }, (_, i) => `c${i}`)];
  const wide = await run(admin, { into: 'contacts', columns: { last: 'lastName' } }, writeCsv([head, ['Wide', ...Array(99).fill('x')]]));
  assert.equal(wide.created, 1);
  const semicolon = await run(admin, simple, 'last;mail;born\r\nSemi;s@example.com;2000-01-01\r\n');
  assert.equal(semicolon.created, 1);
  const noEnd = await run(admin, simple, 'last,mail,born\nNoEnd,e@example.com,2000-01-01');
  assert.equal(noEnd.created, 1);
});

test('S1-API-08 an empty file, a header alone, a file that is no CSV', async () => {
  const empty = await send(admin, simple, '');
  assert.ok([400, 422].includes(empty.status), empty.text);
  const header = await send(admin, simple, 'last,mail,born\n');
  assert.ok([201, 422].includes(header.status), header.text);
  if (header.status === 201) assert.equal(header.body.data.created, 0);
  const before = await count();
  const binary = await send(admin, simple, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1]));
  assert.ok([400, 415, 422].includes(binary.status), binary.text);
  const open = await send(admin, simple, 'last,mail,born\n"never closed,x,y\nA,b,c\n');
  assert.ok([201, 400, 422].includes(open.status));
  assert.equal(await count(), before);
});

test('S1-API-08 a mapping that cannot be is refused with all its faults', async () => {
  const bad = { into: 'contacts', columns: { last: 'noSuchField', mail: { field: 'email', nope: 1 } }, dateFormat: 'QQ' };
  const fields = failingFields(await send(admin, bad, 'last,mail\na,b\n'));
  assert.ok(fields.length >= 3, fields.join());
  assert.equal((await send(admin, { into: 'nothing', columns: {} }, 'a\n1\n')).status, 422);
  assert.equal((await send(admin, simple, 'other,columns\n1,2\n')).status, 422);
  errorOf(await admin.post('/imports', 'a\n1\n', { query: { map: '{' }, headers: CSV }), 400);
});

test('S2-API-12 multipart upload with map and file', async () => {
  const boundary = 'x-boundary-1';
  const part = (name, extra, body) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${body}\r\n`;
  const body = part('map', '', JSON.stringify(simple)) + part('file', '; filename="people.csv"\r\nContent-Type: text/csv', 'last,mail,born\nMulti,p@example.com,\n') + `--${boundary}--\r\n`;
  const answer = await admin.post('/imports', body, { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, expect: 201 });
  assert.deepEqual([answer.body.data.fileName, answer.body.data.created], ['people.csv', 1]);
});

test('S2-API-12 a name that several records have is not guessed', async () => {
  await admin.create('/companies', { name: 'Twin Ltd' });
  await admin.create('/companies', { name: 'Twin Ltd' });
  const map = { into: 'contacts', columns: { last: 'lastName', firm: { field: 'companyId', link: { by: 'name' } } } };
  const report = await run(admin, map, 'last,firm\nTwinned,Twin Ltd\nUnknown,Nobody GmbH\n');
  for (const row of await admin.all('/contacts', { 'lastName[in]': 'Twinned,Unknown' })) assert.equal(row.companyId, null);
  assert.ok(report.problems.length >= 2, JSON.stringify(report));
});

test('S3-SEC-05 who may not import is told so; links reach only what the caller sees', async () => {
  const organisation = await Organisation.create();
  const user = await organisation.member('user');
  const answer = await send(user, simple, 'last,mail,born\nA,a@example.com,\n');
  if (user.meta.data.can.import) assert.equal(answer.status, 201);
  else errorOf(answer, 403);
  await admin.create('/companies', { name: 'Foreign Firm' });
  const map = { into: 'contacts', columns: { last: 'lastName', firm: { field: 'companyId', link: { by: 'name' } } } };
  await run(organisation.admin, map, 'last,firm\nLinked,Foreign Firm\n');
  for (const row of await organisation.admin.all('/contacts', { lastName: 'Linked' })) assert.equal(row.companyId, null);
});

test('S2-API-12 a file of 20,000 rows streams in', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `Stream${i},s${i}@example.com,`);
  const before = await count();
  const report = await run(admin, simple, `last,mail,born\n${rows.join('\n')}\n`);
  assert.equal(report.created, 20_000);
  assert.equal(await count(), before + 20_000);
  const found = await admin.all('/contacts', { q: 's19999@example.com' });
  assert.equal(found.length, 1);
});
