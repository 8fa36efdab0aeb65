// SPDX-License-Identifier: Apache-2.0
// Boards and calendars: cards moved by the mouse, the keyboard and the menu, sums in the head, what a step needs
// asked for, two people at one board; records by day.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Organisation, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';

let server;
let browser;
let admin;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  ({ admin } = await Organisation.create(server));
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Notifications/ }).waitFor();
  storageState = await page.context().storageState();
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const open = async (path, options) => {
  const page = await openPage(browser, server, { storageState, ...options });
  await page.goto(path);
  return page;
};
const leave = async (page) => {
  assertNoProblems(page);
  await page.context().close();
};
const column = (page, name) => page.getByRole('region', { name, exact: true });
const card = (page, title) => page.getByRole('article', { name: title, exact: true });

/** A pipeline of its own with an open, a won and a lost stage. */
async function pipeline() {
  const made = await admin.create('/pipelines', { name: unique('Pipe') });
  const stages = [];
  for (const [position, [name, category, probability]] of [['Talk', 'open', 10], ['Offer', 'open', 50], ['Won', 'won', 100], ['Lost', 'lost', 0]].entries())
    stages.push(await admin.create('/stages', { pipelineId: made.id, name, category, probability, position }));
  return { id: made.id, stages };
}
const deals = async (stage, names, extra) => {
  const made = [];
  for (const name of names) made.push(await admin.create('/deals', { name, stageId: stage.id, amount: 100, ...extra }));
  return made;
};
const stageOf = async (deal) => (await admin.read(`/deals/${deal.id}`)).stageId;

async function until(holds) {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('it did not come to hold');
}

test('S5-UI-03 S5-ENT-05 deals stand by stage with their sums; a card is moved by the keyboard, and taken back', async () => {
  const { id, stages } = await pipeline();
  const [first] = await deals(stages[0], ['Mill', 'Forge']);
  const page = await open(`/deals?look=board&pipeline=${id}`);
  await column(page, 'Talk').getByText('€200', { exact: true }).or(column(page, 'Talk').getByText('$200', { exact: true })).waitFor();
  await column(page, 'Talk').getByText(/20 weighted/).waitFor();
  await assertAccessible(page);
  await shoot(page, 'board-deals');
  await card(page, 'Mill').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(400);
  await page.keyboard.press('Space');
  await page.getByText('Mill moved to Offer').waitFor();
  await column(page, 'Offer').getByRole('article', { name: 'Mill' }).waitFor();
  assert.equal(await stageOf(first), stages[1].id);
  await column(page, 'Offer').getByText(/50 weighted/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back').waitFor();
  await column(page, 'Talk').getByRole('article', { name: 'Mill' }).waitFor();
  assert.equal(await stageOf(first), stages[0].id);
  await leave(page);
});

test('S5-UI-03 a card is dragged by the mouse to its place in another column', async () => {
  const { id, stages } = await pipeline();
  const [dragged] = await deals(stages[0], ['Quay']);
  const [above, below] = await deals(stages[1], ['Above', 'Below']);
  const page = await open(`/deals?look=board&pipeline=${id}`);
  const from = await card(page, 'Quay').boundingBox();
  const to = await card(page, 'Below').boundingBox();
  await page.mouse.move(from.x + 20, from.y + from.height - 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + from.height, { steps: 5 });
  await page.mouse.move(to.x + 20, to.y + to.height * 0.7, { steps: 15 });
  await page.waitForTimeout(300);
  await page.mouse.up();
  await page.getByText('Quay moved to Offer').waitFor();
  assert.equal(await stageOf(dragged), stages[1].id);
  const order = (await admin.read('/deals', { stageId: stages[1].id, sort: 'position' })).map((deal) => deal.id);
  assert.deepEqual(order, [above.id, dragged.id, below.id]);
  await leave(page);
});

test('S5-UI-03 a lost deal is asked why; cancelled it stays where it was', async () => {
  const { id, stages } = await pipeline();
  const [deal] = await deals(stages[0], ['Pier']);
  const page = await open(`/deals?look=board&pipeline=${id}`);
  const lose = async () => {
    await card(page, 'Pier').hover();
    await page.getByRole('button', { name: 'Move Pier' }).click();
    await page.getByRole('menuitem', { name: 'Lost' }).click();
    await page.getByRole('dialog', { name: 'Move to Lost' }).waitFor();
  };
  await lose();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await column(page, 'Talk').getByRole('article', { name: 'Pier' }).waitFor();
  assert.equal(await stageOf(deal), stages[0].id);
  await lose();
  await page.getByRole('dialog').getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByText('Lost reason is needed').waitFor();
  await page.getByRole('dialog').getByLabel('Lost reason').click();
  await page.getByRole('option').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByText('Pier moved to Lost').waitFor();
  const lost = await admin.read(`/deals/${deal.id}`);
  assert.equal(lost.status, 'lost');
  assert.ok(lost.lostReason);
  await leave(page);
});

test('S3-UI-04 two people at one board of tasks: a stale card is put back and shown where it is', async () => {
  const mark = unique('Chore');
  const task = await admin.create('/tasks', { title: mark });
  const page = await open(`/tasks?look=board&q=${mark}`);
  await column(page, 'To do').getByRole('article', { name: mark }).waitFor();
  await admin.patch(`/tasks/${task.id}`, { status: 'waiting' }, { expect: 200 });
  await card(page, mark).hover();
  await page.getByRole('button', { name: `Move ${mark}` }).click();
  await page.getByRole('menuitem', { name: 'Done' }).click();
  await page.getByText(`${mark} was not moved`).first().waitFor();
  await column(page, 'Waiting').getByRole('article', { name: mark }).waitFor();
  assert.equal((await admin.read(`/tasks/${task.id}`)).status, 'waiting');
  await page.getByRole('button', { name: `Move ${mark}` }).click();
  await page.getByRole('menuitem', { name: 'Done' }).click();
  await until(async () => (await admin.read(`/tasks/${task.id}`)).status === 'done');
  await leave(page);
});

test('S3-UI-04 tasks by day: a month, a week, a list of days', async () => {
  const mark = unique('Due');
  const today = new Date().toISOString().slice(0, 10);
  await admin.create('/tasks', { title: mark, dueAt: `${today}T12:00:00Z` });
  const page = await open(`/tasks?look=calendar&q=${mark}`);
  await page.getByRole('link', { name: new RegExp(mark) }).waitFor();
  await assertAccessible(page);
  await shoot(page, 'calendar-month');
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('link', { name: new RegExp(mark) }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Today' }).click();
  await page.getByRole('radio', { name: 'Week' }).click();
  await page.getByRole('link', { name: new RegExp(mark) }).waitFor();
  await page.getByRole('radio', { name: 'Agenda' }).click();
  await page.getByRole('link', { name: mark }).click();
  await page.getByRole('heading', { name: mark }).waitFor();
  await leave(page);
});

test('S5-UI-03 boards and calendars at 390 px, in both schemes', async (t) => {
  const { id, stages } = await pipeline();
  await deals(stages[0], ['Narrow one', 'Narrow two with a name that goes on for longer than a card is wide']);
  for (const colorScheme of ['light', 'dark']) {
    await t.test(colorScheme, async () => {
      const page = await open(`/deals?look=board&pipeline=${id}`, { size: sizes.phone, colorScheme });
      await card(page, 'Narrow one').waitFor();
      await assertFits(page);
      await assertAccessible(page);
      await shoot(page, `board-phone-${colorScheme}`);
      await page.goto('/tasks?look=calendar');
      await page.getByRole('button', { name: 'Today' }).waitFor();
      await assertFits(page);
      await shoot(page, `calendar-phone-${colorScheme}`);
      await leave(page);
    });
  }
});
