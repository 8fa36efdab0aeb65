/* SPDX-License-Identifier: Apache-2.0 */
/* A role of one's own: a name, and the preset that it starts from. */

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { firstMessageOf } from '@/api/message';
import { Button } from '@/ui/button';
import { FormRow, Input, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import type { Role } from './data';

export function NewRole(props: { presets: Role[]; onMade: (role: Role) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const { presets, onMade, onClose } = props;
  const [name, setName] = useState('');
  const [preset, setPreset] = useState(presets.find((p) => p.key === 'user')?.key ?? 'user');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      onMade(await post<Role>('/api/v1/roles', { name: name.trim(), preset }));
    } catch (cause) {
      setError(firstMessageOf(cause));
      setBusy(false);
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('roles.new')} className="max-w-md">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 px-5 pb-5">
        <FormRow id="role-name" label={t('roles.name')} error={error || undefined}>
          <Input
            id="role-name"
            required
            maxLength={80}
            value={name}
            aria-invalid={error ? true : undefined}
            onChange={(event) => setName(event.target.value)}
          />
        </FormRow>
        <FormRow id="role-preset" label={t('roles.startsAs')}>
          <select
            id="role-preset"
            className={`${inputClass} h-8`}
            value={preset}
            onChange={(event) => setPreset(event.target.value)}
          >
            {presets.map((role) => (
              <option key={role.key} value={role.key}>
                {role.name}
              </option>
            ))}
          </select>
        </FormRow>
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={busy}>
            {t('roles.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
