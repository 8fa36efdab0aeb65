/* SPDX-License-Identifier: Apache-2.0 */
/* What a person has to do, as queries of lists, and put in the order of a day. */
import { findField } from '@/api/meta';
import type { EntityMeta, RecordData } from '@/api/types';
import { shiftDay } from '@/lib/zone';

const open = 'todo,in_progress,waiting';
const SHOWN = 50;

const search = (query: Record<string, string | number>): string =>
  new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)])).toString();

/** My open tasks up to a week from today; those long overdue first. */
export const tasksSearch = (today: string): string =>
  search({
    assigneeId: 'me',
    'status[in]': open,
    'dueAt[lte]': shiftDay(today, 7),
    sort: 'dueAt',
    limit: SHOWN,
    include: 'company,contact,deal,event,project,lead',
  });

/** My planned calls and meetings of the week, with those that were never ticked off. */
export const meetingsSearch = (today: string): string =>
  search({
    ownerId: 'me',
    status: 'planned',
    'startAt[gte]': shiftDay(today, -14),
    'startAt[lte]': shiftDay(today, 7),
    sort: 'startAt',
    limit: SHOWN,
    include: 'company,contact,deal,event,project,lead',
  });

/** The largest first, unless their worth is hidden from the caller. */
export const stuckOrder = (deal: EntityMeta): string => (findField(deal, 'amount') ? '-amount' : 'name');

/** Open deals of mine for which nothing is planned. */
export const stuckSearch = (deal: EntityMeta): string =>
  search({
    ownerId: 'me',
    status: 'open',
    'nextActivityAt[null]': 'true',
    sort: stuckOrder(deal),
    limit: 6,
    include: 'company,stage',
  });

export const eventsSearch = (today: string): string =>
  search({
    'status[in]': 'tentative,confirmed,in_progress',
    'endAt[gte]': today,
    'startAt[lte]': shiftDay(today, 45),
    sort: 'startAt',
    limit: 6,
    include: 'company',
  });

export const overdueInvoicesSearch = (): string =>
  search({ status: 'overdue', sort: 'dueDate', limit: 6, include: 'company' });

export type Entry = {
  kind: 'task' | 'activity';
  record: RecordData;
  /** The instant it is due; of what takes all day, the start of that day. */
  at: string;
  allDay: boolean;
};
export type Agenda = { overdue: Entry[]; today: Entry[]; upcoming: Entry[] };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const entriesOf = (kind: Entry['kind'], rows: RecordData[], field: string): Entry[] =>
  rows
    .filter((row) => text(row[field]))
    .map((record) => ({ kind, record, at: text(record[field]), allDay: record['allDay'] === true }));

/** `dayOf` is the organisation's calendar: the day on which an instant falls. */
export function agendaOf(
  tasks: RecordData[],
  activities: RecordData[],
  today: string,
  now: string,
  dayOf: (at: string) => string,
): Agenda {
  const all = [...entriesOf('task', tasks, 'dueAt'), ...entriesOf('activity', activities, 'startAt')].sort(
    (a, b) => a.at.localeCompare(b.at),
  );
  const agenda: Agenda = { overdue: [], today: [], upcoming: [] };
  for (const entry of all) {
    const day = dayOf(entry.at);
    // A task of this morning is late; a meeting of this morning is still of today.
    const late = entry.kind === 'task' && !entry.allDay ? entry.at < now : day < today;
    agenda[late ? 'overdue' : day === today ? 'today' : 'upcoming'].push(entry);
  }
  return agenda;
}

/** Which of the records it is about tells most: the nearest thing to the work. */
const aboutOrder = ['deal', 'event', 'project', 'lead', 'contact', 'company'] as const;

export type About = { entity: (typeof aboutOrder)[number]; record: RecordData };

export function aboutOf(record: RecordData): About | null {
  for (const entity of aboutOrder) {
    const included = record[entity];
    if (included && typeof included === 'object' && !Array.isArray(included) && 'id' in included)
      return { entity, record: included as RecordData };
  }
  return null;
}

export const partOfDay = (hour: number): 'morning' | 'afternoon' | 'evening' =>
  hour >= 4 && hour < 12 ? 'morning' : hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
