/* SPDX-License-Identifier: Apache-2.0 */
/* Home: how sales are doing, every figure a link to the deals behind it. */

import { useQuery } from '@tanstack/react-query';
import { ChartNoAxesColumn, ChevronsUpDown, Handshake, Plus, User } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useEntity } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { FieldMeta, SalesOverview } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { creating } from '@/app/stores';
import { IdName, useRecordOptions } from '@/fields/shared/record';
import { formatMoney, formatMoneyWhole, formatNumber, formatPercent } from '@/lib/format';
import { todayIn } from '@/lib/zone';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { Picker } from '@/ui/picker';
import { ChartCard, Tile } from './Card';
import { BarList, type Datum, MonthChart } from './Charts';
import { dealsTo, monthData, overviewQuery, ownerData, stageData, teamData } from './data';
import { RangePicker } from './RangePicker';
import { closedFilters, type Range, readRange } from './range';

const TOP = 10;
const ownerField: FieldMeta = { name: 'ownerId', label: 'Owner', type: 'reference', references: 'user' };

function OwnerPicker({ ownerId, onChange }: { ownerId: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const { options, busy, onSearch } = useRecordOptions(ownerField);
  return (
    <Picker
      align="end"
      label={t('overview.owner')}
      options={options}
      busy={busy}
      onSearch={onSearch}
      selected={ownerId ? [ownerId] : []}
      onChange={([id]) => onChange(id ?? '')}
      footer={
        ownerId ? (
          <Button look="ghost" size="sm" className="w-full" onClick={() => onChange('')}>
            {t('overview.everyone')}
          </Button>
        ) : undefined
      }
      trigger={
        <Button size="sm">
          <span className="sr-only">{t('overview.owner')}</span>
          {ownerId ? (
            <IdName field={ownerField} id={ownerId} />
          ) : (
            <>
              <User size={14} aria-hidden className="text-muted" />
              <span className="max-sm:sr-only">{t('overview.everyone')}</span>
            </>
          )}
          <ChevronsUpDown size={12} aria-hidden className="text-faint" />
        </Button>
      }
    />
  );
}

function Tiles({
  report,
  range,
  owner,
}: {
  report: SalesOverview;
  range: Range;
  owner: Record<string, string>;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { deals, currency } = report;
  const short = (value: number) => formatMoneyWhole(value, locale, currency);
  const full = (value: number) => formatMoney(value, locale, currency);
  const count = (value: number) => t('overview.wonHint', { deals: formatNumber(value, locale) });
  const closed = closedFilters(range);
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-5">
      <Tile
        label={t('overview.won')}
        value={short(deals.wonAmount)}
        title={full(deals.wonAmount)}
        hint={count(deals.won)}
        to={dealsTo({ status: 'won', ...closed, ...owner })}
      />
      <Tile
        label={t('overview.open')}
        value={short(deals.openAmount)}
        title={full(deals.openAmount)}
        hint={count(deals.open)}
        to={dealsTo({ status: 'open', ...owner })}
      />
      <Tile
        label={t('overview.weighted')}
        value={short(deals.weightedAmount)}
        title={full(deals.weightedAmount)}
        hint={t('overview.weightedHint')}
        to={dealsTo({ status: 'open', ...owner })}
      />
      <Tile
        label={t('overview.winRate')}
        value={
          deals.winRate === null
            ? '—'
            : formatPercent(deals.winRate <= 1 ? deals.winRate * 100 : deals.winRate, locale)
        }
        hint={t('overview.winRateHint', {
          won: formatNumber(deals.won, locale),
          lost: formatNumber(deals.lost, locale),
        })}
        to={dealsTo({ status: 'lost', ...closed, ...owner })}
      />
      <Tile
        label={t('overview.deals')}
        value={formatNumber(deals.total, locale)}
        hint={t('overview.dealsHint', { open: formatNumber(deals.open, locale) })}
        to={dealsTo(owner)}
      />
    </div>
  );
}

function OwnerCard({ data, currency }: { data: Datum[]; currency: string }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const rest = data.length - TOP;
  return (
    <ChartCard title={t('overview.byOwner')} first={t('overview.owner')} data={data} currency={currency}>
      <BarList data={all ? data : data.slice(0, TOP)} currency={currency} />
      {rest > 0 && !all && (
        <Button look="ghost" size="sm" className="mt-1 self-start" onClick={() => setAll(true)}>
          {t('overview.others', { count: rest })}
        </Button>
      )}
    </ChartCard>
  );
}

function useMembersOf(report: SalesOverview | undefined) {
  const user = useEntity('user');
  const members = useQuery(listQuery(report?.byTeam.length ? user : undefined, 'limit=200&fields=id,teamId'));
  return (teamId: string) =>
    (members.data?.data ?? []).filter((row) => row['teamId'] === teamId).map((row) => row.id);
}

function Report({ report, range, ownerId }: { report: SalesOverview; range: Range; ownerId: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const navigate = useNavigate();
  const membersOf = useMembersOf(report);
  const owner: Record<string, string> = ownerId ? { ownerId } : {};
  const { currency } = report;
  const months = monthData(report, owner, locale);
  const stages = stageData(report, owner);
  const teams = teamData(report, membersOf, range);
  return (
    <>
      <Tiles report={report} range={range} owner={owner} />
      <div className="grid gap-3 lg:grid-cols-2">
        <ChartCard
          title={t('overview.byMonth')}
          first={t('overview.month')}
          data={months}
          currency={currency}
          className="lg:col-span-2"
        >
          <MonthChart
            data={months}
            currency={currency}
            label={t('overview.byMonth')}
            onOpen={(to) => void navigate(to)}
          />
        </ChartCard>
        <div className="flex min-w-0 flex-col gap-3">
          <ChartCard
            title={t('overview.byStage')}
            first={t('overview.stage')}
            data={stages}
            currency={currency}
          >
            <BarList data={stages} currency={currency} byCount={report.deals.openAmount === 0} />
          </ChartCard>
          {teams.length > 0 && (
            <ChartCard
              title={t('overview.byTeam')}
              first={t('overview.manager')}
              data={teams}
              currency={currency}
            >
              <BarList data={teams} currency={currency} />
            </ChartCard>
          )}
        </div>
        <OwnerCard data={ownerData(report, range)} currency={currency} />
      </div>
    </>
  );
}

function Waiting() {
  return (
    <>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-5">
        {[0, 1, 2, 3, 4].map((tile) => (
          <Skeleton key={tile} className="h-24 rounded-xl" />
        ))}
      </div>
      <Skeleton className="h-72 rounded-xl" />
    </>
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
        <Link to="/" className={buttonClass('outline')}>
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

export function Overview() {
  const { t } = useTranslation();
  const { timeZone } = useLocale();
  const [params, setParams] = useSearchParams();
  const range = readRange(params, todayIn(timeZone));
  const ownerId = params.get('ownerId') ?? '';
  const { data, error, refetch, isPlaceholderData } = useQuery(overviewQuery(range, ownerId));
  const change = (set: Record<string, string>) =>
    setParams((now) => {
      const next = new URLSearchParams(now);
      for (const [key, value] of Object.entries(set)) {
        if (value) next.set(key, value);
        else next.delete(key);
      }
      return next;
    });
  return (
    <>
      <PageHead
        name={t('overview.title')}
        icon={<ChartNoAxesColumn size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="truncate font-semibold text-base">{t('overview.title')}</h1>}
      >
        <OwnerPicker ownerId={ownerId} onChange={(id) => change({ ownerId: id })} />
        <RangePicker
          range={range}
          onPreset={(preset) => change({ range: preset === 'all' ? '' : preset, from: '', to: '' })}
          onDays={(from, to) => change({ range: '', from, to })}
        />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas/50" aria-busy={isPlaceholderData}>
        <div className="mx-auto flex max-w-300 flex-col gap-3 p-3 md:p-5">
          {error && !data ? (
            <ErrorNotice error={error} onRetry={() => void refetch()} />
          ) : !data ? (
            <Waiting />
          ) : data.deals.total === 0 ? (
            <NoDeals filtered={range.preset !== 'all' || ownerId !== ''} />
          ) : (
            <Report report={data} range={range} ownerId={ownerId} />
          )}
        </div>
      </div>
    </>
  );
}
