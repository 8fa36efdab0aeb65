/* SPDX-License-Identifier: Apache-2.0 */
/* Where the bookings of an event go when it moves, counted on the clock as the server does (event_bookings_moved). */
import type { RecordData } from '@/api/types';
import { fromWallClock, toWallClock } from '@/lib/zone';
import { text } from './data';

export type Move = { startAt: string; endAt: string };

const clockMs = (at: string, zone: string): number => Date.parse(`${toWallClock(at, zone)}:00Z`);
const atClock = (ms: number, zone: string): string =>
  fromWallClock(new Date(ms).toISOString().slice(0, 16), zone) ?? '';

/** As long after the start as so far, unless an end is said. */
export function endOf(event: RecordData, startAt: string): string {
  const zone = text(event, 'timeZone') || 'UTC';
  if (!startAt || !text(event, 'startAt') || !text(event, 'endAt')) return '';
  const by = clockMs(startAt, zone) - clockMs(text(event, 'startAt'), zone);
  const end = atClock(clockMs(text(event, 'endAt'), zone) + by, zone);
  return end > startAt ? end : startAt;
}

export type Moved = { booking: RecordData; from: string; to: string };

const open = ['considering', 'tentative', 'confirmed'];

/** What is booked for the whole event stays so; anything else moves by as much as the start. */
export function movedBookings(event: RecordData, bookings: RecordData[], move: Move): Moved[] {
  const zone = text(event, 'timeZone') || 'UTC';
  const [start, end] = [text(event, 'startAt'), text(event, 'endAt')];
  if (!start || !move.startAt || !move.endAt) return [];
  const by = clockMs(move.startAt, zone) - clockMs(start, zone);
  const shift = (at: string) => atClock(clockMs(at, zone) + by, zone);
  return bookings
    .filter((booking) => open.includes(text(booking, 'status')) && text(booking, 'bookedFrom'))
    .map((booking) => {
      const [from, to] = [text(booking, 'bookedFrom'), text(booking, 'bookedTo')];
      return Date.parse(from) === Date.parse(start) && Date.parse(to) === Date.parse(end)
        ? { booking, from: move.startAt, to: move.endAt }
        : { booking, from: shift(from), to: shift(to) };
    });
}

/** Only these hold the vendor, so only these can stand in the way. */
export const isBinding = (booking: RecordData): boolean =>
  text(booking, 'status') === 'confirmed' || text(booking, 'status') === 'tentative';
