/* SPDX-License-Identifier: Apache-2.0 */
/* Saving an array whole, only on top of the version it was read at. */

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { updateRecord } from '@/api/records';
import type { EntityMeta, NestedMeta } from '@/api/types';
import { t } from '@/i18n';
import { toast } from '@/ui/toast';
import { elementsOf, placeDetails, type Row, type RowErrors } from '../nested';
import type { Tagged } from './useSave';

function refused(nested: NestedMeta, rows: Row[], error: unknown): RowErrors {
  if (!(error instanceof ApiError)) {
    toast.bad(t('error.unknown'));
    return {};
  }
  if (error.status === 412) {
    toast.bad(t('nested.stale'));
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

  const settle = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['record', entity.name, tagged.data.id] }),
      client.invalidateQueries({ queryKey: ['timeline', entity.name, tagged.data.id] }),
      client.invalidateQueries({ queryKey: ['list'] }),
      client.invalidateQueries({ queryKey: ['overview'] }),
    ]);

  /** What is wrong with the rows; null when they are saved. */
  const save = async (rows: Row[]): Promise<RowErrors | null> => {
    const { elements, errors } = elementsOf(nested, rows);
    if (Object.keys(errors).length) return errors;
    setBusy(true);
    try {
      await updateRecord(entity, base.current.data.id, { [nested.name]: elements }, base.current.etag);
      await settle();
      toast.good(t('record.saved'));
      return null;
    } catch (error) {
      return refused(nested, rows, error);
    } finally {
      setBusy(false);
    }
  };
  return { save, busy };
}
