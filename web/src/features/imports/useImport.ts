/* SPDX-License-Identifier: Apache-2.0 */
/* What one does with an import: change it, rehearse, commit, cancel, and take it back when it is done. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '@/api/client';
import { tellRefusal } from '@/features/flows/useFlow';
import { ask } from '@/ui/ask';
import { toast } from '@/ui/toast';
import { changeImport, type ImportMap, type ImportRun, stepImport } from './data';

/** Changes are sent one after the other; what is shown meanwhile is what one chose. */
export function useChanges(run: ImportRun) {
  const client = useQueryClient();
  const [own, setOwn] = useState<ImportMap | null>(null);
  const change = useMutation({
    scope: { id: `import ${run.id}` },
    mutationFn: (body: Record<string, unknown>) => changeImport(run.id, body),
    onSuccess: (answer) => client.setQueryData(['import', run.id], answer),
    onError: tellRefusal,
    onSettled: () => {
      if (client.isMutating() <= 1) setOwn(null);
    },
  });
  const send = (body: Record<string, unknown>) => {
    if (body['map']) setOwn(body['map'] as ImportMap);
    change.mutate(body);
  };
  return { map: own ?? run.map ?? { columns: {} }, send, busy: change.isPending };
}

export function useSteps(run: ImportRun, onCommitted: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const done = (answer: ImportRun) => {
    client.setQueryData(['import', run.id], answer);
    void client.invalidateQueries({ queryKey: ['imports'] });
  };
  const again = () => client.invalidateQueries({ queryKey: ['import', run.id] });
  const rehearse = useMutation({
    mutationFn: () => stepImport(run.id, 'rehearse'),
    onSuccess: done,
    onError: (error) => {
      tellRefusal(error);
      void again();
    },
  });
  const commit = useMutation({
    mutationFn: () => stepImport(run.id, 'commit'),
    onSuccess: async (answer) => {
      done(answer);
      onCommitted();
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'import' });
    },
    onError: (error) => {
      tellRefusal(error);
      void again();
    },
  });
  const cancel = async () => {
    const sure = await ask({
      title: t('imports.cancel'),
      text: t('imports.cancelText'),
      yes: t('imports.cancel'),
      danger: true,
    });
    if (!sure) return;
    await stepImport(run.id, 'cancel').then(done, tellRefusal);
    await again();
  };
  const undo = async () => {
    const sure = await ask({
      title: t('imports.undo'),
      text: t('imports.undoText'),
      yes: t('imports.undo'),
      danger: true,
    });
    if (!sure) return;
    try {
      const reverted = await post<{ leftCount: number }>(`/api/v1/changesets/${run.changesetId}/revert`);
      toast.good(
        t('imports.undone'),
        reverted.leftCount ? { description: t('imports.undoneLeft', { count: reverted.leftCount }) } : {},
      );
      await client.invalidateQueries();
    } catch (error) {
      tellRefusal(error);
    }
  };
  return { rehearse, commit, cancel, undo };
}
