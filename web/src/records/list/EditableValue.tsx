/* SPDX-License-Identifier: Apache-2.0 */
/* A value that turns into its editor when it is clicked, and saves itself. */

import { type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { FieldValue } from '@/fields/display';
import { isEmpty, readValue } from '@/fields/value';
import { cn } from '@/lib/cn';
import { titleOf } from '@/lib/title';
import { CellEditor } from './CellEditor';
import { useCellSave } from './useCellSave';

type Props = {
  entity: EntityMeta;
  record: RecordData;
  field: FieldMeta | undefined;
  editable: boolean;
  /** What the record lacks: the currency of an amount, whose part it is. */
  around?: Record<string, Json | undefined>;
  /** What is said where there is nothing. */
  empty?: ReactNode;
  className?: string;
};

export function EditableValue({ entity, record, field, editable, around, empty, className }: Props) {
  const { t } = useTranslation();
  const save = useCellSave(entity);
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  if (!field) return null;
  const value = readValue(record, field);
  const whole = { ...around, ...record };
  const close = () => {
    setOpen(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const shown = isEmpty(value) ? (
    <span className="text-faint">{empty ?? '—'}</span>
  ) : (
    <FieldValue field={field} value={value} record={whole} dense />
  );
  if (!editable || field.readOnly) return <div className={cn('min-w-0 truncate', className)}>{shown}</div>;
  return (
    <div className={cn('relative min-h-8 min-w-0', className)}>
      {open ? (
        <CellEditor
          field={{ ...field, required: field.required ?? false }}
          record={whole}
          onCancel={close}
          onCommit={(next) => {
            close();
            void save(record, field, next);
          }}
        />
      ) : (
        <button
          ref={button}
          type="button"
          id={id}
          // Its name is what it does, then what it shows: who speaks to it says what stands there.
          aria-label={`${t('field.set', { field: field.label })}: ${titleOf(entity, record)}`}
          aria-labelledby={`${id} ${id}-value`}
          onClick={() => setOpen(true)}
          className="-mx-1.5 flex min-h-8 w-[calc(100%+12px)] min-w-0 items-center rounded-md px-1.5 [justify-content:inherit] [text-align:inherit] hover:bg-hover"
        >
          <span id={`${id}-value`} className="min-w-0 truncate">
            {shown}
          </span>
        </button>
      )}
    </div>
  );
}
