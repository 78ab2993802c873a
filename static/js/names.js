/** Names as people type them in a hurry, found as eventmatch/domain/names.py finds them. */

const PLAIN = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
const SPELT_OUT = { ä: "ae", ö: "oe", ü: "ue", ø: "oe", å: "aa" };
const swap = (text, table) => Array.from(text, (sign) => table[sign] ?? sign).join("");

/** Count what counts as typed: letters and digits. */
export const letters = (text) => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

/** Return the words of a text in lower case, without accents and marks. */
function words(text) {
  const apart = swap(text.toLowerCase(), PLAIN).normalize("NFKD").replace(/\p{M}/gu, "");
  return swap(apart, PLAIN).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** Return a function that tells whether every typed word begins a word of a name, also where ü is spelt ue. */
export function matcher(typed) {
  const parts = words(typed);
  return (name) => {
    const all = [...words(name), ...words(swap(name.normalize("NFC").toLowerCase(), SPELT_OUT))];
    return parts.every((part) => all.some((word) => word.startsWith(part)));
  };
}
