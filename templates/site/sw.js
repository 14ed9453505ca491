// Keeps home and the last days in the browser, so that they can be read offline. Whatever is online goes first.
'use strict';
const SCOPE = new URL('./', location.href).pathname;
const NAME = `digest-${SCOPE}-@VERSION@`;
const PAGES = @PAGES@;
addEventListener('install', (event) => {
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
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(fetch(request).catch(async (error) => {
    const kept = await (await caches.open(NAME)).match(request, { ignoreSearch: request.mode === 'navigate' });
    if (kept) return kept;
    throw error;
  }));
});
