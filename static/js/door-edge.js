/** Says at the edge of the page how things stand: connection, queue, clock. */

const edge = document.getElementById("edge");
const state = edge.querySelector(".state");
const WRONG_CLOCK = 2 * 60 * 1000;
const HOUR = 60 * 60 * 1000;

/** Show how things stand; `alone` tells whether this device can decide without the server. */
export function showEdge({ up, queued, refused, offset, synced }, alone) {
  const online = queued ? "sending" : alone && !synced ? "readying" : "online";
  const offline = !alone ? "silent" : queued ? "queued" : "alone";
  const word = up ? online : offline;
  const text = edge.dataset[word].replace("{n}", queued);
  if (state.textContent !== text) state.textContent = text;
  state.dataset.tone = up ? "good" : alone ? "wait" : "stop";
  edge.dataset.tone = up ? "" : state.dataset.tone;
  say("clock", Math.abs(offset) > WRONG_CLOCK, span(Math.abs(offset)));
  say("refused", refused > 0, refused);
}

/** Show a sentence with a figure in it, or hide it. */
export function say(id, needed, figure) {
  const line = document.getElementById(id);
  line.dataset.words ??= line.textContent;
  line.hidden = !needed;
  if (needed) line.textContent = line.dataset.words.replace("{n}", figure);
}

/** Write a span of time in whole hours or minutes, in the reader's language. */
function span(milliseconds) {
  const [unit, length] = milliseconds >= HOUR ? ["hour", HOUR] : ["minute", 60000];
  const how = { style: "unit", unit, unitDisplay: "long" };
  return new Intl.NumberFormat(document.documentElement.lang, how).format(Math.round(milliseconds / length));
}
