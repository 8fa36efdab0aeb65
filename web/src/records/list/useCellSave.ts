/* SPDX-License-Identifier: Apache-2.0 */
/* Writing one cell: shown at once, taken back when the server refuses, and never over what somebody else wrote. */

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiError, get, type Written, write } from '@/api/client';
import type { EntityMeta, FieldMeta, Json, Page, RecordData } from '@/api/types';
import { formKey, readValue, sameValue, toBody } from '@/fields/value';
import { t } from '@/i18n';
import { titleOf } from '@/lib/title';
import { toast } from '@/ui/toast';
import { refreshRecords, tellError, useUndo } from '../undo';

const isPage = (data: unknown): data is Page<RecordData> =>
  typeof data === 'object' && data !== null && Array.isArray((data as { data?: unknown }).data);

/** The record as it is now, wherever a list shows it. */
export function putInLists(
  client: QueryClient,
  entity: EntityMeta,
  id: string,
  change: (old: RecordData) => RecordData,
) {
  client.setQueriesData({ queryKey: ['list', entity.name] }, (old: unknown) =>
    isPage(old) && old.data.some((record) => record.id === id)
      ? { ...old, data: old.data.map((record) => (record.id === id ? change(record) : record)) }
      : old,
  );
}

export const etagOf = (record: RecordData): string | undefined =>
  typeof record['version'] === 'number' ? `"v${record['version']}"` : undefined;

function withValue(record: RecordData, field: FieldMeta, value: Json): RecordData {
  const body = toBody([field], { [formKey(field)]: value });
  if (!field.custom) return { ...record, ...body };
  const custom = record['custom'];
  const old = custom && typeof custom === 'object' && !Array.isArray(custom) ? custom : {};
  return { ...record, custom: { ...old, ...(body['custom'] as object) } };
}

/** What was included belongs to the ids of before. */
const answered = (old: RecordData, data: RecordData): RecordData => ({ ...old, ...data });

export function useCellSave(entity: EntityMeta) {
  const client = useQueryClient();
  const undo = useUndo();
  return useCallback(
    async (record: RecordData, field: FieldMeta, value: Json) => {
      const path = `${entity.path}/${record.id}`;
      const body = toBody([field], { [formKey(field)]: value });
      const put = (change: (old: RecordData) => RecordData) => putInLists(client, entity, record.id, change);
      const send = async (onto: RecordData): Promise<void> => {
        const { data, changesetId }: Written<RecordData> = await write('PATCH', path, body, etagOf(onto));
        undo.remember(changesetId);
        put((old) => answered(old, data));
        void refreshRecords(client);
      };
      const contest = async () => {
        const fresh = await get<RecordData>(path);
        if (sameValue(readValue(fresh, field), readValue(record, field))) {
          await send(fresh);
          return;
        }
        put((old) => answered(old, fresh));
        toast.bad(
          t('grid.conflict', { field: field.label, title: titleOf(entity, record) || t('list.untitled') }),
          {
            description: t('grid.conflictText'),
            action: { label: t('grid.useMine'), run: () => void attempt(() => send(fresh), fresh) },
          },
        );
      };
      const attempt = async (run: () => Promise<void>, before: RecordData) => {
        put((old) => withValue(old, field, value));
        try {
          await run();
        } catch (error) {
          if (error instanceof ApiError && error.status === 412) {
            await contest().catch((cause: unknown) => {
              put((old) => answered(old, before));
              tellError(cause);
            });
            return;
          }
          put((old) => answered(old, before));
          tellError(error, t('grid.notSaved', { field: field.label }));
        }
      };
      await attempt(() => send(record), record);
    },
    [client, entity, undo],
  );
}
