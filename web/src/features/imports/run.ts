/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the file and waits for the report. */
import { get, postRaw } from '@/api/client';
import { slugOf } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import type { ImportMap } from './map';

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
  problems?: { row?: number; field?: string | null; message: string; value?: string | null }[];
};

const POLL_MS = 500;
const isRunning = (report: ImportReport): boolean => report.status !== 'done' && report.status !== 'failed';

export async function runImport(
  file: File,
  entity: EntityMeta,
  map: ImportMap,
  onProgress: (part: number) => void,
): Promise<ImportReport> {
  const form = new FormData();
  form.set('into', slugOf(entity));
  form.set('map', JSON.stringify(map));
  form.set('file', file, file.name);
  let report = await postRaw<ImportReport>('/api/v1/imports', form);
  while (isRunning(report)) {
    onProgress(report.progress ?? 0.5);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    report = await get<ImportReport>(`/api/v1/imports/${report.id}`);
  }
  return report;
}
