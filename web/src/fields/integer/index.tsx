/* SPDX-License-Identifier: Apache-2.0 */
import { useLocale } from '@/app/locale';
import { asNumber, formatNumber } from '@/lib/format';
import type { DisplayProps, FieldKind } from '../kind';
import { NumberFilter, NumberInput, numberOperators, numberSchema } from '../shared/number';
import { PlainFilterValue } from '../shared/text';

function Display({ field, value }: DisplayProps) {
  const locale = useLocale();
  const number = asNumber(value);
  if (number === null) return null;
  // A year is not a quantity: "1,988" would be wrong.
  const isYear = /year$/i.test(field.name);
  return <span className="tabular-nums">{isYear ? number : formatNumber(number, locale)}</span>;
}

export const integer: FieldKind = {
  Display,
  Input: NumberInput,
  FilterEditor: NumberFilter,
  FilterValue: PlainFilterValue,
  operators: numberOperators,
  schema: numberSchema(0),
  align: 'right',
  width: 110,
};
