/* SPDX-License-Identifier: Apache-2.0 */
/* The trash: who deleted what and when, and the way back. */

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronsUpDown, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { messageOf } from '@/api/message';
import { findEntity, may, useMeta } from '@/api/meta';
import { recordPath, restoreRecord } from '@/api/records';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { EntityIcon } from '@/app/icons';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { IdName } from '@/fields/shared/record';
import { formatDateTime, formatRelative } from '@/lib/format';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Picker } from '@/ui/picker';
import { toast } from '@/ui/toast';
import { type Trashed, trashQuery } from './data';

const person: FieldMeta = { name: 'deletedById', label: '', type: 'reference', references: 'user' };

function Row({ item, entity }: { item: Trashed; entity: EntityMeta }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const title = item.title || t('trash.untitled', { entity: entity.label });
  const restore = async () => {
    setBusy(true);
    try {
      await restoreRecord(entity, item.id);
      toast.good(t('trash.restored', { title }), {
        action: { label: t('trash.open'), run: () => void navigate(recordPath(entity, item.id)) },
      });
      await client.invalidateQueries();
    } catch (error) {
      toast.bad(t('trash.failed', { title }), {
        description: messageOf(error),
      });
      setBusy(false);
    }
  };
  return (
    <li className="flex min-h-12 items-center gap-3 border-line border-b px-4 py-1.5 hover:bg-hover">
      <span className="shrink-0 text-muted">
        <EntityIcon entity={entity} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{title}</span>
        <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-faint text-xs">
          <span>{entity.label}</span>
          <span aria-hidden>·</span>
          <time dateTime={item.deletedAt} title={formatDateTime(item.deletedAt, locale)}>
            {formatRelative(item.deletedAt, locale)}
          </time>
          {item.purgeAt && (
            <span className="max-md:hidden" title={formatDateTime(item.purgeAt, locale)}>
              · {t('trash.purge', { when: formatRelative(item.purgeAt, locale) })}
            </span>
          )}
        </span>
      </span>
      <span className="w-44 min-w-0 shrink-0 truncate text-muted max-md:hidden">
        {item.deletedById && <IdName field={person} id={item.deletedById} />}
      </span>
      {may(entity, 'delete') && (
        <Button
          size="sm"
          busy={busy}
          onClick={() => void restore()}
          aria-label={t('trash.restoreOf', { title })}
        >
          {!busy && <RotateCcw size={14} aria-hidden />}
          <span className="max-sm:sr-only">{t('trash.restore')}</span>
        </Button>
      )}
    </li>
  );
}

function EntityPicker({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const { t } = useTranslation();
  const { entities } = useMeta();
  const options = entities
    .filter(
      (entity) =>
        !entity.nestedIn && may(entity, 'read') && entity.fields.some((f) => f.name === 'deletedAt'),
    )
    .map((entity) => ({ value: entity.name, label: entity.labelPlural }));
  return (
    <Picker
      align="end"
      label={t('trash.of')}
      options={options}
      selected={value ? [value] : []}
      onChange={([name]) => onChange(name ?? '')}
      footer={
        value ? (
          <Button look="ghost" size="sm" className="w-full" onClick={() => onChange('')}>
            {t('trash.everything')}
          </Button>
        ) : undefined
      }
      trigger={
        <Button size="sm">
          <span className="sr-only">{t('trash.of')}</span>
          {options.find((option) => option.value === value)?.label ?? t('trash.everything')}
          <ChevronsUpDown size={12} aria-hidden className="text-faint" />
        </Button>
      }
    />
  );
}

export function Trash() {
  const { t } = useTranslation();
  const meta = useMeta();
  const [params, setParams] = useSearchParams();
  const entity = params.get('entity') ?? '';
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    trashQuery(entity),
  );
  const rows = data?.pages.flatMap((page) => page.records) ?? [];
  return (
    <>
      <PageHead
        name={t('nav.trash')}
        icon={<Trash2 size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.trash')}</h1>}
      >
        <EntityPicker
          value={entity}
          onChange={(name) => setParams(name ? { entity: name } : {}, { replace: true })}
        />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-auto">
        {error ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <div className="flex flex-col gap-6 p-5">
            {[0, 1, 2, 3, 4].map((row) => (
              <Skeleton key={row} className="h-4 w-full" />
            ))}
          </div>
        ) : rows.length === 0 ? (
          <EmptyState
            icon={<Trash2 size={20} aria-hidden />}
            title={t('trash.empty')}
            text={t('trash.emptyText')}
          />
        ) : (
          <>
            <ul>
              {rows.map((item) => {
                const of = findEntity(meta, item.entity);
                return of && <Row key={item.id} item={item} entity={of} />;
              })}
            </ul>
            {hasNextPage && (
              <div className="flex justify-center p-4">
                <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {t('trash.more')}
                </Button>
              </div>
            )}
          </>
        )}
      </div>
    </>
  );
}
