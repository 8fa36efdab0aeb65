/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import type { ImportMap } from './data';
import { keyFields, makes, missingFields, ruleOf, targetsOf, withField, withMaking } from './mapping';

const field = (name: string, more: Partial<FieldMeta> = {}): FieldMeta => ({
  name,
  label: name,
  type: 'text',
  ...more,
});
const company = field('companyId', { type: 'reference', references: 'company' });
const source = field('source', { type: 'picklist' });
const contact = {
  name: 'contact',
  fields: [
    field('firstName'),
    field('lastName', { required: true }),
    field('email', { type: 'email' }),
    company,
    source,
    field('createdAt', { readOnly: true }),
    field('tier', { custom: true }),
  ],
} as EntityMeta;
const map: ImportMap = {
  into: 'contacts',
  columns: {
    Mail: 'email',
    Firm: { field: 'companyId', link: { by: 'name', create: true }, values: { 'Alder Trst': 'Alder Trust' } },
    Junk: null,
  },
};
const all = () => true;

describe('the mapping of an import', () => {
  it('offers what may be written, and the whole name of people', () => {
    expect(targetsOf(contact, 'Full name').map((t) => t.name)).toEqual([
      'name',
      'firstName',
      'lastName',
      'email',
      'companyId',
      'source',
      'custom.tier',
    ]);
    expect(targetsOf({ ...contact, name: 'deal' }, 'Full name')[0]?.name).toBe('firstName');
  });

  it('reads rules however they are written', () => {
    expect(ruleOf(map, 'Mail')).toEqual({ field: 'email' });
    expect(ruleOf(map, 'Junk')).toBeNull();
    expect(ruleOf({ columns: { A: ['email', 'source'] } }, 'A')).toEqual({ field: 'email' });
  });

  it('gives a column another field, or none', () => {
    const [target] = targetsOf(contact, '').filter((t) => t.name === 'companyId');
    expect(withField(map, 'Mail', target, all).columns['Mail']).toEqual({
      field: 'companyId',
      link: { by: 'name', create: true },
    });
    expect(withField(map, 'Mail', undefined, all).columns['Mail']).toBeNull();
  });

  it('makes what is missing or not, and keeps what else the rule says', () => {
    const off = withMaking(map, 'Firm', company, false);
    expect(off.columns['Firm']).toEqual({
      field: 'companyId',
      link: { by: 'name', create: false },
      values: { 'Alder Trst': 'Alder Trust' },
    });
    const rule = ruleOf(off, 'Firm');
    expect(rule && makes(rule, company)).toBe(false);
    const added = withMaking({ columns: { S: 'source' } }, 'S', source, true);
    expect(added.columns['S']).toEqual({ field: 'source', add: true });
    expect(withMaking(added, 'S', source, false).columns['S']).toEqual({ field: 'source' });
  });

  it('knows what rows must bring', () => {
    expect(missingFields(contact, map).map((f) => f.name)).toEqual(['lastName']);
    expect(missingFields(contact, { columns: { N: 'name' } })).toEqual([]);
  });

  it('takes for a key what tells rows and records apart', () => {
    expect(keyFields(contact, map, ['Mail', 'Firm', 'Junk']).map((f) => f.name)).toEqual(['email']);
  });
});
