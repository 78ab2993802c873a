/** Codes as the server reads them: the same rules as eventmatch/domain/addresses.py and codes.py. */

const ADDRESS = /^(?:https?:\/\/[^\s?#]*)?\/([tb])\/([0-9a-z-]+)\/?(?:[?#]\S*)?$/i;
const MISREAD = { O: "0", I: "1", L: "1" };
const CODE = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const NUMBER = /^[0-9A-HJKMNP-TV-Z]{6}$/;
const LONGEST = 200;

/** Return a text as a door may send it: what is longer is no code, and its beginning is enough to say so. */
export function asRead(text) {
  return text.replaceAll("\0", "").trim().slice(0, LONGEST).replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Read a typed code as it was meant: any case, hyphens and spaces dropped, O as 0, I and L as 1. */
export function normalise(text) {
  return text.replace(/[\s\-\u2010-\u2015]+/g, "").toUpperCase().replace(/[OIL]/g, (sign) => MISREAD[sign]);
}

/** Tell whether a text is a ticket number, which only the server looks up: it is short enough to be guessed. */
export const isNumber = (text) => NUMBER.test(normalise(text));

/** Return what a reading can be called in the roster, the likeliest first: a code, or a foreign text as it came. */
export function meanings(text) {
  const trimmed = text.trim();
  const address = ADDRESS.exec(trimmed);
  const value = normalise(address?.[2] ?? trimmed);
  return CODE.test(value) ? [value, trimmed] : [trimmed];
}
