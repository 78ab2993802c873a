/** Scans this device judged alone, kept sealed until the server has them: through reloads, restarts and power cuts. */

import { keyFor, seal, store, unseal } from "./offline-store.js";

const ON_THE_DISK = { durability: "strict" };

/** Begin a change that is on the disk when it is done. */
export const writing = async (...places) => (await store()).transaction(places, "readwrite", ON_THE_DISK);

/** Return a row of the queue around a reading; `undone` says when its admission was taken back. */
export async function rowOf(door, ref, reading, undone = null) {
  return { door, ref, undone, refused: false, ...(await seal(await keyFor("queue"), reading)) };
}

/** Put a reading into the queue and return its place there. */
export async function enqueue(...row) {
  const made = await rowOf(...row);
  const all = await writing("queue");
  const place = await all.objectStore("queue").add(made);
  await all.done;
  return place;
}

/** Change a row that still waits; tell whether it did. */
export async function change(place, news) {
  const all = await writing("queue");
  const row = await all.objectStore("queue").get(place);
  if (row) all.objectStore("queue").put({ ...row, ...news }, place);
  await all.done;
  return Boolean(row);
}

/** Return how many scans wait, and how many the server would not take. */
export async function waiting() {
  const rows = await (await store()).getAll("queue");
  const refused = rows.filter((row) => row.refused).length;
  return { queued: rows.length - refused, refused };
}

/** Return the oldest rows, all of one door, each with its place and opened reading. */
export async function oldest(most, passedOver) {
  const rows = [];
  for await (const { value, primaryKey } of (await store()).transaction("queue").store) {
    if (value.refused || passedOver.has(value.door) || value.door !== (rows[0]?.door ?? value.door)) continue;
    rows.push({ ...value, place: primaryKey });
    if (rows.length === most) break;
  }
  const key = await keyFor("queue");
  return Promise.all(rows.map(async (row) => ({ ...row, reading: await unseal(key, row) })));
}
