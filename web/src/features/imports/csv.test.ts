/* SPDX-License-Identifier: Apache-2.0 */

import { describe, expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { guessMapping, guessSeparator, parseCsv } from './csv';

const field = (name: string, label: string, type: FieldMeta['type'] = 'text'): FieldMeta => ({
  name,
  label,
  type,
});
const deal: EntityMeta = {
  name: 'deal',
  plural: 'deals',
  path: '/api/v1/deals',
  label: 'Deal',
  labelPlural: 'Deals',
  titleFields: ['name'],
  listFields: [],
  access: { read: 'all', create: 'all', update: 'all', delete: 'all' },
  fields: [
    field('name', 'Name'),
    field('companyId', 'Company', 'reference'),
    field('ownerId', 'Owner', 'reference'),
    field('stageId', 'Stage', 'reference'),
    field('product', 'Product'),
    field('amount', 'Amount', 'money'),
    field('startedAt', 'Started', 'date'),
    field('closedAt', 'Closed', 'date'),
  ],
};

describe('reading a sample of CSV', () => {
  it('handles quotes, line breaks inside them, CRLF and a byte-order mark', () => {
    const text = '\ufeffa,b\r\n"x ""y""","line\nbreak"\r\n1,2\r\n';
    expect(parseCsv(text, ',', 10)).toEqual([
      ['a', 'b'],
      ['x "y"', 'line\nbreak'],
      ['1', '2'],
    ]);
  });

  it('stops after the rows asked for and drops one cut in half', () => {
    expect(parseCsv('a,b\n1,2\n3,4', ',', 2)).toHaveLength(2);
    expect(parseCsv('a,b\n1,"cut', ',', 5)).toEqual([['a', 'b']]);
  });

  it('guesses the separator', () => {
    expect(guessSeparator('a;b;c\n1,2;3;4')).toBe(';');
    expect(guessSeparator('a\tb')).toBe('\t');
    expect(guessSeparator('single')).toBe(',');
  });
});

describe('guessing the mapping', () => {
  it('understands a sales export', () => {
    const columns = [
      'opportunity_id',
      'sales_agent',
      'product',
      'account',
      'deal_stage',
      'engage_date',
      'close_date',
      'close_value',
    ];
    expect(guessMapping(columns, deal)).toMatchObject({
      sales_agent: 'ownerId',
      product: 'product',
      deal_stage: 'stageId',
      engage_date: 'startedAt',
      close_date: 'closedAt',
      close_value: 'amount',
    });
  });

  it('never gives one field to two columns', () => {
    const fields = Object.values(guessMapping(['Company', 'Account', 'Name'], deal));
    expect(new Set(fields).size).toBe(fields.length);
  });
});
