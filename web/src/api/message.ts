/* SPDX-License-Identifier: Apache-2.0 */
/* What an error says to a person. */
import { t } from '@/i18n';
import { ApiError } from './client';

export const messageOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : t('error.unknown');

/** Where a field or two are asked for: what is wrong with the first of them. */
export const firstMessageOf = (error: unknown): string =>
  (error instanceof ApiError && error.details[0]?.message) || messageOf(error);
