/* SPDX-License-Identifier: Apache-2.0 */
/* What a quote or an invoice comes to, reckoned as the server does: each line is rounded by itself, tax once per
   rate over the summed lines (EN 16931), half away from zero, to the currency's minor unit. Whole numbers only. */

const noMinorUnit = new Set('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '));
export const currencyDigits = (currency: string): number => (noMinorUnit.has(currency) ? 0 : 2);

/** Digits behind the point that the API keeps: of quantities and percentages, and of prices. */
const FINE = 3;
const PRICE = 2;
const CENT = 2;

export type Decimal = string | number | null | undefined;

/** "12.5" → 12500n at three digits; null for what is no plain number. Digits beyond are cut off. */
export function scaled(value: Decimal, digits: number): bigint | null {
  if (value === null || value === undefined || value === '') return null;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(
    typeof value === 'number' ? plainText(value) : value.trim(),
  );
  if (!match || !(match[2] || match[3])) return null;
  const whole = `${match[2] || '0'}${(match[3] ?? '').slice(0, digits).padEnd(digits, '0')}`;
  return match[1] === '-' ? -BigInt(whole) : BigInt(whole);
}

/** JavaScript writes very large and very small numbers with an exponent. */
const plainText = (value: number): string => (/e/.test(String(value)) ? value.toFixed(FINE) : String(value));

export function divideRounded(value: bigint, by: bigint): bigint {
  const negative = value < 0n !== by < 0n;
  const [a, b] = [value < 0n ? -value : value, by < 0n ? -by : by];
  const rounded = (2n * a + b) / (2n * b);
  return negative ? -rounded : rounded;
}

/** In cents, whatever the currency: what has no minor unit is rounded to whole units of a hundred. */
function toCents(value: bigint, scale: number, digits: number): bigint {
  const unit = 10n ** BigInt(scale - digits);
  return divideRounded(value, unit) * 10n ** BigInt(CENT - digits);
}

export const toNumber = (cents: bigint): number => Number(cents) / 100;

export type TaxedLine = {
  quantity: Decimal;
  unitPrice: Decimal;
  discountPercent: Decimal;
  rate: Decimal;
  taxKind?: string | null;
};
export type LineAmounts = { gross: bigint; amount: bigint };

/** Null while the line has no price. */
export function lineAmounts(line: TaxedLine, currency: string): LineAmounts | null {
  const digits = currencyDigits(currency);
  const price = scaled(line.unitPrice, PRICE);
  const quantity = isNothing(line.quantity) ? 1000n : scaled(line.quantity, FINE);
  const discount = isNothing(line.discountPercent) ? 0n : scaled(line.discountPercent, FINE);
  if (price === null || quantity === null || discount === null) return null;
  const gross = quantity * price;
  return {
    gross: toCents(gross, FINE + PRICE, digits),
    amount: toCents(gross * (100_000n - discount), FINE + PRICE + FINE + 2, digits),
  };
}

const isNothing = (value: Decimal): boolean => value === null || value === undefined || value === '';

export type TaxSum = { rate: number; kind: string | null; net: bigint; tax: bigint };
export type Totals = {
  subtotal: bigint;
  discountTotal: bigint;
  taxTotal: bigint;
  total: bigint;
  taxes: TaxSum[];
};

type Group = { rate: bigint; kind: string | null; amount: bigint };

function groupsOf(lines: TaxedLine[], currency: string): { groups: Group[]; discountTotal: bigint } {
  const groups = new Map<string, Group>();
  let discountTotal = 0n;
  for (const line of lines) {
    const amounts = lineAmounts(line, currency);
    if (!amounts) continue;
    const rate = scaled(line.rate, FINE) ?? 0n;
    const kind = line.taxKind ?? null;
    const key = `${rate} ${kind}`;
    const group = groups.get(key) ?? { rate, kind, amount: 0n };
    groups.set(key, { ...group, amount: group.amount + amounts.amount });
    discountTotal += amounts.gross - amounts.amount;
  }
  return { groups: [...groups.values()], discountTotal };
}

/** Amounts are in cents and rates in thousandths of a percent. */
function taxOf(group: Group, inclusive: boolean, digits: number): TaxSum {
  const unit = 10n ** BigInt(CENT - digits);
  const whole = 100_000n + (inclusive ? group.rate : 0n);
  const tax = divideRounded(group.amount * group.rate, whole * unit) * unit;
  const net = inclusive ? group.amount - tax : group.amount;
  return { rate: Number(group.rate) / 1000, kind: group.kind, net, tax };
}

export function documentTotals(lines: TaxedLine[], inclusive: boolean, currency: string): Totals {
  const digits = currencyDigits(currency);
  const { groups, discountTotal } = groupsOf(lines, currency);
  const taxes = groups
    .map((group) => taxOf(group, inclusive, digits))
    .sort((a, b) => b.rate - a.rate || (a.kind ?? '').localeCompare(b.kind ?? ''));
  const subtotal = taxes.reduce((sum, part) => sum + part.net, 0n);
  const taxTotal = taxes.reduce((sum, part) => sum + part.tax, 0n);
  return { subtotal, discountTotal, taxTotal, total: subtotal + taxTotal, taxes };
}
