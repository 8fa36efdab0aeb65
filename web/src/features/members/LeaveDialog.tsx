/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody leaves: who takes over, and what that means. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog, SelectRow } from '@/app/FormDialog';
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
  return (
    <FormDialog
      title={t('members.leaveTitle', { name: nameOf(member) })}
      text={t('members.leaveText')}
      submit={t('members.deactivate')}
      danger
      onSubmit={() => deactivate(member.id, heir).then(onDone)}
      onClose={onClose}
    >
      {(error) => (
        <SelectRow
          id="leave-heir"
          label={t('members.heir')}
          error={error}
          value={heir}
          options={[
            { value: '', label: t('members.nobody') },
            ...others.map((other) => ({ value: other.id, label: nameOf(other) })),
          ]}
          onChange={setHeir}
        />
      )}
    </FormDialog>
  );
}
