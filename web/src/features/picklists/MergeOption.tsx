/* SPDX-License-Identifier: Apache-2.0 */
/* Two options that mean the same become one. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstMessageOf } from '@/api/message';
import { refreshSetup, useGone } from '@/features/setup/data';
import { Button } from '@/ui/button';
import { FormRow, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { mergeOption, type Option } from './data';

export function MergeOption(props: { option: Option; others: Option[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { option, others, onClose } = props;
  const client = useQueryClient();
  const gone = useGone();
  const [into, setInto] = useState(others[0]?.id ?? '');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const name = option.label;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { changesetId } = await mergeOption(option.id, into);
      await refreshSetup(client);
      const other = others.find((o) => o.id === into)?.label ?? '';
      gone(t('picklists.merged', { name, other }), changesetId);
      onClose();
    } catch (cause) {
      setError(firstMessageOf(cause));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('picklists.mergeTitle', { name })}
      className="max-w-md"
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 px-5 pb-4">
        <p className="text-muted">{t('picklists.mergeText', { name })}</p>
        <FormRow id="merge-into" label={t('picklists.mergeInto')} error={error || undefined}>
          <select
            id="merge-into"
            className={`${inputClass} h-8`}
            value={into}
            onChange={(event) => setInto(event.target.value)}
          >
            {others.map((other) => (
              <option key={other.id} value={other.id}>
                {other.label}
              </option>
            ))}
          </select>
        </FormRow>
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={busy}>
            {t('picklists.mergeDo')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
