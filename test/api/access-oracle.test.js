// SPDX-License-Identifier: Apache-2.0
// A property: whatever the organisation, its teams, partners, roles and records (harness/oracle-world.js), every
// way out of the data shows a caller exactly what an independent oracle (harness/oracle.js) says, and every write
// does what it says.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCsv } from './harness/csv.js';
import { ENTITIES, NESTED, Oracle } from './harness/oracle.js';
import { admin, callers, ids, log, path, people, pick, quiet, records, SEED, some, teams, word } from './harness/oracle-world.js';
import { Organisation } from './harness/organisation.js';

const oracle = new Oracle(records, callers, teams);
const sorted = (list) => [...list].sort();
const idsOf = (list) => sorted(list.map((r) => r.id));
const cents = (value) => Math.round(value * 100);

// --- the ways out -----------------------------------------------------------------------------------------

/** Compares sets of ids and names what is too much and what is missing. */
function same(got, wanted, where) {
  const [has, wants] = [new Set(got), new Set(wanted)];
  assert.deepEqual({ tooMuch: got.filter((id) => !wants.has(id)).slice(0, 3), missing: wanted.filter((id) => !has.has(id)).slice(0, 3) },
    { tooMuch: [], missing: [] }, `${where}, seed ${SEED}`);
  assert.equal(got.length, has.size, `${where}: nothing twice`);
}

async function pages(caller, entity, query = {}) {
  const rows = [];
  let cursor;
  let total;
  do {
    const { body } = await caller.client.get(path(entity), { ...quiet, query: { limit: 200, count: 'exact', ...query, ...(cursor && { cursor }) }, expect: 200 });
    rows.push(...body.data);
    total ??= body.pagination.total;
    cursor = body.pagination.nextCursor;
  } while (cursor);
  return { rows, total };
}

const hiddenOf = (caller, entity) => Object.keys([...records.get(entity).values()][0]).filter((name) => oracle.rule(caller, entity, name) === 'none');

/** No row names a hidden field. */
function noneHidden(caller, entity, rows, where) {
  const hidden = hiddenOf(caller, entity);
  for (const row of rows) assert.deepEqual(hidden.filter((name) => name in row), [], `${where}, seed ${SEED}`);
}

async function checkList(caller, entity, where) {
  const wanted = idsOf(oracle.visible(caller, entity));
  const { rows, total } = await pages(caller, entity);
  same(rows.map((r) => r.id), wanted, `${where} list`);
  assert.equal(total, wanted.length, `${where} total, seed ${SEED}`);
  noneHidden(caller, entity, rows, `${where} list`);
}

const TEXT = {
  company: 'name', contact: 'lastName', lead: 'lastName', deal: 'name', activity: 'subject', task: 'title', product: 'name', vendor: 'name', project: 'name',
  event: 'name', milestone: 'name', schedule_item: 'title', partner: 'name', quote: 'title', invoice: 'purchaseOrder', delivery_note: 'trackingNumber', payment: 'reference',
};
const FILTERS = {
  company: ['industry', 'ownerId'], contact: ['companyId', 'ownerId'], lead: ['partnerId', 'score', 'companyId'], deal: ['companyId', 'ownerId', 'amount'],
  activity: ['visibility'], task: ['priority', 'assigneeId'], product: ['price'], project: ['ownerId'], milestone: ['projectId', 'amount'], schedule_item: ['eventId'],
  vendor: ['ownerId'], event: ['ownerId'], partner: ['tier'], quote: ['companyId', 'ownerId', 'status', 'total'], invoice: ['companyId', 'status', 'balance', 'number'],
  delivery_note: ['invoiceId', 'companyId'], payment: ['companyId', 'amount', 'direction'], deal_line: ['dealId', 'unitPrice'], deal_participant: ['contactId', 'role'],
  activity_participant: ['userId'], event_participant: ['userId', 'eventId'], quote_line: ['quoteId', 'amount'], invoice_line: ['invoiceId', 'unitPrice'],
  delivery_note_line: ['deliveryNoteId', 'quantity'], payment_allocation: ['invoiceId', 'amount'],
};
const SEARCHED = {
  contact: ['lastName', 'email'], company: ['name', 'email'], lead: ['lastName', 'email', 'company'], delivery_note: ['trackingNumber'],
  ...Object.fromEntries(['milestone', 'schedule_item', ...Object.keys(NESTED)].map((entity) => [entity, []])),
};

const sortable = (caller, entity, field) => !NESTED[entity] && caller.client.meta.entity(entity).field(field).sortable;

/** Filters, sorts and searches find what is visible; by a hidden field nothing is asked. */
async function checkQueries(caller, entity, where) {
  const all = [...records.get(entity).values()];
  for (const field of FILTERS[entity]) {
    const value = pick(all.map((r) => r[field]).filter((v) => v !== null && v !== undefined));
    if (value === undefined) continue;
    const query = { [field]: value };
    if (oracle.rule(caller, entity, field) === 'none') {
      assert.equal((await caller.client.get(path(entity), { ...quiet, query })).status, 400, `${where} ${field}`);
      assert.equal((await caller.client.get(path(entity), { ...quiet, query: { sort: field } })).status, 400, `${where} sort ${field}`);
      continue;
    }
    const { rows, total } = await pages(caller, entity, query);
    const wanted = idsOf(oracle.visible(caller, entity).filter((r) => r[field] === value));
    same(rows.map((r) => r.id), wanted, `${where} ${field}=${value}`);
    assert.equal(total, wanted.length, `${where} ${field} total`);
    if (sortable(caller, entity, field)) {
      same((await pages(caller, entity, { sort: `-${field}` })).rows.map((r) => r.id), idsOf(oracle.visible(caller, entity)), `${where} sort ${field}`);
    }
  }
  const searched = SEARCHED[entity] ?? [TEXT[entity]];
  for (const field of searched) {
    const found = pick(all);
    const token = String(found[field]).split('@')[0];
    const { rows, total } = await pages(caller, entity, { q: token });
    const fits = (r) => searched.some((f) => oracle.rule(caller, entity, f) !== 'none' && String(r[f] ?? '').toLowerCase().startsWith(token.toLowerCase()));
    const wanted = idsOf(oracle.visible(caller, entity).filter(fits));
    same(rows.map((r) => r.id), wanted, `${where} q=${token}`);
    assert.equal(total, wanted.length, `${where} q total`);
  }
}

async function checkExport(caller, entity, where) {
  const answer = await caller.client.get(`${path(entity)}/export.csv`, quiet);
  if (oracle.scope(caller, entity, 'export') === 'none') return assert.equal(answer.status, 403, `${where} export`);
  assert.equal(answer.status, 200, `${where} export`);
  const [heading, ...rows] = parseCsv(answer.text).filter((row) => row.length > 1);
  same(rows.map((row) => row[heading.indexOf('id')]), idsOf(oracle.visible(caller, entity, 'export')), `${where} export`);
  assert.deepEqual(hiddenOf(caller, entity).filter((name) => heading.includes(name)), [], `${where} export heading`);
}

/** What is nested in a record is all there, less what is hidden. */
function checkParts(caller, entity, record, where) {
  for (const [part, { of, name }] of Object.entries(NESTED)) {
    if (of !== entity) continue;
    same(record[name].map((row) => row.id), idsOf(oracle.parts(part, record.id)), `${where} ${name}`);
    noneHidden(caller, part, record[name], `${where} ${name}`);
  }
}

async function checkRecords(caller, entity, where) {
  for (const record of some([...records.get(entity).values()], 8)) {
    const seen = !record.deletedAt && oracle.may(caller, 'read', entity, record);
    const answer = await caller.client.get(`${path(entity)}/${record.id}`, quiet);
    assert.equal(answer.status, seen ? 200 : 404, `${where} get ${record.id}, seed ${SEED}`);
    if (seen) checkParts(caller, entity, answer.body.data, where);
    if (seen) noneHidden(caller, entity, [answer.body.data], `${where} get`);
    const timeline = await caller.client.get(`${path(entity)}/${record.id}/timeline`, { ...quiet, query: { limit: 200 } });
    const reads = (caller.role.access.change?.read ?? caller.client.meta.entities.find((e) => e.name === 'change')?.access.read ?? 'none') !== 'none';
    if (!reads) assert.equal(timeline.status, 403, `${where} timeline`);
    else if (!record.deletedAt) assert.equal(timeline.status, seen ? 200 : 404, `${where} timeline`);
    if (timeline.status !== 200) continue;
    const told = log.filter((c) => (c.recordId === record.id || c.parentId === record.id) && oracle.tells(caller, c, oracle.at(c.entity, c.recordId)));
    same(timeline.body.data.map((c) => c.id), idsOf(told), `${where} timeline of ${record.id}`);
    for (const change of timeline.body.data) noneHidden(caller, change.entity, [change.diff ?? {}], `${where} timeline`);
  }
}

// entity: field, what it refers to, the name of the include
const INCLUDES = {
  contact: ['companyId', 'company', 'company'], deal: ['companyId', 'company', 'company'], lead: ['companyId', 'company', 'companyRecord'],
  milestone: ['projectId', 'project', 'project'], task: ['companyId', 'company', 'company'], quote: ['companyId', 'company', 'company'],
  invoice: ['companyId', 'company', 'company'], delivery_note: ['invoiceId', 'invoice', 'invoice'], payment: ['companyId', 'company', 'company'],
  deal_line: ['dealId', 'deal', 'deal'], deal_participant: ['contactId', 'contact', 'contact'], payment_allocation: ['invoiceId', 'invoice', 'invoice'],
  delivery_note_line: ['deliveryNoteId', 'delivery_note', 'deliveryNote'], invoice_line: ['invoiceId', 'invoice', 'invoice'],
};
const TITLES = { company: ['name'], project: ['name'], deal: ['name'], invoice: ['number'], delivery_note: ['number'], contact: ['firstName', 'lastName'] };

async function checkIncludes(caller, entity, where) {
  const [field, of, name] = INCLUDES[entity] ?? [];
  if (!field || oracle.rule(caller, entity, field) === 'none') return;
  const { body } = await caller.client.get(path(entity), { ...quiet, query: { include: name, limit: 100 }, expect: 200 });
  for (const row of body.data) {
    const referred = oracle.at(of, row[field]);
    const seen = referred && oracle.may(caller, 'read', of, referred);
    const titles = TITLES[of].filter((title) => oracle.rule(caller, of, title) !== 'none');
    const wanted = seen ? { id: referred.id, ...Object.fromEntries(titles.map((title) => [title, referred[title]])) } : null;
    assert.deepEqual(row[name], wanted, `${where} include of ${row.id}, seed ${SEED}`);
  }
}

/** Records side by side: every card is visible, and the columns count all that are. */
async function checkBoards(caller) {
  for (const [entity, by] of [['deal', 'stageId'], ['task', 'status']]) {
    const where = `${caller.name} board of ${entity}`;
    const answer = await caller.client.get(`${path(entity)}/board`, { ...quiet, query: { limit: 50 } });
    const closed = oracle.scope(caller, entity, 'read') === 'none' || oracle.rule(caller, entity, by) === 'none';
    assert.equal(answer.status, closed ? 403 : 200, where);
    if (closed) continue;
    const visible = oracle.visible(caller, entity);
    for (const column of answer.body.data.columns) {
      const wanted = visible.filter((r) => r[by] === column.key);
      assert.equal(column.count, wanted.length, `${where} ${column.label}, seed ${SEED}`);
      if (wanted.length <= 50) same(column.records.map((r) => r.id), idsOf(wanted), where);
      noneHidden(caller, entity, column.records, where);
      if (entity === 'deal') assert.equal(column.sum, oracle.rule(caller, 'deal', 'amount') === 'none' ? undefined : wanted.reduce((sum, d) => sum + d.amount, 0), `${where} sum`);
    }
  }
}

async function checkCounts(caller) {
  const { body } = await caller.client.get('/companies', { ...quiet, query: { include: 'counts', limit: 100 }, expect: 200 });
  const [leads, activities] = ['lead', 'activity'].map((entity) => oracle.visible(caller, entity));
  for (const row of body.data) {
    const of = (list) => list.filter((r) => r.companyId === row.id).length;
    assert.equal(row.leadsCount, oracle.rule(caller, 'lead', 'companyId') === 'none' ? undefined : of(leads), `leadsCount, seed ${SEED}`);
    assert.equal(row.interactionsCount, of(activities), `interactionsCount, seed ${SEED}`);
  }
}

async function checkLog(caller) {
  const answer = await caller.client.get('/audit-logs', quiet);
  const tracked = (c) => records.get(c.entity)?.has(c.recordId);
  if (answer.status === 403) return assert.deepEqual(log.filter((c) => oracle.tells(caller, c, oracle.at(c.entity, c.recordId))), []);
  const got = (await caller.client.all('/audit-logs')).filter(tracked);
  same(got.map((c) => c.id), idsOf(log.filter((c) => oracle.tells(caller, c, oracle.at(c.entity, c.recordId)))), `${caller.name} audit log`);
  for (const change of got) noneHidden(caller, change.entity, [change.diff ?? {}], `${caller.name} audit log`);
}

/** What somebody heard of is theirs alone, and tells of a record what they may see of it now. */
async function checkNotifications(caller) {
  if (!caller.client.meta.has('notification')) return;
  const rows = await caller.client.all('/notifications');
  assert.deepEqual(rows.filter((row) => row.userId !== caller.id), [], `${caller.name} notifications, seed ${SEED}`);
  const other = pick(callers.filter((c) => c !== caller));
  assert.deepEqual(await caller.client.all('/notifications', { userId: other.id }), []);
  const { body } = await caller.client.get('/notifications', { ...quiet, query: { count: 'exact', limit: 1 }, expect: 200 });
  assert.equal(body.pagination.total, rows.length, `${caller.name} notifications total`);
  const [theirs] = await other.client.all('/notifications');
  if (theirs) assert.equal((await caller.client.get(`/notifications/${theirs.id}`, quiet)).status, 404);
  for (const row of rows) {
    const about = records.get(row.entity)?.get(row.recordId);
    if (!about) continue;
    const where = `${caller.name} notification ${row.type} of ${row.entity} ${row.recordId}, seed ${SEED}`;
    if (about.deletedAt || !oracle.may(caller, 'read', row.entity, about)) {
      assert.deepEqual([row.title, row.body, row.data], [null, null, {}], where);
      continue;
    }
    const shown = oracle.rule(caller, row.entity, TEXT[row.entity]) !== 'none';
    // A document is called by its number, and a draft by what it is.
    if (['quote', 'invoice', 'delivery_note', 'payment'].includes(row.entity)) assert.equal(typeof row.title, 'string', where);
    else assert.equal(row.title.includes(about[TEXT[row.entity]]), shown, `${row.title}: ${where}`);
  }
}

/** The reader of the log has come as far as what is looked at now. */
async function notified() {
  const [caller] = callers;
  const { id } = await admin.create('/tasks', { title: 'mark', assigneeId: caller.id });
  for (let i = 0; i < 100 && !(await caller.client.all('/notifications', { recordId: id })).length; i++) await sleep(60);
  await admin.delete(`/tasks/${id}`, { expect: 204 });
}

/** What reports of invoices are made of, less nothing; null where a role hides a part. */
const invoicesFor = (caller, fields) => (oracle.scope(caller, 'invoice', 'read') === 'none'
  || fields.some((name) => oracle.rule(caller, ...name.split('.')) === 'none') ? null : oracle.visible(caller, 'invoice'));
const total = (list, field) => cents(list.reduce((sum, r) => sum + r[field], 0));

async function checkMoney(caller) {
  const ageing = await caller.client.get('/reports/invoice-ageing', quiet);
  const late = invoicesFor(caller, ['invoice.companyId', 'invoice.balance', 'company.name'])?.filter((i) => i.issuedAt && i.balance > 0);
  if (!late) assert.equal(ageing.status, 403, `${caller.name} ageing`);
  else {
    const [sum] = ageing.body.data.byCurrency;
    assert.deepEqual([sum?.invoices ?? 0, cents(sum?.total ?? 0)], [late.length, total(late, 'balance')], `${caller.name} ageing, seed ${SEED}`);
    for (const row of ageing.body.data.byCompany) {
      const seen = oracle.may(caller, 'read', 'company', oracle.at('company', row.companyId));
      if (!seen || oracle.scope(caller, 'company', 'read') === 'none') assert.equal(row.company, null, `${caller.name} ageing names no company, seed ${SEED}`);
      assert.equal(cents(row.total), total(late.filter((i) => i.companyId === row.companyId), 'balance'));
    }
  }
  const revenue = await caller.client.get('/reports/revenue', quiet);
  const sold = invoicesFor(caller, ['invoice.companyId', 'invoice_line.amount', 'company.name'])?.filter((i) => i.issuedAt);
  if (revenue.status === 200) assert.deepEqual([revenue.body.data.invoices, cents(revenue.body.data.net)], [sold.length, total(sold, 'subtotal')], `${caller.name} revenue, seed ${SEED}`);
  else assert.ok(!sold || revenue.status === 403);
  await checkAccounts(caller);
}

async function checkAccounts(caller) {
  const closed = ['company', 'invoice', 'payment'].some((entity) => oracle.scope(caller, entity, 'read') === 'none')
    || ['invoice.number', 'invoice.companyId', 'invoice.balance', 'payment.companyId', 'payment.amount'].some((name) => oracle.rule(caller, ...name.split('.')) === 'none');
  for (const company of some([...records.get('company').values()], 6)) {
    const answer = await caller.client.get(`/companies/${company.id}/account`, quiet);
    const seen = oracle.scope(caller, 'company', 'read') !== 'none' && oracle.may(caller, 'read', 'company', company);
    assert.equal(answer.status, closed ? 403 : seen ? 200 : 404, `${caller.name} account of ${company.id}, seed ${SEED}`);
    if (answer.status !== 200) continue;
    const of = (entity) => oracle.visible(caller, entity).filter((r) => r.companyId === company.id);
    const [sum] = answer.body.data.currencies;
    assert.deepEqual([cents(sum?.open ?? 0), cents(sum?.credit ?? 0)], [total(of('invoice').filter((i) => i.issuedAt), 'balance'), total(of('payment'), 'unallocated')],
      `${caller.name} account of ${company.id}, seed ${SEED}`);
  }
}

async function checkReport(caller) {
  const answer = await caller.client.get('/reports/sales-overview', quiet);
  const needed = ['stageId', 'ownerId', 'amount'].some((name) => oracle.rule(caller, 'deal', name) === 'none');
  if (oracle.scope(caller, 'deal', 'read') === 'none' || needed) return assert.equal(answer.status, 403, `${caller.name} report`);
  const deals = oracle.visible(caller, 'deal');
  const { total, open, openAmount } = answer.body.data.deals;
  assert.deepEqual([total, open, openAmount], [deals.length, deals.length, deals.reduce((sum, d) => sum + d.amount, 0)], `${caller.name} report, seed ${SEED}`);
}

await notified();
for (const caller of callers) {
  test(`S5-SEC-02 S5-SEC-08 S3-SEC-04 every way out shows ${caller.role.preset} what the oracle says (${callers.indexOf(caller)})`, async () => {
    for (const entity of ENTITIES) {
      const where = `${caller.name} ${entity}`;
      if (oracle.scope(caller, entity, 'read') === 'none') {
        for (const way of ['', '/export.csv', `/${ids(entity)[0]}`, `/${ids(entity)[0]}/timeline`]) {
          assert.equal((await caller.client.get(path(entity) + way, quiet)).status, 403, `${where}${way}`);
        }
        continue;
      }
      for (const check of [checkList, checkQueries, checkExport, checkRecords, checkIncludes]) await check(caller, entity, where);
    }
    if (oracle.scope(caller, 'company', 'read') !== 'none') await checkCounts(caller);
    await checkLog(caller);
    await checkNotifications(caller);
    await checkBoards(caller);
    await checkReport(caller);
    await checkMoney(caller);
  });
}

test('S5-SEC-03 another organisation sees nothing of all this', async () => {
  const other = await Organisation.create();
  for (const entity of ENTITIES) {
    assert.deepEqual((await other.admin.all(path(entity))).map((r) => r.id), [], entity);
    assert.equal((await other.admin.get(`${path(entity)}/${ids(entity)[0]}`, quiet)).status, 404, entity);
  }
});

// --- writes, last: they change what there is ----------------------------------------------------------------

// Documents that were sent or issued are kept as they are.
const OPEN = { quote: (r) => !r.number, invoice: (r) => !r.number };

/** What a PATCH of one field answers. */
function expectedUpdate(caller, entity, record, field) {
  const [update, read] = ['update', 'read'].map((verb) => oracle.scope(caller, entity, verb));
  if (update === 'none') return 403;
  const rule = oracle.rule(caller, entity, field);
  if (rule !== 'write') return rule === 'none' ? 422 : 403;
  if (read === 'none' || record.deletedAt || !oracle.may(caller, 'read', entity, record)) return 404;
  return oracle.may(caller, 'update', entity, record) ? 200 : 403;
}

for (const caller of callers) {
  test(`S5-SEC-02 S5-SEC-08 S3-SEC-04 every write by ${caller.role.preset} does what the oracle says (${callers.indexOf(caller)})`, async () => {
    for (const entity of Object.keys(TEXT).filter((e) => e !== 'partner')) {
      const field = TEXT[entity];
      for (const record of some([...records.get(entity).values()].filter(OPEN[entity] ?? Boolean), 5)) {
        const value = `${record[field]}y`.slice(0, 40);
        const answer = await caller.client.patch(`${path(entity)}/${record.id}`, { [field]: value }, quiet);
        assert.equal(answer.status, expectedUpdate(caller, entity, record, field), `${caller.name} patch ${entity} ${record.id}: ${answer.text.slice(0, 200)}, seed ${SEED}`);
        if (answer.status === 200) record[field] = value;
        else assert.notEqual((await admin.get(`${path(entity)}/${record.id}`, { ...quiet, query: { fields: field, deleted: 'with' } })).body.data[field], value);
      }
    }
    if (caller.partnerId) return;
    for (const entity of ['company', 'contact', 'deal', 'task', 'vendor']) {
      const [field, by] = [TEXT[entity], entity === 'task' ? 'assigneeId' : 'ownerId'];
      for (const who of [caller.id, pick(people)]) {
        if (oracle.rule(caller, entity, field) !== 'write' || oracle.rule(caller, entity, by) !== 'write') continue;
        const answer = await caller.client.post(path(entity), { [field]: word(0, 'made'), [by]: who }, quiet);
        const created = oracle.scope(caller, entity, 'create') !== 'none'
          && (oracle.mayCreate(caller, entity, who) || (entity === 'task' && oracle.mayCreate(caller, entity, caller.id) && (who === caller.id || oracle.scope(caller, entity, 'assign') !== 'none')));
        assert.equal(answer.status, created ? 201 : 403, `${caller.name} post ${entity} for ${who === caller.id ? 'self' : 'another'} as ${JSON.stringify(caller.role)}: ${answer.text.slice(0, 200)}, seed ${SEED}`);
      }
    }
  });
}
