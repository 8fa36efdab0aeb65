/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the form's code out of the first load: it comes when something is first created. */

import { lazy } from 'react';
import { creating } from '@/app/stores';

const Sheet = lazy(() => import('./CreateSheet'));

export function CreateSheet() {
  const what = creating.use();
  return what ? <Sheet key={what.entity} {...what} /> : null;
}
