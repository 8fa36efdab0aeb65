// SPDX-License-Identifier: Apache-2.0
// Sends the plan. Everything is made by whom it belongs to, so that histories and scopes are believable,
// under a key of its own, so that an interrupted run goes on where it stopped.
import { each } from './api.js';
import { fillBusiness, makePartners, makeProducts } from './business.js';
import { withArrays } from './lines.js';
import { fillNetwork } from './portal.js';
import { CUSTOM_FIELDS, INDUSTRIES, PASSWORD, PEOPLE, TEAMS } from './plan.js';
import { TAGS } from './words.js';

async function join(admin, person, teamId) {
  const { email, role, firstName, lastName } = person;
  const { token } = await admin.send('POST', '/invitations', { email, role, teamId, firstName, lastName });
  return admin.as(null).send('POST', '/auth/accept-invitation', { token, password: PASSWORD, firstName, lastName });
}

const signIn = (api, email) => api.as(null).send('POST', '/auth/login', { email, password: PASSWORD });

/** The people of PEOPLE, in its order, as {id, api}. */
async function makePeople(admin, me) {
  const teams = await each(TEAMS, ({ name, description }) => admin.make('/teams', `team-${name}`, { name, description }));
  const known = new Set((await admin.get('/users?limit=200')).map((user) => user.email));
  const others = await each(PEOPLE.slice(1), async (person) => {
    const known_ = known.has(person.email);
    const { user, accessToken } = known_ ? await signIn(admin, person.email) : await join(admin, person, teams[person.team].id);
    const api = admin.as(accessToken);
    await api.send('PATCH', `/users/${user.id}`, { jobTitle: person.jobTitle });
    return { id: user.id, api };
  });
  await admin.send('PATCH', `/users/${me}`, { jobTitle: PEOPLE[0].jobTitle });
  const people = [{ id: me, api: admin }, ...others];
  await each(TEAMS, ({ manager }, i) => admin.send('PATCH', `/teams/${teams[i].id}`, { managerId: people[manager].id }));
  return people;
}

async function makeSettings(admin) {
  await each(INDUSTRIES, (label, i) => admin.make('/picklist-options', `industry-${i}`, { picklist: 'industry', key: label, label, position: 20 + i }));
  await each(CUSTOM_FIELDS, (field) => admin.make('/custom-fields', `field-${field.key}`, field));
  await each(TAGS, ([name, color, description]) => admin.make('/tags', `tag-${name}`, { name, color, description }));
}

async function stageIds(admin) {
  const pipelines = await admin.get('/pipelines?entity=deal');
  const stages = await admin.get(`/stages?pipelineId=${pipelines[0].id}&limit=200`);
  return Object.fromEntries(stages.map((stage) => [stage.key, stage.id]));
}

/** Sends a kind of the plan; answers the ids in the plan's order. */
async function makeAll(people, path, kind, rows, bodyOf) {
  const made = await each(rows, (row, i) => people[row.owner].api.make(path, `${kind}-${i}`, bodyOf(row)));
  return made.map((record) => record.id);
}

export async function fill(admin, me, plan, today) {
  const people = await makePeople(admin, me);
  await makeSettings(admin);
  const stages = await stageIds(admin);
  const companies = await makeAll(people, '/companies', 'company', plan.companies, (row) => ({ ...row.body, tags: row.tags }));
  const contacts = await makeAll(people, '/contacts', 'contact', plan.contacts, (row) => ({ ...row.body, companyId: companies[row.company] }));
  const partners = await makePartners(admin);
  await makeAll(people, '/leads', 'lead', plan.leads, (row) => (row.partner === undefined ? row.body : { ...row.body, partnerId: partners[row.partner] }));
  const products = await makeProducts(admin, today);
  // Contacts go round the companies, so the company's own first contact has its index.
  const deals = await makeAll(people, '/deals', 'deal', plan.deals, (row) => ({
    ...withArrays(row, contacts[row.company], products), tags: row.tags,
    companyId: companies[row.company], contactId: contacts[row.company], stageId: stages[row.stage],
  }));
  const about = (row) => ({ ...row.body, dealId: deals[row.deal], companyId: companies[row.company] });
  await makeAll(people, '/activities', 'activity', plan.activities, about);
  await makeAll(people, '/tasks', 'task', plan.tasks, about);
  const ids = { companies, contacts, deals, people: people.map((person) => person.id) };
  await fillNetwork(admin, people, partners, PASSWORD, (owner) => companies[plan.companies.findIndex((company) => company.owner === owner)]);
  await fillBusiness(admin, (...kind) => makeAll(people, ...kind), plan, ids, today);
}
