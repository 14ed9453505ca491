// Keeps home and the last days in the browser, so that they can be read offline. Whatever is online goes first.
'use strict';
const SCOPE = new URL('./', location.href).pathname;
const NAME = `digest-${SCOPE}-@VERSION@`;
const PAGES = @PAGES@;
const KEPT = new Set(PAGES.map((page) => new URL(page, location.href).href));
addEventListener('install', (event) => {
  // A query loads dozens of files; coming by here, each would take a third longer. Not every browser has routes.
  event.addRoutes?.({ condition: { urlPattern: { pathname: `${SCOPE.replace(/[^\w/%.-]/g, '\\$&')}search/*` } }, source: 'network' });
  event.waitUntil(caches.open(NAME).then(async (cache) => {
    // One by one: a page that cannot be had keeps no other from being kept.
    await Promise.allSettled(PAGES.map((page) => cache.add(new Request(page, { cache: 'no-cache' }))));
    await self.skipWaiting();
  }));
});
addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then(async (names) => {
    // Only caches of this site: others may live under the same host, and below this one.
    await Promise.all(names.filter((one) => one.startsWith(`digest-${SCOPE}-`) && one !== NAME).map((one) => caches.delete(one)));
    await clients.claim();
  }));
});
addEventListener('fetch', (event) => {
  const { request } = event;
  const page = new URL(request.url);
  page.hash = '';
  if (request.mode === 'navigate') page.search = '';
  if (request.method !== 'GET' || !KEPT.has(page.href)) return;
  event.respondWith(fetch(request).catch(async (error) => {
    const kept = await (await caches.open(NAME)).match(request, { ignoreSearch: request.mode === 'navigate' });
    if (kept) return kept;
    throw error;
  }));
});
