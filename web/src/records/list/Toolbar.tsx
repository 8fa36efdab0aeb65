/* SPDX-License-Identifier: Apache-2.0 */
/* Above the rows: search, add a filter, choose columns. */

import { Columns3, ListFilter, Search, X } from 'lucide-react';
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { operatorsOf } from '@/fields';
import { queryName } from '@/fields/value';
import { Kbd } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Picker } from '@/ui/picker';
import { columnChoices, columnNames, filterChoices } from '../columns';

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
    <div className="relative flex min-w-0 flex-1 items-center sm:max-w-72">
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

export type ToolbarProps = {
  entity: EntityMeta;
  q: string;
  onSearch: (q: string) => void;
  searchRef: Ref<HTMLInputElement>;
  onAddFilter: (field: string) => void;
  filterRef: Ref<HTMLButtonElement>;
  shown: FieldMeta[];
  onColumns: (columns: string[] | null) => void;
};

export function Toolbar({
  entity,
  q,
  onSearch,
  searchRef,
  onAddFilter,
  filterRef,
  shown,
  onColumns,
}: ToolbarProps) {
  const { t } = useTranslation();
  const filterable = filterChoices(entity).filter((field) => operatorsOf(field).length > 0);
  const names = columnNames(shown);
  return (
    <div className="flex h-11 shrink-0 items-center gap-1.5 border-line border-b px-2 md:px-3">
      {entity.searchable && (
        <SearchBox
          label={t('list.search', { entities: entity.labelPlural.toLowerCase() })}
          value={q}
          onChange={onSearch}
          inputRef={searchRef}
        />
      )}
      <Picker
        label={t('filter.field')}
        options={filterable.map((field) => ({ value: queryName(field), label: field.label }))}
        selected={[]}
        onChange={([name]) => name && onAddFilter(name)}
        trigger={
          <Button ref={filterRef} look="ghost" size="sm">
            <ListFilter size={14} aria-hidden />
            {t('filter.add')}
          </Button>
        }
      />
      <div className="ml-auto hidden items-center gap-1 md:flex">
        <Picker
          label={t('list.columns')}
          align="end"
          multiple
          options={columnChoices(entity).map((field) => ({ value: queryName(field), label: field.label }))}
          selected={names}
          onChange={onColumns}
          footer={
            <Button look="ghost" size="sm" className="w-full" onClick={() => onColumns(null)}>
              {t('list.columnsReset')}
            </Button>
          }
          trigger={
            <Button look="ghost" size="sm">
              <Columns3 size={14} aria-hidden />
              {t('list.columns')}
            </Button>
          }
        />
      </div>
    </div>
  );
}
