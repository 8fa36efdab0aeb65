/* SPDX-License-Identifier: Apache-2.0 */
/* The log in words; they come with it, not with the first page. */
import { findEntity } from '@/api/meta';
import type { Meta } from '@/api/types';
import { i18n, t, word } from '@/i18n';
import words from '@/i18n/en.audit.json';
import type { Locale } from '@/lib/format';
import { formatNumber } from '@/lib/format';
import { wordsOf } from '@/records/timeline/diff';
import type { Counted } from './data';

i18n.addResourceBundle('en', 'translation', words, true, true);

/** "quote line", "quote lines": also of what has no page of its own. */
export function nounOf(meta: Meta, name: string, count = 1): string {
  const entity = findEntity(meta, name);
  const label = count === 1 ? entity?.label : entity?.labelPlural;
  if (label) return /^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
  const known = `audit.thing.${name}`;
  if (i18n.exists(`${known}_other`)) return word(known, { count });
  const plain = wordsOf(name).toLowerCase();
  return count === 1 ? plain : `${plain}s`;
}

/** "created", "issued": what code calls a step is mostly the word for it. */
export const deedOf = (action: string): string =>
  word(`audit.did.${action}`, { defaultValue: action.replaceAll('_', ' ') });

/** "created 1 quote and 4 quote lines, changed 1 deal". */
export function summaryOf(meta: Meta, counts: Counted[], locale: Locale): string {
  const deeds = [...new Set(counts.map((c) => c.action))];
  return deeds
    .map((action) => {
      const things = counts
        .filter((c) => c.action === action)
        .sort((a, b) => b.records - a.records)
        .map((c) => `${formatNumber(c.records, locale)} ${nounOf(meta, c.entity, c.records)}`);
      const list = new Intl.ListFormat(locale.locale, { type: 'conjunction' }).format(things);
      return `${deedOf(action)} ${list}`;
    })
    .join(t('audit.comma'));
}
