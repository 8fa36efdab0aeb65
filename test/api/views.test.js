// SPDX-License-Identifier: Apache-2.0
// Saved views: written, shared, used in lists, boards, groups and files, and what becomes of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { parseCsv } from './harness/csv.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const team = await maker.create('team');
const author = await organisation.member('user', { teamId: team.id });
const mate = await organisation.member('user', { teamId: team.id });
const other = await organisation.member('user');
const partnerUser = await organisation.member('partner_user', { partnerId: await organisation.partner() });

for (const [name, amount] of [['Alpha', 100], ['Beta', 300], ['Gamma', 200], ['Delta', 50]]) {
  await maker.create('deal', { name, amount, currency: 'EUR', ownerId: author.id });
}
const big = { or: [{ field: 'amount', op: 'gte', value: 200 }, { field: 'name', value: 'Alpha' }] };
const body = { name: 'Big ones', entity: 'deal', filters: big, columns: 'name,amount', sorts: '-amount', groupBy: 'ownerId', sums: 'amount' };
const view = await author.create('/views', body);
const get = async (path, query, caller = author) => (await caller.get(path, { query, expect: 200 })).body;

test('a list is what its view says, by name and by id', async () => {
  for (const name of ['Big ones', 'BIG ONES', view.id]) {
    const { data, pagination } = await get('/deals', { view: name });
    assert.deepEqual(data.map((row) => Object.keys(row)), Array(3).fill(['id', 'name', 'amount']));
    assert.deepEqual(data.map((row) => row.name), ['Beta', 'Gamma', 'Alpha']);
    assert.equal(pagination.total, 3);
  }
});

test('the next page goes on in the view', async () => {
  const first = await get('/deals', { view: view.id, limit: '2' });
  const second = await get('/deals', { view: view.id, limit: '2', cursor: first.pagination.nextCursor });
  assert.deepEqual([...first.data, ...second.data].map((row) => row.name), ['Beta', 'Gamma', 'Alpha']);
});

test('explicit parameters say otherwise; filters by name narrow', async () => {
  const names = async (query) => (await get('/deals', { view: view.id, ...query })).data.map((row) => row.name);
  assert.deepEqual(await names({ sort: 'amount' }), ['Alpha', 'Gamma', 'Beta']);
  assert.deepEqual(await names({ 'amount[lt]': '300' }), ['Gamma', 'Alpha']);
  assert.deepEqual(await names({ where: '{"field":"name","value":"Delta"}' }), ['Delta']);
  assert.deepEqual(Object.keys((await get('/deals', { view: view.id, fields: 'status' })).data[0]), ['id', 'status']);
});

test('files, boards and groups take a view', async () => {
  const csv = parseCsv((await admin.get('/deals/export.csv', { query: { view: (await admin.create('/views', { ...body, name: 'Mine' })).id }, expect: 200 })).text);
  assert.deepEqual(csv, [['id', 'name', 'amount'], ...csv.slice(1)]);
  assert.deepEqual(csv.slice(1).map((row) => row[1]), ['Beta', 'Gamma', 'Alpha']);
  const board = (await get('/deals/board', { view: view.id })).data;
  assert.equal(board.columns.reduce((n, column) => n + column.count, 0), 3);
  const groups = (await get('/deals/groups', { view: view.id })).data;
  assert.deepEqual([groups.count, groups.totals[0].sum, groups.groups[0].keys[0].value], [3, 600, author.id]);
  assert.deepEqual((await get('/deals/groups', { view: view.id, by: 'status' })).data.by, [{ field: 'status', unit: null }]);
});

test('what a view says is held against the entity when it is written', async () => {
  const refused = async (changes, ...fields) => {
    assert.deepEqual(failingFields(await author.post('/views', { ...body, name: 'Refused', ...changes })).sort(), fields.sort(), JSON.stringify(changes));
  };
  await refused({ entity: 'nothing' }, 'entity');
  await refused({ entity: 'invoice', filters: null, columns: 'number', sorts: null, groupBy: null, sums: 'name' }, 'sums');
  await refused({ filters: { or: [{ field: 'noSuchField', value: 1 }] } }, 'filters');
  await refused({ filters: 'x' }, 'filters');
  await refused({ columns: 'name,lines' }, 'columns');
  await refused({ sorts: '-description', groupBy: 'tags', sums: 'name' }, 'sorts', 'groupBy', 'sums');
  await refused({ entity: 'product', filters: { field: 'cost', value: 1 }, columns: null, sorts: null, groupBy: null, sums: null }, 'filters');
  const answer = await author.patch(`/views/${view.id}`, { sorts: 'noSuchField' });
  assert.deepEqual(failingFields(answer), ['sorts']);
  assert.ok(answer.text.includes('noSuchField'));
  assert.deepEqual(failingFields(await partnerUser.post('/views', { name: 'Deals', entity: 'deal' })), ['entity']);
  errorOf(await author.post('/views', { ...body, name: 'BIG ones' }), 409);
});

test('S5-SEC-08 a view is seen by whom it is shared with, and changed by its owner', async () => {
  const sees = async (caller) => (await caller.get(`/views/${view.id}`)).status === 200
    && (await caller.all('/views', { entity: 'deal' })).some((row) => row.id === view.id);
  const seers = async () => [await sees(author), await sees(mate), await sees(other), await sees(admin), await sees(partnerUser)];
  assert.deepEqual(await seers(), [true, false, false, false, false]);
  errorOf(await other.get('/deals', { query: { view: view.id } }), 400);
  await author.patch(`/views/${view.id}`, { shared: 'team' }, { expect: 200 });
  assert.deepEqual(await seers(), [true, true, false, true, false]);
  await author.patch(`/views/${view.id}`, { shared: 'all' }, { expect: 200 });
  assert.deepEqual(await seers(), [true, true, true, true, false]);
  for (const caller of [mate, other]) {
    errorOf(await caller.patch(`/views/${view.id}`, { name: 'Taken' }), 403);
    errorOf(await caller.delete(`/views/${view.id}`), 403);
  }
  await admin.patch(`/views/${view.id}`, { name: 'Big deals' }, { expect: 200 });
  assert.deepEqual((await get('/deals', { view: 'big deals' }, other)).data, [], 'the rows are what the caller sees');
  assert.equal((await get('/deals', { view: 'Big deals' }, author)).data.length, 3);
});

test('one\'s own view comes before another\'s of the same name', async () => {
  const own = await other.create('/views', { name: 'Big deals', entity: 'deal', columns: 'status' });
  await maker.create('deal', { name: 'Theirs', ownerId: other.id });
  assert.deepEqual(Object.keys((await get('/deals', { view: 'Big deals' }, other)).data[0]), ['id', 'status']);
  await other.delete(`/views/${own.id}`, { expect: 204 });
});

test('each person has a default view of an entity', async () => {
  const second = await author.create('/views', { name: 'By name', entity: 'deal', columns: 'name', sorts: 'name' });
  const version = (await author.read(`/views/${view.id}`)).version;
  const names = async (caller) => Object.keys((await get('/deals', { view: 'default' }, caller)).data[0] ?? {});
  assert.ok((await names(author)).length > 10, 'none yet: the list as it is');
  for (const [caller, id] of [[author, view.id], [mate, view.id], [author, second.id]]) {
    assert.equal((await caller.post(`/views/${id}/default`, {}, { expect: 200 })).body.data.isDefault, true);
  }
  assert.deepEqual(await names(author), ['id', 'name']);
  assert.deepEqual([(await author.read(`/views/${view.id}`)).isDefault, (await mate.read(`/views/${view.id}`)).isDefault], [false, true]);
  assert.equal((await author.read(`/views/${view.id}`)).version, version, 'nobody has changed the view');
  assert.equal((await author.delete(`/views/${second.id}/default`, { expect: 200 })).body.data.isDefault, false);
  assert.ok((await names(author)).length > 10);
  errorOf(await other.post(`/views/${second.id}/default`, {}), 404);
});

test('a view whose field has gone says so', async () => {
  const field = await admin.create('/custom-fields', { entity: 'deal', key: 'region', type: 'text', label: 'Region' });
  const custom = await admin.create('/views', { name: 'North', entity: 'deal', filters: { field: 'custom.region', value: 'north' } });
  assert.deepEqual((await get('/deals', { view: 'North' }, admin)).data, []);
  await admin.patch(`/custom-fields/${field.id}`, { archived: true }, { expect: 200 });
  const answer = await admin.get('/deals', { query: { view: 'North' } });
  errorOf(answer, 400);
  assert.ok(/North/.test(answer.body.error.message) && /custom\.region/.test(answer.body.error.message), answer.body.error.message);
  assert.equal((await admin.read(`/views/${custom.id}`)).name, 'North');
  await get('/deals', { view: 'North', where: '{"field":"name","value":"Alpha"}' }, admin);
});

test('S5-SEC-08 a shared view shows nobody a field that is hidden from them', async () => {
  const costs = await admin.create('/views', { name: 'Costs', entity: 'product', columns: 'name,cost', shared: 'all' });
  const answer = await other.get('/products', { query: { view: costs.id } });
  errorOf(answer, 400);
  assert.ok(answer.body.error.message.includes('cost'));
});

test('an unknown view, and one of another entity, is 400 by name', async () => {
  for (const name of ['Nobody', '00000000-0000-7000-8000-000000000000', "'"]) {
    const answer = await author.get('/deals', { query: { view: name } });
    errorOf(answer, 400);
    assert.ok(answer.body.error.message.includes(name));
  }
  errorOf(await author.get('/contacts', { query: { view: view.id } }), 400);
});
