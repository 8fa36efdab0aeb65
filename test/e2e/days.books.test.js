// SPDX-License-Identifier: Apache-2.0
// A bookkeeper's day in the browser: from an accepted quote to a month that is handed over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Organisation, PASSWORD } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertNoProblems, atHome, launch, openPage, shoot } from './browser.js';

const DAY = 86_400_000;
const day = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
let server;
let browser;
let admin;
let books;
let quote;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  const organisation = await Organisation.create(server);
  ({ admin } = organisation);
  await admin.patch(`/organizations/${organisation.id}`, { currency: 'EUR', timeZone: 'UTC' }, { expect: 200 });
  await admin.create('/tax-rates', { name: 'Standard', rate: 20, isDefault: true });
  books = await organisation.member('accountant');
  const [heron, basalt] = [await admin.create('/companies', { name: 'Heron Catering' }), await admin.create('/companies', { name: 'Basalt Ltd' })];
  const late = await admin.create('/invoices', { companyId: basalt.id, issueDate: day(-40), dueDate: day(-10), lines: [{ name: 'Site survey', unitPrice: 500 }] });
  await admin.post(`/invoices/${late.id}/issue`, {}, { expect: 200 });
  quote = await admin.create('/quotes', { companyId: heron.id, title: 'Spring gala', lines: [{ name: 'Planning', unitPrice: 1000 }] });
  await admin.post(`/quotes/${quote.id}/send`, {}, { expect: 200 });
  await admin.post(`/quotes/${quote.id}/accept`, { name: 'Jan Novák' }, { expect: 200 });
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

/** Toasts are dialogs too, so each is called by its name. */
const dialog = (page, name) => page.getByRole('dialog', { name, exact: true });
const region = (page, name) => page.getByRole('region', { name, exact: true });
const goTo = (page, name) => page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name, exact: true }).click();
const openRow = (page, name) => page.getByRole('main').getByRole('link', { name }).first().click();

async function issue(page) {
  await page.getByRole('button', { name: 'Issue', exact: true }).click();
  await dialog(page, 'Issue').getByRole('button', { name: 'Issue', exact: true }).click();
  await page.getByRole('button', { name: 'Record payment' }).waitFor();
}

/** Thirty per cent in advance, and an invoice of the rest. */
async function invoiceQuote(page) {
  await goTo(page, 'Quotes');
  await openRow(page, 'Spring gala');
  await page.getByRole('button', { name: 'Invoice', exact: true }).click();
  await dialog(page, 'Invoice').getByLabel('What to invoice').click();
  await page.getByRole('option', { name: 'A deposit' }).click();
  await dialog(page, 'Invoice').getByLabel('Percent of the quote').fill('30');
  await dialog(page, 'Invoice').getByRole('button', { name: 'Invoice', exact: true }).click();
  await page.getByText('Invoice drafted').waitFor();
  await issue(page);
  await page.goto(`/quotes/${quote.id}`);
  await page.getByRole('button', { name: 'Invoice', exact: true }).click();
  await dialog(page, 'Invoice').getByRole('button', { name: 'Invoice', exact: true }).click();
  await page.getByText('Invoice drafted').waitFor();
  await issue(page);
}

/** One transfer for both: the deposit is settled, of the rest a part. */
async function allocate(page) {
  await goTo(page, 'Payments');
  await page.getByRole('button', { name: 'New payment' }).first().click();
  await dialog(page, 'New payment').getByLabel('Company').click();
  await page.getByRole('option', { name: 'Heron Catering' }).click();
  await dialog(page, 'New payment').getByLabel('Amount', { exact: false }).first().fill('1000');
  await dialog(page, 'New payment').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('button', { name: 'Allocate', exact: true }).click();
  const amounts = dialog(page, 'Allocate').getByRole('textbox');
  await amounts.nth(1).waitFor();
  await amounts.nth(0).fill('360');
  await amounts.nth(1).fill('600');
  await dialog(page, 'Allocate').getByText('€40.00 stays credit').waitFor();
  await shoot(page, 'day-books-allocate');
  await dialog(page, 'Allocate').getByRole('button', { name: 'Allocate', exact: true }).click();
  await dialog(page, 'Allocate').waitFor({ state: 'detached' });
}

/** Home names it, the finance dashboard counts it; it was a mistake, so it is credited. */
async function creditOverdue(page) {
  await goTo(page, 'Home');
  await region(page, 'Overdue invoices').getByText('Basalt Ltd').waitFor();
  await goTo(page, 'Dashboards');
  await page.getByRole('navigation', { name: 'Dashboards' }).getByRole('link', { name: 'Finance' }).click();
  await page.getByRole('link', { name: /^Late .*600 past the due date/ }).click();
  await page.getByText('Basalt Ltd').first().waitFor();
  const [late] = await books.all('/invoices', { status: 'overdue' });
  await openRow(page, late.number);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Credit note' }).click();
  await dialog(page, 'Credit note').getByLabel('Reason').fill('The survey was never made');
  await dialog(page, 'Credit note').getByRole('button', { name: 'Credit note' }).click();
  await page.getByText('Credit note made').waitFor();
  assert.equal((await books.read(`/invoices/${late.id}`)).balance, 0);
  await goTo(page, 'Home');
  await page.getByText('No invoice is overdue.').waitFor();
}

/** What was issued this month, in the order of its numbers, as a file. */
async function exportMonth(page) {
  const month = new Date().toISOString().slice(0, 7);
  await page.goto(`/invoices?issueDate[gte]=${month}-01&sort=number&columns=number,type,total`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click().then(() => page.getByRole('menuitem', { name: 'CSV' }).click()),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const [head, ...rows] = Buffer.concat(chunks).toString().trim().split(/\r?\n/).map((line) => line.split(',').slice(1));
  assert.deepEqual(head, ['number', 'type', 'total']);
  return rows.map(([, type, total]) => [type, Number(total)]);
}

test('S2-REL-11 S2-REL-15 S2-API-11 S3-UI-01 S5-UI-01 a bookkeeper’s day: invoice, deposit, payment, what is late, credit, the month', async () => {
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(books.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await atHome(page);
  await invoiceQuote(page);
  await allocate(page);
  const open = await books.all('/invoices', { quoteId: quote.id });
  assert.deepEqual(open.map((row) => [row.type, row.total, row.balance, row.status]).sort(), [['deposit', 360, 0, 'paid'], ['invoice', 840, 240, 'partially_paid']]);
  await creditOverdue(page);
  const rows = (await exportMonth(page)).toSorted((a, b) => a[1] - b[1]);
  assert.deepEqual(rows, [['deposit', 360], ['credit_note', 600], ['invoice', 840]]);
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});
