// SPDX-License-Identifier: Apache-2.0
// The page of a record in the browser: facts and steps, the timeline, what is written down, duplicates, neighbours.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let api;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  ({ api, storageState } = await registered(browser, server, 'Stone & Sons'));
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const signedIn = (options) => openPage(browser, server, { storageState, ...options });
const dialog = (page) => page.getByRole('dialog');

test('S5-UI-03 S5-ENT-05 a deal is lost with its reason, and reopened', async () => {
  const deal = await api.create('/deals', { name: 'Lantern parade', amount: 4200, currency: 'EUR' });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}`);
  await page.getByRole('button', { name: 'Lost', exact: true }).first().click();
  await dialog(page).getByRole('button', { name: 'Lost', exact: true }).click();
  await dialog(page).getByText('Lost reason is needed').waitFor();
  await dialog(page).getByLabel('Lost reason').click();
  await page.getByRole('option', { name: 'Price' }).click();
  await dialog(page).getByLabel('Note').fill('Too dear by far');
  await shoot(page, 'deal-lose');
  await dialog(page).getByRole('button', { name: 'Lost', exact: true }).click();
  await page.getByText('Deal lost').waitFor();
  const lost = await api.read(`/deals/${deal.id}`);
  assert.deepEqual([lost.status, lost.lostReason, lost.closeNote], ['lost', 'Price', 'Too dear by far']);
  await page.getByText('lost this deal').waitFor();
  await page.getByRole('button', { name: 'Reopen' }).click();
  await dialog(page).getByRole('button', { name: 'Reopen' }).click();
  await page.getByText('Deal reopened').waitFor();
  assert.equal((await api.read(`/deals/${deal.id}`)).status, 'open');
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-03 a deal goes to another stage with a click, and back with Undo', async () => {
  const deal = await api.create('/deals', { name: 'Harvest fair' });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}`);
  const path = page.getByRole('list', { name: 'Stages' });
  const here = path.locator('[aria-current=step]');
  await here.waitFor();
  const before = await here.textContent();
  await path.getByRole('button').nth(1).click();
  await page.getByText(/^Moved to/).waitFor();
  const moved = await api.read(`/deals/${deal.id}`);
  assert.notEqual(moved.stageId, deal.stageId);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.waitForFunction((name) => document.querySelector('[aria-current=step]')?.textContent === name, before);
  assert.equal((await api.read(`/deals/${deal.id}`)).stageId, deal.stageId);
  assertNoProblems(page);
  await page.context().close();
});

test('S3-UI-03 S2-REL-08 a lead becomes a contact, a company and a deal', async () => {
  const lead = await api.create('/leads', {
    firstName: 'Nora', lastName: 'Lindgren', email: 'nora@birch.example', company: 'Birch & Elm', source: 'referral', estimatedValue: 900, currency: 'EUR',
  });
  const page = await signedIn();
  await page.goto(`/leads/${lead.id}`);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await dialog(page).getByText('Create “Birch & Elm”').waitFor();
  await assertAccessible(page);
  await shoot(page, 'lead-convert');
  await dialog(page).getByLabel('Name').fill('Garden party of Birch & Elm');
  await dialog(page).getByRole('button', { name: 'Convert', exact: true }).click();
  await page.getByRole('heading', { name: 'Garden party of Birch & Elm' }).waitFor();
  const converted = await api.read(`/leads/${lead.id}`);
  const deal = await api.read(`/deals/${converted.convertedDealId}`);
  const company = await api.read(`/companies/${converted.convertedCompanyId}`);
  assert.deepEqual([deal.name, deal.amount, company.name], ['Garden party of Birch & Elm', 900, 'Birch & Elm']);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-04 a note that takes its time to be saved does not close the task that is begun meanwhile', async () => {
  const company = await api.create('/companies', { name: 'Rowan & Daughters' });
  const page = await signedIn();
  let save;
  const mayEnd = new Promise((resolve) => (save = resolve));
  await page.route('**/api/v1/activities', (route) => mayEnd.then(() => route.continue()));
  await page.goto(`/companies/${company.id}`);
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('Ask for the key.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Task', exact: true }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Fetch the key');
  save();
  await page.getByRole('listitem').filter({ hasText: 'Ask for the key.' }).waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Title' }).inputValue(), 'Fetch the key');
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-04 S5-UI-02 notes, calls and tasks are written down on the record and stand in its timeline among the changes', async () => {
  const company = await api.create('/companies', { name: 'Juniper Hall' });
  const page = await signedIn();
  await page.goto(`/companies/${company.id}`);
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('They want lanterns.\nBlue ones.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('They want lanterns.').waitFor();
  await page.getByRole('button', { name: 'Task', exact: true }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Find blue lanterns');
  await page.getByRole('button', { name: 'Add task' }).click();
  await page.getByRole('checkbox', { name: 'Mark “Find blue lanterns” as done' }).waitFor();
  await api.patch(`/companies/${company.id}`, { employees: 12 }, { expect: 200 });
  await api.patch(`/companies/${company.id}`, { employees: 15 }, { expect: 200 });
  await page.reload();
  const line = page.getByRole('listitem').filter({ hasText: 'changed employees' }).first();
  await line.getByText('12', { exact: true }).waitFor();
  await line.getByText('15', { exact: true }).waitFor();
  await assertAccessible(page);
  await shoot(page, 'timeline');
  await page.getByRole('button', { name: 'Changes', exact: true }).click();
  await page.getByText('They want lanterns.').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Notes', exact: true }).click();
  await page.getByText('They want lanterns.').waitFor();
  await page.getByText('changed employees').first().waitFor({ state: 'detached' });
  await page.getByRole('checkbox', { name: 'Mark “Find blue lanterns” as done' }).click();
  await page.getByText('“Find blue lanterns” is done').waitFor();
  const tasks = await api.read(`/tasks?companyId=${company.id}`);
  assert.deepEqual(tasks.map((t) => [t.title, t.status]), [['Find blue lanterns', 'done']]);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 a company that is there twice is compared, merged and taken apart again', async () => {
  const one = await api.create('/companies', { name: 'Northwind Traders Ltd.', phone: '+44 20 7946 0958', industry: 'Retail' });
  const two = await api.create('/companies', { name: 'Northwind Traders', phone: '020 7946 0958', employees: 40 });
  const page = await signedIn();
  await page.goto(`/companies/${one.id}`);
  await page.getByText(/This could be the same as Northwind Traders/).waitFor();
  await page.getByRole('button', { name: 'Compare and merge' }).click();
  await dialog(page).getByRole('radio', { name: 'Name of Northwind Traders (2)' }).check();
  await assertAccessible(page);
  await shoot(page, 'merge-records');
  await dialog(page).getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByRole('heading', { name: 'Northwind Traders', exact: true }).waitFor();
  const kept = await api.read(`/companies/${one.id}`);
  assert.deepEqual([kept.name, kept.employees, kept.industry], ['Northwind Traders', 40, 'Retail']);
  assert.equal((await api.send('GET', `/companies/${two.id}`)).status, 404);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('They are two again').waitFor();
  assert.equal((await api.read(`/companies/${one.id}`)).name, 'Northwind Traders Ltd.');
  assert.equal((await api.read(`/companies/${two.id}`)).employees, 40);
  assertNoProblems(page);
  await page.context().close();
});

test('S3-UI-05 S5-UI-02 from the list one goes on to the next record, and back to the one before', async () => {
  for (const name of ['Trail A', 'Trail B', 'Trail C']) await api.create('/products', { name, price: 1, currency: 'EUR' });
  const page = await signedIn();
  await page.goto('/products?q=Trail&sort=name');
  await page.getByRole('link', { name: 'Trail A' }).first().click();
  await page.getByText('1 of 3').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Previous record/ }).isDisabled(), true);
  await page.getByRole('button', { name: /^Next record/ }).click();
  await page.getByRole('heading', { name: 'Trail B' }).waitFor();
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'Trail C' }).waitFor();
  await page.keyboard.press('k');
  await page.getByRole('heading', { name: 'Trail B' }).waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 a company in use is deleted together with its open deals, and only when one says so', async () => {
  const company = await api.create('/companies', { name: 'Quince Ltd' });
  await api.create('/deals', { name: 'Quince party', companyId: company.id });
  const page = await signedIn();
  await page.goto(`/companies/${company.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog(page).getByText(/1 open deal/).waitFor();
  await page.getByRole('button', { name: 'Delete all of it' }).click();
  await page.getByText('Quince Ltd deleted').waitFor();
  assert.equal((await api.send('GET', `/companies/${company.id}`)).status, 404);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'Quince Ltd', level: 1 }).waitFor();
  assert.equal((await api.read(`/deals?companyId=${company.id}`)).length, 1);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 the page of a record fits a telephone', async () => {
  const company = await api.create('/companies', { name: 'Narrow & Partners with a rather long name', email: 'hello@narrow.example' });
  for (const colorScheme of ['light', 'dark']) {
    const page = await signedIn({ size: sizes.phone, colorScheme });
    await page.goto(`/companies/${company.id}?tab=timeline`);
    await page.getByText('created this company').waitFor();
    await assertFits(page);
    await assertAccessible(page);
    await shoot(page, `record-phone-${colorScheme}`);
    assertNoProblems(page);
    await page.context().close();
  }
});
