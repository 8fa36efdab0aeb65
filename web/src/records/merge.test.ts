/* SPDX-License-Identifier: Apache-2.0 */

import { describe, expect, it } from 'vitest';
import type { FieldMeta } from '@/api/types';
import { changedValues, conflictsOf } from './merge';

const fields: FieldMeta[] = ['a', 'b', 'c'].map((name) => ({ name, label: name, type: 'text' }));
const base = { id: '1', a: 'old', b: 'old', c: null };

describe('merging two edits', () => {
  it('sends only what was changed', () => {
    expect(changedValues(fields, base, { a: 'new', b: 'old', c: '' })).toEqual({ a: 'new' });
  });

  it('asks only about fields both changed, and differently', () => {
    const mine = { a: 'mine', b: 'same', c: 'only mine' };
    const theirs = { id: '1', a: 'theirs', b: 'same', c: null };
    expect(conflictsOf(fields, base, theirs, mine)).toEqual([
      { field: fields[0], mine: 'mine', theirs: 'theirs' },
    ]);
  });
});
