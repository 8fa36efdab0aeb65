/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { EntityMeta, Meta, RecordData } from '@/api/types';
import { i18n } from '@/i18n';
import '@/i18n/records';
import { fieldsOf, flowsFor } from './flow';
import { closingStep } from './sales';
import { flows } from './table';

const all = {
  read: 'all',
  create: 'all',
  update: 'all',
  delete: 'all',
  issue: 'all',
  correct: 'all',
} as const;
const entity = (name: string, more: Partial<EntityMeta> = {}) =>
  ({ name, access: all, fields: [], ...more }) as unknown as EntityMeta;
/** Of somebody who may make whatever there is but for what is named. */
const metaBut = (...names: string[]) =>
  ({
    entities: Object.keys(flows).map((name) =>
      entity(name, names.includes(name) ? { access: { ...all, create: 'none' } } : {}),
    ),
  }) as unknown as Meta;
const keys = (name: string, record: object, more: Partial<EntityMeta> = {}, meta = metaBut()) =>
  flowsFor(flows, entity(name, more), { id: 'x', ...record } as RecordData, meta).map((flow) => flow.key);
const rows = Object.entries(flows).flatMap(([name, list]) => list.map((flow) => [name, flow] as const));

describe('the steps of records', () => {
  it.each(rows.map(([name, flow]) => [`${name}.${flow.key}`, name, flow] as const))(
    '%s has words',
    (_, name, flow) => {
      expect(i18n.exists(`flow.${name}.${flow.key}.label`)).toBe(true);
      expect(i18n.exists(`flow.${name}.${flow.key}.done`)).toBe(true);
      // Who is asked without a field to fill in is told what happens.
      if (flow.asks && !flow.Dialog) expect(i18n.exists(`flow.${name}.${flow.key}.text`)).toBe(true);
    },
  );

  it('are offered only where they are possible', () => {
    expect(keys('deal', { status: 'open' })).toEqual(['win', 'lose', 'event', 'project']);
    expect(keys('deal', { status: 'lost' })).toEqual(['reopen']);
    expect(keys('quote', { status: 'draft' })).toEqual(['send']);
    expect(
      keys('quote', { status: 'accepted', total: 10, invoicedTotal: 10, sentAt: 'x', shareUrl: 'y' }),
    ).not.toContain('invoice');
    expect(keys('invoice', { status: 'issued', type: 'invoice', balance: 10 })).toContain('pay');
    expect(keys('invoice', { status: 'issued', type: 'credit_note', balance: 0 })).toEqual(['send']);
    expect(keys('event', { status: 'inquiry', isTemplate: true })).toEqual(['use']);
  });

  it('are not offered in the trash, nor to who may not', () => {
    expect(keys('deal', { status: 'open', deletedAt: 'x' })).toEqual([]);
    expect(keys('quote', { status: 'draft' }, { access: { ...all, issue: 'none' } })).toEqual([]);
  });

  it('are not offered to who may not make what they make', () => {
    const accepted = { status: 'accepted', total: 10, invoicedTotal: 0 };
    expect(keys('quote', accepted, { access: { ...all, issue: 'none' } })).toContain('invoice');
    expect(keys('quote', accepted, {}, metaBut('invoice'))).not.toContain('invoice');
    expect(keys('deal', { status: 'open', companyId: 'c' }, {}, metaBut('quote'))).not.toContain('quote');
  });

  it('ask for fields that the caller sees, and for their own', () => {
    const deal = entity('deal', {
      fields: [{ name: 'lostReason', label: 'Lost reason', type: 'picklist', readOnly: true }],
    });
    const lose = flows['deal']?.find((flow) => flow.key === 'lose');
    const fields = lose ? fieldsOf(deal, lose) : [];
    expect(fields.map((f) => [f.name, f.required ?? false])).toEqual([
      ['lostReason', true],
      ['note', false],
    ]);
    expect(fields[1]?.label).toBe('Note');
  });

  it('name what they offer to choose by the catalogue', () => {
    const invoice = flows['quote']?.find((flow) => flow.key === 'invoice');
    const [type] = invoice ? fieldsOf(entity('quote'), invoice) : [];
    expect(type?.options?.map(({ label }) => label)).toEqual(['All that is left', 'A deposit']);
  });

  it('end a deal or lead by asking, not by moving it', () => {
    const stage = (category: string) => ({ id: 's', category }) as RecordData;
    expect(closingStep(entity('deal'), stage('won'))?.key).toBe('win');
    expect(closingStep(entity('deal'), stage('open'))).toBeUndefined();
    expect(closingStep(entity('lead'), stage('lost'))?.send).toEqual({ patch: { stageId: 's' } });
    expect(closingStep(entity('lead'), stage('won'))?.key).toBe('convert');
  });
});
