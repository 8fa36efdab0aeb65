/* SPDX-License-Identifier: Apache-2.0 */
/* One value of one field, or a dash where there is none. */
import { kindOf } from '.';
import type { DisplayProps } from './kind';
import { Dash } from './shared/text';
import { isEmpty } from './value';

export function FieldValue(props: DisplayProps) {
  if (isEmpty(props.value)) return props.dense ? null : <Dash />;
  const { Display } = kindOf(props.field);
  return <Display {...props} />;
}
