/* SPDX-License-Identifier: Apache-2.0 */
/* A few fields of a record in a dialog, checked and refused as everywhere. */

import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { findField } from '@/api/meta';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { toBody } from '@/fields/value';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';

export type Values = Record<string, Json>;

/** Fields by name, with what the place knows better than the metadata. */
export const pick = (
  entity: EntityMeta,
  names: (string | (Partial<FieldMeta> & { name: string }))[],
): FieldMeta[] =>
  names.flatMap((one) => {
    const part = typeof one === 'string' ? { name: one } : one;
    const field = findField(entity, part.name);
    return field ? [{ ...field, ...part }] : [];
  });

export function FieldsDialog(props: {
  title: string;
  fields: FieldMeta[];
  record?: RecordData | Record<string, Json | undefined>;
  action: string;
  children?: ReactNode;
  onSave: (values: Values) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { title, fields, record, action, children, onSave, onClose } = props;
  const initial = useMemo(() => record ?? {}, [record]);
  const form = useRecordForm(fields, initial);
  const submit = form.handleSubmit(async (values) => {
    try {
      await onSave(toBody(fields, values as JsonValues));
      onClose();
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} className="max-w-md">
      <form
        noValidate
        className="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 py-2">
          {children}
          {fields.map((field, at) => (
            <FieldInput
              key={field.name}
              form={form}
              field={field}
              autoFocus={at === 0 && ['text', 'email'].includes(field.type)}
            />
          ))}
        </div>
        <div className="flex justify-end gap-2 px-5 pt-3 pb-4">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={form.formState.isSubmitting}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
