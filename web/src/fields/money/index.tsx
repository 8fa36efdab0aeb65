/* SPDX-License-Identifier: Apache-2.0 */
import { useLocale } from '@/app/locale';
import { asNumber, formatMoney } from '@/lib/format';
import type { DisplayProps, FieldKind, InputProps } from '../kind';
import { NumberFilter, NumberInput, numberSchema } from '../shared/number';

function currencyOf(record: DisplayProps['record'], fallback: string): string {
  const own = record['currency'];
  return typeof own === 'string' && /^[A-Z]{3}$/.test(own) ? own : fallback;
}

function Display({ value, record }: DisplayProps) {
  const locale = useLocale();
  const number = asNumber(value);
  if (number === null) return null;
  return (
    <span className="tabular-nums">{formatMoney(number, locale, currencyOf(record, locale.currency))}</span>
  );
}

function Input(props: InputProps) {
  const { currency } = useLocale();
  return <NumberInput {...props} prefix={currencyOf(props.record, currency)} />;
}

function FilterValue({ value }: { value: string }) {
  const locale = useLocale();
  const number = asNumber(value);
  return number === null ? value : formatMoney(number, locale);
}

export const money: FieldKind = {
  Display,
  Input,
  FilterEditor: NumberFilter,
  FilterValue,
  operators: ['gte', 'lte', 'eq', 'gt', 'lt', 'ne', 'null'],
  schema: numberSchema(2),
  align: 'right',
  width: 140,
};
