/* SPDX-License-Identifier: Apache-2.0 */
import { useLocale } from '@/app/locale';
import { asNumber, formatPercent } from '@/lib/format';
import type { DisplayProps, FieldKind } from '../kind';
import { NumberFilter, NumberInput, numberOperators, numberSchema } from '../shared/number';

function Display({ value }: DisplayProps) {
  const locale = useLocale();
  const number = asNumber(value);
  return <span className="tabular-nums">{number === null ? '' : formatPercent(number, locale)}</span>;
}

export const percent: FieldKind = {
  Display,
  Input: (props) => <NumberInput {...props} suffix="%" />,
  FilterEditor: NumberFilter,
  FilterValue: ({ value }) => `${value}%`,
  operators: numberOperators,
  schema: (field) => numberSchema(3)({ ...field, min: field.min ?? 0, max: field.max ?? 100 }),
  align: 'right',
  width: 100,
};
