// SPDX-License-Identifier: Apache-2.0
// The dashboards: every number and bar leads to the list behind it, for whoever may read it, by mouse and by keys.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Organisation, PASSWORD } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

const DAY = 86_400_000;
const day = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
let server;
let browser;
let organisation;
let admin;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  organisation = await Organisation.create(server);
  ({ admin } = organisation);
  await someWork();
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const issued = async (companyId, unitPrice, issueDate, dueDate) => {
  const lines = [{ name: 'Work', quantity: 1, unitPrice }];
  const { id } = await admin.create('/invoices', { companyId, issueDate, dueDate, lines });
  await admin.post(`/invoices/${id}/issue`, {}, { expect: 200 });
};

async function someWork() {
  const [granite, basalt] = [await admin.create('/companies', { name: 'Granite Works' }), await admin.create('/companies', { name: 'Basalt Ltd' })];
  for (const [name, amount, closedAt] of [['Quay', 1200, day(-100)], ['Pier', 800, day(-40)], ['Lock', 500, day(-2)]]) {
    const { id } = await admin.create('/deals', { name, amount, companyId: granite.id });
    await admin.post(`/deals/${id}/win`, { wonReason: 'Price', closedAt }, { expect: 200 });
  }
  const lost = await admin.create('/deals', { name: 'Dam', amount: 9000 });
  await admin.post(`/deals/${lost.id}/lose`, { lostReason: 'Price' }, { expect: 200 });
  await admin.create('/deals', { name: 'Weir', amount: 700, expectedCloseDate: day(40) });
  await admin.create('/deals', { name: 'Sluice', amount: 300 });
  await admin.create('/tasks', { title: 'Late one', assigneeId: admin.id, dueAt: `${day(-3)}T09:00:00Z` });
  await admin.create('/tasks', { title: 'Some day', assigneeId: admin.id });
  const done = await admin.create('/tasks', { title: 'Done one', assigneeId: admin.id });
  await admin.patch(`/tasks/${done.id}`, { status: 'done' }, { expect: 200 });
  const project = await admin.create('/projects', { name: 'New harbour', status: 'active' });
  await admin.create('/tasks', { title: 'Dig', projectId: project.id, assigneeId: admin.id });
  await admin.create('/events', { name: 'Opening', startAt: `${day(20)}T10:00:00Z`, endAt: `${day(20)}T12:00:00Z`, budget: 4000, companyId: granite.id });
  await admin.create('/events', { name: 'Topping out', startAt: `${day(80)}T10:00:00Z`, endAt: `${day(80)}T12:00:00Z`, budget: 2500, eventType: 'Corporate' });
  await issued(granite.id, 1000, day(-70), day(-40));
  await issued(basalt.id, 600, day(-20), day(-5));
  await issued(granite.id, 250, day(-1), day(29));
}

async function enter(who, options) {
  const page = await openPage(browser, server, options);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await atHome(page);
  return page;
}

const TABS = { sales: 'Won by month', projects: 'Open tasks by person', events: 'Event by event', finance: 'Who owes' };
const card = (page, name) => page.getByRole('region', { name, exact: true });

async function openTab(page, tab) {
  await page.goto(`/overview?tab=${tab}`);
  await card(page, TABS[tab]).waitFor();
  await page.waitForLoadState('networkidle');
}

/** How many records an address of a list shows. */
async function countOf(href) {
  const { pathname, searchParams } = new URL(href, 'http://x');
  searchParams.set('limit', '1');
  searchParams.set('count', 'exact');
  const answer = await admin.get(pathname, { query: Object.fromEntries(searchParams), expect: 200 });
  return answer.body.pagination.total;
}

test('S5-UI-01 S3-UI-01 what a dashboard counts is what its list shows', async () => {
  const page = await enter(admin);
  let compared = 0;
  for (const tab of Object.keys(TABS)) {
    await openTab(page, tab);
    const links = await page.locator('main a[href*="?"]:not([href^="/overview"])').evaluateAll((nodes) =>
      nodes.map((node) => ({ href: node.getAttribute('href'), label: node.getAttribute('aria-label') ?? node.textContent, count: node.querySelector('[data-count]')?.textContent })),
    );
    assert.ok(links.length >= 4, `${tab}: ${links.length} links`);
    for (const { href, label, count } of links) {
      const shown = await countOf(href);
      const told = count ?? label.match(/(?:Deals|Documents|Events) (\d+)$/)?.[1];
      if (told !== undefined) assert.equal(shown, Number(told), `${tab}: ${label} ${href}`);
      if (told !== undefined) compared++;
    }
  }
  assert.ok(compared >= 15, `${compared} counts compared`);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-01 sums and lateness are told, and a number leads to its list', async () => {
  const page = await enter(admin);
  await openTab(page, 'sales');
  await page.getByRole('link', { name: /^Won .*2,500 3 deals/ }).waitFor();
  await page.getByRole('link', { name: /^Win rate 75% 3 won, 1 lost/ }).click();
  await page.getByText('Dam', { exact: true }).first().waitFor();
  await page.getByText('Quay', { exact: true }).first().waitFor();
  assert.equal(await page.getByText('Weir', { exact: true }).count(), 0, 'which is open');
  await openTab(page, 'finance');
  await page.getByRole('link', { name: /^Revenue .*1,850/ }).waitFor();
  await page.getByRole('link', { name: /^Late .*1,600 past the due date/ }).click();
  await page.getByText('Basalt Ltd').first().waitFor();
  await page.goto('/overview?tab=projects');
  await page.getByRole('link', { name: /^Overdue 1 / }).click();
  await page.getByText('Late one').first().waitFor();
  assert.equal(await page.getByText('Some day').count(), 0);
  await page.goto('/overview?tab=finance&range=custom');
  await page.getByRole('button', { name: /^Period/ }).click();
  await page.getByLabel('From').fill(day(-30));
  await page.getByRole('link', { name: /^Revenue .*850/ }).waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-01 a chart is read and used by keys, and as a table', async () => {
  const page = await enter(admin);
  await openTab(page, 'sales');
  const months = page.getByRole('list', { name: 'Won by month' }).getByRole('link');
  await months.first().focus();
  await page.keyboard.press('End');
  const last = months.last();
  assert.equal(await last.evaluate((node) => node === document.activeElement), true);
  assert.match(await last.getAttribute('aria-label'), /Won .*500.*Deals 1$/);
  await last.getByText(/^Deals\s*1$/).waitFor();
  assert.equal(await months.evaluateAll((nodes) => nodes.filter((node) => node.tabIndex === 0).length), 1, 'one stop for the Tab key');
  await page.keyboard.press('Enter');
  await page.getByText('Lock', { exact: true }).first().waitFor();
  assert.equal(await page.getByText('Pier', { exact: true }).count(), 0);
  await openTab(page, 'sales');
  const shown = await months.count();
  await page.getByRole('button', { name: 'Show as table: Won by month' }).click();
  const table = page.getByRole('table', { name: 'Won by month' });
  assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), ['Month', 'Deals', 'Won']);
  assert.equal(await table.getByRole('row').count(), 1 + shown);
  await assertAccessible(page);
  assertNoProblems(page);
  await page.context().close();
});

test('S4-SEC-04 S5-UI-01 who may not read what a dashboard is about has none', async () => {
  const accountant = await organisation.member('accountant');
  const page = await enter(accountant);
  await page.getByRole('link', { name: 'Dashboards' }).click();
  const tabs = page.getByRole('navigation', { name: 'Dashboards' }).getByRole('link');
  await card(page, 'Revenue by month').or(card(page, 'Won by month')).or(page.getByRole('link', { name: 'Finance' })).first().waitFor();
  const readable = (await accountant.read('/meta')).entities.filter(({ access }) => access.read !== 'none').map(({ name }) => name);
  const expected = [['deal', 'Sales'], ['task', 'Projects'], ['event', 'Events'], ['invoice', 'Finance']].filter(([name]) => readable.includes(name)).map(([, title]) => title);
  if (expected.length > 1) assert.deepEqual(await tabs.allInnerTexts(), expected);
  assert.ok(expected.includes('Finance'));
  await page.goto('/overview?tab=finance');
  await card(page, 'Revenue by month').waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-01 dashboards without anything say what would be there', async () => {
  const nobody = (await Organisation.create(server)).admin;
  const page = await enter(nobody);
  const empty = { sales: 'No deals yet', projects: 'No tasks yet', events: 'No events in this period', finance: 'No invoices yet' };
  for (const [tab, text] of Object.entries(empty)) {
    await page.goto(`/overview?tab=${tab}`);
    await page.getByText(text).waitFor();
  }
  await page.getByRole('button', { name: 'New invoice' }).click();
  await page.getByRole('dialog', { name: 'New invoice' }).waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-01 the dashboards at 1440 and 390 px, light and dark', async (t) => {
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      await t.test(`${sizeName}, ${colorScheme}`, async () => {
        const page = await enter(admin, { size, colorScheme });
        for (const tab of Object.keys(TABS)) {
          await openTab(page, tab);
          await assertFits(page);
          await assertAccessible(page);
          await shoot(page, `dashboard-${tab}-${sizeName}-${colorScheme}`);
        }
        assertNoProblems(page);
        await page.context().close();
      });
    }
  }
});
