/* SPDX-License-Identifier: Apache-2.0 */
/* The money of an event: to vendors, what is due next among it, and from the client. */

import { Banknote, HandCoins, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, findField, may, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { creating } from '@/app/stores';
import { payment as paymentFlows } from '@/features/flows/documents';
import type { OwnListProps } from '@/features/panels';
import { FieldValue } from '@/fields/display';
import { formatDate, formatMoney } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { todayIn } from '@/lib/zone';
import { etagOf } from '@/records/list/useCellSave';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { amount, holds, included, text, useBookings, useEventPayments } from './data';
import { Figures } from './Figures';
import './words';

const PayVendor = lazy(() => import('./PayVendor'));
const FlowDialog = lazy(() => import('@/features/flows/FlowDialog').then((m) => ({ default: m.FlowDialog })));
const complete = paymentFlows.find((flow) => flow.key === 'complete');

const dayOf = (payment: RecordData): string => text(payment, 'paidAt') || text(payment, 'dueDate');
/** What is still to be paid first, by its day; then what was, the latest first. */
const inOrder = (a: RecordData, b: RecordData): number => {
  const [dueA, dueB] = [a, b].map((one) => text(one as RecordData, 'status') === 'scheduled');
  if (dueA !== dueB) return dueA ? -1 : 1;
  return dueA ? dayOf(a).localeCompare(dayOf(b)) : dayOf(b).localeCompare(dayOf(a));
};

function Row(props: {
  entity: EntityMeta;
  payment: RecordData;
  today: string;
  onComplete: (one: RecordData) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const meta = useMeta();
  const { entity, payment, today, onComplete } = props;
  const other = text(payment, 'direction') === 'out' ? 'vendor' : 'company';
  const otherEntity = findEntity(meta, other);
  const who = included(payment, other);
  const status = findField(entity, 'status');
  const instalment = findField(entity, 'instalment')?.options?.find(
    (one) => one.key === payment['instalment'],
  );
  const scheduled = text(payment, 'status') === 'scheduled';
  const late = scheduled && text(payment, 'dueDate') < today;
  const isVoid = text(payment, 'status') === 'void';
  const refund = text(payment, 'kind') === 'refund';
  const day = dayOf(payment) && formatDate(dayOf(payment), locale);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2 last:border-b-0 md:flex">
      <span className="min-w-0 md:flex-1">
        <Link
          to={recordPath(entity, payment.id)}
          className={`block truncate rounded-sm font-medium hover:text-accent ${isVoid ? 'line-through' : ''}`}
        >
          {(otherEntity && titleOf(otherEntity, who)) || titleOf(entity, payment) || entity.label}
        </Link>
        <span className="block truncate text-faint text-xs">
          {[
            instalment?.label,
            refund ? t('events.pay.refund') : '',
            text(payment, 'number'),
            text(payment, 'reference') === instalment?.label ? '' : text(payment, 'reference'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <span
        className={`row-start-2 text-xs tabular-nums md:w-32 ${late ? 'font-medium text-danger' : 'text-muted'}`}
      >
        {scheduled ? t(late ? 'events.pay.late' : 'events.pay.due', { date: day }) : day}
      </span>
      <span className="flex max-md:hidden md:w-24">
        {status && <FieldValue field={status} value={payment['status']} record={payment} dense />}
      </span>
      <span
        className={`text-right font-medium md:w-24 tabular-nums ${isVoid ? 'text-faint line-through' : ''}`}
      >
        {formatMoney((refund ? -1 : 1) * amount(payment, 'amount'), locale, text(payment, 'currency'))}
      </span>
      <span className="flex justify-end md:w-28">
        {scheduled && may(entity, 'update') && (
          <Button size="sm" onClick={() => onComplete(payment)}>
            {t('events.pay.paid')}
          </Button>
        )}
      </span>
    </li>
  );
}

function Body({
  event,
  entity,
  payments,
}: {
  event: RecordData;
  entity: EntityMeta;
  payments: RecordData[];
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const bookings = (useBookings(event.id).data?.data ?? []).filter(holds);
  const [paying, setPaying] = useState(false);
  const [completing, setCompleting] = useState<RecordData | null>(null);
  const mayAdd = may(entity, 'create') && !event['deletedAt'];
  const today = todayIn(locale.timeZone);
  const open = bookings.reduce((sum, one) => sum + Math.round(amount(one, 'balance') * 100), 0) / 100;
  const record = mayAdd && (
    <>
      <Button size="sm" look={payments.length ? 'outline' : 'primary'} onClick={() => setPaying(true)}>
        <HandCoins size={14} aria-hidden />
        {t('events.pay.title')}
      </Button>
      <Button
        size="sm"
        look="ghost"
        onClick={() =>
          creating.set({
            entity: 'payment',
            defaults: { eventId: event.id, direction: 'in', companyId: event['companyId'] ?? null },
          })
        }
      >
        <Plus size={14} aria-hidden />
        {t('events.pay.fromClient')}
      </Button>
    </>
  );
  const group = (direction: 'out' | 'in') => {
    const rows = payments.filter((one) => text(one, 'direction') === direction).sort(inOrder);
    return (
      rows.length > 0 && (
        <section key={direction} aria-label={t(`events.pay.${direction}`)}>
          <h2 className="px-4 pt-3 pb-1 font-medium text-muted text-xs">{t(`events.pay.${direction}`)}</h2>
          <ul>
            {rows.map((one) => (
              <Row key={one.id} entity={entity} payment={one} today={today} onComplete={setCompleting} />
            ))}
          </ul>
        </section>
      )
    );
  };
  return (
    <>
      {payments.length === 0 ? (
        <EmptyState
          icon={<Banknote size={20} aria-hidden />}
          title={t('events.pay.none')}
          text={t('events.pay.noneText')}
        >
          {record}
        </EmptyState>
      ) : (
        <>
          <Figures
            currency={text(event, 'currency')}
            figures={[
              { label: t('events.money.paidOut'), value: amount(event, 'paidOut') },
              { label: t('events.money.open'), value: open },
              { label: t('events.money.paidIn'), value: amount(event, 'paidIn') },
            ]}
          />
          <div className="flex min-h-10 shrink-0 flex-wrap items-center justify-end gap-1 border-line border-b px-3 py-1">
            {record}
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto pb-4">
            {group('out')}
            {group('in')}
          </div>
        </>
      )}
      <Suspense fallback={null}>
        {paying && <PayVendor event={event} onDone={() => setPaying(false)} />}
        {completing && complete && (
          <FlowDialog
            flow={complete}
            entity={entity}
            record={completing}
            etag={etagOf(completing) ?? null}
            onDone={() => setCompleting(null)}
          />
        )}
      </Suspense>
    </>
  );
}

export default function Payments({ record: event }: OwnListProps) {
  const entity = findEntity(useMeta(), 'payment');
  const { data, error, refetch } = useEventPayments(event.id);
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data || !entity)
    return (
      <div className="flex flex-col gap-4 p-4">
        {[0, 1, 2].map((row) => (
          <Skeleton key={row} className="h-8 w-full" />
        ))}
      </div>
    );
  return <Body event={event} entity={entity} payments={data.data} />;
}
