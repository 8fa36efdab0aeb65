// SPDX-License-Identifier: Apache-2.0
// Sends the catalogue, the events and the projects, once the people and their deals are there.
import { each } from './api.js';
import { CATEGORIES, EXCHANGE_RATES, PARTNERS, PRODUCTS, TAX_RATES, VENDORS } from './catalogue.js';
import { fillDocuments } from './documents.js';
import { eventParticipants } from './lines.js';
import { makeEvents, makeProjects } from './occasions.js';
import { fillPayments } from './payments.js';
import { fillTemplates } from './templates.js';

const DAY_MS = 86_400_000;
const idsOf = (records) => records.map((record) => record.id);

/** Leads come through partners, so these are made before. */
export const makePartners = async (admin) => idsOf(await each(PARTNERS, (body, i) => admin.make('/partners', `partner-${i}`, body)));

/** Deals have lines of these, so they are made before; answers ids by SKU. */
export async function makeProducts(admin, today) {
  const rates = idsOf(await each(TAX_RATES, (body, i) => admin.make('/tax-rates', `tax-rate-${i}`, body)));
  const categories = idsOf(await each(CATEGORIES, (name, position) => admin.make('/product-categories', `category-${position}`, { name, position })));
  const products = await each(PRODUCTS, ({ category, tax, body }, i) => admin.make('/products', `product-${i}`, { ...body, categoryId: categories[category], taxRateId: rates[tax] }));
  await each(EXCHANGE_RATES, ([currency, rate], i) => admin.make('/exchange-rates', `exchange-rate-${i}`, { currency, rate, date: today }));
  return new Map(products.map(({ sku, id }) => [sku, id]));
}

/** Days until the insurance ends become a date. */
function vendorBody({ insuranceExpires, ...body }, now) {
  const insured = insuranceExpires && new Date(now + insuranceExpires * DAY_MS).toISOString().slice(0, 10);
  return insured ? { ...body, insuranceExpiresAt: insured } : body;
}

async function fillEvents(makeAll, plan, ids, now) {
  const { events, bookings, schedule, budget } = makeEvents(plan, now);
  const vendorIds = await makeAll('/vendors', 'vendor', VENDORS, (row) => vendorBody(row.body, now));
  const eventIds = await makeAll('/events', 'event', events, (row) => ({
    ...row.body, dealId: ids.deals[row.deal], companyId: ids.companies[row.company], contactId: ids.contacts[row.company], venueVendorId: vendorIds[row.venue],
    participants: eventParticipants(row, ids.contacts[row.company], ids.people),
  }));
  const bookingIds = await makeAll('/event-vendors', 'booking', bookings, (row) => ({ ...row.body, eventId: eventIds[row.event], vendorId: vendorIds[row.vendor] }));
  const partOf = (row) => ({ ...row.body, eventId: eventIds[row.event], ...(row.booking ? { eventVendorId: bookingIds[bookings.indexOf(row.booking)] } : {}) });
  await makeAll('/schedule-items', 'schedule', schedule, partOf);
  await makeAll('/budget-lines', 'budget', budget, partOf);
  return vendorIds;
}

async function fillProjects(makeAll, plan, ids, now) {
  const { projects, milestones, tasks } = makeProjects(plan, now);
  const projectIds = await makeAll('/projects', 'project', projects, (row) => ({
    ...row.body, memberIds: row.members.map((n) => ids.people[n]), ...(row.deal === undefined ? {} : { dealId: ids.deals[row.deal], companyId: ids.companies[row.company] }),
  }));
  const milestoneIds = await makeAll('/milestones', 'milestone', milestones, (row) => ({ ...row.body, projectId: projectIds[row.project] }));
  await makeAll('/tasks', 'project-task', tasks, (row) => ({
    ...row.body, projectId: projectIds[row.project], milestoneId: milestoneIds[row.milestone], assigneeId: ids.people[row.assignee],
  }));
}

/** `makeAll(path, kind, rows, bodyOf)` sends rows as their owners; `ids` are those of the plan's records. */
export async function fillBusiness(admin, makeAll, plan, ids, today) {
  const now = Date.parse(today) + DAY_MS / 2;
  const vendors = await fillEvents(makeAll, plan, ids, now);
  await fillProjects(makeAll, plan, ids, now);
  await fillTemplates(makeAll, plan, { ...ids, vendors }, now);
  await fillDocuments(admin, plan, ids, now);
  await fillPayments(admin, now);
}
