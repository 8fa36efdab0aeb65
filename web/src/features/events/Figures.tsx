/* SPDX-License-Identifier: Apache-2.0 */
/* A few amounts side by side. */
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatMoney } from '@/lib/format';

export type Figure = { label: string; value: number | null; bad?: boolean; hint?: string };

export function Figures({ figures, currency }: { figures: Figure[]; currency: string }) {
  const locale = useLocale();
  return (
    <div
      className={cn(
        'grid shrink-0 grid-cols-3 gap-px border-line border-b bg-line',
        figures.length > 3 && 'lg:grid-cols-6',
      )}
    >
      {figures.map((figure) => (
        <dl key={figure.label} className="min-w-0 bg-surface px-4 py-2.5" title={figure.hint}>
          <dt className="truncate text-faint text-xs">{figure.label}</dt>
          <dd className={cn('truncate font-semibold tabular-nums', figure.bad && 'text-danger')}>
            {figure.value === null ? '—' : formatMoney(figure.value, locale, currency)}
          </dd>
        </dl>
      ))}
      {figures.length % 3 > 0 && (
        <span aria-hidden className={cn('bg-surface', figures.length % 3 === 1 && 'col-span-2')} />
      )}
    </div>
  );
}
