/* SPDX-License-Identifier: Apache-2.0 */
/* Days of a calendar: which are shown, and on which of them a record stands. */
import type { FieldMeta, RecordData } from '@/api/types';
import { readValue } from '@/fields/value';
import type { Locale } from '@/lib/format';
import { fromWallClock, shiftDay, toWallClock } from '@/lib/zone';
import type { Span } from '../filters';

/** First day of the week as JavaScript counts, 0 being Sunday: the organisation's, or that of the language. */
export function weekStart({ locale, weekStart: own }: Pick<Locale, 'locale' | 'weekStart'>): number {
  if (own !== undefined) return own;
  const info = new Intl.Locale(locale) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return ((info.getWeekInfo?.() ?? info.weekInfo)?.firstDay ?? 1) % 7;
}

const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();
export const startOfWeek = (day: string, first: number): string =>
  shiftDay(day, -((weekday(day) - first + 7) % 7));
export const startOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;

export function shiftMonth(day: string, months: number): string {
  const date = new Date(`${startOfMonth(day)}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 10);
}

/** Days from one on, up to but without the other. */
export type Range = { from: string; until: string };
const AGENDA_DAYS = 30;

export function rangeOf(span: Span, at: string, first: number): Range {
  if (span === 'agenda') return { from: at, until: shiftDay(at, AGENDA_DAYS) };
  if (span === 'day') return { from: at, until: shiftDay(at, 1) };
  const from = startOfWeek(span === 'month' ? startOfMonth(at) : at, first);
  if (span === 'week') return { from, until: shiftDay(from, 7) };
  let until = shiftDay(from, 28);
  while (until < shiftMonth(at, 1)) until = shiftDay(until, 7);
  return { from, until };
}

const turn = { week: 7, day: 1, agenda: AGENDA_DAYS };

export const turned = (span: Span, at: string, step: 1 | -1): string =>
  span === 'month' ? shiftMonth(at, step) : shiftDay(at, step * turn[span]);

export function daysOf({ from, until }: Range): string[] {
  const days: string[] = [];
  for (let day = from; day < until; day = shiftDay(day, 1)) days.push(day);
  return days;
}

/** Wall clock of a value: `2026-11-20T12:21`, or the bare day of a date. */
export function clockOf(record: RecordData, field: FieldMeta, timeZone: string): string {
  const value = readValue(record, field);
  if (typeof value !== 'string' || value === '') return '';
  return field.type === 'date' ? value.slice(0, 10) : toWallClock(value, timeZone);
}

export type Entry = { record: RecordData; first: string; last: string; time: string };

/** What ends at midnight has no part in the day that begins then. */
function lastDay(start: string, end: string): string {
  const day = end.slice(0, 10);
  if (end === '' || day < start.slice(0, 10)) return start.slice(0, 10);
  return end.endsWith('T00:00') && day > start.slice(0, 10) ? shiftDay(day, -1) : day;
}

export function entryOf(
  record: RecordData,
  start: FieldMeta,
  end: FieldMeta | undefined,
  timeZone: string,
): Entry | null {
  const clock = clockOf(record, start, timeZone);
  if (!clock) return null;
  const last = lastDay(clock, end ? clockOf(record, end, timeZone) : '');
  const timed = start.type === 'datetime' && record['allDay'] !== true;
  return { record, first: clock.slice(0, 10), last, time: timed ? clock.slice(11, 16) : '' };
}

/** By day, in the order of their times; what goes over several days stands on each. */
export function entriesByDay(entries: Entry[], range: Range): Map<string, Entry[]> {
  const byDay = new Map<string, Entry[]>();
  for (const entry of entries) {
    const from = entry.first < range.from ? range.from : entry.first;
    for (let day = from; day <= entry.last && day < range.until; day = shiftDay(day, 1))
      byDay.set(day, [...(byDay.get(day) ?? []), entry]);
  }
  for (const list of byDay.values())
    list.sort((a, b) => a.first.localeCompare(b.first) || a.time.localeCompare(b.time));
  return byDay;
}

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** What a record says of its days when it stands that many days later, at the same hours of the clock. */
export function shifted(
  record: RecordData,
  fields: FieldMeta[],
  days: number,
  timeZone: string,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const field of fields) {
    const clock = clockOf(record, field, timeZone);
    if (!clock) continue;
    const day = shiftDay(clock.slice(0, 10), days);
    const moved = field.type === 'date' ? day : fromWallClock(`${day}${clock.slice(10)}`, timeZone);
    if (moved) values[field.name] = moved;
  }
  return values;
}
