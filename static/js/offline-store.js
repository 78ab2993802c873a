/**
 * What a door's browser keeps for the time without network, so that a lost device tells nobody's name, mail or code:
 * people are found by the hash of a code and opened by nothing but the code; scans that wait, and names where they are
 * allowed, are sealed under a key the browser never hands out.
 */

import { openDB } from "../vendor/idb/index.js";

const NAME = "eventmatch-door";
let opened;

/** Return the database; a browser that closes it gets it opened anew. */
export function store() {
  opened ??= openDB(NAME, 1, { upgrade: furnish, terminated: () => { opened = undefined; } });
  return opened;
}

/** Make the places: rows of a door begin with its number. */
function furnish(database) {
  database.createObjectStore("door"); // what the server said of a door, and the digests of what is held
  database.createObjectStore("people").createIndex("keys", "keys", { multiEntry: true }); // 256 buckets of tickets
  database.createObjectStore("presence"); // 256 buckets of who has been where, as the server knew it
  database.createObjectStore("passages"); // what this door did since
  database.createObjectStore("names"); // sealed; only where the organiser allows it
  database.createObjectStore("queue", { autoIncrement: true }).createIndex("door", "door"); // sealed scans
  database.createObjectStore("keys");
}

/** Return all rows of one door in a place. */
export const ofDoor = (doorId) => IDBKeyRange.bound([doorId], [doorId, []]);

/** Forget what is known of people; scans that wait stay until they are handed in. */
export async function forgetPeople() {
  const places = ["door", "people", "presence", "passages", "names"];
  const all = (await store()).transaction([...places, "keys"], "readwrite");
  for (const place of places) all.objectStore(place).clear();
  all.objectStore("keys").delete("names");
  await all.done;
}

/** Return a key that seals and opens, made when first needed; no script can read it. */
export async function keyFor(purpose) {
  const database = await store();
  const kept = await database.get("keys", purpose);
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await database.add("keys", made, purpose).catch(() => {}); // another page of this browser was first
  return database.get("keys", purpose);
}

/** Seal a value under a key. */
export async function seal(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(value));
  return { iv, box: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text) };
}

/** Open what was sealed under a key. */
export async function unseal(key, { iv, box }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, box)));
}
