// SPDX-License-Identifier: Apache-2.0
// Steps of records in the browser that make other records: quotes, events and projects of deals, copies, templates.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertNoProblems, launch, openPage, shoot } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let api;
let storageState;
let company;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  ({ api, storageState } = await registered(browser, server, 'Lilac & Sons'));
  company = await api.create('/companies', { name: 'Larkspur Robotics', currency: 'EUR' });
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const signedIn = (options) => openPage(browser, server, { storageState, ...options });
const dialog = (page) => page.getByRole('dialog');

async function choose(page, name) {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

test('S2-REL-10 a deal makes a quote of its lines', async () => {
  const deal = await api.create('/deals', { name: 'Harvest fair', companyId: company.id, currency: 'EUR', lines: [{ name: 'Tent', quantity: 2, unitPrice: 50 }] });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}`);
  await choose(page, 'Make a quote');
  await page.getByText('Quote made').waitFor();
  await page.getByLabel('Item, line 1', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('Item, line 1', { exact: true }).inputValue(), 'Tent');
  const [quote] = await api.read(`/quotes?dealId=${deal.id}`);
  assert.equal(quote.subtotal, 100);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 a deal starts an event of a template, which is confirmed and copied', async () => {
  await api.create('/events', { name: 'Reception, the usual', isTemplate: true, timeZone: 'UTC', startAt: '2030-01-12T17:00:00Z', endAt: '2030-01-12T21:00:00Z' });
  const deal = await api.create('/deals', { name: 'Reception for Larkspur', companyId: company.id, currency: 'EUR' });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}`);
  await choose(page, 'Start event');
  await dialog(page).getByLabel('Template').click();
  await page.getByRole('option', { name: 'Reception, the usual' }).click();
  await dialog(page).getByLabel('Start').fill('2031-03-29T17:00');
  await shoot(page, 'deal-start-event');
  await dialog(page).getByRole('button', { name: 'Start event' }).click();
  await page.getByText('Event started').waitFor();
  await page.getByRole('heading', { name: 'Reception for Larkspur', level: 1 }).waitFor();
  const [event] = await api.read(`/events?dealId=${deal.id}`);
  assert.equal(event.companyId, company.id);
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByText('Event confirmed').waitFor();
  assert.equal((await api.read(`/events/${event.id}`)).status, 'confirmed');
  await choose(page, 'Copy');
  await dialog(page).getByLabel('Name').fill('The same a year later');
  await dialog(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('heading', { name: 'The same a year later', level: 1 }).waitFor();
  const [copy] = await api.read('/events?name=The%20same%20a%20year%20later');
  assert.equal(copy.status, 'inquiry');
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 what the server refuses is said in the dialog, and nothing is lost', async () => {
  const event = await api.create('/events', { name: 'Without a client', startAt: '2031-05-01T17:00:00Z', endAt: '2031-05-01T20:00:00Z' });
  const page = await signedIn();
  await page.goto(`/events/${event.id}`);
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Confirm', exact: true }).click();
  await dialog(page).getByText('Client is needed').waitFor();
  await dialog(page).getByLabel('Client').click();
  await page.getByRole('option', { name: 'Larkspur Robotics' }).click();
  await dialog(page).getByLabel('End').fill('2031-04-01T17:00');
  await dialog(page).getByRole('button', { name: 'Confirm', exact: true }).click();
  await dialog(page).getByRole('alert').first().waitFor();
  assert.equal((await api.read(`/events/${event.id}`)).status, 'inquiry');
  await dialog(page).getByLabel('End').fill('2031-05-01T21:00');
  await dialog(page).getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByText('Event confirmed').waitFor();
  assertNoProblems(page);
  await page.context().close();
});
