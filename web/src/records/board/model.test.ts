/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { type BoardData, besideOf, joined, withMove } from './model';

const card = (id: string, stageId: string, amountBase: number, probability = 50) => ({
  id,
  stageId,
  amountBase,
  probability,
});
const column = (key: string, records: ReturnType<typeof card>[]) => ({
  key,
  label: key,
  category: null,
  color: null,
  count: records.length,
  sum: records.reduce((sum, one) => sum + one.amountBase, 0),
  weightedSum: records.reduce((sum, one) => sum + one.amountBase / 2, 0),
  nextCursor: null,
  records,
});
const board: BoardData = {
  by: 'stageId',
  currency: 'EUR',
  columns: [
    column('a', [card('1', 'a', 100), card('2', 'a', 0.1), card('3', 'a', 0.2)]),
    column('b', [card('4', 'b', 7)]),
  ],
};
const ids = (data: BoardData) => data.columns.map((one) => one.records.map((record) => record.id).join(''));

describe('moving a card before the server has answered', () => {
  it('takes it out, puts it in, and adds up both columns', () => {
    const next = withMove(board, '1', 'b', 1);
    expect(ids(next)).toEqual(['23', '41']);
    expect(next.columns.map(({ count, sum, weightedSum }) => [count, sum, weightedSum])).toEqual([
      [2, 0.3, 0.15],
      [2, 107, 53.5],
    ]);
    expect(next.columns[1]?.records[1]?.['stageId']).toBe('b');
    expect(ids(withMove(next, '1', 'a', 0))).toEqual(['123', '4']);
  });

  it('puts it in order within its column', () => {
    const next = withMove(board, '1', 'a', 2);
    expect(ids(next)).toEqual(['231', '4']);
    expect(next.columns[0]?.sum).toBe(board.columns[0]?.sum);
  });

  it('leaves the board alone when the card has gone', () => {
    expect(withMove(board, 'x', 'b', 0)).toBe(board);
  });
});

it('names the card beside which the place is', () => {
  const { records } = board.columns[0] as (typeof board.columns)[0];
  expect(besideOf(records, 'x', 0)).toEqual({ beforeId: '1' });
  expect(besideOf(records, 'x', 2)).toEqual({ afterId: '2' });
  expect(besideOf(records, '1', 0)).toEqual({ beforeId: '2' });
  expect(besideOf(records, '1', 2)).toEqual({ afterId: '3' });
  expect(besideOf([], 'x', 0)).toEqual({});
});

it('adds later cards once, and only those that are still of the column', () => {
  const { records } = board.columns[0] as (typeof board.columns)[0];
  const more = [card('3', 'a', 1), card('5', 'a', 1), card('6', 'b', 1)];
  expect(joined(records, more, 'stageId', 'a').map((one) => one.id)).toEqual(['1', '2', '3', '5']);
});
