// SPDX-License-Identifier: Apache-2.0
// Quotes and invoices in the browser: lines entered by keyboard, sums as typed, sending, accepting, paying, crediting.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let api;
let storageState;
let company;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  ({ api, storageState } = await registered(browser, server, 'Lantern & Sons'));
  await api.create('/tax-rates', { name: 'Standard', rate: 21, isDefault: true });
  const reduced = await api.create('/tax-rates', { name: 'Reduced', rate: 9, kind: 'reduced' });
  await api.create('/products', { name: 'Marquee', price: 1200, currency: 'EUR', unit: 'day' });
  await api.create('/products', { name: 'Buffet', price: 32.5, currency: 'EUR', unit: 'person', taxRateId: reduced.id });
  company = await api.create('/companies', { name: 'Larkspur Robotics', currency: 'EUR' });
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const signedIn = (options) => openPage(browser, server, { storageState, ...options });
const dialog = (page) => page.getByRole('dialog');
const cell = (page, column, place) => page.getByLabel(`${column}, line ${place}`, { exact: true });
const figures = async (page) => (await page.getByLabel('Sums').innerText()).replace(/\s+/g, ' ');

test('S2-ENT-06 S5-UI-02 a quote is written without leaving the keyboard, and its sums are the server’s', async () => {
  const quote = await api.create('/quotes', { companyId: company.id, title: 'Harvest fair', currency: 'EUR' });
  const page = await signedIn();
  await page.goto(`/quotes/${quote.id}`);
  await cell(page, 'Item', 1).focus();
  await page.keyboard.type('marq');
  await page.getByRole('option', { name: /Marquee/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  // The product has filled the line; the quantity is next.
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Lights on the trees');
  for (let tab = 0; tab < 3; tab++) await page.keyboard.press('Tab');
  await page.keyboard.type('33.33');
  await page.keyboard.press('Tab');
  await page.keyboard.type('10');
  await page.keyboard.press('Enter');
  await page.keyboard.type('buff');
  await page.getByRole('option', { name: /Buffet/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('40');
  await page.keyboard.press('Alt+ArrowUp');
  assert.equal(await cell(page, 'Item', 2).inputValue(), 'Buffet');
  // 2400 + 30.00 at 21 %: 510.30; 1300 at 9 %: 117.00.
  assert.match(await figures(page), /Discounts -€3.33 Net €3,730.00 Tax 21% on €2,430.00 €510.30 Tax 9% on €1,300.00 €117.00 Total €4,357.30/);
  await assertAccessible(page);
  await shoot(page, 'quote-editor');
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).first().waitFor();
  const saved = await api.read(`/quotes/${quote.id}`);
  assert.deepEqual(saved.lines.map((l) => [l.name, l.quantity, l.unit, l.amount]), [
    ['Marquee', 2, 'day', 2400], ['Buffet', 40, 'person', 1300], ['Lights on the trees', 1, null, 30],
  ]);
  assert.equal(saved.total, 4357.3);
  assert.match(await figures(page), /Total €4,357.30/);
  assertNoProblems(page);
  await page.context().close();
});

test('S2-REL-11 S2-REL-15 a quote is sent, accepted at its link, invoiced, issued and paid', async () => {
  const quote = await api.create('/quotes', {
    companyId: company.id, title: 'Spring gala', currency: 'EUR',
    lines: [{ name: 'Planning', unitPrice: 1000 }, { name: 'Fireworks', unitPrice: 500, optional: true }],
  });
  const page = await signedIn();
  await page.goto(`/quotes/${quote.id}`);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Quote sent').waitFor();
  await page.getByRole('button', { name: 'Accepted', exact: true }).waitFor();
  const { shareUrl } = await api.read(`/quotes/${quote.id}`);

  const customer = await openPage(browser, server);
  await customer.goto(new URL(shareUrl).pathname);
  await customer.getByRole('checkbox').check();
  await customer.getByLabel(/name/i).fill('Jan Novák');
  await shoot(customer, 'customer-quote');
  await customer.getByRole('button', { name: /accept/i }).click();
  await customer.getByText(/accepted/i).first().waitFor();
  assertNoProblems(customer);
  await customer.context().close();

  await page.reload();
  await page.getByRole('button', { name: 'Invoice', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Invoice', exact: true }).click();
  await page.getByText('Invoice drafted').waitFor();
  await page.getByRole('button', { name: 'Issue', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Issue', exact: true }).click();
  await page.getByRole('button', { name: 'Record payment' }).click();
  const amount = dialog(page).getByLabel('Amount');
  assert.equal(await amount.inputValue(), '1815');
  await amount.fill('1900');
  await dialog(page).getByText('€85.00 more than is open').waitFor();
  await assertAccessible(page);
  await shoot(page, 'invoice-pay');
  await dialog(page).getByRole('button', { name: 'Record payment' }).click();
  await page.getByText('Payment recorded').waitFor();
  const [invoice] = await api.read(`/invoices?quoteId=${quote.id}`);
  assert.deepEqual([invoice.status, invoice.balance, invoice.total], ['paid', 0, 1815]);
  assertNoProblems(page);
  await page.context().close();
});

test('S2-API-11 credit of a company goes to its open invoices', async () => {
  const debtor = await api.create('/companies', { name: 'Heron Catering', currency: 'EUR' });
  const issue = async (unitPrice) => {
    const invoice = await api.create('/invoices', { companyId: debtor.id, currency: 'EUR', lines: [{ name: 'Work', unitPrice }] });
    await api.post(`/invoices/${invoice.id}/issue`, {}, { expect: 200 });
    return invoice;
  };
  const first = await issue(100);
  const second = await issue(50);
  const payment = await api.create('/payments', { companyId: debtor.id, amount: 130, currency: 'EUR' });
  const page = await signedIn();
  await page.goto(`/payments/${payment.id}`);
  await page.getByRole('button', { name: 'Allocate', exact: true }).click();
  await dialog(page).getByRole('textbox').nth(1).waitFor();
  // Both are due the same day: 121.00 and 60.50 are open, and 130 is there.
  await dialog(page).getByRole('textbox').nth(0).fill('100');
  await dialog(page).getByRole('textbox').nth(1).fill('40');
  await dialog(page).getByText('€10.00 more than the payment has left').waitFor();
  await dialog(page).getByRole('textbox').nth(1).fill('20.5');
  await dialog(page).getByText('€9.50 stays credit').waitFor();
  await shoot(page, 'payment-allocate');
  await dialog(page).getByRole('button', { name: 'Allocate', exact: true }).click();
  await dialog(page).waitFor({ state: 'detached' });
  const paid = await api.read(`/payments/${payment.id}`);
  assert.equal(paid.unallocated, 9.5);
  const left = await Promise.all([first, second].map(async ({ id }) => (await api.read(`/invoices/${id}`)).balance));
  assert.deepEqual(left.toSorted((a, b) => a - b), [21, 40]);

  await page.goto(`/companies/${debtor.id}?tab=account`);
  await page.getByText('Open, 2 invoices').waitFor();
  await page.getByText('€61.00').waitFor();
  await shoot(page, 'company-account');
  assertNoProblems(page);
  await page.context().close();
});

test('S2-REL-16 S2-API-07 an invoice is delivered and credited in parts', async () => {
  const invoice = await api.create('/invoices', { companyId: company.id, currency: 'EUR', lines: [{ name: 'Chairs', quantity: 40, unitPrice: 6 }] });
  await api.post(`/invoices/${invoice.id}/issue`, {}, { expect: 200 });
  const page = await signedIn();
  const choose = async (name) => {
    await page.goto(`/invoices/${invoice.id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Delivery note');
  await dialog(page).getByLabel(/^Chairs/).fill('30');
  await dialog(page).getByRole('button', { name: 'Delivery note' }).click();
  await page.getByRole('button', { name: 'Issue', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Issue', exact: true }).click();
  await page.getByText('Delivery note issued').waitFor();
  assert.equal((await api.read(`/invoices/${invoice.id}`)).lines[0].deliveredQuantity, 30);

  await choose('Credit note');
  await dialog(page).getByLabel('Some of its lines').check();
  await dialog(page).getByLabel(/^Chairs/).fill('10');
  await dialog(page).getByLabel('Reason').fill('Ten were broken');
  await shoot(page, 'invoice-credit');
  await dialog(page).getByRole('button', { name: 'Credit note' }).click();
  await page.getByText('Credit note made').waitFor();
  assert.equal((await api.read(`/invoices/${invoice.id}`)).creditedTotal, 72.6);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 who changes the lines under somebody’s hands does not overwrite theirs silently', async () => {
  const quote = await api.create('/quotes', { companyId: company.id, currency: 'EUR', lines: [{ name: 'Tent', unitPrice: 10 }] });
  const page = await signedIn();
  await page.goto(`/quotes/${quote.id}`);
  await page.waitForLoadState('networkidle');
  await cell(page, 'Quantity', 1).fill('3');
  // Another field of the same quote is in nobody's way.
  await api.patch(`/quotes/${quote.id}`, { title: 'Renamed meanwhile' }, { expect: 200 });
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).first().waitFor();
  const saved = await api.read(`/quotes/${quote.id}`);
  assert.deepEqual([saved.title, saved.lines[0].quantity], ['Renamed meanwhile', 3]);
  await page.reload();
  await cell(page, 'Quantity', 1).fill('4');
  await api.patch(`/quotes/${quote.id}`, { lines: [{ id: saved.lines[0].id, name: 'Big tent', unitPrice: 20, quantity: 3 }] }, { expect: 200 });
  await page.keyboard.press('Control+s');
  await page.getByText('Someone else changed this record').waitFor();
  assert.equal((await api.read(`/quotes/${quote.id}`)).lines[0].name, 'Big tent');
  await page.getByRole('button', { name: 'Replace theirs' }).click();
  await page.getByText('Saved', { exact: true }).first().waitFor();
  assert.deepEqual((await api.read(`/quotes/${quote.id}`)).lines.map((l) => [l.name, l.quantity]), [['Tent', 4]]);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 the lines of a document fit a telephone', async () => {
  const quote = await api.create('/quotes', { companyId: company.id, title: 'Small', currency: 'EUR', lines: [{ name: 'Tent', unitPrice: 10 }] });
  const page = await signedIn({ size: sizes.phone });
  await page.goto(`/quotes/${quote.id}?tab=lines`);
  await cell(page, 'Quantity', 1).waitFor();
  await assertFits(page);
  await assertAccessible(page);
  await shoot(page, 'quote-phone');
  assertNoProblems(page);
  await page.context().close();
});
