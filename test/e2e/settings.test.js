// SPDX-License-Identifier: Apache-2.0
// The organisation's settings and its API keys, as an administrator keeps them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { login, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let owner;
let me;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
  owner = await registered(browser, server, 'Tiny Harbour');
  const { user, organization } = await owner.api.read('/auth/me');
  me = { id: user.id, path: `/organizations/${organization.id}` };
});

after(async () => {
  await browser?.close();
  await server.stop();
  server.remove();
});

async function open(path, options) {
  const page = await openPage(browser, server, { ...options, storageState: owner.storageState });
  await page.goto(path);
  return page;
}

async function lookAt(path, name, ready) {
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(path, { size, colorScheme });
      await ready(page);
      await assertFits(page);
      await assertAccessible(page);
      await shoot(page, `${name}-${sizeName}-${colorScheme}`);
      assertNoProblems(page);
      await page.context().close();
    }
  }
}
const section = (page, name) => page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
const save = async (page) => {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Settings saved').first().waitFor();
  await page.getByRole('button', { name: 'Discard' }).waitFor({ state: 'detached' });
};

test('S5-ENT-02 the organisation says who and where it is, and what its documents begin with', async () => {
  const { api } = owner;
  const organization = () => api.read(me.path);
  const page = await open('/settings');
  await page.getByLabel('Name', { exact: false }).first().fill('Harbour & Quay');
  await page.getByLabel('Email').fill('not an address');
  await page.getByLabel('Tax ID').fill('IE 1234567T');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').first().waitFor();
  assert.equal(await page.getByLabel('Email').getAttribute('aria-invalid'), 'true');
  await page.getByLabel('Email').fill('office@harbour.example');
  await save(page);
  // The frame has the new name at once.
  await page.getByRole('button', { name: /Harbour & Quay/ }).first().waitFor();

  await section(page, 'Region and calendar');
  await page.getByLabel('Week starts on').click();
  await page.getByRole('option', { name: 'Sunday' }).click();
  await page.getByLabel('Fiscal year starts in month').click();
  await page.getByRole('option', { name: 'April' }).click();
  await save(page);

  await section(page, 'Documents');
  await page.getByLabel('Payment terms days').fill('400');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').first().waitFor();
  await page.getByLabel('Payment terms days').fill('21');
  await page.getByLabel('Terms', { exact: true }).fill('Payable without deduction.');
  await save(page);
  const now = await organization();
  assert.deepEqual(
    [now.name, now.email, now.taxId, now.weekStart, now.fiscalYearStartMonth, now.paymentTermsDays, now.documentTerms],
    ['Harbour & Quay', 'office@harbour.example', 'IE 1234567T', 0, 4, 21, 'Payable without deduction.'],
  );

  // Another way out asks first.
  await page.getByLabel('Terms', { exact: true }).fill('Half written');
  await page.getByRole('link', { name: 'Home' }).first().click();
  await page.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  assert.equal(await page.getByLabel('Terms', { exact: true }).inputValue(), 'Payable without deduction.');
  assertNoProblems(page);
  await page.context().close();
  await lookAt('/settings', 'settings', (shown) => shown.getByLabel('Tax ID').waitFor());
});

test('rules and retention: what leads need, how long the trash is kept, who gets the work', async () => {
  const { api } = owner;
  await api.patch(me.path, { settings: { kept: 'as it is' } }, { expect: 200 });
  const page = await open('/settings?section=rules');
  assert.equal(await page.getByLabel('Days in the trash').inputValue(), '90', 'which is what holds');
  await page.getByLabel('Days in the trash').fill('4000');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').first().waitFor();
  await page.getByLabel('Days in the trash').fill('30');
  await page.getByLabel('Leads of partners go to').click();
  await page.getByRole('option', { name: 'Ada Builder' }).click();
  await save(page);
  const { settings } = await api.read(me.path);
  assert.deepEqual(settings, { kept: 'as it is', trashDays: 30, defaultLeadOwnerId: me.id });
  await page.getByLabel('Days in the trash').fill('');
  await save(page);
  assert.equal((await api.read(me.path)).settings.trashDays, null);
  assertNoProblems(page);
  await page.context().close();
  await lookAt('/settings?section=rules', 'settings-rules', (shown) => shown.getByLabel('Days in the trash').waitFor());
});

test('documents are numbered as the organisation wants it; what must not change is refused at its field', async () => {
  const { api } = owner;
  const page = await open('/settings?section=numbers');
  await page.getByRole('button', { name: 'Numbering: Invoices' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Prefix').fill('R');
  await dialog.getByLabel('Next').fill('500');
  await dialog.getByLabel('Width').fill('5');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/^R-\d{4}-00500$/).waitFor();
  await page.getByRole('button', { name: 'Numbering: Quotes' }).click();
  await dialog.getByLabel('Prefix').fill('R');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Another series has this prefix.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  const company = await api.create('/companies', { name: 'First customer' });
  const invoice = await api.create('/invoices', { companyId: company.id, lines: [{ name: 'Rope', quantity: 1, unitPrice: 10 }] });
  const issued = (await api.post(`/invoices/${invoice.id}/issue`, undefined, { expect: 200 })).body.data;
  assert.match(issued.number, /^R-\d{4}-00500$/);
  assertNoProblems(page);
  await page.context().close();
  await lookAt('/settings?section=numbers', 'settings-numbers', (shown) => shown.getByText('Delivery notes').last().waitFor());
});

test('S2-SEC-15 an API key is made in a role, its secret shown once, and revoked', async () => {
  const { api } = owner;
  const page = await open('/api-keys');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByText('No keys yet').waitFor();
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Web shop');
  await dialog.getByLabel('Role').selectOption({ label: 'Manager' });
  await dialog.getByLabel('Expires').selectOption({ label: 'In 30 days' });
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const secret = await dialog.getByLabel('Secret').inputValue();
  assert.match(secret, /^cairn_[0-9a-f]{8}_/);
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await dialog.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  await shoot(page, 'api-key-secret');
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  const [key] = await api.all('/api-keys');
  assert.deepEqual([key.name, key.role, secret.startsWith(key.prefix)], ['Web shop', 'manager', true]);
  const left = Date.parse(key.expiresAt) - Date.now();
  assert.ok(left > 29 * 86_400_000 && left <= 30 * 86_400_000);
  const row = page.getByRole('listitem').filter({ hasText: 'Web shop' });
  await row.getByText('never used').waitFor();
  assert.equal(await page.getByText(secret).count(), 0);
  await lookAt('/api-keys', 'api-keys', (shown) => shown.getByText('Web shop').waitFor());
  await row.getByRole('button', { name: 'Revoke Web shop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await row.getByText('Revoked', { exact: true }).waitFor();
  assert.equal(await row.getByRole('button', { name: 'Revoke Web shop' }).count(), 0);
  assert.deepEqual(await api.all('/api-keys'), []);
  assertNoProblems(page);
  await page.context().close();
});

test('S5-UI-05 S2-SEC-15 an administrator sees who is signed in, and ends a session or all of a person', async () => {
  const { api } = owner;
  const email = unique('guest') + '@example.com';
  const { token } = (await api.post('/invitations', { email, role: 'user' }, { expect: 201 })).body.data;
  const joined = await fetch(`${server.url}/api/v1/auth/accept-invitation`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token, password: PASSWORD, firstName: 'Gus', lastName: 'Guest' }),
  });
  assert.ok(joined.ok, await joined.text());
  const guests = [await login(server, email), await login(server, email), await login(server, email)];
  const works = async (client) => (await client.get('/auth/me')).status;
  await lookAt('/sessions', 'sessions', (shown) => shown.getByRole('heading', { name: /^Gus Guest/ }).waitFor());
  const page = await open('/sessions');
  const gus = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Gus Guest/ }) });
  await page.getByText('This session').waitFor();
  // The latest comes first.
  await gus.getByRole('button', { name: /^End Gus Guest’s session/ }).first().click();
  await page.getByText('A session of Gus Guest was ended').waitFor();
  const after = await Promise.all(guests.map(works));
  assert.equal(after.filter((status) => status === 401).length, 1);
  await gus.getByRole('button', { name: 'End all sessions of Gus Guest' }).click();
  await gus.waitFor({ state: 'detached' });
  assert.deepEqual(await Promise.all(guests.map(works)), [401, 401, 401]);
  assertNoProblems(page);
  await page.context().close();
});
