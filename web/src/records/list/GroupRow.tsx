/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a group, its sums under the columns they are of, and the last row that adds up all. */

import { ChevronDown, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FieldMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { FieldValue } from '@/fields/display';
import { queryName } from '@/fields/value';
import { cn } from '@/lib/cn';
import { formatDate, formatMoney, formatMonth, formatNumber, type Locale } from '@/lib/format';
import type { Column } from '../columns';
import { SELECT_WIDTH } from './GridHead';
import type { GroupRow, Total } from './useGroups';
import { ROW } from './useWindow';

const units: Record<string, (day: string, locale: Locale) => string> = {
  year: (day) => day.slice(0, 4),
  quarter: (day) => `Q${Math.floor((Number(day.slice(5, 7)) - 1) / 3) + 1} ${day.slice(0, 4)}`,
  month: (day, locale) => formatMonth(day.slice(0, 7), locale, true),
};

export function GroupName({
  field,
  group,
  unit,
}: {
  field: FieldMeta;
  group: GroupRow;
  unit: string | null;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const key = group.keys[0];
  if (!key || key.value === null || key.value === '')
    return <span className="text-faint">{t('group.none')}</span>;
  if (unit) return (units[unit] ?? formatDate)(String(key.value), locale);
  if (field.type === 'boolean') return <span>{key.value === true ? t('field.yes') : t('field.no')}</span>;
  return <FieldValue field={field} value={key.value} record={{}} />;
}

export function sumText(totals: Total[], field: FieldMeta, locale: Locale): string {
  return totals
    .filter((total) => total.field === queryName(field) && total.count > 0)
    .map((total) =>
      field.type === 'money'
        ? formatMoney(total.sum, locale, total.currency ?? locale.currency)
        : formatNumber(total.sum, locale, field.scale ?? 2),
    )
    .join(' + ');
}

type CellsProps = { columns: Column[]; totals: Total[]; paint: string };

function SumCells({ columns, totals, paint }: CellsProps) {
  const locale = useLocale();
  return (
    <>
      {columns.slice(1).map((column) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
        // biome-ignore lint/a11y/useSemanticElements: rows in a window of a long list are no table's
        <div
          key={column.id}
          role="gridcell"
          style={{ width: column.width }}
          className={cn(
            'flex shrink-0 items-center justify-end border-line border-b px-3 text-xs tabular-nums',
            paint,
          )}
        >
          <span className="truncate font-medium">
            {column.field && sumText(totals, column.field, locale)}
          </span>
        </div>
      ))}
      <div className={cn('flex-1 border-line border-b', paint)} />
    </>
  );
}

export function GroupHead(props: {
  field: FieldMeta;
  unit: string | null;
  group: GroupRow;
  open: boolean;
  top: number;
  columns: Column[];
  selectable: boolean;
  active: boolean;
  gridId: string;
}) {
  const locale = useLocale();
  const { field, unit, group, open, top, columns, selectable, active, gridId } = props;
  const Arrow = open ? ChevronDown : ChevronRight;
  const width = (columns[0]?.width ?? 0) + (selectable ? SELECT_WIDTH : 0);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
    // biome-ignore lint/a11y/useSemanticElements: rows in a window of a long list are no table's
    <div
      role="row"
      aria-rowindex={top + 2}
      aria-expanded={open}
      data-group={top}
      style={{ transform: `translateY(${top * ROW}px)`, height: ROW }}
      className="group/row absolute top-0 left-0 flex w-max min-w-full cursor-pointer"
    >
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus */}
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        role="gridcell"
        id={`${gridId}-${top}-0`}
        style={{ width }}
        className={cn(
          'sticky left-0 z-2 flex shrink-0 items-center gap-2 border-line border-b bg-subtle pr-3 pl-3',
          active && 'shadow-[inset_0_0_0_2px_var(--c-accent)]',
        )}
      >
        <Arrow size={14} aria-hidden className="shrink-0 text-faint" />
        <span className="min-w-0 truncate font-medium">
          <GroupName field={field} group={group} unit={unit} />
        </span>
        <span className="shrink-0 text-faint text-xs tabular-nums">{formatNumber(group.count, locale)}</span>
      </div>
      <SumCells columns={columns} totals={group.totals} paint="bg-subtle" />
    </div>
  );
}

export const FOOT = 33;

/** Sums of all groups, which stays in sight. */
export function GroupFoot(props: { columns: Column[]; totals: Total[]; count: number; selectable: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { columns, totals, count, selectable } = props;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
    // biome-ignore lint/a11y/useSemanticElements: rows in a window of a long list are no table's
    <div
      role="row"
      className="sticky bottom-0 z-4 flex h-[33px] w-max min-w-full border-line border-t bg-surface"
    >
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus */}
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        role="gridcell"
        style={{ width: (columns[0]?.width ?? 0) + (selectable ? SELECT_WIDTH : 0) }}
        className="sticky left-0 z-5 flex shrink-0 items-center gap-2 bg-surface px-4 text-muted text-xs"
      >
        {t('group.total')}
        <span className="font-medium text-text tabular-nums">{formatNumber(count, locale)}</span>
      </div>
      <SumCells columns={columns} totals={totals} paint="bg-surface" />
    </div>
  );
}
