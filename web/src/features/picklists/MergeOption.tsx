/* SPDX-License-Identifier: Apache-2.0 */
/* Two options that mean the same become one. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog, SelectRow } from '@/app/FormDialog';
import { refreshSetup, useGone } from '@/features/setup/data';
import { mergeOption, type Option } from './data';

export function MergeOption(props: { option: Option; others: Option[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { option, others, onClose } = props;
  const client = useQueryClient();
  const gone = useGone();
  const [into, setInto] = useState(others[0]?.id ?? '');
  const name = option.label;
  const merge = async () => {
    const { changesetId } = await mergeOption(option.id, into);
    await refreshSetup(client);
    const other = others.find((o) => o.id === into)?.label ?? '';
    gone(t('picklists.merged', { name, other }), changesetId);
    onClose();
  };
  return (
    <FormDialog
      title={t('picklists.mergeTitle', { name })}
      text={t('picklists.mergeText', { name })}
      submit={t('picklists.mergeDo')}
      onSubmit={merge}
      onClose={onClose}
    >
      {(error) => (
        <SelectRow
          id="merge-into"
          label={t('picklists.mergeInto')}
          error={error}
          value={into}
          options={others.map((other) => ({ value: other.id, label: other.label }))}
          onChange={setInto}
        />
      )}
    </FormDialog>
  );
}
