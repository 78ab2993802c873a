/** Pages that ask for themselves: what is no answer changes nothing, and [data-stale] says after a while that none came. */

let latest = Date.now();

document.addEventListener("htmx:before:response", (event) => {
  const answer = event.detail.ctx.response.raw;
  if (answer.ok && !answer.redirected) latest = Date.now();
  else event.preventDefault();
  if (answer.redirected) location.reload(); // signed out: the page itself knows the way to sign in and back
});

setInterval(() => {
  for (const note of document.querySelectorAll("[data-stale]")) note.hidden = Date.now() - latest < note.dataset.stale * 1000;
}, 1000);
