/** The half of a door that needs no network: a roster, a judge, and a queue that loses nothing. */

import { handIn } from "./offline-hand-in.js";
import { asFact, decide, ticketBehind } from "./offline-judge.js";
import { searchNames, watchNames } from "./offline-names.js";
import { notePassage, putBack, whereabouts } from "./offline-passages.js";
import { change, enqueue, waiting } from "./offline-queue.js";
import { rehearse } from "./offline-rehearsal.js";
import { doorOf, fetchRoster } from "./offline-roster.js";
import { forgetPeople } from "./offline-store.js";

/** Return what one door can do alone; the browser is asked to keep it. */
export async function openOffline(doorId) {
  await watchNames();
  navigator.storage?.persist?.();
  return {
    waiting,
    known: () => doorOf(doorId),
    handIn: () => handIn(doorId),
    fetchRoster: (queued) => fetchRoster(doorId, queued),
    search: (typed) => searchNames(doorId, typed),
    decide: (reading) => decide(doorId, reading),
    note: (reading, answer) => note(doorId, reading, answer),
    undo: (reading, answer) => undo(doorId, reading, answer),
    undone: (reading, answer) => putBackAs(doorId, reading, answer, Date.now()),
    rehearse: () => rehearse(doorId),
    forget: forgetPeople,
  };
}

/** Remember what the server answered, for the time without it; return whose ticket it was, and where they were before. */
async function note(doorId, reading, answer) {
  const said = await doorOf(doorId);
  if (!said) return {};
  const at = Date.now() + said.offset;
  const ticket = await ticketBehind(said, reading, at);
  if (!ticket) return {};
  const before = await whereabouts(said.door, ticket.t, at);
  await notePassage(said.door, ticket.t, answer, before, { at, settled: Date.now() });
  return { ref: ticket.t, before, arrival: answer.verdict === "admitted" && said.door.entrance && !before.arrived };
}

/** Take an admission back without the server, which hears of both: it is handed in (again) and then undone. */
async function undo(doorId, reading, answer) {
  const [undone, said] = [Date.now(), await doorOf(doorId)];
  const waits = answer.place && await change(answer.place, { undone });
  if (!waits) await enqueue(doorId, answer.ref ?? null, asFact(reading, "admitted", undone, said.offset), undone);
  await putBackAs(doorId, reading, answer, null);
}

/** Put somebody back where they were. */
async function putBackAs(doorId, { nonce }, { ref, before }, settled) {
  const said = await doorOf(doorId);
  if (ref !== undefined) await putBack(said.door, ref, before, { at: Date.now() + said.offset, nonce, settled });
}
