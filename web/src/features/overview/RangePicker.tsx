/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the period: a preset, or two days. */

import { CalendarRange, Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '@/app/locale';
import { formatDate } from '@/lib/format';
import { Button } from '@/ui/button';
import { FormRow, Input } from '@/ui/input';
import { Popover } from '@/ui/overlay';
import { type Preset, presets, type Range } from './range';

export function RangePicker(props: {
  range: Range;
  onPreset: (preset: Preset) => void;
  onDays: (from: string, to: string) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { range, onPreset, onDays } = props;
  const [open, setOpen] = useState(false);
  const days = [range.from, range.to].map((day) => (day ? formatDate(day, locale) : '…'));
  const label = range.preset === 'custom' ? days.join(' – ') : t(`overview.ranges.${range.preset}`);
  return (
    <Popover
      label={t('overview.range')}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" aria-label={`${t('overview.range')}: ${label}`}>
          <CalendarRange size={14} aria-hidden className="text-muted" />
          {label}
        </Button>
      }
    >
      <div className="flex w-60 flex-col p-1">
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={range.preset === preset}
            onClick={() => {
              onPreset(preset);
              setOpen(false);
            }}
            className="flex h-8 items-center justify-between rounded-md px-2 text-left hover:bg-hover"
          >
            {t(`overview.ranges.${preset}`)}
            {range.preset === preset && <Check size={14} className="text-accent" aria-hidden />}
          </button>
        ))}
        <div className="mt-1 grid grid-cols-2 gap-2 border-line border-t p-2">
          <FormRow id="range-from" label={t('overview.from')}>
            <Input
              id="range-from"
              type="date"
              className="px-1.5 text-xs"
              value={range.from}
              max={range.to || undefined}
              onChange={(event) => onDays(event.target.value, range.to)}
            />
          </FormRow>
          <FormRow id="range-to" label={t('overview.to')}>
            <Input
              id="range-to"
              type="date"
              className="px-1.5 text-xs"
              value={range.to}
              min={range.from || undefined}
              onChange={(event) => onDays(range.from, event.target.value)}
            />
          </FormRow>
        </div>
      </div>
    </Popover>
  );
}
