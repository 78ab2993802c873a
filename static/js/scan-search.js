/** Names are looked up while they are typed; without this script the form does the same on its own page. */

const PAUSE = 250;

/** Fill the place below a search field whenever two letters or more stand in it. */
export function searchAsTyped(field, place) {
  let waiting;
  let newest = 0;

  const look = async () => {
    const number = (newest += 1);
    const typed = field.value.trim();
    if (typed.length < 2) return place.replaceChildren();
    const url = `${field.form.action}?${new URLSearchParams({ q: typed })}`;
    const answer = await fetch(url, { headers: { "X-Fragment": "1" } }).catch(() => null);
    if (!answer?.ok || number !== newest) return;
    place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
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
