/** Makes the door's page stay: it opens without network, and leaves nothing behind when somebody signs off. */

import { contact, link } from "./door-contact.js";
import { say } from "./door-edge.js";

const PAGES = "door-pages"; // as door-worker.js calls it
const door = document.getElementById("door");

/** Have the page kept; the first visit is loaded before the worker could keep it. */
export async function stay() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(door.dataset.worker, { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  const pages = await caches.open(PAGES);
  if (!(await pages.match(door.dataset.url))) await pages.add(door.dataset.url);
}

/** Sign off only when nothing waits any more, and forget everybody first. */
export function leaveCleanly(offline) {
  const form = document.querySelector("#sign-off form");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    await contact();
    say("leaving", link.queued > 0, link.queued);
    if (link.queued) return;
    await forget(offline);
    form.submit();
  });
}

/** Forget people and pages. */
export async function forget(offline) {
  await offline.forget();
  await caches.delete(PAGES);
}
