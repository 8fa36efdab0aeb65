/* SPDX-License-Identifier: Apache-2.0 */

import { describe, expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import type { View } from '@/api/views';
import {
  emptyState,
  nextSort,
  orderedQuery,
  parseList,
  rowsQuery,
  setQuery,
  sortsOf,
  writeList,
} from './filters';
import { bodyOfView, differs, stateOfView } from './views';
import { readWhere, toWhere } from './where';

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
    field('closedAt', 'date'),
    field('companyId', 'reference', { references: 'company', include: 'company' }),
    field('tier', 'enum', { custom: true }),
  ],
};
const parse = (search: string) => parseList(new URLSearchParams(search), entity);
const items = (search: string) => parse(search).where.items;
const or = (...terms: object[]) => `where=${encodeURIComponent(JSON.stringify({ or: terms }))}`;

describe('the address of a list', () => {
  it('reads filters with and without an operator', () => {
    expect(items('amount[gte]=100&name=x')).toEqual([
      { field: 'amount', op: 'gte', value: '100' },
      { field: 'name', op: 'eq', value: 'x' },
    ]);
  });

  it('names custom fields with their prefix', () => {
    expect(items('custom.tier[in]=gold,silver')).toEqual([
      { field: 'custom.tier', op: 'in', value: 'gold,silver' },
    ]);
  });

  it('leaves out what it does not know', () => {
    expect(items('nosuch=1&amount[like]=1&amount[gte=1&[gte]=2&where=%7B')).toEqual([]);
    expect(items(or({ field: 'nosuch', value: 1 }, { field: 'name', value: 'x' }))).toHaveLength(1);
    expect(parse('look=stack&span=decade')).toMatchObject({ look: 'table', span: 'month' });
  });

  it('comes back the same after writing', () => {
    for (const search of [
      'q=ac%20me&amount[gte]=100&amount[lt]=500&sort=-amount,name&columns=amount&look=board&group=companyId',
      `amount[between]=1..5&${or({ field: 'name', value: 'a' }, { and: [{ field: 'amount', op: 'gt', value: 2 }] })}`,
      or({ field: 'name', op: 'in', value: ['a', 'b'] }, { field: 'amount', op: 'between', value: '..' }),
    ]) {
      const state = parse(search);
      expect(parseList(writeList(state), entity)).toEqual(state);
    }
  });

  it('keeps an unfinished filter but does not send it', () => {
    const state = parse('amount[gte]=&q=x&amount[between]=..');
    expect(writeList(state).get('amount[gte]')).toBe('');
    expect(setQuery(state).toString()).toBe('q=x');
  });

  it('asks for the names of the references shown', () => {
    const shown = entity.fields.filter((f) => f.name === 'companyId');
    expect(rowsQuery(parse('sort=name'), shown)).toBe('sort=name&include=company');
  });
});

describe('filters for the server', () => {
  it('says between by two ends, one where the other is open', () => {
    const query = (search: string) => decodeURIComponent(setQuery(parse(search)).toString());
    expect(query('amount[between]=1..5')).toBe('amount[gte]=1&amount[lte]=5');
    expect(query('amount[between]=..5')).toBe('amount[lte]=5');
    expect(query('closedAt[between]=monthStart..monthStart%2B1')).toBe(
      'closedAt[gte]=monthStart&closedAt[lt]=monthStart+1',
    );
  });

  it('sends groups as where, beside what stands by its name', () => {
    const state = parse(
      `name=x&${or({ field: 'amount', op: 'gt', value: 1 }, { field: 'amount', op: 'null', value: 'true' })}`,
    );
    const query = setQuery(state);
    expect(query.get('name')).toBe('x');
    expect(JSON.parse(query.get('where') ?? '')).toEqual({
      or: [
        { field: 'amount', op: 'gt', value: '1' },
        { field: 'amount', op: 'null', value: 'true' },
      ],
    });
  });

  it('is a tree for a view, and reads that back', () => {
    const where = parse(`amount[between]=1..5&custom.tier[in]=gold,silver`).where;
    const kept = toWhere(where);
    expect(kept).toEqual({
      and: [
        {
          and: [
            { field: 'amount', op: 'gte', value: '1' },
            { field: 'amount', op: 'lte', value: '5' },
          ],
        },
        { field: 'custom.tier', op: 'in', value: ['gold', 'silver'] },
      ],
    });
    expect(readWhere(kept as never, entity)).toEqual(where);
    expect(toWhere(parse('').where)).toBeNull();
  });
});

describe('views', () => {
  const view: View = {
    id: 'v1',
    name: 'Big',
    entity: 'deal',
    look: 'board',
    shared: 'all',
    filters: { field: 'amount', op: 'gte', value: 100 },
    columns: 'amount,companyId',
    sorts: '-amount',
    groupBy: null,
    display: null,
    ownerId: 'u1',
    isDefault: false,
  };
  const base = stateOfView(view, entity);

  it('is what the list shows when the address says no more', () => {
    const state = parseList(new URLSearchParams('view=v1'), entity, base);
    expect(state).toEqual(base);
    expect(differs(state, base)).toBe(false);
    expect(orderedQuery(state).toString()).toBe('amount%5Bgte%5D=100&sort=-amount');
  });

  it('is overruled by the address, also to show everything', () => {
    const state = { ...base, where: emptyState.where, sort: 'name' };
    const address = writeList(state, base);
    expect(address.toString()).toBe('view=v1&where=none&sort=name');
    expect(parseList(address, entity, base)).toEqual(state);
    expect(differs(state, base)).toBe(true);
  });

  it('comes back the same after saving, own columns too', () => {
    const state = { ...base, columns: ['custom.tier', 'amount'] };
    const body = bodyOfView(state, { name: 300 });
    expect(body).toMatchObject({ columns: 'amount,custom', look: 'board', sorts: '-amount' });
    const again = { ...view, ...body, filters: body['filters'] ?? null } as unknown as View;
    expect(stateOfView(again, entity)).toEqual(state);
    expect(again.display?.widths).toEqual({ name: 300 });
  });
});

describe('sorting by a header', () => {
  it('goes up, down, and back to the default', () => {
    expect(nextSort('', 'name')).toBe('name');
    expect(nextSort('name', 'name')).toBe('-name');
    expect(nextSort('-name', 'name')).toBe('');
    expect(nextSort('-amount', 'name')).toBe('name');
  });

  it('sorts by several with shift', () => {
    expect(nextSort('-amount', 'name', true)).toBe('-amount,name');
    expect(nextSort('-amount,name', 'name', true)).toBe('-amount,-name');
    expect(nextSort('-amount,-name', 'amount', true)).toBe('-name');
    expect(nextSort('a,b,c,d,e', 'f', true)).toBe('a,b,c,d,e');
    expect(sortsOf('-amount,name')).toEqual([
      { field: 'amount', down: true },
      { field: 'name', down: false },
    ]);
  });
});
