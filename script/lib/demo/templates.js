// SPDX-License-Identifier: Apache-2.0
// The demo's templates, and what deals have started from them: a wedding and a consultancy's project.
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const iso = (ms) => new Date(ms).toISOString();
const day = (ms) => iso(ms).slice(0, 10);

const WEDDING = {
  body: { name: 'Wedding, full service', eventType: 'Wedding', guestsExpected: 90, description: 'The house book: from the first meeting to the photographs.' },
  hours: 11,
  tasks: [
    ['Send the contract', -180, 'high', 30], ['Tasting with the couple', -120, 'normal', 180], ['Menus and seating to print', -21, 'normal', 90],
    ['Final numbers to the caterer', -10, 'urgent', 30], ['Walk through the venue', -3, 'high', 120], ['Thank the couple, ask for photographs', 7, 'low', 30],
  ],
  // Hours from the start.
  schedule: [
    ['Flowers and tables', -4, -1, 'vendors'], ['Guests arrive', 0, 0.5, 'everyone'], ['Ceremony', 0.5, 1.25, 'everyone'], ['Drinks and photographs', 1.25, 3, 'everyone'],
    ['Dinner and speeches', 3, 6, 'everyone'], ['First dance', 6, 6.25, 'everyone'], ['Last song', 10.75, 11, 'internal'],
  ],
  budget: [['Venue', 'Venue', 6800], ['Dinner and drinks', 'Catering', 5400], ['Band', 'Music', 1900], ['Flowers', 'Flowers', 1200], ['Contingency', 'Other', 900]],
};

const ENGAGEMENT = {
  body: { name: 'Advice: from brief to first event', description: 'Twelve weeks for companies that begin to hold events of their own.' },
  weeks: 12,
  // [milestone, weeks from the start, amount, tasks as [title, days from the start, minutes]]
  milestones: [
    ['Brief and goals', 2, 3200, [['Interviews with five people', 5, 300], ['Goals on one page', 12, 120]]],
    ['Concept and budget', 6, 5400, [['Three concepts', 24, 480], ['Budget with ranges', 35, 240], ['Decision with the board', 40, 60]]],
    ['First event held', 12, 4100, [['Rehearsal', 77, 240], ['Report of what was learnt', 83, 180]]],
  ],
};

const one = (body, owner = 0) => [{ owner, body }];
const bodyOf = (row) => row.body;

async function makeWedding(makeAll) {
  // A Saturday long past at two: only what lies between counts.
  const start = Date.parse('2025-06-07T13:00:00Z');
  const end = iso(start + WEDDING.hours * HOUR_MS);
  const [eventId] = await makeAll('/events', 'template-event', one({ ...WEDDING.body, isTemplate: true, startAt: iso(start), endAt: end }), bodyOf);
  const part = (path, kind, bodies) => makeAll(path, kind, bodies.map((body) => ({ owner: 0, body: { eventId, ...body } })), bodyOf);
  await part('/tasks', 'template-event-task', WEDDING.tasks.map(([title, offsetDays, priority, estimateMinutes]) => ({ title, offsetDays, priority, estimateMinutes })));
  await part('/schedule-items', 'template-schedule', WEDDING.schedule.map(([title, from, to, audience], position) => ({
    title, audience, position, startAt: iso(start + from * HOUR_MS), endAt: iso(start + to * HOUR_MS),
  })));
  await part('/budget-lines', 'template-budget', WEDDING.budget.map(([name, category, planned], position) => ({ name, category, planned, position })));
  return eventId;
}

async function makeEngagement(makeAll) {
  const start = Date.parse('2025-06-02T00:00:00Z');
  const after = (weeks) => day(start + weeks * 7 * DAY_MS);
  const [projectId] = await makeAll('/projects', 'template-project', one({ ...ENGAGEMENT.body, isTemplate: true, startDate: day(start), dueDate: after(ENGAGEMENT.weeks) }), bodyOf);
  const milestones = ENGAGEMENT.milestones.map(([name, weeks, amount], position) => ({ owner: 0, body: { projectId, name, amount, position, dueDate: after(weeks) } }));
  const ids = await makeAll('/milestones', 'template-milestone', milestones, bodyOf);
  const tasks = ENGAGEMENT.milestones.flatMap(([, , , steps], i) => steps.map(([title, offsetDays, estimateMinutes]) => (
    { owner: 0, body: { milestoneId: ids[i], title, offsetDays, estimateMinutes } })));
  await makeAll('/tasks', 'template-project-task', tasks, bodyOf);
  return projectId;
}

/** The last of the won deals of these people; events and projects beside took the first. */
const lastWon = (plan, owner) => plan.deals.findLastIndex((deal) => deal.owner === owner && deal.stage === 'won');

/** The next Saturday after so many days, at two in Dublin. */
function saturday(now, days) {
  const then = now - (now % DAY_MS) + days * DAY_MS;
  const free = then + ((6 - new Date(then).getUTCDay() + 7) % 7) * DAY_MS;
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Dublin', hour: '2-digit', hourCycle: 'h23' }).format(free + 13 * HOUR_MS));
  return free + (13 + (14 - hour)) * HOUR_MS;
}

async function startWedding(makeAll, plan, ids, now, templateId) {
  const owner = 7;
  const deal = lastWon(plan, owner);
  const start = saturday(now, 150);
  const { name } = plan.companies[plan.deals[deal].company].body;
  const body = { templateId, name: `Wedding, ${name}`, startAt: iso(start), status: 'confirmed', eventType: 'Wedding' };
  const [eventId] = await makeAll(`/deals/${ids.deals[deal]}/events`, 'started-event', one(body, owner), bodyOf);
  const bookings = [
    { vendorId: ids.vendors[1], status: 'confirmed', agreedCost: 6800, depositAmount: 2000, depositDueDate: day(now + 14 * DAY_MS), contractStatus: 'signed' },
    { vendorId: ids.vendors[3], status: 'tentative', agreedCost: 4320, holdUntil: iso(now + 12 * DAY_MS), contractStatus: 'sent' },
    { vendorId: ids.vendors[6], status: 'considering', agreedCost: 1700 },
  ];
  await makeAll(`/events/${eventId}/vendors`, 'started-booking', bookings.map((booking) => ({ owner, body: booking })), bodyOf);
}

async function startEngagement(makeAll, plan, ids, now, templateId) {
  const owner = 5;
  const deal = lastWon(plan, owner);
  const { name } = plan.companies[plan.deals[deal].company].body;
  const body = { templateId, name: `Advice for ${name}`, code: 'ADVICE', startDate: day(now - 30 * DAY_MS), status: 'active', memberIds: [ids.people[3]] };
  await makeAll(`/deals/${ids.deals[deal]}/projects`, 'started-project', one(body, owner), bodyOf);
}

/** `ids` are those of the plan's records, and of the vendors. */
export async function fillTemplates(makeAll, plan, ids, now) {
  await startWedding(makeAll, plan, ids, now, await makeWedding(makeAll));
  await startEngagement(makeAll, plan, ids, now, await makeEngagement(makeAll));
}
