// SPDX-License-Identifier: Apache-2.0
// The customer's page: opened by its link alone, answered by its forms, gone when it is revoked.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { errorOf, exchange } from './harness/client.js';
import { Organisation } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';
import { sharedDataFolder, sharedServer } from './harness/server.js';

const { url } = sharedServer();
const organisation = await Organisation.create();
const { admin } = organisation;
await admin.patch(`/organizations/${organisation.id}`, { name: 'Stone & Sons', legalName: 'Stone <Sons> Ltd', taxId: 'AT "1"', bankAccount: 'AT61 1904', locale: 'de' }, { expect: 200 });
await admin.create('/tax-rates', { name: 'Standard', rate: 20, isDefault: true });
const company = await admin.create('/companies', { name: 'Buyer & <b>Co</b>' });
const LINES = [
  { kind: 'heading', name: 'Phase <1>' },
  { name: '<script>alert(1)</script>', description: 'first\nsecond "quoted"', quantity: 1234.5, unit: 'h', unitPrice: 10, discountPercent: 5 },
  { name: 'Extra', unitPrice: 1000, optional: true },
];
const sentQuote = async (body = {}) => {
  const { id } = await admin.create('/quotes', { companyId: company.id, title: 'Title & more', intro: 'Dear </p> customer', lines: LINES, ...body });
  return (await admin.post(`/quotes/${id}/send`, undefined, { expect: 200 })).body.data;
};
const open = (shareUrl, method = 'GET') => exchange(url, { method, path: new URL(shareUrl).pathname });
const form = (shareUrl, verb, fields) => exchange(url, {
  method: 'POST', path: `${new URL(shareUrl).pathname}/${verb}`, body: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});
const read = (id) => admin.read(`/quotes/${id}`);

test('S2-ENT-06 the link opens the document to who has no account', async () => {
  const quote = await sentQuote();
  const page = await open(quote.shareUrl);
  assert.equal(page.status, 200, page.text);
  assert.match(page.headers['content-type'], /^text\/html; charset=utf-8/);
  // 1234.5 × 10 less 5 % = 11,727.75; tax 2,345.55; total 14,073.30, as the seller's language writes it.
  for (const text of [quote.number, '1.234,5 h', '11.727,75', '2.345,55', '14.073,30', 'Title &amp; more', 'AT &quot;1&quot;'])
    assert.ok(page.text.includes(text), text);
});

test('S2-ENT-06 what people wrote is text on the page, and nothing of it runs or leaks', async () => {
  const page = await open((await sentQuote()).shareUrl);
  assert.ok(page.text.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  for (const raw of ['<script', '<b>Co', 'Stone <Sons>', 'Phase <1>', 'Dear </p>', ' style=', ' onclick']) assert.ok(!page.text.includes(raw), raw);
  const csp = page.headers['content-security-policy'];
  assert.match(csp, /default-src 'none'/);
  assert.match(csp, /style-src 'self'/);
  assert.doesNotMatch(csp, /script-src|unsafe/);
  assert.equal(page.headers['referrer-policy'], 'no-referrer');
  assert.match(page.headers['cache-control'], /no-store/);
  assert.match(page.headers['x-robots-tag'], /noindex/);
  const style = await exchange(url, { path: '/share/document.css' });
  assert.deepEqual([style.status, style.headers['content-type'].split(';')[0]], [200, 'text/css']);
});

test('S3-SEC-08 the log names the route, not the link', async () => {
  const { shareUrl } = await sentQuote();
  await open(shareUrl);
  await form(shareUrl, 'decline', { reason: 'no' });
  const log = fs.readFileSync(path.join(path.dirname(sharedDataFolder()), 'server.log'), 'utf8');
  assert.ok(log.includes('"/share/{token}"') && log.includes('"/share/{token}/decline"'));
  assert.ok(!log.includes(new URL(shareUrl).pathname.split('/')[2]));
});

test('S2-ENT-06 the first look is remembered, a robot\'s HEAD is none', async () => {
  const quote = await sentQuote();
  assert.equal((await open(quote.shareUrl, 'HEAD')).status, 200);
  assert.equal((await read(quote.id)).viewedAt, null);
  await open(quote.shareUrl);
  const first = await read(quote.id);
  assert.notEqual(first.viewedAt, null);
  assert.equal(first.version, quote.version, 'looking is no change');
  await open(quote.shareUrl);
  assert.equal((await read(quote.id)).viewedAt, first.viewedAt);
  const rows = await admin.read(`/quotes/${quote.id}/timeline`);
  assert.deepEqual(rows.filter((r) => r.action === 'viewed').map((r) => r.actorId), [null]);
});

test('S2-ENT-06 the customer accepts, with options, name, time and address', async () => {
  const quote = await sentQuote();
  const option = quote.lines[2];
  for (const fields of [{}, { name: '   ' }, { name: 'x'.repeat(101) }, { name: 'x', more: 'y' }, { name: 'x', line: 'y' }, `name=x&${`line=${option.id}&`.repeat(101)}`])
    assert.equal((await form(quote.shareUrl, 'accept', fields)).status, 422, JSON.stringify(fields));
  assert.equal((await read(quote.id)).status, 'sent');
  const answer = await form(quote.shareUrl, 'accept', { name: ' Zoë Ünal ', line: option.id });
  assert.deepEqual([answer.status, answer.headers.location], [303, new URL(quote.shareUrl).pathname]);
  const accepted = await read(quote.id);
  // 11,727.75 + 1,000.00 = 12,727.75; tax 2,545.55.
  assert.deepEqual([accepted.status, accepted.acceptedByName, accepted.total], ['accepted', 'Zoë Ünal', 15273.3]);
  assert.match(accepted.acceptedByIp, /^(::ffff:)?127\.|^::1$/);
  assert.ok(Date.now() - Date.parse(accepted.acceptedAt) < 60_000);
  const page = (await open(quote.shareUrl)).text;
  assert.ok(page.includes('Accepted') && page.includes('Zoë Ünal') && !page.includes('<form'));
  const again = await form(quote.shareUrl, 'decline', { reason: 'changed my mind' });
  assert.equal(again.status, 303);
  assert.equal((await read(quote.id)).status, 'accepted');
  const rows = await admin.read(`/quotes/${quote.id}/timeline`);
  assert.deepEqual(rows.filter((r) => r.action === 'accepted').map((r) => r.actorId), [null]);
});

test('S2-ENT-06 or declines, and says why', async () => {
  const quote = await sentQuote();
  assert.equal((await form(quote.shareUrl, 'decline', { reason: 'Too <dear>\r\nfor us' })).status, 303);
  const declined = await read(quote.id);
  assert.deepEqual([declined.status, declined.declineReason.replace('\r', '')], ['declined', 'Too <dear>\nfor us']);
  const silent = await sentQuote();
  assert.equal((await form(silent.shareUrl, 'decline', {})).status, 303);
  assert.equal((await read(silent.id)).status, 'declined');
});

test('S2-ENT-06 many answers at once are one', async () => {
  const quote = await sentQuote();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => form(quote.shareUrl, i % 2 ? 'accept' : 'decline', i % 2 ? { name: `N${i}` } : {})));
  assert.ok(answers.every((a) => [303, 429].includes(a.status)));
  const { status, acceptedAt, declinedAt } = await read(quote.id);
  assert.ok(['accepted', 'declined'].includes(status));
  assert.equal((acceptedAt === null) !== (declinedAt === null), true);
  const rows = await admin.read(`/quotes/${quote.id}/timeline`);
  assert.equal(rows.filter((r) => ['accepted', 'declined'].includes(r.action)).length, 1);
});

test('S5-SEC-09 answers by one link are limited', async () => {
  const quote = await sentQuote();
  const answers = [];
  for (let i = 0; i < 30 && answers.at(-1) !== 429; i++) answers.push((await form(quote.shareUrl, 'accept', { name: 'x', line: company.id })).status);
  assert.equal(answers[0], 422, 'a line that is none of the quote\'s');
  assert.equal(answers.at(-1), 429);
  assert.equal((await read(quote.id)).status, 'sent');
});

test('S2-ENT-06 tokens cannot be guessed, and are not in the database', async () => {
  const quote = await sentQuote();
  const token = quote.shareUrl.split('/').at(-1);
  for (const wrong of [randomBytes(32).toString('hex'), token.replace(/.$/, (c) => (c === '0' ? '1' : '0')), token.slice(1), `${token}0`, token.toUpperCase(), 'x', '%2e%2e', "'; drop table quotes; --"]) {
    const answer = await open(`http://x/share/${encodeURIComponent(wrong)}`);
    assert.ok(answer.status === 404 || answer.status === 400, `${wrong}: ${answer.status}`);
    assert.ok(!answer.text.includes(quote.number));
  }
  assert.equal((await form(`http://x/share/${randomBytes(32).toString('hex')}`, 'accept', { name: 'x' })).status, 404);
  const kept = queryJson(sharedDataFolder(), `select jsonb_agg(s) from document_shares s where quote_id = '${quote.id}'`);
  assert.equal(kept.length, 1);
  assert.ok(!JSON.stringify(kept).includes(token));
});

test('S2-ENT-06 a link is revoked, and renewed', async () => {
  const quote = await sentQuote();
  const other = (await admin.post(`/quotes/${quote.id}/share`, undefined, { expect: 200 })).body.data;
  assert.notEqual(other.shareUrl, quote.shareUrl);
  const old = await open(quote.shareUrl);
  assert.equal(old.status, 410);
  assert.ok(!old.text.includes(quote.number));
  assert.equal((await open(other.shareUrl)).status, 200);
  await admin.delete(`/quotes/${quote.id}/share`, { expect: 204 });
  assert.equal((await open(other.shareUrl)).status, 410);
  assert.equal((await form(other.shareUrl, 'accept', { name: 'x' })).status, 303);
  assert.deepEqual([(await read(quote.id)).status, (await read(quote.id)).shareUrl], ['sent', null]);
  errorOf(await admin.delete(`/quotes/${quote.id}/share`), 404);
  const again = (await admin.post(`/quotes/${quote.id}/send`, undefined, { expect: 200 })).body.data;
  assert.equal((await open(again.shareUrl)).status, 200, 'sending again makes a link anew');
  const draft = await admin.create('/quotes', { companyId: company.id, lines: LINES });
  errorOf(await admin.post(`/quotes/${draft.id}/share`), 409);
  const user = await organisation.member('user');
  errorOf(await user.post(`/quotes/${quote.id}/share`), 404);
  errorOf(await user.delete(`/quotes/${quote.id}/share`), 404);
});

test('S2-ENT-07 an invoice that is sent has its page, without a form', async () => {
  const { id } = await admin.create('/invoices', { companyId: company.id, lines: LINES.slice(0, 2).map(({ optional, ...line }) => line), paymentReference: 'RF18' });
  errorOf(await admin.post(`/invoices/${id}/send`), 409);
  await admin.post(`/invoices/${id}/issue`, undefined, { expect: 200 });
  const sent = (await admin.post(`/invoices/${id}/send`, undefined, { expect: 200 })).body.data;
  assert.notEqual(sent.sentAt, null);
  const page = await open(sent.shareUrl);
  assert.equal(page.status, 200);
  for (const text of [sent.number, 'AT61 1904', 'RF18', '14.073,30']) assert.ok(page.text.includes(text), text);
  assert.ok(!page.text.includes('<form'));
  assert.equal((await form(sent.shareUrl, 'accept', { name: 'x' })).status, 303);
  assert.equal((await admin.read(`/invoices/${id}`)).status, 'issued');
  assert.notEqual((await admin.read(`/invoices/${id}`)).viewedAt, null);
  await admin.post(`/invoices/${id}/void`, { reason: 'Typing error' }, { expect: 200 });
  assert.match((await open(sent.shareUrl)).text, /void/);
});

test('S2-ENT-06 the link is in lists and files that ask for it by name, and whole', async () => {
  const quote = await sentQuote();
  const query = { fields: 'number,shareUrl', number: quote.number };
  assert.deepEqual((await admin.read('/quotes', query)).map((q) => q.shareUrl), [quote.shareUrl]);
  assert.equal((await admin.read('/quotes', { number: quote.number }))[0].shareUrl, undefined);
  assert.ok((await admin.get('/quotes/export.csv', { query, expect: 200 })).text.includes(quote.shareUrl));
  const file = (await admin.get('/quotes/export.csv', { query: { number: quote.number }, expect: 200 })).text;
  assert.ok(file.includes(quote.number) && !/share/i.test(file));
});

test('S2-ENT-06 a quote that is over shows so and takes no answer', async () => {
  const quote = await sentQuote();
  await admin.post(`/quotes/${quote.id}/cancel`, undefined, { expect: 200 });
  const page = await open(quote.shareUrl);
  assert.ok(page.status === 200 && page.text.includes('withdrawn') && !page.text.includes('<form'));
  await form(quote.shareUrl, 'accept', { name: 'x' });
  assert.equal((await read(quote.id)).status, 'cancelled');
});
