// SPDX-License-Identifier: Apache-2.0
// The demo organisation: complete and alive after one run, untouched by a second, resumed when a run broke
// off.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { Client } from '../api/harness/client.js';
import { Server } from '../api/harness/server.js';
import { NETWORK } from '../../script/lib/demo/portal.js';
import { makePlan, PASSWORD, PEOPLE } from '../../script/lib/demo/plan.js';

const script = path.resolve(import.meta.dirname, '../../script/demo');
const plan = makePlan('2026-11-20');

async function signIn(server, { email }) {
  const answer = await new Client(server).post('/auth/login', { email, password: PASSWORD }, { expect: 200 });
  return new Client(server, { token: answer.body.data.accessToken, organization: answer.body.data.organization.id });
}

/** Tasks of projects and events are made with these, and partners bring leads of their own. */
const beside = {
  tasks: { 'projectId[null]': true, 'eventId[null]': true },
  leads: { 'campaign[null]': true },
  contacts: { 'leadId[null]': true },
  deals: { 'leadId[null]': true },
};

async function totals(client) {
  const counted = {};
  for (const kind of Object.keys(plan)) {
    const query = { limit: 1, count: 'exact', ...beside[kind] };
    counted[kind] = (await client.get(`/${kind}`, { query, expect: 200 })).body.pagination.total;
  }
  return counted;
}

test('S2-DB-05 script/demo fills an organisation once', async (t) => {
  const server = new Server({ binary: process.env.CAIRN_TEST_BINARY });
  t.after(async () => {
    await server.stop();
    server.remove();
  });
  await server.start();
  const run = () => promisify(execFile)(script, [server.url]);
  const planned = Object.fromEntries(Object.entries(plan).map(([kind, rows]) => [kind, rows.length]));

  assert.match((await run()).stdout, new RegExp(`is ready[^]*${PEOPLE[0].email}[^]*${PASSWORD}`));
  const admin = await signIn(server, PEOPLE[0]);
  assert.deepEqual(await totals(admin), planned);
  const { deals, wonByMonth, byOwner } = await admin.read('/reports/sales-overview');
  assert.ok(deals.open > 30 && deals.won > 30 && deals.lost > 20);
  assert.ok(wonByMonth.length >= 17 && byOwner.length === PEOPLE.length - 1);
  const [wedding] = await admin.read('/events', { 'templateId[null]': 'false' });
  assert.ok(wedding.plannedTotal > 16_000 && wedding.agreedTotal > 11_000);
  for (const [path, parts] of [['tasks', 6], ['schedule-items', 7], ['budget-lines', 5], ['event-vendors', 3]])
    assert.equal((await admin.all(`/${path}`, { eventId: wedding.id })).length, parts, path);
  const won = plan.deals.filter((deal) => deal.stage === 'won');
  const lines = await admin.all('/deal-lines');
  assert.ok(lines.length > 100 && lines.some((line) => line.productId));
  const [withLines] = await admin.all('/deals', { name: won[0].body.name });
  assert.equal(withLines.amount, won[0].body.amount, 'the lines make what was planned');
  assert.ok((await admin.all('/event-participants', { 'userId[null]': 'false' })).length > 3);
  const load = await admin.read('/reports/project-load');
  assert.ok(load.byProject.length >= 5 && load.overdue > 0);
  for (const status of ['draft', 'sent', 'expired', 'accepted', 'declined', 'cancelled'])
    assert.ok((await admin.read('/quotes', { status })).length, `quotes: ${status}`);
  for (const status of ['draft', 'issued', 'partially_paid', 'paid', 'overdue', 'void'])
    assert.ok((await admin.read('/invoices', { status })).length, `invoices: ${status}`);
  for (const type of ['deposit', 'credit_note'])
    assert.ok((await admin.read('/invoices', { type })).length, `invoices: ${type}`);
  for (const query of [{ status: 'scheduled', direction: 'out' }, { status: 'scheduled', direction: 'in' }, { kind: 'refund' }, { 'unallocated[gt]': 0 }, { instalment: 'deposit', status: 'completed' }])
    assert.ok((await admin.read('/payments', query)).length, `payments: ${JSON.stringify(query)}`);
  for (const status of ['draft', 'issued', 'delivered', 'cancelled'])
    assert.ok((await admin.read('/delivery-notes', { status })).length, `delivery notes: ${status}`);
  for (const stage of ['new', 'contacted', 'qualified', 'unqualified'])
    assert.ok((await admin.read('/leads', { status: stage })).length, stage);

  for (const { people, leads } of NETWORK) {
    const partner = await signIn(server, people[0]);
    const [{ id }] = await partner.read('/partners');
    const stats = await partner.read(`/partners/${id}/stats`);
    assert.deepEqual([stats.users, stats.wonDeals], [people.length, leads.filter((lead) => lead.deal?.outcome === 'win').length]);
    assert.ok(stats.totalLeads >= leads.length && stats.convertedLeads === leads.filter((lead) => lead.deal).length);
    assert.deepEqual((await partner.read(`/partners/${id}/users`)).map((user) => user.email).sort(), people.map((person) => person.email).sort());
  }
  assert.equal((await admin.read('/leads', { externalIds: 'zoho:4150868000000624004' })).length, 1);

  assert.match((await run()).stdout, /is here already/);
  const address = `/organizations/${admin.organization}`;
  const { settings } = await admin.read(address);
  await admin.patch(address, { settings: { ...settings, demo: { day: settings.demo.day } } }, { expect: 200 });
  assert.match((await run()).stdout, /is ready/);
  assert.deepEqual(await totals(admin), planned);

  const salesperson = await signIn(server, PEOPLE[3]);
  const own = await totals(salesperson);
  assert.ok(own.companies > 0 && own.companies < planned.companies);
});
