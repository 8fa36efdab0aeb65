// SPDX-License-Identifier: Apache-2.0
// The feed of changes: every change once, in the order of transactions, within the reader's access.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';
import { execute, queryJson, session } from './harness/psql.js';

const DATA = process.env.CAIRN_TEST_DATA;
const organisation = await Organisation.create();
const { admin } = organisation;

const feed = (client, query = {}) => client.read('/changes', query);

/** All that is there behind a cursor. */
async function follow(client, after, query = {}) {
  const changes = [];
  for (;;) {
    const page = await feed(client, { ...query, ...(after && { after }) });
    changes.push(...page.changes);
    after = page.cursor;
    if (!page.more) return { changes, cursor: after };
  }
}

/** Follows until nothing came for a while; other suites' transactions hold the horizon back for moments. */
async function settle(client, after, query, enough) {
  const found = [];
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    const page = await follow(client, after, query);
    found.push(...page.changes);
    after = page.cursor;
    if (enough(found)) break;
    await sleep(50);
  }
  return { changes: found, cursor: after };
}

/** The cursor behind all that the organisation has. */
async function present(client = admin, org = organisation.id) {
  const count = queryJson(DATA, `select count(*) from changes where org_id = '${org}'`);
  return (await settle(client, undefined, { limit: 1000 }, (found) => found.length >= count)).cursor;
}

/** A session of psql in the organisation, past the server: it holds its transactions open as long as it likes. */
const write = (statements) =>
  session(DATA, `set app.org_id = '${organisation.id}'; set app.user_id = '${admin.id}';\n${statements}`);

const insert = (name) => `insert into tags (org_id, name) values ('${organisation.id}', '${name}');\n`;

/** Some transactions of several writes, of which some are taken back, with pauses inside. */
function transactions(writer, count) {
  let sql = '';
  for (let i = 0; i < count; i++) {
    const pause = `select pg_sleep(${(((writer * 7 + i * 13) % 11) * 0.02).toFixed(2)});\n`;
    sql += `begin;\n${insert(`w${writer}-${i}-a`)}${pause}${insert(`w${writer}-${i}-b`)}`;
    sql += `update tags set color = '#00ff00' where org_id = '${organisation.id}' and name = 'w${writer}-${i}-a';\n${pause}`;
    sql += (writer + i) % 5 === 0 ? 'rollback;\n' : 'commit;\n';
  }
  return sql;
}

test('a reader that follows the cursor sees every change of many open transactions exactly once', async () => {
  const start = (await feed(admin, { after: 'now' })).cursor;
  let writing = true;
  const writers = Promise.all([
    ...Array.from({ length: 10 }, (_, writer) => write(transactions(writer, 6))),
    (async () => {
      for (let i = 0; i < 40; i++) await admin.create('/tags', { name: unique('api') });
    })(),
  ]).finally(() => { writing = false; });
  const seen = [];
  let after = start;
  let pages = 0;
  while (writing) {
    const page = await follow(admin, after, { limit: 3 });
    seen.push(...page.changes);
    after = page.cursor;
    pages += page.changes.length > 0;
  }
  await writers;
  const expected = queryJson(DATA, `select json_agg(id order by txid, id) from changes where org_id = '${organisation.id}' and entity = 'tag'`);
  const rest = await settle(admin, after, { limit: 7 }, (found) => seen.length + found.length >= expected.length);
  const ids = [...seen, ...rest.changes].map((c) => c.id);
  assert.ok(pages > 5, 'it was read while it was written');
  assert.equal(expected.length, (60 - 12) * 3 + 40);
  assert.deepEqual(ids, expected);
  const again = await follow(admin, start, { limit: 1000 });
  assert.deepEqual(again.changes.map((c) => c.id), expected, 'and the same by another pace');
});

test('what commits late is told late, and what was begun after it waits for it', async () => {
  const cursor = await present();
  const early = unique('early');
  const late = unique('late');
  const open = write(`begin;\n${insert(early)}select pg_sleep(1);\ncommit;\n`);
  await sleep(400);
  const made = await admin.create('/tags', { name: late });
  assert.deepEqual((await follow(admin, cursor)).changes, [], 'an older transaction is open');
  await open;
  const { changes } = await settle(admin, cursor, {}, (found) => found.length === 2);
  assert.deepEqual(changes.map((c) => c.entity), ['tag', 'tag']);
  assert.equal(changes[1].recordId, made.id);
});

test('it is filtered like the audit log, and the cursor moves on past what is left out', async () => {
  const cursor = await present();
  const contact = await admin.create('/contacts', { lastName: unique('Feed') });
  await admin.patch(`/contacts/${contact.id}`, { jobTitle: 'Clerk' });
  await admin.create('/tags', { name: unique('other') });
  const { changes } = await settle(admin, cursor, { entity: 'contact' }, (found) => found.length === 2);
  assert.deepEqual(changes.map((c) => [c.recordId, c.action, c.actorId]),
    [[contact.id, 'create', admin.id], [contact.id, 'update', admin.id]]);
  assert.deepEqual(changes[1].diff, { jobTitle: [null, 'Clerk'] });
  const updates = await follow(admin, cursor, { 'entity[in]': 'contact,tag', action: 'update', fields: 'recordId,diff', include: 'actor' });
  assert.deepEqual(updates.changes.map((c) => [c.recordId, c.actor.id]), [[contact.id, admin.id]]);
  let first;
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    first = await feed(admin, { after: cursor, entity: 'contact', action: 'delete' });
    if (first.cursor !== cursor) break;
  }
  assert.notEqual(first.cursor, cursor);
  assert.equal(first.more, false);
});

test('S3-SEC-04 S2-SEC-13 a reader is told what the audit log would tell, fields included', async () => {
  const user = await organisation.member('user');
  const partner = await organisation.member('partner_user', { partnerId: await organisation.partner() });
  const foreign = await Organisation.create();
  const cursor = await present();
  const mine = await user.create('/contacts', { lastName: unique('Mine') });
  const other = await admin.create('/contacts', { lastName: unique('Other') });
  const product = await admin.create('/products', { name: unique('Product'), price: 10, cost: 4 });
  await admin.patch(`/products/${product.id}`, { cost: 5, price: 11 });
  await settle(admin, cursor, {}, (found) => found.some((c) => c.recordId === product.id && c.action === 'update'));
  const told = (await follow(user, cursor, { limit: 2 })).changes;
  assert.ok(told.some((c) => c.recordId === mine.id));
  assert.ok(!told.some((c) => c.recordId === other.id));
  const listed = (await user.all('/audit-logs')).map((c) => c.id);
  assert.deepEqual((await follow(user, undefined, { limit: 1000 })).changes.map((c) => c.id).sort(), listed.sort());
  assert.deepEqual((await follow(foreign.admin)).changes.filter((c) => [mine.id, other.id].includes(c.recordId)), []);
  errorOf(await partner.get('/changes'), 403);
  const role = (await admin.all('/roles')).find((r) => r.key === 'manager');
  await admin.patch(`/roles/${role.id}`, { fields: { 'product.cost': 'none' } });
  const manager = await organisation.member('manager');
  const seen = (await follow(manager, cursor, { entity: 'product' })).changes;
  assert.deepEqual(seen.map((c) => c.diff), [null, { price: [10, 11] }]);
});

test('with wait= an answer comes when there is something to tell, or in the end', async () => {
  const lonely = await Organisation.create();
  const cursor = await present(lonely.admin, lonely.id);
  const begun = Date.now();
  const empty = await feed(lonely.admin, { after: cursor, wait: 1 });
  assert.deepEqual(empty.changes, []);
  assert.ok(Date.now() - begun >= 950);
  const waiting = feed(lonely.admin, { after: empty.cursor, wait: 20 });
  await sleep(300);
  const tag = await lonely.admin.create('/tags', { name: unique() });
  const written = Date.now();
  assert.deepEqual((await waiting).changes.map((c) => c.recordId), [tag.id]);
  assert.ok(Date.now() - written < 10_000);
});

test('cursors and parameters that are not ours are 400', async () => {
  const { cursor } = await feed(admin, { limit: 1 });
  const text = Buffer.from(cursor, 'base64url').toString();
  const forged = (s) => Buffer.from(s).toString('base64url');
  const bad = [
    { after: 'x' }, { after: '' }, { after: forged('') }, { after: forged('a:b:c') },
    { after: forged(text.replace(/^[0-9a-f]{8}/, '00000000')) }, { after: forged(text.replace(/:\d+:/, ':-1:')) },
    { after: forged(text.replace(/:\d+:/, ':99999999999999999999:')) }, { after: forged(`${text}0`) },
    { wait: '26' }, { wait: '-1' }, { limit: '1001' }, { limit: '0' }, { sort: 'at' }, { page: '1' }, { nosuch: '1' },
  ];
  for (const query of bad) errorOf(await admin.get('/changes', { query }), 400);
});

test('a database that was restored has another epoch: older cursors are refused', async () => {
  const { cursor } = await feed(admin, { after: 'now' });
  const epoch = queryJson(DATA, 'select to_json(epoch) from feed_epochs');
  execute(DATA, `update feed_epochs set epoch = 'ffffffff-0000-4000-8000-000000000000'`);
  const answer = await admin.get('/changes', { query: { after: cursor } });
  execute(DATA, `update feed_epochs set epoch = '${epoch}'`);
  assert.match(errorOf(answer, 400).message, /begin again/);
});
