/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of any entity as a table; its columns come from the metadata. */

import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { recordPath } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { kindOf } from '@/fields';
import { FieldValue } from '@/fields/display';
import { RecordName } from '@/fields/shared/record';
import { queryName, readValue } from '@/fields/value';
import { cn } from '@/lib/cn';
import { titleOf } from '@/lib/title';
import { Skeleton } from '@/ui/bits';
import { TITLE, titleField } from '../columns';

const features = tableFeatures({});
const helper = createColumnHelper<typeof features, RecordData>();
const TITLE_WIDTH = 260;
const noRows: RecordData[] = [];
const placeholders = Array.from({ length: 14 }, (_, row) => row);

type Props = {
  entity: EntityMeta;
  fields: FieldMeta[];
  rows: RecordData[] | undefined;
  sort?: { field: string; down: boolean } | null;
  onSort?: (field: string) => void;
};

function TitleCell({ entity, record }: { entity: EntityMeta; record: RecordData }) {
  const { t } = useTranslation();
  return (
    <Link
      to={recordPath(entity, record.id)}
      data-row-link
      onClick={(event) => event.stopPropagation()}
      className="-mx-1 flex min-w-0 items-center rounded-sm px-1 font-medium"
    >
      {titleOf(entity, record) ? <RecordName entity={entity} record={record} /> : t('list.untitled')}
    </Link>
  );
}

function useColumns(entity: EntityMeta, fields: FieldMeta[]) {
  return useMemo(() => {
    const first = titleField(entity);
    const label = entity.titleFields.length === 1 && first ? first.label : entity.label;
    return [
      helper.display({
        id: TITLE,
        header: label,
        cell: ({ row }) => <TitleCell entity={entity} record={row.original} />,
      }),
      ...fields.map((field) =>
        helper.display({
          id: queryName(field),
          header: field.label,
          cell: ({ row }) => (
            <FieldValue field={field} value={readValue(row.original, field)} record={row.original} dense />
          ),
        }),
      ),
    ];
  }, [entity, fields]);
}

function HeaderCell(props: {
  field: FieldMeta | undefined;
  label: string;
  sort: Props['sort'];
  onSort: Props['onSort'];
}) {
  const { t } = useTranslation();
  const { field, label, sort, onSort } = props;
  const name = field ? queryName(field) : '';
  const sorted = sort && sort.field === name ? (sort.down ? 'down' : 'up') : null;
  if (!field?.sortable || !onSort) return <span className="truncate">{label}</span>;
  const Arrow = sorted === 'down' ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      onClick={() => onSort(name)}
      className={cn(
        '-mx-1.5 inline-flex h-6 max-w-full items-center gap-1 rounded px-1.5 hover:bg-hover hover:text-text',
        sorted && 'text-text',
      )}
    >
      <span className="truncate">{label}</span>
      {sorted && (
        <>
          <Arrow size={12} aria-hidden className="shrink-0" />
          <span className="sr-only">{sorted === 'up' ? t('list.sortedUp') : t('list.sortedDown')}</span>
        </>
      )}
    </button>
  );
}

const cellClass = 'h-9 border-line border-b px-3 align-middle';
const stickyClass =
  'sticky left-0 pl-4 z-1 bg-surface group-hover/row:bg-subtle group-focus-within/row:bg-subtle';

export function RecordTable({ entity, fields, rows, sort, onSort }: Props) {
  const navigate = useNavigate();
  const columns = useColumns(entity, fields);
  const table = useTable({ features, columns, data: rows ?? noRows, getRowId: (row) => row.id });
  const byName = useMemo(() => new Map(fields.map((field) => [queryName(field), field])), [fields]);
  const fieldOf = (id: string) => (id === TITLE ? titleField(entity) : byName.get(id));
  const rightOf = (id: string) => {
    const field = id === TITLE ? undefined : byName.get(id);
    return field && kindOf(field).align === 'right';
  };
  const widthOf = (id: string) => {
    const field = id === TITLE ? undefined : byName.get(id);
    return field ? kindOf(field).width : TITLE_WIDTH;
  };
  const width = columns.reduce((sum, column) => sum + widthOf(column.id ?? TITLE), 0);

  return (
    <table className="w-full table-fixed border-separate border-spacing-0" style={{ minWidth: width }}>
      <colgroup>
        {table.getHeaderGroups()[0]?.headers.map((header) => (
          <col key={header.id} style={{ width: widthOf(header.column.id) }} />
        ))}
      </colgroup>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => {
              const field = fieldOf(header.column.id);
              const isSorted = sort && field && sort.field === queryName(field);
              return (
                <th
                  key={header.id}
                  scope="col"
                  aria-sort={isSorted ? (sort.down ? 'descending' : 'ascending') : undefined}
                  className={cn(
                    'sticky top-0 z-2 h-8 border-line border-b bg-surface px-3 text-left font-medium text-muted text-xs',
                    header.column.id === TITLE && 'left-0 z-3 pl-4',
                    rightOf(header.column.id) && 'text-right',
                  )}
                >
                  <HeaderCell
                    field={field}
                    label={String(header.column.columnDef.header ?? '')}
                    sort={sort ?? null}
                    onSort={onSort}
                  />
                </th>
              );
            })}
          </tr>
        ))}
      </thead>
      <tbody>
        {!rows &&
          placeholders.map((row) => (
            <tr key={row}>
              {columns.map((column, index) => (
                <td key={column.id} className={cellClass}>
                  <Skeleton className={cn('h-3', index ? 'w-20' : 'w-40')} />
                </td>
              ))}
            </tr>
          ))}
        {table.getRowModel().rows.map((row) => (
          <tr
            key={row.id}
            className="group/row cursor-pointer hover:bg-subtle focus-within:bg-subtle"
            onClick={() => void navigate(recordPath(entity, row.original.id))}
          >
            {row.getAllCells().map((cell) => (
              <td
                key={cell.id}
                className={cn(
                  cellClass,
                  cell.column.id === TITLE && stickyClass,
                  rightOf(cell.column.id) && 'text-right',
                )}
              >
                <div className={cn('truncate', cell.column.id !== TITLE && 'text-muted')}>
                  <table.FlexRender cell={cell} />
                </div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
