/* SPDX-License-Identifier: Apache-2.0 */
/* The one record page, for every entity: facts above, fields at the left, history and related lists at the right. */

import '@/i18n/records';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { findBySlug, findField, useMeta } from '@/api/meta';
import { recordQuery } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { NotFound } from '@/app/NotFound';
import { PageLoading } from '@/app/PageLoading';
import { useSteps } from '@/features/flows/FlowBar';
import { hasPlan, ownListFor, panelFor, tabsFor } from '@/features/panels';
import { word } from '@/i18n';
import { cn } from '@/lib/cn';
import { useNarrow } from '@/lib/narrow';
import { Skeleton } from '@/ui/bits';
import { rowsOf } from '../nested';
import { isParticular, relatedOf } from '../related';
import { Timeline } from '../timeline/Timeline';
import { DetailsPanel } from './DetailsPanel';
import { Duplicates } from './Duplicates';
import { Facts } from './Facts';
import { NestedPanel } from './NestedPanel';
import { RecordActions, RecordHead } from './RecordHead';
import { RelatedCount, RelatedList, useRelatedTotals } from './RelatedList';
import { type Tab, TabBar } from './Tabs';
import type { Tagged } from './useSave';

function Count({ of }: { of: number }) {
  return of > 0 && <span className="text-faint text-xs tabular-nums">{of}</span>;
}

/** Lists that show even while they are empty: what one adds to most. */
const always = new Set(['contacts', 'deals', 'events', 'projects', 'tasks']);
/** Lists that wait behind "More" even when they hold something: the timeline or the account tells of it. */
const seldom = new Set(['activities', 'payments', 'delivery-notes']);

/** What carries no versions has no history either: the change log itself, and notifications. */
const hasHistory = (entity: EntityMeta): boolean => findField(entity, 'version') !== undefined;

const isDocument = (entity: EntityMeta): boolean =>
  entity.nested?.some((part) => panelFor(entity, part)) ?? false;

function useTabs(entity: EntityMeta, tagged: Tagged, wanted: string | null): Tab[] {
  const { t } = useTranslation();
  const meta = useMeta();
  const record = tagged.data;
  const related = useMemo(() => relatedOf(meta, entity), [meta, entity]);
  const totals = useRelatedTotals(related, record.id);
  const nested = (entity.nested ?? []).map((part): Tab => {
    const Panel = panelFor(entity, part) ?? NestedPanel;
    return {
      key: part.name,
      label: part.label,
      count: <Count of={rowsOf(part, record).length} />,
      body: <Panel key={part.name} entity={entity} nested={part} tagged={tagged} />,
    };
  });
  const own = tabsFor(entity).map(
    ({ key, Body }): Tab => ({
      key,
      label: word(`panel.${key}`),
      body: <Body entity={entity} tagged={tagged} />,
    }),
  );
  const timeline: Tab[] = hasHistory(entity)
    ? [{ key: 'timeline', label: t('record.timeline'), body: <Timeline entity={entity} record={record} /> }]
    : [];
  const lists = related.flatMap((item, index): (Tab & { isOwn: boolean })[] => {
    const empty = !((totals[index]?.total ?? 0) > 0);
    if (empty && isParticular(item) && item.key !== wanted) return [];
    const List = ownListFor(entity, item);
    const isQuiet = empty ? !always.has(item.key) : seldom.has(item.key);
    return [
      {
        key: item.key,
        label: item.label,
        isOwn: List !== undefined,
        quiet: !List && isQuiet,
        count: <RelatedCount total={totals[index]} />,
        body: List ? <List related={item} record={record} /> : <RelatedList related={item} record={record} />,
      },
    ];
  });
  // A document is its lines, an event its plan: they come before what happened to it.
  const plan = lists.filter((list) => list.isOwn);
  const others = lists.filter((list) => !list.isOwn);
  return isDocument(entity)
    ? [...nested, ...timeline, ...own, ...lists]
    : [...plan, ...timeline, ...nested, ...own, ...others];
}

function Body({ entity, tagged }: { entity: EntityMeta; tagged: Tagged }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [params, setParams] = useSearchParams();
  const wanted = params.get('tab');
  const parts = useTabs(entity, tagged, wanted);
  const details: Tab = {
    key: 'details',
    label: t('record.details'),
    body: <DetailsPanel entity={entity} tagged={tagged} />,
  };
  const tabs = narrow ? [details, ...parts] : parts;
  if (parts.length === 0) return <div className="min-h-0 flex-1 overflow-y-auto">{details.body}</div>;
  const current = tabs.find((tab) => tab.key === wanted) ?? tabs[0];
  return (
    <div className="flex min-h-0 flex-1">
      {!narrow && (
        // A document needs the room for its lines, an event for its plan.
        <div
          className={cn(
            'flex shrink-0 flex-col border-line border-r',
            isDocument(entity) || hasPlan(entity) ? 'w-76' : 'w-90',
          )}
        >
          {details.body}
        </div>
      )}
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
          <Suspense fallback={<PageLoading />}>{current?.body}</Suspense>
        </div>
      </div>
    </div>
  );
}

function Loaded({ entity, tagged }: { entity: EntityMeta; tagged: Tagged }) {
  const { t } = useTranslation();
  const record = tagged.data;
  const steps = useSteps(entity, record, tagged.etag);
  return (
    <>
      <RecordHead entity={entity} record={record}>
        <RecordActions entity={entity} record={record} steps={steps} />
      </RecordHead>
      {record['deletedAt'] && (
        <p className="border-line border-b bg-warn-soft px-4 py-2 text-warn">{t('record.deletedNotice')}</p>
      )}
      <Duplicates key={record.id} entity={entity} record={record} />
      <Facts entity={entity} record={record} onStep={steps.start} />
      <Body entity={entity} tagged={tagged} />
    </>
  );
}

function RecordView({ entity, id }: { entity: EntityMeta; id: string }) {
  const { data, error, refetch } = useQuery(recordQuery(entity, id));
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data) return <Loaded entity={entity} tagged={data} />;
  return (
    <>
      <RecordHead entity={entity} record={undefined} />
      <div className="flex flex-col gap-4 p-5">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} className="h-4 w-72 max-w-full" />
        ))}
      </div>
    </>
  );
}

export function RecordPage() {
  const { entity: slug, id } = useParams();
  const entity = findBySlug(useMeta(), slug ?? '');
  return entity && id ? <RecordView key={id} entity={entity} id={id} /> : <NotFound />;
}
