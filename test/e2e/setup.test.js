// SPDX-License-Identifier: Apache-2.0
// What an organisation defines for itself: custom fields, picklists, pipelines with their stages.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Server } from '../api/harness/server.js';
import { assertAccessible, assertFits, assertNoProblems, launch, openPage, shoot, sizes } from './browser.js';
import { registered } from './people.js';

let server;
let browser;
let owner;

before(async () => {
  server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
  browser = await launch();
});

// What one defines would be asked of the records of another.
beforeEach(async () => {
  owner = await registered(browser, server, 'Workshop Nine');
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
const row = (page, text) => page.locator('main li').filter({ hasText: text }).first();
const more = async (page, name, item) => {
  await page.getByRole('button', { name: `More about ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const settled = (page, method, path) =>
  page.waitForResponse((r) => r.request().method() === method && new URL(r.url()).pathname.includes(path));

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

test('S5-ENT-08 a custom field is made, stands at once in form and list, is changed, put in order and deleted', async () => {
  const { api } = owner;
  const page = await open('/custom-fields?entity=company');
  await page.getByText('No fields of your own yet').waitFor();
  await page.getByRole('button', { name: 'New field' }).first().click();
  await page.getByRole('button', { name: /^Choice/ }).click();
  await page.getByLabel('Label').fill('Service tier');
  await page.getByRole('button', { name: 'Create field' }).click();
  await page.getByText('Name at least one option.').waitFor();
  await page.getByRole('textbox', { name: 'Option 1' }).fill('Gold');
  await page.getByRole('button', { name: 'Colour of option 1' }).click();
  await page.getByRole('option', { name: 'Amber' }).click();
  await page.getByRole('textbox', { name: 'Option 1' }).press('Enter');
  await page.getByRole('textbox', { name: 'Option 2' }).fill('Very silver');
  await shoot(page, 'custom-field-sheet');
  await page.getByRole('button', { name: 'Create field' }).click();
  await row(page, 'Service tier').waitFor();
  const [tier] = await api.all('/custom-fields', { entity: 'company' });
  assert.deepEqual(tier.options, [{ key: 'gold', label: 'Gold', color: 'amber' }, { key: 'verySilver', label: 'Very silver' }]);

  // The next field is refused where its label makes the same key.
  await page.getByRole('button', { name: 'New field' }).click();
  await page.getByRole('button', { name: /^Whole number/ }).click();
  await page.getByLabel('Label').fill('Service tier');
  await page.getByRole('button', { name: 'Create field' }).click();
  await page.getByText('The entity has a custom field of this key.').waitFor();
  await page.getByLabel('Label').fill('Floors');
  await page.getByRole('button', { name: 'Create field' }).click();
  await row(page, 'Floors').waitFor();

  await page.getByRole('link', { name: 'Companies' }).first().click();
  await page.getByRole('button', { name: 'New company' }).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Name', { exact: false }).first().fill('Tall House');
  await sheet.getByRole('button', { name: 'All fields' }).click();
  await sheet.getByLabel('Floors').fill('12');
  await sheet.getByLabel('Service tier').click();
  await page.getByRole('option', { name: 'Very silver' }).click();
  await sheet.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Tall House' }).waitFor();
  const [house] = await api.all('/companies', { name: 'Tall House' });
  assert.deepEqual(house.custom, { serviceTier: 'verySilver', floors: 12 });

  await page.goto('/custom-fields?entity=company');
  let written = settled(page, 'POST', '/custom-fields/bulk');
  await page.getByRole('button', { name: 'Move Floors' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowUp');
  await page.waitForTimeout(300);
  await page.keyboard.press('Space');
  assert.equal((await written).status(), 200);
  assert.deepEqual((await api.all('/custom-fields', { entity: 'company', sort: 'position' })).map((f) => f.label), ['Floors', 'Service tier']);

  await row(page, 'Floors').getByRole('button', { name: 'Floors', exact: true }).click();
  await page.getByLabel('Type').selectOption({ label: 'Number' });
  await page.getByRole('dialog').getByRole('switch', { name: 'Required' }).or(page.getByRole('dialog').getByRole('checkbox', { name: 'Required' })).first().click();
  written = settled(page, 'PATCH', '/custom-fields/');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.equal((await written).status(), 200);
  await row(page, 'Floors').getByText('Required').waitFor();
  const floors = (await api.all('/custom-fields', { entity: 'company' })).find((f) => f.label === 'Floors');
  assert.deepEqual([floors.type, floors.required], ['decimal', true]);

  await more(page, 'Floors', 'Delete');
  await page.getByRole('button', { name: 'Delete field' }).click();
  await page.getByText('Floors was deleted').waitFor();
  const known = async () => (await api.read('/meta')).entities.find((e) => e.name === 'company').fields.some((f) => f.label === 'Floors');
  assert.equal(await known(), false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(page, 'Floors').waitFor();
  assert.deepEqual([await known(), (await api.read(`/companies/${house.id}`)).custom.floors], [true, 12]);
  assertNoProblems(page);
  await page.context().close();
  await lookAt('/custom-fields?entity=company', 'custom-fields', (shown) => row(shown, 'Floors').waitFor());
});

test('a picklist is the organisation’s own: options are added, named anew, merged, retired, put in order', async () => {
  const { api } = owner;
  await api.create('/companies', { name: 'Old Bank', industry: 'Finance' });
  const page = await open('/picklists?list=industry');
  await row(page, 'Finance').getByText('1 record').waitFor();
  await page.getByLabel('Name of the new option').fill('Banking');
  await page.getByRole('button', { name: 'Add option' }).click();
  await row(page, 'Banking').waitFor();
  await page.getByLabel('Name of the new option').fill('Banking');
  await page.getByRole('button', { name: 'Add option' }).click();
  await page.getByText('The picklist has an option of this key.').waitFor();

  await more(page, 'Finance', 'Merge into another…');
  await page.getByLabel('Merge into').selectOption({ label: 'Banking' });
  await page.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText('Finance was merged into Banking').waitFor();
  await row(page, 'Banking').getByText('1 record').waitFor();
  assert.equal((await api.all('/companies', { name: 'Old Bank' }))[0].industry, 'Banking');

  await row(page, 'Banking').getByRole('button', { name: 'Banking', exact: true }).click();
  await page.getByLabel('Label').fill('Banks and money');
  await page.getByRole('button', { name: 'Save' }).click();
  await row(page, 'Banks and money').waitFor();

  await more(page, 'Banks and money', 'Delete');
  await page.getByText(/is in use/).first().waitFor();
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await more(page, 'Retail', 'Retire');
  await row(page, 'Retail').getByText('Retired').waitFor();

  const written = settled(page, 'POST', '/picklist-options/bulk');
  await page.getByRole('button', { name: 'Move Healthcare' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowUp');
  await page.waitForTimeout(300);
  await page.keyboard.press('Space');
  assert.equal((await written).status(), 200);
  const options = await api.all('/picklist-options', { picklist: 'industry', sort: 'position' });
  assert.deepEqual(options.slice(0, 2).map((o) => o.label), ['Healthcare', 'Technology']);

  // In the form it is at once as it is here.
  await page.getByRole('link', { name: 'Companies' }).first().click();
  await page.getByRole('button', { name: 'New company' }).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Name', { exact: false }).first().fill('New House');
  await sheet.getByLabel('Industry').click();
  await page.getByRole('option', { name: 'Banks and money' }).waitFor();
  assert.equal(await page.getByRole('option', { name: 'Retail' }).count(), 0);
  assertNoProblems(page);
  await page.context().close();
  await lookAt('/picklists?list=industry', 'picklists', (shown) => row(shown, 'Banks and money').waitFor());
});

test('S5-ENT-05 S3-ENT-03 a pipeline is made with its stages; one that is full hands over what stands in it', async () => {
  const { api } = owner;
  const page = await open('/pipelines');
  await row(page, 'Qualification').waitFor();
  await page.getByRole('button', { name: 'New pipeline' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Renewals');
  await page.getByRole('button', { name: 'Create pipeline' }).click();
  await page.getByRole('heading', { name: 'Renewals' }).waitFor();
  for (const [name, probability] of [['Asked', '20'], ['Agreed', '80']]) {
    await page.getByRole('button', { name: 'Add stage' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Probability').fill(probability);
    await dialog.getByRole('button', { name: 'Add stage' }).click();
    await row(page, name).getByText(`${probability}%`).waitFor();
  }
  await page.getByRole('button', { name: 'Add stage' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('Renewed');
  await page.getByRole('dialog').getByLabel('Category').click();
  await page.getByRole('option', { name: 'Won' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Add stage' }).click();
  await row(page, 'Renewed').getByText('100%').waitFor();

  const [pipeline] = await api.all('/pipelines', { name: 'Renewals' });
  const stages = () => api.all('/stages', { pipelineId: pipeline.id, sort: 'position' });
  const asked = (await stages()).find((s) => s.name === 'Asked');
  const deal = await api.create('/deals', { name: 'Second year', stageId: asked.id });

  const written = settled(page, 'POST', '/stages/bulk');
  await page.getByRole('button', { name: 'Move Renewed' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowUp');
  await page.waitForTimeout(300);
  await page.keyboard.press('Space');
  assert.equal((await written).status(), 200);
  assert.deepEqual((await stages()).map((s) => s.name), ['Asked', 'Renewed', 'Agreed']);

  await page.reload();
  await row(page, 'Asked').getByText('1 record').waitFor();
  await more(page, 'Asked', 'Delete');
  await page.getByLabel('Move its records to').selectOption({ label: 'Agreed' });
  await page.getByRole('button', { name: 'Delete stage' }).click();
  await page.getByText('Asked was deleted').waitFor();
  const agreed = (await stages()).find((s) => s.name === 'Agreed');
  assert.equal((await api.read(`/deals/${deal.id}`)).stageId, agreed.id);
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(page, 'Asked').waitFor();
  assert.equal((await api.read(`/deals/${deal.id}`)).stageId, asked.id);

  await more(page, 'Renewals', 'Make it the default');
  await page.getByText('Default', { exact: true }).waitFor();
  assert.equal((await api.read(`/pipelines/${pipeline.id}`)).isDefault, true);
  assertNoProblems(page);
  await page.context().close();
  await lookAt(`/pipelines?pipeline=${pipeline.id}`, 'pipelines', (shown) => row(shown, 'Agreed').waitFor());
});
