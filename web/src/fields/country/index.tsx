/* SPDX-License-Identifier: Apache-2.0 */
import { regionName } from '@/lib/format';
import { countryCodes } from '@/lib/regions';
import { fixedChoice } from '../shared/fixed';

export const country = fixedChoice({ codes: () => countryCodes, name: regionName, width: 140 });
