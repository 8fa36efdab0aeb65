/* SPDX-License-Identifier: Apache-2.0 */
/* The client against a server that is made up here: the envelope, refusals, and one silent refresh for all. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, get, getPage, getPlain, onSignedOut, patch, postAuth, write } from './client';

type Call = { path: string; init: RequestInit };
type Reply = (call: Call) => Response | Promise<Response>;
let calls: Call[];
let reply: Reply;

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const refused = () => json(401, { success: false, error: { code: 'UNAUTHORIZED', message: 'Sign in.' } });
const pathsOf = () => calls.map(({ path }) => path);

beforeEach(() => {
  calls = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const call = { path, init };
    calls.push(call);
    return reply(call);
  });
});
afterEach(() => vi.unstubAllGlobals());

it('S1-UI-05 takes data out of the envelope, with its pagination and its changeset', async () => {
  reply = () =>
    json(
      200,
      { success: true, data: [{ id: 'a' }], pagination: { limit: 25, total: 7 } },
      { 'X-Changeset-Id': 'c1' },
    );
  expect(await getPage('/api/v1/deals')).toEqual({
    data: [{ id: 'a' }],
    pagination: { limit: 25, total: 7 },
  });
  expect(await write('DELETE', '/api/v1/deals/a')).toEqual({ data: [{ id: 'a' }], changesetId: 'c1' });
  expect(calls.map(({ init }) => [init.method, init.credentials])).toEqual([
    ['GET', 'same-origin'],
    ['DELETE', 'same-origin'],
  ]);
});

it('S1-UI-05 a refusal is an error that names what the server named', async () => {
  const details = [{ field: 'email', message: 'Not an address.' }];
  reply = () =>
    json(422, { error: { code: 'VALIDATION', message: 'Invalid.', details } }, { 'X-Request-Id': 'r9' });
  const error = await patch<never>('/api/v1/contacts/1', { email: 'x' }, '"3"').catch(
    (cause: ApiError) => cause,
  );
  expect(error).toBeInstanceOf(ApiError);
  expect([error.status, error.code, error.details, error.requestId, error.isAway]).toEqual([
    422,
    'VALIDATION',
    details,
    'r9',
    false,
  ]);
  expect(calls[0]?.init.headers).toMatchObject({ 'If-Match': '"3"', 'Content-Type': 'application/json' });
});

it('S3-UI-10 requests that meet an ended token together renew it once, and are sent again', async () => {
  let renewed = false;
  reply = ({ path }) => {
    if (path.endsWith('/refresh')) {
      renewed = true;
      return json(200, { success: true, data: {} });
    }
    return renewed ? json(200, { data: path }) : refused();
  };
  const answers = await Promise.all([get('/a'), get('/b'), get('/c')]);
  expect(answers).toEqual(['/a', '/b', '/c']);
  expect(pathsOf().filter((path) => path.endsWith('/refresh'))).toHaveLength(1);
});

it('S3-UI-10 who cannot be renewed is signed out, and told so once a request', async () => {
  reply = refused;
  const told = vi.fn();
  const deaf = vi.fn();
  onSignedOut(deaf)();
  const stop = onSignedOut(told);
  await expect(get('/a')).rejects.toMatchObject({ status: 401 });
  stop();
  expect(told).toHaveBeenCalledTimes(1);
  expect(deaf).not.toHaveBeenCalled();
});

it('S3-UI-10 a wrong password is no reason to renew anything', async () => {
  reply = refused;
  const told = vi.fn();
  const stop = onSignedOut(told);
  await expect(postAuth('/api/v1/auth/login', { email: 'a', password: 'b' })).rejects.toMatchObject({
    status: 401,
  });
  stop();
  expect(pathsOf()).toEqual(['/api/v1/auth/login']);
  expect(told).not.toHaveBeenCalled();
});

it('tells a server that is away from one that refuses', async () => {
  reply = () => Promise.reject(new TypeError('Failed to fetch'));
  await expect(get('/a')).rejects.toMatchObject({ status: 0, isAway: true });
  reply = () => json(503, {}, { 'Retry-After': '4' });
  await expect(get('/a')).rejects.toMatchObject({ isAway: true, retryAfter: 4 });
});

it('hands an answer over as it came where that is asked for, renewed if need be', async () => {
  let renewed = false;
  reply = ({ path }) => {
    if (path.endsWith('/refresh')) {
      renewed = true;
      return json(200, {});
    }
    return renewed ? new Response('<p>no envelope</p>', { status: 404 }) : refused();
  };
  const answer = await getPlain('/api/v1/nothing');
  expect([answer.status, await answer.text()]).toEqual([404, '<p>no envelope</p>']);
});
