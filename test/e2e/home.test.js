// SPDX-License-Identifier: Apache-2.0
// Home, the trash, members and roles, as people use them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Organisation, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

const DAY = 86_400_000;
const inDays = (days) => new Date(Date.now() + days * DAY).toISOString();
let server;
let browser;
let organisation;
let admin;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  organisation = await Organisation.create(server);
  ({ admin } = organisation);
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

async function enter(who, options) {
  const page = await openPage(browser, server, options);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await atHome(page);
  return page;
}

const panel = (page, name) => page.getByRole('region', { name, exact: typeof name === 'string' });

test('S2-UI-03 a new organisation is told where to begin', async () => {
  const page = await enter(admin);
  await panel(page, 'Where to begin').getByRole('button', { name: /^Add a customer/ }).click();
  await page.getByRole('dialog').getByLabel('Name', { exact: false }).first().fill('Granite Works');
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Granite Works' }).waitFor();
  await page.getByRole('link', { name: 'Home' }).first().click();
  await page.getByText('You are all caught up').waitFor();
  assert.equal(await panel(page, 'Where to begin').count(), 0);
  assertNoProblems(page);
  await page.context().close();
});

test('S3-UI-01 S5-UI-01 home shows what is late, due and coming, and what lacks a next step; a task is ticked off there', async () => {
  const person = await organisation.member('user');
  const company = await admin.create('/companies', { name: 'Basalt Ltd', ownerId: person.id });
  const late = await admin.create('/tasks', { title: 'Call about the offer', assigneeId: person.id, companyId: company.id, dueAt: inDays(-2), priority: 'urgent' });
  await admin.create('/tasks', { title: 'Send the plans', assigneeId: person.id, dueAt: inDays(3) });
  await admin.create('/tasks', { title: 'Somebody else’s', dueAt: inDays(-1) });
  await admin.create('/activities', { type: 'meeting', subject: 'Site visit', status: 'planned', startAt: inDays(2), ownerId: person.id, companyId: company.id });
  await admin.create('/deals', { name: 'Harbour wall', amount: 12000, ownerId: person.id, companyId: company.id });
  const planned = await admin.create('/deals', { name: 'Quay steps', amount: 5000, ownerId: person.id });
  await admin.create('/activities', { type: 'call', subject: 'Next step', status: 'planned', startAt: inDays(20), ownerId: person.id, dealId: planned.id });
  for (const [name, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await enter(person, { size, colorScheme });
      await panel(page, 'Overdue').getByText('Call about the offer').waitFor();
      await panel(page, 'Next seven days').getByText('Send the plans').waitFor();
      await panel(page, 'Next seven days').getByText('Site visit').waitFor();
      await panel(page, 'Deals without a next step').getByText('Harbour wall').waitFor();
      assert.equal(await page.getByText('Quay steps').count(), 0, 'which has one');
      assert.equal(await page.getByText('Somebody else’s').count(), 0);
      await assertFits(page);
      await assertAccessible(page);
      await shoot(page, `home-${name}-${colorScheme}`);
      assertNoProblems(page);
      await page.context().close();
    }
  }
  const page = await enter(person);
  const tick = page.getByRole('button', { name: 'Done: Call about the offer' });
  const written = page.waitForResponse((r) => r.url().includes(late.id) && r.request().method() === 'PATCH');
  await tick.click();
  assert.equal((await written).status(), 200);
  assert.equal(await tick.getAttribute('aria-pressed'), 'true');
  assert.equal((await admin.read(`/tasks/${late.id}`)).status, 'done');
  await page.reload();
  await panel(page, 'Today').waitFor();
  assert.equal(await page.getByText('Call about the offer').count(), 0);
  await page.context().close();
});

test('S1-DB-04 what was deleted is found in the trash and comes back', async () => {
  const company = await admin.create('/companies', { name: 'Lost & Found' });
  await admin.delete(`/companies/${company.id}`, { expect: 204 });
  const page = await enter(admin);
  await page.getByRole('link', { name: 'Trash' }).click();
  await page.getByText('Lost & Found').waitFor();
  await assertAccessible(page);
  await shoot(page, 'trash');
  await page.getByRole('button', { name: 'Restore Lost & Found' }).click();
  await page.getByText('Lost & Found is back').waitFor();
  assert.equal((await admin.read(`/companies/${company.id}`)).name, 'Lost & Found');
  assertNoProblems(page);
  await page.context().close();
});

test('S2-SEC-14 a role is made, given rights and fields, and holds for who has it', async () => {
  const page = await enter(admin);
  await page.goto('/roles');
  await page.getByRole('button', { name: 'New role' }).click();
  const name = unique('Inside sales ');
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create role' }).click();
  await page.getByRole('heading', { name }).waitFor();
  const answered = () => page.waitForResponse((r) => r.url().includes('/roles/') && r.request().method() === 'PATCH');
  let written = answered();
  await page.getByRole('button', { name: 'Companies, Export: None' }).click();
  await page.getByRole('menuitem', { name: 'All' }).click();
  assert.equal((await written).status(), 200);
  // All that it may read, which is its own; what was asked for is shown until the answer is there.
  await page.getByRole('button', { name: 'Companies, Export: Own' }).waitFor();
  await page.getByRole('button', { name: 'Deals', exact: true }).click();
  written = answered();
  await page.getByRole('button', { name: 'Deals, Amount: Write' }).click();
  await page.getByRole('menuitem', { name: 'Read only' }).click();
  assert.equal((await written).status(), 200);
  await assertAccessible(page);
  await shoot(page, 'roles');
  const [role] = await admin.all('/roles', { name });
  assert.deepEqual([role.access, role.fields], [{ company: { export: 'all' } }, { 'deal.amount': 'read' }]);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-05 a role is changed, and who leaves hands the work over', async () => {
  const [leaver, heir] = [await organisation.member('user'), await organisation.member('user')];
  const task = await admin.create('/tasks', { title: 'Unfinished', assigneeId: leaver.id });
  const nameOf = async (who) => {
    const { firstName, lastName } = await admin.read(`/users/${who.id}`);
    return `${firstName} ${lastName}`;
  };
  for (const [who, firstName] of [[leaver, 'Lena'], [heir, 'Henri']]) await admin.patch(`/users/${who.id}`, { firstName, lastName: unique('X') }, { expect: 200 });
  const [leaving, taking] = [await nameOf(leaver), await nameOf(heir)];
  const page = await enter(admin);
  await page.goto('/members');
  await page.getByRole('button', { name: `Role of ${taking}: User` }).click();
  await page.getByRole('menuitem', { name: 'Manager' }).click();
  await page.getByRole('button', { name: `Role of ${taking}: Manager` }).waitFor();
  assert.equal((await admin.read(`/users/${heir.id}`)).role, 'manager');
  await page.getByRole('button', { name: `More about ${leaving}` }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await page.getByLabel('Their records and tasks go to').selectOption({ label: taking });
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await panel(page, /^No longer active/).getByText(leaving).waitFor();
  assert.deepEqual([(await admin.read(`/users/${leaver.id}`)).active, (await admin.read(`/tasks/${task.id}`)).assigneeId], [false, heir.id]);
  await assertAccessible(page);
  await assertFits(page);
  await shoot(page, 'members');
  await page.getByRole('button', { name: `More about ${leaving}` }).click();
  await page.getByRole('menuitem', { name: 'Let in again' }).click();
  await page.getByText(`${leaving} may sign in again`).waitFor();
  assert.equal((await admin.read(`/users/${leaver.id}`)).active, true);
  assertNoProblems(page);
  await page.context().close();
});
