/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: who changed what and when, by day, and the way back. */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { formatDayLong } from '@/lib/format';
import { shiftDay, todayIn, toWallClock } from '@/lib/zone';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import './words';
import { auditQuery, changesetsQuery, type Group, groupsOf } from './data';
import { FilterRow } from './FilterRow';
import { type Filters, readFilters, toParams } from './filters';
import { GroupItem } from './GroupItem';
import { UndoDialog } from './UndoDialog';

type Day = { day: string; groups: Group[] };

function daysOf(groups: Group[], timeZone: string): Day[] {
  const days: Day[] = [];
  for (const group of groups) {
    const day = toWallClock(group.changes[0].at, timeZone).slice(0, 10);
    const last = days.at(-1);
    if (last?.day === day) last.groups.push(group);
    else days.push({ day, groups: [group] });
  }
  return days;
}

function DayName({ day }: { day: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const today = todayIn(locale.timeZone);
  const near = day === today ? t('audit.today') : day === shiftDay(today, -1) ? t('audit.yesterday') : '';
  const year = day.slice(0, 4) === today.slice(0, 4) ? '' : ` ${day.slice(0, 4)}`;
  return (
    <>
      {near && <span className="text-text">{near}, </span>}
      {formatDayLong(day, locale)}
      {year}
    </>
  );
}

function Log({ filters, onChange }: { filters: Filters; onChange: (part: Partial<Filters>) => void }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const { timeZone } = useLocale();
  const [undoing, setUndoing] = useState<{ id: string; what: string } | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditQuery(meta, filters),
  );
  const groups = groupsOf(data?.pages.flatMap((page) => page.data) ?? []);
  const { data: told } = useQuery(changesetsQuery(groups.flatMap((group) => group.changesetId ?? [])));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <div className="flex flex-col gap-7 p-5">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} className="h-5 w-full max-w-3xl" />
        ))}
      </div>
    );
  }
  if (groups.length === 0) {
    return (
      <EmptyState
        icon={<ScrollText size={20} aria-hidden />}
        title={t('audit.empty')}
        text={t('audit.emptyText')}
      />
    );
  }
  return (
    <div className="mx-auto max-w-4xl pb-8">
      {daysOf(groups, timeZone).map(({ day, groups: ofDay }) => (
        <section key={`${day} ${ofDay[0]?.key}`} aria-labelledby={`day-${ofDay[0]?.key}`}>
          <h2 id={`day-${ofDay[0]?.key}`} className="px-4 pt-5 pb-1 font-medium text-muted text-xs">
            <DayName day={day} />
          </h2>
          <ol>
            {ofDay.map((group) => (
              <GroupItem
                key={group.key}
                group={group}
                told={group.changesetId ? told?.get(group.changesetId) : undefined}
                whole={filters.changeset !== ''}
                onUndo={(what) => setUndoing({ id: group.key, what })}
                onOnly={onChange}
              />
            ))}
          </ol>
        </section>
      ))}
      {hasNextPage && (
        <div className="flex justify-center p-4">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('audit.more')}
          </Button>
        </div>
      )}
      {undoing && <UndoDialog {...undoing} onClose={() => setUndoing(null)} />}
    </div>
  );
}

export function Audit() {
  const { t } = useTranslation();
  const meta = useMeta();
  const [params, setParams] = useSearchParams();
  const log = findEntity(meta, 'change');
  if (!log || !may(log, 'read')) return <NotFound />;
  const filters = readFilters(params);
  const change = (part: Partial<Filters>) => setParams(toParams({ ...filters, ...part }));
  return (
    <>
      <PageHead
        name={t('nav.audit')}
        icon={<ScrollText size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.audit')}</h1>}
      />
      <FilterRow filters={filters} onChange={change} />
      <div className="min-h-0 flex-1 overflow-auto">
        <Log key={toParams(filters).toString()} filters={filters} onChange={change} />
      </div>
    </>
  );
}
