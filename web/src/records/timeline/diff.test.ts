/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { linesOf, wordsOf } from './diff';

const fields: FieldMeta[] = [
  { name: 'name', label: 'Name', type: 'text' },
  { name: 'settings', label: 'Settings', type: 'json' },
  { name: 'custom.tier', label: 'Service tier', type: 'picklist', custom: true },
];
const about = { name: 'company', fields } as EntityMeta;
const told = (diff: Parameters<typeof linesOf>[1]) =>
  linesOf(about, diff).map(({ field, before, after }) => [field.label, field.type, before, after]);

describe('what a change says', () => {
  it('names fields as the metadata does and leaves out what follows by itself', () => {
    expect(told({ name: ['Old', 'New'], version: [1, 2], lastActivityAt: [null, 'x'] })).toEqual([
      ['Name', 'text', 'Old', 'New'],
    ]);
  });

  it('tells custom fields one by one, also those that are gone', () => {
    expect(
      told({
        custom: [
          { tier: 'gold', oldCode: 7, kept: 1 },
          { tier: 'silver', kept: 1 },
        ],
      }),
    ).toEqual([
      ['Service tier', 'picklist', 'gold', 'silver'],
      ['Old code', 'decimal', 7, null],
    ]);
  });

  it('follows objects down to the members that differ', () => {
    const before = { trashDays: 30, demo: { day: 'x', done: false } };
    expect(
      told({ settings: [before, { ...before, trashDays: null, demo: { day: 'x', done: true } }] }),
    ).toEqual([
      ['Settings › Trash days', 'decimal', 30, null],
      ['Settings › Demo › Done', 'boolean', false, true],
    ]);
  });

  it('tells lists of options by their labels', () => {
    expect(
      told({
        settings: [
          [{ key: 'a', label: 'Gold' }],
          [
            { key: 'a', label: 'Gold' },
            { key: 'b', label: 'Tin' },
          ],
        ],
      }),
    ).toEqual([['Settings', 'text', 'Gold', 'Gold, Tin']]);
  });

  it('keeps ids of unknown fields to itself', () => {
    expect(
      told({
        tokenId: [null, '01a1fb50-d834-7d23-a791-408026a93589'],
        shownAt: [null, '2026-11-20T10:00:00Z'],
      }),
    ).toEqual([['Shown at', 'datetime', null, '2026-11-20T10:00:00Z']]);
  });

  it('makes words of names', () => {
    expect([wordsOf('trashDays'), wordsOf('delivery_note')]).toEqual(['Trash days', 'Delivery note']);
  });
});
