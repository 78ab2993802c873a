/** Talks with the door's server in JSON; no answer and a refusal are two things. */

const door = document.getElementById("door");
const OLD_TOKEN = 400;
const BROKEN = 500;

/** Nobody answered in time, or something else did: a network that asks for a sign-in answers, too. */
export class NoAnswer extends Error {
  constructor(status = 0) {
    super("no answer");
    this.status = status;
  }
}

/** The server answered that it will not. */
export class Refused extends Error {
  constructor(status, { message = "" } = {}) {
    super(message);
    this.status = status;
  }
}

/** Return a nonce; randomUUID is missing over plain http. */
export function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send JSON below the address of a door, usually this one; return the JSON that comes back within so many milliseconds. */
export async function post(path, body, patience, doorId = door.dataset.id) {
  const url = `${door.dataset.url.replace(/\d+$/, doorId)}/${path}`;
  try {
    return await once(url, body, patience);
  } catch (fault) {
    if (fault.status !== OLD_TOKEN) throw fault;
    await renewToken(patience); // the page came out of a cache, or somebody signed in meanwhile
    return once(url, body, patience);
  }
}

/** Ask one time. */
async function once(url, body, patience) {
  const answer = await answerTo(url, patience, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token().value },
    redirect: "error",
  });
  const value = await answer.json().catch(() => null);
  if (value === null || answer.status >= BROKEN) throw new NoAnswer(answer.status);
  if (!answer.ok) throw new Refused(answer.status, value.error);
  return value;
}

/** Return an answer, whatever it says. */
async function answerTo(url, patience, request) {
  const signal = AbortSignal.timeout?.(patience);
  try {
    return await fetch(url, { ...request, signal, cache: "no-store" });
  } catch {
    throw new NoAnswer();
  }
}

/** Return the field with the token that proves a request to be this page's. */
const token = () => document.querySelector("#scan [name=csrf_token]");

/** Take the token of a fresh copy of this page. */
async function renewToken(patience) {
  const answer = await answerTo(door.dataset.url, patience, {});
  if (!answer.ok) throw new Refused(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#scan [name=csrf_token]");
  if (!fresh) throw new NoAnswer();
  document.querySelectorAll("[name=csrf_token]").forEach((field) => { field.value = fresh.value; });
}

/** Return a part of a page by its address: this door's counters, or what a search found. */
export async function fragment(patience, url = door.dataset.url) {
  const answer = await answerTo(url, patience, { headers: { "X-Fragment": "1" }, redirect: "error" });
  if (!answer.ok) throw answer.status >= BROKEN ? new NoAnswer(answer.status) : new Refused(answer.status);
  return document.createRange().createContextualFragment(await answer.text());
}
