/** Turn a comma-separated input into chips: typing, comma, Enter, paste of a list, Backspace. The input keeps the value. */

const separators = /[,;\n\t،、]+/;

/** Return the words of a text, in order, without repeats that differ only in case. */
export function words(text) {
  const seen = new Map();
  for (const word of text.split(separators).map((part) => part.trim().replace(/\s+/g, " "))) {
    if (word && !seen.has(word.toLocaleLowerCase())) seen.set(word.toLocaleLowerCase(), word);
  }
  return [...seen.values()];
}

/** Make an element with these properties. */
const make = (name, properties) => Object.assign(document.createElement(name), properties);

/** Give one field its chips: `store` keeps the name and the value, `typed` is what people see and type into. */
function enhance(field) {
  const store = field.querySelector("input");
  const typed = store.cloneNode();
  const box = make("div", { className: "tag-box" });
  const said = make("span", { className: "visually-hidden", role: "status" });
  let tags = [];
  const say = (text, tag) => { said.textContent = text.replace("{tag}", tag); };
  const show = (next) => {
    tags = next;
    store.value = tags.join(", ");
    box.querySelectorAll(".tag").forEach((chip) => chip.remove());
    typed.before(...tags.map(chip));
  };
  const take = (pasted = "") => {
    const added = words(`${typed.value}${pasted}`);
    typed.value = "";
    if (!added.length) return;
    show(words([...tags, ...added].join(",")));
    say(field.dataset.added, added.join(", "));
  };
  const remove = (tag) => {
    show(tags.filter((other) => other !== tag));
    say(field.dataset.removed, tag);
    typed.focus();
  };
  const chip = (tag) => {
    const button = make("button", { type: "button", textContent: "×", ariaLabel: field.dataset.remove.replace("{tag}", tag) });
    button.addEventListener("click", () => remove(tag));
    const shown = make("span", { className: "tag", textContent: tag });
    shown.append(button);
    return shown;
  };

  typed.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !typed.value && tags.length) remove(tags.at(-1));
    if (event.key !== "Enter" || event.isComposing || !typed.value.trim()) return;
    event.preventDefault();
    take();
  });
  typed.addEventListener("input", ({ inputType }) => {
    const picked = !inputType || inputType === "insertReplacementText"; // from the suggestions
    if (picked || separators.test(typed.value)) take();
  });
  typed.addEventListener("paste", (event) => {
    if (!separators.test(event.clipboardData.getData("text"))) return;
    event.preventDefault();
    take(event.clipboardData.getData("text"));
  });
  typed.addEventListener("change", () => take());
  store.form?.addEventListener("submit", () => take());
  box.addEventListener("click", ({ target }) => target === box && typed.focus());

  for (const attribute of ["name", "required", "value"]) typed.removeAttribute(attribute);
  for (const attribute of ["id", "list", "required", "aria-describedby", "aria-invalid"]) store.removeAttribute(attribute);
  store.replaceWith(box);
  store.type = "hidden";
  typed.value = "";
  box.append(typed, store);
  field.append(said);
  show(words(store.value));
}

document.querySelectorAll("[data-tags]").forEach(enhance);
