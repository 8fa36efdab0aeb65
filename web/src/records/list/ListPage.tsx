/* SPDX-License-Identifier: Apache-2.0 */
/* The one list, for every entity: a table, a board or a calendar of the same records. */

import { Plus, Upload } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { findBySlug, may, useMeta } from '@/api/meta';
import type { EntityMeta, FieldMeta, Pagination } from '@/api/types';
import { useHotkeys } from '@/app/hotkeys';
import { EntityIcon } from '@/app/icons';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { PageLoading } from '@/app/PageLoading';
import { creating } from '@/app/stores';
import { EntityContext } from '@/features/pipelines/scope';
import '@/i18n/lists';
import { formatTotal } from '@/lib/format';
import { useNarrow } from '@/lib/narrow';
import { Button, buttonClass } from '@/ui/button';
import { shownFields, storeColumns, storedColumns } from '../columns';
import type { ListState, Look } from '../filters';
import { useUndo } from '../undo';
import type { Condition } from '../where';
import { ExportMenu } from './ExportMenu';
import { FilterBar } from './FilterBar';
import { GroupMenu } from './GroupMenu';
import { hasCalendar } from './looks';
import { TableLook, useTableRows, useWidths } from './TableLook';
import { ColumnsButton, Toolbar } from './Toolbar';
import { useGroups } from './useGroups';
import { type ListControl, useListState } from './useListState';
import { ViewMenu } from './ViewMenu';

const FilterBuilder = lazy(async () => ({ default: (await import('./FilterBuilder')).FilterBuilder }));

const Board = lazy(async () => ({ default: (await import('../board/Board')).Board }));
const Calendar = lazy(async () => ({ default: (await import('../calendar/Calendar')).Calendar }));

function Head(props: {
  entity: EntityMeta;
  pagination: Pagination | undefined;
  state: ListState;
  shown: FieldMeta[];
}) {
  const { t } = useTranslation();
  const { can } = useMeta();
  const locale = useLocale();
  const { entity, pagination, state, shown } = props;
  return (
    <PageHead
      name={entity.labelPlural}
      icon={<EntityIcon entity={entity} />}
      title={
        <>
          <h1 className="truncate font-semibold text-base">{entity.labelPlural}</h1>
          {pagination && (
            <span className="text-faint text-sm tabular-nums" aria-live="polite">
              {formatTotal(pagination.total, pagination.totalIsEstimate, locale)}
            </span>
          )}
        </>
      }
    >
      {can.import && entity.group !== 'admin' && (
        <Link to={`/import?into=${entity.name}`} className={`${buttonClass('ghost', 'sm')} max-md:hidden`}>
          <Upload size={14} aria-hidden />
          {t('action.import')}
        </Link>
      )}
      {can.export !== false && may(entity, 'export') && (
        <ExportMenu entity={entity} state={state} shown={shown} />
      )}
      {may(entity, 'create') && (
        <Button look="primary" size="sm" onClick={() => creating.set({ entity: entity.name, defaults: {} })}>
          <Plus size={14} aria-hidden />
          <span className="max-sm:sr-only">{t('list.new', { entity: entity.label.toLowerCase() })}</span>
        </Button>
      )}
    </PageHead>
  );
}

function useShown(entity: EntityMeta, { state, view }: ListControl): FieldMeta[] {
  return useMemo(
    () => shownFields(entity, state.columns ?? (view ? null : storedColumns(entity))),
    [entity, state.columns, view],
  );
}

function looksOf(entity: EntityMeta): Look[] {
  const board = entity.boardBy ? (['board'] as const) : [];
  const calendar = hasCalendar(entity) ? (['calendar'] as const) : [];
  return ['table', ...board, ...calendar];
}

const focusGrid = () => document.querySelector<HTMLElement>('[data-grid]')?.focus();

/** The key goes on to the table, as if it had the focus already. */
function passToGrid(event: KeyboardEvent) {
  focusGrid();
  document
    .querySelector('[data-grid]')
    ?.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true }));
}

function List({ entity }: { entity: EntityMeta }) {
  const { t } = useTranslation();
  const control = useListState(entity);
  const { state, change } = control;
  const shown = useShown(entity, control);
  const narrow = useNarrow();
  const { widths, setWidth } = useWidths(entity, control);
  const { rows, search: rowsSearch, setSpan } = useTableRows(entity, state, shown, control.isPending);
  const groups = useGroups(entity, narrow ? { ...state, group: '' } : state, shown);
  const undo = useUndo();
  const [openAt, setOpenAt] = useState<number | null>(null);
  const [building, setBuilding] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const filter = useRef<HTMLButtonElement>(null);
  const looks = looksOf(entity);
  const look = looks.includes(state.look) ? state.look : 'table';

  useHotkeys({
    '/': () => search.current?.focus(),
    f: () => filter.current?.click(),
    c: () => may(entity, 'create') && creating.set({ entity: entity.name, defaults: {} }),
    j: passToGrid,
    k: passToGrid,
    ArrowDown: passToGrid,
    ArrowUp: passToGrid,
    'mod+z': undo.undoLast,
  });

  const addFilter = (condition: Condition) => {
    change({ where: { ...state.where, items: [...state.where.items, condition] } });
    setOpenAt(state.where.items.length);
  };
  const setColumns = (columns: string[] | null) => {
    if (!control.view) storeColumns(entity, columns);
    change({ columns });
  };

  return (
    <>
      <Head
        entity={entity}
        pagination={look === 'table' ? rows.pagination : undefined}
        state={state}
        shown={shown}
      />
      <Toolbar
        entity={entity}
        q={state.q}
        onSearch={(q) => change({ q })}
        searchRef={search}
        filterRef={filter}
        onAddFilter={addFilter}
        looks={looks}
        look={look}
        onLook={(next) => change({ look: next })}
        views={<ViewMenu entity={entity} control={control} widths={widths} />}
      >
        {look === 'table' && (
          <span className="hidden items-center gap-1 md:flex">
            <GroupMenu
              entity={entity}
              group={state.group}
              onChange={(group) => change({ group })}
              onOpenAll={groups.openAll}
            />
            <ColumnsButton entity={entity} shown={shown} onChange={setColumns} />
          </span>
        )}
      </Toolbar>
      <FilterBar
        entity={entity}
        where={state.where}
        openAt={openAt}
        onOpenAt={setOpenAt}
        onChange={(where) => change({ where })}
        onBuild={() => setBuilding(true)}
      />
      {control.isLost && (
        <p
          role="status"
          className="flex items-center gap-2 border-line border-b bg-warn-soft px-4 py-2 text-sm"
        >
          {t('view.lost')}
        </p>
      )}
      <Suspense fallback={<PageLoading />}>
        {control.isPending ? (
          <PageLoading />
        ) : look === 'board' ? (
          <Board entity={entity} control={control} shown={shown} />
        ) : look === 'calendar' ? (
          <Calendar entity={entity} control={control} shown={shown} />
        ) : (
          <TableLook
            entity={entity}
            control={control}
            shown={shown}
            rows={rows}
            search={rowsSearch}
            onSpan={setSpan}
            groups={groups}
            widths={widths}
            onWidth={setWidth}
          />
        )}
      </Suspense>
      <Suspense fallback={null}>
        {building && (
          <FilterBuilder
            entity={entity}
            where={state.where}
            onChange={(where) => change({ where })}
            onClose={() => setBuilding(false)}
          />
        )}
      </Suspense>
    </>
  );
}

export function ListPage() {
  const { entity: slug } = useParams();
  const { pathname } = useLocation();
  const entity = findBySlug(useMeta(), slug ?? '');
  useEffect(() => {
    if (entity && pathname.endsWith('/new')) creating.set({ entity: entity.name, defaults: {} });
  }, [entity, pathname]);
  if (!entity) return <NotFound />;
  return (
    <EntityContext.Provider value={entity.name}>
      <List key={entity.name} entity={entity} />
    </EntityContext.Provider>
  );
}
