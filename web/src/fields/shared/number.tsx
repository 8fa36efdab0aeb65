/* SPDX-License-Identifier: Apache-2.0 */
/* What all number types share. The input keeps the text typed; only the schema makes a number of it. */

import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import type { FieldMeta, Json } from '@/api/types';
import { useLocale } from '@/app/locale';
import { i18n, t } from '@/i18n';
import { readNumber } from '@/lib/number';
import { Input } from '@/ui/input';
import type { FieldKind, FilterEditorProps, InputProps } from '../kind';
import { asText, usePaused } from './text';

export const numberOperators = ['eq', 'gte', 'lte', 'gt', 'lt', 'ne', 'null'] as const;

export function NumberInput(props: InputProps & { prefix?: ReactNode; suffix?: ReactNode }) {
  const { id, value, onChange, onBlur, invalid, autoFocus, describedBy, prefix, suffix } = props;
  return (
    <div className="relative">
      {prefix && (
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-muted">
          {prefix}
        </span>
      )}
      <Input
        id={id}
        inputMode="decimal"
        className={prefix ? 'pl-12 tabular-nums' : 'tabular-nums'}
        value={asText(value)}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        autoFocus={autoFocus}
        autoComplete="off"
      />
      {suffix && (
        <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-muted">
          {suffix}
        </span>
      )}
    </div>
  );
}

export function NumberFilter({
  id,
  field,
  value,
  onChange,
  placeholder,
}: FilterEditorProps & { placeholder?: string }) {
  const { locale } = useLocale();
  const [text, setText] = useState(value);
  usePaused(readNumber(text, locale), value, onChange);
  return (
    <div className="p-2">
      <Input
        id={id}
        className="w-40"
        inputMode="decimal"
        value={text}
        aria-label={field.label}
        placeholder={placeholder ?? t('filter.number')}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

const decimals = (text: string): number => text.split('.')[1]?.length ?? 0;

/** Values arrive as a number (from the record) or as text (from the input). */
export function numberSchema(digits: number | null): FieldKind['schema'] {
  return (field: FieldMeta) =>
    z.union([z.number(), z.string()]).transform((input, ctx): Json => {
      const plain = typeof input === 'number' ? String(input) : readNumber(input, i18n.language);
      const fail = (message: string) => {
        ctx.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      if (plain === null) return fail(t('validate.number'));
      const value = Number(plain);
      const places = field.scale ?? digits;
      if (places === 0 && !Number.isSafeInteger(value)) return fail(t('validate.integer'));
      if (places !== null && decimals(plain) > places) return fail(t('validate.scale', { count: places }));
      if (typeof field.min === 'number' && value < field.min)
        return fail(t('validate.min', { min: field.min }));
      if (typeof field.max === 'number' && value > field.max)
        return fail(t('validate.max', { max: field.max }));
      return value;
    });
}
