/* SPDX-License-Identifier: Apache-2.0 */
import { enumeration } from '../enum';
import type { FieldKind } from '../kind';
import { asList, ChoiceInput, choicesSchema, OptionTag, optionsFor } from '../shared/choice';

export const multiPicklist: FieldKind = {
  ...enumeration,
  Display: ({ field, value }) => (
    <span className="inline-flex max-w-full flex-wrap gap-1">
      {asList(value).map((key) => (
        <OptionTag key={key} field={field} value={key} />
      ))}
    </span>
  ),
  Input: (props) => (
    <ChoiceInput
      {...props}
      multiple
      options={optionsFor(props.field, asList(props.value))}
      show={(key) => <OptionTag field={props.field} value={key} />}
    />
  ),
  operators: ['in', 'eq', 'contains', 'null'],
  schema: choicesSchema,
  width: 200,
};
