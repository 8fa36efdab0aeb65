/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of inputs: added, removed and put in order by buttons, saved together on top of what was read. */

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta, Json, NestedMeta, RecordData } from '@/api/types';
import { useHotkeys } from '@/app/hotkeys';
import { kindOf } from '@/fields';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { editableFieldsOf, moved, newRow, type Row, type RowErrors, rowsOf } from '../nested';
import { LeaveGuard } from './LeaveGuard';
import type { Tagged } from './useSave';
import { useSaveNested } from './useSaveNested';

type CellProps = {
  id: string;
  field: FieldMeta;
  row: Row;
  record: RecordData;
  error: string | undefined;
  onChange: (value: Json) => void;
};

/** References and texts take what room there is; numbers, flags and options need little. */
const widthOf = (field: FieldMeta): string =>
  ({
    reference: 'md:min-w-40 md:flex-[2]',
    text: 'md:min-w-32 md:flex-[3]',
    boolean: 'md:w-20',
    decimal: 'md:w-24',
    percent: 'md:w-24',
    integer: 'md:w-24',
  })[field.type as string] ?? 'md:min-w-28 md:flex-1';

function Cell({ id, field, row, record, error, onChange }: CellProps) {
  const { Input } = kindOf(field);
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', widthOf(field))}>
      <label htmlFor={id} className="truncate text-muted text-xs" title={field.help ?? undefined}>
        {field.label}
        {field.required && <span className="text-danger"> *</span>}
      </label>
      <Input
        id={id}
        field={field}
        value={row.values[field.name]}
        record={{ ...record, ...row.values }}
        onChange={onChange}
        invalid={Boolean(error)}
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

type RowProps = {
  place: number;
  count: number;
  fields: FieldMeta[];
  row: Row;
  record: RecordData;
  errors: Record<string, string> | undefined;
  onChange: (field: FieldMeta, value: Json) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
};

function EditorRow({ place, count, fields, row, record, errors, onChange, onMove, onRemove }: RowProps) {
  const { t } = useTranslation();
  const base = useId();
  return (
    <li className="border-line border-b px-4 py-3">
      <fieldset className="flex gap-3 max-md:flex-col" aria-label={t('nested.row', { place })}>
        <div className="flex min-w-0 flex-1 gap-3 max-md:flex-col">
          {fields.map((field) => (
            <Cell
              key={field.name}
              id={`${base}-${field.name}`}
              field={field}
              row={row}
              record={record}
              error={errors?.[field.name]}
              onChange={(value) => onChange(field, value)}
            />
          ))}
        </div>
        <div className="flex shrink-0 items-center gap-0.5 md:mt-5 md:self-start">
          <span className="flex-1 text-faint text-xs tabular-nums md:hidden">{place}</span>
          <Button
            look="ghost"
            size="iconSm"
            aria-label={t('nested.up', { place })}
            disabled={place === 1}
            onClick={() => onMove(-1)}
          >
            <ArrowUp size={14} aria-hidden />
          </Button>
          <Button
            look="ghost"
            size="iconSm"
            aria-label={t('nested.down', { place })}
            disabled={place === count}
            onClick={() => onMove(1)}
          >
            <ArrowDown size={14} aria-hidden />
          </Button>
          <Button look="ghost" size="iconSm" aria-label={t('nested.remove', { place })} onClick={onRemove}>
            <X size={14} aria-hidden />
          </Button>
        </div>
      </fieldset>
      {errors?.[''] && (
        <p role="alert" className="pt-1 text-danger text-xs">
          {errors['']}
        </p>
      )}
    </li>
  );
}

/** An editor that is opened on nothing begins with a row. */
function firstRows(nested: NestedMeta, record: RecordData): Row[] {
  const rows = rowsOf(nested, record).map((values) => ({ key: String(values['id']), values }));
  return rows.length ? rows : [newRow(nested, 'new-0')];
}

export function NestedEditor({
  entity,
  nested,
  tagged,
  onDone,
}: {
  entity: EntityMeta;
  nested: NestedMeta;
  tagged: Tagged;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const [rows, setRows] = useState(() => firstRows(nested, tagged.data));
  const [made, setMade] = useState(1);
  const [touched, setTouched] = useState(false);
  const [errors, setErrors] = useState<RowErrors>({});
  const saving = useSaveNested(entity, nested, tagged);
  const fields = editableFieldsOf(nested);
  const change = (next: Row[]) => {
    setRows(next);
    setTouched(true);
  };
  const add = () => {
    change([...rows, newRow(nested, `new-${made}`)]);
    setMade(made + 1);
  };
  const save = async () => {
    const wrong = await saving.save(rows);
    if (wrong) setErrors(wrong);
    else onDone();
  };
  useHotkeys({ 'mod+s': () => void save() });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <ol className="min-h-0 flex-1 overflow-y-auto">
        {rows.map((row, index) => (
          <EditorRow
            key={row.key}
            place={index + 1}
            count={rows.length}
            fields={fields}
            row={row}
            record={tagged.data}
            errors={errors[row.key]}
            onChange={(field, value) =>
              change(
                rows.map((r) =>
                  r.key === row.key ? { ...r, values: { ...r.values, [field.name]: value } } : r,
                ),
              )
            }
            onMove={(by) => change(moved(rows, index, by))}
            onRemove={() => change(rows.filter((r) => r.key !== row.key))}
          />
        ))}
      </ol>
      <div className="flex shrink-0 items-center gap-2 border-line border-t bg-surface px-4 py-2.5">
        <Button size="sm" look="ghost" onClick={add} disabled={rows.length >= nested.most}>
          <Plus size={14} aria-hidden />
          {t('nested.add')}
        </Button>
        <span className="flex-1" />
        <Button size="sm" look="ghost" onClick={onDone} disabled={saving.busy}>
          {t('action.cancel')}
        </Button>
        <Button size="sm" look="primary" onClick={() => void save()} busy={saving.busy}>
          {t('action.save')}
        </Button>
      </div>
      <LeaveGuard dirty={touched && !saving.busy} />
    </div>
  );
}
