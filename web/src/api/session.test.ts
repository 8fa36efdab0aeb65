/* SPDX-License-Identifier: Apache-2.0 */
/* The session as the app keeps it: the person in the cache of queries, the tokens nowhere. */
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { meQuery, register, signIn, signOut } from './session';

const TOKEN = 'eyJhbGciOi.J9';
const ada = { id: 'u1', firstName: 'Ada', lastName: 'King', email: 'ada@example.com' };
let person: typeof ada | null;
let bodies: Record<string, unknown>;
let kept: Map<string, string>;

const answer = (status: number, data: unknown) => new Response(JSON.stringify({ data }), { status });

beforeEach(() => {
  person = null;
  bodies = {};
  kept = new Map();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('sessionStorage', storage);
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const name = path.split('/').at(-1) ?? '';
    bodies[name] = init.body ? JSON.parse(String(init.body)) : undefined;
    if (name === 'login' || name === 'register') {
      person = ada;
      return answer(200, { accessToken: TOKEN, user: ada });
    }
    if (name === 'logout') person = null;
    if (name === 'me' && person) return answer(200, { user: person });
    return answer(person || name === 'logout' ? 200 : 401, {});
  });
});
afterEach(() => vi.unstubAllGlobals());

const cache = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });

it('S3-UI-10 S2-UI-05 signing in makes the person known, signing out nobody', async () => {
  const client = cache();
  await expect(client.fetchQuery(meQuery)).rejects.toMatchObject({ status: 401 });
  await signIn(ada.email, 'secret of mine');
  expect((await client.fetchQuery(meQuery)).user).toEqual(ada);
  await signOut();
  client.clear();
  await expect(client.fetchQuery(meQuery)).rejects.toMatchObject({ status: 401 });
  expect(bodies['login']).toEqual({ email: ada.email, password: 'secret of mine' });
});

it('S3-UI-10 S2-UI-05 a person who was changed is read anew', async () => {
  const client = cache();
  await signIn(ada.email, 'secret of mine');
  await client.fetchQuery(meQuery);
  person = { ...ada, lastName: 'Lovelace' };
  expect((await client.fetchQuery(meQuery)).user.lastName).toBe('King');
  await client.invalidateQueries({ queryKey: meQuery.queryKey });
  expect((await client.fetchQuery(meQuery)).user.lastName).toBe('Lovelace');
});

it('S3-UI-10 no script keeps a token, though the answers carry one', async () => {
  await register({ email: 'a@b.co', password: 'p', firstName: 'A', lastName: 'B', organization: 'C' });
  await signIn(ada.email, 'p');
  expect([...kept]).toEqual([]);
});
