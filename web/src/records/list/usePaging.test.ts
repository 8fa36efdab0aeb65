/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { ListState } from '../filters';
import { turnsOf } from './usePaging';

const at = (page: number, cursor = ''): ListState => ({
  q: '',
  sort: '',
  page,
  cursor,
  limit: 25,
  filters: [],
  columns: null,
});
const many = (nextCursor: string | null) => ({
  limit: 25,
  total: 600_000,
  totalIsEstimate: true,
  nextCursor,
});
const none = new Map<number, string>();

describe('turnsOf', () => {
  it('turns by number as far as pages are counted', () => {
    expect(turnsOf(at(1), 25, many('a'), none)).toEqual({ previous: null, next: { page: 2, cursor: '' } });
    expect(turnsOf(at(399), 25, many('a'), none).next).toEqual({ page: 400, cursor: '' });
  });

  it('goes on by cursor from there, and back the way it came', () => {
    expect(turnsOf(at(400), 25, many('a'), none).next).toEqual({ page: 401, cursor: 'a' });
    expect(turnsOf(at(401, 'a'), 25, many('b'), none)).toEqual({
      previous: { page: 400, cursor: '' },
      next: { page: 402, cursor: 'b' },
    });
    expect(turnsOf(at(402, 'b'), 25, many('c'), new Map([[401, 'a']])).previous).toEqual({
      page: 401,
      cursor: 'a',
    });
  });

  it('goes back to the deepest counted page when it does not know the way', () => {
    expect(turnsOf(at(450, 'x'), 25, many('y'), none).previous).toEqual({ page: 400, cursor: '' });
  });

  it('ends where the server says so, and without its word where the rows do', () => {
    expect(turnsOf(at(3), 25, many(null), none).next).toBeNull();
    expect(turnsOf(at(1), 25, { limit: 25, total: 25 }, none).next).toBeNull();
    expect(turnsOf(at(1), 25, { limit: 25, total: 26 }, none).next).toEqual({ page: 2, cursor: '' });
  });
});
