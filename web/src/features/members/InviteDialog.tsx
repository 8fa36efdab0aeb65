/* SPDX-License-Identifier: Apache-2.0 */
/* Makes an invitation and hands its one-time link over for copying. */

import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldOption } from '@/api/types';
import { FormDialog, SelectRow } from '@/app/FormDialog';
import { Button } from '@/ui/button';
import { FormRow, Input } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';

function LinkDialog({ email, link, onClose }: { email: string; link: string; onClose: () => void }) {
  const { t } = useTranslation();
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
    </Dialog>
  );
}

export function InviteDialog(props: {
  roles: FieldOption[];
  onInvite: (email: string, role: string) => Promise<string>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { roles, onInvite, onClose } = props;
  const [email, setEmail] = useState('');
  const [role, setRole] = useState(roles.find((r) => r.key === 'user')?.key ?? roles[0]?.key ?? 'user');
  const [link, setLink] = useState('');
  if (link) return <LinkDialog email={email} link={link} onClose={onClose} />;
  return (
    <FormDialog
      title={t('members.inviteTitle')}
      submit={t('members.send')}
      onSubmit={() => onInvite(email.trim(), role).then(setLink)}
      onClose={onClose}
    >
      {(error) => (
        <>
          <FormRow id="invite-email" label={t('auth.email')} error={error}>
            <Input
              id="invite-email"
              type="email"
              required
              value={email}
              aria-invalid={error ? true : undefined}
              onChange={(event) => setEmail(event.target.value)}
            />
          </FormRow>
          <SelectRow
            id="invite-role"
            label={t('members.role')}
            value={role}
            options={roles.map((option) => ({ value: option.key, label: option.label }))}
            onChange={setRole}
          />
        </>
      )}
    </FormDialog>
  );
}
