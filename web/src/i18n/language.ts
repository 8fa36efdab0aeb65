/* SPDX-License-Identifier: Apache-2.0 */
/* The language of the page: chosen in the account menu, else the first of the browser's that Cairn speaks. It is
 * settled before the first word is written, so a change reloads the page; unsaved work is asked about as ever. */
import type { i18n } from 'i18next';
import type { Meta } from '@/api/types';

export const languages = ['en', 'sr'] as const;
export const choices = [...languages, 'system'] as const;
export type Language = (typeof languages)[number];
export type LanguageChoice = (typeof choices)[number];

const KEY = 'cairn.language';
const isLanguage = (value: unknown): value is Language => languages.some((one) => one === value);

function stored(): LanguageChoice {
  try {
    const value = localStorage.getItem(KEY);
    return isLanguage(value) ? value : 'system';
  } catch {
    return 'system';
  }
}

/** "sr-Latn-RS" is Serbian; who reads nothing that Cairn speaks reads English. */
export const languageOf = (choice: LanguageChoice, wanted: readonly string[]): Language =>
  choice !== 'system'
    ? choice
    : (wanted.map((tag) => tag.toLowerCase().split(/[-_]/)[0]).find(isLanguage) ?? 'en');

export const languageChoice = stored();
export const language = languageOf(
  languageChoice,
  typeof navigator === 'undefined' ? [] : (navigator.languages ?? []),
);

export function setLanguage(next: LanguageChoice) {
  if (next === languageChoice) return;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    return; // Without storage the page would come back as it was.
  }
  window.location.reload();
}

/** Serbian is written in Latin letters here, which the plain code does not say. */
const tags: Record<Language, string | null> = { en: null, sr: 'sr-Latn-RS' };

/** How numbers and dates are written: by the chosen language; English by the organisation's kind of it. */
export function spokenLocale(organisation: string, spoken = language): string {
  const tag = tags[spoken];
  if (tag) return tag;
  // An organisation that writes another language of Cairn's is still read in English by who chose that.
  const own = organisation.split('-')[0];
  return own !== spoken && isLanguage(own) ? 'en-GB' : organisation;
}

let dictionary: (meta: Meta) => Meta = (meta) => meta;

/** The names of entities, fields and options in the reader's language, where it has them. */
export const translated = (meta: Meta): Meta => dictionary(meta);

/** Brings the language's words. Where they cannot be had, English is better than nothing. */
export async function applied(to: i18n): Promise<void> {
  if (language === 'en') return;
  try {
    const { words, cases, names } = await import('./sr');
    to.addResourceBundle(language, 'translation', words, true, true);
    for (const [name, format] of Object.entries(cases)) to.services.formatter?.add(name, format);
    dictionary = names;
    document.documentElement.lang = tags[language] ?? language;
  } catch {
    await to.changeLanguage('en');
  }
}
