/* SPDX-License-Identifier: Apache-2.0 */
/* A short form in a dialog: a question or two, and what is done about the answers. */

import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstMessageOf } from '@/api/message';
import { Button } from '@/ui/button';
import { FormRow, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';

/** The children are given what was refused, to stand at the field that it is about. Whoever does it also closes. */
export function FormDialog(props: {
  title: string;
  text?: string;
  submit: string;
  danger?: boolean;
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
  children: (error: string | undefined) => ReactNode;
}) {
  const { t } = useTranslation();
  const { title, text, submit, danger, onSubmit, onClose, children } = props;
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await onSubmit();
    } catch (cause) {
      setError(firstMessageOf(cause));
    }
    setBusy(false);
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} className="max-w-md">
      <form onSubmit={(event) => void send(event)} className="flex flex-col gap-4 px-5 pb-5">
        {text && <p className="text-muted">{text}</p>}
        {children(error || undefined)}
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} busy={busy}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** One of a few, by the browser's own list. */
export function SelectRow(props: {
  id: string;
  label: string;
  error?: string | undefined;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  const { id, label, error, value, options, onChange } = props;
  return (
    <FormRow id={id} label={label} error={error}>
      <select
        id={id}
        className={`${inputClass} h-8`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FormRow>
  );
}
