/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the editor of quotes and invoices: what a key does, what a product fills in, what is reckoned. */
import type { Json, RecordData } from '@/api/types';
import { documentTotals, type LineAmounts, lineAmounts, type TaxedLine, type Totals } from '@/lib/document';
import { readNumber } from '@/lib/number';
import type { Row } from '@/records/nested';

type Loose = { [field: string]: Json | undefined };
export type TaxRate = { id: string; name: string; rate: number; kind: string | null; isDefault: boolean };

export const emptyLine = (key: string, kind = 'item'): Row => ({
  key,
  values: kind === 'item' ? { kind, quantity: 1, discountPercent: 0 } : { kind },
});

export const isItem = (row: Row): boolean =>
  !['heading', 'text'].includes(String(row.values['kind'] ?? 'item'));

/** Nothing was entered: such a row is left behind when the document is saved. */
export const isBlank = ({ values }: Row): boolean =>
  !values['id'] &&
  ['name', 'productId', 'unitPrice', 'description'].every((name) => (values[name] ?? '') === '');

/** A product brings what it knows; quantity and discount stay. */
export const withProduct = (row: Row, product: RecordData): Row => ({
  ...row,
  values: {
    ...row.values,
    productId: product.id,
    name: product['name'] ?? null,
    unit: product['unit'] ?? null,
    unitPrice: product['price'] ?? null,
    ...(product['taxRateId'] ? { taxRateId: product['taxRateId'] } : {}),
  },
});

/** Numbers as typed in the reader's language, as the reckoning takes them. */
const plain = (value: Json | undefined, locale: string): string | number | null =>
  typeof value === 'string'
    ? value.trim() === ''
      ? null
      : (readNumber(value, locale) ?? 'x')
    : typeof value === 'number'
      ? value
      : null;

/** A stored line keeps the rate it has while its tax is not chosen anew; a new one takes the default. */
export function rateOf(values: Loose, rates: TaxRate[]): { rate: number; kind: string | null } {
  const id = values['taxRateId'];
  const stored = typeof values['taxRate'] === 'number' && values['storedTaxRateId'] === (id ?? null);
  if (stored)
    return { rate: values['taxRate'] as number, kind: (values['taxKind'] as string | null) ?? null };
  const rate = rates.find((r) => (id ? r.id === id : r.isDefault));
  return { rate: rate?.rate ?? 0, kind: rate?.kind ?? null };
}

export function taxedLine(row: Row, rates: TaxRate[], locale: string): TaxedLine {
  const { rate, kind } = rateOf(row.values, rates);
  return {
    quantity: plain(row.values['quantity'], locale),
    unitPrice: plain(row.values['unitPrice'], locale),
    discountPercent: plain(row.values['discountPercent'], locale),
    rate,
    taxKind: kind,
  };
}

export const amountsOf = (
  row: Row,
  rates: TaxRate[],
  locale: string,
  currency: string,
): LineAmounts | null => (isItem(row) ? lineAmounts(taxedLine(row, rates, locale), currency) : null);

/** Options count once the customer has chosen them. */
const counts = (row: Row): boolean =>
  isItem(row) && (!row.values['optional'] || row.values['chosen'] === true);

export const totalsOf = (
  rows: Row[],
  rates: TaxRate[],
  locale: string,
  inclusive: boolean,
  currency: string,
): Totals =>
  documentTotals(
    rows.filter(counts).map((row) => taxedLine(row, rates, locale)),
    inclusive,
    currency,
  );

/** Whether tax before this document decides on its own, which only the server knows: deposits and credits. */
export const isSettledByServer = (record: RecordData, rows: Row[]): boolean =>
  (record['type'] !== undefined && record['type'] !== 'invoice') ||
  rows.some((row) => row.values['kind'] === 'deposit');

export type Cell = { row: number; column: string };
export type Move =
  | { kind: 'focus'; cell: Cell }
  | { kind: 'add'; after: number }
  | { kind: 'swap'; row: number; by: -1 | 1 }
  | { kind: 'remove'; row: number };

type Key = { key: string; altKey: boolean; shiftKey: boolean; mod: boolean };

/** What a key does in a cell; null leaves it to the browser. */
export function moveOf(key: Key, at: Cell, rows: Row[], columns: string[]): Move | null {
  const last = at.row === rows.length - 1;
  const first = columns[0] ?? at.column;
  const isUp = key.key === 'ArrowUp';
  const isDown = key.key === 'ArrowDown';
  if (key.altKey && (isUp || isDown)) return { kind: 'swap', row: at.row, by: isUp ? -1 : 1 };
  if (key.altKey && key.key === 'Backspace') return { kind: 'remove', row: at.row };
  if (key.altKey || key.mod) return null;
  if (isUp && at.row > 0) return { kind: 'focus', cell: { ...at, row: at.row - 1 } };
  if (isDown && !last) return { kind: 'focus', cell: { ...at, row: at.row + 1 } };
  if (key.key === 'Enter' && !key.shiftKey)
    return last
      ? { kind: 'add', after: at.row }
      : { kind: 'focus', cell: { row: at.row + 1, column: first } };
  // Tab leaves the table from a row in which nothing was entered.
  const row = rows[at.row];
  if (key.key === 'Tab' && !key.shiftKey && last && at.column === columns.at(-1) && row && !isBlank(row))
    return { kind: 'add', after: at.row };
  return null;
}
