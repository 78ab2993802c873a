/** Hand scanners type like very fast people: a burst of signs ended by Enter or Tab, wherever the focus is. */

const FASTEST_PERSON = 80; // milliseconds between two keys; scanners need less
const SHORTEST = 4;

/** Call back with every code a hand scanner types outside a field. */
export function listenForWedge(found) {
  let burst = "";
  let latest = 0;
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("input:not([type=radio]), textarea, select") || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || (event.altKey && event.key.length > 1)) return;
    if (event.timeStamp - latest > FASTEST_PERSON) burst = "";
    latest = event.timeStamp;
    if (event.key === "Enter" || event.key === "Tab") {
      const code = burst;
      burst = "";
      if (code.length < SHORTEST) return;
      event.preventDefault();
      found(code);
    } else if (event.key.length === 1) {
      burst += event.key;
      if (burst.length > 1) event.preventDefault(); // a space would scroll or press the button in focus
    }
  }, true);
}
