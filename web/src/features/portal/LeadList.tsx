/* SPDX-License-Identifier: Apache-2.0 */
/* All leads of the partner: found by a word, by status, or by what the figures of home lead to. */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Inbox, Search } from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMeta } from '@/api/meta';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { cn } from '@/lib/cn';
import { formatNumber } from '@/lib/format';
import { EmptyState } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { Input } from '@/ui/input';
import {
  type Lead,
  leadsQuery,
  peopleQuery,
  personName,
  stagesQuery,
  statsQuery,
  statusCounts,
  usePartnerId,
} from './data';
import { NoLeads, SubmitLink } from './PortalHome';
import { LeadRow, Lines } from './parts';

function Chips({ partnerId, at }: { partnerId: string; at: URLSearchParams }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const stages = useQuery(stagesQuery).data;
  const stats = useQuery(statsQuery(partnerId)).data;
  if (!stages || !stats || stats.totalLeads === 0) return null;
  const counts = statusCounts(stages, stats.leadsByStatus).filter(({ count }) => count > 0);
  const all = { key: '', label: t('portal.any'), count: stats.totalLeads };
  const filtered = [...at.keys()].some((key) => key !== 'q');
  return (
    <nav aria-label={t('portal.statuses')} className="-mx-1 flex gap-1 overflow-x-auto px-1 py-1">
      {[all, ...counts].map(({ key, label, count }) => {
        const here = key ? at.get('status') === key : !filtered;
        return (
          <Link
            key={key}
            to={key ? `/leads?${new URLSearchParams({ status: key })}` : '/leads'}
            aria-current={here ? 'page' : undefined}
            className={cn(
              'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full px-3 text-xs transition-colors',
              here
                ? 'bg-accent-soft font-medium text-accent-strong'
                : 'text-muted hover:bg-hover hover:text-text',
            )}
          >
            {label}
            <span className="tabular-nums opacity-80">{formatNumber(count, locale)}</span>
          </Link>
        );
      })}
    </nav>
  );
}

/** The word that is searched for lives in the address, a moment after it was typed. */
function useWord(): [string, (word: string) => void] {
  const [params, setParams] = useSearchParams();
  const [word, setWord] = useState(params.get('q') ?? '');
  const late = useDeferredValue(word.trim());
  useEffect(() => {
    const timer = setTimeout(() => {
      setParams(
        (now) => {
          if ((now.get('q') ?? '') === late) return now;
          const next = new URLSearchParams(now);
          if (late) next.set('q', late);
          else next.delete('q');
          return next;
        },
        { replace: true },
      );
    }, 200);
    return () => clearTimeout(timer);
  }, [late, setParams]);
  return [word, setWord];
}

/** Who submitted a lead, for an administrator, who sees the firm's people. */
function useSubmitters(partnerId: string): (lead: Lead) => string | undefined {
  const { can } = useMeta();
  const { data } = useQuery({ ...peopleQuery(partnerId), enabled: Boolean(can.invite) });
  return (lead) => {
    const person = data?.find(({ id }) => id === lead.createdBy);
    return person && personName(person);
  };
}

export function LeadList() {
  const { t } = useTranslation();
  const locale = useLocale();
  const partnerId = usePartnerId();
  const [params] = useSearchParams();
  const [word, setWord] = useWord();
  const leads = useInfiniteQuery(leadsQuery(partnerId, params.toString()));
  const submitter = useSubmitters(partnerId);
  const rows = leads.data?.pages.flatMap((page) => page.data);
  const total = leads.data?.pages[0]?.pagination.total ?? 0;
  return (
    <>
      <PageHead
        name={t('nav.leads')}
        icon={<Inbox size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.leads')}</h1>}
      >
        <SubmitLink small />
      </PageHead>
      <div className="flex shrink-0 flex-col gap-1 border-line border-b px-4 py-2 lg:flex-row lg:items-center lg:gap-3">
        <span className="relative lg:w-72 lg:shrink-0">
          <Search size={14} aria-hidden className="absolute top-2.25 left-2.5 text-faint" />
          <Input
            type="search"
            value={word}
            aria-label={t('portal.search')}
            placeholder={t('portal.search')}
            className="pl-8"
            onChange={(event) => setWord(event.target.value)}
          />
        </span>
        <Chips partnerId={partnerId} at={params} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto" aria-busy={leads.isPlaceholderData}>
        {leads.error && !rows ? (
          <ErrorNotice error={leads.error} onRetry={() => void leads.refetch()} />
        ) : !rows ? (
          <Lines count={8} />
        ) : rows.length === 0 ? (
          params.size ? (
            <EmptyState
              icon={<Search size={20} aria-hidden />}
              title={t('portal.noneFound')}
              text={t('portal.noneFoundText')}
            >
              <Link to="/leads" className={buttonClass('outline')} onClick={() => setWord('')}>
                {t('portal.showAll')}
              </Link>
            </EmptyState>
          ) : (
            <NoLeads />
          )
        ) : (
          <>
            <ul className="divide-y divide-line">
              {rows.map((lead) => (
                <LeadRow key={lead.id} lead={lead} by={submitter(lead)} />
              ))}
            </ul>
            <div className="flex items-center justify-center gap-3 border-line border-t py-3 text-faint text-xs">
              {t('portal.of', {
                shown: formatNumber(rows.length, locale),
                total: formatNumber(total, locale),
              })}
              {leads.hasNextPage && (
                <Button size="sm" busy={leads.isFetchingNextPage} onClick={() => void leads.fetchNextPage()}>
                  {t('portal.more')}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </>
  );
}
