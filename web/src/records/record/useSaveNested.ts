/* SPDX-License-Identifier: Apache-2.0 */
/* Saving an array whole, only on top of the version it was read at. */

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { recordQuery, refreshRecords, updateRecord } from '@/api/records';
import type { EntityMeta, NestedMeta } from '@/api/types';
import { sameValue } from '@/fields/value';
import { t } from '@/i18n';
import { ask } from '@/ui/ask';
import { toast } from '@/ui/toast';
import { elementsOf, placeDetails, type Row, type RowErrors } from '../nested';
import type { Tagged } from './useSave';

function refused(nested: NestedMeta, rows: Row[], error: unknown): RowErrors {
  if (!(error instanceof ApiError)) {
    toast.bad(t('error.unknown'));
    return {};
  }
  const { errors, loose } = placeDetails(nested, rows, error.details);
  if (loose.length)
    toast.bad(error.message, {
      description: loose
        .map((d) => (d.field === nested.name ? d.message : `${d.field}: ${d.message}`))
        .join('\n'),
    });
  else if (error.details.length === 0) toast.bad(error.message);
  return errors;
}

export function useSaveNested(entity: EntityMeta, nested: NestedMeta, tagged: Tagged) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  // The record as it was when editing began, whatever is read meanwhile.
  const base = useRef(tagged);

  /** What is wrong with the rows; null when they are saved. */
  const save = async (rows: Row[]): Promise<RowErrors | null> => {
    const { elements, errors } = elementsOf(nested, rows);
    if (Object.keys(errors).length) return errors;
    setBusy(true);
    const send = async (onto: Tagged) => {
      await updateRecord(entity, onto.data.id, { [nested.name]: elements }, onto.etag);
      await refreshRecords(client);
      toast.good(t('record.saved'));
    };
    try {
      await send(base.current).catch(async (error) => {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        const fresh = await client.fetchQuery({
          ...recordQuery(entity, base.current.data.id),
          staleTime: 0,
        });
        // Who changed other fields of the record is in nobody's way.
        const same = sameValue(fresh.data[nested.name], base.current.data[nested.name]);
        if (!same) throw new Stale(fresh);
        await send(fresh);
      });
      return null;
    } catch (error) {
      if (!(error instanceof Stale)) return refused(nested, rows, error);
      const mine = await ask({
        title: t('nested.stale'),
        text: t('nested.staleText', { rows: nested.label.toLowerCase() }),
        yes: t('nested.keepMine'),
        danger: true,
      });
      if (!mine) return {};
      return await send(error.fresh)
        .then(() => null)
        .catch((refusal) => refused(nested, rows, refusal));
    } finally {
      setBusy(false);
    }
  };
  return { save, busy };
}

/** Somebody else changed the same rows. */
class Stale extends Error {
  constructor(readonly fresh: Tagged) {
    super();
  }
}
