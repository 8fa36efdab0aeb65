// SPDX-License-Identifier: Apache-2.0
// The API documentation in the browser: browsed, searched, read and tried.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let owner;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  owner = await registered(browser, server, 'Glass Works');
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

async function open(path, options) {
  const page = await openPage(browser, server, { ...options, storageState: owner.storageState });
  await page.goto(path);
  return page;
}
const route = (page, name) => page.getByRole('button', { name, exact: true });

test('S5-UI-06 S5-API-27 every route of the document is found, under what it is about and by search', async () => {
  const document = await (await fetch(`${server.url}/api/v1/openapi.json`)).json();
  const count = Object.values(document.paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
  const page = await open('/');
  await page.getByRole('button', { name: 'Administration' }).click();
  await page.getByRole('link', { name: 'API documentation' }).click();
  await page.getByPlaceholder(`Search ${count} routes`).waitFor();
  const nav = page.getByRole('navigation', { name: 'What the routes are about' });
  const shown = await nav.getByRole('link').allInnerTexts();
  assert.equal(shown.reduce((sum, text) => sum + Number(text.match(/\d+$/)[0]), 0), count);
  await nav.getByRole('link', { name: /^Deals/ }).click();
  await route(page, 'GET /api/v1/deals/board The columns of a board with their first records').or(page.getByText('/api/v1/deals/board', { exact: true })).first().waitFor();
  await page.getByLabel('Search the routes').fill('lead convert');
  await page.getByText('/api/v1/leads/{id}/convert', { exact: true }).waitFor();
  assert.equal(await page.getByText('/api/v1/deals/board', { exact: true }).count(), 0);
  await page.getByLabel('Search the routes').fill('no such thing at all');
  await page.getByText('No such route').waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-06 a route tells its parameters, body, answers and an example to copy', async () => {
  const page = await open('/api-docs?about=Companies');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await route(page, 'POST /api/v1/companies Create a company').click();
  const item = page.getByRole('listitem').filter({ has: route(page, 'POST /api/v1/companies Create a company') });
  await item.getByText('2 to 100 characters').first().waitFor();
  await item.getByText('Technology').or(item.getByText('industry', { exact: true })).first().waitFor();
  await item.getByText('422').waitFor();
  await item.getByRole('button', { name: 'Copy' }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(command.startsWith(`curl -X POST '${server.url}/api/v1/companies'`), command);
  assert.match(command, /-H "Authorization: Bearer \$TOKEN"/);
  const body = JSON.parse(command.match(/-d '(.*)'$/s)[1]);
  // What the page gives as an example is taken by the server.
  const made = await owner.api.post('/companies', body);
  assert.equal(made.status, 201, made.text);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-06 a read is tried with one’s own session', async () => {
  const company = await owner.api.create('/companies', { name: 'Blown Glass' });
  const page = await open('/api-docs?about=Companies');
  const name = 'GET /api/v1/companies/{id} Read a company';
  await route(page, name).click();
  const item = page.getByRole('listitem').filter({ has: route(page, name) });
  assert.equal(await item.getByRole('button', { name: 'Send' }).isDisabled(), true);
  await item.getByLabel('Value of id').fill(company.id);
  await item.getByRole('button', { name: 'Send' }).click();
  const answer = item.getByRole('region', { name: 'Answer' });
  await answer.getByText('200', { exact: true }).waitFor();
  assert.match(await answer.innerText(), /"name": "Blown Glass"/);
  await shoot(page, 'api-docs-try');
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-06 the documentation is readable on any screen, in both themes', async () => {
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open('/api-docs?about=Companies', { size, colorScheme });
      await route(page, 'POST /api/v1/companies Create a company').click();
      await page.getByText('2 to 100 characters').first().waitFor();
      await assertFits(page);
      await assertAccessible(page);
      await shoot(page, `api-docs-${sizeName}-${colorScheme}`);
      assertNoProblems(page);
      await page.context().close();
    }
  }
});
