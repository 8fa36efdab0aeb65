/* SPDX-License-Identifier: Apache-2.0 */
import { Textarea } from '@/ui/input';
import type { FieldKind } from '../kind';
import { asText, PlainFilterValue, TextFilter, textSchema } from '../shared/text';

export const longText: FieldKind = {
  Display: ({ value, dense }) =>
    dense ? asText(value) : <span className="whitespace-pre-wrap break-words">{asText(value)}</span>,
  Input: ({ id, value, onChange, onBlur, invalid, autoFocus, describedBy }) => (
    <Textarea
      id={id}
      value={asText(value)}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      autoFocus={autoFocus}
    />
  ),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: ['contains', 'null'],
  schema: textSchema,
  width: 260,
};
