// SPDX-License-Identifier: Apache-2.0
// The trash: what goes along with a record, what keeps it from going, what comes back with it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;

const pathOf = (name, id) => meta.entity(name).at(id);
const remove = (name, record, query) => admin.delete(pathOf(name, record.id), { query });
const restore = (name, record) => admin.post(`${pathOf(name, record.id)}/restore`, undefined);
const isThere = async (name, record) => (await admin.get(pathOf(name, record.id))).status === 200;
const company = (extra) => admin.create('/companies', { name: unique('Company '), ...extra });
const call = (extra) => admin.create('/activities', { type: 'call', subject: unique('call'), ...extra });
const task = (extra) => admin.create('/tasks', { title: unique('task'), ...extra });

test('S2-ENT-02 S2-REL-05 a company with open work stays: 409 says what and how many', async () => {
  const buyer = await company();
  for (let i = 0; i < 2; i++) await admin.create('/deals', { name: unique('deal'), companyId: buyer.id });
  await admin.create('/projects', { name: unique('project'), companyId: buyer.id });
  const error = errorOf(await remove('company', buyer), 409);
  assert.match(error.message, /2 open deals, 1 open project/);
  assert.match(error.message, /cascade=true/);
  assert.deepEqual(error.details.map((d) => [d.field, d.code, d.message]), [['deals', 'IN_USE', '2 open deals'], ['projects', 'IN_USE', '1 open project']]);
  assert.ok(await isThere('company', buyer));
});

test('S2-REL-04 S2-REL-05 S2-REL-07 S1-REL-02 with cascade=true open work goes along, and the same set comes back', async () => {
  const buyer = await company();
  const contact = await admin.create('/contacts', { lastName: 'Stays', companyId: buyer.id });
  const lead = await maker.create('lead', { companyId: buyer.id });
  const deal = await admin.create('/deals', { name: 'open', companyId: buyer.id });
  const before = await admin.create('/deals', { name: 'gone before', companyId: buyer.id });
  await remove('deal', before);
  const won = await admin.create('/deals', { name: 'won', companyId: buyer.id });
  await admin.post(`/deals/${won.id}/win`, {}, { expect: 200 });
  const project = await admin.create('/projects', { name: 'open', companyId: buyer.id });
  const milestone = await admin.create('/milestones', { name: 'part', projectId: project.id });
  const event = await admin.create('/events', { name: 'open', companyId: buyer.id });
  const item = await admin.create('/schedule-items', { title: 'part', eventId: event.id, startAt: '2031-01-01T10:00:00Z' });
  const about = await call({ dealId: deal.id });
  const note = await call({ companyId: buyer.id });
  const also = await task({ companyId: buyer.id, contactId: contact.id });

  await remove('company', buyer, { cascade: true });
  const went = { company: buyer, deal, project, milestone, event, schedule_item: item };
  for (const [name, record] of Object.entries(went)) assert.equal(await isThere(name, record), false, name);
  for (const record of [about, note]) assert.equal(await isThere('activity', record), false);
  assert.ok(await isThere('task', also));
  assert.ok(await isThere('deal', won));
  assert.equal((await admin.read(`/contacts/${contact.id}`)).companyId, null);
  assert.equal((await admin.read(`/leads/${lead.id}`)).companyId, null);
  const logged = await admin.all('/audit-logs', { action: 'delete', recordId: buyer.id });
  const together = await admin.all('/audit-logs', { changesetId: logged[0].changesetId });
  for (const record of [...Object.values(went), about, note])
    assert.deepEqual(together.filter((c) => c.recordId === record.id).map((c) => c.action), ['delete']);
  assert.equal(together.find((c) => c.recordId === contact.id).action, 'update');

  assert.equal((await restore('company', buyer)).status, 200);
  for (const [name, record] of Object.entries(went)) assert.ok(await isThere(name, record), name);
  for (const record of [about, note]) assert.ok(await isThere('activity', record));
  assert.equal(await isThere('deal', before), false);
  assert.equal((await admin.read(`/contacts/${contact.id}`)).companyId, buyer.id);
  assert.equal((await admin.read(`/leads/${lead.id}`)).companyId, buyer.id);
});

test('S2-REL-04 what found another place meanwhile stays there', async () => {
  const [one, two] = [await company(), await company()];
  const contact = await admin.create('/contacts', { lastName: 'Moves', companyId: one.id });
  await remove('company', one);
  await admin.patch(`/contacts/${contact.id}`, { companyId: two.id }, { expect: 200 });
  assert.equal((await restore('company', one)).status, 200);
  assert.equal((await admin.read(`/contacts/${contact.id}`)).companyId, two.id);
});

for (const [name, field] of [['lead', 'leadId'], ['deal', 'dealId']]) {
  test(`S5-REL-01 work that is only about a ${name} goes with it, other work stays`, async () => {
    const record = await maker.create(name);
    const contact = await maker.create('contact');
    const only = await call({ [field]: record.id });
    const both = await call({ [field]: record.id, contactId: contact.id });
    const onlyTask = await task({ [field]: record.id });
    const otherTask = await task({ [field]: record.id, companyId: (await company()).id });
    assert.equal((await remove(name, record)).status, 204);
    assert.deepEqual([await isThere('activity', only), await isThere('activity', both)], [false, true]);
    assert.deepEqual([await isThere('task', onlyTask), await isThere('task', otherTask)], [false, true]);
    assert.equal((await restore(name, record)).status, 200);
    assert.deepEqual([await isThere('activity', only), await isThere('task', onlyTask)], [true, true]);
  });
}

test('S1-DB-04 what was deleted by itself does not come back with the whole, nor before it', async () => {
  const project = await maker.create('project');
  const [first, second] = [await admin.create('/milestones', { name: 'a', projectId: project.id }), await admin.create('/milestones', { name: 'b', projectId: project.id })];
  await remove('milestone', first);
  await remove('project', project);
  assert.match(errorOf(await restore('milestone', second), 409).message, /project of this milestone is in the trash/);
  assert.equal((await restore('project', project)).status, 200);
  assert.deepEqual([await isThere('milestone', first), await isThere('milestone', second)], [false, true]);
});

test('S2-ENT-10 tasks of a deleted milestone stay in the project, and find it again', async () => {
  const project = await maker.create('project');
  const milestone = await admin.create('/milestones', { name: 'm', projectId: project.id });
  const work = await task({ milestoneId: milestone.id });
  await remove('milestone', milestone);
  const loose = await admin.read(`/tasks/${work.id}`);
  assert.deepEqual([loose.milestoneId, loose.projectId], [null, project.id]);
  await restore('milestone', milestone);
  assert.equal((await admin.read(`/tasks/${work.id}`)).milestoneId, milestone.id);
});

test('S1-ENT-04 S2-ENT-12 S2-ENT-13 what is in use stays, and the refusal says what to do instead', async () => {
  const vendor = await maker.create('vendor');
  const event = await maker.create('event');
  await admin.create('/event-vendors', { eventId: event.id, vendorId: vendor.id });
  assert.match(errorOf(await remove('vendor', vendor), 409).message, /1 booking\. Deactivate it instead/);
  const rate = await admin.create('/tax-rates', { name: unique('rate'), rate: 7 });
  const category = await admin.create('/product-categories', { name: unique('category') });
  const product = await admin.create('/products', { name: 'x', price: 1, taxRateId: rate.id, categoryId: category.id });
  assert.match(errorOf(await remove('tax_rate', rate), 409).message, /1 product\./);
  assert.match(errorOf(await remove('product_category', category), 409).message, /1 product\./);
  assert.equal((await remove('product', product)).status, 204);
  assert.equal((await remove('product_category', category)).status, 204);
  assert.match(errorOf(await restore('product', product), 409).message, /product category of this product is in the trash/);
  assert.equal((await restore('product_category', category)).status, 200);
  assert.equal((await restore('product', product)).status, 200);
});

test('S1-DB-04 a restore into a unique key that another has got is 409 and names the other', async () => {
  const sku = unique('SKU');
  const first = await admin.create('/products', { name: 'first', price: 1, sku });
  await remove('product', first);
  const second = await admin.create('/products', { name: 'second', price: 1, sku: sku.toLowerCase() });
  const error = errorOf(await restore('product', first), 409);
  assert.equal(error.details[0].field, 'sku');
  assert.match(error.message, new RegExp(`"second" \\(${second.id}\\)`));
  await remove('product', second);
  assert.equal((await restore('product', first)).status, 200);
});

test('S1-REL-05 an event lets its bookings go and asks for them again', async () => {
  const vendor = await maker.create('vendor', { exclusive: true });
  const dates = { startAt: '2033-03-01T10:00:00Z', endAt: '2033-03-01T20:00:00Z' };
  const [first, second] = [await admin.create('/events', { name: 'first', ...dates }), await admin.create('/events', { name: 'second', ...dates })];
  const book = (event) => admin.post('/event-vendors', { eventId: event.id, vendorId: vendor.id, status: 'confirmed' });
  const booking = (await book(first)).body.data;
  errorOf(await book(second), 409);
  await remove('event', first);
  const other = (await book(second)).body.data;
  const error = errorOf(await restore('event', first), 409);
  assert.equal(error.details[0].field, 'vendorId');
  assert.match(error.message, /is booked from 2033-03-01 10:00/);
  assert.equal(await isThere('event', first), false);
  await remove('event_vendor', other);
  assert.equal((await restore('event', first)).status, 200);
  assert.equal((await admin.read(`/event-vendors/${booking.id}`)).status, 'confirmed');
});

test('S5-API-20 cascade and moveTo are for records that ask for them, and If-Match holds', async () => {
  const contact = await maker.create('contact');
  errorOf(await remove('contact', contact, { cascade: true }), 400);
  errorOf(await remove('contact', contact, { moveTo: contact.id }), 400);
  const buyer = await company();
  errorOf(await remove('company', buyer, { cascade: 'perhaps' }), 400);
  await admin.create('/deals', { name: 'x', companyId: buyer.id });
  const stale = { headers: { 'If-Match': '"v9"' }, query: { cascade: true } };
  errorOf(await admin.delete(`/companies/${buyer.id}`, stale), 412);
  errorOf(await admin.delete(`/companies/${buyer.id}`, { ...stale, query: undefined }), 412);
  assert.equal((await admin.all('/deals', { companyId: buyer.id })).length, 1);
});

test('S3-SEC-04 who may not delete learns nothing of what is in use', async () => {
  const buyer = await company();
  await admin.create('/deals', { name: 'x', companyId: buyer.id });
  const manager = await organisation.member('manager');
  const user = await organisation.member('user');
  for (const caller of [manager, user]) {
    const error = errorOf(await caller.delete(`/companies/${buyer.id}`), 403);
    assert.doesNotMatch(error.message, /deal/);
  }
});

test('S5-ENT-05 a record of a stage that went meanwhile waits for the stage', async () => {
  const pipeline = await admin.create('/pipelines', { name: unique('pipeline') });
  const stage = await admin.create('/stages', { name: 'a', pipelineId: pipeline.id, position: 1 });
  const deal = await admin.create('/deals', { name: 'x', stageId: stage.id });
  assert.match(errorOf(await remove('stage', stage), 409).message, /1 deal\. Say moveTo/);
  await remove('deal', deal);
  assert.equal((await remove('stage', stage)).status, 204);
  assert.match(errorOf(await restore('deal', deal), 409).message, /stage of this deal is in the trash/);
  await restore('stage', stage);
  assert.equal((await restore('deal', deal)).status, 200);
});

test('S3-ENT-03 a stage goes when its records move to another of its pipeline', async () => {
  const pipeline = await admin.create('/pipelines', { name: unique('pipeline') });
  const stages = [];
  for (const name of ['a', 'b']) stages.push(await admin.create('/stages', { name, pipelineId: pipeline.id, position: stages.length, probability: 10 * (1 + stages.length) }));
  const deals = [];
  for (let i = 0; i < 3; i++) deals.push(await admin.create('/deals', { name: `d${i}`, stageId: stages[0].id }));
  await remove('deal', deals[2]);
  const [elsewhere] = await admin.all('/stages', { key: 'proposal' });
  assert.deepEqual(failingFields(await remove('stage', stages[0], { moveTo: elsewhere.id })), ['moveTo']);
  assert.deepEqual(failingFields(await remove('stage', stages[0], { moveTo: stages[0].id })), ['moveTo']);
  errorOf(await remove('stage', stages[0], { moveTo: 'x' }), 400);
  assert.equal((await remove('stage', stages[0], { moveTo: stages[1].id })).status, 204);
  assert.deepEqual((await admin.all('/deals', { stageId: stages[1].id })).map((d) => d.name).sort(), ['d0', 'd1']);
  const [change] = await admin.all(`/deals/${deals[0].id}/timeline`);
  const [gone] = await admin.all(`/stages/${stages[0].id}/timeline`, { action: 'delete' });
  assert.equal(change.changesetId, gone.changesetId);
  await restore('deal', deals[2]);
  assert.equal((await admin.read(`/deals/${deals[2].id}`)).stageId, stages[1].id);
});

test('S2-ENT-03 S3-ENT-03 leads move with their stage as well, status and history with them', async () => {
  const pipeline = await admin.create('/pipelines', { name: unique('pipeline'), entity: 'lead' });
  const stages = [];
  for (const name of ['fresh', 'warm']) stages.push(await admin.create('/stages', { name, pipelineId: pipeline.id, position: stages.length }));
  const lead = await maker.create('lead', { stageId: stages[0].id });
  errorOf(await remove('stage', stages[0]), 409);
  assert.equal((await remove('stage', stages[0], { moveTo: stages[1].id })).status, 204);
  assert.deepEqual([(await admin.read(`/leads/${lead.id}`)).status, (await admin.all('/lead-status-history', { leadId: lead.id })).map((h) => h.newStatus)], ['warm', ['warm', 'fresh']]);
});

test('S5-ENT-05 a pipeline with open records is neither archived nor deleted; an empty one takes its stages along', async () => {
  const pipeline = await admin.create('/pipelines', { name: unique('pipeline') });
  const stage = await admin.create('/stages', { name: 'a', pipelineId: pipeline.id, position: 1 });
  const deal = await admin.create('/deals', { name: 'x', stageId: stage.id });
  errorOf(await admin.patch(`/pipelines/${pipeline.id}`, { archived: true }), 409);
  assert.match(errorOf(await remove('pipeline', pipeline), 409).message, /1 deal/);
  await remove('deal', deal);
  await admin.patch(`/pipelines/${pipeline.id}`, { archived: true }, { expect: 200 });
  assert.equal((await remove('pipeline', pipeline)).status, 204);
  assert.equal(await isThere('stage', stage), false);
  assert.equal((await restore('pipeline', pipeline)).status, 200);
  assert.ok(await isThere('stage', stage));
});

test('S2-ENT-02 an option that records have stays', async () => {
  const label = unique('Industry ');
  const option = await admin.create('/picklist-options', { picklist: 'industry', key: label, label });
  await company({ industry: label });
  assert.match(errorOf(await remove('picklist_option', option), 409).message, /1 company\. Archive it/);
  const free = await admin.create('/picklist-options', { picklist: 'industry', key: unique('free'), label: unique('Free ') });
  assert.equal((await remove('picklist_option', free)).status, 204);
});
