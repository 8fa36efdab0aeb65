/* SPDX-License-Identifier: Apache-2.0 */
/* The words of this part come with it, not with the first page. */
import { i18n } from '@/i18n';
import words from '@/i18n/en.overview.json';

i18n.addResourceBundle('en', 'translation', words, true, true);
