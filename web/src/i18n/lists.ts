/* SPDX-License-Identifier: Apache-2.0 */
/* What only lists say, boards and calendars among them: it comes with them, not with the first page. */
import { i18n } from '.';
import lists from './en.lists.json';

i18n.addResourceBundle('en', 'translation', lists, true, true);
