/* SPDX-License-Identifier: Apache-2.0 */
/* What happened with a record and what is planned: its changes, its activities, its open tasks. */
import { infiniteQueryOptions, skipToken, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getPage } from '@/api/client';
import { findEntity, may, useMeta } from '@/api/meta';
import { listQuery, timelineQuery } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { aboutField, activityAt, type Entry, interleave, type TimelineFilter, wants } from './streams';

const PAGE = 25;
const UPCOMING = 10;

function pastQuery(
  work: EntityMeta | undefined,
  about: string | undefined,
  id: string,
  filter: TimelineFilter,
) {
  const params = new URLSearchParams({
    [about ?? '']: id,
    'status[ne]': 'planned',
    sort: '-startAt',
    limit: String(PAGE),
    include: 'owner,contact,company',
  });
  if (!['all', 'activity', 'change'].includes(filter)) params.set('type', filter);
  return infiniteQueryOptions({
    queryKey: ['list', 'activity', 'timeline', params.toString()],
    initialPageParam: '',
    queryFn:
      work && about
        ? ({ signal, pageParam }) => {
            if (pageParam) params.set('cursor', pageParam);
            return getPage<RecordData>(`${work.path}?${params}`, signal);
          }
        : skipToken,
    getNextPageParam: (last: { pagination: { nextCursor?: string | null } }) =>
      last.pagination.nextCursor ?? undefined,
  });
}

export function useTimeline(entity: EntityMeta, id: string, filter: TimelineFilter) {
  const activity = findEntity(useMeta(), 'activity');
  const readable = activity && may(activity, 'read') ? activity : undefined;
  const about = aboutField(readable, entity);
  const past = useInfiniteQuery({
    ...pastQuery(readable, about, id, filter),
    enabled: about !== undefined && wants(filter, 'activity'),
  });
  const log = useInfiniteQuery({ ...timelineQuery(entity, id), enabled: wants(filter, 'change') });

  const changes = wants(filter, 'change')
    ? (log.data?.pages ?? []).flatMap((page) =>
        page.data.map((change): Entry => ({ kind: 'change', at: change.at, change })),
      )
    : [];
  const activities =
    about && wants(filter, 'activity')
      ? (past.data?.pages ?? []).flatMap((page) =>
          page.data.map((record): Entry => ({ kind: 'activity', at: activityAt(record), activity: record })),
        )
      : [];
  const logGoesOn = wants(filter, 'change') && log.hasNextPage;
  const pastGoesOn = about !== undefined && wants(filter, 'activity') && past.hasNextPage;
  const waits =
    (wants(filter, 'change') && log.isPending) ||
    (about !== undefined && wants(filter, 'activity') && past.isPending);
  return {
    about,
    entries: interleave([
      { entries: changes, more: logGoesOn },
      { entries: activities, more: pastGoesOn },
    ]),
    waits,
    error: log.error ?? past.error,
    retry: () => void Promise.all([log.refetch(), about ? past.refetch() : null]),
    more: logGoesOn || pastGoesOn,
    fetching: log.isFetchingNextPage || past.isFetchingNextPage,
    fetchMore: () => {
      if (logGoesOn) void log.fetchNextPage();
      if (pastGoesOn) void past.fetchNextPage();
    },
  };
}

/** Planned activities and open tasks, the next first. */
export function useUpcoming(entity: EntityMeta, id: string) {
  const meta = useMeta();
  const sources = [
    { work: findEntity(meta, 'activity'), status: ['status', 'planned'] as const, by: 'startAt' },
    {
      work: findEntity(meta, 'task'),
      status: ['status[in]', 'todo,in_progress,waiting'] as const,
      by: 'dueAt',
    },
  ];
  const query = ({ work, status, by }: (typeof sources)[number]) => {
    const readable = work && may(work, 'read') ? work : undefined;
    const about = aboutField(readable, entity);
    const params = new URLSearchParams({ sort: by, limit: String(UPCOMING) });
    params.set(status[0], status[1]);
    if (about) params.set(about, id);
    return listQuery(about ? readable : undefined, params.toString());
  };
  const [first, second] = sources;
  const planned = useQuery(query(first as (typeof sources)[number]));
  const tasks = useQuery(query(second as (typeof sources)[number]));
  const rows = (data: typeof planned.data, work: EntityMeta | undefined, by: string) =>
    work && data ? data.data.map((record) => ({ work, record, at: record[by] as string | null })) : [];
  return [...rows(planned.data, first?.work, 'startAt'), ...rows(tasks.data, second?.work, 'dueAt')].sort(
    (a, b) => (a.at ?? '9').localeCompare(b.at ?? '9'),
  );
}
