// SPDX-License-Identifier: Apache-2.0
// Quotes of the demo's deals in every status, and what they became: deposits, invoices, one that is void and
// one that is credited. Prices are those of the catalogue, by the deal's guests.
import { each } from './api.js';
import { PRODUCTS } from './catalogue.js';

const DAY_MS = 86_400_000;
const SELLER = {
  legalName: 'Northwind Events Ltd', taxId: 'IE 6388047V', registrationNumber: '482 190', email: 'office@northwind-events.example', phone: '+353 1 555 0100',
  addressStreet: 'Wharf Road 21', addressCity: 'Dublin', addressPostalCode: 'D04 K2T9', addressCountry: 'IE', bankAccount: 'IE29 AIBK 9311 5212 3456 78',
  paymentTermsDays: 21, documentTerms: 'The date is held until the day named above. Numbers of guests may change by a tenth up to ten days before the event.',
};

// What a quote offers, by number of products: [sku, quantity of guests] or an own line.
const OFFERS = [
  (guests) => [{ kind: 'heading', name: 'Planning' }, item('PL-CONCEPT'), item('PL-DAY', 1), { kind: 'heading', name: 'The evening' }, item('FD-DINNER', guests), item('FD-WINE', guests), item('EQ-SOUND', 1), item('ST-HOST', Math.ceil(guests / 30) * 8), option('EQ-LIGHT', 1)],
  (guests) => [item('PL-FULL', 4), item('FD-BUFFET', guests), item('FD-CANAPE', guests), item('EQ-CHAIR', guests), item('EQ-TABLE', Math.ceil(guests / 8)), { kind: 'text', name: 'Delivery within 60 km is included.' }],
  (guests) => [item('PL-SEARCH'), { ...item('PL-FULL', 6), discountPercent: 10 }, item('FD-DINNER', guests), item('ST-TECH', 12), option('ST-SECURITY', 24), option('FD-CANAPE', guests)],
];

const item = (sku, quantity = 1) => ({ sku, quantity });
const option = (sku, quantity) => ({ ...item(sku, quantity), optional: true });
const day = (ms) => new Date(ms).toISOString().slice(0, 10);

/** What becomes of the quotes of these deals, in the order of the plan. */
function chosen(plan, now) {
  const deals = plan.deals.map((deal, index) => ({ ...deal, index }));
  const of = (stage) => deals.filter((deal) => deal.stage === stage);
  const recent = (stage) => of(stage).sort((a, b) => (a.body.closedAt < b.body.closedAt ? 1 : -1));
  const row = (end, age) => (deal, i) => ({ deal: deal.index, guests: deal.body.custom.guests, offer: i % OFFERS.length, end, at: age(deal, i) });
  const closed = (deal) => Math.min(Date.parse(deal.body.closedAt), now - DAY_MS);
  return [
    ...of('proposal').slice(0, 3).map(row('draft', () => now)),
    ...of('negotiation').slice(0, 6).map(row('sent', (deal, i) => now - (i * 4 + 1) * DAY_MS)),
    ...of('proposal').slice(3, 6).map(row('expired', (deal, i) => now - (i * 9 + 50) * DAY_MS)),
    ...recent('lost').slice(0, 4).map(row('declined', (deal) => closed(deal) - 10 * DAY_MS)),
    ...of('proposal').slice(6, 7).map(row('cancelled', () => now - 12 * DAY_MS)),
    ...recent('won').slice(0, 14).map((deal, i) => ({ ...row(i % 3 ? 'invoiced' : 'deposit', (d) => closed(d) - 6 * DAY_MS)(deal, i), closed: closed(deal) })),
  ];
}

const linesOf = ({ offer, guests }, products) => OFFERS[offer](guests).map(({ sku, ...line }) => (sku ? { ...line, productId: products.get(sku) } : line));

async function makeQuote(admin, row, i, deals, products) {
  const dated = row.end === 'draft' ? {} : { issueDate: day(row.at), validUntil: day(row.at + 30 * DAY_MS) };
  const quote = await admin.make(`/deals/${deals[row.deal]}/quotes`, `quote-${i}`, {
    ...dated, lines: linesOf(row, products), intro: 'Thank you for your enquiry. This is what we propose for your event.',
  });
  const flow = (verb, body = {}) => admin.make(`/quotes/${quote.id}/${verb}`, `quote-${i}-${verb}`, body);
  if (row.end !== 'draft') await flow('send');
  if (row.end === 'declined') await flow('decline', { reason: ['Another offer was cheaper.', 'The date has moved to next year.'][i % 2] });
  if (row.end === 'cancelled') await flow('cancel');
  if (row.closed) await flow('accept', { name: 'By telephone' });
  return quote.id;
}

/** What is to be issued, by day: numbers follow the calendar. */
const billsOf = (rows, quotes, now) => rows.flatMap((row, i) => {
  if (!row.closed) return [];
  const bill = (type, at) => ({ quote: quotes[i], type, at, key: `${type}-${i}` });
  const full = bill('full', row.closed + (row.end === 'deposit' ? 25 : 3) * DAY_MS);
  return row.end === 'deposit' ? [bill('deposit', row.closed), full] : [full];
}).sort((a, b) => a.at - b.at).map((bill) => ({ ...bill, issued: bill.at <= now }));

async function makeInvoice(admin, { quote, type, at, key, issued }) {
  const { id } = await admin.make(`/quotes/${quote}/invoice`, key, type === 'deposit' ? { type, percent: 30 } : { type });
  if (!issued) return null;
  await admin.send('PATCH', `/invoices/${id}`, { issueDate: day(at) });
  await admin.make(`/invoices/${id}/issue`, `${key}-issue`, {});
  await admin.make(`/invoices/${id}/send`, `${key}-send`, {});
  return id;
}

export async function fillDocuments(admin, plan, ids, now) {
  const [{ id }] = await admin.get('/organizations');
  await admin.send('PATCH', `/organizations/${id}`, SELLER);
  const found = await admin.get('/products?limit=200');
  const products = new Map(PRODUCTS.map(({ body }) => [body.sku, found.find((product) => product.sku === body.sku).id]));
  const rows = chosen(plan, now);
  const quotes = await each(rows, (row, i) => makeQuote(admin, row, i, ids.deals, products));
  const invoices = [];
  for (const bill of billsOf(rows, quotes, now)) invoices.push(await makeInvoice(admin, bill));
  const issued = await each(invoices.filter(Boolean), (one) => admin.get(`/invoices/${one}`));
  const many = issued.flatMap(({ lines }) => lines).find((line) => line.kind === 'item' && line.quantity >= 10);
  const credited = issued.find(({ lines }) => lines.includes(many)).id;
  await admin.make(`/invoices/${credited}/credit`, 'credit', { lines: [{ invoiceLineId: many.id, quantity: 4 }], reason: 'Four fewer than booked.', issue: true });
  const typo = await admin.make('/invoices', 'typo', { companyId: ids.companies[0], lines: [{ name: 'Coordination', unitPrice: 1250 }] });
  await admin.make(`/invoices/${typo.id}/issue`, 'typo-issue', {});
  await admin.make(`/invoices/${typo.id}/void`, 'typo-void', { reason: 'Made out to the wrong customer.' });
}
