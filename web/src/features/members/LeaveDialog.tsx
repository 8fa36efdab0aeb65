/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody leaves: who takes over, and what that means. */

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstMessageOf } from '@/api/message';
import { Button } from '@/ui/button';
import { FormRow, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { deactivate, type Member, nameOf } from './data';

export function LeaveDialog(props: {
  member: Member;
  others: Member[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { member, others, onDone, onClose } = props;
  const [heir, setHeir] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const name = nameOf(member);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await deactivate(member.id, heir);
      onDone();
    } catch (cause) {
      setError(firstMessageOf(cause));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('members.leaveTitle', { name })}
      className="max-w-md"
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 px-5 pb-5">
        <p className="text-muted">{t('members.leaveText')}</p>
        <FormRow id="leave-heir" label={t('members.heir')} error={error || undefined}>
          <select
            id="leave-heir"
            className={`${inputClass} h-8`}
            value={heir}
            onChange={(event) => setHeir(event.target.value)}
          >
            <option value="">{t('members.nobody')}</option>
            {others.map((other) => (
              <option key={other.id} value={other.id}>
                {nameOf(other)}
              </option>
            ))}
          </select>
        </FormRow>
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="danger" busy={busy}>
            {t('members.deactivate')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
