/**
 * Keeps the door's page, so that it opens without network. The server heads this file with VERSION and FILES, so that a
 * change of any file is a new worker: it fetches all of them, and takes over at once, for a page that is open has loaded
 * what it needs. What is kept names nobody but the door, the event and the device.
 */

/* global VERSION, FILES */

const PAGES = "door-pages";
const KEPT = `door-files-${VERSION}`;
const QUICK = 2500; // milliseconds until a page from the network is too late
const NOT_OURS = [401, 403, 404];
const BROKEN = 500;
const DOOR = new RegExp(`^${new URL(registration.scope).pathname}\\d+$`);

let outdated = false; // the server has other files than these

addEventListener("install", (event) => {
  const fetched = caches.open(KEPT).then((cache) => cache.addAll(FILES.map((url) => new Request(url, { cache: "reload" }))));
  event.waitUntil(fetched.then(() => skipWaiting()));
});

addEventListener("activate", (event) => event.waitUntil(takeOver()));

/** Drop what older workers kept, and serve the pages that are open. */
async function takeOver() {
  for (const name of await caches.keys()) if (name !== PAGES && name !== KEPT) await caches.delete(name);
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && DOOR.test(pathname)) event.respondWith(page(event, pathname));
  else if (FILES.includes(pathname)) event.respondWith(file(request, pathname));
});

/** Return a door's page from the network, or the kept one where that fails or takes long. */
async function page(event, address) {
  const cache = await caches.open(PAGES);
  const kept = await cache.match(address);
  const fetched = fetch(event.request).then((answer) => renew(cache, address, answer));
  if (!kept) return fetched;
  event.waitUntil(fetched.catch(() => {}));
  const usable = fetched.then((answer) => (answer.status >= BROKEN ? kept : answer), () => kept);
  return Promise.race([usable, new Promise((resolve) => { setTimeout(resolve, QUICK, kept); })]);
}

/** Keep a fresh page in the place of the one before; forget a door that is not this browser's any more. */
async function renew(cache, address, answer) {
  if (answer.ok) {
    await cache.put(address, answer.clone());
    outdated = answer.headers.get("X-Door-Files") !== VERSION;
  }
  if (NOT_OURS.includes(answer.status)) await cache.delete(address);
  return answer;
}

/** Return a file as it is kept; the network's while the server has newer ones. */
async function file(request, address) {
  const kept = async () => (await (await caches.open(KEPT)).match(address)) ?? fetch(request);
  return outdated ? fetch(request, { cache: "no-cache" }).catch(kept) : kept();
}
