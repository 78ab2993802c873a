/** <form method="get" data-autosubmit>: sends itself when a choice changes, and gives the focus back on the next page. */

const key = `focus:${location.pathname}`;

document.querySelectorAll("form[data-autosubmit]").forEach((form) => {
  form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) return;
    if (event.target.id) sessionStorage.setItem(key, event.target.id);
    form.requestSubmit();
  });
});

const last = sessionStorage.getItem(key);
if (last) {
  sessionStorage.removeItem(key);
  document.getElementById(last)?.focus({ preventScroll: true });
}
