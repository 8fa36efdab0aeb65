/* SPDX-License-Identifier: Apache-2.0 */
/* A custom field: its type first, then what that type is asked about. */

import { useQueryClient } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { findEntity, findField, useMeta } from '@/api/meta';
import { createRecord, updateRecord } from '@/api/records';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { refreshSetup } from '@/features/setup/data';
import { formKey, isEmpty, toBody } from '@/fields/value';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { Button } from '@/ui/button';
import { FormRow, inputClass } from '@/ui/input';
import { Sheet } from '@/ui/overlay';
import { type Drafts, draft, OptionsEditor } from './OptionsEditor';
import { type CustomField, type CustomType, fieldsFor, optionsOf, types, typesFor } from './types';

function TypeChoice({ entity, onPick }: { entity: EntityMeta; onPick: (type: CustomType) => void }) {
  const { t } = useTranslation();
  const labels = findField(entity, 'type')?.options ?? [];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
      <h3 className="pb-2 text-muted">{t('customFields.chooseType')}</h3>
      <ul className="grid gap-2 sm:grid-cols-2">
        {types.map((type) => (
          <li key={type}>
            <button
              type="button"
              onClick={() => onPick(type)}
              className="flex h-full w-full items-center gap-2 rounded-lg px-3 py-2 text-left ring-1 ring-line ring-inset hover:bg-hover"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{labels.find((o) => o.key === type)?.label ?? type}</span>
                <span className="block text-muted text-xs">{t(`customFields.typeText.${type}`)}</span>
              </span>
              <ChevronRight size={14} aria-hidden className="shrink-0 text-faint" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

type FormProps = {
  entity: EntityMeta;
  of: EntityMeta;
  type: CustomType;
  field: CustomField | null;
  last: number;
  onType: (type: CustomType | null) => void;
  onClose: () => void;
};

const empty = {};

/** New fields leave out what is empty, so that the server's own defaults hold. */
const given = (body: Record<string, Json>, creating: boolean): Record<string, Json> =>
  creating ? Object.fromEntries(Object.entries(body).filter(([, value]) => !isEmpty(value))) : body;

function useFieldForm({ entity, of, type, field, last, onClose }: FormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [drafts, setDrafts] = useState<Drafts>(
    () =>
      field?.options?.map((o) => draft({ ...o, color: o.color ?? null, archived: o.archived ?? false })) ?? [
        draft(),
      ],
  );
  const [optionsError, setOptionsError] = useState('');
  const known = field?.options ?? undefined;
  const shape = useMemo(() => fieldsFor(entity, type, field === null, known), [entity, type, field, known]);
  const fields = useMemo(() => [...shape.needed, ...shape.further], [shape]);
  const initial = useMemo((): RecordData | Record<string, Json> => {
    if (field) return field;
    const presets = fields.filter((f) => f.default !== undefined && f.default !== null);
    return presets.length ? Object.fromEntries(presets.map((f) => [f.name, f.default as Json])) : empty;
  }, [field, fields]);
  const form = useRecordForm(fields, initial);
  const send = async (values: JsonValues) => {
    const options = optionsOf(drafts);
    if (shape.hasOptions && options.length === 0) {
      setOptionsError(t('customFields.optionsMissing'));
      return;
    }
    const body = {
      ...given(toBody(fields, values), field === null),
      ...(shape.hasOptions ? { options } : {}),
    };
    setOptionsError('');
    try {
      if (field)
        await updateRecord(
          entity,
          field.id,
          { ...body, ...(type === field.type ? {} : { type }) },
          `"v${field['version']}"`,
        );
      else await createRecord(entity, { ...body, entity: of.name, type, position: last + 10 });
      await refreshSetup(client);
      onClose();
    } catch (error) {
      const aboutOptions =
        error instanceof ApiError && error.details.find((d) => d.field?.startsWith('options'));
      if (aboutOptions) setOptionsError(aboutOptions.message);
      showRefusal(form, fields, error);
    }
  };
  const submit = form.handleSubmit((values) => send(values as JsonValues));
  const put = (next: Drafts) => {
    setDrafts(next);
    setOptionsError('');
  };
  return { form, shape, drafts, put, optionsError, submit };
}

function FieldForm(props: FormProps) {
  const { entity, type, field, onType, onClose } = props;
  const { t } = useTranslation();
  const meta = useMeta();
  const { form, shape, drafts, put, optionsError, submit } = useFieldForm(props);
  const [more, setMore] = useState(field !== null);
  const { errors, isSubmitting } = form.formState;
  const labels = findField(entity, 'type')?.options ?? [];
  const labelOf = (one: CustomType) => labels.find((o) => o.key === one)?.label ?? one;
  const stage = findEntity(meta, 'stage');
  const palette = (stage && findField(stage, 'color')) as FieldMeta;
  const showsMore = more || shape.further.some((f) => formKey(f) in errors);
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-y-auto px-5 py-4">
        {field && typesFor(field).length > 1 ? (
          <FormRow
            id="custom-type"
            label={t('customFields.type')}
            hint={findField(entity, 'type')?.help ?? undefined}
          >
            <select
              id="custom-type"
              className={`${inputClass} h-8`}
              value={type}
              onChange={(event) => onType(event.target.value as CustomType)}
            >
              {typesFor(field).map((one) => (
                <option key={one} value={one}>
                  {labelOf(one)}
                </option>
              ))}
            </select>
          </FormRow>
        ) : (
          <p className="flex items-center gap-2 text-muted">
            {labelOf(type)}
            {!field && (
              <Button look="ghost" size="sm" onClick={() => onType(null)}>
                {t('customFields.otherType')}
              </Button>
            )}
          </p>
        )}
        {shape.needed.map((one, at) => (
          <FieldInput key={one.name} form={form} field={one} autoFocus={at === 0} />
        ))}
        {shape.hasOptions && (
          <OptionsEditor palette={palette} drafts={drafts} error={optionsError} onChange={put} />
        )}
        {showsMore ? (
          shape.further.map((one) => <FieldInput key={one.name} form={form} field={one} />)
        ) : (
          <Button look="ghost" size="sm" className="self-start" onClick={() => setMore(true)}>
            {t('customFields.more')}
          </Button>
        )}
      </div>
      <div className="flex shrink-0 justify-end gap-2 border-line border-t px-5 py-3">
        <Button look="ghost" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" look="primary" busy={isSubmitting}>
          {field ? t('action.save') : t('customFields.create')}
        </Button>
      </div>
    </form>
  );
}

export function FieldSheet(props: Omit<FormProps, 'type' | 'onType'>) {
  const { t } = useTranslation();
  const { entity, of, field, onClose } = props;
  const [type, setType] = useState<CustomType | null>(field?.type ?? null);
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={
        field
          ? t('customFields.editOf', { name: field.label })
          : t('customFields.newOf', { entities: of.labelPlural.toLowerCase() })
      }
    >
      {type ? (
        <FieldForm {...props} type={type} onType={setType} />
      ) : (
        <TypeChoice entity={entity} onPick={setType} />
      )}
    </Sheet>
  );
}
