/* SPDX-License-Identifier: Apache-2.0 */
/* Import, first form: a file, an entity, a guessed mapping, then the server's report. */

import { useQueryClient } from '@tanstack/react-query';
import { FileUp, Upload } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ApiError } from '@/api/client';
import { may, slugOf, useMeta } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { formatNumber } from '@/lib/format';
import { Button, buttonClass } from '@/ui/button';
import { FormRow, inputClass } from '@/ui/input';
import { toast } from '@/ui/toast';
import { guessMapping, guessSeparator, importable, parseCsv } from './csv';
import { Report } from './Report';
import { type ImportReport, runImport } from './run';

const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_ROWS = 4;

type Chosen = { file: File; columns: string[]; rows: string[][] };

async function readSample(file: File): Promise<Chosen> {
  const text = await file.slice(0, SAMPLE_BYTES).text();
  const [columns = [], ...rows] = parseCsv(text, guessSeparator(text), SAMPLE_ROWS + 1);
  return { file, columns, rows };
}

function DropBox({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    <label
      htmlFor="import-file"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`flex cursor-pointer flex-col items-center gap-3 rounded-xl border border-dashed px-6 py-14 text-center focus-within:outline-2 focus-within:outline-accent ${
        over ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-subtle'
      }`}
    >
      <FileUp size={24} strokeWidth={1.5} className="text-faint" aria-hidden />
      <span className="text-muted">{t('imports.drop')}</span>
      <input
        id="import-file"
        type="file"
        accept=".csv,text/csv"
        className="sr-only"
        onChange={(event) => event.target.files?.[0] && onFile(event.target.files[0])}
      />
      <span className={buttonClass('outline', 'sm')}>{t('imports.choose')}</span>
    </label>
  );
}

function MappingTable(props: {
  chosen: Chosen;
  entity: EntityMeta;
  mapping: Record<string, string>;
  onChange: (column: string, field: string) => void;
}) {
  const { t } = useTranslation();
  const { chosen, entity, mapping, onChange } = props;
  return (
    <div className="overflow-x-auto rounded-xl shadow-panel">
      <table className="w-full min-w-120">
        <thead>
          <tr className="text-left text-muted text-xs">
            {(['column', 'sample', 'field'] as const).map((key) => (
              <th key={key} scope="col" className="h-8 px-3 font-medium">
                {t(`imports.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chosen.columns.map((column, index) => (
            <tr key={column} className="border-line border-t">
              <th scope="row" className="h-10 max-w-48 truncate px-3 text-left font-medium">
                {column}
              </th>
              <td className="max-w-60 truncate px-3 text-muted">
                {chosen.rows
                  .map((row) => row[index] ?? '')
                  .filter(Boolean)
                  .slice(0, 3)
                  .join(' · ')}
              </td>
              <td className="px-3">
                <select
                  aria-label={column}
                  className={`${inputClass} h-7 w-52 ${mapping[column] ? '' : 'text-faint'}`}
                  value={mapping[column] ?? ''}
                  onChange={(event) => onChange(column, event.target.value)}
                >
                  <option value="">{t('imports.skip')}</option>
                  {importable(entity).map((field) => (
                    <option key={field.name} value={field.name}>
                      {field.label}
                      {field.required ? ' *' : ''}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function useImport() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [progress, setProgress] = useState<number | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const start = async (file: File, entity: EntityMeta, mapping: Record<string, string>) => {
    setProgress(0);
    try {
      setReport(await runImport(file, entity, mapping, setProgress));
      await client.invalidateQueries();
    } catch (error) {
      toast.bad(t('imports.failed'), {
        description:
          error instanceof ApiError ? [error.message, ...error.details.map((d) => d.message)].join(' ') : '',
      });
    } finally {
      setProgress(null);
    }
  };
  return { progress, report, start, reset: () => setReport(null) };
}

export function Import() {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const [params, setParams] = useSearchParams();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [edits, setEdits] = useState<Record<string, string>>({});
  const { progress, report, start, reset } = useImport();
  const targets = meta.entities.filter((e) => may(e, 'create') && e.group !== 'admin');
  const entity = targets.find((e) => e.name === params.get('into')) ?? targets[0];
  if (!entity) return null;
  const mapping = chosen ? { ...guessMapping(chosen.columns, entity), ...edits } : {};
  const used = Object.fromEntries(Object.entries(mapping).filter(([, field]) => field));
  const missing = entity.fields.filter(
    (f) => f.required && !f.readOnly && !Object.values(used).includes(f.name),
  );
  const again = () => {
    reset();
    setChosen(null);
    setEdits({});
  };
  return (
    <>
      <PageHead
        name={t('imports.title')}
        icon={<Upload size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('imports.title')}</h1>}
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-200 flex-col gap-5 p-5 md:py-8">
          {report ? (
            <Report report={report}>
              <Link to={`/${slugOf(entity)}`} className={buttonClass('primary')}>
                {t('imports.see', { entities: entity.labelPlural.toLowerCase() })}
              </Link>
              <Button onClick={again}>{t('imports.another')}</Button>
            </Report>
          ) : (
            <>
              <p className="text-muted">{t('imports.text')}</p>
              <FormRow id="import-into" label={t('imports.into')}>
                <select
                  id="import-into"
                  className={`${inputClass} h-8 max-w-60`}
                  value={entity.name}
                  onChange={(event) => {
                    setEdits({});
                    setParams({ into: event.target.value }, { replace: true });
                  }}
                >
                  {targets.map((target) => (
                    <option key={target.name} value={target.name}>
                      {target.labelPlural}
                    </option>
                  ))}
                </select>
              </FormRow>
              {!chosen ? (
                <DropBox onFile={(file) => void readSample(file).then(setChosen)} />
              ) : (
                <>
                  <p className="font-medium">
                    {t('imports.size', {
                      name: chosen.file.name,
                      size: `${formatNumber(chosen.file.size / 1000, locale, 0)} kB`,
                    })}
                  </p>
                  <MappingTable
                    chosen={chosen}
                    entity={entity}
                    mapping={mapping}
                    onChange={(column, field) => setEdits({ ...edits, [column]: field })}
                  />
                  {missing.length > 0 && (
                    <p role="status" className="text-warn">
                      {t('imports.needed', { fields: missing.map((f) => f.label).join(', ') })}
                    </p>
                  )}
                  {progress !== null && (
                    <div className="flex items-center gap-3" role="status">
                      <progress value={progress} max={1} className="h-1.5 flex-1 accent-(--c-accent)" />
                      {t('imports.running')}
                    </div>
                  )}
                  <div className="flex gap-2">
                    <Button
                      look="primary"
                      busy={progress !== null}
                      disabled={Object.keys(used).length === 0 || missing.length > 0}
                      onClick={() => void start(chosen.file, entity, used)}
                    >
                      {t('imports.start')}
                    </Button>
                    <Button look="ghost" disabled={progress !== null} onClick={again}>
                      {t('action.cancel')}
                    </Button>
                  </div>
                </>
              )}
            </>
          )}
        </div>
      </div>
    </>
  );
}
