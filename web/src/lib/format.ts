/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, money and times as the reader's language and the organisation write them; formatters are costly, so they are kept. */
import type { Json, Meta } from '@/api/types';
import { spokenLocale } from '@/i18n/language';

export type Locale = {
  locale: string;
  currency: string;
  timeZone: string;
  /** First day of the week, 0 being Sunday; that of the language where nobody says. */
  weekStart?: number | undefined;
};

const kept = new Map<string, unknown>();
function keep<T>(key: string, make: () => T): T {
  let value = kept.get(key) as T | undefined;
  if (value === undefined) {
    value = make();
    kept.set(key, value);
  }
  return value;
}

export function localeOf(meta: Meta): Locale {
  const { locale, currency, timeZone, weekStart } = meta.organization;
  return {
    locale: spokenLocale((locale || 'en').replace('_', '-')),
    currency: currency || 'USD',
    timeZone: timeZone || 'UTC',
    weekStart,
  };
}

function number(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return keep(`n${locale}${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));
}
function dateTime(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return keep(`d${locale}${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));
}

export const formatNumber = (value: number, at: Locale, digits = 6): string =>
  number(at.locale, { maximumFractionDigits: digits }).format(value);

export function formatMoney(value: number, at: Locale, currency = at.currency): string {
  const whole = Number.isInteger(value);
  return number(at.locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(value);
}

/** As a document writes it: always with all the digits of the currency. */
export const formatMoneyExact = (value: number, at: Locale, currency = at.currency): string =>
  number(at.locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(value);

/** For figures: exact to the unit, short only where it would not fit. */
export const formatMoneyWhole = (value: number, at: Locale, currency = at.currency): string =>
  Math.abs(value) >= 1_000_000_000
    ? formatMoneyShort(value, at, currency)
    : number(at.locale, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: 0,
        maximumFractionDigits: 0,
      }).format(value);

export const formatMoneyShort = (value: number, at: Locale, currency = at.currency): string =>
  number(at.locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: Math.abs(value) >= 1_000_000 ? 2 : 1,
  }).format(value);

export const formatPercent = (value: number, at: Locale): string =>
  number(at.locale, { style: 'percent', maximumFractionDigits: 1 }).format(value / 100);

/** A calendar day has no time zone: it is read and written in UTC so that it never slips. */
export function formatDate(value: string, at: Locale): string {
  const date = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return value;
  return dateTime(at.locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    date,
  );
}

export function formatDateTime(value: string, at: Locale): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  return dateTime(at.locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: at.timeZone }).format(date);
}

export const formatTime = (value: string, at: Locale): string =>
  dateTime(at.locale, { timeStyle: 'short', timeZone: at.timeZone }).format(new Date(value));

/** "Friday, 20 November": a day as one says it. */
export const formatDayLong = (day: string, at: Locale): string =>
  dateTime(at.locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

export function formatMonth(month: string, at: Locale, withYear = false): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  return dateTime(at.locale, {
    month: 'short',
    ...(withYear ? { year: 'numeric' } : {}),
    timeZone: 'UTC',
  }).format(date);
}

export function formatMonthLong(month: string, at: Locale): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  return dateTime(at.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(date);
}

export function formatWeekday(day: string, at: Locale): string {
  return dateTime(at.locale, { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** `14:30` of a wall clock, as people write it. */
export function formatClock(time: string, at: Locale): string {
  const date = new Date(`2000-01-01T${time}:00Z`);
  return dateTime(at.locale, { timeStyle: 'short', timeZone: 'UTC' }).format(date);
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function formatRelative(value: string, at: Locale, now = Date.now()): string {
  const seconds = (new Date(value).getTime() - now) / 1000;
  const relative = keep(`r${at.locale}`, () => new Intl.RelativeTimeFormat(at.locale, { numeric: 'auto' }));
  for (const [unit, size] of spans) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return relative.format(0, 'second');
}

/** "1,234" or, when the server only estimates, "10,000+". */
export function formatTotal(total: number, estimate: boolean | undefined, at: Locale): string {
  if (!estimate) return formatNumber(total, at);
  return `${formatNumber(Math.max(10_000, Math.floor(total / 1000) * 1000), at)}+`;
}

export function regionName(code: string, at: Locale): string {
  const names = keep(`g${at.locale}`, () => new Intl.DisplayNames(at.locale, { type: 'region' }));
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

export function currencyName(code: string, at: Locale): string {
  const names = keep(`c${at.locale}`, () => new Intl.DisplayNames(at.locale, { type: 'currency' }));
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

export const asNumber = (value: Json | undefined): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  return null;
};
