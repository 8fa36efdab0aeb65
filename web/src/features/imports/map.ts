/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping as the server wants it, and what the sample tells about dates. */
import type { EntityMeta, FieldMeta } from '@/api/types';

export const dateFormats = [
  'YYYY-MM-DD',
  'M/D/YYYY',
  'D/M/YYYY',
  'D.M.YYYY',
  'D-M-YYYY',
  'YYYY/M/D',
] as const;
export type DateFormat = (typeof dateFormats)[number];

const shapes: Record<DateFormat, RegExp> = {
  'YYYY-MM-DD': /^\d{4}-\d{2}-\d{2}/,
  'M/D/YYYY': /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/\d{4}/,
  'D/M/YYYY': /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/\d{4}/,
  'D.M.YYYY': /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.\d{4}/,
  'D-M-YYYY': /^(?<day>\d{1,2})-(?<month>\d{1,2})-\d{4}/,
  'YYYY/M/D': /^\d{4}\/(?<month>\d{1,2})\/(?<day>\d{1,2})/,
};

function fits(format: DateFormat, sample: string): boolean {
  const groups = shapes[format].exec(sample)?.groups;
  if (!shapes[format].test(sample)) return false;
  return !groups?.['month'] || (Number(groups['month']) <= 12 && Number(groups['day']) <= 31);
}

/** The first form all samples have; month first where both readings fit. */
export function guessDateFormat(samples: string[]): DateFormat {
  const given = samples.map((sample) => sample.trim()).filter(Boolean);
  return dateFormats.find((format) => given.every((sample) => fits(format, sample))) ?? 'YYYY-MM-DD';
}

export const isDated = (field: FieldMeta): boolean => field.type === 'date' || field.type === 'datetime';
/** Fields whose values may be missing in Cairn and can be made while importing. */
export const isLinked = (field: FieldMeta): boolean =>
  field.type === 'reference' || field.type === 'picklist' || field.type === 'multiPicklist';

type Rule = string | { field: string; link?: { create: boolean }; add?: boolean };
export type ImportMap = { columns: Record<string, Rule>; delimiter: string; dateFormat?: string };

function ruleOf(field: FieldMeta, create: boolean): Rule {
  if (!isLinked(field) || !create) return field.name;
  return field.type === 'reference'
    ? { field: field.name, link: { create: true } }
    : { field: field.name, add: true };
}

export function buildMap(
  entity: EntityMeta,
  mapping: Record<string, string>,
  choices: {
    delimiter: string;
    dateFormat: DateFormat;
    create: (field: FieldMeta) => boolean;
  },
): ImportMap {
  const fields = new Map(entity.fields.map((field) => [field.name, field]));
  const columns: Record<string, Rule> = {};
  let dated = false;
  for (const [column, name] of Object.entries(mapping)) {
    const field = fields.get(name);
    if (!field) continue;
    dated ||= isDated(field);
    columns[column] = ruleOf(field, choices.create(field));
  }
  return { columns, delimiter: choices.delimiter, ...(dated ? { dateFormat: choices.dateFormat } : {}) };
}
