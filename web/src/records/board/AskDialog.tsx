/* SPDX-License-Identifier: Apache-2.0 */
/* What a step needs besides: why a deal was lost, when an event takes place. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '@/api/types';
import { kindOf } from '@/fields';
import { formKey } from '@/fields/value';
import { Button } from '@/ui/button';
import { FormRow } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { checkValue } from '../list/CellEditor';
import type { Asked } from './useMove';

export function AskDialog(props: {
  asked: Asked;
  initial: Record<string, Json>;
  onCancel: () => void;
  onAnswer: (values: Record<string, Json>) => Promise<void>;
}) {
  const { t } = useTranslation();
  const { asked, initial, onCancel, onAnswer } = props;
  const [given, setGiven] = useState<Record<string, Json>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const values = { ...initial, ...given };
  const submit = async () => {
    const checked: Record<string, Json> = {};
    const wrong: Record<string, string> = {};
    for (const field of asked.fields) {
      const result = checkValue({ ...field, required: true }, values[formKey(field)]);
      if ('error' in result) wrong[formKey(field)] = result.error;
      else checked[formKey(field)] = result.value;
    }
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    await onAnswer(checked);
    setBusy(false);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onCancel()}
      title={t('board.askTitle', { column: asked.column.label })}
      className="max-w-md"
    >
      <form
        noValidate
        className="flex flex-col gap-3.5 px-5 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p className="text-muted">{t('board.askText')}</p>
        {asked.fields.map((field, index) => {
          const key = formKey(field);
          const id = `ask-${key}`;
          const { Input } = kindOf(field);
          return (
            <FormRow key={key} id={id} label={field.label} error={errors[key]} required>
              <Input
                id={id}
                field={field}
                value={values[key]}
                record={{ ...asked.record, ...values }}
                onChange={(value) => setGiven({ ...given, [key]: value })}
                invalid={errors[key] !== undefined}
                describedBy={errors[key] ? `${id}-error` : undefined}
                autoFocus={index === 0 && !['enum', 'picklist', 'reference'].includes(field.type)}
              />
            </FormRow>
          );
        })}
        {asked.error && (
          <p role="alert" className="text-danger text-xs">
            {asked.error}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onCancel} disabled={busy}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={busy}>
            {t('board.move')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
