/** Who has been where: as the server knew it, and what this door did since. */

import { BUCKETS } from "./offline-people.js";
import { ofDoor, store } from "./offline-store.js";

const NEVER = [null, "", false, false];

/** Return where somebody is and was: { since, door, been_in, arrived }, moments in milliseconds of the server. */
export async function whereabouts(door, ref, now) {
  const database = await store();
  const own = await database.get("passages", [door.id, ref]);
  const bucket = Number.isInteger(ref) ? await database.get("presence", [door.id, ref % BUCKETS]) : null;
  const [since, at, beenIn, arrived] = bucket?.[ref] ?? NEVER;
  const server = { since, door: at, been_in: beenIn, arrived };
  if (!own) return server;
  if (door.daily && dayOf(own.at, door.zone) !== dayOf(now, door.zone)) return { ...server, arrived: true };
  return own;
}

/** Return the day of a moment at the event. */
const dayOf = (moment, timeZone) => new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short" }).format(moment);

/** Write down what an answer did; `settled` says since when the server knows, by this device's clock. */
export async function notePassage(door, ref, answer, before, { at, nonce = "", settled = null }) {
  const row = passage(door, answer, before, at);
  if (row) await (await store()).put("passages", { ...row, at, nonce, settled }, [door.id, ref]);
}

/** Return where somebody is after an answer, or nothing if it moved nobody. */
function passage(door, { verdict, first_scan: first }, before, at) {
  const been = { been_in: true, arrived: before.arrived || door.entrance };
  if (verdict === "admitted") return { since: at, door: door.name, ...been };
  if (verdict === "already_in" && first) return { since: Date.parse(first.at), door: first.door, ...been };
  return verdict === "exited" || verdict === "not_inside" ? { ...before, since: null } : null;
}

/** Put back where somebody was before an admission that was taken back. */
export async function putBack(door, ref, before, { at, nonce = "", settled = null }) {
  await (await store()).put("passages", { ...before, at, nonce, settled }, [door.id, ref]);
}

/** Note that the server knows of a passage now, or will by another nonce; inside an open transaction. */
export async function settle(passages, doorId, ref, nonce, next) {
  const row = ref === null ? null : await passages.get([doorId, ref]);
  if (row?.nonce === nonce) passages.put({ ...row, nonce: next ?? nonce, settled: next ? null : Date.now() }, [doorId, ref]);
}

/** Forget what the server knew before it was asked, for it has just told; inside an open transaction. */
export async function forgetSettled(passages, doorId, began) {
  for await (const row of passages.iterate(ofDoor(doorId))) {
    if (row.value.settled && row.value.settled < began) row.delete();
  }
}
