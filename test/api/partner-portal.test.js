// SPDX-License-Identifier: Apache-2.0
// The partner's side: routes of its own, sub-accounts, figures, and what never reaches a partner.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { Client, errorOf, failingFields } from './harness/client.js';
import { Organisation, PASSWORD, login, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;
const ours = await maker.create('partner', { status: 'approved' });
const theirs = await maker.create('partner', { status: 'approved' });
const boss = await organisation.member('partner_admin', { partnerId: ours.id });
const person = await organisation.member('partner_user', { partnerId: ours.id });
const stranger = await organisation.member('partner_admin', { partnerId: theirs.id });
const manager = await organisation.member('manager');
const user = await organisation.member('user');
const accountant = await organisation.member('accountant');

const WHOLE = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', company: 'Engines', source: 'website' };
const at = (partner, rest) => `/partners/${partner.id}/${rest}`;
const submit = (caller = person, extra = {}) => caller.create(at(ours, 'leads'), { ...WHOLE, company: unique('Firm '), ...extra });

/* --- partner-scoped routes ------------------------------------------------------------------------- */

test('S4-API-05 a foreign :partnerId is 403 on every partner route, whether there is such a partner or not', async () => {
  const lead = await submit();
  for (const caller of [boss, person]) {
    for (const partnerId of [theirs.id, randomUUID(), 'not-an-id']) {
      const routes = [
        ['GET', 'leads'], ['POST', 'leads', WHOLE], ['GET', 'leads/export.csv'], ['GET', `leads/${lead.id}`], ['PATCH', `leads/${lead.id}`, { phone: '12345' }],
        ['PATCH', `leads/${lead.id}/status`, { status: 'contacted' }], ['GET', 'users'], ['GET', `users/${caller.id}`], ['GET', 'stats'],
      ];
      for (const [method, rest, body] of routes) {
        errorOf(await caller.send(method, `/partners/${partnerId}/${rest}`, { body }), 403);
      }
    }
  }
  errorOf(await boss.post(at(theirs, 'users'), { email: 'x@example.com' }), 403);
  errorOf(await boss.get(at(theirs, 'activity-log')), 403);
  errorOf(await boss.delete(at(theirs, `users/${stranger.id}`)), 403);
});

test('S4-API-05 the organisation enters any partner, as far as its roles reach', async () => {
  const lead = await submit();
  for (const caller of [admin, manager]) {
    assert.equal((await caller.read(at(ours, `leads/${lead.id}`))).id, lead.id);
    errorOf(await caller.get(at(theirs, `leads/${lead.id}`)), 404);
    errorOf(await caller.get(`/partners/${randomUUID()}/leads`), 404);
  }
  assert.deepEqual(await user.read(at(ours, 'leads')), [], 'a user sees leads of one’s own only');
  errorOf(await accountant.get(at(ours, 'leads')), 403);
});

test('S4-API-05 /api/partners and /api/v1/partners are the same', async () => {
  const lead = await submit();
  const { body } = await person.get(`/api/partners/${ours.id}/leads/${lead.id}`, { like: at(ours, `leads/${lead.id}`), expect: 200 });
  assert.equal(body.data.id, lead.id);
  await person.patch(`/api/leads/${lead.id}/status`, { status: 'contacted' }, { like: `/leads/${lead.id}/status`, expect: 200 });
});

test('S4-API-06 a missing token and an invalid one are refused', async () => {
  const nobody = new Client(admin.server);
  const liar = new Client(admin.server, { token: `${person.token.slice(0, -3)}abc` });
  for (const rest of ['leads', 'users', 'stats', 'activity-log']) {
    errorOf(await nobody.get(at(ours, rest)), 401);
    errorOf(await liar.get(at(ours, rest)), 401);
  }
});

/* --- leads ------------------------------------------------------------------------------------------ */

test('S4-API-02 a partner submits a lead, which is the partner’s and worked by the organisation', async () => {
  const lead = await submit();
  assert.equal(lead.partnerId, ours.id);
  assert.equal(lead.status, 'new');
  assert.equal(lead.ownerId, admin.id);
  const same = await person.create(at(ours, 'leads'), { ...WHOLE, partnerId: ours.id });
  assert.equal(same.partnerId, ours.id);
  const byAdmin = await admin.create(at(ours, 'leads'), WHOLE);
  assert.equal(byAdmin.partnerId, ours.id, 'whoever submits it there');
  assert.deepEqual(failingFields(await admin.post(at(ours, 'leads'), { ...WHOLE, partnerId: theirs.id })), ['partnerId']);
});

test('S4-API-02 S4-API-07 what a lead must tell is told with every failing field at once', async () => {
  const wrong = { firstName: 'x'.repeat(51), lastName: '', email: 'nobody', company: 'x'.repeat(101), source: 'hearsay' };
  assert.deepEqual(failingFields(await person.post(at(ours, 'leads'), wrong)).sort(), ['company', 'email', 'firstName', 'lastName', 'source']);
  assert.deepEqual(failingFields(await person.post(at(ours, 'leads'), {})).sort(), ['company', 'email', 'firstName', 'lastName', 'source']);
  assert.equal((await person.post(at(ours, 'leads'), '{"firstName": ')).status, 400);
  for (const source of ['website', 'referral', 'advertisement']) await submit(person, { source });
});

test('S4-API-02 also where the organisation asks for less, on the partner’s routes', async (t) => {
  t.after(() => admin.patch(`/organizations/${organisation.id}`, { settings: { leadRequired: null } }, { expect: 200 }));
  await admin.patch(`/organizations/${organisation.id}`, { settings: { leadRequired: [] } }, { expect: 200 });
  assert.equal((await admin.post('/leads', { lastName: 'Alone' })).status, 201);
  assert.deepEqual(failingFields(await admin.post(at(ours, 'leads'), { lastName: 'Alone' })).sort(), ['company', 'email', 'firstName', 'source']);
});

test('S4-API-02 the same Idempotency-Key submits once', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const body = { ...WHOLE, company: unique('Once ') };
  const [first, second] = [await person.post(at(ours, 'leads'), body, { headers, expect: 201 }), await person.post(at(ours, 'leads'), body, { headers, expect: 201 })];
  assert.equal(first.body.data.id, second.body.data.id);
  assert.equal((await person.all(at(ours, 'leads'), { company: body.company })).length, 1);
});

test('S4-API-03 S4-ARCH-02 the leads of a partner, filtered, sorted, paged and counted', async () => {
  const mine = await maker.create('partner', { status: 'approved' });
  const names = ['Berta', 'Anna', 'Cara'];
  for (const firstName of names) await admin.create(at(mine, 'leads'), { ...WHOLE, firstName });
  await submit();
  const page = await manager.get(at(mine, 'leads'), { query: { sort: 'firstName', limit: 2 }, expect: 200 });
  assert.deepEqual(page.body.data.map((row) => row.firstName), ['Anna', 'Berta']);
  assert.equal(page.body.pagination.total, 3);
  const rest = await manager.read(at(mine, 'leads'), { sort: 'firstName', limit: 2, cursor: page.body.pagination.nextCursor });
  assert.deepEqual(rest.map((row) => row.firstName), ['Cara']);
  assert.deepEqual((await manager.read(at(mine, 'leads'), { firstName: 'Anna' })).length, 1);
  assert.deepEqual(await manager.read(at(mine, 'leads'), { partnerId: ours.id }), [], 'the address stands');
  const csv = await manager.get(at(mine, 'leads/export.csv'), { expect: 200 });
  assert.equal(csv.text.trim().split('\n').length, 4);
});

test('S4-API-04 a status update is kept in the history with who, when and why', async () => {
  const lead = await submit();
  const { body } = await person.patch(at(ours, `leads/${lead.id}/status`), { status: 'contacted', comment: 'Met at the fair' }, { expect: 200 });
  assert.equal(body.data.status, 'contacted');
  await manager.patch(`/leads/${lead.id}/status`, { status: 'qualified' }, { expect: 200 });
  for (const caller of [person, boss, manager]) {
    const rows = await caller.read(`/leads/${lead.id}/history`, { sort: 'changedAt' });
    assert.deepEqual(rows.map((row) => [row.oldStatus, row.newStatus, row.changedBy, row.comment]), [
      [null, 'new', person.id, null], ['new', 'contacted', person.id, 'Met at the fair'], ['contacted', 'qualified', manager.id, null],
    ]);
  }
  errorOf(await stranger.get(`/leads/${lead.id}/history`), 404);
});

test('S4-API-04 S4-DB-01 a word about a status that stays is kept too, once', async () => {
  const lead = await submit();
  const say = (comment, headers) => person.patch(`/leads/${lead.id}/status`, { status: 'new', comment }, { expect: 200, headers });
  await say('Still thinking');
  await say(null);
  await say('   ');
  const rows = await person.read(`/leads/${lead.id}/history`, { sort: 'changedAt' });
  assert.deepEqual(rows.map((row) => [row.oldStatus, row.newStatus, row.comment]), [[null, 'new', null], ['new', 'new', 'Still thinking']]);
});

test('S4-API-04 a status that is none, a conversion and a stale version are refused', async () => {
  const lead = await submit();
  const set = (body, headers) => person.patch(at(ours, `leads/${lead.id}/status`), body, { headers });
  assert.deepEqual(failingFields(await set({ status: 'sold' })), ['status']);
  assert.deepEqual(failingFields(await set({ status: 'converted' })), ['status']);
  assert.deepEqual(failingFields(await set({ status: 'unqualified' })), ['unqualifiedReason']);
  assert.deepEqual(failingFields(await set({ comment: 'no status' })), ['status']);
  assert.deepEqual(failingFields(await set({ status: 'contacted', lastName: 'Other' })), ['lastName']);
  assert.deepEqual(failingFields(await set({ status: 'contacted', comment: 'x'.repeat(501) })), ['statusComment']);
  errorOf(await set({ status: 'contacted' }, { 'if-match': '"v99"' }), 412);
  errorOf(await stranger.patch(`/leads/${lead.id}/status`, { status: 'contacted' }), 404);
  assert.equal((await person.read(`/leads/${lead.id}`)).status, 'new');
  assert.equal((await person.read(`/leads/${lead.id}/history`)).length, 1);
});

/* --- sub-accounts ------------------------------------------------------------------------------------ */

async function join(invitation, lastName = 'Sub') {
  const body = { token: invitation.token, password: PASSWORD, firstName: 'Sue', lastName };
  const { data } = (await new Client(admin.server).post('/auth/accept-invitation', body, { expect: 200 })).body;
  return new Client(admin.server, { token: data.accessToken, id: data.user.id, email: data.user.email, role: data.user.role });
}

test('S4-SEC-07 S4-ENT-02 a partner’s administrator invites, changes, deactivates and lets in again', async () => {
  const email = `${unique('sub')}@example.com`;
  const invited = (await boss.post(at(ours, 'users'), { email, firstName: 'Sue' }, { expect: 201 })).body.data;
  assert.equal(invited.role, 'partner_user');
  assert.equal(invited.partnerId, ours.id);
  assert.deepEqual((await boss.read('/invitations')).map((row) => row.email), [email], 'one’s own invitations');
  assert.deepEqual((await stranger.read('/invitations')).map((row) => row.email), []);
  const sub = await join(invited);
  assert.deepEqual((await boss.all(at(ours, 'users'))).map((row) => row.id).sort(), [boss.id, person.id, sub.id].sort());
  await sub.create(at(ours, 'leads'), WHOLE);
  const change = (body) => boss.patch(at(ours, `users/${sub.id}`), body);
  assert.equal((await change({ jobTitle: 'Scout', role: 'partner_admin' })).body.data.role, 'partner_admin');
  await boss.delete(at(ours, `users/${sub.id}`), { expect: 204 });
  errorOf(await sub.get('/leads'), 401);
  assert.notEqual((await new Client(admin.server).post('/auth/login', { email, password: PASSWORD })).status, 200);
  assert.equal((await boss.read(at(ours, `users/${sub.id}`))).active, false, 'kept, since records name them');
  assert.equal((await change({ active: true })).status, 200);
  await login(admin.server, email);
});

test('S4-SEC-07 nobody makes more of a sub-account than a partner’s person', async () => {
  for (const role of ['admin', 'manager', 'user', 'accountant']) {
    for (const caller of [boss, admin]) {
      const answer = await caller.post(at(ours, 'users'), { email: `${unique('x')}@example.com`, role });
      assert.ok([403, 422].includes(answer.status), `${caller.role} ${role}: ${answer.status}`);
    }
    errorOf(await boss.patch(`/users/${person.id}`, { role }), 403);
    errorOf(await boss.post('/invitations', { email: `${unique('x')}@example.com`, role }), 403);
  }
  assert.deepEqual(failingFields(await admin.post(at(ours, 'users'), { email: `${unique('x')}@example.com`, role: 'no_such_role' })), ['role']);
  assert.deepEqual(failingFields(await boss.patch(`/users/${person.id}`, { partnerId: theirs.id })), ['partnerId']);
  errorOf(await boss.patch(`/users/${boss.id}`, { role: 'partner_user' }), 403);
  errorOf(await boss.delete(at(ours, `users/${boss.id}`)), 403);
  assert.equal((await boss.read(`/users/${boss.id}`)).active, true);
});

test('S4-SEC-07 nor touches people of others', async () => {
  for (const other of [admin, manager, stranger]) {
    errorOf(await boss.get(`/users/${other.id}`), 404);
    errorOf(await boss.patch(`/users/${other.id}`, { active: false }), 404);
    errorOf(await boss.delete(at(ours, `users/${other.id}`)), 404);
  }
  errorOf(await boss.post('/invitations', { email: `${unique('x')}@example.com`, role: 'partner_user', partnerId: theirs.id }), 403);
  assert.equal((await admin.read(`/users/${stranger.id}`)).active, true);
});

test('S4-SEC-07 a partner’s person who is no administrator manages nobody', async () => {
  errorOf(await person.post(at(ours, 'users'), { email: 'x@example.com' }), 403);
  errorOf(await person.patch(at(ours, `users/${boss.id}`), { active: false }), 404);
  errorOf(await person.delete(at(ours, `users/${boss.id}`)), 404);
  assert.deepEqual((await person.all(at(ours, 'users'))).map((row) => row.id), [person.id]);
});

test('S4-SEC-07 an invitation of the organisation, or of another partner, is not taken over', async () => {
  const email = `${unique('wanted')}@example.com`;
  const invited = (await admin.post('/invitations', { email, role: 'manager' }, { expect: 201 })).body.data;
  errorOf(await boss.post(at(ours, 'users'), { email }), 409);
  const joined = await join(invited);
  assert.equal(joined.role, 'manager', 'the invitation still stands');
  await admin.patch(`/users/${joined.id}`, { active: false }, { expect: 200 });
  errorOf(await boss.post(at(ours, 'users'), { email }), 409);
  const other = `${unique('other')}@example.com`;
  await stranger.post(at(theirs, 'users'), { email: other }, { expect: 201 });
  errorOf(await boss.post(at(ours, 'users'), { email: other }), 409);
});

/* --- figures ----------------------------------------------------------------------------------------- */

const convert = async (lead, deal) => (await admin.post(`/leads/${lead.id}/convert`, { deal }, { expect: 200 })).body.data;

test('S4-DB-01 the statistics of a partner, on its record and by themselves', async () => {
  const partner = await maker.create('partner', { status: 'approved' });
  const chief = await organisation.member('partner_admin', { partnerId: partner.id });
  const helper = await organisation.member('partner_user', { partnerId: partner.id });
  const path = `/partners/${partner.id}/stats`;
  const empty = await chief.read(path);
  assert.deepEqual(empty, {
    totalLeads: 0, leadsByStatus: {}, leadsThisMonth: 0, convertedLeads: 0, conversionRate: null, wonDeals: 0, wonAmount: 0,
    currency: 'EUR', wonByCurrency: {}, users: 2, lastLeadAt: null,
  });
  const leads = [];
  for (let i = 0; i < 4; i++) leads.push(await helper.create('/leads', { ...WHOLE, company: unique('Stat ') }));
  await helper.patch(`/leads/${leads[0].id}/status`, { status: 'contacted' }, { expect: 200 });
  const won = await convert(leads[1], { name: 'Won', amount: 250.5 });
  await admin.post(`/deals/${won.dealId}/win`, {}, { expect: 200 });
  const foreign = await convert(leads[2], { name: 'Won in dollars', amount: 99, currency: 'USD' });
  await admin.post(`/deals/${foreign.dealId}/win`, {}, { expect: 200 });
  const stats = await chief.read(path);
  assert.deepEqual(stats.leadsByStatus, { new: 1, contacted: 1, converted: 2 });
  assert.deepEqual([stats.totalLeads, stats.leadsThisMonth, stats.convertedLeads, stats.conversionRate, stats.wonDeals], [4, 4, 2, 0.5, 2]);
  assert.deepEqual(stats.wonByCurrency, { EUR: 250.5, USD: 99 });
  assert.equal(stats.currency, 'EUR');
  assert.equal(stats.lastLeadAt, (await helper.read(`/leads/${leads[3].id}`)).createdAt);
  for (const caller of [chief, helper, admin, manager]) {
    assert.deepEqual(await caller.read(path), stats, caller.role);
    assert.deepEqual((await caller.read(`/partners/${partner.id}`)).stats, stats, caller.role);
  }
  assert.equal((await user.read(path)).totalLeads, 0, 'who may not see the leads is told nothing of them');
  assert.ok(!('stats' in (await admin.read('/partners'))[0]), 'a list does not count');
  await admin.delete(`/leads/${leads[0].id}`, { expect: 204 });
  assert.equal((await chief.read(path)).totalLeads, 3, 'what is in the trash does not count');
});

test('S4-DB-01 the report on partners tells each what it brought, within the caller’s sight', async () => {
  const partner = await maker.create('partner', { status: 'approved' });
  const chief = await organisation.member('partner_admin', { partnerId: partner.id });
  const lead = await chief.create('/leads', { ...WHOLE, company: unique('Report ') });
  await chief.create('/leads', { ...WHOLE, company: unique('Report ') });
  const { dealId } = await convert(lead, { amount: 1000 });
  await admin.post(`/deals/${dealId}/win`, {}, { expect: 200 });
  const report = await admin.read('/reports/partners');
  const row = report.partners.find((r) => r.partnerId === partner.id);
  assert.deepEqual([row.partner, row.leads, row.openLeads, row.convertedLeads, row.conversionRate, row.wonDeals, row.lostDeals, row.wonAmount],
    [partner.name, 2, 1, 1, 0.5, 1, 0, 1000]);
  for (const figure of ['leads', 'convertedLeads', 'wonDeals', 'wonAmount']) {
    assert.equal(report.total[figure], report.partners.reduce((sum, r) => sum + r[figure], 0), figure);
  }
  const seen = await chief.read('/reports/partners');
  assert.deepEqual(seen.partners, [row], 'a partner sees itself');
  assert.equal(seen.total.leads, 2);
  const later = await admin.read('/reports/partners', { from: '2099-01-01' });
  assert.equal(later.total.leads, 0);
  assert.ok(later.partners.length > 0);
  errorOf(await accountant.get('/reports/partners'), 403);
  for (const query of ['from=soon', 'to=2026-02-30', 'who=me', 'from=2026-02-02&to=2026-01-01']) errorOf(await admin.get('/reports/partners', { query }), 400);
});

/* --- what never reaches a partner --------------------------------------------------------------------- */

test('S4-SEC-08 S2-REL-08 after conversion a partner sees the outcome and nothing inside, by no way out', async () => {
  const secret = unique('secret');
  const lead = await submit(person, { company: unique('Converted ') });
  const company = await admin.create('/companies', { name: `${secret} company` });
  await admin.patch(`/leads/${lead.id}`, { score: 77, zohoLeadId: secret }, { expect: 200 });
  await admin.patch(`/partners/${ours.id}`, { internalNotes: `${secret} notes` }, { expect: 200 });
  const done = (await admin.post(`/leads/${lead.id}/convert`, { companyId: company.id, deal: { name: `${secret} deal`, amount: 1234 } }, { expect: 200 })).body.data;
  await admin.create('/activities', { type: 'note', body: `${secret} note`, leadId: lead.id });
  await admin.create('/activities', { type: 'call', subject: `${secret} private`, leadId: lead.id, visibility: 'private' });
  await admin.create('/tasks', { title: `${secret} task`, leadId: lead.id, dealId: done.dealId });
  await admin.post(`/deals/${done.dealId}/win`, { note: `${secret} why`, wonReason: 'Price' }, { expect: 200 });
  for (const caller of [boss, person]) {
    const seen = await caller.read(`/leads/${lead.id}`);
    assert.deepEqual([seen.status, seen.dealStatus, seen.wonAmount], ['converted', 'won', 1234]);
    assert.ok(!('score' in seen) && !('zohoLeadId' in seen));
    const included = await caller.read(`/leads/${lead.id}`, { include: 'convertedDeal,convertedCompany,convertedContact,owner,partner' });
    assert.deepEqual([included.convertedDeal, included.convertedCompany, included.convertedContact], [null, null, null]);
    const ways = [
      '/leads', '/leads?q=' + secret, `/leads/${lead.id}`, `/leads/${lead.id}?include=convertedDeal,convertedCompany`, `/partners/${ours.id}`, '/partners',
      `/leads/${lead.id}/history`, '/lead-status-history', '/activities', '/leads/export.csv', '/reports/partners', `/partners/${ours.id}/stats`,
      '/deals', `/deals/${done.dealId}`, `/deals/${done.dealId}/timeline`, '/deals/export.csv', '/companies', `/companies/${company.id}`, '/contacts', '/tasks',
      `/leads/${lead.id}/timeline`, `/partners/${ours.id}/timeline`, '/audit-logs?limit=200', '/activity-log?limit=200', '/audit-logs/export.csv',
      `/partners/${ours.id}/activity-log`, '/reports/sales-overview',
    ];
    for (const way of ways) {
      const [path, query] = way.split('?');
      const answer = await caller.get(path, { query, like: path.startsWith('/activity-log') ? '/audit-logs' : undefined });
      assert.ok([200, 403, 404].includes(answer.status), `${way}: ${answer.status}`);
      const told = answer.text.replaceAll(`"instance":"${path}"`, '');
      assert.ok(!told.includes(secret), `${caller.role} ${way}`);
      if (answer.status === 200) assert.doesNotMatch(answer.text, /"score"|"zohoLeadId"|"entity":"deal"/, way);
    }
    for (const query of ['sort=score', 'score[gte]=1', 'fields=score', 'sort=zohoLeadId', 'zohoLeadId=x']) errorOf(await caller.get('/leads', { query }), 400);
    assert.deepEqual(await caller.read('/leads', { q: secret }), []);
    for (const body of [{ score: 1 }, { zohoLeadId: 'x' }]) assert.deepEqual(failingFields(await caller.patch(`/leads/${lead.id}`, body)), Object.keys(body));
  }
  const rows = await boss.all(`/leads/${lead.id}/timeline`);
  assert.ok(rows.length >= 3 && rows.some((row) => row.diff?.dealStatus), 'the outcome stands in its timeline');
  assert.ok((await admin.all(`/leads/${lead.id}/timeline`)).some((row) => row.diff?.score), 'the organisation sees the score change');
});

test('S4-SEC-03 duplicates of other partners are not told', async () => {
  const email = `${unique('twin')}@example.com`;
  const mine = await submit(person, { email });
  const twin = await stranger.create(at(theirs, 'leads'), { ...WHOLE, email });
  assert.equal(twin.email, email);
  assert.deepEqual((await person.all('/leads', { email })).map((row) => row.id), [mine.id]);
  assert.equal((await person.get('/leads', { query: { email, count: 'exact' }, expect: 200 })).body.pagination.total, 1);
});

/* --- activity log -------------------------------------------------------------------------------------- */

test('S4-ENT-05 the activity log answers by entity, record, action, person and time', async () => {
  const lead = await submit();
  await person.patch(`/leads/${lead.id}/status`, { status: 'contacted' }, { expect: 200 });
  const read = async (query, caller = admin) => (await caller.get('/activity-log', { query, like: '/audit-logs', expect: 200 })).body.data;
  const rows = await read({ entity: 'lead', recordId: lead.id });
  assert.deepEqual(rows.map((row) => [row.action, row.actorId, row.partnerId]), [['update', person.id, ours.id], ['create', person.id, ours.id]]);
  assert.deepEqual(rows[0].diff.status, ['new', 'contacted']);
  assert.deepEqual((await read({ recordId: lead.id, action: 'create' })).length, 1);
  assert.deepEqual((await read({ recordId: lead.id, actorId: admin.id })).length, 0);
  assert.deepEqual((await read({ recordId: lead.id, 'at[gte]': new Date(Date.now() + 60_000).toISOString() })).length, 0);
  const theirOwn = await boss.read(at(ours, 'activity-log'), { entity: 'lead' });
  assert.ok(theirOwn.some((row) => row.recordId === lead.id));
  assert.ok(theirOwn.every((row) => row.partnerId === ours.id));
  errorOf(await person.get(at(ours, 'activity-log')), 403);
});

test('S4-DB-02 S4-ENT-06 a sign-in is logged, and seen by the partner’s administrator', async () => {
  const email = person.email;
  const session = await login(admin.server, email);
  const rows = (await boss.get('/activity-log', { query: { entity: 'user', recordId: person.id, action: 'login' }, like: '/audit-logs', expect: 200 })).body.data;
  assert.ok(rows.length >= 1);
  assert.ok(rows.every((row) => row.actorId === person.id && row.partnerId === ours.id));
  const sessions = await session.read('/auth/sessions');
  assert.ok(sessions.length >= 1, 'the session itself is listed to its person');
  assert.equal((await admin.all('/audit-logs', { entity: 'user', recordId: person.id, action: 'login' })).length, rows.length);
});

/* --- what the browser is told ---------------------------------------------------------------------------- */

test('S4-UI-01 the metadata tell a partner’s people of their partner, and of no more than what they may read', async () => {
  const told = (caller) => caller.read('/meta');
  assert.deepEqual([(await told(boss)).user.partnerId, (await told(boss)).can.invite], [ours.id, true]);
  assert.deepEqual([(await told(person)).user.partnerId, (await told(person)).can.invite], [ours.id, false]);
  assert.deepEqual([(await told(admin)).user.partnerId, (await told(admin)).can.invite], [null, true]);
  assert.deepEqual([(await told(manager)).user.partnerId, (await told(manager)).can.invite], [null, false]);
  for (const caller of [boss, person]) {
    const { entities } = await told(caller);
    const names = entities.map(({ name }) => name);
    for (const name of ['company', 'contact', 'deal', 'quote', 'invoice', 'payment', 'task', 'event', 'project', 'role', 'team', 'api_key'])
      assert.ok(!names.includes(name), `${caller.role} ${name}`);
    for (const { path } of entities) assert.equal((await caller.get(path.replace('/api/v1', ''), { query: { limit: 1 } })).status, 200, path);
  }
});
