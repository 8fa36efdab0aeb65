/* SPDX-License-Identifier: Apache-2.0 */
/* One section of the settings: what it asks, saved together, refused at the fields. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, useMeta } from '@/api/meta';
import { updateRecord } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { refreshSetup } from '@/features/setup/data';
import { sameValue, toBody } from '@/fields/value';
import { cn } from '@/lib/cn';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { LeaveGuard } from '@/records/record/LeaveGuard';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { bodyOf, fieldsOf, initialOf, plainError, type Section } from './fields';

const wide = new Set(['documentTerms', 'addressStreet', 'leadRequired']);

export function SettingsForm(props: {
  section: Section;
  entity: EntityMeta;
  record: RecordData;
  etag: string | null;
}) {
  const { section, entity, record, etag } = props;
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const client = useQueryClient();
  const fields = useMemo(
    (): FieldMeta[] => fieldsOf(section, entity, findEntity(meta, 'lead'), locale),
    [section, entity, meta, locale],
  );
  const initial = useMemo(() => initialOf(section, record), [section, record]);
  const form = useRecordForm(fields, initial);
  const { isDirty, isSubmitting } = form.formState;
  const save = form.handleSubmit(async (values) => {
    const changed = fields.filter((f) => !sameValue((values as JsonValues)[f.name], initial[f.name]));
    try {
      await updateRecord(
        entity,
        record.id,
        bodyOf(section, record, toBody(changed, values as JsonValues)),
        etag,
      );
      form.reset(values);
      toast.good(t('settings.saved'));
      await refreshSetup(client);
    } catch (error) {
      showRefusal(form, fields, plainError(error));
    }
  });
  return (
    <form
      noValidate
      aria-label={t(`settings.${section}`)}
      className="max-w-2xl px-5 py-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="grid gap-x-4 gap-y-4 sm:grid-cols-2">
        {fields.map((field) => (
          <div key={field.name} className={cn('min-w-0', wide.has(field.name) && 'sm:col-span-2')}>
            <FieldInput form={form} field={field} />
          </div>
        ))}
      </div>
      <div className="mt-6 flex gap-2">
        <Button type="submit" look="primary" busy={isSubmitting} disabled={!isDirty}>
          {t('action.save')}
        </Button>
        {isDirty && (
          <Button look="ghost" onClick={() => form.reset()} disabled={isSubmitting}>
            {t('action.discard')}
          </Button>
        )}
      </div>
      <LeaveGuard dirty={isDirty && !isSubmitting} />
    </form>
  );
}
