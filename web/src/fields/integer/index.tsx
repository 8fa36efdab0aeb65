/* SPDX-License-Identifier: Apache-2.0 */
import { useLocale } from '@/app/locale';
import { asNumber, formatNumber } from '@/lib/format';
import type { DisplayProps, FieldKind } from '../kind';
import { NumberFilter, NumberInput, numberOperators, numberSchema } from '../shared/number';
import { PlainFilterValue } from '../shared/text';

function Display({ value }: DisplayProps) {
  const locale = useLocale();
  const number = asNumber(value);
  return <span className="tabular-nums">{number === null ? '' : formatNumber(number, locale)}</span>;
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
