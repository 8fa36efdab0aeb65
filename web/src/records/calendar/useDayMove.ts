/* SPDX-License-Identifier: Apache-2.0 */
/* Moving a record to another day: shown at once, put back when it is refused, taken back from the toast. Presses of a
   key that follow each other are one move. */

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError, type Written, write } from '@/api/client';
import { may } from '@/api/meta';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { movesWhole, moveWhole } from '@/features/events/move';
import { t } from '@/i18n';
import { formatDate } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { etagOf } from '../list/useCellSave';
import { isEditable } from '../sections';
import { refreshRecords, tellError, useUndo } from '../undo';
import { clockOf, shifted } from './days';

type Answer = { records: RecordData[]; isWhole: boolean };
type Pending = { record: RecordData; days: number; timer: number };
/** So long one may go on pressing. */
const PAUSE = 700;

export const mayMove = (entity: EntityMeta, field: FieldMeta, end: FieldMeta | undefined): boolean =>
  may(entity, 'update') &&
  !field.custom &&
  isEditable(field, false) &&
  (end === undefined || isEditable(end, false));

export function useDayMove(entity: EntityMeta, field: FieldMeta | undefined, end: FieldMeta | undefined) {
  const client = useQueryClient();
  const undo = useUndo();
  const locale = useLocale();
  const pending = useRef<Pending | null>(null);
  const [blocked, setBlocked] = useState<{ record: RecordData; startAt: string } | null>(null);
  const fields = [field, end].filter((one) => one !== undefined);
  const valuesAt = (record: RecordData, days: number) => shifted(record, fields, days, locale.timeZone);

  const put = (id: string, values: Record<string, unknown>) =>
    client.setQueriesData<Answer>({ queryKey: ['calendar', entity.name] }, (old) =>
      old?.records
        ? {
            ...old,
            records: old.records.map((one) => (one.id === id ? ({ ...one, ...values } as RecordData) : one)),
          }
        : old,
    );
  const back = (record: RecordData) =>
    put(record.id, Object.fromEntries(fields.map((one) => [one.name, record[one.name] ?? null])));

  const send = (record: RecordData, values: Record<string, string>): Promise<Written<RecordData>> => {
    const begins = field && values[field.name];
    if (movesWhole(entity) && field?.name === 'startAt' && begins)
      return moveWhole(entity, record.id, begins, etagOf(record));
    return write('PATCH', `${entity.path}/${record.id}`, values, etagOf(record));
  };

  const commit = async (record: RecordData, days: number) => {
    if (!field || days === 0) return;
    const values = valuesAt(record, days);
    const title = titleOf(entity, record);
    await client.cancelQueries({ queryKey: ['calendar', entity.name] });
    put(record.id, values);
    try {
      const { changesetId } = await send(record, values);
      const day = formatDate(clockOf({ ...record, ...values }, field, locale.timeZone), locale);
      undo.offer(t('calendar.moved', { title, day }), changesetId);
    } catch (error) {
      back(record);
      const startAt = values[field.name];
      // Vendors are taken then: that is not only told but decided.
      const taken = error instanceof ApiError && error.status === 409 && error.details.length > 0;
      if (movesWhole(entity) && taken && startAt) setBlocked({ record, startAt });
      else tellError(error, t('calendar.notMoved', { title }));
    }
    await refreshRecords(client);
  };

  const take = (): Pending | null => {
    const now = pending.current;
    if (now) window.clearTimeout(now.timer);
    pending.current = null;
    return now;
  };
  const settle = () => {
    const now = take();
    if (now) void commit(now.record, now.days);
  };
  const nudge = (record: RecordData, days: number) => {
    const before = pending.current?.record.id === record.id ? take() : null;
    settle();
    const from = before?.record ?? record;
    const total = (before?.days ?? 0) + days;
    put(record.id, valuesAt(from, total));
    pending.current = { record: from, days: total, timer: window.setTimeout(settle, PAUSE) };
  };
  const cancel = (): boolean => {
    const now = take();
    if (now) back(now.record);
    return now !== null;
  };
  // Whoever leaves the page right after a press has moved it all the same.
  const leave = useRef(settle);
  leave.current = settle;
  useEffect(() => () => leave.current(), []);

  return {
    drop: (record: RecordData, days: number) => void commit(record, days),
    nudge,
    cancel,
    blocked,
    unblock: () => setBlocked(null),
  };
}
