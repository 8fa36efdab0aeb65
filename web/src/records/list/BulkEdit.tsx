/* SPDX-License-Identifier: Apache-2.0 */
/* Sets fields of many records at once, by the same editors as the form's. */

import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Bulk, changeMany, type Which } from '@/api/bulk';
import type { EntityMeta, FieldMeta, Json } from '@/api/types';
import { useLocale } from '@/app/locale';
import { kindOf } from '@/fields';
import { formKey, queryName, toBody } from '@/fields/value';
import { formatNumber } from '@/lib/format';
import { Button } from '@/ui/button';
import { FormRow } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { Picker } from '@/ui/picker';
import { isEditable, visibleFields } from '../sections';
import { checkValue } from './CellEditor';

export type BulkProps = {
  entity: EntityMeta;
  which: Which;
  count: number;
  busy: boolean;
  run: (change: () => Promise<Bulk>, done: 'changed' | 'deleted') => Promise<boolean>;
  onClose: () => void;
};

type Line = { field: FieldMeta; value: Json | undefined; error: string };

/** What one value for many makes sense of. */
const choices = (entity: EntityMeta): FieldMeta[] =>
  visibleFields(entity).filter(
    (field) =>
      isEditable(field, false) &&
      field.name !== 'tags' &&
      !['json', 'externalIds'].includes(field.type) &&
      !(entity.titleFields.includes(field.name) && field.required),
  );

export function BulkEdit({ entity, which, count, busy, run, onClose }: BulkProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [lines, setLines] = useState<Line[]>([]);
  const free = choices(entity).filter((field) => !lines.some((line) => line.field === field));
  const setLine = (index: number, part: Partial<Line>) =>
    setLines((now) => now.map((line, at) => (at === index ? { ...line, ...part } : line)));
  const record = Object.fromEntries(lines.map((line) => [line.field.name, line.value]));
  const submit = () => {
    const values: Record<string, Json> = {};
    const checked = lines.map((line) => {
      const result = checkValue(line.field, line.value);
      if ('error' in result) return { ...line, error: result.error };
      values[formKey(line.field)] = result.value;
      return { ...line, error: '' };
    });
    setLines(checked);
    if (checked.some((line) => line.error)) return;
    const body = toBody(
      lines.map((line) => line.field),
      values,
    );
    void run(() => changeMany(entity, which, body), 'changed').then((good) => good && onClose());
  };
  const words = {
    count,
    number: formatNumber(count, locale),
    entity: entity.label.toLowerCase(),
    entities: entity.labelPlural.toLowerCase(),
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('bulk.editTitle', words)}>
      <form
        noValidate
        className="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="flex min-h-40 flex-col gap-3.5 overflow-y-auto px-5 py-3">
          <p className="text-muted">{t('bulk.editText')}</p>
          {lines.map((line, index) => {
            const { Input } = kindOf(line.field);
            const id = `bulk-${formKey(line.field)}`;
            return (
              <div key={id} className="flex items-start gap-2">
                <div className="min-w-0 flex-1">
                  <FormRow
                    id={id}
                    label={line.field.label}
                    error={line.error || undefined}
                    hint={line.field.help ?? undefined}
                  >
                    <Input
                      id={id}
                      field={line.field}
                      value={line.value}
                      record={record}
                      onChange={(value) => setLine(index, { value, error: '' })}
                      invalid={line.error !== ''}
                      describedBy={line.error ? `${id}-error` : undefined}
                    />
                  </FormRow>
                </div>
                <Button
                  look="ghost"
                  size="icon"
                  className="mt-5"
                  aria-label={t('bulk.removeField', { field: line.field.label })}
                  onClick={() => setLines(lines.filter((_, at) => at !== index))}
                >
                  <X size={14} aria-hidden />
                </Button>
              </div>
            );
          })}
          <Picker
            label={t('filter.field')}
            defaultOpen
            options={free.map((field) => ({ value: queryName(field), label: field.label }))}
            selected={[]}
            onChange={([name]) => {
              const field = free.find((one) => queryName(one) === name);
              if (field) setLines([...lines, { field, value: null, error: '' }]);
            }}
            trigger={
              <Button look={lines.length ? 'ghost' : 'outline'} size="sm" className="self-start">
                <Plus size={14} aria-hidden />
                {lines.length ? t('bulk.anotherField') : t('bulk.chooseField')}
              </Button>
            }
          />
        </div>
        <div className="flex justify-end gap-2 border-line border-t px-5 py-3">
          <Button look="ghost" onClick={onClose} disabled={busy}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={busy} disabled={lines.length === 0}>
            {t('bulk.change', words)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
