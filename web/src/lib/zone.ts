/* SPDX-License-Identifier: Apache-2.0 */
/* Wall-clock time in a named zone ↔ instant. */

function wallClock(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? '00';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** `2026-11-20T11:21:00.123Z` → `2026-11-20T12:21` as the zone's clock shows it; '' when unreadable. */
export function toWallClock(iso: string, timeZone: string): string {
  const instant = new Date(iso);
  return Number.isNaN(instant.getTime()) ? '' : wallClock(instant, timeZone);
}

/** The instant at which the zone's clock shows `local`; in a skipped hour, the one after the gap. */
export function fromWallClock(local: string, timeZone: string): string | null {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return null;
  let guess = wanted;
  // Two steps suffice: the first finds the offset, the second mends it near a change of clocks.
  for (let step = 0; step < 2; step++) {
    guess += wanted - Date.parse(`${wallClock(new Date(guess), timeZone)}Z`);
  }
  return new Date(guess).toISOString();
}

/** Today's date in the zone. */
export const todayIn = (timeZone: string, now = new Date()): string => wallClock(now, timeZone).slice(0, 10);

/** `YYYY-MM-DD`, days later. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
