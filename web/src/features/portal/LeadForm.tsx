/* SPDX-License-Identifier: Apache-2.0 */
/* The short form of a lead, for a new one and for one that is corrected. */

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey } from '@/fields/value';
import { cn } from '@/lib/cn';
import { FieldInput } from '@/records/record/FieldRow';
import type { RecordForm } from '@/records/record/form';
import type { Part } from './fields';

/** A name's halves, an address and a number stand side by side; a text takes the whole line. */
const isWide = (field: FieldMeta): boolean => field.type === 'longText' || field.name === 'company';

export function LeadForm(props: {
  entity: EntityMeta;
  parts: Part[];
  form: RecordForm;
  onSubmit: () => void;
  hint?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { entity, parts, form, onSubmit, hint, className, children } = props;
  return (
    <EntityContext.Provider value={entity.name}>
      <form
        noValidate
        className={cn('flex flex-col gap-6', className)}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {parts.map(({ key, fields }) => (
          <fieldset key={key} className="min-w-0">
            <legend className="pb-3 font-semibold text-sm">
              {t(`portal.${key}`)}
              {key === 'what' && (
                <span className="ml-2 font-normal text-faint text-xs">{t('portal.whatText')}</span>
              )}
            </legend>
            <div className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
              {fields.map((field) => (
                <div key={formKey(field)} className={cn('min-w-0', isWide(field) && 'sm:col-span-2')}>
                  <FieldInput
                    form={form}
                    field={
                      field.name === 'description'
                        ? { ...field, label: t('portal.need') }
                        : { ...field, help: null }
                    }
                  />
                </div>
              ))}
            </div>
            {key === 'who' && hint}
          </fieldset>
        ))}
        {children}
      </form>
    </EntityContext.Provider>
  );
}
