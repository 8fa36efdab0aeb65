/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import type { EntityMeta, RecordData } from '@/api/types';
import { shiftDay } from '@/lib/zone';
import { aboutOf, agendaOf, partOfDay, stuckSearch } from './day';

const dayOf = (at: string) => at.slice(0, 10);
const agenda = (tasks: RecordData[], activities: RecordData[] = []) =>
  agendaOf(tasks, activities, '2026-11-20', '2026-11-20T12:00:00.000Z', dayOf);
const ids = (list: { record: RecordData }[]) => list.map((entry) => entry.record.id);

test('days are counted across months and leap days', () => {
  expect(shiftDay('2026-12-31', 1)).toBe('2027-01-01');
  expect(shiftDay('2028-02-28', 1)).toBe('2028-02-29');
  expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
});

test('a task is overdue from its minute on, one of a whole day only the day after', () => {
  const { overdue, today, upcoming } = agenda([
    { id: 'late', dueAt: '2026-11-20T11:59:00.000Z', allDay: false },
    { id: 'soon', dueAt: '2026-11-20T12:01:00.000Z', allDay: false },
    { id: 'all day', dueAt: '2026-11-20T00:00:00.000Z', allDay: true },
    { id: 'yesterday', dueAt: '2026-11-19T00:00:00.000Z', allDay: true },
    { id: 'tomorrow', dueAt: '2026-11-21T09:00:00.000Z' },
    { id: 'some day', dueAt: null },
  ]);
  expect(ids(overdue)).toEqual(['yesterday', 'late']);
  expect(ids(today)).toEqual(['all day', 'soon']);
  expect(ids(upcoming)).toEqual(['tomorrow']);
});

test('meetings stand between the tasks by time, and this morning is still today', () => {
  const { today } = agenda(
    [{ id: 'task', dueAt: '2026-11-20T14:00:00.000Z' }],
    [
      { id: 'after', startAt: '2026-11-20T15:00:00.000Z' },
      { id: 'before', startAt: '2026-11-20T09:00:00.000Z' },
    ],
  );
  expect(ids(today)).toEqual(['before', 'task', 'after']);
});

test('a task is about the deal rather than its company', () => {
  const record = { id: 't', company: { id: 'c', name: 'Acme' }, deal: { id: 'd', name: 'Robots' } };
  expect(aboutOf(record)).toEqual({ entity: 'deal', record: { id: 'd', name: 'Robots' } });
  expect(aboutOf({ id: 't', company: null })).toBeNull();
});

test('deals are not put in the order of what the caller may not see', () => {
  const deal = (...names: string[]) => ({ fields: names.map((name) => ({ name })) }) as EntityMeta;
  const order = (entity: EntityMeta) => new URLSearchParams(stuckSearch(entity)).get('sort');
  expect([order(deal('name', 'amount')), order(deal('name'))]).toEqual(['-amount', 'name']);
});

test('the greeting goes by the hour', () => {
  expect([3, 4, 11, 12, 17, 18, 23].map(partOfDay)).toEqual([
    'evening',
    'morning',
    'morning',
    'afternoon',
    'afternoon',
    'evening',
    'evening',
  ]);
});
