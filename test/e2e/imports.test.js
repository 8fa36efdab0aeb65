// SPDX-License-Identifier: Apache-2.0
// A file on its way in, in the browser: found, mapped, mended, rehearsed, committed, taken back; left and come back to.
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
  ({ api, storageState } = await registered(browser, server, 'Paper & Sons'));
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const signedIn = (options) => openPage(browser, server, { storageState, ...options });

async function drop(page, name, text, into) {
  await page.goto(into ? `/import?into=${into}` : '/import');
  await page.locator('#import-file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.waitForURL(/\/import\/[0-9a-f-]{36}/);
}

const PEOPLE = `Name;Mail;Firm;Born;Source
Ann Lee;ann@alder.example;Alder Trust;13/04/1990;Webste
Bob Ray;bob@new.example;Newcomers Ltd;05/06/1980;referral
Cid Orr;not-an-address;Alder Trst;31/12/1999;advertisement
`;

test('S5-UI-02 a file with dirty values is found, mapped, mended, rehearsed, imported and taken back', async () => {
  const company = await api.create('/companies', { name: 'Alder Trust' });
  const page = await signedIn();
  await drop(page, 'people.csv', PEOPLE, 'contact');
  await page.getByText('3 rows in 5 columns').waitFor();
  assert.equal(await page.getByLabel('Columns are parted by').inputValue(), ';');
  assert.equal(await page.getByLabel('Dates are written as').inputValue(), 'D/M/YYYY');
  await assertAccessible(page);
  await shoot(page, 'import-file');
  await page.getByRole('button', { name: 'Next' }).click();
  assert.equal(await page.getByLabel('Field of Mail').inputValue(), 'email');
  assert.equal(await page.getByLabel('Field of Firm').inputValue(), 'companyId');
  await page.getByLabel('Field of Born').selectOption({ label: 'Do not import' });
  await page.getByLabel('Update what is there already').selectOption({ label: 'Email' });
  await assertAccessible(page);
  await shoot(page, 'import-columns');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('checkbox', { name: 'Take Webste for Website' }).waitFor();
  await page.getByRole('checkbox', { name: 'Take Alder Trst for Alder Trust' }).waitFor();
  await shoot(page, 'import-values');
  await page.getByRole('button', { name: 'Take 2 suggestions' }).click();
  await page.getByText('Nothing to decide').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
  await page.getByText('Must be an e-mail address.').waitFor();
  await page.getByText('Also created: 1 company.').waitFor();
  assert.equal((await api.read('/contacts')).length, 0);
  const report = await page.evaluate(async (path) => (await fetch(path)).text(), await page.getByRole('link', { name: 'Download the report' }).getAttribute('href'));
  assert.match(report, /not-an-address/);
  await assertAccessible(page);
  await shoot(page, 'import-rehearsal');
  await page.getByRole('button', { name: 'Import 2 rows' }).click();
  await page.getByText('Import finished').waitFor();
  await shoot(page, 'import-result');
  const people = await api.read('/contacts?sort=firstName');
  assert.deepEqual(people.map((p) => [p.firstName, p.email, p.source, p.birthday]), [
    ['Ann', 'ann@alder.example', 'website', null], ['Bob', 'bob@new.example', 'referral', null],
  ]);
  assert.equal(people[0].companyId, company.id);
  await page.getByRole('button', { name: 'Undo the import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the import' }).click();
  await page.getByText('The import was taken back').waitFor();
  assert.equal((await api.read('/contacts')).length, 0);
  assert.deepEqual((await api.read('/companies')).map((c) => c.name), ['Alder Trust']);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 an import is left, found again where it stood, and cancelled; its mapping is kept for the next file', async () => {
  const page = await signedIn();
  await drop(page, 'firms.csv', 'Firm,Town\nJuniper Hall,Leeds\nQuince Ltd,York\n', 'company');
  await page.getByText('2 rows in 2 columns').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Field of Firm').selectOption({ label: 'Name' });
  await page.getByLabel('Field of Town').selectOption('billingCity');
  await page.getByLabel('Save this mapping for later').fill('Firms of the fair');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('“Firms of the fair” saved').first().waitFor();
  await page.goto('/');
  await page.goto('/import');
  await page.getByRole('region', { name: 'Not finished yet' }).getByRole('link', { name: /firms\.csv/ }).click();
  await page.getByText('2 rows in 2 columns').waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  assert.equal(await page.getByLabel('Field of Town').inputValue(), 'billingCity');
  await page.getByRole('button', { name: 'Cancel the import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the import' }).click();
  await page.getByText('Import cancelled').waitFor();

  await drop(page, 'more.csv', 'Firm,Town\nRowan House,Bath\n', 'company');
  await page.getByLabel('Use a saved mapping').selectOption({ label: 'Firms of the fair' });
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.waitForFunction(() => document.querySelector('[aria-label="Field of Town"]')?.value === 'billingCity');
  await page.getByRole('button', { name: 'Rehearsal' }).click();
  await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
  await page.getByRole('button', { name: 'Import 1 row' }).click();
  await page.getByText('Import finished').waitFor();
  const [rowan] = await api.read('/companies?name=Rowan%20House');
  assert.equal(rowan.billingCity, 'Bath');
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 a wrong guess of the delimiter is put right, and the page fits a telephone', async () => {
  const page = await signedIn({ size: sizes.phone, colorScheme: 'dark' });
  await drop(page, 'odd.csv', 'name|email\nOdd One|odd@example.com\n', 'contact');
  await page.getByText('1 row in 2 columns').waitFor();
  await page.getByLabel('Columns are parted by').selectOption(',');
  await page.getByText('1 row in 1 column').waitFor();
  await page.getByLabel('Columns are parted by').selectOption('|');
  await page.getByText('1 row in 2 columns').waitFor();
  await assertFits(page);
  await assertAccessible(page);
  await shoot(page, 'import-phone');
  assertNoProblems(page);
  await page.context().close();
});
