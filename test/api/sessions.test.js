// SPDX-License-Identifier: Apache-2.0
// Sessions and API keys as rows: one's own, and the organisation's for who administers; ended by a delete.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { login, Organisation, unique } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';
import { sharedDataFolder } from './harness/server.js';

const organisation = await Organisation.create();
const { admin, server } = organisation;

test('S2-SEC-08 S4-ENT-06 sessions are one’s own, and all of the organisation’s to an administrator', async () => {
  const user = await organisation.member('user');
  const again = await login(server, user.email);
  const own = await user.all('/sessions');
  assert.deepEqual(own.map((s) => s.userId), [user.id, user.id]);
  assert.ok((await admin.all('/sessions', { userId: user.id })).length === 2);
  assert.ok((await admin.all('/sessions')).some((s) => s.userId === admin.id));
  const [named] = (await admin.get('/sessions', { query: { userId: user.id, include: 'user', limit: 1 }, expect: 200 })).body.data;
  assert.equal(named.user.id, user.id);
  errorOf(await user.get(`/sessions/${(await admin.all('/sessions', { userId: admin.id }))[0].id}`), 404);
  errorOf(await user.post('/sessions', {}, { documented: false }), 405);
  assert.equal(user.meta.entity('session').access.delete, 'own');
  await again.get('/meta', { expect: 200 });
});

test('S2-SEC-08 a session that is deleted is over at once', async () => {
  const user = await organisation.member('user');
  const second = await login(server, user.email);
  const other = await organisation.member('user');
  const newest = (await user.all('/sessions'))[0];
  errorOf(await other.delete(`/sessions/${newest.id}`), 404);
  await user.delete(`/sessions/${newest.id}`, { expect: 204 });
  errorOf(await second.get('/meta'), 401);
  errorOf(await user.delete(`/sessions/${newest.id}`), 404);
  const [left] = await admin.all('/sessions', { userId: user.id });
  await admin.delete(`/sessions/${left.id}`, { expect: 204 });
  errorOf(await user.get('/meta'), 401);
  const ended = await admin.all('/audit-logs', { entity: 'session', recordId: left.id });
  assert.deepEqual(ended.map((c) => [c.action, c.actorId]), [['delete', admin.id]]);
  assert.ok((await admin.all('/sessions', { userId: user.id, deleted: 'only' })).length === 2, 'ended ones are in the trash');
});

test('S5-SEC-03 sessions of another organisation are not there', async () => {
  const other = await Organisation.create();
  const [session] = await admin.all('/sessions', { userId: admin.id });
  errorOf(await other.admin.get(`/sessions/${session.id}`), 404);
  errorOf(await other.admin.delete(`/sessions/${session.id}`), 404);
  assert.deepEqual([...new Set((await other.admin.all('/sessions')).map((s) => s.userId))], [other.admin.id]);
  await admin.get('/meta', { expect: 200 });
});

test('S2-ENT-16 S2-SEC-09 a key’s secret is shown once and kept as a hash', async () => {
  const made = await admin.post('/api-keys', { name: 'Web shop', role: 'user', expiresAt: '2031-01-01T00:00:00Z' }, { expect: 201 });
  const { secret, ...key } = made.body.data;
  assert.equal(made.headers['cache-control'], 'no-store');
  assert.equal(made.headers.location, `/api/v1/api-keys/${key.id}`);
  assert.match(secret, new RegExp(`^${key.prefix}_[A-Za-z0-9_-]{43}$`));
  assert.deepEqual([key.name, key.role, key.createdBy, key.lastUsedAt, key.revokedAt], ['Web shop', 'user', admin.id, null, null]);
  const read = await admin.get(`/api-keys/${key.id}`, { expect: 200 });
  assert.ok(!read.text.includes(secret));
  assert.ok(!(await admin.get(`/api-keys/${key.id}/timeline`, { expect: 200 })).text.includes(secret));
  const hash = createHash('sha256').update(secret.slice(key.prefix.length + 1)).digest('hex');
  const kept = queryJson(sharedDataFolder(), `select json_agg(encode(hash, 'hex')) from api_key_secrets where id = '${key.id}'`);
  assert.deepEqual(kept, [hash]);
  const granted = queryJson(sharedDataFolder(), `select coalesce(json_agg(privilege_type), '[]') from information_schema.role_table_grants
    where grantee in ('cairn_app', 'PUBLIC') and table_name = 'api_key_secrets'`);
  assert.deepEqual(granted, []);
});

test('S2-ENT-16 a key is renamed, given another role, revoked for good', async () => {
  const { id } = await admin.create('/api-keys', { name: unique('Key '), role: 'user' });
  const role = await admin.create('/roles', { name: unique('Keys '), preset: 'user' });
  await admin.patch(`/api-keys/${id}`, { name: 'Renamed', role: role.key }, { expect: 200 });
  errorOf(await admin.delete(`/roles/${role.id}`), 409);
  assert.deepEqual(failingFields(await admin.patch(`/api-keys/${id}`, { role: 'nobody' })), ['role']);
  assert.deepEqual(failingFields(await admin.patch(`/api-keys/${id}`, { prefix: 'cairn_00000000' })), ['prefix']);
  assert.deepEqual(failingFields(await admin.post('/api-keys', { role: 'user' })), ['name']);
  await admin.delete(`/api-keys/${id}`, { expect: 204 });
  errorOf(await admin.get(`/api-keys/${id}`), 404);
  const restored = await admin.post(`/api-keys/${id}/restore`, undefined, { expect: 200 });
  assert.notEqual(restored.body.data.revokedAt, null, 'a restored row is still a revoked key');
});

test('S2-SEC-15 keys are the administrators’ alone', async () => {
  const manager = await organisation.member('manager');
  const { id } = await admin.create('/api-keys', { name: unique('Key '), role: 'user' });
  for (const answer of [
    await manager.get('/api-keys'), await manager.get(`/api-keys/${id}`), await manager.post('/api-keys', { name: 'Mine', role: 'admin' }),
    await manager.patch(`/api-keys/${id}`, { role: 'admin' }), await manager.delete(`/api-keys/${id}`),
  ]) errorOf(answer, 403);
});
