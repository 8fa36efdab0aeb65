/* SPDX-License-Identifier: Apache-2.0 */
import type { FieldKind } from '../kind';
import {
  asList,
  ChoiceFilter,
  ChoiceInput,
  choiceOperators,
  choiceSchema,
  OptionTag,
  optionOf,
  optionsFor,
  splitValues,
} from '../shared/choice';
import { asText } from '../shared/text';

export const enumeration: FieldKind = {
  Display: ({ field, value }) => <OptionTag field={field} value={asText(value)} />,
  Input: (props) => (
    <ChoiceInput
      {...props}
      options={optionsFor(props.field, asList(props.value))}
      show={(key) => <OptionTag field={props.field} value={key} />}
    />
  ),
  FilterEditor: (props) => (
    <ChoiceFilter {...props} options={optionsFor(props.field, splitValues(props.value))} />
  ),
  FilterValue: ({ field, value }) =>
    splitValues(value)
      .map((key) => optionOf(field, key).label)
      .join(', '),
  operators: choiceOperators,
  schema: choiceSchema,
  width: 130,
};
