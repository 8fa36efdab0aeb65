/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks in the order in which a person does them. */
import type { Json, RecordData } from '@/api/types';
import { shiftDay } from '@/lib/zone';

export const open = ['todo', 'in_progress', 'waiting'];
export const isOpen = (task: RecordData): boolean => open.includes(String(task['status']));

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export const whens = ['overdue', 'today', 'week', 'later', 'none'] as const;
export type When = (typeof whens)[number];

/** What now is, where the organisation is; `week` is the last day of this week. */
export type Now = { moment: string; today: string; week: string; dayOf: (at: string) => string };

export function whenOf(task: RecordData, now: Now): When {
  const at = text(task['dueAt']);
  if (!at) return 'none';
  const day = now.dayOf(at);
  // What is due at an hour is late from then on, what is due some day when the day is over.
  if (day < now.today || (task['allDay'] === false && at < now.moment)) return 'overdue';
  if (day === now.today) return 'today';
  return day <= now.week ? 'week' : 'later';
}

const ranks: Record<string, number> = { urgent: 0, high: 1, normal: 2, low: 3 };
const byDue = (a: RecordData, b: RecordData): number =>
  text(a['dueAt']).localeCompare(text(b['dueAt'])) ||
  (ranks[String(a['priority'])] ?? 2) - (ranks[String(b['priority'])] ?? 2);

export function byWhen(tasks: RecordData[], now: Now): Record<When, RecordData[]> {
  const groups: Record<When, RecordData[]> = { overdue: [], today: [], week: [], later: [], none: [] };
  for (const task of tasks) groups[whenOf(task, now)].push(task);
  for (const group of Object.values(groups)) group.sort(byDue);
  return groups;
}

/** The last day of the week in which `today` is; weeks begin on `first`, 0 being Sunday. */
export function endOfWeek(today: string, first: number): string {
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  return shiftDay(today, 6 - ((weekday - first + 7) % 7));
}

export type Group = { key: string; tasks: RecordData[] };

/** Open ones by their day, then those without one; what is done comes last. */
export function inOrder(tasks: RecordData[]): RecordData[] {
  return [...tasks].sort(
    (a, b) =>
      Number(isOpen(b)) - Number(isOpen(a)) || Number(!a['dueAt']) - Number(!b['dueAt']) || byDue(a, b),
  );
}

/** In the order of the keys given; what belongs to none of them stands under ''. */
export function groupBy(tasks: RecordData[], field: string, keys: string[]): Group[] {
  const known = new Set(keys);
  const of = (task: RecordData) => (known.has(text(task[field])) ? text(task[field]) : '');
  return [...keys, ''].map((key) => ({ key, tasks: inOrder(tasks.filter((task) => of(task) === key)) }));
}
