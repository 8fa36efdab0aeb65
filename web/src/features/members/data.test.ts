/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import { type Member, nameOf, sections } from './data';

const member = (id: string, extra: Partial<Member> = {}): Member => ({
  id,
  firstName: null,
  lastName: null,
  email: `${id}@example.com`,
  role: 'user',
  active: true,
  jobTitle: null,
  lastLoginAt: null,
  ...extra,
});

test('people stand by where they belong, and whoever has left stands last', () => {
  const partner = { id: 'p', name: 'Liffey Travel' };
  const found = sections([
    member('left', { active: false, partner }),
    member('theirs', { partner }),
    member('ours'),
    member('also ours'),
  ]);
  expect(found.map(({ key, members }) => [key, members.map((m) => m.id)])).toEqual([
    ['own', ['ours', 'also ours']],
    ['partner', ['theirs']],
    ['left', ['left']],
  ]);
  expect(sections([])).toEqual([]);
});

test('who has no name is called by the address', () => {
  expect(nameOf(member('a'))).toBe('a@example.com');
  expect(nameOf(member('a', { lastName: 'Stone' }))).toBe('Stone');
});
