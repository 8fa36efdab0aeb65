/* SPDX-License-Identifier: Apache-2.0 */
/* Records side by side in columns, for every entity that has such a field: deals by stage, tasks by status. */

import { DragDropContext, Droppable, type DropResult } from '@hello-pangea/dnd';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, Plus, SquareKanban } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, may, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { creating } from '@/app/stores';
import { toneOf } from '@/fields/shared/tones';
import { cn } from '@/lib/cn';
import { formatMoneyWhole, formatNumber } from '@/lib/format';
import { useNarrow } from '@/lib/narrow';
import { titleOf } from '@/lib/title';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';
import type { ListControl } from '../list/useListState';
import { AskDialog } from './AskDialog';
import { BoardCard, type MoveTarget } from './BoardCard';
import type { BoardColumn, BoardData } from './model';
import { useBoard } from './useBoard';
import { useMove } from './useMove';

function Sums({ column, currency }: { column: BoardColumn; currency: string | undefined }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (column.sum === undefined) return null;
  const money = (value: number) => formatMoneyWhole(value, locale, currency ?? locale.currency);
  const missing = column.notInSum ? t('board.notInSum', { count: column.notInSum }) : undefined;
  return (
    <p className="flex items-baseline gap-1.5 text-xs tabular-nums" title={missing}>
      <span className="font-medium">
        {money(column.sum)}
        {missing && <span aria-hidden>*</span>}
        {missing && <span className="sr-only">{missing}</span>}
      </span>
      {column.weightedSum !== undefined && column.weightedSum !== column.sum && (
        <span className="text-faint">{t('board.weighted', { amount: money(column.weightedSum) })}</span>
      )}
    </p>
  );
}

function ColumnHead(props: { entity: EntityMeta; column: BoardColumn; data: BoardData }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, column, data } = props;
  const tone = column.color ?? toneOf(column.key, null) ?? 'gray';
  return (
    <header className="sticky top-0 z-2 flex flex-col gap-0.5 rounded-t-xl bg-subtle px-3 pt-2.5 pb-2">
      <div className="flex h-6 items-center gap-2">
        <span aria-hidden data-tone={tone} className="tone-dot size-2 shrink-0 rounded-full" />
        <h2 className="min-w-0 truncate font-medium text-sm">{column.label}</h2>
        <span className="text-faint text-xs tabular-nums">{formatNumber(column.count, locale)}</span>
        {may(entity, 'create') && (
          <Button
            look="ghost"
            size="iconSm"
            className="-mr-1.5 ml-auto"
            aria-label={t('board.add', { column: column.label })}
            onClick={() => creating.set({ entity: entity.name, defaults: { [data.by]: column.key } })}
          >
            <Plus size={14} aria-hidden />
          </Button>
        )}
      </div>
      <Sums column={column} currency={data.currency} />
    </header>
  );
}

function Column(props: {
  entity: EntityMeta;
  column: BoardColumn;
  data: BoardData;
  facts: FieldMeta[];
  movable: boolean;
  targets: MoveTarget[];
  onMove: (id: string, to: string) => void;
  onMore: () => void;
}) {
  const { t } = useTranslation();
  const { entity, column, data, facts, movable, targets, onMove, onMore } = props;
  return (
    <section
      aria-label={column.label}
      data-column={column.key}
      className="flex min-h-full w-72 shrink-0 snap-center flex-col rounded-xl bg-subtle max-md:w-[calc(100vw-40px)]"
    >
      <ColumnHead entity={entity} column={column} data={data} />
      <Droppable droppableId={column.key}>
        {(drop, { isDraggingOver }) => (
          <div
            ref={drop.innerRef}
            {...drop.droppableProps}
            className={cn(
              'flex min-h-24 flex-1 flex-col rounded-b-xl px-2 pt-1 pb-2',
              isDraggingOver && 'bg-hover',
            )}
          >
            {column.records.map((record, index) => (
              <BoardCard
                key={record.id}
                entity={entity}
                record={record}
                index={index}
                facts={facts}
                movable={movable}
                column={column.key}
                targets={targets}
                onMove={onMove}
              />
            ))}
            {drop.placeholder}
            {column.records.length === 0 && !isDraggingOver && (
              <p className="py-6 text-center text-faint text-xs">{t('board.empty')}</p>
            )}
            {column.nextCursor && (
              <Button look="ghost" size="sm" className="w-full" onClick={onMore}>
                {t('board.more')}
              </Button>
            )}
          </div>
        )}
      </Droppable>
    </section>
  );
}

function PipelineMenu({ entity, control }: { entity: EntityMeta; control: ListControl }) {
  const { t } = useTranslation();
  const pipeline = findEntity(useMeta(), 'pipeline');
  const search = new URLSearchParams({
    entity: entity.name,
    archived: 'false',
    limit: '50',
    sort: 'position',
  }).toString();
  const { data } = useQuery(listQuery(entity.boardBy === 'stageId' ? pipeline : undefined, search));
  const all = data?.data ?? [];
  if (!pipeline || all.length < 2) return null;
  const current =
    all.find((one) => one.id === control.state.pipeline) ?? all.find((one) => one['isDefault'] === true);
  return (
    <Menu
      trigger={
        <Button look="outline" size="sm" aria-label={t('board.pipeline')}>
          {current ? titleOf(pipeline, current) : t('board.pipeline')}
          <ChevronDown size={12} aria-hidden />
        </Button>
      }
    >
      {all.map((one) => (
        <MenuItem
          key={one.id}
          onClick={() => control.change({ pipeline: one['isDefault'] === true ? '' : one.id })}
        >
          {titleOf(pipeline, one)}
        </MenuItem>
      ))}
    </Menu>
  );
}

function ColumnTabs({
  columns,
  scroller,
}: {
  columns: BoardColumn[];
  scroller: React.RefObject<HTMLElement | null>;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const show = (key: string) =>
    scroller.current
      ?.querySelector(`[data-column="${CSS.escape(key)}"]`)
      ?.scrollIntoView({ inline: 'center', block: 'nearest' });
  return (
    <nav
      aria-label={t('board.columns')}
      className="flex shrink-0 gap-1 overflow-x-auto border-line border-b px-3 py-1.5"
    >
      {columns.map((column) => (
        <Button key={column.key} look="ghost" size="sm" onClick={() => show(column.key)}>
          {column.label}
          <span className="text-faint tabular-nums">{formatNumber(column.count, locale)}</span>
        </Button>
      ))}
    </nav>
  );
}

function BoardSkeleton() {
  return (
    <div aria-hidden className="flex min-h-0 flex-1 gap-3 overflow-hidden p-3">
      {[5, 3, 4, 2].map((cards, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns that are none yet
        <div key={column} className="flex w-72 shrink-0 flex-col gap-2 rounded-xl bg-subtle p-3">
          <Skeleton className="mb-2 h-4 w-28" />
          {Array.from({ length: cards }, (_, card) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: cards that are none yet
            <Skeleton key={card} className="h-20 w-full rounded-lg" />
          ))}
        </div>
      ))}
    </div>
  );
}

export function Board({
  entity,
  control,
  shown,
}: {
  entity: EntityMeta;
  control: ListControl;
  shown: FieldMeta[];
}) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const [dragging, setDragging] = useState(false);
  const board = useBoard(entity, control.state, shown, !dragging);
  const { data } = board;
  const { move, asked, initial, answer, cancel } = useMove(entity, data, board.put);
  const by = entity.fields.find((field) => field.name === entity.boardBy);
  const movable = may(entity, 'update') && by !== undefined && !by.readOnly;
  const facts = useMemo(() => shown.filter((field) => field !== by), [shown, by]);
  const targets = useMemo(
    () => data?.columns.map(({ key, label }) => ({ key, label })) ?? [],
    [data?.columns],
  );
  const latest = useRef(move);
  latest.current = move;
  const moveTo = useCallback((id: string, to: string) => void latest.current(id, to, 0), []);
  const onDragEnd = ({ draggableId, destination }: DropResult) => {
    setDragging(false);
    if (destination) void move(draggableId, destination.droppableId, destination.index);
  };
  if (board.error) return <ErrorNotice error={board.error} onRetry={board.retry} />;
  if (!data) return <BoardSkeleton />;
  if (data.columns.length === 0)
    return (
      <EmptyState
        icon={<SquareKanban size={20} aria-hidden />}
        title={t('board.noColumns')}
        text={t('board.noColumnsText')}
      />
    );
  return (
    <>
      <div className="flex shrink-0 items-center gap-2 px-3 pt-2 empty:hidden">
        <PipelineMenu entity={entity} control={control} />
      </div>
      {narrow && <ColumnTabs columns={data.columns} scroller={scroller} />}
      <DragDropContext
        onDragStart={() => setDragging(true)}
        onDragEnd={onDragEnd}
        dragHandleUsageInstructions={t('board.dragHint')}
      >
        <div
          ref={scroller}
          data-board
          aria-busy={board.isFetching}
          className={cn(
            'min-h-0 flex-1 overflow-auto px-3 pb-3',
            narrow && !dragging && 'snap-x snap-mandatory',
          )}
        >
          <div className="flex min-h-full w-max gap-3 pt-3">
            {data.columns.map((column) => (
              <Column
                key={column.key}
                entity={entity}
                column={column}
                data={data}
                facts={facts}
                movable={movable}
                targets={targets}
                onMove={moveTo}
                onMore={() => board.showMore(column.key)}
              />
            ))}
          </div>
        </div>
      </DragDropContext>
      {asked && <AskDialog asked={asked} initial={initial} onCancel={cancel} onAnswer={answer} />}
    </>
  );
}
