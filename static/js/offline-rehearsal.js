/** Tries before doors open whether this device can go on alone, and says what it found. */

import { link } from "./door-contact.js";
import { post } from "./door-server.js";
import { verdictOn } from "./offline-judge.js";
import { open } from "./offline-people.js";
import { doorOf } from "./offline-roster.js";
import { ofDoor, store } from "./offline-store.js";

const SAMPLE = 20;
const PATIENCE = 10000;
const ENOUGH = 2 * 60 * 1000;

/** Return what was found, as [name of a sentence, how good, figures]. */
export async function rehearse(doorId) {
  const said = await doorOf(doorId);
  const tickets = (await (await store()).getAll("people", ofDoor(doorId))).flatMap((bucket) => bucket.tickets);
  if (!said || !link.up) return [["network", "stop"]];
  return [
    ...(await compare(doorId, said, tickets)),
    (await navigator.storage.persisted()) ? ["kept", "good"] : ["droppable", "wait"],
    (await caches.match(document.getElementById("door").dataset.url)) ? ["page", "good"] : ["no-page", "stop"],
    ["clock", Math.abs(said.offset) < ENOUGH ? "good" : "wait", { n: Math.round(Math.abs(said.offset) / 1000) }],
    document.querySelector("#viewfinder video").readyState > 1 ? ["camera", "good"] : ["no-camera", "wait"],
    said.left_out ? ["codes-and-numbers", "wait", { n: said.left_out }] : ["numbers", "good"],
  ];
}

/** Judge random tickets here and there, and open an entry that was sealed for the purpose. */
async function compare(doorId, said, tickets) {
  const drawn = draw(tickets, SAMPLE);
  const { verdicts, sample } = await post("rehearsal", { tickets: drawn.map(({ t }) => t) }, PATIENCE);
  const { opens_at: opens, closes_at: closes } = said.door;
  const openAt = Math.min(Math.max(Date.now() + said.offset, opens), closes - 1); // it is tried before doors open
  const own = await Promise.all(drawn.map((ticket) => verdictOn(said, { direction: "in" }, ticket, openAt)));
  const right = drawn.filter(({ t }, number) => verdicts[t] === own[number].verdict).length;
  const opened = await open(sample.entry, said.salt, sample.code).catch(() => ({}));
  return [
    ["tickets", drawn.length && right === drawn.length ? "good" : "stop", { n: right, all: drawn.length, known: tickets.length }],
    opened.name === sample.content.name ? ["sealed", "good"] : ["unsealed", "stop"],
  ];
}

/** Draw some at random. */
function draw(all, most) {
  const rest = [...all];
  return Array.from({ length: Math.min(most, rest.length) }, () => rest.splice(Math.floor(Math.random() * rest.length), 1)[0]);
}
