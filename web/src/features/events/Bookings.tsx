/* SPDX-License-Identifier: Apache-2.0 */
/* The vendors of an event: who is booked when, how firmly and for how much, and what stands in the way. */

import { useQueries, useQueryClient } from '@tanstack/react-query';
import {
  CalendarCheck,
  CheckCheck,
  CircleX,
  Ellipsis,
  HandCoins,
  Pencil,
  Plus,
  TimerReset,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError, write } from '@/api/client';
import { findEntity, findField, may, useEntity, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import type { OwnListProps } from '@/features/panels';
import { FieldValue } from '@/fields/display';
import { formatMoney, formatRelative } from '@/lib/format';
import { formatSpan } from '@/lib/span';
import { titleOf } from '@/lib/title';
import { etagOf } from '@/records/list/useCellSave';
import { refreshRecords, tellError, useUndo } from '@/records/undo';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/overlay';
import type { BookingProps } from './BookingSheet';
import { ClashSentence } from './Clashes';
import { type Availability, clashesOf, isApart } from './clash';
import { amount, availabilityQuery, holds, included, text, useBookings } from './data';
import { InZone } from './InZone';
import './words';

const BookingSheet = lazy(() => import('./BookingSheet'));
const PaySheet = lazy(() => import('./PayVendor'));

type Open = Pick<BookingProps, 'booking' | 'firm' | 'refused'>;
type Acts = { edit: (open: Open) => void; pay: (booking: RecordData) => void };

/** What takes no time yet may have been taken meanwhile. */
function useTaken(bookings: RecordData[]): Map<string, Availability> {
  const considered = bookings.filter((one) => text(one, 'status') === 'considering' && text(one, 'bookedTo'));
  return useQueries({
    queries: considered.map((one) =>
      availabilityQuery(text(one, 'vendorId'), text(one, 'bookedFrom'), text(one, 'bookedTo')),
    ),
    combine: (results) =>
      new Map(
        results.flatMap((result, index): [string, Availability][] =>
          result.data ? [[considered[index]?.id ?? '', result.data]] : [],
        ),
      ),
  });
}

function Warnings(props: {
  event: RecordData;
  booking: RecordData;
  name: string;
  known?: Availability | undefined;
}) {
  const { t } = useTranslation();
  const { event, booking, name, known } = props;
  const [from, to] = [text(booking, 'bookedFrom'), text(booking, 'bookedTo')];
  const span = { from: text(event, 'startAt'), to: text(event, 'endAt') };
  const open = ['considering', 'tentative', 'confirmed'].includes(text(booking, 'status'));
  const clashes = known && from ? clashesOf(known, from, to, booking.id) : [];
  return (
    <>
      {clashes.map((busy, place) => (
        <p key={busy.bookingId ?? `${busy.from}.${place}`} className="text-warn text-xs">
          <ClashSentence vendor={name} busy={busy} buffer={known?.bufferMinutes ?? 0} />
        </p>
      ))}
      {open && from && span.from && isApart({ from, to }, span) && (
        <p className="text-warn text-xs">{t('events.booking.apart')}</p>
      )}
    </>
  );
}

function RowMenu({ booking, name, acts }: { booking: RecordData; name: string; acts: Acts }) {
  const { t } = useTranslation();
  const entity = useEntity('event_vendor');
  const payments = useEntity('payment');
  const client = useQueryClient();
  const undo = useUndo();
  const status = text(booking, 'status');
  if (!entity) return null;
  /** What is refused opens in the sheet, which tells why and by whom. */
  const become = async (to: 'confirmed' | 'cancelled') => {
    try {
      const { changesetId } = await write(
        'PATCH',
        `${entity.path}/${booking.id}`,
        { status: to },
        etagOf(booking),
      );
      undo.offer(t(`events.booking.now.${to}`, { name }), changesetId);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409 && to === 'confirmed')
        acts.edit({ booking, firm: 'confirmed', refused: true });
      else tellError(error, t('events.booking.not', { name }));
    }
    await refreshRecords(client);
  };
  const open = ['considering', 'tentative', 'confirmed'].includes(status);
  const mayPay =
    payments && may(payments, 'create') && status !== 'cancelled' && amount(booking, 'balance') > 0;
  return (
    <div className="flex items-center justify-end gap-1">
      {may(entity, 'update') && (status === 'considering' || status === 'tentative') && (
        <Button
          size="sm"
          look="ghost"
          aria-label={t('events.booking.confirmOf', { name })}
          onClick={() => void become('confirmed')}
        >
          <CheckCheck size={14} aria-hidden />
          <span className="max-md:sr-only">{t('events.booking.confirm')}</span>
        </Button>
      )}
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            aria-label={t('events.booking.menu', { name })}
            className={buttonClass('ghost', 'iconSm')}
          >
            <Ellipsis size={16} aria-hidden />
          </button>
        }
      >
        {may(entity, 'update') && (
          <MenuItem onClick={() => acts.edit({ booking })}>
            <Pencil size={14} className="text-muted" aria-hidden />
            {t('events.booking.edit')}
          </MenuItem>
        )}
        {may(entity, 'update') && status === 'considering' && (
          <MenuItem onClick={() => acts.edit({ booking, firm: 'tentative' })}>
            <TimerReset size={14} className="text-muted" aria-hidden />
            {t('events.booking.hold')}
          </MenuItem>
        )}
        {mayPay && (
          <MenuItem onClick={() => acts.pay(booking)}>
            <HandCoins size={14} className="text-muted" aria-hidden />
            {t('events.booking.pay')}
          </MenuItem>
        )}
        {may(entity, 'update') && open && (
          <>
            <MenuSeparator />
            <MenuItem danger onClick={() => void become('cancelled')}>
              <CircleX size={14} aria-hidden />
              {t('events.booking.cancel')}
            </MenuItem>
          </>
        )}
      </Menu>
    </div>
  );
}

const columns =
  'md:grid-cols-[minmax(0,1.7fr)_7rem_minmax(0,1.6fr)_6.5rem_6.5rem_7.5rem] md:items-center md:gap-x-4';

function Row(props: {
  event: RecordData;
  booking: RecordData;
  known?: Availability | undefined;
  acts: Acts;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const meta = useMeta();
  const { event, booking, known, acts } = props;
  const entity = findEntity(meta, 'event_vendor');
  const vendorEntity = findEntity(meta, 'vendor');
  const vendor = included(booking, 'vendor');
  const name = (vendorEntity && titleOf(vendorEntity, vendor)) || t('events.clash.vendor');
  const statusField = entity && findField(entity, 'status');
  const roleField = entity && findField(entity, 'role');
  const money = (value: number) => formatMoney(value, locale, text(event, 'currency'));
  const status = text(booking, 'status');
  const off = status === 'cancelled';
  return (
    <li
      className={`grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 border-line border-b px-4 py-2.5 ${columns} ${off ? 'opacity-70' : ''}`}
    >
      <div className="min-w-0">
        {vendorEntity && (
          <Link
            to={recordPath(vendorEntity, text(booking, 'vendorId'))}
            className={`block truncate rounded-sm font-medium hover:text-accent ${off ? 'line-through' : ''}`}
          >
            {name}
          </Link>
        )}
        <span className="block truncate text-faint text-xs">
          {roleField && text(booking, 'role') ? (
            <FieldValue field={roleField} value={booking['role']} record={booking} dense />
          ) : null}
        </span>
      </div>
      <div className="flex flex-col items-end md:items-start">
        {statusField && <FieldValue field={statusField} value={status} record={booking} dense />}
        {status === 'tentative' && text(booking, 'holdUntil') && (
          <span className="text-faint text-xs">
            {t('events.booking.until', { when: formatRelative(text(booking, 'holdUntil'), locale) })}
          </span>
        )}
      </div>
      <div className="col-span-2 min-w-0 text-muted text-xs md:col-span-1 md:text-sm">
        <span className="tabular-nums">
          {text(booking, 'bookedFrom')
            ? formatSpan(text(booking, 'bookedFrom'), text(booking, 'bookedTo'), locale)
            : t('events.booking.noTime')}
        </span>
        <Warnings event={event} booking={booking} name={name} known={known} />
      </div>
      <p className="text-sm tabular-nums md:text-right">
        <span className="mr-1.5 text-faint text-xs md:hidden">{t('events.money.agreed')}</span>
        {money(amount(booking, 'agreedCost'))}
      </p>
      <p className="hidden text-right text-muted tabular-nums md:block">
        {money(amount(booking, 'paidTotal'))}
      </p>
      <RowMenu booking={booking} name={name} acts={acts} />
    </li>
  );
}

function Sums({ event, bookings }: { event: RecordData; bookings: RecordData[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const sum = (name: string) =>
    bookings.filter(holds).reduce((total, one) => total + Math.round(amount(one, name) * 100), 0) / 100;
  const money = (value: number) => formatMoney(value, locale, text(event, 'currency'));
  return (
    <div className={`grid grid-cols-2 gap-x-3 px-4 py-2.5 text-sm ${columns}`}>
      <p className="font-medium md:col-span-3">{t('events.booking.firmSum')}</p>
      <p className="text-right font-semibold tabular-nums">{money(sum('agreedCost'))}</p>
      <p className="hidden text-right text-muted tabular-nums md:block">{money(sum('paidTotal'))}</p>
    </div>
  );
}

function List({ event, bookings, acts }: { event: RecordData; bookings: RecordData[]; acts: Acts }) {
  const { t } = useTranslation();
  const taken = useTaken(bookings);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div
        aria-hidden
        className={`hidden h-8 border-line border-b px-4 text-muted text-xs md:grid ${columns}`}
      >
        <span>{t('events.booking.vendor')}</span>
        <span>{t('events.booking.status')}</span>
        <span>{t('events.booking.time')}</span>
        <span className="text-right">{t('events.money.agreed')}</span>
        <span className="text-right">{t('events.money.paid')}</span>
      </div>
      <ul aria-label={t('events.booking.list')}>
        {bookings.map((booking) => (
          <Row key={booking.id} event={event} booking={booking} known={taken.get(booking.id)} acts={acts} />
        ))}
      </ul>
      <Sums event={event} bookings={bookings} />
    </div>
  );
}

export default function Bookings({ record: event }: OwnListProps) {
  const { t } = useTranslation();
  const entity = useEntity('event_vendor');
  const { data, error, refetch } = useBookings(event.id);
  const [open, setOpen] = useState<Open | null>(null);
  const [paying, setPaying] = useState<RecordData | null>(null);
  const mayAdd = entity && may(entity, 'create') && !event['deletedAt'] && event['status'] !== 'cancelled';
  const add = mayAdd && (
    <Button size="sm" look={data?.data.length ? 'outline' : 'primary'} onClick={() => setOpen({})}>
      <Plus size={14} aria-hidden />
      {t('events.booking.title')}
    </Button>
  );
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const bookings = data?.data;
  return (
    <InZone event={event}>
      {!bookings ? (
        <div className="flex flex-col gap-4 p-4">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-9 w-full" />
          ))}
        </div>
      ) : bookings.length === 0 ? (
        <EmptyState
          icon={<CalendarCheck size={20} aria-hidden />}
          title={t('events.booking.none')}
          text={t('events.booking.noneText')}
        >
          {add}
        </EmptyState>
      ) : (
        <>
          <div className="flex h-10 shrink-0 items-center justify-end border-line border-b px-3">{add}</div>
          <List event={event} bookings={bookings} acts={{ edit: setOpen, pay: setPaying }} />
        </>
      )}
      <Suspense fallback={null}>
        {open && <BookingSheet {...open} event={event} onDone={() => setOpen(null)} />}
        {paying && <PaySheet event={event} booking={paying} onDone={() => setPaying(null)} />}
      </Suspense>
    </InZone>
  );
}
