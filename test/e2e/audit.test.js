// SPDX-License-Identifier: Apache-2.0
// The audit log as an administrator reads it: who, what, when, before → after, and the way back.
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
  owner = await registered(browser, server, 'Ledger House');
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
const entry = (page, text) => page.getByRole('listitem').filter({ hasText: text }).first();

test('S2-ENT-17 S1-ENT-09 S2-SEC-13 the log tells who changed what, in names and not in codes, and is narrowed', async () => {
  const { api } = owner;
  await api.create('/custom-fields', { entity: 'company', type: 'picklist', label: 'Service tier', key: 'tier', options: [{ key: 'g1', label: 'Gold' }] });
  const company = await api.create('/companies', { name: 'Marble Hall', industry: 'Technology' });
  const deal = await api.create('/deals', { name: 'New stairs', amount: 1200, currency: 'USD', companyId: company.id });
  await api.patch(`/deals/${deal.id}`, { amount: 1500, expectedCloseDate: '2031-05-04' }, { expect: 200 });
  await api.patch(`/companies/${company.id}`, { custom: { tier: 'g1' } }, { expect: 200 });
  for (const [name, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open('/audit', { size, colorScheme });
      const tier = entry(page, 'Service tier');
      await tier.getByText('Gold').waitFor();
      await tier.getByRole('link', { name: 'Marble Hall' }).waitFor();
      await tier.getByText('Ada Builder').waitFor();
      const amount = entry(page, 'Expected close');
      await amount.getByText('$1,500').waitFor();
      await amount.getByRole('link', { name: 'New stairs' }).waitFor();
      const words = (await amount.innerText()).replaceAll(/\s+/g, ' ');
      assert.match(words, /changed deal New stairs/);
      assert.match(words, /\$1,200/);
      assert.match(words, /\$1,500/);
      assert.match(words, /empty.*May 4, 2031/);
      assert.doesNotMatch(await page.locator('main').innerText(), /[0-9a-f]{8}-[0-9a-f]{4}|T\d\d:\d\d:/, 'no ids, no ISO times');
      await assertFits(page);
      await assertAccessible(page);
      await shoot(page, `audit-${name}-${colorScheme}`);
      assertNoProblems(page);
      await page.context().close();
    }
  }
  const page = await open('/audit');
  await page.getByRole('button', { name: 'Action: All actions' }).click();
  await page.getByRole('option', { name: 'Changed' }).click();
  await page.getByRole('button', { name: 'Records: All records' }).click();
  await page.getByRole('combobox', { name: 'Records' }).fill('Deals');
  await page.getByRole('option', { name: 'Deals' }).click();
  await page.getByRole('button', { name: 'Period: Any time' }).click();
  await page.getByRole('button', { name: 'Last 7 days' }).click();
  await page.getByRole('button', { name: 'Person: Anybody' }).click();
  await page.getByRole('option', { name: 'Me' }).click();
  await entry(page, 'New stairs').waitFor();
  assert.equal(await page.getByText('Service tier').count(), 0);
  assert.equal(new URL(page.url()).search, '?person=me&entity=deal&action=update&from=today-6');
  await page.goto('/audit?to=2020-01-01');
  await page.getByText('Nothing is logged that fits').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await entry(page, 'New stairs').waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S1-DB-07 a record leads to its own part of the log, lines included', async () => {
  const { api } = owner;
  const deal = await api.create('/deals', { name: 'Two lamps', currency: 'EUR', lines: [{ name: 'Lamp', quantity: 2, unitPrice: 40 }] });
  await api.create('/deals', { name: 'Nothing to do with it' });
  const page = await open(`/deals/${deal.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Show in the audit log' }).click();
  const made = entry(page, 'Two lamps');
  await made.getByText(/created 1 deal line and 1 deal|created 1 deal and 1 deal line|created 1 deal and 1 line|created 1 line and 1 deal/).waitFor();
  await made.getByText('Lamp', { exact: true }).waitFor();
  assert.equal(await page.getByText('Nothing to do with it').count(), 0);
  await page.getByRole('button', { name: 'Remove' }).click();
  await entry(page, 'Nothing to do with it').waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S1-DB-04 a change is undone from the log: what was written since stays and is named', async () => {
  const { api } = owner;
  const people = [];
  for (const lastName of ['Ashby', 'Birch', 'Cole']) people.push(await api.create('/contacts', { lastName, jobTitle: 'Buyer' }));
  await api.patch('/contacts', { ids: people.map((p) => p.id), changes: { jobTitle: 'Clerk' } }, { expect: 200 });
  await api.patch(`/contacts/${people[1].id}`, { jobTitle: 'Director' }, { expect: 200 });
  const page = await open('/audit?entity=contact');
  const bulk = entry(page, 'changed 3 contacts');
  await bulk.getByRole('button', { name: /^More about this change: Ada Builder changed 3 contacts/ }).click();
  await page.getByRole('menuitem', { name: 'Undo' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 contacts').waitFor();
  await dialog.getByText('1 record stays as it is').waitFor();
  await dialog.getByText('Birch').waitFor();
  await dialog.getByText(/Changed: Job title/).waitFor();
  await shoot(page, 'audit-undo');
  await assertAccessible(page);
  assert.equal((await api.read(`/contacts/${people[0].id}`)).jobTitle, 'Clerk', 'nothing is written yet');
  await dialog.getByRole('button', { name: 'Undo change' }).click();
  await page.getByRole('heading', { name: 'The change was undone in part' }).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const now = await Promise.all(people.map(async (p) => (await api.read(`/contacts/${p.id}`)).jobTitle));
  assert.deepEqual(now, ['Buyer', 'Director', 'Buyer']);
  await entry(page, 'changed 3 contacts').getByText('Undone').waitFor();
  await entry(page, 'Undo of an earlier change').waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('an import does not bury what was before it; all of it is read when it is asked for', async () => {
  const { api } = owner;
  await api.create('/companies', { name: 'Before the flood' });
  const rows = Array.from({ length: 130 }, (_, n) => ({ name: `Pebble ${n}` }));
  await api.post('/tags/bulk', { rows }, { expect: 200 });
  const page = await open('/audit');
  const flood = entry(page, 'created 130 tags');
  await flood.waitFor();
  await page.getByRole('button', { name: 'Show older' }).click();
  await entry(page, 'Before the flood').waitFor();
  await flood.getByRole('button', { name: /^More about this change/ }).click();
  await page.getByRole('menuitem', { name: 'Show all of it' }).click();
  await page.getByText('One change, whole').waitFor();
  const read = page.locator('main ol ol > li');
  for (const upTo of [50, 100, 130]) {
    await read.nth(upTo - 1).waitFor();
    if (upTo < 130) await page.getByRole('button', { name: 'Show older' }).click();
  }
  await page.getByText('Pebble 129', { exact: true }).waitFor();
  assert.equal(await read.count(), 130);
  assertNoProblems(page);
  await page.context().close();
});

test('S2-SEC-14 who may not read the log does not find it', async () => {
  const { api } = owner;
  const page = await openPage(browser, server);
  const email = 'reader@example.com';
  const { token } = (await api.post('/invitations', { email, role: 'user' }, { expect: 201 })).body.data;
  await page.goto(`/accept-invitation?token=${token}`);
  await page.getByLabel('First name').fill('Rea');
  await page.getByLabel('Last name').fill('Der');
  await page.getByLabel('Password', { exact: true }).fill('a password of mine');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('heading', { level: 1, name: /^Good/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Audit log' }).count(), 0);
  assertNoProblems(page);
  await page.context().close();
});
