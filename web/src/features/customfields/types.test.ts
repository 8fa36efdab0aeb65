/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { type CustomField, fieldsFor, optionKey, optionsOf, typesFor } from './types';

const names = [
  'label',
  'key',
  'required',
  'group',
  'helpText',
  'options',
  'referenceEntity',
  'default',
  'unique',
  'min',
  'max',
  'maxLength',
  'scale',
  'searchable',
  'filterable',
];
const entity = {
  fields: names.map((name): FieldMeta => ({ name, label: name, type: 'text' })),
} as EntityMeta;
const asked = (type: Parameters<typeof fieldsFor>[1], creating = false) => {
  const { needed, further } = fieldsFor(entity, type, creating);
  return [needed.map((f) => f.name), further.map((f) => f.name)];
};

describe('custom fields', () => {
  it('are asked about what their type has', () => {
    expect(asked('decimal')).toEqual([
      ['label'],
      ['helpText', 'group', 'required', 'scale', 'min', 'max', 'default', 'filterable'],
    ]);
    expect(asked('reference')).toEqual([
      ['label', 'referenceEntity'],
      ['helpText', 'group', 'required', 'filterable'],
    ]);
    expect(asked('boolean', true)[1]).toContain('key');
    expect(fieldsFor(entity, 'integer', true).further.find((f) => f.name === 'default')?.type).toBe(
      'integer',
    );
  });

  it('change their type only to one that takes in more', () => {
    expect(typesFor({ type: 'text' } as CustomField)).toEqual(['text', 'longText']);
    expect(typesFor({ type: 'date' } as CustomField)).toEqual(['date']);
  });

  it('give options keys of their own, which stay', () => {
    expect(optionKey('Very high!', [])).toBe('veryHigh');
    expect(optionKey('Gold', ['gold', 'gold2'])).toBe('gold3');
    expect(optionKey('⭐', [])).toBe('option');
    const draft = { color: null, archived: false };
    expect(
      optionsOf([
        { ...draft, key: 'gold', label: 'Platinum' },
        { ...draft, key: null, label: ' Gold ', color: 'amber' },
        { ...draft, key: null, label: '  ' },
        { ...draft, key: 'tin', label: 'Tin', archived: true },
      ]),
    ).toEqual([
      { key: 'gold', label: 'Platinum' },
      { key: 'gold2', label: 'Gold', color: 'amber' },
      { key: 'tin', label: 'Tin', archived: true },
    ]);
  });
});
