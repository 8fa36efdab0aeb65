/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a record's page that metadata cannot make: one row each, loaded when they are opened. */
import { type ComponentType, lazy } from 'react';
import type { EntityMeta, NestedMeta, RecordData } from '@/api/types';
import type { Tagged } from '@/records/record/useSave';
import type { Related } from '@/records/related';

type PanelProps = { entity: EntityMeta; nested: NestedMeta; tagged: Tagged };
type TabProps = { entity: EntityMeta; tagged: Tagged };
export type OwnListProps = { related: Related; record: RecordData };

const RecordTasks = lazy(() => import('./tasks/RecordTasks'));
const DocumentLines = lazy(() => import('./documents/DocumentLines'));

/** Instead of the table of an array, by entity and array. */
const panels: Record<string, ComponentType<PanelProps>> = {
  'quote.lines': DocumentLines,
  'invoice.lines': DocumentLines,
};

/** Instead of the list of what refers to a record, by entity and list: what its page is for, so it comes first. */
const lists: Record<string, ComponentType<OwnListProps>> = {
  'event.event-vendors': lazy(() => import('./events/Bookings')),
  'event.schedule-items': lazy(() => import('./events/RunOfShow')),
  'event.budget-lines': lazy(() => import('./events/Budget')),
  'event.tasks': RecordTasks,
  'event.payments': lazy(() => import('./events/Payments')),
  'project.milestones': lazy(() => import('./projects/Milestones')),
  'project.tasks': RecordTasks,
};

/** Beside the lists of what refers to a record. */
const tabs: Record<string, { key: string; Body: ComponentType<TabProps> }[]> = {
  company: [{ key: 'account', Body: lazy(() => import('./documents/CompanyAccount')) }],
};

export const panelFor = (entity: EntityMeta, nested: NestedMeta): ComponentType<PanelProps> | undefined =>
  panels[`${entity.name}.${nested.name}`];

export const ownListFor = (entity: EntityMeta, related: Related): ComponentType<OwnListProps> | undefined =>
  lists[`${entity.name}.${related.key}`];

/** Whether its page is worked on in lists of its own. */
export const hasPlan = (entity: EntityMeta): boolean =>
  Object.keys(lists).some((key) => key.startsWith(`${entity.name}.`));

export const tabsFor = (entity: EntityMeta) => tabs[entity.name] ?? [];
