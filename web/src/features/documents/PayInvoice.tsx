/* SPDX-License-Identifier: Apache-2.0 */
/* A payment of one invoice: money that came in, or credit that the company has already. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { findEntity, findField, may, useMeta } from '@/api/meta';
import { createRecord, refreshRecords } from '@/api/records';
import type { EntityMeta, FieldMeta, Json } from '@/api/types';
import { useLocale } from '@/app/locale';
import { DialogFoot } from '@/features/flows/FlowDialog';
import type { FlowDialogProps } from '@/features/flows/flow';
import { tellRefusal } from '@/features/flows/useFlow';
import { formKey, isEmpty } from '@/fields/value';
import { formatMoneyExact } from '@/lib/format';
import { todayIn } from '@/lib/zone';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { accountQuery } from './account';

const asked = ['amount', 'paidAt', 'method', 'reference', 'notes'];

function Credits({ record, onUsed }: { record: FlowDialogProps['record']; onUsed: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const account = useQuery(accountQuery(String(record['companyId'] ?? '')));
  const [busy, setBusy] = useState<string | null>(null);
  const currency = String(record['currency']);
  const credits = account.data?.credits.filter((credit) => credit.currency === currency) ?? [];
  if (credits.length === 0) return null;
  const use = async (paymentId: string, number: string) => {
    setBusy(paymentId);
    try {
      await post(`/api/v1/payments/${paymentId}/allocate`, { invoiceId: record.id });
      toast.good(t('payments.creditUsed', { number }));
      await refreshRecords(client);
      onUsed();
    } catch (error) {
      tellRefusal(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <section className="rounded-lg bg-subtle p-3">
      <h3 className="font-medium text-sm">{t('payments.creditOf')}</h3>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {credits.map((credit) => (
          <li key={credit.paymentId} className="flex items-center gap-3">
            <span className="min-w-0 flex-1 truncate">{credit.number}</span>
            <span className="tabular-nums">{formatMoneyExact(credit.unallocated, locale, currency)}</span>
            <Button
              size="sm"
              busy={busy === credit.paymentId}
              disabled={busy !== null}
              onClick={() => void use(credit.paymentId, credit.number)}
            >
              {t('payments.useCredit')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function PayForm({ payment, record, onDone }: { payment: EntityMeta } & FlowDialogProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const fields = useMemo(
    () =>
      asked.flatMap((name): FieldMeta[] => {
        const field = findField(payment, name);
        return field ? [{ ...field, required: name === 'amount' }] : [];
      }),
    [payment],
  );
  const initial = useMemo(
    () => ({ amount: record['balance'], paidAt: todayIn(locale.timeZone), method: 'Bank transfer' }),
    [record, locale.timeZone],
  );
  const form = useRecordForm(fields, initial);
  const currency = String(record['currency']);
  const typed = Number(form.watch('amount'));
  const balance = Number(record['balance']);
  const submit = form.handleSubmit(async (values) => {
    const given = Object.entries(values as JsonValues).filter(([, value]) => !isEmpty(value));
    try {
      await createRecord(payment, { invoiceId: record.id, ...Object.fromEntries(given) } as Record<
        string,
        Json
      >);
      toast.good(t('payments.recorded'));
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
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 pt-1 pb-5">
        <p className="text-muted">
          {t('payments.due', {
            number: record['number'],
            amount: formatMoneyExact(balance, locale, currency),
          })}
        </p>
        <Credits record={record} onUsed={onDone} />
        {fields.map((field, place) => (
          <FieldInput
            key={formKey(field)}
            form={form}
            field={field}
            around={record}
            autoFocus={place === 0}
          />
        ))}
        {typed > balance && (
          <p role="status" className="text-muted text-xs">
            {t('payments.over', { amount: formatMoneyExact(typed - balance, locale, currency) })}
          </p>
        )}
      </div>
      <DialogFoot onCancel={onDone} busy={form.formState.isSubmitting}>
        {t('payments.record')}
      </DialogFoot>
    </form>
  );
}

export default function PayInvoice(props: FlowDialogProps) {
  const { t } = useTranslation();
  const payment = findEntity(useMeta(), 'payment');
  const mayPay = payment && may(payment, 'create');
  return (
    <Dialog open onOpenChange={(open) => !open && props.onDone()} title={t('flow.invoice.pay.label')}>
      {mayPay ? (
        <PayForm payment={payment} {...props} />
      ) : (
        <p className="px-5 pt-1 pb-5 text-muted">{t('payments.mayNot')}</p>
      )}
    </Dialog>
  );
}
