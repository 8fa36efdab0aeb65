/* SPDX-License-Identifier: Apache-2.0 */
/* The header of the table: sorts, widths, and the box that chooses every row. */

import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { kindOf } from '@/fields';
import { queryName } from '@/fields/value';
import { cn } from '@/lib/cn';
import { Checkbox } from '@/ui/checkbox';
import { type Column, clampWidth } from '../columns';
import { type Sort, sortsOf } from '../filters';

export const SELECT_WIDTH = 40;
const STEP = 16;

type HeadProps = {
  columns: Column[];
  sort: string;
  /** What the server sorts by when nothing is chosen. */
  defaultSort: string;
  onSort: (field: string, beside: boolean) => void;
  onWidth: (id: string, width: number | null) => void;
  selectable: boolean;
  chosen: 'all' | 'some' | 'none';
  onChooseAll: () => void;
};

function Grip({ column, onWidth }: { column: Column; onWidth: HeadProps['onWidth'] }) {
  const { t } = useTranslation();
  const from = useRef<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width: column.width };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (from.current) onWidth(column.id, clampWidth(from.current.width + event.clientX - from.current.x));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onWidth(column.id, clampWidth(column.width + step));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule between paragraphs does not move
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('grid.width', { field: column.label })}
      aria-valuenow={column.width}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => onWidth(column.id, null)}
      onKeyDown={onKeyDown}
      className="absolute inset-y-0 -right-1 z-1 w-2 cursor-col-resize touch-none select-none after:absolute after:inset-y-1.5 after:left-[3px] after:w-0.5 after:rounded-full hover:after:bg-accent focus-visible:after:bg-accent"
    />
  );
}

function SortButton(props: { column: Column; sorts: Sort[]; chosen: boolean; onSort: HeadProps['onSort'] }) {
  const { t } = useTranslation();
  const { column, sorts, chosen, onSort } = props;
  const name = column.field ? queryName(column.field) : '';
  const place = sorts.findIndex((sort) => sort.field === name);
  const sort = sorts[place];
  if (!column.field?.sortable) return <span className="truncate">{column.label}</span>;
  const Arrow = sort?.down ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      title={t('grid.sortHint')}
      onClick={(event: MouseEvent) => onSort(name, event.shiftKey)}
      className={cn(
        '-mx-1.5 inline-flex h-6 min-w-0 max-w-full items-center gap-1 rounded px-1.5 hover:bg-hover hover:text-text',
        sort && chosen && 'text-text',
      )}
    >
      <span className="truncate">{column.label}</span>
      {sort && (
        <>
          <Arrow size={12} aria-hidden className="shrink-0" />
          {sorts.length > 1 && (
            <span aria-hidden className="text-2xs text-faint tabular-nums">
              {place + 1}
            </span>
          )}
          <span className="sr-only">{sort.down ? t('list.sortedDown') : t('list.sortedUp')}</span>
        </>
      )}
    </button>
  );
}

export function GridHead(props: HeadProps) {
  const { t } = useTranslation();
  const { columns, sort, defaultSort, onSort, onWidth, selectable, chosen, onChooseAll } = props;
  const sorts = sortsOf(sort || defaultSort);
  const ariaSort = (column: Column) => {
    const found = column.field && sorts[0]?.field === queryName(column.field) ? sorts[0] : undefined;
    return found ? (found.down ? 'descending' : 'ascending') : undefined;
  };
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
    // biome-ignore lint/a11y/useSemanticElements: rows in a window of a long list are no table's
    <div role="row" aria-rowindex={1} className="sticky top-0 z-4 flex h-[33px] w-max min-w-full bg-surface">
      {selectable && (
        // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div
          role="columnheader"
          style={{ width: SELECT_WIDTH }}
          className="sticky left-0 z-5 flex shrink-0 items-center justify-center border-line border-b bg-surface pl-1"
        >
          <Checkbox
            label={t('grid.chooseAll')}
            checked={chosen === 'all'}
            mixed={chosen === 'some'}
            onChange={onChooseAll}
          />
        </div>
      )}
      {columns.map((column) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div
          key={column.id}
          role="columnheader"
          aria-sort={ariaSort(column)}
          style={{ width: column.width, ...(column.isTitle ? { left: selectable ? SELECT_WIDTH : 0 } : {}) }}
          className={cn(
            'relative flex shrink-0 items-center border-line border-b bg-surface px-3 font-medium text-muted text-xs',
            column.isTitle && 'sticky z-5',
            column.isTitle && (selectable ? 'pl-1.5' : 'pl-4'),
            !column.isTitle && column.field && kindOf(column.field).align === 'right' && 'justify-end',
          )}
        >
          <SortButton column={column} sorts={sorts} chosen={sort !== ''} onSort={onSort} />
          <Grip column={column} onWidth={onWidth} />
        </div>
      ))}
      <div className="flex-1 border-line border-b" />
    </div>
  );
}
