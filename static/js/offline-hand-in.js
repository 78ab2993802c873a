/** Hands the queue in, batch by batch, and acts on each answer; nothing leaves the queue before the server has it. */

import { NoAnswer, Refused, newNonce, post } from "./door-server.js";
import { settle } from "./offline-passages.js";
import { change, oldest, rowOf, writing } from "./offline-queue.js";

const MOST = 500;
const PATIENCE = 30000;
const HAS_IT = [200, 201];
const NEVER = [409, 422]; // the server will never take these: they stay to be seen, and are sent no more
const NOT_OURS = 404;
const FAULT = 500;

/** Hand everything in, the oldest first; one page of a browser at a time. Throws when the server does not answer. */
export const handIn = (doorId) => navigator.locks.request("hand in", async () => {
  const passedOver = new Set(); // doors this device was sent away from
  for (let most = MOST, rows; (rows = await oldest(most, passedOver)).length; ) {
    try {
      await handInBatch(rows);
    } catch (fault) {
      const elsewhere = fault.status === NOT_OURS && rows[0].door !== doorId;
      if (elsewhere) passedOver.add(rows[0].door);
      else if (fault.status !== FAULT) throw fault;
      else if (rows.length === 1) await change(rows[0].place, { refused: true }); // it breaks the server: others go on
      most = Math.ceil(rows.length / 2);
    }
  }
});

/** Hand some rows in and act on each answer. */
async function handInBatch(rows) {
  const { answers } = await post("uploads", { scans: rows.map(({ reading }) => reading) }, PATIENCE, rows[0].door);
  for (const [number, row] of rows.entries()) await finish(row, answers[number]);
}

/** Let a row go once the server has all of it. */
async function finish(row, answer) {
  if (NEVER.includes(answer.status)) return change(row.place, { refused: true });
  if (!HAS_IT.includes(answer.status)) throw new NoAnswer(answer.status);
  const more = row.undone ? await takeBack(row, answer) : null;
  const added = more && await rowOf(row.door, row.ref, more);
  const all = await writing("queue", "passages");
  const queue = all.objectStore("queue");
  const now = await queue.get(row.place);
  if (now?.undone === row.undone) queue.delete(row.place); // else it was taken back on its way, and is sent once more
  if (added) queue.add(added);
  await settle(all.objectStore("passages"), row.door, row.ref, row.reading.nonce, more?.nonce);
  return all.done;
}

/**
 * Take an admission back once the server has it, within the seconds it allows; later than that it stays a fact, and
 * what is added is that they went out at once. Nothing is ever dropped from the queue: the guest was seen.
 */
async function takeBack({ undone, door, reading }, { scan_id: scanId }) {
  try {
    await post("takebacks", { scan_id: scanId }, PATIENCE, door);
    return null;
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    const { override, answers, ...code } = reading;
    return { ...code, nonce: newNonce(), direction: "out", verdict: "exited", scanned_at: new Date(undone).toISOString() };
  }
}
