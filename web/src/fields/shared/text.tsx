/* SPDX-License-Identifier: Apache-2.0 */
/* What all one-line text types share. */

import { useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import type { FieldMeta, Json } from '@/api/types';
import { t } from '@/i18n';
import { Input } from '@/ui/input';
import type { FieldKind, FilterEditorProps, InputProps } from '../kind';

export const textOperators = ['contains', 'eq', 'startsWith', 'ne', 'in', 'null'] as const;

export const asText = (value: Json | undefined): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

export function makeTextInput(kind: { type?: string; inputMode?: 'text' | 'email' | 'tel' | 'url' }) {
  return function TextInput({
    id,
    field,
    value,
    onChange,
    onBlur,
    invalid,
    autoFocus,
    describedBy,
  }: InputProps) {
    return (
      <Input
        id={id}
        type={kind.type ?? 'text'}
        inputMode={kind.inputMode}
        value={asText(value)}
        maxLength={field.maxLength ?? undefined}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        autoFocus={autoFocus}
        autoComplete="off"
      />
    );
  };
}

const PAUSE_MS = 300;

/** Hands on what was typed when the user pauses, so that a list is not asked for at every key, or is done; null is
    not worth handing on. */
export function usePaused(typed: string | null, value: string, onChange: (value: string) => void) {
  const late = useRef({ typed, value, onChange });
  useEffect(() => {
    late.current = { typed, value, onChange };
    if (typed === null || typed === value) return;
    const timer = setTimeout(() => onChange(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  useEffect(
    () => () => {
      const { typed: last, value: known, onChange: tell } = late.current;
      if (last !== null && last !== known) tell(last);
    },
    [],
  );
}

export function TextFilter({ id, field, value, onChange }: FilterEditorProps) {
  const [text, setText] = useState(value);
  usePaused(text, value, onChange);
  return (
    <div className="p-2">
      <Input
        id={id}
        className="w-56"
        value={text}
        aria-label={field.label}
        placeholder={t('filter.value')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && onChange(text)}
      />
    </div>
  );
}

export const PlainFilterValue: FieldKind['FilterValue'] = ({ value }) => value;

export function textSchema(field: FieldMeta) {
  let schema = z.string().trim();
  if (field.minLength)
    schema = schema.min(field.minLength, t('validate.minLength', { count: field.minLength }));
  if (field.maxLength)
    schema = schema.max(field.maxLength, t('validate.maxLength', { count: field.maxLength }));
  return schema;
}

export function Dash() {
  return <span className="text-faint/60">—</span>;
}
