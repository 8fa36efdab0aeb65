/* SPDX-License-Identifier: Apache-2.0 */
/* The table of field types. A type missing here is a compile error. */
import type { FieldMeta, FieldType, Operator } from '@/api/types';
import { boolean } from './boolean';
import { country } from './country';
import { currency } from './currency';
import { date } from './date';
import { datetime } from './datetime';
import { decimal } from './decimal';
import { email } from './email';
import { enumeration } from './enum';
import { externalIds } from './externalIds';
import { integer } from './integer';
import { json } from './json';
import type { FieldKind } from './kind';
import { longText } from './longText';
import { money } from './money';
import { multiPicklist } from './multiPicklist';
import { multiReference } from './multiReference';
import { percent } from './percent';
import { phone } from './phone';
import { picklist } from './picklist';
import { reference } from './reference';
import { text } from './text';
import { timeZone } from './timeZone';
import { url } from './url';
import { uuid } from './uuid';

const kinds = {
  text,
  longText,
  email,
  phone,
  url,
  integer,
  decimal,
  percent,
  money,
  currency,
  country,
  timeZone,
  boolean,
  date,
  datetime,
  enum: enumeration,
  picklist,
  multiPicklist,
  reference,
  multiReference,
  json,
  uuid,
  externalIds,
} satisfies Record<FieldType, FieldKind>;

/** A server newer than this page may know more types; they are shown as JSON rather than not at all. */
export const kindOf = (field: FieldMeta): FieldKind => kinds[field.type] ?? json;

export function operatorsOf(field: FieldMeta): Operator[] {
  const usual = kindOf(field).operators;
  return field.operators ? usual.filter((op) => field.operators?.includes(op)) : [...usual];
}
