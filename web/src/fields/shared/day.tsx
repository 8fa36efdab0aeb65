/* SPDX-License-Identifier: Apache-2.0 */
/* Filters by day; the server reads a bare date as a day in the organisation's time zone. */
import { useLocale } from '@/app/locale';
import { t } from '@/i18n';
import { formatDate } from '@/lib/format';
import { todayIn } from '@/lib/zone';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import type { FilterEditorProps } from '../kind';

export const dayOperators = ['gte', 'lt', 'lte', 'gt', 'eq', 'null'] as const;

export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function DayFilter({ id, field, value, onChange }: FilterEditorProps) {
  const { timeZone } = useLocale();
  const today = todayIn(timeZone);
  const presets = [
    { key: 'today', day: today },
    { key: 'weekAgo', day: shiftDay(today, -7) },
    { key: 'monthStart', day: `${today.slice(0, 7)}-01` },
    { key: 'yearStart', day: `${today.slice(0, 4)}-01-01` },
  ] as const;
  return (
    <div className="flex w-60 flex-col gap-1.5 p-2">
      <Input
        id={id}
        type="date"
        value={value.slice(0, 10)}
        aria-label={field.label}
        onChange={(event) => event.target.value && onChange(event.target.value)}
      />
      <div className="flex flex-wrap gap-1">
        {presets.map((preset) => (
          <Button key={preset.key} look="ghost" size="sm" onClick={() => onChange(preset.day)}>
            {t(`filter.day.${preset.key}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}

export function DayValue({ value }: { value: string }) {
  return formatDate(value, useLocale());
}
