/* SPDX-License-Identifier: Apache-2.0 */
/* The way in: a file is dropped, and what was begun before can be gone on with. */

import './words';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FileSpreadsheet, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { findEntity, slugOf, useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { word } from '@/i18n';
import { formatNumber, formatRelative } from '@/lib/format';
import { Tag } from '@/ui/bits';
import { toast } from '@/ui/toast';
import { DropBox } from './DropBox';
import { entityOf, type ImportRun, importsQuery, isOpen, upload } from './data';

const tones: Record<string, string> = {
  done: 'green',
  failed: 'red',
  cancelled: 'gray',
  ready: 'blue',
  rehearsed: 'blue',
};

function useUpload() {
  const { t } = useTranslation();
  const meta = useMeta();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [part, setPart] = useState<number | null>(null);
  const begin = async (file: File) => {
    setPart(0);
    try {
      // Who comes from a list has said what the file is about.
      const into = findEntity(meta, params.get('into') ?? '');
      const run = await upload(file, into ? slugOf(into) : null, setPart);
      client.setQueryData(['import', run.id], run);
      await navigate(`/import/${run.id}`);
    } catch (error) {
      toast.bad(t('imports.notRead'), { description: error instanceof Error ? error.message : '' });
    } finally {
      setPart(null);
    }
  };
  return { part, begin };
}

function Row({ run }: { run: ImportRun }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const entity = entityOf(meta, run.into);
  return (
    <li className="border-line border-b last:border-b-0">
      <Link
        to={`/import/${run.id}`}
        className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5 hover:bg-hover"
      >
        <span className="min-w-0 flex-1 truncate font-medium">{run.fileName ?? t('imports.noName')}</span>
        <span className="text-muted text-xs">{entity?.labelPlural}</span>
        <span className="w-24 text-right text-muted text-xs tabular-nums">
          {t('imports.rowsOf', { count: run.rows, rows: formatNumber(run.rows, locale) })}
        </span>
        <span className="w-28">
          <Tag tone={tones[run.status] ?? 'amber'} dot>
            {word(`imports.status.${run.status}`)}
          </Tag>
        </span>
        <time dateTime={run.startedAt} className="w-28 text-right text-faint text-xs max-sm:hidden">
          {formatRelative(run.startedAt, locale)}
        </time>
      </Link>
    </li>
  );
}

function List({ title, runs }: { title: string; runs: ImportRun[] }) {
  if (runs.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="pb-1.5 font-medium text-muted text-xs">{title}</h2>
      <ul className="rounded-lg border border-line">
        {runs.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </ul>
    </section>
  );
}

export function Import() {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const { part, begin } = useUpload();
  const runs = useQuery(importsQuery).data ?? [];
  if (!meta.can.import) return <NotFound />;
  return (
    <>
      <PageHead
        name={t('imports.title')}
        icon={<Upload size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('imports.title')}</h1>}
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-240 flex-col gap-6 p-5 md:py-8">
          <p className="text-muted">{t('imports.text')}</p>
          {part === null ? (
            <DropBox onFile={(file) => void begin(file)} />
          ) : (
            <div
              role="status"
              className="flex flex-col items-center gap-3 rounded-xl border border-line px-6 py-14"
            >
              <FileSpreadsheet size={24} strokeWidth={1.5} className="text-faint" aria-hidden />
              <span>{t('imports.sent', { percent: formatNumber(100 * part, locale, 0) })}</span>
              <progress
                value={part}
                max={1}
                className="h-1.5 w-60 accent-(--c-accent)"
                aria-label={t('imports.sending')}
              />
            </div>
          )}
          <List title={t('imports.begun')} runs={runs.filter(isOpen)} />
          <List title={t('imports.before')} runs={runs.filter((run) => !isOpen(run)).slice(0, 20)} />
        </div>
      </div>
    </>
  );
}
