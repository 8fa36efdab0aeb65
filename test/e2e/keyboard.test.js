// SPDX-License-Identifier: Apache-2.0
// The frame around all pages, and working in it without a mouse: who is not signed in sees none of it, where things
// lead, where the focus goes and comes back to, and what a screen reader is told of tables and boards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertNoProblems, atHome, launch, openPage } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let owner;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  owner = await registered(browser, server, 'Quiet Keys');
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

async function open(path) {
  const page = await openPage(browser, server, { storageState: owner.storageState });
  await page.goto(path);
  return page;
}
const leave = async (page) => {
  assertNoProblems(page);
  await page.context().close();
};
/** The focus may come back a frame after what was open has gone. */
const isFocused = (page, locator) => locator.evaluate((node) => new Promise((resolve, reject) => {
  const until = Date.now() + 10_000;
  const look = () => {
    if (document.activeElement === node) resolve();
    else if (Date.now() > until) reject(new Error(`the focus is on ${document.activeElement?.outerHTML.slice(0, 160)}`));
    else requestAnimationFrame(look);
  };
  look();
}));

test('S2-UI-02 no page of the signed-in part is shown to nobody; signed in one is where one wanted to go', async () => {
  const page = await openPage(browser, server);
  const { user } = await owner.api.read('/auth/me');
  for (const path of ['/', '/overview', '/deals?look=board', '/members', '/settings', '/import', '/companies/new']) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'Sign in to Cairn' }).waitFor();
    assert.equal(await page.getByRole('navigation', { name: 'Main navigation' }).count(), 0, path);
    assert.equal(new URL(page.url()).searchParams.get('next'), path === '/' ? null : path);
  }
  await page.goto('/deals?look=board');
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Deals', level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/deals?look=board');
  await leave(page);
});

test('S3-UI-07 the sidebar leads everywhere, says where one is, folds, and has the person at its foot', async () => {
  const page = await open('/');
  await atHome(page);
  const sidebar = page.getByRole('navigation', { name: 'Main navigation' });
  for (const [link, heading] of [['Companies', 'Companies'], ['Deals', 'Deals'], ['My tasks', 'My tasks'], ['Trash', 'Trash']]) {
    await sidebar.getByRole('link', { name: link, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    assert.deepEqual(await sidebar.locator('[aria-current=page]').allTextContents(), [link]);
  }
  await sidebar.getByRole('button', { name: 'Collapse' }).click();
  await sidebar.getByRole('button', { name: 'Expand' }).waitFor();
  await page.reload();
  await sidebar.getByRole('link', { name: 'Companies', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Companies' }).waitFor();
  await sidebar.getByRole('button', { name: 'Expand' }).click();
  await sidebar.getByRole('button', { name: 'Ada Builder' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  await leave(page);
});

test('S2-UI-08 list, record, edit and save by the keyboard alone', async () => {
  const company = await owner.api.create('/companies', { name: 'Alder & Ash', email: 'old@alder.example' });
  const page = await open('/');
  await atHome(page);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('companies');
  await page.getByRole('option', { name: /^Companies/ }).waitFor();
  while (!(await page.getByRole('option', { name: /^Companies/ }).getAttribute('aria-selected').then((is) => is === 'true')))
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('grid', { name: 'Companies' }).getByText('Alder & Ash').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Alder & Ash', level: 1 }).waitFor();
  // By tabs to the field; a page has fewer stops than this.
  const at = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.labels?.[0]?.textContent ?? '');
  for (let stops = 0; stops < 120 && !/ Email$/.test(await at()); stops++) await page.keyboard.press('Tab');
  assert.match(await at(), / Email$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('new@alder.example');
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).first().waitFor();
  assert.equal((await owner.api.read(`/companies/${company.id}`)).email, 'new@alder.example');
  await leave(page);
});

test('S2-UI-08 the focus comes back to what opened a sheet, a dialog, a menu or the palette', async () => {
  await owner.api.create('/companies', { name: 'Birch House' });
  const page = await open('/companies');
  await page.getByText('Birch House').first().waitFor();
  const opened = [
    ['dialog', page.getByRole('button', { name: 'New company' }).first()],
    ['dialog', page.getByRole('navigation', { name: 'Main navigation' }).getByRole('button', { name: /^Search or jump to/ })],
    ['menu', page.getByRole('navigation', { name: 'Main navigation' }).getByRole('button', { name: 'Ada Builder' })],
  ];
  for (const [role, opener] of opened) {
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole(role).waitFor();
    assert.equal(await page.getByRole(role).evaluate((node) => node.contains(document.activeElement)), true, 'the focus is inside');
    await page.keyboard.press('Escape');
    await page.getByRole(role).waitFor({ state: 'detached' });
    await isFocused(page, opener);
  }
  // The palette by its shortcut goes back to where one was.
  const search = page.getByPlaceholder(/Search companies/i);
  await search.focus();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await isFocused(page, search);
  await leave(page);
});

test('S2-UI-08 a dialog of the administration gives the focus back too', async () => {
  const page = await open('/members');
  const opener = page.getByRole('button', { name: 'Invite', exact: true });
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Invite someone' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Invite someone' }).waitFor({ state: 'detached' });
  await isFocused(page, opener);
  await leave(page);
});

test('S2-UI-08 a screen reader is told what the parts of a table and of a board are', async () => {
  const [stage] = await owner.api.all('/stages', { sort: 'position' });
  await owner.api.create('/deals', { name: 'Cedar hall', stageId: stage.id, amount: 100 });
  const page = await open('/deals');
  const grid = page.getByRole('grid', { name: 'Deals' });
  await grid.getByRole('link', { name: 'Cedar hall' }).waitFor();
  assert.equal(await grid.getAttribute('aria-rowcount'), '2');
  await grid.getByRole('columnheader', { name: 'Amount' }).waitFor();
  await grid.getByRole('checkbox', { name: 'Choose Cedar hall' }).or(grid.getByRole('checkbox', { name: /Cedar hall/ })).first().waitFor();
  // Where one is in the table is told by the cell that is the active descendant.
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  const active = await grid.getAttribute('aria-activedescendant');
  assert.equal(await page.locator(`[id="${active}"]`).getAttribute('role'), 'gridcell');
  await page.goto('/deals?look=board');
  const column = page.getByRole('region', { name: stage.name, exact: true });
  await column.getByRole('article', { name: 'Cedar hall', exact: true }).waitFor();
  await column.getByRole('heading', { name: stage.name, level: 2 }).waitFor();
  await column.getByRole('button', { name: `New in ${stage.name}` }).or(column.getByRole('button', { name: new RegExp(stage.name) })).first().waitFor();
  await column.getByRole('button', { name: 'Move Cedar hall' }).waitFor({ state: 'attached' });
  const hint = await column.getByRole('article').first().getAttribute('aria-describedby');
  assert.match(await page.locator(`[id="${hint}"]`).textContent(), /space/i, 'how a card is moved by keys');
  await leave(page);
});
