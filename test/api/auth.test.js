// SPDX-License-Identifier: Apache-2.0
// Identity: register, sign in, rotate, sign out, switch, sessions, cookies, limits.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, errorOf, exchange, failingFields } from './harness/client.js';
import { login, Organisation, PASSWORD, register, unique } from './harness/organisation.js';
import { sharedServer } from './harness/server.js';

const server = sharedServer();
const anonymous = new Client(server);
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const newBody = () => ({ email: `${unique('new')}@example.com`, password: PASSWORD, firstName: 'New', lastName: 'Comer', organization: unique('Org ') });

/** name → {value, attributes} of the cookies an answer sets. */
function setCookies(answer) {
  return Object.fromEntries((answer.headers['set-cookie'] ?? []).map((line) => {
    const [pair, ...attributes] = line.split(/;\s*/);
    const [name, value] = pair.split(/=(.*)/s);
    return [name, { value, attributes: attributes.map((a) => a.toLowerCase()) }];
  }));
}

test('S5-API-01 register makes a user and an organisation and signs in', async () => {
  const body = newBody();
  const { data } = (await anonymous.post('/auth/register', body, { expect: 201 })).body;
  assert.equal(data.user.email, body.email);
  assert.equal(data.organization.name, body.organization.trim());
  assert.equal(data.expiresIn, 900);
  const caller = new Client(server, { token: data.accessToken });
  const me = await caller.read('/auth/me');
  assert.equal(me.user?.email ?? me.email, body.email);
});

test('S5-API-01 register refuses bad fields all at once, and an address in use', async () => {
  const fields = failingFields(await anonymous.post('/auth/register', { email: 'nobody', password: 'short', firstName: 7, organization: '' }));
  for (const name of ['email', 'password', 'firstName', 'lastName', 'organization']) assert.ok(fields.includes(name), name);
  const body = newBody();
  await anonymous.post('/auth/register', body, { expect: 201 });
  const again = await anonymous.post('/auth/register', { ...body, email: body.email.toUpperCase(), password: 'another password' });
  assert.ok([409, 422].includes(again.status), String(again.status));
});

test('S3-SEC-01 the access token is HS256 with userId, email, role, org, sid, iat, exp', async () => {
  const admin = await register(server);
  assert.deepEqual(JSON.parse(Buffer.from(admin.token.split('.')[0], 'base64url')).alg, 'HS256');
  const payload = claims(admin.token);
  assert.equal(payload.sub, admin.id);
  assert.equal(payload.org, admin.organizationId);
  assert.equal(payload.role, 'admin');
  assert.equal(payload.email, admin.email);
  assert.ok(payload.sid);
  assert.equal(payload.exp - payload.iat, 900);
});

test('S2-SEC-01 forged, altered and unsigned tokens are 401', async () => {
  const admin = await register(server);
  const [head, body, signature] = admin.token.split('.');
  const encode = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
  const forged = [
    `${head}.${encode({ ...claims(admin.token), role: 'owner', org: admin.id })}.${signature}`,
    `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
    `${head}.${body}.${signature.slice(0, -2)}AA`,
    `${head}.${body}`, 'x', '..', `${admin.token}.x`, '',
  ];
  for (const token of forged) {
    const answer = await anonymous.get('/auth/me', { headers: { authorization: `Bearer ${token}` } });
    errorOf(answer, 401);
  }
  errorOf(await anonymous.get('/auth/me', { headers: { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` } }), 401);
});

test('S5-API-02 S2-SEC-18 login answers user, organisation and tokens, and sets three cookies', async () => {
  const admin = await register(server);
  const answer = await anonymous.post('/auth/login', { email: admin.email.toUpperCase(), password: PASSWORD }, { expect: 200 });
  assert.equal(answer.body.data.user.id, admin.id);
  assert.equal(answer.body.data.organization.id, admin.organizationId);
  const cookies = setCookies(answer);
  const week = 'max-age=604800';
  for (const [name, age] of [['access_token', 'max-age=900'], ['refresh_token', week], ['session_id', week]]) {
    assert.ok(cookies[name]?.value, name);
    for (const attribute of ['httponly', age]) assert.ok(cookies[name].attributes.includes(attribute), `${name} ${attribute}`);
    assert.ok(cookies[name].attributes.some((a) => /^samesite=(lax|strict)$/.test(a)), `${name} SameSite`);
  }
});

test('S1-SEC-01 wrong password and unknown account are the same 401, in like time', async () => {
  const admin = await register(server);
  const attempt = async (email) => {
    const started = performance.now();
    const answer = await anonymous.post('/auth/login', { email, password: 'not the password' });
    return { error: errorOf(answer, 401), took: performance.now() - started };
  };
  // The quickest of three each: what else the machine does makes a request slower, never quicker.
  const quickest = async (email) => {
    const attempts = [await attempt(email), await attempt(email), await attempt(email)];
    return attempts.reduce((a, b) => (b.took < a.took ? b : a));
  };
  const known = await quickest(admin.email);
  const unknown = await quickest(`${unique('no')}@example.com`);
  assert.equal(known.error.message, unknown.error.message);
  assert.equal(known.error.code, unknown.error.code);
  assert.ok(unknown.took > known.took / 4, `${unknown.took} ms against ${known.took} ms`);
});

test('S3-SEC-11 five failed attempts lock a pair of account and address for a while', async () => {
  const admin = await register(server);
  const wrong = () => anonymous.post('/auth/login', { email: admin.email, password: 'not the password' });
  for (let i = 0; i < 5; i++) errorOf(await wrong(), 401);
  const refused = await wrong();
  errorOf(refused, 429);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  errorOf(await anonymous.post('/auth/login', { email: admin.email, password: PASSWORD }), 429);
  const other = await register(server);
  await login(server, other.email);
});

test('S5-API-03 S3-API-02 refresh rotates; the predecessor gives an access token only, then reuse revokes', async () => {
  const admin = await register(server);
  const first = (await anonymous.post('/auth/refresh', { refreshToken: admin.refreshToken }, { expect: 200 })).body.data;
  assert.ok(first.refreshToken && first.refreshToken !== admin.refreshToken);
  const grace = (await anonymous.post('/auth/refresh', { refreshToken: admin.refreshToken }, { expect: 200 })).body.data;
  assert.ok(grace.accessToken);
  assert.ok(!grace.refreshToken, 'no second successor');
  await new Client(server, { token: first.accessToken }).get('/auth/me', { expect: 200 });
  await sleep(10_500);
  errorOf(await anonymous.post('/auth/refresh', { refreshToken: admin.refreshToken }), 401);
  errorOf(await anonymous.post('/auth/refresh', { refreshToken: first.refreshToken }), 401);
  errorOf(await new Client(server, { token: first.accessToken }).get('/auth/me'), 401);
});

test('S5-API-03 refresh refuses what it did not give', async () => {
  for (const body of [{ refreshToken: 'x' }, { refreshToken: 'A'.repeat(43) }]) errorOf(await anonymous.post('/auth/refresh', body), 401);
  const none = await anonymous.post('/auth/refresh', {});
  assert.ok([401, 422].includes(none.status));
});

test('S2-SEC-02 S2-SEC-03 cookies sign in a browser; unsafe methods need its Origin', async () => {
  const admin = await register(server);
  const answer = await anonymous.post('/auth/login', { email: admin.email, password: PASSWORD }, { expect: 200 });
  const cookies = Object.fromEntries(Object.entries(setCookies(answer)).map(([name, c]) => [name, c.value]));
  const browser = new Client(server, { cookies });
  await browser.get('/contacts', { expect: 200 });
  errorOf(await browser.post('/contacts', { lastName: 'Forged' }, { headers: { origin: 'https://evil.example' } }), 403);
  await browser.post('/contacts', { lastName: 'Own' }, { headers: { origin: server.url }, expect: 201 });
  const bearer = new Client(server, { token: admin.token });
  await bearer.post('/contacts', { lastName: 'Client' }, { headers: { origin: 'https://other.example' }, expect: [201] });
  const refreshed = await browser.post('/auth/refresh', undefined, { headers: { origin: server.url }, expect: 200 });
  assert.ok(setCookies(refreshed).access_token.value);
});

test('S5-API-05 logout ends this session at once and clears the cookies', async () => {
  const admin = await register(server);
  const second = await login(server, admin.email);
  const answer = await second.post('/auth/logout', undefined, { expect: [200, 204] });
  for (const cookie of Object.values(setCookies(answer))) {
    assert.ok(cookie.attributes.some((a) => a === 'max-age=0' || a.startsWith('expires=thu, 01 jan 1970')));
  }
  errorOf(await second.get('/auth/me'), 401);
  errorOf(await anonymous.post('/auth/refresh', { refreshToken: second.refreshToken }), 401);
  await admin.get('/auth/me', { expect: 200 });
});

test('S2-SEC-08 logout everywhere ends every session', async () => {
  const admin = await register(server);
  const second = await login(server, admin.email);
  await admin.post('/auth/logout-all', undefined, { expect: [200, 204] });
  for (const client of [admin, second]) errorOf(await client.get('/auth/me'), 401);
  errorOf(await anonymous.post('/auth/refresh', { refreshToken: second.refreshToken }), 401);
});

test('S1-SEC-02 S2-SEC-08 sessions are listed and revoked one by one', async () => {
  const admin = await register(server);
  const second = await login(server, admin.email);
  const sessions = await admin.read('/auth/sessions');
  assert.equal(sessions.length, 2);
  const other = sessions.find((session) => session.id === claims(second.token).sid);
  await admin.delete(`/auth/sessions/${other.id}`, { expect: [200, 204] });
  errorOf(await second.get('/auth/me'), 401);
  assert.equal((await admin.read('/auth/sessions')).length, 1);
  const stranger = await register(server);
  errorOf(await stranger.delete(`/auth/sessions/${claims(admin.token).sid}`), 404);
});

test('S5-ENT-02 S5-SEC-03 one login, several organisations: invite, accept, switch', async () => {
  const first = await Organisation.create();
  const second = await Organisation.create();
  const guest = await first.member('user');
  const invited = await second.admin.post('/invitations', { email: guest.email, role: 'manager' }, { expect: 201 });
  assert.ok((await second.admin.read('/invitations')).some((i) => i.email === guest.email));
  await guest.post('/auth/accept-invitation', { token: invited.body.data.token, password: PASSWORD }, { expect: [200, 201] });
  const switched = (await guest.post('/auth/switch', { organizationId: second.id }, { expect: 200 })).body.data;
  assert.equal(claims(switched.accessToken).org, second.id);
  assert.equal(claims(switched.accessToken).role, 'manager');
  const there = new Client(server, { token: switched.accessToken });
  const record = await second.maker.create('company');
  await there.get(`/companies/${record.id}`, { expect: 200 });
  const outside = await Organisation.create();
  errorOf(await guest.get('/auth/me'), 401);
  errorOf(await there.post('/auth/switch', { organizationId: outside.id }), 404);
});

test('S4-SEC-07 an invitation works once, and not after it was withdrawn', async () => {
  const { admin } = await Organisation.create();
  const email = `${unique('inv')}@example.com`;
  const { id, token } = (await admin.post('/invitations', { email, role: 'user' }, { expect: 201 })).body.data;
  await admin.delete(`/invitations/${id}`, { expect: [200, 204] });
  const accept = { token, password: PASSWORD, firstName: 'In', lastName: 'Vited' };
  assert.ok([401, 404, 409, 422].includes((await anonymous.post('/auth/accept-invitation', accept)).status));
  const again = (await admin.post('/invitations', { email, role: 'user' }, { expect: 201 })).body.data;
  await anonymous.post('/auth/accept-invitation', { ...accept, token: again.token }, { expect: [200, 201] });
  assert.ok([401, 404, 409, 422].includes((await anonymous.post('/auth/accept-invitation', { ...accept, token: again.token })).status));
});

test('S5-SEC-04 change-password needs the old one, ends other sessions, and long passwords count whole', async () => {
  const admin = await register(server);
  const second = await login(server, admin.email);
  const wrong = await admin.post('/auth/change-password', { currentPassword: 'not it at all', newPassword: 'whatever it is' });
  assert.ok([401, 403, 422].includes(wrong.status), String(wrong.status));
  const long = 'x'.repeat(100);
  await admin.post('/auth/change-password', { currentPassword: PASSWORD, newPassword: `${long}a` }, { expect: [200, 204] });
  errorOf(await second.get('/auth/me'), 401);
  errorOf(await anonymous.post('/auth/login', { email: admin.email, password: `${long}b` }), 401);
  await login(server, admin.email, `${long}a`);
});

test('S3-API-01 the seeds’ literal paths work: /auth/login and /auth/refresh', async () => {
  const admin = await register(server);
  for (const path of ['/auth/login', '/api/auth/login']) {
    const answer = await exchange(server.url, { method: 'POST', path, body: { email: admin.email, password: PASSWORD } });
    assert.equal(answer.status, 200, path);
    const { refreshToken } = answer.body.data;
    const refreshed = await exchange(server.url, { method: 'POST', path: path.replace('login', 'refresh'), body: { refreshToken } });
    assert.equal(refreshed.status, 200);
  }
});

test('S3-SEC-13 S5-SEC-10 CORS: no stranger’s origin is let in', async () => {
  const answer = await exchange(server.url, { method: 'OPTIONS', path: '/api/v1/contacts',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
  assert.notEqual(answer.headers['access-control-allow-origin'], 'https://evil.example');
  assert.notEqual(answer.headers['access-control-allow-origin'], '*');
});
