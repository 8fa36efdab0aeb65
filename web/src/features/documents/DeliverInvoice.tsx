/* SPDX-License-Identifier: Apache-2.0 */
/* A delivery note over what is left to deliver of an invoice. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import { createRecord, recordPath, refreshRecords } from '@/api/records';
import type { Json } from '@/api/types';
import { DialogFoot } from '@/features/flows/FlowDialog';
import type { FlowDialogProps } from '@/features/flows/flow';
import { tellRefusal } from '@/features/flows/useFlow';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { linesLeft, QuantityList, useQuantities } from './quantities';

export default function DeliverInvoice({ record, onDone }: FlowDialogProps) {
  const { t } = useTranslation();
  const note = findEntity(useMeta(), 'delivery_note');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const lines = useMemo(
    () => linesLeft(record, 'deliveredQuantity').filter(({ left }) => left > 0),
    [record],
  );
  const quantities = useQuantities(lines);
  const submit = async () => {
    if (!note) return;
    setBusy(true);
    try {
      const made = await createRecord(note, {
        invoiceId: record.id,
        lines: quantities.parts as unknown as Json,
      });
      toast.good(t('flow.invoice.deliver.done'));
      await navigate(recordPath(note, made.id));
      await refreshRecords(client);
    } catch (error) {
      tellRefusal(error);
      setBusy(false);
    }
  };
  const none = lines.length === 0 || !note || !may(note, 'create');
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={t('flow.invoice.deliver.label')}>
      <form
        noValidate
        className="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-5 pt-1 pb-5">
          <p className="text-muted">{t(none ? 'quantities.allDelivered' : 'quantities.deliverText')}</p>
          {!none && <QuantityList lines={lines} quantities={quantities} />}
        </div>
        <DialogFoot onCancel={onDone} busy={busy} disabled={none || !quantities.possible}>
          {t('flow.invoice.deliver.label')}
        </DialogFoot>
      </form>
    </Dialog>
  );
}
