/* SPDX-License-Identifier: Apache-2.0 */
/* A new record below the others of a list; the form stays open for the next one. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { refreshRecords } from '@/api/records';
import type { EntityMeta, Json, RecordData } from '@/api/types';
import { isEmpty, toBody } from '@/fields/value';
import { Button } from '@/ui/button';
import { FieldInput } from './FieldRow';
import { type JsonValues, showRefusal, useAsked, useRecordForm, valuesOf } from './form';

type Props = {
  entity: EntityMeta;
  /** Of the fields, in this order; typing begins in the first. */
  asked: string[];
  /** What the next one is likely to have as well. */
  kept?: string[];
  /** What nobody is asked: the record that it belongs to, and its place. */
  given: Record<string, Json>;
  around: RecordData;
  label: string;
  submit: string;
  /** The columns of the fields. */
  columns: string;
  onDone: () => void;
};

const pick = (values: JsonValues, names: string[]): JsonValues =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

export function AddForm(props: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { entity, asked, kept = [], given, around, label, submit, columns, onDone } = props;
  const fields = useAsked(entity, asked);
  const [initial, setInitial] = useState<JsonValues>({});
  const form = useRecordForm(fields, initial);
  const add = form.handleSubmit(async (values) => {
    const all = values as JsonValues;
    const filled = fields.filter((field) => !isEmpty(all[field.name]));
    try {
      await post(entity.path, { ...toBody(filled, all), ...given });
      const next = pick(all, kept);
      setInitial(next);
      form.reset(valuesOf(fields, next));
      form.setFocus(asked[0] ?? '');
      await refreshRecords(client);
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  const busy = form.formState.isSubmitting;
  return (
    <form
      noValidate
      aria-label={label}
      className="rounded-lg border border-line-strong p-3 shadow-panel"
      onKeyDown={(pressed) => pressed.key === 'Escape' && onDone()}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void add();
      }}
    >
      <div className={`grid gap-3 ${columns}`}>
        {fields.map((field, place) => (
          <FieldInput key={field.name} form={form} field={field} around={around} autoFocus={place === 0} />
        ))}
      </div>
      <div className="mt-3 flex gap-2">
        <Button type="submit" size="sm" look="primary" busy={busy}>
          {submit}
        </Button>
        <Button size="sm" look="ghost" onClick={onDone} disabled={busy}>
          {t('events.schedule.done')}
        </Button>
      </div>
    </form>
  );
}
