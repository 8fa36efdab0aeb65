/* SPDX-License-Identifier: Apache-2.0 */
/* Fields grouped as a form shows them. */
import type { EntityMeta, FieldMeta } from '@/api/types';

export type Section = { label: string | null; fields: FieldMeta[] };
/** The label under which tenants' own fields stand. */
export const CUSTOM = '$custom';
/** What the server keeps for itself: ids, versions, ranks. */
const SYSTEM = 'System';

/** The key of the stage, where the stage stands beside it. */
const isStageKey = (entity: EntityMeta, field: FieldMeta): boolean =>
  field.name === 'status' && field.type === 'text' && entity.fields.some((f) => f.name === 'stageId');

export const visibleFields = (entity: EntityMeta): FieldMeta[] =>
  entity.fields.filter(
    (f) =>
      f.section !== SYSTEM &&
      f.name !== 'custom' &&
      f.name !== 'externalIds' &&
      // What the server keeps as JSON is for programs; people see it where it is drawn, such as the sums of a document.
      !(f.type === 'json' && f.readOnly) &&
      !isStageKey(entity, f),
  );

export const isEditable = (field: FieldMeta, creating: boolean): boolean =>
  !field.readOnly && (creating || !field.immutable);

export function sectionsOf(fields: FieldMeta[]): Section[] {
  const sections = new Map<string | null, FieldMeta[]>();
  // The unnamed section leads, the tenants' own fields close.
  sections.set(null, []);
  for (const field of fields) {
    const label = field.custom ? CUSTOM : (field.section ?? null);
    sections.set(label, [...(sections.get(label) ?? []), field]);
  }
  const custom = sections.get(CUSTOM);
  sections.delete(CUSTOM);
  if (custom) sections.set(CUSTOM, custom);
  return [...sections].map(([label, list]) => ({ label, fields: list })).filter((s) => s.fields.length > 0);
}

/** What a new record is made from stands with what it is, not where its page shows it. */
export const asked = (field: FieldMeta): FieldMeta =>
  field.name === 'templateId' ? { ...field, section: null } : field;

/** What a new record asks for at first: what must be given, then what lists show, and what it is made from. */
export function firstFields(entity: EntityMeta, fields: FieldMeta[]): FieldMeta[] {
  const wanted = new Set([...entity.titleFields, ...entity.listFields, 'templateId']);
  return fields.filter((field) => field.required || wanted.has(field.name));
}
