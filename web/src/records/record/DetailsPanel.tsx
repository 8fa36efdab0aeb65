/* SPDX-License-Identifier: Apache-2.0 */
/* All fields of a record, grouped; edited in place and saved together. */

import { ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may } from '@/api/meta';
import type { EntityMeta, Json, RecordData } from '@/api/types';
import { useHotkeys } from '@/app/hotkeys';
import { useLocale } from '@/app/locale';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey, isEmpty, readValue } from '@/fields/value';
import { formatRelative } from '@/lib/format';
import { CUSTOM, isEditable, sectionsOf, visibleFields } from '../sections';
import { PropertyRow } from './FieldRow';
import { useRecordForm, valuesOf } from './form';
import { LeaveGuard } from './LeaveGuard';
import { MergeDialog } from './MergeDialog';
import { SaveBar } from './SaveBar';
import { type Tagged, useSave } from './useSave';

function Foot({ record }: { record: RecordData }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const ago = (value: Json | undefined) => (typeof value === 'string' ? formatRelative(value, locale) : '—');
  return (
    <p className="px-4 pt-3 text-faint text-xs">
      {t('record.foot', { created: ago(record['createdAt']), updated: ago(record['updatedAt']) })}
    </p>
  );
}

export function DetailsPanel({ entity, tagged }: { entity: EntityMeta; tagged: Tagged }) {
  const record = tagged.data;
  const { t } = useTranslation();
  const fields = useMemo(() => visibleFields(entity), [entity]);
  const editable = useMemo(() => fields.filter((field) => isEditable(field, false)), [fields]);
  const form = useRecordForm(editable, record);
  const saving = useSave(entity, tagged, editable, form);
  const [showEmpty, setShowEmpty] = useState(false);
  const [round, setRound] = useState(0);
  const mayEdit = may(entity, 'update') && !record['deletedAt'];
  const { dirtyFields, errors, isDirty } = form.formState;
  const changes = Object.values(dirtyFields).filter(Boolean).length;
  const dirty = isDirty && changes > 0;

  // Without a change of its own the key is left to whoever has one.
  useHotkeys(dirty ? { 'mod+s': () => saving.save() } : {});

  const key = new Set([...entity.titleFields, ...entity.listFields, 'tags']);
  const isQuiet = (name: string, value: Json | undefined, required?: boolean) =>
    isEmpty(value) && !required && !key.has(name);
  const hidden = fields.filter((f) => isQuiet(f.name, readValue(record, f), f.required)).length;
  const shown = fields.filter(
    (f) => showEmpty || formKey(f) in dirtyFields || !isQuiet(f.name, readValue(record, f), f.required),
  );

  return (
    <EntityContext.Provider value={entity.name}>
      <div className="relative flex min-h-0 flex-1 flex-col">
        <div className="flex min-h-0 flex-1 flex-col gap-px overflow-y-auto pt-2 pb-20">
          {sectionsOf(shown).map((section) => (
            <section key={section.label ?? ''} className="flex flex-col gap-px">
              {section.label && (
                <h2 className="px-4 pt-4 pb-1 font-medium text-xs">
                  {section.label === CUSTOM ? t('field.custom') : section.label}
                </h2>
              )}
              {section.fields.map((field) => (
                <PropertyRow
                  // After saving or discarding, rows start anew, as values and not as inputs.
                  key={`${formKey(field)}@${String(record['version'])}.${round}`}
                  form={form}
                  field={field}
                  record={record}
                  value={readValue(record, field)}
                  editable={mayEdit && isEditable(field, false)}
                />
              ))}
            </section>
          ))}
          {hidden > 0 && (
            <button
              type="button"
              aria-expanded={showEmpty}
              onClick={() => setShowEmpty(!showEmpty)}
              className="mx-2 mt-2 flex h-8 w-fit items-center gap-1.5 rounded-md px-2 text-muted text-xs hover:bg-hover hover:text-text"
            >
              <ChevronDown size={14} aria-hidden className={showEmpty ? 'rotate-180' : ''} />
              {showEmpty ? t('record.hideEmpty') : t('record.emptyFields', { count: hidden })}
            </button>
          )}
          <Foot record={record} />
        </div>
        {dirty && (
          <SaveBar
            changes={changes}
            problems={Object.keys(errors).length}
            busy={saving.busy}
            onSave={saving.save}
            onDiscard={() => {
              form.reset(valuesOf(editable, record));
              setRound(round + 1);
            }}
          />
        )}
        {saving.merging && (
          <MergeDialog
            conflicts={saving.merging.conflicts}
            theirs={saving.merging.theirs.data}
            busy={saving.busy}
            onCancel={saving.cancelMerge}
            onSave={(chosen) => void saving.resolve(chosen)}
          />
        )}
        <LeaveGuard dirty={dirty && !saving.busy} />
      </div>
    </EntityContext.Provider>
  );
}
