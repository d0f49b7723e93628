// The worker: opens pages without a network. Owns one cache per build with the offline page and its assets, all of which
// are the same for everybody. Refuses to keep an answer that depends on who asks: pages, data and files always come from
// the network, and writes never pass through here (public/outbox.js sends them).
// The server puts `self.wuze = { build, shell }` in front, so a new build is a new worker. ES2017, at most 15 KB.
(function () {
'use strict';
const PAGE = '/offline';
const PATIENCE = 8000; // ms for one of the pages below; a signal that carries nothing is no network
const PAGES = /^\/(home|records|records\/new|oversight\/[0-9a-f-]{36})?$/; // pages that the offline page can stand in for
const HALL = /^\/(m|hall)(\/|$)/; // ballots: whoever holds the phone there, nothing of an account belongs on it
const cacheName = 'wuze-' + self.wuze.build;

self.addEventListener('install', (e) => {
  // All or nothing: a worker without its page must not take over.
  const ask = (url) => new Request(url, { credentials: 'omit', cache: url === PAGE ? 'reload' : 'default' });
  e.waitUntil(caches.open(cacheName).then((cache) => cache.addAll([PAGE].concat(self.wuze.shell).map(ask))));
  // Takes over at once. Nothing can be mixed: pages come from the network in every build, assets are named by their
  // content, and a page that is open has its own already.
  self.skipWaiting();
});

self.addEventListener('activate', (e) => {
  const old = (name) => name.startsWith('wuze-') && name !== cacheName;
  const preload = self.registration.navigationPreload; // the request leaves before this script has started
  e.waitUntil(Promise.all([
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))),
    preload ? preload.enable() : null,
  ]).then(() => self.clients.claim()));
});

const kept = (url) => caches.open(cacheName).then((cache) => cache.match(url));

/** From the network; the offline page where there is none, or none worth the name. */
function page(e, url) {
  const answer = Promise.resolve(e.preloadResponse).then((res) => res || fetch(e.request));
  // Answered here too: the request is on its way already and would be made twice.
  if (HALL.test(url.pathname)) return answer;
  const instead = (error) => kept(PAGE).then((res) => res || Promise.reject(error));
  if (!PAGES.test(url.pathname)) return answer.catch(instead);
  const late = new Promise((ok, no) => setTimeout(() => no(new TypeError('no answer in time')), PATIENCE));
  // Without the page the slow answer is still the best there is.
  return Promise.race([answer, late]).catch((error) => instead(error).catch(() => answer));
}

self.addEventListener('fetch', (e) => {
  const request = e.request, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') e.respondWith(page(e, url));
  else if (self.wuze.shell.includes(url.pathname)) e.respondWith(kept(url.pathname).then((res) => res || fetch(request)));
});
})();
