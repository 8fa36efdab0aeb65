/* SPDX-License-Identifier: Apache-2.0 */
/* What each type of custom field is asked about, as the server takes it. */
import { findField } from '@/api/meta';
import type { EntityMeta, FieldMeta, FieldOption, FieldType, Json, RecordData } from '@/api/types';

export const types = [
  'text',
  'longText',
  'integer',
  'decimal',
  'money',
  'boolean',
  'date',
  'datetime',
  'picklist',
  'multiPicklist',
  'reference',
  'email',
  'phone',
  'url',
] as const;
export type CustomType = (typeof types)[number];

export type CustomField = RecordData & {
  label: string;
  entity: string;
  type: CustomType;
  key: string;
  required: boolean;
  unique: boolean;
  archived: boolean;
  position: number;
  options: FieldOption[] | null;
  helpText: string | null;
};

type Extra =
  | 'options'
  | 'referenceEntity'
  | 'unique'
  | 'min'
  | 'max'
  | 'maxLength'
  | 'scale'
  | 'searchable'
  | 'default';

const extras: Record<CustomType, Extra[]> = {
  text: ['maxLength', 'unique', 'searchable', 'default'],
  longText: ['maxLength', 'searchable'],
  integer: ['min', 'max', 'unique', 'default'],
  decimal: ['scale', 'min', 'max', 'default'],
  money: ['min', 'max', 'default'],
  boolean: ['default'],
  date: ['default'],
  datetime: [],
  picklist: ['options', 'default'],
  multiPicklist: ['options'],
  reference: ['referenceEntity'],
  email: ['unique', 'searchable'],
  phone: ['unique', 'searchable'],
  url: ['searchable'],
};

/** A field's type only ever takes in more. */
const widened: Partial<Record<CustomType, CustomType>> = {
  text: 'longText',
  integer: 'decimal',
  picklist: 'multiPicklist',
};

export const typesFor = (field: CustomField): CustomType[] => {
  const wider = widened[field.type];
  return wider ? [field.type, wider] : [field.type];
};

/** The value that new records begin with is of the type itself. */
function defaultOf(field: FieldMeta, type: CustomType, options: FieldOption[]): FieldMeta {
  const choice = type === 'picklist' ? { options } : {};
  return { name: field.name, label: field.label, type: type as FieldType, required: false, ...choice };
}

/** What is asked first, and what behind "more". */
export function fieldsFor(
  entity: EntityMeta,
  type: CustomType,
  creating: boolean,
  options: FieldOption[] = [],
) {
  const find = (name: string): FieldMeta[] => {
    const field = findField(entity, name);
    return field ? [field] : [];
  };
  const mine = extras[type];
  const withDefault = mine.includes('default') ? find('default').map((f) => defaultOf(f, type, options)) : [];
  const needed = [
    ...find('label'),
    ...(mine.includes('referenceEntity')
      ? find('referenceEntity').map((f) => ({ ...f, required: true }))
      : []),
  ];
  const further = [
    ...find('helpText'),
    ...find('group'),
    ...find('required'),
    ...mine.filter((name) => !['options', 'referenceEntity', 'default'].includes(name)).flatMap(find),
    ...withDefault,
    ...find('filterable'),
    ...(creating ? find('key') : []),
  ];
  return { needed, further, hasOptions: mine.includes('options') };
}

/** "Very high" → `veryHigh`: what records keep of an option; people never see it. */
export function optionKey(label: string, taken: string[]): string {
  const words = label
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N} ]+/gu, '')
    .trim()
    .split(/\s+/);
  const plain = words
    .map((w, at) => (at === 0 ? w.toLowerCase() : w.charAt(0).toUpperCase() + w.slice(1).toLowerCase()))
    .join('')
    .slice(0, 50);
  const key = plain || 'option';
  for (let n = 1; ; n++) {
    const tried = n === 1 ? key : `${key}${n}`;
    if (!taken.includes(tried)) return tried;
  }
}

export type DraftOption = { key: string | null; label: string; color: string | null; archived: boolean };

/** Options as the server takes them: those without a name are not meant, new ones get a key. */
export function optionsOf(drafts: DraftOption[]): { [key: string]: Json }[] {
  const taken = drafts.flatMap((draft) => draft.key ?? []);
  return drafts
    .filter((draft) => draft.label.trim() !== '')
    .map((draft) => {
      const key = draft.key ?? optionKey(draft.label, taken);
      if (!draft.key) taken.push(key);
      return {
        key,
        label: draft.label.trim(),
        ...(draft.color ? { color: draft.color } : {}),
        ...(draft.archived ? { archived: true } : {}),
      };
    });
}
