/* SPDX-License-Identifier: Apache-2.0 */
/* Two lists, each read a page at a time and the latest first, shown as one. */
import type { Change, EntityMeta, RecordData } from '@/api/types';

export type Entry =
  | { kind: 'change'; at: string; change: Change }
  | { kind: 'activity'; at: string; activity: RecordData };

export const filters = ['all', 'activity', 'note', 'call', 'meeting', 'email', 'change'] as const;
export type TimelineFilter = (typeof filters)[number];

const timeOf = (entry: Entry): number => Date.parse(entry.at);

/** When an activity took place; when it was written down, if nobody said. */
export const activityAt = (activity: RecordData): string =>
  String(activity['startAt'] ?? activity['createdAt'] ?? '');

/**
 * Both in one order. What is older than the last of a stream that goes on is held back, since what is still to
 * come of that stream belongs before it.
 */
export function interleave(streams: { entries: Entry[]; more: boolean }[]): Entry[] {
  const open = streams.filter((s) => s.more && s.entries.length > 0).map((s) => s.entries.map(timeOf));
  const floor = Math.max(Number.NEGATIVE_INFINITY, ...open.map((times) => Math.min(...times)));
  return streams
    .flatMap((s) => s.entries)
    .filter((entry) => timeOf(entry) >= floor)
    .sort((a, b) => timeOf(b) - timeOf(a));
}

export const wants = (filter: TimelineFilter, kind: Entry['kind']): boolean =>
  filter === 'all' || (kind === 'change') === (filter === 'change');

/** What activities and tasks call the record; undefined for what they are never about. */
export function aboutField(work: EntityMeta | undefined, entity: EntityMeta): string | undefined {
  const name = `${entity.name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}Id`;
  return work?.fields.find((f) => f.name === name && f.references === entity.name)?.name;
}
