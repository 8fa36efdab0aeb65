/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a key, and shows its secret this once. */

import { useQueryClient } from '@tanstack/react-query';
import { Check, Copy } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstMessageOf } from '@/api/message';
import type { Role } from '@/features/roles/data';
import { Button } from '@/ui/button';
import { FormRow, Input, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { expiryOf, lifetimes, makeKey } from './data';

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  };
  return (
    <div className="flex flex-col gap-4 px-5 pb-5">
      <p role="alert" className="rounded-lg bg-[var(--c-warn-soft)] px-3 py-2">
        {t('apiKeys.once')}
      </p>
      <div className="flex gap-2">
        <Input
          readOnly
          value={secret}
          aria-label={t('apiKeys.secret')}
          className="font-mono text-xs"
          onFocus={(event) => event.target.select()}
        />
        <Button look="primary" onClick={() => void copy()}>
          {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          {copied ? t('apiKeys.copied') : t('apiKeys.copy')}
        </Button>
      </div>
      <Button className="self-end" onClick={onClose}>
        {t('apiKeys.kept')}
      </Button>
    </div>
  );
}

export function NewKey({ roles, onClose }: { roles: Role[]; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState(roles.find((r) => r.key === 'user')?.key ?? roles[0]?.key ?? '');
  const [days, setDays] = useState<number>(90);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [secret, setSecret] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      setSecret((await makeKey(name.trim(), role, expiryOf(days))).secret);
      await client.invalidateQueries({ queryKey: ['list', 'api_key'] });
    } catch (cause) {
      setError(firstMessageOf(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={secret ? t('apiKeys.made', { name }) : t('apiKeys.new')}
      className="max-w-md"
    >
      {secret ? (
        <Secret secret={secret} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 px-5 pb-5">
          <FormRow
            id="key-name"
            label={t('apiKeys.name')}
            hint={t('apiKeys.nameHint')}
            error={error || undefined}
          >
            <Input
              id="key-name"
              required
              maxLength={100}
              value={name}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? 'key-name-error' : 'key-name-hint'}
              onChange={(event) => setName(event.target.value)}
            />
          </FormRow>
          <FormRow id="key-role" label={t('apiKeys.role')} hint={t('apiKeys.roleHint')}>
            <select
              id="key-role"
              className={`${inputClass} h-8`}
              value={role}
              aria-describedby="key-role-hint"
              onChange={(event) => setRole(event.target.value)}
            >
              {roles.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.name}
                </option>
              ))}
            </select>
          </FormRow>
          <FormRow id="key-days" label={t('apiKeys.lifetime')}>
            <select
              id="key-days"
              className={`${inputClass} h-8`}
              value={days}
              onChange={(event) => setDays(Number(event.target.value))}
            >
              {lifetimes.map((one) => (
                <option key={one} value={one}>
                  {one ? t('apiKeys.days', { count: one }) : t('apiKeys.never')}
                </option>
              ))}
            </select>
          </FormRow>
          <div className="flex justify-end gap-2">
            <Button look="ghost" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" look="primary" busy={busy} disabled={!name.trim()}>
              {t('apiKeys.create')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
