/* SPDX-License-Identifier: Apache-2.0 */
/* Records by day: a month, a week, or a list of days; for every entity that is about days. */

import { CalendarDays, ChevronDown, ChevronLeft, ChevronRight, Plus } from 'lucide-react';
import { type DragEvent, lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may } from '@/api/meta';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { creating } from '@/app/stores';
import { queryName } from '@/fields/value';
import { cn } from '@/lib/cn';
import { formatDate, formatMonthLong, formatWeekday } from '@/lib/format';
import { useNarrow } from '@/lib/narrow';
import { fromWallClock, shiftDay, todayIn } from '@/lib/zone';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Menu, MenuItem, Popover } from '@/ui/overlay';
import { type Span, spans } from '../filters';
import { dateFields, endField } from '../list/looks';
import { etagOf } from '../list/useCellSave';
import type { ListControl } from '../list/useListState';
import {
  daysBetween,
  daysOf,
  type Entry,
  entriesByDay,
  entryOf,
  type Range,
  rangeOf,
  shiftMonth,
  startOfMonth,
  turned,
  weekStart,
} from './days';
import { EntryLine, EntryRow, type Moving } from './Entry';
import { useCalendar } from './useCalendar';
import { mayMove, useDayMove } from './useDayMove';

const Reschedule = lazy(() => import('@/features/events/Reschedule'));

const HINT = 'calendar-move-hint';

const IN_A_DAY = 3;

type Shown = {
  entity: EntityMeta;
  days: string[];
  byDay: Map<string, Entry[]>;
  today: string;
  month: string;
  onAdd: ((day: string) => void) | null;
  moving: Moving | null;
  onDrop: (day: string) => void;
};

function DayCell({ shown, day, all }: { shown: Shown; day: string; all: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, byDay, today, month, onAdd, moving } = shown;
  const [isOver, setOver] = useState(false);
  const entries = byDay.get(day) ?? [];
  const first = all || entries.length <= IN_A_DAY + 1 ? entries : entries.slice(0, IN_A_DAY);
  const left = entries.length - first.length;
  const name = formatDate(day, locale);
  return (
    <section
      aria-label={name}
      data-day={day}
      {...(moving && {
        onDragOver: (event: DragEvent) => {
          event.preventDefault();
          setOver(true);
        },
        onDragLeave: () => setOver(false),
        onDrop: (event: DragEvent) => {
          event.preventDefault();
          setOver(false);
          shown.onDrop(day);
        },
      })}
      className={cn(
        'group/day flex min-h-28 min-w-0 flex-col gap-0.5 border-line border-r border-b p-1',
        !day.startsWith(month) && !all && 'bg-subtle',
        isOver && 'bg-accent-soft',
      )}
    >
      <div className="flex h-6 items-center justify-between">
        <span
          aria-hidden
          className={cn(
            'flex h-5 min-w-5 items-center justify-center rounded-full px-1 text-xs tabular-nums',
            day === today ? 'bg-accent font-semibold text-on-accent' : 'text-muted',
          )}
        >
          {Number(day.slice(8))}
        </span>
        {onAdd && (
          <Button
            look="ghost"
            size="iconSm"
            className="size-5 opacity-0 focus-visible:opacity-100 group-hover/day:opacity-100"
            aria-label={t('calendar.add', { day: name })}
            onClick={() => onAdd(day)}
          >
            <Plus size={12} aria-hidden />
          </Button>
        )}
      </div>
      {first.map((entry) => (
        <EntryLine key={entry.record.id} entity={entity} entry={entry} day={day} moving={moving} />
      ))}
      {left > 0 && (
        <Popover
          label={name}
          trigger={
            <button
              type="button"
              className="h-6 shrink-0 rounded px-1.5 text-left text-muted text-xs hover:bg-hover"
            >
              {t('calendar.more', { count: left })}
            </button>
          }
        >
          <div className="flex max-h-80 w-64 flex-col gap-1 overflow-y-auto p-2">
            <p className="px-1 pb-1 font-medium text-sm">{name}</p>
            {entries.map((entry) => (
              <EntryLine key={entry.record.id} entity={entity} entry={entry} day={day} />
            ))}
          </div>
        </Popover>
      )}
    </section>
  );
}

function DayGrid({ shown, all }: { shown: Shown; all: boolean }) {
  const locale = useLocale();
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-auto">
      <div className="sticky top-0 z-2 grid shrink-0 grid-cols-7 border-line border-b bg-surface" aria-hidden>
        {shown.days.slice(0, 7).map((day) => (
          <span key={day} className="px-2 py-1.5 text-muted text-xs">
            {formatWeekday(day, locale)}
          </span>
        ))}
      </div>
      <div className="grid min-h-0 flex-1 auto-rows-fr grid-cols-7">
        {shown.days.map((day) => (
          <DayCell key={day} shown={shown} day={day} all={all} />
        ))}
      </div>
    </div>
  );
}

function Agenda({ shown, facts }: { shown: Shown; facts: FieldMeta[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, byDay, today } = shown;
  const days = shown.days.filter((day) => byDay.has(day));
  if (!days.length)
    return (
      <EmptyState
        icon={<CalendarDays size={20} aria-hidden />}
        title={t('calendar.none')}
        text={t('calendar.noneText')}
      />
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {days.map((day) => (
        <section key={day} aria-label={formatDate(day, locale)}>
          <h2
            className={cn(
              'sticky top-0 z-1 border-line border-b bg-subtle px-4 py-1.5 font-medium text-xs',
              day === today ? 'text-accent' : 'text-muted',
            )}
          >
            {formatWeekday(day, locale)}, {formatDate(day, locale)}
          </h2>
          <ul>
            {(byDay.get(day) ?? []).map((entry) => (
              <EntryRow key={entry.record.id} entity={entity} entry={entry} facts={facts} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Head(props: {
  entity: EntityMeta;
  control: ListControl;
  field: FieldMeta;
  at: string;
  today: string;
  range: Range;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, control, field, at, today, range } = props;
  const { span } = control.state;
  const fields = dateFields(entity);
  const label =
    span === 'month'
      ? formatMonthLong(at.slice(0, 7), locale)
      : span === 'day'
        ? `${formatWeekday(at, locale)}, ${formatDate(at, locale)}`
        : `${formatDate(range.from, locale)} – ${formatDate(shiftDay(range.until, -1), locale)}`;
  const go = (day: string) => control.change({ at: day === today ? '' : day });
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-line border-b px-3 py-2">
      <Button look="outline" size="sm" onClick={() => go(today)}>
        {t('calendar.today')}
      </Button>
      <Button
        look="ghost"
        size="iconSm"
        aria-label={t('calendar.previous')}
        onClick={() => go(turned(span, at, -1))}
      >
        <ChevronLeft size={16} aria-hidden />
      </Button>
      <Button
        look="ghost"
        size="iconSm"
        aria-label={t('calendar.next')}
        onClick={() => go(turned(span, at, 1))}
      >
        <ChevronRight size={16} aria-hidden />
      </Button>
      <h2 aria-live="polite" className="px-1 font-medium text-sm">
        {label}
      </h2>
      <div className="ml-auto flex items-center gap-1.5">
        {fields.length > 1 && (
          <Menu
            align="end"
            trigger={
              <Button look="ghost" size="sm">
                {t('calendar.by')} {field.label}
                <ChevronDown size={12} aria-hidden />
              </Button>
            }
          >
            {fields.map((one) => (
              <MenuItem key={queryName(one)} onClick={() => control.change({ by: queryName(one) })}>
                {one.label}
              </MenuItem>
            ))}
          </Menu>
        )}
        <div role="radiogroup" aria-label={t('calendar.span')} className="flex rounded-md bg-subtle p-0.5">
          {spans.map((one: Span) => (
            // biome-ignore lint/a11y/useSemanticElements: words side by side, not dots
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={span === one}
              onClick={() => control.change({ span: one })}
              className={cn(
                'h-6 rounded px-2 text-xs',
                span === one ? 'bg-surface font-medium shadow-panel' : 'text-muted hover:text-text',
              )}
            >
              {t(`calendar.${one}`)}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

/** On a narrow screen a month is the list of its own days. */
const narrowRange = (at: string): Range => ({ from: startOfMonth(at), until: shiftMonth(at, 1) });

export function Calendar({
  entity,
  control,
  shown,
}: {
  entity: EntityMeta;
  control: ListControl;
  shown: FieldMeta[];
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const narrow = useNarrow();
  const { state } = control;
  const fields = dateFields(entity);
  const field = fields.find((one) => queryName(one) === state.by) ?? fields[0];
  const end = field ? endField(entity, field) : undefined;
  const today = todayIn(locale.timeZone);
  const at = /^\d{4}-\d{2}-\d{2}$/.test(state.at) ? state.at : today;
  const range =
    narrow && state.span === 'month' ? narrowRange(at) : rangeOf(state.span, at, weekStart(locale));
  const answer = useCalendar(entity, state, shown, field as FieldMeta, end, range);
  const byDay = useMemo(() => {
    const entries = (answer.data?.records ?? [])
      .map((record) => (field ? entryOf(record, field, end, locale.timeZone) : null))
      .filter((entry) => entry !== null);
    return entriesByDay(entries, { from: range.from, until: range.until });
  }, [answer.data, field, end, locale.timeZone, range.from, range.until]);
  const move = useDayMove(entity, field, end);
  const lifted = useRef<{ record: RecordData; day: string } | null>(null);
  if (!field) return null;
  if (answer.error && !answer.data)
    return <ErrorNotice error={answer.error} onRetry={() => void answer.refetch()} />;
  const add = (day: string) =>
    creating.set({
      entity: entity.name,
      defaults: {
        [field.name]: field.type === 'date' ? day : (fromWallClock(`${day}T09:00`, locale.timeZone) ?? day),
      },
    });
  const canAdd = may(entity, 'create') && !field.readOnly && !field.custom;
  const all: Shown = {
    entity,
    days: daysOf(range),
    byDay,
    today,
    month: at.slice(0, 7),
    onAdd: canAdd ? add : null,
    moving: mayMove(entity, field, end)
      ? {
          hint: HINT,
          lift: (entry, day) => {
            lifted.current = { record: entry.record, day };
          },
          nudge: move.nudge,
          cancel: move.cancel,
        }
      : null,
    onDrop: (day) => {
      const from = lifted.current;
      lifted.current = null;
      if (from) move.drop(from.record, daysBetween(from.day, day));
    },
  };
  const facts = shown.filter((one) => one !== field && one !== end);
  return (
    <div data-calendar aria-busy={answer.isFetching} className="flex min-h-0 flex-1 flex-col">
      <Head entity={entity} control={control} field={field} at={at} today={today} range={range} />
      {answer.data && !answer.data.isWhole && (
        <p role="status" className="border-line border-b bg-warn-soft px-4 py-1.5 text-xs">
          {t('calendar.truncated', { count: answer.data.records.length })}
        </p>
      )}
      {!answer.data ? (
        <div aria-hidden className="grid flex-1 grid-cols-7 gap-2 p-3">
          {all.days.slice(0, 35).map((day) => (
            <Skeleton key={day} className="h-full min-h-12" />
          ))}
        </div>
      ) : narrow || state.span === 'agenda' || state.span === 'day' ? (
        <Agenda shown={all} facts={facts} />
      ) : (
        <DayGrid shown={all} all={state.span === 'week'} />
      )}
      <p id={HINT} hidden>
        {t('calendar.moveHint')}
      </p>
      {move.blocked && (
        <Suspense fallback={null}>
          <Reschedule
            entity={entity}
            record={move.blocked.record}
            etag={etagOf(move.blocked.record) ?? null}
            startAt={move.blocked.startAt}
            onDone={move.unblock}
          />
        </Suspense>
      )}
    </div>
  );
}
