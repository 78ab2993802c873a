/** Judges a reading by what this device knows, with the rules and words of the server, and keeps it to be handed in. */

import { isNumber, meanings } from "./codes.js";
import { notePassage, whereabouts } from "./offline-passages.js";
import { find, hashOf, ticketOf } from "./offline-people.js";
import { enqueue } from "./offline-queue.js";
import { doorOf } from "./offline-roster.js";
import { insideNow } from "./scan-counts.js";
import { notice, reasonOf } from "./scan-words.js";
import { verify } from "./signed-ticket.js";
import { OVERRIDABLE, judge } from "./verdicts.js";

const SHORTEST_FOREIGN = 12; // shorter ones could be guessed, so no roster has them

/** Return this device's own answer once the fact is written down; what only the server can look up gets none. */
export async function decide(doorId, reading) {
  const said = await doorOf(doorId);
  if (!said) return notice("no_answer");
  if (reading.code && isNumber(reading.code)) return notice("needs_network");
  const at = Date.now();
  const ticket = await ticketBehind(said, reading, at + said.offset);
  if (!ticket && said.left_out && reading.code.length < SHORTEST_FOREIGN) return notice("needs_network");
  const judged = await verdictOn(said, reading, ticket, at + said.offset);
  const place = await enqueue(doorId, ticket?.t ?? null, asFact(reading, judged.verdict, at, said.offset));
  if (ticket) await notePassage(said.door, ticket.t, judged, judged.before, { at: at + said.offset, nonce: reading.nonce });
  return { ...judged, place };
}

/** Return the ticket a reading names: one of the roster, else one that its signature proves. */
export async function ticketBehind({ door, event, keys, salt }, { code, ticket, attendee }, now) {
  if (ticket) return { ...(await ticketOf(door.id, ticket)), attendee };
  const known = keys.map(({ number, key }) => ({ event_id: event.id, number, key_base64: key }));
  const signed = await verify(code, known, now).catch(() => ({ valid: false })); // nothing here can check signatures
  const found = await find(door.id, salt, signed.code ? [signed.code] : meanings(code));
  if (found || !signed.valid) return found;
  return { t: await hashOf(salt, signed.code), status: "confirmed" };
}

/** Judge as the server would if it knew what this device knows. */
export async function verdictOn({ door, offset }, reading, ticket, now) {
  const before = ticket && await whereabouts(door, ticket.t, now);
  const state = ticket && { ...ticket, ...before, by_badge: ticket.as === "badge", needs_space: ticket.space, inside: before.since !== null };
  const here = { ...door, free_places: freePlaces(door), unanswered: Boolean(door.question && !reading.answers) };
  const first = judge(state, here, reading.direction, now);
  const verdict = reading.override && OVERRIDABLE.includes(first) ? "admitted" : first;
  const known = { ticket: state, door: here, at: now, since: before?.since, since_door: before?.door };
  const arrival = verdict === "admitted" && door.entrance && !before.arrived;
  return { verdict, reason: reasonOf(verdict, known), attendee: ticket?.attendee ?? null, ref: ticket?.t, before, arrival };
}

/** Return the places left as far as this door knows: its own scans on top of the server's latest count. */
function freePlaces({ seats, standing, closed_by_hand: closed }) {
  if (closed) return 0;
  return seats === null ? null : seats + standing - insideNow();
}

/** Return the fact that is handed in. */
export function asFact({ code, ticket, nonce, direction, override, answers }, verdict, at, offset) {
  const scanned = { scanned_at: new Date(at).toISOString(), clock_offset: offset };
  return { code, ticket, nonce, direction, override, answers, verdict, ...scanned };
}
