// SPDX-License-Identifier: Apache-2.0
// Behaviour that settings change: rate limit, CORS, logs; and what `cairn config` says.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { exchange } from './harness/client.js';
import { register } from './harness/organisation.js';
import { ownServer } from './harness/server.js';

const binary = process.env.CAIRN_TEST_BINARY;

test('S1-SEC-03 S2-SEC-07 S3-SEC-12 the general limit: 429, Retry-After and the standard headers', async (t) => {
  const server = await ownServer(t, { CAIRN_RATE_LIMIT: '30/1m', CAIRN_LOOPS: '1' });
  const admin = await register(server);
  const path = '/api/v1/contacts?limit=1';
  const headers = { authorization: `Bearer ${admin.token}` };
  let answer;
  for (let i = 0; i < 40; i++) {
    answer = await exchange(server.url, { path, headers });
    if (answer.status === 429) break;
    assert.equal(answer.status, 200);
    assert.ok(answer.headers['ratelimit-limit'] && answer.headers['ratelimit-remaining'] && answer.headers['ratelimit-reset']);
    assert.ok(answer.headers['x-ratelimit-remaining'] !== undefined);
    assert.equal(answer.headers['x-ratelimit-limit'], undefined, 'no legacy headers but the seed’s one');
  }
  assert.equal(answer.status, 429);
  assert.ok(Number(answer.headers['retry-after']) > 0);
  assert.equal(answer.body.error.requestId, answer.headers['x-request-id']);
  assert.equal((await exchange(server.url, { path: '/health' })).status, 200, 'health is not limited');
});

test('S1-SEC-04 S3-SEC-13 S5-SEC-10 S3-API-13 CORS for listed origins, with credentials', async (t) => {
  const server = await ownServer(t, { CORS_ORIGIN: 'https://app.example,https://other.example' });
  const origin = 'https://app.example';
  const preflight = await exchange(server.url, { method: 'OPTIONS', path: '/api/v1/contacts',
    headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'content-type, authorization' } });
  assert.ok([200, 204].includes(preflight.status));
  assert.equal(preflight.headers['access-control-allow-origin'], origin);
  assert.equal(preflight.headers['access-control-allow-credentials'], 'true');
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) assert.match(preflight.headers['access-control-allow-methods'], new RegExp(method));
  assert.match(preflight.headers['access-control-allow-headers'], /authorization/i);
  const answer = await exchange(server.url, { path: '/api/v1', headers: { origin } });
  assert.equal(answer.headers['access-control-allow-origin'], origin);
  assert.match(answer.headers['access-control-expose-headers'], /X-Total-Count/i);
  assert.match(answer.headers['access-control-expose-headers'], /X-RateLimit-Remaining/i);
  assert.match(answer.headers.vary, /origin/i);
  const stranger = await exchange(server.url, { path: '/api/v1', headers: { origin: 'https://app.example.evil.test' } });
  assert.equal(stranger.headers['access-control-allow-origin'], undefined);
});

test('S2-OBS-01 S5-SEC-12 logs are one JSON object a line, with ids and without secrets', async (t) => {
  const server = await ownServer(t);
  const admin = await register(server);
  await admin.get('/contacts', { headers: { 'x-request-id': 'log-probe-1' }, expect: 200 });
  await server.stop();
  const lines = server.log().trim().split('\n').map((line) => JSON.parse(line));
  const probe = lines.find((line) => JSON.stringify(line).includes('log-probe-1'));
  assert.ok(probe, 'the request is logged');
  assert.ok(JSON.stringify(probe).includes(admin.id) && JSON.stringify(probe).includes(admin.organizationId));
  const text = server.log();
  for (const secret of [admin.token, admin.refreshToken, 'correct horse']) assert.ok(!text.includes(secret));
});

test('S5-CFG-07 cairn config prints the settings in force, secrets masked', () => {
  const secret = 'a-very-long-secret-that-nobody-may-read-0123456789';
  const text = execFileSync(binary, ['config'], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: '/tmp', PORT: '4711', JWT_SECRET: secret,
    DATABASE_URL: 'postgres://cairn_app:hunter2hunter2@localhost/cairn' } });
  assert.match(text, /^PORT=4711/m);
  assert.ok(!text.includes(secret) && !text.includes('hunter2hunter2'));
  for (const name of ['HOST', 'DATABASE_URL', 'JWT_SECRET', 'JWT_REFRESH_SECRET', 'CORS_ORIGIN', 'CAIRN_DATA', 'CAIRN_PUBLIC_URL']) {
    assert.match(text, new RegExp(`^(# )?${name}\\b`, 'm'), name);
  }
});

test('S5-CFG-02 bad settings are refused in one sentence that names them', () => {
  for (const [name, value] of [['PORT', 'eighty'], ['PORT', '70000'], ['JWT_SECRET', 'short'], ['CAIRN_RATE_LIMIT', 'often'], ['CAIRN_PUBLIC_URL', 'nowhere'], ['DATABASE_URL', 'mysql://x']]) {
    const result = spawnSync(binary, ['serve'], { encoding: 'utf8', timeout: 10_000, env: { PATH: process.env.PATH, HOME: '/tmp', [name]: value } });
    assert.ok(result.status > 0, `${name}=${value}: ${result.status}`);
    const said = result.stderr + result.stdout;
    assert.match(said, new RegExp(`${name}|${name.toLowerCase().replace('cairn_', '').replaceAll('_', '-')}`), said);
  }
});

test('S5-CFG-07 unknown subcommands and flags are refused with the usage', () => {
  for (const args of [['no-such-thing'], ['serve', '--no-such-flag']]) {
    const result = spawnSync(binary, args, { encoding: 'utf8', timeout: 10_000, env: { PATH: process.env.PATH, HOME: '/tmp' } });
    assert.ok(result.status > 0);
    assert.match(result.stderr + result.stdout, /no-such/);
  }
});

test('S3-DB-04 who waits too long for a database connection is answered 503, and the next one is served', async (t) => {
  const server = await ownServer(t, { CAIRN_DB_CONNECTIONS: '4', CAIRN_LOOPS: '1', CAIRN_DB_ACQUIRE_TIMEOUT: '300' });
  const admin = await register(server);
  const socket = fs.readFileSync(path.join(server.dataFolder, 'postgres.socket'), 'utf8').trim();
  const psql = spawn('psql', ['-X', '-q', '-h', socket, '-U', 'postgres', '-d', 'cairn'], { stdio: ['pipe', 'pipe', 'ignore'] });
  psql.stdin.write("begin; lock table contacts in exclusive mode; select 'locked';\n");
  await once(psql.stdout, 'data');
  const write = async () => {
    const begun = Date.now();
    const { status, headers, body } = await exchange(server.url, {
      method: 'POST', path: '/api/v1/contacts', body: { lastName: 'Waits' }, headers: { authorization: `Bearer ${admin.token}`, 'idempotency-key': `${Math.random()}` },
    });
    return { status, headers, code: body.error?.code, took: Date.now() - begun };
  };
  // Two connections write, and wait for the lock; the others wait for them.
  const writes = Array.from({ length: 5 }, write);
  const refused = (await Promise.all(writes.map((w) => Promise.race([w, new Promise((done) => setTimeout(done, 2500, undefined))])))).filter(Boolean);
  assert.equal(refused.length, 3);
  for (const { status, headers, code, took } of refused) {
    assert.deepEqual([status, code], [503, 'SERVICE_UNAVAILABLE']);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.ok(took >= 250 && took < 2000, `${took} ms`);
  }
  psql.stdin.end('commit;\n');
  assert.deepEqual((await Promise.all(writes)).map((w) => w.status).sort(), [201, 201, 503, 503, 503]);
  assert.equal((await write()).status, 201);
});

test('S3-DB-04 the pool and its times are settings', () => {
  const { CAIRN_DB_ACQUIRE_TIMEOUT: _, ...env } = process.env;
  const printed = execFileSync(binary, ['config', '--db-connections', '20'], { encoding: 'utf8', env: { ...env, CAIRN_DB_ACQUIRE_TIMEOUT: '60000', CAIRN_DB_QUERY_TIMEOUT: '15000' } });
  for (const line of ['CAIRN_DB_CONNECTIONS=20', 'CAIRN_DB_ACQUIRE_TIMEOUT=60000', 'CAIRN_DB_QUERY_TIMEOUT=15000']) assert.match(printed, new RegExp(`^${line}\\b`, 'm'));
  const wrong = spawnSync(binary, ['config', '--db-acquire-timeout', '0'], { encoding: 'utf8' });
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /db-acquire-timeout/i);
});
