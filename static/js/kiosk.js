/** A kiosk: a code before the camera, or a number typed, is one question to the server, whose answer fills the screen. */

import { readPhoto, startCamera } from "./scan-camera.js";

const SHOWN_FOR = 6000;
const PATIENCE = 6000;
const TRIES = 2;

const form = document.getElementById("scan");
const field = form.elements.code;
let asking = false;
let dismissing;

/** Return a nonce; randomUUID is missing over plain http. */
function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send fields, once more when no answer comes: a repeated nonce gets the first answer. */
async function send(fields, tries = TRIES) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "1" }, signal: AbortSignal.timeout?.(PATIENCE) }).catch(() => null);
  if (answer && [400, 401, 403, 404].includes(answer.status)) location.reload(); // no kiosk any more: the page says why
  if (answer && answer.status < 500) return document.createRange().createContextualFragment(await answer.text());
  return tries > 1 ? send(fields, tries - 1) : document.getElementById("no-answer").content.cloneNode(true);
}

/** Judge one code; whatever happens, the kiosk goes on afterwards. */
async function check(code) {
  if (asking || !code.trim()) return;
  asking = true;
  const fields = new FormData(form);
  fields.set("code", code);
  fields.set("nonce", newNonce());
  field.value = "";
  show(await send(fields));
  asking = false;
}

/** Fill the screen with an answer, and print the badge it brings. */
function show(answer) {
  dismiss();
  const parts = answer.querySelectorAll(".verdict, .door-badge");
  document.body.append(...parts);
  document.querySelector("body > .verdict")?.addEventListener("click", (event) => { event.preventDefault(); dismiss(); });
  dismissing = setTimeout(dismiss, SHOWN_FOR);
  if (document.querySelector("body > .door-badge")) print();
}

/** Go back to waiting for the next guest; a hand scanner types into the field. */
function dismiss() {
  clearTimeout(dismissing);
  document.querySelectorAll("body > :is(.verdict, .door-badge)").forEach((part) => part.remove());
  field.focus({ preventScroll: true });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check(field.value);
});
document.addEventListener("pointerdown", () => document.documentElement.requestFullscreen?.().catch(() => {}), { once: true });
startCamera(check, () => asking || document.querySelector("body > .verdict"));
readPhoto(check);
