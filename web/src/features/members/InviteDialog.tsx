/* SPDX-License-Identifier: Apache-2.0 */
/* Makes an invitation and hands its one-time link over for copying. */

import { Copy } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstMessageOf } from '@/api/message';
import type { FieldOption } from '@/api/types';
import { Button } from '@/ui/button';
import { FormRow, Input, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';

export function InviteDialog(props: {
  roles: FieldOption[];
  onInvite: (email: string, role: string) => Promise<string>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { roles, onInvite, onClose } = props;
  const [email, setEmail] = useState('');
  const [role, setRole] = useState(roles.find((r) => r.key === 'user')?.key ?? roles[0]?.key ?? 'user');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      setLink(await onInvite(email.trim(), role));
    } catch (cause) {
      setError(firstMessageOf(cause));
    } finally {
      setBusy(false);
    }
  };
  const copy = async () => {
    await navigator.clipboard.writeText(link);
    toast.good(t('action.copied'));
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('members.inviteTitle')}
      className="max-w-md"
    >
      {link ? (
        <div className="flex flex-col gap-3 px-5 pb-5">
          <p className="text-muted">{t('members.link', { email })}</p>
          <div className="flex gap-2">
            <Input
              readOnly
              value={link}
              aria-label={t('action.copyLink')}
              onFocus={(event) => event.target.select()}
            />
            <Button look="primary" onClick={() => void copy()}>
              <Copy size={14} aria-hidden />
              {t('action.copyLink')}
            </Button>
          </div>
        </div>
      ) : (
        <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 px-5 pb-5">
          <FormRow id="invite-email" label={t('auth.email')} error={error || undefined}>
            <Input
              id="invite-email"
              type="email"
              required
              value={email}
              aria-invalid={error ? true : undefined}
              onChange={(event) => setEmail(event.target.value)}
            />
          </FormRow>
          <FormRow id="invite-role" label={t('members.role')}>
            <select
              id="invite-role"
              className={`${inputClass} h-8`}
              value={role}
              onChange={(event) => setRole(event.target.value)}
            >
              {roles.map((option) => (
                <option key={option.key} value={option.key}>
                  {option.label}
                </option>
              ))}
            </select>
          </FormRow>
          <div className="flex justify-end gap-2">
            <Button look="ghost" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" look="primary" busy={busy}>
              {t('members.send')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
