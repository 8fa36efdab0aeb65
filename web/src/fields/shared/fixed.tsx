/* SPDX-License-Identifier: Apache-2.0 */
/* Types whose options the browser knows: country, currency, time zone. */

import { useMemo } from 'react';
import { useLocale } from '@/app/locale';
import type { Locale } from '@/lib/format';
import type { PickerOption } from '@/ui/picker';
import type { DisplayProps, FieldKind, FilterEditorProps, InputProps } from '../kind';
import { ChoiceFilter, ChoiceInput, choiceOperators, choiceSchema, splitValues } from './choice';
import { asText } from './text';

type Source = { codes: () => string[]; name: (code: string, at: Locale) => string; width: number };

export function fixedChoice({ codes, name, width }: Source): FieldKind {
  function useOptions(): PickerOption[] {
    const at = useLocale();
    return useMemo(
      () =>
        codes()
          .map((code) => ({ value: code, label: name(code, at) }))
          .sort((a, b) => a.label.localeCompare(b.label, at.locale)),
      [at],
    );
  }
  function Display({ value }: DisplayProps) {
    return name(asText(value), useLocale());
  }
  function Input(props: InputProps) {
    const at = useLocale();
    return <ChoiceInput {...props} options={useOptions()} show={(code) => name(code, at)} />;
  }
  function FilterEditor(props: FilterEditorProps) {
    return <ChoiceFilter {...props} options={useOptions()} />;
  }
  function FilterValue({ value }: { value: string }) {
    const at = useLocale();
    return splitValues(value)
      .map((code) => name(code, at))
      .join(', ');
  }
  return {
    Display,
    Input,
    FilterEditor,
    FilterValue,
    operators: choiceOperators,
    schema: choiceSchema,
    width,
  };
}
