/* SPDX-License-Identifier: Apache-2.0 */
/* The one list, for every entity. */

import { useQuery } from '@tanstack/react-query';
import { Download, ListEnd, Plus, SearchX, Upload } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { ApiError } from '@/api/client';
import { findBySlug, may, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { EntityMeta, FieldMeta, Page, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useHotkeys } from '@/app/hotkeys';
import { EntityIcon } from '@/app/icons';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { creating } from '@/app/stores';
import { EntityContext } from '@/features/pipelines/scope';
import { operatorsOf } from '@/fields';
import { formatNumber, formatTotal } from '@/lib/format';
import { useNarrow } from '@/lib/narrow';
import { EmptyState } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { shownFields, storeColumns, storedColumns } from '../columns';
import {
  apiQuery,
  DEEPEST,
  deepestPage,
  fieldByQuery,
  filterQuery,
  isTooDeep,
  type ListState,
  nextSort,
  sortOf,
} from '../filters';
import { RecordCards } from './Cards';
import { FilterBar } from './FilterBar';
import { Pager } from './Pager';
import { RecordTable } from './Table';
import { Toolbar } from './Toolbar';
import { useListState } from './useListState';
import { usePaging } from './usePaging';

function moveFocus(step: 1 | -1) {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

function Head({
  entity,
  page,
  state,
}: {
  entity: EntityMeta;
  page: Page<RecordData> | undefined;
  state: ListState;
}) {
  const { t } = useTranslation();
  const { can } = useMeta();
  const locale = useLocale();
  const total = page?.pagination;
  return (
    <PageHead
      name={entity.labelPlural}
      icon={<EntityIcon entity={entity} />}
      title={
        <>
          <h1 className="truncate font-semibold text-base">{entity.labelPlural}</h1>
          {total && (
            <span className="text-faint text-sm tabular-nums">
              {formatTotal(total.total, total.totalIsEstimate, locale)}
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
      {can.export !== false && (
        <a
          href={`${entity.path}/export.csv?${filterQuery(state)}`}
          download
          className={`${buttonClass('ghost', 'sm')} max-md:hidden`}
        >
          <Download size={14} aria-hidden />
          {t('action.export')}
        </a>
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

function Nothing({
  entity,
  filtered,
  onClear,
}: {
  entity: EntityMeta;
  filtered: boolean;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  const { can } = useMeta();
  const entities = entity.labelPlural.toLowerCase();
  if (filtered) {
    return (
      <EmptyState
        icon={<SearchX size={20} aria-hidden />}
        title={t('list.noMatch')}
        text={t('list.noMatchText')}
      >
        <Button onClick={onClear}>{t('list.clearAll')}</Button>
      </EmptyState>
    );
  }
  const canCreate = may(entity, 'create');
  return (
    <EmptyState
      icon={<EntityIcon entity={entity} size={20} />}
      title={t('list.empty', { entities })}
      text={canCreate ? t('list.emptyText') : t('list.emptyReadOnly')}
    >
      {canCreate && (
        <Button look="primary" onClick={() => creating.set({ entity: entity.name, defaults: {} })}>
          <Plus size={14} aria-hidden />
          {t('list.new', { entity: entity.label.toLowerCase() })}
        </Button>
      )}
      {canCreate && can.import && entity.group !== 'admin' && (
        <Link to={`/import?into=${entity.name}`} className={buttonClass('outline')}>
          {t('action.import')}
        </Link>
      )}
    </EmptyState>
  );
}

/** A page that has no number to ask for, or whose cursor the server does not take any more. */
function Astray({ state, onPage }: { state: ListState; onPage: (page: number) => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const last = deepestPage(state.limit);
  return state.cursor ? (
    <EmptyState
      icon={<ListEnd size={20} aria-hidden />}
      title={t('list.lostPlace')}
      text={t('list.lostPlaceText')}
    >
      <Button onClick={() => onPage(1)}>{t('list.toFirst')}</Button>
    </EmptyState>
  ) : (
    <EmptyState
      icon={<ListEnd size={20} aria-hidden />}
      title={t('list.tooDeep')}
      text={t('list.tooDeepText', { deepest: formatNumber(DEEPEST, locale) })}
    >
      <Button onClick={() => onPage(last)}>
        {t('list.toDeepest', { page: formatNumber(last, locale) })}
      </Button>
      <Button look="ghost" onClick={() => onPage(1)}>
        {t('list.toFirst')}
      </Button>
    </EmptyState>
  );
}

function useColumnsShown(entity: EntityMeta, state: ListState): FieldMeta[] {
  return useMemo(() => shownFields(entity, state.columns ?? storedColumns(entity)), [entity, state.columns]);
}

function List({ entity }: { entity: EntityMeta }) {
  const [state, change] = useListState(entity);
  const shown = useColumnsShown(entity, state);
  const narrow = useNarrow();
  const tooDeep = isTooDeep(state);
  const list = useQuery(listQuery(tooDeep ? undefined : entity, apiQuery(state, shown)));
  const [openAt, setOpenAt] = useState<number | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const filter = useRef<HTMLButtonElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = list.data?.data;
  const isLost = state.cursor !== '' && list.error instanceof ApiError && list.error.status === 400;
  const paging = usePaging(state, rows?.length ?? 0, list.data?.pagination);
  const filtered = state.q !== '' || state.filters.length > 0;

  useHotkeys({
    '/': () => search.current?.focus(),
    f: () => filter.current?.click(),
    c: () => may(entity, 'create') && creating.set({ entity: entity.name, defaults: {} }),
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    ArrowDown: () => moveFocus(1),
    ArrowUp: () => moveFocus(-1),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page starts at its top
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [state.page, state.cursor, state.sort]);

  const addFilter = (name: string) => {
    const field = fieldByQuery(entity, name);
    const op = field ? (operatorsOf(field)[0] ?? 'eq') : 'eq';
    change({ filters: [...state.filters, { field: name, op, value: '' }] });
    setOpenAt(state.filters.length);
  };
  const setColumns = (columns: string[] | null) => {
    storeColumns(entity, columns);
    change({ columns });
  };

  return (
    <>
      <Head entity={entity} page={list.data} state={state} />
      <Toolbar
        entity={entity}
        q={state.q}
        onSearch={(q) => change({ q })}
        searchRef={search}
        filterRef={filter}
        onAddFilter={addFilter}
        shown={shown}
        onColumns={setColumns}
      />
      <FilterBar
        entity={entity}
        filters={state.filters}
        openAt={openAt}
        onOpenAt={setOpenAt}
        onChange={(filters) => change({ filters })}
      />
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto" aria-busy={list.isFetching}>
        {tooDeep || isLost ? (
          <Astray state={state} onPage={(page) => change({ page })} />
        ) : list.error && !rows ? (
          <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <Nothing entity={entity} filtered={filtered} onClear={() => change({ q: '', filters: [] })} />
        ) : narrow ? (
          <RecordCards entity={entity} fields={shown} rows={rows} />
        ) : (
          <RecordTable
            entity={entity}
            fields={shown}
            rows={rows}
            sort={sortOf(state, entity)}
            onSort={(field) => change({ sort: nextSort(state.sort, field) })}
          />
        )}
      </div>
      {list.data && rows && rows.length > 0 && !tooDeep && !isLost && (
        <Pager
          page={state.page}
          limit={state.limit}
          shown={rows.length}
          pagination={list.data.pagination}
          paging={paging}
          busy={list.isPlaceholderData}
          onTurn={change}
          onLimit={(limit) => change({ limit })}
        />
      )}
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
