/* SPDX-License-Identifier: Apache-2.0 */
/* Strings by key. English is complete and built in, in parts that come with their pages; another language comes
 * whole, and only to who reads it, before the first word is written. */
import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type admin from './en.admin.json';
import type apidocs from './en.apidocs.json';
import type audit from './en.audit.json';
import type events from './en.events.json';
import type imports from './en.imports.json';
import en from './en.json';
import type lists from './en.lists.json';
import type overview from './en.overview.json';
import type portal from './en.portal.json';
import type records from './en.records.json';
import { language } from './language';

export const i18n = createInstance();

void i18n.use(initReactI18next).init({
  lng: language,
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

export const t = i18n.t.bind(i18n);

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: {
      translation: typeof en &
        typeof events &
        typeof lists &
        typeof records &
        typeof imports &
        typeof overview &
        typeof portal &
        typeof audit &
        typeof apidocs &
        typeof admin;
    };
  }
}

/** Words whose key is put together at run time; tests hold that the catalogue has them. */
export const word = (key: string, options: Record<string, unknown> = {}): string =>
  (i18n.t as (key: string, options: object) => string)(key, options);
