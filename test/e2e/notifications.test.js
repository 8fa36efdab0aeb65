// SPDX-License-Identifier: Apache-2.0
// The bell: what is new is counted, listed, opened and marked as read, at every size and in both schemes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Organisation, PASSWORD } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

let server;
let browser;
let organisation;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  organisation = await Organisation.create(server);
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

/** Somebody of whom the others want something. */
async function wanted(titles, role = 'user') {
  const { admin } = organisation;
  const person = await organisation.member(role);
  const company = await admin.create('/companies', { name: 'Granite Works', ownerId: person.id });
  for (const title of titles) await admin.create('/tasks', { title, assigneeId: person.id, companyId: company.id });
  await admin.create('/activities', { type: 'note', body: `Ask @[${person.email}] for the plans`, companyId: company.id });
  for (let i = 0; i < 200 && (await person.all('/notifications')).length < titles.length + 2; i++) await sleep(50);
  return person;
}

async function enter(person, options) {
  const page = await openPage(browser, server, options);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await atHome(page);
  return page;
}

test('S4-ENT-07 the bell counts, lists and leads to the record; what was opened is read', async () => {
  const person = await wanted(['Send the offer'], 'admin');
  const page = await enter(person);
  const bell = page.getByRole('button', { name: 'Notifications, 3 unread' });
  await bell.click();
  const list = page.getByRole('dialog', { name: 'Notifications' });
  await list.getByText('Task assigned to you: Send the offer').waitFor();
  await list.getByText(/You were mentioned: .*for the plans/).waitFor();
  await assertAccessible(page);
  await list.getByText('Assigned to you: Granite Works').click();
  await page.getByRole('heading', { name: 'Granite Works' }).waitFor();
  await page.getByRole('button', { name: 'Notifications, 2 unread' }).click();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  assert.ok((await person.all('/notifications')).every((row) => row.readAt));
  assertNoProblems(page);
  await page.context().close();
});

test('S4-ENT-07 who has nothing new is told so; what is out of sight is not named', async () => {
  const person = await organisation.member('user');
  const company = await organisation.admin.create('/companies', { name: 'Passing Ltd', ownerId: person.id });
  for (let i = 0; i < 200 && !(await person.all('/notifications')).length; i++) await sleep(50);
  await organisation.admin.patch(`/companies/${company.id}`, { ownerId: organisation.admin.id }, { expect: 200 });
  const page = await enter(person);
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  await page.getByText('About something you cannot see any more').waitFor();
  assert.equal(await page.getByText('Passing Ltd').count(), 0);
  assertNoProblems(page);
  await page.context().close();
});

test('S4-ENT-07 the bell at 1440 and 390 px, light and dark', async (t) => {
  const person = await wanted(['Send the offer', 'Call back about the venue and the number of guests, which has grown since']);
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      await t.test(`${sizeName}, ${colorScheme}`, async () => {
        const page = await enter(person, { size, colorScheme });
        if (sizeName === 'phone') await page.getByRole('button', { name: 'Open menu' }).click();
        await page.getByRole('button', { name: 'Notifications, 4 unread' }).click();
        await page.getByText('Task assigned to you: Send the offer').waitFor();
        await assertFits(page);
        await assertAccessible(page);
        await shoot(page, `notifications-${sizeName}-${colorScheme}`);
        assertNoProblems(page);
        await page.context().close();
      });
    }
  }
});
