/* SPDX-License-Identifier: Apache-2.0 */
/* A new record of any entity, in a sheet over whatever one was doing. */

import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { metaQuery, useEntity } from '@/api/meta';
import { createRecord, recordPath } from '@/api/records';
import type { EntityMeta, Json } from '@/api/types';
import { modKey } from '@/app/hotkeys';
import { type Creating, creating } from '@/app/stores';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey, isEmpty, toBody } from '@/fields/value';
import { titleOf } from '@/lib/title';
import { Kbd } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Sheet } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { asked, CUSTOM, firstFields, isEditable, sectionsOf, visibleFields } from '../sections';
import { FieldInput } from './FieldRow';
import { type JsonValues, showRefusal, useRecordForm, valuesOf } from './form';

function useCreate(entity: EntityMeta, defaults: Creating['defaults']) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const fields = useMemo(
    () =>
      visibleFields(entity)
        .filter((field) => isEditable(field, true))
        .map(asked),
    [entity],
  );
  const initial = useMemo((): Record<string, Json | undefined> => {
    const preset = fields
      .filter((f) => !f.custom && !isEmpty(f.default))
      .map((f) => [f.name, f.default] as const);
    return { ...Object.fromEntries(preset), ...defaults };
  }, [fields, defaults]);
  const form = useRecordForm(fields, initial);
  const submit = (another: boolean) =>
    form.handleSubmit(async (values) => {
      // What was left empty is not sent: the server then applies its own default.
      const given = Object.entries(values as JsonValues).filter(([, value]) => !isEmpty(value));
      try {
        const record = await createRecord(entity, toBody(fields, Object.fromEntries(given)));
        const title = titleOf(entity, record);
        const open = () => void navigate(recordPath(entity, record.id));
        toast.good(t('record.created', { entity: entity.label }), {
          ...(title ? { description: title } : {}),
          ...(another || Object.keys(defaults).length
            ? { action: { label: t('list.open', { title: '' }).trim(), run: open } }
            : {}),
        });
        if (another) form.reset(valuesOf(fields, initial));
        else creating.set(null);
        await client.invalidateQueries({ queryKey: ['list'] });
        await client.invalidateQueries({ queryKey: ['overview'] });
        if (!another && Object.keys(defaults).length === 0) open();
      } catch (error) {
        showRefusal(form, fields, error);
      }
    })();
  return { fields, form, submit };
}

function Form({ entity, defaults }: { entity: EntityMeta; defaults: Creating['defaults'] }) {
  const { t } = useTranslation();
  const { fields, form, submit } = useCreate(entity, defaults);
  const [all, setAll] = useState(false);
  const { errors, isSubmitting } = form.formState;
  const first = firstFields(entity, fields);
  const shown = all
    ? fields
    : fields.filter((f) => first.includes(f) || formKey(f) in errors || f.name in defaults);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void submit(false);
  };
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(false);
      }}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">
        {sectionsOf(shown).map((section) => (
          <section key={section.label ?? ''} className="flex flex-col gap-3.5">
            {section.label && (
              <h3 className="border-line border-t pt-4 font-medium text-sm">
                {section.label === CUSTOM ? t('field.custom') : section.label}
              </h3>
            )}
            {section.fields.map((field) => (
              <FieldInput key={formKey(field)} form={form} field={field} />
            ))}
          </section>
        ))}
        {!all && shown.length < fields.length && (
          <Button look="ghost" size="sm" className="self-start" onClick={() => setAll(true)}>
            {t('record.allFields')}
          </Button>
        )}
      </div>
      <div className="flex shrink-0 items-center gap-2 border-line border-t px-5 py-3">
        <span className="hidden items-center gap-1 text-faint text-xs sm:flex">
          <Kbd>{modKey}</Kbd>
          <Kbd>↵</Kbd>
        </span>
        <Button look="ghost" className="ml-auto" disabled={isSubmitting} onClick={() => void submit(true)}>
          {t('action.createAnother')}
        </Button>
        <Button type="submit" look="primary" busy={isSubmitting}>
          {t('action.create')}
        </Button>
      </div>
    </form>
  );
}

export default function CreateSheet({ entity: name, defaults }: Creating) {
  const { t } = useTranslation();
  const entity = useEntity(name);
  const client = useQueryClient();
  // A field or an option that was defined since the metadata was read joins the form while it is open.
  useEffect(() => void client.invalidateQueries({ queryKey: metaQuery.queryKey }), [client]);
  if (!entity) return null;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && creating.set(null)}
      title={t('list.new', { entity: entity.label.toLowerCase() })}
    >
      <EntityContext.Provider value={entity.name}>
        <Form entity={entity} defaults={defaults} />
      </EntityContext.Provider>
    </Sheet>
  );
}
