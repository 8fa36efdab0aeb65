/* SPDX-License-Identifier: Apache-2.0 */
/* A list as rows: of all records, or of groups of them; cards where the screen is too narrow for a table. */

import { useCallback, useMemo, useState } from 'react';
import { may } from '@/api/meta';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useNarrow } from '@/lib/narrow';
import { type Column, columnsOf, storedWidths, storeWidths, type Widths } from '../columns';
import { isFiltered, type ListState, nextSort, rowsQuery, setQuery } from '../filters';
import { noFilter } from '../where';
import { BulkBar } from './BulkBar';
import { CardList } from './Cards';
import { Grid, type GridItems } from './Grid';
import { GridSkeleton } from './GridSkeleton';
import { Nothing } from './Nothing';
import type { useGroups } from './useGroups';
import type { ListControl } from './useListState';
import { type Rows, type Span, useRows } from './useRows';
import { useSelection } from './useSelection';

export function useWidths(entity: EntityMeta, control: ListControl) {
  const id = control.view?.id ?? '';
  const [own, setOwn] = useState<{ id: string; widths: Widths }>({ id, widths: storedWidths(entity, id) });
  if (own.id !== id) setOwn({ id, widths: storedWidths(entity, id) });
  const saved = control.view?.display?.widths;
  const widths = useMemo(() => ({ ...saved, ...own.widths }), [saved, own.widths]);
  const setWidth = (column: string, width: number | null) => {
    const next = { ...own.widths };
    if (width === null) delete next[column];
    else next[column] = width;
    storeWidths(entity, id, next);
    setOwn({ id, widths: next });
  };
  return { widths, setWidth };
}

const nobody: Span = { first: 0, last: 0 };

export function useTableRows(entity: EntityMeta, state: ListState, shown: FieldMeta[], isPending: boolean) {
  const [span, setSpan] = useState<Span>({ first: 0, last: 40 });
  const search = useMemo(() => rowsQuery(state, shown), [state, shown]);
  const grouped = state.group !== '';
  const used = state.look === 'table' && !isPending;
  // Of groups only the number of all is asked here, which one chunk tells.
  const rows = useRows(used ? entity : undefined, search, grouped ? nobody : span);
  return { rows, search, setSpan };
}

export function TableLook(props: {
  entity: EntityMeta;
  control: ListControl;
  shown: FieldMeta[];
  rows: Rows;
  search: string;
  onSpan: (span: Span) => void;
  groups: ReturnType<typeof useGroups>;
  widths: Widths;
  onWidth: (column: string, width: number | null) => void;
}) {
  const { entity, control, shown, rows, search, onSpan, groups, widths, onWidth } = props;
  const { state, change } = control;
  const narrow = useNarrow();
  const query = useMemo(() => setQuery(state).toString(), [state]);
  const selection = useSelection(`${entity.name}?${query}`);
  const columns: Column[] = useMemo(() => columnsOf(entity, shown, widths), [entity, shown, widths]);
  const selectable = may(entity, 'bulk') && (may(entity, 'update') || may(entity, 'delete'));
  const grouped = state.group !== '' && !narrow;
  const error = grouped ? groups.error : rows.error;
  const pending = grouped ? groups.isPending : rows.isPending;
  const count = grouped ? groups.items.length : rows.count;
  const items: GridItems = grouped
    ? {
        count,
        at: (place) =>
          groups.items[place] ?? { kind: 'row', key: `${place}`, record: undefined, index: place },
      }
    : {
        count,
        at: (place) => ({ kind: 'row', key: `${place}`, record: rows.at(place), index: place }),
      };
  const memberIds = useCallback(
    async (from: number, to: number) =>
      groups.items.flatMap((item) =>
        item.kind === 'row' &&
        item.record &&
        item.index >= Math.min(from, to) &&
        item.index <= Math.max(from, to)
          ? [item.record.id]
          : [],
      ),
    [groups.items],
  );
  if (error) return <ErrorNotice error={error} onRetry={grouped ? groups.retry : rows.retry} />;
  if (pending) return <GridSkeleton columns={columns} narrow={narrow} />;
  if (count === 0)
    return (
      <Nothing
        entity={entity}
        filtered={isFiltered(state)}
        onClear={() => change({ q: '', where: noFilter })}
      />
    );
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {narrow ? (
        <CardList
          entity={entity}
          fields={shown}
          rows={rows}
          onSpan={onSpan}
          selection={selection}
          selectable={selectable}
        />
      ) : (
        <Grid
          entity={entity}
          columns={columns}
          items={items}
          of={`${search}&${state.group}`}
          busy={rows.isFetching}
          sort={state.sort}
          onSort={(field, beside) => change({ sort: nextSort(state.sort, field, beside) })}
          onWidth={onWidth}
          onSpan={onSpan}
          selection={selection}
          selectable={selectable}
          idsBetween={grouped ? memberIds : rows.idsBetween}
          {...(grouped && groups.data
            ? { groups: { by: state.group, data: groups.data, toggle: groups.toggle, more: groups.more } }
            : {})}
        />
      )}
      <BulkBar entity={entity} selection={selection} query={query} pagination={rows.pagination} />
    </div>
  );
}
