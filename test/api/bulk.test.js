// SPDX-License-Identifier: Apache-2.0
// Many rows at once: created, or found by a key and changed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { hintsFor } from './harness/hints.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;

const bulk = async (path, body, { client = admin, ...options } = {}) => {
  const answer = await client.post(`${path}/bulk`, body, options);
  assert.equal(answer.status, 200, answer.text.slice(0, 900));
  return answer.body.data;
};
const statuses = (data) => data.results.map((r) => r.status);
const totals = ({ created, updated, unchanged, errors }) => [created, updated, unchanged, errors];

test('rows are created in one changeset, and answered in their order', async () => {
  const rows = ['a', 'b', 'c'].map((n) => ({ lastName: unique(n), jobTitle: n }));
  const data = await bulk('/contacts', { rows });
  assert.deepEqual(totals(data), [3, 0, 0, 0]);
  assert.deepEqual(data.counts, [{ entity: 'contact', action: 'create', records: 3 }]);
  for (const [i, { row, id }] of data.results.entries()) {
    const record = await admin.read(`/contacts/${id}`);
    assert.deepEqual([row, record.lastName, record.jobTitle, record.ownerId], [i, rows[i].lastName, rows[i].jobTitle, admin.id]);
  }
  const logged = await admin.all('/audit-logs', { changesetId: data.changesetId });
  assert.equal(logged.length, 3);
  const { body } = await admin.post(`/changesets/${data.changesetId}/revert`, undefined, { expect: 200 });
  assert.deepEqual(body.data.reverted, [{ entity: 'contact', records: 3 }]);
});

// The same body twice: alone, and, that one in the trash, in bulk between two others.
for (const entity of meta.allowing('create', 'update', 'delete').filter((e) => e.group !== 'admin')) {
  test(`a row in bulk makes the same ${entity.name} as a single request`, async (t) => {
    if (Object.keys(hintsFor(entity.name).ready).length) return t.skip('each needs a record of its own that a flow has gone over');
    const { externalIds, ...body } = await maker.body(entity.name, { full: true });
    const alone = await admin.create(entity.path, body);
    await admin.delete(entity.at(alone.id), { expect: 204 });
    const data = await bulk(entity.path, { rows: [{ nothing: 1 }, body, {}], partial: true });
    assert.equal(data.results[1].status, 'created', JSON.stringify(data.results[1]));
    const made = await admin.read(entity.at(data.results[1].id));
    for (const { name, type } of entity.fields) {
      const moment = type === 'datetime' && !(name in body);
      if (['id', 'externalIds', 'position'].includes(name)) continue;
      assert.deepEqual(moment ? made[name] === null : made[name], moment ? alone[name] === null : alone[name], name);
    }
  });
}

test('a row finds its record by an id of another system; other systems keep theirs', async () => {
  const [known, fresh] = [unique('z'), unique('z')];
  const record = await admin.create('/contacts', { lastName: 'Known', jobTitle: 'a', externalIds: [{ system: 'zoho', id: known }, { system: 'shop', id: known }] });
  const row = (id, more) => ({ externalIds: [{ system: 'zoho', id }], ...more });
  const body = { key: 'externalIds.zoho', rows: [row(known, { jobTitle: 'b' }), row(fresh, { lastName: 'Fresh' })] };
  const data = await bulk('/contacts', body);
  assert.deepEqual([statuses(data), data.results[0].id], [['updated', 'created'], record.id]);
  const now = await admin.read(`/contacts/${record.id}`);
  assert.deepEqual([now.lastName, now.jobTitle], ['Known', 'b']);
  assert.deepEqual(now.externalIds.map((e) => e.system).sort(), ['shop', 'zoho']);
  assert.deepEqual(statuses(await bulk('/contacts', body)), ['unchanged', 'unchanged']);
  await admin.delete(`/contacts/${record.id}`, { expect: 204 });
  const trashed = await bulk('/contacts', { ...body, partial: true });
  assert.deepEqual([statuses(trashed), trashed.results[0].details[0].code], [['error', 'unchanged'], 'IN_TRASH']);
});

test('by a unique field, by the id, by a field of one\'s own, capitals ignored', async () => {
  const sku = unique('SKU');
  const product = await admin.create('/products', { name: 'old', price: 1, sku });
  const bySku = await bulk('/products', { key: 'sku', rows: [{ sku: sku.toLowerCase(), price: 2 }, { sku: unique('SKU'), name: 'new', price: 3 }] });
  assert.deepEqual(statuses(bySku), ['updated', 'created']);
  const byId = await bulk('/products', { key: 'id', rows: [{ id: product.id, name: 'named' }, { id: randomUUID(), name: 'x' }], partial: true });
  assert.deepEqual([statuses(byId), byId.results[1].code], [['updated', 'error'], 'NOT_FOUND']);
  const key = unique('code').slice(0, 20);
  await admin.create('/custom-fields', { entity: 'product', key, label: key, type: 'text' });
  const made = await bulk('/products', { key: `custom.${key}`, rows: [{ name: 'c', price: 1, custom: { [key]: 'One' } }] });
  const again = await bulk('/products', { key: `custom.${key}`, rows: [{ price: 9, custom: { [key]: 'one' } }] });
  assert.deepEqual([statuses(again), again.results[0].id], [['updated'], made.results[0].id]);
  const record = await admin.read(`/products/${product.id}`);
  assert.deepEqual([record.name, record.price], ['named', 2]);
});

test('one bad row undoes all, and each is told by its place', async () => {
  const name = unique('All');
  const rows = [{ lastName: name }, { lastName: name, email: 'nobody', colour: 1 }, { lastName: name, companyId: randomUUID() }, {}, 7];
  const error = errorOf(await admin.post('/contacts/bulk', { rows }), 422);
  assert.deepEqual(error.details.map((d) => [d.field, d.code]).sort(), [
    ['rows[1].colour', 'UNKNOWN_FIELD'], ['rows[1].email', 'INVALID_EMAIL'], ['rows[2].companyId', 'UNKNOWN_REFERENCE'], ['rows[4]', 'WRONG_TYPE']]);
  assert.match(error.message, /3 of 5 rows/);
  assert.equal((await admin.all('/contacts', { lastName: name })).length, 0);
  const late = errorOf(await admin.post('/contacts/bulk', { rows: [{ lastName: name }, { jobTitle: 'nameless' }] }), 422);
  assert.deepEqual(late.details.map((d) => d.field), ['rows[1].lastName']);
  assert.equal((await admin.all('/contacts', { lastName: name })).length, 0);
});

test('with partial the good rows are kept, and the bad are told with their fields', async () => {
  const name = unique('Some');
  const taken = unique('SKU');
  await admin.create('/products', { name: 'there', price: 1, sku: taken });
  const rows = Array.from({ length: 40 }, (_, i) => ({ name, price: i, sku: i === 11 ? taken : unique('SKU') }));
  rows[30].sku = rows[29].sku;
  rows[5].price = 'dear';
  const data = await bulk('/products', { rows, partial: true });
  assert.deepEqual(totals(data), [37, 0, 0, 3]);
  assert.deepEqual(data.results.filter((r) => r.status === 'error').map((r) => [r.row, r.code, r.details[0].field]),
    [[5, 'VALIDATION_ERROR', 'price'], [11, 'CONFLICT', 'sku'], [30, 'CONFLICT', 'sku']]);
  assert.equal((await admin.all('/products', { name })).length, 37);
});

test('keys that are twice in the request, or name two records, are told', async () => {
  const phone = unique('+1 555 ').replace(/[a-f]/g, '4');
  const jobTitle = unique('Twin');
  for (let i = 0; i < 2; i++) await admin.create('/contacts', { lastName: 'Twin', jobTitle });
  const twins = await bulk('/contacts', { key: 'jobTitle', rows: [{ jobTitle, phone }], partial: true });
  assert.deepEqual([statuses(twins), twins.results[0].details[0].code], [['error'], 'AMBIGUOUS']);
  const email = `${unique('e')}@example.com`;
  const twice = await bulk('/contacts', { key: 'email', rows: [{ email, lastName: 'a' }, { email: email.toUpperCase(), lastName: 'b' }, { lastName: 'c' }], partial: true });
  assert.deepEqual(twice.results.map((r) => r.details?.[0].code), [undefined, 'DUPLICATE', 'REQUIRED']);
});

test('custom fields, tags, picklists and lists are stored as by a single request', async () => {
  const key = unique('tier').slice(0, 20);
  await admin.create('/custom-fields', { entity: 'contact', key, label: key, type: 'text', default: 'bronze' });
  const tag = await admin.create('/tags', { name: unique('tag') });
  const rows = [{ lastName: 'a', tags: [tag.name], custom: { [key]: 'gold' } }, { lastName: 'b', tags: [] }, { lastName: 'c', doNotCall: true }, { lastName: 'd', doNotCall: null, tags: null }];
  const data = await bulk('/contacts', { rows });
  const records = await Promise.all(data.results.map((r) => admin.read(`/contacts/${r.id}`)));
  assert.deepEqual(records.map((r) => [r.tags.length, r.custom[key], r.doNotCall]),
    [[1, 'gold', false], [0, 'bronze', false], [0, 'bronze', true], [0, 'bronze', false]]);
  const unknown = await bulk('/contacts', { rows: [{ lastName: 'e', tags: [unique('none')] }], partial: true });
  assert.equal(unknown.results[0].details[0].field, 'tags');
  const other = unique('seat').slice(0, 20);
  await admin.create('/custom-fields', { entity: 'contact', key: other, label: other, type: 'text' });
  await bulk('/contacts', { key: 'id', rows: [{ id: records[0].id, custom: { [other]: 'x' }, doNotCall: true }, { id: records[2].id, doNotCall: null }] });
  const [first, , third] = await Promise.all(data.results.map((r) => admin.read(`/contacts/${r.id}`)));
  assert.deepEqual([first.custom[key], first.custom[other], first.tags.length, first.doNotCall, third.doNotCall], ['gold', 'x', 1, true, false]);
});

for (const [why, body, word] of [
  ['no rows', {}, /rows/],
  ['an empty list', { rows: [] }, /rows/],
  ['too many rows', { rows: Array.from({ length: 10001 }, () => ({})) }, /10000/],
  ['a key that is no field', { rows: [{}], key: 'nothing' }, /nothing/],
  ['a key that is a list', { rows: [{}], key: 'tags' }, /tags/],
  ['an unknown member', { rows: [{}], all: true }, /rows, and perhaps/],
  ['a partial that is none', { rows: [{}], partial: 'yes' }, /partial/],
]) {
  test(`a bulk of ${why} is 400`, async () => {
    assert.match(errorOf(await admin.post('/contacts/bulk', body), 400).message, word);
  });
}

test('a body of a million values is 413 before it is taken apart', async () => {
  errorOf(await admin.post('/contacts/bulk', `{"rows":[${'0,'.repeat(1_000_100)}0]}`), 413);
});

test('a body of more than the usual megabyte is taken', async () => {
  const rows = Array.from({ length: 200 }, () => ({ lastName: unique('Long'), description: 'x'.repeat(9000) }));
  assert.equal((await bulk('/contacts', { rows })).created, 200);
});

test('of large bodies some are served at a time, the others are told to come again', async () => {
  const rows = Array.from({ length: 150 }, () => ({ lastName: unique('Large'), description: 'x'.repeat(9000) }));
  const answers = await Promise.all(Array.from({ length: 12 }, () => admin.post('/contacts/bulk', { rows })));
  const busy = answers.filter((a) => a.status === 503);
  assert.equal(answers.filter((a) => a.status === 200).length + busy.length, 12);
  for (const answer of busy) assert.ok(answer.headers['retry-after']);
  assert.equal((await bulk('/contacts', { rows })).created, 150);
});

test('the same rights as one by one: verbs, scope, fields', async () => {
  const role = await admin.create('/roles', { name: unique('Desk '), preset: 'user', access: { contact: { bulk: 'none' } } });
  const user = await organisation.member(role.key);
  errorOf(await user.post('/contacts/bulk', { rows: [{ lastName: 'x' }] }), 403);
  await admin.patch(`/roles/${role.id}`, { access: { contact: { bulk: 'own' } }, fields: { 'contact.phone': 'read', 'contact.jobTitle': 'none' } }, { expect: 200 });
  const fields = await bulk('/contacts', { rows: [{ lastName: 'x', phone: '555 1234' }, { lastName: 'y', jobTitle: 'z' }, { lastName: 'z' }], partial: true }, { client: user });
  assert.deepEqual(fields.results.map((r) => r.code ?? r.status), ['FORBIDDEN', 'VALIDATION_ERROR', 'created']);
  const email = `${unique('theirs')}@example.com`;
  const theirs = await admin.create('/contacts', { lastName: 'theirs', email });
  const data = await bulk('/contacts', { key: 'id', rows: [{ id: theirs.id, lastName: 'mine' }], partial: true }, { client: user });
  assert.equal(data.results[0].code, 'NOT_FOUND');
  errorOf(await user.post('/contacts/bulk', { key: 'jobTitle', rows: [{ jobTitle: 'x' }] }), 400);
  const reader = await organisation.member((await admin.create('/roles', { name: unique('Reads all '), preset: 'user', access: { contact: { read: 'all' } } })).key);
  const seen = await bulk('/contacts', { key: 'email', rows: [{ email, lastName: 'mine' }], partial: true }, { client: reader });
  assert.deepEqual([seen.results[0].code, seen.results[0].details[0].code], ['FORBIDDEN', 'FORBIDDEN']);
  const stranger = await Organisation.create();
  const foreign = await bulk('/contacts', { key: 'id', rows: [{ id: theirs.id, lastName: 'x' }], partial: true }, { client: stranger.admin });
  assert.equal(foreign.results[0].code, 'NOT_FOUND');
  assert.equal((await admin.read(`/contacts/${theirs.id}`)).lastName, 'theirs');
});

test('under an Idempotency-Key the same rows are written once', async () => {
  const name = unique('Once');
  const headers = { 'idempotency-key': unique('key') };
  const body = { rows: [{ lastName: name }, { lastName: name }] };
  const first = await admin.post('/contacts/bulk', body, { headers, expect: 200 });
  const second = await admin.post('/contacts/bulk', body, { headers, expect: 200 });
  assert.deepEqual(second.body, first.body);
  assert.equal((await admin.all('/contacts', { lastName: name })).length, 2);
  const refused = await admin.post('/contacts/bulk', { rows: [{ lastName: name }, {  email: 'x' }] }, { headers: { 'idempotency-key': unique('key') } });
  errorOf(refused, 422);
  assert.equal((await admin.all('/contacts', { lastName: name })).length, 2);
});

test('many who bring the same keys at once make each record once', async () => {
  const emails = Array.from({ length: 20 }, () => `${unique('same')}@example.com`);
  const rows = emails.map((email) => ({ email, lastName: 'Same' }));
  const all = await Promise.all(Array.from({ length: 6 }, () => bulk('/contacts', { key: 'email', rows })));
  assert.equal(all.reduce((sum, data) => sum + data.created, 0), 20);
  for (const data of all) assert.equal(data.errors, 0);
  assert.equal((await admin.all('/contacts', { 'email[in]': emails.join(',') })).length, 20);
});
