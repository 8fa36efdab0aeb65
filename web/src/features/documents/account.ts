/* SPDX-License-Identifier: Apache-2.0 */
/* What a company owes and what it has too much, by currency. */
import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';

export type OpenInvoice = {
  id: string;
  number: string;
  currency: string;
  issueDate: string;
  dueDate: string;
  total: number;
  balance: number;
  daysOverdue: number;
};
export type Credit = {
  paymentId: string;
  number: string;
  currency: string;
  paidAt?: string;
  unallocated: number;
};
export type Account = {
  companyId: string;
  currencies: {
    currency: string;
    open: number;
    overdue: number;
    credit: number;
    openInvoices: number;
    overdueInvoices: number;
  }[];
  invoices: OpenInvoice[];
  credits: Credit[];
};

export const accountQuery = (companyId: string) =>
  queryOptions({
    queryKey: ['account', companyId],
    queryFn: ({ signal }) => get<Account>(`/api/v1/companies/${companyId}/account`, signal),
    enabled: companyId !== '',
  });

/** So much of an amount for each invoice, the oldest first, until it is used up; in cents. */
export function spread(available: number, invoices: OpenInvoice[]): Record<string, number> {
  let left = available;
  const shares: Record<string, number> = {};
  for (const invoice of [...invoices].sort((a, b) => a.dueDate.localeCompare(b.dueDate))) {
    const share = Math.max(0, Math.min(left, Math.round(invoice.balance * 100)));
    if (share) shares[invoice.id] = share;
    left -= share;
  }
  return shares;
}
