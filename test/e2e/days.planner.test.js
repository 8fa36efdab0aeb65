// SPDX-License-Identifier: Apache-2.0
// A planner's day from morning to evening, in one browser: what is on, a new wedding from the house book, vendors and
// a clash, a day that moves, tasks that are done, a deposit that is paid.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertNoProblems, atHome, launch, openPage, shoot } from './browser.js';
import { registered } from './people.js';

const DAY = 86_400_000;
const inDays = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
const [WEDDING, LATER] = [inDays(40), inDays(41)];
let server;
let browser;
let api;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  ({ api, storageState } = await registered(browser, server, 'Northgate Weddings'));
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const dialog = (page) => page.getByRole('dialog');
const tab = (page, name) => page.getByRole('tab', { name: new RegExp(`^${name}`) });
const vendors = (page) => page.getByRole('list', { name: 'Vendors of this event' });

/** The house as it is before this day: a template, vendors, clients, an event that has the castle. */
async function house() {
  const template = await api.create('/events', { name: 'Wedding, the house book', isTemplate: true, timeZone: 'UTC', startAt: '2030-01-12T14:00:00Z', endAt: '2030-01-12T23:00:00Z' });
  await api.create('/schedule-items', { eventId: template.id, title: 'Ceremony', startAt: '2030-01-12T15:00:00Z', endAt: '2030-01-12T16:00:00Z' });
  await api.create('/schedule-items', { eventId: template.id, title: 'Dinner', startAt: '2030-01-12T18:00:00Z', endAt: '2030-01-12T21:00:00Z' });
  await api.create('/budget-lines', { eventId: template.id, name: 'Contingency', category: 'Other', planned: 800 });
  await api.create('/tasks', { eventId: template.id, title: 'Tasting with the couple', offsetDays: -40 });
  await api.create('/tasks', { eventId: template.id, title: 'Print the menus', offsetDays: -7 });
  await api.create('/companies', { name: 'Ada and Bo Lindqvist' });
  const castle = await api.create('/vendors', { name: 'Castle Brannock', category: 'Venue', exclusive: true, bufferMinutes: 120 });
  await api.create('/vendors', { name: 'Sage & Salt', category: 'Catering' });
  const gala = await api.create('/events', { name: 'Gala of the Guild', timeZone: 'UTC', startAt: `${WEDDING}T10:00:00Z`, endAt: `${WEDDING}T13:00:00Z` });
  await api.post(`/events/${gala.id}/vendors`, { vendorId: castle.id, status: 'confirmed' }, { expect: 201 });
  return gala;
}

async function addVendor(page, name, { firm, cost, deposit }) {
  await page.getByRole('button', { name: 'Add vendor' }).first().click();
  await dialog(page).getByLabel('Vendor').click();
  await page.getByRole('combobox', { name: 'Vendor' }).fill(name);
  await page.getByRole('option', { name }).click();
  await dialog(page).getByRole('radio', { name: firm }).click();
  await dialog(page).getByLabel('Agreed cost').fill(cost);
  if (!deposit) return;
  await dialog(page).getByRole('button', { name: 'Deposit, contract and contact' }).click();
  await dialog(page).getByLabel('Deposit amount').fill(deposit);
  await dialog(page).getByLabel('Deposit due').fill(inDays(3));
}
const save = (page) => dialog(page).getByRole('button', { name: 'Add vendor' }).click();

async function makeWedding(page) {
  await page.getByRole('button', { name: 'New event' }).click();
  await dialog(page).getByLabel('Name').fill('Wedding of Ada and Bo');
  await dialog(page).getByLabel('Template', { exact: true }).click();
  await page.getByRole('option', { name: 'Wedding, the house book' }).click();
  await dialog(page).getByLabel('Client').click();
  await page.getByRole('option', { name: 'Ada and Bo Lindqvist' }).click();
  await dialog(page).getByLabel('Start').fill(`${WEDDING}T14:00`);
  await dialog(page).getByLabel('End').fill(`${WEDDING}T23:00`);
  await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Wedding of Ada and Bo', level: 1 }).waitFor();
  const [event] = await api.read('/events?name=Wedding%20of%20Ada%20and%20Bo');
  return event;
}

test('S1-REL-05 S1-ENT-03 S1-REL-03 S1-REL-04 S3-UI-04 S1-UI-01 a planner’s day', async (t) => {
  await house();
  const page = await openPage(browser, server, { storageState });
  let event;
  await t.test('in the morning she looks at the calendar', async () => {
    await page.goto('/');
    await atHome(page);
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await page.getByRole('radio', { name: 'Calendar' }).or(page.getByRole('button', { name: 'Calendar' })).first().click();
    await page.getByRole('radio', { name: 'Agenda' }).click();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByRole('link', { name: 'Gala of the Guild' }).waitFor();
    await assertAccessible(page);
  });
  await t.test('she makes a wedding out of the house book', async () => {
    event = await makeWedding(page);
    await tab(page, 'Schedule').click();
    await page.getByRole('button', { name: 'Ceremony', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Dinner', exact: true }).waitFor();
    assert.equal((await api.read(`/tasks?eventId=${event.id}`)).length, 2);
  });
  await t.test('she books vendors, and the castle is not free soon enough', async () => {
    await tab(page, 'Bookings').click();
    await addVendor(page, 'Sage & Salt', { firm: 'Confirmed', cost: '4200', deposit: '1200' });
    await save(page);
    await vendors(page).getByText('Sage & Salt').waitFor();
    await addVendor(page, 'Castle Brannock', { firm: 'Confirmed', cost: '6800' });
    await dialog(page).getByText('Castle Brannock is booked', { exact: false }).waitFor();
    await dialog(page).getByText('It needs 2 hours before and after a booking.', { exact: false }).waitFor();
    await save(page);
    await dialog(page).getByRole('alert').getByText('Not booked: the time is taken.').waitFor();
    await shoot(page, 'day-planner-clash');
    await dialog(page).getByRole('radio', { name: 'Considering' }).click();
    await save(page);
    await vendors(page).getByRole('link', { name: 'Gala of the Guild' }).waitFor();
  });
  await t.test('she moves the wedding to the next day, where the castle is free, and confirms it', async () => {
    await page.getByRole('button', { name: 'Reschedule' }).click();
    await dialog(page).getByLabel('Start').fill(`${LATER}T14:00`);
    await dialog(page).getByText('All 2 vendors are free then.').or(dialog(page).getByText('free then', { exact: false })).first().waitFor();
    await dialog(page).getByRole('button', { name: 'Reschedule' }).click();
    await page.getByText('Moved to', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Confirm Castle Brannock' }).click();
    await page.getByText('Castle Brannock is confirmed').waitFor();
    const bookings = await api.read(`/event-vendors?eventId=${event.id}`);
    assert.deepEqual(bookings.map((one) => [one.status, one.bookedFrom.slice(0, 10)]), [['confirmed', LATER], ['confirmed', LATER]]);
    const items = await api.read(`/schedule-items?eventId=${event.id}`);
    assert.ok(items.every((item) => item.startAt.startsWith(LATER)), 'the run of show came along');
  });
  await t.test('in the afternoon she ticks off what is done', async () => {
    await page.getByRole('link', { name: 'My tasks' }).click();
    await page.getByRole('heading', { name: 'My tasks', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Done: Tasting with the couple' }).click();
    await page.getByText('Tasting with the couple is done').waitFor();
    await page.getByLabel('New task').fill('Send the plan to the castle');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: /^Today/ }).getByText('Send the plan to the castle').waitFor();
    await page.getByRole('button', { name: 'Done: Send the plan to the castle' }).click();
    await page.getByText('Send the plan to the castle is done').waitFor();
    const tasks = await api.read('/tasks?sort=title');
    assert.deepEqual(tasks.map((task) => [task.title, task.status]), [['Print the menus', 'todo'], ['Send the plan to the castle', 'done'], ['Tasting with the couple', 'done']]);
  });
  await t.test('in the evening she pays the caterer’s deposit and sees what is left', async () => {
    await page.goto(`/events/${event.id}?tab=payments`);
    const out = page.getByRole('region', { name: 'To vendors' });
    await out.getByText('Sage & Salt').waitFor();
    await out.getByRole('button', { name: 'Record as paid' }).click();
    await dialog(page).getByLabel('Reference').fill('Transfer 118');
    await dialog(page).getByRole('button', { name: 'Record as paid' }).or(dialog(page).locator('button[type=submit]')).first().click();
    await out.getByText('Completed').waitFor();
    const [payment] = await api.read(`/payments?eventId=${event.id}`);
    assert.deepEqual([payment.status, payment.amount, payment.direction, payment.reference], ['completed', 1200, 'out', 'Transfer 118']);
    await tab(page, 'Budget').click();
    await page.getByRole('button', { name: 'Add to the budget' }).click();
    await page.getByRole('list', { name: 'Lines of the budget' }).getByText('Castle Brannock').waitFor();
    const whole = await api.read(`/events/${event.id}`);
    assert.deepEqual([whole.plannedTotal, whole.agreedTotal, whole.paidOut], [11800, 11000, 1200]);
    await assertAccessible(page);
    await shoot(page, 'day-planner-evening');
  });
  assertNoProblems(page);
  await page.context().close();
});
