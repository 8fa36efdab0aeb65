/* SPDX-License-Identifier: Apache-2.0 */
/* The run of show: the day by the hour, written where it stands, ticked off while it happens. */

import { useQueryClient } from '@tanstack/react-query';
import { CalendarClock, Check, Eye, MapPin, Plus, Store } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { write } from '@/api/client';
import { findEntity, findField, may, useMeta } from '@/api/meta';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import type { OwnListProps } from '@/features/panels';
import { RecordName } from '@/fields/shared/record';
import { cn } from '@/lib/cn';
import { formatClock, formatDayLong, formatTime } from '@/lib/format';
import { fromWallClock } from '@/lib/zone';
import { etagOf, putInLists } from '@/records/list/useCellSave';
import { refreshRecords, tellError, useUndo } from '@/records/undo';
import { EmptyState, Skeleton, Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { included, text, useBookings, useSchedule } from './data';
import { InZone } from './InZone';
import { ScheduleForm } from './ScheduleForm';
import { daysOf, nextStart, onAt, type Slot } from './schedule';
import './words';

type Open = { id: string } | { startAt: string } | null;
type Shown = {
  entity: EntityMeta;
  event: RecordData;
  mayEdit: boolean;
  current: string | undefined;
  vendors: Map<string, string>;
  open: Open;
  onOpen: (open: Open) => void;
};

function useTick(entity: EntityMeta) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const undo = useUndo();
  return async (item: RecordData) => {
    const status = text(item, 'status') === 'done' ? 'planned' : 'done';
    putInLists(client, entity, item.id, (old) => ({ ...old, status }));
    try {
      const { changesetId } = await write('PATCH', `${entity.path}/${item.id}`, { status }, etagOf(item));
      const title = text(item, 'title');
      undo.offer(
        t(status === 'done' ? 'events.schedule.ticked' : 'events.schedule.unticked', { title }),
        changesetId,
      );
    } catch (error) {
      putInLists(client, entity, item.id, (old) => ({ ...old, status: item['status'] ?? null }));
      tellError(error);
    }
    await refreshRecords(client);
  };
}

function Facts({ item, vendors }: { item: RecordData; vendors: Map<string, string> }) {
  const meta = useMeta();
  const users = findEntity(meta, 'user');
  const assignee = included(item, 'assignee');
  const vendor = vendors.get(text(item, 'eventVendorId'));
  if (!text(item, 'location') && !vendor && !assignee) return null;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-muted text-xs">
      {text(item, 'location') && (
        <span className="flex min-w-0 items-center gap-1">
          <MapPin size={12} aria-hidden className="shrink-0" />
          <span className="truncate">{text(item, 'location')}</span>
        </span>
      )}
      {vendor && (
        <span className="flex min-w-0 items-center gap-1">
          <Store size={12} aria-hidden className="shrink-0" />
          <span className="truncate">{vendor}</span>
        </span>
      )}
      {assignee && users && <RecordName entity={users} record={assignee} />}
    </span>
  );
}

function Item({ item, shown }: { item: RecordData; shown: Shown }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, event, mayEdit, vendors, current, open, onOpen } = shown;
  const tick = useTick(entity);
  if (open && 'id' in open && open.id === item.id)
    return <ScheduleForm entity={entity} event={event} item={item} onDone={() => onOpen(null)} />;
  const status = text(item, 'status');
  const over = status === 'done' || status === 'skipped';
  const audience = findField(entity, 'audience')?.options?.find((one) => one.key === item['audience']);
  const title = text(item, 'title');
  return (
    <div
      className={cn(
        'relative flex items-start gap-2.5 rounded-lg border border-line bg-surface px-2.5 py-2',
        current === item.id && 'border-accent ring-1 ring-accent',
      )}
    >
      <button
        type="button"
        disabled={!mayEdit}
        aria-pressed={status === 'done'}
        aria-label={t('events.schedule.tick', { title })}
        onClick={() => void tick(item)}
        className={cn(
          'relative z-1 mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-full border-[1.5px]',
          status === 'done'
            ? 'border-good bg-good text-surface'
            : 'border-line-strong text-transparent hover:border-good hover:text-good',
        )}
      >
        <Check size={11} strokeWidth={3} aria-hidden />
      </button>
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className="shrink-0 text-muted text-xs tabular-nums">
            {formatTime(text(item, 'startAt'), locale)}
            {text(item, 'endAt') && ` – ${formatTime(text(item, 'endAt'), locale)}`}
          </span>
          {mayEdit ? (
            <button
              type="button"
              onClick={() => onOpen({ id: item.id })}
              className={cn(
                'min-w-0 rounded-sm text-left font-medium after:absolute after:inset-0 after:rounded-lg hover:text-accent',
                over && 'text-muted line-through',
              )}
            >
              {title}
            </button>
          ) : (
            <span className={cn('font-medium', over && 'text-muted line-through')}>{title}</span>
          )}
          {status === 'in_progress' && <Tag tone="blue">{t('events.schedule.now')}</Tag>}
        </span>
        <Facts item={item} vendors={vendors} />
      </div>
      {audience && audience.key !== 'internal' && (
        <span className="flex shrink-0 items-center gap-1 text-faint text-xs">
          <Eye size={12} aria-hidden />
          {audience.label}
        </span>
      )}
    </div>
  );
}

function SlotRow({ slot, shown }: { slot: Slot; shown: Shown }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { mayEdit, onOpen } = shown;
  const clock = formatClock(slot.at.slice(11), locale);
  const add = () => onOpen({ startAt: fromWallClock(slot.at, locale.timeZone) ?? '' });
  return (
    <li className="group/slot grid min-h-9 grid-cols-[4.25rem_minmax(0,1fr)] gap-x-3">
      <span className="pt-2 text-right text-faint text-xs tabular-nums">{clock}</span>
      <div className="relative flex flex-col gap-1.5 border-line border-l py-1 pl-3 before:absolute before:top-3.5 before:-left-[3.5px] before:size-1.5 before:rounded-full before:bg-line-strong">
        {slot.kind === 'gap' ? (
          <span className="flex h-7 items-center text-faint text-xs">
            {t('events.schedule.gap', { count: slot.hours })}
          </span>
        ) : (
          slot.items.map((item) => <Item key={item.id} item={item} shown={shown} />)
        )}
        {mayEdit && (slot.kind === 'gap' || slot.items.length === 0) && (
          <button
            type="button"
            aria-label={t('events.schedule.addAt', { time: clock })}
            onClick={add}
            className="absolute top-1 right-0 flex h-7 items-center gap-1 rounded-md px-2 text-muted text-xs opacity-0 hover:bg-hover focus-visible:opacity-100 group-hover/slot:opacity-100"
          >
            <Plus size={12} aria-hidden />
            {t('events.schedule.put')}
          </button>
        )}
      </div>
    </li>
  );
}

function Days({ items, shown }: { items: RecordData[]; shown: Shown }) {
  const locale = useLocale();
  const days = daysOf(items, locale.timeZone);
  return (
    <>
      {days.map((day) => (
        <section key={day.day} aria-label={formatDayLong(day.day, locale)}>
          <h2 className="pb-1.5 font-medium text-muted text-xs">{formatDayLong(day.day, locale)}</h2>
          <ol>
            {day.slots.map((slot) => (
              <SlotRow key={slot.at} slot={slot} shown={shown} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function Body({ event, entity, items }: { event: RecordData; entity: EntityMeta; items: RecordData[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open>(null);
  const bookings = useBookings(event.id);
  const vendors = new Map(
    (bookings.data?.data ?? []).map((booking) => [
      booking.id,
      text(included(booking, 'vendor') ?? { id: '' }, 'name'),
    ]),
  );
  const mayEdit = may(entity, 'update') && !event['deletedAt'];
  const mayAdd = may(entity, 'create') && !event['deletedAt'];
  const running = event['status'] === 'in_progress';
  const shown: Shown = {
    entity,
    event,
    mayEdit,
    vendors,
    open,
    onOpen: setOpen,
    current: running ? onAt(items, new Date().toISOString())?.id : undefined,
  };
  const adding = open && 'startAt' in open;
  const form = adding && (
    <ScheduleForm
      key={open.startAt}
      entity={entity}
      event={event}
      startAt={open.startAt}
      onDone={() => setOpen(null)}
    />
  );
  const begin = () => setOpen({ startAt: nextStart(items, event) });
  if (!items.length && !adding)
    return (
      <EmptyState
        icon={<CalendarClock size={20} aria-hidden />}
        title={t('events.schedule.none')}
        text={t('events.schedule.noneText')}
      >
        {mayAdd && (
          <Button size="sm" look="primary" onClick={begin}>
            <Plus size={14} aria-hidden />
            {t('events.schedule.add')}
          </Button>
        )}
      </EmptyState>
    );
  const done = items.filter((item) => item['status'] === 'done').length;
  return (
    <>
      <div className="flex h-10 shrink-0 items-center gap-3 border-line border-b px-4">
        <span className="text-muted text-xs">
          {t('events.schedule.count', { count: items.length })}
          {done > 0 && ` · ${t('events.schedule.doneCount', { count: done })}`}
        </span>
        {mayAdd && (
          <Button size="sm" className="ml-auto" onClick={begin}>
            <Plus size={14} aria-hidden />
            {t('events.schedule.add')}
          </Button>
        )}
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
        {form}
        <div className="flex max-w-3xl flex-col gap-5">
          <Days items={items} shown={shown} />
        </div>
      </div>
    </>
  );
}

export default function RunOfShow({ record: event }: OwnListProps) {
  const entity = findEntity(useMeta(), 'schedule_item');
  const { data, error, refetch } = useSchedule(event.id);
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <InZone event={event}>
      {data && entity ? (
        <Body event={event} entity={entity} items={data.data} />
      ) : (
        <div className="flex flex-col gap-4 p-4">
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-10 w-full max-w-3xl" />
          ))}
        </div>
      )}
    </InZone>
  );
}
