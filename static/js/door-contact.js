/** Keeps in touch with the server: hands in what waits, fetches what is new, and notices by itself when either stops or works again. */

import { NoAnswer, Refused, fragment } from "./door-server.js";
import { counted, countsOn, setCounts } from "./scan-counts.js";

export const UNNOTICED = 1800; // milliseconds a guest waits without wondering
const EVERY = 20000;
const PATIENCE = 10000;
const SOON = 1500;
const LATEST = 15000;
const GONE = 404;

/** How things stand: whether the server answers, what waits for it, and how wrong this clock is in milliseconds. */
export const link = { up: navigator.onLine, queued: 0, refused: 0, offset: 0, synced: 0 };

let offline = null;
let changed = () => {};
let failures = 0;
let timer;
let running = null;

/** Begin; `half` is what works without network, or null where the browser cannot have it. */
export async function keepInTouch(half, hear) {
  [offline, changed] = [half, () => hear(link)];
  const said = await offline?.known();
  Object.assign(link, { offset: said?.offset ?? 0, synced: said?.synced ?? 0 });
  await recount();
  addEventListener("online", contact);
  addEventListener("offline", fall);
  document.addEventListener("visibilitychange", () => document.hidden || contact());
  contact();
}

/** Be in touch now, and again after a while: soon if something is wrong, later and later if it stays so. */
export function contact() {
  running ??= exchange().finally(() => { running = null; });
  return running;
}

/** Go on alone from now on, and try again soon. */
export function fall() {
  link.up = false;
  changed();
  again(SOON);
}

/** Count what waits. */
export async function recount() {
  Object.assign(link, await offline?.waiting());
  changed();
}

/** Hand in, fetch, and see how that went. */
async function exchange() {
  clearTimeout(timer);
  try {
    link.up = await (offline ? synchronise() : fetchCounts());
    failures = 0;
  } catch (fault) {
    if (fault.status === GONE) return leave();
    if (!(fault instanceof NoAnswer || fault instanceof Refused)) console.error(fault);
    link.up = false;
    failures += 1;
  }
  await recount();
  return again(link.up && !link.queued ? EVERY : Math.min(SOON * 2 ** failures, LATEST));
}

/** Bring both sides up to date; tell whether the server answers fast enough to be asked about guests. */
async function synchronise() {
  await offline.handIn();
  const asked = counted();
  const { took, offset, synced, counts } = await offline.fetchRoster(link.queued);
  Object.assign(link, { offset, synced });
  if (!(await offline.waiting()).queued) setCounts(counts, asked);
  return took < UNNOTICED;
}

/** Fetch the figures alone. */
async function fetchCounts() {
  const asked = counted();
  setCounts(countsOn(await fragment(PATIENCE)), asked);
  return true;
}

/** Look again after some milliseconds. */
function again(pause) {
  clearTimeout(timer);
  timer = setTimeout(contact, pause);
}

/** This browser is not this door's any more: forget everybody, and let the server's page say so. */
async function leave() {
  await offline?.forget();
  location.reload();
}
