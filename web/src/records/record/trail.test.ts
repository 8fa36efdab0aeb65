/* SPDX-License-Identifier: Apache-2.0 */
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { findTrail, idsOf, neighboursOf } from './trail';

const rows = (...ids: string[]) => ({ data: ids.map((id) => ({ id })), pagination: {} });

describe('the list one came from', () => {
  it('reads a page and pages alike', () => {
    expect(idsOf(rows('a', 'b'))).toEqual(['a', 'b']);
    expect(idsOf({ pages: [rows('a'), rows('b', 'c')] })).toEqual(['a', 'b', 'c']);
    expect(idsOf(undefined)).toEqual([]);
  });

  it('is the one read last that holds the record', () => {
    const client = new QueryClient();
    client.setQueryData(['list', 'deal', 'sort=name'], rows('a', 'b', 'c'), { updatedAt: 1 });
    client.setQueryData(['list', 'deal', 'sort=-amount'], rows('c', 'b'), { updatedAt: 2 });
    client.setQueryData(['list', 'deal', 'q=x'], rows('d', 'e'), { updatedAt: 3 });
    client.setQueryData(['list', 'task', ''], rows('b', 'z'), { updatedAt: 4 });
    client.setQueryData(['list', 'deal', 'limit=1'], rows('b'), { updatedAt: 5 });
    expect(findTrail(client, 'deal', 'b')).toEqual({ entity: 'deal', ids: ['c', 'b'] });
    expect(findTrail(client, 'deal', 'unknown')).toBeNull();
    client.clear();
  });

  it('knows what comes before and after, and where it ends', () => {
    const trail = { entity: 'deal', ids: ['a', 'b', 'c'] };
    expect(neighboursOf(trail, 'b')).toEqual({ place: 2, count: 3, before: 'a', after: 'c' });
    expect(neighboursOf(trail, 'c')).toMatchObject({ place: 3, before: 'b', after: null });
    expect(neighboursOf(trail, 'x')).toBeNull();
    expect(neighboursOf(null, 'a')).toBeNull();
  });
});
