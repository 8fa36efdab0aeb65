/* SPDX-License-Identifier: Apache-2.0 */
import { expect, it } from 'vitest';
import { filterTo, isEmptyChart, listTo, ticksTo } from './chart';

it('ticks are round, begin at nought and reach the largest value', () => {
  expect(ticksTo(8)).toEqual([0, 2, 4, 6, 8]);
  expect(ticksTo(147_300)).toEqual([0, 50_000, 100_000, 150_000]);
  expect(ticksTo(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticksTo(1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  for (const most of [0.02, 3, 7, 99, 1001, 123_456_789]) {
    const ticks = ticksTo(most);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
    expect(ticks.length).toBeLessThanOrEqual(6);
  }
});

it('there is an axis without a value', () => {
  expect(ticksTo(0)).toEqual([0, 1]);
  expect(ticksTo(Number.NaN)).toEqual([0, 1]);
});

it('a report’s filter becomes the address of the list, and none stays none', () => {
  expect(filterTo('deals', 'status[in]=won,lost&wonReason=Price%20%26%20terms')).toBe(
    '/deals?status%5Bin%5D=won%2Clost&wonReason=Price+%26+terms',
  );
  expect(filterTo('deals', null)).toBeNull();
  expect(filterTo('deals', '')).toBe('/deals');
  expect(listTo('tasks', { status: 'done', ownerId: '' })).toBe('/tasks?status=done');
});

it('a chart of noughts is empty', () => {
  const chart = { first: '', series: [], format: String };
  const row = { key: 'a', label: 'A', to: null };
  expect(isEmptyChart({ ...chart, rows: [{ ...row, values: [0, 0] }] })).toBe(true);
  expect(isEmptyChart({ ...chart, rows: [{ ...row, values: [0, 1] }] })).toBe(false);
});
