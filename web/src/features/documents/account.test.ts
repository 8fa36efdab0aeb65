/* SPDX-License-Identifier: Apache-2.0 */
import { expect, it } from 'vitest';
import { type OpenInvoice, spread } from './account';

const invoice = (id: string, dueDate: string, balance: number) => ({ id, dueDate, balance }) as OpenInvoice;

it('pays the oldest first, until nothing is left', () => {
  const invoices = [
    invoice('new', '2026-12-01', 50),
    invoice('old', '2026-10-01', 19.99),
    invoice('mid', '2026-11-01', 30),
  ];
  expect(spread(4000, invoices)).toEqual({ old: 1999, mid: 2001 });
  expect(spread(20_000, invoices)).toEqual({ old: 1999, mid: 3000, new: 5000 });
  expect(spread(0, invoices)).toEqual({});
});
