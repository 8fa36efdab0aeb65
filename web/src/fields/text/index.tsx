/* SPDX-License-Identifier: Apache-2.0 */
import type { FieldKind } from '../kind';
import {
  asText,
  makeTextInput,
  PlainFilterValue,
  TextFilter,
  textOperators,
  textSchema,
} from '../shared/text';

export const text: FieldKind = {
  Display: ({ value }) => asText(value),
  Input: makeTextInput({}),
  FilterEditor: TextFilter,
  FilterValue: PlainFilterValue,
  operators: textOperators,
  schema: textSchema,
  width: 180,
};
