/* SPDX-License-Identifier: Apache-2.0 */
/* The one record page, for every entity: fields at the left, history and related lists at the right. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronRight, Ellipsis, Link2, Trash2 } from 'lucide-react';
import { type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { ApiError } from '@/api/client';
import { findBySlug, may, slugOf, useMeta } from '@/api/meta';
import { deleteRecord, recordPath, recordQuery, restoreRecord } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useHotkeys } from '@/app/hotkeys';
import { EntityIcon } from '@/app/icons';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { RecordName } from '@/fields/shared/record';
import { cn } from '@/lib/cn';
import { useNarrow } from '@/lib/narrow';
import { titleOf } from '@/lib/title';
import { Skeleton } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { rowsOf } from '../nested';
import { isParticular, relatedOf } from '../related';
import { DetailsPanel } from './DetailsPanel';
import { NestedPanel } from './NestedPanel';
import { RelatedCount, RelatedList, useRelatedTotals } from './RelatedList';
import { Timeline } from './Timeline';
import type { Tagged } from './useSave';

function useTrash(entity: EntityMeta, record: RecordData) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const title = titleOf(entity, record) || entity.label;
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['list'] }),
      client.invalidateQueries({ queryKey: ['overview'] }),
      client.invalidateQueries({ queryKey: ['record', entity.name, record.id] }),
      client.invalidateQueries({ queryKey: ['timeline', entity.name, record.id] }),
    ]);
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      toast.bad(error instanceof ApiError ? error.message : t('error.unknown'));
    }
  };
  const restore = () =>
    attempt(async () => {
      await restoreRecord(entity, record.id);
      toast.good(t('record.restored', { title }));
      await refresh();
      await navigate(recordPath(entity, record.id));
    });
  const remove = () =>
    attempt(async () => {
      await deleteRecord(entity, record.id);
      client.removeQueries({ queryKey: ['record', entity.name, record.id] });
      await navigate(`/${slugOf(entity)}`);
      toast.good(t('record.deleted', { title }), {
        action: { label: t('action.undo'), run: () => void restore() },
      });
      await refresh();
    });
  return { remove, restore };
}

function Head({ entity, record }: { entity: EntityMeta; record: RecordData | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useHotkeys({ Escape: () => void navigate(`/${slugOf(entity)}`) });
  return (
    <PageHead
      name={record ? titleOf(entity, record) || entity.label : entity.label}
      title={
        <>
          <Link
            to={`/${slugOf(entity)}`}
            className="flex shrink-0 items-center gap-2 rounded-sm text-muted hover:text-text"
          >
            <EntityIcon entity={entity} />
            <span className="max-sm:sr-only">{entity.labelPlural}</span>
          </Link>
          <ChevronRight size={14} className="shrink-0 text-faint" aria-hidden />
          <h1 className="min-w-0 truncate font-semibold text-base">
            {record ? (
              titleOf(entity, record) ? (
                <RecordName entity={entity} record={record} />
              ) : (
                t('list.untitled')
              )
            ) : (
              <Skeleton className="h-4 w-40" />
            )}
          </h1>
        </>
      }
    >
      {record && <HeadMenu entity={entity} record={record} />}
    </PageHead>
  );
}

function HeadMenu({ entity, record }: { entity: EntityMeta; record: RecordData }) {
  const { t } = useTranslation();
  const trash = useTrash(entity, record);
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.href);
    toast.good(t('action.copied'));
  };
  if (record['deletedAt'])
    return (
      <Button size="sm" onClick={() => void trash.restore()}>
        {t('record.restore')}
      </Button>
    );
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" aria-label={t('action.more')} className={buttonClass('ghost', 'iconSm')}>
          <Ellipsis size={16} aria-hidden />
        </button>
      }
    >
      <MenuItem onClick={() => void copy()}>
        <Link2 size={14} className="text-muted" aria-hidden />
        {t('action.copyLink')}
      </MenuItem>
      {may(entity, 'delete') && (
        <MenuItem danger onClick={() => void trash.remove()}>
          <Trash2 size={14} aria-hidden />
          {t('action.delete')}
        </MenuItem>
      )}
    </Menu>
  );
}

type Tab = { key: string; label: string; count?: ReactNode; body: ReactNode };

function TabBar({ tabs, at, onTab }: { tabs: Tab[]; at: string; onTab: (key: string) => void }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const move = (step: number) => {
    const index = tabs.findIndex((tab) => tab.key === at);
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (!next) return;
    onTab(next.key);
    bar.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.key)}"]`)?.focus();
  };
  return (
    <div
      ref={bar}
      role="tablist"
      aria-label={t('record.tabs')}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') move(1);
        if (event.key === 'ArrowLeft') move(-1);
      }}
      className="flex h-11 shrink-0 items-stretch gap-1 overflow-x-auto border-line border-b px-3 [scrollbar-width:none]"
    >
      {tabs.map((tab) => (
        <button
          key={tab.key}
          data-tab={tab.key}
          type="button"
          role="tab"
          id={`tab-${tab.key}`}
          aria-selected={tab.key === at}
          aria-controls={tab.key === at ? 'tab-panel' : undefined}
          tabIndex={tab.key === at ? 0 : -1}
          onClick={() => onTab(tab.key)}
          className={cn(
            'relative flex shrink-0 items-center gap-1.5 px-2 text-sm outline-offset-[-4px]',
            tab.key === at
              ? 'font-medium text-text after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full after:bg-accent'
              : 'text-muted hover:text-text',
          )}
        >
          {tab.label}
          {tab.count}
        </button>
      ))}
    </div>
  );
}

function Count({ of }: { of: number }) {
  return of > 0 && <span className="text-faint text-xs tabular-nums">{of}</span>;
}

function Body({ entity, tagged }: { entity: EntityMeta; tagged: Tagged }) {
  const record = tagged.data;
  const { t } = useTranslation();
  const meta = useMeta();
  const narrow = useNarrow();
  const [params, setParams] = useSearchParams();
  const related = useMemo(() => relatedOf(meta, entity), [meta, entity]);
  const totals = useRelatedTotals(related, record.id);
  const wanted = params.get('tab');
  const details: Tab = {
    key: 'details',
    label: t('record.details'),
    body: <DetailsPanel entity={entity} tagged={tagged} />,
  };
  const tabs: Tab[] = [
    ...(narrow ? [details] : []),
    { key: 'timeline', label: t('record.timeline'), body: <Timeline entity={entity} record={record} /> },
    ...(entity.nested ?? []).map((nested) => ({
      key: nested.name,
      label: nested.label,
      count: <Count of={rowsOf(nested, record).length} />,
      body: <NestedPanel key={nested.name} entity={entity} nested={nested} tagged={tagged} />,
    })),
    ...related
      .map((item, index) => ({
        key: item.key,
        label: item.label,
        shown: !isParticular(item) || item.key === wanted || (totals[index]?.total ?? 0) > 0,
        count: <RelatedCount total={totals[index]} />,
        body: <RelatedList related={item} record={record} />,
      }))
      .filter((tab) => tab.shown),
  ];
  const current = tabs.find((tab) => tab.key === wanted) ?? tabs[0];
  return (
    <div className="flex min-h-0 flex-1">
      {!narrow && <div className="flex w-95 shrink-0 flex-col border-line border-r">{details.body}</div>}
      <div className="flex min-w-0 flex-1 flex-col">
        <TabBar
          tabs={tabs}
          at={current?.key ?? ''}
          onTab={(key) => setParams(key === tabs[0]?.key ? {} : { tab: key }, { replace: true })}
        />
        <div
          id="tab-panel"
          role="tabpanel"
          aria-labelledby={`tab-${current?.key}`}
          className="flex min-h-0 flex-1 flex-col overflow-y-auto"
        >
          {current?.body}
        </div>
      </div>
    </div>
  );
}

function RecordView({ entity, id }: { entity: EntityMeta; id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(recordQuery(entity, id));
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Head entity={entity} record={data?.data} />
      {data?.data['deletedAt'] && (
        <p className="border-line border-b bg-warn-soft px-4 py-2 text-warn">{t('record.deletedNotice')}</p>
      )}
      {data ? (
        <Body entity={entity} tagged={data} />
      ) : (
        <div className="flex flex-col gap-4 p-5">
          {[0, 1, 2, 3, 4, 5].map((row) => (
            <Skeleton key={row} className="h-4 w-72 max-w-full" />
          ))}
        </div>
      )}
    </>
  );
}

export function RecordPage() {
  const { entity: slug, id } = useParams();
  const entity = findBySlug(useMeta(), slug ?? '');
  return entity && id ? <RecordView key={id} entity={entity} id={id} /> : <NotFound />;
}
