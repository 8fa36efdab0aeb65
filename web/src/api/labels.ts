/* SPDX-License-Identifier: Apache-2.0 */
/* Names for ids: collects the ids asked for within one tick and fetches them in one request. */
import { queryOptions, skipToken } from '@tanstack/react-query';
import { get, getPage } from './client';
import type { EntityMeta, RecordData } from './types';

type Waiter = { resolve: (record: RecordData | null) => void; reject: (cause: unknown) => void };
const waiting = new Map<string, Map<string, Waiter[]>>();
const BATCH = 100;

async function fetchMany(entity: EntityMeta, ids: string[]): Promise<Map<string, RecordData>> {
  const page = await getPage<RecordData>(`${entity.path}?id[in]=${ids.join(',')}&limit=${BATCH}`);
  return new Map(page.data.map((record) => [record.id, record]));
}

async function flush(entity: EntityMeta) {
  const queue = waiting.get(entity.name);
  waiting.delete(entity.name);
  if (!queue) return;
  const ids = [...queue.keys()];
  for (let start = 0; start < ids.length; start += BATCH) {
    const part = ids.slice(start, start + BATCH);
    try {
      const found = part.length === 1 ? null : await fetchMany(entity, part);
      for (const id of part) {
        const record = found ? (found.get(id) ?? null) : await get<RecordData>(`${entity.path}/${id}`);
        for (const waiter of queue.get(id) ?? []) waiter.resolve(record);
      }
    } catch (cause) {
      for (const id of part) for (const waiter of queue.get(id) ?? []) waiter.reject(cause);
    }
  }
}

function load(entity: EntityMeta, id: string): Promise<RecordData | null> {
  return new Promise((resolve, reject) => {
    let queue = waiting.get(entity.name);
    if (!queue) {
      queue = new Map();
      waiting.set(entity.name, queue);
      setTimeout(() => void flush(entity), 4);
    }
    queue.set(id, [...(queue.get(id) ?? []), { resolve, reject }]);
  });
}

export function labelQuery(entity: EntityMeta | undefined, id: string) {
  return queryOptions({
    queryKey: ['label', entity?.name ?? '', id],
    queryFn: entity ? () => load(entity, id) : skipToken,
    staleTime: 60_000,
    retry: false,
  });
}
