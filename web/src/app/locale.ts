/* SPDX-License-Identifier: Apache-2.0 */
/* The language one reads in, and the organisation's currency and time zone, for every formatter. */

import { useContext, useMemo } from 'react';
import { MetaContext } from '@/api/meta';
import { spokenLocale } from '@/i18n/language';
import { type Locale, localeOf } from '@/lib/format';

const outside: Locale = { locale: spokenLocale('en'), currency: 'USD', timeZone: 'UTC' };

export function useLocale(): Locale {
  const meta = useContext(MetaContext);
  return useMemo(() => (meta ? localeOf(meta) : outside), [meta]);
}
