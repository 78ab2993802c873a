/** Names to search in without network, where the organiser allows it: sealed, and gone once nobody looked for ten minutes. */

import { letters, matcher } from "./names.js";
import { keyFor, ofDoor, seal, store, unseal } from "./offline-store.js";

const UNSEEN = 10 * 60 * 1000;
const FEWEST_LETTERS = 2;
const MOST_FOUND = 20;
let forgetting;

/** Keep the names in new buckets of the roster, or forget all where none may be kept. */
export async function keepNames(doorId, buckets) {
  if (!buckets) return forgetNames();
  const key = await keyFor("names");
  const rows = await Promise.all(Object.entries(buckets).map(async ([bucket, { entries }]) => {
    const names = entries.map(({ t, name, organisation }) => ({ t, name, organisation }));
    return [await seal(key, names), [doorId, Number(bucket)]];
  }));
  const all = (await store()).transaction("names", "readwrite");
  rows.forEach((row) => all.store.put(...row));
  return all.done;
}

/** Return people whose name or organisation begins like what was typed; two letters at least. */
export async function searchNames(doorId, typed) {
  if (letters(typed) < FEWEST_LETTERS) return [];
  const [rows, key, fits] = [await (await store()).getAll("names", ofDoor(doorId)), await keyFor("names"), matcher(typed)];
  const people = (await Promise.all(rows.map((row) => unseal(key, row)))).flat();
  const found = people.filter(({ name, organisation }) => fits(`${name} ${organisation}`));
  return found.sort((one, other) => one.name.localeCompare(other.name)).slice(0, MOST_FOUND);
}

/** Forget every name, and have them sent again with the next contact if they still may be kept. */
async function forgetNames() {
  const all = (await store()).transaction(["names", "keys", "door"], "readwrite");
  if (await all.objectStore("names").count()) {
    all.objectStore("names").clear();
    for await (const row of all.objectStore("door")) row.update({ ...row.value, people: null });
  }
  all.objectStore("keys").delete("names");
  await all.done;
}

/** Forget names when this page stays hidden, also if it is closed and comes back later. */
export async function watchNames() {
  const seen = async () => {
    clearTimeout(forgetting);
    const since = await (await store()).get("keys", "unseen since");
    if (since && Date.now() - since >= UNSEEN) await forgetNames();
    (await store()).delete("keys", "unseen since");
  };
  const unseen = async () => {
    forgetting = setTimeout(forgetNames, UNSEEN);
    (await store()).put("keys", Date.now(), "unseen since");
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? unseen() : seen()));
  await seen();
}
