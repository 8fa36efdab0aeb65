// SPDX-License-Identifier: Apache-2.0
// Rows that are part of a record, in the browser: added, put in order, removed, refused and saved.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { login, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

const email = `${unique('nested')}@example.com`;
let server;
let browser;
let api;
let storageState;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  const page = await openPage(browser, server);
  await page.goto('/register');
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Last name').fill('Builder');
  await page.getByLabel('Organisation').fill('Stone & Sons');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await atHome(page);
  storageState = await page.context().storageState();
  await page.context().close();
  api = await login(server, email);
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

const signedIn = (options) => openPage(browser, server, { storageState, ...options });
const row = (page, place) => page.getByRole('group', { name: `Row ${place}`, exact: true });

test('S5-ENT-05 S5-UI-02 lines of a deal are added, put in order, removed and saved, and make its amount', async () => {
  await api.create('/products', { name: 'Marquee', price: 1200, currency: 'EUR' });
  const deal = await api.create('/deals', { name: 'Garden party', currency: 'EUR' });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}?tab=lines`);
  await page.getByText('No lines yet').waitFor();
  await page.getByRole('button', { name: 'Add row' }).click();
  await row(page, 1).getByLabel('Product').click();
  await page.getByRole('option', { name: 'Marquee' }).click();
  await page.getByRole('button', { name: 'Add row' }).click();
  await row(page, 2).getByLabel('Name').fill('Chairs');
  await row(page, 2).getByLabel('Quantity').fill('40');
  await row(page, 2).getByLabel('Unit price').fill('2.5');
  await page.getByRole('button', { name: 'Add row' }).click();
  await row(page, 3).getByLabel('Name').fill('Not wanted');
  await page.getByRole('button', { name: 'Remove row 3' }).click();
  await page.getByRole('button', { name: 'Move row 2 up' }).click();
  await assertAccessible(page);
  await shoot(page, 'lines-editor');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Chairs' }).waitFor();
  const saved = await api.read(`/deals/${deal.id}`);
  assert.deepEqual(saved.lines.map((l) => [l.name, l.quantity, l.amount]), [['Chairs', 40, 100], ['Marquee', 1, 1200]]);
  assert.equal(saved.amount, 1300);
  await page.getByRole('tab', { name: /Timeline/ }).click();
  await page.getByText('added a deal line').first().waitFor();
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-02 S2-API-08 what the server refuses is said at its row, and nothing is lost', async () => {
  const deal = await api.create('/deals', { name: 'Refused', lines: [{ name: 'Tent', unitPrice: 10 }] });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}?tab=lines`);
  await page.getByRole('button', { name: 'Edit lines' }).click();
  await page.getByRole('button', { name: 'Add row' }).click();
  await row(page, 2).getByLabel('Name').fill('Free of charge');
  await row(page, 2).getByLabel('Quantity').fill('0');
  await row(page, 2).getByLabel('Unit price').fill('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await row(page, 2).getByText('Must be more than 0.').waitFor();
  assert.equal(await row(page, 2).getByLabel('Name').inputValue(), 'Free of charge');
  assert.equal((await api.read(`/deals/${deal.id}`)).lines.length, 1);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('cell', { name: 'Tent' }).waitFor();
  await page.context().close();
});

test('S5-UI-02 S5-API-26 rows that somebody else has changed meanwhile are not overwritten', async () => {
  const deal = await api.create('/deals', { name: 'Shared', lines: [{ name: 'Tent', unitPrice: 10 }] });
  const page = await signedIn();
  await page.goto(`/deals/${deal.id}?tab=lines`);
  await page.getByRole('button', { name: 'Edit lines' }).click();
  await row(page, 1).getByLabel('Name').fill('Mine');
  await api.patch(`/deals/${deal.id}`, { lines: [{ name: 'Theirs', unitPrice: 20 }] }, { expect: 200 });
  await page.getByRole('button', { name: 'Save' }).click();
  const stale = page.getByRole('dialog', { name: 'Someone else changed this record' });
  await stale.getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual((await api.read(`/deals/${deal.id}`)).lines.map((l) => l.name), ['Theirs']);
  await page.context().close();
});

test('S5-UI-01 S3-UI-09 rows and their editor at 1440 and 390 px, light and dark', async (t) => {
  const people = await Promise.all(['Mae Field', 'Noah Stone'].map((name) => {
    const [firstName, lastName] = name.split(' ');
    return api.create('/contacts', { firstName, lastName });
  }));
  const event = await api.create('/events', {
    name: 'Wedding', participants: people.map((p, i) => ({ contactId: p.id, role: i ? 'Groom' : 'Bride' })),
  });
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      await t.test(`${sizeName}, ${colorScheme}`, async () => {
        const page = await signedIn({ size, colorScheme });
        await page.goto(`/events/${event.id}?tab=participants`);
        await page.getByText('Mae Field').first().waitFor();
        await assertFits(page);
        await assertAccessible(page);
        await shoot(page, `rows-${sizeName}-${colorScheme}`);
        await page.getByRole('button', { name: 'Edit participants' }).click();
        await row(page, 1).getByLabel('Role').waitFor();
        await page.waitForLoadState('networkidle');
        await assertFits(page);
        await assertAccessible(page);
        await shoot(page, `rows-editor-${sizeName}-${colorScheme}`);
        assertNoProblems(page);
        await page.context().close();
      });
    }
  }
});
