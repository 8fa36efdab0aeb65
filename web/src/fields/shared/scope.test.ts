/* SPDX-License-Identifier: Apache-2.0 */
import { expect, it } from 'vitest';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { scopeOf } from './scope';

const field = (name: string, more: Partial<FieldMeta> = {}): FieldMeta => ({
  name,
  label: name,
  type: 'reference',
  filterable: true,
  ...more,
});
const booking = {
  fields: [
    field('eventId', { immutable: true, required: true }),
    field('vendorId', { immutable: true, required: true }),
    field('partnerId', { immutable: true }),
    field('ownerId', { required: true }),
    field('role', { type: 'picklist', immutable: true }),
  ],
} as EntityMeta;

it('narrows to what both belong to', () => {
  const record = { eventId: 'e1', partnerId: 'p1', ownerId: 'u1', role: 'Venue' };
  expect(scopeOf(booking, record)).toEqual({ eventId: 'e1' });
});

it('leaves stages alone, which decide on the pipeline', () => {
  const stage = { name: 'stage', fields: [field('pipelineId', { immutable: true, required: true })] };
  expect(scopeOf(stage as EntityMeta, { pipelineId: 'p1' })).toEqual({});
});

it('leaves out what is not chosen yet', () => {
  expect(scopeOf(booking, { eventId: '', vendorId: null })).toEqual({});
  expect(scopeOf(undefined, { eventId: 'e1' })).toEqual({});
});
