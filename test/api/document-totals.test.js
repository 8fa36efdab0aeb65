// SPDX-License-Identifier: Apache-2.0
// The sums that the browser shows while one types are the server's, to the cent: on random documents.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { documentTotals, lineAmounts, toNumber } from '../../web/src/lib/document.ts';
import { Organisation } from './harness/organisation.js';

const DOCUMENTS = 60;
let org;
let rates;

before(async () => {
  org = await Organisation.create();
  const make = (name, rate, kind) => org.admin.create('/tax-rates', { name, rate, kind });
  rates = [await make('High', 21, 'standard'), await make('Middle', 13.5, 'reduced'), await make('Odd', 7.125, 'reduced'), await make('None', 0, 'zero')];
});

/** Numbers that repeat when the test is run again (mulberry32). */
function dice(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function line(roll, place) {
  const places = [1, 10, 100, 1000][roll(4)];
  const price = roll([100, 10_000, 5_000_000][roll(3)]) / 100;
  return {
    name: `Line ${place}`,
    quantity: (1 + roll(50 * places)) / places,
    unitPrice: price,
    discountPercent: roll(3) === 0 ? roll(100_001) / 1000 : 0,
    taxRateId: rates[roll(rates.length)].id,
  };
}

const expected = (document, lines) => {
  const rateOf = (id) => rates.find((rate) => rate.id === id);
  const taxed = lines.map((l) => ({ ...l, rate: rateOf(l.taxRateId).rate, taxKind: rateOf(l.taxRateId).kind }));
  const sums = documentTotals(taxed, document.pricesIncludeTax, document.currency);
  return {
    amounts: taxed.map((l) => toNumber(lineAmounts(l, document.currency).amount)),
    sums: [sums.subtotal, sums.discountTotal, sums.taxTotal, sums.total].map(toNumber),
    taxes: sums.taxes.map((t) => [t.rate, t.kind, toNumber(t.net), toNumber(t.tax)]),
  };
};

const answered = (document) => ({
  amounts: document.lines.map((l) => l.amount),
  sums: [document.subtotal, document.discountTotal, document.taxTotal, document.total],
  taxes: document.taxBreakdown.map((t) => [t.rate, t.kind, t.net, t.tax]),
});

test('S2-API-07 what the browser reckons is what the server reckons', async () => {
  const company = await org.admin.create('/companies', { name: 'Abacus Ltd' });
  const roll = dice(20261120);
  for (let round = 0; round < DOCUMENTS; round++) {
    const invoice = round % 2 === 0;
    const lines = Array.from({ length: 1 + roll(12) }, (_, place) => line(roll, place));
    const document = {
      companyId: company.id,
      currency: ['EUR', 'JPY', 'GBP'][roll(3)],
      pricesIncludeTax: roll(2) === 0,
      lines,
    };
    const stored = await org.admin.create(invoice ? '/invoices' : '/quotes', document);
    assert.deepEqual(answered(stored), expected(document, lines), `document ${round}: ${JSON.stringify(document)}`);
  }
});
