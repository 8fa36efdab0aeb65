/* SPDX-License-Identifier: Apache-2.0 */
/* The record's history: what people did and what was changed, the latest first, to be filtered and added to. */

import { History } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { cn } from '@/lib/cn';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { ActivityEntry } from './ActivityEntry';
import { ChangeEntry } from './ChangeEntry';
import { Composer } from './Composer';
import { filters, type TimelineFilter } from './streams';
import { Upcoming } from './Upcoming';
import { useTimeline } from './useTimeline';

function FilterBar({ at, onPick }: { at: TimelineFilter; onPick: (filter: TimelineFilter) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset aria-label={t('timeline.filter')} className="flex flex-wrap gap-1 px-5 pt-4">
      {filters.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={at === filter}
          onClick={() => onPick(filter)}
          className={cn(
            'h-6 rounded-full px-2.5 text-xs',
            at === filter ? 'bg-active font-medium text-text' : 'text-muted hover:bg-hover hover:text-text',
          )}
        >
          {t(`timeline.filters.${filter}`)}
        </button>
      ))}
    </fieldset>
  );
}

export function Timeline({ entity, record }: { entity: EntityMeta; record: RecordData }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<TimelineFilter>('all');
  const { about, entries, waits, error, retry, more, fetching, fetchMore } = useTimeline(
    entity,
    record.id,
    filter,
  );
  if (error) return <ErrorNotice error={error} onRetry={retry} />;
  return (
    <>
      {about && !record['deletedAt'] && <Composer entity={entity} record={record} />}
      {about && <Upcoming entity={entity} record={record} />}
      {about && <FilterBar at={filter} onPick={setFilter} />}
      {waits ? (
        <div className="flex flex-col gap-5 p-5">
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-4 w-80 max-w-full" />
          ))}
        </div>
      ) : entries.length === 0 ? (
        <EmptyState
          icon={<History size={20} aria-hidden />}
          title={t('timeline.empty')}
          text={t(filter === 'all' ? 'timeline.emptyText' : 'timeline.emptyFiltered')}
        />
      ) : (
        <ol className="max-w-3xl p-5 pt-4">
          {entries.map((entry) =>
            entry.kind === 'change' ? (
              <ChangeEntry key={entry.change.id} entity={entity} change={entry.change} record={record} />
            ) : (
              <ActivityEntry key={entry.activity.id} entity={entity} activity={entry.activity} />
            ),
          )}
        </ol>
      )}
      {more && (
        <div className="px-5 pb-5">
          <Button size="sm" busy={fetching} onClick={fetchMore}>
            {t('timeline.older')}
          </Button>
        </div>
      )}
    </>
  );
}
