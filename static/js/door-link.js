/**
 * Asks the server, and decides alone where it is silent: the guest notices nothing.
 *
 * The server is asked only while nothing waits to be handed in, so that it never judges by less than this device knows.
 * A reading keeps its nonce when the device decides: if the server wrote it down and only its answer was lost, handing
 * it in repeats what was written.
 */

import { UNNOTICED, contact, fall, link, recount } from "./door-contact.js";
import { NoAnswer, Refused, newNonce, post } from "./door-server.js";
import { countAnswer, countArrival } from "./scan-counts.js";
import { notice } from "./scan-words.js";

const PATIENCE = 6000; // where nobody else can decide
const TRIES = 3;
const GONE = 404;

let offline = null;

/** Decide alone with this half of the door from now on. */
export const decideWith = (half) => { offline = half; };

/** Return the answer to a reading: the server's, or our own. */
export async function ask(reading) {
  reading.nonce ??= newNonce();
  const answer = (await live(() => judged(reading), reading.code)) ?? (await alone(() => decided(reading)));
  countAnswer(answer);
  return answer;
}

/** Take an admission back, and return what to say about it. */
export async function takeBack(reading, answer) {
  const done = (await live(() => undone(reading, answer), answer.scan_id)) ?? (await alone(() => undoneAlone(reading, answer)));
  countAnswer(done);
  if (done.verdict === "undone" && answer.arrival) countArrival(-1);
  return done;
}

/** Return what the server says, or nothing where it is silent or must not be asked now. */
async function live(question, askable) {
  if (offline && !(askable && link.up && !link.queued)) return null;
  for (let tries = offline ? 1 : TRIES; tries; tries -= 1) {
    try {
      return await question();
    } catch (fault) {
      if (fault instanceof Refused) return refusal(fault);
      if (!(fault instanceof NoAnswer)) throw fault;
    }
  }
  fall();
  return null;
}

/** Return what this device says, when that is written down; never an admission without. */
async function alone(decide) {
  if (!offline) return notice("no_answer");
  try {
    return await decide();
  } catch (fault) {
    console.error(fault);
    return notice("no_answer");
  } finally {
    await recount();
  }
}

/** Judge here. */
async function decided(reading) {
  const answer = await offline.decide(reading);
  if (answer.arrival) countArrival(1);
  return answer;
}

/** Ask the server to judge. */
async function judged(reading) {
  const { code, nonce, direction, answers, override } = reading;
  const { answers: [answer] } = await post("uploads", { scans: [{ code, nonce, direction, answers, override }] }, patience());
  if (answer.error) throw answer.status < 500 ? new Refused(answer.status, answer.error) : new NoAnswer(answer.status);
  offline?.note(reading, answer).then((known) => remember(answer, known)).catch(console.error);
  return answer;
}

/** Add to the server's answer what this device knows of it. */
function remember(answer, { arrival, ...known }) {
  Object.assign(answer, known, { arrival });
  if (arrival) countArrival(1);
}

/** Ask the server to take an admission back. */
async function undone(reading, answer) {
  const { name } = await post("takebacks", { scan_id: answer.scan_id }, patience());
  offline?.undone(reading, answer).catch(console.error);
  return { ...notice("undone"), attendee: { name } };
}

/** Take an admission back here, and let the server hear of it later. */
async function undoneAlone(reading, answer) {
  await offline.undo(reading, answer);
  return { ...notice("undone"), attendee: answer.attendee };
}

/** Return how long an answer of the server is worth waiting for. */
const patience = () => (offline ? UNNOTICED : PATIENCE);

/** Word a refusal; one that sends this browser away is looked into at once. */
function refusal({ status, message }) {
  if (status === GONE) contact();
  return { ...notice("refused"), reason: message };
}
