/** The counters at the edge of the page: what the server last said, and what this door did since. */

const LATELY = 5 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;
const BREATH = [{ scale: 1 }, { scale: 1.14 }, { scale: 1 }];
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

const SAVED = `door-counts-${document.getElementById("door").dataset.id}`; // for a page that opens without network
const known = { inside: 0, places: null, expected: 0, lately: 0, at: 0 };
let admitted = []; // when this door let somebody in, since the server counted
let steps = 0; // how often this door has counted by itself

/** Read what the server counted from its part of a page. */
export function countsOn(page) {
  const { inside, expected, lately, places } = page.getElementById("counts").dataset;
  known.places = places ? Number(places) : null;
  return { inside: Number(inside), expected: Number(expected), last_five_minutes: Number(lately) };
}

/** Begin with what the page brings, or with what was shown last; the server will soon say. */
export function beginCounts() {
  const { at = 0, ...counts } = JSON.parse(localStorage.getItem(SAVED) ?? "{}");
  setCounts(at > Date.now() - DAY ? counts : countsOn(document));
}

/** Return what to compare with later: whether this door has counted since. */
export const counted = () => steps;

/** Show what the server counts, unless this door has counted on since it was asked and may know better. */
export function setCounts({ inside, expected, last_five_minutes: lately }, asked = steps) {
  if (asked !== steps) return;
  Object.assign(known, { inside, expected, lately, at: Date.now() });
  admitted = [];
  showCounts();
}

/** Count one answer of this door; `room` is how full the server sees it then. */
export function countAnswer({ verdict, room }) {
  steps += 1;
  const step = { admitted: 1, exited: -1, undone: -1 }[verdict] ?? 0;
  known.inside = room?.inside ?? Math.max(known.inside + step, 0);
  if (verdict === "undone") admitted.pop();
  if (verdict === "admitted") admitted.push(Date.now());
  showCounts();
}

/** Count somebody as arrived, or as expected again. */
export function countArrival(step) {
  steps += 1;
  known.expected = Math.max(known.expected - step, 0);
  showCounts();
}

/** Return how many are inside this door's room. */
export const insideNow = () => known.inside;

/** Write how many are inside, with the places there are. */
export const insideText = () => (known.places === null ? `${known.inside}` : `${known.inside}/${known.places}`);

/** Write the figures down; one that changes breathes. */
export function showCounts() {
  const since = Date.now() - LATELY;
  const lately = (known.at > since ? known.lately : 0) + admitted.filter((moment) => moment > since).length;
  const figures = document.querySelectorAll("#counts dd");
  localStorage.setItem(SAVED, JSON.stringify({ inside: known.inside, expected: known.expected, last_five_minutes: lately, at: Date.now() }));
  [insideText(), `${known.expected}`, `${lately}`].forEach((text, place) => {
    if (figures[place].textContent === text) return;
    figures[place].textContent = text;
    if (!stillness.matches) figures[place].animate(BREATH, 180);
  });
}
