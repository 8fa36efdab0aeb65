// SPDX-License-Identifier: Apache-2.0
// The partner network: two partners with people of their own, and what these brought, in all states. Each
// lead is submitted by a partner's person, given to somebody of the house, and worked by them.
import { each } from './api.js';

const lead = (by, owner, firstName, lastName, company, source, more) =>
  ({ by, owner, body: { firstName, lastName, company, source, campaign: 'Partner network', email: `${firstName}.${lastName}@example.com`.toLowerCase(), ...more.body }, steps: more.steps ?? [], deal: more.deal });

export const NETWORK = [
  {
    partner: 0,
    mail: 'liffeytravel.example',
    people: [
      { firstName: 'Deirdre', lastName: 'Lynch', role: 'partner_admin', jobTitle: 'Groups manager' },
      { firstName: 'Cathal', lastName: 'Burke', role: 'partner_user', jobTitle: 'Groups desk' },
    ],
    leads: [
      lead(0, 3, 'Karin', 'Eklund', 'Fjord Insurance', 'referral', { body: { eventType: 'Conference', guestsExpected: 140, estimatedValue: 38000 }, steps: [['contacted', 'Called, wants Dublin in May'], ['qualified', 'Budget is approved']], deal: { name: 'Fjord Insurance sales meeting', amount: 36500, outcome: 'win' } }),
      lead(1, 4, 'Owen', 'Tierney', 'Tierney & Sons', 'website', { body: { eventType: 'Corporate', guestsExpected: 60 }, steps: [['contacted', 'Left a message, then reached him']] }),
      lead(1, 5, 'Marta', 'Sokol', 'Vistula Foods', 'advertisement', { body: { guestsExpected: 45 }, steps: [['contacted', null], ['unqualified', 'Only looks for rooms', 'Not a fit']] }),
      lead(0, 3, 'Paul', 'Hennessy', 'Hennessy Legal', 'referral', { body: { eventType: 'Corporate', guestsExpected: 90, estimatedValue: 21000 } }),
      lead(1, 4, 'Greta', 'Winkler', 'Alpen Software', 'website', { body: { eventType: 'Conference', guestsExpected: 220, estimatedValue: 64000 }, steps: [['contacted', 'Comparing three houses'], ['qualified', null]], deal: { name: 'Alpen Software user days', amount: 61000 } }),
    ],
  },
  {
    partner: 1,
    mail: 'lacoste-group.example',
    people: [
      { firstName: 'Mathieu', lastName: 'Perrin', role: 'partner_admin', jobTitle: 'Directeur des événements' },
      { firstName: 'Inès', lastName: 'Caron', role: 'partner_user', jobTitle: 'Chargée de projets', email: 'ines@lacoste-group.example' },
    ],
    leads: [
      lead(0, 6, 'Camille', 'Roux', 'Atelier Roux', 'referral', { body: { eventType: 'Wedding', guestsExpected: 110, estimatedValue: 27000 }, steps: [['contacted', 'Visited the castle'], ['qualified', null]], deal: { name: 'Roux & Vidal wedding', amount: 26400, outcome: 'lose' } }),
      lead(1, 7, 'Julien', 'Masson', 'Masson Frères', 'website', { body: { eventType: 'Birthday', guestsExpected: 70 }, steps: [['contacted', 'Wants a garden']] }),
      lead(1, 6, 'Elsa', 'Lambert', 'Lambert Conseil', 'referral', { body: { guestsExpected: 35 } }),
    ],
  },
].map((network) => ({ ...network, people: network.people.map((person) => ({ email: `${person.firstName}@${network.mail}`.toLowerCase(), ...person })) }));

/** The administrator is invited by the house, the others by the administrator. */
async function joinPartner(admin, partnerId, people, password) {
  const known = new Set((await admin.get(`/partners/${partnerId}/users?limit=200`)).map((user) => user.email));
  const apis = [];
  for (const { email, role, firstName, lastName, jobTitle } of people) {
    const inviter = apis[0] ?? admin;
    const accept = async () => {
      const { token } = await inviter.send('POST', `/partners/${partnerId}/users`, { email, role, firstName, lastName });
      return admin.as(null).send('POST', '/auth/accept-invitation', { token, password, firstName, lastName });
    };
    const { user, accessToken } = known.has(email) ? await admin.as(null).send('POST', '/auth/login', { email, password }) : await accept();
    apis.push(admin.as(accessToken));
    await apis.at(-1).send('PATCH', `/users/${user.id}`, { jobTitle });
  }
  return apis;
}

/** Each step once, also when it is sent again. */
async function work(worker, id, steps) {
  const done = new Set((await worker.get(`/leads/${id}/history?limit=200`)).map((row) => row.newStatus));
  for (const [status, comment, unqualifiedReason] of steps)
    if (!done.has(status)) await worker.send('PATCH', `/leads/${id}/status`, { status, ...(comment ? { comment } : {}), ...(unqualifiedReason ? { unqualifiedReason } : {}) });
}

const CLOSING = { win: { wonReason: 'Relationship' }, lose: { lostReason: 'Price' } };

async function close(worker, key, id, { name, amount, outcome }, companyId) {
  const { dealId } = await worker.make(`/leads/${id}/convert`, `${key}-convert`, { companyId, deal: { name, amount } });
  if (outcome) await worker.make(`/deals/${dealId}/${outcome}`, `${key}-${outcome}`, CLOSING[outcome]);
}

/** `customers(owner)` is a company of that person of the house. */
export async function fillNetwork(admin, people, partners, password, customers) {
  for (const { partner, people: members, leads } of NETWORK) {
    const partnerId = partners[partner];
    const apis = await joinPartner(admin, partnerId, members, password);
    await each(leads, async ({ by, owner, body, steps, deal }, i) => {
      const key = `network-${partner}-${i}`;
      const worker = people[owner];
      const { id } = await apis[by].make(`/partners/${partnerId}/leads`, key, body);
      await admin.send('PATCH', `/leads/${id}`, { ownerId: worker.id });
      await work(worker.api, id, steps);
      if (deal) await close(worker.api, key, id, deal, customers(owner));
    });
  }
}
