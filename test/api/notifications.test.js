// SPDX-License-Identifier: Apache-2.0
// Notifications: who hears of what, once, and only as long as they may see it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf, exchange, failingFields } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';
import { ownServer, sharedDataFolder } from './harness/server.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const team = await admin.create('/teams', { name: unique('team '), managerId: admin.id });
const [ann, bob] = [await organisation.member('user', { teamId: team.id }), await organisation.member('user', { teamId: team.id })];
const LEAD = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', company: 'Engines', source: 'website' };

const PATIENCE_MS = 8000;

/** What somebody has been told of a record, oldest first, once it is `count` notifications. */
async function told(caller, recordId, count = 1) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const rows = await caller.all('/notifications', { recordId, sort: 'createdAt' });
    if (rows.length >= count || Date.now() > deadline) return rows;
    await sleep(60);
  }
}

/** Waits until everything committed so far has been read: a task of one's own is the mark. */
async function settled(by = admin, to = ann) {
  const mark = await by.create('/tasks', { title: 'mark', assigneeId: to.id });
  assert.equal((await told(to, mark.id)).length, 1, 'the reader has come so far');
}

const kinds = (rows) => rows.map((row) => row.type);

/* --- assignment ------------------------------------------------------------------------------------- */

test('S4-ENT-07 S2-ENT-15 S2-API-10 who is given a task hears of it, and who gives it does not', async () => {
  const task = await admin.create('/tasks', { title: 'Call Ada', assigneeId: ann.id });
  const [row, ...more] = await told(ann, task.id);
  assert.equal(more.length, 0);
  const { id, createdAt, changeId, ...rest } = row;
  assert.deepEqual(rest, {
    title: 'Task assigned to you: Call Ada', type: 'task_assigned', readAt: null, actorId: admin.id, body: null, entity: 'task',
    recordId: task.id, data: {}, userId: ann.id,
  });
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
  assert.deepEqual((await ann.read(`/notifications/${id}`)).changeId, changeId);
  assert.deepEqual((await admin.all('/audit-logs', { recordId: task.id })).map((change) => change.id), [changeId]);
  assert.deepEqual(await admin.all('/notifications', { recordId: task.id }), []);
});

test('S4-ENT-07 who is given a record with parts hears of it once', async () => {
  const { id: contactId } = await admin.create('/contacts', { lastName: 'Guest' });
  const deal = await admin.create('/deals', { name: 'With parts', ownerId: ann.id, lines: [{ name: 'Line', unitPrice: 1 }], participants: [{ contactId }] });
  assert.deepEqual(kinds(await told(ann, deal.id)), ['record_assigned']);
  await settled();
  for (const part of [...deal.lines, ...deal.participants]) assert.deepEqual(await ann.all('/notifications', { recordId: part.id }), []);
});

test('S4-ENT-07 a task of one’s own is no news, handing it on is', async () => {
  const task = await ann.create('/tasks', { title: 'Mine' });
  await ann.patch(`/tasks/${task.id}`, { assigneeId: bob.id }, { expect: 200 });
  assert.deepEqual(kinds(await told(bob, task.id)), ['task_assigned']);
  await settled();
  assert.deepEqual(await ann.all('/notifications', { recordId: task.id }), []);
});

test('S4-ENT-07 records of every kind that are given to somebody', async () => {
  for (const [path, body] of [['/companies', { name: 'Given' }], ['/contacts', { lastName: 'Given' }], ['/deals', { name: 'Given' }], ['/projects', { name: 'Given' }], ['/events', { name: 'Given' }]]) {
    const made = await admin.create(path, { ...body, ownerId: ann.id });
    const [row] = await told(ann, made.id);
    assert.deepEqual([row?.type, row?.title, row?.entity], ['record_assigned', 'Assigned to you: Given', { '/companies': 'company' }[path] ?? path.slice(1, -1)], path);
    await admin.patch(`${path}/${made.id}`, { ownerId: bob.id }, { expect: 200 });
    assert.deepEqual(kinds(await told(bob, made.id)), ['record_assigned']);
  }
});

test('S4-ENT-07 many at once are one notification that tells how many', async () => {
  const csv = `name,owner\n${Array.from({ length: 30 }, (_, i) => `Bulk ${i},${bob.id}`).join('\n')}\n`;
  const mapping = { columns: { name: 'name', owner: 'ownerId' } };
  const before = (await bob.all('/notifications', { type: 'record_assigned' })).length;
  const answer = await admin.post(`/imports?into=companies&map=${encodeURIComponent(JSON.stringify(mapping))}`, csv, { headers: { 'content-type': 'text/csv' } });
  assert.ok([200, 201].includes(answer.status), answer.text);
  await settled();
  const owned = (await admin.all('/companies', { ownerId: bob.id })).filter((c) => c.name.startsWith('Bulk'));
  assert.equal(owned.length, 30);
  const rows = (await bob.all('/notifications', { type: 'record_assigned' }));
  assert.equal(rows.length - before, 1);
  assert.deepEqual([rows[0].title, rows[0].data, rows[0].recordId], ['30 records were assigned to you', { count: 30 }, null]);
});

test('S2-ENT-15 S4-ENT-07 an import that is over tells who began it', async () => {
  const mapping = { columns: { name: 'name' } };
  const query = `/imports?into=companies&map=${encodeURIComponent(JSON.stringify(mapping))}`;
  const answer = await admin.post(query, 'name\nOne\nTwo\n', { headers: { 'content-type': 'text/csv' } });
  assert.equal(answer.body.data.status, 'done', answer.text);
  const rows = await told(admin, answer.body.data.id);
  assert.deepEqual(rows.map((row) => [row.type, row.entity, row.actorId]), [['import_finished', 'import', null]]);
  assert.ok(rows[0].title.startsWith('Import finished: '), rows[0].title);
});

/* --- mention ---------------------------------------------------------------------------------------- */

test('S4-ENT-07 who is mentioned by @[e-mail] or @[id] hears of it once, with the words', async () => {
  const company = await admin.create('/companies', { name: 'Mentioned', ownerId: bob.id });
  const body = `Please ask @[${bob.email.toUpperCase()}] or @[${bob.id}], not @[nobody@example.com] nor @ann`;
  const note = await admin.create('/activities', { type: 'note', body, companyId: company.id });
  const rows = await told(bob, note.id);
  assert.deepEqual(rows.map((row) => [row.type, row.body]), [['mention', body]]);
  await admin.patch(`/activities/${note.id}`, { body: `${body}!` }, { expect: 200 });
  await settled();
  assert.equal((await told(bob, note.id)).length, 1, 'a mention that stays is no news');
  assert.deepEqual(await ann.all('/notifications', { recordId: note.id }), []);
});

test('S4-ENT-07 a mention that is added later, and in descriptions', async () => {
  const deal = await admin.create('/deals', { name: 'Big', ownerId: bob.id, description: 'Nothing yet' });
  await admin.patch(`/deals/${deal.id}`, { description: `@[${bob.id}] see here` }, { expect: 200 });
  const rows = await told(bob, deal.id, 2);
  assert.deepEqual(kinds(rows), ['record_assigned', 'mention']);
  assert.equal(rows[1].body, `@[${bob.id}] see here`);
});

test('S4-ENT-07 a mention in what one may not see tells nothing', async () => {
  const company = await admin.create('/companies', { name: unique('hidden ') });
  const note = await admin.create('/activities', { type: 'note', body: `@[${bob.id}] ${company.name}`, visibility: 'private', companyId: company.id });
  const [row] = await told(bob, note.id);
  assert.deepEqual([row.type, row.title, row.body, row.data], ['mention', null, null, {}]);
});

/* --- leads, deals, events ------------------------------------------------------------------------------ */

test('S4-ENT-07 the status of a lead and of an event', async () => {
  const lead = await admin.create('/leads', { ...LEAD, ownerId: ann.id });
  await admin.patch(`/leads/${lead.id}`, { status: 'contacted' }, { expect: 200 });
  const rows = await told(ann, lead.id, 2);
  assert.deepEqual(rows.map((row) => [row.type, row.title, row.data]),
    [['record_assigned', 'Assigned to you: Ada Lovelace', {}], ['lead_status', 'Lead Ada Lovelace is now contacted', { from: 'new', to: 'contacted' }]]);
  await ann.patch(`/leads/${lead.id}`, { status: 'qualified' }, { expect: 200 });
  const event = await admin.create('/events', { name: 'Gala', ownerId: ann.id, startAt: '2030-05-01T10:00:00Z', endAt: '2030-05-01T20:00:00Z' });
  await admin.patch(`/events/${event.id}`, { status: 'tentative' }, { expect: 200 });
  assert.deepEqual((await told(ann, event.id, 2)).map((row) => [row.type, row.title]), [['record_assigned', 'Assigned to you: Gala'], ['event_status', 'Event Gala is now tentative']]);
  assert.equal((await told(ann, lead.id)).length, 2, 'one’s own change is no news');
});

test('S4-ENT-07 a deal that is won or lost tells its owner and who leads the team', async () => {
  const deal = await ann.create('/deals', { name: 'Ours', amount: 10 });
  await ann.post(`/deals/${deal.id}/win`, {}, { expect: 200 });
  assert.deepEqual((await told(admin, deal.id)).map((row) => [row.type, row.title, row.actorId]), [['deal_won', 'Won: Ours', ann.id]]);
  await admin.post(`/deals/${deal.id}/lose`, { lostReason: 'Price' }, { expect: 200 });
  assert.deepEqual(kinds(await told(ann, deal.id)), ['deal_lost']);
});

/* --- partners ------------------------------------------------------------------------------------------- */

test('S4-ENT-07 a partner’s lead is news to the organisation, and what becomes of it to the partner', async () => {
  const partner = await maker.create('partner', { status: 'pending', ownerId: bob.id });
  await admin.patch(`/partners/${partner.id}`, { status: 'approved' }, { expect: 200 });
  const one = await organisation.member('partner_user', { partnerId: partner.id });
  const two = await organisation.member('partner_admin', { partnerId: partner.id });
  const stranger = await organisation.member('partner_admin', { partnerId: (await maker.create('partner', { status: 'approved' })).id });
  assert.deepEqual(kinds(await told(bob, partner.id, 2)), ['record_assigned', 'partner_approved']);

  const lead = await one.create(`/partners/${partner.id}/leads`, LEAD);
  for (const caller of [admin, bob]) assert.deepEqual(kinds(await told(caller, lead.id)), ['partner_lead'], 'who works it, and whose partner it is');
  const [seen] = await told(bob, lead.id);
  assert.equal(seen.title, null, 'bob’s role does not reach the lead');

  await admin.patch(`/leads/${lead.id}/status`, { status: 'contacted' }, { expect: 200 });
  const { dealId } = (await admin.post(`/leads/${lead.id}/convert`, { deal: { name: unique('inside '), amount: 5 } }, { expect: 200 })).body.data;
  await admin.post(`/deals/${dealId}/win`, {}, { expect: 200 });
  for (const caller of [one, two]) {
    const rows = await told(caller, lead.id, 3);
    assert.deepEqual(rows.map((row) => [row.type, row.title]),
      [['lead_status', 'Lead Ada Lovelace is now contacted'], ['lead_status', 'Lead Ada Lovelace is now converted'], ['deal_won', 'Won: Ada Lovelace']]);
    assert.deepEqual(await caller.all('/notifications', { recordId: dealId }), [], 'of the deal itself nothing');
  }
  await two.patch(`/leads/${lead.id}`, { phone: '+49 30 1234' }, { expect: 200 });
  await settled();
  assert.equal((await told(one, lead.id, 3)).length, 3);
  assert.deepEqual(await stranger.all('/notifications'), []);
  const entered = await admin.create(`/partners/${partner.id}/leads`, LEAD);
  await settled();
  assert.deepEqual(await bob.all('/notifications', { recordId: entered.id }), [], 'what the organisation enters itself is no news of a partner');
});

test('S4-ENT-07 who invited hears that the invitation was accepted', async () => {
  const partner = await maker.create('partner', { status: 'approved' });
  const boss = await organisation.member('partner_admin', { partnerId: partner.id });
  const deadline = Date.now() + PATIENCE_MS;
  let mine = [];
  while (!mine.length && Date.now() < deadline) {
    mine = await admin.all('/notifications', { type: 'invitation', actorId: boss.id });
    await sleep(50);
  }
  assert.equal(mine[0]?.title, `Invitation accepted: ${boss.email}`);
});

/* --- reminders -------------------------------------------------------------------------------------------- */

const sweep = () => queryJson(sharedDataFolder(), 'select to_json(notifications_remind())');

test('S4-ENT-07 S1-ENT-05 reminders and tasks that are due, each once', async () => {
  const soon = new Date(Date.now() - 1000).toISOString();
  const task = await admin.create('/tasks', { title: 'Remember', assigneeId: ann.id, remindAt: soon, dueAt: soon, allDay: false });
  const done = await admin.create('/tasks', { title: 'Done', assigneeId: ann.id, remindAt: soon, status: 'done' });
  const later = await admin.create('/tasks', { title: 'Later', assigneeId: ann.id, remindAt: new Date(Date.now() + 3_600_000).toISOString() });
  const company = await admin.create('/companies', { name: 'Ring us', ownerId: ann.id });
  const call = await ann.create('/activities', { type: 'call', subject: 'Ring', companyId: company.id, startAt: new Date(Date.now() + 600_000).toISOString(), remindAt: soon });
  await settled();
  for (let i = 0; i < 3; i++) sweep();
  assert.deepEqual(kinds(await told(ann, task.id, 3)).sort(), ['reminder', 'task_assigned', 'task_due']);
  const own = (await ann.all('/notifications', { recordId: task.id, type: 'reminder' }))[0];
  assert.deepEqual([own.title, own.actorId, own.changeId], ['Reminder: Remember', null, null]);
  assert.deepEqual(kinds(await told(ann, call.id)), ['reminder'], 'also what one has set oneself');
  for (const other of [done, later]) assert.deepEqual(kinds(await ann.all('/notifications', { recordId: other.id })), ['task_assigned']);
  await admin.patch(`/tasks/${task.id}`, { remindAt: new Date(Date.now() - 500).toISOString() }, { expect: 200 });
  sweep();
  assert.equal((await ann.all('/notifications', { recordId: task.id, type: 'reminder' })).length, 2, 'another moment is another reminder');
});

/* --- one's own ---------------------------------------------------------------------------------------------- */

test('S4-ENT-07 S4-SEC-01 notifications are one’s own, whatever the role', async () => {
  const task = await admin.create('/tasks', { title: 'Private', assigneeId: ann.id });
  const [row] = await told(ann, task.id);
  for (const caller of [admin, bob]) {
    errorOf(await caller.get(`/notifications/${row.id}`), 404);
    errorOf(await caller.patch(`/notifications/${row.id}`, { readAt: new Date().toISOString() }), 404);
    assert.ok((await caller.all('/notifications')).every((n) => n.userId === caller.id));
    assert.deepEqual(await caller.all('/notifications', { userId: ann.id }), []);
    const csv = await caller.get('/notifications/export.csv');
    if (csv.status === 200) assert.ok(!csv.text.includes(row.id));
  }
  assert.equal((await ann.read(`/notifications/${row.id}`)).readAt, null);
});

test('S4-ENT-07 they are marked as read, one or all, and counted', async () => {
  const reader = await organisation.member('user');
  const tasks = [];
  for (let i = 0; i < 3; i++) tasks.push(await admin.create('/tasks', { title: `Read ${i}`, assigneeId: reader.id }));
  for (const task of tasks) await told(reader, task.id);
  const unread = async () => (await reader.get('/notifications', { query: { 'readAt[null]': 'true', limit: 1 }, expect: 200 })).body.pagination.total;
  assert.equal(await unread(), 3);
  const [row] = await told(reader, tasks[0].id);
  const at = '2026-01-02T03:04:05.000Z';
  assert.equal((await reader.patch(`/notifications/${row.id}`, { readAt: at }, { expect: 200 })).body.data.readAt, at);
  assert.equal(await unread(), 2);
  assert.deepEqual((await reader.post('/notifications/read-all', undefined, { expect: 200 })).body.data, { read: 2 });
  assert.equal(await unread(), 0);
  assert.deepEqual((await reader.post('/notifications/read-all', undefined, { expect: 200 })).body.data, { read: 0 });
  assert.equal((await reader.patch(`/notifications/${row.id}`, { readAt: null }, { expect: 200 })).body.data.readAt, null);
  for (const [field, value] of [['title', 'x'], ['type', 'mention'], ['userId', ann.id], ['recordId', randomUUID()], ['data', {}]]) {
    assert.deepEqual(failingFields(await reader.patch(`/notifications/${row.id}`, { [field]: value })), [field]);
  }
  errorOf(await reader.post('/notifications', { title: 'x' }, { documented: false }), 405);
  errorOf(await reader.delete(`/notifications/${row.id}`, { documented: false }), 405);
});

test('S4-ENT-07 what is out of sight later is not told any more', async () => {
  const company = await admin.create('/companies', { name: unique('Passing '), ownerId: ann.id });
  const [row] = await told(ann, company.id);
  assert.equal(row.title, `Assigned to you: ${company.name}`);
  await admin.patch(`/companies/${company.id}`, { ownerId: admin.id }, { expect: 200 });
  assert.equal((await ann.read(`/notifications/${row.id}`)).title, null);
  assert.ok(!(await ann.get('/notifications', { expect: 200 })).text.includes(company.name));
  const lead = await admin.create('/leads', { ...LEAD, ownerId: ann.id });
  await admin.patch(`/leads/${lead.id}`, { status: 'contacted' }, { expect: 200 });
  await told(ann, lead.id, 2);
  await admin.patch(`/leads/${lead.id}`, { ownerId: admin.id }, { expect: 200 });
  const rows = await ann.all('/notifications', { recordId: lead.id });
  assert.deepEqual(rows.map((r) => [r.title, r.data]), [[null, {}], [null, {}]], 'nor from what to what');
});

test('S5-SEC-08 S4-ENT-07 what a role does not see stands in no notification and in no partner’s figures', async () => {
  const { key } = await admin.create('/roles', { name: unique('Blind '), preset: 'manager', fields: { 'activity.body': 'none', 'deal.name': 'none', 'lead.wonAmount': 'none' } });
  const blind = await organisation.member(key);
  const secret = unique('secret ');
  const deal = await admin.create('/deals', { name: secret, ownerId: blind.id });
  const note = await admin.create('/activities', { type: 'note', body: `@[${blind.id}] ${secret}`, dealId: deal.id, subject: 'A note' });
  assert.deepEqual((await told(blind, deal.id)).map((row) => row.title), ['Assigned to you: deal']);
  assert.deepEqual((await told(blind, note.id)).map((row) => [row.title, row.body]), [['You were mentioned: A note', null]]);
  assert.ok(!(await blind.get('/notifications', { expect: 200 })).text.includes(secret));
  const partner = await maker.create('partner', { status: 'approved' });
  const { stats } = await blind.read(`/partners/${partner.id}`);
  assert.ok('wonDeals' in stats && !('wonAmount' in stats) && !('wonByCurrency' in stats));
  for (const path of [`/partners/${partner.id}/stats`, '/reports/partners']) errorOf(await blind.get(path), 403);
});

test('S5-SEC-01 S4-ENT-07 nobody hears of another organisation', async () => {
  const other = await Organisation.create();
  const company = await other.admin.create('/companies', { name: 'Foreign' });
  await other.admin.create('/activities', { type: 'note', body: `@[${ann.email}] @[${ann.id}]`, companyId: company.id });
  await settled();
  assert.ok((await ann.all('/notifications')).every((row) => row.recordId !== company.id));
  assert.deepEqual((await other.admin.all('/notifications')), []);
});

test('S4-ENT-07 of many writers at once every assignment is told once', async () => {
  const reader = await organisation.member('user');
  const made = (await Promise.all(Array.from({ length: 64 }, (_, i) => admin.create('/tasks', { title: `Wave ${i}`, assigneeId: reader.id })))).map((task) => task.id);
  const deadline = Date.now() + PATIENCE_MS;
  let rows = [];
  while (rows.length < made.length && Date.now() < deadline) {
    rows = await reader.all('/notifications');
    await sleep(50);
  }
  assert.deepEqual(rows.map((row) => row.recordId).sort(), made.sort());
});

test('S4-ENT-07 what was written while the reader was away, and before a kill, is told afterwards, once', async (t) => {
  const server = await ownServer(t);
  const own = await Organisation.create(server);
  const person = await own.member('user');
  const tasks = [];
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20; i++) tasks.push((await own.admin.create('/tasks', { title: `${round}.${i}`, assigneeId: person.id })).id);
    await server.kill();
    await server.start();
  }
  const deadline = Date.now() + 4 * PATIENCE_MS;
  let rows = [];
  while (rows.length < tasks.length && Date.now() < deadline) {
    rows = await person.all('/notifications');
    await sleep(200);
  }
  assert.deepEqual(rows.map((row) => row.recordId).sort(), tasks.sort());
});

/* --- the words ------------------------------------------------------------------------------------------------ */

test('S4-ENT-07 every type that metadata names has its words, and every entity its table', () => {
  const types = organisation.meta.entity('notification').field('type').options.map((option) => option.key).sort();
  assert.deepEqual(queryJson(sharedDataFolder(), 'select json_agg(type order by type) from notification_types'), types);
  const tables = queryJson(sharedDataFolder(), `select json_object_agg(e, entity_table(e)) from unnest('{${organisation.meta.entities.map((e) => e.name)}}'::text[]) as e`);
  // Sessions are a view, and nobody is told of one.
  for (const entity of organisation.meta.entities.filter((e) => e.name !== 'session')) {
    const wanted = entity.field('deletedAt') ? ({ user: 'memberships' }[entity.name] ?? entity.plural) : null;
    assert.equal(tables[entity.name], wanted, entity.name);
  }
});

/* --- documents and payments --------------------------------------------------------------------------------- */

const share = (shareUrl, { method = 'GET', verb = '', fields } = {}) => exchange(admin.server.url, {
  method, path: new URL(shareUrl).pathname + verb,
  ...(fields ? { body: new URLSearchParams(fields).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } } : {}),
});

test('S2-ENT-06 S4-ENT-07 what a customer does with a quote is told to whose it is, and what is decided also to who leads the team', async () => {
  await admin.create('/tax-rates', { name: unique('Rate '), rate: 20, isDefault: true });
  const company = await ann.create('/companies', { name: 'Customer' });
  const quote = await ann.create('/quotes', { companyId: company.id, title: 'Offer', lines: [{ name: 'Work', unitPrice: 100 }] });
  const sent = (await ann.post(`/quotes/${quote.id}/send`, undefined, { expect: 200 })).body.data;
  assert.equal((await share(sent.shareUrl)).status, 200);
  const viewed = await told(ann, quote.id);
  assert.deepEqual(viewed.map((row) => [row.type, row.title, row.actorId]), [['quote_viewed', 'Quote was viewed: Offer', null]]);
  const accepted = await share(sent.shareUrl, { method: 'POST', verb: '/accept', fields: { name: 'Cora Customer' } });
  assert.ok([200, 303].includes(accepted.status), accepted.text.slice(0, 300));
  assert.deepEqual(kinds(await told(ann, quote.id, 2)), ['quote_viewed', 'quote_accepted']);
  assert.deepEqual(kinds(await told(admin, quote.id)), ['quote_accepted']);
});

test('S2-ENT-14 S4-ENT-07 a payment is told to whose customer paid', async () => {
  const company = await ann.create('/companies', { name: 'Payer' });
  const payment = await admin.create('/payments', { companyId: company.id, amount: 10 });
  const rows = await told(ann, payment.id);
  assert.deepEqual(rows.map((row) => [row.type, row.actorId]), [['payment_recorded', admin.id]]);
  assert.deepEqual(await admin.all('/notifications', { recordId: payment.id }), []);
});
