/* SPDX-License-Identifier: Apache-2.0 */
/* A picklist differs from an enumeration in who owns its options, not in how it looks. */
import { enumeration } from '../enum';
import type { FieldKind } from '../kind';

export const picklist: FieldKind = { ...enumeration, width: 165 };
