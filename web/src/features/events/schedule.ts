/* SPDX-License-Identifier: Apache-2.0 */
/* A run of show by the hour: which hours are shown, what begins in each, and where nothing happens for long. */
import type { RecordData } from '@/api/types';
import { shiftDay, toWallClock } from '@/lib/zone';
import { text } from './data';

export type Slot =
  | { kind: 'hour'; at: string; items: RecordData[] }
  /** Hours in which nothing begins and nothing goes on. */
  | { kind: 'gap'; at: string; hours: number };
export type Day = { day: string; slots: Slot[] };

const HOUR = 3_600_000;
/** Wall clocks compared as if they were of UTC. */
const ms = (clock: string): number => Date.parse(`${clock}:00Z`);
const hourOf = (clock: string): number => Math.floor(ms(clock) / HOUR);
const clockOf = (hour: number): string => new Date(hour * HOUR).toISOString().slice(0, 16);

type Placed = { item: RecordData; from: number; until: number };

/** The hours that an item takes on the clock; one without an end takes the hour it begins in. */
function place(item: RecordData, timeZone: string): Placed {
  const from = toWallClock(text(item, 'startAt'), timeZone);
  const to = text(item, 'endAt') ? toWallClock(text(item, 'endAt'), timeZone) : from;
  const first = hourOf(from);
  return { item, from: first, until: Math.max(first + 1, Math.ceil(ms(to) / HOUR)) };
}

/** Gaps shorter than this are shown as the hours they are. */
const SHORT = 2;

function slotsOf(placed: Placed[], from: number, until: number): Slot[] {
  const slots: Slot[] = [];
  let free: number[] = [];
  const flush = () => {
    const [first] = free;
    if (first === undefined) return;
    if (free.length < SHORT)
      slots.push(...free.map((at): Slot => ({ kind: 'hour', at: clockOf(at), items: [] })));
    else slots.push({ kind: 'gap', at: clockOf(first), hours: free.length });
    free = [];
  };
  for (let hour = from; hour < until; hour++) {
    const items = placed.filter((one) => one.from === hour).map((one) => one.item);
    if (placed.some((one) => one.from <= hour && hour < one.until)) {
      flush();
      slots.push({ kind: 'hour', at: clockOf(hour), items });
    } else free.push(hour);
  }
  return slots;
}

/** By day of the event's clock; a night that goes on after midnight is the next day's. */
export function daysOf(items: RecordData[], timeZone: string): Day[] {
  const placed = items.map((item) => place(item, timeZone));
  const days = [...new Set(placed.map((one) => clockOf(one.from).slice(0, 10)))].sort();
  return days.map((day) => {
    const begin = hourOf(`${day}T00:00`);
    const end = hourOf(`${shiftDay(day, 1)}T00:00`);
    const own = placed.filter((one) => one.from >= begin && one.from < end);
    const from = Math.min(...own.map((one) => one.from));
    const until = Math.min(end, Math.max(...own.map((one) => one.until)));
    return { day, slots: slotsOf(own, from, until) };
  });
}

/** Where the next item would begin: when the last one ends. */
export function nextStart(items: RecordData[], event: RecordData): string {
  const last = items.reduce<string>((latest, item) => {
    const end = text(item, 'endAt') || text(item, 'startAt');
    return end > latest ? end : latest;
  }, '');
  return last || text(event, 'startAt');
}

/** The item that is on at a moment, or the next one. */
export function onAt(items: RecordData[], now: string): RecordData | undefined {
  const open = items.filter((item) => !['done', 'skipped'].includes(text(item, 'status')));
  return open.find((item) => (text(item, 'endAt') || text(item, 'startAt')) >= now);
}
