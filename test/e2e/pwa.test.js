// SPDX-License-Identifier: Apache-2.0
// Cairn as an installed app: its manifest and icons, the colour around it, and what it says when the server is away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertAccessible, atHome, launch, openPage, shoot } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  ({ storageState } = await registered(browser, server, 'Pocket & Sons'));
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const signedIn = (options) => openPage(browser, server, { storageState, ...options });
const inCharge = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller?.state ?? 'ready'));
/** Of a PNG: its width and height stand at fixed places of its head. */
const sizeOf = (bytes) => `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;

test('the browser finds nothing that keeps Cairn from being installed', async () => {
  const page = await signedIn();
  await page.goto('/');
  await atHome(page);
  const session = await page.context().newCDPSession(page);
  const { errors, data } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.deepEqual([manifest.name, manifest.display, manifest.start_url], ['Cairn', 'standalone', '/']);
  // A profile that keeps nothing cannot install anything, whatever it is shown.
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  for (const { src, sizes, type } of manifest.icons) {
    const answer = await fetch(server.url + src);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, type], src);
    if (sizes !== 'any') assert.equal(sizeOf(Buffer.from(await answer.arrayBuffer())), sizes, src);
  }
  for (const { url } of manifest.shortcuts) {
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    assert.equal(await page.getByText('Page not found').count(), 0, url);
  }
  await page.context().close();
});

test('the colour around the app follows the theme, chosen or the system’s', async () => {
  const page = await signedIn();
  const around = () => page.locator('meta[name=theme-color]').getAttribute('content');
  await page.goto('/');
  await atHome(page);
  const light = await around();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction((before) => document.querySelector('meta[name=theme-color]').content !== before, light);
  const dark = await around();
  const canvas = () => page.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d');
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, 1, 1);
    return `#${[...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  });
  assert.equal(dark, await canvas());
  await page.reload();
  await atHome(page);
  assert.equal(await around(), dark, 'before anything is drawn');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction((before) => document.querySelector('meta[name=theme-color]').content !== before, dark);
  assert.equal(await around(), light);
  assert.equal(light, await canvas());
  await page.context().close();
});

test('a server that is away is said so, and comes back by itself; nothing of the app or its data is kept', async () => {
  const page = await signedIn();
  await page.goto('/companies');
  await page.getByRole('heading', { name: 'Companies' }).waitFor();
  await inCharge(page);
  await page.goto('/contacts');
  await page.getByRole('heading', { name: 'Contacts' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.serviceWorker.controller !== null), true);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map((request) => new URL(request.url).pathname).sort();
  });
  assert.deepEqual(kept, ['/favicon.svg', '/offline.css', '/offline.html', '/offline.js', '/theme.js']);

  await server.stop();
  await page.goto('/contacts');
  await page.getByRole('heading', { name: 'Cairn cannot be reached' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/contacts');
  await assertAccessible(page);
  await shoot(page, 'offline');
  await server.start();
  await page.getByRole('heading', { name: 'Contacts' }).waitFor({ timeout: 60_000 });
  await page.context().close();
});
