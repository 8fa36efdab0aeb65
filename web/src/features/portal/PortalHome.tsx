/* SPDX-License-Identifier: Apache-2.0 */
/* A partner's home: what was brought, where it stands, and what is new. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { House, Inbox, Send } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMeta } from '@/api/meta';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { partOfDay } from '@/features/home/day';
import { latestQuery, linkOf, markRead } from '@/features/notifications/data';
import { formatMoney, formatMoneyWhole, formatNumber, formatPercent, formatRelative } from '@/lib/format';
import { toWallClock } from '@/lib/zone';
import { EmptyState, Skeleton } from '@/ui/bits';
import { buttonClass } from '@/ui/button';
import {
  leadsQuery,
  openKeys,
  partnerQuery,
  type Stage,
  type Stats,
  stagesQuery,
  statsQuery,
  statusCounts,
  sumOf,
  usePartnerId,
} from './data';
import { LeadRow, Lines, Panel } from './parts';

const LATEST = 6;
const NEWS = 6;

function Figure(props: { label: string; value: string; title?: string; hint: string; to: string }) {
  return (
    <Link
      to={props.to}
      title={props.title}
      className="flex min-w-0 flex-col rounded-xl bg-surface p-4 shadow-panel transition-colors hover:bg-subtle"
    >
      <span className="text-muted text-xs">{props.label}</span>
      <span className="mt-1 truncate font-semibold text-xl tabular-nums tracking-tight sm:text-2xl">
        {props.value}
      </span>
      <span className="mt-0.5 truncate text-faint text-xs">{props.hint}</span>
    </Link>
  );
}

function Figures({ stats, stages }: { stats: Stats; stages: Stage[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const open = openKeys(stages);
  const { totalLeads, leadsThisMonth, convertedLeads, conversionRate, wonDeals, wonAmount, currency } = stats;
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure
        label={t('portal.submitted')}
        value={formatNumber(totalLeads, locale)}
        hint={t('portal.thisMonth', { count: leadsThisMonth })}
        to="/leads"
      />
      <Figure
        label={t('portal.progress')}
        value={formatNumber(sumOf(statusCounts(stages, stats.leadsByStatus), open), locale)}
        hint={t('portal.progressHint')}
        to={`/leads?${new URLSearchParams({ 'status[in]': open })}`}
      />
      <Figure
        label={t('portal.converted')}
        value={formatNumber(convertedLeads, locale)}
        hint={t('portal.rate', {
          rate: conversionRate === null ? '–' : formatPercent(conversionRate * 100, locale),
        })}
        to="/leads?convertedAt[null]=false"
      />
      <Figure
        label={t('portal.won')}
        value={formatMoneyWhole(wonAmount, locale, currency)}
        title={formatMoney(wonAmount, locale, currency)}
        hint={t('portal.wonHint', { count: wonDeals })}
        to="/leads?dealStatus=won"
      />
    </div>
  );
}

function ByStatus({ stats, stages }: { stats: Stats; stages: Stage[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const counts = statusCounts(stages, stats.leadsByStatus);
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return (
    <Panel id="by-status" title={t('portal.byStatus')}>
      <ul className="flex flex-col gap-0.5 px-2 pt-1 pb-3">
        {counts.map(({ key, label, color, count }) => (
          <li key={key}>
            <Link
              to={`/leads?${new URLSearchParams({ status: key })}`}
              className="grid h-9 grid-cols-[7.5rem_minmax(0,1fr)_2rem] items-center gap-3 rounded-md px-2 hover:bg-hover"
            >
              <span className="truncate">{label}</span>
              <span aria-hidden className="h-2 overflow-hidden rounded-full bg-hover">
                <span
                  data-tone={color ?? 'gray'}
                  className="tone-dot block h-full rounded-full"
                  style={{ width: `${(count / most) * 100}%` }}
                />
              </span>
              <span className="text-right font-medium tabular-nums">{formatNumber(count, locale)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function News() {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const { data } = useQuery({ ...latestQuery, refetchInterval: 15_000 });
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: markRead,
    onSettled: () => client.invalidateQueries({ queryKey: ['notifications'] }),
  });
  const told = (data ?? []).filter((item) => item.title).slice(0, NEWS);
  return (
    <Panel id="news" title={t('portal.news')}>
      {!data ? (
        <Lines count={3} />
      ) : told.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-muted">{t('portal.newsNone')}</p>
      ) : (
        <ul className="pb-2">
          {told.map((item) => (
            <li key={item.id}>
              <Link
                to={linkOf(meta, item) ?? '/'}
                onClick={() => item.readAt === null && read.mutate(item.id)}
                className="flex items-start gap-2.5 px-4 py-2 hover:bg-hover"
              >
                <span
                  aria-hidden
                  className={`mt-1.5 size-1.5 shrink-0 rounded-full ${item.readAt ? 'bg-line-strong' : 'bg-accent'}`}
                />
                <span className={`min-w-0 flex-1 break-words ${item.readAt ? 'text-muted' : ''}`}>
                  {item.title}
                  {item.readAt === null && <span className="sr-only">, {t('notifications.unread')}</span>}
                </span>
                <time dateTime={item.createdAt} className="shrink-0 text-faint text-xs">
                  {formatRelative(item.createdAt, locale)}
                </time>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Latest({ partnerId }: { partnerId: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useInfiniteQuery(leadsQuery(partnerId, ''));
  const leads = data?.pages[0]?.data.slice(0, LATEST);
  return (
    <Panel
      id="latest"
      title={t('portal.latest')}
      side={
        leads?.length ? (
          <Link to="/leads" className="rounded text-muted text-xs hover:text-accent">
            {t('portal.all')}
          </Link>
        ) : undefined
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : !leads ? (
        <Lines count={5} />
      ) : leads.length === 0 ? (
        <NoLeads />
      ) : (
        <ul className="pb-2">
          {leads.map((lead) => (
            <LeadRow key={lead.id} lead={lead} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function NoLeads() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={<Inbox size={20} aria-hidden />} title={t('portal.none')} text={t('portal.noneText')}>
      <SubmitLink />
    </EmptyState>
  );
}

export function SubmitLink({ small }: { small?: boolean }) {
  const { t } = useTranslation();
  return (
    <Link to="/leads/new" className={buttonClass('primary', small ? 'sm' : 'md')}>
      <Send size={14} aria-hidden />
      {t('portal.submit')}
    </Link>
  );
}

export function PortalHome() {
  const { t } = useTranslation();
  const { user, organization } = useMeta();
  const locale = useLocale();
  const id = usePartnerId();
  const { data: partner } = useQuery(partnerQuery(id));
  const stats = useQuery(statsQuery(id));
  const stages = useQuery(stagesQuery);
  const part = partOfDay(Number(toWallClock(new Date().toISOString(), locale.timeZone).slice(11, 13)));
  const error = stats.error ?? stages.error;
  return (
    <>
      <PageHead
        name={t('nav.home')}
        icon={<House size={16} strokeWidth={1.75} aria-hidden />}
        title={<span className="font-semibold text-base">{t('nav.home')}</span>}
      >
        <SubmitLink small />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas/40">
        <div className="mx-auto flex max-w-6xl flex-col gap-4 p-4 md:p-6">
          <div>
            <h1 className="font-semibold text-xl tracking-tight">
              {t(`home.${part}`, { name: user.firstName })}
            </h1>
            <p className="min-h-5 text-muted text-sm">
              {partner &&
                t('portal.sub', { partner: String(partner['name']), organization: organization.name })}
            </p>
          </div>
          {error ? (
            <ErrorNotice error={error} onRetry={() => void stats.refetch()} />
          ) : stats.data && stages.data ? (
            <Figures stats={stats.data} stages={stages.data} />
          ) : (
            <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
              {[0, 1, 2, 3].map((tile) => (
                <Skeleton key={tile} className="h-24 rounded-xl" />
              ))}
            </div>
          )}
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <Latest partnerId={id} />
            <div className="flex min-w-0 flex-col gap-4">
              {stats.data && stages.data && stats.data.totalLeads > 0 && (
                <ByStatus stats={stats.data} stages={stages.data} />
              )}
              <News />
            </div>
          </div>
        </div>
      </div>
    </>
  );
}
