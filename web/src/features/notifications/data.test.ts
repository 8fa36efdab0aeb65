/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { Meta } from '@/api/types';
import { badgeOf, linkOf, type Notification } from './data';

const entities = [
  { name: 'company', path: '/api/v1/companies' },
  { name: 'lead', path: '/api/v1/leads' },
];
const meta = { user: {}, entities } as Meta;
const news = (values: Partial<Notification>) =>
  ({ id: 'n', entity: 'company', recordId: 'c', title: 'Assigned to you: Acme', ...values }) as Notification;

describe('linkOf', () => {
  it('leads to the page of the record', () => {
    expect(linkOf(meta, news({}))).toBe('/companies/c');
  });

  it('leads nowhere without a page, without a record, and for what is out of sight', () => {
    for (const values of [{ entity: 'import' }, { recordId: null }, { title: null }])
      expect(linkOf(meta, news(values))).toBeNull();
  });

  it('leads a partner’s people to leads alone', () => {
    const partners = { ...meta, user: { partnerId: 'p' } } as Meta;
    expect(linkOf(partners, news({ entity: 'lead' }))).toBe('/leads/c');
    expect(linkOf(partners, news({}))).toBeNull();
  });
});

describe('badgeOf', () => {
  it('counts as far as there is room', () => {
    expect([badgeOf(1), badgeOf(99), badgeOf(100)]).toEqual(['1', '99', '99+']);
  });
});
