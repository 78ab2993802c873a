/** <button data-copy="#id" data-copied="Copied" hidden>: copies that element's text or value, and says so. */

/** Return the text to copy: what an input holds, else what is written. */
function textOf(element) {
  return (element.value ?? element.textContent).trim();
}

/** Copy also where the clipboard API is missing (plain http on a venue's network). */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  const worked = document.execCommand("copy");
  area.remove();
  if (!worked) throw new Error("copying was refused");
}

document.querySelectorAll("[data-copy]").forEach((button) => {
  const label = button.textContent;
  const said = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    try {
      await copy(textOf(source));
      button.textContent = said.textContent = button.dataset.copied;
      button.focus();
    } catch {
      getSelection().selectAllChildren(source); // leaves it marked, one keystroke from copied
    }
    setTimeout(() => { button.textContent = label; said.textContent = ""; }, 2000);
  });
});
