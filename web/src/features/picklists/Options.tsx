/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a picklist, in the order in which they are offered. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, ArchiveRestore, Ellipsis, List, Merge, Pencil, Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { write } from '@/api/client';
import { firstMessageOf } from '@/api/message';
import { createRecord, updateRecord } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { refreshSetup, useGone, useOrder, useWrite } from '@/features/setup/data';
import { FieldsDialog, pick } from '@/features/setup/FieldsDialog';
import { Waiting } from '@/features/setup/Waiting';
import { formatNumber } from '@/lib/format';
import { EmptyState, Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { Menu, MenuItem } from '@/ui/overlay';
import { moved, Sortable } from '@/ui/Sortable';
import { keyOf, type Option, optionsKey, optionsQuery, type Picklist, usedQuery } from './data';
import { MergeOption } from './MergeOption';

function AddOption({ entity, list, last }: { entity: EntityMeta; list: string; last: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [label, setLabel] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!label.trim()) return;
    setBusy(true);
    try {
      await createRecord(entity, {
        picklist: list,
        label: label.trim(),
        key: keyOf(label),
        position: last + 10,
      });
      await refreshSetup(client);
      setLabel('');
      setError('');
    } catch (cause) {
      setError(firstMessageOf(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="mt-3 flex flex-col gap-1 px-2">
      <div className="flex gap-2">
        <Input
          className="max-w-72"
          value={label}
          maxLength={100}
          placeholder={t('picklists.addLabel')}
          aria-label={t('picklists.addLabel')}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? 'add-option-error' : undefined}
          onChange={(event) => setLabel(event.target.value)}
        />
        <Button type="submit" busy={busy} disabled={!label.trim()}>
          {!busy && <Plus size={14} aria-hidden />}
          {t('picklists.add')}
        </Button>
      </div>
      {error && (
        <p id="add-option-error" role="alert" className="text-danger text-xs">
          {error}
        </p>
      )}
    </form>
  );
}

type RowProps = {
  option: Option;
  count: number | undefined;
  onEdit: () => void;
  onRetire: () => void;
  onMerge: () => void;
  onDelete: () => void;
};

function OptionRow({ option, count, onEdit, onRetire, onMerge, onDelete }: RowProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <>
      <button
        type="button"
        onClick={onEdit}
        className="flex min-w-0 flex-1 items-center gap-2 rounded-md py-1 text-left hover:text-accent"
      >
        <span className={option.archived ? 'min-w-0 opacity-60' : 'min-w-0'}>
          <Tag tone={option.color} dot={option.color !== null}>
            {option.label}
          </Tag>
        </span>
        {option.archived && (
          <span className="shrink-0 text-faint text-xs" title={t('picklists.retiredHint')}>
            {t('picklists.retired')}
          </span>
        )}
      </button>
      <span className="w-24 shrink-0 text-right text-faint text-xs tabular-nums">
        {count !== undefined && t('picklists.used', { count, number: formatNumber(count, locale) })}
      </span>
      <Menu
        align="end"
        trigger={
          <Button look="ghost" size="iconSm" aria-label={t('setup.more', { name: option.label })}>
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={onEdit}>
          <Pencil size={14} aria-hidden className="text-muted" />
          {t('action.edit')}
        </MenuItem>
        <MenuItem onClick={onRetire}>
          {option.archived ? (
            <ArchiveRestore size={14} aria-hidden className="text-muted" />
          ) : (
            <Archive size={14} aria-hidden className="text-muted" />
          )}
          {option.archived ? t('picklists.bringBack') : t('picklists.retire')}
        </MenuItem>
        <MenuItem onClick={onMerge}>
          <Merge size={14} aria-hidden className="text-muted" />
          {t('picklists.merge')}
        </MenuItem>
        <MenuItem danger onClick={onDelete}>
          <Trash2 size={14} aria-hidden />
          {t('action.delete')}
        </MenuItem>
      </Menu>
    </>
  );
}

export function Options({ entity, list }: { entity: EntityMeta; list: Picklist }) {
  const { t } = useTranslation();
  const run = useWrite();
  const gone = useGone();
  const [editing, setEditing] = useState<Option | null>(null);
  const [merging, setMerging] = useState<Option | null>(null);
  const { data: options } = useQuery(optionsQuery(list.key));
  const { data: used } = useQuery(usedQuery(list));
  const order = useOrder<Option>(entity, optionsKey(list.key));
  if (!options) return <Waiting />;
  const discard = (option: Option) =>
    run(async () => {
      const { changesetId } = await write('DELETE', `${entity.path}/${option.id}`);
      gone(t('picklists.gone', { name: option.label }), changesetId);
    });
  return (
    <div className="max-w-3xl p-2">
      {options.length === 0 && (
        <EmptyState
          icon={<List size={20} aria-hidden />}
          title={t('picklists.empty')}
          text={t('picklists.emptyText')}
        />
      )}
      <Sortable
        label={list.label}
        items={options}
        onMove={(from, to) => void order(moved(options, from, to))}
      >
        {(option) => (
          <OptionRow
            option={option}
            count={used ? (used.get(option.key) ?? 0) : undefined}
            onEdit={() => setEditing(option)}
            onRetire={() =>
              void run(() => updateRecord(entity, option.id, { archived: !option.archived }, null))
            }
            onMerge={() => setMerging(option)}
            onDelete={() => void discard(option)}
          />
        )}
      </Sortable>
      <AddOption entity={entity} list={list.key} last={Math.max(0, ...options.map((o) => o.position))} />
      {editing && (
        <FieldsDialog
          title={t('picklists.edit')}
          fields={pick(entity, ['label', 'color'])}
          record={editing}
          action={t('action.save')}
          onSave={(values) => updateRecord(entity, editing.id, values, null).then(() => run(async () => {}))}
          onClose={() => setEditing(null)}
        />
      )}
      {merging && (
        <MergeOption
          option={merging}
          others={options.filter((o) => o.id !== merging.id && !o.archived)}
          onClose={() => setMerging(null)}
        />
      )}
    </div>
  );
}
