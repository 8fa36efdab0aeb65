// SPDX-License-Identifier: Apache-2.0
// The UI as people use it: sign up, sign in, create, filter, edit at the same time as others, overview.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { login, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

const email = `${unique('ui')}@example.com`;
let server;
let browser;
let api;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const signedIn = (options) => openPage(browser, server, { storageState, ...options });

test('S2-UI-01 S5-API-01 sign up, and find oneself in one’s organisation', async () => {
  const page = await openPage(browser, server);
  await page.goto('/register');
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Last name').fill('Builder');
  await page.getByLabel('Organisation').fill('Stone & Sons');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await assertAccessible(page);
  await shoot(page, 'register');
  await page.getByRole('button', { name: 'Create account' }).click();
  await atHome(page);
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.doesNotMatch(stored, /eyJ|refresh/i, 'tokens never reach local storage');
  assertNoProblems(page);
  await page.context().close();
});

test('S2-UI-01 S3-API-01 a wrong password is said so; the right one signs in', async () => {
  const page = await openPage(browser, server);
  await page.goto('/companies');
  await page.getByRole('heading', { name: 'Sign in to Cairn' }).waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The e-mail address or the password is not right.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Companies' }).waitFor();
  storageState = await page.context().storageState();
  api = await login(server, email);
  assertNoProblems(page);
  await page.context().close();
});

test('S3-UI-02 S3-UI-06 S5-UI-02 create a company through the generic form', async () => {
  const page = await signedIn();
  await page.goto('/companies');
  await page.getByRole('button', { name: /New company/i }).or(page.getByRole('link', { name: /New company/i })).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name', { exact: false }).first().fill('Granite Works');
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('Granite Works').first().waitFor();
  const [company] = await api.all('/companies', { name: 'Granite Works' });
  assert.ok(company, 'the API has it');
  assertNoProblems(page);
  await page.context().close();
});

test('S2-UI-07 S3-UI-06 a mistake in the form is named at its field and nothing is stored', async () => {
  const page = await signedIn();
  await page.goto('/companies/new');
  const form = page.getByRole('dialog');
  await form.getByLabel('Name', { exact: false }).first().fill('Bad Mail');
  await form.getByLabel(/^E-?mail/).first().fill('nobody');
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('This is not an e-mail address').waitFor();
  assert.equal((await api.all('/companies', { name: 'Bad Mail' })).length, 0);
  await page.context().close();
});

test('S3-API-09 S3-UI-02 S5-UI-02 search and filter the list; the address keeps it', async () => {
  for (const [name, status] of [['Basalt Ltd', 'active'], ['Marble Ltd', 'inactive'], ['Slate GmbH', 'active']]) {
    await api.create('/companies', { name, status });
  }
  const page = await signedIn();
  await page.goto('/companies');
  await page.getByText('Marble Ltd').first().waitFor();
  await page.getByPlaceholder(/Search companies/i).fill('basalt');
  await page.getByText('Marble Ltd').first().waitFor({ state: 'detached' });
  await page.getByText('Basalt Ltd').first().waitFor();
  await page.goto('/companies?status=inactive');
  await page.getByText('Marble Ltd').first().waitFor();
  assert.equal(await page.getByText('Slate GmbH').count(), 0);
  await page.reload();
  await page.getByText('Marble Ltd').first().waitFor();
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-API-26 S5-UI-02 two people edit one record: the second is shown both and loses nothing', async () => {
  const company = await api.create('/companies', { name: 'Shared Quarry', legalName: 'Before' });
  const page = await signedIn();
  await page.goto(`/companies/${company.id}`);
  await page.getByRole('heading', { name: 'Shared Quarry' }).waitFor();
  const showAll = page.getByRole('button', { name: /Show (all fields|\d+ empty)/ });
  if (await showAll.count()) await showAll.first().click();
  const field = page.getByLabel('Legal name', { exact: false }).first();
  await field.click();
  await page.getByRole('textbox', { name: /Legal name/ }).fill('Mine');
  await api.patch(`/companies/${company.id}`, { legalName: 'Theirs' }, { expect: 200 });
  await page.keyboard.press('Control+s');
  await page.getByText('Someone else changed this record').waitFor();
  await shoot(page, 'merge');
  assert.equal((await api.read(`/companies/${company.id}`)).legalName, 'Theirs', 'nothing is overwritten unasked');
  await page.getByRole('button', { name: 'Save merged' }).click();
  await page.getByText('Someone else changed this record').waitFor({ state: 'detached' });
  assert.ok(['Mine', 'Theirs'].includes((await api.read(`/companies/${company.id}`)).legalName));
  await page.context().close();
});

async function someSales() {
  const [pipeline] = await api.all('/pipelines', { entity: 'deal', isDefault: 'true' });
  const stages = await api.all('/stages', { pipelineId: pipeline.id });
  for (const [i, stage] of stages.entries()) {
    for (let n = 0; n < 3; n++) {
      const closed = stage.category === 'open' ? {} : { closedAt: `2026-0${n + 1}-1${i}` };
      await api.create('/deals', { name: `Deal ${i}.${n}`, stageId: stage.id, amount: 1000 * (i + 1) + n, ...closed });
    }
  }
}

test('S5-UI-01 S3-UI-09 the sales overview, the list and a record at 1440 and 390 px, light and dark', async (t) => {
  await someSales();
  const [company] = await api.all('/companies', { name: 'Granite Works' });
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      await t.test(`${sizeName}, ${colorScheme}`, async () => {
        const page = await signedIn({ size, colorScheme });
        await page.goto('/overview');
        await page.getByText('Pipeline by stage').waitFor();
        await page.getByText('Win rate').first().waitFor();
        await page.waitForLoadState('networkidle');
        await assertFits(page);
        await assertAccessible(page);
        await shoot(page, `overview-${sizeName}-${colorScheme}`);
        await page.goto('/companies');
        await page.getByText('Granite Works').first().waitFor();
        await assertFits(page);
        await shoot(page, `list-${sizeName}-${colorScheme}`);
        await page.goto(`/companies/${company.id}`);
        await page.getByRole('heading', { name: 'Granite Works' }).waitFor();
        await assertFits(page);
        await assertAccessible(page);
        await shoot(page, `record-${sizeName}-${colorScheme}`);
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const shade = background.match(/[\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0);
        if (background.startsWith('rgb')) assert.equal(shade < 382, colorScheme === 'dark', background);
        assertNoProblems(page);
        await page.context().close();
      });
    }
  }
});

test('S5-API-05 signing out ends the session in the browser', async () => {
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await atHome(page);
  await page.evaluate(() => fetch('/api/v1/auth/logout', { method: 'POST' }));
  await page.goto('/companies');
  await page.getByRole('heading', { name: 'Sign in to Cairn' }).waitFor();
  await page.context().close();
});
