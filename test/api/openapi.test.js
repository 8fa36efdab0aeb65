// SPDX-License-Identifier: Apache-2.0
// The served documents: OpenAPI 3.1, metadata, API information, health, metrics.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, errorOf, exchange } from './harness/client.js';
import { openApiOf } from './harness/openapi.js';
import { Organisation } from './harness/organisation.js';

const { admin, meta } = await Organisation.create();
const server = admin.server;
const { document, ajv, templateFor } = await openApiOf(server.url).then((api) => ({
  document: api.document, ajv: api.ajv, templateFor: (path) => api.templateFor(path),
}));

function* operations() {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      if (item[method]) yield { path, method, operation: item[method], item };
    }
  }
}

test('S5-API-27 the document is OpenAPI 3.1 with unique operation ids', () => {
  assert.match(document.openapi, /^3\.1\./);
  assert.ok(document.info.title && document.info.version);
  const ids = [...operations()].map(({ operation }) => operation.operationId);
  assert.ok(ids.every(Boolean));
  assert.equal(new Set(ids).size, ids.length);
});

test('S5-API-27 every reference in the document resolves', () => {
  const missing = [];
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (typeof node.$ref === 'string') {
      const found = node.$ref.slice(2).split('/').reduce((at, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
      if (found === undefined) missing.push(node.$ref);
    }
    Object.values(node).forEach(visit);
  };
  visit(document);
  assert.deepEqual([...new Set(missing)], []);
});

test('S5-API-27 every schema in the document compiles', () => {
  for (const name of Object.keys(document.components?.schemas ?? {})) {
    assert.ok(ajv.getSchema(`openapi#/components/schemas/${encodeURIComponent(name)}`), name);
  }
});

test('S5-API-27 path templates declare exactly their parameters', () => {
  for (const { path, method, operation, item } of operations()) {
    const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map((m) => m[1]).sort();
    const resolve = (p) => (p.$ref ? document.components.parameters[p.$ref.split('/').pop()] : p);
    const declared = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve).filter((p) => p.in === 'path').map((p) => p.name).sort();
    assert.deepEqual(declared, wanted, `${method} ${path}`);
    assert.ok(Object.keys(operation.responses).length > 0, `${method} ${path} has responses`);
  }
});

test('S5-API-26 S5-API-27 every entity and verb that metadata offers is documented', () => {
  for (const entity of meta.entities) {
    const list = document.paths[templateFor(entity.path)];
    assert.ok(list?.get, `GET ${entity.path}`);
    const one = document.paths[templateFor(entity.at('0190a0a0-0000-7000-8000-000000000000'))];
    assert.ok(one?.get, `GET ${entity.path}/{id}`);
    if (entity.allows('create')) assert.ok(list.post, `POST ${entity.path}`);
    if (entity.allows('update')) assert.ok(one.patch && one.put, `PATCH and PUT ${entity.path}/{id}`);
    if (entity.allows('delete')) assert.ok(one.delete, `DELETE ${entity.path}/{id}`);
  }
});

test('S2-API-01 S5-API-28 GET /api/v1 is public and says what this is', async () => {
  const answer = await new Client(server).get('/api/v1', { expect: 200 });
  assert.equal(answer.body.success, true);
  assert.ok(answer.body.data.version);
});

for (const path of ['/health', '/api/health']) {
  test(`S2-API-02 S3-API-08 S3-OBS-01 GET ${path} reports status, uptime, memory, version and database`, async () => {
    const answer = await exchange(server.url, { path });
    assert.equal(answer.status, 200);
    const text = JSON.stringify(answer.body);
    for (const word of ['status', 'timestamp', 'uptime', 'memory', 'version', 'database']) assert.match(text, new RegExp(`"${word}"`), word);
  });
}

test('S2-FUT-12 S3-OBS-03 S3-OBS-06 GET /metrics speaks Prometheus', async () => {
  await admin.get('/contacts', { expect: 200 });
  const answer = await exchange(server.url, { path: '/metrics' });
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^text\/plain/);
  assert.match(answer.text, /^# TYPE http_request_duration\w* histogram$/m);
  for (const line of answer.text.split('\n').filter((l) => l && !l.startsWith('#'))) {
    assert.match(line, /^[a-zA-Z_:][\w:]*(\{(\w+="(\\.|[^"\\])*",?)*\})? [-+0-9.eEInfNa]+$/, line);
  }
});

test('S3-API-03 S5-API-26 aliases of paths serve the same records', async () => {
  const headers = { authorization: `Bearer ${admin.token}` };
  const alike = [['/api/v1/companies', '/api/v1/customers', '/api/v1/clients', '/api/companies', '/api/customers'],
    ['/api/v1/activities', '/api/v1/interactions', '/api/activities'], ['/api/v1/users', '/api/v1/memberships', '/api/users'],
    ['/api/v1/organizations', '/api/v1/organization']];
  for (const [path, ...aliases] of alike) {
    const wanted = await exchange(server.url, { path, headers });
    assert.equal(wanted.status, 200, path);
    for (const alias of aliases) {
      const answer = await exchange(server.url, { path: alias, headers });
      assert.equal(answer.status, 200, alias);
      const ids = (a) => [a.body.data].flat().map((row) => row.id);
      assert.deepEqual(ids(answer), ids(wanted), alias);
    }
  }
});

test('S1-API-06 S1-API-09 S5-API-29 one error form: envelope, and problem+json for who asks', async () => {
  const plain = await admin.get('/contacts/0190a0a0-0000-7000-8000-000000000000');
  const error = errorOf(plain, 404);
  assert.equal(error.requestId, plain.headers['x-request-id']);
  const problem = await admin.get('/contacts/0190a0a0-0000-7000-8000-000000000000', { headers: { accept: 'application/problem+json' }, documented: false });
  assert.match(problem.headers['content-type'], /^application\/problem\+json/);
  assert.equal(problem.body.status, 404);
  for (const name of ['type', 'title', 'detail', 'instance']) assert.ok(name in problem.body, name);
  assert.equal(problem.body.error.code, error.code);
});

test('S1-API-07 unknown routes are 404 and wrong methods 405 with Allow', async () => {
  errorOf(await admin.get('/no-such-thing', { documented: false }), 404);
  const answer = await admin.put('/contacts', {}, { documented: false });
  errorOf(answer, 405);
  assert.match(answer.headers.allow, /GET/);
});

test('S2-OBS-03 a request id is taken over when sane and made otherwise', async () => {
  const own = await admin.get('/contacts', { headers: { 'x-request-id': 'my-id-1' } });
  assert.equal(own.headers['x-request-id'], 'my-id-1');
  const made = await admin.get('/contacts', { headers: { 'x-request-id': 'x'.repeat(300) } });
  assert.notEqual(made.headers['x-request-id'], 'x'.repeat(300));
  assert.ok(made.headers['x-request-id']);
});

test('S1-SEC-05 S1-SEC-06 S3-SEC-09 S5-SEC-11 security headers are on every answer', async () => {
  for (const path of ['/api/v1', '/api/v1/contacts', '/no-such-page.txt', '/health']) {
    const { headers } = await exchange(server.url, { path });
    assert.match(headers['content-security-policy'] ?? '', /default-src/, path);
    assert.doesNotMatch(headers['content-security-policy'], /script-src[^;]*unsafe-(inline|eval)/);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.ok(headers['x-frame-options'] || /frame-ancestors/.test(headers['content-security-policy']), path);
    assert.ok(headers['referrer-policy'], path);
    assert.equal(headers['x-powered-by'], undefined);
  }
});

test('S2-CACHE-03 answers are compressed for who accepts it', async () => {
  const { gunzipSync, brotliDecompressSync } = await import('node:zlib');
  for (const [coding, expand] of [['gzip', gunzipSync], ['br', brotliDecompressSync]]) {
    const answer = await exchange(server.url, { path: '/api/v1/openapi.json', headers: { 'accept-encoding': coding } }).catch((e) => e);
    if (answer instanceof Error) assert.fail(answer.message);
    assert.equal(answer.headers['content-encoding'], coding);
    assert.match(answer.headers.vary ?? '', /accept-encoding/i);
    assert.equal(JSON.parse(expand(answer.bytes)).openapi, document.openapi);
  }
});
