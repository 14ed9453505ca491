// Keeps home and the last days in the browser, so that they can be read offline. Whatever is online goes first.
'use strict';
const SCOPE = new URL('./', location.href).pathname;
const NAME = `digest-${SCOPE}-@VERSION@`;
const PAGES = @PAGES@;
const OTHERWISE = new URL('offline.html', location.href);
const KEPT = new Set(PAGES.map((page) => new URL(page, location.href).href));
addEventListener('install', (event) => {
  // A query loads dozens of files; coming by here, each would take a third longer. Not every browser has routes.
  const pathname = `${SCOPE.replace(/[^\w/%.-]/g, '\\$&')}search/*`;
  event.addRoutes?.({ condition: { urlPattern: { pathname }, requestMode: 'cors' }, source: 'network' });
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
  const opened = request.mode === 'navigate';
  const page = new URL(request.url);
  page.hash = '';
  if (opened) {
    page.search = '';
    page.pathname = page.pathname.replace(/\/index\.html$/, '/');
  }
  if (request.method !== 'GET' || !(opened || KEPT.has(page.href))) return;
  event.respondWith(fetch(request).catch(async (error) => {
    const cache = await caches.open(NAME);
    const kept = await cache.match(page, { ignoreVary: true }) ?? (opened ? await cache.match(OTHERWISE) : undefined);
    if (kept) return kept;
    throw error;
  }));
});
