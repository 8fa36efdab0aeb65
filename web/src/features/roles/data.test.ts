/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import { type Access, differs, type EntityAccess, verbs, withFieldRule, withScope } from './data';

const all = Object.fromEntries(verbs.map((verb) => [verb, 'all'])) as EntityAccess['access'];
const contact: EntityAccess = {
  name: 'contact',
  label: 'Contacts',
  group: 'crm',
  locked: false,
  access: all,
  preset: all,
  fields: [{ name: 'phone', label: 'Phone', rule: 'write', preset: 'write' }],
};
const access: Access = { key: 'user', preset: 'user', entities: [contact, { ...contact, name: 'deal' }] };

test('a change touches one answer, and counts as one difference from the preset', () => {
  expect(differs(contact)).toBe(0);
  const narrowed = withScope(access, 'contact', 'export', 'none');
  expect(narrowed.entities.map(differs)).toEqual([1, 0]);
  expect(narrowed.entities[0]?.access.read).toBe('all');
  const hidden = withFieldRule(narrowed, 'contact', 'phone', 'none');
  expect(hidden.entities.map(differs)).toEqual([2, 0]);
  expect(withScope(hidden, 'contact', 'export', 'all').entities.map(differs)).toEqual([1, 0]);
});
