/** Names are looked up while they are typed: by the server, or here when it is silent and names may be kept. */

import { link } from "./door-contact.js";
import { fragment } from "./door-server.js";
import { meant } from "./scan-verdict.js";

const PAUSE = 250;
const PATIENCE = 5000;
const FEWEST = 2;

/** Fill the place below a search field whenever two letters or more stand in it; `half` brings what needs no network. */
export function searchAsTyped(field, place, half) {
  let waiting;
  let newest = 0;

  const look = async () => {
    const number = (newest += 1);
    const typed = field.value.trim();
    const found = typed.length < FEWEST ? [] : [await people(typed, field.form.action, await half)];
    if (number === newest) place.replaceChildren(...found);
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    look();
  });
  document.addEventListener("submit", (event) => {
    if (!place.contains(event.target)) return;
    field.value = "";
    setTimeout(() => place.replaceChildren());
  });
}

/** Return what the server found, or else what is kept here. */
async function people(typed, action, offline) {
  const asked = link.up ? await fragment(PATIENCE, `${action}?${new URLSearchParams({ q: typed })}`).catch(() => null) : null;
  return asked ?? keptHere(typed, (await offline?.search(typed)) ?? [], (await offline?.known())?.names_kept);
}

/** Return the people kept here as the server would list them; or why there are none. */
function keptHere(typed, found, kept) {
  const list = document.getElementById("found-here").content.cloneNode(true);
  const why = found.length ? "" : kept ? "nobody" : "not-kept";
  list.querySelectorAll("[data-why]").forEach((line) => {
    if (line.dataset.why === why) line.textContent = line.textContent.replace("{typed}", typed);
    else line.remove();
  });
  const rows = list.querySelector("ul");
  const row = rows.firstElementChild;
  row.remove();
  for (const person of found) rows.append(rowOf(row.cloneNode(true), person));
  if (!found.length) rows.remove();
  return list;
}

/** Fill one line of the list. */
function rowOf(row, { t, name, organisation }) {
  row.querySelectorAll(".name").forEach((place) => { place.textContent = name; });
  row.querySelector(".organisation").textContent = organisation;
  row.querySelector(".monogram").textContent = name.trim().slice(0, 1).toUpperCase() || "·";
  meant.set(row.querySelector("form"), { found: { ticket: t, attendee: { name, organisation } } });
  return row;
}
