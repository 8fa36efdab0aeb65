// SPDX-License-Identifier: Apache-2.0
// The trash over all entities, and that it is emptied: what is old and nothing refers to.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';
import { execute, queryJson, session } from './harness/psql.js';

const DATA = process.env.CAIRN_TEST_DATA;
const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;

const contact = (body) => admin.create('/contacts', { lastName: unique('Bin'), ...body });
const age = (table, id, days = 91) => execute(DATA, `update ${table} set deleted_at = now() - interval '${days} days' where id = '${id}'`);
const there = (table, id) => queryJson(DATA, `select count(*) from ${table} where id = '${id}'`) === 1;

/** As maintenance does, until nothing is left; one at a time, since the server may do it as well. */
function empty() {
  while (queryJson(DATA, 'select to_json(trash_purge(50))') >= 50);
}

test('S1-DB-04 everything that can be deleted is found in the trash, with who, when and until when', async () => {
  const gone = [];
  for (const entity of meta.allowing('create', 'delete', 'read')) {
    const record = await maker.create(entity.name);
    const answer = await admin.delete(entity.at(record.id));
    if (answer.status === 204) gone.push([entity.name, record.id]);
  }
  assert.ok(gone.length > 15);
  const found = [];
  for (let cursor; ; ) {
    const page = await admin.read('/trash', { limit: 7, ...(cursor && { cursor }) });
    assert.ok(page.records.length <= 7);
    found.push(...page.records);
    cursor = page.nextCursor;
    if (!cursor) break;
  }
  const keys = found.map((r) => `${r.entity} ${r.id}`);
  assert.equal(new Set(keys).size, keys.length);
  for (const [name, id] of gone) assert.ok(keys.includes(`${name} ${id}`), name);
  const times = found.map((r) => r.deletedAt);
  assert.deepEqual(times, [...times].sort().reverse());
  const row = found.find((r) => r.entity === 'contact');
  assert.equal(row.deletedById, admin.id);
  assert.equal(Date.parse(row.purgeAt) - Date.parse(row.deletedAt), 90 * 86_400_000);
  const [log] = await admin.all('/audit-logs', { recordId: row.id, action: 'delete' });
  assert.equal(row.changesetId, log.changesetId);
  assert.equal(found.find((r) => r.entity === 'tag').purgeAt, null);
});

test('S3-SEC-04 it shows what one may read, and by name what one asks for', async () => {
  const user = await organisation.member('user');
  const mine = await user.create('/tasks', { title: unique('mine') });
  const theirs = await contact({});
  await admin.delete(`/contacts/${theirs.id}`);
  await admin.delete(`/tasks/${mine.id}`);
  const records = (await user.read('/trash', { limit: 200 })).records.map((r) => r.id);
  assert.ok(records.includes(mine.id) && !records.includes(theirs.id));
  const named = (await admin.read('/trash', { entity: 'contact,task', limit: 200 })).records;
  assert.deepEqual([...new Set(named.map((r) => r.entity))].sort(), ['contact', 'task']);
  for (const query of [{ entity: 'nosuch' }, { cursor: 'x' }, { limit: '201' }, { page: '1' }])
    errorOf(await admin.get('/trash', { query }), 400);
  assert.ok(!JSON.stringify(await (await Organisation.create()).admin.read('/trash')).includes(theirs.id));
});

test('S1-DB-04 what is older than the setting is deleted for good; what something refers to stays', async () => {
  const home = await admin.create('/companies', { name: unique('Company ') });
  const [old, young, used] = await Promise.all([1, 2, 3].map(() => contact({ externalIds: [{ system: 'bin', id: unique() }] })));
  const deal = await admin.create('/deals', { name: unique('deal'), contactId: used.id, lines: [{ name: 'x', quantity: 1, unitPrice: 5 }] });
  for (const c of [old, young, used]) await admin.delete(`/contacts/${c.id}`, { expect: 204 });
  age('contacts', old.id);
  age('contacts', young.id, 89);
  age('contacts', used.id);
  empty();
  assert.deepEqual([there('contacts', old.id), there('contacts', young.id), there('contacts', used.id)], [false, true, true]);
  assert.equal(queryJson(DATA, `select count(*) from external_ids where record_id = '${old.id}'`), 0);
  const log = await admin.all('/audit-logs', { recordId: old.id });
  assert.deepEqual(log.map((c) => c.action).sort(), ['create', 'delete', 'purge']);

  await admin.delete(`/deals/${deal.id}`, { expect: 204 });
  age('deals', deal.id);
  empty();
  assert.deepEqual([there('deals', deal.id), there('contacts', used.id)], [false, false]);
  assert.equal(queryJson(DATA, `select count(*) from deal_lines where deal_id = '${deal.id}'`), 0);
  assert.ok(there('companies', home.id));

  const { settings } = await admin.read(`/organizations/${organisation.id}`);
  const setting = (trashDays) => admin.patch(`/organizations/${organisation.id}`, { settings: { ...settings, trashDays } });
  for (const wrong of [0, 'x', 1.5, 4000]) errorOf(await setting(wrong), 422);
  assert.equal((await setting(30)).status, 200);
  empty();
  assert.equal(there('contacts', young.id), false);
  const kept = await contact({});
  await admin.delete(`/contacts/${kept.id}`);
  age('contacts', kept.id, 4000);
  assert.equal((await setting(null)).status, 200);
  assert.equal((await admin.read('/trash', { entity: 'contact' })).records.find((r) => r.id === kept.id).purgeAt, null);
  empty();
  assert.ok(there('contacts', kept.id));
});

test('records of the trash that refer to each other go together', async () => {
  const one = await Organisation.create();
  const lead = await one.maker.create('lead');
  const converted = (await one.admin.post(`/leads/${lead.id}/convert`, {}, { expect: [200, 201] })).body.data;
  const rows = queryJson(DATA, `select row_to_json(x) from (select converted_contact_id as contacts, converted_company_id as companies, converted_deal_id as deals from leads where id = '${lead.id}') as x`);
  assert.ok(converted && rows.contacts);
  for (const [table, id] of Object.entries({ ...rows, leads: lead.id }))
    if (id) age(table, id);
  empty();
  empty();
  empty();
  for (const [table, id] of Object.entries({ ...rows, leads: lead.id })) if (id) assert.equal(there(table, id), false, table);
});

test('a row that somebody holds keeps nobody waiting, and goes next time', async () => {
  const held = await contact({});
  await admin.delete(`/contacts/${held.id}`);
  age('contacts', held.id, 5000);
  await admin.patch(`/organizations/${organisation.id}`, { settings: { trashDays: 90 } });
  // Until it is told to let go, so that the purge can only have passed it by.
  const holding = session(DATA, `begin; select 1 from contacts where id = '${held.id}' for update;
    do $$ begin while not exists (select from pg_locks where locktype = 'advisory' and objid = 4711) loop perform pg_sleep(0.05); end loop; end $$; commit;`);
  while (!queryJson(DATA, `select to_json(exists (select from pg_stat_activity where state = 'active' and query like '%objid = 4711%' and pid <> pg_backend_pid()))`))
    await sleep(50);
  empty();
  assert.ok(there('contacts', held.id));
  const letting = session(DATA, 'select pg_advisory_lock(4711), pg_sleep(1)');
  await holding;
  await letting;
  empty();
  assert.equal(there('contacts', held.id), false);
});

test('S2-DB-05 a unique key ignores the trash, which holds as many as it likes', async () => {
  const name = unique('Pipe');
  const made = [];
  for (let i = 0; i < 3; i++) {
    const product = await admin.create('/products', { name: unique(), price: 1, sku: name });
    errorOf(await admin.post('/products', { name: unique(), price: 1, sku: name }), 409);
    await admin.delete(`/products/${product.id}`, { expect: 204 });
    made.push(product.id);
  }
  const live = await admin.create('/products', { name: unique(), price: 1, sku: name });
  errorOf(await admin.post(`/products/${made[0]}/restore`), 409);
  await admin.delete(`/products/${live.id}`, { expect: 204 });
  await admin.post(`/products/${made[1]}/restore`, undefined, { expect: 200 });
});
