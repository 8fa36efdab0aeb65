/* SPDX-License-Identifier: Apache-2.0 */
import { currencyName } from '@/lib/format';
import { fixedChoice } from '../shared/fixed';

export const currency = fixedChoice({
  codes: () => Intl.supportedValuesOf('currency'),
  name: (code, at) => `${code} · ${currencyName(code, at)}`,
  width: 120,
});
