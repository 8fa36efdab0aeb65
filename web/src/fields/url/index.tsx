/* SPDX-License-Identifier: Apache-2.0 */

import { z } from 'zod';
import { t } from '@/i18n';
import type { FieldKind } from '../kind';
import { OutLink } from '../shared/link';
import { asText, makeTextInput, PlainFilterValue, TextFilter, textOperators } from '../shared/text';

function isWebAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** "acme.com" is what people type; the server wants a scheme. */
export const withScheme = (text: string): string =>
  /^[a-z][a-z\d+.-]*:/i.test(text) || !text.includes('.') ? text : `https://${text}`;

export const url: FieldKind = {
  Display: ({ value }) => {
    const address = asText(value);
    if (!isWebAddress(address)) return address;
    return <OutLink href={address}>{address.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}</OutLink>;
  },
  Input: makeTextInput({ inputMode: 'url' }),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: textOperators,
  schema: () =>
    z
      .string()
      .trim()
      .transform(withScheme)
      .refine((text) => text.length <= 2048, t('validate.maxLength', { count: 2048 }))
      .refine(isWebAddress, t('validate.url')),
  width: 180,
};
