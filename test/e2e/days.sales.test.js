// SPDX-License-Identifier: Apache-2.0
// A salesperson's day in the browser, from home to a deal that is won, with the customer at the other end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Organisation, PASSWORD } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertNoProblems, atHome, launch, openPage, shoot } from './browser.js';

const HOUR = 3_600_000;
let server;
let browser;
let admin;
let seller;
let lead;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  const organisation = await Organisation.create(server);
  ({ admin } = organisation);
  await admin.patch(`/organizations/${organisation.id}`, { currency: 'EUR' }, { expect: 200 });
  await admin.create('/tax-rates', { name: 'Standard', rate: 20, isDefault: true });
  await admin.create('/products', { name: 'Marquee', price: 1200, currency: 'EUR', unit: 'day' });
  seller = await organisation.member('user');
  lead = await admin.create('/leads', {
    firstName: 'Nora', lastName: 'Lindgren', email: 'nora@birch.example', company: 'Birch & Elm', source: 'referral',
    phone: '+44 20 7946 0018', estimatedValue: 3000, currency: 'EUR', ownerId: seller.id,
  });
  const due = new Date(Date.now() - 48 * HOUR).toISOString();
  await admin.create('/tasks', { title: 'Call Nora Lindgren', assigneeId: seller.id, leadId: lead.id, dueAt: due, priority: 'high' });
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const dialog = (page) => page.getByRole('dialog');
const region = (page, name) => page.getByRole('region', { name, exact: true });
const goTo = (page, name) => page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name, exact: true }).click();
const cell = (page, column, place) => page.getByLabel(`${column}, line ${place}`, { exact: true });

/** Home says what to do; the call is made, written down, and ticked off. */
async function callTheLead(page) {
  await region(page, 'Overdue').getByRole('link', { name: 'Nora Lindgren', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Nora Lindgren' }).waitFor();
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByRole('textbox', { name: 'Subject' }).fill('Wants a marquee in May');
  await page.getByRole('button', { name: 'Log call' }).click();
  await page.getByText('Call logged').waitFor();
  await page.getByText('Wants a marquee in May').first().waitFor();
  await page.getByRole('checkbox', { name: 'Mark “Call Nora Lindgren” as done' }).click();
  await page.getByText('“Call Nora Lindgren” is done').waitFor();
}

async function convert(page) {
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await dialog(page).getByText('Create “Birch & Elm”').waitFor();
  await dialog(page).getByLabel('Name').fill('Birch & Elm summer party');
  await dialog(page).getByRole('button', { name: 'Convert', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Birch & Elm summer party' }).waitFor();
}

/** On the board, without a mouse. */
async function moveOn(page) {
  await goTo(page, 'Deals');
  await page.getByRole('radio', { name: 'Board' }).click();
  const first = region(page, 'Qualification').getByRole('article', { name: 'Birch & Elm summer party' });
  await first.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(400);
  await page.keyboard.press('Space');
  await page.getByText(/^Birch & Elm summer party moved to /).waitFor();
  await shoot(page, 'day-sales-board');
  await page.getByRole('article', { name: 'Birch & Elm summer party' }).getByRole('link', { name: 'Birch & Elm summer party' }).click();
  await page.getByRole('heading', { level: 1, name: 'Birch & Elm summer party' }).waitFor();
}

/** Lines by keyboard alone; the sums are the server's. */
async function quote(page) {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Make a quote' }).click();
  await page.getByText('Quote made').waitFor();
  await cell(page, 'Item', 1).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('marq');
  await page.getByRole('option', { name: /Marquee/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2');
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).first().waitFor();
  assert.match((await page.getByLabel('Sums').innerText()).replace(/\s+/g, ' '), /Net €2,400.00 Tax 20% on €2,400.00 €480.00 Total €2,880.00/);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Quote sent').waitFor();
}

/** The customer opens the link that the salesperson copied, and accepts. */
async function accept(shareUrl) {
  const customer = await openPage(browser, server);
  await customer.goto(new URL(shareUrl).pathname);
  await customer.getByText('2,880.00').first().waitFor();
  await customer.getByLabel(/name/i).fill('Nora Lindgren');
  await customer.getByRole('button', { name: /accept/i }).click();
  await customer.getByText(/accepted/i).first().waitFor();
  assertNoProblems(customer);
  await customer.context().close();
}

test('S5-UI-03 S5-UI-04 S3-UI-03 S2-REL-08 S2-REL-10 a salesperson’s day: call, convert, move on, quote, win', async () => {
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(seller.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await atHome(page);
  await callTheLead(page);
  await convert(page);
  await goTo(page, 'Home');
  await region(page, 'Deals without a next step').getByText('Birch & Elm summer party').waitFor();
  await moveOn(page);
  await quote(page);
  const [{ id }] = await seller.all('/quotes');
  const made = await seller.read(`/quotes/${id}`);
  assert.deepEqual([made.status, made.total, made.ownerId], ['sent', 2880, seller.id]);
  await accept(made.shareUrl);

  for (let i = 0; i < 200 && !(await seller.all('/notifications')).some(({ type }) => type === 'quote_accepted'); i++) await sleep(50);
  // The bell tells of it, and leads to the quote; from there to the deal, which is won.
  await page.reload();
  await page.getByRole('button', { name: /^Notifications, \d+ unread/ }).click();
  await dialog(page).getByText(/accepted/i).first().click();
  await page.getByRole('main').getByRole('link', { name: 'Birch & Elm summer party' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Birch & Elm summer party' }).waitFor();
  await page.getByRole('button', { name: 'Won', exact: true }).first().click();
  await dialog(page).getByRole('button', { name: 'Won', exact: true }).click();
  await page.getByText('Deal won').waitFor();
  await assertAccessible(page);
  await goTo(page, 'Dashboards');
  await page.getByRole('link', { name: /^Won .* 1 deal/ }).click();
  await page.getByText('Birch & Elm summer party').first().waitFor();
  const converted = await seller.read(`/leads/${lead.id}`);
  const deal = await seller.read(`/deals/${converted.convertedDealId}`);
  assert.deepEqual([deal.status, deal.ownerId], ['won', seller.id]);
  assertNoProblems(page);
  await page.context().close();
});
