/* SPDX-License-Identifier: Apache-2.0 */
/* Which column becomes which field, with samples, and what to do where a value is not known yet. */

import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { cn } from '@/lib/cn';
import { inputClass } from '@/ui/input';
import { importable } from './csv';
import { isLinked } from './map';

export type Sample = { file: File; columns: string[]; rows: string[][]; delimiter: string };

const SHOWN = 3;

export const valuesOf = (sample: Sample, index: number): string[] =>
  sample.rows.map((row) => row[index] ?? '').filter(Boolean);

export function MappingTable(props: {
  sample: Sample;
  entity: EntityMeta;
  mapping: Record<string, string>;
  onChange: (column: string, field: string) => void;
  mayCreate: (field: FieldMeta) => boolean;
  creates: (field: FieldMeta) => boolean;
  onCreate: (field: FieldMeta, create: boolean) => void;
}) {
  const { t } = useTranslation();
  const { sample, entity, mapping, onChange, mayCreate, creates, onCreate } = props;
  const fields = importable(entity);
  return (
    <div className="overflow-x-auto rounded-xl shadow-panel">
      <table className="w-full min-w-150">
        <thead>
          <tr className="text-left text-muted text-xs">
            {(['column', 'sample', 'field', 'missing'] as const).map((key) => (
              <th key={key} scope="col" className="h-8 px-3 font-medium">
                {t(`imports.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sample.columns.map((column, index) => {
            const field = fields.find((f) => f.name === mapping[column]);
            return (
              <tr key={column} className="border-line border-t">
                <th scope="row" className="h-10 max-w-44 truncate px-3 text-left font-medium">
                  {column}
                </th>
                <td className="max-w-52 truncate px-3 text-muted">
                  {valuesOf(sample, index).slice(0, SHOWN).join(' · ')}
                </td>
                <td className="px-3">
                  <select
                    aria-label={column}
                    className={cn(inputClass, 'h-7 w-48', !field && 'text-faint')}
                    value={field?.name ?? ''}
                    onChange={(event) => onChange(column, event.target.value)}
                  >
                    <option value="">{t('imports.skip')}</option>
                    {fields.map((choice) => (
                      <option key={choice.name} value={choice.name}>
                        {choice.label}
                        {choice.required ? ' *' : ''}
                      </option>
                    ))}
                  </select>
                </td>
                <td className="px-3">
                  {field && isLinked(field) && mayCreate(field) && (
                    <label className="flex items-center gap-2 whitespace-nowrap">
                      <input
                        type="checkbox"
                        className="accent-(--c-accent)"
                        checked={creates(field)}
                        onChange={(event) => onCreate(field, event.target.checked)}
                      />
                      {t('imports.create')}
                    </label>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
