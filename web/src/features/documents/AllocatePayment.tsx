/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of a payment goes to open invoices of the same company and currency. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '@/api/client';
import { refreshRecords } from '@/api/records';
import type { Json, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { DialogFoot } from '@/features/flows/FlowDialog';
import type { FlowDialogProps } from '@/features/flows/flow';
import { tellRefusal } from '@/features/flows/useFlow';
import { scaled, toNumber } from '@/lib/document';
import { formatDate, formatMoneyExact } from '@/lib/format';
import { readNumber } from '@/lib/number';
import { Skeleton } from '@/ui/bits';
import { Input } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { accountQuery, type OpenInvoice, spread } from './account';

type Allocation = { id?: string; invoiceId: string; amount: number };

const stored = (record: RecordData): Allocation[] =>
  (Array.isArray(record['allocations']) ? record['allocations'] : []) as Allocation[];

/** The array as it is sent: what was allocated before stays, and grows where more is added. */
export function allocationsWith(before: Allocation[], cents: Record<string, bigint>): Allocation[] {
  const all = before.map(({ id, invoiceId, amount }) => ({
    ...(id ? { id } : {}),
    invoiceId,
    amount: toNumber((scaled(amount, 2) ?? 0n) + (cents[invoiceId] ?? 0n)),
  }));
  const known = new Set(before.map((one) => one.invoiceId));
  const added = Object.entries(cents).filter(([id, amount]) => !known.has(id) && amount > 0n);
  return [...all, ...added.map(([invoiceId, amount]) => ({ invoiceId, amount: toNumber(amount) }))];
}

export default function AllocatePayment({ entity, record, etag, onDone }: FlowDialogProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const currency = String(record['currency']);
  const account = useQuery(accountQuery(String(record['companyId'] ?? '')));
  const [texts, setTexts] = useState<Record<string, string> | null>(null);
  const [busy, setBusy] = useState(false);
  const invoices = account.data?.invoices.filter((invoice) => invoice.currency === currency);
  const free = scaled(record['unallocated'] as number, 2) ?? 0n;
  useEffect(() => {
    if (!texts && account.data) {
      const open = account.data.invoices.filter((invoice) => invoice.currency === currency);
      const shares = Object.entries(spread(Number(free), open));
      setTexts(Object.fromEntries(shares.map(([id, cents]) => [id, String(cents / 100)])));
    }
  }, [texts, account.data, currency, free]);
  const money = (value: number) => formatMoneyExact(value, locale, currency);
  const centsOf = (id: string): bigint | null => {
    const text = texts?.[id]?.trim() ?? '';
    return text === '' ? 0n : scaled(readNumber(text, locale.locale), 2);
  };
  const wrong = (invoice: OpenInvoice): boolean => {
    const cents = centsOf(invoice.id);
    return cents === null || cents < 0n || cents > (scaled(invoice.balance, 2) ?? 0n);
  };
  const used = (invoices ?? []).reduce((sum, invoice) => sum + (centsOf(invoice.id) ?? 0n), 0n);
  const impossible = !invoices || used === 0n || used > free || invoices.some(wrong);
  const submit = async () => {
    setBusy(true);
    try {
      const cents = Object.fromEntries((invoices ?? []).map((one) => [one.id, centsOf(one.id) ?? 0n]));
      const allocations = allocationsWith(stored(record), cents) as unknown as Json;
      await patch(`${entity.path}/${record.id}`, { allocations }, etag ?? undefined);
      toast.good(t('payments.allocated'));
      onDone();
      await refreshRecords(client);
    } catch (error) {
      tellRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={t('flow.payment.allocate.label')}>
      <form
        noValidate
        className="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-5 pt-1 pb-5">
          {!invoices && <Skeleton className="h-10" />}
          {invoices?.length === 0 && <p className="text-muted">{t('payments.noOpen')}</p>}
          {invoices && invoices.length > 0 && (
            <ul className="flex flex-col gap-2">
              {invoices.map((invoice) => (
                <li key={invoice.id} className="flex items-center gap-3">
                  <label htmlFor={`allocate-${invoice.id}`} className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{invoice.number}</span>
                    <span className={invoice.daysOverdue > 0 ? 'text-danger text-xs' : 'text-muted text-xs'}>
                      {t('payments.openOf', {
                        amount: money(invoice.balance),
                        date: formatDate(invoice.dueDate, locale),
                      })}
                    </span>
                  </label>
                  <Input
                    id={`allocate-${invoice.id}`}
                    inputMode="decimal"
                    className="w-32 text-right tabular-nums"
                    value={texts?.[invoice.id] ?? ''}
                    aria-invalid={wrong(invoice) || undefined}
                    onChange={(event) => setTexts({ ...texts, [invoice.id]: event.target.value })}
                  />
                </li>
              ))}
            </ul>
          )}
          <p role="status" className={used > free ? 'text-danger' : 'text-muted'}>
            {t(used > free ? 'payments.tooMuch' : 'payments.left', {
              amount: money(toNumber(used > free ? used - free : free - used)),
            })}
          </p>
        </div>
        <DialogFoot onCancel={onDone} busy={busy} disabled={impossible}>
          {t('flow.payment.allocate.label')}
        </DialogFoot>
      </form>
    </Dialog>
  );
}
