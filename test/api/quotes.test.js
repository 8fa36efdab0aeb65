// SPDX-License-Identifier: Apache-2.0
// Quotes: their lines and sums, and their way from a deal to an invoice.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const year = new Date().getUTCFullYear();
const rates = {
  standard: await admin.create('/tax-rates', { name: 'Standard', rate: 21, isDefault: true }),
  reduced: await admin.create('/tax-rates', { name: 'Reduced', rate: 10, kind: 'reduced' }),
};
const company = await admin.create('/companies', { name: 'Blue Door', legalName: 'Blue Door Ltd', taxId: 'GB 12', billingStreet: 'Mill Lane 3', billingCity: 'Leeds', billingCountry: 'GB' });
const contact = await admin.create('/contacts', { lastName: 'Hart', companyId: company.id, email: 'hart@bluedoor.example' });
const day = await admin.create('/products', { name: 'Day of advice', price: 800, unit: 'day', taxRateId: rates.reduced.id });
const LINES = [{ productId: day.id, quantity: 2 }, { name: 'Travel', unitPrice: 99.99, discountPercent: 10 }];
const quote = (body = {}) => admin.create('/quotes', { companyId: company.id, lines: LINES, ...body });
const flow = (id, verb, body, options) => admin.post(`/quotes/${id}/${verb}`, body, options);
const done = async (id, verb, body) => (await flow(id, verb, body, { expect: [200, 201] })).body.data;
const iso = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const sums = ({ subtotal, discountTotal, taxTotal, total }) => [subtotal, discountTotal, taxTotal, total];

test('S2-API-07 S2-ENT-06 a quote with its lines is one call, and its sums are reckoned', async () => {
  const made = await quote({ title: 'Advice', contactId: contact.id });
  // 2 × 800 = 1600.00 at 10 %: 160.00. 99.99 less 10 %: 89.99 (10.00 off) at 21 %: 18.8979.
  assert.deepEqual(sums(made), [1689.99, 10, 178.9, 1868.89]);
  assert.deepEqual(made.lines.map((l) => [l.name, l.quantity, l.unit, l.unitPrice, l.taxRate, l.amount]), [
    ['Day of advice', 2, 'day', 800, 10, 1600], ['Travel', 1, null, 99.99, 21, 89.99]]);
  assert.deepEqual(made.taxBreakdown.map((t) => [t.taxRateId, t.rate, t.kind, t.net, t.tax]), [
    [rates.standard.id, 21, 'standard', 89.99, 18.9], [rates.reduced.id, 10, 'reduced', 1600, 160]]);
  assert.deepEqual([made.status, made.number, made.version, made.currency, made.pricesIncludeTax, made.shareUrl], ['draft', null, 1, 'EUR', false, null]);
  assert.deepEqual(await admin.read(`/quotes/${made.id}`), made);
});

test('S2-ENT-06 lines are replaced whole, and the sums and the version follow', async () => {
  const made = await quote();
  const [first, second] = made.lines;
  const changed = (await admin.patch(`/quotes/${made.id}`, { lines: [{ ...second, quantity: 3 }, { kind: 'heading', name: 'Later' }] }, { expect: 200 })).body.data;
  assert.ok(changed.version > made.version);
  assert.deepEqual(changed.lines.map((l) => l.kind), ['item', 'heading']);
  assert.equal(changed.lines[0].id, second.id);
  // 3 × 99.99 × 0.9 = 269.973 → 269.97; × 21 % = 56.6937 → 56.69.
  assert.deepEqual(sums(changed), [269.97, 30, 56.69, 326.66]);
  assert.ok(!changed.lines.some((l) => l.id === first.id));
  const empty = (await admin.patch(`/quotes/${made.id}`, { lines: [] }, { expect: 200 })).body.data;
  assert.deepEqual([...sums(empty), empty.taxBreakdown.length], [0, 0, 0, 0, 0]);
});

test('S2-ENT-06 prices that include tax keep their total', async () => {
  // 121 × 21 / 121 = 21; 33 × 10 / 110 = 3.
  const made = await quote({ pricesIncludeTax: true, lines: [{ name: 'A', unitPrice: 121 }, { name: 'B', unitPrice: 33, taxRateId: rates.reduced.id }] });
  assert.deepEqual(sums(made), [130, 0, 24, 154]);
  const net = (await admin.patch(`/quotes/${made.id}`, { pricesIncludeTax: false }, { expect: 200 })).body.data;
  // 121 × 21 % = 25.41; 33 × 10 % = 3.30.
  assert.deepEqual(sums(net), [154, 0, 28.71, 182.71]);
});

test('S2-ENT-06 wrong lines are refused by name and place', async () => {
  const abroad = await admin.create('/products', { name: 'Abroad', price: 1, currency: 'USD' });
  const gone = await admin.create('/products', { name: 'Gone', price: 1, active: false });
  const cases = [
    [{ name: 'x', unitPrice: 1, quantity: -1 }, 'quantity'],
    [{ name: 'x', unitPrice: 1, quantity: 0 }, 'quantity'],
    [{ name: 'x', unitPrice: -1 }, 'unitPrice'],
    [{ name: 'x', unitPrice: 1, discountPercent: 100.001 }, 'discountPercent'],
    [{ name: 'x', unitPrice: 1, discountPercent: -1 }, 'discountPercent'],
    [{ name: 'x' }, 'unitPrice'],
    [{ unitPrice: 1 }, 'name'],
    [{ kind: 'heading', name: 'x', unitPrice: 1 }, 'unitPrice'],
    [{ productId: abroad.id }, 'productId'],
    [{ productId: gone.id }, 'productId'],
    [{ productId: randomUUID() }, 'productId'],
    [{ name: 'x', unitPrice: 999999999999, quantity: 1000 }, 'unitPrice'],
    [{ name: 'x', unitPrice: 1, taxRateId: randomUUID() }, 'taxRateId'],
    [{ kind: 'deposit', name: 'x', unitPrice: 1 }, 'kind'],
  ];
  for (const [line, field] of cases) {
    const answer = await admin.post('/quotes', { companyId: company.id, lines: [{ name: 'good', unitPrice: 1 }, line] });
    assert.deepEqual(failingFields(answer), [`lines[1].${field}`], JSON.stringify(line));
  }
  assert.deepEqual(failingFields(await admin.post('/quotes', { companyId: company.id, total: 5, number: 'X' })).sort(), ['number', 'total']);
  assert.deepEqual(failingFields(await admin.post('/quotes', { lines: LINES })), ['companyId']);
  assert.deepEqual(failingFields(await admin.post('/quotes', { companyId: company.id, issueDate: iso(0), validUntil: iso(-1) })), ['validUntil']);
  const stranger = await admin.create('/contacts', { lastName: 'Stranger' });
  assert.deepEqual(failingFields(await admin.post('/quotes', { companyId: company.id, contactId: stranger.id })), ['contactId']);
  const made = await quote();
  assert.deepEqual(failingFields(await admin.patch(`/quotes/${made.id}`, { currency: 'USD' })), ['currency']);
  await admin.patch(`/quotes/${made.id}`, { currency: 'USD', lines: [] }, { expect: 200 });
});

test('S2-REL-10 a deal generates quotes with its customer, currency and lines', async () => {
  const deal = await admin.create('/deals', { name: 'Harvest', companyId: company.id, contactId: contact.id, lines: [{ productId: day.id, quantity: 3 }, { name: 'Fixed', unitPrice: 50 }] });
  const made = (await admin.post(`/deals/${deal.id}/quotes`, {}, { expect: 201 })).body.data;
  assert.deepEqual([made.title, made.companyId, made.contactId, made.dealId, made.currency, made.ownerId], ['Harvest', company.id, contact.id, deal.id, deal.currency, admin.id]);
  assert.deepEqual(made.lines.map((l) => [l.productId, l.name, l.quantity, l.unit, l.unitPrice, l.taxRate]), [[day.id, 'Day of advice', 3, 'day', 800, 10], [null, 'Fixed', 1, null, 50, 21]]);
  // 2400 at 10 %: 240.00; 50 at 21 %: 10.50.
  assert.equal(made.total, 2700.5);
  const own = (await admin.post(`/deals/${deal.id}/quotes`, { title: 'Shorter', lines: [{ name: 'Half', unitPrice: 10 }] }, { expect: 201 })).body.data;
  assert.deepEqual([own.title, own.lines.length, own.total], ['Shorter', 1, 12.1]);
  assert.equal((await admin.read('/quotes', { dealId: deal.id })).length, 2);
  const nobody = await admin.create('/deals', { name: 'No customer' });
  assert.deepEqual(failingFields(await admin.post(`/deals/${nobody.id}/quotes`, {})), ['companyId']);
  errorOf(await admin.post(`/deals/${randomUUID()}/quotes`, {}), 404);
});

test('S2-ENT-06 sending numbers a quote, dates it and makes its parties part of it', async () => {
  const draft = await quote({ contactId: contact.id });
  const sent = await done(draft.id, 'send');
  assert.match(sent.number, new RegExp(`^QUO-${year}-\\d{4}$`));
  assert.deepEqual([sent.status, sent.issueDate, sent.validUntil], ['sent', iso(0), iso(30)]);
  assert.deepEqual([sent.billToName, sent.billToTaxId, sent.billToEmail, sent.billToStreet, sent.billToCountry], ['Blue Door Ltd', 'GB 12', 'hart@bluedoor.example', 'Mill Lane 3', 'GB']);
  assert.match(sent.shareUrl, /^http.*\/share\/[0-9a-f]{64}$/);
  const again = await done(draft.id, 'send');
  assert.deepEqual(again, sent, 'again answers the same');
  for (const body of [{ title: 'Other' }, { terms: 'Other' }, { lines: [] }, { validUntil: iso(90) }]) {
    const [field] = failingFields(await admin.patch(`/quotes/${draft.id}`, body));
    assert.equal(field, Object.keys(body)[0]);
  }
  errorOf(await admin.delete(`/quotes/${draft.id}`), 409);
  await admin.patch(`/quotes/${draft.id}`, { dealId: null, tags: [] }, { expect: 200 });
  const { etag } = (await admin.get(`/quotes/${draft.id}`)).headers;
  await admin.patch(`/quotes/${draft.id}`, { ownerId: admin.id }, { headers: { 'if-match': etag }, expect: 200 });
  assert.deepEqual(failingFields(await flow((await quote({ lines: [] })).id, 'send')), ['lines']);
  assert.deepEqual(failingFields(await flow((await quote({ issueDate: iso(2), validUntil: iso(9) })).id, 'send')), ['issueDate']);
});

test('S2-ENT-06 a quote is accepted with its options, and wins its deal when asked to', async () => {
  const deal = await admin.create('/deals', { name: 'To win', companyId: company.id });
  const { id } = await quote({ dealId: deal.id, lines: [{ name: 'Base', unitPrice: 100 }, { name: 'Extra', unitPrice: 50, optional: true }, { name: 'More', unitPrice: 10, optional: true }] });
  const sent = await done(id, 'send');
  assert.equal(sent.total, 121);
  assert.deepEqual(failingFields(await flow(id, 'accept', { optionalLineIds: [sent.lines[0].id] })), ['optionalLineIds']);
  for (const wrong of [['x'], 'x', [7], {}, Array(501).fill(sent.lines[1].id)])
    assert.deepEqual(failingFields(await flow(id, 'accept', { optionalLineIds: wrong })), ['optionalLineIds'], JSON.stringify(wrong).slice(0, 50));
  const accepted = await done(id, 'accept', { name: 'Ms Hart', optionalLineIds: [sent.lines[1].id], winDeal: true });
  assert.deepEqual([accepted.status, accepted.acceptedByName, accepted.total], ['accepted', 'Ms Hart', 181.5]);
  assert.deepEqual(accepted.lines.map((l) => l.chosen), [false, true, false]);
  assert.equal((await admin.read(`/deals/${deal.id}`)).status, 'won');
  assert.equal((await done(id, 'accept', {})).version, accepted.version, 'again changes nothing');
  errorOf(await flow(id, 'decline', {}), 409);
  const plain = await quote({ dealId: (await admin.create('/deals', { name: 'Open' })).id });
  await done(plain.id, 'send');
  await done(plain.id, 'accept');
  assert.equal((await admin.read(`/deals/${plain.dealId}`)).status, 'open', 'unasked it wins nothing');
});

test('S2-ENT-06 a quote is declined, cancelled, and revised by a new draft', async () => {
  const first = await quote({ title: 'First' });
  errorOf(await flow(first.id, 'accept'), 409);
  errorOf(await flow(first.id, 'revise'), 409);
  await done(first.id, 'send');
  const declined = await done(first.id, 'decline', { reason: 'Too dear' });
  assert.deepEqual([declined.status, declined.declineReason], ['declined', 'Too dear']);
  const revision = await done(first.id, 'revise');
  assert.deepEqual([revision.status, revision.number, revision.revisionOfId, revision.title, revision.total], ['draft', null, first.id, 'First', first.total]);
  assert.equal((await done(first.id, 'revise')).id, revision.id, 'the draft that waits is answered again');
  await admin.patch(`/quotes/${revision.id}`, { lines: [{ name: 'Cheaper', unitPrice: 10 }] }, { expect: 200 });
  await done(revision.id, 'send');
  const next = await done(revision.id, 'revise');
  await done(next.id, 'send');
  assert.equal((await admin.read(`/quotes/${revision.id}`)).status, 'cancelled', 'a sent revision takes its place');
  assert.equal((await done(next.id, 'cancel')).status, 'cancelled');
  errorOf(await flow(next.id, 'send'), 409);
});

test('S2-ENT-06 statuses are filtered and sorted by', async () => {
  const other = await Organisation.create();
  const buyer = await other.admin.create('/companies', { name: 'Buyer' });
  const make = () => other.admin.create('/quotes', { companyId: buyer.id, lines: [{ name: 'x', unitPrice: 1 }] });
  const ids = {};
  for (const status of ['draft', 'sent', 'accepted', 'declined', 'cancelled']) {
    ids[status] = (await make()).id;
    if (status !== 'draft') await other.admin.post(`/quotes/${ids[status]}/send`, undefined, { expect: 200 });
  }
  for (const [status, verb] of [['accepted', 'accept'], ['declined', 'decline'], ['cancelled', 'cancel']])
    await other.admin.post(`/quotes/${ids[status]}/${verb}`, undefined, { expect: 200 });
  for (const [status, id] of Object.entries(ids))
    assert.deepEqual((await other.admin.read('/quotes', { status })).map((q) => q.id), [id], status);
  const sorted = (await other.admin.read('/quotes', { sort: 'status' })).map((q) => q.status);
  assert.deepEqual(sorted, ['accepted', 'cancelled', 'declined', 'draft', 'sent']);
  assert.equal((await other.admin.read('/quotes', { 'status[in]': 'sent,accepted' })).length, 2);
});

test('S2-REL-11 a quote becomes an invoice, after a deposit for the rest', async () => {
  const { id } = await quote({ lines: [{ name: 'Hall', unitPrice: 100.03 }, { name: 'Food', unitPrice: 50.01, taxRateId: rates.reduced.id }] });
  errorOf(await flow(id, 'invoice', { type: 'full' }), 409);
  const sent = await done(id, 'send');
  assert.deepEqual(failingFields(await flow(id, 'invoice', { type: 'deposit' })), ['percent']);
  assert.deepEqual(failingFields(await flow(id, 'invoice', { type: 'deposit', percent: 0 })), ['percent']);
  assert.deepEqual(failingFields(await flow(id, 'invoice', { type: 'deposit', percent: 101 })), ['percent']);
  assert.deepEqual(failingFields(await flow(id, 'invoice', { type: 'full', percent: 10 })), ['percent']);
  const deposit = await done(id, 'invoice', { type: 'deposit', percent: 30 });
  assert.deepEqual([deposit.type, deposit.quoteId, deposit.status], ['deposit', id, 'draft']);
  // 30.01 × 21 % = 6.30; 15.00 × 10 % = 1.50.
  assert.deepEqual(sums(deposit), [45.01, 0, 7.8, 52.81]);
  assert.equal((await done(id, 'invoice', { type: 'deposit', percent: 30 })).id, deposit.id);
  const other = errorOf(await flow(id, 'invoice', { type: 'deposit', percent: 40 }), 409);
  assert.match(other.message, /^A deposit of another amount waits/);
  errorOf(await flow(id, 'invoice', { type: 'full' }), 409);
  await admin.post(`/invoices/${deposit.id}/issue`, undefined, { expect: 200 });
  const rest = await done(id, 'invoice', {});
  // 100.03 + 50.01 − 45.01 = 105.03; 21.01 + 5.00 − 7.80 = 18.21.
  assert.deepEqual(sums(rest), [105.03, 0, 18.21, 123.24]);
  assert.equal(rest.total + deposit.total, sent.total);
  assert.deepEqual(rest.lines.map((l) => [l.kind, l.amount]), [['item', 100.03], ['item', 50.01], ['deposit', -30.01], ['deposit', -15]]);
  assert.equal((await done(id, 'invoice', { type: 'full' })).id, rest.id, 'again answers the same');
  await admin.post(`/invoices/${rest.id}/issue`, undefined, { expect: 200 });
  assert.equal((await admin.read(`/quotes/${id}`)).invoicedTotal, sent.total);
  errorOf(await flow(id, 'invoice', { type: 'deposit', percent: 10 }), 409);
  errorOf(await flow(id, 'cancel'), 409);
});

test('S2-REL-11 of many who invoice a quote at once there is one invoice', async () => {
  const { id } = await quote();
  await done(id, 'send');
  const answers = await Promise.all(Array.from({ length: 16 }, () => flow(id, 'invoice', { type: 'full' })));
  assert.ok(answers.every((a) => a.status === 201), answers.find((a) => a.status !== 201)?.text);
  assert.equal(new Set(answers.map((a) => a.body.data.id)).size, 1);
  assert.equal((await admin.read('/invoices', { quoteId: id })).length, 1);
});

test('S5-API-26 flows of quotes honour If-Match and Idempotency-Key, each in one changeset', async () => {
  const { id } = await quote();
  const { etag } = (await admin.get(`/quotes/${id}`, { expect: 200 })).headers;
  await admin.patch(`/quotes/${id}`, { title: 'New' }, { expect: 200 });
  for (const verb of ['send', 'accept', 'decline', 'cancel', 'revise']) errorOf(await flow(id, verb, undefined, { headers: { 'if-match': etag } }), 412);
  const headers = { 'idempotency-key': randomUUID() };
  const once = await flow(id, 'send', undefined, { headers, expect: 200 });
  assert.deepEqual((await flow(id, 'send', undefined, { headers, expect: 200 })).body, once.body);
  const rows = await admin.read(`/quotes/${id}/timeline`);
  assert.ok(rows.some((r) => r.action === 'sent' && r.entity === 'quote'));
  const sending = rows.filter((r) => r.changesetId === rows.find((x) => x.action === 'sent').changesetId);
  assert.equal(sending.length, 1);
});

test('S3-SEC-04 users send and accept their own quotes; accountants read; others see none', async () => {
  const user = await organisation.member('user');
  const accountant = await organisation.member('accountant');
  const foreign = await quote();
  errorOf(await user.post(`/quotes/${foreign.id}/send`), 404);
  errorOf(await accountant.post(`/quotes/${foreign.id}/send`), 403);
  const theirs = await user.create('/companies', { name: 'Theirs' });
  const own = await user.create('/quotes', { companyId: theirs.id, lines: [{ name: 'x', unitPrice: 5 }] });
  assert.ok((await user.post(`/quotes/${own.id}/send`, undefined, { expect: 200 })).body.data.shareUrl);
  await user.post(`/quotes/${own.id}/accept`, { name: 'They' }, { expect: 200 });
  const seen = await accountant.read(`/quotes/${own.id}`);
  assert.equal(seen.shareUrl, null, 'who may not send has no link');
  const invoice = (await user.post(`/quotes/${own.id}/invoice`, {}, { expect: 201 })).body.data;
  assert.equal(invoice.ownerId, user.id);
  errorOf(await user.post(`/invoices/${invoice.id}/issue`), 403);
  assert.equal((await accountant.post(`/quotes/${foreign.id}/invoice`, {})).status, 409, 'an accountant may invoice, not this draft');
  const partner = await organisation.member('partner_admin', { partnerId: await organisation.partner() });
  errorOf(await partner.get('/quotes'), 403);
});

test('S5-SEC-08 a role that sends its own quotes sends no others, whatever else it may change', async () => {
  const role = await admin.create('/roles', { name: 'Careful manager', preset: 'manager', access: { quote: { issue: 'own' }, invoice: { correct: 'own' } } });
  const careful = await organisation.member(role.key);
  const foreign = await quote();
  const out = await done((await quote()).id, 'send');
  await careful.patch(`/quotes/${foreign.id}`, { title: 'May be changed' }, { expect: 200 });
  for (const headers of [{}, { 'idempotency-key': randomUUID() }])
    for (const [verb, { id }] of [['send', foreign], ['cancel', foreign], ['cancel', out], ['share', out]])
      errorOf(await careful.post(`/quotes/${id}/${verb}`, undefined, { headers }), 403);
  assert.equal((await careful.read(`/quotes/${out.id}`)).shareUrl, out.shareUrl, 'the link is told to who may change the quote');
  const own = await careful.create('/quotes', { companyId: company.id, lines: LINES });
  for (const headers of [{}, { 'idempotency-key': randomUUID() }])
    assert.ok((await careful.post(`/quotes/${own.id}/send`, undefined, { headers, expect: 200 })).body.data.shareUrl);
  const bill = (await admin.post(`/quotes/${(await done((await quote()).id, 'send')).id}/invoice`, {}, { expect: 201 })).body.data;
  await admin.post(`/invoices/${bill.id}/issue`, undefined, { expect: 200 });
  for (const headers of [{}, { 'idempotency-key': randomUUID() }])
    errorOf(await careful.post(`/invoices/${bill.id}/void`, { reason: 'x' }, { headers }), 403);
});

test('S2-ENT-06 settings of the organisation shape new quotes', async () => {
  const other = await Organisation.create();
  await other.admin.patch(`/organizations/${other.id}`, { pricesIncludeTax: true, quoteValidDays: 7, documentTerms: 'Net cash.', legalName: 'Other Ltd', taxId: 'X1', bankAccount: 'DE00 1234' }, { expect: 200 });
  const buyer = await other.admin.create('/companies', { name: 'Buyer' });
  const made = await other.admin.create('/quotes', { companyId: buyer.id, lines: [{ name: 'x', unitPrice: 1 }] });
  assert.deepEqual([made.pricesIncludeTax, made.terms], [true, 'Net cash.']);
  const sent = (await other.admin.post(`/quotes/${made.id}/send`, undefined, { expect: 200 })).body.data;
  assert.equal(sent.validUntil, iso(7));
  assert.deepEqual([sent.seller.name, sent.seller.taxId, sent.seller.bankAccount], ['Other Ltd', 'X1', 'DE00 1234']);
  assert.deepEqual(failingFields(await other.admin.patch(`/organizations/${other.id}`, { paymentTermsDays: 366, quoteValidDays: -1 })).sort(), ['paymentTermsDays', 'quoteValidDays']);
});
