/** The venue's code renews itself; when it cannot, it is taken down: an old code is worse than none. */

const EVERY = 5000;
const GOOD_FOR = 30000; // the server accepts a code for one step of half a minute longer than it is new

const live = document.getElementById("welcome");
const off = document.getElementById("welcome-off");
let renewed = performance.now();

/** Fetch what changes; a page that leads elsewhere (to signing in) is no answer. */
async function renew() {
  const answer = await fetch(live.dataset.url, { headers: { "X-Fragment": "1" }, signal: AbortSignal.timeout?.(EVERY) }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    live.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
    renewed = performance.now();
  }
  const old = performance.now() - renewed > GOOD_FOR;
  live.hidden = old;
  off.hidden = !old;
}

setInterval(renew, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) renew(); });
navigator.wakeLock?.request("screen").catch(() => {});
