/* SPDX-License-Identifier: Apache-2.0 */
/* What a change says, field by field: custom fields by name, what is kept as an object by its members. */
import { findField } from '@/api/meta';
import type { EntityMeta, FieldMeta, FieldType, Json } from '@/api/types';
import { queryName, sameValue } from '@/fields/value';

export type Diff = Record<string, [Json, Json]>;
export type Line = { field: FieldMeta; before: Json; after: Json };

/** Written by the server along with something else; nobody asks who changed it. */
const quiet = new Set([
  'version',
  'updatedAt',
  'updatedBy',
  'position',
  'createdAt',
  'createdBy',
  'deletedAt',
  // What follows from the activities, which stand in the timeline themselves.
  'lastActivityAt',
  'nextActivityAt',
  'stageChangedAt',
]);

type Members = { [key: string]: Json };
const isObject = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNothing = (value: Json | undefined): boolean => value === null || value === undefined;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** `trashDays`, `delivery_note` → "Trash days", "Delivery note". */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll(/[_.]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function typeOf(value: Json): FieldType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'decimal';
  return typeof value === 'string' && moment.test(value) ? 'datetime' : 'text';
}

/** What a list of objects is, in words: their names. */
function plain(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((one) => plain(one)).join(', ');
  if (isObject(value)) {
    const name = value['label'] ?? value['name'] ?? value['id'];
    return typeof name === 'string' ? name : JSON.stringify(value);
  }
  return value ?? null;
}

const unknownField = (name: string, label: string, value: Json): FieldMeta => ({
  name,
  label,
  type: typeOf(value),
});

/** The members of two objects that differ, however deep, each with the way to it as its label. */
function members(name: string, label: string, before: Json | undefined, after: Json | undefined): Line[] {
  const deep =
    (isObject(before) || isObject(after)) && [before, after].every((v) => isNothing(v) || isObject(v));
  if (!deep) {
    const [was, is] = [plain(before), plain(after)];
    return sameValue(was, is)
      ? []
      : [{ field: unknownField(name, label, was ?? is), before: was, after: is }];
  }
  const [was, is] = [(before ?? {}) as Members, (after ?? {}) as Members];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
    members(`${name}.${key}`, `${label} › ${wordsOf(key)}`, was[key], is[key]),
  );
}

function customLines(about: EntityMeta | undefined, before: Json, after: Json): Line[] {
  const [was, is] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((key) => !sameValue(was[key], is[key]))
    .map((key) => ({
      field:
        about?.fields.find((f) => f.custom && queryName(f) === `custom.${key}`) ??
        unknownField(key, wordsOf(key), was[key] ?? is[key] ?? null),
      before: was[key] ?? null,
      after: is[key] ?? null,
    }));
}

/** An id of a field that nobody may name says nothing to people. */
const isForPeople = (before: Json, after: Json): boolean =>
  ![before, after].some((value) => typeof value === 'string' && uuid.test(value));

export function linesOf(about: EntityMeta | undefined, diff: Diff): Line[] {
  return Object.entries(diff)
    .filter(([name]) => !quiet.has(name))
    .flatMap(([name, [before, after]]): Line[] => {
      if (name === 'custom') return customLines(about, before, after);
      const field = about && findField(about, name);
      if (field && field.type !== 'json') return [{ field, before, after }];
      if (!field && !isForPeople(before, after)) return [];
      return members(name, field?.label ?? wordsOf(name), before, after);
    });
}
