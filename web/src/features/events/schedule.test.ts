/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { RecordData } from '@/api/types';
import { daysOf, nextStart, onAt, type Slot } from './schedule';

const item = (id: string, startAt: string, endAt: string | null = null): RecordData => ({
  id,
  startAt: `2032-01-${startAt}:00.000Z`,
  endAt: endAt && `2032-01-${endAt}:00.000Z`,
});
const told = (slot: Slot) =>
  slot.kind === 'gap'
    ? `${slot.at.slice(11)} free ${slot.hours}`
    : `${slot.at.slice(11)} ${slot.items.map((one) => one.id).join(',')}`.trim();

describe('a run of show by the hour', () => {
  it('shows the hours from the first to the last, and what begins in each', () => {
    const days = daysOf(
      [item('doors', '10T17:30', '10T18:15'), item('dinner', '10T19:00', '10T21:00')],
      'UTC',
    );
    expect(days.map((day) => day.day)).toEqual(['2032-01-10']);
    expect(days[0]?.slots.map(told)).toEqual(['17:00 doors', '18:00', '19:00 dinner', '20:00']);
  });

  it('draws hours together in which nothing goes on, but not a single one', () => {
    const slots = daysOf(
      [item('a', '10T08:00', '10T09:00'), item('b', '10T10:00'), item('c', '10T15:00')],
      'UTC',
    )[0]?.slots;
    expect(slots?.map(told)).toEqual(['08:00 a', '09:00', '10:00 b', '11:00 free 4', '15:00 c']);
  });

  it('is on the clocks of the event, where a night belongs to two days', () => {
    const days = daysOf([item('party', '10T22:30', '11T02:00'), item('out', '11T01:00')], 'Europe/Berlin');
    expect(days.map((day) => [day.day, ...day.slots.map(told)])).toEqual([
      ['2032-01-10', '23:00 party'],
      ['2032-01-11', '02:00 out'],
    ]);
  });
});

it('goes on where the last item ends', () => {
  const event: RecordData = { id: 'e', startAt: '2032-01-10T17:00:00.000Z' };
  expect(nextStart([], event)).toBe('2032-01-10T17:00:00.000Z');
  expect(nextStart([item('a', '10T18:00', '10T20:00'), item('b', '10T19:00')], event)).toBe(
    '2032-01-10T20:00:00.000Z',
  );
});

it('knows what is on', () => {
  const items = [item('a', '10T18:00', '10T19:00'), item('b', '10T19:00', '10T20:00')];
  expect(onAt(items, '2032-01-10T18:30:00.000Z')?.id).toBe('a');
  expect(onAt(items, '2032-01-10T19:30:00.000Z')?.id).toBe('b');
  expect(onAt(items, '2032-01-10T21:00:00.000Z')).toBeUndefined();
});
