/* SPDX-License-Identifier: Apache-2.0 */
/* Moving a card: shown at once, put back when the server refuses. A step that needs more, such as why a deal was
   lost, is asked about: the server names the fields. */

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError, type Written, write } from '@/api/client';
import { firstMessageOf } from '@/api/message';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { isRanked, moveDeal } from '@/features/deals/move';
import { fieldOfDetail, formKey, readValue, toBody } from '@/fields/value';
import { t } from '@/i18n';
import { titleOf } from '@/lib/title';
import { toast } from '@/ui/toast';
import { etagOf } from '../list/useCellSave';
import { isEditable } from '../sections';
import { refreshRecords, tellError, useUndo } from '../undo';
import { type BoardColumn, type BoardData, besideOf, withMove } from './model';

export type Asked = { record: RecordData; column: BoardColumn; fields: FieldMeta[]; error: string };

/** Fields that the server named as missing, as far as one may fill them in. */
function askedBy(entity: EntityMeta, by: string, error: unknown): FieldMeta[] {
  if (!(error instanceof ApiError) || error.status !== 422) return [];
  const fields = error.details.map((detail) =>
    detail.field ? fieldOfDetail(entity.fields, detail.field) : undefined,
  );
  const usable = fields.filter(
    (field) => field !== undefined && field.name !== by && isEditable(field, false),
  );
  return usable.length === fields.length ? [...new Set(usable.filter((field) => field !== undefined))] : [];
}

export function useMove(
  entity: EntityMeta,
  data: BoardData | undefined,
  put: (change: (old: BoardData) => BoardData) => Promise<void>,
) {
  const client = useQueryClient();
  const undo = useUndo();
  const pending = useRef(0);
  const [asked, setAsked] = useState<Asked | null>(null);

  const send = (
    record: RecordData,
    column: BoardColumn,
    index: number,
    inOrder: boolean,
  ): Promise<Written<RecordData>> => {
    if (inOrder) return moveDeal(entity, record.id, column.key, besideOf(column.records, record.id, index));
    return write('PATCH', `${entity.path}/${record.id}`, { [data?.by ?? '']: column.key }, etagOf(record));
  };
  const settle = () => {
    pending.current--;
    // An answer in between would show the cards that are still under way where they were.
    if (pending.current === 0) void refreshRecords(client);
  };
  const told = (record: RecordData, column: BoardColumn, changeset: string | null) =>
    undo.offer(t('board.moved', { title: titleOf(entity, record), column: column.label }), changeset);

  const move = async (id: string, to: string, index: number) => {
    const from = data?.columns.find((column) => column.records.some((record) => record.id === id));
    const record = from?.records.find((one) => one.id === id);
    const column = data?.columns.find((one) => one.key === to);
    if (!data || !from || !record || !column) return;
    const inOrder = isRanked(entity);
    if (from === column && (!inOrder || from.records[index]?.id === id)) return;
    const back = from.records.indexOf(record);
    pending.current++;
    await put((old) => withMove(old, id, to, index));
    try {
      const { changesetId } = await send(record, column, index, inOrder);
      if (from === column) undo.remember(changesetId);
      else told(record, column, changesetId);
    } catch (error) {
      await put((old) => withMove(old, id, from.key, back));
      const fields = askedBy(entity, data.by, error);
      if (fields.length) setAsked({ record, column, fields, error: '' });
      else if (
        error instanceof ApiError &&
        (error.status === 412 || error.status === 409 || error.status === 404)
      )
        toast.bad(t('board.notMoved', { title: titleOf(entity, record) }), {
          description: error.status === 409 ? error.message : t('board.stale'),
        });
      else tellError(error, t('board.notMoved', { title: titleOf(entity, record) }));
    } finally {
      settle();
    }
  };

  /** With what was asked for. */
  const answer = async (values: Record<string, Json>) => {
    if (!asked || !data) return;
    const { record, column, fields } = asked;
    pending.current++;
    try {
      const body = { ...toBody(fields, values), [data.by]: column.key };
      const { changesetId } = await write<RecordData>(
        'PATCH',
        `${entity.path}/${record.id}`,
        body,
        etagOf(record),
      );
      setAsked(null);
      told(record, column, changesetId);
    } catch (error) {
      const more = askedBy(entity, data.by, error).filter((field) => !fields.includes(field));
      const words = firstMessageOf(error);
      setAsked({ ...asked, fields: [...fields, ...more], error: words });
    } finally {
      settle();
    }
  };
  const initial = asked
    ? Object.fromEntries(
        asked.fields.map((field) => [formKey(field), readValue(asked.record, field) ?? null]),
      )
    : {};
  return { move, asked, initial, answer, cancel: () => setAsked(null) };
}
