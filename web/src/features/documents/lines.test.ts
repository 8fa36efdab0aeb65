/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import {
  amountsOf,
  emptyLine,
  isBlank,
  isSettledByServer,
  moveOf,
  rateOf,
  type TaxRate,
  totalsOf,
  withProduct,
} from './lines';

const rates: TaxRate[] = [
  { id: 'high', name: 'High', rate: 21, kind: 'standard', isDefault: true },
  { id: 'low', name: 'Low', rate: 9, kind: 'reduced', isDefault: false },
];
const row = (key: string, values: object) => ({ key, values: { kind: 'item', ...values } });
const press = (key: string, more: object = {}) => ({
  key,
  altKey: false,
  shiftKey: false,
  mod: false,
  ...more,
});
const columns = ['name', 'quantity', 'unitPrice'];
const two = [row('a', { name: 'Tent', unitPrice: 10 }), row('b', { name: 'Chair', unitPrice: 2 })];

describe('lines of a document', () => {
  it('take what a product knows, and keep how many', () => {
    const line = withProduct(row('a', { quantity: '40' }), {
      id: 'p',
      name: 'Chair',
      unit: 'piece',
      price: 2.5,
      taxRateId: 'low',
    });
    expect(line.values).toMatchObject({
      productId: 'p',
      name: 'Chair',
      unit: 'piece',
      unitPrice: 2.5,
      taxRateId: 'low',
      quantity: '40',
    });
  });

  it('have the default rate unless they say another, and keep the stored one', () => {
    expect(rateOf({}, rates).rate).toBe(21);
    expect(rateOf({ taxRateId: 'low' }, rates).rate).toBe(9);
    const stored = { taxRateId: 'low', storedTaxRateId: 'low', taxRate: 7, taxKind: 'reduced' };
    expect(rateOf(stored, rates)).toEqual({ rate: 7, kind: 'reduced' });
    expect(rateOf({ ...stored, taxRateId: 'high' }, rates).rate).toBe(21);
  });

  it('are reckoned as typed, in the language of the reader', () => {
    expect(amountsOf(row('a', { quantity: '1,5', unitPrice: '1.200,10' }), rates, 'de', 'EUR')?.amount).toBe(
      180015n,
    );
    expect(amountsOf(row('a', { quantity: 'many', unitPrice: '1' }), rates, 'en', 'EUR')).toBeNull();
    expect(amountsOf(emptyLine('h', 'heading'), rates, 'en', 'EUR')).toBeNull();
  });

  it('count options only when they were chosen', () => {
    const lines = [
      row('a', { unitPrice: 100 }),
      row('b', { unitPrice: 50, optional: true }),
      row('c', { unitPrice: 1, optional: true, chosen: true }),
    ];
    expect(totalsOf(lines, rates, 'en', false, 'EUR')).toMatchObject({
      subtotal: 10100n,
      taxTotal: 2121n,
      total: 12221n,
    });
  });

  it('are left to the server where earlier documents have a say', () => {
    expect(isSettledByServer({ id: 'i', type: 'credit_note' }, [])).toBe(true);
    expect(isSettledByServer({ id: 'i', type: 'invoice' }, [row('d', { kind: 'deposit' })])).toBe(true);
    expect(isSettledByServer({ id: 'i', type: 'invoice' }, two)).toBe(false);
    expect(isSettledByServer({ id: 'q' }, two)).toBe(false);
  });

  it('know when nothing was entered', () => {
    expect(isBlank(emptyLine('n'))).toBe(true);
    expect(isBlank(row('a', { id: 'stored' }))).toBe(false);
    expect(isBlank(row('a', { name: 'x' }))).toBe(false);
  });
});

describe('keys in the table', () => {
  it('go up and down in a column, and stop at the ends', () => {
    expect(moveOf(press('ArrowDown'), { row: 0, column: 'quantity' }, two, columns)).toEqual({
      kind: 'focus',
      cell: { row: 1, column: 'quantity' },
    });
    expect(moveOf(press('ArrowUp'), { row: 0, column: 'quantity' }, two, columns)).toBeNull();
    expect(moveOf(press('ArrowDown'), { row: 1, column: 'quantity' }, two, columns)).toBeNull();
  });

  it('go to the next line with Enter, and add one behind the last', () => {
    expect(moveOf(press('Enter'), { row: 0, column: 'unitPrice' }, two, columns)).toEqual({
      kind: 'focus',
      cell: { row: 1, column: 'name' },
    });
    expect(moveOf(press('Enter'), { row: 1, column: 'name' }, two, columns)).toEqual({
      kind: 'add',
      after: 1,
    });
  });

  it('add a line with Tab from the last cell, but never catch who wants to leave', () => {
    expect(moveOf(press('Tab'), { row: 1, column: 'unitPrice' }, two, columns)).toEqual({
      kind: 'add',
      after: 1,
    });
    expect(moveOf(press('Tab'), { row: 1, column: 'name' }, two, columns)).toBeNull();
    expect(
      moveOf(press('Tab', { shiftKey: true }), { row: 1, column: 'unitPrice' }, two, columns),
    ).toBeNull();
    expect(
      moveOf(press('Tab'), { row: 2, column: 'unitPrice' }, [...two, emptyLine('n')], columns),
    ).toBeNull();
  });

  it('put lines in another order and remove them', () => {
    expect(moveOf(press('ArrowUp', { altKey: true }), { row: 1, column: 'name' }, two, columns)).toEqual({
      kind: 'swap',
      row: 1,
      by: -1,
    });
    expect(moveOf(press('Backspace', { altKey: true }), { row: 0, column: 'name' }, two, columns)).toEqual({
      kind: 'remove',
      row: 0,
    });
    expect(moveOf(press('s', { mod: true }), { row: 0, column: 'name' }, two, columns)).toBeNull();
  });
});
