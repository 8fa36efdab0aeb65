/* SPDX-License-Identifier: Apache-2.0 */
/* A vendor for an event: when, for how much, and how firmly. Whether it is free is told before it is sent. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, patch, post } from '@/api/client';
import { findEntity, findField, useMeta } from '@/api/meta';
import { refreshRecords } from '@/api/records';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey, isEmpty, sameValue, toBody } from '@/fields/value';
import { formatDate } from '@/lib/format';
import { fromWallClock, shiftDay, todayIn } from '@/lib/zone';
import { etagOf } from '@/records/list/useCellSave';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, type RecordForm, showRefusal, useRecordForm } from '@/records/record/form';
import { Button } from '@/ui/button';
import { Sheet } from '@/ui/overlay';
import { Segments } from '@/ui/segments';
import { toast } from '@/ui/toast';
import { Clashes, Notice } from './Clashes';
import { included, text } from './data';
import { useVendorName } from './useVendorName';

const first = ['bookedFrom', 'bookedTo', 'agreedCost'];
const further = [
  'role',
  'depositAmount',
  'depositDueDate',
  'balanceDueDate',
  'contractStatus',
  'onSiteName',
  'onSitePhone',
  'notes',
];
const firmness = ['considering', 'tentative', 'confirmed'] as const;
type Firmness = (typeof firmness)[number];
const HOLD_DAYS = 7;

export type BookingProps = {
  event: RecordData;
  /** The one to be changed; without it a vendor is added. */
  booking?: RecordData | undefined;
  /** What one is about to make of it. */
  firm?: Firmness | undefined;
  /** It has been refused already: it says so at once. */
  refused?: boolean | undefined;
  onDone: () => void;
};

function fieldsOf(entity: EntityMeta, isNew: boolean): FieldMeta[] {
  const names = [...(isNew ? ['vendorId'] : []), 'status', 'holdUntil', ...first, ...further];
  return names.flatMap((name) => {
    const field = findField(entity, name);
    return field ? [{ ...field, required: name === 'vendorId', help: null }] : [];
  });
}

function useBookingForm({ event, booking, firm }: BookingProps, fields: FieldMeta[]): RecordForm {
  const { timeZone } = useLocale();
  const initial = useMemo(() => {
    const base: Record<string, Json | undefined> = booking ?? {
      status: 'considering',
      bookedFrom: event['startAt'],
      bookedTo: event['endAt'],
    };
    const hold = fromWallClock(`${shiftDay(todayIn(timeZone), HOLD_DAYS)}T18:00`, timeZone);
    return {
      ...base,
      holdUntil: base['holdUntil'] ?? hold,
      ...(firm ? { status: firm } : {}),
    };
  }, [event, booking, firm, timeZone]);
  return useRecordForm(fields, initial);
}

/** A hold ends; the end of one says nothing of what is not held. */
const sent = (fields: FieldMeta[], values: JsonValues): FieldMeta[] =>
  fields.filter((field) => field.name !== 'holdUntil' || values['status'] === 'tentative');

function useSubmit(props: BookingProps, entity: EntityMeta, fields: FieldMeta[], form: RecordForm) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [refused, setRefused] = useState(props.refused ?? false);
  const { event, booking, onDone } = props;
  const write = async (values: JsonValues) => {
    const all = sent(fields, values);
    if (!booking) {
      const given = all.filter((field) => !isEmpty(values[formKey(field)]));
      await post(`/api/v1/events/${event.id}/vendors`, toBody(given, values));
      return;
    }
    const changed = all.filter((field) => !sameValue(values[formKey(field)], booking[field.name]));
    if (changed.length) await patch(`${entity.path}/${booking.id}`, toBody(changed, values), etagOf(booking));
  };
  const submit = form.handleSubmit(async (values) => {
    try {
      await write(values as JsonValues);
      toast.good(t(booking ? 'events.booking.saved' : 'events.booking.added'));
      onDone();
      await refreshRecords(client);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      // Somebody was quicker, or read it before: what is known of the vendor is asked for again.
      if (status === 409 || status === 412) await refreshRecords(client);
      if (status === 409) setRefused(true);
      else if (status === 412) toast.bad(t('flow.stale'));
      else showRefusal(form, fields, error);
    }
  });
  return { submit, refused };
}

function Firm({ form, now }: { form: RecordForm; now: string }) {
  const { t } = useTranslation();
  const value = String(form.watch('status'));
  const options = [
    ...firmness.map((one) => ({ value: one as string, label: t(`events.firm.${one}`) })),
    ...(firmness.includes(now as Firmness) || !now
      ? []
      : [{ value: now, label: t('events.firm.as', { status: now }) }]),
  ];
  const told = firmness.find((one) => one === value);
  return (
    <div className="flex flex-col gap-1">
      <Segments
        label={t('events.firm.label')}
        options={options}
        value={value}
        onChange={(status) => form.setValue('status', status, { shouldDirty: true })}
        className="w-full"
      />
      {told && <p className="text-faint text-xs">{t(`events.firm.${told}Text`)}</p>}
    </div>
  );
}

function Form(props: BookingProps & { entity: EntityMeta }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, event, booking } = props;
  const fields = useMemo(() => fieldsOf(entity, !booking), [entity, booking]);
  const form = useBookingForm(props, fields);
  const { submit, refused } = useSubmit(props, entity, fields, form);
  const [all, setAll] = useState(false);
  const vendorId = booking ? text(booking, 'vendorId') : String(form.watch('vendorId') ?? '');
  const vendor = useVendorName(vendorId, booking ? included(booking, 'vendor') : null);
  const status = String(form.watch('status'));
  const from = String(form.watch('bookedFrom') ?? '');
  const to = String(form.watch('bookedTo') ?? '');
  const { errors, isSubmitting } = form.formState;
  const input = (name: string) => {
    const field = fields.find((one) => one.name === name);
    return field && <FieldInput key={name} form={form} field={field} around={event} />;
  };
  const shown = further.filter((name) => all || name in errors || (booking && !isEmpty(booking[name])));
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">
        {input('vendorId')}
        <div className="grid gap-3.5 sm:grid-cols-2">
          {input('bookedFrom')}
          {input('bookedTo')}
        </div>
        {refused && (
          <div role="alert">
            <Notice look="bad">{t('events.clash.refused')}</Notice>
          </div>
        )}
        <Clashes
          vendorId={vendorId}
          vendor={vendor}
          from={from}
          to={to}
          except={booking?.id ?? null}
          binding={status !== 'considering'}
        />
        <Firm form={form} now={booking ? text(booking, 'status') : ''} />
        {status === 'tentative' && input('holdUntil')}
        {input('agreedCost')}
        {shown.map(input)}
        {!all && shown.length < further.length && (
          <Button look="ghost" size="sm" className="self-start" onClick={() => setAll(true)}>
            {t('events.booking.more')}
          </Button>
        )}
        {!text(event, 'startAt') && <p className="text-faint text-xs">{t('events.booking.noDates')}</p>}
        {booking && text(booking, 'createdAt') && (
          <p className="text-faint text-xs">
            {t('events.booking.since', { date: formatDate(text(booking, 'createdAt'), locale) })}
          </p>
        )}
      </div>
      <div className="flex shrink-0 justify-end gap-2 border-line border-t px-5 py-3">
        <Button look="ghost" onClick={props.onDone} disabled={isSubmitting}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" look="primary" busy={isSubmitting}>
          {t(booking ? 'events.booking.save' : 'events.booking.add')}
        </Button>
      </div>
    </form>
  );
}

export default function BookingSheet(props: BookingProps) {
  const { t } = useTranslation();
  const entity = findEntity(useMeta(), 'event_vendor');
  const vendor = props.booking ? included(props.booking, 'vendor') : null;
  if (!entity) return null;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && props.onDone()}
      title={vendor ? text(vendor, 'name') : t('events.booking.title')}
    >
      <EntityContext.Provider value={entity.name}>
        <Form {...props} entity={entity} />
      </EntityContext.Provider>
    </Sheet>
  );
}
