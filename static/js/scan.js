/** The door: camera, hand scanner, typed code and search all end in one question, whose answer fills the screen. */

import { asRead } from "./codes.js";
import { leaveCleanly, stay } from "./door-app.js";
import { keepInTouch } from "./door-contact.js";
import { showEdge } from "./door-edge.js";
import { ask, decideWith, takeBack } from "./door-link.js";
import { offerRehearsal } from "./door-rehearsal.js";
import { readPhoto, startCamera } from "./scan-camera.js";
import { beginCounts } from "./scan-counts.js";
import { searchAsTyped } from "./scan-search.js";
import { prepareSound } from "./scan-signals.js";
import { meant, show } from "./scan-verdict.js";
import { listenForWedge } from "./scan-wedge.js";
import { notice } from "./scan-words.js";

const AT_LEAST = 400; // milliseconds an answer is shown although the next guest waits

const door = document.getElementById("door");
const scanForm = document.getElementById("scan");
const turns = []; // readings that wait for the one before them: hand scanners are faster than networks
let serving = null;

/** Let a reading wait its turn; a code that is asked about already is not asked twice. */
function check(reading) {
  const asked = { direction: new FormData(scanForm).get("direction"), seen: performance.now(), ...reading };
  if (!asked.ticket) asked.code = asRead(asked.code);
  if (asked.code === "" || [serving, ...turns].some((other) => isSame(other, asked))) return;
  turns.push(asked);
  if (!serving) serve();
}

/** Tell whether two readings are one. */
function isSame(one, other) {
  return one?.code === other.code && one?.ticket === other.ticket && one?.direction === other.direction && !other.override && !other.answers;
}

/** Answer one reading after the other; whatever happens, the scanner goes on. */
async function serve() {
  door.setAttribute("aria-busy", "true");
  while ((serving = turns.shift())) {
    await ready;
    await answer(serving).catch(console.error);
    if (turns.length) await new Promise((resolve) => { setTimeout(resolve, AT_LEAST); });
  }
  door.removeAttribute("aria-busy");
}

/** Ask and tell, and note how long that took since the code was seen. */
async function answer(reading) {
  const said = await ask(reading).catch((fault) => { console.error(fault); return notice("no_answer"); });
  show(said, reading);
  const detail = { code: reading.code, verdict: said.verdict, alone: said.scan_id === undefined };
  performance.measure("frame to verdict", { start: reading.seen, detail });
}

/** What the forms of the door do instead of leaving the page. */
const ACTS = {
  scan: ({ code }, { found }, own) => check({ code, ...(own ? {} : { direction: "in" }), ...found }),
  answer: (said, { reading }) => check({ ...reading, nonce: undefined, answers: { [door.dataset.question]: said.answer } }),
  anyway: ({ name, why }, { reading }) => check({ ...reading, nonce: undefined, override: { name, why } }),
  undo: async (_, { reading, answer: taken }) => show(await takeBack(reading, taken), reading),
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  const act = ACTS[form.dataset.send];
  if (!act) return;
  event.preventDefault();
  if (!form.reportValidity()) return;
  act(Object.fromEntries(new FormData(form)), meant.get(form) ?? {}, form === scanForm);
  if (form === scanForm) form.elements.code.value = "";
});

/** Load the half that needs no network; over plain http, or without its library, there is none. */
async function offlineHalf() {
  if (!(isSecureContext && window.indexedDB && crypto.subtle && navigator.locks)) return null;
  try {
    const { openOffline } = await import("./offline.js");
    return await openOffline(Number(door.dataset.id));
  } catch (fault) {
    console.error(fault);
    return null;
  }
}

const half = offlineHalf();

/** Begin: nothing is judged before the half without network is there, but a code or a name may already be given. */
const ready = half.then(async (offline) => {
  decideWith(offline);
  await keepInTouch(offline, (link) => showEdge(link, offline !== null));
  if (!offline) return;
  leaveCleanly(offline);
  offerRehearsal(offline.rehearse);
  stay().catch(console.error);
});

const seen = (code, at) => check({ code, seen: at });
beginCounts();
prepareSound();
searchAsTyped(document.getElementById("q"), document.getElementById("found"), half);
listenForWedge((code) => check({ code }));
readPhoto(seen);
startCamera(seen);
