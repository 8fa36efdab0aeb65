// SPDX-License-Identifier: Apache-2.0
// Taking back an import that updated records, made new ones and made what they link to: every table is what it was,
// and what somebody has changed since stays theirs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Invariants } from './harness/invariants.js';
import { Organisation } from './harness/organisation.js';
import { sharedDataFolder } from './harness/server.js';

const ROWS = 300;
const range = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const headers = { 'content-type': 'text/csv' };
const MAP = {
  into: 'contacts',
  key: 'email',
  columns: {
    Mail: 'email',
    Last: 'lastName',
    Job: 'jobTitle',
    Shoe: 'custom.shoe',
    Firm: { field: 'companyId', link: { by: 'name', create: true } },
    Tags: { field: 'tags', link: { create: true } },
    Agent: { field: 'ownerId', link: { by: 'name', create: true } },
    Source: { field: 'source', add: true },
  },
};

/** Records that are there, of which the file has half; and the file, of which half is there. */
async function prepare() {
  const organisation = await Organisation.create();
  const { admin } = organisation;
  await admin.create('/custom-fields', { entity: 'contact', key: 'shoe', label: 'Shoe', type: 'text' });
  const old = await admin.create('/tags', { name: 'old' });
  const firm = await admin.create('/companies', { name: 'Firm 0' });
  const rows = range(ROWS, (i) => ({
    email: `p${i}@example.com`, lastName: `P${i}`, jobTitle: i % 2 ? 'cook' : null, custom: i % 3 ? {} : { shoe: '42' },
    companyId: i % 5 ? null : firm.id, tags: i % 4 ? [] : [old.id],
  }));
  await admin.post('/contacts/bulk', { rows }, { expect: 200 });
  const file = ['Mail,Last,Job,Shoe,Firm,Tags,Agent,Source', ...range(ROWS, (i) =>
    `p${i + ROWS / 2}@example.com,Q${i},${i % 7 ? 'imported' : ''},${i % 2 ? '44' : ''},Firm ${i % 4},${i % 3 ? 'new' : 'old;fresh'},Agent ${i % 2} Smith,Fair ${i % 2}`)].join('\n');
  return { admin, file, invariants: new Invariants(sharedDataFolder(), [organisation.id]) };
}

const load = async (admin, file) =>
  (await admin.post('/imports', file, { headers, query: { map: JSON.stringify(MAP) }, expect: 201 })).body.data;
const revert = async (admin, id) => (await admin.post(`/changesets/${id}/revert`, undefined, { expect: 200 })).body.data;
const count = async (admin, query) => (await admin.get('/contacts', { query: { limit: 1, count: 'exact', ...query }, expect: 200 })).body.pagination.total;

test('S3-IMP an import with updates, new records and what it linked them to is taken back: every table is what it was', async () => {
  const { admin, file, invariants } = await prepare();
  const before = invariants.state(admin.organizationId);
  const report = await load(admin, file);
  assert.deepEqual([report.created, report.updated, report.refused], [ROWS / 2, ROWS / 2, 0], JSON.stringify(report.problems));
  assert.notDeepEqual(invariants.differences(before, admin.organizationId), []);
  const back = await revert(admin, report.changesetId);
  // Members are never deleted: what they did stands in the log. The next import finds them by their names.
  assert.deepEqual(back.left.map((l) => [l.entity, l.reason]), [['user', 'KEPT'], ['user', 'KEPT']]);
  const people = new Set(back.left.map((l) => `user ${l.id}: is new`));
  assert.deepEqual(invariants.differences(before, admin.organizationId).filter((d) => !people.has(d)), []);
  assert.deepEqual(invariants.faults(), []);

  const again = await load(admin, file);
  assert.deepEqual([again.created, again.updated, again.refused], [ROWS / 2, ROWS / 2, 0]);
  const links = Object.fromEntries(again.details.links.map((l) => [l.field, [l.found, l.created]]));
  assert.deepEqual(links, { companyId: [1, 3], ownerId: [2, 0] });
  assert.deepEqual((await revert(admin, again.changesetId)).left, []);
  assert.deepEqual(invariants.differences(before, admin.organizationId).filter((d) => !people.has(d)), []);
});

test('S3-IMP what was changed since the import is told and stays, and so does what is in use by now', async () => {
  const { admin, file, invariants } = await prepare();
  const report = await load(admin, file);
  const find = async (path, query) => (await admin.get(path, { query: { ...query, limit: 1 }, expect: 200 })).body.data[0];
  const edited = await find('/contacts', { lastName: 'Q8' });
  const other = await find('/contacts', { lastName: 'Q4' });
  const fresh = await find('/contacts', { lastName: `Q${ROWS - 2}` });
  const gone = await find('/contacts', { lastName: `Q${ROWS - 4}` });
  await admin.patch(`/contacts/${edited.id}`, { jobTitle: 'mine' }, { expect: 200 });
  await admin.patch(`/contacts/${other.id}`, { addressCity: 'Rome' }, { expect: 200 });
  await admin.patch(`/contacts/${fresh.id}`, { department: 'mine' }, { expect: 200 });
  await admin.delete(`/contacts/${gone.id}`, { expect: 204 });
  const firm = await find('/companies', { name: 'Firm 1' });
  await admin.create('/deals', { name: 'Theirs', companyId: firm.id });

  const back = await revert(admin, report.changesetId);
  const left = new Map(back.left.map((l) => [l.id, l]));
  assert.deepEqual([left.get(edited.id).reason, left.get(edited.id).changes], ['CHANGED_SINCE', [{ field: 'jobTitle', written: 'imported', now: 'mine' }]]);
  assert.deepEqual([left.get(fresh.id).reason, left.get(fresh.id).changes], ['CHANGED_SINCE', [{ field: 'department', written: null, now: 'mine' }]]);
  assert.deepEqual([left.get(firm.id).reason, left.get(firm.id).details.map((d) => d.field)], ['REFUSED', ['deals']]);
  // And an option that the two contacts which stay have, and the people.
  assert.deepEqual(back.left.map((l) => `${l.entity} ${l.reason}`).sort(),
    ['company REFUSED', 'contact CHANGED_SINCE', 'contact CHANGED_SINCE', 'picklist_option REFUSED', 'user KEPT', 'user KEPT']);

  const theirs = await admin.read(`/contacts/${edited.id}`);
  assert.deepEqual([theirs.jobTitle, theirs.lastName, theirs.companyId], ['mine', 'Q8', edited.companyId], 'all of it stays');
  const both = await admin.read(`/contacts/${other.id}`);
  assert.deepEqual([both.addressCity, both.lastName], ['Rome', `P${4 + ROWS / 2}`], 'what the import wrote goes back');
  assert.equal((await admin.read(`/contacts/${fresh.id}`)).department, 'mine');
  assert.equal((await admin.get(`/contacts/${gone.id}`)).status, 404);
  assert.equal((await admin.read(`/companies/${firm.id}`)).name, 'Firm 1');
  assert.equal(await count(admin, { 'lastName[startsWith]': 'P' }), ROWS - 1);
  assert.equal(await count(admin, { 'lastName[startsWith]': 'Q' }), 2);
  assert.deepEqual((await revert(admin, back.changesetId)).left, [], 'and the revert can be taken back');
  assert.equal(await count(admin, { 'lastName[startsWith]': 'Q' }), ROWS - 1);
  assert.deepEqual(invariants.faults(), []);
});
