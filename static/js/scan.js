/** The door: camera, hand scanner, typed code and search all end in one question to the server, whose answer fills the screen. */

import { startCamera, readPhoto } from "./scan-camera.js";
import { send } from "./scan-send.js";
import { searchAsTyped } from "./scan-search.js";
import { announce, prepareSound } from "./scan-signals.js";
import { listenForWedge } from "./scan-wedge.js";

const SHOWN_FOR = 1500;
const COUNT_EVERY = 20000;

const door = document.getElementById("door");
const scanForm = document.getElementById("scan");
const last = document.getElementById("last");
let asking = false;
let dismissing;

/** Return a code read by camera, photo or hand scanner to the form it would have been typed into, and send it. */
function check(code) {
  if (asking) return;
  const fields = new FormData(scanForm);
  fields.set("code", code);
  ask(scanForm.action, fields);
}

/** Ask the server; whatever happens, the scanner goes on afterwards. */
async function ask(url, fields) {
  if (asking) return;
  asking = true;
  door.setAttribute("aria-busy", "true");
  try {
    show(await send(url, fields));
  } catch {
    show(document.getElementById("no-answer").content.cloneNode(true));
  } finally {
    asking = false;
    door.removeAttribute("aria-busy");
  }
}

/** Fill the screen with an answer, and replace the counters by newer ones. */
function show(answer) {
  dismiss();
  const counts = answer.getElementById("counts");
  if (counts) document.getElementById("counts").replaceWith(counts);
  const verdict = answer.querySelector(".verdict");
  if (!verdict) return;
  const actions = verdict.querySelector(".actions");
  actions?.querySelector("[data-next]")?.remove();
  remember(verdict, actions);
  document.body.append(verdict);
  announce(verdict.dataset.tone);
  verdict.addEventListener("click", dismiss);
  dismissing = setTimeout(dismiss, SHOWN_FOR);
}

/** Go back to scanning. */
function dismiss() {
  clearTimeout(dismissing);
  document.querySelectorAll("body > .verdict").forEach((verdict) => verdict.remove());
}

/** Keep the last answer on the page with what can still be done about it. */
function remember(verdict, actions) {
  const text = (name) => verdict.querySelector(name)?.textContent ?? "";
  const status = last.querySelector(".status");
  status.textContent = text(".word");
  status.dataset.tone = verdict.dataset.tone;
  last.querySelector(".name").textContent = text(".name");
  last.querySelector(".reason").textContent = text(".reason");
  last.querySelector(".actions").replaceWith(actions ?? Object.assign(document.createElement("div"), { className: "actions" }));
  last.hidden = false;
  const undo = last.querySelector("[data-seconds]");
  if (undo) setTimeout(() => undo.remove(), Number(undo.dataset.seconds) * 1000);
}

/** Every form of the door asks without leaving the page. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-send]")) return;
  event.preventDefault();
  if (!form.reportValidity()) return;
  ask(form.action, new FormData(form));
  if (form === scanForm) form.elements.code.value = "";
});

/** Keep the counters fresh while somebody looks at them. */
setInterval(async () => {
  if (document.hidden || asking) return;
  const answer = await send(door.dataset.url, null).catch(() => null);
  const counts = answer?.getElementById("counts");
  if (counts) document.getElementById("counts").replaceWith(counts);
}, COUNT_EVERY);

prepareSound();
listenForWedge(check);
searchAsTyped(document.getElementById("q"), document.getElementById("found"));
startCamera(check, () => asking || document.querySelector("body > .verdict"));
readPhoto(check);
