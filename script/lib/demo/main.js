// SPDX-License-Identifier: Apache-2.0
// The demo organisation, from nothing to the sign-in. What is done is noted in the organisation's
// settings: the day the plan was made for, and that it is complete.
import { Api, ApiError } from './api.js';
import { fill } from './fill.js';
import { NETWORK } from './portal.js';
import { makePlan, ORGANISATION, PASSWORD, PEOPLE } from './plan.js';

const [founder] = PEOPLE;

async function findOrFound(api) {
  const { email, firstName, lastName } = founder;
  try {
    return await api.send('POST', '/auth/login', { email, password: PASSWORD });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  return api.send('POST', '/auth/register', { email, password: PASSWORD, firstName, lastName, organization: ORGANISATION });
}

function tell(url, note) {
  console.log(`${note} Sign in at ${url}`);
  for (const [who, { email }] of [['administrator', founder], ['manager', PEOPLE[1]], ['salesperson', PEOPLE[3]], ['partner', NETWORK[0].people[0]]])
    console.log(`  ${who.padEnd(14)} ${email}`);
  console.log(`  ${'password'.padEnd(14)} ${PASSWORD}`);
}

async function main(url) {
  const api = new Api(url);
  await api.waitHealthy();
  const { user, organization, accessToken } = await findOrFound(api);
  const admin = api.as(accessToken);
  const path = `/organizations/${organization.id}`;
  const { settings } = await admin.get(path);
  if (settings.demo?.complete) return tell(url, `${ORGANISATION} is here already.`);
  const day = settings.demo?.day ?? new Date().toISOString().slice(0, 10);
  const website = 'https://www.northwind-events.example';
  await admin.send('PATCH', path, { website, currency: 'EUR', timeZone: 'Europe/Dublin', settings: { ...settings, demo: { day } } });
  await fill(admin, user.id, makePlan(day), day);
  await admin.send('PATCH', path, { settings: { ...settings, demo: { day, complete: true } } });
  tell(url, `${ORGANISATION} is ready.`);
}

main(process.argv[2].replace(/\/$/, '')).catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
