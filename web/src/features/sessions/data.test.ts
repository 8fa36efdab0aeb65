/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { type OpenSession, peopleOf } from './data';

const session = (id: string, userId: string, firstName: string | null) =>
  ({ id, userId, user: { id: userId, firstName, lastName: 'X' } }) as OpenSession;

describe('who is signed in', () => {
  it('is told person by person, in the order of the list', () => {
    const people = peopleOf([session('3', 'b', 'Bea'), session('2', 'a', null), session('1', 'b', 'Bea')]);
    expect(people.map((p) => [p.id, p.name, p.sessions.map((s) => s.id)])).toEqual([
      ['b', 'Bea X', ['3', '1']],
      ['a', 'X', ['2']],
    ]);
  });
});
