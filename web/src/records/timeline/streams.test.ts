/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { Change, EntityMeta, RecordData } from '@/api/types';
import { aboutField, activityAt, type Entry, interleave, wants } from './streams';

const change = (at: string): Entry => ({ kind: 'change', at, change: { id: at } as Change });
const activity = (at: string): Entry => ({ kind: 'activity', at, activity: { id: at } as RecordData });
const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}T10:00:00.000Z`;

describe('one timeline of two streams', () => {
  it('puts both in one order, the latest first', () => {
    const merged = interleave([
      { entries: [change(day(9)), change(day(3))], more: false },
      { entries: [activity(day(5)), activity(day(1))], more: false },
    ]);
    expect(merged.map((e) => e.at)).toEqual([day(9), day(5), day(3), day(1)]);
  });

  it('holds back what may still have something before it', () => {
    const merged = interleave([
      { entries: [change(day(9)), change(day(6))], more: true },
      { entries: [activity(day(8)), activity(day(5)), activity(day(1))], more: false },
    ]);
    expect(merged.map((e) => e.at)).toEqual([day(9), day(8), day(6)]);
  });

  it('shows no less than the stream that ends later when both go on', () => {
    const merged = interleave([
      { entries: [change(day(9)), change(day(6))], more: true },
      { entries: [activity(day(8)), activity(day(2))], more: true },
    ]);
    expect(merged.map((e) => e.at)).toEqual([day(9), day(8), day(6)]);
  });

  it('knows what a filter wants', () => {
    expect(wants('all', 'change') && wants('all', 'activity')).toBe(true);
    expect(wants('change', 'activity')).toBe(false);
    expect(wants('call', 'change')).toBe(false);
    expect(wants('call', 'activity')).toBe(true);
  });

  it('takes the time of writing where nobody said when', () => {
    expect(activityAt({ id: 'a', startAt: null, createdAt: day(2) })).toBe(day(2));
    expect(activityAt({ id: 'a', startAt: day(4), createdAt: day(2) })).toBe(day(4));
  });

  it('finds what work calls a record', () => {
    const work = { fields: [{ name: 'companyId', references: 'company' }] } as EntityMeta;
    expect(aboutField(work, { name: 'company' } as EntityMeta)).toBe('companyId');
    expect(aboutField(work, { name: 'payment' } as EntityMeta)).toBeUndefined();
  });
});
