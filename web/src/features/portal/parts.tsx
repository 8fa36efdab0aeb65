/* SPDX-License-Identifier: Apache-2.0 */
/* What several pages of the portal show: the status of a lead, what came of it, a line of the list. */

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLocale } from '@/app/locale';
import { formatDate, formatMoney } from '@/lib/format';
import { todayIn } from '@/lib/zone';
import { Skeleton, Tag } from '@/ui/bits';
import { type Lead, leadName, stagesQuery } from './data';

export function Status({ lead }: { lead: Lead }) {
  const { data } = useQuery(stagesQuery);
  const stage = data?.find(({ id }) => id === lead.stageId);
  return data ? (
    <Tag tone={stage?.color ?? null} dot>
      {stage?.name ?? lead.status}
    </Tag>
  ) : (
    <Skeleton className="h-5 w-20" />
  );
}

export function Outcome({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (!lead.convertedAt) return null;
  if (lead.dealStatus === 'won' && lead.wonAmount !== null)
    return (
      <span className="font-medium tabular-nums">
        {formatMoney(lead.wonAmount, locale, lead.wonCurrency ?? undefined)}
      </span>
    );
  return <span className="text-muted">{lead.dealStatus ? t(`portal.deal.${lead.dealStatus}`) : ''}</span>;
}

/** The day on which something happened, by the organisation's calendar. */
export function useDay(): (at: string) => string {
  const locale = useLocale();
  return (at) => formatDate(todayIn(locale.timeZone, new Date(at)), locale);
}

export function LeadRow({ lead, by }: { lead: Lead; by?: string | undefined }) {
  const day = useDay();
  return (
    <li>
      <Link
        to={`/leads/${lead.id}`}
        className="grid min-h-13 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2 hover:bg-hover md:grid-cols-[minmax(0,1fr)_9rem_8rem_8rem]"
      >
        <span className="min-w-0">
          <span className="block truncate font-medium">{leadName(lead)}</span>
          <span className="block truncate text-muted text-xs">{lead.company}</span>
        </span>
        <span className="justify-self-end md:justify-self-start">
          <Status lead={lead} />
        </span>
        <span className="text-right max-md:order-4 max-md:text-xs">
          <Outcome lead={lead} />
        </span>
        <span className="text-faint text-xs tabular-nums max-md:order-3 md:text-right">
          {day(lead.createdAt)}
          {by && <span className="block truncate">{by}</span>}
        </span>
      </Link>
    </li>
  );
}

export function Panel(props: { id: string; title: string; side?: ReactNode; children: ReactNode }) {
  return (
    <section aria-labelledby={props.id} className="min-w-0 rounded-xl bg-surface shadow-panel">
      <header className="flex min-h-11 items-center gap-2 px-4 pt-2">
        <h2 id={props.id} className="flex-1 font-semibold text-sm">
          {props.title}
        </h2>
        {props.side}
      </header>
      {props.children}
    </section>
  );
}

export function Lines({ count }: { count: number }) {
  return (
    <div className="flex flex-col gap-5 px-4 py-4">
      {Array.from({ length: count }, (_, line) => line).map((line) => (
        <Skeleton key={line} className="h-4 w-full" />
      ))}
    </div>
  );
}
