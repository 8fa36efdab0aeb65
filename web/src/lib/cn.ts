/* SPDX-License-Identifier: Apache-2.0 */
/* Joins class names; a later utility wins over an earlier one of the same kind. */
import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

// Our own sizes must be known as sizes, or they would be taken for colours and dropped.
const merge = extendTailwindMerge({ extend: { classGroups: { 'font-size': [{ text: ['2xs'] }] } } });

export const cn = (...values: ClassValue[]): string => merge(clsx(values));
