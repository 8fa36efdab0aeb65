/* SPDX-License-Identifier: Apache-2.0 */

import { describe, expect, it } from 'vitest';
import type { FieldMeta, FieldType, Json } from '@/api/types';
import { fieldTypes } from '@/api/types';
import { kindOf } from '.';
import { schemaOf } from './schema';

const make = (type: FieldType, more: Partial<FieldMeta> = {}): FieldMeta => ({
  name: 'x',
  label: 'Thing',
  type,
  ...more,
});

function check(field: FieldMeta, value: Json): { value?: unknown; message?: string | undefined } {
  const result = schemaOf([field]).safeParse({ x: value });
  return result.success ? { value: result.data['x'] } : { message: result.error.issues[0]?.message };
}

describe('S2-UI-07 the schema made from the metadata', () => {
  it.each(fieldTypes)('has everything for %s', (type) => {
    const kind = kindOf(make(type));
    expect(kind.Display && kind.Input && kind.FilterEditor && kind.FilterValue).toBeTruthy();
    expect(kind.schema(make(type))).toBeDefined();
  });

  it.each(fieldTypes)('takes an empty %s unless it is required', (type) => {
    expect(check(make(type), null)).toEqual({ value: null });
    expect(check(make(type, { required: true }), null).message).toBe('Thing is needed');
  });

  it('trims text, and nothing but spaces is nothing', () => {
    expect(check(make('text'), '  a b ')).toEqual({ value: 'a b' });
    expect(check(make('text'), '   ')).toEqual({ value: null });
  });

  it('holds text to its limits', () => {
    expect(check(make('text', { maxLength: 3 }), 'abcd').message).toBe('At most 3 characters');
    expect(check(make('text', { minLength: 2 }), 'a').message).toBe('At least 2 characters');
  });

  it('reads money as people write it, with at most two decimals', () => {
    expect(check(make('money'), '1,234.50')).toEqual({ value: 1234.5 });
    expect(check(make('money'), 12)).toEqual({ value: 12 });
    expect(check(make('money'), '1.234').message).toBe('At most 2 decimals');
    expect(check(make('money', { min: 0 }), '-1').message).toBe('Not below 0');
    expect(check(make('money'), '12 apples').message).toBe('This is not a number');
  });

  it('wants whole numbers where they must be whole', () => {
    expect(check(make('integer'), '12')).toEqual({ value: 12 });
    expect(check(make('integer'), '1.5').message).toBe('A whole number, please');
    expect(check(make('integer', { max: 100 }), '101').message).toBe('Not above 100');
    expect(check(make('percent'), '100.5').message).toBe('Not above 100');
  });

  it('knows e-mail, phone and web addresses', () => {
    expect(check(make('email'), 'a@b.co')).toEqual({ value: 'a@b.co' });
    expect(check(make('email'), 'a b').message).toBe('This is not an e-mail address');
    expect(check(make('phone'), '+1 (415) 555-1234')).toEqual({ value: '+1 (415) 555-1234' });
    expect(check(make('phone'), '12').message).toBeDefined();
    expect(check(make('url'), 'acme.com')).toEqual({ value: 'https://acme.com' });
    expect(check(make('url'), 'javascript:alert(1)').message).toBe('This is not a web address');
  });

  it('parses JSON only when it is JSON', () => {
    expect(check(make('json'), '{"a":[1]}')).toEqual({ value: { a: [1] } });
    expect(check(make('externalIds'), 'zoho:4:2; sheet:7').value).toEqual([
      { system: 'zoho', id: '4:2' },
      { system: 'sheet', id: '7' },
    ]);
    expect(check(make('externalIds'), 'zoho').message).toBe('Written as system:id; system:id');
    expect(check(make('json'), '{').message).toBe('This is not valid JSON');
  });

  it('reports every failing field at once', () => {
    const fields = [make('text', { name: 'a', required: true }), make('email', { name: 'b' })];
    const result = schemaOf(fields).safeParse({ a: '', b: '?' });
    expect(result.error?.issues.map((issue) => issue.path[0])).toEqual(['a', 'b']);
  });
});
