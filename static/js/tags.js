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

/** Make an element with properties and, for what has no property, a role. */
function make(name, properties, role = null) {
  const element = Object.assign(document.createElement(name), properties);
  if (role) element.setAttribute("role", role);
  return element;
}

/** Give one field its chips: `store` keeps the name and the value, `typed` is what people see and type into. */
function enhance(field) {
  const store = field.querySelector("input");
  const typed = store.cloneNode();
  const box = make("div", { className: "tag-box" });
  const said = make("span", { className: "visually-hidden" }, "status");
  let tags = [];

  const say = (text, tag) => { said.textContent = text.replace("{tag}", tag); };
  const show = (next) => {
    tags = next;
    store.value = tags.join(", ");
    box.querySelectorAll(".tag").forEach((chip) => chip.remove());
    typed.before(...tags.map(chip));
  };
  const take = () => {
    const added = words(typed.value);
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
    if (event.isComposing) return;
    if (event.key === "Backspace" && !typed.value && tags.length) remove(tags.at(-1));
    if (event.key !== "Enter" || !typed.value.trim()) return;
    event.preventDefault();
    take();
  });
  typed.addEventListener("input", ({ inputType }) => {
    const chosen = !inputType || inputType === "insertReplacementText"; // a suggestion was picked
    if (chosen || separators.test(typed.value)) take();
  });
  typed.addEventListener("paste", (event) => {
    const list = event.clipboardData.getData("text");
    if (!separators.test(list)) return;
    event.preventDefault();
    typed.value += list;
    take();
  });
  typed.addEventListener("change", take);
  store.form?.addEventListener("submit", take);
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
