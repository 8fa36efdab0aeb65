/* SPDX-License-Identifier: Apache-2.0 */
/* The form behind both "new" and "edit": values by form key, checked by the metadata's schema. */

import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useMemo } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { ApiError } from '@/api/client';
import { findField } from '@/api/meta';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { schemaOf } from '@/fields/schema';
import { fieldOfDetail, formKey, readValue } from '@/fields/value';
import { t } from '@/i18n';
import { toast } from '@/ui/toast';

export type Values = Record<string, unknown>;
export type RecordForm = UseFormReturn<Values>;
export type JsonValues = Record<string, Json | undefined>;

export function valuesOf(fields: FieldMeta[], record: Record<string, Json | undefined>): Values {
  return Object.fromEntries(fields.map((field) => [formKey(field), readValue(record, field) ?? null]));
}

export function useRecordForm(
  fields: FieldMeta[],
  record: RecordData | Record<string, Json | undefined>,
): RecordForm {
  const schema = useMemo(() => schemaOf(fields), [fields]);
  const defaults = useMemo(() => valuesOf(fields, record), [fields, record]);
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues: defaults, mode: 'onTouched' });
  const { isDirty } = form.formState;
  useEffect(() => {
    // What one is typing survives when the record is read again in the background.
    if (!isDirty) form.reset(defaults);
  }, [form, defaults, isDirty]);
  return form;
}

/** Shows a refusal at its fields; what belongs to no field, or is no 422, becomes a toast. */
export function showRefusal(form: RecordForm, fields: FieldMeta[], error: unknown) {
  if (!(error instanceof ApiError)) {
    toast.bad(t('error.unknown'));
    throw error;
  }
  const loose: string[] = [];
  let first = true;
  for (const detail of error.details) {
    const field = detail.field ? fieldOfDetail(fields, detail.field) : undefined;
    if (field)
      form.setError(formKey(field), { type: 'server', message: detail.message }, { shouldFocus: first });
    else loose.push(detail.field ? `${detail.field}: ${detail.message}` : detail.message);
    first = first && !field;
  }
  if (error.details.length === 0) toast.bad(error.message);
  else if (loose.length) toast.bad(error.message, { description: loose.join('\n') });
}

/** Of the fields those that there are for the caller, without their help; `required` is the one that must be said. */
export const useAsked = (entity: EntityMeta, asked: string[], required?: string): FieldMeta[] =>
  useMemo(
    () =>
      asked.flatMap((name): FieldMeta[] => {
        const field = findField(entity, name);
        return field
          ? [{ ...field, help: null, required: required ? name === required : field.required }]
          : [];
      }),
    [entity, asked, required],
  );
