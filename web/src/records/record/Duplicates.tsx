/* SPDX-License-Identifier: Apache-2.0 */
/* A hint that the record may be there twice, and the way to make one of both. */

import { queryOptions, useQuery } from '@tanstack/react-query';
import { Copy, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '@/api/client';
import { findField, may } from '@/api/meta';
import type { EntityMeta, RecordData } from '@/api/types';
import { titleOf } from '@/lib/title';
import { Button } from '@/ui/button';

const MergeRecords = lazy(() => import('./MergeRecords'));

export type Duplicate = {
  record: RecordData;
  score: number;
  reasons: { how: string; fields: string[] }[];
};

/** Entities that tell records apart by more than their id. */
const told = new Set(['company', 'contact', 'lead']);

function duplicatesQuery(entity: EntityMeta, id: string, wanted: boolean) {
  return queryOptions({
    queryKey: ['duplicates', entity.name, id],
    queryFn: ({ signal }) => get<Duplicate[]>(`${entity.path}/${id}/duplicates`, signal),
    enabled: wanted,
    staleTime: 60_000,
  });
}

export function Duplicates({ entity, record }: { entity: EntityMeta; record: RecordData }) {
  const { t } = useTranslation();
  const wanted = told.has(entity.name) && may(entity, 'merge') && !record['deletedAt'];
  const { data } = useQuery(duplicatesQuery(entity, record.id, wanted));
  const [merging, setMerging] = useState<Duplicate | null>(null);
  const [dismissed, setDismissed] = useState(false);
  const first = data?.[0];
  if (!first || dismissed) return null;
  const why = first.reasons
    .flatMap((reason) => reason.fields.map((name) => findField(entity, name)?.label ?? name))
    .map((label) => label.toLowerCase());
  return (
    <div
      role="note"
      className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b bg-warn-soft px-4 py-2"
    >
      <Copy size={14} className="shrink-0 text-warn" aria-hidden />
      <p className="min-w-0 flex-1">
        {t('duplicates.hint', { title: titleOf(entity, first.record), why: [...new Set(why)].join(', ') })}
        {data.length > 1 && ` ${t('duplicates.others', { count: data.length - 1 })}`}
      </p>
      <Button size="sm" onClick={() => setMerging(first)}>
        {t('duplicates.review')}
      </Button>
      <Button
        size="iconSm"
        look="ghost"
        aria-label={t('duplicates.dismiss')}
        onClick={() => setDismissed(true)}
      >
        <X size={14} aria-hidden />
      </Button>
      {merging && (
        <Suspense fallback={null}>
          <MergeRecords entity={entity} record={record} others={data} onDone={() => setMerging(null)} />
        </Suspense>
      )}
    </div>
  );
}
