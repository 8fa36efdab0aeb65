/* SPDX-License-Identifier: Apache-2.0 */
/* Filters as chips: field, operator, value, each part clickable. */

import { X } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta, Operator } from '@/api/types';
import { kindOf, operatorsOf } from '@/fields';
import { cn } from '@/lib/cn';
import { Menu, MenuItem, Popover } from '@/ui/overlay';
import { type Filter, fieldByQuery } from '../filters';

const partClass = 'flex h-full items-center px-2 hover:bg-hover data-popup-open:bg-hover';
const isDay = (field: FieldMeta) => field.type === 'date' || field.type === 'datetime';

function useOperatorName() {
  const { t } = useTranslation();
  return (field: FieldMeta, op: Operator): string => {
    if (isDay(field) && (op === 'eq' || op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte')) {
      return t(`filter.opDay.${op}`);
    }
    return t(`filter.op.${op}`);
  };
}

function OperatorMenu(props: { field: FieldMeta; filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const nameOf = useOperatorName();
  const { field, filter, onChange } = props;
  const choose = (op: Operator) => {
    const first = filter.op === 'in' && op !== 'in' ? (filter.value.split(',')[0] ?? '') : filter.value;
    onChange({ ...filter, op, value: filter.op === 'null' ? '' : first });
  };
  const available = operatorsOf(field);
  return (
    <Menu
      className="min-w-36"
      trigger={
        <button type="button" className={cn(partClass, 'text-muted')}>
          {nameOf(field, filter.op)}
        </button>
      }
    >
      {available
        .filter((op) => op !== 'null')
        .map((op) => (
          <MenuItem key={op} onClick={() => choose(op)}>
            {nameOf(field, op)}
          </MenuItem>
        ))}
      {available.includes('null') &&
        (['true', 'false'] as const).map((value) => (
          <MenuItem key={value} onClick={() => onChange({ ...filter, op: 'null', value })}>
            {t('filter.op.null')} {value === 'true' ? t('filter.empty') : t('filter.notEmpty')}
          </MenuItem>
        ))}
    </Menu>
  );
}

type ChipProps = {
  field: FieldMeta;
  filter: Filter;
  open: boolean;
  onOpen: (open: boolean) => void;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
};

function Chip({ field, filter, open, onOpen, onChange, onRemove }: ChipProps) {
  const { t } = useTranslation();
  const id = useId();
  const { FilterEditor, FilterValue } = kindOf(field);
  const closesAtOnce =
    filter.op !== 'in' && ['enum', 'picklist', 'boolean', 'reference'].includes(field.type);
  return (
    <div className="flex h-7 max-w-full items-center divide-x divide-line overflow-hidden rounded-md bg-surface text-xs shadow-panel">
      <span className="flex h-full items-center px-2 font-medium">{field.label}</span>
      <OperatorMenu field={field} filter={filter} onChange={onChange} />
      {filter.op === 'null' ? (
        <span className="flex h-full items-center px-2">
          {filter.value === 'false' ? t('filter.notEmpty') : t('filter.empty')}
        </span>
      ) : (
        <Popover
          label={field.label}
          open={open}
          onOpenChange={onOpen}
          trigger={
            <button type="button" className={cn(partClass, 'min-w-0 text-accent')}>
              <span className="max-w-56 truncate">
                {filter.value === '' ? t('filter.pick') : <FilterValue field={field} value={filter.value} />}
              </span>
            </button>
          }
        >
          <FilterEditor
            id={id}
            field={field}
            op={filter.op}
            value={filter.value}
            onChange={(value) => {
              onChange({ ...filter, value });
              if (closesAtOnce) onOpen(false);
            }}
          />
        </Popover>
      )}
      <button
        type="button"
        onClick={onRemove}
        aria-label={t('filter.remove', { field: field.label })}
        className="flex h-full items-center px-1.5 text-faint hover:bg-hover hover:text-text"
      >
        <X size={12} aria-hidden />
      </button>
    </div>
  );
}

export function FilterBar(props: {
  entity: EntityMeta;
  filters: Filter[];
  openAt: number | null;
  onOpenAt: (index: number | null) => void;
  onChange: (filters: Filter[]) => void;
}) {
  const { t } = useTranslation();
  const { entity, filters, openAt, onOpenAt, onChange } = props;
  if (!filters.length) return null;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-line border-b px-3 py-2 md:px-4">
      {filters.map((filter, index) => {
        const field = fieldByQuery(entity, filter.field);
        if (!field) return null;
        return (
          <Chip
            // biome-ignore lint/suspicious/noArrayIndexKey: a field may be filtered by twice; order is identity
            key={index}
            field={field}
            filter={filter}
            open={openAt === index}
            onOpen={(open) => onOpenAt(open ? index : null)}
            onChange={(next) => onChange(filters.map((old, at) => (at === index ? next : old)))}
            onRemove={() => onChange(filters.filter((_, at) => at !== index))}
          />
        );
      })}
      <button
        type="button"
        onClick={() => onChange([])}
        className="h-7 rounded-md px-2 text-muted text-xs hover:bg-hover hover:text-text"
      >
        {t('list.clearAll')}
      </button>
    </div>
  );
}
