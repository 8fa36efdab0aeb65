/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the record's page, which come with it and not with the first page. */
import { i18n } from '.';
import words from './en.records.json';

i18n.addResourceBundle('en', 'translation', words, true, true);
