/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of what is sold: leads, deals, partners. */
import {
  Ban,
  CalendarPlus,
  CircleCheck,
  CircleX,
  FilePlus2,
  FolderPlus,
  RotateCcw,
  ThumbsDown,
  Trophy,
  UserCheck,
} from 'lucide-react';
import { lazy } from 'react';
import type { EntityMeta, RecordData } from '@/api/types';
import type { Flow } from './flow';
import { all, given, has, is, lacks, note, own, template } from './steps';

export const lead: Flow[] = [
  {
    key: 'convert',
    icon: UserCheck,
    verb: 'update',
    place: 'next',
    when: lacks('convertedAt'),
    send: { post: 'convert' },
    Dialog: lazy(() => import('./ConvertLead')),
  },
];

export const deal: Flow[] = [
  {
    key: 'win',
    icon: Trophy,
    verb: 'update',
    place: 'next',
    when: is('status', 'open'),
    fields: ['wonReason', 'closedAt', note],
    send: { post: 'win' },
  },
  {
    key: 'lose',
    icon: ThumbsDown,
    verb: 'update',
    place: 'usual',
    when: is('status', 'open'),
    fields: [{ name: 'lostReason', required: true }, 'closedAt', note],
    send: { post: 'lose' },
  },
  {
    key: 'reopen',
    icon: RotateCcw,
    verb: 'update',
    place: 'usual',
    when: is('status', 'won', 'lost'),
    fields: ['stageId'],
    initial: () => ({ stageId: null }),
    send: { post: 'reopen' },
  },
  {
    key: 'quote',
    icon: FilePlus2,
    verb: 'read',
    place: 'rare',
    when: all(is('status', 'open', 'won'), has('companyId')),
    send: { post: 'quotes' },
    makes: 'quote',
  },
  {
    key: 'event',
    icon: CalendarPlus,
    verb: 'read',
    place: 'rare',
    when: is('status', 'open', 'won'),
    fields: [template('event'), own({ name: 'startAt', type: 'datetime' })],
    send: { post: 'events' },
    makes: 'event',
  },
  {
    key: 'project',
    icon: FolderPlus,
    verb: 'read',
    place: 'rare',
    when: is('status', 'open', 'won'),
    fields: [template('project'), own({ name: 'startDate', type: 'date' })],
    send: { post: 'projects' },
    makes: 'project',
  },
];

export const partner: Flow[] = [
  {
    key: 'approve',
    icon: CircleCheck,
    verb: 'update',
    place: 'next',
    when: is('status', 'pending', 'suspended', 'rejected'),
    send: { patch: { status: 'approved' } },
  },
  {
    key: 'reject',
    icon: CircleX,
    verb: 'update',
    place: 'usual',
    when: is('status', 'pending'),
    asks: true,
    send: { patch: { status: 'rejected' } },
  },
  {
    key: 'suspend',
    icon: Ban,
    verb: 'update',
    place: 'rare',
    danger: true,
    when: is('status', 'approved'),
    asks: true,
    send: { patch: { status: 'suspended' } },
  },
];

/** Into the stage in which a lead is given up. */
const giveUp = (stageId: string): Flow => ({
  key: 'disqualify',
  icon: ThumbsDown,
  verb: 'update',
  place: 'rare',
  when: () => true,
  fields: [{ name: 'unqualifiedReason', required: true }],
  body: given,
  send: { patch: { stageId } },
});

/** Ends are not moved into like other stages: they want to know why, or make something. */
export function closingStep(entity: EntityMeta, stage: RecordData): Flow | undefined {
  const category = String(stage['category']);
  if (entity.name === 'lead') {
    if (category === 'lost') return giveUp(stage.id);
    return category === 'won' ? lead.find((flow) => flow.key === 'convert') : undefined;
  }
  const key = { won: 'win', lost: 'lose' }[category];
  return deal.find((flow) => flow.key === key);
}
