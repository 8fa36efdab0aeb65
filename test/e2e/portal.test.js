// SPDX-License-Identifier: Apache-2.0
// A partner's people in their portal: what they bring, how it goes on, who else may sign in, and that nothing
// else is there for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Organisation, PASSWORD, unique } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, atHome, launch, openPage, shoot, sizes } from './browser.js';

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

const panel = (page, name) => page.getByRole('region', { name, exact: true });
const firm = async (name) => (await admin.create('/partners', { name, email: `${unique('firm')}@example.com`, status: 'approved' })).id;
const brought = (partnerId, caller, lastName, more = {}) =>
  caller.create(`/partners/${partnerId}/leads`, {
    firstName: 'Ida', lastName, company: `${lastName} & Co`, email: `${unique('ida')}@example.com`, source: 'referral', ...more,
  });

/** Fills the form and sends it. */
async function submit(page, { firstName, lastName, company, email }) {
  await page.getByLabel('First name').fill(firstName);
  await page.getByLabel('Last name').fill(lastName);
  await page.getByLabel('Company').fill(company);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Source' }).click();
  await page.getByRole('option', { name: 'Referral' }).click();
}

test('S4-UI-01 S4-INT-03 a partner’s day: a lead is submitted, others move it, the partner follows it to its end', async () => {
  const partnerId = await firm('Heron Travel');
  const boss = await organisation.member('partner_admin', { partnerId });
  const seller = await organisation.member('user');
  const page = await enter(boss);
  await page.getByText(/^Heron Travel, partner of /).waitFor();
  await page.getByText('No leads yet').waitFor();
  await page.getByRole('link', { name: 'Submit a lead' }).first().click();

  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByText('Email is needed').waitFor();
  await submit(page, { firstName: 'Ida', lastName: 'Berg', company: 'Berg & Co', email: 'ida@berg.example' });
  await page.getByLabel('Their request').fill('A summer party for forty');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByText('Thank you, we have it').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Ida Berg' }).waitFor();
  const step = (name) => panel(page, 'Status').locator('li[aria-current=step]', { hasText: name });
  await step('New').waitFor();
  await panel(page, 'Details').getByText('A summer party for forty').waitFor();
  await panel(page, 'History').getByText('Submitted').waitFor();

  const [lead] = await admin.all('/leads', { email: 'ida@berg.example' });
  assert.equal(lead.partnerId, partnerId);
  await admin.patch(`/leads/${lead.id}`, { ownerId: seller.id }, { expect: 200 });
  const desk = await enter(seller);
  await desk.goto(`/leads/${lead.id}`);
  await desk.getByRole('list', { name: 'Stages' }).getByRole('button', { name: 'Contacted' }).click();
  await step('Contacted').waitFor();
  await panel(page, 'History').getByText('New → Contacted').waitFor();
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  await page.getByRole('dialog', { name: 'Notifications' }).getByText('Lead Ida Berg is now contacted').waitFor();
  await page.keyboard.press('Escape');

  await seller.patch(`/leads/${lead.id}/status`, { status: 'qualified', comment: 'The budget is approved' }, { expect: 200 });
  await panel(page, 'History').getByText('The budget is approved').waitFor();
  const { dealId } = (await seller.post(`/leads/${lead.id}/convert`, { deal: { name: 'Summer party', amount: 4200 } })).body.data;
  await panel(page, 'Outcome').getByText('Deal in progress').waitFor();
  await seller.post(`/deals/${dealId}/win`, { wonReason: 'Relationship' }, { expect: 200 });
  await panel(page, 'Outcome').getByText('Deal won').waitFor();
  await panel(page, 'Outcome').getByText('4,200').waitFor();
  assert.equal(await page.getByText('Summer party', { exact: true }).count(), 0, 'the deal itself is not theirs');
  await assertAccessible(page);

  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('link', { name: /^Leads submitted 1/ }).waitFor();
  await page.getByRole('link', { name: /^Became customers 1 100% of all/ }).waitFor();
  await page.getByRole('link', { name: /^Won .*4,200 1 deal/ }).click();
  await page.getByRole('link', { name: /^Ida Berg/ }).waitFor();
  assertNoProblems(page);
  assertNoProblems(desk);
  await desk.context().close();
  await page.context().close();
});

test('S4-SEC-04 nothing but the portal is there: not by address, not in the sidebar, not in the palette', async () => {
  const partnerId = await firm('Wren Groups');
  const boss = await organisation.member('partner_admin', { partnerId });
  const person = await organisation.member('partner_user', { partnerId });
  const otherId = await firm('Kite Tours');
  const other = await brought(otherId, await organisation.member('partner_admin', { partnerId: otherId }), 'Fjeld');
  const company = await admin.create('/companies', { name: 'Inside Ltd' });
  const page = await enter(boss);
  const links = (at) => at.getByRole('navigation', { name: 'Main navigation' }).getByRole('link').allInnerTexts();
  assert.deepEqual(await links(page), ['Home', 'Your leads', 'Your people']);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  await palette.getByRole('option').first().waitFor();
  const options = (await palette.getByRole('option').allInnerTexts()).map((text) => text.split('\n')[0]);
  assert.deepEqual(options, ['Home', 'Submit a lead', 'Your leads', 'Your people', 'Theme: Light', 'Theme: Dark', 'Theme: System', 'Keyboard shortcuts']);
  await page.keyboard.type('Inside');
  await palette.getByText('Nothing found').waitFor();
  await page.keyboard.press('Escape');
  const inside = [
    '/companies', `/companies/${company.id}`, '/deals', '/deals/new', '/overview', '/trash', '/members', '/roles', '/import', '/activities', '/tags',
    '/users', `/users/${admin.id}`, `/partners/${partnerId}`, `/leads/${other.id}`, '/stages', '/views',
  ];
  for (const path of inside) {
    await page.goto(path);
    await page.getByText('There is nothing here').waitFor();
  }
  page.problems = page.problems.filter((problem) => !/status of 404/.test(problem));
  assertNoProblems(page);
  await page.context().close();
  const member = await enter(person);
  assert.deepEqual(await links(member), ['Home', 'Your leads']);
  await member.goto('/people');
  await member.getByText('There is nothing here').waitFor();
  assertNoProblems(member);
  await member.context().close();
});

test('S4-SEC-07 S4-ENT-02 a partner’s administrator invites, deactivates and lets in again', async () => {
  const partnerId = await firm('Plover Events');
  const boss = await organisation.member('partner_admin', { partnerId });
  const email = `${unique('sub')}@example.com`;
  const page = await enter(boss);
  await page.getByRole('link', { name: 'Your people' }).click();
  await page.getByText('Only you so far').waitFor();
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite someone' });
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const link = await dialog.getByRole('textbox', { name: 'Copy link' }).inputValue();
  await page.keyboard.press('Escape');
  await panel(page, 'Invited, not here yet').getByText(email).waitFor();

  const joining = await openPage(browser, server);
  await joining.goto(link);
  await joining.getByLabel('First name').fill('Sue');
  await joining.getByLabel('Last name').fill('Sub');
  await joining.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await joining.getByRole('button', { name: 'Join' }).click();
  await atHome(joining);
  await joining.getByText(/^Plover Events, partner of /).waitFor();

  await page.reload();
  await page.getByRole('button', { name: 'Deactivate Sue Sub' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate', exact: true }).click();
  await page.getByText('Sue Sub is no longer active').waitFor();
  await joining.goto('/leads');
  await joining.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.getByRole('button', { name: 'Let Sue Sub in again' }).click();
  await page.getByText('Sue Sub may sign in again').waitFor();
  await page.getByRole('button', { name: 'Deactivate Sue Sub' }).waitFor();
  await assertAccessible(page);
  assertNoProblems(page);
  await joining.context().close();
  await page.context().close();
});

test('S4-SEC-03 who was submitted before is pointed out, unless somebody else submitted them', async () => {
  const partnerId = await firm('Dipper & Sons');
  const otherId = await firm('Osprey Voyages');
  const person = await organisation.member('partner_user', { partnerId });
  const stranger = await organisation.member('partner_user', { partnerId: otherId });
  const ours = `${unique('ours')}@example.com`;
  const theirs = `${unique('theirs')}@example.com`;
  await brought(partnerId, person, 'Holm', { email: ours });
  await brought(otherId, stranger, 'Lund', { email: theirs });
  const page = await enter(person);
  await page.goto('/leads/new');
  await page.getByLabel('Email').fill(ours);
  await page.getByRole('status').getByText('You have submitted this before').waitFor();
  await page.getByRole('status').getByRole('link', { name: /^Ida Holm of Holm & Co/ }).waitFor();
  const answered = page.waitForResponse((r) => r.url().includes(encodeURIComponent(theirs)));
  await page.getByLabel('Email').fill(theirs);
  assert.equal((await (await answered).json()).data.length, 0);
  await page.getByText('You have submitted this before').waitFor({ state: 'detached' });
  await submit(page, { firstName: 'Ida', lastName: 'Lund', company: 'Lund & Co', email: theirs });
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Ida Lund' }).waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByLabel('Phone').fill('+45 20 20 20 20');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await panel(page, 'Details').getByText('20 20 20 20').waitFor();
  await page.getByRole('link', { name: 'Your leads', exact: true }).first().click();
  await page.getByRole('searchbox').fill('holm');
  await page.getByText('1 of 1').waitFor();
  assert.equal(await page.getByRole('link', { name: /^Ida Lund/ }).count(), 0);
  assertNoProblems(page);
  await page.context().close();
});

test('S4-UI-01 the portal at 1440 and 390 px, light and dark', async (t) => {
  const partnerId = await firm('Curlew Congresses');
  const boss = await organisation.member('partner_admin', { partnerId });
  await organisation.member('partner_user', { partnerId });
  const leads = [];
  for (const lastName of ['Amsel', 'Buchfink', 'Dohle', 'Elster']) leads.push(await brought(partnerId, boss, lastName));
  const [first, second, third] = leads;
  await admin.patch(`/leads/${first.id}/status`, { status: 'contacted', comment: 'Called, wants a garden' }, { expect: 200 });
  await admin.patch(`/leads/${third.id}/status`, { status: 'unqualified', unqualifiedReason: 'Not a fit' }, { expect: 200 });
  const { dealId } = (await admin.post(`/leads/${second.id}/convert`, { deal: { name: 'Garden party', amount: 18500 } })).body.data;
  await admin.post(`/deals/${dealId}/win`, { wonReason: 'Relationship' }, { expect: 200 });
  const pages = { home: '/', leads: '/leads', lead: `/leads/${second.id}`, lost: `/leads/${third.id}`, new: '/leads/new', people: '/people' };
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      await t.test(`${sizeName}, ${colorScheme}`, async () => {
        const page = await enter(boss, { size, colorScheme });
        for (const [name, path] of Object.entries(pages)) {
          await page.goto(path);
          await page.waitForLoadState('networkidle');
          await assertFits(page);
          await assertAccessible(page);
          await shoot(page, `portal-${name}-${sizeName}-${colorScheme}`);
        }
        assertNoProblems(page);
        await page.context().close();
      });
    }
  }
});
