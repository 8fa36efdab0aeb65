// SPDX-License-Identifier: Apache-2.0
// Changing and deleting many records at once, by ids or by a filter.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;

const edit = (path, body, options) => admin.patch(path, body, options);
const remove = (path, body, options) => admin.send('DELETE', path, { ...options, body });
const done = async (answer) => {
  const { status, body, text } = await answer;
  assert.equal(status, 200, text.slice(0, 700));
  return body.data;
};
const contacts = (count, extra) =>
  Promise.all(Array.from({ length: count }, (_, i) => admin.create('/contacts', { lastName: unique('Many'), jobTitle: `t${i}`, ...extra })));
const ids = (records) => records.map((r) => r.id);

test('many records are changed by their ids, in one changeset', async () => {
  const records = await contacts(4);
  const data = await done(edit('/contacts', { ids: ids(records), changes: { jobTitle: 'Buyer', tags: [] } }));
  assert.equal(data.changed, 4);
  assert.deepEqual(data.refused, []);
  assert.deepEqual(data.counts, [{ entity: 'contact', action: 'update', records: 4 }]);
  for (const { id } of records) assert.equal((await admin.read(`/contacts/${id}`)).jobTitle, 'Buyer');
  const logged = await admin.all('/audit-logs', { changesetId: data.changesetId });
  assert.deepEqual(logged.map((c) => c.recordId).sort(), ids(records).sort());
  const again = await done(edit('/contacts', { ids: ids(records), changes: { jobTitle: 'Buyer' } }));
  assert.deepEqual([again.changed, again.unchanged, again.changesetId], [0, 4, null]);
});

test('by a filter only with how many it finds: 409 tells the true count', async () => {
  const city = unique('City');
  const records = await contacts(3, { addressCity: city });
  const error = errorOf(await edit('/contacts', { filter: { addressCity: city }, expectedCount: 2, changes: { jobTitle: 'x' } }), 409);
  assert.match(error.message, /finds 3 records, not 2/);
  assert.equal((await admin.read(`/contacts/${records[0].id}`)).jobTitle, 't0');
  const data = await done(edit('/contacts', { filter: { addressCity: city }, expectedCount: 3, changes: { jobTitle: 'x' } }));
  assert.equal(data.changed, 3);
  const byAddress = await done(edit('/contacts', { changes: { jobTitle: 'y' } }, { query: { 'jobTitle[in]': 'x,z', addressCity: city, expectedCount: 3 } }));
  assert.equal(byAddress.changed, 3);
  const where = { or: [{ field: 'jobTitle', value: 'y' }, { field: 'jobTitle', value: 'x' }] };
  const byGroup = await done(edit('/contacts', { filter: { where, addressCity: city }, expectedCount: 3, changes: { jobTitle: 'z' } }));
  assert.equal(byGroup.changed, 3);
  const none = await done(edit('/contacts', { filter: { addressCity: unique('none') }, expectedCount: 0, changes: { jobTitle: 'x' } }));
  assert.deepEqual([none.changed, none.changesetId], [0, null]);
});

test('tags are given and taken away beside those that the records have', async () => {
  const [vip, old, kept] = await Promise.all(['VIP', 'Old', 'Kept'].map((name) => admin.create('/tags', { name: unique(name) })));
  const [first, second] = await contacts(2);
  await done(edit('/contacts', { ids: [first.id], changes: { tags: [kept.name, old.name] } }));
  const data = await done(edit('/contacts', { ids: ids([first, second]), addTags: [vip.name, kept.id], removeTags: [old.name] }));
  assert.deepEqual([data.changed, data.refusedCount], [2, 0]);
  const tagsOf = async ({ id }) => (await admin.read(`/contacts/${id}`)).tags.sort();
  assert.deepEqual(await tagsOf(first), [kept.id, vip.id].sort());
  assert.deepEqual(await tagsOf(second), [vip.id, kept.id].sort());
  await admin.post(`/changesets/${data.changesetId}/revert`, undefined, { expect: 200 });
  assert.deepEqual(await tagsOf(first), [kept.id, old.id].sort());
  const both = await done(edit('/contacts', { ids: [second.id], changes: { jobTitle: 'Tagged' }, addTags: [vip.id] }));
  assert.equal(both.changed, 1);
  assert.deepEqual(await tagsOf(second), [vip.id].sort());
  const unknown = await done(edit('/contacts', { ids: [first.id], addTags: ['no such tag'] }));
  assert.deepEqual([unknown.changed, unknown.refused[0].details[0].field], [0, 'tags']);
  errorOf(await edit('/contacts', { ids: [first.id], addTags: [vip.id], changes: { tags: [] } }), 400);
  errorOf(await edit('/contacts', { ids: [first.id], addTags: vip.id }), 400);
  errorOf(await edit('/pipelines', { ids: [first.id], addTags: [vip.id] }), 400);
  errorOf(await edit('/contacts', { ids: [first.id], addTags: [] }), 400);
});

for (const [why, body, word] of [
  ['no ids and no filter', { changes: { jobTitle: 'x' } }, /by ids, or by a filter/],
  ['an empty filter', { filter: {}, expectedCount: 1, changes: { jobTitle: 'x' } }, /not empty/],
  ['an empty search', { filter: { q: ' ' }, expectedCount: 1, changes: { jobTitle: 'x' } }, /not empty/],
  ['a filter without a count', { filter: { jobTitle: 'x' }, changes: { jobTitle: 'x' } }, /expectedCount/],
  ['ids and a filter', { ids: [randomUUID()], filter: { jobTitle: 'x' }, expectedCount: 1, changes: { jobTitle: 'x' } }, /exclude/],
  ['ids that are none', { ids: ['7'], changes: { jobTitle: 'x' } }, /ids/],
  ['no ids at all', { ids: [], changes: { jobTitle: 'x' } }, /ids/],
  ['an empty group', { filter: { where: { and: [] } }, expectedCount: 1, changes: { jobTitle: 'x' } }, /where/],
  ['no changes', { ids: [randomUUID()] }, /changes/],
  ['empty changes', { ids: [randomUUID()], changes: {} }, /changes/],
  ['an unknown member', { ids: [randomUUID()], changes: { jobTitle: 'x' }, all: true }, /all/],
  ['an unknown filter', { filter: { nothing: 1 }, expectedCount: 1, changes: { jobTitle: 'x' } }, /nothing/],
  ['paging', { filter: { page: 1 }, expectedCount: 1, changes: { jobTitle: 'x' } }, /page/],
  ['too many ids', { ids: Array.from({ length: 10001 }, () => randomUUID()), changes: { jobTitle: 'x' } }, /10000/],
]) {
  test(`a bulk edit with ${why} is 400`, async () => {
    assert.match(errorOf(await edit('/contacts', body), 400).message, word);
  });
}

test('what a single edit refuses a bulk edit refuses as well, and nothing is written', async () => {
  const records = await contacts(2);
  const wrong = await edit('/contacts', { ids: ids(records), changes: { email: 'nobody', jobTitle: 'x', nothing: 1 } });
  assert.deepEqual(failingFields(wrong).sort(), ['email', 'nothing']);
  assert.deepEqual(failingFields(await edit('/contacts', { ids: ids(records), changes: { companyId: randomUUID() } })), ['companyId']);
  const deal = await maker.create('deal');
  assert.deepEqual(failingFields(await edit('/deals', { ids: [deal.id], changes: { lines: [] } })), ['lines']);
  assert.equal((await admin.read(`/contacts/${records[0].id}`)).jobTitle, 't0');
});

test('those that cannot be changed are told by record, the others are', async () => {
  const [first, second] = await contacts(2);
  const nameless = await admin.create('/contacts', { firstName: 'Only' });
  const gone = await admin.create('/contacts', { lastName: 'Gone' });
  await admin.delete(`/contacts/${gone.id}`, { expect: 204 });
  const missing = randomUUID();
  const data = await done(edit('/contacts', { ids: [first.id, nameless.id, second.id, gone.id, missing], changes: { firstName: null } }));
  assert.deepEqual([data.changed, data.unchanged, data.refusedCount], [0, 2, 3]);
  const told = new Map(data.refused.map((r) => [r.id, r]));
  assert.equal(told.get(nameless.id).details[0].field, 'lastName');
  assert.deepEqual([told.get(gone.id).code, told.get(missing).code], ['NOT_FOUND', 'NOT_FOUND']);
});

test('custom fields and tags are changed as one by one: merged, and replaced', async () => {
  const key = unique('tier').slice(0, 20);
  await admin.create('/custom-fields', { entity: 'contact', key, label: key, type: 'text' });
  const other = unique('seat').slice(0, 20);
  await admin.create('/custom-fields', { entity: 'contact', key: other, label: other, type: 'text' });
  const tag = await admin.create('/tags', { name: unique('tag') });
  const records = await contacts(2, { custom: { [key]: 'gold', [other]: 'left' } });
  await done(edit('/contacts', { ids: ids(records), changes: { custom: { [key]: 'silver' }, tags: [tag.name] } }));
  for (const { id } of records) {
    const record = await admin.read(`/contacts/${id}`);
    assert.deepEqual([record.custom[key], record.custom[other], record.tags.length], ['silver', 'left', 1]);
  }
});

test('many go to the trash, and those in use are told by record', async () => {
  const name = unique('Co');
  const free = await admin.create('/companies', { name: `${name} free` });
  const busy = await admin.create('/companies', { name: `${name} busy` });
  const deal = await admin.create('/deals', { name: 'open', companyId: busy.id });
  const data = await done(remove('/companies', { ids: [busy.id, free.id] }));
  assert.equal(data.changed, 1);
  assert.deepEqual(data.refused.map((r) => [r.id, r.code, r.details[0].field]), [[busy.id, 'CONFLICT', 'deals']]);
  assert.match(data.refused[0].message, /1 open deal/);
  assert.equal((await admin.get(`/companies/${free.id}`)).status, 404);
  assert.equal((await admin.get(`/companies/${busy.id}`)).status, 200);
  const forced = await done(remove('/companies', { ids: [busy.id], cascade: true }));
  assert.deepEqual(forced.counts, [{ entity: 'company', action: 'delete', records: 1 }, { entity: 'deal', action: 'delete', records: 1 }]);
  assert.equal((await admin.get(`/deals/${deal.id}`)).status, 404);
});

test('a filter deletes with its count, without a body as well', async () => {
  const city = unique('City');
  await contacts(2, { addressCity: city });
  errorOf(await admin.delete('/contacts', { query: { addressCity: city } }), 400);
  errorOf(await admin.delete('/contacts'), 400);
  errorOf(await admin.delete('/contacts', { query: { addressCity: city, expectedCount: 3 } }), 409);
  const data = await done(admin.delete('/contacts', { query: { addressCity: city, expectedCount: 2 } }));
  assert.equal(data.changed, 2);
});

test('who may change only own records changes no others, by ids or by filter', async () => {
  const role = await admin.create('/roles', { name: unique('Desk '), preset: 'user', access: { contact: { bulk: 'none' } } });
  const user = await organisation.member(role.key);
  const city = unique('City');
  const mine = await user.create('/contacts', { lastName: 'mine', addressCity: city });
  const [other] = await contacts(1, { addressCity: city });
  errorOf(await user.patch('/contacts', { ids: [mine.id, other.id], changes: { jobTitle: 'x' } }), 403);
  await admin.patch(`/roles/${role.id}`, { access: { contact: { bulk: 'own' } } }, { expect: 200 });
  const data = await done(user.patch('/contacts', { ids: [mine.id, other.id], changes: { jobTitle: 'x' } }));
  assert.deepEqual([data.changed, data.refused.map((r) => [r.id, r.code])], [1, [[other.id, 'NOT_FOUND']]]);
  const found = await done(user.patch('/contacts', { filter: { addressCity: city }, expectedCount: 1, changes: { jobTitle: 'y' } }));
  assert.equal(found.changed, 1);
  const given = await done(user.patch('/contacts', { ids: [mine.id], changes: { ownerId: admin.id } }));
  assert.equal(given.changed, 1);
  assert.equal((await admin.read(`/contacts/${mine.id}`)).ownerId, admin.id);
  const stranger = await Organisation.create();
  const foreign = await done(stranger.admin.patch('/contacts', { ids: [mine.id], changes: { jobTitle: 'z' } }));
  assert.deepEqual(foreign.refused.map((r) => r.code), ['NOT_FOUND']);
});

test('deals that are lost at once need their reason, and are logged as lost', async () => {
  const deals = await Promise.all([1, 2].map(() => maker.create('deal')));
  const stages = await admin.all('/stages', { pipelineId: deals[0].pipelineId });
  const lost = stages.find((s) => s.category === 'lost');
  const refused = await done(edit('/deals', { ids: ids(deals), changes: { stageId: lost.id } }));
  assert.deepEqual(refused.refused.map((r) => r.details[0].field), ['lostReason', 'lostReason']);
  const data = await done(edit('/deals', { ids: ids(deals), changes: { stageId: lost.id, lostReason: 'Price' } }));
  assert.deepEqual(data.counts.filter((c) => c.entity === 'deal'), [{ entity: 'deal', action: 'lost', records: 2 }]);
});

test('two who change the same records at once both succeed, one after the other', async () => {
  const records = await contacts(30);
  const titles = ['a', 'b', 'c', 'd'];
  const answers = await Promise.all(titles.map((jobTitle, i) =>
    done(edit('/contacts', { ids: i % 2 ? ids(records) : ids(records).reverse(), changes: { jobTitle } }))));
  for (const data of answers) assert.equal(data.changed, 30);
  const seen = new Set((await Promise.all(records.map((r) => admin.read(`/contacts/${r.id}`)))).map((r) => r.jobTitle));
  assert.equal(seen.size, 1);
  assert.equal((await admin.read(`/contacts/${records[0].id}`)).version, 5);
});
