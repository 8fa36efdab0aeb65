/* SPDX-License-Identifier: Apache-2.0 */
/* A payment to a vendor of the event: of which booking, how much, when and how. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { findEntity, useMeta } from '@/api/meta';
import { refreshRecords } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { DialogFoot } from '@/features/flows/FlowDialog';
import { isEmpty, toBody } from '@/fields/value';
import { formatMoney } from '@/lib/format';
import { todayIn } from '@/lib/zone';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useAsked, useRecordForm } from '@/records/record/form';
import { FormRow, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { amount, included, text, useBookings } from './data';

const asked = ['amount', 'paidAt', 'method', 'reference', 'notes'];

type Props = { event: RecordData; booking?: RecordData | null; onDone: () => void };

const nameOf = (booking: RecordData): string => text(included(booking, 'vendor') ?? booking, 'name');

function Form({ entity, event, booking, onDone }: Props & { entity: EntityMeta }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const list = (useBookings(event.id).data?.data ?? []).filter((one) => text(one, 'status') !== 'cancelled');
  const [chosen, setChosen] = useState(booking?.id ?? '');
  const [missing, setMissing] = useState(false);
  const fields = useAsked(entity, asked, 'amount');
  const initial = useMemo(
    () => ({
      amount: booking && amount(booking, 'balance') > 0 ? (booking['balance'] ?? null) : null,
      paidAt: todayIn(locale.timeZone),
      method: 'Bank transfer',
    }),
    [booking, locale.timeZone],
  );
  const form = useRecordForm(fields, initial);
  const money = (value: number) => formatMoney(value, locale, text(event, 'currency'));
  const of = list.find((one) => one.id === chosen) ?? (booking?.id === chosen ? booking : undefined);
  const choose = (id: string) => {
    setChosen(id);
    setMissing(false);
    const one = list.find((item) => item.id === id);
    if (one && amount(one, 'balance') > 0) form.setValue('amount', one['balance'], { shouldDirty: true });
  };
  const submit = form.handleSubmit(async (values) => {
    if (!of) {
      setMissing(true);
      return;
    }
    const given = fields.filter((field) => !isEmpty((values as JsonValues)[field.name]));
    try {
      await post(entity.path, {
        direction: 'out',
        eventVendorId: of.id,
        ...toBody(given, values as JsonValues),
      });
      toast.good(t('events.pay.recorded', { name: nameOf(of) }));
      onDone();
      await refreshRecords(client);
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  return (
    <form
      noValidate
      className="flex min-h-0 flex-col"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 pt-1 pb-5">
        {booking ? (
          <p className="text-muted">
            {t('events.pay.left', { name: nameOf(booking), amount: money(amount(booking, 'balance')) })}
          </p>
        ) : (
          <FormRow
            id="pay-booking"
            label={t('events.pay.booking')}
            error={missing ? t('events.pay.choose') : undefined}
            required
          >
            <select
              id="pay-booking"
              value={chosen}
              aria-invalid={missing || undefined}
              onChange={(changed) => choose(changed.target.value)}
              className={`${inputClass} h-8`}
            >
              <option value="">{t('field.choose')}</option>
              {list.map((one) => (
                <option key={one.id} value={one.id}>
                  {t('events.pay.option', { name: nameOf(one), amount: money(amount(one, 'balance')) })}
                </option>
              ))}
            </select>
          </FormRow>
        )}
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            form={form}
            field={field}
            around={event}
            autoFocus={field.name === 'amount' && Boolean(booking)}
          />
        ))}
      </div>
      <DialogFoot onCancel={onDone} busy={form.formState.isSubmitting}>
        {t('events.pay.record')}
      </DialogFoot>
    </form>
  );
}

export default function PayVendor(props: Props) {
  const { t } = useTranslation();
  const entity = findEntity(useMeta(), 'payment');
  return (
    <Dialog open onOpenChange={(open) => !open && props.onDone()} title={t('events.pay.title')}>
      {entity && <Form {...props} entity={entity} />}
    </Dialog>
  );
}
