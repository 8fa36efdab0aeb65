/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of quotes, invoices, payments and delivery notes. */
import {
  Ban,
  CircleCheck,
  Coins,
  FilePen,
  FilePlus2,
  HandCoins,
  Link2,
  Link2Off,
  PackageCheck,
  RefreshCw,
  Send,
  Split,
  Stamp,
  ThumbsDown,
  ThumbsUp,
  Truck,
  Undo2,
} from 'lucide-react';
import { lazy } from 'react';
import type { RecordData } from '@/api/types';
import { word } from '@/i18n';
import type { Flow } from './flow';
import { all, given, has, is, lacks, own, positive, reason } from './steps';

const issued = is('status', 'issued', 'partially_paid', 'overdue', 'paid', 'credited');
const notCredit = (record: RecordData) => record['type'] !== 'credit_note';

const shared: Flow[] = [
  {
    key: 'copyLink',
    icon: Link2,
    verb: 'read',
    place: 'usual',
    when: has('shareUrl'),
    copies: 'shareUrl',
  },
  {
    key: 'share',
    icon: RefreshCw,
    verb: 'issue',
    place: 'rare',
    when: has('sentAt'),
    asks: true,
    send: { post: 'share' },
    copies: 'shareUrl',
  },
  {
    key: 'unshare',
    icon: Link2Off,
    verb: 'issue',
    place: 'rare',
    danger: true,
    when: has('shareUrl'),
    asks: true,
    send: { remove: 'share' },
  },
];

export const quote: Flow[] = [
  {
    key: 'send',
    icon: Send,
    verb: 'issue',
    place: 'next',
    when: is('status', 'draft'),
    asks: true,
    send: { post: 'send' },
    copies: 'shareUrl',
  },
  {
    key: 'accept',
    icon: ThumbsUp,
    verb: 'issue',
    place: 'next',
    when: is('status', 'sent'),
    send: { post: 'accept' },
    Dialog: lazy(() => import('./AcceptQuote')),
  },
  {
    key: 'invoice',
    icon: FilePlus2,
    verb: 'read',
    place: 'next',
    when: (record) =>
      record['status'] === 'accepted' && Number(record['invoicedTotal']) < Number(record['total']),
    fields: [
      own({
        name: 'type',
        type: 'enum',
        required: true,
        get options() {
          return ['full', 'deposit'].map((key) => ({ key, label: word(`flow.quote.invoice.${key}`) }));
        },
      }),
      own({ name: 'percent', type: 'percent' }),
    ],
    initial: () => ({ type: 'full' }),
    body: (values) => given(values['type'] === 'deposit' ? values : { type: 'full' }),
    send: { post: 'invoice' },
    makes: 'invoice',
  },
  {
    key: 'decline',
    icon: ThumbsDown,
    verb: 'issue',
    place: 'usual',
    when: is('status', 'sent'),
    fields: [reason(false)],
    send: { post: 'decline' },
  },
  {
    key: 'revise',
    icon: FilePen,
    verb: 'issue',
    place: 'rare',
    when: is('status', 'sent', 'declined', 'expired', 'cancelled', 'accepted'),
    asks: true,
    send: { post: 'revise' },
    makes: 'quote',
  },
  ...shared,
  {
    key: 'cancel',
    icon: Ban,
    verb: 'issue',
    place: 'rare',
    danger: true,
    when: is('status', 'sent', 'accepted', 'expired'),
    asks: true,
    send: { post: 'cancel' },
  },
];

export const invoice: Flow[] = [
  {
    key: 'issue',
    icon: Stamp,
    verb: 'issue',
    place: 'next',
    when: is('status', 'draft'),
    asks: true,
    send: { post: 'issue' },
  },
  {
    key: 'pay',
    icon: HandCoins,
    verb: 'read',
    place: 'next',
    when: all(issued, notCredit, positive('balance')),
    Dialog: lazy(() => import('../documents/PayInvoice')),
  },
  {
    key: 'send',
    icon: Send,
    verb: 'issue',
    place: 'usual',
    when: all(issued, lacks('sentAt')),
    asks: true,
    send: { post: 'send' },
    copies: 'shareUrl',
  },
  {
    key: 'deliver',
    icon: Truck,
    verb: 'read',
    place: 'rare',
    when: all(issued, notCredit),
    Dialog: lazy(() => import('../documents/DeliverInvoice')),
  },
  {
    key: 'credit',
    icon: Undo2,
    verb: 'correct',
    place: 'rare',
    when: all(is('status', 'issued', 'partially_paid', 'overdue', 'paid'), notCredit),
    send: { post: 'credit' },
    Dialog: lazy(() => import('../documents/CreditInvoice')),
  },
  ...shared,
  {
    key: 'void',
    icon: Ban,
    verb: 'correct',
    place: 'rare',
    danger: true,
    when: all(is('status', 'issued', 'overdue'), notCredit),
    fields: [reason(true)],
    send: { post: 'void' },
  },
];

export const payment: Flow[] = [
  {
    key: 'complete',
    icon: CircleCheck,
    verb: 'update',
    place: 'next',
    when: is('status', 'scheduled'),
    fields: ['amount', 'paidAt', 'method', 'reference'],
    initial: (record) => ({
      amount: record['amount'],
      method: record['method'],
      reference: record['reference'],
    }),
    send: { post: 'complete' },
  },
  {
    key: 'allocate',
    icon: Split,
    verb: 'update',
    place: 'next',
    when: all(
      is('status', 'completed'),
      is('kind', 'payment'),
      is('direction', 'in'),
      positive('unallocated'),
    ),
    send: { post: 'allocate' },
    Dialog: lazy(() => import('../documents/AllocatePayment')),
  },
  {
    key: 'refund',
    icon: Coins,
    verb: 'update',
    place: 'usual',
    when: (record) =>
      record['status'] === 'completed' &&
      record['kind'] === 'payment' &&
      Number(record['refundedTotal'] ?? 0) < Number(record['amount']),
    fields: ['amount', 'paidAt', 'method', 'reference', 'notes'],
    initial: (record) => ({ amount: record['unallocated'], method: record['method'] }),
    send: { post: 'refund' },
    makes: 'payment',
  },
  {
    key: 'release',
    icon: Undo2,
    verb: 'update',
    place: 'rare',
    when: all(is('status', 'completed'), positive('allocatedTotal')),
    asks: true,
    send: { post: 'release' },
  },
  {
    key: 'void',
    icon: Ban,
    verb: 'update',
    place: 'rare',
    danger: true,
    when: is('status', 'completed'),
    fields: [reason(true)],
    send: { post: 'void' },
  },
];

export const deliveryNote: Flow[] = [
  {
    key: 'issue',
    icon: Stamp,
    verb: 'issue',
    place: 'next',
    when: is('status', 'draft'),
    asks: true,
    send: { post: 'issue' },
  },
  {
    key: 'deliver',
    icon: PackageCheck,
    verb: 'issue',
    place: 'next',
    when: is('status', 'issued'),
    fields: ['receivedBy', 'receivedAt'],
    send: { post: 'deliver' },
  },
  {
    key: 'cancel',
    icon: Ban,
    verb: 'issue',
    place: 'rare',
    danger: true,
    when: is('status', 'draft', 'issued'),
    asks: true,
    send: { post: 'cancel' },
  },
];
