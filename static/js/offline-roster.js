/** The roster of a door, fetched bucket by bucket where it differs from what is held. */

import { post } from "./door-server.js";
import { keepNames } from "./offline-names.js";
import { forgetSettled } from "./offline-passages.js";
import { BUCKETS, nameless } from "./offline-people.js";
import { ofDoor, store } from "./offline-store.js";

const PATIENCE = 20000;
const NOTHING = { offset: null, people: null, presence: null };

/** Return what was last said of a door, or nothing. */
export const doorOf = async (doorId) => (await store()).get("door", doorId);

/** Fetch what differs; return what the server says of the door, with the measured error of this clock and the time it took. */
export async function fetchRoster(doorId, queued) {
  for (;;) {
    const held = (await doorOf(doorId)) ?? NOTHING;
    const began = Date.now();
    const body = { people: held.people, presence: held.presence, sent_at: began, clock_offset: held.offset, queued };
    const answer = await post("roster", body, PATIENCE);
    const took = Date.now() - began;
    const said = { ...answer, offset: Math.round(answer.now - began - took / 2), synced: Date.now() };
    await keep(doorId, said.salt === held.salt ? held : NOTHING, said, began);
    if (!answer.more) return { ...said, took };
  }
}

/** Put the new buckets in the place of the old ones: all of an answer or nothing. */
async function keep(doorId, held, { people, presence, ...said }, began) {
  await keepNames(doorId, said.names_kept ? people : null);
  const all = (await store()).transaction(["door", "people", "presence", "passages"], "readwrite");
  const [tickets, whereabouts] = [all.objectStore("people"), all.objectStore("presence")];
  if (held === NOTHING) for (const place of [tickets, whereabouts]) place.delete(ofDoor(doorId));
  for (const [bucket, { entries }] of Object.entries(people)) tickets.put(nameless(doorId, entries), [doorId, Number(bucket)]);
  for (const [bucket, { entries }] of Object.entries(presence)) whereabouts.put(entries, [doorId, Number(bucket)]);
  await forgetSettled(all.objectStore("passages"), doorId, began);
  const digests = { people: digestsOf(held.people, people), presence: digestsOf(held.presence, presence) };
  all.objectStore("door").put({ ...said, ...digests }, doorId);
  await all.done;
}

/** Return all digests after some buckets came anew. */
function digestsOf(held, fresh) {
  const all = held ? [...held] : Array(BUCKETS).fill("");
  for (const [bucket, { digest }] of Object.entries(fresh)) all[bucket] = digest;
  return all;
}
