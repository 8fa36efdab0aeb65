// SPDX-License-Identifier: Apache-2.0
// Filters whose meaning moves: days of the calendar, the people of one's team; and the changeset that a write names.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const day = (shift, from = new Date()) => {
  const date = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate() + shift));
  return date.toISOString().slice(0, 10);
};
const names = async (query, caller = admin) =>
  (await caller.get('/deals', { query: { sort: 'name', ...query }, expect: 200 })).body.data.map((row) => row.name);

test('today and the days around it are those of the organisation', async () => {
  for (const [name, shift] of [['past', -8], ['yesterday', -1], ['today', 0], ['soon', 7]])
    await maker.create('deal', { name, expectedCloseDate: day(shift) });
  const by = (op, value) => names({ [`expectedCloseDate[${op}]`]: value });
  assert.deepEqual(await by('eq', 'today'), ['today']);
  assert.deepEqual(await by('lt', 'today'), ['past', 'yesterday']);
  assert.deepEqual(await by('gte', 'today-1'), ['soon', 'today', 'yesterday']);
  assert.deepEqual(await by('eq', 'today+7'), ['soon']);
  const where = JSON.stringify({ and: [{ field: 'expectedCloseDate', op: 'gt', value: 'today-8' },
    { field: 'expectedCloseDate', op: 'lte', value: 'today' }] });
  assert.deepEqual(await names({ where }), ['today', 'yesterday']);
  assert.deepEqual(await names({ 'createdAt[gte]': 'today' }), ['past', 'soon', 'today', 'yesterday'], 'of moments too');
});

test('weeks, months, quarters and years begin where the calendar says', async () => {
  const now = new Date();
  const starts = {
    'monthStart-1': new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)),
    'quarterStart': new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - now.getUTCMonth() % 3, 1)),
    'yearStart+1': new Date(Date.UTC(now.getUTCFullYear() + 1, 0, 1)),
    'weekStart': new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - (now.getUTCDay() + 6) % 7)),
  };
  for (const [word, start] of Object.entries(starts)) {
    await maker.create('deal', { name: `at ${word}`, startedAt: start.toISOString().slice(0, 10) });
    assert.ok((await names({ startedAt: word })).includes(`at ${word}`), word);
  }
  for (const word of ['todayish', 'today+', 'monthStart+1d', 'today+99999'])
    assert.match(errorOf(await admin.get('/deals', { query: { startedAt: word } }), 400).message, /startedAt/);
});

test('my team are the people of the caller’s team, and the caller where there is none', async () => {
  const team = await maker.create('team');
  const mate = await organisation.member('user', { teamId: team.id });
  const lead = await organisation.member('manager', { teamId: team.id });
  await maker.create('deal', { name: 'of a mate', ownerId: mate.id, product: 'team' });
  await maker.create('deal', { name: 'of the lead', ownerId: lead.id, product: 'team' });
  await maker.create('deal', { name: 'of the admin', ownerId: admin.id, product: 'team' });
  const of = (query, caller) => names({ product: 'team', ...query }, caller);
  assert.deepEqual(await of({ ownerId: 'myTeam' }, lead), ['of a mate', 'of the lead']);
  assert.deepEqual(await of({ ownerId: 'myTeam' }), ['of the admin']);
  assert.deepEqual(await of({ 'ownerId[in]': `myTeam,${admin.id}` }, lead), ['of a mate', 'of the admin', 'of the lead']);
  errorOf(await admin.get('/deals', { query: { 'ownerId[ne]': 'myTeam' } }), 400);
});

test('every write names its changeset, by which it is taken back', async () => {
  const company = await admin.create('/companies', { name: 'Before' });
  const answer = await admin.patch(`/companies/${company.id}`, { name: 'After' }, { expect: 200 });
  const id = answer.headers['x-changeset-id'];
  assert.match(id, /^[0-9a-f-]{36}$/);
  await admin.post(`/changesets/${id}/revert`, undefined, { expect: 200 });
  assert.equal((await admin.read(`/companies/${company.id}`)).name, 'Before');
  const gone = await admin.delete(`/companies/${company.id}`);
  await admin.post(`/changesets/${gone.headers['x-changeset-id']}/revert`, undefined, { expect: 200 });
  assert.equal((await admin.read(`/companies/${company.id}`)).name, 'Before');
  assert.equal((await admin.get('/companies', { expect: 200 })).headers['x-changeset-id'], undefined, 'a reader writes nothing');
});

test('a view keeps how it is shown', async () => {
  const display = { widths: { name: 320 }, columns: ['name', 'custom.tier'] };
  const view = await admin.create('/views', { name: 'Wide', entity: 'deal', display });
  assert.deepEqual((await admin.read(`/views/${view.id}`)).display, display);
  errorOf(await admin.post('/views', { name: 'Too wide', entity: 'deal', display: { x: 'x'.repeat(50_001) } }), 422);
});
