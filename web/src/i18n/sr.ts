/* SPDX-License-Identifier: Apache-2.0 */
/* Serbian, in Latin script: all its words in one chunk, the cases of nouns, and the names that /meta has in English. */
import type { EntityMeta, FieldMeta, Meta, NestedMeta } from '@/api/types';
import admin from './sr.admin.json';
import apidocs from './sr.apidocs.json';
import audit from './sr.audit.json';
import events from './sr.events.json';
import imports from './sr.imports.json';
import frame from './sr.json';
import lists from './sr.lists.json';
import meta from './sr.meta.json';
import overview from './sr.overview.json';
import portal from './sr.portal.json';
import records from './sr.records.json';

/** By file, as a test compares them with the English ones. */
export const files = {
  admin,
  apidocs,
  audit,
  events,
  imports,
  lists,
  overview,
  portal,
  records,
  frame,
};

export const words = Object.assign({}, ...Object.values(files)) as Record<string, object>;

type Names = Record<string, string>;
/** By the English name, so that what an organisation calls its own way stays as it is. */
const fields: Names = meta.fields;
const options: Names = meta.options;
const help: Names = meta.help;
/** Not "System": by that name its fields are told from the others. */
const sections: Names = meta.sections;
const entities: Record<string, string[]> = meta.entities;

/** Accusative and genitive by nominative; a noun that is not among them stays as it is. */
const accusative = new Map<string, string>();
const genitive = new Map<string, string>();
for (const [one = '', accusativeOne = '', genitiveOne = '', many = '', genitiveMany = ''] of Object.values(
  entities,
)) {
  // Where both numbers look alike, the plural is what lists ask for.
  accusative.set(one.toLowerCase(), accusativeOne);
  genitive.set(one.toLowerCase(), genitiveOne);
  genitive.set(many.toLowerCase(), genitiveMany);
}

const inCase = (forms: Map<string, string>) => (value: unknown) => {
  const noun = String(value);
  const form = forms.get(noun.toLowerCase()) ?? noun;
  const capital = noun !== noun.toLowerCase() && noun.charAt(0) === noun.charAt(0).toUpperCase();
  return capital ? form.charAt(0).toUpperCase() + form.slice(1) : form;
};

/** What `{{entity, acc}}` and `{{entities, gen}}` in the catalogue mean. */
export const cases = { acc: inCase(accusative), gen: inCase(genitive) };

const fieldIn = (field: FieldMeta): FieldMeta =>
  field.custom
    ? field
    : {
        ...field,
        label: fields[field.label] ?? field.label,
        ...(field.help ? { help: help[field.help] ?? field.help } : {}),
        ...(field.section ? { section: sections[field.section] ?? field.section } : {}),
        ...(field.options
          ? { options: field.options.map((one) => ({ ...one, label: options[one.label] ?? one.label })) }
          : {}),
      };

const nestedIn = (nested: NestedMeta): NestedMeta => ({
  ...nested,
  label: entities[nested.label.replace(/s$/, '')]?.[3] ?? fields[nested.label] ?? nested.label,
  fields: nested.fields.map(fieldIn),
});

const entityIn = (entity: EntityMeta): EntityMeta => {
  const [label = entity.label, , , labelPlural = entity.labelPlural] = entities[entity.label] ?? [];
  return {
    ...entity,
    label,
    labelPlural,
    fields: entity.fields.map(fieldIn),
    ...(entity.nested ? { nested: entity.nested.map(nestedIn) } : {}),
  };
};

export const names = (said: Meta): Meta => ({ ...said, entities: said.entities.map(entityIn) });
