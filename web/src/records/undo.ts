/* SPDX-License-Identifier: Apache-2.0 */
/* Undo: every write names its changeset; taking that back is one request, whatever it changed. */

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { revertChangeset } from '@/api/bulk';
import { ApiError } from '@/api/client';
import { messageOf } from '@/api/message';
import { t } from '@/i18n';
import '@/i18n/lists';
import { toast } from '@/ui/toast';

/** What lists, boards, records and reports show may all have changed. */
const touched = new Set(['list', 'board', 'groups', 'calendar', 'record', 'timeline', 'label', 'overview']);

export const refreshRecords = (client: QueryClient) =>
  client.invalidateQueries({ predicate: (query) => touched.has(String(query.queryKey[0])) });

/** The details that name no field of a form, one a line. */
export const detailsOf = (error: unknown): string =>
  error instanceof ApiError ? error.details.map((detail) => detail.message).join('\n') : '';

export function tellError(error: unknown, title?: string) {
  const words = [...new Set([title ? messageOf(error) : '', detailsOf(error)])].filter(Boolean).join('\n');
  toast.bad(title ?? messageOf(error), words ? { description: words } : {});
}

async function takeBack(client: QueryClient, changesets: string[]) {
  let left = 0;
  try {
    // Of several the last goes first, since it stands on the others.
    for (const id of [...changesets].reverse()) left += (await revertChangeset(id)).leftCount;
    if (left) toast.bad(t('undo.partly', { count: left }), { description: t('undo.partlyText') });
    else toast.good(t('undo.done'));
  } catch (error) {
    tellError(error, t('undo.failed'));
  }
  await refreshRecords(client);
}

/** What can be taken back by the keyboard, the latest last. */
const history: string[] = [];
const MOST = 50;

export function useUndo() {
  const client = useQueryClient();
  return useMemo(() => {
    const remember = (changeset: string | null) => {
      if (!changeset) return;
      history.push(changeset);
      if (history.length > MOST) history.shift();
    };
    const forget = (ids: string[]) => {
      for (const id of ids) {
        const at = history.indexOf(id);
        if (at >= 0) history.splice(at, 1);
      }
    };
    return {
      remember,
      /** Says what was done and offers to take it back. */
      offer: (title: string, changeset: string | null, description?: string) => {
        remember(changeset);
        const run = () => {
          if (!changeset) return;
          forget([changeset]);
          void takeBack(client, [changeset]);
        };
        toast.good(title, {
          ...(description ? { description } : {}),
          ...(changeset ? { action: { label: t('action.undo'), run } } : {}),
        });
      },
      undoLast: () => {
        const last = history.pop();
        if (last) void takeBack(client, [last]);
      },
    };
  }, [client]);
}
