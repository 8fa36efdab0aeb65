/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { type Availability, clashesOf, daysAround, isApart, overlaps } from './clash';

const hall = (bufferMinutes: number, exclusive = true): Availability => ({
  vendorId: 'v',
  exclusive,
  bufferMinutes,
  busy: [
    {
      // As the server tells it: the buffer is in `from` and `to`.
      from: new Date(Date.parse('2032-01-10T12:00:00Z') - bufferMinutes * 60_000).toISOString(),
      to: new Date(Date.parse('2032-01-10T20:00:00Z') + bufferMinutes * 60_000).toISOString(),
      bookedFrom: '2032-01-10T12:00:00Z',
      bookedTo: '2032-01-10T20:00:00Z',
      hold: false,
      holdUntil: null,
      bookingId: 'b1',
      eventId: 'e1',
      event: 'Gala',
    },
  ],
});
const events = (known: Availability, from: string, to: string, except?: string) =>
  clashesOf(known, `2032-01-10T${from}:00Z`, `2032-01-10T${to}:00Z`, except).map((busy) => busy.event);

describe('what stands in the way of a booking', () => {
  it('is what overlaps, not what only touches', () => {
    expect(events(hall(0), '19:59', '22:00')).toEqual(['Gala']);
    expect(events(hall(0), '20:00', '22:00')).toEqual([]);
    expect(events(hall(0), '08:00', '12:00')).toEqual([]);
    expect(events(hall(0), '08:00', '23:00')).toEqual(['Gala']);
  });

  it('counts the buffer of both bookings, as the server does', () => {
    expect(events(hall(60), '21:00', '23:00')).toEqual(['Gala']);
    expect(events(hall(60), '21:59', '23:00')).toEqual(['Gala']);
    expect(events(hall(60), '22:00', '23:00')).toEqual([]);
  });

  it('is not the booking itself, nor anything of a vendor that may be booked twice', () => {
    expect(events(hall(0), '13:00', '14:00', 'b1')).toEqual([]);
    expect(events(hall(0, false), '13:00', '14:00')).toEqual([]);
    expect(overlaps(hall(0, false), '2032-01-10T13:00:00Z', '2032-01-10T14:00:00Z')).toHaveLength(1);
  });

  it('is nothing while the times make no span', () => {
    expect(events(hall(0), '14:00', '13:00')).toEqual([]);
  });
});

it('asks for days enough for the longest buffer', () => {
  expect(daysAround('2032-01-10T12:00:00Z', '2032-01-11T02:00:00Z')).toEqual({
    from: '2032-01-02',
    to: '2032-01-19',
  });
});

it('knows a booking that was left behind', () => {
  const event = { from: '2032-01-10T12:00:00Z', to: '2032-01-10T20:00:00Z' };
  expect(isApart({ from: '2032-01-10T08:00:00Z', to: '2032-01-10T13:00:00Z' }, event)).toBe(false);
  expect(isApart({ from: '2032-01-10T08:00:00Z', to: '2032-01-10T12:00:00Z' }, event)).toBe(true);
  expect(isApart({ from: '2032-02-10T12:00:00Z', to: '2032-02-10T20:00:00Z' }, event)).toBe(true);
});
