/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboards: one for each kind of work that the caller sees, over one period and one person or all. */

import './words';
import { ChartNoAxesColumn, ChevronsUpDown, User } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import type { FieldMeta, Meta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { IdName, useRecordOptions } from '@/fields/shared/record';
import { cn } from '@/lib/cn';
import { todayIn } from '@/lib/zone';
import { Button } from '@/ui/button';
import { Picker } from '@/ui/picker';
import { EventsTab } from './EventsTab';
import { FinanceTab } from './FinanceTab';
import { ProjectsTab } from './ProjectsTab';
import { RangePicker } from './RangePicker';
import { readRange } from './range';
import { SalesTab } from './SalesTab';

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

/** Of which entity a dashboard tells: who may not read that has no such dashboard. */
const tabs = [
  { key: 'sales', of: 'deal', Component: SalesTab },
  { key: 'projects', of: 'task', Component: ProjectsTab },
  { key: 'events', of: 'event', Component: EventsTab },
  { key: 'finance', of: 'invoice', Component: FinanceTab },
] as const;

const tabsFor = (meta: Meta) =>
  tabs.filter(({ of }) => {
    const entity = findEntity(meta, of);
    return entity !== undefined && may(entity, 'read');
  });

function Tabs({ shown, here }: { shown: ReturnType<typeof tabsFor>; here: string }) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const to = (key: string) => {
    const next = new URLSearchParams(params);
    next.set('tab', key);
    return `/overview?${next}`;
  };
  return (
    <nav
      aria-label={t('overview.title')}
      className="flex h-10 shrink-0 items-stretch gap-1 overflow-x-auto border-line border-b px-3 md:px-4"
    >
      {shown.map(({ key }) => (
        <Link
          key={key}
          to={to(key)}
          aria-current={key === here ? 'page' : undefined}
          className={cn(
            'flex items-center border-b-2 px-2.5 text-sm transition-colors',
            key === here
              ? 'border-accent font-medium text-text'
              : 'border-transparent text-muted hover:text-text',
          )}
        >
          {t(`overview.tabs.${key}`)}
        </Link>
      ))}
    </nav>
  );
}

export function Overview() {
  const { t } = useTranslation();
  const { timeZone } = useLocale();
  const shown = tabsFor(useMeta());
  const [params, setParams] = useSearchParams();
  const range = readRange(params, todayIn(timeZone));
  const ownerId = params.get('ownerId') ?? '';
  const here = shown.find(({ key }) => key === params.get('tab')) ?? shown[0];
  if (!here) return <NotFound />;
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
      {shown.length > 1 && <Tabs shown={shown} here={here.key} />}
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas/50">
        <div className="mx-auto flex max-w-300 flex-col gap-3 p-3 md:p-5">
          <here.Component range={range} ownerId={ownerId} />
        </div>
      </div>
    </>
  );
}
