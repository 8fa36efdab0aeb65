/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import {
  formatDate,
  formatMoney,
  formatMoneyShort,
  formatMoneyWhole,
  formatRelative,
  formatTotal,
} from './format';
import { readNumber } from './number';
import { fromWallClock, todayIn, toWallClock } from './zone';

const us = { locale: 'en-US', currency: 'USD', timeZone: 'America/New_York' };

describe('formatting', () => {
  it('writes money without needless cents', () => {
    expect(formatMoney(1234, us)).toBe('$1,234');
    expect(formatMoney(1234.5, us)).toBe('$1,234.50');
    expect(formatMoney(10, us, 'EUR')).toBe('€10');
    expect(formatMoneyShort(10_005_534, us)).toBe('$10.01M');
    expect(formatMoneyWhole(10_005_534, us)).toBe('$10,005,534');
    expect(formatMoneyWhole(12_345_678_901, us)).toBe('$12.35B');
  });

  it('keeps a calendar day on its day everywhere', () => {
    expect(formatDate('2026-03-01', us)).toBe('Mar 1, 2026');
    expect(formatDate('nonsense', us)).toBe('nonsense');
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    expect(formatRelative('2026-11-20T10:00:00Z', us, now)).toBe('2 hours ago');
    expect(formatRelative('2026-11-21T12:00:00Z', us, now)).toBe('tomorrow');
  });

  it('marks an estimated total', () => {
    expect(formatTotal(8800, undefined, us)).toBe('8,800');
    expect(formatTotal(10_000, true, us)).toBe('10,000+');
    expect(formatTotal(998_731, true, us)).toBe('998,000+');
  });
});

describe('reading numbers', () => {
  it('understands each language', () => {
    expect(readNumber('1,234.5', 'en')).toBe('1234.5');
    expect(readNumber('1.234,5', 'de')).toBe('1234.5');
    expect(readNumber('1 234,5', 'fr')).toBe('1234.5');
    expect(readNumber('-7', 'en')).toBe('-7');
  });

  it('refuses what is no number', () => {
    for (const text of ['', '1,2,3', '12a', '1e5', '--1', '.']) expect(readNumber(text, 'en')).toBeNull();
  });
});

describe('wall clocks', () => {
  it('goes there and back, also across a change of clocks', () => {
    expect(toWallClock('2026-11-20T11:21:00.123Z', 'Europe/Belgrade')).toBe('2026-11-20T12:21');
    expect(fromWallClock('2026-11-20T12:21', 'Europe/Belgrade')).toBe('2026-11-20T11:21:00.000Z');
    expect(fromWallClock('2026-07-01T09:00', 'America/New_York')).toBe('2026-07-01T13:00:00.000Z');
    expect(fromWallClock('2026-03-29T01:30', 'Europe/Belgrade')).toBe('2026-03-29T00:30:00.000Z');
    expect(fromWallClock('', 'UTC')).toBeNull();
  });

  it('knows whose today it is', () => {
    const now = new Date('2026-11-20T23:30:00Z');
    expect(todayIn('Europe/Belgrade', now)).toBe('2026-11-21');
    expect(todayIn('America/New_York', now)).toBe('2026-11-20');
  });
});
