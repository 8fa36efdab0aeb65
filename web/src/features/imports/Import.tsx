/* SPDX-License-Identifier: Apache-2.0 */
/* Import, first form: a file, an entity, a guessed mapping, then the server's report. */

import { useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ApiError } from '@/api/client';
import { findEntity, may, slugOf, useMeta } from '@/api/meta';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { navGroups } from '@/app/nav';
import { PageHead } from '@/app/PageHead';
import { formatNumber } from '@/lib/format';
import { Button, buttonClass } from '@/ui/button';
import { FormRow, inputClass } from '@/ui/input';
import { toast } from '@/ui/toast';
import { guessMapping, guessSeparator, parseCsv } from './csv';
import { DropBox } from './DropBox';
import { MappingTable, type Sample, valuesOf } from './MappingTable';
import { buildMap, type DateFormat, dateFormats, guessDateFormat, type ImportMap, isDated } from './map';
import { Report } from './Report';
import { type ImportReport, type Progress, runImport } from './run';

const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_ROWS = 50;

async function readSample(file: File): Promise<Sample> {
  const text = await file.slice(0, SAMPLE_BYTES).text();
  const delimiter = guessSeparator(text);
  const [columns = [], ...rows] = parseCsv(text, delimiter, SAMPLE_ROWS + 1);
  return { file, columns: columns.map((column) => column.trim()), rows, delimiter };
}

function useImport() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const start = async (file: File, entity: EntityMeta, map: ImportMap) => {
    setProgress({ part: 0, rows: 0 });
    try {
      setReport(await runImport(file, entity, map, setProgress));
      await client.invalidateQueries();
    } catch (error) {
      const lines =
        error instanceof ApiError ? error.details.map((d) => `${d.field ?? ''}: ${d.message}`) : [];
      toast.bad(error instanceof ApiError ? error.message : t('imports.failed'), {
        description: lines.join('\n'),
      });
    } finally {
      setProgress(null);
    }
  };
  return { progress, report, start, reset: () => setReport(null) };
}

/** What becomes of the columns: guessed anew for each file and entity, then as the user has it. */
function usePlan(entity: EntityMeta, sample: Sample) {
  const meta = useMeta();
  const [edits, setEdits] = useState<Record<string, string>>({});
  const [refused, setRefused] = useState<Record<string, boolean>>({});
  const [format, setFormat] = useState<DateFormat | null>(null);
  const mapping = { ...guessMapping(sample.columns, entity), ...edits };
  const used = Object.fromEntries(Object.entries(mapping).filter(([, field]) => field));
  const fieldOf = (column: string) => entity.fields.find((f) => f.name === used[column]);
  const dated = sample.columns.filter((column) => {
    const field = fieldOf(column);
    return field && isDated(field);
  });
  const dateFormat =
    format ?? guessDateFormat(dated.flatMap((column) => valuesOf(sample, sample.columns.indexOf(column))));
  const mayCreate = (field: FieldMeta): boolean => {
    if (field.type !== 'reference' || field.references === 'user') return meta.can.administer === true;
    const target = field.references ? findEntity(meta, field.references) : undefined;
    return target !== undefined && may(target, 'create');
  };
  const creates = (field: FieldMeta) => mayCreate(field) && !refused[field.name];
  return {
    mapping,
    dated: dated.length > 0,
    dateFormat,
    setFormat,
    mayCreate,
    creates,
    setCreate: (field: FieldMeta, create: boolean) => setRefused({ ...refused, [field.name]: !create }),
    setField: (column: string, field: string) => setEdits({ ...edits, [column]: field }),
    missing: entity.fields.filter((f) => f.required && !f.readOnly && !Object.values(used).includes(f.name)),
    map: () => buildMap(entity, used, { delimiter: sample.delimiter, dateFormat, create: creates }),
  };
}

function Plan(props: {
  entity: EntityMeta;
  sample: Sample;
  progress: Progress | null;
  onStart: (map: ImportMap) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, sample, progress, onStart, onCancel } = props;
  const plan = usePlan(entity, sample);
  const size = `${formatNumber(Math.max(sample.file.size / 1000, 1), locale, 0)} kB`;
  return (
    <>
      <p className="font-medium">{t('imports.size', { name: sample.file.name, size })}</p>
      <MappingTable
        sample={sample}
        entity={entity}
        mapping={plan.mapping}
        onChange={plan.setField}
        mayCreate={plan.mayCreate}
        creates={plan.creates}
        onCreate={plan.setCreate}
      />
      {plan.dated && (
        <FormRow id="import-dates" label={t('imports.dates')}>
          <select
            id="import-dates"
            className={`${inputClass} h-8 max-w-60`}
            value={plan.dateFormat}
            onChange={(event) => plan.setFormat(dateFormats.find((f) => f === event.target.value) ?? null)}
          >
            {dateFormats.map((format) => (
              <option key={format}>{format}</option>
            ))}
          </select>
        </FormRow>
      )}
      {plan.missing.length > 0 && (
        <p role="status" className="text-warn">
          {t('imports.needed', { fields: plan.missing.map((f) => f.label).join(', ') })}
        </p>
      )}
      {progress !== null && (
        <div className="flex items-center gap-3" role="status">
          <progress
            value={progress.part}
            max={1}
            className="h-1.5 flex-1 accent-(--c-accent)"
            aria-label={t('imports.running')}
          />
          <span className="tabular-nums">
            {t('imports.soFar', { rows: formatNumber(progress.rows, locale) })}
          </span>
        </div>
      )}
      <div className="flex gap-2">
        <Button
          look="primary"
          busy={progress !== null}
          disabled={plan.missing.length > 0}
          onClick={() => onStart(plan.map())}
        >
          {t('imports.start')}
        </Button>
        <Button look="ghost" disabled={progress !== null} onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </div>
    </>
  );
}

export function Import() {
  const { t } = useTranslation();
  const meta = useMeta();
  const [params, setParams] = useSearchParams();
  const [sample, setSample] = useState<Sample | null>(null);
  const { progress, report, start, reset } = useImport();
  const targets = navGroups(meta)
    .flatMap((group) => group.entities)
    .filter((e) => may(e, 'create') && e.group !== 'admin');
  const entity = targets.find((e) => e.name === params.get('into')) ?? targets[0];
  if (!entity || !meta.can.import) return <NotFound />;
  const again = () => {
    reset();
    setSample(null);
  };
  return (
    <>
      <PageHead
        name={t('imports.title')}
        icon={<Upload size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('imports.title')}</h1>}
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-210 flex-col gap-5 p-5 md:py-8">
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
                  onChange={(event) => setParams({ into: event.target.value }, { replace: true })}
                >
                  {targets.map((target) => (
                    <option key={target.name} value={target.name}>
                      {target.labelPlural}
                    </option>
                  ))}
                </select>
              </FormRow>
              {sample ? (
                <Plan
                  key={`${entity.name} ${sample.file.name}`}
                  entity={entity}
                  sample={sample}
                  progress={progress}
                  onStart={(map) => void start(sample.file, entity, map)}
                  onCancel={again}
                />
              ) : (
                <DropBox onFile={(file) => void readSample(file).then(setSample)} />
              )}
            </>
          )}
        </div>
      </div>
    </>
  );
}
