/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of a mapping, one column at a time; what a rule says besides stays as it is. */
import type { EntityMeta, FieldMeta } from '@/api/types';
import type { ColumnRule, ImportMap, Rule } from './data';

export type Target = { name: string; label: string; field: FieldMeta | null };

const people = new Set(['contact', 'lead', 'user']);

/** What a column can become: the fields that may be written, and the whole name of a person. */
export function targetsOf(entity: EntityMeta, fullName: string): Target[] {
  const fields = entity.fields
    .filter((f) => !f.readOnly && !['json', 'uuid', 'externalIds'].includes(f.type))
    .map((field) => ({
      name: field.custom ? `custom.${field.name.replace(/^custom\./, '')}` : field.name,
      label: field.label,
      field,
    }));
  const whole = people.has(entity.name) ? [{ name: 'name', label: fullName, field: null }] : [];
  return [...whole, ...fields];
}

/** The rule of a column that is shown: of several, the first. */
export function ruleOf(map: ImportMap, column: string): Rule | null {
  const rule = map.columns[column];
  const first: ColumnRule | undefined = Array.isArray(rule) ? rule[0] : rule;
  if (!first || Array.isArray(first)) return null;
  return typeof first === 'string' ? { field: first } : first;
}

export const isLink = (field: FieldMeta): boolean =>
  field.type === 'reference' || field.type === 'multiReference';
export const isPicklist = (field: FieldMeta): boolean =>
  field.type === 'picklist' || field.type === 'multiPicklist';

function freshRule(target: Target, mayMake: (field: FieldMeta) => boolean): ColumnRule {
  const { field, name } = target;
  if (field && isLink(field)) return { field: name, link: { by: 'name', create: mayMake(field) } };
  return name;
}

export const withColumn = (map: ImportMap, column: string, rule: ColumnRule): ImportMap => ({
  ...map,
  columns: { ...map.columns, [column]: rule },
});

/** Another field for a column; null passes it over. */
export const withField = (
  map: ImportMap,
  column: string,
  target: Target | undefined,
  mayMake: (field: FieldMeta) => boolean,
): ImportMap => withColumn(map, column, target ? freshRule(target, mayMake) : null);

/** Whether what the column names is made where it is not there: a record, or an option of a picklist. */
export function makes(rule: Rule, field: FieldMeta): boolean {
  return isPicklist(field) ? rule.add === true : rule.link?.create === true;
}

export function withMaking(map: ImportMap, column: string, field: FieldMeta, on: boolean): ImportMap {
  const rule = ruleOf(map, column);
  if (!rule) return map;
  if (isPicklist(field)) {
    const { add: _, ...rest } = rule;
    return withColumn(map, column, on ? { ...rest, add: true } : rest);
  }
  return withColumn(map, column, { ...rule, link: { by: 'name', ...rule.link, create: on } });
}

/** Fields that a row must bring, since nothing else says them. */
export function missingFields(entity: EntityMeta, map: ImportMap): FieldMeta[] {
  const given = new Set(Object.keys(map.columns).map((column) => ruleOf(map, column)?.field));
  // A whole name holds both of its parts.
  if (given.has('name') && people.has(entity.name))
    for (const part of ['firstName', 'lastName']) given.add(part);
  return entity.fields.filter((f) => f.required && !f.readOnly && f.default == null && !given.has(f.name));
}

/** Columns that tell rows apart and are mapped to a field that can tell records apart. */
export function keyFields(entity: EntityMeta, map: ImportMap, distinct: string[]): FieldMeta[] {
  const types = new Set(['text', 'email', 'phone', 'url', 'uuid']);
  const fields = distinct.flatMap((column) => {
    const name = ruleOf(map, column)?.field;
    return entity.fields.filter((f) => f.name === name && types.has(f.type));
  });
  return [...new Set(fields)];
}
