/** Ask the server once, however often the network fails: a repeated nonce gets the first answer. */

const TRIES = 3;
const PATIENCE = 6000;
const PAUSE = 400;

/** Return a nonce; randomUUID is missing over plain http. */
export function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Post fields (or get, without any) and return the part of a page that answers; throws when there is no answer. */
export async function send(url, fields) {
  fields?.set("nonce", newNonce());
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(url, fields);
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => { setTimeout(resolve, PAUSE * tries); });
    }
  }
}

/** Ask one time; a page that is no longer ours is loaded anew, and says why itself. */
async function once(url, fields) {
  const answer = await fetch(url, {
    method: fields ? "POST" : "GET",
    body: fields && new URLSearchParams(fields),
    headers: { "X-Fragment": "1" },
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  if (answer.status >= 500) throw new Error(`the server answered ${answer.status}`);
  const text = await answer.text();
  if (answer.redirected || [400, 401, 403, 404].includes(answer.status)) location.reload();
  return document.createRange().createContextualFragment(text);
}
