/* SPDX-License-Identifier: Apache-2.0 */
/* How sales are doing: what was won and lost, what is open, where deals stand still, and who brings them. */

import { useQuery } from '@tanstack/react-query';
import { Handshake, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, may, useEntity, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { SalesOverview } from '@/api/types';
import { creating } from '@/app/stores';
import { formatPercent } from '@/lib/format';
import { EmptyState } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { ChartCard, type Figure, Tiles } from './Card';
import { type Chart, filterTo, listTo, type Tone } from './chart';
import { inOwn, type Partners, type Pipeline, reportQuery, type Velocity, type WonLost } from './data';
import { Beside, Report, type TabProps, Two, useFormats, useMonths } from './parts';
import { daysOfMonth, daysWithin, fillMonths, period } from './range';

const deals = (filters: Record<string, string | undefined>) => listTo('deals', filters);

type Data = { report: SalesOverview } & TabProps;

function Totals({ report, range, ownerId }: Data) {
  const { t } = useTranslation();
  const { locale, number, money, whole } = useFormats(report.currency);
  const { deals: all } = report;
  const closed = { ...daysWithin('closedAt', range), ownerId };
  const figures: Figure[] = [
    {
      label: t('overview.won'),
      value: whole(all.wonAmount),
      title: money(all.wonAmount),
      hint: t('overview.wonHint', { deals: number(all.won) }),
      to: deals({ status: 'won', ...closed }),
    },
    {
      label: t('overview.open'),
      value: whole(all.openAmount),
      title: money(all.openAmount),
      hint: t('overview.wonHint', { deals: number(all.open) }),
      to: deals({ status: 'open', ownerId }),
    },
    {
      label: t('overview.weighted'),
      value: whole(all.weightedAmount),
      title: money(all.weightedAmount),
      hint: t('overview.weightedHint'),
      to: deals({ status: 'open', ownerId }),
    },
    {
      label: t('overview.winRate'),
      value:
        all.winRate === null
          ? '–'
          : formatPercent(all.winRate <= 1 ? all.winRate * 100 : all.winRate, locale),
      hint: t('overview.winRateHint', { won: number(all.won), lost: number(all.lost) }),
      to: deals({ 'status[in]': 'won,lost', ...closed }),
    },
    {
      label: t('overview.deals'),
      value: number(all.total),
      hint: t('overview.dealsHint', { open: number(all.open) }),
      to: deals({ ownerId }),
    },
  ];
  return <Tiles figures={figures} />;
}

function useAmounts(currency: string, first: string, label: string, tone: Tone = 'first') {
  const { t } = useTranslation();
  const { money, whole, short } = useFormats(currency);
  return (rows: Chart['rows']): Chart => ({
    first,
    counted: t('overview.count'),
    series: [{ label, tone }],
    rows,
    format: money,
    brief: whole,
    short,
  });
}

function WonByMonth({ report, ownerId }: Data) {
  const { t } = useTranslation();
  const chart = useAmounts(report.currency, t('overview.month'), t('overview.won'));
  const rows = fillMonths(report.wonByMonth, (month) => ({ month, count: 0, amount: 0 }));
  const name = useMonths(rows.map(({ month }) => month));
  return (
    <ChartCard
      title={t('overview.byMonth')}
      look="columns"
      none={t('overview.noneWon')}
      className="lg:col-span-2"
      chart={chart(
        rows.map(({ month, amount, count }) => ({
          key: month,
          label: name(month),
          values: [amount],
          count,
          to: deals({ status: 'won', ...daysOfMonth('closedAt', month), ownerId }),
        })),
      )}
    />
  );
}

const stageTone = { open: 'second', won: 'first', lost: 'quiet' } as const;

function ByStage({ report, ownerId }: Data) {
  const { t } = useTranslation();
  const chart = useAmounts(report.currency, t('overview.stage'), t('overview.amount'), 'second');
  const rows = [...report.byStage].sort((a, b) => a.position - b.position);
  return (
    <ChartCard
      title={t('overview.byStage')}
      look="bars"
      none={t('overview.noneOpen')}
      chart={chart(
        rows.map(({ stageId, stage, category, amount, count }) => ({
          key: stageId,
          label: stage,
          values: [amount],
          count,
          tone: stageTone[category],
          to: deals({ stageId, ownerId }),
        })),
      )}
    />
  );
}

function ByOwner({ report, range }: Data) {
  const { t } = useTranslation();
  const chart = useAmounts(report.currency, t('overview.owner'), t('overview.won'));
  const rows = [...report.byOwner].sort((a, b) => b.wonAmount - a.wonAmount);
  return (
    <ChartCard
      title={t('overview.byOwner')}
      look="bars"
      none={t('overview.noneWon')}
      chart={chart(
        rows.map(({ ownerId, owner, won, wonAmount }) => ({
          key: ownerId ?? '',
          label: owner ?? t('overview.noOwner'),
          values: [wonAmount],
          count: won,
          to: deals({
            status: 'won',
            ...(ownerId ? { ownerId } : { 'ownerId[null]': 'true' }),
            ...daysWithin('closedAt', range),
          }),
        })),
      )}
    />
  );
}

/** A team's deals are those of its members, by whom the list is filtered. */
function ByTeam({ report, range }: Data) {
  const { t } = useTranslation();
  const chart = useAmounts(report.currency, t('overview.manager'), t('overview.won'));
  const user = useEntity('user');
  const members = useQuery(listQuery(report.byTeam.length ? user : undefined, 'limit=200&fields=id,teamId'));
  const membersOf = (teamId: string | null) =>
    (members.data?.data ?? [])
      .filter((row) => row['teamId'] === teamId)
      .map((row) => row.id)
      .join(',');
  const rows = [...report.byTeam].sort((a, b) => b.wonAmount - a.wonAmount);
  if (rows.length === 0) return null;
  return (
    <ChartCard
      title={t('overview.byTeam')}
      look="bars"
      none={t('overview.noneWon')}
      chart={chart(
        rows.map(({ teamId, team, manager, won, wonAmount }) => ({
          key: teamId ?? '',
          label: manager ?? team ?? t('overview.noTeam'),
          values: [wonAmount],
          count: won,
          to:
            teamId && membersOf(teamId)
              ? deals({ status: 'won', 'ownerId[in]': membersOf(teamId), ...daysWithin('closedAt', range) })
              : null,
        })),
      )}
    />
  );
}

function Forecast({ report }: { report: Pipeline }) {
  const { t } = useTranslation();
  const { money, short } = useFormats(report.currency);
  const name = useMonths(report.byMonth.map(({ month }) => month ?? ''));
  return (
    <ChartCard
      title={t('overview.forecast')}
      hint={t('overview.forecastHint')}
      look="columns"
      none={t('overview.noneOpen')}
      chart={{
        first: t('overview.month'),
        counted: t('overview.count'),
        series: [
          { label: t('overview.amount'), tone: 'quiet' },
          { label: t('overview.weighted'), tone: 'second' },
        ],
        format: money,
        short,
        rows: report.byMonth.map(({ month, count, totals, filter }) => {
          const total = inOwn(totals, report.currency);
          return {
            key: month ?? '',
            label: month ? name(month) : t('overview.noDate'),
            count,
            values: [total?.amount ?? 0, total?.weightedAmount ?? 0],
            to: filterTo('deals', filter),
          };
        }),
      }}
    />
  );
}

function Reasons({ report }: { report: WonLost }) {
  const { t } = useTranslation();
  const chart = useAmounts(report.currency, t('overview.reason'), t('overview.lost'), 'bad');
  return (
    <ChartCard
      title={t('overview.reasons')}
      look="bars"
      none={t('overview.noneLost')}
      chart={chart(
        report.byReason
          .filter(({ status }) => status === 'lost')
          .map(({ reason, count, totals, filter }) => ({
            key: reason ?? '',
            label: reason ?? t('overview.noReason'),
            values: [inOwn(totals, report.currency)?.lostAmount ?? 0],
            count,
            to: filterTo('deals', filter),
          })),
      )}
    />
  );
}

function Standing({ report }: { report: Velocity }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <ChartCard
      title={t('overview.standing')}
      hint={t('overview.standingHint')}
      look="bars"
      none={t('overview.noneOpen')}
      chart={{
        first: t('overview.stage'),
        counted: t('overview.count'),
        series: [{ label: t('overview.days'), tone: 'third' }],
        format: (value) =>
          value < 1
            ? t('overview.underADay')
            : t('overview.inDays', { count: Math.round(value), days: number(value) }),
        rows: report.byStage.map(({ stageId, stage, standing, standingDays, filter }) => ({
          key: stageId,
          label: stage,
          values: [standingDays ?? 0],
          count: standing,
          to: filterTo('deals', filter),
        })),
      }}
    />
  );
}

function ByPartner({ report }: { report: Partners }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <ChartCard
      title={t('overview.partners')}
      look="bars"
      none={t('overview.nonePartners')}
      chart={{
        first: t('overview.partner'),
        series: [
          { label: t('overview.converted'), tone: 'first' },
          { label: t('overview.notConverted'), tone: 'quiet' },
        ],
        format: number,
        rows: report.partners.map(({ partnerId, partner, leads, convertedLeads }) => ({
          key: partnerId,
          label: partner,
          values: [convertedLeads, leads - convertedLeads],
          to: listTo('leads', { partnerId }),
          links: [
            listTo('leads', { partnerId, 'convertedAt[null]': 'false' }),
            listTo('leads', { partnerId, 'convertedAt[null]': 'true' }),
          ],
        })),
      }}
    />
  );
}

function NoDeals({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<Handshake size={20} aria-hidden />}
      title={filtered ? t('overview.empty') : t('overview.none')}
      text={t('overview.emptyText')}
    >
      {filtered ? (
        <Link to="/overview" className={buttonClass('outline')}>
          {t('overview.ranges.all')}
        </Link>
      ) : (
        <>
          <Button look="primary" onClick={() => creating.set({ entity: 'deal', defaults: {} })}>
            <Plus size={14} aria-hidden />
            {t('palette.new', { entity: 'deal' })}
          </Button>
          <Link to="/import?into=deal" className={buttonClass('outline')}>
            {t('action.import')}
          </Link>
        </>
      )}
    </EmptyState>
  );
}

/** Leads of others bring partners their figures; who sees no lead of all has nothing to compare. */
function usePartnersReport({ range, ownerId }: TabProps) {
  const meta = useMeta();
  const [partner, lead] = [findEntity(meta, 'partner'), findEntity(meta, 'lead')];
  const enabled = !ownerId && Boolean(partner && may(partner, 'read') && lead?.access.read === 'all');
  return useQuery({ ...reportQuery('partners', period(range)), enabled });
}

export function SalesTab({ range, ownerId }: TabProps) {
  const of = { ...period(range), ownerId };
  const overview = useQuery(reportQuery('sales-overview', of));
  const pipeline = useQuery(reportQuery('pipeline', { ownerId }));
  const ended = useQuery(reportQuery('won-lost', of));
  const velocity = useQuery(reportQuery('stage-velocity', of));
  const partners = usePartnersReport({ range, ownerId });
  return (
    <Report of={overview}>
      {(report) =>
        report.deals.total === 0 ? (
          <NoDeals filtered={range.preset !== 'all' || ownerId !== ''} />
        ) : (
          <>
            <Totals report={report} range={range} ownerId={ownerId} />
            <Two>
              <WonByMonth report={report} range={range} ownerId={ownerId} />
              <ByStage report={report} range={range} ownerId={ownerId} />
              <Beside of={pipeline}>{(data) => <Forecast report={data} />}</Beside>
              <ByOwner report={report} range={range} ownerId={ownerId} />
              <Beside of={ended}>{(data) => <Reasons report={data} />}</Beside>
              <ByTeam report={report} range={range} ownerId={ownerId} />
              <Beside of={velocity}>{(data) => <Standing report={data} />}</Beside>
              <Beside of={partners}>{(data) => <ByPartner report={data} />}</Beside>
            </Two>
          </>
        )
      }
    </Report>
  );
}
