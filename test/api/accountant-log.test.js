// SPDX-License-Identifier: Apache-2.0
// What of the change log an accountant is told: documents and payments, on each way to it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const MONEY = ['quote', 'quote_line', 'invoice', 'invoice_line', 'payment', 'payment_allocation', 'delivery_note', 'delivery_note_line'];
const company = await admin.create('/companies', { name: 'Customer' });
const lines = [{ name: 'Work', unitPrice: 50 }];
const quote = await admin.create('/quotes', { companyId: company.id, lines });
const { id } = await admin.create('/invoices', { companyId: company.id, lines });
const invoice = (await admin.post(`/invoices/${id}/issue`, undefined, { expect: 200 })).body.data;
const payment = await admin.create('/payments', { invoiceId: invoice.id, amount: 10 });
const note = await admin.create('/delivery-notes', { invoiceId: invoice.id, lines: [{ invoiceLineId: invoice.lines[0].id, quantity: 1 }] });
const activity = await admin.create('/activities', { type: 'call', subject: 'Dun', invoiceId: invoice.id });
await admin.patch(`/companies/${company.id}`, { name: 'Customer Ltd' }, { expect: 200 });
await admin.patch('/companies/' + company.id, { industry: 'Finance' }, { expect: 200 });

const accountant = await organisation.member('accountant');
const whole = await admin.all('/audit-logs');
const about = whole.filter((change) => MONEY.includes(change.entity)).map((change) => change.id).sort();
const idsOf = (changes) => changes.map((change) => change.id).sort();

// An alias is not documented.
for (const [path, documented] of [['/audit-logs', true], ['/activity-log', false]]) {
  const list = async (query) => (await accountant.get(path, { query: { limit: 200, ...query }, documented, expect: 200 })).body;
  test(`S2-SEC-13 ${path} tells an accountant of documents and payments only`, async () => {
    assert.deepEqual([...new Set(whole.filter((c) => MONEY.includes(c.entity)).map((c) => c.entity))].sort(), [...MONEY].sort());
    assert.deepEqual(idsOf((await list()).data), about);
    assert.deepEqual((await list({ entity: 'company' })).data, []);
    assert.deepEqual((await list({ recordId: activity.id })).data, []);
    assert.equal((await list({ count: 'exact', limit: 1 })).pagination.total, about.length);
  });
}

test('S2-SEC-13 timelines tell an accountant of documents and payments only', async () => {
  for (const [path, record, entity] of [['quotes', quote], ['invoices', invoice], ['payments', payment], ['delivery-notes', note], ['companies', company, 'none'], ['activities', activity, 'none']]) {
    const told = await accountant.all(`/${path}/${record.id}/timeline`);
    const wanted = entity === 'none' ? [] : whole.filter((c) => c.recordId === record.id || c.parentId === record.id);
    assert.deepEqual(idsOf(told), idsOf(wanted), path);
  }
});

test('S2-SEC-13 the feed tells an accountant of documents and payments only', async () => {
  const { changes } = await accountant.read('/changes', { limit: 1000 });
  assert.deepEqual(changes.filter((c) => !MONEY.includes(c.entity)), []);
  assert.ok(changes.length > 0);
});

test('S2-SEC-13 a change’s id is no way around', async () => {
  const foreign = whole.find((change) => change.entity === 'company');
  assert.equal((await accountant.get(`/audit-logs/${foreign.id}`)).status, 404);
  assert.equal((await accountant.get(`/audit-logs/${about[0]}`)).status, 200);
});

test('S2-SEC-13 a role that says how far the log reaches is not held to money', async () => {
  const role = await admin.create('/roles', { name: unique('Auditor '), preset: 'accountant', access: { change: { read: 'all' } } });
  const auditor = await organisation.member(role.key);
  assert.equal((await auditor.all('/audit-logs', { recordId: company.id })).length, 3);
});
