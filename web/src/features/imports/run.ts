/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the file and waits for the report. */
import { get, postRaw } from '@/api/client';
import type { EntityMeta } from '@/api/types';

export type ImportReport = {
  id: string;
  status: string;
  progress?: number;
  rows?: number;
  created?: number;
  linked?: number;
  skipped?: number;
  refused?: number;
  error?: string | null;
  problems?: { row?: number; field?: string | null; message: string }[];
};

const POLL_MS = 500;
const isRunning = (report: ImportReport): boolean =>
  /^(queued|pending|running|staging|started)$/.test(report.status);

export async function runImport(
  file: File,
  entity: EntityMeta,
  mapping: Record<string, string>,
  onProgress: (part: number) => void,
): Promise<ImportReport> {
  const form = new FormData();
  form.set('into', entity.plural);
  form.set('map', JSON.stringify({ columns: mapping }));
  form.set('file', file, file.name);
  let report = await postRaw<ImportReport>('/api/v1/imports', form);
  while (isRunning(report)) {
    onProgress(report.progress ?? 0.5);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    report = await get<ImportReport>(`/api/v1/imports/${report.id}`);
  }
  return report;
}
