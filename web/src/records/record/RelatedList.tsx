/* SPDX-License-Identifier: Apache-2.0 */
/* Records that refer to the one on the page. */

import { useQueries, useQuery } from '@tanstack/react-query';
import { ArrowUpRight, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findField, may, slugOf } from '@/api/meta';
import { includesOf, listQuery } from '@/api/records';
import type { Pagination, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { EntityIcon } from '@/app/icons';
import { useLocale } from '@/app/locale';
import { creating } from '@/app/stores';
import { formatTotal } from '@/lib/format';
import { useNarrow } from '@/lib/narrow';
import { EmptyState } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { shownFields } from '../columns';
import { RecordCards } from '../list/Cards';
import { RecordTable } from '../list/Table';
import type { Related } from '../related';

const LIMIT = 25;

const fieldsOf = (related: Related) =>
  shownFields(related.entity, null).filter((field) => field.name !== related.field.name);

function relatedQuery(related: Related, id: string) {
  const params = new URLSearchParams({ [related.field.name]: id, limit: String(LIMIT) });
  // Parts that somebody put in an order are shown in it, unless the entity knows a better one.
  const { entity } = related;
  const position = findField(entity, 'position');
  const isPlain = !entity.defaultSort || entity.defaultSort === '-createdAt';
  if (isPlain && position?.type === 'integer' && position.sortable) params.set('sort', 'position');
  const include = includesOf(fieldsOf(related));
  if (include) params.set('include', include);
  return listQuery(entity, params.toString());
}

/** How many each list holds; the answers are the lists themselves, so that a tab opens at once. */
export function useRelatedTotals(all: Related[], id: string): (Pagination | undefined)[] {
  return useQueries({
    queries: all.map((related) => relatedQuery(related, id)),
    combine: (results) => results.map((result) => result.data?.pagination),
  });
}

export function RelatedCount({ total }: { total: Pagination | undefined }) {
  const locale = useLocale();
  if (!total?.total) return null;
  return (
    <span className="text-faint text-xs tabular-nums">
      {formatTotal(total.total, total.totalIsEstimate, locale)}
    </span>
  );
}

export function RelatedList({ related, record }: { related: Related; record: RecordData }) {
  const { t } = useTranslation();
  const fields = useMemo(() => fieldsOf(related), [related]);
  const list = useQuery(relatedQuery(related, record.id));
  const narrow = useNarrow();
  const { entity, field } = related;
  const rows = list.data?.data;
  const add = may(entity, 'create') && !field.readOnly && (
    <Button
      size="sm"
      look={rows?.length ? 'ghost' : 'primary'}
      onClick={() => creating.set({ entity: entity.name, defaults: { [field.name]: record.id } })}
    >
      <Plus size={14} aria-hidden />
      {t('record.add', { entity: entity.label.toLowerCase() })}
    </Button>
  );
  if (list.error) return <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (rows?.length === 0) {
    return (
      <EmptyState
        icon={<EntityIcon entity={entity} size={20} />}
        title={t('record.noRelated', { entities: entity.labelPlural.toLowerCase() })}
        text={t('record.noRelatedText')}
      >
        {add}
      </EmptyState>
    );
  }
  return (
    <>
      <div className="flex h-10 items-center justify-end gap-1 border-line border-b px-3">
        <Link to={`/${slugOf(entity)}?${field.name}=${record.id}`} className={buttonClass('ghost', 'sm')}>
          {t('record.more')}
          <ArrowUpRight size={14} aria-hidden />
        </Link>
        {add}
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {narrow ? (
          <RecordCards entity={entity} fields={fields} rows={rows} />
        ) : (
          <RecordTable entity={entity} fields={fields} rows={rows} />
        )}
      </div>
    </>
  );
}
