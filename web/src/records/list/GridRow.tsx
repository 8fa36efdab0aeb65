/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the table, its cells, and the cell that is being written in. */

import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { recordPath } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { kindOf } from '@/fields';
import { FieldValue } from '@/fields/display';
import { RecordName } from '@/fields/shared/record';
import { readValue } from '@/fields/value';
import { cn } from '@/lib/cn';
import { titleOf } from '@/lib/title';
import { Skeleton } from '@/ui/bits';
import { Checkbox } from '@/ui/checkbox';
import type { Column } from '../columns';
import { CellEditor, type CellEditorProps } from './CellEditor';
import { SELECT_WIDTH } from './GridHead';
import { ROW } from './useWindow';

export type Editing = Pick<CellEditorProps, 'onCommit' | 'onCancel'>;

type RowProps = {
  entity: EntityMeta;
  columns: Column[];
  record: RecordData | undefined;
  /** Place among all rows; where it stands among groups is `top`. */
  index: number;
  top: number;
  gridId: string;
  selectable: boolean;
  chosen: boolean;
  /** Column of the active cell; -1 for none in this row. */
  active: number;
  editing: Editing | null;
  indented: boolean;
};

function TitleCell({ entity, record }: { entity: EntityMeta; record: RecordData }) {
  const { t } = useTranslation();
  return (
    <Link
      to={recordPath(entity, record.id)}
      data-row-link
      tabIndex={-1}
      className="-mx-1 flex min-w-0 items-center truncate rounded-sm px-1 font-medium hover:underline"
    >
      {titleOf(entity, record) ? <RecordName entity={entity} record={record} /> : t('list.untitled')}
    </Link>
  );
}

function Cell({
  entity,
  column,
  record,
}: {
  entity: EntityMeta;
  column: Column;
  record: RecordData | undefined;
}) {
  if (!record) return <Skeleton className={cn('h-3', column.isTitle ? 'w-40' : 'w-16')} />;
  if (column.isTitle) return <TitleCell entity={entity} record={record} />;
  if (!column.field) return null;
  return (
    <div className="min-w-0 max-w-full truncate text-muted">
      <FieldValue field={column.field} value={readValue(record, column.field)} record={record} dense />
    </div>
  );
}

export const GridRow = memo(function GridRow(props: RowProps) {
  const { t } = useTranslation();
  const { entity, columns, record, index, top, gridId, selectable, chosen, active, editing, indented } =
    props;
  const paint = chosen ? 'bg-accent-soft' : 'bg-surface group-hover/row:bg-subtle';
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
    // biome-ignore lint/a11y/useSemanticElements: rows in a window of a long list are no table's
    <div
      role="row"
      aria-rowindex={top + 2}
      aria-selected={selectable ? chosen : undefined}
      data-row={top}
      style={{ transform: `translateY(${top * ROW}px)`, height: ROW }}
      className="group/row absolute top-0 left-0 flex w-max min-w-full"
    >
      {selectable && (
        // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div
          role="gridcell"
          style={{ width: SELECT_WIDTH }}
          className={cn(
            'sticky left-0 z-2 flex shrink-0 items-center justify-center border-line border-b pl-1',
            paint,
          )}
        >
          {record && (
            <span data-choose={index} className={cn(!chosen && 'opacity-60 group-hover/row:opacity-100')}>
              <Checkbox
                skipTab
                label={t('grid.choose', { title: titleOf(entity, record) || t('list.untitled') })}
                checked={chosen}
                onChange={() => undefined}
              />
            </span>
          )}
        </div>
      )}
      {columns.map((column, place) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div
          key={column.id}
          id={`${gridId}-${top}-${place}`}
          role="gridcell"
          data-cell={place}
          style={{ width: column.width, ...(column.isTitle ? { left: selectable ? SELECT_WIDTH : 0 } : {}) }}
          className={cn(
            'relative flex shrink-0 items-center border-line border-b px-3',
            paint,
            column.isTitle && 'sticky z-2',
            column.isTitle && (indented ? 'pl-8' : selectable ? 'pl-1.5' : 'pl-4'),
            !column.isTitle && column.field && kindOf(column.field).align === 'right' && 'justify-end',
            active === place && 'z-3 shadow-[inset_0_0_0_2px_var(--c-accent)]',
          )}
        >
          {active === place && editing && record && column.field ? (
            <CellEditor {...editing} field={column.field} record={record} />
          ) : (
            <Cell entity={entity} column={column} record={record} />
          )}
        </div>
      ))}
      <div className={cn('flex-1 border-line border-b', paint)} />
    </div>
  );
});
