/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import { useLocale } from '@/app/locale';
import { t } from '@/i18n';
import { formatDate, formatDateTime, formatRelative } from '@/lib/format';
import { fromWallClock, toWallClock } from '@/lib/zone';
import { Input as TextBox } from '@/ui/input';
import type { DisplayProps, FieldKind, InputProps } from '../kind';
import { DayFilter, DayValue, dayOperators } from '../shared/day';
import { asText } from '../shared/text';

const WEEK = 7 * 86_400_000;

function Display({ value, dense }: DisplayProps) {
  const locale = useLocale();
  const iso = asText(value);
  const full = formatDateTime(iso, locale);
  const near = Math.abs(Date.now() - Date.parse(iso)) < WEEK;
  if (!dense) return <time dateTime={iso}>{full}</time>;
  return (
    <time dateTime={iso} title={full} className="tabular-nums">
      {near ? formatRelative(iso, locale) : formatDate(toWallClock(iso, locale.timeZone), locale)}
    </time>
  );
}

function Input({ id, value, onChange, onBlur, invalid, describedBy, autoFocus }: InputProps) {
  const { timeZone } = useLocale();
  return (
    <TextBox
      id={id}
      type="datetime-local"
      value={toWallClock(asText(value), timeZone)}
      onChange={(event) => onChange(event.target.value ? fromWallClock(event.target.value, timeZone) : null)}
      onBlur={onBlur}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      autoFocus={autoFocus}
    />
  );
}

export const datetime: FieldKind = {
  Display,
  Input,
  FilterEditor: DayFilter,
  FilterValue: DayValue,
  operators: dayOperators,
  schema: () => z.string().refine((iso) => !Number.isNaN(Date.parse(iso)), t('validate.date')),
  width: 140,
};
