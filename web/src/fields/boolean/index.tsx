/* SPDX-License-Identifier: Apache-2.0 */

import { Switch } from '@base-ui/react/switch';
import { Check } from 'lucide-react';
import { z } from 'zod';
import { t } from '@/i18n';
import type { FieldKind } from '../kind';
import { ChoiceFilter } from '../shared/choice';

const word = (value: boolean) => (value ? t('field.yes') : t('field.no'));

export const boolean: FieldKind = {
  Display: ({ value, dense }) =>
    dense ? (
      value === true && <Check size={14} className="text-accent" aria-label={word(true)} />
    ) : (
      <span>{word(value === true)}</span>
    ),
  Input: ({ id, value, onChange, onBlur, invalid, describedBy }) => (
    <div className="flex h-8 items-center">
      <Switch.Root
        id={id}
        checked={value === true}
        onCheckedChange={(checked) => onChange(checked)}
        onBlur={onBlur}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        className="inline-flex h-5 w-8.5 cursor-pointer items-center rounded-full bg-line-strong p-0.5 transition-colors data-checked:bg-accent"
      >
        <Switch.Thumb className="size-4 rounded-full bg-white shadow-sm transition-transform data-checked:translate-x-3.5" />
      </Switch.Root>
    </div>
  ),
  FilterEditor: (props) => (
    <ChoiceFilter
      {...props}
      options={[
        { value: 'true', label: word(true) },
        { value: 'false', label: word(false) },
      ]}
    />
  ),
  FilterValue: ({ value }) => word(value === 'true'),
  operators: ['eq'],
  schema: () => z.boolean(),
  width: 100,
};
