/* SPDX-License-Identifier: Apache-2.0 */
/* Days that move with the calendar, as the server knows them, and spans between two of them. */

export const word = /^(today|weekStart|monthStart|quarterStart|yearStart)([+-]\d{1,4})?$/;
export const isDayWord = (value: string): boolean => word.test(value);
/** A span that ends where a week, month, quarter or year begins holds everything before that day. */
export const endsBefore = (value: string): boolean => /^(week|month|quarter|year)Start/.test(value);

/** Spans people ask for, as `from..to`. */
export const spanPresets = {
  thisWeek: 'weekStart..weekStart+1',
  lastWeek: 'weekStart-1..weekStart',
  nextWeek: 'weekStart+1..weekStart+2',
  thisMonth: 'monthStart..monthStart+1',
  lastMonth: 'monthStart-1..monthStart',
  nextMonth: 'monthStart+1..monthStart+2',
  thisQuarter: 'quarterStart..quarterStart+1',
  thisYear: 'yearStart..yearStart+1',
  last7: 'today-6..today',
  last30: 'today-29..today',
  next7: 'today..today+7',
  next30: 'today..today+30',
} as const;
