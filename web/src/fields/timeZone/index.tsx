/* SPDX-License-Identifier: Apache-2.0 */
import { fixedChoice } from '../shared/fixed';

export const timeZone = fixedChoice({
  codes: () => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')],
  name: (code) => code.replaceAll('_', ' '),
  width: 160,
});
