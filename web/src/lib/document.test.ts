/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { divideRounded, documentTotals, lineAmounts, scaled, type TaxedLine } from './document';

const line = (
  quantity: number | string,
  unitPrice: number | string,
  rate = 0,
  discountPercent: number | string = 0,
): TaxedLine => ({
  quantity,
  unitPrice,
  discountPercent,
  rate,
  taxKind: rate ? 'standard' : null,
});
const cents = (lines: TaxedLine[], inclusive = false, currency = 'EUR') => {
  const { subtotal, discountTotal, taxTotal, total } = documentTotals(lines, inclusive, currency);
  return [subtotal, discountTotal, taxTotal, total].map(Number);
};

describe('whole numbers', () => {
  it('are read from what people and the API write', () => {
    expect(scaled('12.5', 3)).toBe(12500n);
    expect(scaled(-0.07, 2)).toBe(-7n);
    expect(scaled('.5', 2)).toBe(50n);
    expect(scaled(0.0000001, 3)).toBe(0n);
    expect([scaled('', 2), scaled('a', 2), scaled('.', 2), scaled(null, 2)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('are rounded half away from zero', () => {
    expect([5n, 15n, 14n, -5n, -14n, -15n].map((n) => divideRounded(n, 10n))).toEqual([
      1n,
      2n,
      1n,
      -1n,
      -1n,
      -2n,
    ]);
  });
});

describe('a line', () => {
  it('is rounded by itself, after its discount', () => {
    expect(lineAmounts(line(3, 33.33, 0, 10), 'EUR')).toEqual({ gross: 9999n, amount: 8999n });
    // 0.5 × 0.01 is half a cent.
    expect(lineAmounts(line('0.5', '0.01'), 'EUR')?.amount).toBe(1n);
    expect(lineAmounts(line('0.5', '-0.01'), 'EUR')?.amount).toBe(-1n);
  });

  it('is one piece when nobody said how many, and nothing without a price', () => {
    expect(lineAmounts(line('', 20), 'EUR')?.amount).toBe(2000n);
    expect(lineAmounts(line(1, ''), 'EUR')).toBeNull();
  });

  it('has no cents in a currency without them', () => {
    expect(lineAmounts(line('1.5', 333), 'JPY')).toEqual({ gross: 50000n, amount: 50000n });
  });

  it('does not pass through floating point numbers', () => {
    // 1.005 × 100.00 is 100.50 exactly, and 100.49999999999999 in doubles.
    expect(lineAmounts(line('1.005', '100'), 'EUR')?.amount).toBe(10050n);
    // (10⁶ − 0.001)(10⁶ − 0.01) = 999,999,989,000.00001; less a thousandth of a percent 999,989,989,000.11.
    expect(lineAmounts(line('999999.999', '999999.99', 0, '0.001'), 'EUR')?.amount).toBe(99998998900011n);
  });
});

describe('a document', () => {
  it('adds tax once per rate over the summed lines', () => {
    // 0.0063 each would be 0.01 three times; together 0.0189 is 0.02.
    expect(cents([line(1, '0.03', 21), line(1, '0.03', 21), line(1, '0.03', 21)])).toEqual([9, 0, 2, 11]);
  });

  it('is what the manual says', () => {
    expect(cents([line(3, 33.33, 21, 10)])).toEqual([8999, 1000, 1890, 10889]);
    expect(cents([line(3, 33.33, 21, 10), line(1, 500, 21)])).toEqual([58999, 1000, 12390, 71389]);
  });

  it('takes tax out of prices that include it', () => {
    expect(cents([line(1, 121, 21)], true)).toEqual([10000, 0, 2100, 12100]);
    expect(cents([line(1, 100, 23)], true)).toEqual([8130, 0, 1870, 10000]);
  });

  it('rounds tax to what the currency has', () => {
    expect(cents([line(1, 333, 10)], false, 'JPY')).toEqual([33300, 0, 3300, 36600]);
    expect(cents([line(1, 335, 10)], false, 'JPY')).toEqual([33500, 0, 3400, 36900]);
  });

  it('tells the rates, the highest first', () => {
    const { taxes } = documentTotals(
      [line(1, 10, 9), line(1, 10, 21), line(2, 10, 9), line(1, 5)],
      false,
      'EUR',
    );
    expect(taxes).toEqual([
      { rate: 21, kind: 'standard', net: 1000n, tax: 210n },
      { rate: 9, kind: 'standard', net: 3000n, tax: 270n },
      { rate: 0, kind: null, net: 500n, tax: 0n },
    ]);
  });

  it('is nothing without lines', () => {
    expect(cents([])).toEqual([0, 0, 0, 0]);
  });
});
