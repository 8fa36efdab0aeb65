/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to an event, as the queries of its page. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import { useEntity } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { RecordData } from '@/api/types';
import { type Availability, daysAround } from './clash';

/** The most that a page of an event shows of each; nobody plans more for one day. */
const MOST = 200;

export const text = (record: RecordData, name: string): string =>
  typeof record[name] === 'string' ? record[name] : '';
export const amount = (record: RecordData, name: string): number => Number(record[name] ?? 0);

/** The record that came with a reference. */
export function included(record: RecordData, name: string): RecordData | null {
  const value = record[name];
  return value && typeof value === 'object' && !Array.isArray(value) && 'id' in value
    ? (value as RecordData)
    : null;
}

/** Under the key of lists, so that whatever writes a record has it asked for again. */
export const availabilityQuery = (vendorId: string, from: string, to: string) => {
  const days = daysAround(from || '1970-01-01', to || from || '1970-01-01');
  return queryOptions({
    queryKey: ['list', 'availability', vendorId, days.from, days.to],
    queryFn: ({ signal }) =>
      get<Availability>(`/api/v1/vendors/${vendorId}/availability?from=${days.from}&to=${days.to}`, signal),
    enabled: Boolean(vendorId && from && to && from < to),
    staleTime: 5_000,
  });
};

function usePart(name: string, search: string) {
  return useQuery(listQuery(useEntity(name), `${search}&limit=${MOST}`));
}
export const useBookings = (eventId: string) =>
  usePart('event_vendor', `eventId=${eventId}&sort=bookedFrom&include=vendor`);
export const useSchedule = (eventId: string) =>
  usePart('schedule_item', `eventId=${eventId}&sort=startAt,position&include=assignee`);
export const useBudget = (eventId: string) =>
  usePart('budget_line', `eventId=${eventId}&sort=position,createdAt`);
export const useEventPayments = (eventId: string) =>
  usePart('payment', `eventId=${eventId}&include=vendor,company`);

/** Bookings that take the vendor's time, or have. */
export const holds = (booking: RecordData): boolean =>
  ['tentative', 'confirmed', 'completed'].includes(text(booking, 'status'));
