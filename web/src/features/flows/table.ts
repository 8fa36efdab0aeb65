/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of each entity, the next one first. What they ask for, the API's documentation tells. */
import { deliveryNote, invoice, payment, quote } from './documents';
import type { Flow } from './flow';
import { deal, lead, partner } from './sales';
import { activity, booking, event, project, task } from './work';

export const flows: Record<string, Flow[]> = {
  task,
  activity,
  lead,
  deal,
  partner,
  quote,
  invoice,
  payment,
  delivery_note: deliveryNote,
  event,
  event_vendor: booking,
  project,
};
