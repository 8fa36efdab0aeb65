/* SPDX-License-Identifier: Apache-2.0 */

import { describe, expect, it } from 'vitest';
import type { FieldMeta } from '@/api/types';
import { fieldOfDetail, formKey, queryName, readValue, sameValue, toBody } from './value';

const plain: FieldMeta = { name: 'name', label: 'Name', type: 'text' };
const tier: FieldMeta = { name: 'tier', label: 'Tier', type: 'enum', custom: true };
const dotted: FieldMeta = { name: 'custom.nps', label: 'NPS', type: 'integer', custom: true };
const tags: FieldMeta = { name: 'tags', label: 'Tags', type: 'multiReference' };

describe('values of fields', () => {
  it('finds custom values whether or not the metadata spells the prefix', () => {
    const record = { name: 'A', custom: { tier: 'gold', nps: 4 } };
    expect([plain, tier, dotted].map((f) => readValue(record, f))).toEqual(['A', 'gold', 4]);
    expect([plain, tier, dotted].map(queryName)).toEqual(['name', 'custom.tier', 'custom.nps']);
    expect([tier, dotted].map(formKey)).toEqual(['custom:tier', 'custom:nps']);
  });

  it('nests custom values in a body', () => {
    expect(toBody([plain, tier, dotted], { name: 'A', 'custom:tier': 'gold' })).toEqual({
      name: 'A',
      custom: { tier: 'gold' },
    });
  });

  it('knows which field a complaint is about', () => {
    const fields = [plain, tier, dotted, tags];
    expect(fieldOfDetail(fields, 'custom.tier')).toBe(tier);
    expect(fieldOfDetail(fields, 'custom.nps')).toBe(dotted);
    expect(fieldOfDetail(fields, 'tags[2]')).toBe(tags);
    expect(fieldOfDetail(fields, 'tags.2')).toBe(tags);
    expect(fieldOfDetail(fields, 'other')).toBeUndefined();
  });

  it('takes all kinds of nothing for the same', () => {
    expect(sameValue('', null)).toBe(true);
    expect(sameValue([], undefined)).toBe(true);
    expect(sameValue(0, null)).toBe(false);
    expect(sameValue(['a'], ['a'])).toBe(true);
  });
});
