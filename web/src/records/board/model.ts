/* SPDX-License-Identifier: Apache-2.0 */
/* A board as the server answers it, and moving a card within it before the server has said so. */
import type { EntityMeta, RecordData } from '@/api/types';
import { type ListState, setQuery } from '../filters';

export type BoardColumn = {
  key: string;
  label: string;
  category: string | null;
  color: string | null;
  count: number;
  sum?: number;
  weightedSum?: number;
  notInSum?: number;
  nextCursor: string | null;
  records: RecordData[];
};
export type BoardData = { by: string; currency?: string; columns: BoardColumn[] };

/** How a column is ordered: by hand where that is possible, else as the entity is. */
export function boardSort(entity: EntityMeta, state: ListState): string {
  if (state.sort) return state.sort;
  const has = (name: string) => entity.fields.some((field) => field.name === name && field.sortable);
  if (has('position')) return 'position';
  return has('startAt') ? 'startAt' : (entity.defaultSort ?? '-createdAt');
}

/** Cards of a column at a time; the server gives no more at once, beyond that a column goes on by cursor. */
export const steps = [25, 100, 200] as const;

export function boardSearch(entity: EntityMeta, state: ListState, limit: number, include: string): string {
  const params = setQuery(state);
  if (state.pipeline) params.set('pipelineId', state.pipeline);
  params.set('sort', boardSort(entity, state));
  params.set('limit', String(limit));
  if (include) params.set('include', include);
  return params.toString();
}

const amountOf = (record: RecordData): number => {
  const amount = record['amountBase'] ?? 0;
  return typeof amount === 'number' ? amount : Number(amount) || 0;
};

const cents = (value: number): number => Math.round(value * 100) / 100;

function added(column: BoardColumn, records: RecordData[], record: RecordData, sign: 1 | -1): BoardColumn {
  const amount = sign * amountOf(record);
  const weight = Number(record['probability'] ?? 0) / 100;
  return {
    ...column,
    records,
    count: column.count + sign,
    ...(column.sum === undefined ? {} : { sum: cents(column.sum + amount) }),
    ...(column.weightedSum === undefined ? {} : { weightedSum: cents(column.weightedSum + amount * weight) }),
  };
}

/** The board as it will be: the card taken out where it is, put in where it goes. */
export function withMove(data: BoardData, id: string, to: string, index: number): BoardData {
  const record = data.columns.flatMap((column) => column.records).find((one) => one.id === id);
  if (!record) return data;
  const moved = { ...record, [data.by]: to };
  return {
    ...data,
    columns: data.columns.map((column) => {
      const has = column.records.some((one) => one.id === id);
      const without = column.records.filter((one) => one.id !== id);
      const next = column.key === to ? without.toSpliced(index, 0, moved) : without;
      if (has && column.key === to) return { ...column, records: next };
      if (has) return added(column, next, record, -1);
      return column.key === to ? added(column, next, moved, 1) : column;
    }),
  };
}

/** Beside which card the place is, for the server. */
export function besideOf(
  records: RecordData[],
  id: string,
  index: number,
): { afterId: string } | { beforeId: string } | Record<string, never> {
  const others = records.filter((record) => record.id !== id);
  const before = others[index - 1];
  const after = others[index];
  if (before) return { afterId: before.id };
  return after ? { beforeId: after.id } : {};
}

/** Cards that came later, without those that are there already or have gone elsewhere. */
export function joined(first: RecordData[], more: RecordData[], by: string, key: string): RecordData[] {
  const known = new Set(first.map((record) => record.id));
  return [...first, ...more.filter((record) => !known.has(record.id) && record[by] === key)];
}
