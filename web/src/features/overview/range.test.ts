/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { daysOfMonth, daysWithin, fillMonths, presetRange, readRange } from './range';

describe('the period', () => {
  it('ends on the last day', () => {
    expect(presetRange('month', '2028-02-10')).toMatchObject({ from: '2028-02-01', to: '2028-02-29' });
    expect(presetRange('quarter', '2026-11-20')).toMatchObject({ from: '2026-10-01', to: '2026-12-31' });
    expect(presetRange('lastYear', '2026-01-01')).toMatchObject({ from: '2025-01-01', to: '2025-12-31' });
  });

  it('is read from the address with care', () => {
    const read = (search: string) => readRange(new URLSearchParams(search), '2026-11-20');
    expect(read('')).toMatchObject({ preset: 'all', from: '', to: '' });
    expect(read('from=2017-01-01')).toEqual({ preset: 'custom', from: '2017-01-01', to: '' });
    expect(read('from=tomorrow&range=nonsense').preset).toBe('all');
  });

  it('becomes filters of a list', () => {
    expect(daysWithin('closedAt', { from: '2017-01-01', to: '' })).toEqual({
      'closedAt[gte]': '2017-01-01',
    });
    expect(daysOfMonth('dueDate', '2028-02')).toEqual({
      'dueDate[gte]': '2028-02-01',
      'dueDate[lte]': '2028-02-29',
    });
  });

  it('shows months without a win', () => {
    const rows = [{ month: '2016-11' }, { month: '2017-02' }];
    expect(fillMonths(rows, (month) => ({ month })).map((row) => row.month)).toEqual([
      '2016-11',
      '2016-12',
      '2017-01',
      '2017-02',
    ]);
  });
});
