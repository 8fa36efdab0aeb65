/* SPDX-License-Identifier: Apache-2.0 */
/* What was found in the file: how it is written and what stands in it. All of it can be said otherwise. */

import { useTranslation } from 'react-i18next';
import { useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { word } from '@/i18n';
import { formatNumber } from '@/lib/format';
import { FormRow, inputClass } from '@/ui/input';
import { entityOf, type ImportMap, type ImportRun, targets } from './data';
import { UseMapping } from './SavedMappings';

const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-15',
];
const delimiters = [',', ';', '|', '\t'];
const dateFormats = [
  'YYYY-MM-DD',
  'D/M/YYYY',
  'M/D/YYYY',
  'D.M.YYYY',
  'D-M-YYYY',
  'YYYY/M/D',
  'D/M/YY',
  'M/D/YY',
];
const SHOWN_ROWS = 5;

type Change = (change: Record<string, unknown>) => void;

function Choice(props: {
  name: string;
  value: string;
  options: [value: string, label: string][];
  onChange: (value: string) => void;
  hint?: string | undefined;
}) {
  const id = `import-${props.name}`;
  const known = props.options.some(([value]) => value === props.value);
  return (
    <FormRow id={id} label={word(`imports.${props.name}`)} hint={props.hint}>
      <select
        id={id}
        className={`${inputClass} h-8`}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {!known && <option value={props.value}>{props.value}</option>}
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </FormRow>
  );
}

function SampleTable({ run }: { run: ImportRun }) {
  const { t } = useTranslation();
  const detection = run.detection;
  if (!detection) return null;
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={t('imports.sample')}
      className="overflow-x-auto rounded-lg border border-line"
    >
      <table className="w-full text-left" aria-label={t('imports.sample')}>
        <thead>
          <tr className="text-muted text-xs">
            {detection.columns.map((column) => (
              <th key={column.name} scope="col" className="h-8 whitespace-nowrap px-3 font-medium">
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {detection.sample.slice(0, SHOWN_ROWS).map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a sample have nothing else to tell them apart
            <tr key={place} className="border-line border-t">
              {detection.columns.map((column, at) => (
                <td key={column.name} className="h-8 max-w-48 truncate px-3">
                  {row[at]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function FileStep({ run, map, onChange }: { run: ImportRun; map: ImportMap; onChange: Change }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const found = run.detection;
  if (!found) return null;
  const say = (change: Partial<ImportMap>) => onChange({ map: { ...map, ...change } });
  const into = targets.flatMap((target): [string, string][] => {
    const entity = entityOf(meta, target);
    return entity ? [[target, entity.labelPlural]] : [];
  });
  return (
    <>
      <p className="text-muted">
        {t('imports.found', {
          count: found.rows,
          rows: formatNumber(found.rows, locale),
          columns: t('imports.columnsOf', { count: found.columns.length }),
        })}
        {found.badRows > 0 && ` ${t('imports.badRows', { count: found.badRows })}`}
      </p>
      <div className="grid gap-3.5 sm:grid-cols-3">
        <Choice
          name="into"
          value={run.into ?? ''}
          options={into}
          onChange={(value) => onChange({ into: value })}
        />
        <Choice
          name="delimiter"
          value={found.delimiter}
          options={delimiters.map((one) => [one, word(`imports.delimiters.${delimiters.indexOf(one)}`)])}
          onChange={(value) => say({ delimiter: value })}
        />
        <Choice
          name="encoding"
          value={found.encoding === 'ascii' ? 'utf-8' : found.encoding}
          options={encodings.map((one) => [one, one.toUpperCase()])}
          onChange={(value) => say({ encoding: value })}
        />
        <Choice
          name="header"
          value={String(found.header)}
          options={[
            ['true', t('imports.headerYes')],
            ['false', t('imports.headerNo')],
          ]}
          onChange={(value) => say({ header: value === 'true' })}
        />
        <Choice
          name="dateFormat"
          value={map.dateFormat ?? found.dateFormat ?? ''}
          options={[
            ...(found.dateFormat ? [] : [['', t('imports.noDates')] as [string, string]]),
            ...dateFormats.map((one): [string, string] => [one, one]),
          ]}
          onChange={(value) => value && say({ dateFormat: value })}
          hint={found.dateFormatAmbiguous ? t('imports.ambiguous') : undefined}
        />
        <Choice
          name="decimalMark"
          value={map.decimalMark ?? found.decimalMark}
          options={[
            ['.', '1,234.50'],
            [',', '1.234,50'],
          ]}
          onChange={(value) => say({ decimalMark: value })}
        />
      </div>
      <SampleTable run={run} />
      <UseMapping onUse={(mappingId) => onChange({ mappingId })} />
    </>
  );
}
