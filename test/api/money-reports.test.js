// SPDX-License-Identifier: Apache-2.0
// Reports about money: what is owed by age, what was invoiced by month, client and product.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const [blue, red] = [await admin.create('/companies', { name: 'Blue' }), await admin.create('/companies', { name: 'Red' })];
const rate = await admin.create('/tax-rates', { name: 'Quarter', rate: 25 });

async function invoiced(companyId, lines, extra = {}) {
  const { id } = await admin.create('/invoices', { companyId, lines: lines.map((line) => ({ taxRateId: rate.id, ...line })), ...extra });
  return (await admin.post(`/invoices/${id}/issue`, undefined, { expect: 200 })).body.data;
}
const work = (unitPrice, extra = {}) => ({ name: 'Work', unitPrice, ...extra });

test('S2-API-12 the ageing of invoices: by days late, currency and company', async () => {
  const ages = async (query) => admin.read('/reports/invoice-ageing', query);
  assert.deepEqual(await ages(), { byCurrency: [], byCompany: [] });
  const late = (days, amount, company = blue) => invoiced(company.id, [work(amount)], { issueDate: day(-120), dueDate: day(-days) });
  // Numbers of a series do not go back in time: the oldest are issued first.
  const [first] = [await late(0, 80), await late(1, 8), await late(30, 8), await late(31, 80), await late(60, 80), await late(61, 160), await late(90, 160), await late(91, 400), await late(5, 1000, red)];
  await admin.create('/payments', { invoiceId: first.id, amount: 40 });
  await invoiced(red.id, [work(40)], { currency: 'USD', dueDate: day(9) });
  const paid = await invoiced(blue.id, [work(10)]);
  await admin.create('/payments', { invoiceId: paid.id, amount: 12.5 });
  await admin.create('/invoices', { companyId: blue.id, lines: [work(9999)] });
  const sums = { notDue: 60, days1To30: 1270, days31To60: 200, days61To90: 400, over90: 500 };
  const report = await ages();
  const figures = ({ filter, ...row }) => row;
  for (const row of [...report.byCurrency, ...report.byCompany]) {
    const list = await admin.get('/invoices', { query: row.filter, expect: 200 });
    assert.equal(list.body.pagination.total, row.invoices, row.filter);
  }
  assert.deepEqual(report.byCurrency.map(figures), [
    { currency: 'EUR', invoices: 9, total: 2430, ...sums },
    { currency: 'USD', invoices: 1, total: 50, notDue: 50, days1To30: 0, days31To60: 0, days61To90: 0, over90: 0 },
  ]);
  assert.deepEqual(report.byCompany.map((row) => [row.company, row.currency, row.total, row.days1To30]), [['Red', 'EUR', 1250, 1250], ['Blue', 'EUR', 1180, 20], ['Red', 'USD', 50, 0]]);
  assert.deepEqual((await ages({ companyId: blue.id })).byCurrency.map((row) => row.total), [1180]);
  assert.deepEqual((await ages({ ownerId: 'me' })).byCurrency.map((row) => row.total), [2430, 50]);
  errorOf(await admin.get('/reports/invoice-ageing', { query: { from: day(0) } }), 400);
  errorOf(await admin.get('/reports/invoice-ageing', { query: { ownerId: 'x' } }), 400);
  const user = await organisation.member('user');
  assert.deepEqual(await user.read('/reports/invoice-ageing'), { byCurrency: [], byCompany: [] });
  const partner = await organisation.member('partner_user', { partnerId: await organisation.partner() });
  errorOf(await partner.get('/reports/invoice-ageing'), 403);
});

test('S2-API-12 revenue is net of tax, by month, client and product, less what was credited', async () => {
  const other = await Organisation.create();
  const client = other.admin;
  const [a, b] = [await client.create('/companies', { name: 'Ash' }), await client.create('/companies', { name: 'Birch' })];
  const tax = await client.create('/tax-rates', { name: 'Quarter', rate: 25 });
  const hour = await client.create('/products', { name: 'Hour', price: 50, taxRateId: tax.id });
  await client.create('/exchange-rates', { currency: 'USD', date: '2025-01-01', rate: 0.5 });
  const bill = async (companyId, lines, extra) => {
    const { id } = await client.create('/invoices', { companyId, lines, ...extra });
    return (await client.post(`/invoices/${id}/issue`, undefined, { expect: 200 })).body.data;
  };
  await bill(a.id, [{ productId: hour.id, quantity: 4 }, { name: 'Travel', unitPrice: 30, taxRateId: tax.id }], { issueDate: '2025-01-31', dueDate: '2025-02-28' });
  await bill(b.id, [{ productId: hour.id, quantity: 1, unitPrice: 62.5 }], { issueDate: '2025-02-01', dueDate: '2025-02-28', pricesIncludeTax: true });
  await bill(b.id, [{ name: 'Abroad', unitPrice: 100, taxRateId: tax.id }], { issueDate: '2025-02-02', dueDate: '2025-02-28', currency: 'USD' });
  await bill(b.id, [{ name: 'Far', unitPrice: 70, taxRateId: tax.id }], { issueDate: '2025-02-03', dueDate: '2025-02-28', currency: 'CHF' });
  const wrong = await bill(a.id, [{ productId: hour.id, quantity: 2 }], { issueDate: '2025-02-04', dueDate: '2025-02-28' });
  await client.post(`/invoices/${wrong.id}/credit`, { issue: true, lines: [{ invoiceLineId: wrong.lines[0].id, quantity: 1 }] }, { expect: 201 });
  const void_ = await bill(a.id, [{ name: 'Mistake', unitPrice: 999 }]);
  await client.post(`/invoices/${void_.id}/void`, { reason: 'x' }, { expect: 200 });
  const all = await client.read('/reports/revenue');
  assert.deepEqual([all.currency, all.net, all.invoices], ['EUR', 380, 5]);
  assert.deepEqual(all.byMonth.slice(0, 2), [{ month: '2025-01', invoices: 1, net: 230 }, { month: '2025-02', invoices: 3, net: 200 }]);
  assert.deepEqual(all.byMonth.slice(2).map((row) => row.net), [-50], 'the credit note counts in its own month');
  assert.deepEqual(all.byCompany.map((row) => [row.company, row.net]), [['Ash', 280], ['Birch', 100]]);
  assert.deepEqual(all.byProduct.map((row) => [row.product, row.quantity, row.net]), [['Hour', 6, 300], [null, null, 80]]);
  assert.deepEqual(all.unconverted, [{ currency: 'CHF', invoices: 1, net: 70 }]);
  const february = await client.read('/reports/revenue', { from: '2025-02-01', to: '2025-02-28', companyId: b.id });
  assert.deepEqual([february.net, february.invoices], [100, 2]);
  errorOf(await client.get('/reports/revenue', { query: { from: '2025-02-02', to: '2025-02-01' } }), 400);
  const user = await other.member('user');
  assert.deepEqual([(await user.read('/reports/revenue')).net, (await user.read('/reports/revenue')).byMonth], [0, []]);
  const partner = await other.member('partner_user', { partnerId: await other.partner() });
  errorOf(await partner.get('/reports/revenue'), 403);
});
