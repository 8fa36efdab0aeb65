/* SPDX-License-Identifier: Apache-2.0 */
/* One field of a form: as an input with its label above, or as a property that turns into one when clicked. */

import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { type FieldError, useController, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { FieldMeta, Json } from '@/api/types';
import { kindOf } from '@/fields';
import { FieldValue } from '@/fields/display';
import { formKey } from '@/fields/value';
import { cn } from '@/lib/cn';
import { FormRow } from '@/ui/input';
import type { RecordForm } from './form';

/** What a reference may point to can depend on the form's other fields, so it follows them. */
const useOthers = (form: RecordForm, field: FieldMeta) =>
  useWatch({ control: form.control, disabled: field.type !== 'reference' });

type Loose = Record<string, Json | undefined>;
const messageOf = (error: FieldError | undefined) => error?.message;

export function FieldInput({
  form,
  field,
  autoFocus,
  around,
}: {
  form: RecordForm;
  field: FieldMeta;
  autoFocus?: boolean;
  /** Of the record beyond the form: the currency of an amount, what a reference must belong to. */
  around?: Loose;
}) {
  const { field: control, fieldState } = useController({ control: form.control, name: formKey(field) });
  useOthers(form, field);
  const { Input } = kindOf(field);
  const id = `field-${formKey(field)}`;
  const error = messageOf(fieldState.error);
  return (
    <FormRow
      id={id}
      label={field.label}
      error={error}
      hint={field.help ?? undefined}
      required={field.required ?? false}
    >
      <Input
        id={id}
        field={field}
        value={control.value as Json}
        record={{ ...around, ...(form.getValues() as Loose) }}
        onChange={control.onChange}
        onBlur={control.onBlur}
        invalid={fieldState.invalid}
        autoFocus={autoFocus ?? false}
        describedBy={error ? `${id}-error` : field.help ? `${id}-hint` : undefined}
      />
    </FormRow>
  );
}

type RowProps = { form: RecordForm; field: FieldMeta; record: Loose; editable: boolean };

function Editor({
  form,
  field,
  record,
  autoFocus,
  onLeave,
}: RowProps & { autoFocus: boolean; onLeave: () => void }) {
  const { field: control, fieldState } = useController({ control: form.control, name: formKey(field) });
  useOthers(form, field);
  const { Input } = kindOf(field);
  const id = `field-${formKey(field)}`;
  const error = messageOf(fieldState.error);
  return (
    <div className="flex flex-col gap-1">
      <Input
        id={id}
        field={field}
        value={control.value as Json}
        record={{ ...record, ...(form.getValues() as Loose) }}
        onChange={control.onChange}
        onBlur={() => {
          control.onBlur();
          onLeave();
        }}
        invalid={fieldState.invalid}
        autoFocus={autoFocus}
        describedBy={error ? `${id}-error` : undefined}
      />
      {error && (
        <p id={`${id}-error`} role="alert" className="text-danger text-xs">
          {error}
        </p>
      )}
    </div>
  );
}

/** Links inside a value stay links; anywhere else on it a click starts editing. */
export function PropertyRow(props: RowProps & { value: Json | undefined }) {
  const { t } = useTranslation();
  const { form, field, record, value, editable } = props;
  const [open, setOpen] = useState(false);
  const state = form.getFieldState(formKey(field), form.formState);
  const editing = editable && (open || state.isDirty || state.invalid);
  const clickable = editable && !editing;
  const start = () => setOpen(true);
  return (
    <div className="grid grid-cols-[minmax(96px,36%)_minmax(0,1fr)] items-start gap-2 px-4">
      <label
        htmlFor={`field-${formKey(field)}`}
        title={field.help ?? undefined}
        className="truncate py-1.5 text-muted"
        {...(editing ? {} : { htmlFor: undefined })}
      >
        {field.label}
        {field.required && editing && <span className="text-danger"> *</span>}
      </label>
      {editing ? (
        <Editor
          {...props}
          autoFocus={open && !state.isDirty && !state.invalid}
          onLeave={() => setOpen(false)}
        />
      ) : (
        <div className="relative min-w-0">
          {clickable && (
            <button
              type="button"
              aria-label={t('field.set', { field: field.label })}
              onClick={start}
              className="peer absolute inset-0 w-full rounded-md hover:bg-hover"
            />
          )}
          <div
            className={cn(
              'pointer-events-none relative min-h-8 break-words px-2 py-1.5',
              '[&_a]:pointer-events-auto',
              // Beside a link stays room to click for who wants to edit.
              field.type === 'longText' ? 'max-h-64 overflow-y-auto' : 'reach [&_a]:-my-0.5',
              clickable && '[&_a]:max-w-[calc(100%-24px)]',
            )}
          >
            <FieldValue field={field} value={value} record={record} />
          </div>
          {clickable && (
            <Pencil
              size={12}
              aria-hidden
              className="pointer-events-none absolute top-2.5 right-2 text-faint opacity-0 peer-hover:opacity-100 peer-focus-visible:opacity-100"
            />
          )}
        </div>
      )}
    </div>
  );
}
