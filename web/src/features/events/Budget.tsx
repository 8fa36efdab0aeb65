/* SPDX-License-Identifier: Apache-2.0 */
/* The budget of an event: planned, agreed and paid by line, and what is left of what the client pays. */

import { useQueryClient } from '@tanstack/react-query';
import { Link2, Plus, Trash2, Wallet } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { post, write } from '@/api/client';
import { findEntity, findField, may, useEntity, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import type { OwnListProps } from '@/features/panels';
import { optionOf } from '@/fields/shared/choice';
import { formatMoney } from '@/lib/format';
import { EditableValue } from '@/records/list/EditableValue';
import { AddForm } from '@/records/record/AddForm';
import { refreshRecords, tellError, useUndo } from '@/records/undo';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { over, sumsOf, unbudgeted } from './budget';
import { Notice } from './Clashes';
import { amount, included, text, useBookings, useBudget } from './data';
import { Figures } from './Figures';
import './words';

const asked = ['name', 'category', 'planned', 'agreed'];
const kept = ['category'];

const columns =
  'grid grid-cols-3 gap-x-3 px-4 md:grid-cols-[minmax(0,2fr)_8rem_8rem_8rem_2rem] md:items-center md:gap-x-4';

/** The figures of the whole event are the server's: they know invoices and payments that no line has. */
function EventFigures({ event }: { event: RecordData }) {
  const { t } = useTranslation();
  const known = (name: string) =>
    event[name] === null || event[name] === undefined ? null : amount(event, name);
  const tooMuch = known('budget') !== null && amount(event, 'plannedTotal') > amount(event, 'budget');
  return (
    <Figures
      currency={text(event, 'currency')}
      figures={[
        { label: t('events.money.budget'), value: known('budget') },
        { label: t('events.money.planned'), value: known('plannedTotal'), bad: tooMuch },
        { label: t('events.money.agreed'), value: known('agreedTotal') },
        { label: t('events.money.paidOut'), value: known('paidOut') },
        { label: t('events.money.paidIn'), value: known('paidIn') },
        {
          label: t('events.money.margin'),
          value: known('margin'),
          bad: amount(event, 'margin') < 0,
          hint: t('events.money.marginHint'),
        },
      ]}
    />
  );
}

function Row(props: {
  event: RecordData;
  entity: EntityMeta;
  line: RecordData;
  booking: RecordData | undefined;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const undo = useUndo();
  const bookings = useEntity('event_vendor');
  const { event, entity, line, booking } = props;
  const mayEdit = may(entity, 'update') && !event['deletedAt'];
  const around = { currency: event['currency'] };
  const name = text(line, 'name');
  const more = over(line);
  const remove = async () => {
    try {
      const { changesetId } = await write('DELETE', `${entity.path}/${line.id}`);
      undo.offer(t('events.budget.removed', { name }), changesetId);
    } catch (error) {
      tellError(error);
    }
    await refreshRecords(client);
  };
  const cell = (field: string, label: string, editable: boolean) => (
    <div className="min-w-0 tabular-nums">
      <span className="block text-left text-faint text-xs md:hidden">{label}</span>
      <EditableValue
        entity={entity}
        record={line}
        field={findField(entity, field)}
        editable={mayEdit && editable}
        around={around}
        className="justify-start text-left md:justify-end md:text-right"
      />
    </div>
  );
  const category = text(line, 'category');
  const kind =
    category &&
    optionOf(findField(entity, 'category') ?? { name: '', label: '', type: 'text' }, category).label;
  const vendor = text((booking && included(booking, 'vendor')) ?? { id: '' }, 'name');
  return (
    <li className={`${columns} group/line border-line border-b py-1.5`}>
      <div className="col-span-3 flex min-w-0 items-center gap-2 md:col-span-1">
        <div className="min-w-0 flex-1">
          <EditableValue
            entity={entity}
            record={line}
            field={findField(entity, 'name')}
            editable={mayEdit}
            className="font-medium"
          />
          <p className="-mt-1.5 flex min-w-0 items-center gap-2 pb-0.5 text-faint text-xs">
            {kind && <span className="shrink-0">{kind}</span>}
            {booking && bookings && (
              <Link
                to={recordPath(bookings, booking.id)}
                className="flex min-w-0 items-center gap-1 rounded-sm hover:text-accent"
              >
                <Link2 size={12} aria-hidden className="shrink-0" />
                <span className="truncate">
                  {vendor && vendor !== name ? vendor : t('events.budget.booked')}
                </span>
              </Link>
            )}
            {more > 0 && (
              <span className="shrink-0 text-warn">
                {t('events.budget.over', { amount: formatMoney(more, locale, text(event, 'currency')) })}
              </span>
            )}
          </p>
        </div>
      </div>
      {cell('planned', t('events.money.planned'), true)}
      {cell('agreed', t('events.money.agreed'), !booking)}
      {cell('paid', t('events.money.paid'), !booking)}
      {may(entity, 'delete') && mayEdit ? (
        <Button
          size="iconSm"
          look="ghost"
          aria-label={t('events.budget.remove', { name })}
          onClick={() => void remove()}
          className="hidden opacity-0 focus-visible:opacity-100 group-hover/line:opacity-100 md:inline-flex"
        >
          <Trash2 size={14} aria-hidden />
        </Button>
      ) : (
        <span className="max-md:hidden" />
      )}
    </li>
  );
}

function Missing(props: {
  event: RecordData;
  entity: EntityMeta;
  missing: RecordData[];
  onAdded: () => void;
}) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const { event, entity, missing, onAdded } = props;
  if (!missing.length || !may(entity, 'create')) return null;
  const names = missing.map((booking) => text(included(booking, 'vendor') ?? booking, 'name')).join(', ');
  const add = async () => {
    setBusy(true);
    try {
      for (const booking of missing)
        await post(entity.path, {
          eventId: event.id,
          eventVendorId: booking.id,
          name: text(included(booking, 'vendor') ?? booking, 'name') || t('events.clash.vendor'),
          category: text(booking, 'role') || 'Other',
          planned: amount(booking, 'agreedCost'),
        });
    } catch (error) {
      tellError(error);
    }
    setBusy(false);
    onAdded();
  };
  return (
    <div className="px-4 pt-3">
      <Notice look="info">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 flex-1">
            {t('events.budget.missing', { count: missing.length, names })}
          </span>
          <Button size="sm" busy={busy} onClick={() => void add()}>
            {t('events.budget.addMissing')}
          </Button>
        </div>
      </Notice>
    </div>
  );
}

function Totals({ event, lines }: { event: RecordData; lines: RecordData[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const sums = sumsOf(lines);
  const money = (value: number) => formatMoney(value, locale, text(event, 'currency'));
  return (
    <div className={`${columns} py-2.5 font-semibold`}>
      <span className="col-span-3 md:col-span-1">{t('events.budget.total')}</span>
      {[sums.planned, sums.agreed, sums.paid].map((value, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: three columns that stay what they are
        <span key={place} className="tabular-nums md:text-right">
          {money(value)}
        </span>
      ))}
    </div>
  );
}

function Body({ event, entity, lines }: { event: RecordData; entity: EntityMeta; lines: RecordData[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const bookings = useBookings(event.id).data?.data ?? [];
  const [adding, setAdding] = useState(false);
  const missing = unbudgeted(bookings, lines);
  const byId = new Map(bookings.map((booking) => [booking.id, booking]));
  const mayAdd = may(entity, 'create') && !event['deletedAt'];
  if (!lines.length && !missing.length && !adding)
    return (
      <EmptyState
        icon={<Wallet size={20} aria-hidden />}
        title={t('events.budget.none')}
        text={t('events.budget.noneText')}
      >
        {mayAdd && (
          <Button size="sm" look="primary" onClick={() => setAdding(true)}>
            <Plus size={14} aria-hidden />
            {t('events.budget.add')}
          </Button>
        )}
      </EmptyState>
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-4">
      <Missing event={event} entity={entity} missing={missing} onAdded={() => void refreshRecords(client)} />
      <div aria-hidden className={`${columns} hidden h-9 border-line border-b text-muted text-xs md:grid`}>
        <span>{t('events.budget.line')}</span>
        <span className="text-right">{t('events.money.planned')}</span>
        <span className="text-right">{t('events.money.agreed')}</span>
        <span className="text-right">{t('events.money.paid')}</span>
      </div>
      <ul aria-label={t('events.budget.list')}>
        {lines.map((line) => (
          <Row
            key={line.id}
            event={event}
            entity={entity}
            line={line}
            booking={byId.get(text(line, 'eventVendorId'))}
          />
        ))}
      </ul>
      <Totals event={event} lines={lines} />
      {mayAdd && (
        <div className="px-4">
          {adding ? (
            <AddForm
              entity={entity}
              asked={asked}
              kept={kept}
              given={{ eventId: event.id, position: lines.length }}
              around={event}
              label={t('events.budget.add')}
              submit={t('events.budget.put')}
              columns="sm:grid-cols-2 lg:grid-cols-4"
              onDone={() => setAdding(false)}
            />
          ) : (
            <Button size="sm" look="outline" onClick={() => setAdding(true)}>
              <Plus size={14} aria-hidden />
              {t('events.budget.add')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

export default function Budget({ record: event }: OwnListProps) {
  const entity = findEntity(useMeta(), 'budget_line');
  const { data, error, refetch } = useBudget(event.id);
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <EventFigures event={event} />
      {data && entity ? (
        <Body event={event} entity={entity} lines={data.data} />
      ) : (
        <div className="flex flex-col gap-4 p-4">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-8 w-full" />
          ))}
        </div>
      )}
    </>
  );
}
