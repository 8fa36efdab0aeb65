/* SPDX-License-Identifier: Apache-2.0 */
/* Filters as chips: field, operator, value, each part clickable; a group is one chip that opens the builder. */

import { ListTree, Plus, X } from 'lucide-react';
import { Fragment, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { queryName } from '@/fields/value';
import { cn } from '@/lib/cn';
import { Popover } from '@/ui/overlay';
import { Picker } from '@/ui/picker';
import { filterChoices } from '../columns';
import { type Condition, fieldByQuery, type Group, isGroup, type Term } from '../where';
import {
  closesAtOnce,
  newCondition,
  OperatorMenu,
  uiOperatorsOf,
  useOperatorName,
  ValueEditor,
  ValueText,
} from './filterParts';

const partClass = 'flex h-full items-center px-2 hover:bg-hover data-popup-open:bg-hover';
const chipClass =
  'flex h-7 max-w-full items-center divide-x divide-line overflow-hidden rounded-md bg-surface text-xs shadow-panel';

type ChipProps = {
  field: FieldMeta;
  condition: Condition;
  open: boolean;
  onOpen: (open: boolean) => void;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
};

function RemoveButton({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      onClick={onRemove}
      aria-label={label}
      className="flex h-full items-center px-1.5 text-faint hover:bg-hover hover:text-text"
    >
      <X size={12} aria-hidden />
    </button>
  );
}

function Chip({ field, condition, open, onOpen, onChange, onRemove }: ChipProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={chipClass}>
      <span className="flex h-full items-center px-2 font-medium">{field.label}</span>
      <OperatorMenu
        field={field}
        condition={condition}
        className={cn(partClass, 'text-muted')}
        onChange={(next) => {
          onChange(next);
          if (next.op !== 'null' && next.value === '') onOpen(true);
        }}
      />
      {condition.op !== 'null' && (
        <Popover
          label={field.label}
          open={open}
          onOpenChange={onOpen}
          trigger={
            <button type="button" className={cn(partClass, 'min-w-0 text-accent')}>
              <span className="max-w-56 truncate">
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
              if (closesAtOnce(field, condition.op)) onOpen(false);
            }}
          />
        </Popover>
      )}
      <RemoveButton label={t('filter.remove', { field: field.label })} onRemove={onRemove} />
    </div>
  );
}

/** A group in words: "Owner is Me or Amount at least 100". */
export function GroupText({ entity, group }: { entity: EntityMeta; group: Group }) {
  const { t } = useTranslation();
  const nameOf = useOperatorName();
  return group.items.map((term, index) => {
    const field = isGroup(term) ? undefined : fieldByQuery(entity, term.field);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: order is identity
      <Fragment key={index}>
        {index > 0 && <span className="px-1 text-faint">{t(`filter.${group.join}`)}</span>}
        {isGroup(term) ? (
          <span>
            (<GroupText entity={entity} group={term} />)
          </span>
        ) : (
          field && (
            <span className="inline-flex items-center gap-1">
              <span className="font-medium">{field.label}</span>
              <span className="text-muted">{nameOf(field, term.op)}</span>
              {term.op === 'null' ? (
                <span>{term.value === 'false' ? t('filter.notEmpty') : t('filter.empty')}</span>
              ) : (
                <ValueText field={field} condition={term} />
              )}
            </span>
          )
        )}
      </Fragment>
    );
  });
}

function GroupChip(props: { entity: EntityMeta; group: Group; onOpen: () => void; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={chipClass}>
      <button type="button" onClick={props.onOpen} className={cn(partClass, 'min-w-0')}>
        <span className="max-w-[60vw] truncate md:max-w-[32rem]">
          <GroupText entity={props.entity} group={props.group} />
        </span>
      </button>
      <RemoveButton label={t('filter.removeGroup')} onRemove={props.onRemove} />
    </div>
  );
}

export function AddFilter(props: {
  entity: EntityMeta;
  onAdd: (condition: Condition) => void;
  trigger: React.ReactElement;
}) {
  const { t } = useTranslation();
  const fields = filterChoices(props.entity).filter((field) => uiOperatorsOf(field).length > 0);
  return (
    <Picker
      label={t('filter.field')}
      options={fields.map((field) => ({ value: queryName(field), label: field.label }))}
      selected={[]}
      onChange={([name]) => {
        const field = fields.find((one) => queryName(one) === name);
        if (name && field) props.onAdd(newCondition(name, field));
      }}
      trigger={props.trigger}
    />
  );
}

export function FilterBar(props: {
  entity: EntityMeta;
  where: Group;
  openAt: number | null;
  onOpenAt: (index: number | null) => void;
  onChange: (where: Group) => void;
  onBuild: () => void;
}) {
  const { t } = useTranslation();
  const { entity, where, openAt, onOpenAt, onChange, onBuild } = props;
  if (!where.items.length) return null;
  const items = (next: Term[]) => onChange({ ...where, items: next });
  const isOne = where.join === 'or' && where.items.length > 1;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-line border-b px-3 py-2 md:px-4">
      {isOne ? (
        <GroupChip
          entity={entity}
          group={where}
          onOpen={onBuild}
          onRemove={() => onChange({ join: 'and', items: [] })}
        />
      ) : (
        where.items.map((term, index) => {
          const set = (next: Term) => items(where.items.map((old, at) => (at === index ? next : old)));
          const remove = () => items(where.items.filter((_, at) => at !== index));
          if (isGroup(term))
            // biome-ignore lint/suspicious/noArrayIndexKey: order is identity
            return <GroupChip key={index} entity={entity} group={term} onOpen={onBuild} onRemove={remove} />;
          const field = fieldByQuery(entity, term.field);
          if (!field) return null;
          return (
            <Chip
              // biome-ignore lint/suspicious/noArrayIndexKey: a field may be filtered by twice; order is identity
              key={index}
              field={field}
              condition={term}
              open={openAt === index}
              onOpen={(open) => onOpenAt(open ? index : null)}
              onChange={set}
              onRemove={remove}
            />
          );
        })
      )}
      {!isOne && (
        <AddFilter
          entity={entity}
          onAdd={(condition) => {
            items([...where.items, condition]);
            onOpenAt(where.items.length);
          }}
          trigger={
            <button
              type="button"
              aria-label={t('filter.addAnother')}
              className="flex h-7 items-center rounded-md px-1.5 text-muted text-xs hover:bg-hover hover:text-text"
            >
              <Plus size={14} aria-hidden />
            </button>
          }
        />
      )}
      <button
        type="button"
        onClick={onBuild}
        className="flex h-7 items-center gap-1.5 rounded-md px-2 text-muted text-xs hover:bg-hover hover:text-text"
      >
        <ListTree size={13} aria-hidden />
        {t('filter.advanced')}
      </button>
      <button
        type="button"
        onClick={() => onChange({ join: 'and', items: [] })}
        className="h-7 rounded-md px-2 text-muted text-xs hover:bg-hover hover:text-text"
      >
        {t('list.clearAll')}
      </button>
    </div>
  );
}
