/* SPDX-License-Identifier: Apache-2.0 */
/* Which column becomes which field, with values of the file beside it, and how records that are there are found. */

import { useTranslation } from 'react-i18next';
import { findEntity, may, useMeta } from '@/api/meta';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatNumber } from '@/lib/format';
import { FormRow, inputClass } from '@/ui/input';
import type { Column, ImportMap, ImportRun } from './data';
import {
  isLink,
  isPicklist,
  keyFields,
  makes,
  missingFields,
  ruleOf,
  targetsOf,
  withField,
  withMaking,
} from './mapping';

import { KeepMapping } from './SavedMappings';

type Props = { run: ImportRun; entity: EntityMeta; map: ImportMap; onMap: (map: ImportMap) => void };
const SHOWN = 3;
const modes = ['upsert', 'create', 'update'] as const;

function useMayMake() {
  const meta = useMeta();
  return (field: FieldMeta): boolean => {
    if (isPicklist(field) || field.references === 'user') return meta.can.administer === true;
    const target = field.references ? findEntity(meta, field.references) : undefined;
    return target !== undefined && may(target, 'create');
  };
}

function ColumnRow({ column, rows, props }: { column: Column; rows: number; props: Props }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const mayMake = useMayMake();
  const { entity, map, onMap } = props;
  const targets = targetsOf(entity, t('imports.fullName'));
  const rule = ruleOf(map, column.name);
  const target = targets.find((one) => one.name === rule?.field);
  const field = target?.field;
  const canMake = field && (isLink(field) || isPicklist(field)) && mayMake(field);
  return (
    <tr className="border-line border-t">
      <th scope="row" className="h-11 max-w-44 px-3 text-left font-medium">
        <span className="block truncate">{column.name}</span>
        <span className="block font-normal text-faint text-xs">
          {t('imports.filled', { part: formatNumber(rows ? (100 * column.filled) / rows : 0, locale, 0) })}
        </span>
      </th>
      <td className="max-w-60 truncate px-3 text-muted">{column.samples.slice(0, SHOWN).join(' · ')}</td>
      <td className="px-3">
        <select
          aria-label={t('imports.fieldOf', { column: column.name })}
          className={cn(inputClass, 'h-8 w-52', !rule && 'text-faint')}
          value={rule?.field ?? ''}
          onChange={(event) =>
            onMap(
              withField(
                map,
                column.name,
                targets.find((one) => one.name === event.target.value),
                mayMake,
              ),
            )
          }
        >
          <option value="">{t('imports.skip')}</option>
          {rule && !target && <option value={rule.field}>{rule.field}</option>}
          {targets.map((one) => (
            <option key={one.name} value={one.name}>
              {one.label}
            </option>
          ))}
        </select>
      </td>
      <td className="px-3">
        {rule && field && canMake && (
          <label className="flex items-center gap-1.5 text-muted text-xs">
            <input
              type="checkbox"
              className="accent-(--c-accent)"
              checked={makes(rule, field)}
              onChange={(event) => onMap(withMaking(map, column.name, field, event.target.checked))}
            />
            {t(isPicklist(field) ? 'imports.addOption' : 'imports.createIt')}
          </label>
        )}
      </td>
    </tr>
  );
}

function KeyChoice({ run, entity, map, onMap }: Props) {
  const { t } = useTranslation();
  const fields = keyFields(entity, map, run.detection?.distinctColumns ?? []);
  const key = Array.isArray(map.key) ? map.key.join(', ') : (map.key ?? '');
  const { key: _key, mode: _mode, ...plain } = map;
  return (
    <div className="grid gap-3.5 sm:grid-cols-2">
      <FormRow id="import-key" label={t('imports.key')} hint={t('imports.keyHint')}>
        <select
          id="import-key"
          className={`${inputClass} h-8`}
          value={key}
          onChange={(event) =>
            onMap(
              event.target.value ? { ...plain, key: event.target.value, mode: map.mode ?? 'upsert' } : plain,
            )
          }
        >
          <option value="">{t('imports.noKey')}</option>
          {key && !fields.some((field) => field.name === key) && <option value={key}>{key}</option>}
          {fields.map((field) => (
            <option key={field.name} value={field.name}>
              {field.label}
            </option>
          ))}
        </select>
      </FormRow>
      {key && (
        <FormRow id="import-mode" label={t('imports.mode')}>
          <select
            id="import-mode"
            className={`${inputClass} h-8`}
            value={map.mode ?? 'upsert'}
            onChange={(event) => onMap({ ...map, mode: event.target.value })}
          >
            {modes.map((mode) => (
              <option key={mode} value={mode}>
                {t(`imports.modes.${mode}`)}
              </option>
            ))}
          </select>
        </FormRow>
      )}
    </div>
  );
}

export function ColumnsStep(props: Props) {
  const { t } = useTranslation();
  const { run, entity, map } = props;
  const missing = missingFields(entity, map);
  return (
    <>
      <p className="text-muted">{t('imports.columnsText')}</p>
      <div className="overflow-x-auto rounded-lg border border-line">
        <table className="w-full min-w-160">
          <thead>
            <tr className="text-left text-muted text-xs">
              {(['column', 'values', 'field', 'unknown'] as const).map((key) => (
                <th key={key} scope="col" className="h-8 px-3 font-medium">
                  {t(`imports.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.detection?.columns.map((column) => (
              <ColumnRow key={column.name} column={column} rows={run.detection?.rows ?? 0} props={props} />
            ))}
          </tbody>
        </table>
      </div>
      {missing.length > 0 && (
        <p role="status" className="text-warn">
          {t('imports.needed', { fields: missing.map((f) => f.label).join(', ') })}
        </p>
      )}
      <KeyChoice {...props} />
      <KeepMapping run={run} map={map} />
    </>
  );
}
