/* SPDX-License-Identifier: Apache-2.0 */
/* What chips and the filter builder share: operators by kind of field, and editors of their values. */

import { useTranslation } from 'react-i18next';
import type { FieldMeta } from '@/api/types';
import { kindOf, operatorsOf } from '@/fields';
import { DaySpanFilter, DaySpanValue } from '@/fields/shared/day';
import { NumberFilter } from '@/fields/shared/number';
import { Menu, MenuItem } from '@/ui/overlay';
import { type Condition, splitBetween, type UiOperator } from '../where';

export const isDay = (field: FieldMeta): boolean => field.type === 'date' || field.type === 'datetime';

/** A day is mostly asked for within a span; a number between two others is the last of many ways. */
export function uiOperatorsOf(field: FieldMeta): UiOperator[] {
  const plain = operatorsOf(field);
  if (!plain.includes('gte') || !plain.includes('lte')) return plain;
  return isDay(field) ? ['between', ...plain] : [...plain.filter((op) => op !== 'null'), 'between', 'null'];
}

const dayNames = ['eq', 'gt', 'gte', 'lt', 'lte', 'between'] as const;
type DayName = (typeof dayNames)[number];

export function useOperatorName() {
  const { t } = useTranslation();
  return (field: FieldMeta, op: UiOperator): string =>
    isDay(field) && (dayNames as readonly string[]).includes(op)
      ? t(`filter.opDay.${op as DayName}`)
      : t(`filter.op.${op}`);
}

const isChoice = (field: FieldMeta) => ['enum', 'picklist', 'boolean', 'reference'].includes(field.type);

/** One value chosen is all there is to say. */
export const closesAtOnce = (field: FieldMeta, op: UiOperator): boolean => op !== 'in' && isChoice(field);

/** The condition under another operator, as much of its value as that can take. */
export function withOperator(condition: Condition, op: UiOperator, value?: string): Condition {
  if (value !== undefined) return { ...condition, op, value };
  const was = condition.op;
  if (was === 'null' || was === 'between' || op === 'between') return { ...condition, op, value: '' };
  const first = was === 'in' && op !== 'in' ? (condition.value.split(',')[0] ?? '') : condition.value;
  return { ...condition, op, value: first };
}

export const newCondition = (name: string, field: FieldMeta): Condition => ({
  field: name,
  op: uiOperatorsOf(field)[0] ?? 'eq',
  value: '',
});

export function OperatorMenu(props: {
  field: FieldMeta;
  condition: Condition;
  className: string;
  onChange: (condition: Condition) => void;
}) {
  const { t } = useTranslation();
  const nameOf = useOperatorName();
  const { field, condition, className, onChange } = props;
  const available = uiOperatorsOf(field);
  return (
    <Menu
      className="min-w-36"
      trigger={
        <button type="button" className={className}>
          {condition.op === 'null'
            ? `${nameOf(field, 'null')} ${condition.value === 'false' ? t('filter.notEmpty') : t('filter.empty')}`
            : nameOf(field, condition.op)}
        </button>
      }
    >
      {available
        .filter((op) => op !== 'null')
        .map((op) => (
          <MenuItem key={op} onClick={() => onChange(withOperator(condition, op))}>
            {nameOf(field, op)}
          </MenuItem>
        ))}
      {available.includes('null') &&
        (['true', 'false'] as const).map((value) => (
          <MenuItem key={value} onClick={() => onChange(withOperator(condition, 'null', value))}>
            {t('filter.op.null')} {value === 'true' ? t('filter.empty') : t('filter.notEmpty')}
          </MenuItem>
        ))}
    </Menu>
  );
}

type ValueProps = { id: string; field: FieldMeta; condition: Condition; onChange: (value: string) => void };

export function ValueEditor({ id, field, condition, onChange }: ValueProps) {
  const { t } = useTranslation();
  const { op, value } = condition;
  const { FilterEditor } = kindOf(field);
  if (op !== 'between')
    return <FilterEditor id={id} field={field} op={op} value={value} onChange={onChange} />;
  if (isDay(field)) return <DaySpanFilter id={id} field={field} value={value} onChange={onChange} />;
  const [from, to] = splitBetween(value);
  const ends = [
    { key: 'from', label: t('filter.from'), end: from, write: (next: string) => `${next}..${to}` },
    { key: 'to', label: t('filter.to'), end: to, write: (next: string) => `${from}..${next}` },
  ];
  return (
    <div className="flex flex-col">
      {ends.map(({ key, label, end, write }) => (
        <NumberFilter
          key={key}
          id={`${id}-${key}`}
          field={{ ...field, label: `${field.label}: ${label}` }}
          op="gte"
          value={end}
          placeholder={label}
          onChange={(next) => onChange(write(next))}
        />
      ))}
    </div>
  );
}

export function ValueText({ field, condition }: { field: FieldMeta; condition: Condition }) {
  const { FilterValue } = kindOf(field);
  const { op, value } = condition;
  if (op !== 'between') return <FilterValue field={field} value={value} />;
  if (isDay(field)) return <DaySpanValue value={value} />;
  const [from, to] = splitBetween(value);
  return (
    <span>
      {from && <FilterValue field={field} value={from} />} – {to && <FilterValue field={field} value={to} />}
    </span>
  );
}
