/* SPDX-License-Identifier: Apache-2.0 */
/* A new milestone, below the others; it stays open for the next one. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { findField } from '@/api/meta';
import { refreshRecords } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { isEmpty, toBody } from '@/fields/value';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm, valuesOf } from '@/records/record/form';
import { Button } from '@/ui/button';

const asked = ['name', 'dueDate', 'amount'];
const nothing = {};

type Props = { entity: EntityMeta; project: RecordData; place: number; onDone: () => void };

export function MilestoneForm({ entity, project, place, onDone }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fields = useMemo(
    () =>
      asked.flatMap((name): FieldMeta[] => {
        const field = findField(entity, name);
        return field ? [{ ...field, help: null }] : [];
      }),
    [entity],
  );
  const form = useRecordForm(fields, nothing);
  const submit = form.handleSubmit(async (values) => {
    const given = fields.filter((field) => !isEmpty((values as JsonValues)[field.name]));
    try {
      const body = { ...toBody(given, values as JsonValues), projectId: project.id, position: place };
      await post(entity.path, body);
      form.reset(valuesOf(fields, nothing));
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
      aria-label={t('projects.add')}
      className="rounded-lg border border-line-strong p-3 shadow-panel"
      onKeyDown={(pressed) => pressed.key === 'Escape' && onDone()}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <div className="grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)]">
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            form={form}
            field={field}
            around={project}
            autoFocus={field.name === 'name'}
          />
        ))}
      </div>
      <div className="mt-3 flex gap-2">
        <Button type="submit" size="sm" look="primary" busy={busy}>
          {t('projects.put')}
        </Button>
        <Button size="sm" look="ghost" onClick={onDone} disabled={busy}>
          {t('events.schedule.done')}
        </Button>
      </div>
    </form>
  );
}
