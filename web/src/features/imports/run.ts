/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the file; the answer comes when everything is written, so the progress is asked for beside it. */
import { get, postRaw } from '@/api/client';
import { slugOf } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import type { ImportMap } from './map';

export type ImportReport = {
  id: string;
  fileName?: string | null;
  status: string;
  progress?: number;
  rows?: number;
  created?: number;
  linked?: number;
  skipped?: number;
  refused?: number;
  error?: string | null;
  details?: { ignoredColumns?: string[] } | null;
  problems?: { row?: number; field?: string | null; message: string; value?: string | null }[];
};
export type Progress = { part: number; rows: number };

const POLL_MS = 700;
const isRunning = (report: ImportReport): boolean =>
  ['reading', 'linking', 'writing'].includes(report.status);

/** Tells how far the import of this file is until the returned function is called. */
function watch(fileName: string, onProgress: (progress: Progress) => void): () => void {
  const timer = setInterval(async () => {
    const imports = await get<ImportReport[]>('/api/v1/imports').catch(() => []);
    const mine = imports.find((report) => isRunning(report) && report.fileName === fileName);
    if (mine) onProgress({ part: mine.progress ?? 0, rows: mine.rows ?? 0 });
  }, POLL_MS);
  return () => clearInterval(timer);
}

export async function runImport(
  file: File,
  entity: EntityMeta,
  map: ImportMap,
  onProgress: (progress: Progress) => void,
): Promise<ImportReport> {
  // The server reads as it receives: what it must know comes before the file.
  const form = new FormData();
  form.set('into', slugOf(entity));
  form.set('map', JSON.stringify(map));
  form.set('file', file, file.name);
  const stop = watch(file.name, onProgress);
  try {
    return await postRaw<ImportReport>('/api/v1/imports', form);
  } finally {
    stop();
  }
}
