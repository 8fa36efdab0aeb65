/* SPDX-License-Identifier: Apache-2.0 */
/* A short list of records with what matters at the right, and the way to all of them. */

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { slugOf } from '@/api/meta';
import { listQuery, recordPath } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { formatTotal } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { Skeleton } from '@/ui/bits';

type Props = {
  entity: EntityMeta;
  title: string;
  hint?: string;
  none: string;
  icon: ReactNode;
  search: string;
  /** The query of the list that shows all of them. */
  more: string;
  late?: boolean;
  side: (row: RecordData) => ReactNode;
  under?: (row: RecordData) => ReactNode;
};

const companyOf = (row: RecordData): string => {
  const company = row['company'];
  return company && typeof company === 'object' && 'name' in company ? String(company['name']) : '';
};

export function RecordsPanel({ entity, title, hint, none, icon, search, more, late, side, under }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const { data, error, refetch } = useQuery(listQuery(entity, search));
  const total = data?.pagination.total ?? 0;
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-xl bg-surface shadow-panel">
      <header className="flex items-center gap-2 px-4 pt-3.5 pb-2">
        <span className="text-muted">{icon}</span>
        <h2 id={id} className="font-semibold text-sm">
          {title}
        </h2>
        {total > 0 && (
          <span className={`text-xs tabular-nums ${late ? 'font-medium text-danger' : 'text-faint'}`}>
            {formatTotal(total, data?.pagination.totalIsEstimate, locale)}
          </span>
        )}
        {total > 0 && (
          <Link
            to={`/${slugOf(entity)}?${more}`}
            className="ml-auto rounded text-muted text-xs hover:text-accent"
          >
            {t('home.all')}
          </Link>
        )}
      </header>
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className="flex flex-col gap-4 px-4 pt-2 pb-5">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-4 w-full" />
          ))}
        </div>
      ) : data.data.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-muted text-sm">{none}</p>
      ) : (
        <ul className="pb-2">
          {hint && <li className="px-4 pb-1.5 text-muted text-xs">{hint}</li>}
          {data.data.map((row) => (
            <li key={row.id}>
              <Link
                to={recordPath(entity, row.id)}
                className="flex min-h-11 items-center gap-3 px-4 py-1.5 hover:bg-hover"
              >
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{titleOf(entity, row)}</span>
                  <span className="block truncate text-faint text-xs">
                    {[companyOf(row), under?.(row)].filter(Boolean).join(' · ')}
                  </span>
                </span>
                <span className="shrink-0 text-muted tabular-nums">{side(row)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
