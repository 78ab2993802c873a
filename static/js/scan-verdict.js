/** An answer fills the screen for a moment, sounds and shakes; what can still be done about it stays on the page. */

import { insideText } from "./scan-counts.js";
import { announce } from "./scan-signals.js";
import { wordOf } from "./scan-words.js";
import { OVERRIDABLE, tone } from "./verdicts.js";

const SHOWN_FOR = 1500;
const UNDO_FOR = 10000;
const MOST_EARLIER = 3;

const last = document.getElementById("last");
const earlier = document.getElementById("earlier");
const edge = document.getElementById("edge");
let dismissing;

/** What the forms of an answer are about. */
export const meant = new WeakMap();

/** Show an answer: { verdict, reason, attendee } of the server, of this device, or a notice of the page. */
export function show(answer, reading) {
  dismiss();
  const verdict = document.getElementById("answer").content.firstElementChild.cloneNode(true);
  const { word, tone: own } = wordOf(answer.verdict);
  verdict.dataset.tone = own ?? tone(answer.verdict);
  verdict.setAttribute("role", verdict.dataset.tone === "good" ? "status" : "alert");
  write(verdict, { word, name: answer.attendee?.name ?? "", reason: answer.reason });
  verdict.querySelector(".inside").textContent = insideText();
  verdict.querySelector(".state").textContent = edge.querySelector(".state").textContent;
  const actions = verdict.querySelector(".actions");
  offer(actions, answer, reading);
  remember(verdict, actions);
  document.body.append(verdict);
  announce(verdict.dataset.tone);
  verdict.addEventListener("click", dismiss);
  dismissing = setTimeout(dismiss, SHOWN_FOR);
}

/** Go back to scanning. */
export function dismiss() {
  clearTimeout(dismissing);
  document.querySelectorAll("body > .verdict").forEach((verdict) => verdict.remove());
}

/** Put texts where their names say. */
function write(place, texts) {
  for (const [name, text] of Object.entries(texts)) (place.querySelector(`.${name} bdi`) ?? place.querySelector(`.${name}`)).textContent = text;
}

/** Leave only the actions there are: undo an admission, answer the door's question, or let in anyway with a reason. */
function offer(actions, answer, reading) {
  const may = {
    undo: answer.verdict === "admitted",
    answer: answer.verdict === "needs_answer",
    anyway: last.dataset.mayOverride !== undefined && OVERRIDABLE.includes(answer.verdict),
  };
  for (const [name, allowed] of Object.entries(may)) {
    const form = actions.querySelector(`[data-send="${name}"]`);
    const whole = form.closest("details") ?? form;
    if (!allowed) whole.remove();
    meant.set(form, { answer, reading });
    if (allowed && name === "undo") setTimeout(() => whole.remove(), UNDO_FOR);
  }
}

/** Keep the last answer on the page with what can still be done about it, and those before it as long as they can be undone. */
function remember(verdict, actions) {
  if (!last.hidden) keepEarlier();
  const text = (name) => verdict.querySelector(name).textContent;
  const status = last.querySelector(".status");
  status.textContent = text(".word");
  status.dataset.tone = verdict.dataset.tone;
  write(last, { name: text(".name"), reason: text(".reason") });
  last.querySelector(".actions").replaceWith(actions);
  last.hidden = false;
}

/** Keep the answer before in a line of its own. */
function keepEarlier() {
  const line = document.getElementById("earlier-answer").content.firstElementChild.cloneNode(true);
  line.querySelector(".status").replaceWith(last.querySelector(".status").cloneNode(true));
  line.querySelector(".name").textContent = last.querySelector(".name").textContent;
  line.append(...last.querySelectorAll('[data-send="undo"]'));
  earlier.prepend(line);
  while (earlier.children.length > MOST_EARLIER) earlier.lastElementChild.remove();
  earlier.hidden = false;
}
