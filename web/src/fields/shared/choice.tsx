/* SPDX-License-Identifier: Apache-2.0 */
/* Choice among known options: enumerations, picklists, and the fixed lists of countries and the like. */

import { ChevronsUpDown } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { z } from 'zod';
import type { FieldMeta, FieldOption, Json } from '@/api/types';
import { t } from '@/i18n';
import { cn } from '@/lib/cn';
import { Tag } from '@/ui/bits';
import { inputClass } from '@/ui/input';
import { Picker, PickerList, type PickerOption } from '@/ui/picker';
import type { FilterEditorProps, InputProps } from '../kind';
import { toneOf } from './tones';

export const choiceOperators = ['in', 'eq', 'ne', 'null'] as const;

export const asList = (value: Json | undefined): string[] =>
  Array.isArray(value)
    ? value.filter((v) => typeof v === 'string')
    : typeof value === 'string' && value
      ? [value]
      : [];

export const splitValues = (value: string): string[] => value.split(',').filter((part) => part !== '');

export function optionOf(field: FieldMeta, key: string): FieldOption {
  return field.options?.find((o) => o.key === key) ?? { key, label: key };
}

export function OptionTag({ field, value }: { field: FieldMeta; value: string }) {
  const option = optionOf(field, value);
  const tone = toneOf(value, option.color);
  return (
    <Tag tone={tone} dot={tone !== null}>
      {option.label}
    </Tag>
  );
}

export function optionsFor(field: FieldMeta, keep: string[] = []): PickerOption[] {
  return (field.options ?? [])
    .filter((o) => !o.archived || keep.includes(o.key))
    .map((o) => ({ value: o.key, label: o.label, render: <OptionTag field={field} value={o.key} /> }));
}

export function PickerButton({
  invalid,
  children,
  className,
  ...rest
}: ComponentProps<'button'> & { invalid?: boolean | undefined; children: ReactNode }) {
  return (
    <button
      type="button"
      {...rest}
      aria-invalid={invalid || undefined}
      className={cn(inputClass, 'flex min-h-8 items-center gap-2 py-1 text-left', className)}
    >
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-1">{children}</span>
      <ChevronsUpDown size={14} className="shrink-0 text-faint" aria-hidden />
    </button>
  );
}

export const Nothing = () => <span className="text-faint">{t('field.choose')}</span>;

type ChoiceProps = InputProps & {
  options: PickerOption[];
  multiple?: boolean;
  onSearch?: (text: string) => void;
  busy?: boolean;
  show: (value: string) => ReactNode;
};

export function ChoiceInput(props: ChoiceProps) {
  const { id, field, value, onChange, onBlur, invalid, describedBy, autoFocus, options, multiple, show } =
    props;
  const selected = asList(value);
  return (
    <Picker
      label={field.label}
      options={options}
      selected={selected}
      multiple={multiple ?? false}
      defaultOpen={autoFocus ?? false}
      onChange={(values) => onChange(multiple ? values : (values[0] ?? null))}
      onOpenChange={(open) => !open && onBlur?.()}
      {...(props.onSearch ? { onSearch: props.onSearch } : {})}
      {...(props.busy ? { busy: true } : {})}
      trigger={
        <PickerButton id={id} invalid={invalid} aria-describedby={describedBy}>
          {selected.length ? selected.map((v) => <span key={v}>{show(v)}</span>) : <Nothing />}
        </PickerButton>
      }
    />
  );
}

/** A filter always allows several values; more than one needs the operator `in`, which the chip then sets. */
export function ChoiceFilter(
  props: FilterEditorProps & { options: PickerOption[]; onSearch?: (text: string) => void; busy?: boolean },
) {
  const { field, op, value, onChange, options, onSearch, busy } = props;
  const selected = splitValues(value);
  const pick = (key: string) => {
    if (op !== 'in') onChange(key);
    else
      onChange((selected.includes(key) ? selected.filter((v) => v !== key) : [...selected, key]).join(','));
  };
  return (
    <PickerList
      label={field.label}
      options={options}
      selected={selected}
      onPick={pick}
      {...(onSearch ? { onSearch } : {})}
      {...(busy ? { busy } : {})}
    />
  );
}

export const choiceSchema = () => z.string();
export const choicesSchema = () => z.array(z.string());
