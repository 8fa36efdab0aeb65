/* SPDX-License-Identifier: Apache-2.0 */
/* Filters by day; the server reads a bare date as a day in the organisation's time zone, and words such as `today-7`
   as days that move with the calendar. */
import { useLocale } from '@/app/locale';
import { t } from '@/i18n';
import { formatDate } from '@/lib/format';
import { todayIn } from '@/lib/zone';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import type { FilterEditorProps } from '../kind';
import { isDayWord, spanPresets, word } from './dayWords';

export const dayOperators = ['gte', 'lt', 'lte', 'gt', 'eq', 'null'] as const;

const presets = ['today', 'today-1', 'today+1', 'today-7', 'today-30', 'today+7', 'today+30'] as const;
const starts = ['weekStart', 'monthStart', 'quarterStart', 'yearStart'] as const;

type SpanPreset = keyof typeof spanPresets;
const spanNames = Object.keys(spanPresets) as SpanPreset[];

function wordName(value: string): string {
  const [, unit = '', steps = ''] = word.exec(value) ?? [];
  const count = Math.abs(Number(steps || 0));
  if (unit === 'today') {
    if (count === 0) return t('filter.day.today');
    if (count === 1) return steps.startsWith('-') ? t('filter.day.yesterday') : t('filter.day.tomorrow');
    return t(steps.startsWith('-') ? 'filter.day.ago' : 'filter.day.ahead', { count });
  }
  const name = unit as (typeof starts)[number];
  if (count === 0) return t(`filter.day.${name}`);
  return t(steps.startsWith('-') ? `filter.day.${name}Ago` : `filter.day.${name}Ahead`, { count });
}

function DayBox({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (day: string) => void;
}) {
  return (
    <Input
      id={id}
      type="date"
      value={isDayWord(value) ? '' : value.slice(0, 10)}
      aria-label={label}
      onChange={(event) => event.target.value && onChange(event.target.value)}
    />
  );
}

function Choices<T extends string>(props: {
  all: readonly T[];
  chosen: string;
  nameOf: (one: T) => string;
  onChoose: (one: T) => void;
}) {
  return (
    <div className="grid grid-cols-2 gap-0.5">
      {props.all.map((one) => (
        <Button
          key={one}
          look="ghost"
          size="sm"
          aria-pressed={props.chosen === one}
          className="justify-start aria-pressed:bg-accent-soft aria-pressed:text-accent"
          onClick={() => props.onChoose(one)}
        >
          {props.nameOf(one)}
        </Button>
      ))}
    </div>
  );
}

export function DayFilter({ id, field, value, onChange }: FilterEditorProps) {
  return (
    <div className="flex w-64 flex-col gap-2 p-2">
      <DayBox id={id} label={field.label} value={value} onChange={onChange} />
      <Choices all={[...presets, ...starts]} chosen={value} nameOf={wordName} onChoose={onChange} />
    </div>
  );
}

/** `from..to`, either of which may be open. */
export function DaySpanFilter({ id, value, onChange }: Omit<FilterEditorProps, 'op'>) {
  const { timeZone } = useLocale();
  const [from = '', to = ''] = value.split('..');
  const chosen = spanNames.find((name) => spanPresets[name] === value) ?? '';
  const plain = (day: string) => (isDayWord(day) ? '' : day);
  return (
    <div className="flex w-72 flex-col gap-2 p-2">
      <Choices
        all={spanNames}
        chosen={chosen}
        nameOf={(name) => t(`filter.span.${name}`)}
        onChoose={(name) => onChange(spanPresets[name])}
      />
      <div className="grid grid-cols-2 gap-2 border-line border-t pt-2">
        <DayBox
          id={id}
          label={t('filter.from')}
          value={from}
          onChange={(day) => onChange(`${day}..${plain(to)}`)}
        />
        <DayBox
          id={`${id}-to`}
          label={t('filter.to')}
          value={to}
          onChange={(day) => onChange(`${plain(from) || todayIn(timeZone)}..${day}`)}
        />
      </div>
    </div>
  );
}

export function DayValue({ value }: { value: string }) {
  const locale = useLocale();
  return isDayWord(value) ? wordName(value) : formatDate(value, locale);
}

export function DaySpanValue({ value }: { value: string }) {
  const preset = spanNames.find((name) => spanPresets[name] === value);
  const [from = '', to = ''] = value.split('..');
  if (preset) return t(`filter.span.${preset}`);
  return (
    <span>
      {from && <DayValue value={from} />} – {to && <DayValue value={to} />}
    </span>
  );
}
