// SPDX-License-Identifier: Apache-2.0
// The resources that the five systems name, walked as each of them would: routes, relations, envelopes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, errorOf, failingFields } from './harness/client.js';
import { login, Organisation, PASSWORD, unique } from './harness/organisation.js';
import { execute } from './harness/psql.js';
import { ownServer } from './harness/server.js';

const organisation = await Organisation.create();
const { admin, maker } = organisation;

/* ---- seed 004: four resources with five routes each ---------------------------------------- */

const company = await admin.create('/companies', { name: 'Acme' });
const RESOURCES = [
  ['contacts', { lastName: 'Novak', email: 'novak@example.com' }, { lastName: 'Nováková' },
    ['S5-API-06', 'S5-API-07 S5-ENT-03', 'S5-API-08', 'S5-API-09', 'S5-API-10']],
  ['companies', { name: 'Larkspur' }, { name: 'Larkspur Ltd' },
    ['S5-API-11', 'S5-API-12 S5-ENT-04', 'S5-API-13', 'S5-API-14', 'S5-API-15']],
  ['deals', { name: 'Robots', amount: 1200.5 }, { name: 'More robots', amount: 2400 },
    ['S5-API-16', 'S5-API-17', 'S5-API-18', 'S5-API-19', 'S5-API-20']],
  ['activities', { type: 'call', subject: 'Hello', companyId: company.id }, { type: 'meeting', subject: 'Again', companyId: company.id },
    ['S5-API-21', 'S5-API-22', 'S5-API-23', 'S5-API-24', 'S5-API-25']],
];

for (const [path, body, changed, [list, create, get, update, remove]] of RESOURCES) {
  const made = [];
  test(`${create} POST /api/v1/${path} creates`, async () => {
    for (let i = 0; i < 3; i++) made.push((await admin.post(`/${path}`, body, { expect: 201 })).body.data);
    for (const [name, value] of Object.entries(body)) assert.equal(made[0][name], value);
    assert.equal(failingFields(await admin.post(`/${path}`, {})).length > 0, true);
  });

  test(`${list} GET /api/v1/${path} lists page by page`, async () => {
    const first = await admin.get(`/${path}`, { query: { limit: 2, page: 1, sort: 'createdAt' }, expect: 200 });
    const second = await admin.get(`/${path}`, { query: { limit: 2, page: 2, sort: 'createdAt' }, expect: 200 });
    assert.equal(first.body.data.length, 2);
    assert.equal(first.body.pagination.total, second.body.pagination.total);
    assert.equal(first.body.pagination.pages, Math.ceil(first.body.pagination.total / 2));
    assert.ok(!first.body.data.some((row) => second.body.data.some((other) => other.id === row.id)));
  });

  test(`${get} GET /api/v1/${path}/:id reads one`, async () => {
    const answer = await admin.get(`/${path}/${made[0].id}`, { expect: 200 });
    assert.deepEqual(answer.body.data, made[0]);
    errorOf(await admin.get(`/${path}/${admin.id}`), 404, 'NOT_FOUND');
  });

  test(`${update} PUT /api/v1/${path}/:id replaces`, async () => {
    const answer = await admin.put(`/${path}/${made[0].id}`, changed, { expect: 200 });
    for (const [name, value] of Object.entries(changed)) assert.equal(answer.body.data[name], value);
    if ('email' in body) assert.equal(answer.body.data.email, null);
    assert.equal(answer.body.data.version, 2);
  });

  test(`${remove} DELETE /api/v1/${path}/:id deletes`, async () => {
    await admin.delete(`/${path}/${made[1].id}`, { expect: 204 });
    errorOf(await admin.get(`/${path}/${made[1].id}`), 404);
    errorOf(await admin.delete(`/${path}/${made[1].id}`), 404);
  });
}

/* ---- seeds 001 and 002: the same as modules ------------------------------------------------ */

const MODULES = [
  ['S2-API-05', 'companies', { name: 'Module' }],
  ['S2-API-06', 'contacts', { lastName: 'Module' }],
  ['S2-API-06', 'deals', { name: 'Module' }],
  ['S2-API-08', 'projects', { name: 'Module' }],
  ['S2-API-08 S2-ENT-11 S3-API-05', 'tasks', { title: 'Module' }],
  ['S2-API-09', 'product-categories', { name: 'Module' }],
  ['S2-API-09', 'products', { name: 'Module', price: 1 }],
  ['S2-API-06 S3-API-04', 'leads', { firstName: 'A', lastName: 'B', email: 'a@example.com', company: 'C', source: 'website' }],
];
for (const [ids, path, body] of MODULES) {
  test(`${ids} ${path} are created, read, changed and deleted`, async () => {
    const record = await admin.create(`/${path}`, body);
    const [name] = Object.keys(body);
    await admin.patch(`/${path}/${record.id}`, { [name]: 'Changed' }, { expect: 200 });
    assert.equal((await admin.read(`/${path}/${record.id}`))[name], 'Changed');
    assert.ok((await admin.all(`/${path}`)).some((row) => row.id === record.id));
    await admin.delete(`/${path}/${record.id}`, { expect: 204 });
    assert.ok(!(await admin.all(`/${path}`)).some((row) => row.id === record.id));
  });
}

/* ---- relations: one of these, many of those ------------------------------------------------- */

const RELATIONS = [
  ['S1-REL-01', 'user', 'events', 'ownerId', { name: 'Wedding' }],
  ['S1-REL-02', 'company', 'events', 'companyId', { name: 'Wedding' }],
  ['S1-REL-06 S2-REL-03', 'user', 'tasks', 'assigneeId', { title: 'Call' }],
  ['S1-REL-07', 'company', 'tasks', 'companyId', { title: 'Call' }],
  ['S2-REL-02', 'user', 'leads', 'ownerId', { firstName: 'A', lastName: 'B', email: 'a@example.com', company: 'C', source: 'website' }],
  ['S2-REL-04 S2-ENT-04', 'company', 'contacts', 'companyId', { lastName: 'Novak' }],
  ['S2-REL-05', 'company', 'deals', 'companyId', { name: 'Robots' }],
  ['S2-REL-07', 'company', 'projects', 'companyId', { name: 'Harvest' }],
  ['S2-REL-09', 'contact', 'deals', 'contactId', { name: 'Robots' }],
  ['S3-ENT-05', 'company', 'interactions', 'companyId', { type: 'note', body: 'Said yes' }],
];
for (const [ids, one, many, field, body] of RELATIONS) {
  test(`${ids} a ${one} has many ${many}`, async () => {
    const id = one === 'user' ? (await organisation.member('manager')).id : (await maker.create(one)).id;
    const like = many === 'interactions' ? 'activities' : many;
    const made = [];
    for (let i = 0; i < 2; i++) made.push((await admin.post(`/${many}`, { ...body, [field]: id }, { expect: 201, like: `/${like}` })).body.data.id);
    const found = await admin.get(`/${many}`, { query: { [field]: id }, expect: 200, like: `/${like}` });
    assert.deepEqual(found.body.data.map((row) => row.id).sort(), made.sort());
    const include = field.replace(/Id$/, '');
    const [row] = (await admin.get(`/${like}`, { query: { [field]: id, include }, expect: 200 })).body.data;
    assert.equal(row[include].id, id);
  });
}

test('S2-REL-01 S1-ENT-01 S5-ENT-01 S2-ENT-01 a user signs in and belongs to an organisation, with a role', async () => {
  const member = await organisation.member('user');
  const me = (await member.get('/auth/me', { expect: 200 })).body.data;
  assert.equal(me.organization.id, organisation.id);
  const user = await admin.read(`/users/${member.id}`);
  assert.deepEqual([user.email, user.role, user.active], [member.email, 'user', true]);
  for (const name of ['firstName', 'lastName', 'teamId', 'lastLoginAt']) assert.ok(name in user, name);
  assert.ok(!('password' in user || 'passwordHash' in user));
});

test('S1-ENT-08 the communication with a customer is its interactions, in the order of time', async () => {
  const client = await admin.create('/companies', { name: 'Talked to' });
  for (const [type, startAt] of [['call', '2026-01-02T10:00:00Z'], ['email', '2026-01-03T10:00:00Z'], ['meeting', '2026-01-01T10:00:00Z']])
    await admin.create('/activities', { type, subject: type, companyId: client.id, startAt });
  const history = await admin.get('/interactions', { query: { companyId: client.id }, expect: 200, like: '/activities' });
  assert.deepEqual(history.body.data.map((a) => a.type), ['email', 'call', 'meeting']);
  assert.equal((await admin.read(`/companies/${client.id}`)).lastActivityAt, '2026-01-03T10:00:00.000Z');
});

test('S3-API-03 S1-ENT-02 customers are made, read, found, replaced and deleted under their own name', async () => {
  const one = (id) => ({ like: `/companies/${id}` });
  const tell = { name: unique('Lovelace '), email: `${unique()}@example.com`, phone: '+44 20 7946 0000', company: 'Analytical Engines', industry: 'Technology', billingCity: 'London', billingCountry: 'GB' };
  const made = (await admin.post('/customers', tell, { expect: 201, like: '/companies' })).body.data;
  const path = `/customers/${made.id}`;
  const read = (await admin.get(path, { expect: 200, ...one(made.id) })).body.data;
  assert.deepEqual([read.name, read.email, read.company, read.industry, read.billingCity, read.status, read.ownerId],
    [tell.name, tell.email, tell.company, tell.industry, 'London', 'Prospect', admin.id]);
  for (const search of [tell.name, tell.email, 'analytical']) {
    const found = await admin.get('/customers', { query: { search, ownerId: 'me', status: 'Prospect', limit: 10 }, expect: 200, like: '/companies' });
    assert.deepEqual([found.body.data.map((row) => row.id), found.body.pagination.limit], [[made.id], 10], search);
  }
  const replaced = (await admin.put(path, { name: 'Ada King', email: tell.email }, { expect: 200, ...one(made.id) })).body.data;
  assert.deepEqual([replaced.name, replaced.phone, replaced.billingCity], ['Ada King', null, null]);
  await admin.delete(path, { expect: 204, ...one(made.id) });
  errorOf(await admin.get(path, one(made.id)), 404, 'NOT_FOUND');
});

test('S3-REL-01 S3-ENT-02 a customer has its owner included, its leads and interactions counted and listed', async () => {
  const customer = (await admin.post('/customers', { name: 'Includes', email: `${unique()}@example.com` }, { expect: 201, like: '/companies' })).body.data;
  const lead = await admin.create('/leads', { firstName: 'A', lastName: 'B', email: 'a@example.com', company: 'C', source: 'website', companyId: customer.id });
  const talks = [];
  for (const type of ['call', 'meeting']) talks.push((await admin.create('/activities', { type, subject: type, companyId: customer.id })).id);
  const { data } = (await admin.get(`/customers/${customer.id}`, { query: { include: 'owner' }, expect: 200, like: `/companies/${customer.id}` })).body;
  assert.deepEqual([data.owner.id, data.leadsCount, data.interactionsCount], [admin.id, 1, 2]);
  const [listed] = await admin.all('/leads', { companyId: customer.id });
  assert.deepEqual([listed.id, listed.ownerId, listed.stageId], [lead.id, admin.id, lead.stageId]);
  assert.deepEqual((await admin.all('/activities', { companyId: customer.id })).map((row) => row.id).sort(), talks.sort());
});

test('S2-API-04 S3-ENT-06 a user reads and changes their own entry, an administrator everybody’s', async () => {
  const member = await organisation.member('user');
  const team = await admin.create('/teams', { name: unique('team') });
  assert.equal((await member.read(`/users/${member.id}`)).role, 'user');
  assert.equal((await member.patch(`/users/${member.id}`, { phone: '+49 30 123456' }, { expect: 200 })).body.data.phone, '+49 30 123456');
  errorOf(await member.get(`/users/${admin.id}`), 404);
  errorOf(await member.patch(`/users/${admin.id}`, { phone: null }), 404);
  const moved = (await admin.patch(`/users/${member.id}`, { role: 'manager', teamId: team.id, firstName: 'Renamed' }, { expect: 200 })).body.data;
  assert.deepEqual([moved.role, moved.teamId, moved.firstName], ['manager', team.id, 'Renamed']);
});

test('S4-ENT-01 a partner has its id at Zoho, an address of its own, a status and what a company has', async () => {
  const tell = {
    name: 'Heron', email: `${unique()}@example.com`, zohoPartnerId: unique('4150868'), status: 'approved', legalName: 'Heron Ltd',
    website: 'https://heron.example/', taxId: 'IE1234567T', contactLastName: 'Byrne',
  };
  const made = await admin.create('/partners', tell);
  assert.deepEqual(Object.fromEntries(Object.keys(tell).map((name) => [name, made[name]])), tell);
  assert.equal((await admin.create('/partners', { name: 'Waits', email: `${unique()}@example.com` })).status, 'pending');
  assert.deepEqual((await admin.all('/partners', { zohoPartnerId: tell.zohoPartnerId })).map((row) => row.id), [made.id]);
  const again = async (body) => errorOf(await admin.post('/partners', { name: 'Again', email: `${unique()}@example.com`, ...body }), 409).details.map((d) => d.field);
  assert.deepEqual(await again({ email: tell.email.toUpperCase() }), ['email']);
  assert.deepEqual(await again({ zohoPartnerId: tell.zohoPartnerId }), ['zohoPartnerId']);
  assert.deepEqual(failingFields(await admin.post('/partners', { name: 'x', email: 'a@example.com', status: 'asleep' })), ['status']);
});

test('S3-ENT-04 a task is somebody’s and has a status', async () => {
  const member = await organisation.member('user');
  const task = await admin.create('/tasks', { title: 'Call', assigneeId: member.id });
  assert.equal(task.status, 'todo');
  const done = (await member.patch(`/tasks/${task.id}`, { status: 'done' }, { expect: 200 })).body.data;
  assert.deepEqual([done.status, done.completedBy], ['done', member.id]);
  assert.deepEqual((await member.all('/tasks', { status: 'done' })).map((t) => t.id), [task.id]);
});

test('S3-API-06 interactions: everybody makes and reads them, only an administrator deletes them', async () => {
  const user = await organisation.member('user');
  const mine = await user.create('/companies', { name: 'Mine' });
  const made = await user.post('/interactions', { type: 'call', subject: 'Hi', companyId: mine.id }, { expect: 201, like: '/activities' });
  const path = `/interactions/${made.body.data.id}`;
  const like = { like: `/activities/${made.body.data.id}` };
  assert.equal((await user.get(path, { expect: 200, ...like })).body.data.subject, 'Hi');
  errorOf(await user.delete(path, like), 403);
  errorOf(await (await organisation.member('manager')).delete(path, like), 403);
  await admin.delete(path, { expect: 204, ...like });
});

test('S3-API-07 users: all of them for an administrator, the team for its manager, oneself for anybody', async () => {
  const manager = await organisation.member('manager');
  const team = await admin.create('/teams', { name: unique('team'), managerId: manager.id });
  const mate = await organisation.member('user', { teamId: team.id });
  const other = await organisation.member('user');
  const seen = async (client) => (await client.all('/users')).map((u) => u.id);
  assert.ok([manager, mate, other].every(async (u) => (await seen(admin)).includes(u.id)));
  assert.deepEqual((await seen(manager)).sort(), [manager.id, mate.id].sort());
  assert.deepEqual(await seen(mate), [mate.id]);
  errorOf(await mate.patch(`/users/${mate.id}`, { role: 'admin' }), 403);
});

/* ---- envelopes, codes, tokens ----------------------------------------------------------------- */

test('S2-API-17 S2-API-18 S3-API-11 every answer stands in the same envelope', async () => {
  const good = (await admin.get('/companies', { expect: 200 })).body;
  assert.deepEqual([good.success, Array.isArray(good.data), typeof good.pagination.total], [true, true, 'number']);
  const error = errorOf(await admin.get(`/companies/${admin.id}`), 404, 'NOT_FOUND');
  assert.ok(error.message.length > 0 && Array.isArray(error.details));
});

test('S3-API-12 codes: 422 names what is invalid, 401 who is not signed in', async () => {
  const details = errorOf(await admin.post('/companies', { name: 'x', nonsense: 1 }), 422, 'VALIDATION_ERROR').details;
  assert.deepEqual(details.map((d) => d.field).sort(), ['name', 'nonsense']);
  errorOf(await new Client(admin.server).get('/companies'), 401, 'UNAUTHORIZED');
  errorOf(await new Client(admin.server, { token: 'nonsense' }).get('/companies'), 401);
});

test('S3-API-12 what breaks inside is a 500 that tells the request and nothing else; the log tells the cause', async (t) => {
  const server = await ownServer(t);
  const own = await Organisation.create(server);
  execute(server.dataFolder, 'alter table tags rename to labels;');
  const answer = await own.admin.get('/tags', { documented: false });
  const error = errorOf(answer, 500, 'INTERNAL_ERROR');
  assert.deepEqual([error.message, error.details], ['Something went wrong on our side.', []]);
  assert.doesNotMatch(answer.text, /tags|relation|select/i);
  const line = server.log().split('\n').find((text) => text.includes('request failed') && text.includes(error.requestId));
  assert.match(line, /relation .*tags/);
});

test('S2-API-20 S3-DB-06 one answer holds the page and how many there are', async () => {
  for (let i = 0; i < 3; i++) await admin.create('/vendors', { name: `V${i}` });
  const { body } = await admin.get('/vendors', { query: { limit: 2 }, expect: 200 });
  assert.deepEqual([body.data.length, body.pagination.total, body.pagination.pages, body.pagination.limit], [2, 3, 2, 2]);
  assert.ok(body.pagination.nextCursor);
});

test('S3-ENT-07 S2-API-03 a refresh token is used once, ends with its session, and is listed with its end', async () => {
  const member = await organisation.member('user');
  const signedIn = await login(admin.server, member.email);
  const anonymous = new Client(admin.server);
  const next = (await anonymous.post('/auth/refresh', { refreshToken: signedIn.refreshToken }, { expect: 200 })).body.data;
  assert.notEqual(next.refreshToken, signedIn.refreshToken);
  const sessions = (await new Client(admin.server, { token: next.accessToken }).get('/auth/sessions', { expect: 200 })).body.data;
  assert.ok(sessions.every((s) => new Date(s.expiresAt) > new Date()));
  assert.equal((await new Client(admin.server, { token: next.accessToken }).get('/auth/me', { expect: 200 })).body.data.user.id, member.id);
  await new Client(admin.server, { token: next.accessToken }).post('/auth/logout', { refreshToken: next.refreshToken }, { expect: [200, 204] });
  errorOf(await anonymous.post('/auth/refresh', { refreshToken: next.refreshToken }), 401);
});

test('S3-API-14 programs come with a bearer token, browsers with a cookie, to the same resources', async () => {
  const answer = await new Client(admin.server).post('/auth/login', { email: admin.email, password: PASSWORD }, { expect: 200 });
  const cookie = answer.headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => c.startsWith('access_token='));
  assert.match(answer.headers['set-cookie'].find((c) => c.startsWith('access_token=')), /HttpOnly/i);
  const byCookie = new Client(admin.server, { cookies: Object.fromEntries([cookie.split('=')]) });
  assert.equal((await byCookie.read('/companies', { limit: 1 })).length, 1);
  assert.equal((await admin.read('/companies', { limit: 1 })).length, 1);
});
