/* SPDX-License-Identifier: Apache-2.0 */
/* When a vendor is taken: what of its bookings stands in the way of another, its buffer on both sides included. */
import { shiftDay } from '@/lib/zone';

export type Busy = {
  /** With the buffer, where the vendor is booked once at a time. */
  from: string;
  to: string;
  bookedFrom: string;
  bookedTo: string;
  hold: boolean;
  holdUntil: string | null;
  /** Null where one may not see whose booking it is. */
  bookingId: string | null;
  eventId: string | null;
  event: string | null;
};
export type Availability = {
  vendorId: string;
  exclusive: boolean;
  bufferMinutes: number;
  busy: Busy[];
};

const MINUTE = 60_000;
/** The longest buffer is a week; a day more, since days here are those of UTC. */
const MARGIN_DAYS = 8;

/** The days to ask for, so that the bookings next to a time are known as well. */
export const daysAround = (from: string, to: string): { from: string; to: string } => ({
  from: shiftDay(from.slice(0, 10), -MARGIN_DAYS),
  to: shiftDay(to.slice(0, 10), MARGIN_DAYS),
});

/** What overlaps, apart from the booking itself; of a vendor that is booked once at a time nothing may. */
export function overlaps(known: Availability, from: string, to: string, except?: string | null): Busy[] {
  const buffer = known.exclusive ? known.bufferMinutes * MINUTE : 0;
  const begins = Date.parse(from) - buffer;
  const ends = Date.parse(to) + buffer;
  if (!(begins < ends)) return [];
  return known.busy.filter(
    (busy) =>
      (!except || busy.bookingId !== except) && Date.parse(busy.from) < ends && Date.parse(busy.to) > begins,
  );
}

export const clashesOf = (known: Availability, from: string, to: string, except?: string | null): Busy[] =>
  known.exclusive ? overlaps(known, from, to, except) : [];

export type Span = { from: string; to: string };

/** Whether a booking has nothing of the time of its event: it was left behind, or is of another day. */
export const isApart = (booked: Span, event: Span): boolean =>
  Date.parse(booked.to) <= Date.parse(event.from) || Date.parse(booked.from) >= Date.parse(event.to);
