/* SPDX-License-Identifier: Apache-2.0 */
/* From one moment to another, as one writes it: the day once, where it is the same. */
import type { Locale } from './format';

export function formatSpan(from: string, to: string, at: Locale, now = new Date()): string {
  const [begins, ends] = [new Date(from), new Date(to || from)];
  if (Number.isNaN(begins.getTime()) || Number.isNaN(ends.getTime())) return '';
  const isThisYear = [begins, ends].every((one) => one.getUTCFullYear() === now.getUTCFullYear());
  const format = new Intl.DateTimeFormat(at.locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
    timeZone: at.timeZone,
  });
  return begins < ends ? format.formatRange(begins, ends) : format.format(begins);
}

/** Two hours and more are told in hours where they are whole ones. */
export function formatMinutes(minutes: number, at: Locale): string {
  const isHours = minutes >= 120 && minutes % 60 === 0;
  return new Intl.NumberFormat(at.locale, {
    style: 'unit',
    unit: isHours ? 'hour' : 'minute',
    unitDisplay: 'long',
  }).format(isHours ? minutes / 60 : minutes);
}
