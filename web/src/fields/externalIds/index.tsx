/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import type { Json } from '@/api/types';
import { t } from '@/i18n';
import { Input } from '@/ui/input';
import type { FieldKind } from '../kind';
import { PlainFilterValue, TextFilter } from '../shared/text';

type Entry = { system: string; id: string };

/** As the server takes it in a filter and in a file: zoho:42; sheet:7. */
const written = (value: Json | undefined): string =>
  Array.isArray(value)
    ? (value as Entry[]).map((entry) => `${entry.system}:${entry.id}`).join('; ')
    : String(value ?? '');

const entriesOf = (text: string): Entry[] =>
  text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const colon = part.indexOf(':');
      return { system: part.slice(0, Math.max(colon, 0)).trim(), id: part.slice(colon + 1).trim() };
    });

export const externalIds: FieldKind = {
  Display: ({ value }) => <span className="break-all">{written(value)}</span>,
  // While it is being typed the value is text; the schema parses it.
  Input: ({ id, value, onChange, onBlur, invalid, describedBy }) => (
    <Input
      id={id}
      placeholder="system:id; system:id"
      value={written(value)}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
    />
  ),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: ['eq', 'null'],
  schema: () =>
    z.unknown().transform((input, ctx): Json => {
      if (typeof input !== 'string') return input as Json;
      const entries = entriesOf(input);
      if (entries.every((entry) => entry.system && entry.id)) return entries;
      ctx.addIssue({ code: 'custom', message: t('validate.externalIds') });
      return z.NEVER;
    }),
  width: 200,
};
