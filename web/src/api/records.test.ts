/* SPDX-License-Identifier: Apache-2.0 */
/* Reading records through the cache: asked for once, kept by what was asked, read anew after a write. */
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listQuery, recordQuery, refreshRecords } from './records';
import type { EntityMeta } from './types';

const deal = {
  name: 'deal',
  path: '/api/v1/deals',
  fields: [{ name: 'companyId', label: 'Company', type: 'reference', include: 'company' }],
} as unknown as EntityMeta;
let asked: string[];
let client: QueryClient;

beforeEach(() => {
  asked = [];
  client = new QueryClient({ defaultOptions: { queries: { staleTime: 15_000, retry: false } } });
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    const data = path.includes('?q=') ? [{ id: 'a', at: asked.length }] : { id: 'a', at: asked.length };
    return new Response(JSON.stringify({ data }), { headers: { ETag: `"${asked.length}"` } });
  });
});
afterEach(() => vi.unstubAllGlobals());

it('S2-UI-06 what several parts of a page ask for at once is asked for once', async () => {
  const [one, two] = await Promise.all([
    client.fetchQuery(listQuery(deal, 'q=x')),
    client.fetchQuery(listQuery(deal, 'q=x')),
  ]);
  expect(one).toBe(two);
  expect(asked).toEqual(['/api/v1/deals?q=x']);
  await client.fetchQuery(listQuery(deal, 'q=y'));
  await client.fetchQuery(listQuery(deal, 'q=x'));
  expect(asked).toEqual(['/api/v1/deals?q=x', '/api/v1/deals?q=y']);
});

it('S2-UI-06 a record is read with the names of what it points to, and its version', async () => {
  expect(await client.fetchQuery(recordQuery(deal, 'a'))).toEqual({ data: { id: 'a', at: 1 }, etag: '"1"' });
  expect(asked).toEqual(['/api/v1/deals/a?include=company']);
});

it('S2-UI-06 after a write what is shown is read anew, and what is not shown when it is next', async () => {
  const shown = new QueryObserver(client, recordQuery(deal, 'a'));
  const stop = shown.subscribe(() => undefined);
  await vi.waitFor(() => expect(shown.getCurrentResult().data?.etag).toBe('"1"'));
  await client.fetchQuery(listQuery(deal, 'q=x'));
  await refreshRecords(client);
  expect(asked.slice(2)).toEqual(['/api/v1/deals/a?include=company']);
  expect(shown.getCurrentResult().data?.etag).toBe('"3"');
  await client.fetchQuery(listQuery(deal, 'q=x'));
  expect(asked.slice(3)).toEqual(['/api/v1/deals?q=x']);
  stop();
});

it('S2-UI-06 what is known is shown while the next page comes', async () => {
  const list = new QueryObserver(client, listQuery(deal, 'q=x'));
  const stop = list.subscribe(() => undefined);
  await vi.waitFor(() => expect(list.getCurrentResult().isSuccess).toBe(true));
  list.setOptions(listQuery(deal, 'q=y'));
  expect(list.getCurrentResult()).toMatchObject({ isPlaceholderData: true, data: { data: [{ at: 1 }] } });
  await vi.waitFor(() => expect(list.getCurrentResult().isPlaceholderData).toBe(false));
  expect(list.getCurrentResult().data?.data).toEqual([{ id: 'a', at: 2 }]);
  stop();
});
