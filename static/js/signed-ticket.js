/** Signed tickets: whether a code proves by itself that its bearer has a ticket, for doors without network. */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32
const LENGTH = 151;
const BYTES = 94;
const SIGNED = 30; // bytes before the signature
const VERSION = 1;
const MINUTE = 60000;
const vendor = new URL("../vendor/@noble/", import.meta.url);
const checks = new Map(); // key as text -> promise of a function (signature, message) -> boolean

/**
 * Verify a text at a moment (milliseconds since 1970) with the keys a door was given:
 * [{ event_id, number, key_base64 }], of one event or of several.
 *
 * Returns { valid: true, code, eventId, keyId, from, until } (from and until in milliseconds, until is too late)
 * or { valid: false, why }: malformed, unknown_version, other_event, unknown_key, forged, not_yet or expired.
 * The last two come with the ticket, too: its signature is right, and who knows the ticket may know better.
 * Throws where nothing can check signatures: the browser cannot, and what we bring for that did not load.
 */
export async function verify(text, keys, now) {
  const bytes = decode(normalise(text));
  if (!bytes) return refuse("malformed");
  if (bytes[0] !== VERSION) return refuse("unknown_version");
  const ticket = read(bytes);
  const known = keys.filter((key) => key.event_id === ticket.eventId);
  const key = known.find(({ number }) => number === ticket.keyId);
  if (!key) return refuse(known.length ? "unknown_key" : "other_event");
  const check = await checker(key.key_base64);
  if (!(await check(bytes.subarray(SIGNED), bytes.subarray(0, SIGNED)))) return refuse("forged");
  if (now < ticket.from) return refuse("not_yet", ticket);
  return now < ticket.until ? { valid: true, ...ticket } : refuse("expired", ticket);
}

const refuse = (why, ticket) => ({ valid: false, why, ...ticket });

/** Read a code as it was meant: any case, hyphens and spaces dropped, O as 0, I and L as 1. */
function normalise(text) {
  return text.replace(/[\s\-\u2010-\u2015]+/g, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
}

/** Return the bytes behind one number in base 32, or nothing if they are not as many as a signed ticket has. */
function decode(text) {
  const digits = Array.from(text, (sign) => ALPHABET.indexOf(sign));
  if (digits.length !== LENGTH || digits.includes(-1)) return null;
  const hex = digits.reduce((number, digit) => number * 32n + BigInt(digit), 0n).toString(16).padStart(2 * BYTES, "0");
  return hex.length > 2 * BYTES ? null : Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

/** Read the facts; nothing is known yet of whether they are true. */
function read(bytes) {
  const view = new DataView(bytes.buffer);
  const [eventId, from, until] = [view.getUint32(18), view.getUint32(22) * MINUTE, view.getUint32(26) * MINUTE];
  return { code: encode(bytes.subarray(2, 18)), eventId, keyId: bytes[1], from, until };
}

/** Write a ticket's 16 bytes as the 26 characters it is known by. */
function encode(bytes) {
  const number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return Array.from({ length: 26 }, (_, place) => ALPHABET[Number((number >> BigInt(5 * (25 - place))) & 31n)]).join("");
}

/** Return how to check signatures with a key, worked out once; what failed is tried again next time. */
function checker(text) {
  if (!checks.has(text)) checks.set(text, checkWith(text));
  return checks.get(text).catch((error) => { checks.delete(text); throw error; });
}

/** Check by the browser, or where it cannot (plain http, older ones) by noble. */
async function checkWith(text) {
  const key = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const imported = await crypto.subtle?.importKey("raw", key, "Ed25519", false, ["verify"]).catch(() => null);
  if (imported) return (signature, message) => crypto.subtle.verify("Ed25519", imported, signature, message);
  const [noble, { sha512 }] = await Promise.all([import(`${vendor}ed25519/index.js`), import(`${vendor}hashes/sha2.js`)]);
  noble.hashes.sha512 = sha512;
  return (signature, message) => noble.verify(signature, message, key, { zip215: false });
}
