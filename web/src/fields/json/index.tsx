/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import type { Json } from '@/api/types';
import { t } from '@/i18n';
import { Textarea } from '@/ui/input';
import type { FieldKind } from '../kind';
import { PlainFilterValue, TextFilter } from '../shared/text';

const pretty = (value: Json | undefined): string =>
  typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : JSON.stringify(value, null, 2);

export const json: FieldKind = {
  Display: ({ value, dense }) => (
    <code className={dense ? 'text-xs' : 'whitespace-pre-wrap break-all text-xs'}>
      {dense ? JSON.stringify(value) : pretty(value)}
    </code>
  ),
  // While it is being typed the value is text; the schema parses it.
  Input: ({ id, value, onChange, onBlur, invalid, describedBy }) => (
    <Textarea
      id={id}
      className="font-mono text-xs"
      spellCheck={false}
      value={pretty(value)}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
    />
  ),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: ['null'],
  schema: () =>
    z.unknown().transform((input, ctx): Json => {
      if (typeof input !== 'string') return input as Json;
      try {
        return JSON.parse(input) as Json;
      } catch {
        ctx.addIssue({ code: 'custom', message: t('validate.json') });
        return z.NEVER;
      }
    }),
  width: 200,
};
