// SPDX-License-Identifier: Apache-2.0
// script/studio: developers see the database in a browser, and nobody else does.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Cluster } from '../api/harness/cluster.js';
import { Organisation, unique } from '../api/harness/organisation.js';
import { queryJson } from '../api/harness/psql.js';
import { freePort, Server } from '../api/harness/server.js';
import { launch, openPage, shoot } from './browser.js';

const script = path.resolve(import.meta.dirname, '../../script/studio');
const { DATABASE_URL, CAIRN_BACKUP_URL, CAIRN_DATA, ...environment } = process.env;

let server;
let browser;
let organisation;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  organisation = await Organisation.create(server);
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

function run(args, env = {}) {
  const child = spawn(script, args, { env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  child.text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (child.text += piece));
  child.ended = once(child, 'exit').then(([code]) => code);
  return child;
}

/** A studio that answers; `end` is what Ctrl-C does. */
async function studio(t, { args = ['--data', server.dataFolder], env } = {}) {
  const port = await freePort();
  const child = run([...args, '--port', String(port)], env);
  t.after(() => child.kill('SIGTERM'));
  while (!/password +\w/.test(child.text)) await Promise.race([once(child.stdout, 'data'), child.ended.then(() => assert.fail(child.text))]);
  const password = /password +(\w+)/.exec(child.text)[1];
  assert.match(child.text, new RegExp(`http://127\\.0\\.0\\.1:${port}/`));
  const end = () => child.kill('SIGINT') && child.ended;
  return { port, url: `http://127.0.0.1:${port}`, password, text: child.text, end };
}

function ask({ port, password }, { user = 'developer', pass = password, host = `127.0.0.1:${port}`, ...options } = {}) {
  const headers = { host, authorization: `Basic ${Buffer.from(`${user}:${pass}`).toString('base64')}`, ...options.headers };
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path: '/', ...options, headers }, (answer) => {
      answer.setEncoding('utf8');
      let text = '';
      answer.on('data', (piece) => (text += piece));
      answer.on('end', () => resolve({ status: answer.statusCode, text, headers: answer.headers }));
    });
    request.on('error', reject).end(options.body);
  });
}

async function openStudio(at) {
  const page = await openPage(browser, at, {});
  await page.setExtraHTTPHeaders({ authorization: `Basic ${Buffer.from(`developer:${at.password}`).toString('base64')}` });
  await page.goto('/');
  return page;
}

async function query(page, sql) {
  await page.getByRole('link', { name: 'SQL command' }).click();
  await page.locator('textarea[name=query]').evaluate((node, text) => (node.value = text), sql);
  await page.locator('.sqlarea').first().evaluate((node, text) => (node.innerText = text), sql);
  await page.getByRole('button', { name: 'Execute' }).click();
}

const roles = () => queryJson(server.dataFolder, "select coalesce(json_agg(rolname), '[]') from pg_roles where rolname ~ '^cairn_studio'");

test('S2-DB-06 developers see every table and its rows in a browser, read only, and nothing stays behind', async (t) => {
  const name = unique('Studio ');
  const company = await organisation.admin.create('/companies', { name });
  const at = await studio(t);
  const page = await openStudio(at);
  for (const table of ['companies', 'contacts', 'deals', 'changes', 'memberships'])
    await page.locator('#tables').getByRole('link', { name: table, exact: true }).waitFor();
  await page.goto(page.url().replace(/&ns=.*/, '&ns=public&select=companies&order[0]=created_at&desc[0]=1'));
  await page.getByRole('cell', { name, exact: true }).waitFor();
  await page.getByRole('cell', { name: company.id, exact: true }).waitFor();
  await shoot(page, 'studio');
  for (const sql of [`update companies set name = 'x' where id = '${company.id}'`, 'drop table tags', "copy (select 1) to program 'cat'"]) {
    await query(page, sql);
    await page.locator('.error', { hasText: /permission denied|must be (owner|superuser)/ }).first().waitFor();
  }
  assert.equal((await organisation.admin.read(`/companies/${company.id}`)).name, name);
  assert.deepEqual(page.problems, []);
  await page.context().close();
  assert.equal((await roles()).length, 1);
  assert.equal(await at.end(), 0);
  assert.deepEqual(await roles(), []);
  await assert.rejects(ask(at), /ECONNREFUSED/);
});

test('S2-DB-06 with --write a developer changes a row, and the change log has it', async (t) => {
  const company = await organisation.admin.create('/companies', { name: unique('Studio ') });
  const at = await studio(t, { args: ['--write', '--data', server.dataFolder] });
  assert.match(at.text, /CHANGE/);
  const page = await openStudio(at);
  const name = unique('Renamed ');
  await query(page, `update companies set name = '${name}' where id = '${company.id}'`);
  await page.getByText(/Query executed OK, 1 row affected/).waitFor();
  await query(page, 'drop table tags');
  await page.locator('.error', { hasText: /must be owner/ }).waitFor();
  await page.context().close();
  assert.equal((await organisation.admin.read(`/companies/${company.id}`)).name, name);
  const changes = await organisation.admin.all('/audit-logs', { recordId: company.id, action: 'update' });
  assert.deepEqual(changes.map((change) => change.diff.name), [[company.name, name]]);
  assert.equal(await at.end(), 0);
});

test('S2-DB-06 the page wants its password, hears this machine alone and no other site', async (t) => {
  const at = await studio(t);
  assert.equal((await ask(at)).status, 302);
  for (const wrong of [{ pass: '' }, { pass: `${at.password}x` }, { user: 'postgres' }, { headers: { authorization: '' } }])
    assert.equal((await ask(at, wrong)).status, 401, JSON.stringify(wrong));
  assert.equal((await ask(at, { host: `rebound.example:${at.port}` })).status, 421);
  assert.equal((await ask(at, { method: 'POST', headers: { origin: 'http://evil.example' } })).status, 403);
  // Adminer's other drivers would open files and other servers.
  const elsewhere = await ask(at, { path: '/?sqlite=&username=&db=%2Fetc%2Fpasswd&ns=' });
  assert.deepEqual([elsewhere.status, /^\/\?pgsql=&username=cairn_studio_\d+&db=cairn&ns=public$/.test(elsewhere.headers.location)], [302, true]);
  const outside = Object.values(os.networkInterfaces()).flat().find((a) => !a.internal && a.family === 'IPv4');
  if (outside) {
    const socket = net.connect(at.port, outside.address);
    const [error] = await once(socket, 'error');
    assert.equal(error.code, 'ECONNREFUSED');
  }
  const arguments_ = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  assert.ok(!arguments_.includes(at.password));
  const folder = /session\.save_path=(\S+)\/files/.exec(arguments_)[1];
  for (const file of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (file.isFile()) assert.ok(!fs.readFileSync(path.join(file.parentPath ?? file.path, file.name)).includes(at.password), file.name);
  assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  assert.equal(await at.end(), 0);
  assert.ok(!fs.existsSync(folder));
});

test('S2-DB-06 what a killed studio left is gone after the next one', async (t) => {
  execFileSync('psql', ['-XqAt', '-h', fs.readFileSync(path.join(server.dataFolder, 'postgres.socket'), 'utf8').trim(), '-U', 'postgres', '-d', 'cairn', '-c',
    'create role cairn_studio_4194305 login bypassrls']);
  const at = await studio(t);
  assert.ok(!(await roles()).includes('cairn_studio_4194305'));
  await at.end();
  assert.deepEqual(await roles(), []);
});

test('S2-DB-06 a database of one’s own is shown by its address, read only', async (t) => {
  const cluster = new Cluster();
  t.after(() => cluster.remove());
  cluster.init();
  cluster.start();
  cluster.prepare('studio');
  cluster.sql('admin', 'studio', "create table notes (a text); insert into notes values ('from outside')");
  const at = await studio(t, { args: [], env: { DATABASE_URL: cluster.url('cairn_app', 'studio'), CAIRN_BACKUP_URL: cluster.url('admin', 'studio') } });
  const page = await openStudio(at);
  await page.locator('#tables').getByRole('link', { name: 'notes', exact: true }).waitFor();
  assert.ok(!page.url().includes('secret'));
  await page.goto(page.url().replace(/&ns=.*/, '&ns=public&select=notes'));
  await page.getByRole('cell', { name: 'from outside' }).waitFor();
  await query(page, "insert into notes values ('y')");
  await page.locator('.error', { hasText: /read-only transaction/ }).waitFor();
  assert.deepEqual(page.problems, []);
  assert.equal(await at.end(), 0);
});

test('S2-DB-06 without a server, with a taken port or a wrong flag it says what to do', async () => {
  const told = async (args, pattern) => {
    const child = run(args);
    assert.equal(await child.ended, 1);
    assert.match(child.text, pattern);
  };
  await told(['--data', path.join(server.folder, 'nowhere')], /No server uses .*nowhere: start one \(script\/server\)/);
  await told(['--data', server.dataFolder, '--port', String(server.port)], /Something listens on port \d+ already: try --port/);
  await told(['--port', '80'], /1024 to 65535/);
  await told(['--port'], /a value must follow --port/);
  await told(['--public'], /usage: script\/studio/);
});
