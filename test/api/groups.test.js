// SPDX-License-Identifier: Apache-2.0
// What lists add up to, /<path>/groups, against an oracle over all rows.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;
await admin.patch(`/organizations/${admin.organizationId}`, { timeZone: 'America/New_York', weekStart: 0 }, { expect: 200 });
const groupsOf = async (path, query, caller = admin) => (await caller.get(`${path}/groups`, { query, expect: 200 })).body.data;
const byKey = (data) => Object.fromEntries(data.groups.map((g) => [g.keys.map((k) => k.value).join('|'), g]));
const round2 = (n) => Math.round(n * 100) / 100;

test('groups of every groupable field count what the list with their filter counts', async () => {
  for (const name of ['deal', 'contact', 'task', 'event']) for (let i = 0; i < 4; i++) await maker.create(name, {}, { full: i % 2 === 0 });
  for (const name of ['deal', 'contact', 'task', 'event']) {
    const entity = meta.entity(name);
    const all = (await admin.get(entity.path, { expect: 200 })).body.pagination.total;
    for (const field of entity.fields.filter((f) => f.filterable && f.sortable && f.operators.includes('eq') && !f.custom)) {
      const data = await groupsOf(entity.path, { by: field.name });
      assert.equal(data.count, all, field.name);
      assert.equal(data.groups.reduce((n, g) => n + g.count, 0), all, field.name);
      const group = data.groups[0];
      const listed = (await admin.get(entity.path, { query: `${group.filter}&count=exact`, expect: 200 })).body.pagination.total;
      assert.equal(listed, group.count, `${name}.${field.name}: ${group.filter}`);
    }
  }
});

test('sums, averages, least and most by group are those of its rows', async () => {
  const product = await maker.create('product_category', { name: 'Grouped' });
  const prices = [1.1, 2.25, 3.34, 1000000];
  for (const price of prices) await maker.create('product', { categoryId: product.id, price, currency: 'EUR' });
  const data = await groupsOf('/products', { by: 'categoryId', sum: 'price', categoryId: product.id });
  const sum = round2(prices.reduce((a, b) => a + b));
  const [group] = data.groups;
  assert.deepEqual(group.keys, [{ value: product.id, label: 'Grouped' }]);
  assert.deepEqual(group.totals, [{ field: 'price', count: 4, currency: 'EUR', sum, average: round2(sum / 4), least: 1.1, most: 1000000 }]);
  assert.deepEqual(data.totals, group.totals);
});

test('money of two currencies is never one sum, and the own currency comes first', async () => {
  const company = await maker.create('company', { name: 'Mixed' });
  const of = (amount, currency) => maker.create('deal', { companyId: company.id, amount, currency });
  await of(100, 'EUR');
  await of(100, 'USD');
  await of(50, 'EUR');
  await of(7, 'CHF');
  const deals = await groupsOf('/deals', { by: 'companyId', sum: 'amount', companyId: company.id });
  assert.deepEqual(deals.totals.map((t) => [t.currency, t.sum, t.count]), [['EUR', 150, 2], ['CHF', 7, 1], ['USD', 100, 1]]);
  const lead = (estimatedValue, currency) => maker.create('lead', { companyId: company.id, estimatedValue, currency });
  await lead(10, 'EUR');
  await lead(20, 'EUR');
  await lead(40, 'USD');
  const leads = await groupsOf('/leads', { by: 'companyId', sum: 'estimatedValue', companyId: company.id });
  assert.deepEqual(leads.groups[0].totals.map((t) => [t.currency, t.sum]), [['EUR', 30], ['USD', 40]]);
});

test('money of what belongs to another record has the currency of that', async () => {
  const event = await maker.create('event', { currency: 'USD' });
  await maker.create('event_vendor', { eventId: event.id, agreedCost: 12 });
  const data = await groupsOf('/event-vendors', { by: 'status', sum: 'agreedCost', eventId: event.id });
  assert.deepEqual(data.totals.map((t) => [t.currency, t.sum]), [['USD', 12]]);
});

test('days, weeks, months, quarters and years are those of the organisation', async () => {
  const own = await maker.create('company', { name: 'Calendar' });
  const at = (dueAt) => maker.create('task', { companyId: own.id, dueAt, allDay: false });
  await at('2026-04-01T03:30:00.000Z'); // still March 31 in New York
  await at('2026-04-01T12:00:00.000Z');
  await at('2026-04-04T12:00:00.000Z'); // a Saturday
  await at('2026-04-05T12:00:00.000Z'); // a Sunday, which begins the week here
  const expected = {
    day: { '2026-03-31': 1, '2026-04-01': 1, '2026-04-04': 1, '2026-04-05': 1 },
    week: { '2026-03-29': 3, '2026-04-05': 1 },
    month: { '2026-03-01': 1, '2026-04-01': 3 },
    quarter: { '2026-01-01': 1, '2026-04-01': 3 },
    year: { '2026-01-01': 4 },
  };
  for (const [unit, groups] of Object.entries(expected)) {
    const data = await groupsOf('/tasks', { by: `dueAt:${unit}`, companyId: own.id });
    assert.deepEqual(Object.fromEntries(Object.entries(byKey(data)).map(([k, g]) => [k, g.count])), groups, unit);
    for (const group of data.groups) {
      const total = (await admin.get('/tasks', { query: `${group.filter}&companyId=${own.id}`, expect: 200 })).body.pagination.total;
      assert.equal(total, group.count, group.filter);
    }
  }
});

test('two fields, orders, the limit, and where', async () => {
  const own = await maker.create('company', { name: 'Orders' });
  for (const [priority, n] of [['low', 3], ['high', 1], ['normal', 2]]) {
    for (let i = 0; i < n; i++) await maker.create('task', { companyId: own.id, priority, title: `T${i}` });
  }
  const query = { by: 'priority', companyId: own.id };
  const keys = (data) => data.groups.map((g) => g.keys.map((k) => k.value).join('|'));
  assert.deepEqual(keys(await groupsOf('/tasks', query)), ['high', 'low', 'normal']);
  assert.deepEqual(keys(await groupsOf('/tasks', { ...query, sort: '-key' })), ['normal', 'low', 'high']);
  assert.deepEqual(keys(await groupsOf('/tasks', { ...query, sort: '-count' })), ['low', 'normal', 'high']);
  const cut = await groupsOf('/tasks', { ...query, sort: 'count', limit: '2' });
  assert.deepEqual([keys(cut), cut.more, cut.count], [['high', 'normal'], true, 6]);
  assert.deepEqual(keys(await groupsOf('/tasks', { ...query, by: 'title,priority', where: JSON.stringify({ or: [{ field: 'title', value: 'T2' }, { field: 'priority', value: 'high' }] }) })),
    ['T0|high', 'T2|low']);
});

test('bad groups are 400 by name', async () => {
  for (const [query, word] of [['', 'by'], ['by=noSuchField', 'noSuchField'], ['by=stageId:month', 'stageId'], ['by=createdAt:decade', 'createdAt'],
    ['by=stageId,status,type', '2'], ['by=description', 'description'], ['by=tags', 'tags'], ['by=stageId&sum=name', 'name'],
    ['by=stageId&sum=noSuchField', 'noSuchField'], ['by=stageId&sort=name', 'sort'], ['by=stageId&page=2', 'page'], ['by=stageId&fields=name', 'fields'],
    ['by=stageId&limit=201', 'limit'], ['by=stageId&sum=amount,amount,amount,amount,amount,amount', '5']]) {
    const answer = await admin.get('/deals/groups', { query });
    errorOf(answer, 400);
    assert.ok(answer.body.error.message.includes(word), `${query}: ${answer.body.error.message}`);
  }
});

test('S5-SEC-08 groups tell no field that the caller does not see', async () => {
  const callers = [await organisation.member('user'), await organisation.member('partner_admin', { partnerId: await organisation.partner() })];
  let found = 0;
  for (const caller of callers) {
    for (const seen of caller.meta.entities.filter((e) => meta.has(e.name))) {
      for (const field of meta.entity(seen.name).fields.filter((f) => !f.custom && !seen.field(f.name))) {
        found++;
        const shown = seen.fields.find((f) => f.filterable && f.sortable && f.operators.includes('eq'));
        for (const query of [`by=${field.name}`, `by=${shown.name}&sum=${field.name}`]) {
          const answer = await caller.get(`${seen.path}/groups`, { query });
          errorOf(answer, 400);
          assert.ok(answer.body.error.message.includes(field.name), query);
        }
      }
    }
  }
  assert.ok(found > 0);
});

test('S5-SEC-08 groups count what the caller sees', async () => {
  const partner = await organisation.partner();
  const caller = await organisation.member('partner_user', { partnerId: partner });
  await maker.create('lead', { partnerId: partner, currency: 'EUR', estimatedValue: 5 });
  const listed = await caller.all('/leads');
  const data = await groupsOf('/leads', { by: 'status' }, caller);
  assert.equal(data.count, listed.length);
  assert.ok(data.count < (await groupsOf('/leads', { by: 'status' })).count);
});

test('metadata tells on which day weeks begin, to everybody', async () => {
  const member = await organisation.member('user');
  assert.equal((await member.read('/meta')).organization.weekStart, 0);
});
