// SPDX-License-Identifier: Apache-2.0
// What deals offer, out of the catalogue, and who has a part in deals and events.
import { PRODUCTS } from './catalogue.js';

/** Deals that are far enough to have been reckoned with products. */
const OFFERED = new Set(['proposal', 'negotiation', 'won']);
const priceOf = (sku) => PRODUCTS.find(({ body }) => body.sku === sku).body.price;

/** The lines of a deal, whose sum is the amount planned for it: food by the head, and the rest as agreed. */
function linesOf({ amount, custom: { guests } }, products) {
  const sku = amount / guests > 100 ? 'FD-DINNER' : 'FD-BUFFET';
  const food = guests * priceOf(sku);
  return [
    { productId: products.get(sku), quantity: guests },
    { name: 'Venue, staff and planning, as agreed', unitPrice: amount - food },
  ];
}

/** The body of a planned deal with what stands in its arrays. */
export function withArrays({ stage, body }, contactId, products) {
  const { amount, ...rest } = body;
  const participants = [{ contactId, role: 'Decision maker' }];
  return OFFERED.has(stage) ? { ...rest, lines: linesOf(body, products), participants } : { ...body, participants };
}

const HOSTS = { Wedding: 'Bride', Conference: 'Speaker' };

/** The client's person, and who of ours coordinates: a colleague of the owner. */
export const eventParticipants = ({ owner, body }, contactId, people) => [
  { contactId, role: HOSTS[body.eventType] ?? 'Host' },
  { userId: people[owner % (people.length - 1) + 1], role: 'Coordinator', notify: body.status !== 'completed' },
];
