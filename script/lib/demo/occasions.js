// SPDX-License-Identifier: Apache-2.0
// The demo organisation's events and projects, planned around a day; a list of its own beside plan.js.
import { VENDORS } from './catalogue.js';
import { OCCASIONS } from './words.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const iso = (ms) => new Date(ms).toISOString();
const day = (ms) => iso(ms).slice(0, 10);

// Days apart, so that nobody who can be booked once only is booked twice. Owners by index of PEOPLE.
const EVENTS = [
  { away: -45, status: 'completed', owner: 3, vendors: [0, 3, 6, 10] },
  { away: -16, status: 'completed', owner: 6, vendors: [1, 4, 5, 7] },
  { away: -6, status: 'cancelled', owner: 4, vendors: [2, 4], cancelReason: 'The client has moved its budget to spring.' },
  { away: 0, status: 'in_progress', owner: 4, vendors: [2, 3, 10, 11] },
  { away: 9, status: 'confirmed', owner: 7, vendors: [1, 3, 5, 6, 7] },
  { away: 23, status: 'confirmed', owner: 3, vendors: [0, 4, 10, 9] },
  { away: 40, status: 'confirmed', owner: 6, vendors: [2, 3, 8, 11] },
  { away: 61, status: 'tentative', owner: 5, vendors: [0, 4, 6] },
  { away: 84, status: 'tentative', owner: 8, vendors: [1, 3] },
  { away: 120, status: 'inquiry', owner: 7, vendors: [2] },
];

// Hours from the start of the event.
const SCHEDULE = [
  { title: 'Load-in and set-up', from: -5, to: -2, location: 'Yard', audience: 'vendors', by: 'Venue' },
  { title: 'Briefing of the crew', from: -1.5, to: -1, location: 'Foyer', audience: 'vendors' },
  { title: 'Doors open, drinks', from: 0, to: 1, location: 'Terrace', audience: 'everyone' },
  { title: 'Welcome and speeches', from: 1, to: 1.5, location: 'Main hall', audience: 'everyone' },
  { title: 'Dinner', from: 1.5, to: 3.5, location: 'Main hall', audience: 'everyone', by: 'Catering' },
  { title: 'Load-out', from: 6, to: 8, location: 'Yard', audience: 'internal', by: 'Venue' },
];

const COST = { person: (rate, guests) => rate * guests, hour: (rate) => rate * 48 };
const costOf = ({ rate, rateUnit }, guests) => COST[rateUnit]?.(rate, guests) ?? rate;

/** The deals' index of one of the owner's, won for what is agreed, open for what is not. */
function dealOf(plan, owner, won, taken) {
  const fits = (deal) => deal.owner === owner && (won ? deal.stage === 'won' : !deal.body.closedAt);
  const index = plan.deals.findIndex((deal, i) => fits(deal) && !taken.has(i));
  const found = index < 0 ? plan.deals.findIndex((deal) => deal.owner === owner) : index;
  taken.add(found);
  return found;
}

function bookingStatus(event, place) {
  if (event.status === 'completed' || event.status === 'cancelled') return event.status;
  if (event.status === 'in_progress' || (event.status === 'confirmed' && place < 3)) return 'confirmed';
  return event.status === 'confirmed' || (event.status === 'tentative' && place === 0) ? 'tentative' : 'considering';
}

function makeBooking(event, eventIndex, vendor, place, guests, now) {
  const status = bookingStatus(event, place);
  const isFirm = status === 'confirmed' || status === 'completed';
  const agreedCost = costOf(VENDORS[vendor].body, guests);
  const start = now + event.away * DAY_MS;
  return {
    owner: event.owner, event: eventIndex, vendor,
    body: {
      status, agreedCost, contractStatus: isFirm ? 'signed' : status === 'tentative' ? 'sent' : 'none',
      ...(isFirm ? { depositAmount: Math.round(agreedCost * 30) / 100, depositDueDate: day(start - 30 * DAY_MS), balanceDueDate: day(start + 14 * DAY_MS) } : {}),
      ...(status === 'tentative' ? { holdUntil: iso(now + (6 + place) * DAY_MS) } : {}),
    },
  };
}

function makeEvent(event, plan, taken, now) {
  const deal = dealOf(plan, event.owner, !['tentative', 'inquiry'].includes(event.status), taken);
  const { body, company } = plan.deals[deal];
  const [occasion] = body.name.split(/ \d{4}, /);
  const start = now - (now % DAY_MS) + event.away * DAY_MS + (event.status === 'in_progress' ? 11 : 16) * HOUR_MS;
  const done = event.status === 'completed';
  return {
    owner: event.owner, deal, company, venue: event.vendors[0],
    body: {
      name: `${occasion}, ${plan.companies[company].body.name}`, status: event.status,
      eventType: Object.keys(OCCASIONS).find((type) => OCCASIONS[type].includes(occasion)),
      startAt: iso(start), endAt: iso(start + 6 * HOUR_MS), guestsExpected: body.custom.guests,
      ...(done ? { guestsConfirmed: Math.round(body.custom.guests * 0.94) } : {}),
      budget: body.amount, ...(event.cancelReason ? { cancelReason: event.cancelReason } : {}),
    },
  };
}

function makeSchedule(made, event, eventIndex, bookings) {
  const start = Date.parse(made.body.startAt);
  return SCHEDULE.map(({ from, to, by, ...rest }, position) => ({
    owner: event.owner, event: eventIndex, booking: by ? bookings.find((b) => VENDORS[b.vendor].body.category === by) : undefined,
    body: {
      ...rest, position, startAt: iso(start + from * HOUR_MS), endAt: iso(start + to * HOUR_MS),
      status: event.status === 'completed' ? 'done' : event.status === 'in_progress' ? ['done', 'done', 'in_progress'][position] ?? 'planned' : 'planned',
    },
  }));
}

function makeBudget(event, eventIndex, bookings) {
  const lines = bookings.map((booking) => {
    const { name, category } = VENDORS[booking.vendor].body;
    return { booking, body: { name, category, planned: Math.round(booking.body.agreedCost / 50 + 1) * 50 } };
  });
  lines.push({ body: { name: 'Contingency', category: 'Other', planned: 800 } });
  return lines.map((line, position) => ({ owner: event.owner, event: eventIndex, ...line, body: { ...line.body, position } }));
}

export function makeEvents(plan, now) {
  const taken = new Set();
  const out = { events: [], bookings: [], schedule: [], budget: [] };
  EVENTS.forEach((event, index) => {
    const made = makeEvent(event, plan, taken, now);
    const bookings = event.vendors.map((vendor, place) => makeBooking(event, index, vendor, place, made.body.guestsExpected, now));
    out.events.push(made);
    out.bookings.push(...bookings);
    if (event.status === 'inquiry' || event.status === 'cancelled') return;
    out.schedule.push(...makeSchedule(made, event, index, bookings));
    out.budget.push(...makeBudget(event, index, bookings));
  });
  return out;
}

// `done` of `steps` milestones are reached and their tasks done.
const PROJECTS = [
  { name: 'Summer season', code: 'SUM', owner: 1, members: [3, 4, 5], status: 'active', priority: 'high', from: -50, to: 120, done: 1, steps: ['Dates and venues', 'Vendors under contract', 'Staffing'] },
  { name: 'Partner roadshow', code: 'ROAD', owner: 3, members: [4], status: 'active', priority: 'high', from: -30, to: 60, done: 1, client: true, steps: ['Route agreed', 'Rehearsal', 'Last stop'] },
  { name: 'Wedding brochure', code: 'WED', owner: 2, members: [6, 7], status: 'active', priority: 'normal', from: -20, to: 35, done: 1, steps: ['Texts', 'Photographs', 'Print'] },
  { name: 'Christmas party package', code: 'XMAS', owner: 6, members: [7, 8], status: 'completed', priority: 'normal', from: -140, to: -30, done: 3, steps: ['Menu', 'Price list', 'Sale begins'] },
  { name: 'Customer conference week', code: 'CONF', owner: 5, members: [3], status: 'planned', priority: 'normal', from: 20, to: 190, done: 0, client: true, steps: ['Concept', 'Speakers', 'Conference week'] },
  { name: 'New showroom', code: 'SHOW', owner: 1, members: [2], status: 'on_hold', priority: 'low', from: -90, to: 150, done: 1, steps: ['Lease', 'Fit-out', 'Opening'] },
];
const PROJECT_TASKS = ['Collect offers', 'Agree it with everybody'];
const AMOUNTS = [2500, 4000, 6000];

function makeProject(project, plan, taken, now) {
  const { name, code, owner, members, status, priority, client } = project;
  const deal = client ? dealOf(plan, owner, true, taken) : undefined;
  const dates = { startDate: day(now + project.from * DAY_MS), dueDate: day(now + project.to * DAY_MS) };
  return { owner, members, deal, company: client ? plan.deals[deal].company : undefined, body: { name, code, status, priority, ...dates, ...(client ? { budget: 12_500 } : {}) } };
}

export function makeProjects(plan, now) {
  const taken = new Set();
  const out = { projects: PROJECTS.map((project) => makeProject(project, plan, taken, now)), milestones: [], tasks: [] };
  PROJECTS.forEach((project, index) => project.steps.forEach((name, step) => {
    const due = now + (project.from + ((project.to - project.from) * (step + 1)) / project.steps.length) * DAY_MS;
    const reached = step < project.done;
    const milestone = out.milestones.length;
    out.milestones.push({ owner: project.owner, project: index, body: { name, dueDate: day(due), position: step, status: reached ? 'reached' : 'open', ...(project.client ? { amount: AMOUNTS[step] } : {}) } });
    PROJECT_TASKS.forEach((title, i) => out.tasks.push({
      owner: project.owner, project: index, milestone, assignee: [project.owner, ...project.members][(step + i) % (project.members.length + 1)],
      body: { title: `${name}: ${title.toLowerCase()}`, dueAt: iso(due - (8 - 4 * i) * DAY_MS), status: reached ? 'done' : step === project.done && i === 0 ? 'in_progress' : 'todo' },
    }));
  }));
  return out;
}
