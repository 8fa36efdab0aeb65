// SPDX-License-Identifier: Apache-2.0
// An administrator's day, in two browsers: a colleague is invited and given a role, finds in the form what was just
// defined, makes a mistake that is taken back, is signed out, and leaves with the work in other hands.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertNoProblems, atHome, launch, openPage, shoot } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let owner;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  owner = await registered(browser, server, 'Hartley & Moss');
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const dialog = (page) => page.getByRole('dialog');
const button = (page, name) => page.getByRole('button', { name, exact: true });
const sidebar = (page) => page.getByRole('navigation', { name: 'Main navigation' });
const row = (page, text) => page.getByRole('main').getByRole('listitem').filter({ hasText: text }).first();
/** What is not among the daily things is unfolded first. */
async function goTo(page, name) {
  const link = sidebar(page).getByRole('link', { name, exact: true });
  if (!(await link.isVisible())) await sidebar(page).getByRole('button', { name: 'Administration' }).click();
  await link.click();
}

/** The link is copied, and followed by whom it is for. */
async function invite(page, email, role) {
  await goTo(page, 'Members');
  await button(page, 'Invite').first().click();
  await dialog(page).getByLabel('E-mail').fill(email);
  await dialog(page).getByLabel('Role').selectOption({ label: role });
  await dialog(page).locator('button[type=submit]').click();
  await button(dialog(page), 'Copy link').click();
  await page.getByText('Link copied').first().waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(new URL(link).origin, server.url);
  assert.equal(new URL(link).search, '', 'no log of a server keeps the token');
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Pending invitations' }).getByText(email).waitFor();
  return link;
}

async function join(link) {
  const page = await openPage(browser, server);
  await page.goto(link);
  await page.getByLabel('First name').fill('Ines');
  await page.getByLabel('Last name').fill('Moreau');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Join').click();
  await atHome(page);
  return page;
}

/** A role of the house whose people do not see what a deal is worth. */
async function makeRole(page, name) {
  await goTo(page, 'Roles');
  await button(page, 'New role').click();
  await dialog(page).getByLabel('Name').fill(name);
  await button(page, 'Create role').click();
  await page.getByRole('heading', { name }).waitFor();
  await button(page, 'Deals').click();
  // What is reckoned from the amount has a rule of its own.
  for (const field of ['Amount', 'Amount in own currency', 'Weighted amount']) {
    const written = page.waitForResponse((r) => r.url().includes('/roles/') && r.request().method() === 'PATCH');
    await page.getByRole('button', { name: new RegExp(`^Deals, ${field}: (Write|Read)`) }).click();
    await page.getByRole('menuitem', { name: 'None', exact: true }).click();
    assert.equal((await written).status(), 200);
    await button(page, `Deals, ${field}: None`).waitFor();
  }
}

async function newField(page) {
  await goTo(page, 'Custom fields');
  await page.getByRole('main').getByRole('link', { name: 'Companies', exact: true }).click();
  await button(page, 'New field').first().click();
  await page.getByRole('button', { name: /^Whole number/ }).click();
  await page.getByLabel('Label').fill('Seats');
  await button(page, 'Create field').click();
  await row(page, 'Seats').waitFor();
}

async function newOption(page) {
  await goTo(page, 'Picklists');
  await page.getByRole('main').getByRole('link', { name: 'Industry', exact: true }).click();
  await page.getByLabel('Name of the new option').fill('Lighthouses');
  await button(page, 'Add option').click();
  await row(page, 'Lighthouses').waitFor();
}

async function newStage(page) {
  await goTo(page, 'Pipelines and stages');
  await button(page, 'Add stage').first().click();
  await dialog(page).getByLabel('Name').fill('Site visit');
  await dialog(page).getByLabel('Probability').fill('45');
  await button(dialog(page), 'Add stage').click();
  await row(page, 'Site visit').getByText('45%').waitFor();
}

async function number(page) {
  await goTo(page, 'Settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Numbering' }).click();
  await button(page, 'Numbering: Quotes').click();
  await dialog(page).getByLabel('Prefix').fill('HM');
  await dialog(page).getByLabel('Next').fill('700');
  await button(dialog(page), 'Save').click();
  await page.getByText(/^HM-\d{4}-0*700$/).waitFor();
}

/** The colleague's browser was never loaded anew: what the form has now was defined since. */
async function fillNewForm(page) {
  await goTo(page, 'Companies');
  await button(page, 'New company').first().click();
  await dialog(page).getByLabel('Name', { exact: false }).first().fill('Cape Rosa');
  await dialog(page).getByLabel('Industry').click();
  await page.getByRole('option', { name: 'Lighthouses' }).click();
  await button(dialog(page), 'Show all fields').click();
  await dialog(page).getByLabel('Seats').fill('40');
  await button(dialog(page), 'Create').click();
  await page.getByRole('heading', { name: 'Cape Rosa', level: 1 }).waitFor();
}

test('S5-UI-05 S5-ENT-08 S2-SEC-14 S2-SEC-15 S1-DB-04 an administrator’s day', async (t) => {
  const { api } = owner;
  const email = `${unique('ines')}@example.com`;
  const page = await openPage(browser, server, { storageState: owner.storageState });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  let colleague;
  let ines;
  await t.test('in the morning a colleague is invited, and joins by the link', async () => {
    await page.goto('/');
    await atHome(page);
    const link = await invite(page, email, 'User');
    colleague = await join(link);
    await goTo(page, 'Home');
    await goTo(page, 'Members');
    await page.getByRole('link', { name: 'Ines Moreau' }).waitFor();
    assert.equal(await page.getByRole('main').getByText('Revoke').count(), 0, 'the invitation is used up');
    ines = (await api.all('/users', { email }))[0];
    await shoot(page, 'day-admin-members');
  });
  await t.test('a role hides what a deal is worth, and holds from the next page on', async () => {
    const deal = await api.create('/deals', { name: 'Harbour lights', amount: 4321, currency: 'EUR', ownerId: ines.id });
    await colleague.goto(`/deals/${deal.id}`);
    await colleague.getByText('4,321').first().waitFor();
    await makeRole(page, 'Juniors');
    await goTo(page, 'Members');
    await button(page, 'Role of Ines Moreau: User').click();
    await page.getByRole('menuitem', { name: 'Juniors' }).click();
    await button(page, 'Role of Ines Moreau: Juniors').waitFor();
    await colleague.reload();
    await colleague.getByRole('heading', { name: 'Harbour lights', level: 1 }).waitFor();
    assert.doesNotMatch(await colleague.getByRole('main').innerText(), /4,321|Amount/);
  });
  await t.test('a field, an option and a stage are there for the colleague at once', async () => {
    await goTo(colleague, 'Home');
    await newField(page);
    await newOption(page);
    await newStage(page);
    await fillNewForm(colleague);
    const [company] = await api.all('/companies', { name: 'Cape Rosa' });
    assert.equal(company.custom.seats, 40);
    const [option] = await api.all('/picklist-options', { picklist: 'industry', label: 'Lighthouses' });
    assert.equal(company.industry, option.key);
    await goTo(colleague, 'Deals');
    await colleague.getByRole('radio', { name: 'Board' }).click();
    await colleague.getByRole('region', { name: 'Site visit', exact: true }).waitFor();
  });
  await t.test('quotes are numbered as the house wants it', async () => {
    await number(page);
    const [company] = await api.all('/companies', { name: 'Cape Rosa' });
    const quote = await api.create('/quotes', { companyId: company.id, title: 'Lamps', lines: [{ name: 'Lamp', unitPrice: 90 }] });
    await api.post(`/quotes/${quote.id}/send`, {}, { expect: 200 });
    await goTo(page, 'Quotes');
    await page.getByRole('main').getByText(/HM-\d{4}-0*700/).first().waitFor();
    assert.match((await api.read(`/quotes/${quote.id}`)).number, /^HM-\d{4}-0*700$/);
  });
  await t.test('what the colleague did by mistake is seen in the log and undone', async () => {
    const [company] = await api.all('/companies', { name: 'Cape Rosa' });
    await colleague.goto(`/companies/${company.id}`);
    await colleague.getByLabel('Industry', { exact: false }).first().click();
    await colleague.getByRole('option', { name: 'Retail' }).click();
    await colleague.keyboard.press('Control+s');
    await colleague.getByText('Saved', { exact: true }).first().waitFor();
    await goTo(page, 'Audit log');
    const mistake = row(page, 'Retail');
    await mistake.getByText('Ines Moreau').waitFor();
    await mistake.getByText('Lighthouses').waitFor();
    await mistake.getByRole('button', { name: /^More about this change: Ines Moreau/ }).click();
    await page.getByRole('menuitem', { name: 'Undo' }).click();
    await button(dialog(page), 'Undo change').click();
    await row(page, 'Undo of an earlier change').waitFor();
    assert.equal((await api.read(`/companies/${company.id}`)).industry, company.industry);
    await assertAccessible(page);
  });
  await t.test('a session is ended: the other browser is asked to sign in', async () => {
    await goTo(page, 'Sessions');
    await page.getByRole('button', { name: /^End Ines Moreau’s session/ }).first().click();
    await page.getByText('A session of Ines Moreau was ended').waitFor();
    await goTo(colleague, 'Contacts');
    await colleague.getByRole('heading', { name: 'Sign in to Cairn' }).waitFor();
  });
  await t.test('in the evening the colleague leaves, and the work goes to who stays', async () => {
    const [deal] = await api.all('/deals', { name: 'Harbour lights' });
    await goTo(page, 'Members');
    await button(page, 'More about Ines Moreau').click();
    await page.getByRole('menuitem', { name: 'Deactivate' }).click();
    await page.getByLabel('Their records and tasks go to').selectOption({ label: 'Ada Builder' });
    await shoot(page, 'day-admin-leave');
    await button(dialog(page), 'Deactivate').click();
    await page.getByRole('region', { name: /^No longer active/ }).getByText('Ines Moreau').waitFor();
    const { user } = await api.read('/auth/me');
    assert.equal((await api.read(`/deals/${deal.id}`)).ownerId, user.id);
    await colleague.getByLabel('E-mail').fill(email);
    await colleague.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(colleague, 'Sign in').click();
    await colleague.getByRole('alert').waitFor();
  });
  assertNoProblems(page);
  // Who is not active any more is refused, which the browser reports too.
  assert.deepEqual(colleague.problems.filter((problem) => !/status of 403/.test(problem)), []);
  await page.context().close();
  await colleague.context().close();
});
