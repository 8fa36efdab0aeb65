/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { FieldMeta } from '@/api/types';
import { daysBetween, daysOf, entriesByDay, entryOf, rangeOf, shifted, turned, weekStart } from './days';

const field = (name: string, type: FieldMeta['type']): FieldMeta => ({ name, label: name, type });
const start = field('startAt', 'datetime');
const end = field('endAt', 'datetime');
const zone = 'Europe/Belgrade';

describe('the days of a calendar', () => {
  it('are the whole weeks of a month', () => {
    const range = rangeOf('month', '2026-11-20', 1);
    expect(range).toEqual({ from: '2026-10-26', until: '2026-12-07' });
    expect(daysOf(range)).toHaveLength(42);
    expect(rangeOf('month', '2027-02-10', 1)).toEqual({ from: '2027-02-01', until: '2027-03-01' });
    expect(rangeOf('week', '2026-11-20', 0)).toEqual({ from: '2026-11-15', until: '2026-11-22' });
    expect(rangeOf('agenda', '2026-11-20', 1)).toEqual({ from: '2026-11-20', until: '2026-12-20' });
  });

  it('go on and back', () => {
    expect(turned('month', '2026-12-31', 1)).toBe('2027-01-01');
    expect(turned('month', '2026-03-31', -1)).toBe('2026-02-01');
    expect(turned('week', '2026-12-30', 1)).toBe('2027-01-06');
    expect(turned('day', '2026-12-31', 1)).toBe('2027-01-01');
    expect(rangeOf('day', '2026-12-31', 1)).toEqual({ from: '2026-12-31', until: '2027-01-01' });
  });

  it('begin their weeks as the organisation says, or else as its language does', () => {
    expect(weekStart({ locale: 'de-DE', weekStart: 0 })).toBe(0);
    expect(weekStart({ locale: 'en-US', weekStart: 6 })).toBe(6);
  });
});

describe('a record among them', () => {
  it('stands on the day of the organisation’s clock', () => {
    const record = { id: '1', startAt: '2026-11-20T23:30:00Z' };
    expect(entryOf(record, start, end, zone)).toMatchObject({
      first: '2026-11-21',
      last: '2026-11-21',
      time: '00:30',
    });
    expect(entryOf({ id: '1', startAt: null }, start, end, zone)).toBeNull();
    expect(entryOf({ id: '1', day: '2026-11-20' }, field('day', 'date'), undefined, zone)).toMatchObject({
      first: '2026-11-20',
      time: '',
    });
  });

  it('ends the day before when it ends at midnight, and has no time when it lasts all day', () => {
    const record = {
      id: '1',
      startAt: '2026-11-19T23:00:00Z',
      endAt: '2026-11-21T23:00:00Z',
      allDay: true,
    };
    expect(entryOf(record, start, end, zone)).toMatchObject({
      first: '2026-11-20',
      last: '2026-11-21',
      time: '',
    });
  });

  it('stands on each of its days, in the order of the times', () => {
    const entry = (id: string, first: string, last: string, time: string) => ({
      record: { id },
      first,
      last,
      time,
    });
    const byDay = entriesByDay(
      [
        entry('late', '2026-11-20', '2026-11-20', '18:00'),
        entry('long', '2026-11-01', '2026-11-21', '09:00'),
        entry('early', '2026-11-20', '2026-11-20', '08:00'),
      ],
      { from: '2026-11-20', until: '2026-11-22' },
    );
    const idsOf = (day: string) => byDay.get(day)?.map((one) => one.record.id);
    expect(idsOf('2026-11-20')).toEqual(['long', 'early', 'late']);
    expect(idsOf('2026-11-21')).toEqual(['long']);
    expect(byDay.has('2026-11-19')).toBe(false);
  });
});

describe('a record that moves', () => {
  it('keeps its hours of the clock, also where the clocks change in between', () => {
    const record = { id: '1', startAt: '2027-03-27T17:00:00.000Z', endAt: '2027-03-27T23:30:00.000Z' };
    expect(shifted(record, [start, end], 1, zone)).toEqual({
      startAt: '2027-03-28T16:00:00.000Z',
      endAt: '2027-03-28T22:30:00.000Z',
    });
    expect(
      shifted({ id: '1', day: '2026-12-31', startAt: null }, [field('day', 'date'), start], 7, zone),
    ).toEqual({
      day: '2027-01-07',
    });
    expect(daysBetween('2026-12-30', '2027-01-02')).toBe(3);
    expect(daysBetween('2027-03-29', '2027-03-27')).toBe(-2);
  });
});
