/* SPDX-License-Identifier: Apache-2.0 */
/* Writes down a note, a call, a meeting or a task without leaving the record. */

import { useQueryClient } from '@tanstack/react-query';
import { SquareCheck } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, findField, may, useMeta } from '@/api/meta';
import { createRecord, refreshRecords } from '@/api/records';
import type { EntityMeta, FieldMeta, Json, Meta, RecordData } from '@/api/types';
import { modKey } from '@/app/hotkeys';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey, isEmpty } from '@/fields/value';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { Kbd } from '@/ui/bits';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { TypeIcon } from './ActivityEntry';
import { aboutField } from './streams';

type Loose = Record<string, Json | undefined>;
type Kind = {
  key: 'note' | 'call' | 'meeting' | 'task';
  entity: 'activity' | 'task';
  /** The first is what must be said. */
  fields: string[];
  preset: (meta: Meta) => Record<string, Json>;
};

const now = () => new Date().toISOString();

/** A meeting that is written down before it takes place is planned. */
const kinds: Kind[] = [
  { key: 'note', entity: 'activity', fields: ['body'], preset: () => ({ type: 'note', status: 'done' }) },
  {
    key: 'call',
    entity: 'activity',
    fields: ['subject', 'outcome', 'startAt', 'body'],
    preset: () => ({ type: 'call', startAt: now() }),
  },
  {
    key: 'meeting',
    entity: 'activity',
    fields: ['subject', 'startAt', 'location', 'body'],
    preset: () => ({ type: 'meeting', startAt: now() }),
  },
  {
    key: 'task',
    entity: 'task',
    fields: ['title', 'dueAt', 'assigneeId', 'priority'],
    preset: (meta) => ({ assigneeId: meta.user.id }),
  },
];

/** What hangs on a deal is told of its company and contact as well. */
function linksOf(work: EntityMeta, entity: EntityMeta, record: RecordData): Loose {
  const about = aboutField(work, entity);
  const also = ['companyId', 'contactId'].filter(
    (name) => name !== about && findField(work, name) && !isEmpty(record[name]),
  );
  return Object.fromEntries([[about, record.id], ...also.map((name) => [name, record[name]])]);
}

const planned = (values: Loose): Record<string, Json> =>
  typeof values['startAt'] === 'string'
    ? { status: Date.parse(values['startAt']) > Date.now() ? 'planned' : 'done' }
    : {};

function KindForm({
  kind,
  entity,
  record,
  onDone,
}: {
  kind: Kind;
  entity: EntityMeta;
  record: RecordData;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const meta = useMeta();
  const client = useQueryClient();
  const work = findEntity(meta, kind.entity) as EntityMeta;
  const fields = useMemo(
    () =>
      kind.fields.flatMap((name, place): FieldMeta[] => {
        const field = findField(work, name);
        return field ? [{ ...field, required: place === 0 }] : [];
      }),
    [kind, work],
  );
  const preset = useMemo(() => kind.preset(meta), [kind, meta]);
  const form = useRecordForm(fields, preset);
  const submit = form.handleSubmit(async (values) => {
    const given = Object.entries(values as JsonValues).filter(([, value]) => !isEmpty(value));
    const body = { ...preset, ...linksOf(work, entity, record), ...Object.fromEntries(given) };
    try {
      await createRecord(work, { ...body, ...(kind.entity === 'activity' ? planned(body) : {}) } as Record<
        string,
        Json
      >);
      toast.good(t(`composer.saved.${kind.key}`));
      onDone();
      await refreshRecords(client);
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void submit();
    else if (event.key === 'Escape' && !event.defaultPrevented) onDone();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <EntityContext.Provider value={work.name}>
      <form
        noValidate
        onKeyDown={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        className="flex flex-col gap-3 p-3"
      >
        <div className="grid gap-3 sm:grid-cols-2">
          {fields.map((field, place) => (
            <div
              key={formKey(field)}
              className={place === 0 || field.type === 'longText' ? 'sm:col-span-2' : ''}
            >
              <FieldInput form={form} field={field} autoFocus={place === 0} />
            </div>
          ))}
        </div>
        <div className="flex items-center justify-end gap-2">
          <span className="mr-auto hidden items-center gap-1 text-faint sm:flex">
            <Kbd>{modKey}</Kbd>
            <Kbd>↵</Kbd>
          </span>
          <Button size="sm" look="ghost" onClick={onDone} disabled={form.formState.isSubmitting}>
            {t('action.cancel')}
          </Button>
          <Button size="sm" type="submit" look="primary" busy={form.formState.isSubmitting}>
            {t(`composer.save.${kind.key}`)}
          </Button>
        </div>
      </form>
    </EntityContext.Provider>
  );
}

/** What is still being saved may end when another kind is open already: that one stays. */
export function Composer({ entity, record }: { entity: EntityMeta; record: RecordData }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const [open, setOpen] = useState<Kind | null>(null);
  const offered = kinds.filter(({ entity: name }) => {
    const work = findEntity(meta, name);
    return work && may(work, 'create') && aboutField(work, entity);
  });
  if (offered.length === 0) return null;
  return (
    <section aria-label={t('composer.label')} className="px-5 pt-4">
      <div className="max-w-3xl rounded-lg border border-line">
        <div className="flex items-center gap-1 overflow-x-auto p-1.5 [scrollbar-width:none]">
          {offered.map((kind) => (
            <Button
              key={kind.key}
              size="sm"
              look="ghost"
              aria-expanded={open?.key === kind.key}
              className={open?.key === kind.key ? 'bg-active text-text' : ''}
              onClick={() => setOpen(open?.key === kind.key ? null : kind)}
            >
              {kind.key === 'task' ? <SquareCheck size={14} aria-hidden /> : <TypeIcon type={kind.key} />}
              {t(`composer.kind.${kind.key}`)}
            </Button>
          ))}
        </div>
        {open && (
          <div className="border-line border-t">
            <KindForm
              key={open.key}
              kind={open}
              entity={entity}
              record={record}
              onDone={() => setOpen((now) => (now === open ? null : now))}
            />
          </div>
        )}
      </div>
    </section>
  );
}
