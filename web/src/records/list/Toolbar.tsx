/* SPDX-License-Identifier: Apache-2.0 */
/* Above the rows: the view, search, filters; the look, groups and columns. */

import { CalendarDays, Columns3, ListFilter, Search, SquareKanban, Table2, X } from 'lucide-react';
import { lazy, type ReactNode, type Ref, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { cn } from '@/lib/cn';
import { Kbd, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Popover } from '@/ui/overlay';
import type { Look } from '../filters';
import type { Condition } from '../where';
import { AddFilter } from './FilterBar';

const ColumnsMenu = lazy(() => import('./ColumnsMenu'));
const PAUSE_MS = 250;

function SearchBox(props: {
  label: string;
  value: string;
  onChange: (q: string) => void;
  inputRef: Ref<HTMLInputElement>;
}) {
  const { t } = useTranslation();
  const { label, value, onChange, inputRef } = props;
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  // The address may change by itself (back button, "clear all"): then it wins over what is in the box.
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className="relative flex min-w-0 flex-1 items-center sm:max-w-60">
      <Search size={14} className="pointer-events-none absolute left-2 text-faint" aria-hidden />
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className="h-7 w-full rounded-md bg-transparent pr-7 pl-7.5 text-sm outline-none hover:bg-subtle focus:bg-subtle focus:ring-2 focus:ring-accent"
      />
      {text ? (
        <button
          type="button"
          aria-label={t('action.clear')}
          onClick={() => setText('')}
          className="absolute right-1.5 rounded p-0.5 text-faint hover:text-text"
        >
          <X size={14} aria-hidden />
        </button>
      ) : (
        <span className="pointer-events-none absolute right-1.5 hidden sm:inline-flex">
          <Kbd>/</Kbd>
        </span>
      )}
    </div>
  );
}

const lookIcons = { table: Table2, board: SquareKanban, calendar: CalendarDays } satisfies Record<
  Look,
  unknown
>;

function LookSwitch({ looks, look, onLook }: { looks: Look[]; look: Look; onLook: (look: Look) => void }) {
  const { t } = useTranslation();
  if (looks.length < 2) return null;
  return (
    <div role="radiogroup" aria-label={t('look.label')} className="flex shrink-0 rounded-md bg-subtle p-0.5">
      {looks.map((one) => {
        const Icon = lookIcons[one];
        return (
          // biome-ignore lint/a11y/useSemanticElements: pictures side by side, not dots
          <button
            key={one}
            type="button"
            role="radio"
            aria-checked={look === one}
            aria-label={t(`look.${one}`)}
            title={t(`look.${one}`)}
            onClick={() => onLook(one)}
            className={cn(
              'flex h-6 items-center rounded px-1.5',
              look === one ? 'bg-surface text-text shadow-panel' : 'text-faint hover:text-text',
            )}
          >
            <Icon size={14} aria-hidden />
          </button>
        );
      })}
    </div>
  );
}

export function ColumnsButton(props: {
  entity: EntityMeta;
  shown: FieldMeta[];
  onChange: (columns: string[] | null) => void;
}) {
  const { t } = useTranslation();
  return (
    <Popover
      label={t('list.columns')}
      align="end"
      trigger={
        <Button look="ghost" size="sm">
          <Columns3 size={14} aria-hidden />
          {t('list.columns')}
        </Button>
      }
    >
      <Suspense fallback={<Skeleton className="m-3 h-40 w-60" />}>
        <ColumnsMenu {...props} />
      </Suspense>
    </Popover>
  );
}

export type ToolbarProps = {
  entity: EntityMeta;
  q: string;
  onSearch: (q: string) => void;
  searchRef: Ref<HTMLInputElement>;
  onAddFilter: (condition: Condition) => void;
  filterRef: Ref<HTMLButtonElement>;
  looks: Look[];
  look: Look;
  onLook: (look: Look) => void;
  views: ReactNode;
  children: ReactNode;
};

export function Toolbar(props: ToolbarProps) {
  const { t } = useTranslation();
  const { entity, q, onSearch, searchRef, onAddFilter, filterRef } = props;
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-1.5 gap-y-1 border-line border-b px-2 py-1.5 md:px-3">
      {props.views}
      {entity.searchable && (
        <SearchBox
          label={t('list.search', { entities: entity.labelPlural.toLowerCase() })}
          value={q}
          onChange={onSearch}
          inputRef={searchRef}
        />
      )}
      <AddFilter
        entity={entity}
        onAdd={onAddFilter}
        trigger={
          <Button ref={filterRef} look="ghost" size="sm">
            <ListFilter size={14} aria-hidden />
            {t('filter.add')}
          </Button>
        }
      />
      <div className="ml-auto flex items-center gap-1">
        {props.children}
        <LookSwitch looks={props.looks} look={props.look} onLook={props.onLook} />
      </div>
    </div>
  );
}
