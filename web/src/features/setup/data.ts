/* SPDX-License-Identifier: Apache-2.0 */
/* What an organisation defines for itself. The metadata follows from it, so both are read again after a write. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { revertChangeset } from '@/api/bulk';
import { get, post } from '@/api/client';
import { metaQuery } from '@/api/meta';
import type { EntityMeta, RecordData } from '@/api/types';
import { t } from '@/i18n';
import { tellError } from '@/records/undo';
import { toast } from '@/ui/toast';
import './words';

const shown = new Set(['list', 'record', 'label', 'timeline', 'board', 'groups', 'setup']);

/** Lists and forms show at once what was defined. */
export async function refreshSetup(client: QueryClient) {
  await client.invalidateQueries({ predicate: (query) => shown.has(String(query.queryKey[0])) });
  await client.invalidateQueries({ queryKey: metaQuery.queryKey });
}

/** Positions leave room, so that one put in between by another client need not push the rest. */
const STEP = 10;

export const inOrder = <T extends RecordData>(rows: T[]): { id: string; position: number }[] =>
  rows.map((row, at) => ({ id: row.id, position: (at + 1) * STEP }));

/** Writes a new order in one request, shown at once, and as it was where it is refused. */
export function useOrder<T extends RecordData>(entity: EntityMeta, queryKey: readonly unknown[]) {
  const client = useQueryClient();
  return async (rows: T[]) => {
    await client.cancelQueries({ queryKey });
    const before = client.getQueryData<T[]>(queryKey);
    client.setQueryData<T[]>(queryKey, rows);
    try {
      await post(`${entity.path}/bulk`, { key: 'id', rows: inOrder(rows) });
    } catch (error) {
      client.setQueryData(queryKey, before);
      tellError(error);
    }
    await refreshSetup(client);
  };
}

/** Says that it is gone, and brings it back. */
export function useGone() {
  const client = useQueryClient();
  return (title: string, changesetId: string | null) => {
    const back = async () => {
      try {
        if (changesetId) await revertChangeset(changesetId);
        toast.good(t('setup.back'));
      } catch (error) {
        tellError(error);
      }
      await refreshSetup(client);
    };
    toast.good(title, changesetId ? { action: { label: t('action.undo'), run: () => void back() } } : {});
  };
}

/** Runs a write and reads anew; what is refused is said. */
export function useWrite() {
  const client = useQueryClient();
  return async (run: () => Promise<unknown>): Promise<boolean> => {
    try {
      await run();
      await refreshSetup(client);
      return true;
    } catch (error) {
      tellError(error);
      return false;
    }
  };
}

/** How many records have which value of a field; where it cannot be told, none. */
export async function countsBy(
  entity: EntityMeta,
  field: string,
  filter: Record<string, string> = {},
): Promise<Map<string, number>> {
  type Groups = { groups: { keys: { value: string | null }[]; count: number }[] };
  const params = new URLSearchParams({ ...filter, by: field, limit: '200' });
  const { groups } = await get<Groups>(`${entity.path}/groups?${params}`);
  return new Map(groups.map((group) => [String(group.keys[0]?.value), group.count]));
}
