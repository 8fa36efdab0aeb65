/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a record's page that metadata cannot make: one row each, loaded when they are opened. */
import { type ComponentType, lazy } from 'react';
import type { EntityMeta, NestedMeta } from '@/api/types';
import type { Tagged } from '@/records/record/useSave';

type PanelProps = { entity: EntityMeta; nested: NestedMeta; tagged: Tagged };
type TabProps = { entity: EntityMeta; tagged: Tagged };

const DocumentLines = lazy(() => import('./documents/DocumentLines'));

/** Instead of the table of an array, by entity and array. */
const panels: Record<string, ComponentType<PanelProps>> = {
  'quote.lines': DocumentLines,
  'invoice.lines': DocumentLines,
};

/** Beside the lists of what refers to a record. */
const tabs: Record<string, { key: string; Body: ComponentType<TabProps> }[]> = {
  company: [{ key: 'account', Body: lazy(() => import('./documents/CompanyAccount')) }],
};

export const panelFor = (entity: EntityMeta, nested: NestedMeta): ComponentType<PanelProps> | undefined =>
  panels[`${entity.name}.${nested.name}`];

export const tabsFor = (entity: EntityMeta) => tabs[entity.name] ?? [];
