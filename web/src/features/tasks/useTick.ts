/* SPDX-License-Identifier: Apache-2.0 */
/* Ticking a task off: shown at once, put back when refused, taken back from the toast. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { write } from '@/api/client';
import { useEntity } from '@/api/meta';
import type { RecordData } from '@/api/types';
import { etagOf, putInLists } from '@/records/list/useCellSave';
import { refreshRecords, tellError, useUndo } from '@/records/undo';

export function useTick() {
  const { t } = useTranslation();
  const entity = useEntity('task');
  const client = useQueryClient();
  const undo = useUndo();
  return async (task: RecordData) => {
    if (!entity) return;
    const before = task['status'] ?? null;
    const status = before === 'done' ? 'todo' : 'done';
    const title = String(task['title'] ?? '');
    putInLists(client, entity, task.id, (old) => ({ ...old, status }));
    try {
      const { changesetId } = await write('PATCH', `${entity.path}/${task.id}`, { status }, etagOf(task));
      undo.offer(t(status === 'done' ? 'tasks.ticked' : 'tasks.unticked', { title }), changesetId);
    } catch (error) {
      putInLists(client, entity, task.id, (old) => ({ ...old, status: before }));
      tellError(error, t('tasks.notTicked', { title }));
    }
    await refreshRecords(client);
  };
}
