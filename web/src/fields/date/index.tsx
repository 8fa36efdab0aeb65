/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import { useLocale } from '@/app/locale';
import { t } from '@/i18n';
import { formatDate } from '@/lib/format';
import { Input } from '@/ui/input';
import type { DisplayProps, FieldKind } from '../kind';
import { DayFilter, DayValue, dayOperators } from '../shared/day';
import { asText } from '../shared/text';

function Display({ value }: DisplayProps) {
  const locale = useLocale();
  return <span className="tabular-nums">{formatDate(asText(value), locale)}</span>;
}

export const date: FieldKind = {
  Display,
  Input: ({ id, value, onChange, onBlur, invalid, describedBy, autoFocus }) => (
    <Input
      id={id}
      type="date"
      min="0001-01-01"
      max="9999-12-31"
      value={asText(value).slice(0, 10)}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      autoFocus={autoFocus}
    />
  ),
  FilterEditor: DayFilter,
  FilterValue: DayValue,
  operators: dayOperators,
  schema: () => z.string().regex(/^\d{4}-\d{2}-\d{2}$/, t('validate.date')),
  width: 135,
};
