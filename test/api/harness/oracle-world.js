// SPDX-License-Identifier: Apache-2.0
// What the access oracle is asked about: an organisation with random roles, teams and partners, a few thousand
// records of every kind that people work with, and their history. CAIRN_ORACLE_SEED repeats a run.
import { ENTITIES, NESTED, RECORDS } from './oracle.js';
import { Organisation, unique } from './organisation.js';

export const SEED = Number(process.env.CAIRN_ORACLE_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`# CAIRN_ORACLE_SEED=${SEED}`);

let state = SEED >>> 0;
/** mulberry32 */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
export const pick = (list) => list[Math.floor(random() * list.length)];
export const some = (list, n) => Array.from({ length: n }, () => pick(list));
const chance = (p) => random() < p;
const maybe = (value, p = 0.7) => (chance(p) ? value : null);
const distinct = (list) => [...new Set(list)];

/** Runs the jobs, a few at a time; the order of random decisions is the caller's. */
async function parallel(jobs, width = 8) {
  const results = new Array(jobs.length);
  let next = 0;
  const work = async () => {
    while (next < jobs.length) {
      const i = next++;
      results[i] = await jobs[i]();
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}

// --- the organisation -------------------------------------------------------------------------------------

const PATHS = { company: 'companies', activity: 'activities' };
export const path = (entity) => `/${PATHS[entity] ?? `${entity.replaceAll('_', '-')}s`}`;
const FIELDS_TO_RULE = [
  'company.email', 'company.industry', 'company.ownerId', 'company.name', 'contact.email', 'contact.phone', 'contact.lastName', 'contact.companyId',
  'lead.email', 'lead.score', 'lead.companyId', 'lead.createdAt', 'deal.amount', 'deal.name', 'deal.companyId', 'deal.stageId', 'activity.body', 'activity.subject',
  'task.title', 'task.priority', 'product.cost', 'product.price', 'vendor.bankAccount', 'vendor.email', 'project.name', 'project.budget',
  'milestone.amount', 'event.name', 'schedule_item.title', 'partner.commissionPercent', 'partner.tier', 'quote.title', 'quote.total', 'quote.companyId',
  'invoice.number', 'invoice.balance', 'invoice.companyId', 'invoice.purchaseOrder', 'delivery_note.trackingNumber', 'payment.amount', 'payment.reference',
  'payment.companyId', 'deal_line.unitPrice', 'deal_line.name', 'quote_line.amount', 'invoice_line.amount', 'delivery_note_line.quantity',
  'payment_allocation.amount', 'deal_participant.role', 'event_participant.userId',
];
const SCOPES = ['none', 'own', 'team', 'partner', 'all'];

function randomRole(preset) {
  const access = {};
  for (const entity of some(RECORDS, 9)) {
    access[entity] ??= {};
    for (const verb of some(['read', 'create', 'update', 'delete', 'assign', 'export'], 3)) access[entity][verb] = pick(SCOPES);
  }
  if (chance(0.5)) access.change = { read: pick(['all', 'team', 'own']) };
  const fields = Object.fromEntries(some(FIELDS_TO_RULE, 11).map((name) => [name, pick(['none', 'none', 'read', 'write'])]));
  return { preset, access, fields };
}

export const organisation = await Organisation.create();
export const { admin } = organisation;
export const quiet = { documented: false };
const partners = await parallel([1, 2].map((i) => () => admin.create('/partners', {
  name: `Partner ${i}`, email: `${unique('p')}@example.com`, status: 'approved', tier: 'Gold', commissionPercent: 5, internalNotes: 'Secret', ownerId: admin.id,
})));
export const teams = await parallel(['North', 'South', 'West'].map((name) => () => admin.create('/teams', { name })));

const presets = ['manager', 'user', 'user', 'accountant', 'partner_admin', 'partner_user'].map((preset) => ({ preset, key: preset, access: {}, fields: {} }));
const roles = ['manager', 'manager', 'user', 'user', 'accountant', 'partner_user', 'partner_admin'].map(randomRole);
for (const role of roles) role.key = (await admin.create('/roles', { name: unique('Random '), ...role })).key;

export const callers = [];
for (const role of [...presets, ...roles]) {
  const partnerId = role.preset.startsWith('partner') ? pick(partners).id : null;
  const teamId = partnerId ? null : maybe(pick(teams).id, 0.8);
  const client = await organisation.member(role.key, { ...(teamId && { teamId }), ...(partnerId && { partnerId }) });
  callers.push({ id: client.id, role, teamId, partnerId, client, name: `${role.preset}${role.key === role.preset ? '' : ` (${role.key})`}` });
}
const staff = callers.filter((c) => !c.partnerId);
for (const team of teams) {
  team.managerId = maybe(pick(staff).id, 0.7);
  await admin.patch(`/teams/${team.id}`, { managerId: team.managerId }, { expect: 200 });
}

// --- the records ------------------------------------------------------------------------------------------

export const records = new Map(ENTITIES.map((entity) => [entity, new Map()]));
for (const partner of partners) records.get('partner').set(partner.id, partner);
export const ids = (entity) => [...records.get(entity).keys()];
export const people = [admin.id, ...staff.map((c) => c.id)];
// Who makes records: the organisation's administrator and those of its managers who are as the preset has them.
const makers = [admin, callers[0].client];

async function make(entity, count, body) {
  const jobs = Array.from({ length: count }, (_, n) => {
    const [maker, content] = [pick(makers), body(n)];
    return async () => (await maker.post(path(entity), content, { ...quiet, expect: 201 })).body.data;
  });
  for (const record of await parallel(jobs)) records.get(entity).set(record.id, record);
}

/** Has something done to records of an entity. */
async function go(entity, some_, verb, body) {
  await parallel(some_.map((id) => async () => {
    const { data } = (await admin.post(`${path(entity)}/${id}/${verb}`, body, { ...quiet, expect: 200 })).body;
    records.get(entity).set(id, data);
  }), 4);
}

export const word = (n, what) => `${what}${SEED.toString(36)}x${n}`;
const owner = () => maybe(pick(people), 0.9);
const lines = (n) => Array.from({ length: 1 + (n % 2) }, (_, i) => ({ name: word(n, 'line'), quantity: 1 + i, unitPrice: 10 + n }));
const users = (n) => distinct(some(people, n % 3)).map((userId) => ({ userId }));

await make('company', 160, (n) => ({ name: word(n, 'firm'), email: `${word(n, 'c')}@example.com`, industry: pick(['Finance', 'Retail']), ownerId: owner() }));
await make('contact', 400, (n) => ({
  firstName: pick(['Ada', 'Bo', 'Cy']), lastName: word(n, 'last'), email: `${word(n, 'm')}@example.com`, phone: `+1 555 ${1000000 + n}`,
  companyId: maybe(pick(ids('company'))), ownerId: owner(),
}));
await make('lead', 240, (n) => ({
  firstName: 'Li', lastName: word(n, 'lead'), email: `${word(n, 'l')}@example.com`, company: word(n, 'corp'), source: pick(['website', 'referral']),
  score: n % 100, partnerId: maybe(pick(partners).id, 0.5), companyId: maybe(pick(ids('company')), 0.4), ownerId: owner(),
}));
await make('deal', 240, (n) => ({
  name: word(n, 'deal'), ...(n % 4 ? { amount: 100 + n } : { lines: lines(n) }), companyId: maybe(pick(ids('company'))),
  contactId: maybe(pick(ids('contact')), 0.4), participants: distinct(some(ids('contact'), n % 3)).map((contactId) => ({ contactId, role: pick(['Influencer', 'User']) })),
  ownerId: owner(),
}));
await make('vendor', 50, (n) => ({ name: word(n, 'vendor'), email: `${word(n, 'v')}@example.com`, bankAccount: word(n, 'bank'), ownerId: owner() }));
await make('product', 40, (n) => ({ name: word(n, 'product'), price: 10 + n, cost: 1 + n }));
await make('project', 80, (n) => ({ name: word(n, 'project'), budget: 1000 + n, ownerId: owner(), memberIds: distinct(some(people, n % 3)) }));
await make('event', 60, (n) => ({ name: word(n, 'event'), ownerId: owner(), participants: users(n) }));
await make('milestone', 120, (n) => ({ name: word(n, 'stone'), projectId: pick(ids('project')), amount: 5 + n }));
await make('schedule_item', 100, (n) => ({ title: word(n, 'item'), eventId: pick(ids('event')), startAt: '2026-05-01T10:00:00Z' }));
await make('quote', 60, (n) => ({ title: word(n, 'quote'), companyId: pick(ids('company')), lines: lines(n), ownerId: owner() }));
await make('invoice', 90, (n) => ({ purchaseOrder: word(n, 'order'), companyId: pick(ids('company')), lines: lines(n), ownerId: owner() }));
await go('quote', ids('quote').slice(0, 15), 'send');
await go('invoice', ids('invoice').slice(0, 60), 'issue');
const issued = ids('invoice').slice(0, 60);
const invoiceOf = (id) => records.get('invoice').get(id);
await make('delivery_note', 40, (n) => ({
  trackingNumber: word(n, 'track'), invoiceId: issued[n], lines: [{ invoiceLineId: invoiceOf(issued[n]).lines[0].id, quantity: 0.5 }],
}));
await make('payment', 70, (n) => ({ reference: word(n, 'pay'), ...pick([
  () => ({ invoiceId: pick(issued), amount: 5 }), () => ({ companyId: pick(ids('company')), amount: 7 + n }),
  () => ({ direction: 'out', vendorId: pick(ids('vendor')), amount: 3 + n }),
  () => ({ direction: 'out', vendorId: pick(ids('vendor')), eventId: pick(ids('event')), amount: 2 + n }),
  () => {
    const one = invoiceOf(pick(issued));
    return { companyId: one.companyId, amount: 9, allocations: [{ invoiceId: one.id, amount: 1 }] };
  },
])() }));
await make('task', 300, (n) => ({ title: word(n, 'task'), priority: pick(['low', 'high']), assigneeId: maybe(pick(people), 0.9), companyId: maybe(pick(ids('company')), 0.3) }));
const target = () => pick([
  () => ({ companyId: pick(ids('company')) }), () => ({ contactId: pick(ids('contact')) }), () => ({ leadId: pick(ids('lead')) }), () => ({ dealId: pick(ids('deal')) }),
  () => ({ projectId: pick(ids('project')) }), () => ({ eventId: pick(ids('event')) }), () => ({ vendorId: pick(ids('vendor')) }), () => ({ partnerId: pick(partners).id }), () => ({ quoteId: pick(ids('quote')) }), () => ({ invoiceId: pick(ids('invoice')) }),
])();
await make('activity', 400, (n) => ({
  type: 'call', subject: word(n, 'call'), body: word(n, 'body'), visibility: pick(['record', 'record', 'private', 'partner']), ownerId: owner(), ...target(),
  participants: n % 4 ? [] : users(n + 1),
}));

// Some go to the trash, and some leave a diff in the log.
await parallel(distinct(some(ids('task'), 12)).map((id) => async () => {
  await admin.delete(`/tasks/${id}`, { ...quiet, expect: 204 });
  records.get('task').get(id).deletedAt = 'now';
}));
const EDITS = { contact: 'email', deal: 'amount', lead: 'score', product: 'cost', company: 'industry', quote: 'purchaseOrder', invoice: 'paymentReference', payment: 'reference', delivery_note: 'carrier' };
const VALUES = { email: (n) => `${word(n, 'edited')}@example.com`, industry: () => pick(['Finance', 'Healthcare']), purchaseOrder: (n) => word(n, 'po'), paymentReference: (n) => word(n, 'ref'), reference: (n) => word(n, 'payed'), carrier: (n) => word(n, 'ship') };
const EDITABLE = { deal: (r) => !r.lines.length, quote: (r) => !r.number, invoice: (r) => !r.number };
const edited = Object.entries(EDITS).flatMap(([entity, field]) => some([...records.get(entity).values()].filter(EDITABLE[entity] ?? Boolean), 15)
  .map((record, n) => [entity, record.id, field, n]));
await parallel(edited.map(([entity, id, field, n]) => async () => {
  await admin.patch(`${path(entity)}/${id}`, { [field]: VALUES[field]?.(n) ?? 50 + n }, { ...quiet, expect: 200 });
}), 1);
for (const id of some(ids('quote').slice(15), 6)) {
  const [first, ...more] = (await admin.read(`/quotes/${id}`)).lines;
  await admin.patch(`/quotes/${id}`, { lines: [{ ...first, unitPrice: 99 }, ...more] }, { ...quiet, expect: 200 });
}

// As they are in the end, as far as lists tell, with what is nested in them.
for (const entity of [...RECORDS, ...Object.keys(NESTED)]) {
  for (const record of await admin.all(path(entity))) records.get(entity).set(record.id, { ...records.get(entity).get(record.id), ...record });
}

export const log = (await admin.all('/audit-logs')).filter((c) => records.get(c.entity)?.has(c.recordId));
