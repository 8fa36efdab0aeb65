/* SPDX-License-Identifier: Apache-2.0 */
/* A credit note over all that is left of an invoice, or over parts of its lines. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { post } from '@/api/client';
import { recordPath, refreshRecords } from '@/api/records';
import type { RecordData } from '@/api/types';
import { DialogFoot } from '@/features/flows/FlowDialog';
import type { FlowDialogProps } from '@/features/flows/flow';
import { tellRefusal } from '@/features/flows/useFlow';
import { word } from '@/i18n';
import { FormRow, Textarea } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { linesLeft, QuantityList, useQuantities } from './quantities';

export default function CreditInvoice({ entity, record, etag, onDone }: FlowDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [some, setSome] = useState(false);
  const [reason, setReason] = useState('');
  const [issue, setIssue] = useState(true);
  const [busy, setBusy] = useState(false);
  const lines = useMemo(() => linesLeft(record, null), [record]);
  const quantities = useQuantities(lines);
  const submit = async () => {
    setBusy(true);
    try {
      const body = {
        ...(some ? { lines: quantities.parts } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
        issue,
      };
      const made = await post<RecordData>(`${entity.path}/${record.id}/credit`, body, etag);
      toast.good(t('flow.invoice.credit.done'));
      await navigate(recordPath(entity, made.id));
      await refreshRecords(client);
    } catch (error) {
      tellRefusal(error);
      setBusy(false);
    }
  };
  const choice = (value: boolean, words: string) => (
    <label className="flex items-center gap-2">
      <input
        type="radio"
        name="credit-what"
        className="accent-(--c-accent)"
        checked={some === value}
        onChange={() => setSome(value)}
      />
      {word(words)}
    </label>
  );
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={t('flow.invoice.credit.label')}>
      <form
        noValidate
        className="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 pt-1 pb-5">
          <p className="text-muted">{t('flow.invoice.credit.text')}</p>
          <fieldset className="flex flex-col gap-1.5">
            <legend className="sr-only">{t('quantities.what')}</legend>
            {choice(false, 'quantities.creditAll')}
            {choice(true, 'quantities.creditSome')}
          </fieldset>
          {some && <QuantityList lines={lines} quantities={quantities} />}
          <FormRow id="credit-reason" label={t('flow.field.reason')}>
            <Textarea
              id="credit-reason"
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </FormRow>
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              className="accent-(--c-accent)"
              checked={issue}
              onChange={(event) => setIssue(event.target.checked)}
            />
            {t('quantities.issueNow')}
          </label>
        </div>
        <DialogFoot onCancel={onDone} busy={busy} disabled={some && !quantities.possible}>
          {t('flow.invoice.credit.label')}
        </DialogFoot>
      </form>
    </Dialog>
  );
}
