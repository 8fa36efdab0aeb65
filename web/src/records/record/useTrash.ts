/* SPDX-License-Identifier: Apache-2.0 */
/* Into the trash and back: at once, with Undo; what is in use is deleted together with it when one says so. */

import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ApiError, remove as removeAt } from '@/api/client';
import { messageOf } from '@/api/message';
import { slugOf } from '@/api/meta';
import { recordPath, refreshRecords, restoreRecord } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { titleOf } from '@/lib/title';
import { ask } from '@/ui/ask';
import { toast } from '@/ui/toast';

/** What the server can put into the trash along with a company. */
const cascading = new Set(['deals', 'projects', 'events']);

const mayCascade = (entity: EntityMeta, error: unknown): error is ApiError =>
  entity.name === 'company' &&
  error instanceof ApiError &&
  error.status === 409 &&
  error.details.length > 0 &&
  error.details.every((detail) => cascading.has(detail.field ?? ''));

export function useTrash(entity: EntityMeta, record: RecordData) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const title = titleOf(entity, record) || entity.label;
  const tell = (error: unknown) => toast.bad(messageOf(error));

  const restore = async () => {
    try {
      await restoreRecord(entity, record.id);
      toast.good(t('record.restored', { title }));
      await refreshRecords(client);
      await navigate(recordPath(entity, record.id));
    } catch (error) {
      tell(error);
    }
  };
  const askWhole = (error: ApiError) =>
    ask({
      title: t('record.inUse', { title }),
      text: t('record.inUseText', { what: error.details.map((detail) => detail.message).join(', ') }),
      yes: t('record.deleteAll'),
      danger: true,
    });
  const remove = async (cascade = false) => {
    try {
      await removeAt(`${entity.path}/${record.id}${cascade ? '?cascade=true' : ''}`);
    } catch (error) {
      if (cascade || !mayCascade(entity, error)) tell(error);
      else if (await askWhole(error)) await remove(true);
      return;
    }
    // Away first, and at once: the page would ask again for what is gone.
    await navigate(`/${slugOf(entity)}`, { flushSync: true });
    // What is known of it is old, for whoever comes back; its page may still stand there and is not to ask.
    void client.invalidateQueries({ queryKey: ['record', entity.name, record.id], refetchType: 'none' });
    toast.good(t('record.deleted', { title }), {
      action: { label: t('action.undo'), run: () => void restore() },
    });
    await refreshRecords(client, record.id);
  };
  return { remove: () => void remove(), restore: () => void restore() };
}
