/* SPDX-License-Identifier: Apache-2.0 */
/* What a company owes, what of it is late, and what it has too much: the bookkeeper's view of it. */

import { useQuery } from '@tanstack/react-query';
import { Wallet } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { formatDate, formatMoneyExact } from '@/lib/format';
import type { Tagged } from '@/records/record/useSave';
import { EmptyState, Skeleton } from '@/ui/bits';
import { type Account, accountQuery } from './account';

function Figure({ label, value, bad }: { label: string; value: string; bad?: boolean }) {
  return (
    <dl className="min-w-32 rounded-lg border border-line px-3 py-2">
      <dt className="text-faint text-xs">{label}</dt>
      <dd
        className={
          bad ? 'font-semibold text-base text-danger tabular-nums' : 'font-semibold text-base tabular-nums'
        }
      >
        {value}
      </dd>
    </dl>
  );
}

function Figures({ sums }: { sums: Account['currencies'][number] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const money = (value: number) => formatMoneyExact(value, locale, sums.currency);
  return (
    <div className="flex flex-wrap gap-2">
      <Figure label={t('companyAccount.open', { count: sums.openInvoices })} value={money(sums.open)} />
      <Figure
        label={t('companyAccount.overdue', { count: sums.overdueInvoices })}
        value={money(sums.overdue)}
        bad={sums.overdue > 0}
      />
      <Figure label={t('companyAccount.credit')} value={money(sums.credit)} />
    </div>
  );
}

export default function CompanyAccount({ tagged }: { entity: EntityMeta; tagged: Tagged }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const meta = useMeta();
  const { data, error, refetch } = useQuery(accountQuery(tagged.data.id));
  const invoice = findEntity(meta, 'invoice');
  const payment = findEntity(meta, 'payment');
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="m-5 h-16 max-w-lg" />;
  if (data.currencies.length === 0)
    return (
      <EmptyState
        icon={<Wallet size={20} aria-hidden />}
        title={t('companyAccount.empty')}
        text={t('companyAccount.emptyText')}
      />
    );
  return (
    <div className="flex flex-col gap-5 p-5">
      {data.currencies.map((sums) => (
        <Figures key={sums.currency} sums={sums} />
      ))}
      {data.invoices.length > 0 && (
        <section>
          <h2 className="pb-1.5 font-medium text-muted text-xs">{t('companyAccount.invoices')}</h2>
          <ul className="max-w-3xl rounded-lg border border-line">
            {data.invoices.map((one) => (
              <li
                key={one.id}
                className="flex min-h-10 items-center gap-3 border-line border-b px-3 last:border-b-0"
              >
                {invoice && (
                  <Link
                    to={recordPath(invoice, one.id)}
                    className="min-w-0 flex-1 truncate font-medium hover:text-accent"
                  >
                    {one.number}
                  </Link>
                )}
                <span className={one.daysOverdue > 0 ? 'text-danger text-xs' : 'text-muted text-xs'}>
                  {one.daysOverdue > 0
                    ? t('companyAccount.late', { count: one.daysOverdue })
                    : t('companyAccount.due', { date: formatDate(one.dueDate, locale) })}
                </span>
                <span className="w-28 text-right tabular-nums">
                  {formatMoneyExact(one.balance, locale, one.currency)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {data.credits.length > 0 && (
        <section>
          <h2 className="pb-1.5 font-medium text-muted text-xs">{t('companyAccount.credits')}</h2>
          <ul className="max-w-3xl rounded-lg border border-line">
            {data.credits.map((one) => (
              <li
                key={one.paymentId}
                className="flex min-h-10 items-center gap-3 border-line border-b px-3 last:border-b-0"
              >
                {payment && (
                  <Link
                    to={recordPath(payment, one.paymentId)}
                    className="min-w-0 flex-1 truncate font-medium hover:text-accent"
                  >
                    {one.number}
                  </Link>
                )}
                <span className="w-28 text-right tabular-nums">
                  {formatMoneyExact(one.unallocated, locale, one.currency)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
