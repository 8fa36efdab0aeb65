/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of what is done: tasks, activities, events and their bookings, projects. */
import {
  Ban,
  CalendarClock,
  CalendarPlus,
  Check,
  CheckCheck,
  CircleCheck,
  CircleX,
  Copy,
  FolderPlus,
  Pause,
  Play,
  RotateCcw,
} from 'lucide-react';
import { lazy } from 'react';
import type { Flow } from './flow';
import { all, given, has, is, lacks, own } from './steps';

export const task: Flow[] = [
  {
    key: 'done',
    icon: Check,
    verb: 'update',
    place: 'next',
    when: is('status', 'todo', 'in_progress', 'waiting'),
    send: { patch: { status: 'done' } },
  },
  {
    key: 'reopen',
    icon: RotateCcw,
    verb: 'update',
    place: 'usual',
    when: is('status', 'done', 'cancelled'),
    send: { patch: { status: 'todo' } },
  },
];

export const activity: Flow[] = [
  {
    key: 'done',
    icon: Check,
    verb: 'update',
    place: 'next',
    when: is('status', 'planned'),
    fields: ['outcome', 'body'],
    initial: (record) => ({ outcome: record['outcome'], body: record['body'] }),
    body: (values) => ({ ...given(values), status: 'done' }),
    send: { patch: {} },
  },
  {
    key: 'cancel',
    icon: Ban,
    verb: 'update',
    place: 'rare',
    when: is('status', 'planned'),
    send: { patch: { status: 'cancelled' } },
  },
];

export const event: Flow[] = [
  {
    key: 'confirm',
    icon: CheckCheck,
    verb: 'update',
    place: 'next',
    when: all(is('status', 'inquiry', 'tentative'), lacks('isTemplate')),
    fields: [
      { name: 'companyId', required: true },
      { name: 'startAt', required: true },
      { name: 'endAt', required: true },
    ],
    initial: (record) => ({
      companyId: record['companyId'],
      startAt: record['startAt'],
      endAt: record['endAt'],
    }),
    body: (values) => ({ ...given(values), status: 'confirmed' }),
    send: { patch: {} },
  },
  {
    key: 'start',
    icon: Play,
    verb: 'update',
    place: 'next',
    when: is('status', 'confirmed'),
    send: { patch: { status: 'in_progress' } },
  },
  {
    key: 'complete',
    icon: CircleCheck,
    verb: 'update',
    place: 'next',
    when: is('status', 'in_progress'),
    asks: true,
    send: { patch: { status: 'completed' } },
  },
  {
    key: 'use',
    icon: CalendarPlus,
    verb: 'create',
    place: 'next',
    when: has('isTemplate'),
    opens: (record) => ({ entity: 'event', defaults: { templateId: record.id } }),
  },
  {
    key: 'reschedule',
    icon: CalendarClock,
    verb: 'update',
    place: 'usual',
    when: all(is('status', 'inquiry', 'tentative', 'confirmed'), has('startAt'), lacks('isTemplate')),
    send: { post: 'reschedule' },
    Dialog: lazy(() => import('../events/Reschedule')),
  },
  {
    key: 'copy',
    icon: Copy,
    verb: 'create',
    place: 'rare',
    when: lacks('isTemplate'),
    fields: [
      { name: 'name', required: true },
      'startAt',
      own({ name: 'participants', type: 'boolean' }),
      own({ name: 'vendors', type: 'boolean' }),
    ],
    initial: (record) => ({
      name: record['name'],
      startAt: record['startAt'],
      participants: false,
      vendors: false,
    }),
    body: given,
    send: { post: 'copy' },
    makes: 'event',
  },
  {
    key: 'cancel',
    icon: CircleX,
    verb: 'update',
    place: 'rare',
    danger: true,
    when: all(is('status', 'inquiry', 'tentative', 'confirmed', 'in_progress'), lacks('isTemplate')),
    fields: [{ name: 'cancelReason', required: true }],
    body: (values) => ({ ...given(values), status: 'cancelled' }),
    send: { patch: {} },
  },
];

export const project: Flow[] = [
  {
    key: 'start',
    icon: Play,
    verb: 'update',
    place: 'next',
    when: all(is('status', 'planned'), lacks('isTemplate')),
    send: { patch: { status: 'active' } },
  },
  {
    key: 'complete',
    icon: CircleCheck,
    verb: 'update',
    place: 'next',
    when: is('status', 'active'),
    asks: true,
    send: { patch: { status: 'completed' } },
  },
  {
    key: 'use',
    icon: FolderPlus,
    verb: 'create',
    place: 'next',
    when: has('isTemplate'),
    opens: (record) => ({ entity: 'project', defaults: { templateId: record.id } }),
  },
  {
    key: 'hold',
    icon: Pause,
    verb: 'update',
    place: 'rare',
    when: is('status', 'active'),
    send: { patch: { status: 'on_hold' } },
  },
  {
    key: 'resume',
    icon: Play,
    verb: 'update',
    place: 'next',
    when: is('status', 'on_hold'),
    send: { patch: { status: 'active' } },
  },
];

export const booking: Flow[] = [
  {
    key: 'confirm',
    icon: CheckCheck,
    verb: 'update',
    place: 'next',
    when: is('status', 'considering', 'tentative'),
    fields: [{ name: 'bookedFrom', required: true }, { name: 'bookedTo', required: true }, 'agreedCost'],
    initial: (record) => ({
      bookedFrom: record['bookedFrom'],
      bookedTo: record['bookedTo'],
      agreedCost: record['agreedCost'],
    }),
    body: (values) => ({ ...given(values), status: 'confirmed' }),
    send: { patch: {} },
  },
  {
    key: 'cancel',
    icon: CircleX,
    verb: 'update',
    place: 'rare',
    danger: true,
    when: is('status', 'considering', 'tentative', 'confirmed'),
    asks: true,
    send: { patch: { status: 'cancelled' } },
  },
];
