/* SPDX-License-Identifier: Apache-2.0 */
/* An in-memory stand-in for the server, to look at the UI with: `npm run dev:api`, then `npm run dev`.
   Also serves dist/ under the same strict CSP as the real one. Development only; never part of a build. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entities } from './meta.mjs';
import { list, Refused, withIncludes } from './query.mjs';
import { overview } from './report.mjs';
import { changes, me, newId, tables } from './seed.mjs';

const port = Number(process.env.PORT ?? 3000);
const delay = Number(process.env.DELAY ?? 0);
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const invitations = [{ id: newId(), email: 'new.colleague@example.com', role: 'user', createdAt: new Date().toISOString() }];
const organization = { id: newId(), name: 'Northwind Events', currency: 'USD', timeZone: 'Europe/Belgrade', locale: 'en' };
const user = { id: me.id, email: me.email, firstName: me.firstName, lastName: me.lastName, role: 'admin' };

function check(entity, body, creating) {
  const details = [];
  for (const field of entity.fields) {
    const value = field.custom ? body.custom?.[field.name.slice(7)] : body[field.name];
    if (creating && field.required && (value === undefined || value === null)) details.push({ field: field.name, code: 'required', message: `${field.label} is required.` });
    if (typeof value === 'string' && /server-says-no/.test(value)) details.push({ field: field.name, code: 'invalid', message: `${field.label} was refused by the server.` });
  }
  for (const key of Object.keys(body)) if (key !== 'custom' && !entity.fields.some((f) => f.name === key)) details.push({ field: key, code: 'unknown', message: 'Unknown field.' });
  if (details.length) throw new Refused(422, 'VALIDATION_ERROR', 'Some fields are not valid.', details);
}

function log(entity, record, action, diff) {
  changes.unshift({ id: newId(), entity: entity.name, recordId: record.id, at: new Date().toISOString(), actorId: me.id, action, diff });
}

function create(entity, body) {
  check(entity, body, true);
  const at = new Date().toISOString();
  const record = { id: newId(), createdAt: at, updatedAt: at, deletedAt: null, version: 1, ownerId: me.id, tags: [], custom: {}, ...body };
  tables[entity.name].push(record);
  log(entity, record, 'create', {});
  return record;
}

function update(entity, record, body, ifMatch) {
  if (ifMatch && !ifMatch.startsWith(`"v${record.version}-`)) throw new Refused(412, 'PRECONDITION_FAILED', 'The record was changed meanwhile.');
  check(entity, body, false);
  const diff = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, [record[key] ?? null, value]]));
  Object.assign(record, body, { custom: { ...record.custom, ...body.custom }, version: record.version + 1, updatedAt: new Date().toISOString() });
  log(entity, record, 'update', diff);
  return record;
}

function entityCall(method, entity, [id, action], params, body, headers) {
  if (!id) return method === 'POST' ? { status: 201, data: create(entity, body) } : list(entity, params);
  const record = tables[entity.name].find((r) => r.id === id);
  if (!record || (record.deletedAt && action !== 'restore')) throw new Refused(404, 'NOT_FOUND', 'Not found.');
  if (action === 'timeline') return { data: changes.filter((c) => c.recordId === id) };
  if (action === 'restore') {
    record.deletedAt = null;
    log(entity, record, 'restore', {});
    return { data: record };
  }
  if (method === 'PATCH') return { data: update(entity, record, body, headers['if-match']) };
  if (method === 'DELETE') {
    record.deletedAt = new Date().toISOString();
    log(entity, record, 'delete', {});
    return { status: 204 };
  }
  return { data: withIncludes(entity, record, params.get('include')), etag: `"v${record.version}-dev"` };
}

function authCall(path, body) {
  if (path === 'login' && body.password === 'wrong') throw new Refused(401, 'UNAUTHORIZED', 'Wrong e-mail or password.');
  if (path === 'logout') return { status: 204, cookie: 'dev=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax' };
  if (path === 'refresh') throw new Refused(401, 'UNAUTHORIZED', 'No session.');
  if (path === 'me') return { data: { user, organization, organizations: [organization, { id: newId(), name: 'Second Organisation' }] } };
  return { data: { user, organization }, cookie: 'dev=1; Path=/; HttpOnly; SameSite=Lax' };
}

function api(method, url, body, headers) {
  const [head, ...rest] = url.pathname.replace('/api/v1/', '').split('/');
  if (head === 'auth') {
    if (rest[0] === 'me' && !headers.cookie?.includes('dev=1')) throw new Refused(401, 'UNAUTHORIZED', 'Sign in.');
    return authCall(rest[0], body);
  }
  if (!headers.cookie?.includes('dev=1')) throw new Refused(401, 'UNAUTHORIZED', 'Sign in.');
  if (head === 'meta') return { data: { version: 'dev', user, organization, can: { import: true, export: true, administer: true }, entities } };
  if (head === 'reports') return { data: overview(url.searchParams) };
  if (head === 'invitations') {
    if (method === 'GET') return { data: invitations, pagination: { page: 1, limit: 25, total: invitations.length } };
    if (method === 'DELETE') return { status: 204, data: invitations.splice(0, invitations.length, ...invitations.filter((i) => i.id !== rest[0])) };
    const invitation = { id: newId(), createdAt: new Date().toISOString(), ...body };
    invitations.push(invitation);
    return { status: 201, data: { ...invitation, token: 'one-time-token' } };
  }
  if (head === 'imports') return { data: { id: newId(), status: 'done', rows: 85, created: 83, linked: 12, skipped: 0, refused: 2, problems: [{ row: 14, field: 'email', message: 'Not an e-mail address.' }] } };
  const entity = entities.find((e) => e.path === `/api/v1/${head}`);
  if (!entity) throw new Refused(404, 'NOT_FOUND', 'No such resource.');
  return entityCall(method, entity, rest, url.searchParams, body, headers);
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return /json/.test(request.headers['content-type'] ?? '') && text ? JSON.parse(text) : {};
}

async function serveFile(path, response) {
  const file = normalize(join(dist, path));
  const wanted = file.startsWith(dist) && extname(file) ? file : join(dist, 'index.html');
  const content = await readFile(wanted).catch(() => null);
  if (!content) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': types[extname(wanted)] ?? 'application/octet-stream', 'Content-Security-Policy': csp });
  response.end(content);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/')) return void (await serveFile(url.pathname, response));
  let answer;
  try {
    answer = api(request.method, url, await readBody(request), request.headers);
  } catch (error) {
    const { status = 500, code = 'INTERNAL', message, details = [] } = error;
    if (status === 500) console.error(error);
    answer = { status, error: { code, message, details, requestId: 'dev' } };
  }
  if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
  const { status = 200, etag, cookie, ...body } = answer;
  const headers = { 'Content-Type': 'application/json', ...(etag ? { ETag: etag } : {}), ...(cookie ? { 'Set-Cookie': cookie } : {}) };
  response.writeHead(status, headers);
  response.end(status === 204 ? undefined : JSON.stringify({ success: status < 400, ...body }));
});
server.listen(port, '127.0.0.1', () => console.log(`development API and dist/ on http://localhost:${port}`));
