/* SPDX-License-Identifier: Apache-2.0 */
import { includeName } from '@/api/records';
import { t } from '@/i18n';
import type { DisplayProps, FieldKind, FilterEditorProps, InputProps } from '../kind';
import { ChoiceFilter, ChoiceInput, choiceOperators, choiceSchema, splitValues } from '../shared/choice';
import { IdName, useRecordOptions } from '../shared/record';
import { asText } from '../shared/text';

function included(field: DisplayProps['field'], record: DisplayProps['record'], id: string) {
  const name = includeName(field);
  const target = name ? record[name] : undefined;
  // While a form is being edited the included object may belong to the value before.
  const same = target && typeof target === 'object' && !Array.isArray(target) && target['id'] === id;
  return same ? target : undefined;
}

function Input(props: InputProps) {
  const { options, busy, onSearch } = useRecordOptions(props.field, { record: props.record });
  return (
    <ChoiceInput
      {...props}
      options={options}
      busy={busy}
      onSearch={onSearch}
      show={(id) => <IdName field={props.field} id={id} included={included(props.field, props.record, id)} />}
    />
  );
}

function FilterEditor(props: FilterEditorProps) {
  const { options, busy, onSearch } = useRecordOptions(props.field, {
    withMe: true,
    withTeam: props.op !== 'ne',
  });
  return <ChoiceFilter {...props} options={options} busy={busy} onSearch={onSearch} />;
}

export const FilterNames: FieldKind['FilterValue'] = ({ field, value }) => (
  <span className="inline-flex gap-1.5">
    {splitValues(value).map((id) =>
      id === 'me' || id === 'myTeam' ? (
        <span key={id}>{t(`filter.${id}`)}</span>
      ) : (
        <IdName key={id} field={field} id={id} />
      ),
    )}
  </span>
);

export const reference: FieldKind = {
  Display: ({ field, value, record }) => (
    <IdName field={field} id={asText(value)} included={included(field, record, asText(value))} link />
  ),
  Input,
  FilterEditor,
  FilterValue: FilterNames,
  operators: choiceOperators,
  schema: choiceSchema,
  width: 170,
};
