/* SPDX-License-Identifier: Apache-2.0 */
/* The form's schema, built from the same metadata the server validates by. */

import { z } from 'zod';
import type { FieldMeta, Json } from '@/api/types';
import { t } from '@/i18n';
import { kindOf } from '.';
import { formKey, isEmpty } from './value';

// Zod would otherwise try `new Function`, which the CSP refuses.
z.config({ jitless: true });

function fieldSchema(field: FieldMeta) {
  const inner = kindOf(field).schema(field);
  return z.unknown().transform((input, ctx): Json => {
    const value = typeof input === 'string' && input.trim() === '' ? null : (input as Json | undefined);
    if (isEmpty(value)) {
      if (field.required) {
        ctx.addIssue({ code: 'custom', message: t('validate.required', { field: field.label }) });
        return z.NEVER;
      }
      return Array.isArray(value) ? [] : null;
    }
    const result = inner.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) ctx.addIssue({ code: 'custom', message: issue.message });
    return z.NEVER;
  });
}

export function schemaOf(fields: FieldMeta[]) {
  return z.object(Object.fromEntries(fields.map((field) => [formKey(field), fieldSchema(field)])));
}
