/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { EntityMeta, Meta, Scope } from '@/api/types';
import { navGroups } from './nav';

const entity = (name: string, group: string, read: Scope = 'all'): EntityMeta => ({
  name,
  plural: `${name}s`,
  path: `/api/v1/${name}s`,
  label: name,
  labelPlural: `${name}s`,
  group,
  titleFields: ['name'],
  listFields: ['name'],
  access: { read, create: read, update: read, delete: read },
  fields: [],
});

const namesOf = (entities: EntityMeta[]) =>
  navGroups({ user: {}, entities } as Meta).map((group) => [group.key, ...group.entities.map((e) => e.name)]);

describe('navGroups', () => {
  it('orders groups and what is in them, whatever the order of the metadata', () => {
    const entities = [
      entity('tag', 'admin'),
      entity('contact', 'crm'),
      entity('deal', 'sales'),
      entity('company', 'crm'),
    ];
    expect(namesOf(entities)).toEqual([
      ['crm', 'company', 'contact'],
      ['sales', 'deal'],
      ['admin', 'tag'],
    ]);
  });

  it('keeps settings under the administration and parts out', () => {
    const line = { ...entity('deal_line', 'sales'), nestedIn: 'deal' };
    const entities = [
      entity('tax_rate', 'sales'),
      entity('milestone', 'work'),
      line,
      entity('project', 'work'),
    ];
    expect(namesOf(entities)).toEqual([
      ['work', 'project'],
      ['admin', 'tax_rate'],
    ]);
  });

  it('leaves out what may not be read, and finds a place for groups it does not know', () => {
    const entities = [
      entity('tag', 'admin'),
      entity('stage', 'admin'),
      entity('moon', 'space'),
      entity('deal', 'sales', 'none'),
    ];
    expect(namesOf(entities)).toEqual([
      ['space', 'moon'],
      ['admin', 'tag'],
    ]);
  });

  it('has nothing for a partner’s people, who have pages of their own', () => {
    const user = { partnerId: 'p' };
    expect(navGroups({ user, entities: [entity('lead', 'crm'), entity('tag', 'admin')] } as Meta)).toEqual(
      [],
    );
  });
});
