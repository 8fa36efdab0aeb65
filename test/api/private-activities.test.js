// SPDX-License-Identifier: Apache-2.0
// "Only me" means the author and administrators, wherever the text may show: the record, lists, search,
// totals, exports, the audit log.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const [author, colleague] = [await organisation.member('manager'), await organisation.member('manager')];
const company = await organisation.admin.create('/companies', { name: 'Discretion' });

const word = unique('secret');
const note = await author.create('/activities', { type: 'note', body: `${word} one`, visibility: 'private', companyId: company.id });
await author.patch(`/activities/${note.id}`, { body: `${word} two` }, { expect: 200 });

const knows = async (member, path, query) => (await member.get(path, { query, expect: 200 })).text.includes(word);

test('S5-ENT-06 a private activity is not there for a colleague who sees all others', async () => {
  errorOf(await colleague.get(`/activities/${note.id}`), 404);
  errorOf(await colleague.get(`/activities/${note.id}/timeline`), 404);
  errorOf(await colleague.patch(`/activities/${note.id}`, { body: 'x' }), 404);
  for (const query of [{ companyId: company.id, fields: 'body' }, { q: word, fields: 'body' }, { deleted: 'with', fields: 'body' }])
    assert.equal(await knows(colleague, '/activities', query), false);
  assert.equal(await knows(colleague, '/activities/export.csv', { fields: 'body' }), false);
  const found = await colleague.get('/activities', { query: { companyId: company.id }, expect: 200 });
  assert.equal(found.body.pagination.total, 0);
});

test('S5-ENT-06 its history is as private as the activity', async () => {
  for (const query of [{ recordId: note.id }, { entity: 'activity' }, {}]) {
    assert.equal(await knows(colleague, '/audit-logs', query), false);
    assert.equal(await knows(author, '/audit-logs', query), true);
    assert.equal(await knows(organisation.admin, '/audit-logs', query), true);
  }
  assert.equal(await knows(author, `/activities/${note.id}/timeline`), true);
});

test('S5-ENT-06 made public, it is there with its history', async () => {
  const open = await author.create('/activities', { type: 'note', body: 'for later', visibility: 'private', companyId: company.id });
  await author.patch(`/activities/${open.id}`, { visibility: 'record' }, { expect: 200 });
  assert.equal((await colleague.read(`/activities/${open.id}`)).body, 'for later');
  const log = await colleague.get('/audit-logs', { query: { recordId: open.id }, expect: 200 });
  assert.equal(log.body.pagination.total, 2);
});
