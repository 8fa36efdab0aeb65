/* SPDX-License-Identifier: Apache-2.0 */
/* The period an overview is about, kept in the address as `range=` or `from=`/`to=`. Both days count. */

export const presets = ['all', 'year', 'lastYear', 'quarter', 'month'] as const;
export type Preset = (typeof presets)[number];
export type Range = { preset: Preset | 'custom'; from: string; to: string };

const lastDay = (year: number, month: number): string =>
  new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
const pad = (n: number): string => String(n).padStart(2, '0');

/** `today` is the organisation's date. Empty strings leave an end open. */
export function presetRange(preset: Preset, today: string): Range {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  switch (preset) {
    case 'all':
      return { preset, from: '', to: '' };
    case 'year':
      return { preset, from: `${year}-01-01`, to: `${year}-12-31` };
    case 'lastYear':
      return { preset, from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
    case 'quarter': {
      const first = month - ((month - 1) % 3);
      return { preset, from: `${year}-${pad(first)}-01`, to: lastDay(year, first + 2) };
    }
    case 'month':
      return { preset, from: `${year}-${pad(month)}-01`, to: lastDay(year, month) };
  }
}

const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text);

export function readRange(params: URLSearchParams, today: string): Range {
  const from = params.get('from');
  const to = params.get('to');
  if (isDay(from) || isDay(to))
    return { preset: 'custom', from: isDay(from) ? from : '', to: isDay(to) ? to : '' };
  const preset = presets.find((p) => p === params.get('range')) ?? 'all';
  return presetRange(preset, today);
}

/** As reports take a period. */
export const period = ({ from, to }: Range): { from: string; to: string } => ({ from, to });

/** Filters of a list that give the records whose day lies within the range. */
export function daysWithin(
  field: string,
  { from, to }: { from: string; to: string },
): Record<string, string> {
  return { ...(from ? { [`${field}[gte]`]: from } : {}), ...(to ? { [`${field}[lte]`]: to } : {}) };
}

export function daysOfMonth(field: string, month: string): Record<string, string> {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return daysWithin(field, { from: `${month}-01`, to: lastDay(year, number) });
}

/** Months in which there was nothing are missing from the answer; a time axis must show them. */
export function fillMonths<T extends { month: string }>(rows: T[], empty: (month: string) => T): T[] {
  const first = rows[0]?.month;
  const last = rows.at(-1)?.month;
  if (!first || !last) return rows;
  const byMonth = new Map(rows.map((row) => [row.month, row]));
  const filled: T[] = [];
  let [year = 0, month = 0] = first.split('-').map(Number);
  for (let guard = 0; guard < 600; guard++) {
    const key = `${year}-${pad(month)}`;
    filled.push(byMonth.get(key) ?? empty(key));
    if (key === last) break;
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  }
  return filled;
}
