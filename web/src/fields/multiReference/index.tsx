/* SPDX-License-Identifier: Apache-2.0 */
import type { FieldKind, FilterEditorProps, InputProps } from '../kind';
import { FilterNames } from '../reference';
import { asList, ChoiceFilter, ChoiceInput, choicesSchema } from '../shared/choice';
import { IdName, useRecordOptions } from '../shared/record';

function Input(props: InputProps) {
  const { options, busy, onSearch } = useRecordOptions(props.field);
  return (
    <ChoiceInput
      {...props}
      multiple
      options={options}
      busy={busy}
      onSearch={onSearch}
      show={(id) => <IdName field={props.field} id={id} />}
    />
  );
}

function FilterEditor(props: FilterEditorProps) {
  const { options, busy, onSearch } = useRecordOptions(props.field);
  return <ChoiceFilter {...props} options={options} busy={busy} onSearch={onSearch} />;
}

export const multiReference: FieldKind = {
  Display: ({ field, value, dense }) => (
    <span className={dense ? 'inline-flex gap-1 overflow-hidden' : 'inline-flex flex-wrap gap-1'}>
      {asList(value).map((id) => (
        <IdName key={id} field={field} id={id} />
      ))}
    </span>
  ),
  Input,
  FilterEditor,
  FilterValue: FilterNames,
  operators: ['in', 'eq', 'contains', 'null'],
  schema: choicesSchema,
  width: 160,
};
