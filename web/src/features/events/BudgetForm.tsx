/* SPDX-License-Identifier: Apache-2.0 */
/* A new line of the budget, below the others; it stays open for the next one. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { findField } from '@/api/meta';
import { refreshRecords } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { isEmpty, toBody } from '@/fields/value';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm, valuesOf } from '@/records/record/form';
import { Button } from '@/ui/button';

const asked = ['name', 'category', 'planned', 'agreed'];

export function BudgetForm(props: {
  entity: EntityMeta;
  event: RecordData;
  place: number;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { entity, event, place, onDone } = props;
  const fields = useMemo(
    () =>
      asked.flatMap((name): FieldMeta[] => {
        const field = findField(entity, name);
        return field ? [{ ...field, help: null }] : [];
      }),
    [entity],
  );
  const [initial, setInitial] = useState<JsonValues>({});
  const form = useRecordForm(fields, initial);
  const submit = form.handleSubmit(async (values) => {
    const given = fields.filter((field) => !isEmpty((values as JsonValues)[field.name]));
    try {
      await post(entity.path, { ...toBody(given, values as JsonValues), eventId: event.id, position: place });
      const next = { category: (values as JsonValues)['category'] };
      setInitial(next);
      form.reset(valuesOf(fields, next));
      form.setFocus('name');
      await refreshRecords(client);
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  const busy = form.formState.isSubmitting;
  return (
    <form
      noValidate
      aria-label={t('events.budget.add')}
      className="rounded-lg border border-line-strong p-3 shadow-panel"
      onKeyDown={(pressed) => pressed.key === 'Escape' && onDone()}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            form={form}
            field={field}
            around={event}
            autoFocus={field.name === 'name'}
          />
        ))}
      </div>
      <div className="mt-3 flex gap-2">
        <Button type="submit" size="sm" look="primary" busy={busy}>
          {t('events.budget.put')}
        </Button>
        <Button size="sm" look="ghost" onClick={onDone} disabled={busy}>
          {t('events.schedule.done')}
        </Button>
      </div>
    </form>
  );
}
