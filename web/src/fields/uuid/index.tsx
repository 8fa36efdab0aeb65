/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import { t } from '@/i18n';
import type { FieldKind } from '../kind';
import { asText, makeTextInput, PlainFilterValue, TextFilter } from '../shared/text';

export const uuid: FieldKind = {
  Display: ({ value }) => <code className="text-xs">{asText(value)}</code>,
  Input: makeTextInput({}),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: ['eq', 'in', 'null'],
  schema: () => z.string().regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i, t('validate.uuid')),
  width: 260,
};
