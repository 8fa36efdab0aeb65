/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with a record besides editing it: one row per step in `table.ts`, one dialog for all. */
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import { findEntity, may } from '@/api/meta';
import type { EntityMeta, FieldMeta, Json, Meta, RecordData, Verb } from '@/api/types';
import type { Creating } from '@/app/stores';

type Loose = Record<string, Json | undefined>;

/** A field of the dialog: the entity's own by its name, or one that only this step has. */
export type FlowField = string | { name: string; required?: boolean } | FieldMeta;

export type FlowDialogProps = {
  entity: EntityMeta;
  record: RecordData;
  etag: string | null;
  onDone: () => void;
};

export type Flow = {
  /** Also the key of its words: `flow.<entity>.<key>`, with `label`, `done` and, where it asks first, `text`. */
  key: string;
  icon: LucideIcon;
  verb: Verb;
  /** Whether the record stands so that this is its next step or a possible one. */
  when: (record: RecordData) => boolean;
  /** `next` is what one most likely does now; of what is `rare` only the menu tells. */
  place: 'next' | 'usual' | 'rare';
  danger?: boolean;
  /** What is sent, unless a dialog of its own does that: a POST to a path below the record (or DELETE), or a change of its fields. */
  send?: { post: string } | { remove: string } | { patch: Loose };
  fields?: FlowField[];
  initial?: (record: RecordData) => Loose;
  /** Makes a body out of the dialog's values; as they are unless said otherwise. */
  body?: (values: Loose, record: RecordData) => Record<string, Json>;
  /** Asks before doing, although there is nothing to fill in. */
  asks?: boolean;
  /** The answer is another record, of this entity: its page opens. */
  makes?: string;
  /** What becomes of the answer otherwise, such as a link to copy. */
  copies?: string;
  /** Opens the sheet of a new record, with this known about it. */
  opens?: (record: RecordData) => Creating;
  /** A dialog of its own, where fields in a column would not do. */
  Dialog?: ComponentType<FlowDialogProps>;
};

/** Fields as the form takes them: those of the entity with what the step says otherwise. */
export function fieldsOf(entity: EntityMeta, flow: Flow): FieldMeta[] {
  const found: FieldMeta[] = [];
  for (const wanted of flow.fields ?? []) {
    if (typeof wanted === 'object' && 'type' in wanted) {
      found.push(wanted);
      continue;
    }
    const { name, required } = typeof wanted === 'string' ? { name: wanted, required: undefined } : wanted;
    const field = entity.fields.find((f) => f.name === name);
    // A field that the caller's role does not see is not asked for.
    if (field) found.push({ ...field, readOnly: false, required: required ?? false });
  }
  return found;
}

const mayMake = (meta: Meta, name: string): boolean => {
  const made = findEntity(meta, name);
  return made !== undefined && may(made, 'create');
};

/** A step that makes another record is for who may make such. */
export const flowsFor = (
  table: Record<string, Flow[]>,
  entity: EntityMeta,
  record: RecordData,
  meta: Meta,
): Flow[] =>
  record['deletedAt']
    ? []
    : (table[entity.name] ?? []).filter(
        (flow) => may(entity, flow.verb) && (!flow.makes || mayMake(meta, flow.makes)) && flow.when(record),
      );
