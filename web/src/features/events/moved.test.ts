/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { RecordData } from '@/api/types';
import { endOf, movedBookings } from './moved';

const event: RecordData = {
  id: 'e',
  timeZone: 'Europe/Berlin',
  startAt: '2031-03-29T17:00:00.000Z',
  endAt: '2031-03-29T21:00:00.000Z',
};
const booking = (id: string, bookedFrom: string, bookedTo: string, status = 'confirmed'): RecordData => ({
  id,
  status,
  bookedFrom,
  bookedTo,
});

describe('an event that moves', () => {
  it('lasts as long on the clock, also across a change of clocks', () => {
    expect(endOf(event, '2031-03-22T17:00:00.000Z')).toBe('2031-03-22T21:00:00.000Z');
    // In the night to the 30th the clocks go forward: six in the evening is an hour earlier in UTC.
    expect(endOf(event, '2031-03-30T16:00:00.000Z')).toBe('2031-03-30T20:00:00.000Z');
    expect(endOf({ ...event, endAt: null }, '2031-03-30T16:00:00.000Z')).toBe('');
  });

  it('takes bookings along: for the whole of it as the whole, others by as much as its start', () => {
    const bookings = [
      booking('whole', '2031-03-29T17:00:00Z', '2031-03-29T21:00:00Z'),
      booking('early', '2031-03-29T08:00:00.000Z', '2031-03-29T12:00:00.000Z', 'considering'),
      booking('off', '2031-03-29T17:00:00.000Z', '2031-03-29T21:00:00.000Z', 'cancelled'),
    ];
    const move = { startAt: '2031-03-30T16:00:00.000Z', endAt: '2031-03-30T22:00:00.000Z' };
    expect(movedBookings(event, bookings, move).map((one) => [one.booking.id, one.from, one.to])).toEqual([
      ['whole', '2031-03-30T16:00:00.000Z', '2031-03-30T22:00:00.000Z'],
      ['early', '2031-03-30T07:00:00.000Z', '2031-03-30T11:00:00.000Z'],
    ]);
    expect(movedBookings({ ...event, startAt: null }, bookings, move)).toEqual([]);
  });
});
