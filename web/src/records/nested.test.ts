/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { NestedMeta } from '@/api/types';
import { elementsOf, moved, newRow, placeDetails, rowsOf, shownFieldsOf } from './nested';

const nested: NestedMeta = {
  name: 'lines',
  label: 'Lines',
  entity: 'deal_line',
  by: 'dealId',
  most: 200,
  fields: [
    { name: 'id', label: 'Id', type: 'uuid', readOnly: true },
    { name: 'position', label: 'Position', type: 'integer', readOnly: true },
    { name: 'name', label: 'Name', type: 'text', required: true },
    { name: 'quantity', label: 'Quantity', type: 'decimal', scale: 3, default: 1 },
    { name: 'amount', label: 'Amount', type: 'money', readOnly: true },
  ],
};
const row = (key: string, values: object) => ({ key, values: { ...values } });

describe('nested rows', () => {
  it('shows neither ids nor places', () => {
    expect(shownFieldsOf(nested).map((f) => f.name)).toEqual(['name', 'quantity', 'amount']);
  });

  it('reads the rows of a record, and none where there is no array', () => {
    expect(rowsOf(nested, { id: 'd', lines: [{ id: 'a' }] })).toEqual([{ id: 'a' }]);
    expect(rowsOf(nested, { id: 'd' })).toEqual([]);
  });

  it('begins a row with its defaults', () => {
    expect(newRow(nested, 'n')).toEqual({ key: 'n', values: { name: null, quantity: 1 } });
  });

  it('moves a row, and not past an end', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });

  it('sends what may be written, with the id of what was there', () => {
    const rows = [
      row('a', { id: 'a', position: 1, name: 'Tent', quantity: '2', amount: 5 }),
      row('n', { name: 'Chairs' }),
    ];
    const { elements, errors } = elementsOf(nested, rows);
    expect(errors).toEqual({});
    expect(elements[0]).toEqual({ id: 'a', name: 'Tent', quantity: 2 });
    expect(elements[1]).toEqual({ name: 'Chairs', quantity: null });
  });

  it('tells by row and field what is wrong', () => {
    const { errors } = elementsOf(nested, [
      row('a', { name: 'Tent' }),
      row('n', { name: '', quantity: 'x' }),
    ]);
    expect(Object.keys(errors)).toEqual(['n']);
    expect(Object.keys(errors['n'] ?? {}).sort()).toEqual(['name', 'quantity']);
  });

  it('places the complaints of the server', () => {
    const rows = [row('a', {}), row('b', {})];
    const details = [
      { field: 'lines[1].quantity', message: 'Must be more than 0.' },
      { field: 'lines[0]', message: 'Must be an object.' },
      { field: 'lines', message: 'Make an amount that is too large.' },
      { field: 'participants[0].role', message: 'x' },
    ];
    const { errors, loose } = placeDetails(nested, rows, details);
    expect(errors).toEqual({ b: { quantity: 'Must be more than 0.' }, a: { '': 'Must be an object.' } });
    expect(loose.map((d) => d.field)).toEqual(['lines', 'participants[0].role']);
  });
});
