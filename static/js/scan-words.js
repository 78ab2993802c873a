/** What a door says: the server's own words and sentences, which the page brings along. */

import { brokenRule } from "./verdicts.js";

const words = document.getElementById("words").content;
const language = document.documentElement.lang;

/** Return the word of a verdict or notice, with its tone if it is none of the table's. */
export function wordOf(verdict) {
  const { word, tone } = words.querySelector(`[data-verdict="${verdict}"]`).dataset;
  return { word, tone };
}

/** Return the sentence of a verdict or notice, as eventmatch/domain/sentences.py words it. */
export function reasonOf(verdict, known = {}) {
  return fill(patternOf(verdict, known), known);
}

/** Return an answer that is no verdict on anybody. */
export const notice = (verdict) => ({ verdict, reason: reasonOf(verdict), attendee: null });

/** Choose the sentence: a door's rule has its own, and so has standing room. */
function patternOf(verdict, { ticket, door }) {
  const rule = verdict === "wrong_door" && (brokenRule(ticket, door) ?? "no_badge");
  if (rule) return words.querySelector(`[data-rule="${rule}"]`).textContent;
  const free = door?.free_places;
  if (verdict === "admitted" && typeof free === "number" && free <= door.standing) return words.querySelector("[data-standing]").textContent;
  return words.querySelector(`[data-verdict="${verdict}"]`).textContent;
}

/** Put into a sentence what is known. */
function fill(pattern, { door, at, since, since_door }) {
  const clock = (moment) => (moment ? timeOfDay(moment, at, door.zone) : "");
  const said = {
    since: () => clock(since),
    since_door: () => since_door,
    opens: () => clock(door.opens_at),
    closes: () => clock(door.closes_at),
    question: () => door.question,
    places: () => (door.seats ?? 0) + door.standing,
    kinds: () => [...door.kinds].sort().join(", "),
    standing: () => Math.max(door.free_places - 1, 0),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => said[name]?.() ?? whole);
}

/** Write a time of day at the event, with the day where it is not today. */
function timeOfDay(moment, now, timeZone) {
  const write = (options, when = moment) => new Intl.DateTimeFormat(language, { timeZone, ...options }).format(when);
  const day = { day: "2-digit", month: "long" };
  const date = (when) => write({ ...day, year: "numeric" }, when);
  const time = write({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return date(moment) === date(now) ? time : `${write(day)}, ${time}`;
}
