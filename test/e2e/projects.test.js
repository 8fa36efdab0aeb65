// SPDX-License-Identifier: Apache-2.0
// Projects and tasks: milestones with their tasks, starting from a template or a won deal, and what I have to do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';
import { registered } from './people.js';

const DAY = 86_400_000;
const inDays = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
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
const group = (page, name) => page.getByRole('region', { name: new RegExp(`^${name}`) });
const undo = (page, said) =>
  page.locator('div').filter({ hasText: said }).filter({ has: page.getByRole('button', { name: 'Undo' }) }).last().getByRole('button', { name: 'Undo' }).click();
const written = (page, path, method = 'PATCH') => page.waitForResponse((r) => r.url().includes(path) && r.request().method() === method);

test('S2-ENT-09 milestones are added, given a day and a task, and reached; what is ticked is taken back', async () => {
  const project = await api.create('/projects', { name: 'New showroom', budget: 20000, currency: 'EUR', status: 'active' });
  const page = await signedIn();
  await page.goto(`/projects/${project.id}`);
  await page.getByText('No milestones yet').waitFor();
  await page.getByRole('button', { name: 'Add milestone' }).click();
  const form = page.getByRole('form', { name: 'Add milestone' });
  for (const [name, due, amount] of [['Lease', inDays(-3), '4000'], ['Opening', inDays(60), '']]) {
    await form.getByLabel('Name').fill(name);
    await form.getByLabel('Due').fill(due);
    await form.getByLabel('Amount').fill(amount);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Reached: ${name}` }).waitFor();
  }
  await form.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Tasks of Opening' }).click();
  const opening = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Reached: Opening' }) });
  await opening.getByRole('button', { name: 'Add task' }).click();
  await opening.getByLabel('New task').fill('Invite the neighbours');
  const made = written(page, '/tasks', 'POST');
  await page.keyboard.press('Enter');
  assert.equal((await made).status(), 201);
  await opening.getByLabel('New task').fill('Order the sign');
  await page.keyboard.press('Enter');
  await opening.getByRole('button', { name: 'Done: Order the sign' }).click();
  await page.getByText('Order the sign is done').waitFor();
  await opening.getByRole('progressbar').and(page.locator('[aria-valuenow="50"]')).waitFor();
  await page.getByRole('button', { name: 'Set Name: Lease' }).click();
  await page.keyboard.type('Lease signed');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Reached: Lease signed' }).click();
  await page.getByText('Lease signed is reached').waitFor();
  const told = async () => (await api.read(`/milestones?projectId=${project.id}&sort=position`)).map((one) => [one.name, one.status, one.progress, one.dueDate, one.amount]);
  assert.deepEqual(await told(), [['Lease signed', 'reached', 0, inDays(-3), 4000], ['Opening', 'open', 50, inDays(60), null]]);
  await undo(page, 'Lease signed is reached');
  await page.locator('[aria-label="Reached: Lease signed"][aria-pressed=false]').waitFor();
  assert.equal((await told())[0][1], 'open');
  await assertAccessible(page);
  await tab(page, 'Tasks').click();
  await group(page, 'Opening').getByText('Invite the neighbours').waitFor();
  await page.getByRole('radio', { name: 'By status' }).click();
  await group(page, 'Done').getByText('Order the sign').waitFor();
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});

test('S2-REL-10 S2-ENT-09 a won deal starts its project from a template', async () => {
  const template = await api.create('/projects', { name: 'Fair, the usual', isTemplate: true });
  const milestone = await api.create('/milestones', { projectId: template.id, name: 'Concept' });
  await api.create('/tasks', { projectId: template.id, milestoneId: milestone.id, title: 'Sketch the stand', offsetDays: 5 });
  const deal = await api.create('/deals', { name: 'Stand at the spring fair', companyId: company.id, amount: 8000, currency: 'EUR' });
  await api.post(`/deals/${deal.id}/win`, {}, { expect: 200 });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Start project' }).click();
  await dialog(page).getByLabel('Template').click();
  await page.getByRole('option', { name: 'Fair, the usual' }).click();
  await dialog(page).getByLabel('Start').fill('2031-03-01');
  await dialog(page).getByRole('button', { name: 'Start project' }).click();
  await page.getByRole('heading', { name: 'Stand at the spring fair', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Reached: Concept' }).waitFor();
  await page.getByText('Sketch the stand').first().waitFor();
  const [project] = await api.read(`/projects?dealId=${deal.id}`);
  assert.deepEqual([project.companyId, project.budget], [company.id, 8000]);
  assertNoProblems(page);
  await page.context().close();
});

test('S3-UI-04 my tasks by when they are due: ticked off, taken back, added, by project', async () => {
  const project = await api.create('/projects', { name: 'Summer season' });
  const task = (title, days, extra = {}) => api.create('/tasks', { title, ...(days === null ? {} : { dueAt: `${inDays(days)}T00:00:00Z` }), ...extra });
  const late = await task('Send the contract', -4, { projectId: project.id, priority: 'urgent' });
  await task('Call the florist', 0);
  await task('Plan next year', 40);
  await task('Some day', null);
  await task('Already done', 0, { status: 'done' });
  for (const [name, size] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark']) {
      const page = await signedIn({ size, colorScheme });
      await page.goto('/my-tasks');
      await group(page, 'Overdue').getByText('Send the contract').waitFor();
      await group(page, 'Today').getByText('Call the florist').waitFor();
      await group(page, 'Later').getByText('Plan next year').waitFor();
      await group(page, 'Without a day').getByText('Some day').waitFor();
      assert.equal(await page.getByText('Already done').count(), 0);
      await assertFits(page);
      await assertAccessible(page);
      await shoot(page, `my-tasks-${name}-${colorScheme}`);
      assertNoProblems(page);
      await page.context().close();
    }
  const page = await signedIn();
  await page.goto('/');
  await page.getByRole('link', { name: 'My tasks' }).click();
  await page.getByRole('heading', { name: 'My tasks', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Done: Send the contract' }).click();
  await page.getByText('Send the contract is done').waitFor();
  await group(page, 'Overdue').waitFor({ state: 'detached' });
  assert.equal((await api.read(`/tasks/${late.id}`)).status, 'done');
  await undo(page, 'Send the contract is done');
  await group(page, 'Overdue').getByText('Send the contract').waitFor();
  assert.equal((await api.read(`/tasks/${late.id}`)).status, 'todo');
  await page.getByLabel('Project').selectOption({ label: 'Summer season' });
  await page.getByText('Call the florist').waitFor({ state: 'detached' });
  await page.getByLabel('New task').fill('Book the ferry');
  await page.keyboard.press('Enter');
  await group(page, 'Today').getByText('Book the ferry').waitFor();
  const [made] = await api.read('/tasks?title=Book%20the%20ferry');
  assert.equal(made.projectId, project.id);
  await page.getByLabel('Project').selectOption({ label: 'All projects' });
  await group(page, 'Today').getByText('Call the florist').waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S1-UI-01 S3-UI-09 the way of a project in both themes, wide and on a phone', async () => {
  const project = await api.create('/projects', { name: 'Partner roadshow', companyId: company.id, budget: 12500, currency: 'EUR', status: 'active' });
  const add = (name, days, extra = {}) => api.create('/milestones', { projectId: project.id, name, dueDate: inDays(days), ...extra });
  const route = await add('Route agreed', -20, { amount: 2500, position: 0 });
  const rehearsal = await add('Rehearsal', -2, { amount: 4000, position: 1 });
  await add('Last stop', 50, { amount: 6000, position: 2 });
  const task = (milestone, title, extra = {}) => api.create('/tasks', { projectId: project.id, milestoneId: milestone.id, title, estimateMinutes: 90, ...extra });
  await task(route, 'Call the halls', { status: 'done' });
  await task(rehearsal, 'Rent the van', { status: 'done' });
  await task(rehearsal, 'Print the passes', { dueAt: `${inDays(-1)}T00:00:00Z`, priority: 'high' });
  await api.patch(`/milestones/${route.id}`, { status: 'reached' }, { expect: 200 });
  for (const [name, size] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark']) {
      const page = await signedIn({ size, colorScheme });
      for (const part of ['milestones', 'tasks']) {
        await page.goto(`/projects/${project.id}?tab=${part}`);
        await page.getByRole('tabpanel').getByText('Print the passes').first().waitFor();
        await assertFits(page);
        await assertAccessible(page);
        await shoot(page, `project-${part}-${name}-${colorScheme}`);
      }
      assertNoProblems(page);
      await page.context().close();
    }
});
