/* SPDX-License-Identifier: Apache-2.0 */

import { describe, expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { apiQuery, filterQuery, nextSort, parseList, sortOf, writeList } from './filters';

const field = (name: string, type: FieldMeta['type'], more: Partial<FieldMeta> = {}): FieldMeta => ({
  name,
  label: name,
  type,
  ...more,
});
const entity: EntityMeta = {
  name: 'deal',
  plural: 'deals',
  path: '/api/v1/deals',
  label: 'Deal',
  labelPlural: 'Deals',
  titleFields: ['name'],
  listFields: ['name', 'amount', 'companyId'],
  defaultSort: '-createdAt',
  access: { read: 'all', create: 'all', update: 'all', delete: 'all' },
  fields: [
    field('name', 'text'),
    field('amount', 'money'),
    field('companyId', 'reference', { references: 'company', include: 'company' }),
    field('tier', 'enum', { custom: true }),
  ],
};
const parse = (search: string) => parseList(new URLSearchParams(search), entity);

describe('the address of a list', () => {
  it('reads filters with and without an operator', () => {
    expect(parse('amount[gte]=100&name=x').filters).toEqual([
      { field: 'amount', op: 'gte', value: '100' },
      { field: 'name', op: 'eq', value: 'x' },
    ]);
  });

  it('names custom fields with their prefix', () => {
    expect(parse('custom.tier[in]=gold,silver').filters).toEqual([
      { field: 'custom.tier', op: 'in', value: 'gold,silver' },
    ]);
  });

  it('leaves out what it does not know', () => {
    expect(parse('nosuch=1&amount[like]=1&amount[gte=1&[gte]=2').filters).toEqual([]);
  });

  it('does not trust numbers in the address', () => {
    expect(parse('page=-3&limit=7')).toMatchObject({ page: 1, limit: 25 });
    expect(parse('page=1e99&limit=x')).toMatchObject({ page: 1, limit: 25 });
    expect(parse('page=4&limit=100')).toMatchObject({ page: 4, limit: 100 });
  });

  it('comes back the same after writing', () => {
    const state = parse(
      'q=ac%20me&amount[gte]=100&amount[lt]=500&sort=-amount&page=3&limit=50&columns=amount',
    );
    expect(parseList(writeList(state), entity)).toEqual(state);
  });

  it('keeps an unfinished filter but does not send it', () => {
    const state = parse('amount[gte]=&q=x');
    expect(writeList(state).toString()).toBe('q=x&amount%5Bgte%5D=');
    expect(filterQuery(state).toString()).toBe('q=x');
  });

  it('asks for the names of the references shown', () => {
    const shown = entity.fields.filter((f) => f.name === 'companyId');
    expect(apiQuery(parse(''), shown)).toBe('page=1&limit=25&include=company');
  });
});

describe('sorting by a header', () => {
  it('goes up, down, and back to the default', () => {
    expect(nextSort('', 'name')).toBe('name');
    expect(nextSort('name', 'name')).toBe('-name');
    expect(nextSort('-name', 'name')).toBe('');
  });

  it('shows the default when nothing is chosen', () => {
    expect(sortOf(parse(''), entity)).toEqual({ field: 'createdAt', down: true });
    expect(sortOf(parse('sort=amount,-name'), entity)).toEqual({ field: 'amount', down: false });
  });
});
