/* SPDX-License-Identifier: Apache-2.0 */
/* What one field type must be able to do. One folder per type fills this in; `fields/index.ts` lists them. */

import type { ComponentType } from 'react';
import type { ZodType } from 'zod';
import type { FieldMeta, Json, Operator } from '@/api/types';

export type DisplayProps = {
  field: FieldMeta;
  value: Json | undefined;
  /** The whole record: money reads its currency from it, a reference its included target. */
  record: { [field: string]: Json | undefined };
  /** One line, as in a table cell. */
  dense?: boolean;
};

export type InputProps = {
  id: string;
  field: FieldMeta;
  value: Json | undefined;
  record: { [field: string]: Json | undefined };
  onChange: (value: Json) => void;
  onBlur?: () => void;
  invalid?: boolean;
  autoFocus?: boolean;
  describedBy?: string | undefined;
};

export type FilterEditorProps = {
  id: string;
  field: FieldMeta;
  op: Operator;
  /** As in the address: the text after `=`; several values are separated by commas. */
  value: string;
  onChange: (value: string) => void;
};

export type FieldKind = {
  Display: ComponentType<DisplayProps>;
  Input: ComponentType<InputProps>;
  FilterEditor: ComponentType<FilterEditorProps>;
  /** How a chip names the chosen value. */
  FilterValue: ComponentType<{ field: FieldMeta; value: string }>;
  /** Operators that make sense, the first being the usual one; the server's list narrows them. */
  operators: readonly Operator[];
  /** Turns what the input holds into what the API takes, or says what is wrong. Emptiness is checked outside. */
  schema: (field: FieldMeta) => ZodType<Json>;
  align?: 'right';
  /** Column width in px. */
  width: number;
};
