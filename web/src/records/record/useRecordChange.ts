/* SPDX-License-Identifier: Apache-2.0 */
/* A change made by one click: done, told, and taken back from the toast. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf } from '@/api/message';
import { refreshRecords } from '@/api/records';
import { t } from '@/i18n';
import { toast } from '@/ui/toast';

type Told = { said: string; undo?: () => Promise<unknown> };

export function useRecordChange() {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      await refreshRecords(client);
      return true;
    } catch (error) {
      toast.bad(messageOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const run = async (work: () => Promise<unknown>, { said, undo }: Told) => {
    if (!(await attempt(work))) return;
    toast.good(said, undo ? { action: { label: t('action.undo'), run: () => void attempt(undo) } } : {});
  };
  return { run, busy };
}
