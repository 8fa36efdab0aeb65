/* SPDX-License-Identifier: Apache-2.0 */
/* Filters with groups: all or any of some conditions, and groups within groups. The list follows at once. */

import { Plus, Trash2, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta } from '@/api/types';
import { queryName } from '@/fields/value';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { inputClass } from '@/ui/input';
import { Popover, Sheet } from '@/ui/overlay';
import { Picker } from '@/ui/picker';
import { filterChoices } from '../columns';
import { type Condition, DEEPEST_GROUP, fieldByQuery, type Group, isGroup, type Term } from '../where';
import { AddFilter } from './FilterBar';
import {
  closesAtOnce,
  newCondition,
  OperatorMenu,
  uiOperatorsOf,
  ValueEditor,
  ValueText,
} from './filterParts';

const boxClass = cn(inputClass, 'flex h-8 items-center truncate text-left');

function Line(props: {
  entity: EntityMeta;
  condition: Condition;
  onChange: (next: Condition) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { entity, condition, onChange, onRemove } = props;
  const field = fieldByQuery(entity, condition.field);
  if (!field) return null;
  const fields = filterChoices(entity).filter((one) => uiOperatorsOf(one).length > 0);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] gap-1.5 sm:grid-cols-[minmax(0,9rem)_minmax(0,7.5rem)_minmax(0,1fr)_auto]">
      <Picker
        label={t('filter.field')}
        options={fields.map((one) => ({ value: queryName(one), label: one.label }))}
        selected={[condition.field]}
        onChange={([name]) => {
          const next = fields.find((one) => queryName(one) === name);
          if (name && next) onChange(newCondition(name, next));
        }}
        trigger={
          <button type="button" className={boxClass}>
            {field.label}
          </button>
        }
      />
      <OperatorMenu
        field={field}
        condition={condition}
        className={cn(boxClass, 'text-muted')}
        onChange={onChange}
      />
      {condition.op === 'null' ? (
        <span className="max-sm:hidden" />
      ) : (
        <div className="max-sm:order-last max-sm:col-span-2">
          <Popover
            label={field.label}
            open={open}
            onOpenChange={setOpen}
            trigger={
              <button
                type="button"
                className={cn(boxClass, condition.value === '' ? 'text-faint' : 'text-accent')}
              >
                <span className="truncate">
                  {condition.value === '' ? (
                    t('filter.pick')
                  ) : (
                    <ValueText field={field} condition={condition} />
                  )}
                </span>
              </button>
            }
          >
            <ValueEditor
              id={id}
              field={field}
              condition={condition}
              onChange={(value) => {
                onChange({ ...condition, value });
                if (closesAtOnce(field, condition.op)) setOpen(false);
              }}
            />
          </Popover>
        </div>
      )}
      <Button
        look="ghost"
        size="icon"
        aria-label={t('filter.remove', { field: field.label })}
        onClick={onRemove}
      >
        <X size={14} aria-hidden />
      </Button>
    </div>
  );
}

function JoinChoice({ join, onChange }: { join: Group['join']; onChange: (join: Group['join']) => void }) {
  const { t } = useTranslation();
  return (
    <div role="radiogroup" aria-label={t('filter.join')} className="flex w-fit rounded-md bg-subtle p-0.5">
      {(['and', 'or'] as const).map((one) => (
        // biome-ignore lint/a11y/useSemanticElements: two words side by side, not two dots
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={join === one}
          onClick={() => onChange(one)}
          className={cn(
            'h-6 rounded px-2 text-xs',
            join === one ? 'bg-surface font-medium shadow-panel' : 'text-muted',
          )}
        >
          {t(`filter.join_${one}`)}
        </button>
      ))}
    </div>
  );
}

function GroupBox(props: {
  entity: EntityMeta;
  group: Group;
  depth: number;
  onChange: (next: Group) => void;
  onRemove?: () => void;
}) {
  const { t } = useTranslation();
  const { entity, group, depth, onChange, onRemove } = props;
  const items = (next: Term[]) => onChange({ ...group, items: next });
  const setAt = (index: number, next: Term) =>
    items(group.items.map((old, at) => (at === index ? next : old)));
  const removeAt = (index: number) => items(group.items.filter((_, at) => at !== index));
  return (
    <div className={cn('flex flex-col gap-2', depth > 0 && 'rounded-lg p-2.5 ring-1 ring-line ring-inset')}>
      <div className="flex items-center justify-between gap-2">
        <JoinChoice join={group.join} onChange={(join) => onChange({ ...group, join })} />
        {onRemove && (
          <Button look="ghost" size="iconSm" aria-label={t('filter.removeGroup')} onClick={onRemove}>
            <Trash2 size={14} aria-hidden />
          </Button>
        )}
      </div>
      {group.items.map((term, index) =>
        isGroup(term) ? (
          <GroupBox
            // biome-ignore lint/suspicious/noArrayIndexKey: order is identity
            key={index}
            entity={entity}
            group={term}
            depth={depth + 1}
            onChange={(next) => setAt(index, next)}
            onRemove={() => removeAt(index)}
          />
        ) : (
          <Line
            // biome-ignore lint/suspicious/noArrayIndexKey: order is identity
            key={index}
            entity={entity}
            condition={term}
            onChange={(next) => setAt(index, next)}
            onRemove={() => removeAt(index)}
          />
        ),
      )}
      <div className="flex flex-wrap gap-1">
        <AddFilter
          entity={entity}
          onAdd={(condition) => items([...group.items, condition])}
          trigger={
            <Button look="ghost" size="sm">
              <Plus size={14} aria-hidden />
              {t('filter.condition')}
            </Button>
          }
        />
        {depth < DEEPEST_GROUP - 1 && (
          <Button
            look="ghost"
            size="sm"
            onClick={() => items([...group.items, { join: group.join === 'and' ? 'or' : 'and', items: [] }])}
          >
            <Plus size={14} aria-hidden />
            {t('filter.group')}
          </Button>
        )}
      </div>
    </div>
  );
}

export function FilterBuilder(props: {
  entity: EntityMeta;
  where: Group;
  onChange: (where: Group) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  // Empty groups have no place in the address, so what is being built is kept here.
  const [draft, setDraft] = useState(props.where);
  const change = (next: Group) => {
    setDraft(next);
    props.onChange(next);
  };
  return (
    <Sheet open onOpenChange={(open) => !open && props.onClose()} title={t('filter.title')}>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto px-5 py-4">
        <p className="text-muted">{t('filter.text')}</p>
        <GroupBox entity={props.entity} group={draft} depth={0} onChange={change} />
      </div>
      <div className="flex justify-end gap-2 border-line border-t px-5 py-3">
        <Button look="ghost" onClick={() => change({ join: 'and', items: [] })}>
          {t('list.clearAll')}
        </Button>
        <Button look="primary" onClick={props.onClose}>
          {t('filter.show')}
        </Button>
      </div>
    </Sheet>
  );
}
