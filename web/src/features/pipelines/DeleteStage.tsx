/* SPDX-License-Identifier: Apache-2.0 */
/* A stage goes; what stands in it moves to another. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstMessageOf } from '@/api/message';
import { refreshSetup, useGone } from '@/features/setup/data';
import { Button } from '@/ui/button';
import { FormRow, inputClass } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { deleteStage, type Stage } from './data';

export function DeleteStage(props: { stage: Stage; count: number; others: Stage[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { stage, count, others, onClose } = props;
  const client = useQueryClient();
  const gone = useGone();
  const [moveTo, setMoveTo] = useState(count > 0 ? (others[0]?.id ?? '') : '');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { changesetId } = await deleteStage(stage.id, moveTo);
      await refreshSetup(client);
      gone(t('pipelines.stageGone', { name: stage.name }), changesetId);
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
      title={t('pipelines.deleteStage', { name: stage.name })}
      className="max-w-md"
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 px-5 pb-4">
        <p className="text-muted">
          {count > 0 ? t('pipelines.deleteFull', { count }) : t('pipelines.deleteEmpty')}
        </p>
        {others.length > 0 && (
          <FormRow id="move-to" label={t('pipelines.moveTo')} error={error || undefined}>
            <select
              id="move-to"
              className={`${inputClass} h-8`}
              value={moveTo}
              onChange={(event) => setMoveTo(event.target.value)}
            >
              {count === 0 && <option value="">{t('pipelines.moveNowhere')}</option>}
              {others.map((other) => (
                <option key={other.id} value={other.id}>
                  {other.name}
                </option>
              ))}
            </select>
          </FormRow>
        )}
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="danger" busy={busy}>
            {t('pipelines.deleteDo')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
