/* SPDX-License-Identifier: Apache-2.0 */
/* The words of events, projects and tasks come with their pages, not with the first one. */
import { i18n } from '@/i18n';
import words from '@/i18n/en.events.json';

i18n.addResourceBundle('en', 'translation', words, true, true);
