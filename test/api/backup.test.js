// SPDX-License-Identifier: Apache-2.0
// A backup made while the server writes, restored elsewhere: the same rows in all tables, and it serves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { login, Organisation, unique } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';
import { Server } from './harness/server.js';

const binary = process.env.CAIRN_TEST_BINARY;

/** Runs a subcommand on a server's data; {code, text, output}. */
async function cairn(args, env, dataFolder) {
  const { PATH, HOME, LANG, TMPDIR } = process.env;
  const child = spawn(binary, args, { env: { PATH, HOME, LANG, TMPDIR, CAIRN_DATA: dataFolder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  let text = '';
  child.stdout.on('data', (piece) => output.push(piece));
  child.stderr.on('data', (piece) => { text += piece; });
  const [code] = await once(child, 'close');
  return { code, text, output: Buffer.concat(output) };
}

/** Rows and a hash of each table; of the log without the numbers of transactions, which a restore makes anew. */
function fingerprint(dataFolder) {
  const row = `case when c.relname like 'changes%' then $r$(to_jsonb(x) - 'txid')::text$r$ else 'x::text' end`;
  const count = `format($q$select count(*) || ' ' || coalesce(md5(string_agg(md5(%1$s), '' order by md5(%1$s))), '') as h from %2$I x$q$, ${row}, c.relname)`;
  const rows = queryJson(dataFolder, `select json_object_agg(c.relname, (xpath('/row/h/text()', query_to_xml(${count}, false, true, '')))[1]::text)
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and c.relname not in ('feed_epochs', 'notification_readers', 'deal_totals')`);
  assert.ok(Object.keys(rows).length > 50);
  return rows;
}

async function server(t) {
  const it = new Server({ binary });
  t.after(async () => {
    await it.stop();
    it.remove();
  });
  return it;
}

test('a backup while others write is consistent; restored elsewhere it has the same rows, and serves', async (t) => {
  const from = await (await server(t)).start();
  const { admin, maker } = await Organisation.create(from);
  for (const name of ['contact', 'deal', 'activity', 'task', 'product', 'invoice', 'quote', 'event']) await maker.create(name);
  const gone = await admin.create('/contacts', { lastName: 'Gone' });
  await admin.delete(`/contacts/${gone.id}`);
  const during = path.join(from.folder, 'during.dump');
  let writing = true;
  const writer = (async () => {
    for (let i = 0; writing; i++) await admin.create('/deals', { name: `deal ${i}`, lines: [{ name: 'line', quantity: 1, unitPrice: 1 }] });
  })();
  const made = await cairn(['backup', during], {}, from.dataFolder);
  writing = false;
  await writer;
  assert.equal(made.code, 0, made.text);
  const { cursor } = await admin.read('/changes', { after: 'now' });
  const piped = await cairn(['backup', '-'], {}, from.dataFolder);
  assert.equal(piped.code, 0, piped.text);
  const last = path.join(from.folder, 'last.dump');
  fs.writeFileSync(last, piped.output);
  fs.chmodSync(last, 0o644);
  const before = fingerprint(from.dataFolder);

  const to = await server(t);
  const done = await cairn(['restore', last], {}, to.dataFolder);
  assert.equal(done.code, 0, done.text);
  await to.start();
  assert.deepEqual(fingerprint(to.dataFolder), before);
  const again = await login(to, admin.email);
  assert.equal((await again.all('/contacts', { deleted: 'only' }))[0].id, gone.id);
  await again.post(`/contacts/${gone.id}/restore`, undefined, { expect: 200 });
  errorOf(await again.get('/changes', { query: { after: cursor } }), 400);
  const now = (await again.read('/changes', { after: 'now' })).cursor;
  const tag = await again.create('/tags', { name: unique() });
  assert.deepEqual((await again.read('/changes', { after: now, wait: 5 })).changes.map((c) => c.recordId), [tag.id]);

  const busy = await cairn(['restore', last, '--overwrite'], {}, to.dataFolder);
  assert.equal(busy.code, 1, 'a server uses it');
  await to.stop();
  const refused = await cairn(['restore', last], {}, to.dataFolder);
  assert.equal(refused.code, 1);
  assert.match(refused.text, /holds organisations: say --overwrite/);
  const broken = path.join(from.folder, 'broken.dump');
  fs.writeFileSync(broken, piped.output.subarray(0, piped.output.length / 2));
  assert.equal((await cairn(['restore', broken, '--overwrite'], {}, to.dataFolder)).code, 1);
  await to.start();
  assert.equal((await (await login(to, admin.email)).read('/tags')).length > 0, true, 'a broken file changes nothing');
  await to.stop();
  const second = await cairn(['restore', during, '--overwrite'], {}, to.dataFolder);
  assert.equal(second.code, 0, second.text);
  await to.start();
  const deals = queryJson(to.dataFolder, `select json_build_object('deals', (select count(*) from deals where name like 'deal %'), 'lines', (select count(*) from deal_lines l join deals d on d.id = l.deal_id where d.name like 'deal %'), 'log', (select count(*) from changes c join deals d on d.id = c.record_id where d.name like 'deal %' and c.action = 'create'))`);
  assert.equal(deals.deals, deals.lines);
  assert.equal(deals.deals, deals.log, 'each deal with its lines and its row of the log');
});

test('a PostgreSQL of an administrator\'s own is backed up and restored by its superuser', async (t) => {
  const cluster = new Cluster();
  t.after(() => cluster.remove());
  cluster.init();
  cluster.start();
  cluster.prepare('cairn');
  const it = new Server({ binary, env: cluster.environment('cairn') });
  t.after(async () => {
    await it.stop();
    it.remove();
  });
  await it.start();
  const { admin } = await Organisation.create(it);
  const kept = await admin.create('/contacts', { lastName: unique('Kept') });
  const file = path.join(it.folder, 'own.dump');
  const env = { ...cluster.environment('cairn'), CAIRN_BACKUP_URL: cluster.url('admin', 'cairn') };
  const blind = await cairn(['backup', file], { ...env, CAIRN_BACKUP_URL: env.CAIRN_MIGRATE_URL }, it.dataFolder);
  assert.match(blind.text, /BYPASSRLS/);
  assert.equal((await cairn(['backup', file], cluster.environment('cairn'), it.dataFolder)).code, 1);
  const made = await cairn(['backup', file], env, it.dataFolder);
  assert.equal(made.code, 0, made.text);
  await admin.create('/contacts', { lastName: unique('Later') });
  assert.match((await cairn(['restore', file, '--overwrite'], env, it.dataFolder)).text, /A server uses the database/);
  await it.stop();
  const done = await cairn(['restore', file, '--overwrite'], env, it.dataFolder);
  assert.equal(done.code, 0, done.text);
  await it.start();
  const contacts = await (await login(it, admin.email)).all('/contacts');
  assert.deepEqual(contacts.map((c) => c.id), [kept.id]);
});

test('a call that says no file is told how', async () => {
  for (const args of [['backup'], ['restore'], ['restore', 'a', 'b'], ['restore', '/nonexistent/file']])
    assert.equal((await cairn(args, {}, '/tmp/nowhere')).code, 1, args.join(' '));
});
