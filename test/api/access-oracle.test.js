// SPDX-License-Identifier: Apache-2.0
// A property: whatever the organisation, its teams, partners, roles and records, every way out of the data
// shows a caller exactly what an independent oracle (harness/oracle.js) says, and every write does what it
// says. CAIRN_ORACLE_SEED repeats a run.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCsv } from './harness/csv.js';
import { ENTITIES, Oracle } from './harness/oracle.js';
import { Organisation, unique } from './harness/organisation.js';

const SEED = Number(process.env.CAIRN_ORACLE_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`# CAIRN_ORACLE_SEED=${SEED}`);

let state = SEED >>> 0;
/** mulberry32 */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const chance = (p) => random() < p;
const some = (list, n) => Array.from({ length: n }, () => pick(list));
const maybe = (value, p = 0.7) => (chance(p) ? value : null);

/** Runs the jobs, a few at a time; the order of random decisions is the caller's. */
async function parallel(jobs, width = 8) {
  const results = new Array(jobs.length);
  let next = 0;
  const work = async () => {
    while (next < jobs.length) {
      const i = next++;
      results[i] = await jobs[i]();
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}

// --- the organisation -------------------------------------------------------------------------------------

const PATHS = { company: 'companies', activity: 'activities', schedule_item: 'schedule-items' };
const path = (entity) => `/${PATHS[entity] ?? `${entity}s`}`;
const FIELDS_TO_RULE = [
  'company.email', 'company.industry', 'company.ownerId', 'company.name', 'contact.email', 'contact.phone', 'contact.lastName', 'contact.companyId',
  'lead.email', 'lead.score', 'lead.companyId', 'lead.createdAt', 'deal.amount', 'deal.name', 'deal.companyId', 'deal.stageId', 'activity.body', 'activity.subject',
  'task.title', 'task.priority', 'product.cost', 'product.price', 'vendor.bankAccount', 'vendor.email', 'project.name', 'project.budget',
  'milestone.amount', 'event.name', 'schedule_item.title', 'partner.commissionPercent', 'partner.tier',
];
const SCOPES = ['none', 'own', 'team', 'partner', 'all'];

function randomRole(preset) {
  const access = {};
  for (const entity of some(ENTITIES, 7)) {
    access[entity] ??= {};
    for (const verb of some(['read', 'create', 'update', 'delete', 'assign', 'export'], 3)) access[entity][verb] = pick(SCOPES);
  }
  if (chance(0.5)) access.change = { read: pick(['all', 'team', 'own']) };
  const fields = Object.fromEntries(some(FIELDS_TO_RULE, 7).map((name) => [name, pick(['none', 'none', 'read', 'write'])]));
  return { preset, access, fields };
}

const organisation = await Organisation.create();
const { admin } = organisation;
const quiet = { documented: false };
const partners = await parallel([1, 2].map((i) => () => admin.create('/partners', {
  name: `Partner ${i}`, email: `${unique('p')}@example.com`, status: 'approved', tier: 'Gold', commissionPercent: 5, internalNotes: 'Secret', ownerId: admin.id,
})));
const teams = await parallel(['North', 'South', 'West'].map((name) => () => admin.create('/teams', { name })));

const presets = ['manager', 'user', 'user', 'accountant', 'partner_admin', 'partner_user'].map((preset) => ({ preset, key: preset, access: {}, fields: {} }));
const roles = ['manager', 'manager', 'user', 'user', 'accountant', 'partner_user', 'partner_admin'].map(randomRole);
for (const role of roles) role.key = (await admin.create('/roles', { name: unique('Random '), ...role })).key;

const callers = [];
for (const role of [...presets, ...roles]) {
  const partnerId = role.preset.startsWith('partner') ? pick(partners).id : null;
  const teamId = partnerId ? null : maybe(pick(teams).id, 0.8);
  const client = await organisation.member(role.key, { ...(teamId && { teamId }), ...(partnerId && { partnerId }) });
  callers.push({ id: client.id, role, teamId, partnerId, client, name: `${role.preset}${role.key === role.preset ? '' : ` (${role.key})`}` });
}
const staff = callers.filter((c) => !c.partnerId);
for (const team of teams) {
  team.managerId = maybe(pick(staff).id, 0.7);
  await admin.patch(`/teams/${team.id}`, { managerId: team.managerId }, { expect: 200 });
}

// --- the records ------------------------------------------------------------------------------------------

const records = new Map(ENTITIES.map((entity) => [entity, new Map()]));
for (const partner of partners) records.get('partner').set(partner.id, partner);
const ids = (entity) => [...records.get(entity).keys()];
const people = [admin.id, ...staff.map((c) => c.id)];
// Who makes records: the organisation's administrator and those of its managers who are as the preset has them.
const makers = [admin, callers[0].client];

async function make(entity, count, body) {
  const jobs = Array.from({ length: count }, (_, n) => {
    const [maker, content] = [pick(makers), body(n)];
    return async () => (await maker.post(path(entity), content, { ...quiet, expect: 201 })).body.data;
  });
  for (const record of await parallel(jobs)) records.get(entity).set(record.id, record);
}

const word = (n, what) => `${what}${SEED.toString(36)}x${n}`;
const owner = () => maybe(pick(people), 0.9);
await make('company', 160, (n) => ({ name: word(n, 'firm'), email: `${word(n, 'c')}@example.com`, industry: pick(['Finance', 'Retail']), ownerId: owner() }));
await make('contact', 400, (n) => ({
  firstName: pick(['Ada', 'Bo', 'Cy']), lastName: word(n, 'last'), email: `${word(n, 'm')}@example.com`, phone: `+1 555 ${1000000 + n}`,
  companyId: maybe(pick(ids('company'))), ownerId: owner(),
}));
await make('lead', 240, (n) => ({
  firstName: 'Li', lastName: word(n, 'lead'), email: `${word(n, 'l')}@example.com`, company: word(n, 'corp'), source: pick(['website', 'referral']),
  score: n % 100, partnerId: maybe(pick(partners).id, 0.5), companyId: maybe(pick(ids('company')), 0.4), ownerId: owner(),
}));
await make('deal', 240, (n) => ({
  name: word(n, 'deal'), amount: 100 + n, companyId: maybe(pick(ids('company'))), contactId: maybe(pick(ids('contact')), 0.4), ownerId: owner(),
}));
await make('vendor', 50, (n) => ({ name: word(n, 'vendor'), email: `${word(n, 'v')}@example.com`, bankAccount: word(n, 'bank'), ownerId: owner() }));
await make('product', 40, (n) => ({ name: word(n, 'product'), price: 10 + n, cost: 1 + n }));
await make('project', 80, (n) => ({ name: word(n, 'project'), budget: 1000 + n, ownerId: owner(), memberIds: [...new Set(some(people, n % 3))] }));
await make('event', 60, (n) => ({ name: word(n, 'event'), ownerId: owner() }));
await make('milestone', 120, (n) => ({ name: word(n, 'stone'), projectId: pick(ids('project')), amount: 5 + n }));
await make('schedule_item', 100, (n) => ({ title: word(n, 'item'), eventId: pick(ids('event')), startAt: '2026-05-01T10:00:00Z' }));
await make('task', 300, (n) => ({ title: word(n, 'task'), priority: pick(['low', 'high']), assigneeId: maybe(pick(people), 0.9), companyId: maybe(pick(ids('company')), 0.3) }));
const target = () => pick([
  () => ({ companyId: pick(ids('company')) }), () => ({ contactId: pick(ids('contact')) }), () => ({ leadId: pick(ids('lead')) }), () => ({ dealId: pick(ids('deal')) }),
  () => ({ projectId: pick(ids('project')) }), () => ({ eventId: pick(ids('event')) }), () => ({ vendorId: pick(ids('vendor')) }), () => ({ partnerId: pick(partners).id }),
])();
await make('activity', 400, (n) => ({
  type: 'call', subject: word(n, 'call'), body: word(n, 'body'), visibility: pick(['record', 'record', 'private', 'partner']), ownerId: owner(), ...target(),
}));

// Some go to the trash, and some leave a diff in the log.
await parallel(some(ids('task'), 12).filter((id, i, all) => all.indexOf(id) === i).map((id) => async () => {
  await admin.delete(`/tasks/${id}`, { ...quiet, expect: 204 });
  records.get('task').get(id).deletedAt = 'now';
}));
const EDITS = { contact: 'email', deal: 'amount', lead: 'score', product: 'cost', company: 'industry' };
const edited = Object.entries(EDITS).flatMap(([entity, field]) => some(ids(entity), 15).map((id, n) => [entity, id, field, n]));
await parallel(edited.map(([entity, id, field, n]) => async () => {
  const value = { email: `${word(n, 'edited')}@example.com`, industry: pick(['Finance', 'Healthcare']) }[field] ?? 50 + n;
  const { body } = await admin.patch(`${path(entity)}/${id}`, { [field]: value }, { ...quiet, expect: 200 });
  records.get(entity).set(id, body.data);
}), 1);
const log = (await admin.all('/audit-logs')).filter((c) => records.get(c.entity)?.has(c.recordId));

const oracle = new Oracle(records, callers, teams);
const sorted = (list) => [...list].sort();
const idsOf = (list) => sorted(list.map((r) => r.id));

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

const TEXT = { company: 'name', contact: 'lastName', lead: 'lastName', deal: 'name', activity: 'subject', task: 'title', product: 'name', vendor: 'name', project: 'name', event: 'name', milestone: 'name', schedule_item: 'title', partner: 'name' };
const FILTERS = { company: ['industry', 'ownerId'], contact: ['companyId', 'ownerId'], lead: ['partnerId', 'score', 'companyId'], deal: ['companyId', 'ownerId', 'amount'], activity: ['visibility'], task: ['priority', 'assigneeId'], product: ['price'], project: ['ownerId'], milestone: ['projectId', 'amount'], schedule_item: ['eventId'], vendor: ['ownerId'], event: ['ownerId'], partner: ['tier'] };

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
    if (caller.client.meta.entity(entity).field(field).sortable) {
      same((await pages(caller, entity, { sort: `-${field}` })).rows.map((r) => r.id), idsOf(oracle.visible(caller, entity)), `${where} sort ${field}`);
    }
  }
  const searched = { contact: ['lastName', 'email'], company: ['name', 'email'], lead: ['lastName', 'email', 'company'] }[entity]
    ?? (['milestone', 'schedule_item'].includes(entity) ? [] : [TEXT[entity]]);
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

async function checkRecords(caller, entity, where) {
  for (const record of some([...records.get(entity).values()], 8)) {
    const seen = !record.deletedAt && oracle.may(caller, 'read', entity, record);
    const answer = await caller.client.get(`${path(entity)}/${record.id}`, quiet);
    assert.equal(answer.status, seen ? 200 : 404, `${where} get ${record.id}, seed ${SEED}`);
    if (seen) noneHidden(caller, entity, [answer.body.data], `${where} get`);
    const timeline = await caller.client.get(`${path(entity)}/${record.id}/timeline`, { ...quiet, query: { limit: 200 } });
    const reads = (caller.role.access.change?.read ?? caller.client.meta.entities.find((e) => e.name === 'change')?.access.read ?? 'none') !== 'none';
    if (!reads) assert.equal(timeline.status, 403, `${where} timeline`);
    else if (!record.deletedAt) assert.equal(timeline.status, seen ? 200 : 404, `${where} timeline`);
    if (timeline.status !== 200) continue;
    const told = log.filter((c) => c.recordId === record.id && oracle.tells(caller, c, record));
    same(timeline.body.data.map((c) => c.id), idsOf(told), `${where} timeline of ${record.id}`);
    noneHidden(caller, entity, timeline.body.data.map((c) => c.diff ?? {}), `${where} timeline`);
  }
}

async function checkIncludes(caller, entity, where) {
  const field = { contact: 'companyId', deal: 'companyId', lead: 'companyId', milestone: 'projectId', task: 'companyId' }[entity];
  if (!field || oracle.rule(caller, entity, field) === 'none') return;
  const of = field.slice(0, -2);
  const name = entity === 'lead' ? 'companyRecord' : of;
  const { body } = await caller.client.get(path(entity), { ...quiet, query: { include: name, limit: 100 }, expect: 200 });
  for (const row of body.data) {
    const referred = oracle.at(of, row[field]);
    const seen = referred && oracle.may(caller, 'read', of, referred);
    const wanted = seen ? { id: referred.id, ...(oracle.rule(caller, of, 'name') !== 'none' && { name: referred.name }) } : null;
    assert.deepEqual(row[name], wanted, `${where} include of ${row.id}, seed ${SEED}`);
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

/** What the change log told somebody is theirs alone. */
async function checkNotifications(caller) {
  if (!caller.client.meta.has('notification')) return;
  const rows = await caller.client.all('/notifications');
  assert.deepEqual(rows.filter((row) => row.userId !== caller.id), [], `${caller.name} notifications, seed ${SEED}`);
}

async function checkReport(caller) {
  const answer = await caller.client.get('/reports/sales-overview', quiet);
  const needed = ['stageId', 'ownerId', 'amount'].some((name) => oracle.rule(caller, 'deal', name) === 'none');
  if (oracle.scope(caller, 'deal', 'read') === 'none' || needed) return assert.equal(answer.status, 403, `${caller.name} report`);
  const deals = oracle.visible(caller, 'deal');
  const { total, open, openAmount } = answer.body.data.deals;
  assert.deepEqual([total, open, openAmount], [deals.length, deals.length, deals.reduce((sum, d) => sum + d.amount, 0)], `${caller.name} report, seed ${SEED}`);
}

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
    await checkReport(caller);
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
    for (const entity of ENTITIES.filter((e) => e !== 'partner')) {
      const field = TEXT[entity];
      for (const record of some([...records.get(entity).values()], 5)) {
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
