// SPDX-License-Identifier: Apache-2.0
// The language of the page: Serbian by choice or by the browser, kept over a reload, with its own plurals, money
// and dates; and English as before.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Organisation, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

let server;
let browser;
let admin;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  ({ admin } = await Organisation.create(server));
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await atHome(page);
  storageState = await page.context().storageState();
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const open = async (path, options) => {
  const page = await openPage(browser, server, { storageState, ...options });
  page.scripts = [];
  page.on('response', (answer) => answer.url().endsWith('.js') && page.scripts.push(answer.url()));
  await page.goto(path);
  return page;
};

const serbian = { locale: 'sr-Latn-RS' };
const greeted = (page) =>
  page.getByRole('heading', { level: 1, name: /^(Dobro jutro|Dobar dan|Dobro veče), / }).waitFor();

const account = (page) => page.getByRole('button', { name: 'Ada Admin' });
const said = (locator) => locator.innerText().then((text) => text.replaceAll('\u00a0', ' '));

test('the account menu changes to Serbian and back, and a reload keeps it', async () => {
  const page = await open('/');
  await atHome(page);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.ok(!page.scripts.some((url) => /\/sr-/.test(url)), 'who reads English loads no Serbian');
  await account(page).click();
  await page.getByRole('menuitem', { name: 'srpski' }).click();
  await greeted(page);
  assert.equal(await page.locator('html').getAttribute('lang'), 'sr-Latn-RS');
  await page.getByRole('link', { name: 'Kompanije' }).waitFor();
  await page.reload();
  await greeted(page);
  assert.ok(page.scripts.some((url) => /\/sr-/.test(url)));
  await account(page).click();
  await page.getByText('Jezik', { exact: true }).waitFor();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await atHome(page);
  await page.getByRole('link', { name: 'Companies' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assertNoProblems(page);
  await page.context().close();
});

test('a browser that asks for Serbian gets it from the first page on', async () => {
  const page = await openPage(browser, server, serbian);
  await page.goto('/sign-in');
  await page.getByRole('heading', { name: 'Prijavite se na Cairn' }).waitFor();
  await page.getByLabel('E-pošta').fill(admin.email);
  await page.getByLabel('Lozinka', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Prijavite se' }).click();
  await greeted(page);
  assertNoProblems(page);
  await page.context().close();
});

test('lists, records and home speak Serbian, with its plurals, money and dates', async () => {
  const mark = unique('Firma');
  const companies = await Promise.all(
    ['A', 'B', 'C', 'D', 'E'].map((letter) => admin.create('/companies', { name: `${mark} ${letter}` })));
  const deal = await admin.create('/deals', {
    name: `${mark} posao`, companyId: companies[0].id, amount: 1234567.5, currency: 'RSD', expectedCloseDate: '2031-11-20',
  });
  const page = await open(`/companies?q=${mark}`, serbian);
  await page.getByRole('heading', { level: 1, name: /^Kompanije/ }).waitFor();
  await page.getByRole('button', { name: 'Dodaj kompaniju' }).waitFor();
  for (const [count, words] of [[1, '1 izabran'], [2, '2 izabrana'], [5, '5 izabranih']]) {
    for (let i = 0; i < count; i++) {
      await page.getByRole('checkbox', { name: `Izaberi: ${mark} ${'ABCDE'[i]}` }).setChecked(true);
    }
    await page.getByText(words, { exact: true }).waitFor();
  }
  await assertFits(page);
  await assertAccessible(page);
  await shoot(page, 'serbian-list');

  await page.goto('/deals');
  const row = page.getByRole('row').filter({ hasText: `${mark} posao` });
  await row.waitFor();
  assert.match(await said(row), /1\.234\.567,50 RSD/);
  assert.match(await said(row), /20\. nov 2031\./);

  await page.goto(`/deals/${deal.id}`);
  await page.getByRole('heading', { level: 1, name: `${mark} posao` }).waitFor();
  await page.getByText('Rok zatvaranja').first().waitFor();
  await page.getByRole('button', { name: 'Dobijeno' }).first().waitFor();
  assert.equal(await page.getByText('Verzija', { exact: true }).count(), 0, 'what the server alone writes stays out of sight');
  await shoot(page, 'serbian-record');
  await page.goto('/');
  await greeted(page);
  await page.getByText('Prilike bez sledećeg koraka').waitFor();
  await page.goto('/roles');
  await page.locator('#content').getByText('Kompanije', { exact: true }).first().waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('what the metadata names in English has a Serbian name', async () => {
  const file = path.resolve(import.meta.dirname, '../../web/src/i18n/sr.meta.json');
  const serbian = JSON.parse(fs.readFileSync(file, 'utf8'));
  const { data } = (await admin.get('/meta', { expect: 200 })).body;
  const fields = data.entities.flatMap((entity) => [...entity.fields, ...(entity.nested ?? []).flatMap((part) => part.fields)]);
  const said = {
    entities: data.entities.map((entity) => entity.label),
    fields: fields.map((field) => field.label),
    help: fields.map((field) => field.help),
    // Of "System" the pages know the English name; it is never shown.
    sections: fields.map((field) => field.section).filter((section) => section !== 'System'),
    options: fields.flatMap((field) => field.options ?? []).map((option) => option.label),
  };
  for (const [kind, words] of Object.entries(said)) {
    assert.ok(words.length > 0, kind);
    assert.deepEqual([...new Set(words)].filter((word) => word && !serbian[kind][word]), [], kind);
  }
});

test('longer words break no page, wide or on a phone', async () => {
  for (const [name, size] of Object.entries(sizes)) {
    const page = await open('/', { ...serbian, size });
    await greeted(page);
    for (const path of ['/', '/companies', '/deals?look=board', '/overview', '/settings', '/members', '/import', '/leads/new']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await assertFits(page);
    }
    await shoot(page, `serbian-${name}`);
    assertNoProblems(page);
    await page.context().close();
  }
});
