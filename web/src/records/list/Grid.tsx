/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a list: a window of rows over as many as there are, moved in and written in by the keyboard. */

import { type MouseEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { may } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { EntityMeta, Json, RecordData } from '@/api/types';
import { readValue, sameValue } from '@/fields/value';
import { Button } from '@/ui/button';
import type { Column } from '../columns';
import { isEditable } from '../sections';
import type { Then } from './CellEditor';
import { GridHead } from './GridHead';
import { GridRow } from './GridRow';
import { FOOT, GroupFoot, GroupHead } from './GroupRow';
import { useCellSave } from './useCellSave';
import { type Place, useGridKeys } from './useGridKeys';
import type { GroupItem, GroupRow, Groups } from './useGroups';
import { groupField } from './useGroups';
import type { Span } from './useRows';
import type { Selection } from './useSelection';
import { ROW, showRow, useWindow } from './useWindow';

export type GridItems = { count: number; at: (place: number) => GroupItem };

type GridProps = {
  entity: EntityMeta;
  columns: Column[];
  items: GridItems;
  /** What the rows are of; another one begins at the top. */
  of: string;
  busy: boolean;
  sort: string;
  onSort: (field: string, beside: boolean) => void;
  onWidth: (id: string, width: number | null) => void;
  onSpan: (span: Span) => void;
  selection: Selection;
  selectable: boolean;
  idsBetween: (from: number, to: number) => Promise<string[]>;
  groups?: { by: string; data: Groups; toggle: (group: GroupRow) => void; more: (group: GroupRow) => void };
};

const isWritable = (entity: EntityMeta, column: Column | undefined): boolean =>
  may(entity, 'update') &&
  column?.field !== undefined &&
  isEditable(column.field, false) &&
  !(column.isTitle && entity.titleFields.length > 1);

/** What the list did not bring must not be written over as if it were empty. */
const isThere = (record: RecordData | undefined, column: Column | undefined): boolean =>
  record !== undefined &&
  column?.field !== undefined &&
  (column.field.custom ? record['custom'] !== undefined : record[column.field.name] !== undefined);

function nextWritable(entity: EntityMeta, columns: Column[], from: Place, step: 1 | -1): Place {
  const found = from;
  for (let column = from.column + step, row = from.row; ; column += step) {
    if (column >= columns.length || column < 0) {
      row += step;
      if (Math.abs(row - from.row) > 1) return found;
      column = step > 0 ? 0 : columns.length - 1;
    }
    if (isWritable(entity, columns[column])) return { row, column };
  }
}

const closest = (event: MouseEvent, selector: string): HTMLElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;

export function Grid(props: GridProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { entity, columns, items, of, selection, selectable, groups, idsBetween, onSpan } = props;
  const { span, look } = useWindow(scroller);
  const [editing, setEditing] = useState<Place | null>(null);
  const save = useCellSave(entity);

  const recordAt = (place: number): RecordData | undefined => {
    const item = place < items.count ? items.at(place) : undefined;
    return item?.kind === 'row' ? item.record : undefined;
  };
  const indexAt = (place: number): number => {
    const item = place < items.count ? items.at(place) : undefined;
    return item?.kind === 'row' ? item.index : 0;
  };
  const begin = (place: Place) => {
    if (isThere(recordAt(place.row), columns[place.column]) && isWritable(entity, columns[place.column]))
      setEditing(place);
  };
  const act = (place: Place, key: 'enter' | 'edit') => {
    const item = items.at(place.row);
    if (item.kind === 'group') groups?.toggle(item.group);
    else if (item.kind === 'more') groups?.more(item.group);
    else if (!item.record) return;
    else if (
      key === 'enter' &&
      (columns[place.column]?.isTitle || !isWritable(entity, columns[place.column]))
    )
      void navigate(recordPath(entity, item.record.id));
    else begin(place);
  };
  const choose = (place: number) => {
    const record = recordAt(place);
    if (record && selectable) selection.toggle(record.id, indexAt(place));
  };
  const loaded = (): string[] => {
    const ids: string[] = [];
    for (let place = 0; place < items.count; place++) {
      const record = recordAt(place);
      if (record) ids.push(record.id);
    }
    return ids;
  };
  const acts = {
    rows: items.count,
    columns: columns.length,
    page: Math.max(Math.floor((scroller.current?.clientHeight ?? 400) / ROW) - 2, 1),
    act,
    choose,
    extend: (place: number) => selectable && selection.extend(indexAt(place), idsBetween),
    chooseAll: () => selectable && selection.set(loaded()),
    escape: selection.clear,
  };
  const { active, go, leave, onKeyDown } = useGridKeys(acts, (place) =>
    showRow(scroller.current, place.row, groups ? FOOT : 0),
  );

  useEffect(() => onSpan(span), [onSpan, span]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
    setEditing(null);
  }, [of]);

  const finish = (then: Then) => {
    scroller.current?.focus({ preventScroll: true });
    setEditing(null);
    if (!active || then === 'stay') return;
    if (then === 'down') {
      go({ ...active, row: Math.min(active.row + 1, items.count - 1) });
      return;
    }
    const next = nextWritable(entity, columns, active, then === 'next' ? 1 : -1);
    if (next.row < 0 || next.row >= items.count || !isThere(recordAt(next.row), columns[next.column])) return;
    go(next);
    setEditing(next);
  };
  const commit = (record: RecordData, column: Column, value: Json, then: Then) => {
    if (column.field && !sameValue(value, readValue(record, column.field)))
      void save(record, column.field, value);
    finish(then);
  };

  const onClick = (event: MouseEvent) => {
    const group = closest(event, '[data-group]');
    const row = closest(event, '[data-row]');
    if (group) {
      const place = Number(group.dataset['group']);
      go({ row: place, column: 0 });
      act({ row: place, column: 0 }, 'enter');
      return;
    }
    if (!row || closest(event, 'a')) return;
    const place = Number(row.dataset['row']);
    if (closest(event, '[data-choose]')) {
      if (event.shiftKey) selection.extend(indexAt(place), idsBetween);
      else choose(place);
      return;
    }
    const cell = closest(event, '[data-cell]');
    if (!cell || (editing && editing.row === place && editing.column === Number(cell.dataset['cell'])))
      return;
    const next = { row: place, column: Number(cell.dataset['cell']) };
    const again = active?.row === next.row && active.column === next.column;
    scroller.current?.focus({ preventScroll: true });
    go(next);
    if (again) act(next, 'edit');
  };

  const shown: number[] = [];
  for (let place = span.first; place <= Math.min(span.last, items.count - 1); place++) shown.push(place);
  const chosen = selection.all ? 'all' : selection.ids.size ? 'some' : 'none';
  const by = groups ? groupField(entity, groups.by) : undefined;
  const unit = groups?.data.by[0]?.unit ?? null;

  return (
    // biome-ignore lint/a11y/useSemanticElements: a window of the rows of a long list is no table
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={entity.labelPlural}
      aria-rowcount={items.count + 1}
      aria-colcount={columns.length}
      aria-busy={props.busy}
      aria-multiselectable={selectable}
      aria-activedescendant={active ? `${gridId}-${active.row}-${active.column}` : undefined}
      data-grid
      onScroll={look}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null) && !editing) leave();
      }}
      className="relative min-h-0 flex-1 overflow-auto outline-none [contain:strict] focus-visible:outline-none"
    >
      <GridHead
        columns={columns}
        sort={props.sort}
        defaultSort={groups ? '' : (entity.defaultSort ?? '')}
        onSort={props.onSort}
        onWidth={props.onWidth}
        selectable={selectable}
        chosen={chosen}
        onChooseAll={() => (chosen === 'none' ? selection.set(loaded()) : selection.clear())}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" className="relative min-w-full" style={{ height: items.count * ROW }}>
        {shown.map((place) => {
          const item = items.at(place);
          if (item.kind === 'group' && by)
            return (
              <GroupHead
                key={item.key}
                field={by}
                unit={unit}
                group={item.group}
                open={item.open}
                top={place}
                columns={columns}
                selectable={selectable}
                active={active?.row === place}
                gridId={gridId}
              />
            );
          if (item.kind === 'more')
            return (
              // biome-ignore lint/a11y/useFocusableInteractive: the button inside has the focus
              // biome-ignore lint/a11y/useSemanticElements: see above
              <div
                key={item.key}
                role="row"
                style={{ transform: `translateY(${place * ROW}px)`, height: ROW }}
                className="absolute top-0 left-0 flex w-full items-center border-line border-b pl-10"
              >
                <Button look="ghost" size="sm" onClick={() => groups?.more(item.group)}>
                  {t('group.more', { count: item.left })}
                </Button>
              </div>
            );
          if (item.kind !== 'row') return null;
          const { record } = item;
          const here = active?.row === place ? active.column : -1;
          const column = columns[here];
          return (
            <GridRow
              key={item.key}
              entity={entity}
              columns={columns}
              record={record}
              index={item.index}
              top={place}
              gridId={gridId}
              selectable={selectable}
              chosen={record !== undefined && selection.has(record.id)}
              active={here}
              indented={groups !== undefined && !selectable}
              editing={
                record && column && editing?.row === place && editing.column === here
                  ? {
                      onCommit: (value, then) => commit(record, column, value, then),
                      onCancel: () => finish('stay'),
                    }
                  : null
              }
            />
          );
        })}
      </div>
      {groups && (
        <GroupFoot
          columns={columns}
          totals={groups.data.totals}
          count={groups.data.count}
          selectable={selectable}
        />
      )}
    </div>
  );
}
