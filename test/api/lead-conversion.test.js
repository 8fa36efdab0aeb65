// SPDX-License-Identifier: Apache-2.0
// A lead becomes a contact of a company, and a deal where one is asked for.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const WHOLE = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', phone: '+49 30 1234', source: 'website', jobTitle: 'Analyst', estimatedValue: 1200.5 };
const lead = (more = {}) => admin.create('/leads', { ...WHOLE, company: unique('Engines '), ...more });
const convert = (made, body = {}, headers = {}) => admin.post(`/leads/${made.id}/convert`, body, { headers });

test('S1-ENT-07 S2-REL-08 a lead becomes a contact', async () => {
  const made = await lead();
  const answer = await convert(made);
  assert.equal(answer.status, 200, answer.text);
  const { leadId, contactId, companyId, dealId, convertedAt } = answer.body.data;
  assert.equal(leadId, made.id);
  assert.equal(dealId, null);
  const contact = await admin.read(`/contacts/${contactId}`);
  assert.deepEqual([contact.firstName, contact.lastName, contact.email, contact.jobTitle, contact.companyId, contact.leadId],
    ['Ada', 'Lovelace', 'ada@example.com', 'Analyst', companyId, made.id]);
  const company = await admin.read(`/companies/${companyId}`);
  assert.deepEqual([company.name, company.kind, company.primaryContactId], [made.company, 'organization', contactId]);
  const after = await admin.read(`/leads/${made.id}`);
  assert.deepEqual([after.status, after.convertedContactId, after.convertedCompanyId, after.convertedDealId, after.convertedAt],
    ['converted', contactId, companyId, null, convertedAt]);
});

test('S2-REL-08 a second conversion answers the same and makes nothing', async () => {
  const made = await lead();
  const first = (await convert(made, { deal: {} })).body;
  const again = await convert(made, { deal: { name: 'Another' }, company: { name: 'Another' } });
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, first);
  assert.equal((await admin.all('/contacts', { leadId: made.id })).length, 1);
  assert.equal((await admin.all('/deals', { leadId: made.id })).length, 1);
});

test('S2-REL-08 of many conversions at once one makes the records', async () => {
  const made = await lead();
  const answers = await Promise.all(Array.from({ length: 12 }, () => convert(made, { deal: {} })));
  assert.ok(answers.every((a) => a.status === 200), answers.map((a) => a.text).join('\n'));
  assert.equal(new Set(answers.map((a) => JSON.stringify(a.body))).size, 1);
  assert.equal((await admin.all('/contacts', { leadId: made.id })).length, 1);
  assert.equal((await admin.all('/companies', { name: made.company })).length, 1);
  assert.equal((await admin.all('/deals', { leadId: made.id })).length, 1);
});

test('S2-REL-08 a deal comes of a lead, told by the lead or by the client', async () => {
  const made = await lead();
  const { data } = (await convert(made, { deal: {} })).body;
  const deal = await admin.read(`/deals/${data.dealId}`);
  assert.deepEqual([deal.name, deal.amount, deal.companyId, deal.contactId, deal.leadId, deal.status, deal.source],
    [made.company, 1200.5, data.companyId, data.contactId, made.id, 'open', made.source]);
  const other = (await convert(await lead(), { deal: { name: 'Big one', amount: 9 } })).body.data;
  const named = await admin.read(`/deals/${other.dealId}`);
  assert.deepEqual([named.name, named.amount], ['Big one', 9]);
});

test('S2-REL-08 the company is the one of that name, the given one, or a new one', async () => {
  const company = await admin.create('/companies', { name: unique('Acme '), type: undefined });
  const linked = (await convert(await lead({ company: company.name.toUpperCase() }))).body.data;
  assert.equal(linked.companyId, company.id);
  const apart = (await convert(await lead({ company: company.name }), { linkExisting: false })).body.data;
  assert.notEqual(apart.companyId, company.id);
  const given = (await convert(await lead(), { companyId: company.id })).body.data;
  assert.equal(given.companyId, company.id);
  const told = await convert(await lead(), { company: { name: 'Told Ltd', employees: 5 } });
  assert.equal(told.status, 200, told.text);
  assert.equal((await admin.read(`/companies/${told.body.data.companyId}`)).employees, 5);
});

test('S2-REL-08 without a company it is an account of the person', async () => {
  const { data } = (await convert(await lead(), { company: false })).body;
  const company = await admin.read(`/companies/${data.companyId}`);
  assert.deepEqual([company.kind, company.name, company.primaryContactId, company.email], ['person', 'Ada Lovelace', data.contactId, 'ada@example.com']);
});

test('S2-REL-08 a contact that is there is linked', async () => {
  const contact = await admin.create('/contacts', { lastName: 'There' });
  const { data } = (await convert(await lead(), { contactId: contact.id })).body;
  assert.equal(data.contactId, contact.id);
  assert.equal((await admin.read(`/contacts/${contact.id}`)).companyId, data.companyId);
});

test('S2-REL-08 activities, tasks, tags and custom fields carry over', async () => {
  for (const entity of ['lead', 'contact', 'deal']) await admin.create('/custom-fields', { entity, key: 'size', label: 'Size', type: 'integer' });
  await admin.create('/custom-fields', { entity: 'lead', key: 'whim', label: 'Whim', type: 'text' });
  const tag = await admin.create('/tags', { name: unique('tag') });
  const made = await lead({ tags: [tag.id], custom: { size: 42, whim: 'none' } });
  const activity = await admin.create('/activities', { type: 'call', subject: 'First call', leadId: made.id });
  const task = await admin.create('/tasks', { title: 'Call back', leadId: made.id });
  const answer = await convert(made, { deal: { name: 'Deal' } });
  assert.equal(answer.status, 200, answer.text);
  const { contactId, companyId, dealId } = answer.body.data;
  for (const path of [`/activities/${activity.id}`, `/tasks/${task.id}`]) {
    const record = await admin.read(path);
    assert.deepEqual([record.leadId, record.contactId, record.companyId, record.dealId], [made.id, contactId, companyId, dealId]);
  }
  for (const path of [`/contacts/${contactId}`, `/deals/${dealId}`]) {
    const record = await admin.read(path);
    assert.deepEqual(record.tags, [tag.id]);
    assert.equal(record.custom.size, 42);
    assert.ok(!record.custom.whim);
  }
});

test('S2-REL-08 a converted lead stays converted', async () => {
  const made = await lead();
  await convert(made);
  const change = (body) => admin.patch(`/leads/${made.id}`, body);
  assert.deepEqual(failingFields(await change({ status: 'new' })), ['status']);
  assert.equal((await change({ phone: '+49 30 9999' })).status, 200);
  assert.equal((await admin.read(`/leads/${made.id}`)).status, 'converted');
});

test('S2-REL-08 a conversion is one changeset, or nothing at all', async () => {
  const made = await lead();
  const { data } = (await convert(made, { deal: {} })).body;
  const rows = (await Promise.all([`/contacts/${data.contactId}`, `/companies/${data.companyId}`, `/deals/${data.dealId}`]
    .map((path) => admin.read(`${path}/timeline`)))).flat();
  assert.equal(new Set(rows.map((row) => row.changesetId)).size, 1);
  const failed = await lead();
  assert.deepEqual(failingFields(await convert(failed, { deal: { name: 'x', amount: -1 } })), ['deal.amount']);
  assert.equal((await admin.all('/contacts', { leadId: failed.id })).length, 0);
  assert.equal((await admin.all('/companies', { name: failed.company })).length, 0);
  assert.equal((await admin.read(`/leads/${failed.id}`)).status, 'new');
});

test('S2-REL-08 a conversion refuses what it cannot read', async () => {
  const made = await lead();
  assert.deepEqual(failingFields(await convert(made, { companyId: 'x', deal: 7, linkExisting: 1, more: 1 })).sort(), ['companyId', 'deal', 'linkExisting', 'more']);
  assert.deepEqual(failingFields(await convert(made, { companyId: randomUUID() })), ['companyId']);
  assert.deepEqual(failingFields(await convert(made, { contactId: randomUUID() })), ['contactId']);
  assert.deepEqual(failingFields(await convert(made, { company: { name: 'Y', colour: 1 } })).sort(), ['company.colour', 'company.name']);
  errorOf(await convert({ id: randomUUID() }), 404);
  errorOf(await convert(made, {}, { 'if-match': '"v99"' }), 412);
});

test('S2-REL-08 who may not change the lead may not convert it', async () => {
  const user = await organisation.member('user');
  const accountant = await organisation.member('accountant');
  const partnerId = await organisation.partner();
  const partner = await organisation.member('partner_user', { partnerId });
  const made = await lead();
  errorOf(await user.post(`/leads/${made.id}/convert`, {}), 404);
  errorOf(await accountant.post(`/leads/${made.id}/convert`, {}), 403);
  const theirs = await partner.create('/leads', { ...WHOLE, company: 'Theirs' });
  errorOf(await partner.post(`/leads/${theirs.id}/convert`, {}), 403);
  const own = await user.create('/leads', { ...WHOLE, company: unique('Own ') });
  const answer = await user.post(`/leads/${own.id}/convert`, { deal: {} });
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await user.read(`/contacts/${answer.body.data.contactId}`)).ownerId, user.id);
});

test('S2-REL-08 S4-SEC-05 a partner sees the outcome of what it brought, and not the deal', async () => {
  const partnerId = await organisation.partner();
  const partner = await organisation.member('partner_user', { partnerId });
  const theirs = await partner.create('/leads', { ...WHOLE, company: unique('Brought ') });
  const seen = async () => {
    const { status, dealStatus, wonAmount, wonCurrency } = await partner.read(`/leads/${theirs.id}`);
    return [status, dealStatus, wonAmount, wonCurrency];
  };
  assert.deepEqual(await seen(), ['new', null, null, null]);
  const { dealId } = (await convert(theirs, { deal: { name: 'Brought', amount: 500 } })).body.data;
  assert.deepEqual(await seen(), ['converted', 'open', null, null]);
  const won = (await admin.post(`/deals/${dealId}/win`, {}, { expect: 200 })).body.data;
  assert.deepEqual(await seen(), ['converted', 'won', 500, won.currency]);
  await admin.patch(`/deals/${dealId}`, { amount: 600 }, { expect: 200 });
  assert.deepEqual(await seen(), ['converted', 'won', 600, won.currency]);
  await admin.post(`/deals/${dealId}/lose`, { lostReason: 'Price' }, { expect: 200 });
  assert.deepEqual(await seen(), ['converted', 'lost', null, null]);
  errorOf(await partner.get(`/deals/${dealId}`), 403);
});
