/* SPDX-License-Identifier: Apache-2.0 */
/* Answers for a server that cannot be reached with a page that says so, and does nothing else: pages and data always
 * come from the server, so nobody ever sees an old Cairn or old figures. Hashed files are kept by the browser. */
const CACHE = 'offline';
const KEPT = ['/offline.html', '/offline.css', '/offline.js', '/theme.js', '/favicon.svg'];

let renewed = false;

/** What is kept is asked for again in each life of this worker, so that an upgrade reaches it as well. */
async function renew() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.map((path) => new Request(path, { cache: 'no-cache' })));
  renewed = true;
}

async function page(event) {
  try {
    const answer = await fetch(event.request);
    if (!renewed) event.waitUntil(renew().catch(() => undefined));
    return answer;
  } catch (error) {
    const kept = await caches.match('/offline.html');
    if (!kept) throw error;
    return kept;
  }
}

const isKept = (url) => url.origin === self.location.origin && KEPT.includes(url.pathname);
const keptOr = (request) =>
  fetch(request).catch(async (error) => (await caches.match(request)) ?? Promise.reject(error));

self.addEventListener('install', (event) => event.waitUntil(renew().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (isKept(new URL(request.url))) event.respondWith(keptOr(request));
});
