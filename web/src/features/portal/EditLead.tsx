/* SPDX-License-Identifier: Apache-2.0 */
/* Corrects what was told of a lead, on top of what is there now and no other. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '@/api/client';
import { useEntity } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { formKey, toBody } from '@/fields/value';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { Button } from '@/ui/button';
import { Sheet } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { type Lead, pathOf, usePartnerId } from './data';
import { partsOf } from './fields';
import { LeadForm } from './LeadForm';

type Props = { lead: Lead; etag: string | null; onClose: () => void };

function Form({ entity, lead, etag, onClose }: Props & { entity: EntityMeta }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const partnerId = usePartnerId();
  const parts = useMemo(() => partsOf(entity), [entity]);
  const fields = useMemo(() => parts.flatMap((part) => part.fields), [parts]);
  const form = useRecordForm(fields, lead);
  const { dirtyFields } = form.formState;
  const submit = form.handleSubmit(async (values) => {
    const changed = fields.filter((field) => formKey(field) in dirtyFields);
    try {
      if (changed.length)
        await patch(
          `${pathOf(partnerId)}/leads/${lead.id}`,
          toBody(changed, values as JsonValues),
          etag ?? undefined,
        );
      toast.good(t('portal.saved'));
      onClose();
      await client.invalidateQueries({ queryKey: ['portal'] });
    } catch (error) {
      showRefusal(form, fields, error);
      void client.invalidateQueries({ queryKey: ['portal', 'lead'] });
    }
  });
  return (
    <LeadForm
      entity={entity}
      parts={parts}
      form={form}
      onSubmit={() => void submit()}
      className="min-h-0 flex-1 overflow-y-auto px-5 py-4"
    >
      <div className="flex justify-end gap-2 border-line border-t pt-4">
        <Button look="ghost" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" look="primary" busy={form.formState.isSubmitting}>
          {t('portal.save')}
        </Button>
      </div>
    </LeadForm>
  );
}

export default function EditLead(props: Props) {
  const { t } = useTranslation();
  const entity = useEntity('lead');
  if (!entity) return null;
  return (
    <Sheet open onOpenChange={(open) => !open && props.onClose()} title={t('portal.editTitle')}>
      <Form entity={entity} {...props} />
    </Sheet>
  );
}
