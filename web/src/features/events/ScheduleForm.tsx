/* SPDX-License-Identifier: Apache-2.0 */
/* An item of the run of show, written where it will stand. */

import { useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch, post, write } from '@/api/client';
import { may } from '@/api/meta';
import { refreshRecords } from '@/api/records';
import type { EntityMeta, Json, RecordData } from '@/api/types';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey, isEmpty, sameValue, toBody } from '@/fields/value';
import { etagOf } from '@/records/list/useCellSave';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useAsked, useRecordForm, valuesOf } from '@/records/record/form';
import { tellError, useUndo } from '@/records/undo';
import { Button } from '@/ui/button';
import { text } from './data';

const asked = ['title', 'startAt', 'endAt', 'location', 'assigneeId', 'eventVendorId', 'audience'];

type Props = {
  entity: EntityMeta;
  event: RecordData;
  item?: RecordData | undefined;
  startAt?: string | undefined;
  onDone: () => void;
};

export function ScheduleForm({ entity, event, item, startAt, onDone }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const undo = useUndo();
  const fields = useAsked(entity, asked);
  const [initial, setInitial] = useState<Record<string, Json | undefined>>(
    item ?? { startAt: startAt ?? null, audience: 'internal' },
  );
  const form = useRecordForm(fields, initial);
  const submit = form.handleSubmit(async (values) => {
    const all = values as JsonValues;
    try {
      if (item) {
        const changed = fields.filter((field) => !sameValue(all[formKey(field)], item[field.name]));
        if (changed.length) await patch(`${entity.path}/${item.id}`, toBody(changed, all), etagOf(item));
        onDone();
      } else {
        const given = fields.filter((field) => !isEmpty(all[formKey(field)]));
        const made = await post<RecordData>(entity.path, { ...toBody(given, all), eventId: event.id });
        // The next one begins where this one ends.
        const next = { startAt: text(made, 'endAt') || text(made, 'startAt'), audience: made['audience'] };
        setInitial(next);
        form.reset(valuesOf(fields, next));
        form.setFocus('title');
      }
      await refreshRecords(client);
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  const remove = async () => {
    if (!item) return;
    try {
      const { changesetId } = await write('DELETE', `${entity.path}/${item.id}`);
      undo.offer(t('events.schedule.removed', { title: text(item, 'title') }), changesetId);
      onDone();
      await refreshRecords(client);
    } catch (error) {
      tellError(error);
    }
  };
  const busy = form.formState.isSubmitting;
  return (
    <EntityContext.Provider value={entity.name}>
      <form
        noValidate
        aria-label={
          item ? t('events.schedule.edit', { title: text(item, 'title') }) : t('events.schedule.add')
        }
        className="rounded-lg border border-line-strong bg-surface p-3 shadow-panel"
        onKeyDown={(pressed) => pressed.key === 'Escape' && onDone()}
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void submit();
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
          {fields.map((field) => (
            <div key={field.name} className={field.name === 'title' ? 'sm:col-span-2' : 'min-w-0'}>
              <FieldInput
                form={form}
                field={field}
                around={{ eventId: event.id }}
                autoFocus={field.name === 'title'}
              />
            </div>
          ))}
        </div>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <Button type="submit" size="sm" look="primary" busy={busy}>
            {t(item ? 'events.schedule.save' : 'events.schedule.put')}
          </Button>
          <Button size="sm" look="ghost" onClick={onDone} disabled={busy}>
            {t(item ? 'action.cancel' : 'events.schedule.done')}
          </Button>
          {item && may(entity, 'delete') && (
            <Button size="sm" look="ghost" className="ml-auto" onClick={() => void remove()} disabled={busy}>
              <Trash2 size={14} aria-hidden />
              {t('action.delete')}
            </Button>
          )}
        </div>
      </form>
    </EntityContext.Provider>
  );
}
