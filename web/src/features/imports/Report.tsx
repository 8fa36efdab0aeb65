/* SPDX-License-Identifier: Apache-2.0 */
/* What an import did, with the reason for every row it refused. */

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '@/app/locale';
import { formatNumber } from '@/lib/format';
import type { ImportReport } from './run';

const figures = ['rows', 'created', 'linked', 'skipped', 'refused'] as const;

export function Report({ report, children }: { report: ImportReport; children: ReactNode }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const failed = report.status === 'failed';
  return (
    <section className="flex flex-col gap-5" aria-live="polite">
      <h2 className={`font-semibold text-lg ${failed ? 'text-danger' : ''}`}>
        {failed ? t('imports.failed') : t('imports.done')}
      </h2>
      {report.error && <p className="text-danger">{report.error}</p>}
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-5">
        {figures.map((key) => (
          <div key={key} className="rounded-xl p-3 shadow-panel">
            <dt className="text-muted text-xs">{t(`imports.${key}`)}</dt>
            <dd className="font-semibold text-xl tabular-nums">{formatNumber(report[key] ?? 0, locale)}</dd>
          </div>
        ))}
      </dl>
      {report.details?.ignoredColumns && report.details.ignoredColumns.length > 0 && (
        <p className="text-muted">
          {t('imports.ignored', { columns: report.details.ignoredColumns.join(', ') })}
        </p>
      )}
      {report.problems && report.problems.length > 0 && (
        <div className="max-h-72 overflow-y-auto rounded-xl shadow-panel">
          <table className="w-full">
            <thead>
              <tr className="text-left text-muted text-xs">
                <th scope="col" className="h-8 w-20 px-3 font-medium">
                  {t('imports.line')}
                </th>
                <th scope="col" className="h-8 px-3 font-medium">
                  {t('imports.reason')}
                </th>
              </tr>
            </thead>
            <tbody>
              {report.problems.map((problem) => (
                <tr
                  key={`${problem.row}-${problem.field}-${problem.message}`}
                  className="border-line border-t"
                >
                  <td className="h-8 px-3 tabular-nums">{problem.row}</td>
                  <td className="px-3">
                    {problem.field ? `${problem.field}: ` : ''}
                    {problem.message}
                    {problem.value && <span className="text-faint"> “{problem.value}”</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="flex flex-wrap gap-2">{children}</div>
    </section>
  );
}
