/* SPDX-License-Identifier: Apache-2.0 */
/* What a rehearsal counted or an import did, with the reason for each row that was refused. */

import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { findEntity, findField, useMeta } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatNumber } from '@/lib/format';
import { buttonClass } from '@/ui/button';
import { type ImportRun, reportPath } from './data';

const figures = ['rows', 'created', 'updated', 'unchanged', 'skipped', 'refused'] as const;
const SHOWN = 50;

function Problems({ run, entity }: { run: ImportRun; entity: EntityMeta }) {
  const { t } = useTranslation();
  const problems = run.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <section>
      <div className="flex items-center gap-3 pb-1.5">
        <h3 className="font-medium text-muted text-xs">{t('imports.reasons')}</h3>
        <a href={reportPath(run.id)} download className={cn(buttonClass('ghost', 'sm'), 'ml-auto')}>
          <Download size={14} aria-hidden />
          {t('imports.download')}
        </a>
      </div>
      <div className="max-h-80 overflow-auto rounded-lg border border-line">
        <table className="w-full text-left">
          <thead>
            <tr className="text-muted text-xs">
              <th scope="col" className="h-8 w-16 px-3 text-right font-medium">
                {t('imports.line')}
              </th>
              <th scope="col" className="h-8 px-3 font-medium">
                {t('imports.column')}
              </th>
              <th scope="col" className="h-8 px-3 font-medium">
                {t('imports.value')}
              </th>
              <th scope="col" className="h-8 px-3 font-medium">
                {t('imports.reason')}
              </th>
            </tr>
          </thead>
          <tbody>
            {problems.slice(0, SHOWN).map((problem, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row may be refused twice for the same reason
              <tr key={place} className="border-line border-t">
                <td className="h-8 px-3 text-right tabular-nums">{problem.row}</td>
                <td className="px-3">
                  {problem.column ?? (problem.field && findField(entity, problem.field)?.label) ?? ''}
                </td>
                <td className="max-w-40 truncate px-3 text-muted">{problem.value}</td>
                <td className="px-3">{problem.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {problems.length > SHOWN && <p className="pt-1.5 text-muted text-xs">{t('imports.moreReasons')}</p>}
    </section>
  );
}

export function Figures({ run, entity }: { run: ImportRun; entity: EntityMeta }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const links = run.details.links?.filter((link) => link.created > 0) ?? [];
  return (
    <>
      <dl className="grid grid-cols-2 gap-2 sm:grid-cols-6">
        {figures.map((key) => (
          <div key={key} className="rounded-lg border border-line px-3 py-2">
            <dt className="text-faint text-xs">{t(`imports.figures.${key}`)}</dt>
            <dd
              className={cn(
                'font-semibold text-lg tabular-nums',
                key === 'refused' && run.refused > 0 && 'text-danger',
              )}
            >
              {formatNumber(run[key], locale)}
            </dd>
          </div>
        ))}
      </dl>
      {links.length > 0 && (
        <p className="text-muted">
          {t('imports.alsoMade', {
            what: links
              .map((link) => {
                const target = findEntity(meta, link.entity);
                const noun = (link.created === 1 ? target?.label : target?.labelPlural) ?? link.entity;
                return `${formatNumber(link.created, locale)} ${noun.toLowerCase()}`;
              })
              .join(', '),
          })}
        </p>
      )}
      {(run.details.ignoredColumns?.length ?? 0) > 0 && (
        <p className="text-muted">
          {t('imports.ignored', { columns: run.details.ignoredColumns?.join(', ') })}
        </p>
      )}
      <Problems run={run} entity={entity} />
    </>
  );
}
