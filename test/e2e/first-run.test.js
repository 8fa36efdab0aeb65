// SPDX-License-Identifier: Apache-2.0
// The first minute: an organisation is founded in the browser, its settings are looked at, the first customer is there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, login, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

let server;
let browser;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

test('S2-UI-03 S2-UI-01 who founds an organisation has it in their own time zone, and is told where to begin', async () => {
  const email = `${unique('founder')}@example.com`;
  const page = await openPage(browser, server);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setTimezoneOverride', { timezoneId: 'Europe/Belgrade' });
  await page.goto('/register');
  const given = { Organisation: 'Drina Events', 'First name': 'Mila', 'Last name': 'Petrović', 'E-mail': email };
  for (const [label, value] of Object.entries(given)) await page.getByLabel(label).fill(value);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await atHome(page);
  const begin = page.getByRole('region', { name: 'Where to begin' });
  await begin.getByText(/times are those of Europe\/Belgrade/).waitFor();
  for (const [name, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    await assertFits(page);
    await assertAccessible(page);
    await shoot(page, `first-run-${name}`);
  }
  await page.setViewportSize(sizes.wide);
  const founder = await login(server, email);
  const [organisation] = await founder.all('/organizations');
  assert.equal(organisation.timeZone, 'Europe/Belgrade');
  await begin.getByRole('link', { name: /^Check money and clocks/ }).click();
  await page.waitForURL(/\/settings/);
  await page.getByText('Drina Events').first().waitFor();
  await page.getByRole('link', { name: 'Home', exact: true }).first().click();
  await begin.getByRole('button', { name: /^Add a customer/ }).click();
  await page.getByRole('dialog').getByLabel('Name', { exact: false }).first().fill('Granite Works');
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Granite Works' }).waitFor();
  assertNoProblems(page);
  await page.context().close();
});
