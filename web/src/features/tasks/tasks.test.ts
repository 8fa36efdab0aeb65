/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { RecordData } from '@/api/types';
import { byWhen, endOfWeek, groupBy, inOrder, type Now, whenOf } from './tasks';

const now: Now = {
  moment: '2032-01-14T12:00:00.000Z',
  today: '2032-01-14',
  week: '2032-01-18',
  dayOf: (at) => at.slice(0, 10),
};
const task = (
  id: string,
  dueAt: string | null,
  more: Record<string, string | boolean | null> = {},
): RecordData => ({
  id,
  dueAt,
  allDay: true,
  status: 'todo',
  ...more,
});

describe('when a task is due', () => {
  it('is told by its day, or by its hour where it has one', () => {
    expect(whenOf(task('a', '2032-01-13T23:00:00.000Z'), now)).toBe('overdue');
    expect(whenOf(task('a', '2032-01-14T00:00:00.000Z'), now)).toBe('today');
    expect(whenOf(task('a', '2032-01-14T11:00:00.000Z', { allDay: false }), now)).toBe('overdue');
    expect(whenOf(task('a', '2032-01-14T13:00:00.000Z', { allDay: false }), now)).toBe('today');
    expect(whenOf(task('a', '2032-01-18T00:00:00.000Z'), now)).toBe('week');
    expect(whenOf(task('a', '2032-01-19T00:00:00.000Z'), now)).toBe('later');
    expect(whenOf(task('a', null), now)).toBe('none');
  });

  it('puts the urgent first among those of a day', () => {
    const day = '2032-01-14T00:00:00.000Z';
    const groups = byWhen(
      [task('low', day, { priority: 'low' }), task('urgent', day, { priority: 'urgent' })],
      now,
    );
    expect(groups.today.map((one) => one.id)).toEqual(['urgent', 'low']);
  });
});

it('knows the last day of a week that begins on Monday or on Sunday', () => {
  // A Wednesday, a Sunday.
  expect(endOfWeek('2032-01-14', 1)).toBe('2032-01-18');
  expect(endOfWeek('2032-01-14', 0)).toBe('2032-01-17');
  expect(endOfWeek('2032-01-18', 1)).toBe('2032-01-18');
  expect(endOfWeek('2032-01-18', 0)).toBe('2032-01-24');
});

it('puts what is open first, then what has no day, then what is done', () => {
  const tasks = [
    task('done', '2032-01-01', { status: 'done' }),
    task('some day', null),
    task('later', '2032-02-01'),
    task('soon', '2032-01-15'),
  ];
  expect(inOrder(tasks).map((one) => one.id)).toEqual(['soon', 'later', 'some day', 'done']);
});

it('groups by a field, and keeps what belongs nowhere', () => {
  const tasks = [
    task('a', null, { milestoneId: 'm2' }),
    task('b', null, { milestoneId: 'gone' }),
    task('c', null, { milestoneId: null }),
  ];
  expect(
    groupBy(tasks, 'milestoneId', ['m1', 'm2']).map((g) => [g.key, g.tasks.map((one) => one.id)]),
  ).toEqual([
    ['m1', []],
    ['m2', ['a']],
    ['', ['b', 'c']],
  ]);
});
