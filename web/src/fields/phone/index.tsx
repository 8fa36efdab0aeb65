/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import { t } from '@/i18n';
import type { FieldKind } from '../kind';
import { OutLink } from '../shared/link';
import { asText, makeTextInput, PlainFilterValue, TextFilter, textOperators } from '../shared/text';

export const phone: FieldKind = {
  Display: ({ value }) => (
    <OutLink href={`tel:${asText(value).replace(/[^\d+]/g, '')}`}>
      <span className="tabular-nums">{asText(value)}</span>
    </OutLink>
  ),
  Input: makeTextInput({ inputMode: 'tel' }),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: textOperators,
  schema: () =>
    z
      .string()
      .trim()
      .max(32, t('validate.maxLength', { count: 32 }))
      .regex(/^\+?[\d\s\-()]+$/, t('validate.phone'))
      .refine((text) => text.replace(/\D/g, '').length >= 3, t('validate.phone')),
  width: 150,
};
