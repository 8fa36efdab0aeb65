/* SPDX-License-Identifier: Apache-2.0 */
/* Saving an edited record: only what changed, only on top of the version it was read at. */

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { recordQuery, refreshRecords, updateRecord } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { toBody } from '@/fields/value';
import { t } from '@/i18n';
import { toast } from '@/ui/toast';
import { type Conflict, changedValues, conflictsOf } from '../merge';
import { type JsonValues, type RecordForm, showRefusal, valuesOf } from './form';

/** A record and the tag of the version it was read at. */
export type Tagged = { data: RecordData; etag: string | null };
export type Merging = { conflicts: Conflict[]; theirs: Tagged; mine: JsonValues };

export function useSave(entity: EntityMeta, tagged: Tagged, fields: FieldMeta[], form: RecordForm) {
  const record = tagged.data;
  const client = useQueryClient();
  const [merging, setMerging] = useState<Merging | null>(null);
  const [busy, setBusy] = useState(false);
  // The record as it was when editing began; a background refresh must not move the goal posts.
  const base = useRef(tagged);
  if (!form.formState.isDirty && !merging) base.current = tagged;

  const settle = () => refreshRecords(client);

  const merge = async (mine: JsonValues) => {
    const fresh = await client.fetchQuery({ ...recordQuery(entity, record.id), staleTime: 0 });
    setMerging({ conflicts: conflictsOf(fields, base.current.data, fresh.data, mine), theirs: fresh, mine });
  };

  const send = async (mine: JsonValues, onto: Tagged) => {
    setBusy(true);
    try {
      await updateRecord(entity, record.id, toBody(fields, mine), onto.etag);
      setMerging(null);
      const fresh = await client.fetchQuery({ ...recordQuery(entity, record.id), staleTime: 0 });
      form.reset(valuesOf(fields, fresh.data));
      toast.good(t('record.saved'));
      await settle();
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) await merge(mine);
      else {
        setMerging(null);
        showRefusal(form, fields, error);
      }
    } finally {
      setBusy(false);
    }
  };

  const save = form.handleSubmit(async (values) => {
    const mine = changedValues(fields, base.current.data, values as JsonValues);
    if (Object.keys(mine).length) await send(mine, base.current);
    else form.reset(valuesOf(fields, record));
  });

  const resolve = async (chosen: JsonValues) => {
    if (!merging) return;
    const mine = changedValues(fields, merging.theirs.data, { ...merging.mine, ...chosen });
    await send(mine, merging.theirs);
  };

  return { save: () => void save(), busy, merging, resolve, cancelMerge: () => setMerging(null) };
}
