// SPDX-License-Identifier: Apache-2.0
// Every page there is, with the demo's data, in both themes at 1440 and 390 px: no error in the console, no request
// that fails or goes elsewhere, nothing wider than the window, nothing that axe complains about. Leaves pictures of
// all in build/test/shots/pages. CAIRN_TEST_ALL_PAGES=1, by night: also the lists of what is set up once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { login } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { launch, openPage } from './browser.js';
import { COMMITTED, pictures, shownInReadme, sizeOfFile, sizeOfPicture, takePicture } from './pictures.js';
import { afresh, allPages, inspect, routePaths, settled, watchRequests } from './walk.js';

const DEMO = path.resolve(import.meta.dirname, '../../script/demo');
const PASSWORD = 'northwind demo';
const WALKERS = 2;
/** For who mends one page: its name, or a part of several. */
const CHOSEN = new RegExp(process.env.CAIRN_TEST_PAGES ?? '');

let server;
let browser;
let api;
let meta;
const states = {};

async function signIn(email) {
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await page.evaluate(async (body) => {
    await fetch('/api/v1/auth/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  }, { email, password: PASSWORD });
  const state = await page.context().storageState();
  await page.context().close();
  return state;
}

/** The demo has none, and the wizard wants one that is half way. */
async function beginImport() {
  const page = await openPage(browser, server, { storageState: states.administrator });
  const text = 'First name;Last name;Mail;Firm\nAda;King;ada@example.com;Liffey Travl\nBob;;not-an-address;\n';
  await page.goto('/import?into=contact');
  await page.locator('#import-file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.waitForURL(/\/import\/[0-9a-f-]{36}/);
  await page.context().close();
}

before(async () => {
  const binary = process.env.CAIRN_TEST_BINARY;
  if (process.env.CAIRN_TEST_URL) server = { url: process.env.CAIRN_TEST_URL };
  else server = await new Server({ binary }).start();
  [browser] = await Promise.all([launch(), promisify(execFile)(DEMO, [server.url])]);
  api = await login(server, 'astrid@northwind-events.example', PASSWORD);
  meta = (await api.get('/meta')).body.data;
  states.administrator = await signIn('astrid@northwind-events.example');
  states.partner = await signIn('deirdre@liffeytravel.example');
  await beginImport();
});

after(async () => {
  await browser?.close();
  await server.stop?.();
  server.remove?.();
});

async function walker(storageState) {
  // Through a service worker the browser tells of requests twice, and not always of their end.
  const page = await openPage(browser, server, { storageState, serviceWorkers: 'block' });
  watchRequests(page);
  return page;
}

const lookSwitch = (page, look) => page.getByRole('radio', { name: look, exact: true });

async function show(page, { address, dialog, looks, name }) {
  await afresh(page);
  await page.goto(address);
  if (dialog) await page.getByRole('dialog').waitFor();
  await settled(page);
  const more = [];
  if (looks)
    for (const look of ['Board', 'Calendar'])
      if (await lookSwitch(page, look).count()) more.push({ name: name.replace('list', look.toLowerCase()), address: `${address}?look=${look.toLowerCase()}` });
  return more;
}

/** The pages of a queue, by two at once: the machine has cores to spare while one of them is drawn. */
async function walk(pages, storageState) {
  const queue = pages.filter(({ name }) => CHOSEN.test(name));
  const wrong = [];
  const seen = [];
  const one = async () => {
    const page = await walker(storageState);
    for (let next = queue.shift(); next; next = queue.shift()) {
      const began = Date.now();
      queue.push(...(await show(page, next)));
      wrong.push(...(await inspect(page, next.name, next.brief)));
      seen.push({ ...next, ms: Date.now() - began });
    }
    await page.context().close();
  };
  await Promise.all(Array.from({ length: WALKERS }, one));
  return { wrong, seen };
}

test('the walk reads nested tables of routes', () => {
  const source = `const routes = [{ Component: Shell, children: [
    { index: true, lazy: home }, { path: 'members', lazy: async () => ({ Component: (await import('x')).X }) },
    { path: 'admin', children: [{ index: true, Component: A }, { path: 'keys/:id', Component: B }] }] }];`;
  assert.deepEqual(routePaths(source), ['/', '/members', '/admin', '/admin/keys/:id']);
});

const outside = ({ address }) => /^\/(sign-in|register|accept-invitation)/.test(address);
const sidebar = (page) => page.getByRole('navigation').first().getByRole('link').evaluateAll((links) => links.map((link) => new URL(link.href).pathname));

/** What the sidebar leads to for whom it is, with everything unfolded. */
async function sidebarOf(storageState) {
  const page = await walker(storageState);
  await page.goto('/');
  await settled(page);
  for (const group of await page.getByRole('navigation').first().locator('button[aria-expanded=false]:not([aria-haspopup])').all()) await group.click();
  const links = await sidebar(page);
  await page.context().close();
  return links;
}

test('S2-UI-08 S3-UI-09 every page is sound in both themes, wide and on a phone', { timeout: 900_000 }, async () => {
  const pages = await allPages(api, meta);
  const { wrong, seen } = await walk(pages.filter((page) => !outside(page)), states.administrator);
  if (process.env.CAIRN_TEST_VERBOSE) console.log(seen.map(({ name, ms }) => `${ms} ${name}`).join('\n'));
  if (process.env.CAIRN_TEST_PAGES) return assert.deepEqual(wrong, []);
  assert.ok(seen.some(({ name }) => name === 'deals-board') && seen.some(({ name }) => name === 'events-calendar'));
  const walked = new Set(seen.map(({ address }) => address));
  if (process.env.CAIRN_TEST_ALL_PAGES) assert.deepEqual((await sidebarOf(states.administrator)).filter((link) => !walked.has(link) && link.split('/').length === 2), []);
  assert.deepEqual(wrong, []);
});

test('what one sees before signing in is as sound', async () => {
  const { wrong, seen } = await walk((await allPages(api, meta)).filter(outside));
  assert.ok(process.env.CAIRN_TEST_PAGES || seen.length >= 3);
  assert.deepEqual(wrong, []);
});

test('what a partner sees is as sound', async () => {
  const links = await sidebarOf(states.partner);
  const pages = links.map((address) => ({ name: `partner-${address.slice(1).replaceAll('/', '-') || 'home'}`, address }));
  const { wrong } = await walk(pages, states.partner);
  assert.deepEqual(wrong, []);
});

test('what a customer sees behind a link is as sound', async () => {
  const [quote] = await api.read('/quotes?status=sent&limit=1');
  const [invoice] = await api.read('/invoices?status=issued&type=invoice&limit=1');
  await api.post(`/invoices/${invoice.id}/send`, {}, { expect: 200 });
  const pages = [];
  for (const [kind, record] of [['quote', quote], ['invoice', invoice]]) {
    const { shareUrl } = await api.read(`/${kind}s/${record.id}`);
    pages.push({ name: `customer-${kind}`, address: new URL(shareUrl, server.url).pathname });
  }
  const { wrong } = await walk(pages);
  assert.deepEqual(wrong, []);
});

test('the README shows the product as it is: its pictures can be taken, and are those that are committed', async () => {
  for (const [name, picture] of Object.entries(pictures)) {
    const page = await openPage(browser, server, { storageState: states.administrator, serviceWorkers: 'block', size: sizeOfPicture(picture) });
    watchRequests(page);
    const taken = await takePicture(page, name, settled);
    assert.deepEqual(page.problems, [], name);
    await page.context().close();
    for (const file of [taken, path.join(COMMITTED, `${name}.png`)]) assert.deepEqual(sizeOfFile(file), sizeOfPicture(picture), file);
  }
  assert.deepEqual(shownInReadme().sort(), Object.keys(pictures).sort());
});
