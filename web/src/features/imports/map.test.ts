/* SPDX-License-Identifier: Apache-2.0 */

import { describe, expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { buildMap, guessDateFormat } from './map';

const field = (name: string, type: FieldMeta['type']): FieldMeta => ({ name, label: name, type });
const entity: EntityMeta = {
  name: 'deal',
  plural: 'deals',
  path: '/api/v1/deals',
  label: 'Deal',
  labelPlural: 'Deals',
  titleFields: ['name'],
  listFields: [],
  access: { read: 'all', create: 'all', update: 'all', delete: 'all' },
  fields: [
    field('name', 'text'),
    field('companyId', 'reference'),
    field('source', 'picklist'),
    field('closedAt', 'date'),
  ],
};

describe('dates in a sample', () => {
  it('tells the American from the European order where a day gives it away', () => {
    expect(guessDateFormat(['10/20/2016', '3/1/2017'])).toBe('M/D/YYYY');
    expect(guessDateFormat(['20/10/2016', '3/1/2017'])).toBe('D/M/YYYY');
    expect(guessDateFormat(['3/1/2017'])).toBe('M/D/YYYY');
    expect(guessDateFormat(['20.10.2016', ''])).toBe('D.M.YYYY');
    expect(guessDateFormat([])).toBe('YYYY-MM-DD');
  });
});

describe('the mapping sent', () => {
  const mapping = {
    title: 'name',
    account: 'companyId',
    channel: 'source',
    close: 'closedAt',
    other: 'gone',
  };
  it('makes what is missing where that is wanted', () => {
    const map = buildMap(entity, mapping, {
      delimiter: ',',
      dateFormat: 'M/D/YYYY',
      create: () => true,
    });
    expect(map).toEqual({
      columns: {
        title: 'name',
        account: { field: 'companyId', link: { create: true } },
        channel: { field: 'source', add: true },
        close: 'closedAt',
      },
      delimiter: ',',
      dateFormat: 'M/D/YYYY',
    });
  });

  it('says nothing of dates when there are none', () => {
    const map = buildMap(
      entity,
      { title: 'name' },
      { delimiter: ';', dateFormat: 'D.M.YYYY', create: () => false },
    );
    expect(map).toEqual({ columns: { title: 'name' }, delimiter: ';' });
  });
});
