// SPDX-License-Identifier: Apache-2.0
// Lists: choosing many and changing them, taking back, filters with groups, saved views, columns, groups, writing
// in cells, and long lists that stay light.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Organisation, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';

let server;
let browser;
let organisation;
let admin;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  organisation = await Organisation.create(server);
  ({ admin } = organisation);
  storageState = await stateOf(admin);
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

async function stateOf(person) {
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Notifications/ }).waitFor();
  const state = await page.context().storageState();
  await page.context().close();
  return state;
}

const openList = async (path, options) => {
  const page = await openPage(browser, server, { storageState, ...options });
  await page.goto(path);
  return page;
};
const leave = async (page) => {
  assertNoProblems(page);
  await page.context().close();
};
const row = (page, title) => page.getByRole('row').filter({ hasText: title });
const boxOf = (page, title) => page.getByRole('checkbox', { name: `Choose ${title}`, exact: true });
const toolbar = (page) => page.getByRole('toolbar', { name: 'Chosen records' });
const titles = (page) => page.locator('[data-row-link]').allTextContents();
const companies = (names, extra) => Promise.all(names.map((name) => admin.create('/companies', { name, ...extra })));

test('S3-UI-05 S5-UI-02 chosen rows are edited at once, and taken back by one click', async () => {
  const mark = unique('Bulk');
  const records = await companies(['A', 'B', 'C', 'D'].map((name) => `${mark} ${name}`), { industry: 'Finance' });
  const page = await openList(`/companies?q=${mark}&sort=name`);
  await boxOf(page, `${mark} A`).click();
  await boxOf(page, `${mark} C`).click({ modifiers: ['Shift'] });
  await toolbar(page).getByText('3 chosen').waitFor();
  await assertAccessible(page);
  await shoot(page, 'list-chosen');
  await toolbar(page).getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('option', { name: 'Industry' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Industry', exact: true }).click();
  await page.getByRole('option', { name: 'Retail' }).click();
  await page.getByRole('button', { name: 'Change 3 companies' }).click();
  await page.getByText('3 companies changed').waitFor();
  const industries = async () => (await Promise.all(records.map((r) => admin.read(`/companies/${r.id}`)))).map((r) => r.industry);
  assert.deepEqual(await industries(), ['Retail', 'Retail', 'Retail', 'Finance']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back').waitFor();
  assert.deepEqual(await industries(), ['Finance', 'Finance', 'Finance', 'Finance']);
  await leave(page);
});

test('S3-UI-05 all that the filter finds are meant, also what was never read; tags are given beside others', async () => {
  const source = unique('Crowd');
  const tag = await admin.create('/tags', { name: unique('Tag') });
  const rows = Array.from({ length: 130 }, (_, i) => ({ email: `${source}.${i}@example.com`.toLowerCase(), lastName: `Row ${i}`, jobTitle: source }));
  await admin.post('/contacts/bulk', { key: 'email', rows }, { expect: 200 });
  const page = await openList(`/contacts?jobTitle=${source}`);
  await page.getByRole('checkbox', { name: 'Choose all rows read so far' }).click();
  await toolbar(page).getByRole('button', { name: 'Choose all 130' }).click();
  await toolbar(page).getByText('130 chosen').waitFor();
  await toolbar(page).getByRole('button', { name: 'Tags' }).click();
  await page.getByLabel('Add these tags').click();
  await page.getByRole('combobox', { name: 'Add these tags' }).fill(tag.name);
  await page.getByRole('option', { name: tag.name }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change 130 contacts' }).click();
  await page.getByText('130 contacts changed').waitFor();
  assert.equal((await admin.get('/contacts', { query: { tags: tag.id, count: 'exact' } })).body.pagination.total, 130);
  await leave(page);
});

test('S3-UI-05 what cannot be deleted is told and stays chosen; the rest goes, and comes back', async () => {
  const mark = unique('Gone');
  const [free, kept] = await companies([`${mark} free`, `${mark} kept`]);
  await admin.create('/deals', { name: 'Open one', companyId: kept.id });
  const page = await openList(`/companies?q=${mark}&sort=name`);
  await page.getByRole('checkbox', { name: 'Choose all rows read so far' }).click();
  await toolbar(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete 2 companies?' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByText('1 company deleted').waitFor();
  await page.getByText('1 was skipped').waitFor();
  await toolbar(page).getByText('1 chosen').waitFor();
  assert.equal((await admin.get(`/companies/${free.id}`)).status, 404);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back').waitFor();
  assert.equal((await admin.get(`/companies/${free.id}`)).status, 200);
  await leave(page);
});

test('S5-UI-02 filters with groups and moving days are built, read as chips, and live in the address', async () => {
  const mark = unique('Sift');
  const day = (shift) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
  for (const [name, amount, expectedCloseDate] of [['big', 900, day(90)], ['soon', 5, day(3)], ['neither', 5, day(90)]])
    await admin.create('/deals', { name: `${mark} ${name}`, amount, expectedCloseDate });
  const page = await openList(`/deals?q=${mark}&sort=name`);
  await row(page, `${mark} neither`).waitFor();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('option', { name: 'Expected close' }).click();
  await page.getByRole('button', { name: 'Next 7 days' }).click();
  await row(page, `${mark} neither`).waitFor({ state: 'detached' });
  assert.deepEqual(await titles(page), [`${mark} soon`]);
  assert.match(decodeURIComponent(page.url()), /expectedCloseDate\[between\]=today\.\.today\+7/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'All and any' }).click();
  const builder = page.getByRole('dialog', { name: 'Filters' });
  await builder.getByRole('radio', { name: 'Any of these' }).click();
  await builder.getByRole('button', { name: 'Condition' }).click();
  await page.getByRole('option', { name: 'Amount', exact: true }).click();
  await builder.getByRole('button', { name: 'choose…' }).click();
  await page.getByRole('textbox', { name: 'Amount' }).fill('500');
  await page.waitForURL(/where=/);
  await assertAccessible(page);
  await shoot(page, 'list-filter-builder');
  await page.keyboard.press('Escape');
  await builder.getByRole('button', { name: 'Show records' }).click();
  await row(page, `${mark} big`).waitFor();
  assert.deepEqual(await titles(page), [`${mark} big`, `${mark} soon`]);
  await page.reload();
  await row(page, `${mark} big`).waitFor();
  await page.getByText('Next 7 days').waitFor();
  await leave(page);
});

test('S5-UI-02 a view keeps filter, order and columns, is shared, and opens first where it is the default', async () => {
  const mark = unique('View');
  await companies([`${mark} one`, `${mark} two`], { status: 'active' });
  await companies([`${mark} three`], { status: 'prospect' });
  const page = await openList('/companies?status=active&sort=-name&columns=status,ownerId');
  await page.getByRole('button', { name: 'Save as new view' }).click();
  await page.getByLabel('Name', { exact: true }).fill(mark);
  await page.getByLabel('Everybody').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: `View: ${mark}` }).click();
  await page.getByRole('menuitem', { name: 'Make it my default' }).click();
  await page.getByText('opens first from now on').waitFor();
  await page.goto('/companies');
  await page.getByRole('button', { name: `View: ${mark}` }).waitFor();
  await row(page, `${mark} two`).waitFor();
  assert.deepEqual((await page.getByRole('columnheader').allTextContents()).filter(Boolean).map((text) => text.replace(/sorted.*/, '')),
    ['Name', 'Status', 'Owner']);
  assert.equal(await page.getByText(`${mark} three`).count(), 0);
  const [view] = await admin.all('/views', { name: mark });
  assert.deepEqual(view.filters, { and: [{ field: 'status', op: 'eq', value: 'active' }] });
  assert.deepEqual([view.sorts, view.columns, view.shared], ['-name', 'status,ownerId', 'all']);
  const other = await organisation.member('user');
  const theirs = await openList(`/companies?view=${view.id}`, { storageState: await stateOf(other) });
  await theirs.getByRole('button', { name: `View: ${mark}` }).click();
  assert.equal(await theirs.getByRole('menuitem', { name: 'Delete view' }).count(), 0, 'it is not theirs');
  await leave(theirs);
  await page.getByRole('button', { name: `View: ${mark}` }).click();
  await page.getByRole('menuitem', { name: 'Delete view' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete view' }).click();
  await page.getByText(`${mark} three`).first().waitFor();
  await leave(page);
});

test('S3-UI-05 cells are written in by the keyboard; a stale one is said so and overwritten only when wished', async () => {
  const mark = unique('Cell');
  const [company] = await companies([`${mark} A`], { email: 'a@example.com', phone: '+49 30 1' });
  const page = await openList(`/companies?q=${mark}&columns=email,phone,status`);
  await row(page, `${mark} A`).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('F2');
  await page.getByRole('textbox').last().fill('b@example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('+49 30 2222');
  await page.keyboard.press('Enter');
  await page.getByText('+49 30 2222').waitFor();
  await page.waitForFunction(() => !document.querySelector('[data-grid] input'));
  await assert.doesNotReject(until(async () => {
    const now = await admin.read(`/companies/${company.id}`);
    return now.email === 'b@example.com' && now.phone === '+49 30 2222';
  }));
  // Refused: told at the cell, and nothing is lost by leaving.
  await page.locator('[data-grid]').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.type('nobody');
  await page.keyboard.press('Enter');
  await page.getByText('This is not an e-mail address').waitFor();
  await page.keyboard.press('Escape');
  // Stale: somebody else was faster.
  await admin.patch(`/companies/${company.id}`, { email: 'theirs@example.com' }, { expect: 200 });
  await page.keyboard.press('Enter');
  await page.keyboard.type('mine@example.com');
  await page.keyboard.press('Enter');
  await page.getByText(`Email of ${mark} A was changed by somebody else meanwhile`).first().waitFor();
  assert.equal((await admin.read(`/companies/${company.id}`)).email, 'theirs@example.com');
  await page.getByRole('button', { name: 'Use mine' }).click();
  await assert.doesNotReject(until(async () => (await admin.read(`/companies/${company.id}`)).email === 'mine@example.com'));
  await page.keyboard.press('Control+z');
  await page.getByText('Taken back').waitFor();
  assert.equal((await admin.read(`/companies/${company.id}`)).email, 'theirs@example.com');
  await leave(page);
});

async function until(holds) {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('it did not come to hold');
}

test('S3-UI-05 groups add up and unfold; columns are ordered, widened and sorted by several', async () => {
  const product = unique('Grouped');
  for (const [name, amount, type] of [['a', 100, 'New business'], ['b', 50, 'New business'], ['c', 7, null]])
    await admin.create('/deals', { name: `${product} ${name}`, amount, product, ...(type ? { type } : {}) });
  const page = await openList(`/deals?product=${product}`);
  await row(page, `${product} a`).waitFor();
  await page.getByRole('button', { name: 'Group', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Type' }).click();
  const group = page.getByRole('row').filter({ hasText: 'New business' });
  await group.getByText(/150/).waitFor();
  await page.getByRole('row').filter({ hasText: 'Total' }).getByText(/157/).waitFor();
  await group.click();
  await row(page, `${product} b`).waitFor();
  await assertAccessible(page);
  await shoot(page, 'list-groups');
  await page.getByRole('button', { name: 'By Type' }).click();
  await page.getByRole('menuitem', { name: 'No groups' }).click();
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await page.getByRole('columnheader', { name: 'Amount' }).getByRole('button').click({ modifiers: ['Shift'] });
  await page.waitForURL(/sort=name%2Camount/);
  await page.getByRole('button', { name: 'Columns' }).click();
  const handle = page.getByRole('button', { name: 'Move Stage' });
  await handle.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.waitForURL(/columns=companyId%2CstageId/);
  await page.keyboard.press('Escape');
  const grip = page.getByRole('separator', { name: 'Width of Company' });
  const before = Number(await grip.getAttribute('aria-valuenow'));
  await grip.focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(Number(await grip.getAttribute('aria-valuenow')), before + 16);
  await leave(page);
});

test('S3-UI-08 a long list shows a window of its rows however far one scrolls', async () => {
  const jobTitle = unique('Long');
  const rows = Array.from({ length: 1200 }, (_, i) => ({ email: `${jobTitle}.${i}@example.com`.toLowerCase(), lastName: `Nr ${String(i).padStart(4, '0')}`, jobTitle }));
  await admin.post('/contacts/bulk', { key: 'email', rows }, { expect: 200 });
  const page = await openList(`/contacts?jobTitle=${jobTitle}&sort=lastName`);
  await row(page, 'Nr 0000').waitFor();
  const grid = page.locator('[data-grid]');
  assert.equal(await grid.getAttribute('aria-rowcount'), '1201');
  await grid.evaluate((node) => node.scrollTo(0, node.scrollHeight));
  await row(page, 'Nr 1199').waitFor();
  const shown = await page.locator('[data-row]').count();
  assert.ok(shown < 80, `${shown} rows are in the page`);
  await grid.focus();
  await page.keyboard.press('Control+Home');
  await row(page, 'Nr 0000').waitFor();
  await page.keyboard.press('Control+End');
  await row(page, 'Nr 1199').waitFor();
  await leave(page);
});

test('S5-UI-02 what is shown is exported: these rows, this order, these columns', async () => {
  const mark = unique('File');
  await companies([`${mark} b`, `${mark} a`], { employees: 7 });
  const page = await openList(`/companies?q=${mark}&sort=name&columns=employees`);
  await row(page, `${mark} a`).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click().then(() => page.getByRole('menuitem', { name: 'CSV' }).click()),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().trim().split(/\r?\n/).map((line) => line.split(',').slice(1).join());
  assert.deepEqual(lines, ['name,employees', `${mark} a,7`, `${mark} b,7`]);
  await page.getByText('2 rows exported').waitFor();
  await leave(page);
});

test('S5-UI-02 lists at 390 px: cards are chosen, filters are a sheet, in both schemes', async (t) => {
  const mark = unique('Phone');
  await companies([`${mark} one`, `${mark} two`], { status: 'active' });
  for (const colorScheme of ['light', 'dark']) {
    await t.test(colorScheme, async () => {
      const page = await openList(`/companies?q=${mark}&status=active`, { size: sizes.phone, colorScheme });
      await page.getByRole('link', { name: `${mark} one` }).waitFor();
      await page.getByRole('button', { name: 'Choose', exact: true }).click();
      await boxOf(page, `${mark} one`).click();
      await toolbar(page).getByText('1 chosen').waitFor();
      await assertFits(page);
      await assertAccessible(page);
      await shoot(page, `list-cards-${colorScheme}`);
      await page.getByRole('button', { name: 'All and any' }).click();
      await page.getByRole('dialog', { name: 'Filters' }).getByRole('button', { name: 'Condition' }).waitFor();
      await assertFits(page);
      await shoot(page, `list-filters-phone-${colorScheme}`);
      await leave(page);
    });
  }
});
