/** The people of a roster: found by the hash of a code, opened by nothing but the code itself. */

import { store } from "./offline-store.js";

export const BUCKETS = 256;
const utf8 = (text) => new TextEncoder().encode(text);
const PURPOSE = utf8("eventmatch roster");

/** Return a bucket as it may lie open: each ticket under the hashes of its codes, without a name. */
export function nameless(doorId, entries) {
  const tickets = entries.map(({ name, organisation, ...ticket }) => ticket);
  return { keys: tickets.flatMap(({ codes }) => codes.map(({ key }) => [doorId, key])), tickets };
}

/** Return the ticket behind one of these texts, with the name that the text opens; nothing if there is none. */
export async function find(doorId, salt, texts) {
  for (const text of texts) {
    const key = await hashOf(salt, text);
    const bucket = await (await store()).getFromIndex("people", "keys", [doorId, key]);
    for (const ticket of bucket?.tickets ?? []) {
      const code = ticket.codes.find((one) => one.key === key);
      if (code) return { ...ticket, as: code.as, attendee: { ...(await open(code, salt, text)), kind: ticket.kind } };
    }
  }
  return null;
}

/** Return a ticket by its number in the roster. */
export async function ticketOf(doorId, ref) {
  const bucket = await (await store()).get("people", [doorId, ref % BUCKETS]);
  return bucket?.tickets.find(({ t }) => t === ref) ?? null;
}

/** Return the name under which a roster keeps a code. */
export async function hashOf(salt, text) {
  const whole = await crypto.subtle.digest("SHA-256", new Uint8Array([...fromBase64(salt), ...utf8(text)]));
  return toBase64(new Uint8Array(whole, 0, 16));
}

/** Open what is said of a ticket with a code of its. */
export async function open({ key, box }, salt, text) {
  const secret = await crypto.subtle.importKey("raw", utf8(text), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: fromBase64(salt), info: PURPOSE };
  const opener = await crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const closed = fromBase64(box);
  const clear = { name: "AES-GCM", iv: closed.subarray(0, 12), additionalData: utf8(key) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(clear, opener, closed.subarray(12))));
}

/** Read base64url without padding. */
function fromBase64(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

/** Write base64url without padding. */
function toBase64(data) {
  return btoa(String.fromCharCode(...data)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
