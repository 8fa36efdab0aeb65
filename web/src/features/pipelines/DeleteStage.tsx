/* SPDX-License-Identifier: Apache-2.0 */
/* A stage goes; what stands in it moves to another. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog, SelectRow } from '@/app/FormDialog';
import { refreshSetup, useGone } from '@/features/setup/data';
import { deleteStage, type Stage } from './data';

export function DeleteStage(props: { stage: Stage; count: number; others: Stage[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { stage, count, others, onClose } = props;
  const client = useQueryClient();
  const gone = useGone();
  const [moveTo, setMoveTo] = useState(count > 0 ? (others[0]?.id ?? '') : '');
  const nowhere = count === 0 ? [{ value: '', label: t('pipelines.moveNowhere') }] : [];
  const remove = async () => {
    const { changesetId } = await deleteStage(stage.id, moveTo);
    await refreshSetup(client);
    gone(t('pipelines.stageGone', { name: stage.name }), changesetId);
    onClose();
  };
  return (
    <FormDialog
      title={t('pipelines.deleteStage', { name: stage.name })}
      text={count > 0 ? t('pipelines.deleteFull', { count }) : t('pipelines.deleteEmpty')}
      submit={t('pipelines.deleteDo')}
      danger
      onSubmit={remove}
      onClose={onClose}
    >
      {(error) =>
        others.length > 0 ? (
          <SelectRow
            id="move-to"
            label={t('pipelines.moveTo')}
            error={error}
            value={moveTo}
            options={[...nowhere, ...others.map((other) => ({ value: other.id, label: other.name }))]}
            onChange={setMoveTo}
          />
        ) : (
          error && (
            <p role="alert" className="text-danger text-xs">
              {error}
            </p>
          )
        )
      }
    </FormDialog>
  );
}
