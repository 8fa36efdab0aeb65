/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { RecordData } from '@/api/types';
import { over, sumsOf, unbudgeted } from './budget';

const line = (id: string, more: Omit<RecordData, 'id'>): RecordData => ({ id, ...more });

describe('a budget', () => {
  it('adds up without losing a cent, and takes what is not said for nothing', () => {
    const lines = [
      line('a', { planned: 0.1, agreed: 0.1, paid: null }),
      line('b', { planned: 0.2, agreed: null, paid: 0.7 }),
      line('c', { planned: 100, agreed: 0.2, paid: 0.1 }),
    ];
    expect(sumsOf(lines)).toEqual({ planned: 100.3, agreed: 0.3, paid: 0.8 });
    expect(sumsOf([])).toEqual({ planned: 0, agreed: 0, paid: 0 });
  });

  it('tells by how much a line is over what was planned', () => {
    expect(over(line('a', { planned: 100, agreed: 130.5 }))).toBe(30.5);
    expect(over(line('a', { planned: 100, agreed: 80 }))).toBe(0);
    expect(over(line('a', { planned: 0, agreed: null }))).toBe(0);
  });

  it('misses bookings that cost something or hold the vendor', () => {
    const bookings = [
      line('in a line', { status: 'confirmed', agreedCost: 5 }),
      line('held', { status: 'tentative', agreedCost: 0 }),
      line('an offer', { status: 'considering', agreedCost: 9 }),
      line('an idea', { status: 'considering', agreedCost: 0 }),
      line('off', { status: 'cancelled', agreedCost: 9 }),
    ];
    const lines = [line('1', { eventVendorId: 'in a line' }), line('2', { eventVendorId: null })];
    expect(unbudgeted(bookings, lines).map((one) => one.id)).toEqual(['held', 'an offer']);
  });
});
