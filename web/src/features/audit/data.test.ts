/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { Meta } from '@/api/types';
import { groupsOf, type Logged, MOST_OF_ONE, skipped } from './data';
import { auditSearch, type Filters, periodOf, readFilters, toParams } from './filters';

const meta = {
  entities: [{ name: 'quote' }, { name: 'quote_line', nestedIn: 'quote' }, { name: 'deal' }],
} as Meta;
const change = (id: string, changesetId: string | null) => ({ id, changesetId }) as Logged;
const asked = (part: Partial<Filters>, without: string[] = []) =>
  Object.fromEntries(auditSearch(meta, { ...readFilters(new URLSearchParams()), ...part }, without));

describe('the audit log', () => {
  it('is put together by what was done in one go, also where others wrote in between', () => {
    const groups = groupsOf([
      change('5', 'b'),
      change('4', 'a'),
      change('3', 'b'),
      change('2', null),
      change('1', null),
    ]);
    expect(groups.map((g) => [g.key, g.changes.map((c) => c.id)])).toEqual([
      ['b', ['5', '3']],
      ['a', ['4']],
      ['2', ['2']],
      ['1', ['1']],
    ]);
  });

  it('goes on behind an import once enough of it was read', () => {
    const many = Array.from({ length: MOST_OF_ONE }, (_, n) => change(`m${n}`, 'import'));
    expect(skipped([...many, change('x', 'small'), change('y', null)])).toEqual(['import']);
    expect(asked({}, ['import'])['where']).toBe(
      '{"and":[{"field":"changesetId","op":"ne","value":"import"}]}',
    );
  });

  it('asks for an entity with its parts, for a record with its lines', () => {
    expect(asked({ entity: 'quote' })['entity[in]']).toBe('quote,quote_line');
    const record = asked({ entity: 'quote', record: '7' });
    expect([record['entity[in]'], record['where']]).toEqual([
      undefined,
      '{"and":[{"or":[{"field":"recordId","value":"7"},{"field":"parentId","value":"7"}]}]}',
    ]);
  });

  it('knows its periods by their days, and keeps filters in the address', () => {
    const filters = readFilters(new URLSearchParams('from=today-6&person=me&colour=x'));
    expect([
      periodOf(filters),
      periodOf({ ...filters, to: 'today' }),
      periodOf({ ...filters, from: '' }),
    ]).toEqual(['week', 'custom', 'any']);
    expect(toParams(filters).toString()).toBe('person=me&from=today-6');
  });
});
