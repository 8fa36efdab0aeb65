/* SPDX-License-Identifier: Apache-2.0 */
/* Names for ids: collects the ids asked for within one tick and fetches them in one request. */
import { queryOptions, skipToken } from '@tanstack/react-query';
import { getPage } from './client';
import type { EntityMeta, RecordData } from './types';

type Waiter = { resolve: (record: RecordData | null) => void; reject: (cause: unknown) => void };
/** `all`: those in the trash too, by entity and that. */
type Queue = { entity: EntityMeta; all: boolean };
const waiting = new Map<string, Map<string, Waiter[]>>();
const BATCH = 100;

async function fetchMany({ entity, all }: Queue, ids: string[]): Promise<Map<string, RecordData>> {
  const trash = all && entity.fields.some((f) => f.name === 'deletedAt') ? '&deleted=with' : '';
  const page = await getPage<RecordData>(`${entity.path}?id[in]=${ids.join(',')}&limit=${BATCH}${trash}`);
  return new Map(page.data.map((record) => [record.id, record]));
}

const keyOf = ({ entity, all }: Queue): string => `${entity.name} ${all}`;

async function flush(of: Queue) {
  const queue = waiting.get(keyOf(of));
  waiting.delete(keyOf(of));
  if (!queue) return;
  const ids = [...queue.keys()];
  for (let start = 0; start < ids.length; start += BATCH) {
    const part = ids.slice(start, start + BATCH);
    try {
      // A single one too is asked for as a list: what is out of sight is then missing, and no error in the console.
      const found = await fetchMany(of, part);
      for (const id of part) for (const waiter of queue.get(id) ?? []) waiter.resolve(found.get(id) ?? null);
    } catch (cause) {
      for (const id of part) for (const waiter of queue.get(id) ?? []) waiter.reject(cause);
    }
  }
}

function load(of: Queue, id: string): Promise<RecordData | null> {
  return new Promise((resolve, reject) => {
    let queue = waiting.get(keyOf(of));
    if (!queue) {
      queue = new Map();
      waiting.set(keyOf(of), queue);
      setTimeout(() => void flush(of), 4);
    }
    queue.set(id, [...(queue.get(id) ?? []), { resolve, reject }]);
  });
}

/** `all`: also when it is in the trash. */
export function labelQuery(entity: EntityMeta | undefined, id: string, all = false) {
  return queryOptions({
    queryKey: ['label', entity?.name ?? '', id, all],
    queryFn: entity ? () => load({ entity, all }, id) : skipToken,
    staleTime: 60_000,
    retry: false,
  });
}
