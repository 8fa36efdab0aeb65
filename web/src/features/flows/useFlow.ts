/* SPDX-License-Identifier: Apache-2.0 */
/* Does a step: sends it, on top of the version that is shown, and goes where it leads. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, patch, post, remove } from '@/api/client';
import { findEntity, useMeta } from '@/api/meta';
import { recordPath, refreshRecords } from '@/api/records';
import type { EntityMeta, Json, RecordData } from '@/api/types';
import { t, word } from '@/i18n';
import { toast } from '@/ui/toast';
import type { Flow } from './flow';

type Loose = Record<string, Json | undefined>;

const plain = (values: Loose): Record<string, Json> =>
  Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== null)) as Record<
    string,
    Json
  >;

async function send(flow: Flow, at: string, etag: string | null, values: Loose, record: RecordData) {
  const how = flow.send;
  if (!how) return record;
  const body = flow.body ? flow.body(values, record) : plain(values);
  if ('patch' in how) return patch<RecordData>(at, plain({ ...how.patch, ...body }), etag ?? undefined);
  if ('remove' in how) return remove(`${at}/${how.remove}`).then(() => record);
  return post<RecordData>(`${at}/${how.post}`, body, etag);
}

/** What is refused is said as the server says it; a step that came too late has the page read again. */
export function tellRefusal(error: unknown) {
  if (!(error instanceof ApiError)) {
    toast.bad(t('error.unknown'));
    return;
  }
  const stale = error.status === 412;
  const details = error.details.map((d) => d.message).filter((m) => m !== error.message);
  toast.bad(
    stale ? t('flow.stale') : error.message,
    stale || !details.length ? {} : { description: details.join('\n') },
  );
}

export function useFlow(entity: EntityMeta, record: RecordData, etag: string | null) {
  const meta = useMeta();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState<string | null>(null);

  const settle = async (flow: Flow, answer: RecordData) => {
    const said = word(`flow.${entity.name}.${flow.key}.done`);
    const link = flow.copies ? answer[flow.copies] : undefined;
    const copied = typeof link === 'string' && (await copy(link));
    toast.good(said, copied && flow.send ? { description: t('flow.linkCopied') } : {});
    const made = flow.makes ? findEntity(meta, flow.makes) : undefined;
    if (made) await navigate(recordPath(made, answer.id));
    await refreshRecords(client);
  };

  /** Throws what the server refuses. */
  const run = async (flow: Flow, values: Loose = {}) => {
    setBusy(flow.key);
    try {
      await settle(flow, await send(flow, `${entity.path}/${record.id}`, etag, values, record));
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) await refreshRecords(client);
      throw error;
    } finally {
      setBusy(null);
    }
  };
  return { run, busy };
}

/** False where the browser does not let a page write to the clipboard: the link stands in the record anyway. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
