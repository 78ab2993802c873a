/** The button that tries this device before doors open, and the list of what was found. */

const section = document.getElementById("ready");
const list = document.getElementById("rehearsed");
const sentences = document.getElementById("findings").content;

/** Offer the rehearsal; `rehearse` returns findings as [name, tone, figures]. */
export function offerRehearsal(rehearse) {
  const button = document.getElementById("rehearse");
  section.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const findings = await rehearse().catch(() => [["network", "stop"]]);
    list.replaceChildren(...findings.map(line));
    list.hidden = false;
    button.disabled = false;
  });
}

/** Return one line of the list. */
function line([name, tone, figures = {}]) {
  const found = sentences.querySelector(`[data-finding="${name}"]`).cloneNode(true);
  const words = found.querySelector(".status");
  words.dataset.tone = tone;
  words.textContent = words.textContent.replace(/\{(\w+)\}/g, (_, figure) => figures[figure]);
  return found;
}
