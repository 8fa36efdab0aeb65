/* SPDX-License-Identifier: Apache-2.0 */
/* Whose changes, of what, which and when. */

import { useQuery } from '@tanstack/react-query';
import { CalendarRange, Check, ChevronDown, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelQuery } from '@/api/labels';
import { findEntity, may, useMeta } from '@/api/meta';
import type { FieldMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { isDayWord } from '@/fields/shared/dayWords';
import { IdName, useRecordOptions } from '@/fields/shared/record';
import { cn } from '@/lib/cn';
import { formatDate } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { Button } from '@/ui/button';
import { FormRow, Input } from '@/ui/input';
import { Popover } from '@/ui/overlay';
import { Picker } from '@/ui/picker';
import { actions, type Filters, isFiltered, type Period, periodOf, periods } from './filters';
import { nounOf } from './words';

type Change = (part: Partial<Filters>) => void;
type Props = { filters: Filters; onChange: Change };

function Trigger(props: { label: string; on: boolean; children: ReactNode } & Record<string, unknown>) {
  const { label, on, children, ...rest } = props;
  return (
    <Button size="sm" {...rest} className={cn(on && 'text-accent')}>
      <span className="sr-only">{label}: </span>
      {children}
      <ChevronDown size={12} aria-hidden className="text-faint" />
    </Button>
  );
}

const person: FieldMeta = { name: 'actorId', label: '', type: 'reference', references: 'user' };

function PersonPicker({ filters, onChange }: Props) {
  const { t } = useTranslation();
  const { options, busy, onSearch } = useRecordOptions(person, { withMe: true });
  const { person: id } = filters;
  return (
    <Picker
      label={t('audit.person')}
      options={options}
      selected={id ? [id] : []}
      busy={busy}
      onSearch={onSearch}
      onChange={([value]) => onChange({ person: value ?? '' })}
      trigger={
        <Trigger label={t('audit.person')} on={id !== ''}>
          {id === 'me' ? t('filter.me') : id ? <IdName field={person} id={id} /> : t('audit.anybody')}
        </Trigger>
      }
    />
  );
}

function EntityPicker({ filters, onChange }: Props) {
  const { t } = useTranslation();
  const meta = useMeta();
  const options = meta.entities
    .filter((e) => !e.nestedIn && e.name !== 'change' && e.name !== 'notification' && may(e, 'read'))
    .map((e) => ({ value: e.name, label: e.labelPlural }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <Picker
      label={t('audit.records')}
      options={options}
      selected={filters.entity ? [filters.entity] : []}
      onChange={([value]) => onChange({ entity: value ?? '', record: '' })}
      trigger={
        <Trigger label={t('audit.records')} on={filters.entity !== ''}>
          {options.find((o) => o.value === filters.entity)?.label ?? t('audit.anything')}
        </Trigger>
      }
    />
  );
}

function ActionPicker({ filters, onChange }: Props) {
  const { t } = useTranslation();
  const options = actions.map((value) => ({ value, label: t(`audit.actionName.${value}`) }));
  return (
    <Picker
      label={t('audit.action')}
      options={options}
      selected={filters.action ? [filters.action] : []}
      onChange={([value]) => onChange({ action: value ?? '' })}
      trigger={
        <Trigger label={t('audit.action')} on={filters.action !== ''}>
          {options.find((o) => o.value === filters.action)?.label ?? t('audit.anyAction')}
        </Trigger>
      }
    />
  );
}

function usePeriodName(filters: Filters): string {
  const { t } = useTranslation();
  const locale = useLocale();
  const period = periodOf(filters);
  if (period !== 'custom') return t(`audit.periods.${period}`);
  const [from, to] = [filters.from, filters.to].map((day) =>
    day && !isDayWord(day) ? formatDate(day, locale) : day,
  );
  if (from && to) return `${from} – ${to}`;
  return from ? t('audit.since', { day: from }) : t('audit.until', { day: to ?? '' });
}

function PeriodPicker({ filters, onChange }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const name = usePeriodName(filters);
  const at = periodOf(filters);
  const day = (value: string) => (isDayWord(value) ? '' : value);
  const pick = (key: Period | 'any') => {
    onChange(key === 'any' ? { from: '', to: '' } : periods[key]);
    setOpen(false);
  };
  return (
    <Popover
      label={t('audit.period')}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" className={cn(at !== 'any' && 'text-accent')}>
          <CalendarRange size={14} aria-hidden className="text-muted" />
          <span className="sr-only">{t('audit.period')}: </span>
          {name}
        </Button>
      }
    >
      <div className="flex w-64 flex-col p-1">
        {(['any', ...(Object.keys(periods) as Period[])] as const).map((key) => (
          <button
            key={key}
            type="button"
            aria-pressed={at === key}
            onClick={() => pick(key)}
            className="flex h-8 items-center justify-between rounded-md px-2 text-left hover:bg-hover"
          >
            {t(`audit.periods.${key}`)}
            {at === key && <Check size={14} className="text-accent" aria-hidden />}
          </button>
        ))}
        <div className="mt-1 grid grid-cols-2 gap-2 border-line border-t p-2">
          {(['from', 'to'] as const).map((end) => (
            <FormRow key={end} id={`audit-${end}`} label={t(`audit.${end}`)}>
              <Input
                id={`audit-${end}`}
                type="date"
                className="px-1.5 text-xs"
                value={day(filters[end])}
                onChange={(event) =>
                  onChange({ from: day(filters.from), to: day(filters.to), [end]: event.target.value })
                }
              />
            </FormRow>
          ))}
        </div>
      </div>
    </Popover>
  );
}

function Chip({ children, onRemove }: { children: ReactNode; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex h-7 min-w-0 max-w-72 items-center gap-1 rounded-md bg-accent-soft pl-2 text-xs">
      <span className="truncate">{children}</span>
      <button
        type="button"
        aria-label={t('action.remove')}
        onClick={onRemove}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-md hover:text-accent"
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

function RecordChip({ filters, onChange }: Props) {
  const { t } = useTranslation();
  const meta = useMeta();
  const entity = findEntity(meta, filters.entity);
  const { data } = useQuery(labelQuery(entity, filters.record, true));
  const title = (entity && data && titleOf(entity, data)) || nounOf(meta, filters.entity);
  return (
    <Chip onRemove={() => onChange({ record: '', entity: '' })}>{t('audit.onlyRecord', { title })}</Chip>
  );
}

export function FilterRow(props: Props) {
  const { filters, onChange } = props;
  const { t } = useTranslation();
  const clear = { person: '', entity: '', action: '', from: '', to: '', record: '', changeset: '' };
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-line border-b px-4 py-2">
      <PersonPicker {...props} />
      {filters.record ? <RecordChip {...props} /> : <EntityPicker {...props} />}
      <ActionPicker {...props} />
      <PeriodPicker {...props} />
      {filters.changeset && <Chip onRemove={() => onChange({ changeset: '' })}>{t('audit.onlyOne')}</Chip>}
      {isFiltered(filters) && (
        <Button look="ghost" size="sm" onClick={() => onChange(clear)}>
          {t('audit.clear')}
        </Button>
      )}
    </div>
  );
}
