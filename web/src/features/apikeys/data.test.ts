/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { type ApiKey, expiryOf, stateOf } from './data';

const now = Date.parse('2026-11-20T12:00:00Z');
const key = (part: Partial<ApiKey>) =>
  ({ expiresAt: null, revokedAt: null, deletedAt: null, ...part }) as ApiKey;

describe('an API key', () => {
  it('is active until it expires or is revoked', () => {
    expect([
      stateOf(key({}), now),
      stateOf(key({ expiresAt: '2026-11-20T12:00:00Z' }), now),
      stateOf(key({ expiresAt: '2026-11-20T12:00:01Z' }), now),
      stateOf(key({ revokedAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-02T00:00:00Z' }), now),
    ]).toEqual(['active', 'expired', 'active', 'revoked']);
  });

  it('lives for days, or for ever', () => {
    expect([expiryOf(30, now), expiryOf(0, now)]).toEqual(['2026-12-20T12:00:00.000Z', null]);
  });
});
