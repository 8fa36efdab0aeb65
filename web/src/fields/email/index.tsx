/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import { t } from '@/i18n';
import type { FieldKind } from '../kind';
import { OutLink } from '../shared/link';
import { asText, makeTextInput, PlainFilterValue, TextFilter, textOperators } from '../shared/text';

export const email: FieldKind = {
  Display: ({ value }) => <OutLink href={`mailto:${asText(value)}`}>{asText(value)}</OutLink>,
  Input: makeTextInput({ inputMode: 'email' }),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: textOperators,
  schema: (field) =>
    z
      .string()
      .trim()
      .max(field.maxLength ?? 254, t('validate.maxLength', { count: field.maxLength ?? 254 }))
      .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, t('validate.email')),
  width: 220,
};
