/** Tell whoever looks at a page that asks for itself when it has not been answered for a while. */

const NEWS = { childList: true, subtree: true };

for (const note of document.querySelectorAll("[data-stale]")) {
  let latest = Date.now();
  const place = () => document.querySelector(note.dataset.stale);
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.contains?.(place())))) latest = Date.now();
  }).observe(place().parentElement, NEWS);
  setInterval(() => { note.hidden = Date.now() - latest < note.dataset.after * 1000; }, 1000);
}
