// SPDX-License-Identifier: Apache-2.0
// What the demo organisation holds, made from a seed and a day: the same each time. Records refer to each
// other by index; fill.js puts ids in their place.
import { Random } from './random.js';
import { ACTIVITY_TEXTS, COMPANY_FIRST, COMPANY_KINDS, COUNTRIES, JOB_TITLES, OCCASIONS, TAGS, TASK_TITLES } from './words.js';

export const ORGANISATION = 'Northwind Events';
export const PASSWORD = 'northwind demo';

const SEED = 20261120;
const DAY_MS = 86_400_000;
const MONTHS = 18;

/** The first is the administrator, who registers; managers lead the team of their index. */
export const PEOPLE = [
  { firstName: 'Astrid', lastName: 'Lindqvist', role: 'admin', jobTitle: 'Managing Director' },
  { firstName: 'Marcus', lastName: 'Okafor', role: 'manager', team: 0, jobTitle: 'Head of Corporate Events' },
  { firstName: 'Elena', lastName: 'Rossi', role: 'manager', team: 1, jobTitle: 'Head of Private Events' },
  { firstName: 'Sophie', lastName: 'Laurent', role: 'user', team: 0, jobTitle: 'Senior Event Consultant' },
  { firstName: 'Tom', lastName: 'Whitaker', role: 'user', team: 0, jobTitle: 'Event Consultant' },
  { firstName: 'Ayla', lastName: 'Demir', role: 'user', team: 0, jobTitle: 'Event Consultant' },
  { firstName: 'Lukas', lastName: 'Brandt', role: 'user', team: 1, jobTitle: 'Senior Event Consultant' },
  { firstName: 'Priya', lastName: 'Nair', role: 'user', team: 1, jobTitle: 'Event Consultant' },
  { firstName: 'Conor', lastName: 'Walsh', role: 'user', team: 1, jobTitle: 'Junior Event Consultant' },
].map((person) => ({ ...person, email: `${person.firstName}@northwind-events.example`.toLowerCase() }));

export const TEAMS = [
  { name: 'Corporate', manager: 1, description: 'Conferences, launches and company parties.' },
  { name: 'Private & Weddings', manager: 2, description: 'Weddings, birthdays and family occasions.' },
];

export const INDUSTRIES = ['Hospitality', 'Education', 'Non-profit'];

export const CUSTOM_FIELDS = [
  { entity: 'company', type: 'picklist', label: 'Service tier', key: 'tier', helpText: 'Decides who answers first.',
    options: [{ key: 'gold', label: 'Gold', color: 'amber' }, { key: 'silver', label: 'Silver', color: 'gray' }, { key: 'bronze', label: 'Bronze', color: 'orange' }] },
  { entity: 'deal', type: 'integer', label: 'Guests', key: 'guests', min: 0, max: 20000 },
];

// Who sells more than others, so that charts by owner differ. By index of PEOPLE.
const SELLERS = { 1: 6, 2: 7, 3: 22, 4: 14, 5: 17, 6: 18, 7: 21, 8: 9 };
const SELLERS_LIST = Object.keys(SELLERS).map(Number);

const ascii = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[ıß]/g, (c) => (c === 'ß' ? 'ss' : 'i')).toLowerCase();
const slug = (text) => ascii(text).replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
const mailbox = (person) => `${slug(person.firstName)}.${slug(person.lastName)}`;
const iso = (ms) => new Date(ms).toISOString();
const day = (ms) => iso(ms).slice(0, 10);
const seller = (r) => Number(r.weighted(SELLERS));

function personOf(r, country) {
  const { first, last } = COUNTRIES[country];
  return { firstName: r.pick(first), lastName: r.pick(last) };
}

function addressOf(r, country, prefix) {
  const { cities, streets } = COUNTRIES[country];
  const [city, region, postalCode] = r.pick(cities);
  const numbered = ['US', 'GB', 'IE', 'AU', 'FR'].includes(country);
  const street = numbered ? `${r.integer(1, 180)} ${r.pick(streets)}` : `${r.pick(streets)} ${r.integer(1, 180)}`;
  return { [`${prefix}Street`]: street, [`${prefix}City`]: city, [`${prefix}Region`]: region, [`${prefix}PostalCode`]: postalCode, [`${prefix}Country`]: country };
}

function makeCompany(r, i) {
  const industry = r.pick(Object.keys(COMPANY_KINDS));
  const name = `${COMPANY_FIRST[i % COMPANY_FIRST.length]} ${r.pick(COMPANY_KINDS[industry])}${i < COMPANY_FIRST.length ? '' : ' Group'}`;
  const country = r.weighted({ GB: 5, DE: 5, FR: 4, US: 3, IE: 2, SE: 2, AU: 1 });
  const domain = `${slug(name)}.example`;
  return {
    owner: i < SELLERS_LIST.length ? SELLERS_LIST[i] : seller(r), // everybody has one at least
    country,
    domain,
    tags: r.chance(0.45) ? r.some(TAGS.map(([tag]) => tag), r.integer(1, 2)) : [],
    body: {
      name, industry, email: `hello@${domain}`, website: `https://www.${domain}`, phone: COUNTRIES[country].phone(r),
      status: r.weighted({ Active: 6, Prospect: 4, Inactive: 1 }), source: r.weighted({ referral: 4, website: 5, advertisement: 2 }),
      employees: r.pick([12, 25, 40, 80, 140, 260, 480, 900, 2400]), annualRevenue: r.integer(4, 900) * 100_000, currency: COUNTRIES[country].currency,
      foundedYear: r.integer(1921, 2022), language: COUNTRIES[country].language, ...addressOf(r, country, 'billing'),
      custom: { tier: r.weighted({ gold: 1, silver: 3, bronze: 5 }) },
    },
  };
}

function makeContact(r, company, companyIndex, taken) {
  let person = personOf(r, company.country);
  for (let tries = 0; taken.has(mailbox(person) + company.domain) && tries < 50; tries++) person = personOf(r, company.country);
  taken.add(mailbox(person) + company.domain);
  return {
    owner: company.owner,
    company: companyIndex,
    body: {
      ...person, jobTitle: r.pick(JOB_TITLES), email: `${mailbox(person)}@${company.domain}`, phone: COUNTRIES[company.country].phone(r),
      lifecycleStage: r.weighted({ Customer: 5, Prospect: 4, Lead: 2, Former: 1 }), language: COUNTRIES[company.country].language,
      timeZone: COUNTRIES[company.country].timeZone, emailOptOut: r.chance(0.06),
    },
  };
}

function makeLead(r, i, now) {
  const country = r.pick(Object.keys(COUNTRIES));
  const person = personOf(r, country);
  const company = `${r.pick(COMPANY_FIRST)} ${r.pick(['Studio', 'Partners', 'Collective', 'Works'])}`;
  const status = ['new', 'contacted', 'qualified', 'unqualified'][r.pick([0, 0, 0, 1, 1, 1, 2, 2, 3])];
  const type = r.weighted({ Corporate: 4, Wedding: 3, Conference: 2, Birthday: 1 });
  return {
    owner: seller(r),
    partner: i % 9 === 4 ? i % 2 : undefined,
    body: {
      ...person, company, email: `${mailbox(person)}@${slug(company)}-${i}.example`, phone: COUNTRIES[country].phone(r), status,
      source: r.weighted({ website: 5, referral: 3, advertisement: 3 }), score: r.integer(5, 98), jobTitle: r.pick(JOB_TITLES),
      eventType: type, eventDate: day(now + r.integer(40, 420) * DAY_MS), guestsExpected: r.integer(2, 60) * 10,
      estimatedValue: r.integer(8, 240) * 250, addressCountry: country,
      ...(status === 'unqualified' ? { unqualifiedReason: r.pick(['No budget', 'Not a fit', 'No response']) } : {}),
      // What partners bring comes from their own system.
      ...(i % 9 === 4 ? { externalIds: [{ system: 'zoho', id: `4150868000000${624000 + i}` }] } : {}),
    },
  };
}

// Business grows over the months and is best in early summer and before Christmas.
function weightOfDay(ms, now) {
  const season = [0.55, 0.6, 0.75, 0.9, 1, 1, 0.7, 0.6, 0.9, 0.95, 1, 0.8][new Date(ms).getUTCMonth()];
  return season * (1 - (0.55 * (now - ms)) / (MONTHS * 30 * DAY_MS));
}

/** Days of closing, one a call, that fill the months by their weight without holes: steps of the golden ratio. */
function closingDays(now) {
  const days = Array.from({ length: MONTHS * 30 - 1 }, (_, i) => now - (i + 1) * DAY_MS);
  const total = days.reduce((sum, ms) => sum + weightOfDay(ms, now), 0);
  let place = 0.3;
  return () => {
    place = (place + 0.6180339887) % 1;
    let left = place * total;
    return days.find((ms) => (left -= weightOfDay(ms, now)) <= 0) ?? days.at(-1);
  };
}

function outcomeOf(r, stage, now, close) {
  if (stage === 'won' || stage === 'lost') {
    const closed = close[stage]();
    const reason = stage === 'won' ? { wonReason: r.pick(['Service', 'Relationship', 'Product', 'Price']) }
      : { lostReason: r.weighted({ Price: 4, Competitor: 3, Timing: 3, 'No decision': 3, 'Not a fit': 1 }) };
    return { closedAt: day(closed), startedAt: day(closed - r.integer(14, 110) * DAY_MS), expectedCloseDate: day(closed + r.integer(-20, 30) * DAY_MS), ...reason };
  }
  return { startedAt: day(now - r.integer(3, 120) * DAY_MS), expectedCloseDate: day(now + r.integer(-12, 130) * DAY_MS) };
}

function makeDeal(r, i, companies, now, close) {
  const owner = seller(r);
  const company = r.pick(companies.map((_, n) => n).filter((n) => companies[n].owner === owner));
  const type = r.weighted({ Corporate: 6, Conference: 3, Wedding: 2, Birthday: 1 });
  const stage = r.weighted({ qualification: 16, meeting: 13, proposal: 12, negotiation: 8, won: 68, lost: 33 });
  const guests = r.integer(2, type === 'Conference' ? 50 : 35) * 10;
  const amount = Math.round((guests * r.integer(55, 190)) / 50) * 50;
  const outcome = outcomeOf(r, stage, now, close);
  const year = (outcome.closedAt ?? outcome.expectedCloseDate).slice(0, 4);
  return {
    owner,
    company,
    stage,
    tags: r.chance(0.15) ? ['Seasonal'] : [],
    body: {
      name: `${r.pick(OCCASIONS[type])} ${year}, ${companies[company].body.name}`, amount, custom: { guests },
      type: r.weighted({ 'New business': 5, 'Existing business': 4, Renewal: 1 }), source: companies[company].body.source, ...outcome,
      ...(stage === 'won' ? { contractStatus: 'signed', contractSignedAt: outcome.closedAt, contractNumber: `NE-${year}-${String(i + 1).padStart(4, '0')}` } : {}),
    },
  };
}

function makeActivity(r, plan, now) {
  const deal = r.integer(0, plan.deals.length - 1);
  const { owner, company, body } = plan.deals[deal];
  const type = r.weighted({ call: 9, email: 8, meeting: 5, note: 4 });
  const [subject, text] = r.pick(ACTIVITY_TEXTS[type]);
  const planned = !body.closedAt && type !== 'note' && type !== 'email' && r.chance(0.2);
  const latest = body.closedAt ? Date.parse(body.closedAt) : now;
  const quarter = Math.floor((planned ? now + r.integer(1, 21) * DAY_MS : latest - r.integer(1, 90) * DAY_MS) / 900_000) * 900_000;
  const start = quarter - (quarter % DAY_MS) + r.integer(32, 68) * 900_000;
  return {
    owner, deal, company,
    body: {
      type, subject, body: text, startAt: iso(start), status: planned ? 'planned' : 'done',
      ...(type === 'meeting' || type === 'call' ? { endAt: iso(start + (type === 'call' ? 1 : 4) * 900_000) } : {}),
      ...(type === 'call' ? { direction: r.pick(['inbound', 'outbound']), outcome: subject === 'No answer' ? 'Left message' : 'Connected' } : {}),
      ...(type === 'meeting' ? { location: subject === 'Site visit' ? 'Old Tram Depot' : 'Their office' } : {}),
      ...(type === 'email' ? { direction: 'outbound' } : {}),
    },
  };
}

function makeTask(r, i, plan, now) {
  const open = plan.deals.map((deal, n) => [deal, n]).filter(([deal]) => !deal.body.closedAt);
  const [deal, index] = r.pick(open);
  const away = [-r.integer(1, 14), 0, r.integer(1, 30), -r.integer(3, 60)][i % 4];
  const due = now - (now % DAY_MS) + away * DAY_MS + 16 * 3_600_000;
  return {
    owner: deal.owner, deal: index, company: deal.company,
    body: {
      title: r.pick(TASK_TITLES), dueAt: iso(due), priority: r.weighted({ normal: 6, high: 3, low: 2, urgent: 1 }),
      status: i % 4 === 3 ? 'done' : r.weighted({ todo: 6, in_progress: 3, waiting: 1 }), estimateMinutes: r.pick([15, 30, 60, 90]),
    },
  };
}

const list = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** @param {string} today the day that "overdue" and "upcoming" are seen from, such as 2026-11-20 */
export function makePlan(today) {
  const r = new Random(SEED);
  const now = Date.parse(today) + 12 * 3_600_000;
  const taken = new Set();
  const close = { won: closingDays(now), lost: closingDays(now) };
  const plan = { companies: list(60, (i) => makeCompany(r, i)) };
  plan.contacts = list(180, (i) => makeContact(r, plan.companies[i % 60], i % 60, taken));
  plan.leads = list(40, (i) => makeLead(r, i, now));
  plan.deals = list(150, (i) => makeDeal(r, i, plan.companies, now, close));
  plan.activities = list(250, () => makeActivity(r, plan, now));
  plan.tasks = list(120, (i) => makeTask(r, i, plan, now));
  return plan;
}
