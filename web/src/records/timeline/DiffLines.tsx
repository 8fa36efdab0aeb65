/* SPDX-License-Identifier: Apache-2.0 */
/* Before → after, field by field. */

import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FieldMeta, Json } from '@/api/types';
import { FieldValue } from '@/fields/display';
import { isEmpty } from '@/fields/value';
import type { Line } from './diff';

/** Shown as they are, not as a list would show them for short. */
const exact = new Set(['boolean', 'datetime']);

type Loose = { [field: string]: Json | undefined };

function Value(props: { field: FieldMeta; value: Json; record: Loose; struck?: boolean }) {
  const { field, value, record, struck } = props;
  const { t } = useTranslation();
  if (isEmpty(value)) return <span className="text-faint italic">{t('timeline.empty_value')}</span>;
  return (
    <span className={struck ? 'min-w-0 truncate text-faint' : 'min-w-0 truncate'}>
      <FieldValue field={field} value={value} record={record} dense={!exact.has(field.type)} />
    </span>
  );
}

/** The record tells the currency of its amounts. */
export function DiffLines({ lines, record = {} }: { lines: Line[]; record?: Loose }) {
  return (
    <dl className="mt-1.5 flex flex-col gap-1 rounded-lg bg-subtle px-3 py-2">
      {lines.map((line) => (
        <div key={line.field.name} className="flex min-w-0 flex-wrap items-center gap-x-2 sm:flex-nowrap">
          <dt className="w-full shrink-0 truncate sm:w-32 text-muted text-xs" title={line.field.label}>
            {line.field.label}
          </dt>
          <dd className="flex min-w-0 items-center gap-2">
            <Value field={line.field} value={line.before} record={record} struck />
            <ArrowRight size={12} aria-label="→" className="shrink-0 text-faint" />
            <Value field={line.field} value={line.after} record={record} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
