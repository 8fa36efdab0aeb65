// SPDX-License-Identifier: Apache-2.0
// The page of an event as its planner works on it: vendors, run of show, budget, tasks, payments.
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
const tab = (page, name) => page.getByRole('tab', { name: new RegExp(`^${name}`) });
/** Takes back what a toast says. */
const undo = (page, said) =>
  page.locator('div').filter({ hasText: said }).filter({ has: page.getByRole('button', { name: 'Undo' }) }).last().getByRole('button', { name: 'Undo' }).click();
let day = 1;
/** Five to eleven in the evening of a day of its own. */
const nextDay = () => `2031-06-${String(day++).padStart(2, '0')}`;
const newEvent = (name, on = nextDay(), extra = {}) =>
  api.create('/events', {
    name,
    companyId: company.id,
    currency: 'EUR',
    timeZone: 'UTC',
    startAt: `${on}T17:00:00Z`,
    endAt: `${on}T23:00:00Z`,
    ...extra,
  });
const newVendor = (name, extra = {}) =>
  api.create('/vendors', { name, category: 'Venue', exclusive: true, ...extra });
const book = (event, vendor, body = {}) =>
  api.post(
    `/events/${event.id}/vendors`,
    { vendorId: vendor.id, status: 'confirmed', ...body },
    { expect: 201 },
  );
const list = (page, name) => page.getByRole('list', { name });

async function chooseVendor(page, name) {
  await dialog(page).getByLabel('Vendor').click();
  await page.getByRole('combobox', { name: 'Vendor' }).fill(name);
  await page.getByRole('option', { name }).click();
}

test('S1-REL-05 S1-ENT-11 a clash with another booking, its buffer included, is told before it is saved', async () => {
  const on = nextDay();
  const hall = await newVendor('Harbour Hall', { bufferMinutes: 60 });
  const gala = await newEvent('Gala of the Guild', on, {
    startAt: `${on}T08:00:00Z`,
    endAt: `${on}T12:00:00Z`,
  });
  await book(gala, hall);
  const event = await newEvent('Robot launch', on, { startAt: `${on}T13:30:00Z`, endAt: `${on}T20:00:00Z` });
  const page = await signedIn();
  await page.goto(`/events/${event.id}`);
  await page.getByText('No vendors yet').waitFor();
  await page.getByRole('button', { name: 'Add vendor' }).click();
  await chooseVendor(page, 'Harbour Hall');
  const told = dialog(page).getByRole('status');
  await told.getByText('Harbour Hall is booked', { exact: false }).waitFor();
  assert.match(
    await told.innerText(),
    /for Gala of the Guild\. It needs 60 minutes before and after a booking\./,
  );
  assert.equal(
    await told.getByRole('link', { name: 'Gala of the Guild' }).getAttribute('href'),
    `/events/${gala.id}`,
  );
  assert.deepEqual(await api.read(`/event-vendors?eventId=${event.id}`), [], 'nothing was sent');
  await dialog(page).getByRole('radio', { name: 'Confirmed' }).click();
  await told.getByText('this would be refused', { exact: false }).waitFor();
  await assertAccessible(page);
  await shoot(page, 'event-clash');
  await dialog(page).getByLabel('Booked from').fill(`${on}T14:00`);
  await told.getByText('Harbour Hall is free at that time.').waitFor();
  await dialog(page).getByLabel('Agreed cost').fill('2400');
  await dialog(page).getByRole('button', { name: 'Add vendor' }).click();
  await page.getByText('Vendor added').waitFor();
  const row = list(page, 'Vendors of this event').getByRole('listitem').filter({ hasText: 'Harbour Hall' });
  await row.getByText('Confirmed').waitFor();
  const [booking] = await api.read(`/event-vendors?eventId=${event.id}`);
  assert.deepEqual(
    [booking.status, booking.agreedCost, booking.bookedFrom],
    ['confirmed', 2400, `${on}T14:00:00.000Z`],
  );
  assertNoProblems(page);
  await page.context().close();
});

test('S1-REL-05 S1-API-07 what is taken meanwhile is refused in a sentence with the way to the other event', async () => {
  const on = nextDay();
  const band = await newVendor('The Night Jars', { category: 'Music' });
  const event = await newEvent('Spring ball', on);
  const page = await signedIn();
  await page.goto(`/events/${event.id}`);
  await page.getByRole('button', { name: 'Add vendor' }).click();
  await chooseVendor(page, 'The Night Jars');
  await dialog(page).getByText('The Night Jars is free at that time.').waitFor();
  await dialog(page).getByRole('radio', { name: 'Confirmed' }).click();
  const rival = await newEvent('Rival ball', on);
  await book(rival, band);
  await dialog(page).getByRole('button', { name: 'Add vendor' }).click();
  await dialog(page).getByRole('alert').getByText('Not booked: the time is taken.').waitFor();
  const way = dialog(page).getByRole('link', { name: 'Rival ball' });
  await dialog(page).getByRole('radio', { name: 'Considering' }).click();
  await dialog(page).getByRole('button', { name: 'Add vendor' }).click();
  await page.getByText('Vendor added').waitFor();
  // What is only considered says that it is taken, and confirming it tells why not.
  const row = list(page, 'Vendors of this event').getByRole('listitem').filter({ hasText: 'The Night Jars' });
  await row.getByRole('link', { name: 'Rival ball' }).waitFor();
  await row.getByRole('button', { name: 'Confirm The Night Jars' }).click();
  await dialog(page).getByRole('alert').getByText('Not booked: the time is taken.').waitFor();
  await way.click();
  await page.getByRole('heading', { name: 'Rival ball', level: 1 }).waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S1-ENT-04 a booking is confirmed by one click, cancelled by another, and comes back', async () => {
  const event = await newEvent('Garden party');
  const florist = await newVendor('Petal & Stem', { category: 'Flowers' });
  const { body } = await book(event, florist, { status: 'considering', agreedCost: 850 });
  const at = `/event-vendors/${body.data.id}`;
  const page = await signedIn();
  await page.goto(`/events/${event.id}`);
  await page.getByRole('button', { name: 'Confirm Petal & Stem' }).click();
  await page.getByText('Petal & Stem is confirmed').waitFor();
  assert.equal((await api.read(at)).status, 'confirmed');
  await page.getByRole('button', { name: 'More about Petal & Stem' }).click();
  await page.getByRole('menuitem', { name: 'Cancel booking' }).click();
  await page.getByText('Petal & Stem is cancelled').waitFor();
  assert.equal((await api.read(at)).status, 'cancelled');
  await undo(page, 'Petal & Stem is cancelled');
  await list(page, 'Vendors of this event').getByText('Confirmed').waitFor();
  assert.equal((await api.read(at)).status, 'confirmed');
  assertNoProblems(page);
  await page.context().close();
});

test('S1-ENT-03 the run of show is written by the hour, on the clocks of the event, and ticked off', async () => {
  const on = nextDay();
  const event = await newEvent('Midsummer dinner', on, { timeZone: 'Europe/Berlin' });
  const page = await signedIn();
  await page.goto(`/events/${event.id}?tab=schedule-items`);
  await page.getByText('Times are those of Europe/Berlin', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Add to the schedule' }).click();
  const form = page.getByRole('form', { name: 'Add to the schedule' });
  assert.equal(await form.getByLabel('Start').inputValue(), `${on}T19:00`, 'five in UTC');
  await form.getByLabel('Title').fill('Doors open');
  await form.getByLabel('End').fill(`${on}T20:00`);
  await form.getByLabel('Location').fill('Terrace');
  await page.keyboard.press('Enter');
  await page.getByText('1 item', { exact: true }).waitFor();
  assert.equal(await form.getByLabel('Start').inputValue(), `${on}T20:00`, 'the next one follows');
  await form.getByLabel('Title').fill('Speeches');
  await form.getByLabel('Start').fill(`${on}T22:30`);
  await page.keyboard.press('Enter');
  await page.getByText('2 items').waitFor();
  await form.getByRole('button', { name: 'Done' }).click();
  await page.getByText('2 hours free').waitFor();
  await page.getByRole('button', { name: 'Speeches', exact: true }).click();
  const edit = page.getByRole('form', { name: 'Edit Speeches' });
  await edit.getByLabel('Title').fill('Speeches and toasts');
  await edit.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Done: Speeches and toasts' }).click();
  await page.getByText('Speeches and toasts is done').waitFor();
  const items = await api.read(`/schedule-items?eventId=${event.id}&sort=startAt`);
  assert.deepEqual(
    items.map((item) => [item.title, item.startAt, item.status, item.location]),
    [
      ['Doors open', `${on}T17:00:00.000Z`, 'planned', 'Terrace'],
      ['Speeches and toasts', `${on}T20:30:00.000Z`, 'done', null],
    ],
  );
  await undo(page, 'Speeches and toasts is done');
  await page.locator('[aria-label="Done: Speeches and toasts"][aria-pressed=false]').waitFor();
  assert.equal((await api.read(`/schedule-items/${items[1].id}`)).status, 'planned');
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});

test('S1-REL-04 S1-ENT-06 a budget takes in what is booked and paid, and a vendor is paid', async () => {
  const event = await newEvent('Harvest fair', nextDay(), { budget: 9000 });
  const caterer = await newVendor('Sage & Salt', { category: 'Catering' });
  await book(event, caterer, { agreedCost: 3000 });
  const page = await signedIn();
  await page.goto(`/events/${event.id}?tab=budget-lines`);
  await page.getByText('Sage & Salt is not in the budget.').waitFor();
  await page.getByRole('button', { name: 'Add to the budget' }).click();
  const lines = list(page, 'Lines of the budget');
  await lines.getByText('Sage & Salt').waitFor();
  await page.getByRole('button', { name: 'Add line' }).click();
  const form = page.getByRole('form', { name: 'Add line' });
  await form.getByLabel('Name').fill('Decoration');
  await form.getByLabel('Category').click();
  await page.getByRole('option', { name: 'Flowers' }).click();
  await form.getByLabel('Planned').fill('500.50');
  await form.getByLabel('Agreed').fill('600');
  await form.getByRole('button', { name: 'Add line' }).click();
  await lines.getByText('€99.50 over').waitFor();
  await form.getByRole('button', { name: 'Done' }).click();
  await lines.getByRole('button', { name: 'Set Planned: Sage & Salt' }).click();
  await page.keyboard.type('3200');
  const saved = page.waitForResponse(
    (r) => r.url().includes('/budget-lines/') && r.request().method() === 'PATCH',
  );
  await page.keyboard.press('Enter');
  assert.equal((await saved).status(), 200);
  await page.getByText('€3,700.50', { exact: true }).first().waitFor();
  await tab(page, 'Payments').click();
  await page.getByRole('button', { name: 'Pay a vendor' }).click();
  await dialog(page).getByLabel('Vendor').selectOption({ label: 'Sage & Salt: €3,000 left' });
  await dialog(page).getByLabel('Amount').fill('1000');
  await dialog(page).getByLabel('Reference').fill('Deposit');
  await dialog(page).getByRole('button', { name: 'Record payment' }).click();
  await page.getByText('Payment to Sage & Salt recorded').waitFor();
  await page.getByRole('region', { name: 'To vendors' }).getByText('€1,000').waitFor();
  await tab(page, 'Budget').click();
  const row = lines.getByRole('listitem').filter({ hasText: 'Sage & Salt' });
  await row.getByText('€1,000').waitFor();
  const whole = await api.read(`/events/${event.id}`);
  assert.deepEqual([whole.plannedTotal, whole.agreedTotal, whole.paidOut], [3700.5, 3600, 1000]);
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});

test('S1-REL-03 tasks of an event are added in a line, ticked off and taken back', async () => {
  const event = await newEvent('Autumn market');
  const page = await signedIn();
  await page.goto(`/events/${event.id}?tab=tasks`);
  const quick = page.getByRole('form', { name: 'Add a task' });
  await quick.getByLabel('New task').fill('Order the tents');
  await quick.getByLabel('Due').fill('2031-05-02');
  await page.keyboard.press('Enter');
  await page.getByText('1 open task').waitFor();
  await page.getByRole('button', { name: 'Done: Order the tents' }).click();
  await page.getByText('0 open tasks').waitFor();
  await page.getByText('Order the tents is done').waitFor();
  const [task] = await api.read(`/tasks?eventId=${event.id}`);
  assert.deepEqual(
    [task.title, task.status, task.dueAt.slice(0, 10), task.allDay],
    ['Order the tents', 'done', '2031-05-02', true],
  );
  await undo(page, 'Order the tents is done');
  await page.getByText('1 open task').waitFor();
  assert.equal((await api.read(`/tasks/${task.id}`)).status, 'todo');
  assertNoProblems(page);
  await page.context().close();
});

test('S1-UI-01 S3-UI-09 the plan of an event in both themes, wide and on a phone', async () => {
  const on = nextDay();
  const event = await newEvent('Winter gala', on, { budget: 12000, guestsExpected: 140 });
  const [hall, band] = [
    await newVendor('Castle Brannock'),
    await newVendor('The Larks', { category: 'Music' }),
  ];
  await book(event, hall, {
    agreedCost: 6800,
    depositAmount: 2000,
    depositDueDate: '2031-05-01',
    balanceDueDate: '2031-07-01',
  });
  await book(event, band, { status: 'considering', agreedCost: 1900 });
  const item = (title, from, to, extra = {}) =>
    api.create('/schedule-items', {
      eventId: event.id,
      title,
      startAt: `${on}T${from}:00Z`,
      endAt: `${on}T${to}:00Z`,
      ...extra,
    });
  await item('Load-in', '13:00', '15:00', { location: 'Yard', audience: 'vendors' });
  await item('Doors open, drinks', '17:00', '18:00', { location: 'Terrace', audience: 'everyone' });
  await item('Dinner', '18:30', '21:00', { location: 'Main hall' });
  await api.create('/budget-lines', {
    eventId: event.id,
    name: 'Contingency',
    category: 'Other',
    planned: 800,
  });
  await api.create('/tasks', {
    eventId: event.id,
    title: 'Send the contract',
    priority: 'high',
    dueAt: '2031-01-10T00:00:00Z',
  });
  for (const [name, size] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark']) {
      const page = await signedIn({ size, colorScheme });
      for (const [part, seen] of [
        ['event-vendors', 'The Larks'],
        ['schedule-items', 'Dinner'],
        ['budget-lines', 'Contingency'],
        ['tasks', 'Send the contract'],
        ['payments', 'Castle Brannock'],
      ]) {
        await page.goto(`/events/${event.id}?tab=${part}`);
        await page.getByRole('tabpanel').getByText(seen).first().waitFor();
        await assertFits(page);
        await assertAccessible(page);
        await shoot(page, `event-${part}-${name}-${colorScheme}`);
      }
      assertNoProblems(page);
      await page.context().close();
    }
});

test('S1-REL-05 S1-REL-03 an event moves with its plan; who is taken then is told before, and moved without', async () => {
  const [from, to] = [nextDay(), nextDay()];
  const [hall, band] = [await newVendor('Quay House'), await newVendor('The Wrens', { category: 'Music' })];
  const event = await newEvent('Regatta dinner', from);
  const other = await newEvent('Sailors’ ball', to);
  const [mine] = [(await book(event, hall)).body.data, (await book(event, band)).body.data];
  await book(other, hall);
  await api.create('/schedule-items', { eventId: event.id, title: 'Toast', startAt: `${from}T18:00:00Z` });
  await api.create('/tasks', { eventId: event.id, title: 'Print menus', offsetDays: -3 });
  const page = await signedIn();
  await page.goto(`/events/${event.id}`);
  await page.getByRole('button', { name: 'Reschedule' }).click();
  await dialog(page).getByLabel('Start').fill(`${to}T17:00`);
  await dialog(page).getByText('One vendor is taken then.').waitFor();
  assert.equal(await dialog(page).getByRole('link', { name: 'Sailors’ ball' }).getAttribute('href'), `/events/${other.id}`);
  await dialog(page).getByRole('button', { name: 'Reschedule' }).click();
  await dialog(page).getByText('Choose another time, or which vendors to move without.').waitFor();
  assert.equal((await api.read(`/events/${event.id}`)).startAt, `${from}T17:00:00.000Z`, 'nothing has moved');
  await assertAccessible(page);
  await shoot(page, 'event-reschedule');
  await dialog(page).getByRole('checkbox', { name: /^Move without Quay House/ }).check();
  await dialog(page).getByRole('button', { name: 'Reschedule' }).click();
  await page.getByText('Moved to', { exact: false }).waitFor();
  const row = list(page, 'Vendors of this event').getByRole('listitem').filter({ hasText: 'Quay House' });
  await row.getByText('Considering').waitFor();
  const told = async () => [
    (await api.read(`/events/${event.id}`)).startAt,
    (await api.read(`/event-vendors/${mine.id}`)).status,
    (await api.read(`/schedule-items?eventId=${event.id}`))[0].startAt,
    (await api.read(`/tasks?eventId=${event.id}`))[0].dueAt.slice(0, 10),
  ];
  const before = (days) => new Date(Date.parse(`${to}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
  assert.deepEqual(await told(), [`${to}T17:00:00.000Z`, 'considering', `${to}T18:00:00.000Z`, before(3)]);
  await undo(page, 'Moved to');
  await row.getByText('Confirmed').waitFor();
  assert.deepEqual(await told(), [`${from}T17:00:00.000Z`, 'confirmed', `${from}T18:00:00.000Z`, before(4)]);
  assertNoProblems(page);
  await page.context().close();
});

test('S1-ENT-03 a new event takes over a template, and is copied with its vendors', async () => {
  const template = await api.create('/events', { name: 'Wedding, the house book', isTemplate: true, timeZone: 'UTC', startAt: '2030-01-12T14:00:00Z', endAt: '2030-01-12T23:00:00Z' });
  await api.create('/schedule-items', { eventId: template.id, title: 'Ceremony', startAt: '2030-01-12T15:00:00Z' });
  await api.create('/budget-lines', { eventId: template.id, name: 'Flowers', category: 'Flowers', planned: 900 });
  await api.create('/tasks', { eventId: template.id, title: 'Tasting', offsetDays: -30 });
  const page = await signedIn();
  await page.goto('/events');
  await page.getByRole('button', { name: 'New event' }).click();
  await dialog(page).getByLabel('Name').fill('Wedding of Ina and Jo');
  await dialog(page).getByLabel('Template', { exact: true }).click();
  await page.getByRole('option', { name: 'Wedding, the house book' }).click();
  await dialog(page).getByLabel('Start').fill('2031-09-06T14:00');
  await dialog(page).getByLabel('End').fill('2031-09-06T23:00');
  await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Wedding of Ina and Jo', level: 1 }).waitFor();
  await tab(page, 'Schedule').click();
  await page.getByRole('button', { name: 'Ceremony', exact: true }).waitFor();
  await tab(page, 'Budget').click();
  await list(page, 'Lines of the budget').getByText('€900').waitFor();
  const [event] = await api.read('/events?name=Wedding%20of%20Ina%20and%20Jo');
  await book(event, await newVendor('Rose & Vine', { category: 'Flowers' }), { status: 'considering' });
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Copy', exact: true }).click();
  await dialog(page).getByLabel('Name').fill('Wedding of Uma and Lev');
  await dialog(page).getByLabel('Start').fill('2031-10-04T14:00');
  await dialog(page).getByRole('switch', { name: 'Vendors' }).or(dialog(page).getByLabel('Vendors', { exact: false })).first().click();
  await shoot(page, 'event-copy');
  await dialog(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('heading', { name: 'Wedding of Uma and Lev', level: 1 }).waitFor();
  await list(page, 'Vendors of this event').getByText('Rose & Vine').waitFor();
  await tab(page, 'Tasks').click();
  await page.getByText('Tasting').waitFor();
  assertNoProblems(page);
  await page.context().close();
});

const cell = (page, on) => page.locator(`[data-day="${on}"]`);
const entry = (page, name) => page.getByRole('link', { name: new RegExp(name) });
const rescheduled = (page) => page.waitForResponse((r) => r.url().endsWith('/reschedule'));

test('S1-ENT-03 S5-UI-03 an event is moved in the calendar by mouse and keyboard with its plan, and taken back', async () => {
  const [{ id }] = await api.read('/organizations');
  await api.patch(`/organizations/${id}`, { weekStart: 0 }, { expect: 200 });
  const event = await newEvent('Lantern walk', '2032-03-10');
  const band = await newVendor('The Finches', { category: 'Music' });
  const { body } = await book(event, band);
  const told = async () => [(await api.read(`/events/${event.id}`)).startAt, (await api.read(`/event-vendors/${body.data.id}`)).bookedFrom].map((at) => at.slice(0, 10));
  const page = await signedIn();
  await page.goto('/events?look=calendar&at=2032-03-10');
  await cell(page, '2032-03-10').getByRole('link', { name: /Lantern walk/ }).waitFor();
  // Weeks begin on Sunday here.
  assert.equal(await page.locator('[data-day]').first().getAttribute('data-day'), '2032-02-29');
  const answer = rescheduled(page);
  await entry(page, 'Lantern walk').dragTo(cell(page, '2032-03-18'));
  assert.equal((await answer).status(), 200);
  await page.getByText('Lantern walk moved to', { exact: false }).waitFor();
  assert.deepEqual(await told(), ['2032-03-18', '2032-03-18']);
  await undo(page, 'Lantern walk moved to Mar 18');
  await cell(page, '2032-03-10').getByRole('link', { name: /Lantern walk/ }).waitFor();
  assert.deepEqual(await told(), ['2032-03-10', '2032-03-10']);
  await entry(page, 'Lantern walk').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await cell(page, '2032-03-11').locator('a:focus').waitFor();
  await page.keyboard.press('Shift+ArrowDown');
  await cell(page, '2032-03-18').locator('a:focus').waitFor();
  for (let tries = 0; tries < 100 && (await told())[1] !== '2032-03-18'; tries++) await page.waitForTimeout(100);
  assert.deepEqual(await told(), ['2032-03-18', '2032-03-18']);
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});

test('S1-REL-05 S5-UI-03 a move in the calendar onto a day when a vendor is taken goes back and says why', async () => {
  const hall = await newVendor('Boat House');
  const [event, other] = [await newEvent('Jazz on the quay', '2032-05-11'), await newEvent('Rowers’ dinner', '2032-05-13')];
  await book(event, hall);
  await book(other, hall);
  const page = await signedIn();
  await page.goto('/events?look=calendar&at=2032-05-10');
  await entry(page, 'Jazz on the quay').dragTo(cell(page, '2032-05-13'));
  await dialog(page).getByText('One vendor is taken then.').waitFor();
  await dialog(page).getByRole('link', { name: 'Rowers’ dinner' }).waitFor();
  await cell(page, '2032-05-11').locator('a', { hasText: 'Jazz on the quay' }).waitFor();
  assert.equal((await api.read(`/events/${event.id}`)).startAt, '2032-05-11T17:00:00.000Z');
  await shoot(page, 'calendar-clash');
  await dialog(page).getByLabel('Start').fill('2032-05-14T17:00');
  await dialog(page).getByText('The vendor is free then.').waitFor();
  await dialog(page).getByRole('button', { name: 'Reschedule' }).click();
  await cell(page, '2032-05-14').getByRole('link', { name: /Jazz on the quay/ }).waitFor();
  await page.getByRole('radio', { name: 'Day', exact: true }).click();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.goto('/events?look=calendar&span=day&at=2032-05-14');
  await entry(page, 'Jazz on the quay').waitFor();
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});
