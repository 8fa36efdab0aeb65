/* SPDX-License-Identifier: Apache-2.0 */
/* Believable records for the development API, the same at every start. Development only. */
import { entities, industries } from './meta.mjs';

let state = 20261120;
export function random() {
  state = (state * 1664525 + 1013904223) % 4294967296;
  return state / 4294967296;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const between = (a, b) => Math.floor(a + random() * (b - a + 1));
let counter = 0;
export function newId() {
  counter += 1;
  return `0193${(0x5a10 + counter).toString(16).padStart(8, '0').slice(-8, -4)}-${(counter & 0xffff).toString(16).padStart(4, '0')}-7000-8000-${counter.toString(16).padStart(12, '0')}`.replace(/^(.{8})/, '$1');
}
const DAY = 86_400_000;
const now = Date.now();
const ago = (days) => new Date(now - days * DAY - between(0, DAY)).toISOString();
const day = (offset) => new Date(now + offset * DAY).toISOString().slice(0, 10);

const people = ['Darcel Schlecht', 'Anna Snelling', 'Moses Frase', 'Vicki Laflamme', 'Kary Hendrixson', 'Cassey Cress', 'Donn Cantrell', 'Reed Clapper', 'Zane Levy', 'Corliss Cosme', 'James Ascencio', 'Hayden Neloms', 'Jonathan Berthelot', 'Marty Freudenburg'];
const managers = ['Melvin Marxen', 'Dustin Brinkmann', 'Cara Losch', 'Rocco Neubert'];
const firms = ['Acme Corporation', 'Betasoloin', 'Betatech', 'Bioholding', 'Bioplex', 'Blackzim', 'Bluth Company', 'Bubba Gump', 'Cancity', 'Cheers', 'Codehow', 'Condax', 'Conecom', 'Dalttechnology', 'Donquadtech', 'Dontechi', 'Donware', 'Fasehatice', 'Faxquote', 'Finhigh', 'Finjob', 'Funholding', 'Ganjaflex', 'Globex Corporation', 'Gogozoom', 'Golddex', 'Goodsilron', 'Green-Plus', 'Groovestreet', 'Hatfan', 'Hottechi', 'Initech', 'Inity', 'Isdom', 'Iselectrics', 'J-Texon', 'Kan-code', 'Kinnamplus', 'Konex', 'Konmatfix', 'Labdrill', 'Lexiqvolax'];
const given = ['Amelia', 'Noah', 'Jelena', 'Marko', 'Sofia', 'Liam', 'Ines', 'Tomás', 'Greta', 'Ivan', 'Chloé', 'Arjun', 'Maya', 'Felix', 'Nora', 'Omar'];
const family = ['Novak', 'Jovanović', 'Silva', 'Meyer', 'Rossi', 'Okafor', 'Larsen', 'Dubois', 'Tanaka', 'Kaur', 'Weber', 'Petrović', 'Brown', 'García'];
const titles = ['Head of Operations', 'CFO', 'Procurement Manager', 'CTO', 'Office Manager', 'Marketing Lead', 'CEO', 'IT Director'];
const products = ['GTX Basic', 'GTX Pro', 'GTX Plus Basic', 'GTX Plus Pro', 'MG Special', 'MG Advanced', 'GTK 500'];

export const tables = Object.fromEntries(entities.map((e) => [e.name, []]));
export const changes = [];

function add(name, values, days = between(1, 400)) {
  const record = { id: newId(), createdAt: ago(days), updatedAt: ago(Math.min(days, between(0, 12))), deletedAt: null, version: 1, createdBy: null, updatedBy: null, tags: [], custom: {}, ...values };
  tables[name].push(record);
  return record;
}

const teams = managers.map((manager) => add('team', { name: `${manager.split(' ')[1]} team` }, 500));
const bosses = managers.map((name, i) => {
  const [firstName, lastName] = name.split(' ');
  const user = add('user', { firstName, lastName, email: `${firstName}.${lastName}@example.com`.toLowerCase(), role: i ? 'manager' : 'admin', teamId: teams[i].id, active: true, lastLoginAt: ago(0) }, 500);
  teams[i].managerId = user.id;
  return user;
});
const agents = people.map((name, i) => {
  const [firstName, lastName] = name.split(' ');
  return add('user', { firstName, lastName, email: `${firstName}.${lastName}@example.com`.toLowerCase(), role: 'user', teamId: teams[i % teams.length].id, active: i !== 11, lastLoginAt: ago(between(0, 20)) }, 480);
});
export const me = bosses[0];
const tags = [['Key account', 'violet'], ['Newsletter', 'teal'], ['At risk', 'red'], ['Partner', 'amber']].map(([name, color]) => add('tag', { name, color }));
const pipeline = add('pipeline', { name: 'Sales', entity: 'deal', isDefault: true, position: 1 });
const leadPipeline = add('pipeline', { name: 'Leads', entity: 'lead', isDefault: true, position: 2 });
const stages = [['Prospecting', 'open', 10, 'gray'], ['Meeting', 'open', 25, 'sky'], ['Proposal', 'open', 50, 'blue'], ['Engaging', 'open', 75, 'violet'], ['Won', 'won', 100, 'green'], ['Lost', 'lost', 0, 'red']].map(([name, category, probability, color], i) => add('stage', { name, category, probability, color, position: i + 1, pipelineId: pipeline.id }));
const leadStages = [['New', 'sky'], ['Contacted', 'blue'], ['Qualified', 'green']].map(([name, color], i) => add('stage', { name, category: 'open', probability: 20 * (i + 1), color, position: i + 10, pipelineId: leadPipeline.id }));
add('custom_field', { label: 'Tier', entity: 'company' });
add('custom_field', { label: 'NPS', entity: 'company' });
for (const [key, label, color] of industries) add('picklist_option', { picklist: 'industry', key, label, color });

const companies = firms.map((name, i) => {
  const domain = `${name.toLowerCase().replace(/[^a-z]/g, '')}.com`;
  return add('company', { name, kind: 'organization', status: pick(['prospect', 'active', 'active', 'inactive']), industry: pick(industries)[0], ownerId: pick(agents).id, source: pick(['website', 'referral', 'advertisement']), email: `hello@${domain}`, phone: `+1 415 555 ${String(between(1000, 9999))}`, website: `https://www.${domain}`, domain, employees: between(8, 12000), annualRevenue: between(90, 11000) * 1000, foundedYear: between(1979, 2017), billingStreet: `${between(1, 400)} Market Street`, billingCity: pick(['San Francisco', 'Belgrade', 'Chicago', 'Austin']), billingCountry: pick(['US', 'RS', 'DE', 'GB']), lastActivityAt: ago(between(0, 40)), tags: random() < 0.35 ? [pick(tags).id] : [], custom: i % 3 ? {} : { tier: pick(['gold', 'silver']), nps: between(10, 80) }, description: i % 5 ? null : 'Uses the GTX line in three plants. Renewal is decided by the operations team in spring.' });
});
const contacts = Array.from({ length: 120 }, () => {
  const firstName = pick(given);
  const lastName = pick(family);
  const company = pick(companies);
  return add('contact', { firstName, lastName, companyId: company.id, jobTitle: pick(titles), email: `${firstName}.${lastName}@${company.domain}`.toLowerCase().normalize('NFD').replace(/[^\w.@-]/g, ''), phone: `+1 312 555 ${between(1000, 9999)}`, lifecycleStage: pick(['lead', 'prospect', 'customer', 'customer', 'former']), source: pick(['website', 'referral']), ownerId: pick(agents).id, doNotCall: random() < 0.1, emailOptOut: false, timeZone: 'Europe/Belgrade', lastActivityAt: ago(between(0, 30)) });
});
for (let i = 0; i < 48; i++) add('lead', { firstName: pick(given), lastName: pick(family), company: pick(firms), email: `lead${i}@example.com`, phone: `+381 11 555 ${between(1000, 9999)}`, source: pick(['website', 'referral', 'advertisement']), stageId: pick(leadStages).id, score: between(5, 99), estimatedValue: between(10, 400) * 100, ownerId: pick(agents).id });
const deals = Array.from({ length: 640 }, (_, i) => {
  const stage = pick([stages[0], stages[1], stages[2], stages[3], stages[3], stages[4], stages[4], stages[4], stages[4], stages[4], stages[5], stages[5], stages[5]]);
  const company = pick(companies);
  const product = pick(products);
  const amount = between(5, 520) * 10 + (product.startsWith('GTK') ? 26000 : 0);
  const closed = stage.category !== 'open';
  return add('deal', { name: `${company.name} – ${product}`, stageId: stage.id, status: stage.category, amount: stage.category === 'lost' ? 0 : amount + (i % 7 ? 0 : 0.5), currency: 'USD', probability: stage.probability, weightedAmount: (amount * stage.probability) / 100, companyId: random() < 0.9 ? company.id : null, contactId: pick(contacts).id, ownerId: pick(agents).id, product, startedAt: day(-between(100, 500)), expectedCloseDate: closed ? null : day(between(-10, 120)), closedAt: closed ? day(-between(1, 400)) : null, contractStatus: 'none', tags: random() < 0.12 ? [pick(tags).id] : [] });
});
for (let i = 0; i < 90; i++) {
  const contact = pick(contacts);
  add('activity', { type: pick(['call', 'meeting', 'note', 'email']), subject: pick(['Intro call', 'Quarterly review', 'Sent the proposal', 'Negotiation notes', 'Demo', 'Follow-up']), status: pick(['planned', 'done', 'done']), startAt: ago(between(-12, 60)), allDay: false, ownerId: pick(agents).id, companyId: contact.companyId, contactId: contact.id, dealId: pick(deals).id, body: 'Talked about volumes and the roll-out in two steps.' });
  add('task', { title: pick(['Send contract', 'Prepare quote', 'Call back', 'Check references', 'Book the room']), status: pick(['todo', 'in_progress', 'waiting', 'done']), priority: pick(['low', 'normal', 'normal', 'high', 'urgent']), assigneeId: pick(agents).id, dueAt: ago(between(-20, 10)), companyId: contact.companyId, contactId: contact.id, dealId: pick(deals).id });
}
const first = companies[0];
for (const [days, actorId, action, diff] of [
  [0.1, me.id, 'update', { status: ['prospect', 'active'], annualRevenue: [900000, first.annualRevenue] }],
  [3, agents[0].id, 'update', { ownerId: [agents[2].id, first.ownerId] }],
  [9, agents[2].id, 'update', { phone: [null, first.phone], website: [null, first.website], employees: [null, first.employees], industry: ['other', first.industry] }],
  [30, agents[2].id, 'create', {}],
]) changes.push({ id: newId(), entity: 'company', recordId: first.id, at: new Date(now - days * DAY).toISOString(), actorId, action, diff });
