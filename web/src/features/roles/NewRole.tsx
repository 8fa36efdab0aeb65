/* SPDX-License-Identifier: Apache-2.0 */
/* A role of one's own: a name, and the preset that it starts from. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { FormDialog, SelectRow } from '@/app/FormDialog';
import { FormRow, Input } from '@/ui/input';
import type { Role } from './data';

export function NewRole(props: { presets: Role[]; onMade: (role: Role) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const { presets, onMade, onClose } = props;
  const [name, setName] = useState('');
  const [preset, setPreset] = useState(presets.find((p) => p.key === 'user')?.key ?? 'user');
  const make = async () => onMade(await post<Role>('/api/v1/roles', { name: name.trim(), preset }));
  return (
    <FormDialog title={t('roles.new')} submit={t('roles.create')} onSubmit={make} onClose={onClose}>
      {(error) => (
        <>
          <FormRow id="role-name" label={t('roles.name')} error={error}>
            <Input
              id="role-name"
              required
              maxLength={80}
              value={name}
              aria-invalid={error ? true : undefined}
              onChange={(event) => setName(event.target.value)}
            />
          </FormRow>
          <SelectRow
            id="role-preset"
            label={t('roles.startsAs')}
            value={preset}
            options={presets.map((role) => ({ value: role.key, label: role.name }))}
            onChange={setPreset}
          />
        </>
      )}
    </FormDialog>
  );
}
