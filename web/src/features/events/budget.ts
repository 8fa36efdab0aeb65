/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of a budget, in cents while they are added so that nothing is lost on the way. */
import type { RecordData } from '@/api/types';
import { amount, holds, text } from './data';

const cents = (record: RecordData, name: string): number => Math.round(amount(record, name) * 100);

export type Sums = { planned: number; agreed: number; paid: number };

export function sumsOf(lines: RecordData[]): Sums {
  const sum = (name: string) => lines.reduce((total, line) => total + cents(line, name), 0) / 100;
  return { planned: sum('planned'), agreed: sum('agreed'), paid: sum('paid') };
}

/** More than was planned, as far as something was. */
export const over = (line: RecordData): number =>
  Math.max(0, (cents(line, 'agreed') - cents(line, 'planned')) / 100);

/** Bookings that cost something, or hold the vendor, and stand in no line. */
export function unbudgeted(bookings: RecordData[], lines: RecordData[]): RecordData[] {
  const budgeted = new Set(lines.map((line) => text(line, 'eventVendorId')).filter(Boolean));
  return bookings.filter(
    (booking) =>
      !budgeted.has(booking.id) &&
      text(booking, 'status') !== 'cancelled' &&
      (holds(booking) || amount(booking, 'agreedCost') > 0),
  );
}
