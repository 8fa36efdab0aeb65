/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of every page in both themes at 1440 and 390 px: node dev/shots.mjs <base> <folder> [name…]. Development only. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [base = 'http://localhost:3000', folder = '/tmp/cairn-shots', ...only] = process.argv.slice(2);
const email = process.env.CAIRN_EMAIL ?? 'melvin.marxen@example.com';
const password = process.env.CAIRN_PASSWORD ?? 'correct horse battery';
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

const first = (selector) => async (page) => page.locator(selector).first().click();
const open = (tab) => async (page) => {
  await first('[data-row-link], main li a')(page);
  await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
};
const pages = {
  home: ['/'],
  overview: ['/overview'],
  companies: ['/companies'],
  company: ['/companies?sort=name', first('[data-row-link], main li a')],
  companyDeals: ['/companies?sort=name', async (page) => { await first('[data-row-link], main li a')(page); await page.getByRole('tab', { name: /^Deals/ }).click(); }],
  companyEdit: ['/companies?sort=name', async (page) => {
    await first('[data-row-link], main li a')(page);
    await page.getByRole('button', { name: /Set E-?mail/ }).click({ position: { x: 200, y: 16 } });
    await page.locator('#field-email').fill('not an address');
    await page.keyboard.press('Tab');
  }],
  contacts: ['/contacts'],
  deals: ['/deals?status%5Bin%5D=open,won&amount%5Bgte%5D=1000&sort=-amount'],
  filterMenu: ['/deals', async (page) => page.getByRole('button', { name: 'Filter', exact: true }).click()],
  tasks: ['/tasks'],
  empty: ['/contacts?q=zzzzzz'],
  create: ['/deals', async (page) => page.getByRole('button', { name: 'New deal' }).click()],
  palette: ['/companies', async (page) => { await page.keyboard.press('Control+k'); await page.getByRole('combobox', { name: 'Command palette' }).fill('be'); }],
  shortcuts: ['/', async (page) => page.keyboard.press('?')],
  events: ['/events'],
  eventBookings: ['/events?status=confirmed', open('Bookings')],
  eventBookingNew: ['/events?status=confirmed', async (page) => { await open('Bookings')(page); await page.getByRole('button', { name: 'Add booking' }).click(); }],
  eventSchedule: ['/events?status=confirmed', open('Schedule')],
  projectMilestones: ['/projects', open('Milestones')],
  vendorBookings: ['/vendors', open('Bookings')],
  products: ['/products'],
  tooDeep: ['/companies?page=9999'],
  account: ['/account'],
  organization: ['/', async (page) => { const menu = page.getByRole('button', { name: 'Open menu' }); if (await menu.isVisible()) await menu.click(); const link = page.getByRole('link', { name: 'Organisation' }); if (!(await link.count())) await page.getByRole('button', { name: 'Administration' }).click(); await link.click(); }],
  members: ['/members'],
  import: ['/import'],
  notFound: ['/nowhere/at/all'],
};

async function settle(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(350);
}

async function shoot(context, file, [path, act]) {
  const page = await context.newPage();
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(`${file}: ${m.text()}`));
  page.on('pageerror', (error) => console.log(`${file}: ${error}`));
  await page.goto(base + path);
  await settle(page);
  try {
    if (act) await act(page);
  } catch (error) {
    console.log(`${file}: ${String(error).split('\n')[0]}`);
  }
  await settle(page);
  await page.screenshot({ path: join(folder, `${file}.png`) });
  await page.close();
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  for (const theme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const context = await browser.newContext({ viewport, colorScheme: theme, deviceScaleFactor: size === 'narrow' ? 2 : 1 });
      const wanted = Object.entries(pages).filter(([name]) => !only.length || only.includes(name));
      if (!only.length || only.includes('signIn')) {
        await shoot(context, `signIn-${size}-${theme}`, ['/sign-in']);
        await shoot(context, `register-${size}-${theme}`, ['/register', async (page) => page.getByRole('button', { name: 'Create account' }).click()]);
      }
      await context.request.post(`${base}/api/v1/auth/login`, { data: { email, password }, headers: { Origin: base } });
      for (const [name, page] of wanted) await shoot(context, `${name}-${size}-${theme}`, page);
      await context.close();
    }
  }
} finally {
  await browser.close();
}
