/* SPDX-License-Identifier: Apache-2.0 */
/* An import as the server keeps it: what was found in the file, the mapping, what a rehearsal counted. */
import { queryOptions } from '@tanstack/react-query';
import { get, patch, post } from '@/api/client';
import { slugOf } from '@/api/meta';
import type { EntityMeta, Json, Meta, RecordData } from '@/api/types';
import { sendFile } from '@/api/upload';

export type Rule = {
  field: string;
  link?: { by?: string; create?: boolean };
  add?: boolean;
  [more: string]: unknown;
};
export type ColumnRule = null | string | Rule | ColumnRule[];
export type ImportMap = {
  into?: string;
  columns: Record<string, ColumnRule>;
  delimiter?: string;
  encoding?: string;
  header?: boolean;
  dateFormat?: string;
  decimalMark?: string;
  key?: string | string[] | null;
  mode?: string;
};
export type Column = {
  name: string;
  kind: string;
  filled: number;
  distinct: number | null;
  samples: string[];
};
export type Detection = {
  rows: number;
  badRows: number;
  header: boolean;
  encoding: string;
  delimiter: string;
  dateFormat: string | null;
  dateFormatAmbiguous: boolean;
  decimalMark: string;
  columns: Column[];
  distinctColumns: string[];
  sample: string[][];
};
export type Proposal = {
  id: string;
  kind: 'option' | 'record' | 'value';
  column: string;
  field: string;
  value: string;
  count: number;
  suggestion: string | null;
};
export type Counts = Record<
  'rows' | 'created' | 'updated' | 'unchanged' | 'linked' | 'skipped' | 'refused',
  number
>;
export type Problem = {
  row?: number;
  column?: string | null;
  field?: string | null;
  message: string;
  value?: string | null;
};
export type ImportRun = Counts & {
  id: string;
  into: string | null;
  fileName: string | null;
  status: string;
  step: 'upload' | 'rehearse' | 'commit' | null;
  progress: number;
  bytesRead: number;
  bytesTotal: number | null;
  details: {
    links?: { field: string; entity: string; found: number; created: number }[];
    ignoredColumns?: string[];
  };
  error: string | null;
  changesetId: string | null;
  startedAt: string;
  finishedAt: string | null;
  map?: ImportMap;
  detection?: Detection | null;
  proposals?: Proposal[];
  rehearsal?: Counts | null;
  problems?: Problem[];
};

const path = '/api/v1/imports';
const POLL_MS = 800;

const working = new Set(['uploading', 'reading', 'linking', 'writing']);
export const isRunning = (run: Pick<ImportRun, 'status'>): boolean => working.has(run.status);
/** What one can still go on with. */
export const isOpen = (run: Pick<ImportRun, 'status' | 'step'>): boolean =>
  isRunning(run) || ['ready', 'rehearsed'].includes(run.status);

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => get<ImportRun[]>(path, signal),
  refetchInterval: (query) => (query.state.data?.some(isRunning) ? POLL_MS * 2 : false),
});

export const importQuery = (id: string, busy: boolean) =>
  queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) => get<ImportRun>(`${path}/${id}`, signal),
    refetchInterval: (query) => (busy || (query.state.data && isRunning(query.state.data)) ? POLL_MS : false),
  });

export const changeImport = (id: string, change: Record<string, unknown>) =>
  patch<ImportRun>(`${path}/${id}`, change as Record<string, Json>);
export const stepImport = (id: string, step: 'rehearse' | 'commit' | 'cancel') =>
  post<ImportRun>(`${path}/${id}/${step}`);
export const reportPath = (id: string): string => `${path}/${id}/report.csv`;

export function upload(file: File, into: string | null, onPart: (part: number) => void): Promise<ImportRun> {
  const params = new URLSearchParams({ fileName: file.name, ...(into ? { into } : {}) });
  return sendFile(`${path}?${params}`, file, onPart);
}

export type SavedMapping = RecordData & { name: string; into: string };

export const entityOf = (meta: Meta, into: string | null | undefined): EntityMeta | undefined =>
  meta.entities.find((entity) => slugOf(entity) === into);

/** What the server can make of rows. */
export const targets = [
  'companies',
  'contacts',
  'leads',
  'deals',
  'activities',
  'tasks',
  'tags',
  'teams',
  'users',
];
