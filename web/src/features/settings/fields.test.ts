/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/client';
import type { EntityMeta, RecordData } from '@/api/types';
import { bodyOf, fieldsOf, initialOf, nextNumber, plainError } from './fields';

const locale = { locale: 'en', currency: 'EUR', timeZone: 'UTC' };
const record = {
  id: 'o',
  name: 'Northwind',
  weekStart: 1,
  settings: { leadRequired: ['email'], demo: 1 },
} as RecordData;

describe('settings of the organisation', () => {
  it('call days and months by their names, the week from Monday', () => {
    const organization = {
      fields: [{ name: 'weekStart', label: 'Week starts on', type: 'integer' }],
    } as EntityMeta;
    const [field] = fieldsOf('region', organization, undefined, locale);
    expect([field?.type, field?.options?.[0], field?.options?.[6]]).toEqual([
      'enum',
      { key: '1', label: 'Monday' },
      { key: '0', label: 'Sunday' },
    ]);
    expect(initialOf('region', record)['weekStart']).toBe('1');
    expect(bodyOf('region', record, { weekStart: '0', currency: 'EUR' })).toEqual({
      weekStart: 0,
      currency: 'EUR',
    });
  });

  it('begin with what holds where nothing is said, and leave what they do not know', () => {
    expect(initialOf('rules', record)).toEqual({
      trashDays: 90,
      leadRequired: ['email'],
      defaultLeadOwnerId: null,
      deletedUsersReassignTo: null,
    });
    expect(initialOf('rules', { ...record, settings: { trashDays: null } })['trashDays']).toBeNull();
    expect(bodyOf('rules', record, { trashDays: 30 })).toEqual({
      settings: { leadRequired: ['email'], demo: 1, trashDays: 30 },
    });
  });

  it('take a refusal to its field', () => {
    const error = plainError(new ApiError(422, 'X', '', [{ field: 'settings.trashDays', message: 'No.' }]));
    expect((error as ApiError).details).toEqual([{ field: 'trashDays', message: 'No.' }]);
  });

  it('show the number that comes next', () => {
    const series = { id: 's', prefix: 'INV', width: 4, next: 7, yearReset: true };
    expect([nextNumber(series, '2026'), nextNumber({ ...series, yearReset: false }, '2026')]).toEqual([
      'INV-2026-0007',
      'INV-0007',
    ]);
  });
});
