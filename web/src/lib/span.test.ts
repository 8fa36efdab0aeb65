/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { formatMinutes, formatSpan } from './span';

const at = { locale: 'en-GB', currency: 'EUR', timeZone: 'Europe/Berlin' };
const now = new Date('2032-01-01T00:00:00Z');
/** Browsers write thin spaces around dashes and before "pm". */
const plain = (text: string) => text.replace(/[\u2009\u202f\u00a0]/g, ' ');

describe('a span of time', () => {
  it('names its day once, on the clocks of the place, and the year where it is another', () => {
    const day = plain(formatSpan('2032-01-10T17:00:00Z', '2032-01-10T20:30:00Z', at, now));
    expect(day).toMatch(/^Sat,? 10 Jan,? 18:00 ?– ?21:30$/);
    expect(plain(formatSpan('2031-06-07T17:00:00Z', '2031-06-07T18:00:00Z', at, now))).toContain('2031');
    expect(formatSpan('', '', at, now)).toBe('');
  });

  it('is told in hours where they are whole', () => {
    expect(formatMinutes(360, at)).toBe('6 hours');
    expect(formatMinutes(60, at)).toBe('60 minutes');
    expect(formatMinutes(150, at)).toBe('150 minutes');
  });
});
