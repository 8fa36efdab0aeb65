// SPDX-License-Identifier: Apache-2.0
// Filters with groups: `where=` in lists, counts, boards and files, against an oracle over all rows.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { parseCsv } from './harness/csv.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const is = (field, value, op) => ({ field, value, ...(op && { op }) });
const where = (tree, more = {}) => ({ where: JSON.stringify(tree), ...more });

const deals = [];
for (const [name, amount, probability, tags] of [['Apple', 100, 10], ['Pear', 250, 50], ['Plum', 250, 90], ['Fig', null, 10], ['Date', 900, 90]]) {
  deals.push(await maker.create('deal', { name, amount, probability, currency: 'EUR', tags }));
}
const namesOf = (rows) => rows.map((row) => row.name).sort();
const found = async (tree, more) => namesOf(await admin.all('/deals', where(tree, more)));
const expected = (keeps) => namesOf(deals.filter(keeps));

test('S3-API-09 groups of AND and OR stand in each other', async () => {
  const cases = [
    [is('name', 'Plum'), (d) => d.name === 'Plum'],
    [{ or: [is('name', 'Plum'), is('amount', 900)] }, (d) => d.name === 'Plum' || d.amount === 900],
    [{ and: [is('amount', 250), is('probability', 50, 'gt')] }, (d) => d.amount === 250 && d.probability > 50],
    [{ or: [{ and: [is('amount', 250), is('probability', 50)] }, { and: [is('amount', true, 'null'), is('probability', 10)] }] },
      (d) => (d.amount === 250 && d.probability === 50) || (d.amount === null && d.probability === 10)],
    [{ and: [{ or: [is('probability', 10), is('probability', 90)] }, { or: [is('name', 'p', 'startsWith'), is('name', 'ate', 'contains')] }] },
      (d) => [10, 90].includes(d.probability) && (d.name.startsWith('P') || d.name.includes('ate'))],
    [{ or: [is('name', ['Fig', 'Pear'], 'in'), is('amount', '900', 'gte')] }, (d) => ['Fig', 'Pear'].includes(d.name) || d.amount >= 900],
    [{ or: [is('amount', 100, 'ne')] }, (d) => d.amount !== 100],
  ];
  for (const [tree, keeps] of cases) assert.deepEqual(await found(tree), expected(keeps), JSON.stringify(tree));
});

test('the simple parameters narrow a group, and the total counts what both leave', async () => {
  const tree = { or: [is('name', 'Plum'), is('name', 'Pear'), is('name', 'Apple')] };
  assert.deepEqual(await found(tree, { amount: '250' }), ['Pear', 'Plum']);
  const answer = await admin.get('/deals', { query: where(tree, { 'probability[gte]': '50', limit: '1' }), expect: 200 });
  assert.equal(answer.body.pagination.total, 2);
  const next = await admin.get('/deals', { query: where(tree, { 'probability[gte]': '50', limit: '1', cursor: answer.body.pagination.nextCursor }), expect: 200 });
  assert.deepEqual(namesOf([...answer.body.data, ...next.body.data]), ['Pear', 'Plum']);
  assert.notEqual((await admin.get('/deals', { query: where({ or: [is('name', 'Fig')] }), expect: 200 })).body.pagination.total, 2,
    'another group is counted anew');
});

test('me, dates as days and tags mean in a group what they mean elsewhere', async () => {
  const mate = await organisation.member('user');
  const tag = await maker.create('tag', { name: 'group-tag' });
  const mine = await maker.create('task', { title: 'Mine', dueAt: '2031-03-01T12:00:00.000Z' });
  const theirs = await maker.create('task', { title: 'Theirs', dueAt: '2031-03-02T12:00:00.000Z', tags: [tag.id], assigneeId: mate.id });
  const ids = async (tree) => (await admin.all('/tasks', where(tree))).map((row) => row.id).sort();
  const both = [mine.id, theirs.id].sort();
  assert.deepEqual(await ids({ and: [is('dueAt', '2031-03-01', 'gte'), { or: [is('createdBy', 'me')] }] }), both);
  assert.deepEqual(await ids({ or: [is('dueAt', '2031-03-01'), is('tags', 'group-tag')] }), both);
  assert.deepEqual(await ids({ and: [is('dueAt', '2031-03-02'), is('tags', 'GROUP-TAG')] }), [theirs.id]);
});

test('a board and a file take groups as a list does', async () => {
  const tree = { or: [is('name', 'Plum'), is('name', 'Fig')] };
  const board = (await admin.get('/deals/board', { query: where(tree), expect: 200 })).body.data;
  assert.deepEqual(namesOf(board.columns.flatMap((column) => column.records)), ['Fig', 'Plum']);
  assert.equal(board.columns.reduce((n, column) => n + column.count, 0), 2);
  const csv = await admin.get('/deals/export.csv', { query: where(tree, { fields: 'name' }), expect: 200 });
  assert.deepEqual(parseCsv(csv.text).slice(1).map((row) => row[1]).sort(), ['Fig', 'Plum']);
});

test('bad groups are 400 that name what is wrong', async () => {
  let deep = is('name', 'x');
  for (let i = 0; i < 6; i++) deep = { and: [deep] };
  const cases = [
    ['{"or":[', 'JSON'], ['[]', 'field'], ['5', 'field'], ['{}', 'field'], ['{"or":[]}', 'or'], ['{"and":{}}', 'and'],
    [{ or: [is('noSuchField', 1)] }, 'noSuchField'], [{ or: [is('name', 'x', 'like')] }, 'like'],
    [{ and: [is('name', 'x', 'gtee')] }, 'gtee'], [{ and: [is('amount', 'much')] }, 'amount'],
    [{ and: [is('stageId', 'x', 'contains')] }, 'stageId'], [{ and: [is('name', null)] }, 'name'],
    [{ and: [is('name', '')] }, 'name'], [{ and: [is('name', ['a'])] }, 'name'], [{ and: [is('name', [], 'in')] }, 'name'],
    [{ and: [is('name', 'x')], or: [is('name', 'x')] }, 'group'], [{ and: [{ field: 'name', value: 'x', not: true }] }, 'condition'],
    [{ and: [is('name', { a: 1 })] }, 'name'], [{ and: [is('ownerId', 'somebody')] }, 'ownerId'],
    [{ or: Array.from({ length: 101 }, () => is('amount', 1)) }, '100'], [deep, '5'],
    [{ and: [is('name', Array.from({ length: 101 }, String), 'in')] }, '100'],
  ];
  for (const [tree, word] of cases) {
    const query = { where: typeof tree === 'string' ? tree : JSON.stringify(tree) };
    const answer = await admin.get('/deals', { query });
    errorOf(answer, 400);
    assert.ok(answer.body.error.message.includes(word), `${query.where.slice(0, 80)}: ${answer.body.error.message}`);
  }
  errorOf(await admin.get('/deals', { query: `where=${encodeURIComponent('{"field":"name","value":"a"}')}&where=${encodeURIComponent('{"field":"name","value":"b"}')}` }), 400);
});

test('S5-SEC-08 a group asks by no field that the caller does not see', async () => {
  const user = await organisation.member('user');
  const hidden = organisation.meta.entity('product').fields.filter((f) => !user.meta.entity('product').field(f.name));
  assert.ok(hidden.length > 0, 'a field of products is hidden from users');
  for (const field of hidden) {
    const answer = await user.get('/products', { query: where({ or: [is('name', 'x'), is(field.name, false, 'null')] }) });
    errorOf(answer, 400);
    assert.ok(answer.body.error.message.includes(field.name));
  }
});

test('S5-SEC-08 an OR reaches no further than the caller', async () => {
  const partner = await organisation.partner();
  const outsider = await organisation.member('partner_user', { partnerId: partner });
  const own = await maker.create('lead', { partnerId: partner, status: 'new' });
  await maker.create('lead', { status: 'new' });
  const rows = await outsider.all('/leads', where({ or: [is('status', 'new'), is('partnerId', true, 'null'), is('partnerId', false, 'null')] }));
  assert.ok(rows.some((row) => row.id === own.id));
  assert.ok(rows.every((row) => row.partnerId === partner));
});

test('templates come with a group that asks for them, and only then', async () => {
  const template = await maker.create('event', { name: 'Group template', isTemplate: true });
  const ids = async (tree) => (await admin.all('/events', where(tree))).map((row) => row.id);
  assert.ok(!(await ids({ or: [is('name', 'Group template')] })).includes(template.id));
  assert.ok((await ids({ and: [is('name', 'Group template'), is('isTemplate', true)] })).includes(template.id));
});
